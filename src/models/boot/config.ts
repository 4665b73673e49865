/**
 * The section `boot:` of a scenario: from which disks partitions boot, and with what.
 *
 * All of it may be left out: the root array is the one over the partitions called `root`, the boot order is that of the disks, and every
 * PREP partition holds the current kernel, as after the installation and one `dd` for each further disk.
 */
import { z } from 'zod'
import { duration, id } from '../schema.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { ArrayId } from '../md/state.ts'
import type { DiskId } from '../scsi/state.ts'

/** `current`: boots the kernel of today; `stale`: an older one; `none`: empty, nothing boots from it until it is copied. */
export const PREP = ['current', 'stale', 'none'] as const

export const bootConfig = z.strictObject({
  guests: z.record(id<GuestId>('a guest'), z.strictObject({
    root: z.union([id<ArrayId>('an array'), z.literal(false)]).optional().describe('the array of the root file system; false: not on an array'),
    swap: id<ArrayId>('an array').optional().describe('an array that the running system really swaps to'),
    bootOrder: z.array(id<DiskId>('a storage space')).min(1).optional(),
    prep: z.record(id<DiskId>('a storage space'), z.enum(PREP)).optional().describe('disks that are not named are current'),
  })).default({}),
  retry: duration.optional().describe('from a disk that appears to the next attempt of a guest that waits in open firmware; default 10s'),
}).prefault({})
export type BootConfig = z.output<typeof bootConfig>
