/**
 * New arrays: create, which writes superblocks, and build, which does not.
 *
 * Rules: all members of a new array are in sync by decree, and a resync makes that true unless somebody says they are equal already; what lay on them before
 * belongs to nobody any more. Of an array that was built nothing is left once it is stopped. Source: mdadm Create.c, Build.c; md.c md_set_array_info.
 */
import type { GuestId } from '../hypervisor/state.ts'
import { outcome, partitionNamed, type PartitionRef } from '../scsi/state.ts'
import type { Cx } from './access.ts'
import { blankArray, freshId, guestOf, labelOf } from './arrays.ts'
import { start } from './assembly.ts'
import { newBitmap } from './bitmap.ts'
import type { MdRequest } from './events.ts'
import { bind, newMember, no, setFlags, userOf } from './members.ts'
import { blankExtents, storedAt } from './shadow.ts'
import { arrayNamed, type ArrayId, type MdArray, type MdState, type Member } from './state.ts'
import { dataSizeKib } from './superblock.ts'

type Request<T extends MdRequest['type']> = Extract<MdRequest, { type: T }>

export function create(s: MdState, { guest, array, name: wanted, link, label, homehost = guest, uuid, level = 1, metadata: version, devices, raidDevices, spareDevices = 0, bitmap, bitmapFile, bitmapDelay, chunkKib, assumeClean, sizeKib, writeMostly, failfast }: Request<'md.create'>, cx: Cx): void {
  if (String(level) !== '1' && level !== 'raid1' && level !== 'mirror') return cx.refuse(no(`RAID level ${level} is not modelled: raid1 is`))
  const metadata = version ?? '1.2', name = wanted ?? array, running = arrayNamed(s, guest, name)
  if (running !== undefined && s.arrays[running]!.state !== 'stopped' && !devices.some(device => device !== 'missing' && isBusy(s, guest, device, cx))) return cx.refuse(no(`array /dev/${name} already exists`))
  if (devices.length !== raidDevices + spareDevices) return cx.refuse(no(`You haven't given enough devices (real or missing) to create this array`))
  const refs: (PartitionRef | undefined)[] = []
  for (const device of devices) {
    const ref = device === 'missing' ? undefined : partitionNamed(cx.world.scsi, guest, device)
    if (device !== 'missing' && ref === undefined) return cx.refuse(no(`cannot open /dev/${device}: No such file or directory`, 2))
    // With the metadata given, mdadm looks at each device on its own before it gives up.
    if (ref !== undefined && userOf(s, ref) !== undefined)
      return cx.refuse(version === undefined ? no(`cannot open /dev/${device}: Device or resource busy`, 2) : no(`/dev/${device} is not suitable for this array.\nmdadm: create aborted`))
    if (ref !== undefined && outcome(cx.world.scsi, ref.device, 'write') !== 'ok') return cx.refuse(no(`Failed to write metadata to /dev/${device}`))
    refs.push(ref)
  }
  const sizes = refs.flatMap(ref => ref === undefined ? [] : [dataSizeKib(metadata, ref.sizeKib)])
  if (sizes.length === 0 || refs.slice(0, raidDevices).every(ref => ref === undefined)) return cx.refuse(no('failed to create: all devices are missing'))
  if (sizeKib !== undefined && sizeKib > Math.min(...sizes)) return cx.refuse(no(`a device is smaller than given size: ${Math.min(...sizes)}K < ${sizeKib}K`))
  const id = freshId(s, array), a = blankArray(s, { id, guest, name, label: labelOf(homehost, label ?? name.replace(/^md/, '')), metadata, raidDevices, sizeKib: sizeKib ?? Math.min(...sizes) })
  if (uuid !== undefined) a.uuid = uuid
  enter(s, id, a, link, cx)
  for (const [i, ref] of refs.entries()) {
    const m = ref === undefined ? undefined : newMember(ref, devices[i]!, i)
    if (m === undefined) continue
    setFlags(m, { writeMostly: writeMostly?.includes(m.name), failfast: failfast?.includes(m.name) })
    storedAt(s, m.place).superblock = null
    take(s, id, a, m, cx)
  }
  a.events = metadata === '0.90' ? 1 : 0
  if (bitmap === 'internal' || bitmapFile !== undefined) a.bitmap = newBitmap({ chunkKib, delay: bitmapDelay, file: bitmapFile }, 0, cx.now)
  a.resyncKib = assumeClean || a.inSync < 2 ? null : 0
  start(s, id, a, 'rw', cx)
}
const isBusy = (s: MdState, guest: GuestId, device: string, cx: Cx): boolean => {
  const ref = partitionNamed(cx.world.scsi, guest, device)
  return ref !== undefined && userOf(s, ref) !== undefined
}

/** Nothing is looked at but whether the devices can be used. */
export function build(s: MdState, { guest, array, name, link, devices, assumeClean, sizeKib, bitmapFile, bitmapDelay, chunkKib, writeMostly }: Request<'md.build'>, cx: Cx): void {
  const running = arrayNamed(s, guest, name), refs: (PartitionRef | undefined)[] = []
  if (running !== undefined && s.arrays[running]!.state !== 'stopped') return cx.refuse(no(`/dev/${name} is already in use.`))
  let least = Infinity
  for (const device of devices) {
    const ref = device === 'missing' ? undefined : partitionNamed(cx.world.scsi, guest, device)
    if (device !== 'missing' && ref === undefined) return cx.refuse(no(`stat failed for /dev/${device}: No such file or directory`))
    if (ref !== undefined && userOf(s, ref) !== undefined) return cx.refuse(no(`Cannot open /dev/${device}: Device or resource busy`))
    if (ref !== undefined) least = Math.min(least, ref.sizeKib)
    refs.push(ref)
  }
  if (least === Infinity || (sizeKib ?? 0) > least) return cx.refuse(no('RUN_ARRAY failed: Invalid argument'))
  const id = freshId(s, array), a = blankArray(s, { id, guest, name, label: '', metadata: 'none', raidDevices: devices.length, sizeKib: sizeKib ?? least })
  a.uuid = '00000000:00000000:00000000:00000000'
  enter(s, id, a, link, cx)
  for (const [i, ref] of refs.entries()) {
    if (ref === undefined) continue
    const m = newMember(ref, devices[i]!, i)
    setFlags(m, { writeMostly: writeMostly?.includes(m.name) })
    take(s, id, a, m, cx)
  }
  if (bitmapFile !== undefined) a.bitmap = newBitmap({ chunkKib, delay: bitmapDelay, file: bitmapFile }, 0, cx.now)
  a.resyncKib = assumeClean || a.inSync < 2 ? null : 0
  start(s, id, a, 'rw', cx)
}

function enter(s: MdState, id: ArrayId, a: MdArray, link: string | undefined, cx: Cx): void {
  const g = guestOf(s, a.guest)
  if (link !== undefined) g.links[link] = a.name
  s.arrays[id] = a
  a.createdAt = a.updatedAt = cx.now
  if (!g.arrays.includes(id)) g.arrays.push(id)
  s.version++
  a.acknowledged = blankExtents(s.version)
}
/** The first devices of the list are in the slots. */
function take(s: MdState, id: ArrayId, a: MdArray, m: Member, cx: Cx): void {
  if (m.number < a.raidDevices) {
    m.slot = m.number
    m.inSync = true
    a.inSync++
  }
  const stored = storedAt(s, m.place)
  stored.content = null
  stored.contentOf = null
  bind(s, id, a, m, cx)
}
