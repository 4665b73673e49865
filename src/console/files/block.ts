/**
 * The block devices of a partition by their names: disks, their partitions, arrays. Everything that shows or opens one asks here.
 * Source: drivers/scsi/sd.c (numbers and names), block/genhd.c.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Kib } from '../../base/time.ts'
import type { GuestId } from '../../models/hypervisor/state.ts'
import { arrayNamed, type ArrayId, type MdState } from '../../models/md/state.ts'
import { deviceNamed, partitionNamed, type DeviceId, type DiskId, type ScsiState } from '../../models/scsi/state.ts'
import { sdNumbers } from '../views/names.ts'

export type BlockName =
  | { readonly kind: 'disk'; readonly name: string; readonly device: DeviceId; readonly disk: DiskId; readonly sizeKib: Kib; readonly major: number; readonly minor: number }
  | { readonly kind: 'partition'; readonly name: string; readonly device: DeviceId; readonly disk: DiskId; readonly number: number; readonly startKib: Kib; readonly sizeKib: Kib; readonly major: number; readonly minor: number }
  | { readonly kind: 'array'; readonly name: string; readonly array: ArrayId; readonly sizeKib: Kib; readonly major: number; readonly minor: number }
type World = DeepReadonly<{ scsi: ScsiState; md: MdState }>

/** Where the first partition begins; before it lies the partition table. */
const TABLE_KIB: Kib = 1024

/** What `sdb`, `sdb3` or `md1` is now; undefined if the kernel has no such device. An array that does not run has no size. */
export function blockNamed({ scsi, md }: World, guest: GuestId, name: string): BlockName | undefined {
  if (name.startsWith('md')) {
    const array = arrayNamed(md, guest, name)
    if (array === undefined || !/^md\d+$/.test(name)) return undefined
    const a = md.arrays[array]!
    return a.state === 'stopped' ? undefined : { kind: 'array', name, array, sizeKib: a.state === 'active' ? a.sizeKib : 0, major: 9, minor: Number(name.slice(2)) }
  }
  const number = Number(/\d+$/.exec(name)?.[0] ?? 0), device = deviceNamed(scsi, guest, number === 0 ? name : name.replace(/\d+$/, ''))
  if (device === undefined) return undefined
  const { disk, letter } = scsi.devices[device]!, [major, minor] = sdNumbers(letter, number)
  if (number === 0) return name === scsi.devices[device]!.name ? { kind: 'disk', name, device, disk, sizeKib: scsi.disks[disk]!.sizeKib, major, minor } : undefined
  const ref = partitionNamed(scsi, guest, name)
  return ref && { kind: 'partition', name, device, disk, number, startKib: startOf(scsi, disk, number), sizeKib: ref.sizeKib, major, minor }
}

/** Where a partition begins on its disk. */
export function startOf(scsi: World['scsi'], disk: DiskId, number: number): Kib {
  let at = TABLE_KIB
  for (const one of scsi.disks[disk]!.partitions) {
    if (one.number === number) return at
    at += one.sizeKib
  }
  return at
}

/** All of them, disks in the order in which they came, each followed by its partitions, then arrays by number. */
export function* blockNames({ scsi, md }: World, guest: GuestId, parts = true): Generator<string> {
  for (const device of scsi.buses[guest]?.devices ?? []) {
    const d = scsi.devices[device]!
    yield d.name
    if (parts && d.partitioned) for (const { number } of scsi.disks[d.disk]!.partitions) yield `${d.name}${number}`
  }
  const arrays = (md.guests[guest]?.arrays ?? []).map(id => md.arrays[id]!).filter(a => a.state !== 'stopped').map(a => a.name)
  yield* arrays.sort((a, b) => Number(a.slice(2)) - Number(b.slice(2)))
}

/** What tells one device from the next that has its name. */
export const identityOf = (block: BlockName | undefined): string =>
  block === undefined ? '' : block.kind === 'array' ? block.array : block.kind === 'disk' ? block.device : `${block.device}.${block.number}`
