/** What may be asked about the kernels and boot disks of partitions, and what is told of how they boot. */
import { z } from 'zod'
import { id } from '../schema.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { ArrayId } from '../md/state.ts'
import type { DiskId } from '../scsi/state.ts'

const guest = id<GuestId>('a guest'), disk = id<DiskId>('a storage space')

export const bootRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('boot.copyPrep'), guest, from: disk, to: disk }).describe('dd if=/dev/sda1 of=/dev/sdb1'),
  z.strictObject({
    type: z.literal('boot.updateKernel'), guest, disk: disk.optional().describe('whose PREP is written; default: the one booted from'),
  }),
  z.strictObject({ type: z.literal('boot.setBootOrder'), guest, order: z.array(disk).min(1) }),
])
export type BootRequest = z.output<typeof bootRequests>

export type BootFact =
  /** `kernel` counts the kernels this guest has had; an older one than the newest comes from a stale PREP partition. */
  | { type: 'boot.bootedFrom'; guest: GuestId; disk: DiskId; kernel: number }
  | { type: 'boot.oldKernelBooted'; guest: GuestId; disk: DiskId; kernel: number; newest: number }
  | { type: 'boot.noBootDevice'; guest: GuestId }
  /** The kernel waits for a server that is there and does not answer (up to 300 s for each). */
  | { type: 'boot.waitedForServer'; guest: GuestId; disk: DiskId }
  /** The kernel has probed its adapters and assembled what it found: now it looks for its root. */
  | { type: 'boot.arraysAssembled'; guest: GuestId }
  | { type: 'boot.rootMissing'; guest: GuestId }
  /** A page that was swapped out cannot be read: the system ends. */
  | { type: 'boot.swapLost'; guest: GuestId }
  /** A disk has appeared and the guest, which waits in open firmware, tries again. */
  | { type: 'boot.retried'; guest: GuestId }
  /** A failed write: the root file system goes read-only, and stays so until the guest is booted. */
  | { type: 'boot.rootReadOnly'; guest: GuestId }
  /** Reads fail: programs die. The guest must be booted when its disks are back. */
  | { type: 'boot.rootLost'; guest: GuestId }
  /** Booted again, from a root that reads and writes. */
  | { type: 'boot.rootRestored'; guest: GuestId }
  /** An array was assembled from a copy that is older than another one which exists: from now on there are two truths. */
  | { type: 'boot.dataSplit'; guest: GuestId; array: ArrayId; disk: DiskId }
  | { type: 'boot.prepCopied'; guest: GuestId; from: DiskId; to: DiskId; kernel: number }
  | { type: 'boot.kernelUpdated'; guest: GuestId; disk: DiskId; kernel: number }
