/**
 * What a scenario may expect of its run: the shapes, as people write them. Whether they are met is expect.ts's business.
 *
 * An expectation names its subject first: a service, an array, a disk, a guest, an NWSD, a client, or an event. What is said about a state holds
 * at the end of the run, or `at` a time. What is said about a whole run (time down, time exposed, data) has no time.
 */
import { z } from 'zod'
import { ipv6Address, ipv6Prefix } from '../models/ip/words.ts'
import { duration } from '../models/schema.ts'
import { eventTypes } from './telling/index.ts'

const name = z.string().min(1)
const period = z.tuple([duration, duration], { error: 'expected two durations, the least and the most: [20m, 90m]' })
const count = z.union([z.number().int().nonnegative(), z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()])],
  { error: 'expected how many: 2, or the least and the most: [1, 3]' })
const names = z.array(name)
const FLAGS = 'expected the flags that mdstat shows, in quotes: "[U_]"'
const note = z.string().optional().describe('why this is expected; shown beside the verdict')
const at = duration.optional().describe('look at this time; default: at the end of the run')

/** An event by its type and as many of its fields as matter: `{ type: md.memberFailed, array: md1 }`. */
export const matcher = z.object({
  // Editors complete these; models of one's own have others.
  type: z.string({ error: 'expected the type of an event, such as md.memberFailed' }).meta({ anyOf: [{ enum: eventTypes }, {}] }),
})
  .catchall(z.union([z.string(), z.number(), z.boolean()], { error: 'expected text, a number, true or false' }))
export type Matcher = z.output<typeof matcher>

const serviceExpectation = z.strictObject({
  service: name,
  downAtMost: duration.optional(), downAtLeast: duration.optional(), downBetween: period.optional().describe('time down in total'),
  outages: count.optional(), longestAtMost: duration.optional().describe('the longest single outage'),
  up: z.boolean().optional(), at, note,
})

const arrayExpectation = z.strictObject({
  array: name,
  exposedAtMost: duration.optional(), exposedAtLeast: duration.optional(),
  exposedBetween: period.optional().describe('time with at most one good copy within reach'), exposures: count.optional(),
  inSyncBy: duration.optional().describe('at this time all raid devices are in sync'),
  inSync: z.number().int().nonnegative().optional().describe('how many members md counts in sync'),
  members: names.optional().describe('devices that are in sync, such as [sda3, sdc3]'),
  spares: z.union([names, z.number().int().nonnegative()], { error: 'expected the devices that stand by as spares, such as [sdc3], or how many' }).optional(), failed: names.optional(),
  flags: z.string({ error: FLAGS }).regex(/^\[[U_]+\]$/, FLAGS).optional(),
  readable: z.boolean().optional(), writable: z.boolean().optional(),
  dataIntact: z.boolean().optional().describe('no acknowledged write was lost'),
  at, note,
})

const diskExpectation = z.strictObject({
  disk: name, name: z.union([z.string(), z.null()]).describe('its name on the client, such as sdb; null: it has none'), at, note,
})

const guestExpectation = z.strictObject({
  guest: name, up: z.boolean().optional().describe('its system runs and answers'),
  state: z.string().optional().describe('as the management interface shows it: running, open firmware …'),
  root: z.enum(['good', 'read-only', 'lost', 'absent']).optional().describe('its root file system'),
  bootedFrom: name.optional().describe('a disk'), kernel: z.number().int().nonnegative().optional().describe('which of its kernels runs, counted from 1'), at, note,
})

const nwsdExpectation = z.strictObject({ nwsd: name, state: z.string(), at, note })

export const ADDRESS_STATES = ['preferred', 'deprecated', 'tentative', 'none'] as const
const clientExpectation = z.strictObject({
  client: name.describe('a node that configures itself'),
  withoutAddressAtMost: duration.optional().describe('time without a usable global address, in total, by the doing of others than its own downtime'), withoutAddressAtLeast: duration.optional(), withoutAddressBetween: period.optional(),
  withoutPreferredAtMost: duration.optional().describe('the same, without a preferred one'), withoutPreferredAtLeast: duration.optional(), withoutPreferredBetween: period.optional(),
  withoutRouterAtMost: duration.optional().describe('the same, without a live default router'), withoutRouterAtLeast: duration.optional(), withoutRouterBetween: period.optional(),
  preferredIn: ipv6Prefix.optional().describe('has a preferred address in this prefix'), by: duration.optional().describe('for preferredIn: at this time at the latest'),
  address: z.enum(ADDRESS_STATES).optional().describe('the best that its global addresses are in'), in: ipv6Prefix.optional().describe('for address: only those in this prefix'),
  router: z.union([z.boolean(), ipv6Address], { error: 'expected the address of a router, true or false' }).optional().describe('its live default router; false: it has none'),
  at, note,
}).check(cx => {
  const lone = (key: 'by' | 'in', to: 'preferredIn' | 'address') => {
    if (cx.value[key] !== undefined && cx.value[to] === undefined) cx.issues.push({ code: 'custom', path: [key], message: `expected it only together with ${to}`, input: cx.value[key] })
  }
  lone('by', 'preferredIn')
  lone('in', 'address')
})

const reachExpectation = z.strictObject({
  from: name.describe('a node that sends echo requests'), reaches: name.describe('a node, or an address'),
  answered: z.boolean().optional().describe('whether the last request was answered; default true'),
  lost: count.optional().describe('how many requests of the whole run, from the first answer on, were lost'), at, note,
})

const dataExpectation = z.strictObject({ dataIntact: z.boolean().describe('of all arrays: no acknowledged write was lost'), note })

export const refusedExpectation = z.strictObject({
  refused: matcher.describe('a request that the system refuses'),
  status: z.number().int().optional(), saying: z.string().optional().describe('words in the refusal'), times: count.optional(), note,
})

export const happensExpectation = z.strictObject({
  happens: matcher, times: count.optional().describe('default: at least once'),
  by: duration.optional(), from: duration.optional().describe('only what happens from this time on counts'),
  after: matcher.optional().describe('each time this has happened'), within: duration.optional().describe('of what `after` names'), note,
}).check(cx => {
  const { after, within, times, by } = cx.value
  const complain = (path: string, message: string) => cx.issues.push({ code: 'custom', path: [path], message, input: cx.value })
  if (after !== undefined && times !== undefined) complain('times', 'expected either times or after: after each of these it happens at least once')
  if (after !== undefined && by !== undefined) complain('by', 'expected within, which counts from what after names')
  if (after === undefined && within !== undefined) complain('within', 'expected it only together with after')
})

export const neverExpectation = z.strictObject({ never: matcher, from: duration.optional(), note })

export const expectation = z.union([
  serviceExpectation, arrayExpectation, diskExpectation, guestExpectation, nwsdExpectation, clientExpectation, reachExpectation,
  dataExpectation, refusedExpectation, happensExpectation, neverExpectation,
], { error: 'expected an expectation about a service, an array, a disk, a guest, an nwsd, a client, whom a node reaches, dataIntact, or what is refused, happens or never' })

export type Expectation = z.output<typeof expectation>
export type ExpectationInput = z.input<typeof expectation>
