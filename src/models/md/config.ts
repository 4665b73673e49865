/** The mirrors' section of a scenario: arrays over partitions of disks, how they are used, speed limits, the monitor. */
import { z } from 'zod'
import { DEFAULTS } from '../defaults.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { distribution, duration, id, size, speed } from '../schema.ts'
import type { DiskId } from '../scsi/state.ts'
import type { ArrayId } from './state.ts'

/** `d1/root`: the partition that the layout calls `root` on the disk `d1`. */
const place = z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]*\/[a-z][a-z0-9_-]*$/, 'expected disk/partition such as d1/root')
  .transform((text): Place => ({ disk: text.split('/')[0] as DiskId, partition: text.split('/')[1]! }))
export interface Place { readonly disk: DiskId; readonly partition: string }

/** How an array is used, which decides when a dead disk is noticed. */
const io = z.union([
  z.literal('idle'),
  z.strictObject({
    commitEvery: duration.default(DEFAULTS['DD-56'].value).describe('a file system commits at this interval; default 5s, as ext3 and ext4 do'),
    touches: size.optional().describe('the part of the array that it writes again and again; default 1 GiB'),
  }),
  z.strictObject({ every: distribution.describe('time from the loss of a disk to the next write') }),
], { error: 'expected idle, { commitEvery: 5s } or { every: … }' })

export const arrayConfig = z.strictObject({
  on: id<GuestId>('a guest'),
  name: z.string().regex(/^md\d+$/, 'expected the name of a device such as md1').optional(),
  level: z.union([z.number().int(), z.string()]).default(1)
    .refine(level => level === 1 || level === 'raid1' || level === '1', { error: 'expected level 1: other RAID levels are not modelled' })
    .transform((): 1 => 1),
  metadata: z.enum(['0.90', '1.0', '1.1', '1.2']).default('1.2'),
  raidDevices: z.number().int().positive().default(2),
  members: z.array(z.union([z.literal('missing'), place])).min(1).describe('one for each raid device; missing leaves a place empty'),
  spares: z.array(place).default([]),
  size: size.optional().describe('default: what the smallest member can hold'),
  bitmap: z.union([z.enum(['none', 'internal']), z.strictObject({ chunk: size })]).default('none'),
  io: io.default('idle'),
  spareGroup: z.string().optional().describe('arrays of one group share spares, if a monitor runs'),
})

export const mdConfig = z.strictObject({
  arrays: z.record(id<ArrayId>('an array'), arrayConfig).default({}),
  speed: z.strictObject({
    limitMin: speed.optional().describe('speed_limit_min, KiB/s'),
    limitMax: speed.optional().describe('speed_limit_max, KiB/s'),
    rate: speed.optional().describe('what the disks give a recovery, KiB/s'),
    busyShare: z.number().min(0).max(1).optional().describe('which part of the rate foreground I/O leaves to a recovery'),
  }).default({}),
  profile: z.enum(['mdadm-4.2', 'mdadm-classic']).default('mdadm-4.2').describe('what the short option -r does: 4.2 swallows its argument and removes nothing'),
  monitor: z.strictObject({ delay: duration.optional().describe('mdadm --monitor looks this often') }).optional()
    .describe('without a running monitor nobody moves spares within a group'),
}).prefault({})
export type ArrayConfig = z.output<typeof arrayConfig>
export type MdConfig = z.output<typeof mdConfig>
