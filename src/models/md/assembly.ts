/**
 * Arrays begin and end: assemble, incremental, run, stop, and the end of the guest.
 *
 * Rules: the newest event count decides what is good; a member that is older by more than one is left out (VS-51), spares are always
 * taken; the best member is added last and therefore listed first (VS-85); not all members that should be there: only a scan, --run or
 * --force starts; what was not clean is resynced; a 0.90 superblock at the end of the last partition also looks like one of the whole
 * disk, and a scan stumbles over that until a member of another array keeps the disk busy (VS-89).
 * Source: mdadm Create.c, Assemble.c, Incremental.c; md.c analyze_sbs, md_run; recordings s15, s17, s18.
 */
import type { GuestId } from '../hypervisor/state.ts'
import { outcome, partitionNamed, type PartitionRef } from '../scsi/state.ts'
import { tellAccess, type Cx } from './access.ts'
import { blankArray, guestOf } from './arrays.ts'
import { clear, newBitmap } from './bitmap.ts'
import { writeSuper } from './failure.ts'
import { expectIo, settle } from './io.ts'
import { bind, newMember, no, setFlags, STAT, unbind, userOf } from './members.ts'
import { lose, react } from './recovery.ts'
import { adopt } from './shadow.ts'
import { arrayNamed, placeOf, type ArrayId, type MdArray, type MdState, type Member, type Metadata, type Superblock } from './state.ts'
import { renumber, writeDown } from './superblock.ts'
import { interruptSync } from './sync.ts'
import type { MdRequest } from './events.ts'

type Request<T extends MdRequest['type']> = Extract<MdRequest, { type: T }>

/** The members are bound: the array runs. */
export function start(s: MdState, id: ArrayId, a: MdArray, mode: MdArray['mode'], cx: Cx): void {
  const g = guestOf(s, a.guest)
  a.state = 'active'
  a.mode = mode
  a.broken = a.frozen = a.changed = a.recoveryDisabled = a.scanned = a.fullSync = a.pendingWrite = a.busy = false
  a.untouched = true
  a.wanted = null
  a.clean = true
  a.canDecrease = false
  a.openers = 0
  a.startedAt = a.settledAt = cx.now
  a.lastWriteAt = -1e9
  a.order = ++g.started
  a.speedMin = a.speedMax = a.syncMaxKib = null
  a.syncMinKib = a.mismatches = 0
  a.lastAction = 'none'
  // A single member has nothing to be in step with.
  if (a.inSync < 2) a.resyncKib = null
  for (const m of a.members) if (m.slot >= 0 && !m.inSync && m.savedSlot < 0) a.fullSync = true
  cx.emit({ type: 'md.arrayStarted', array: id })
  cx.emit({ type: 'md.redundancyChanged', array: id, inSync: a.inSync, of: a.raidDevices })
  react(s, id, a, cx)
  expectIo(s, id, a, cx)
}

interface Found { readonly ref: PartitionRef; readonly name: string; readonly sb: Superblock }
function readSuperblock(s: MdState, guest: GuestId, name: string, cx: Cx): Found | undefined {
  const ref = partitionNamed(cx.world.scsi, guest, name)
  if (ref === undefined || outcome(cx.world.scsi, ref.device, 'read') !== 'ok') return undefined
  const sb = s.places[placeOf(ref.disk, ref.number)]?.superblock
  return sb == null ? undefined : { ref, name, sb: { ...sb } }
}

export function assemble(s: MdState, { guest, name, link, devices, run, force, bitmapFile, bitmapDelay, chunkKib }: Request<'md.assemble'>, cx: Cx): void {
  const running = arrayNamed(s, guest, name), free: string[] = []
  let text = ''
  for (const device of devices) {
    const ref = partitionNamed(cx.world.scsi, guest, device)
    if (ref === undefined) text = `cannot open device /dev/${device}: No such file or directory`
    else if (userOf(s, ref) !== undefined) text = `/dev/${device} is busy - skipping`
    else free.push(device)
  }
  if (free.length < devices.length && free.length === 0) return cx.refuse(no(text || 'no devices given', text.includes('busy') ? 2 : 1))
  const found: Found[] = []
  for (const device of free) {
    const one = readSuperblock(s, guest, device, cx)
    if (one === undefined) return cx.refuse(no(`no recogniseable superblock on /dev/${device}`))
    if (found.length > 0 && one.sb.array !== found[0]!.sb.array) return cx.refuse(no(`superblock on /dev/${device} doesn't match others - assembly aborted`))
    found.push(one)
  }
  if (found.length === 0) return cx.refuse(no(`no devices found for /dev/${name}`))
  if (running !== undefined && s.arrays[running]!.state === 'active') return cx.refuse(no(`/dev/${name} is already in use.`))
  const id = found[0]!.sb.array, other = s.arrays[id]
  if (other !== undefined && other.state !== 'stopped') return cx.refuse(no(`Found some drive for an array that is already active: /dev/${other.name}`))
  const believed = force ? found : believable(found), missing = shortOf(believed)
  if (missing !== undefined && (missing === NOTHING || (!run && !force))) return cx.refuse(no(missing.replace('%', `/dev/${name}`)))
  if (link !== undefined) guestOf(s, guest).links[link] = name
  bindAll(s, id, guest, name, believed, cx, bitmapFile)
  // A file that the array has not had, or has gone on without, is out of date: every chunk counts as changed.
  const a = s.arrays[id]!
  if (bitmapFile !== undefined && a.bitmap?.file !== bitmapFile) a.bitmap = newBitmap({ chunkKib, delay: bitmapDelay, file: bitmapFile }, a.events, cx.now)
  start(s, id, a, 'rw', cx)
}

/** Two halves that each went on without the other: who calls the most recent one failed is ignored, whatever its own count of events says. */
function believable(found: readonly Found[]): Found[] {
  let recent = found[0]!
  for (const one of found) if (one.sb.events > recent.sb.events && typeof one.sb.role === 'number') recent = one
  const { role } = recent.sb
  return found.filter(one => one === recent || typeof role !== 'number' || typeof one.sb.role !== 'number' || one.sb.arrayState[role] !== '.')
}

const NOTHING = '% assembled from 0 drives - not enough to start the array.'
/** Fewer members than the newest superblock counts: mdadm wants to be told. */
function shortOf(found: readonly Found[]): string | undefined {
  const newest = newestOf(found)
  const wanted = [...newest.sb.arrayState].filter(letter => letter !== '.').length
  const fresh = found.filter(one => typeof one.sb.role === 'number' && one.sb.events + 1 >= newest.sb.events), have = new Set(fresh.map(one => one.sb.role)).size
  if (!fresh.some(one => one.sb.recoveredKib === null)) return NOTHING
  if (have >= wanted) return undefined
  return `% assembled from ${have} drive${have === 1 ? '' : 's'} - need all ${wanted} to start it (use --run to insist).`
}

/** The best of them: a member of a slot with the most events, in the lowest slot. */
function newestOf(found: readonly Found[]): Found {
  let best = found[0]!
  const rank = (one: Found) => typeof one.sb.role === 'number' && one.sb.recoveredKib === null ? 1 : 0
  for (const one of found)
    if (rank(one) > rank(best) || (rank(one) === rank(best) && (one.sb.events > best.sb.events || (one.sb.events === best.sb.events && Number(one.sb.role) < Number(best.sb.role))))) best = one
  return best
}

/** Binds what belongs together in mdadm's order, leaves out what is stale, and takes over what the newest superblock says. */
function bindAll(s: MdState, id: ArrayId, guest: GuestId, name: string, found: readonly Found[], cx: Cx, file?: string): void {
  const newest = newestOf(found), { sb } = newest, g = guestOf(s, guest)
  const a = (s.arrays[id] ??= blankArray(s, { id, guest, name, label: sb.label, metadata: sb.metadata as Metadata, raidDevices: sb.raidDevices, sizeKib: sb.sizeKib }))
  if (!g.arrays.includes(id)) g.arrays.push(id)
  a.name = name
  a.label = sb.label
  a.raidDevices = sb.raidDevices
  a.sizeKib = sb.sizeKib
  a.events = sb.events
  a.resyncKib = sb.resyncKib
  a.members = []
  a.inSync = 0
  a.lostData = false
  if (!sb.bitmap && (file === undefined || a.bitmap?.file !== file)) a.bitmap = null
  const ordered = found.filter(one => one !== newest).sort((x, y) => place(x) - place(y))
  ordered.push(newest)
  const taken: boolean[] = []
  for (const one of ordered) {
    const { role } = one.sb
    const slotted = typeof role === 'number'
    if (role === 'faulty' || (slotted && one.sb.events + 1 < sb.events) || (slotted && one !== newest && (taken[role] || role === sb.role) && !one.sb.replacement)) continue
    // With 1.x the kernel takes each number once: a spare that was long away finds its own given to another.
    if (a.metadata !== '0.90' && one !== newest && (one.sb.number === sb.number || isNumbered(a, one.sb.number))) continue
    bind(s, id, a, memberFrom(one, a), cx)
    if (slotted) taken[role] = true
  }
  for (const m of a.members) if (m.inSync && !m.replacement) a.inSync++
  if (a.metadata === '0.90') renumber(a)
  a.differences = []
  const lost = adopt(s, id, a, a.members.filter(m => m.inSync))
  if (lost) lose(a, id, 'stale', cx)
}
const isNumbered = (a: MdArray, number: number): boolean => a.members.some(m => m.number === number)
const place = (one: Found): number => typeof one.sb.role === 'number' ? one.sb.role : 1000

function memberFrom({ ref, name, sb }: Found, a: MdArray): Member {
  const m = newMember(ref, name, sb.number)
  if (typeof sb.role === 'number' && sb.role < a.raidDevices) {
    m.slot = sb.role
    m.inSync = sb.recoveredKib === null
    m.recoveredKib = sb.recoveredKib ?? 0
    m.savedSlot = m.inSync ? sb.role : -1
    m.replacement = sb.replacement
  }
  setFlags(m, sb)
  m.events = sb.events
  return m
}

/** Everything that is found on the guest's partitions: with a configuration file in its order, else the last partitions first. */
export function assembleScan(s: MdState, { guest, known }: Request<'md.assembleScan'>, cx: Cx): void {
  const bus = cx.world.scsi.buses[guest]
  if (bus === undefined) return
  const found: Found[] = []
  for (const device of bus.devices.toReversed()) {
    const d = cx.world.scsi.devices[device]!, { partitions } = cx.world.scsi.disks[d.disk]!
    for (let i = partitions.length - 1; i >= 0; i--) {
      const ref = partitionNamed(cx.world.scsi, guest, `${d.name}${i + 1}`)
      if (ref === undefined || userOf(s, ref) !== undefined) continue
      const one = readSuperblock(s, guest, `${d.name}${i + 1}`, cx)
      if (one !== undefined) found.push(one)
    }
  }
  const waiting = known === undefined ? [...new Set(found.map(one => one.sb.array))] : known.map(one => one.array)
  for (let progress = true; progress;) {
    progress = false
    for (const id of waiting) {
      const there = found.filter(one => one.sb.array === id), members = there.length === 0 ? there : believable(there)
      if (members.length === 0 || (s.arrays[id] !== undefined && s.arrays[id]!.state !== 'stopped') || shortOf(members) === NOTHING || isAmbiguous(s, members, cx)) continue
      const given = known?.find(one => one.array === id), name = given?.name ?? deviceFor(s, guest, members[0]!.sb, cx)
      if (given?.link !== undefined) guestOf(s, guest).links[given.link] = name
      // In the order of the devices as the kernel lists them.
      bindAll(s, id, guest, name, members.toReversed(), cx)
      start(s, id, s.arrays[id]!, 'rw', cx)
      progress = true
    }
  }
}

/** A superblock at the very end of the disk, and nothing else of that disk in use. */
function isAmbiguous(s: MdState, members: readonly Found[], cx: Cx): boolean {
  for (const { ref, sb } of members) {
    if (sb.metadata !== '0.90' || cx.world.scsi.disks[ref.disk]!.partitions.length !== ref.number) continue
    let busy = false
    for (const id of s.arraysOn[ref.disk] ?? []) for (const m of s.arrays[id]!.members) if (m.disk === ref.disk) busy = true
    if (!busy) return true
  }
  return false
}

/** md1 for a superblock that says host:1, else the highest free number below 128 and a link with the name. */
function deviceFor(s: MdState, guest: GuestId, sb: Superblock, cx: Cx): string {
  const g = guestOf(s, guest), own = sb.label.slice(sb.label.indexOf(':') + 1)
  const free = (name: string) => g.arrays.every(id => s.arrays[id]!.name !== name || s.arrays[id]!.state === 'stopped')
  if (/^\d+$/.test(own) && free(`md${own}`)) return `md${own}`
  for (let number = 127; number >= 0; number--) {
    const name = `md${number}`
    // Without anybody who tidies /dev the link of a stopped array goes on pointing at its number.
    if (!free(name) || Object.values(g.links).includes(name)) continue
    g.links[own] = name
    return name
  }
  cx.refuse(no('no free md number'))
  return 'md127'
}

export function incremental(s: MdState, { guest, device, run, name, link }: Request<'md.incremental'>, cx: Cx): void {
  const ref = partitionNamed(cx.world.scsi, guest, device)
  if (ref === undefined) return cx.refuse(STAT(device))
  if (userOf(s, ref) !== undefined) return cx.refuse(no(`cannot reopen /dev/${device}: Device or resource busy.`))
  const one = readSuperblock(s, guest, device, cx)
  if (one === undefined) return cx.refuse(no(`no recognisable superblock on /dev/${device}.`))
  const id = one.sb.array, before = s.arrays[id]
  if (before?.state === 'active') {
    if (!run) return cx.refuse(no(`not adding /dev/${device} to active array (without --run) /dev/${before.name}`, 2))
    return cx.emit({ type: 'md.add', array: id, device, reAdd: true })
  }
  if (before?.state === 'inactive' && before.metadata !== '0.90' && isNumbered(before, one.sb.number))
    return cx.refuse(no(`failed to add /dev/${device} to existing array /dev/${before.name}: Device or resource busy.`))
  const g = guestOf(s, guest), a = before ?? blankArray(s, { id, guest, name: '', label: one.sb.label, metadata: one.sb.metadata, raidDevices: one.sb.raidDevices, sizeKib: one.sb.sizeKib })
  if (a.state === 'stopped') {
    a.name = name ?? deviceFor(s, guest, one.sb, cx)
    if (link !== undefined && name !== undefined) g.links[link] = name
    a.state = 'inactive'
    a.order = ++g.started
    a.members = []
    a.inSync = 0
  }
  s.arrays[id] = a
  if (!g.arrays.includes(id)) g.arrays.push(id)
  bind(s, id, a, memberFrom(one, a), cx)
  if (run || isComplete(s, id, a, guest, cx)) runInactive(s, id, a, cx)
}

function boundOnes(s: MdState, id: ArrayId, a: MdArray, guest: GuestId, cx: Cx): Found[] {
  const found: Found[] = []
  for (const m of a.members.toReversed()) {
    const one = readSuperblock(s, guest, m.name, cx)
    if (one !== undefined && one.sb.array === id) found.push(one)
  }
  return found
}
function isComplete(s: MdState, id: ArrayId, a: MdArray, guest: GuestId, cx: Cx): boolean {
  const found = boundOnes(s, id, a, guest, cx)
  return found.length > 0 && shortOf(found) === undefined
}

/** The members of an inactive array are enough, or somebody insists: then it is read-only until the first write if any is missing. */
export function runInactive(s: MdState, id: ArrayId, a: MdArray, cx: Cx): void {
  const found = boundOnes(s, id, a, a.guest, cx)
  if (found.length === 0) return
  if (shortOf(found) === NOTHING) return
  const { sb } = newestOf(found), order = a.members
  a.events = sb.events
  a.resyncKib = sb.resyncKib
  a.raidDevices = sb.raidDevices
  a.sizeKib = sb.sizeKib
  a.lostData = false
  if (!sb.bitmap) a.bitmap = null
  for (const m of order.slice()) if (m.slot >= 0 && m.events + 1 < sb.events) unbind(s, id, a, m, cx)
  a.inSync = 0
  for (const m of a.members) if (m.inSync && !m.replacement) a.inSync++
  if (a.inSync === 0) return
  if (a.metadata === '0.90') renumber(a)
  if (adopt(s, id, a, a.members.filter(m => m.inSync))) lose(a, id, 'stale', cx)
  start(s, id, a, shortOf(found) === undefined ? 'rw' : 'auto', cx)
}

export function stop(s: MdState, id: ArrayId, cx: Cx): void {
  const a = s.arrays[id]
  if (a === undefined || a.state === 'stopped') return cx.refuse(no(`error opening /dev/${a?.name ?? id}: No such file or directory`))
  if (a.openers > 0) return cx.refuse(no(`Cannot get exclusive access to /dev/${a.name}:Perhaps a running process, mounted filesystem or active volume group?`))
  settle(s, a, cx.now)
  interruptSync(s, id, a, cx)
  if (a.state === 'active') {
    // Its daemon runs once more, as often as it takes.
    if (a.bitmap !== null && a.inSync >= a.raidDevices && a.resyncKib === null) clear(a)
    const dirty = !a.clean || a.changed
    a.clean = true
    if (dirty) writeSuper(s, id, a, true, cx)
  }
  end(s, id, a, cx, true)
}

/** The guest ended: in order, or in the middle of whatever it did. */
export function powerDown(s: MdState, guest: GuestId, orderly: boolean, cx: Cx): void {
  const g = s.guests[guest]
  if (g === undefined) return
  for (const id of g.arrays) {
    const a = s.arrays[id]!
    if (a.state === 'stopped') continue
    settle(s, a, cx.now)
    if (orderly && a.state === 'active') {
      interruptSync(s, id, a, cx)
      const dirty = !a.clean
      a.clean = true
      if (dirty) writeSuper(s, id, a, true, cx)
    } else if (a.waitsFor.length > 0) a.clean = false
    end(s, id, a, cx, false)
  }
  g.links = {}
  g.started = 0
  if (g.monitorTimer !== null) cx.cancel(g.monitorTimer)
  g.monitorTimer = null
}

function end(s: MdState, id: ArrayId, a: MdArray, cx: Cx, release: boolean): void {
  if (a.ioTimer !== null) cx.cancel(a.ioTimer)
  a.ioTimer = null
  const running = a.state === 'active'
  if (running) for (const m of a.members) if (!m.faulty) writeDown(s, id, a, m, cx.now)
  for (const m of a.members.slice()) unbind(s, id, a, m, cx, release)
  if (a.sync !== null) {
    if (a.sync.timer !== null) cx.cancel(a.sync.timer)
    a.sync = null
  }
  a.waitsFor = []
  a.pendingWrite = false
  a.state = 'stopped'
  a.inSync = 0
  a.openers = 0
  a.clean = true
  tellAccess(id, a, cx)
  if (running) cx.emit({ type: 'md.arrayStopped', array: id })
}

/** `mdadm --incremental --fail sdb2`: what a hot-plug rule does for each array that has the device. It leaves the array read-only until written. */
export function incrementalFail(s: MdState, guest: GuestId, device: string, cx: Cx): ArrayId | undefined {
  for (const id of s.guests[guest]?.arrays ?? [])
    for (const m of s.arrays[id]!.members) if (m.name === device && s.arrays[id]!.state === 'active') return id
  cx.refuse(no(`${device} does not appear to be a component of any array`))
  return undefined
}
