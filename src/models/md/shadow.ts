/**
 * A block-level shadow of what is on the disks: for each of a few extents the version that was written last.
 *
 * Rules: an acknowledged write gives the extents it touched a new version; a member in sync holds all acknowledged versions by
 * definition, so nothing is kept for it; what a member holds is written down when it leaves, and found again when it returns. So
 * nothing is done between changes of membership, and "no acknowledged write is lost" (VS-56) is still checked and not assumed.
 */
import type { Kib } from '../../base/time.ts'
import { type ArrayId, type ArrayView, type MdArray, type MdState, type Member, type MemberView, type PlaceId, type Stored } from './state.ts'

export const EXTENTS = 8

/** A write that returned success (VS-97: fsync did) to a part of the array, or to all of it. */
export function acknowledge(s: MdState, a: MdArray, atKib: Kib = 0, kib: Kib = a.sizeKib): void {
  const version = ++s.version, each = a.sizeKib / EXTENTS
  const first = Math.max(0, Math.min(EXTENTS - 1, Math.floor(atKib / each))), last = Math.max(first, Math.min(EXTENTS - 1, Math.ceil((atKib + kib) / each) - 1))
  for (let extent = first; extent <= last; extent++) a.acknowledged[extent] = version
}

/** Nothing was ever written: all members agree by decree. */
export const blankExtents = (version: number): number[] => Array.from({ length: EXTENTS }, () => version)

/** What a member has on disk at this moment, given how far its rebuild has come. */
export function contentOf(s: MdState, id: ArrayId, a: MdArray, m: Member, positionKib: Kib): number[] {
  if (m.hollow) return blankExtents(-1)
  if (m.inSync) return a.acknowledged.slice()
  const stored = s.places[m.place], before = stored?.contentOf === id ? stored.content : null
  const copied = m.slot < 0 ? 0 : Math.floor(Math.max(positionKib, m.recoveredKib) * EXTENTS / a.sizeKib)
  const content = before === null ? blankExtents(0) : before.slice()
  for (let extent = 0; extent < copied && extent < EXTENTS; extent++) content[extent] = a.acknowledged[extent]!
  return content
}

/** Whether content has every acknowledged write. */
export function isCurrent(content: readonly number[], a: ArrayView): boolean {
  for (let extent = 0; extent < EXTENTS; extent++) if (content[extent] !== a.acknowledged[extent]) return false
  return true
}

export function storedAt(s: MdState, place: PlaceId): Stored {
  return (s.places[place] ??= { superblock: null, content: null, contentOf: null })
}

/**
 * At a start: the array reads from the members in sync. An acknowledged version that none of them has is lost, and from now on what
 * they have is the truth. Returns whether something was lost.
 */
export function adopt(s: MdState, id: ArrayId, a: MdArray, inSync: readonly MemberView[]): boolean {
  let lost = false
  for (let extent = 0; extent < EXTENTS; extent++) {
    let newest = -1
    let found = false
    for (const m of inSync) {
      const stored = s.places[m.place], version = stored?.contentOf === id ? stored.content?.[extent] ?? -1 : -1
      if (version === a.acknowledged[extent]) found = true
      if (version > newest) newest = version
    }
    if (found) continue
    lost = true
    a.acknowledged[extent] = newest
  }
  return lost
}
