/**
 * The copying itself: how fast, how far at any time, who has to wait. Nothing here decides what is to be copied; recovery.ts does.
 *
 * Rules: speed is what the disks give, capped by speed_limit_max and, under other I/O, never below speed_limit_min (VS-46); one sync at
 * a time on shared disks, first come first served (VS-45, VS-90); a lowered limit first makes it wait until the average is below again.
 * Between two changes a sync goes in a straight line, so its position is exact at any time without an event. Source: md.c md_do_sync.
 */
import { SECOND, type Kib, type KibPerSecond, type Micros } from '../../base/time.ts'
import { tellAccess, type Cx } from './access.ts'
import { changedKib } from './bitmap.ts'
import { syncPosition, type ArrayId, type MdArray, type MdState, type Member, type Sync, type SyncAction } from './state.ts'
import { countCheckpoints } from './superblock.ts'

/** The average that the limit is compared with reaches back this far. */
const WINDOW: Micros = 30 * SECOND

export function speedOf(s: MdState, a: MdArray): KibPerSecond {
  const guest = s.guests[a.guest]!, max = a.speedMax ?? guest.speedMax, min = Math.min(a.speedMin ?? guest.speedMin, guest.rate)
  const given = a.busy ? Math.max(min, Math.floor(guest.rate * s.busyShare)) : guest.rate
  return Math.max(1, min, Math.min(given, max))
}

/** A new sync; it runs at once, or waits for one on the same disks. */
export function beginSync(s: MdState, id: ArrayId, a: MdArray, action: SyncAction, copies: Sync['copies'], fromKib: Kib, cx: Cx): void {
  const { now } = cx
  a.sync = {
    action, phase: 'delayed', at: now, fromKib, rate: 0, peak: 0, waitsUntil: now, startedAt: now, startKib: fromKib, checkpoints: 0,
    toCopyKib: copies === 'all' ? a.sizeKib - fromKib : copies === 'nothing' ? 0 : changedKib(a), copies, timer: null, turn: s.guests[a.guest]!.turns++,
  }
  a.lastAction = action
  const behind = goesFirst(s, id, a)
  if (behind !== undefined) return cx.emit({ type: 'md.syncDelayed', array: id, action, behind })
  run(s, id, a, cx)
}

function run(s: MdState, id: ArrayId, a: MdArray, cx: Cx): void {
  const sync = a.sync!, guest = s.guests[a.guest]!
  if (guest.rateAssumed && !s.assumed.includes('DD-54')) s.assumed.push('DD-54')
  sync.phase = 'running'
  sync.at = sync.startedAt = sync.waitsUntil = cx.now
  let device = ''
  if (sync.action === 'recovery') for (const at of a.slotted) if (isTarget(a.members[at]!)) device = a.members[at]!.name
  cx.emit({ type: 'md.syncStarted', array: id, action: sync.action, device })
  pace(s, id, a, cx)
}

export const isTarget = (m: Member): boolean => m.slot >= 0 && !m.inSync && !m.faulty

/** Its speed or its end has changed: a new straight stretch from here. */
export function pace(s: MdState, id: ArrayId, a: MdArray, cx: Cx): void {
  const { sync } = a, { now } = cx
  if (sync === null || sync.phase !== 'running') return
  countCheckpoints(a, now)
  const position = syncPosition(a, now)
  if (sync.timer !== null) cx.cancel(sync.timer)
  sync.timer = null
  // Where a bitmap knows most as unchanged it is passed over in no time.
  const ahead = a.sizeKib - sync.startKib, share = ahead > 0 ? sync.toCopyKib / ahead : 1
  const speed = speedOf(s, a), rate = a.waitsFor.length > 0 ? 0 : share >= 1 ? speed : Math.min(speed / Math.max(share, 1e-6), 1e12)
  sync.waitsUntil = now
  if (rate > 0 && rate < sync.peak) {
    const from = Math.max(sync.startedAt, now - WINDOW), inWindow = Math.min(position - sync.startKib, sync.peak * (now - from) / SECOND)
    sync.waitsUntil = Math.max(now, now + Math.ceil(inWindow * SECOND / rate - (now - from)) - SECOND)
  }
  sync.peak = Math.max(sync.peak, Math.floor(rate))
  sync.at = now
  sync.fromKib = position
  sync.rate = Math.floor(rate)
  const end = a.syncMaxKib !== null && sync.copies !== 'nothing' ? Math.max(position, Math.min(a.syncMaxKib, a.sizeKib)) : a.sizeKib
  if (rate === 0 || (position >= end && end < a.sizeKib)) return
  const delay = sync.copies === 'nothing' ? 0 : sync.waitsUntil - now + Math.ceil((end - position) * SECOND / sync.rate)
  sync.timer = cx.after(delay, { type: 'md.syncReached', array: id })
}

export function paceGuest(s: MdState, guest: MdArray['guest'], cx: Cx): void {
  for (const id of s.guests[guest]!.arrays) pace(s, id, s.arrays[id]!, cx)
}

/** It stops where it is; what has been copied stays copied. Another one may go now. */
export function interruptSync(s: MdState, id: ArrayId, a: MdArray, cx: Cx): void {
  const { sync } = a
  if (sync === null) return
  countCheckpoints(a, cx.now)
  const position = syncPosition(a, cx.now), ran = sync.phase === 'running'
  if (sync.timer !== null) cx.cancel(sync.timer)
  a.sync = null
  if (sync.action === 'recovery') {
    if (ran && sync.copies === 'all') for (const at of a.slotted) {
      const m = a.members[at]!
      if (isTarget(m)) m.recoveredKib = Math.max(m.recoveredKib, position)
    }
  } else if (sync.action === 'resync') {
    if (ran && a.bitmap === null) a.resyncKib = Math.max(a.resyncKib ?? 0, position)
  }
  // What was asked for goes on from here the next time.
  else if (ran) a.syncMinKib = position
  if (ran) cx.emit({ type: 'md.syncInterrupted', array: id, action: sync.action })
  letOthersGo(s, a, cx)
}

/** The next one that waits, and any other that shares no disk with it. */
export function letOthersGo(s: MdState, a: MdArray, cx: Cx): void {
  const { arrays } = s.guests[a.guest]!
  for (let turns = 0; turns < arrays.length; turns++) {
    let next: ArrayId | undefined
    for (const id of arrays) {
      const other = s.arrays[id]!
      if (other.sync === null || other.sync.phase === 'running' || goesFirst(s, id, other) !== undefined) continue
      if (next === undefined || other.sync.turn < s.arrays[next]!.sync!.turn) next = id
    }
    if (next === undefined) return
    run(s, next, s.arrays[next]!, cx)
    tellAccess(next, s.arrays[next]!, cx)
  }
}

/** Another array of the guest with a device in common that runs, or came earlier. */
function goesFirst(s: MdState, id: ArrayId, a: MdArray): ArrayId | undefined {
  for (const other of s.guests[a.guest]!.arrays) {
    const b = s.arrays[other]!
    if (other === id || b.sync === null || (b.sync.phase === 'delayed' && b.sync.turn > a.sync!.turn)) continue
    for (const m of a.members) for (const n of b.members) if (m.device === n.device) return other
  }
  return undefined
}
