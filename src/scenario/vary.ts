/**
 * The sections `vary:` and `promise:` of a scenario: which schedules of faults `hotspare check` tries, and what must hold under all of them.
 * Everything has a default, so that a scenario with a script needs neither.
 */
import { z } from 'zod'
import { HOUR, MINUTE } from '../base/time.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import { duration, id } from '../models/schema.ts'
import type { ServiceId } from '../models/service/state.ts'

/** What a system may suffer. `clientCrash` and `clientIpl` strike a partition whose disks are mirrored, `systemIpl` takes all at once. */
export const VARIED = ['ipl', 'crash', 'hang', 'varyOff', 'restrict', 'clientCrash', 'clientIpl', 'systemIpl'] as const
export type Varied = (typeof VARIED)[number]

const range = (what: string) => z.tuple([duration, duration]).refine(([from, to]) => from <= to, `expected the shortest ${what} first`)

export const vary = z.strictObject({
  hosts: z.array(id<GuestId>('a guest')).min(1).optional().describe('which hosts fail; default: all that serve disks to a partition with mirrors'),
  how: z.array(z.enum(VARIED)).min(1).optional().describe('default: everything the system can suffer, systemIpl excepted'),
  from: duration.default(10 * MINUTE).describe('no fault before this time'),
  within: duration.default(8 * HOUR).describe('no fault begins later than this after `from`'),
  lasts: range('duration').default([MINUTE, 2 * HOUR]).describe('how long a host stays away'),
  most: z.number().int().min(1).max(50).default(4).describe('faults in one schedule'),
  operatorDelay: range('delay').optional().describe('from what calls the script to its start, instead of `after`'),
  interleaving: z.boolean().default(true).describe('processes that can run at once do so in an order drawn for each schedule'),
  inScript: z.boolean().default(true).describe('faults also strike between two statements of a script, at whatever time that is'),
  copies: z.number().int().min(0).default(1).describe('a fault that would leave a mirror fewer complete copies is held back; 0: nothing is'),
})
export type Vary = z.output<typeof vary>

export const promise = z.strictObject({
  services: z.array(id<ServiceId>('a service')).optional().describe('which must not go down; default: all'),
  outageAtMost: duration.optional().describe('longer outages than this break the promise; default: none is allowed but the wait for a host that hangs. What follows from a partition\'s own end is never counted'),
  inSyncWithin: duration.default(6 * HOUR).describe('after the last fault is over everything is in sync again, within this time'),
  sameNames: z.boolean().default(true).describe('and the disks have their old names'),
  spares: z.boolean().default(true).describe('and as many spares stand by as before'),
  scriptsEnd: z.boolean().default(true).describe('and no script is still at work'),
}).prefault({})
export type Promised = z.output<typeof promise>

export const varyDefaults = (): Vary => vary.parse({})
