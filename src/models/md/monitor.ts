/** mdadm --monitor: moves a spare from an array of the same group to one that has none. Without it nobody does (VS-44). */
import type { GuestId } from '../hypervisor/state.ts'
import type { Cx } from './access.ts'
import { guestOf } from './arrays.ts'
import type { ArrayId, MdArray, MdState, Member } from './state.ts'
import { dataSizeKib } from './superblock.ts'

/** The next look; it looks at fixed intervals, and a look that would find nothing is not simulated. */
export function expectMonitor(s: MdState, guest: GuestId, cx: Cx): void {
  const g = guestOf(s, guest)
  if (g.monitor && g.monitorTimer === null) g.monitorTimer = cx.after(s.monitorDelay - cx.now % s.monitorDelay, { type: 'md.monitorLooked', guest })
}

export function monitorLooks(s: MdState, guest: GuestId, cx: Cx): void {
  const g = guestOf(s, guest)
  g.monitorTimer = null
  if (!g.monitor) return
  for (const id of g.arrays) {
    const a = s.arrays[id]!
    if (a.state !== 'active' || a.spareGroup === null || a.inSync >= a.raidDevices || a.broken || hasSpareOrTarget(a)) continue
    const donor = donorFor(s, id, a, cx)
    if (donor === undefined) continue
    cx.emit({ type: 'md.remove', array: donor.id, device: donor.m.name })
    cx.emit({ type: 'md.add', array: id, device: donor.m.name, reAdd: true })
    return expectMonitor(s, guest, cx)
  }
}

function hasSpareOrTarget(a: MdArray): boolean {
  for (const m of a.members) if (!m.faulty && !m.inSync) return true
  return false
}

function donorFor(s: MdState, needy: ArrayId, a: MdArray, cx: Cx): { id: ArrayId; m: Member } | undefined {
  for (const id of s.guests[a.guest]!.arrays) {
    const b = s.arrays[id]!
    if (id === needy || b.state !== 'active' || b.spareGroup !== a.spareGroup || b.inSync < b.raidDevices) continue
    for (const m of b.members) {
      if (m.faulty || m.slot >= 0 || cx.world.scsi.devices[m.device]?.state !== 'running') continue
      const size = cx.world.scsi.disks[m.disk]!.partitions[m.partition - 1]!.sizeKib
      if (dataSizeKib(a.metadata, size) >= a.sizeKib) return { id, m }
    }
  }
  return undefined
}
