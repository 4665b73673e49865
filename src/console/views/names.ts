/**
 * Device names and numbers as Linux gives them: sd and md majors and minors, letters, and whether a name in /dev still means the device.
 * Source: Documentation/admin-guide/devices.txt, drivers/scsi/sd.c.
 */
import type { MemberView } from '../../models/md/state.ts'
import { deviceNamed, type ScsiView } from '../../models/scsi/state.ts'
import type { GuestId } from '../../models/hypervisor/state.ts'

/** sd has sixteen minors a disk, sixteen disks a major. */
export function sdNumbers(letter: number, partition: number): [number, number] {
  const block = Math.floor(letter / 16)
  return [block === 0 ? 8 : 64 + block, letter % 16 * 16 + partition]
}

/** 0 for sda and sda3, 26 for sdaa. */
export function letterOf(name: string): number {
  let letter = 0
  for (const c of /^sd([a-z]+)/.exec(name)?.[1] ?? '') letter = letter * 26 + c.charCodeAt(0) - 96
  return letter - 1
}

/** The path in /dev, undefined once the device has been removed or its name has gone to another disk. */
export function pathOf(scsi: ScsiView, guest: GuestId, m: MemberView): string | undefined {
  return deviceNamed(scsi, guest, m.name.replace(/\d+$/, '')) === m.device ? `/dev/${m.name}` : undefined
}
