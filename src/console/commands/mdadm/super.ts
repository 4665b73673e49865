/**
 * Superblocks as mdadm finds them on devices: what the model says lies there, with the offsets and sizes that each format gives it.
 *
 * A member of a running array has the array's latest superblock, unless none has been written since the start; a failed one has what it had. A 0.90
 * superblock at the end of the last partition is one of the whole disk too (VS-89). A silent disk answers when its error handling is through.
 * Source: mdadm 4.2 super0.c, super1.c load_super, getinfo_super, read as facts.
 */
import type { Kib, Micros } from '../../../base/time.ts'
import { isClean, syncPosition, type ArrayId, type ArrayView, type MdArray, type Member, type Superblock } from '../../../models/md/state.ts'
import { outcome } from '../../../models/scsi/state.ts'
import { placeOf } from '../../../models/md/state.ts'
import { dataOffsetKib, superblockOf } from '../../../models/md/superblock.ts'
import { homeWords, memberUuid } from '../../../models/md/uuid.ts'
import { failed, type Failure } from '../../../shell/kernel/errno.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import type { Dev, SdDev, Tool } from './tool.ts'

export interface Super {
  readonly sb: Superblock
  readonly array: ArrayId
  readonly a: ArrayView
  readonly dev: SdDev
  readonly uuid: string
  readonly deviceUuid: string
  readonly clean: boolean
  /** Sectors of the device. */
  readonly sectors: number
}
/** What is found on a device: nothing that md knows, a partition table, or a superblock. */
export type Found = Super | 'nothing' | 'mbr'

/** Waits while a disk is silent; then whether it can be read. */
export function* answers(t: Tool, dev: SdDev, kind: 'read' | 'write' = 'read'): Run<boolean> {
  t.partition.touched(dev.disk)
  if (outcome(t.world.scsi, dev.device, kind) === 'silent') {
    yield* t.flush()
    t.ask({ type: 'scsi.awaitCommand', device: dev.device })
    while (outcome(t.world.scsi, dev.device, kind) === 'silent') yield { kind: 'world', ready: () => outcome(t.world.scsi, dev.device, kind) !== 'silent' }
  }
  return outcome(t.world.scsi, dev.device, kind) === 'ok'
}

/** Opens a device and looks what is on it. */
export function* examine(t: Tool, path: string): Run<{ dev: Dev; found: Found } | Failure> {
  const dev = t.device(path)
  if (failed(dev)) return dev
  const no = t.openable(dev)
  if (no !== undefined && dev.kind !== 'other') return no
  if (dev.kind !== 'sd') return { dev, found: 'nothing' }
  if (!(yield* answers(t, dev))) return { dev, found: 'nothing' }
  return { dev, found: superOn(t, dev) ?? (dev.number === 0 && !t.world.scsi.disks[dev.disk]!.blank ? 'mbr' : 'nothing') }
}

/** The superblock on a device that can be read; a whole disk may show that of its last partition. */
export function superOn(t: Tool, dev: SdDev): Super | null {
  if (dev.number !== 0) return at(t, dev, dev.number, dev.sizeKib)
  const { partitions } = t.world.scsi.disks[dev.disk]!, last = partitions.at(-1)
  if (last === undefined || !t.world.scsi.devices[dev.device]!.partitioned) return null
  const found = at(t, dev, last.number, dev.sizeKib)
  if (found === null || found.sb.metadata !== '0.90') return null
  const start = startOf(partitions, last.number)
  return start + end090(last.sizeKib) === end090(dev.sizeKib) ? found : null
}
const end090 = (kib: Kib): Kib => kib - kib % 64 - 64
/** KiB before a partition: table, and the partitions before it. */
export function startOf(partitions: readonly { readonly number: number; readonly sizeKib: Kib }[], number: number): Kib {
  let start = 1024
  for (const one of partitions) if (one.number < number) start += one.sizeKib
  return start
}

function at(t: Tool, dev: SdDev, number: number, sizeKib: Kib): Super | null {
  const { md } = t.world, place = placeOf(dev.disk, number), stored = md.places[place]?.superblock ?? null
  let sb: Superblock | null = stored as Superblock | null, clean: boolean | null = null
  for (const id of md.arraysOn[dev.disk] ?? []) {
    const a = md.arrays[id]!
    for (const m of a.members) {
      if (m.device !== dev.device || m.partition !== number) continue
      if (m.hollow && !m.faulty) return null
      if (m.faulty || a.state !== 'active' || a.metadata === 'none' || (a.untouched && stored !== null)) continue
      const older = m.inSync && m.events !== a.events ? lastWritten(t, id, a, m.events) : undefined
      sb = superblockOf(id, a as MdArray, m as Member, a.sync?.action === 'recovery' ? syncPosition(a, t.now) : 0)
      clean = isClean(a, t.now) && a.resyncKib === null
      // Nothing could be written since the others left: it says what theirs say.
      if (older !== undefined) {
        sb = { ...sb, arrayState: older.arrayState, updatedAt: older.updatedAt, disks: older.disks }
        clean = older.resyncKib === null
      }
    }
  }
  if (sb === null) return null
  const a = md.arrays[sb.array]
  if (a === undefined) return null
  return { sb, array: sb.array, a, dev, uuid: a.uuid, deviceUuid: memberUuid(sb.array, place, sb.number), clean: clean ?? sb.resyncKib === null, sectors: sizeKib * 2 }
}

function lastWritten(t: Tool, id: ArrayId, a: ArrayView, events: number): Superblock | undefined {
  for (const m of a.members) {
    const sb = m.faulty ? t.world.md.places[m.place]?.superblock : undefined
    if (sb != null && sb.array === id && sb.events === events) return sb as Superblock
  }
  return undefined
}

export const isLocal = ({ sb, uuid }: Super, host: string | null): boolean =>
  host !== null && host !== '' && (sb.metadata === '0.90' ? uuid.split(':').slice(2).join() === homeWords(host).join() : sb.label.startsWith(`${host}:`) && host.length < 32)
/** What getinfo_super calls the array: with 0.90 that is a number. */
export const nameOf = ({ sb, a }: Super): string => (sb.metadata === '0.90' ? String(minorOf(a)) : sb.label)
export const minorOf = (a: ArrayView): number => Number(/\d+$/.exec(a.name)?.[0] ?? 0)
/** The state of the disk that its superblock tells: active and in sync, faulty, or a spare. */
export const isSynced = ({ sb }: Super): boolean => typeof sb.role === 'number' && !sb.replacement
export const createdAt = ({ a }: Super): Micros => a.createdAt

/** Where things lie, in sectors. */
export interface Layout { superOffset: number; dataOffset: number; dataSize: number; bitmapOffset: number | null; bblOffset: number | null; spaceBefore: number; spaceAfter: number }
export function layoutOf(s: Super): Layout {
  const { sb, a, sectors } = s, size = sb.sizeKib * 2, old = sb.metadata === '1.0'
  const chunk = a.bitmap?.chunkKib ?? 65_536, bitmapSectors = Math.ceil((Math.ceil((Math.floor(sb.sizeKib / chunk) + 1) / 8) + 256) / 4096) * 8, reserved = bitmapSpace(size)
  if (old) {
    const superOffset = (sectors - 16) - (sectors - 16) % 8, room = Math.min((sb.bitmap ? bitmapSectors : reserved) + 8, superOffset - size), bbl = room >= 8 ? -8 : null
    const bitmapOffset = sb.bitmap ? -bitmapSectors - 8 : null, end = Math.min(superOffset + (bbl ?? 0), superOffset + (bitmapOffset ?? 0))
    return { superOffset, dataOffset: 0, dataSize: superOffset - room, bitmapOffset, bblOffset: bbl, spaceBefore: 0, spaceAfter: Math.max(0, end - size) }
  }
  const superOffset = sb.metadata === '1.2' ? 8 : 0, dataOffset = dataOffsetKib(sb.metadata, s.dev.sizeKib) * 2, bbl = 8 + (sb.bitmap ? bitmapSectors : reserved)
  const earliest = Math.max(superOffset + 72, sb.bitmap ? 8 + bitmapSectors : 0, superOffset + bbl + 8)
  return { superOffset, dataOffset, dataSize: sectors - dataOffset, bitmapOffset: sb.bitmap ? 8 : null, bblOffset: bbl, spaceBefore: Math.max(0, dataOffset - earliest), spaceAfter: sectors - size - dataOffset }
}
/** Room that is kept for a bitmap: 64 KiB from 8 GiB on, 128 KiB from 200 GiB on. */
function bitmapSpace(sectors: number): number {
  if (sectors < 128) return 0
  if (sectors - 128 >= 200 * 1024 * 1024 * 2) return 256
  return sectors - 8 > 8 * 1024 * 1024 * 2 ? 128 : 8
}
