/** The bus's section of a scenario: the layout of partitions, error handling, and disks that no adapter brings. */
import { z } from 'zod'
import type { Kib } from '../../base/time.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { duration, id, size } from '../schema.ts'
import type { DiskId } from './ids.ts'

const layout = z.record(z.string().regex(/^[a-z][a-z0-9_-]*$/, 'expected the name of a partition such as prep, swap or root'),
  z.union([z.literal('rest'), size], { error: 'expected a size such as 2 GiB, or rest' }))
  .describe('partitions 1, 2, 3 … of every disk of the guest, in this order')

export const diskConfig = z.strictObject({
  disk: id<DiskId>('a disk'),
  guest: id<GuestId>('a guest'),
  host: z.number().int().nonnegative().describe('the number of the adapter: host0, host1 …'),
  sizeKib: z.number().int().positive().transform((value): Kib => value),
  reachable: z.boolean().optional(),
})

export const scsiConfig = z.strictObject({
  layout: z.record(id<GuestId>('a guest'), layout).default({}),
  hosts: z.record(id<GuestId>('a guest'), z.array(z.number().int().nonnegative())).optional().describe('adapters without a disk'),
  disks: z.array(diskConfig).default([]).describe('disks that are on a guest\'s bus; an adapter model such as vscsi brings its own'),
  held: z.array(id<DiskId>('a disk')).default([]).describe('for each partition in use at the start, its disk; the mirrors bring theirs'),
  errorHandling: z.strictObject({
    timeout: duration.optional().describe('after which a command to a silent disk is given up'),
    abort: duration.optional().describe('then for the abort'),
    reset: duration.optional().describe('then for the reset of the logical unit'),
    hostReset: duration.optional().describe('then for the reset of the adapter; the device is offline after that'),
  }).optional(),
}).prefault({})
export type ScsiConfig = z.output<typeof scsiConfig>
