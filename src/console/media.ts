/**
 * Bytes on disks: sparse pages of each disk at the far end of its path, kept beside the simulation and consistent with what md says it does.
 *
 * Rules: a write to an array reaches every member in a slot that answers; a rebuild copies when it has come to its end (and as far as md notes when it
 * is interrupted); who has left, or is a spare, keeps its old bytes; reads come from the first member in sync. Zeros are not stored, so a run that never
 * writes anything else costs nothing, and needs not hear what md tells.
 * Simplified: a rebuild by bitmap copies everything, so what was written behind the back of an absent member is mended too. Superblocks of md and partition
 * tables are no bytes: they are read as the models have them (signatures.ts). Bytes live with the run and are in no snapshot of the world.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import type { Kib } from '../base/time.ts'
import type { AnyEvent } from '../core/model.ts'
import type { ArrayId, ArrayView, MdState, MemberView, PlaceId } from '../models/md/state.ts'
import { dataOffsetKib } from '../models/md/superblock.ts'
import { outcome, type DiskId, type ScsiState } from '../models/scsi/state.ts'
import { zeros } from '../shell/kernel/bytes.ts'
import { startOf } from './files/block.ts'

type World = DeepReadonly<{ scsi: ScsiState; md: MdState }>
export const PAGE = 4096
const ZERO = zeros(PAGE)
/** Where bytes lie: a disk, and the byte there. */
export interface Spot { readonly disk: DiskId; readonly at: number }
/** A copy that is under way. */
interface Copying { readonly action: string; readonly copies: boolean; readonly targets: readonly PlaceId[] }

export class Media {
  private readonly disks = new Map<DiskId, Map<number, string>>()
  private readonly copying = new Map<ArrayId, Copying>()
  /** Something other than zeros has been written. */
  used = false
  /** Bytes that are held; the same page on two disks counts twice, although it is stored once. */
  private held = 0
  /** What stands for bytes that nobody computes: the files of a file system, by a name that lies on the disk. */
  readonly things = new Map<string, object>()
  readonly limit: number
  constructor(limit = 1 << 30) {
    this.limit = limit
  }

  get isFull(): boolean { return this.held > this.limit }

  // Bytes of one disk.

  read({ disk, at }: Spot, length: number): string {
    const pages = this.disks.get(disk)
    if (pages === undefined || pages.size === 0) return zeros(length)
    let bytes = ''
    for (let from = at; from < at + length;) {
      const start = from % PAGE, n = Math.min(PAGE - start, at + length - from), page = pages.get((from - start) / PAGE)
      bytes += page === undefined ? zeros(n) : n === PAGE ? page : page.slice(start, start + n)
      from += n
    }
    return bytes
  }
  /** False if the run holds too much already. */
  write({ disk, at }: Spot, bytes: string): boolean {
    const blank = isBlank(bytes)
    let pages = this.disks.get(disk)
    if (blank && (pages === undefined || pages.size === 0)) return true
    if (!blank) this.used = true
    if (pages === undefined) this.disks.set(disk, pages = new Map())
    for (let i = 0; i < bytes.length;) {
      const from = at + i, start = from % PAGE, number = (from - start) / PAGE, n = Math.min(PAGE - start, bytes.length - i), before = pages.get(number)
      const page = n === PAGE ? bytes.length === PAGE ? bytes : bytes.slice(i, i + PAGE) : (before ?? ZERO).slice(0, start) + bytes.slice(i, i + n) + (before ?? ZERO).slice(start + n)
      if (blank ? n === PAGE || isBlank(page) : page === ZERO) {
        if (pages.delete(number)) this.held -= PAGE
      } else {
        if (before === undefined && (this.held += PAGE) > this.limit) return false
        pages.set(number, page)
      }
      i += n
    }
    return true
  }
  /** The same bytes from one stretch to another. */
  copy(from: Spot, to: Spot, length: number): void {
    if (from.disk === to.disk && from.at === to.at) return
    const pages = this.disks.get(from.disk) ?? new Map<number, string>(), there = this.disks.get(to.disk)
    if (there !== undefined) for (const number of [...there.keys()]) if (number * PAGE < to.at + length && (number + 1) * PAGE > to.at) {
      const at = Math.max(to.at, number * PAGE), end = Math.min(to.at + length, (number + 1) * PAGE)
      this.write({ disk: to.disk, at }, zeros(end - at))
    }
    for (const [number, page] of [...pages]) {
      const start = Math.max(from.at, number * PAGE), end = Math.min(from.at + length, (number + 1) * PAGE)
      if (start < end) this.write({ disk: to.disk, at: to.at + start - from.at }, end - start === PAGE ? page : page.slice(start - number * PAGE, end - number * PAGE))
    }
  }
  private clear(disk: DiskId): void {
    this.held -= (this.disks.get(disk)?.size ?? 0) * PAGE
    this.disks.delete(disk)
  }
  /** Every page of every disk, for whoever looks what is still there. */
  *pages(): Iterable<string> {
    for (const pages of this.disks.values()) yield* pages.values()
  }

  // Bytes of an array.

  readArray(world: World, array: ArrayId, at: number, length: number): string | null {
    const a = world.md.arrays[array]!, m = readerOf(world, a)
    return m === undefined ? null : this.read(spotOf(world, a, m, at), length)
  }
  /** To every member that the array writes to. Returns whether it reached one in sync. */
  writeArray(world: World, array: ArrayId, at: number, bytes: string): boolean {
    const a = world.md.arrays[array]!
    let reached = false
    for (const i of a.slotted) {
      const m = a.members[i]!
      if (m.faulty || outcome(world.scsi, m.device, 'write') !== 'ok') continue
      if (!this.write(spotOf(world, a, m, at), bytes)) return false
      reached ||= m.inSync
    }
    return reached
  }

  // What md does with them.

  /** What is copied now, for those who have not listened before. */
  attend(world: World): void {
    for (const [array, a] of Object.entries(world.md.arrays) as [ArrayId, ArrayView][]) if (a.sync?.phase === 'running') this.note(array, a)
  }
  hear(event: AnyEvent, world: World): void {
    if (event.type === 'scsi.diskBlanked') return this.clear((event as unknown as { disk: DiskId }).disk)
    const array = (event as unknown as { array?: ArrayId }).array, a = array === undefined ? undefined : world.md.arrays[array]
    if (array === undefined || a === undefined) return
    switch (event.type) {
      case 'md.syncStarted': return this.note(array, a)
      case 'md.syncDone': return this.ended(world, array, a, true)
      case 'md.syncInterrupted': return this.ended(world, array, a, false)
    }
  }
  private note(array: ArrayId, a: ArrayView): void {
    const { sync } = a
    if (sync === null) return
    const targets = a.slotted.map(i => a.members[i]!).filter(m => !m.inSync && !m.faulty).map(m => m.place)
    this.copying.set(array, { action: sync.action, copies: sync.copies !== 'nothing', targets })
  }
  private ended(world: World, array: ArrayId, a: ArrayView, done: boolean): void {
    const copying = this.copying.get(array)
    this.copying.delete(array)
    if (copying === undefined || !copying.copies || copying.action === 'check') return
    const recovers = copying.action === 'recovery', isTarget = (m: MemberView): boolean => recovers ? copying.targets.includes(m.place) : m.inSync
    // A source that has just been replaced still has what was copied from it.
    const source = a.slotted.map(i => a.members[i]!).filter(m => m.inSync && !(recovers && isTarget(m))).sort((x, y) => x.slot - y.slot)[0]
      ?? a.members.find(m => m.faulty && recovers && !isTarget(m) && done)
    if (source === undefined) return
    for (const m of a.members) {
      const kib: Kib = done ? (m.inSync ? a.sizeKib : 0) : recovers ? m.recoveredKib : copying.action === 'resync' ? a.resyncKib ?? 0 : 0
      if (m !== source && isTarget(m) && kib > 0) this.copy(spotOf(world, a, source, 0), spotOf(world, a, m, 0), kib * 1024)
    }
  }
}

/** Who serves reads: the member in the lowest slot that can. */
function readerOf(world: World, a: ArrayView): MemberView | undefined {
  let best: MemberView | undefined
  for (const i of a.slotted) {
    const m = a.members[i]!
    if (m.inSync && !m.replacement && (best === undefined || m.slot < best.slot) && outcome(world.scsi, m.device, 'read') === 'ok') best = m
  }
  return best
}
/** Where a byte of an array lies on this member. */
function spotOf(world: World, a: ArrayView, m: MemberView, at: number): Spot {
  const { sizeKib } = world.scsi.disks[m.disk]!.partitions[m.partition - 1]!
  return { disk: m.disk, at: (startOf(world.scsi, m.disk, m.partition) + dataOffsetKib(a.metadata, sizeKib)) * 1024 + at }
}

const isBlank = (bytes: string): boolean => bytes === zeros(bytes.length)
