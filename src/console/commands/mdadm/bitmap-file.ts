/**
 * A write-intent bitmap in a file: mdadm makes the file, the kernel keeps it.
 *
 * The file has the head and the size of a real one (256 bytes, then one bit for each chunk, all set when it is new). Which bits are set while an array uses it
 * stands in the model `md`; the file's own bytes are not kept current, so it is --examine-bitmap, not od, that tells them. Source: mdadm 4.2 bitmap.c,
 * bitmap.h; Linux 6.1 drivers/md/md-bitmap.c, read as facts.
 */
import type { Kib } from '../../../base/time.ts'
import type { ArrayView } from '../../../models/md/state.ts'
import { E, failed } from '../../../shell/kernel/errno.ts'
import { regularFile } from '../../../shell/kernel/tree.ts'
import type { Tool } from './tool.ts'

const HEAD = 256
export interface FileHead { readonly magic: number; readonly version: number; readonly uuid: string; readonly chunkKib: Kib; readonly delay: number; readonly sizeKib: Kib; readonly bits: string }

const word = (value: number): string => String.fromCharCode(value & 255, value >> 8 & 255, value >> 16 & 255, Math.floor(value / 16_777_216) & 255)
const wordAt = (text: string, at: number): number => (text.charCodeAt(at) || 0) + (text.charCodeAt(at + 1) || 0) * 256 + (text.charCodeAt(at + 2) || 0) * 65_536 + (text.charCodeAt(at + 3) || 0) * 16_777_216
const long = (value: number): string => word(value % 4_294_967_296) + word(Math.floor(value / 4_294_967_296))

/** 4 KiB, and more where that would be more than 2^20 bits. */
export function fileChunk(asked: number | null, sizeKib: Kib): Kib {
  if (asked !== null) return asked / 1024
  let chunk = 4
  while (sizeKib > chunk * 1_048_576) chunk *= 2
  return chunk
}

/** CreateBitmap; false after a complaint. */
export function createBitmapFile(t: Tool, path: string, uuid: string, chunkKib: Kib, sizeKib: Kib): boolean {
  const { tree } = t.p.machine, at = tree.place(path, t.p.cwd)
  if (!t.line.force && !failed(at) && at.node !== undefined) { t.say(`bitmap file ${path} already exists, use --force to overwrite`); return false }
  const no = failed(at) ? at : at.dir.readOnly === true ? E.EROFS : at.node?.kind === 'directory' ? E.EISDIR : at.dir.set === undefined ? E.EACCES : undefined
  if (failed(at) || no !== undefined) { t.say(`failed to open bitmap file ${path}: ${no!.text}`); return false }
  const bytes = Math.ceil(Math.ceil(sizeKib / chunkKib) / 8), words = uuid.split(':').map(one => String.fromCharCode(...[0, 2, 4, 6].map(i => Number.parseInt(one.slice(i, i + 2), 16)))).join('')
  const head = word(0x6d746962) + word(4) + words + long(0) + long(0) + long(sizeKib * 2) + word(0) + word(chunkKib * 1024) + word(delayOf(t)) + word(0)
  at.dir.set!(at.name, regularFile(head.padEnd(HEAD, '\0') + '\xff'.repeat(bytes), 0o644, t.p.machine.unixSeconds()))
  return true
}
/** Seconds of the daemon's sleep. */
export const delayOf = (t: Tool): number => (t.line.delay === 0 ? 5 : t.line.delay)

/** Where it lies for everybody, whatever directory one is in. */
export function absolute(t: Tool, path: string): string {
  const at = t.p.machine.tree.place(path, t.p.cwd)
  return failed(at) ? path : `${t.p.machine.tree.pathOf(at.dir)}/${at.name}`.replace(/^\/\//, '/')
}

export function readHead(t: Tool, path: string): FileHead | null {
  const text = t.fileText(path)
  if (text === null) return null
  const uuid = [8, 12, 16, 20].map(at => [0, 1, 2, 3].map(i => (text.charCodeAt(at + i) || 0).toString(16).padStart(2, '0')).join('')).join(':')
  return { magic: wordAt(text, 0), version: wordAt(text, 4), uuid, chunkKib: wordAt(text, 52) / 1024, delay: wordAt(text, 56), sizeKib: (wordAt(text, 40) + wordAt(text, 44) * 4_294_967_296) / 2, bits: text.slice(HEAD) }
}

/** The array whose bitmap it is: the one that runs, or else the last one that did. */
export function userOf(t: Tool, path: string, head: FileHead): ArrayView | undefined {
  const file = absolute(t, path), { md } = t.world
  const users = (md.guests[t.guest]?.arrays ?? []).map(id => md.arrays[id]!).filter(a => a.bitmap?.file === file && a.uuid === head.uuid)
  return users.find(a => a.state !== 'stopped') ?? users.sort((x, y) => y.order - x.order)[0]
}
