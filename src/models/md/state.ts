/**
 * The slice of md: arrays, their members, what is written on the disks, and pure questions about them.
 *
 * A member that is in sync has, by definition, all that the array acknowledged; what it has on disk is written down in `places` only
 * when it leaves (see shadow.ts and superblock.ts), so that nothing is copied while nothing changes.
 * Source: Linux drivers/md (md.c, raid1.c, md-bitmap.c) 6.1, mdadm 4.2.
 */
import type { Id } from '../../base/id.ts'
import type { Distribution } from '../../base/distribution.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { SECOND, type Kib, type KibPerSecond, type Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { DefaultId } from '../defaults.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { DeviceId, DiskId } from '../scsi/state.ts'
import { without } from '../../core/signature.ts'

export type ArrayId = Id<'Array'>
/** `none`: an array without superblocks, as --build makes it: nothing on its disks tells of it. */
export type Metadata = '0.90' | '1.0' | '1.1' | '1.2' | 'none'
export type SyncAction = 'recovery' | 'resync' | 'check' | 'repair'
/** A partition of a disk, `d1/3`: where superblock and data lie, whoever uses them. */
export type PlaceId = Id<'Place'>
export const placeOf = (disk: DiskId, partition: number): PlaceId => `${disk}/${partition}` as PlaceId

export interface Member {
  readonly device: DeviceId
  readonly disk: DiskId
  readonly partition: number
  readonly place: PlaceId
  /** `sdb3`, as it was called when it was bound. */
  readonly name: string
  /** In brackets in mdstat. With 1.x it never changes, with 0.90 it does at superblock writes. */
  number: number
  /** The place in the U string, -1 for spares and failed members that have left it. */
  slot: number
  inSync: boolean
  faulty: boolean
  /** Its copy grows in the shadow of a member that is to be replaced. */
  replacement: boolean
  wantReplacement: boolean
  /** Read only where no other member can serve. */
  writeMostly: boolean
  /** Commands to it are to fail rather than be tried again; the time that a disk takes to fail does not depend on it here. */
  failfast: boolean
  /** While it is being rebuilt: how far. */
  recoveredKib: Kib
  /** The slot it had before, -1 if it must be copied in full. */
  savedSlot: number
  /** Of the superblock last written to it. */
  events: number
  /** Its medium was emptied under it: what it holds is not what was written. */
  hollow: boolean
  /** It was a member before, and md took it back as that. */
  reAdded: boolean
}

export interface Sync {
  action: SyncAction
  /** `delayed`: another array on the same disks goes first. */
  phase: 'running' | 'delayed'
  /** Where it was at `at`, and how fast it goes from then on; it stands still until `waitsUntil`. */
  at: Micros
  fromKib: Kib
  rate: KibPerSecond
  /** The highest rate of this stretch. */
  peak: KibPerSecond
  waitsUntil: Micros
  /** This stretch began here; a superblock is written at every sixteenth from there. */
  startedAt: Micros
  startKib: Kib
  /** Superblock writes of this stretch that have been counted. */
  checkpoints: number
  /** What has to be copied really, where a bitmap knows; otherwise the size. */
  toCopyKib: Kib
  copies: 'all' | 'changed' | 'nothing'
  timer: TimerId | null
  /** Order among those that wait. */
  turn: number
}

export type Io =
  | { readonly kind: 'idle' }
  /** `touchedKib`: what the commits write again and again; more never has to be copied after a short absence. */
  | { readonly kind: 'commit'; readonly every: Micros; readonly touchedKib: Kib }
  | { readonly kind: 'drawn'; readonly every: Distribution }

export interface Bitmap {
  readonly chunkKib: Kib
  /** The interval of the daemon that clears bits. */
  readonly daemon: Micros
  /** The file that it lies in, as a path of the guest; null: beside the superblocks. */
  readonly file: string | null
  /** It was made then. */
  readonly since: Micros
  /** Chunks written since a member was last missing. */
  dirty: number[]
  /** Written by the file system in the same time, wherever. */
  scatteredKib: Kib
  /** A device whose superblock is older has missed changes that the bitmap no longer knows. */
  eventsCleared: number
  /** New, or out of date: every chunk counts as changed until a sync has been through. */
  all: boolean
}
/** A stretch in which one member differs from the others, planted behind the array's back. */
export interface Difference { readonly place: PlaceId; readonly fromKib: Kib; readonly toKib: Kib }

export interface MdArray {
  readonly guest: GuestId
  /** The device, md1 or md127: an assembly may give another. */
  name: string
  /** What the superblock says: `lpar1:root`. */
  label: string
  /** `1a39dae9:acd6378c:2127cd3d:1bb49267`. */
  uuid: string
  createdAt: Micros
  /** When a superblock was last written. */
  updatedAt: Micros
  readonly level: 1
  readonly metadata: Metadata
  raidDevices: number
  sizeKib: Kib
  /** `inactive`: some members are bound, but it does not run. */
  state: 'stopped' | 'inactive' | 'active'
  /** auto: read-only until the first write. */
  mode: 'rw' | 'auto' | 'ro'
  broken: boolean
  /** No write is under way and none was in the last 0.2 s; settled lazily. */
  clean: boolean
  lastWriteAt: Micros
  /** What the file system wrote until then has been accounted for. */
  settledAt: Micros
  /** Newest first, as mdstat lists them. */
  members: Member[]
  /** Positions in `members` of those that are in a slot, so that nobody goes through all spares to find these few. */
  slotted: number[]
  /** How many members are faulty. */
  failed: number
  /** Resync is needed from here on; null: in sync. */
  resyncKib: Kib | null
  sync: Sync | null
  frozen: boolean
  /** What check or repair was asked for. */
  wanted: 'check' | 'repair' | null
  bitmap: Bitmap | null
  events: number
  canDecrease: boolean
  /** After a failure that left no source: no rebuild until another member is bound. */
  recoveryDisabled: boolean
  /** A member has come that must be copied in full; until a sync has been through. */
  fullSync: boolean
  /** Membership has changed and is not yet written to the superblocks. */
  changed: boolean
  /** No superblock has been written since it was started or made read-only: those on the disks are as they were. */
  untouched: boolean
  openers: number
  /** The first open after a start reads the first sector, in search of a partition table. */
  scanned: boolean
  io: Io
  ioTimer: TimerId | null
  busy: boolean
  startedAt: Micros
  /** Silent devices whose commands this array waits for. */
  waitsFor: DeviceId[]
  access: Access
  inSync: number
  mismatches: number
  lastAction: SyncAction | 'none'
  speedMin: KibPerSecond | null
  speedMax: KibPerSecond | null
  syncMinKib: Kib
  syncMaxKib: Kib | null
  spareGroup: string | null
  /** Order of assembly on its guest: mdstat lists the latest first. */
  order: number
  /** Versions of the extents as acknowledged; see shadow.ts. */
  acknowledged: number[]
  /** A write waits for a silent member. */
  pendingWrite: boolean
  differences: Difference[]
  lostData: boolean
}
export interface Access { readable: boolean; writable: boolean; stalled: boolean }

/** What is written at the end, or near the beginning, of a partition. */
export interface Superblock {
  readonly array: ArrayId
  readonly metadata: Metadata
  readonly label: string
  readonly raidDevices: number
  readonly sizeKib: Kib
  readonly number: number
  readonly role: number | 'spare' | 'faulty'
  readonly events: number
  readonly clean: boolean
  readonly resyncKib: Kib | null
  readonly recoveredKib: Kib | null
  readonly replacement: boolean
  readonly writeMostly: boolean
  readonly failfast: boolean
  /** One lies beside it; one in a file is not mentioned. */
  readonly bitmap: boolean
  /** `A.`: which slots had a member in sync or rebuilding when it was written. */
  readonly arrayState: string
  readonly updatedAt: Micros
  /** 0.90 has a table of all devices. */
  readonly disks: readonly SuperDisk[] | null
}
export interface SuperDisk {
  readonly name: string; readonly partition: number; readonly number: number; readonly slot: number; readonly state: 'active' | 'faulty' | 'spare'
  readonly writeMostly: boolean; readonly failfast: boolean
}
/** What lies on a partition when no array keeps it current. */
export interface Stored { superblock: Superblock | null; /** Versions by extent of the array that it last belonged to; null: nothing of it. */ content: number[] | null; contentOf: ArrayId | null }

export interface MdGuest {
  speedMin: KibPerSecond
  speedMax: KibPerSecond
  rate: KibPerSecond
  /** Nobody has said what the disks give: whoever recovers at this rate rests on a planning default. */
  rateAssumed: boolean
  monitor: boolean
  monitorTimer: TimerId | null
  /** Arrays that have been made or assembled here: next order number. */
  started: number
  /** /dev/md/root → md127: kept until the guest ends, since nobody removes the link. */
  links: Record<string, string>
  arrays: ArrayId[]
  turns: number
}

export interface MdState {
  arrays: Record<ArrayId, MdArray>
  guests: Record<GuestId, MdGuest>
  /** Which running arrays have members on a disk. */
  arraysOn: Record<DiskId, ArrayId[]>
  places: Record<PlaceId, Stored>
  /** The number that the next write of anybody gets. */
  version: number
  monitorDelay: Micros
  busyShare: number
  profile: 'mdadm-4.2' | 'mdadm-classic'
  assumed: DefaultId[]
}

export type MdView = DeepReadonly<MdState>
export type ArrayView = DeepReadonly<MdArray>
export type MemberView = DeepReadonly<Member>

// Pure questions.

export type Role = 'active' | 'recovering' | 'spare' | 'faulty'
export function roleOf(m: MemberView): Role {
  if (m.faulty) return 'faulty'
  if (m.slot < 0) return 'spare'
  return m.inSync ? 'active' : 'recovering'
}

/** The array that a guest calls `md1`, running or not. */
export function arrayNamed(s: MdView, guest: GuestId, name: string): ArrayId | undefined {
  let stopped: ArrayId | undefined
  for (const id of s.guests[guest]?.arrays ?? []) {
    if (s.arrays[id]!.name !== name) continue
    if (s.arrays[id]!.state !== 'stopped') return id
    stopped = id
  }
  return stopped
}

/** safe_mode_delay as the kernel rounds it: so long after the last write an array is marked clean. */
export const SAFE_MODE_DELAY: Micros = 204_000

/** When it was last written, commits of the file system included. */
export function lastWrite(a: ArrayView, now: Micros): Micros {
  if (a.io.kind !== 'commit' || a.mode !== 'rw' || !a.access.writable || a.access.stalled) return a.lastWriteAt
  const commit = a.startedAt + Math.floor((now - a.startedAt) / a.io.every) * a.io.every
  return commit > a.settledAt ? commit : a.lastWriteAt
}

/** Whether it is marked clean; nobody need be told when that happens. */
export function isClean(a: ArrayView, now: Micros): boolean {
  if (a.waitsFor.length > 0) return a.clean
  const last = lastWrite(a, now)
  return now - last >= SAFE_MODE_DELAY || (a.clean && last === a.lastWriteAt)
}

/** After members came, went or changed slots. */
export function findSlotted(a: MdArray): void {
  const { members, slotted } = a
  let n = 0
  for (let i = 0; i < members.length; i++) if (members[i]!.slot >= 0) slotted[n++] = i
  while (slotted.length > n) slotted.pop()
}

/** The member of an array that lies on this disk, kicked or not. */
export function memberOn(s: MdView, array: ArrayId, disk: DiskId): MemberView | undefined {
  if (s.arraysOn[disk]?.includes(array) !== true) return undefined
  for (const member of s.arrays[array]!.members) if (member.disk === disk) return member
  return undefined
}

export function memberNamed(a: ArrayView, name: string): number {
  for (let i = 0; i < a.members.length; i++) if (a.members[i]!.name === name) return i
  return -1
}

/** KiB done at a time that is not before the sync's last change; exact, since it goes in straight stretches. */
export function syncPosition(a: ArrayView, now: Micros): Kib {
  const { sync } = a
  if (sync === null) return 0
  if (sync.phase !== 'running') return sync.fromKib
  const moving = now - Math.max(sync.at, sync.waitsUntil)
  if (moving <= 0) return sync.fromKib
  return Math.min(a.syncMaxKib === null ? a.sizeKib : Math.max(sync.fromKib, Math.min(a.syncMaxKib, a.sizeKib)), sync.fromKib + Math.floor(moving * sync.rate / SECOND))
}

export interface Progress { action: SyncAction; delayed: boolean; doneKib: Kib; ofKib: Kib; rate: KibPerSecond; fraction: number; /** null where it stands still. */ leftMicros: Micros | null }
export function syncProgress(a: ArrayView, now: Micros): Progress | undefined {
  const { sync } = a
  if (sync === null) return undefined
  const doneKib = syncPosition(a, now), rate = sync.phase === 'running' && now >= sync.waitsUntil ? sync.rate : 0
  return {
    action: sync.action, delayed: sync.phase === 'delayed', doneKib, ofKib: a.sizeKib, rate, fraction: a.sizeKib === 0 ? 1 : doneKib / a.sizeKib,
    leftMicros: sync.phase !== 'running' || sync.rate === 0 ? null
      : Math.max(0, sync.waitsUntil - now) + Math.ceil((a.sizeKib - doneKib) * SECOND / sync.rate),
  }
}

/** Of its device a member has the name, and its disk. */
export const signature: (slice: MdView) => unknown = without({ books: ['device', 'assumed'], timers: ['timer', 'ioTimer', 'monitorTimer'] })
