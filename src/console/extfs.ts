/**
 * The shape of an ext4 file system as mke2fs lays it out (blocks, inodes, what is used before there are files), its superblock, and that of a swap area.
 * Source: e2fsprogs 1.47.0 lib/ext2fs/initialize.c, mkjournal.c, misc/mke2fs.conf; kernel linux/swap.h. Compared with mke2fs on images of many sizes.
 */
import { le32, uuidBytes } from './signatures.ts'

export interface ExtShape {
  readonly blockSize: number; readonly blocks: number; readonly firstBlock: number; readonly groups: number; readonly blocksPerGroup: number; readonly inodesPerGroup: number
  readonly inodes: number; readonly journalBlocks: number; readonly reservedGdt: number; readonly overhead: number; /** Used blocks of an empty one. */ readonly used: number; readonly journal: boolean
}
const up = (n: number, by: number): number => Math.ceil(n / by) * by

/** `blockSize` 0: as the size suggests. null: too small for anything. */
export function extShape(bytes: number, { blockSize: wanted = 0, inodes: wantedInodes, journal = true, descriptor = 64 }: { blockSize?: number; inodes?: number; journal?: boolean; descriptor?: 32 | 64 } = {}): ExtShape | null {
  const small = bytes < 512 << 20, blockSize = wanted || (small ? 1024 : 4096), ratio = bytes < 3 << 20 ? 8192 : small ? 4096 : 16_384
  const blocks = Math.floor(bytes / blockSize), firstBlock = blockSize === 1024 ? 1 : 0, blocksPerGroup = blockSize * 8, groups = Math.ceil((blocks - firstBlock) / blocksPerGroup)
  if (groups < 1 || blocks < 60) return null
  const perBlock = blockSize / 256, asked = wantedInodes ?? Math.floor(blocks * blockSize / Math.max(ratio, blockSize))
  const inodesPerGroup = up(up(Math.max(Math.ceil(asked / groups), 16), perBlock), 8)
  const gdt = Math.ceil(groups * descriptor / blockSize), most = Math.min(blocks * 1024, 2 ** 32 - 1)
  const reservedGdt = Math.min(blockSize / 4, Math.max(0, Math.ceil(Math.ceil((most - firstBlock) / blocksPerGroup) * descriptor / blockSize) - gdt))
  const journalBlocks = !journal || blocks < 2048 ? 0 : blocks < 32_768 ? 1024 : blocks < 256 << 10 ? 4096 : blocks < 512 << 10 ? 8192 : blocks < 4096 << 10 ? 16_384 : blocks < 8192 << 10 ? 32_768 : blocks < 16_384 << 10 ? 65_536 : blocks < 32_768 << 10 ? 131_072 : 262_144
  let backups = 0
  for (let group = 0; group < groups; group++) if (hasBackup(group)) backups++
  const overhead = firstBlock + groups * (inodesPerGroup / perBlock + 2) + backups * (1 + gdt + reservedGdt) + journalBlocks
  return { blockSize, blocks, firstBlock, groups, blocksPerGroup, inodesPerGroup, inodes: inodesPerGroup * groups, journalBlocks, reservedGdt, overhead, used: overhead + 1 + Math.min(12, 16_384 / blockSize) + 1, journal: journalBlocks > 0 }
}
/** Groups 0 and 1 and powers of 3, 5 and 7. */
export function hasBackup(group: number): boolean {
  if (group < 2) return true
  return [3, 5, 7].some(base => { let n = base; while (n < group) n *= base; return n === group })
}

const put = (bytes: string, at: number, part: string): string => bytes.slice(0, at) + part + bytes.slice(at + part.length)

/** 4096 bytes from the beginning of the device. */
export function extSuper({ blocks, inodes, used, blockSize, firstBlock, blocksPerGroup, inodesPerGroup, journal }: ExtShape, { uuid, label, type }: { uuid: string; label: string; type: string }): string {
  const fields: readonly (readonly [number, number])[] = [
    [0, inodes], [4, blocks], [8, Math.floor(blocks / 20)], [12, blocks - used], [16, inodes - 11], [20, firstBlock], [24, blockSize === 1024 ? 0 : blockSize === 2048 ? 1 : 2],
    [32, blocksPerGroup], [40, inodesPerGroup], [76, 1], [92, journal ? 0x3c : 0x38], [96, type === 'ext4' ? 0x2c2 : 2], [100, type === 'ext4' ? 0x46b : 3],
  ]
  let text = '\0'.repeat(4096)
  for (const [at, value] of fields) text = put(text, 1024 + at, le32(value))
  // Magic, clean; how it was made is remembered where a real one has its reserved space.
  text = put(text, 1080, '\x53\xef\x01\0')
  text = put(text, 1128, uuidBytes(uuid))
  return put(text, 1144, label.slice(0, 16).padEnd(16, '\0'))
}
export function xfsSuper(bytes: number, { uuid, label }: { uuid: string; label: string }): string {
  let text = put('\0'.repeat(4096), 0, 'XFSB\0\0\x10\0')
  text = put(text, 12, [...le32(Math.floor(bytes / 4096))].reverse().join(''))
  text = put(text, 32, uuidBytes(uuid))
  return put(text, 108, label.slice(0, 12).padEnd(12, '\0'))
}
export function swapHeader(bytes: number, { uuid, label }: { uuid: string; label: string }): string {
  let text = put('\0'.repeat(4096), 1024, le32(1) + le32(Math.floor(bytes / 4096) - 1) + le32(0) + uuidBytes(uuid) + label.slice(0, 16).padEnd(16, '\0'))
  return (text = put(text, 4086, 'SWAPSPACE2'))
}

/** A random UUID of version 4, from a stream of numbers in [0, 1). */
export function freshUuid(random: () => number): string {
  let hex = ''
  for (let i = 0; i < 32; i++) hex += i === 12 ? '4' : i === 16 ? (8 + Math.floor(random() * 4)).toString(16) : Math.floor(random() * 16).toString(16)
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
