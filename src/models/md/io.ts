/**
 * I/O of users, and when the next one comes: the only way, besides requests, in which md learns that a disk is gone (VS-43).
 *
 * Rules: a write goes to every member in a slot, and before the first one the superblocks are marked dirty; 0.2 s after the last one
 * they are marked clean. A read goes to the member in the lowest slot, to one that is write-mostly only where there is no other, and is
 * served by another if that one fails (VS-41). What a file system writes in the background is not simulated while all disks answer: it is
 * accounted for in one go, and only when a path is lost is the time of the next I/O computed. An idle array never has one.
 * Source: md.c md_write_start, raid1.c; recordings s05, s07, s22.
 */
import type { Kib, Micros } from '../../base/time.ts'
import { outcome, type DeviceId, type DiskId } from '../scsi/state.ts'
import { tellAccess, type Cx } from './access.ts'
import { clearIfQuiet, markCommits, markWritten } from './bitmap.ts'
import { failMember, wait, writeSuper } from './failure.ts'
import { noticeBySync, react } from './recovery.ts'
import { acknowledge } from './shadow.ts'
import { lastWrite, SAFE_MODE_DELAY, type ArrayId, type MdArray, type MdState, type Member } from './state.ts'
import { CHECKPOINTS, countCheckpoints, countQuietly, writeQuietly } from './superblock.ts'
import { pace } from './sync.ts'

/** Accounts for what the file system has done since, all of which succeeded, and for the return to clean. */
export function settle(s: MdState, a: MdArray, now: Micros): void {
  if (a.state !== 'active') return
  if (a.io.kind !== 'idle' && a.mode === 'rw' && a.access.writable && !a.access.stalled && now > a.settledAt) {
    let commits = 1, last = now - SAFE_MODE_DELAY
    if (a.io.kind === 'commit') {
      const { every } = a.io
      commits = Math.floor((now - a.startedAt) / every) - Math.floor((a.settledAt - a.startedAt) / every)
      last = lastWrite(a, now)
    }
    if (commits > 0) {
      acknowledge(s, a)
      if (a.inSync < a.raidDevices) {
        countQuietly(a, 2 * commits, last)
        markCommits(a, commits)
      }
      if (last > a.lastWriteAt) a.lastWriteAt = last
      if (a.clean && now - last < SAFE_MODE_DELAY) {
        a.clean = false
        writeQuietly(a, false, last)
      }
    }
  }
  a.settledAt = now
  if (!a.clean && a.waitsFor.length === 0 && now - a.lastWriteAt >= SAFE_MODE_DELAY) {
    a.clean = true
    writeQuietly(a, false, Math.min(now, a.lastWriteAt + SAFE_MODE_DELAY))
  }
  clearIfQuiet(a, now)
}

export type IoResult = 'ok' | 'error' | 'waits'

export function write(s: MdState, id: ArrayId, a: MdArray, cx: Cx, atKib: Kib = 0, kib: Kib = a.sizeKib): IoResult {
  settle(s, a, cx.now)
  if (a.state !== 'active' || a.broken || a.mode === 'ro') return 'error'
  const woken = a.mode === 'auto'
  if (woken) a.mode = 'rw'
  if (a.clean) {
    a.clean = false
    writeSuper(s, id, a, false, cx)
  }
  a.lastWriteAt = cx.now
  let reached = false
  for (let i = 0; i < a.slotted.length; i++) {
    const m = a.members[a.slotted[i]!]!
    if (m.faulty) continue
    const result = outcome(cx.world.scsi, m.device, 'write')
    if (result === 'ok') reached ||= m.inSync
    else if (result === 'silent') wait(s, id, a, m, cx)
    else failMember(s, id, a, m, cx)
  }
  markWritten(a, atKib, kib)
  // What has failed, or was held back while the array was read-only, is dealt with now.
  react(s, id, a, cx)
  if (a.waitsFor.length > 0) {
    a.pendingWrite = true
    return 'waits'
  }
  if (a.broken || !reached) return 'error'
  acknowledge(s, a, atKib, kib)
  return 'ok'
}

export function read(s: MdState, id: ArrayId, a: MdArray, cx: Cx): IoResult {
  settle(s, a, cx.now)
  if (a.state !== 'active') return 'error'
  let failed = false
  let served: IoResult = 'error'
  for (let turn = 0; turn < 2 * a.raidDevices && served === 'error'; turn++) {
    const m = readerAt(a, turn)
    if (m === undefined) continue
    const result = outcome(cx.world.scsi, m.device, 'read')
    if (result === 'ok') served = 'ok'
    else if (result === 'silent') {
      wait(s, id, a, m, cx)
      served = 'waits'
    } else failed = true
  }
  if (failed && a.mode === 'rw' && !a.broken) {
    if (served === 'error' && a.metadata !== '0.90') {
      // No copy could be read: the block is noted as bad, and that note cannot be written either.
      writeSuper(s, id, a, true, cx)
    } else {
      for (let turn = 0; turn < 2 * a.raidDevices; turn++) {
        const m = readerAt(a, turn)
        if (m === undefined) continue
        if (outcome(cx.world.scsi, m.device, 'read') !== 'error') break
        failMember(s, id, a, m, cx)
        if (served === 'error') break
      }
      writeSuper(s, id, a, true, cx)
    }
    react(s, id, a, cx)
  }
  tellAccess(id, a, cx)
  return served
}

/** By slots; then, in a second round, those that are to be written mostly. */
function readerAt(a: MdArray, turn: number): Member | undefined {
  const last = turn >= a.raidDevices, slot = last ? turn - a.raidDevices : turn
  for (const at of a.slotted) {
    const m = a.members[at]!
    if (m.slot === slot && m.inSync && !m.replacement && m.writeMostly === last) return m
  }
  return undefined
}

/** The first open after a start looks for a partition table, and so reads. */
export function open(s: MdState, id: ArrayId, a: MdArray, cx: Cx): void {
  if (a.scanned || a.state !== 'active') return
  a.scanned = true
  read(s, id, a, cx)
}

/** A disk does not answer any more, or does again. */
export function pathChanged(s: MdState, disk: DiskId, cx: Cx): void {
  const arrays = s.arraysOn[disk]
  if (arrays === undefined) return
  for (const id of arrays) {
    const a = s.arrays[id]!
    if (isSpareDisk(a, disk)) continue
    settle(s, a, cx.now)
    noticeBySync(s, id, a, cx)
    expectIo(s, id, a, cx)
    tellAccess(id, a, cx)
  }
}

/** Nobody reads or writes an idle spare of a whole array, so nothing follows from its loss (VS-84). */
function isSpareDisk(a: MdArray, disk: DiskId): boolean {
  if (a.sync !== null || a.inSync < a.raidDevices) return false
  for (const at of a.slotted) if (a.members[at]!.disk === disk) return false
  return true
}

/** If something is there to be noticed: computes when the next I/O notices it. */
export function expectIo(s: MdState, id: ArrayId, a: MdArray, cx: Cx): void {
  if (a.ioTimer !== null || a.state !== 'active' || a.broken || a.mode === 'ro' || a.waitsFor.length > 0) return
  let unnoticed = false
  for (const m of a.members) {
    if (m.faulty || (m.slot < 0 && a.inSync >= a.raidDevices)) continue
    if (outcome(cx.world.scsi, m.device, 'write') !== 'ok') {
      unnoticed = true
      break
    }
  }
  if (!unnoticed) return
  const at = nextIo(id, a, cx)
  if (at !== undefined) a.ioTimer = cx.after(at - cx.now, { type: 'md.ioDue', array: id })
}

function nextIo(id: ArrayId, a: MdArray, cx: Cx): Micros | undefined {
  const { now } = cx
  let at: Micros | undefined
  if (!a.clean) at = Math.max(now, a.lastWriteAt + SAFE_MODE_DELAY)
  if (a.io.kind === 'commit') at = earlier(at, a.startedAt + (Math.floor((now - a.startedAt) / a.io.every) + 1) * a.io.every)
  else if (a.io.kind === 'drawn') at = earlier(at, now + cx.rng('md.io', id).sample(a.io.every))
  const { sync } = a
  if (sync !== null && sync.phase === 'running' && sync.rate > 0 && sync.copies !== 'nothing') {
    const nextKib = Math.ceil(sync.startKib + (sync.checkpoints + 1) * a.sizeKib / CHECKPOINTS)
    if (nextKib < a.sizeKib) at = earlier(at, Math.max(now, sync.at, sync.waitsUntil) + Math.max(0, Math.ceil((nextKib - sync.fromKib) * 1e6 / sync.rate) - Math.max(0, now - Math.max(sync.at, sync.waitsUntil))))
  }
  return at
}
const earlier = (a: Micros | undefined, b: Micros): Micros => a === undefined || b < a ? b : a

/** The time has come: a commit, the mark that all is clean, or a checkpoint of a sync. */
export function ioDue(s: MdState, id: ArrayId, a: MdArray, cx: Cx): void {
  a.ioTimer = null
  if (a.state !== 'active' || a.broken) return
  const dirty = !a.clean && cx.now - a.lastWriteAt >= SAFE_MODE_DELAY
  if (dirty) {
    a.clean = true
    a.settledAt = cx.now
    writeSuper(s, id, a, false, cx)
    react(s, id, a, cx)
  } else if (passedCheckpoint(a, cx.now)) {
    writeSuper(s, id, a, false, cx)
    react(s, id, a, cx)
  } else if (a.io.kind !== 'idle') {
    // One commit, somewhere: the one that finds a dead disk has reached the others only.
    write(s, id, a, cx, 0, 0)
    if (a.inSync < a.raidDevices) markCommits(a, 1)
  }
  expectIo(s, id, a, cx)
  tellAccess(id, a, cx)
}

/** Whatever its use: what was due was a checkpoint, and the next one is ahead. */
function passedCheckpoint(a: MdArray, now: Micros): boolean {
  const before = a.sync?.checkpoints
  countCheckpoints(a, now)
  return a.sync !== null && a.sync.checkpoints !== before
}

/** What waited on a silent device has failed, or has been done. */
export function waitingEnded(s: MdState, device: DeviceId, failed: boolean, cx: Cx): void {
  const disk = cx.world.scsi.devices[device]?.disk
  const arrays = disk === undefined ? undefined : s.arraysOn[disk]
  if (arrays === undefined) return
  for (const id of arrays) {
    const a = s.arrays[id]!, at = a.waitsFor.indexOf(device)
    if (at < 0) continue
    a.waitsFor.splice(at, 1)
    for (let i = 0; i < a.members.length; i++) {
      const m = a.members[i]!
      if (m.device !== device || m.faulty) continue
      if (failed) failMember(s, id, a, m, cx)
      else m.events = a.events
    }
    react(s, id, a, cx)
    if (a.waitsFor.length === 0) {
      a.settledAt = cx.now
      if (a.pendingWrite) {
        a.pendingWrite = false
        a.lastWriteAt = cx.now
        if (!a.broken) acknowledge(s, a)
      }
      pace(s, id, a, cx)
      noticeBySync(s, id, a, cx)
      expectIo(s, id, a, cx)
    }
    tellAccess(id, a, cx)
  }
}
