/**
 * Members come and go at somebody's request: what mdadm asks of a running array, and what it answers when the kernel says no.
 *
 * Rules: in use is not removed, present is not added (VS-48); the last member in sync is answered with "busy" (VS-82); `failed` and
 * `detached` with nothing to do succeed in silence (VS-96); `-a` is a re-add where superblock and bitmap, or event counts, allow it
 * (VS-88). Source: mdadm Manage.c; md.c hot_remove_disk, md_add_new_disk, state_store.
 */
import { copy } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { Refusal } from '../../core/model.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { deviceNamed, outcome, partitionNamed, type PartitionRef, type ScsiView } from '../scsi/state.ts'
import { tellAccess, type Cx } from './access.ts'
import { failMember, writeSuper } from './failure.ts'
import { settle } from './io.ts'
import { react } from './recovery.ts'
import { findSlotted, memberNamed, placeOf, type ArrayId, type ArrayView, type MdArray, type MdState, type Member } from './state.ts'
import { dataSizeKib, writeDown } from './superblock.ts'
import { interruptSync } from './sync.ts'

export const no = (text: string, status = 1): Refusal => ({ status, text: `mdadm: ${text}` })
export const STAT = (device: string): Refusal => no(`stat failed for /dev/${device}: No such file or directory`)
const noComponent = (device: string, a: ArrayView): Refusal => no(`${device} does not appear to be a component of /dev/${a.name}`)
export const noArray = (array: string): Refusal => no(`error opening /dev/${array}: No such file or directory`)

/** The array in which a partition is used, running or not. */
export function userOf(s: MdState, ref: Pick<PartitionRef, 'device' | 'disk' | 'number'>): ArrayId | undefined {
  for (const id of s.arraysOn[ref.disk] ?? [])
    for (const m of s.arrays[id]!.members) if (m.device === ref.device && m.partition === ref.number) return id
  return undefined
}

/** Takes a partition into the list of members, in front of all others. */
export function bind(s: MdState, id: ArrayId, a: MdArray, m: Member, cx: Cx): void {
  a.members.unshift(m)
  findSlotted(a)
  a.recoveryDisabled = false
  const on = (s.arraysOn[m.disk] ??= [])
  if (!on.includes(id)) on.push(id)
  cx.emit({ type: 'scsi.hold', device: m.device })
}

/** Out of the list. A guest that is down holds nothing any more. */
export function unbind(s: MdState, id: ArrayId, a: MdArray, m: Member, cx: Cx, release = true): void {
  a.members.splice(a.members.indexOf(m), 1)
  findSlotted(a)
  if (m.faulty) a.failed--
  let more = false
  for (const other of a.members) if (other.disk === m.disk) more = true
  if (!more) {
    const on = s.arraysOn[m.disk]!
    on.splice(on.indexOf(id), 1)
  }
  const waits = a.waitsFor.indexOf(m.device)
  if (waits >= 0 && !more) a.waitsFor.splice(waits, 1)
  if (release) cx.emit({ type: 'scsi.release', device: m.device })
}

export const newMember = (ref: PartitionRef, name: string, number: number): Member => ({
  device: ref.device, disk: ref.disk, partition: ref.number, place: placeOf(ref.disk, ref.number), name, number, slot: -1, inSync: false, faulty: false, replacement: false,
  wantReplacement: false, writeMostly: false, failfast: false, recoveredKib: 0, savedSlot: -1, events: 0, hollow: false, reAdded: false,
})

/** The device cannot be opened any more: deleted, or given up. */
const isDetached = (scsi: ScsiView, m: Member): boolean => scsi.devices[m.device]?.state !== 'running'

/**
 * A member by name; a name that no longer exists in /dev, or another disk has now, does not mean the member. Where the name is the array's
 * own (`sdb3` without /dev) it is looked up among the members.
 */
function find(a: ArrayView, guest: GuestId, device: string, scsi: ScsiView, known = false): number | 'unknown' | 'other' {
  if (known) {
    const at = memberNamed(a, device)
    return at >= 0 ? at : 'unknown'
  }
  const ref = partitionNamed(scsi, guest, device)
  if (ref === undefined) return 'unknown'
  const at = memberNamed(a, device)
  return at >= 0 && a.members[at]!.device === ref.device ? at : 'other'
}

export function fail(s: MdState, id: ArrayId, device: string, known: boolean, cx: Cx): void {
  const a = s.arrays[id]
  if (a === undefined || a.state !== 'active') return cx.refuse(noArray(a?.name ?? id))
  if (device === 'failed') return
  if (device === 'detached') {
    let last: Member | undefined
    for (const m of a.members) if (isDetached(cx.world.scsi, m) && isLast(a, m)) last = m
    if (last !== undefined) return busy(id, last, cx)
    settle(s, a, cx.now)
    for (const m of a.members.slice()) if (isDetached(cx.world.scsi, m)) failMember(s, id, a, m, cx)
    return react(s, id, a, cx)
  }
  const at = find(a, a.guest, device, cx.world.scsi, known)
  if (at === 'unknown') return cx.refuse(known ? noComponent(device, a) : STAT(device))
  if (at === 'other') return cx.refuse(no(`set device faulty failed for /dev/${device}:  No such device`))
  const m = a.members[at]!
  if (m.faulty) return
  if (a.broken || isLast(a, m)) return busy(id, m, cx)
  settle(s, a, cx.now)
  failMember(s, id, a, m, cx)
  react(s, id, a, cx)
}
const isLast = (a: MdArray, m: Member): boolean => m.inSync && a.inSync === 1

/** The answer is no; what it does all the same comes as an event of its own. */
function busy(id: ArrayId, m: Member, cx: Cx): void {
  cx.refuse(no(`set device faulty failed for /dev/${m.name}:  Device or resource busy`, 2))
  cx.emit({ type: 'md.busyButFailed', array: id, device: m.name })
}

export function failAllTheSame(s: MdState, id: ArrayId, device: string, cx: Cx): void {
  const a = s.arrays[id]
  if (a === undefined || a.state !== 'active') return
  const at = memberNamed(a, device)
  if (at < 0) return
  settle(s, a, cx.now)
  failMember(s, id, a, a.members[at]!, cx)
  react(s, id, a, cx)
}

export function remove(s: MdState, id: ArrayId, device: string, known: boolean, cx: Cx): void {
  const a = s.arrays[id]
  if (a === undefined || a.state === 'stopped') return cx.refuse(noArray(a?.name ?? id))
  const going: Member[] = []
  if (device === 'failed' || device === 'detached') {
    for (const m of a.members) if (device === 'failed' ? m.faulty : isDetached(cx.world.scsi, m)) going.push(m)
    going.sort((x, y) => x.number - y.number)
    if (going.length === 0) return
  } else {
    const at = find(a, a.guest, device, cx.world.scsi, known)
    if (at === 'unknown') return cx.refuse(known ? noComponent(device, a) : STAT(device))
    if (at === 'other') return cx.refuse(no(`hot remove failed for /dev/${device}: No such device or address`))
    going.push(a.members[at]!)
  }
  if (a.state === 'active') for (const m of going) if (isInUse(a, m)) return cx.refuse(no(`hot remove failed for /dev/${m.name}: Device or resource busy`))
  settle(s, a, cx.now)
  for (const m of going) take(s, id, a, m, cx)
  writeSuper(s, id, a, true, cx)
  react(s, id, a, cx)
}

/** In sync, or being rebuilt; or failed and still in its slot because recovery is frozen. */
const isInUse = (a: MdArray, m: Member): boolean => m.slot >= 0 && (!m.faulty || a.sync !== null)

/** Out of the array and no longer held; who calls sees to the superblocks of the rest. */
export function take(s: MdState, id: ArrayId, a: MdArray, m: Member, cx: Cx): void {
  if (!m.faulty) writeDown(s, id, a, m, cx.now)
  unbind(s, id, a, m, cx)
  a.changed = true
  cx.emit({ type: 'md.memberRemoved', array: id, device: m.name, disk: m.disk, member: m.number })
}

/** What a member is told to be from now on; what is absent stays as it was. */
export interface Flags { readonly writeMostly?: boolean | undefined; readonly failfast?: boolean | undefined }
export function setFlags(m: Member, { writeMostly, failfast }: Flags): void {
  if (writeMostly !== undefined) m.writeMostly = writeMostly
  if (failfast !== undefined) m.failfast = failfast
}

export function add(s: MdState, id: ArrayId, device: string, how: 'add' | 'add-spare' | 're-add', flags: Flags, cx: Cx): void {
  const a = s.arrays[id]
  if (a === undefined || a.state === 'stopped') return cx.refuse(noArray(a?.name ?? id))
  if (a.state !== 'active') return cx.refuse(no(`cannot get array info for /dev/${a.name}`))
  const ref = partitionNamed(cx.world.scsi, a.guest, device)
  if (ref === undefined) return cx.refuse(STAT(device))
  const user = userOf(s, ref), impossible = no(`--re-add for /dev/${device} to /dev/${a.name} is not possible`)
  if (user !== undefined) {
    const m = user === id ? a.members[memberNamed(a, device)]! : undefined
    if (how !== 're-add' || m === undefined || !m.faulty || m.slot >= 0 || m.savedSlot < 0) return cx.refuse(no(`Cannot open /dev/${device}: Device or resource busy`))
    return revive(s, id, a, m, cx)
  }
  if (cx.world.scsi.devices[ref.device]!.state !== 'running') return cx.refuse(no(`Cannot open /dev/${device}: No such device or address`))
  if (a.mode === 'ro') return cx.refuse(no(`add new device failed for /dev/${device} as ${freeNumber(a)}: Read-only file system`))
  // A refusal changes nothing, not even what is accounted for lazily: whether it is possible is tried on a copy.
  if (how === 're-add' && earlierMember(s, id, settledCopy(s, a, cx.now), ref) === undefined) return cx.refuse(impossible)
  if (dataSizeKib(a.metadata, ref.sizeKib) < a.sizeKib) return cx.refuse(no(`/dev/${device} not large enough to join array`))
  const bare = a.metadata === 'none'
  if (!bare && how !== 're-add' && !hasReadableMember(a, cx.world.scsi)) return cx.refuse(no(`cannot load array metadata from /dev/${a.name}`))
  if (!bare && outcome(cx.world.scsi, ref.device, 'write') !== 'ok') return cx.refuse(no(`Failed to write metadata to /dev/${device}`))
  settle(s, a, cx.now)
  const known = how === 'add-spare' || (bare && how === 'add') ? undefined : earlierMember(s, id, a, ref)
  // A recovery that runs is held back for the moment, and goes on from where it was (VS-87).
  if (a.sync !== null && a.sync.action === 'recovery') interruptSync(s, id, a, cx)
  const m = newMember(ref, device, known?.number ?? freeNumber(a))
  if (known !== undefined) {
    m.savedSlot = known.slot
    setFlags(m, known)
  }
  setFlags(m, flags)
  bind(s, id, a, m, cx)
  joined(s, id, a, m, known === undefined ? 'added' : 're-added', cx)
}

/** mdadm reads what the superblock of a new member is to say from a member in sync. */
function hasReadableMember(a: MdArray, scsi: ScsiView): boolean {
  for (const m of a.members) if (m.inSync && isNamed(scsi, a.guest, m) && outcome(scsi, m.device, 'read') === 'ok') return true
  return false
}
const isNamed = (scsi: ScsiView, guest: GuestId, m: Member): boolean => deviceNamed(scsi, guest, m.name.replace(/\d+$/, '')) === m.device

function settledCopy(s: MdState, a: MdArray, now: Micros): MdArray {
  const trial = copy(a)
  settle({ ...s }, trial, now)
  return trial
}

/** A failed member that was not yet removed is taken back as it is; without a bitmap nothing is copied. */
function revive(s: MdState, id: ArrayId, a: MdArray, m: Member, cx: Cx): void {
  settle(s, a, cx.now)
  m.faulty = false
  a.failed--
  a.recoveryDisabled = false
  joined(s, id, a, m, 're-added', cx)
}

function joined(s: MdState, id: ArrayId, a: MdArray, m: Member, as: 'added' | 're-added', cx: Cx): void {
  if (a.mode === 'auto') a.mode = 'rw'
  m.reAdded = as === 're-added'
  a.changed = true
  cx.emit({ type: 'md.memberAdded', array: id, device: m.name, disk: m.disk, member: m.number, as })
  writeSuper(s, id, a, true, cx)
  react(s, id, a, cx)
}

/** What its superblock says it was here, if that can still be trusted. */
function earlierMember(s: MdState, id: ArrayId, a: MdArray, ref: PartitionRef): { number: number; slot: number } & Flags | undefined {
  // Without a superblock nobody can tell: it is believed, and goes to the lowest empty slot.
  if (a.metadata === 'none') return { number: freeNumber(a), slot: emptySlot(a) }
  const stored = s.places[placeOf(ref.disk, ref.number)], sb = stored?.superblock
  if (sb == null || sb.array !== id || typeof sb.role !== 'number' || sb.role >= a.raidDevices) return undefined
  if (sb.events < (a.bitmap !== null && (sb.bitmap || a.bitmap.file !== null) ? a.bitmap.eventsCleared : a.events)) return undefined
  for (const m of a.members) if (m.number === sb.number) return undefined
  return { number: sb.number, slot: sb.recoveredKib === null ? sb.role : -1, writeMostly: sb.writeMostly, failfast: sb.failfast }
}
function emptySlot(a: MdArray): number {
  for (let slot = 0; slot < a.raidDevices; slot++) if (!a.members.some(m => m.slot === slot)) return slot
  return -1
}

/** mdadm looks for a free number behind the raid devices. */
function freeNumber(a: MdArray): number {
  const taken: boolean[] = []
  for (const m of a.members) taken[m.number] = true
  let number = a.raidDevices
  while (taken[number]) number++
  return number
}

export function replace(s: MdState, id: ArrayId, device: string, by: string | undefined, cx: Cx): void {
  const a = s.arrays[id]
  if (a === undefined || a.state !== 'active') return cx.refuse(noArray(a?.name ?? id))
  const at = find(a, a.guest, device, cx.world.scsi)
  if (at === 'unknown') return cx.refuse(STAT(device))
  if (at === 'other' || !a.members[at]!.inSync) return cx.refuse(no(`/dev/${device} is not active and so cannot be replaced.`))
  if (by !== undefined) {
    const other = find(a, a.guest, by, cx.world.scsi)
    if (other === 'unknown') return cx.refuse(STAT(by))
    if (other === 'other' || a.members[other]!.slot >= 0 || a.members[other]!.faulty) return cx.refuse(no(`/dev/${by} is not a spare and so cannot be used as a replacement.`))
  }
  settle(s, a, cx.now)
  const m = a.members[at]!
  m.wantReplacement = true
  a.recoveryDisabled = false
  if (by !== undefined) {
    // The spare that is named is the one that is taken, whatever its age.
    const spare = a.members[memberNamed(a, by)]!
    spare.slot = m.slot
    spare.replacement = true
    spare.recoveredKib = 0
    findSlotted(a)
    a.fullSync = true
    a.changed = true
  }
  react(s, id, a, cx)
}

/** The number of raid devices: fewer only if so many slots are empty, and then the others move together. */
export function grow(s: MdState, id: ArrayId, raidDevices: number | undefined, size: number | null | undefined, cx: Cx): void {
  const a = s.arrays[id]
  if (a === undefined || a.state !== 'active') return cx.refuse(noArray(a?.name ?? id))
  let used = 0
  let room = Infinity
  for (const m of a.members) {
    if (m.slot >= 0 && !m.replacement) used++
    if (m.slot >= 0) room = Math.min(room, dataSizeKib(a.metadata, cx.world.scsi.disks[m.disk]!.partitions[m.partition - 1]!.sizeKib))
  }
  if (raidDevices !== undefined && raidDevices !== a.raidDevices && (a.sync !== null || used > raidDevices)) return cx.refuse(no('failed to set raid disks'))
  const sizeKib = size === null ? room : size
  if (sizeKib !== undefined && sizeKib > room) return cx.refuse(no(`Cannot set device size for /dev/${a.name}: No space left on device`))
  settle(s, a, cx.now)
  if (sizeKib !== undefined && sizeKib !== a.sizeKib) {
    if (sizeKib > a.sizeKib && a.resyncKib === null) a.resyncKib = a.sizeKib
    a.sizeKib = sizeKib
    a.changed = true
  }
  if (raidDevices !== undefined && raidDevices !== a.raidDevices) {
    let next = 0
    for (let slot = 0; slot < a.raidDevices; slot++) {
      let held = false
      for (const m of a.members) if (m.slot === slot) { m.slot = next; held = true }
      if (held) next++
    }
    a.raidDevices = raidDevices
    a.changed = true
    cx.emit({ type: 'md.redundancyChanged', array: id, inSync: a.inSync, of: raidDevices })
  }
  react(s, id, a, cx)
  tellAccess(id, a, cx)
}
