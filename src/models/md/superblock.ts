/**
 * Superblocks: sizes, numbers, event counts, and what is written on a disk when its member leaves.
 *
 * Rules: each change of membership counts one event up; the change from clean to dirty too, and back again it counts down while no
 * member is missing, and then spares are left alone (VS-84); 0.90 numbers spares and failed members anew at each write (VS-86).
 * Source: md.c md_update_sb, super_90_sync, super_1_sync; mdadm super0.c, super1.c.
 */
import type { Kib, Micros } from '../../base/time.ts'
import { contentOf, storedAt } from './shadow.ts'
import { syncPosition, type ArrayId, type MdArray, type MdState, type Member, type Metadata, type Stored, type Superblock } from './state.ts'

/** What a partition of this size holds as a member, in whole 64 KiB: the rest is superblock, bitmap and headroom. */
export function dataSizeKib(metadata: Metadata, partitionKib: Kib): Kib {
  if (metadata === 'none') return partitionKib
  const data = metadata === '0.90' ? partitionKib - partitionKib % 64 - 64 : partitionKib - (metadata === '1.0' ? 16 : dataOffsetKib(metadata, partitionKib))
  return Math.max(0, data - data % 64)
}

/** Where data begins, in KiB: with 1.1 and 1.2 behind the superblock, the bitmap and headroom for a reshape, in whole MiB. */
export function dataOffsetKib(metadata: Metadata, partitionKib: Kib): Kib {
  if (metadata === '0.90' || metadata === '1.0' || metadata === 'none') return 0
  const sectors = partitionKib * 2
  const bitmap = sectors < 128 ? 0 : sectors - 128 >= 200 * 1024 * 1024 * 2 ? 256 : sectors - 8 > 8 * 1024 * 1024 * 2 ? 128 : 8
  let headroom = 128 * 1024 * 2
  while (headroom * 1024 > sectors) headroom /= 2
  return Math.ceil((24 + bitmap + Math.floor(headroom)) / 2048) * 1024
}

/** The next state of the counter; returns whether spares are written too. */
export function countUp(a: MdArray, devices: boolean, now: Micros): boolean {
  const sparesToo = devices || a.inSync < a.raidDevices
  a.untouched = false
  a.updatedAt = now
  if (!sparesToo && a.clean && a.resyncKib === null && a.canDecrease && a.events !== 1) {
    a.events--
    a.canDecrease = false
  } else {
    a.events++
    a.canDecrease = !sparesToo
  }
  if (a.metadata === '0.90') renumber(a)
  return sparesToo
}

/** Whether this write leaves a member alone: it has it already, or is a spare that lags by no more than one. */
export const isSkipped = (a: MdArray, m: Member, sparesToo: boolean): boolean =>
  m.faulty || m.events === a.events || (!sparesToo && m.slot < 0 && m.events + 1 === a.events)

/** A write that is known to have reached every member, because it happened while all disks answered. */
export function writeQuietly(a: MdArray, devices: boolean, now: Micros): void {
  if (a.mode !== 'rw') return
  const sparesToo = countUp(a, devices, now)
  for (const m of a.members) if (!isSkipped(a, m, sparesToo)) m.events = a.events
}

/** Several at once; their number is all that matters. */
export function countQuietly(a: MdArray, writes: number, now: Micros): void {
  a.events += writes
  a.updatedAt = now
  a.untouched = false
  for (const m of a.members) if (!m.faulty) m.events = a.events
}

/** A sync writes the superblocks at every sixteenth of the way. */
export const CHECKPOINTS = 16
export function countCheckpoints(a: MdArray, now: Micros): void {
  const { sync } = a
  if (sync === null || sync.phase !== 'running' || sync.copies === 'nothing') return
  const passed = Math.min(CHECKPOINTS - 1, Math.floor((syncPosition(a, now) - sync.startKib) * CHECKPOINTS / a.sizeKib))
  if (passed > sync.checkpoints) countQuietly(a, passed - sync.checkpoints, now)
  sync.checkpoints = Math.max(sync.checkpoints, passed)
}

/** Active members are called by their slot, all others by what comes after, in the order of the list. */
export function renumber(a: MdArray): void {
  let next = a.raidDevices
  for (const m of a.members) m.number = m.inSync && !m.faulty && m.slot >= 0 ? m.slot : next++
}

/** `A.`: a letter for each slot; 0.90 counts a member that is being rebuilt as a spare. */
export function arrayState(a: MdArray): string {
  let text = ''
  for (let slot = 0; slot < a.raidDevices; slot++) {
    let letter = '.'
    for (const at of a.slotted) if (isCounted(a, a.members[at]!, slot)) letter = letter === 'A' ? 'R' : 'A'
    text += letter
  }
  return text
}

const isCounted = (a: MdArray, m: Member, slot: number): boolean => m.slot === slot && !m.faulty && (m.inSync || a.metadata !== '0.90')

/** The superblock that a member has on its disk now. 0.90 has no room for a member that is being rebuilt: it counts as a spare. */
export function superblockOf(id: ArrayId, a: MdArray, m: Member, positionKib: Kib): Superblock {
  const recovering = m.slot >= 0 && !m.inSync, old = a.metadata === '0.90'
  return {
    array: id, metadata: a.metadata, label: a.label, raidDevices: a.raidDevices, sizeKib: a.sizeKib, number: m.number,
    role: m.slot < 0 || (recovering && old) ? 'spare' : m.slot, events: m.events, clean: a.clean, resyncKib: a.clean ? a.resyncKib : 0,
    recoveredKib: recovering && !old ? Math.max(m.recoveredKib, positionKib) : null,
    replacement: m.replacement, writeMostly: m.writeMostly, failfast: m.failfast, bitmap: a.bitmap !== null && a.bitmap.file === null, arrayState: arrayState(a), updatedAt: a.updatedAt, disks: old ? diskTable(a) : null,
  }
}

/** The table of devices that 0.90 has in each superblock: who is not active counts from behind the raid devices. */
function diskTable(a: MdArray): Superblock['disks'] {
  return a.members.map(m => ({ name: m.name, partition: m.partition, number: m.number, slot: m.slot, state: m.faulty ? 'faulty' : m.inSync ? 'active' : 'spare', writeMostly: m.writeMostly, failfast: m.failfast }))
}

/** From now on nothing is written: what is on the disks stays. */
export function writeDownAll(s: MdState, id: ArrayId, a: MdArray, now: Micros): void {
  for (const m of a.members) if (!m.faulty) writeDown(s, id, a, m, now)
  a.untouched = true
}

/** A member leaves, by failure or in order: what it has on disk is written down. */
export function writeDown(s: MdState, id: ArrayId, a: MdArray, m: Member, now: Micros): void {
  const position = a.sync !== null && a.sync.action === 'recovery' ? syncPosition(a, now) : 0
  const stored = storedAt(s, m.place)
  if (m.hollow) stored.superblock = null
  else if (a.metadata === 'none') { /* Nobody writes one. */ }
  else if (!a.untouched || stored.superblock === null || stored.superblock.array !== id) stored.superblock = superblockOf(id, a, m, position)
  stored.content = contentOf(s, id, a, m, position)
  stored.contentOf = id
}

/** Some of what a superblock says is written anew while nobody uses it. */
export function rewrite(s: MdState, stored: Stored, change: { label?: string | undefined; uuid?: string | undefined; dirty?: boolean | undefined; bitmap?: false | undefined }): void {
  const sb = stored.superblock!, { label = sb.label, uuid, dirty, bitmap = sb.bitmap } = change
  stored.superblock = { ...sb, label, bitmap, ...dirty && { clean: false, resyncKib: 0 } }
  if (uuid !== undefined) s.arrays[sb.array]!.uuid = uuid
}
