/**
 * Loop devices: files as block devices. losetup attaches them; mount does so for an image. md knows only partitions of SCSI disks, so that no array can be
 * made of loop devices: mdadm says so. Source: losetup(8) of util-linux 2.38, Linux drivers/block/loop.c.
 */
import { E } from '../../shell/kernel/errno.ts'
import { blockDevice, type BlockDevice, type Directory, type Node, type RegularFile } from '../../shell/kernel/tree.ts'
import type { Partition } from '../partition.ts'

export interface Loop { readonly number: number; readonly file: RegularFile; readonly backing: string; readonly offset: number; readonly limit: number; readonly readOnly: boolean; /** Gone with its last user. */ autoclear: boolean }
const attached = new WeakMap<Directory, Map<number, Loop>>()

/** Reads and writes of a file as of a device. */
export function fileDevice(file: RegularFile, { offset = 0, limit = 0, readOnly = false }: Partial<Loop> = {}): BlockDevice {
  const size = (): number => Math.max(0, Math.floor((limit > 0 ? Math.min(limit, file.content.length - offset) : file.content.length - offset) / 512) * 512)
  return {
    size, read: (at, length) => file.content.slice(offset + at, offset + at + length),
    write(at, bytes, p) {
      if (readOnly) return E.EPERM
      const from = offset + at, no = p.machine.account(Math.max(0, from + bytes.length - file.content.length))
      if (no !== undefined) return no
      if (file.content.slice(from, from + bytes.length) !== bytes) file.content = file.content.slice(0, from) + bytes + file.content.slice(from + bytes.length)
      return undefined
    },
  }
}
/** Those of a running system: they hang on its /run, which is made anew at each boot. */
export function loopsOf({ machine }: Partition): Map<number, Loop> {
  const run = machine.tree.root.get('run') as Directory
  let loops = attached.get(run)
  if (loops === undefined) attached.set(run, loops = new Map())
  return loops
}
export const loopOf = (partition: Partition, name: string): Loop | undefined => (/^loop\d+$/.test(name) ? loopsOf(partition).get(Number(name.slice(4))) : undefined)
export function freeLoop(partition: Partition): number {
  const loops = loopsOf(partition)
  let n = 0
  while (loops.has(n)) n++
  return n
}
export function attachLoop(partition: Partition, file: RegularFile, backing: string, { offset = 0, limit = 0, readOnly = false, number = freeLoop(partition), autoclear = false }: Partial<Loop> = {}): Loop {
  const loop: Loop = { number, file, backing, offset, limit, readOnly, autoclear }, dev = partition.machine.tree.root.get('dev') as Directory
  loopsOf(partition).set(number, loop)
  dev.set!(`loop${number}`, blockDevice(7, number, fileDevice(file, loop)) as Node)
  return loop
}
export function detachLoop(partition: Partition, number: number): boolean {
  const dev = partition.machine.tree.root.get('dev') as Directory
  dev.delete?.(`loop${number}`)
  return loopsOf(partition).delete(number)
}
