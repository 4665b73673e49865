/**
 * What a person can see: mdstat, the devices on the bus, whether the host serves its disk again. Pure questions about the slices below.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import type { GuestId, HypervisorState } from '../hypervisor/state.ts'
import { memberOn, type ArrayId, type MdState } from '../md/state.ts'
import { outcome, type DiskId, type ScsiState } from '../scsi/state.ts'
import type { Operator, OperatorState } from './state.ts'

export type Seen = DeepReadonly<{ hypervisor: HypervisorState; scsi: ScsiState; md: MdState }>

/** Somebody can type there. */
export function isUp(world: Seen, guest: GuestId): boolean {
  const g = world.hypervisor.guests[guest]
  return g !== undefined && g.up && !g.hung
}

/** `sdb`, or null while the guest does not know the disk. */
export function diskName(world: Seen, disk: DiskId): string | null {
  const device = world.scsi.disks[disk]!.device
  return device === null ? null : world.scsi.devices[device]!.name
}

export const isServed = (world: Seen, disk: DiskId): boolean => world.scsi.disks[disk]!.path === 'ok'

/** Members in sync that can be read and written at this moment, without the one on `except`. */
export function goodCopies(world: Seen, array: ArrayId, except: DiskId): number {
  let copies = 0
  const { members, slotted } = world.md.arrays[array]!
  for (const at of slotted) {
    const member = members[at]!
    if (member.inSync && !member.faulty && member.disk !== except && outcome(world.scsi, member.device, 'write') === 'ok') copies++
  }
  return copies
}

/** A recovery or resync runs, or waits for another. */
export const isBusy = (world: Seen, array: ArrayId): boolean => world.md.arrays[array]!.sync !== null

/**
 * Something is wrong with the disk. A glance at mdstat shows members that are failed or missing; who has a reason to look at this disk
 * also sees that it is not served, or that its device is gone or offline.
 */
export function isSick(world: Seen, s: DeepReadonly<OperatorState>, o: DeepReadonly<Operator>, disk: DiskId, closely: boolean): boolean {
  for (const { array } of s.places[disk] ?? []) {
    const a = world.md.arrays[array]!
    if (!caresFor(o, array) || a.state !== 'active') continue
    if (world.md.arraysOn[disk]?.includes(array) !== true || (o.restarts && isBroken(world, array))) return true
    if (a.failed > 0 && memberOn(world.md, array, disk)!.faulty) return true
  }
  if (!closely) return false
  const { device } = world.scsi.disks[disk]!
  return device === null || outcome(world.scsi, device, 'write') !== 'ok'
}

/** Writes fail and will go on failing, although a copy is there: one can read it, or could if its disk had not come back under another name. */
export function isBroken(world: Seen, array: ArrayId): boolean {
  const { broken, access, members } = world.md.arrays[array]!
  return broken && (access.readable || members.some(({ inSync, faulty, disk }) => inSync && !faulty && world.scsi.disks[disk]!.device !== null && isServed(world, disk)))
}

export const caresFor = (o: DeepReadonly<Operator>, array: ArrayId): boolean => o.arrays === null || o.arrays.includes(array)

/** The disk that a slip takes for this one: a good half of one of its mirrors; null if there is none. */
export function otherHalf(world: Seen, s: DeepReadonly<OperatorState>, disk: DiskId): DiskId | null {
  for (const { array } of s.places[disk] ?? [])
    for (const member of world.md.arrays[array]!.members)
      if (member.disk !== disk && member.inSync && !member.faulty) return member.disk
  return null
}
