/**
 * The write-intent bitmap: which chunks changed while a member was away, so that its return copies only these (VS-48, VS-88).
 *
 * Rules: bits are set by writes and cleared some seconds after the last one, but only while no member is missing; a device is taken
 * back if its superblock is not older than the last clearing; a new or outdated bitmap counts as all changed. Source: md-bitmap.c.
 */
import { SECOND, type Kib, type Micros } from '../../base/time.ts'
import { lastWrite, type ArrayView, type Bitmap, type MdArray } from './state.ts'

/** The flush daemon wakes at this interval, unless --delay says otherwise, and clears a bit at its second visit: on the average after so much of it. */
const DAEMON: Micros = 5 * SECOND
const clearedAfter = (bitmap: Pick<Bitmap, 'daemon'>): Micros => bitmap.daemon * 8 / 5
/** What mdadm chooses for arrays of up to some 100 GiB. */
export const DEFAULT_CHUNK_KIB: Kib = 65_536

export interface BitmapShape { chunkKib?: Kib | undefined; /** Seconds. */ delay?: number | undefined; file?: string | undefined }
export const newBitmap = ({ chunkKib, delay, file }: BitmapShape, events: number, since: Micros): Bitmap =>
  ({ chunkKib: chunkKib ?? DEFAULT_CHUNK_KIB, daemon: delay === undefined ? DAEMON : delay * SECOND, file: file ?? null, since, dirty: [], scatteredKib: 0, eventsCleared: events, all: true })

export function markWritten(a: MdArray, atKib: Kib, kib: Kib): void {
  const { bitmap } = a
  if (bitmap === null || bitmap.all) return
  for (let chunk = Math.floor(atKib / bitmap.chunkKib); chunk * bitmap.chunkKib < Math.min(atKib + kib, a.sizeKib); chunk++)
    if (!bitmap.dirty.includes(chunk)) bitmap.dirty.push(chunk)
}

/** Commits of a file system go here and there, each to a chunk of its own, within what it touches at all. */
export function markCommits(a: MdArray, commits: number): void {
  if (a.bitmap === null || a.io.kind === 'idle') return
  const limit = a.io.kind === 'commit' ? Math.min(a.io.touchedKib, a.sizeKib) : a.sizeKib
  a.bitmap.scatteredKib = Math.min(limit, a.bitmap.scatteredKib + commits * a.bitmap.chunkKib)
}

/** Nobody is missing, and it has been quiet long enough, or a sync has just been through. */
export function clearIfQuiet(a: MdArray, now: Micros): void {
  if (isQuiet(a, now)) clear(a)
}
/** Nobody need be told when that happens: until the next change every bit counts as cleared. */
export function isQuiet(a: ArrayView, now: Micros): boolean {
  const { bitmap } = a
  return bitmap !== null && a.state === 'active' && a.inSync >= a.raidDevices && a.sync === null && a.resyncKib === null && now - Math.max(lastWrite(a, now), bitmap.since) >= clearedAfter(bitmap)
}
export function clear(a: MdArray): void {
  const { bitmap } = a
  if (bitmap === null) return
  if (bitmap.dirty.length > 0) bitmap.dirty = []
  bitmap.scatteredKib = 0
  bitmap.all = false
  bitmap.eventsCleared = a.events
}

/** What a sync that trusts the bitmap has to copy. */
export function changedKib(a: MdArray): Kib {
  const { bitmap } = a
  if (bitmap === null || bitmap.all) return a.sizeKib
  return Math.min(a.sizeKib, bitmap.dirty.length * bitmap.chunkKib + bitmap.scatteredKib)
}
