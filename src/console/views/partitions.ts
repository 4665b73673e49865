/** /proc/partitions: disks with their partitions and running arrays, in the order in which they came (block/genhd.c show_partition). */
import type { GuestId } from '../../models/hypervisor/state.ts'
import type { MdView } from '../../models/md/state.ts'
import type { ScsiView } from '../../models/scsi/state.ts'
import { sdNumbers } from './names.ts'

export function procPartitions(scsi: ScsiView, md: MdView, guest: GuestId): string {
  const blocks: { since: number; kind: number; lines: string[] }[] = []
  for (const device of scsi.buses[guest]?.devices ?? []) {
    const d = scsi.devices[device]!, disk = scsi.disks[d.disk]!, lines = [line(...sdNumbers(d.letter, 0), disk.sizeKib, d.name)]
    if (d.partitioned) for (const { number, sizeKib } of disk.partitions) lines.push(line(...sdNumbers(d.letter, number), sizeKib, `${d.name}${number}`))
    blocks.push({ since: d.since, kind: 0, lines })
  }
  const arrays = (md.guests[guest]?.arrays ?? []).map(id => md.arrays[id]!).filter(a => a.state === 'active').sort((a, b) => a.order - b.order)
  for (const a of arrays) blocks.push({ since: a.startedAt, kind: 1, lines: [line(9, Number(a.name.slice(2)), a.sizeKib, a.name)] })
  blocks.sort((a, b) => a.since - b.since || a.kind - b.kind)
  return `major minor  #blocks  name\n\n${blocks.flatMap(({ lines }) => lines).join('')}`
}

const line = (major: number, minor: number, sizeKib: number, name: string): string =>
  `${String(major).padStart(4)}  ${String(minor).padStart(7)} ${String(sizeKib).padStart(10)} ${name}\n`
