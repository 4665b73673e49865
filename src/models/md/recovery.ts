/**
 * What md does by itself after each change: failed members leave their slots, spares enter, and what has to be copied is copied.
 *
 * Rules: the newest spare is taken first (VS-85), into the lowest empty slot; rebuilding comes before resync, resync before what was
 * asked for; without a source nothing is rebuilt until another member is bound (VS-47, VS-80); a read-only array only lets failed
 * members go (VS-91); "recovered" is what was copied, or what a bitmap, or equal event counts, say need not be (VS-48, VS-88).
 * Source: md.c md_check_recovery, remove_and_add_spares, md_reap_sync_thread; raid1.c raid1_add_disk, raid1_spare_active.
 */
import { tellAccess, type Cx } from './access.ts'
import { changedKib, clear } from './bitmap.ts'
import { failMember, wait, writeSuper } from './failure.ts'
import { isCurrent } from './shadow.ts'
import { outcome } from '../scsi/state.ts'
import { findSlotted, type ArrayId, type MdArray, type MdState, type Member, type Sync } from './state.ts'
import { countCheckpoints } from './superblock.ts'
import { beginSync, isTarget, letOthersGo } from './sync.ts'

/** After any change: does what is to be done now. Safe to call when there is nothing. */
export function react(s: MdState, id: ArrayId, a: MdArray, cx: Cx): void {
  if (a.state === 'active') {
    if (a.mode !== 'rw') {
      for (const m of a.members) if (m.faulty) leaveSlot(a, m)
      if (a.sync === null) for (const m of a.members) if (m.slot < 0 && !m.faulty && m.savedSlot >= 0) enterSlot(a, m)
    } else {
      if (a.changed) writeSuper(s, id, a, true, cx)
      if (a.sync === null && !a.frozen) recover(s, id, a, cx)
    }
  }
  tellAccess(id, a, cx)
}

function recover(s: MdState, id: ArrayId, a: MdArray, cx: Cx): void {
  // A spare may turn out to be dead in the very write that tells of it; then the next one is tried.
  for (let left = a.members.length + 1; left > 0 && shuffle(a); left--) writeSuper(s, id, a, true, cx)
  let from = -1
  for (const at of a.slotted) {
    const m = a.members[at]!
    if (isTarget(m) && (from < 0 || m.recoveredKib < from)) from = m.recoveredKib
  }
  if (from >= 0) {
    a.wanted = null
    return beginSync(s, id, a, 'recovery', a.fullSync ? 'all' : a.bitmap !== null ? 'changed' : a.resyncKib === null ? 'nothing' : 'all', from, cx)
  }
  if (a.resyncKib !== null) {
    a.wanted = null
    return beginSync(s, id, a, 'resync', nowhere(a) ? 'nothing' : a.bitmap !== null ? 'changed' : 'all', a.bitmap !== null ? 0 : a.resyncKib, cx)
  }
  if (a.wanted !== null) {
    const { wanted } = a
    a.wanted = null
    a.mismatches = 0
    beginSync(s, id, a, wanted, nowhere(a) ? 'nothing' : 'all', a.syncMinKib, cx)
  }
}

/** With one member in sync there is nothing to compare and nowhere to write. */
const nowhere = (a: MdArray): boolean => a.inSync < 2

/** Failed members out of their slots, spares into empty ones. Returns whether anything moved. */
function shuffle(a: MdArray): boolean {
  let moved = false
  // From behind: who leaves changes the list.
  for (let i = a.slotted.length - 1; i >= 0; i--) {
    const m = a.members[a.slotted[i]!]!
    if (!m.faulty && (m.inSync || !a.recoveryDisabled)) continue
    leaveSlot(a, m)
    moved = true
  }
  if (a.recoveryDisabled) return moved
  for (const m of a.members) {
    if (m.slot >= 0 || m.faulty) continue
    // Where one finds no slot, nobody does.
    if (!enterSlot(a, m)) break
    moved = true
  }
  return moved
}

function leaveSlot(a: MdArray, m: Member): void {
  if (m.slot < 0) return
  if (!m.replacement) for (const at of a.slotted) {
    const other = a.members[at]!
    if (other !== m && other.slot === m.slot && other.replacement) other.replacement = false
  }
  m.savedSlot = m.slot
  m.slot = -1
  findSlotted(a)
  m.replacement = false
  m.wantReplacement = false
  m.recoveredKib = 0
}

/** Its old slot if that is free, else the lowest; else in the shadow of a member that is to be replaced. */
function enterSlot(a: MdArray, m: Member): boolean {
  const rw = a.mode === 'rw'
  let slot = m.savedSlot >= 0 && m.savedSlot < a.raidDevices && holderOf(a, m.savedSlot) === undefined ? m.savedSlot : -1
  for (let i = 0; slot < 0 && i < a.raidDevices; i++) {
    const holder = holderOf(a, i)
    if (holder === undefined) slot = i
    else if (rw && holder.wantReplacement && !hasReplacement(a, i)) {
      m.replacement = true
      slot = i
    }
  }
  if (slot < 0) return false
  m.slot = slot
  findSlotted(a)
  m.inSync = false
  m.recoveredKib = 0
  if (m.replacement || m.savedSlot < 0) a.fullSync = true
  return true
}

function holderOf(a: MdArray, slot: number): Member | undefined {
  for (const at of a.slotted) {
    const m = a.members[at]!
    if (m.slot === slot && !m.replacement) return m
  }
  return undefined
}
function hasReplacement(a: MdArray, slot: number): boolean {
  for (const at of a.slotted) {
    const m = a.members[at]!
    if (m.slot === slot && m.replacement) return true
  }
  return false
}

/** The sync has come to its end. */
export function finishSync(s: MdState, id: ArrayId, a: MdArray, cx: Cx): void {
  const sync = a.sync!
  countCheckpoints(a, cx.now)
  a.sync = null
  let device = ''
  if (sync.action === 'recovery') {
    for (const at of a.slotted) {
      const m = a.members[at]!
      if (isTarget(m)) m.recoveredKib = a.sizeKib
    }
    writeSuper(s, id, a, true, cx)
    device = activate(s, id, a, sync, cx)
    a.fullSync = false
  } else if (sync.action === 'resync') {
    a.resyncKib = null
    writeSuper(s, id, a, true, cx)
    a.fullSync = false
  } else {
    compare(a, sync, cx)
    a.syncMinKib = 0
  }
  a.syncMaxKib = null
  if (a.inSync >= a.raidDevices) for (const m of a.members) m.savedSlot = -1
  writeSuper(s, id, a, true, cx)
  if (a.inSync >= a.raidDevices && sync.action !== 'check' && sync.action !== 'repair') clear(a)
  cx.emit({ type: 'md.syncDone', array: id, action: sync.action, device })
  if (device !== '') cx.emit({ type: 'md.redundancyChanged', array: id, inSync: a.inSync, of: a.raidDevices })
  letOthersGo(s, a, cx)
  react(s, id, a, cx)
}

/** What has been rebuilt is in sync from now on. Returns the name of the last one. */
function activate(s: MdState, id: ArrayId, a: MdArray, sync: Sync, cx: Cx): string {
  let device = ''
  // What the copying did not touch must have been right before, or stale data is in sync now.
  const full = sync.copies === 'all', touched = sync.copies === 'changed' && changedKib(a) > 0
  for (const at of a.slotted) {
    const m = a.members[at]!
    if (!isTarget(m)) continue
    const stored = s.places[m.place]
    const stale = !full && !touched && !(stored !== undefined && stored.contentOf === id && stored.content !== null && isCurrent(stored.content, a))
    m.inSync = true
    m.hollow = false
    device = m.name
    if (m.replacement) {
      const old = holderOf(a, m.slot)
      if (old !== undefined) {
        if (old.inSync) a.inSync--
        old.inSync = false
        if (!old.faulty) a.failed++
        old.faulty = true
        cx.emit({ type: 'md.memberFailed', array: id, device: old.name, disk: old.disk, member: old.number })
      }
    }
    a.inSync++
    if (stale) lose(a, id, 'unsynced', cx)
  }
  return device
}

export function lose(a: MdArray, id: ArrayId, because: 'stale' | 'blank' | 'unsynced', cx: Cx): void {
  a.lostData = true
  cx.emit({ type: 'md.dataLost', array: id, because })
}

/** Differences count in whole requests of 64 KiB, in sectors (VS-90), each request of a member once; only repair and resync remove them. */
function compare(a: MdArray, sync: Sync, cx: Cx): void {
  if (sync.copies === 'nothing') return
  const request = 64, byPlace = [...a.differences].sort((x, y) => x.place < y.place ? -1 : x.place > y.place ? 1 : x.fromKib - y.fromKib)
  let place = '', upTo = 0
  for (const one of byPlace) {
    if (one.place !== place) upTo = 0
    place = one.place
    const from = Math.max(upTo, Math.floor(one.fromKib / request)), to = Math.ceil(one.toKib / request)
    a.mismatches += Math.max(0, to - from) * request * 2
    upTo = Math.max(upTo, to)
  }
  if (sync.action === 'repair') a.differences = []
  a.settledAt = cx.now
}

/** Which members a sync reads or writes all the time, so that it notices their loss at once. */
function takesPart(a: MdArray, m: Member): boolean {
  if (isTarget(m)) return true
  if (!m.inSync) return false
  if (a.sync!.action !== 'recovery') return true
  for (const at of a.slotted) {
    const other = a.members[at]!
    if (other.inSync && !other.replacement && other.slot < m.slot) return false
  }
  return true
}

/** The sync of an array hits members that do not answer. Returns whether it did. */
export function noticeBySync(s: MdState, id: ArrayId, a: MdArray, cx: Cx): void {
  if (a.sync === null || a.sync.phase !== 'running' || a.sync.copies === 'nothing') return
  let failed = false
  for (let i = 0; i < a.slotted.length && a.sync !== null; i++) {
    const m = a.members[a.slotted[i]!]!
    if (m.faulty || !takesPart(a, m)) continue
    const result = outcome(cx.world.scsi, m.device, 'write')
    if (result === 'silent') wait(s, id, a, m, cx)
    else if (result === 'error') {
      failed = true
      failMember(s, id, a, m, cx)
    }
  }
  if (failed) react(s, id, a, cx)
}

