/**
 * What lies on a device that the models know and nobody has written as bytes: superblocks of md, partition tables, boot images in PReP partitions; and
 * what the first bytes of a device say it holds. Enough for blkid, wipefs, od and for dd from one disk to the other; not every field is filled in.
 * Source: Linux 6.1 md_p.h, genhd.h, ext4.h, xfs_format.h, swap.h; util-linux 2.38 libblkid.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import type { Kib } from '../base/time.ts'
import type { BootState } from '../models/boot/state.ts'
import { placeOf, type ArrayId, type ArrayView, type MdState, type Metadata } from '../models/md/state.ts'
import { dataOffsetKib } from '../models/md/superblock.ts'
import { memberUuid } from '../models/md/uuid.ts'
import type { DiskId, ScsiState } from '../models/scsi/state.ts'
import { startOf, type BlockName } from './files/block.ts'

type World = DeepReadonly<{ scsi: ScsiState; md: MdState; boot?: BootState }>
/** Bytes that lie over what was written, from there on. */
export interface Overlay { readonly at: number; readonly bytes: string }

const le = (value: number, bytes: number): string => {
  let text = '', rest = value
  for (let i = 0; i < bytes; i++) { text += String.fromCharCode(rest % 256); rest = Math.floor(rest / 256) }
  return text
}
export const le32 = (value: number): string => le(value, 4)
export const be = (value: number, bytes: number): string => [...le(value, bytes)].reverse().join('')
const hexBytes = (hex: string): string => (hex.match(/../g) ?? []).map(pair => String.fromCharCode(parseInt(pair, 16))).join('')
const toHex = (bytes: string): string => [...bytes].map(char => char.charCodeAt(0).toString(16).padStart(2, '0')).join('')
/** `1a39dae9-acd6-…` from sixteen bytes, and back. */
const uuidText = (bytes: string): string => toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
export const uuidBytes = (uuid: string): string => hexBytes(uuid.replaceAll('-', ''))
const swapWord = (hex: string): string => (hex.match(/../g) ?? []).reverse().join('')

/** A superblock of md on a partition, as far as it can be seen from outside. */
export interface RaidSignature { readonly array: ArrayId; readonly a: ArrayView; readonly metadata: Metadata; readonly label: string; /** As libblkid prints it. */ readonly uuid: string; readonly subUuid: string | null; /** In bytes from where the partition begins. */ readonly at: number }

export function raidOn(world: World, disk: DiskId, number: number): RaidSignature | undefined {
  const { md, scsi } = world, place = placeOf(disk, number), sizeKib = scsi.disks[disk]!.partitions[number - 1]?.sizeKib
  if (sizeKib === undefined) return undefined
  const stored = md.places[place]?.superblock ?? null
  let array = stored?.array, memberNumber = stored?.number ?? 0
  for (const id of md.arraysOn[disk] ?? []) for (const m of md.arrays[id]!.members) {
    if (m.partition !== number) continue
    if (m.hollow && !m.faulty) return undefined
    if (!m.faulty && md.arrays[id]!.state === 'active') { array = id; memberNumber = m.number }
  }
  const a = array === undefined ? undefined : md.arrays[array]
  if (array === undefined || a === undefined) return undefined
  const { metadata } = a, words = a.uuid.split(':'), hex = (metadata === '0.90' ? words.map(swapWord) : words).join('')
  return {
    array, a, metadata, label: stored?.label ?? a.label, uuid: uuidText(hexBytes(hex)), subUuid: metadata === '0.90' ? null : uuidText(hexBytes(memberUuid(array, place, memberNumber).replaceAll(':', ''))),
    at: superOffset(metadata, sizeKib),
  }
}
const superOffset = (metadata: Metadata, kib: Kib): number =>
  metadata === '1.2' ? 4096 : metadata === '1.1' ? 0 : metadata === '1.0' ? (kib * 2 - 16 - (kib * 2 - 16) % 8) * 512 : (kib - kib % 64 - 64) * 1024

function raidBytes({ a, metadata, label, uuid, subUuid, at }: RaidSignature, partKib: Kib): string {
  const set = uuidBytes(uuid)
  if (metadata === '0.90')
    return [0xa92b4efc, 0, 90, 0, 0].map(le32).join('') + set.slice(0, 4) + [0, 1, a.sizeKib, a.members.length, a.raidDevices, Number(/\d+$/.exec(a.name)?.[0] ?? 0), 0].map(le32).join('') + set.slice(4)
  return le32(0xa92b4efc) + le32(1) + le32(a.bitmap === null ? 0 : 1) + le32(0) + set + label.slice(0, 32).padEnd(32, '\0') + le(0, 8) + le32(1) + le32(0) + le(a.sizeKib * 2, 8) + le32(0) + le32(a.raidDevices) +
    '\0'.repeat(32) + le(dataOffsetKib(metadata, partKib) * 2, 8) + le(a.sizeKib * 2, 8) + le(at / 512, 8) + '\0'.repeat(16) + uuidBytes(subUuid!)
}

/** The DOS label of a disk: the first partition is the one that boots. More than four do not fit. */
export function tableBytes(world: World, disk: DiskId): string {
  const d = world.scsi.disks[disk]!
  const entries = d.partitions.slice(0, 4).map(({ name, number, sizeKib }, i) =>
    `${i === 0 ? '\x80' : '\0'}\0\0\0${String.fromCharCode(typeOf(name))}\0\0\0${le32(startOf(world.scsi, disk, number) * 2)}${le32(sizeKib * 2)}`)
  return le32(labelId(disk)) + '\0\0' + entries.join('').padEnd(64, '\0') + '\x55\xaa'
}
export const TABLE_AT = 440
/** 41 PReP boot, fd for members of arrays. */
export const typeOf = (name: string): number => (name === 'prep' ? 0x41 : 0xfd)
/** The identifier of a disk's label, made from its name. */
export function labelId(disk: DiskId): number {
  let id = 0x811c9dc5
  for (let i = 0; i < disk.length; i++) id = Math.imul(id ^ disk.charCodeAt(i), 0x01000193) >>> 0
  return id
}

const IMAGE = /^hotspare PReP boot image of kernel (\d+)\n/
/** Which kernel the bytes at the beginning of a PReP partition are; undefined: none. */
export const kernelIn = (bytes: string): number | undefined => { const [, n] = IMAGE.exec(bytes.slice(0, 64)) ?? []; return n === undefined ? undefined : Number(n) }
export const isPrep = (world: World, disk: DiskId, number: number): boolean => world.boot?.preps[disk] !== undefined && world.scsi.disks[disk]?.partitions[number - 1]?.name === 'prep'

function* onPartition(world: World, disk: DiskId, number: number): Iterable<Overlay> {
  const raid = raidOn(world, disk, number), kernel = isPrep(world, disk, number) ? world.boot!.preps[disk]!.kernel : null
  if (raid !== undefined) yield { at: raid.at, bytes: raidBytes(raid, world.scsi.disks[disk]!.partitions[number - 1]!.sizeKib) }
  if (kernel !== null) yield { at: 0, bytes: `hotspare PReP boot image of kernel ${kernel}\n`.padEnd(64, '\0') }
}
/** Everything of the kind on a block device, in bytes from its beginning. */
export function* overlays(world: World, block: BlockName): Iterable<Overlay> {
  if (block.kind === 'partition') return yield* onPartition(world, block.disk, block.number)
  if (block.kind !== 'disk' || world.scsi.disks[block.disk]!.blank) return
  yield { at: TABLE_AT, bytes: tableBytes(world, block.disk) }
  for (const { number } of world.scsi.disks[block.disk]!.partitions)
    for (const { at, bytes } of onPartition(world, block.disk, number)) yield { at: startOf(world.scsi, block.disk, number) * 1024 + at, bytes }
}
/** What was written, with what lies over it. */
export function overlaid(bytes: string, from: number, over: Iterable<Overlay>): string {
  let result = bytes
  for (const { at, bytes: top } of over) {
    const start = Math.max(at, from), end = Math.min(at + top.length, from + bytes.length)
    if (start < end) result = result.slice(0, start - from) + top.slice(start - at, end - at) + result.slice(end - from)
  }
  return result
}

/** A file system or swap area, by its own superblock. */
export interface Signature { readonly type: 'ext2' | 'ext3' | 'ext4' | 'xfs' | 'swap'; readonly uuid: string; readonly label: string; readonly blockSize: number; /** Where its magic lies, and the magic. */ readonly at: number; readonly magic: string }
/** How much from the beginning `identify` needs to see. */
export const HEAD_BYTES = 8192
const text = (bytes: string): string => bytes.split('\0')[0]!
const number = (bytes: string, at: number): number => [...bytes.slice(at, at + 4)].reduceRight((sum, char) => sum * 256 + char.charCodeAt(0), 0)

export function identify(head: string): Signature | undefined {
  if (head.startsWith('XFSB')) return { type: 'xfs', uuid: uuidText(head.slice(32, 48)), label: text(head.slice(108, 120)), blockSize: 4096, at: 0, magic: 'XFSB' }
  if (head.slice(1080, 1082) === '\x53\xef') {
    const incompat = number(head, 1024 + 96), type = incompat & 0x40 ? 'ext4' : number(head, 1024 + 92) & 4 ? 'ext3' : 'ext2'
    return { type, uuid: uuidText(head.slice(1128, 1144)), label: text(head.slice(1144, 1160)), blockSize: 1024 << number(head, 1024 + 24), at: 1080, magic: '\x53\xef' }
  }
  if (head.slice(4086, 4096) === 'SWAPSPACE2') return { type: 'swap', uuid: uuidText(head.slice(1036, 1052)), label: text(head.slice(1052, 1068)), blockSize: 4096, at: 4086, magic: 'SWAPSPACE2' }
  return undefined
}
