/**
 * How members fail, and superblock writes, which are what mostly finds it out (VS-83).
 *
 * Rules: nothing but an I/O or a request makes a member faulty (VS-43); the last member in sync never becomes faulty: instead the array
 * is broken until it is stopped and assembled (VS-42, VS-80, VS-81); a failure interrupts a sync, which then goes on or starts anew.
 * Source: raid1.c raid1_error, md.c md_error, super_written, md_update_sb.
 */
import { outcome } from '../scsi/state.ts'
import { stall, type Cx } from './access.ts'
import type { ArrayId, MdArray, MdState, Member } from './state.ts'
import { countUp, isSkipped, writeDown } from './superblock.ts'
import { interruptSync, pace } from './sync.ts'

/** An I/O to this member has failed. Returns whether it became faulty; who calls lets recovery.ts react afterwards. */
export function failMember(s: MdState, id: ArrayId, a: MdArray, m: Member, cx: Cx): boolean {
  if (m.faulty) return false
  if (m.inSync && a.inSync === 1) {
    a.recoveryDisabled = true
    if (!a.broken) {
      a.broken = true
      cx.emit({ type: 'md.arrayBroken', array: id })
    }
    interruptSync(s, id, a, cx)
    return false
  }
  writeDown(s, id, a, m, cx.now)
  interruptSync(s, id, a, cx)
  const counted = m.inSync && !m.replacement
  m.faulty = true
  a.failed++
  m.inSync = false
  a.changed = true
  cx.emit({ type: 'md.memberFailed', array: id, device: m.name, disk: m.disk, member: m.number })
  if (counted) {
    a.inSync--
    cx.emit({ type: 'md.redundancyChanged', array: id, inSync: a.inSync, of: a.raidDevices })
  }
  return true
}

/**
 * Writes the superblocks. `devices`: membership changed, so that spares are written too; otherwise it is a change between clean and
 * dirty, or a checkpoint. Members whose disk does not answer fail, the newest first, and then it is written again without them.
 */
export function writeSuper(s: MdState, id: ArrayId, a: MdArray, devices: boolean, cx: Cx): void {
  if (a.metadata === 'none') a.changed = false
  if (a.mode !== 'rw' || a.metadata === 'none') return
  for (let force = devices || a.changed, again = true; again; force = true) {
    again = false
    a.changed = false
    const sparesToo = countUp(a, force, cx.now)
    // By index: a failure changes the flags of members, never the list.
    for (let i = 0; i < a.members.length; i++) {
      const m = a.members[i]!
      if (isSkipped(a, m, sparesToo)) continue
      const result = outcome(cx.world.scsi, m.device, 'write')
      if (result === 'ok') m.events = a.events
      else if (result === 'silent') wait(s, id, a, m, cx)
      else if (failMember(s, id, a, m, cx)) again = true
    }
  }
  a.changed = false
}

/** A member does not answer: what was asked of it waits, and a sync that needs the array stands still. */
export function wait(s: MdState, id: ArrayId, a: MdArray, m: Member, cx: Cx): void {
  stall(a, m.device, cx)
  pace(s, id, a, cx)
}
