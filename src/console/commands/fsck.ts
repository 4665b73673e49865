/**
 * fsck and e2fsck, dumpe2fs -h, e2label, resize2fs: what they say of file systems as they are here, which are either whole or without a superblock. Nothing is repaired,
 * because nothing is ever half-broken. Source: e2fsprogs 1.47.0, util-linux 2.38 fsck.
 */
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { failed } from '../../shell/kernel/errno.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { getopt } from '../../shell/tools/options.ts'
import { extShape, type ExtShape } from '../extfs.ts'
import type { Partition } from '../partition.ts'
import { identify, type Signature } from '../signatures.ts'
import { STATE_AT, stateIn, through } from '../volumes.ts'
import { inUse, sourceOf, targetAt, unmodelled, type Target } from './device.ts'
import { fstabOf } from './fstab.ts'

const VERSION = '1.47.0 (5-Feb-2023)\n'
/** What there is of ext on a device: shape, and what its files use. */
interface Ext { readonly shape: ExtShape; readonly signature: Signature; readonly files: number; readonly blocks: number }
function* extOn(p: Process, { device }: Target): Run<Ext | 'none' | 'damaged' | 'unreadable'> {
  const head = yield* through(device.read(0, 8192, p))
  if (failed(head)) return 'unreadable'
  const signature = identify(head)
  if (signature === undefined || !signature.type.startsWith('ext')) return 'none'
  const state = stateIn(head.slice(STATE_AT, STATE_AT + 256)), shape = extShape(device.size(), { blockSize: signature.blockSize, journal: signature.type !== 'ext2', descriptor: signature.type === 'ext4' ? 64 : 32 })
  if (state === undefined || state.uuid !== signature.uuid || shape === null) return 'damaged'
  return { shape, signature, files: 11 + state.inodes, blocks: shape.used + Math.ceil(state.blocks * 1024 / signature.blockSize) }
}

function* check(partition: Partition, p: Process, path: string, o: { force: boolean; yes: boolean; no: boolean; preen: boolean }): Run {
  const target = targetAt(partition, p, path)
  if (target === undefined || failed(target)) {
    yield* p.err(`e2fsck: ${target === undefined ? 'Is not a block device' : target.text} while trying to open ${path}\n`)
    yield* p.out(failed(target) && target.errno === 'ENOENT' ? 'Possibly non-existent device?\n' : '')
    return 8
  }
  const used = target.isFile ? null : inUse(partition, target.name)
  if (used === 'mounted') {
    if (!o.no) { yield* p.err(`${path} is mounted.\ne2fsck: Cannot continue, aborting.\n\n\n`); return 8 }
    yield* p.err(`Warning!  ${path} is mounted.\n`)
  } else if (used === 'used' && !o.no) {
    yield* p.err(`${path} is in use.\ne2fsck: Cannot continue, aborting.\n\n\n`)
    return 8
  }
  const found = yield* extOn(p, target)
  if (found === 'unreadable') { yield* p.err(`e2fsck: Attempt to read block from filesystem resulted in short read while trying to open ${path}\n`); yield* p.out('Could this be a zero-length partition?\n'); return 8 }
  if (found === 'none') {
    yield* p.out('ext2fs_open2: Bad magic number in super-block\ne2fsck: Superblock invalid, trying backup blocks...\n')
    yield* p.err(`e2fsck: Bad magic number in super-block while trying to open ${path}\n`)
    yield* p.out('\nThe superblock could not be read or does not describe a valid ext2/ext3/ext4\nfilesystem.  If the device is valid and it really contains an ext2/ext3/ext4\nfilesystem (and not swap or ufs or something else), then the superblock\nis corrupt, and you might try running e2fsck with an alternate superblock:\n    e2fsck -b 8193 <device>\n or\n    e2fsck -b 32768 <device>\n\n')
    return 8
  }
  if (found === 'damaged') { yield* p.err(`hotspare: e2fsck of a damaged file system is not modelled (${path}: its files cannot be found)\n`); return 8 }
  const { shape, files, blocks } = found, name = found.signature.label === '' ? path : found.signature.label
  if (!o.force) { yield* p.out(`${name}: clean, ${files}/${shape.inodes} files, ${blocks}/${shape.blocks} blocks\n`); return 0 }
  if (!o.preen) yield* p.out('Pass 1: Checking inodes, blocks, and sizes\nPass 2: Checking directory structure\nPass 3: Checking directory connectivity\nPass 4: Checking reference counts\nPass 5: Checking group summary information\n')
  yield* p.out(`${name}: ${files}/${shape.inodes} files (0.0% non-contiguous), ${blocks}/${shape.blocks} blocks\n`)
  return 0
}

export const e2fsck = (name: string) => (partition: Partition): Command => defineCommand({
  name, dir: '/usr/sbin', cost: 5_000,
  *run(p) {
    const o = getopt(p.argv, { short: 'acdfknprtvyb:B:C:E:j:l:L:z:DFV' })
    if (typeof o === 'string') { yield* p.err(`${name}: ${o}\nUsage: ${name} [-panyrcdfktvDFV] [-b superblock] [-B blocksize]\n\t\t[-l|-L bad_blocks_file] [-C fd] [-j external_journal]\n\t\t[-E extended-options] [-z undo_file] device\n`); return 16 }
    if (o.has('V')) { yield* p.err(`e2fsck ${VERSION}\tUsing EXT2FS Library version 1.47.0, 5-Feb-2023\n`); return 0 }
    const preen = o.has('p', 'a')
    if (!preen) yield* p.err(`e2fsck ${VERSION}`)
    if (o.operands[0] === undefined) { yield* p.err(`Usage: ${name} [-panyrcdfktvDFV] device\n`); return 16 }
    if (!preen && !o.has('n', 'y') && p.fds.get(0)?.tty !== true) { yield* p.err('e2fsck: need terminal for interactive repairs\n'); return 8 }
    const path = yield* sourceOf(partition, p, o.operands[0])
    return yield* check(partition, p, path ?? o.operands[0], { force: o.has('f'), yes: o.has('y'), no: o.has('n'), preen })
  },
})

export const fsck = (partition: Partition): Command => defineCommand({
  name: 'fsck', dir: '/usr/sbin', cost: 2_000,
  *run(p) {
    const words = p.argv.slice(1), flags = words.filter(word => /^-[A-Za-z]+$/.test(word)).join(''), devices = words.filter((word, i) => !word.startsWith('-') && words[i - 1] !== '-t'), wanted = words[words.indexOf('-t') + 1]
    if (!flags.includes('T')) yield* p.out('fsck from util-linux 2.38.1\n')
    let status = 0
    if (/A/.test(flags)) for (const entry of yield* fstabOf(p)) if (entry.pass > 0 && entry.type !== 'swap' && entry.target !== '/') devices.push(entry.source)
    for (const device of devices) {
      const path = yield* sourceOf(partition, p, device), target = targetAt(partition, p, path ?? device)
      const head = target === undefined || failed(target) ? '' : yield* through(target.device.read(0, 8192, p)), type = wanted !== undefined && words.includes('-t') ? wanted : failed(head) ? 'ext2' : identify(head)?.type ?? 'ext2'
      if (!/^ext[234]$/.test(type)) { status |= type === 'xfs' ? 0 : 8; if (type !== 'xfs') yield* p.err(`fsck: error 2 (No such file or directory) while executing fsck.${type} for ${device}\n`); continue }
      const preen = /[pa]/.test(flags), no = flags.includes('n')
      if (!preen) yield* p.err(`e2fsck ${VERSION}`)
      if (!preen && !no && !flags.includes('y') && p.fds.get(0)?.tty !== true) { yield* p.err('e2fsck: need terminal for interactive repairs\n'); status |= 8; continue }
      status |= yield* check(partition, p, path ?? device, { force: flags.includes('f'), yes: flags.includes('y'), no, preen })
    }
    return status
  },
})

export const dumpe2fs = (name: string) => (partition: Partition): Command => defineCommand({
  name, dir: '/usr/sbin', cost: 2_000,
  *run(p) {
    const o = getopt(p.argv, { short: name === 'dumpe2fs' ? 'bfghimo:xV' : 'c:C:e:E:fg:i:I:jJ:lL:m:M:o:O:Q:r:s:T:u:U:z:' })
    if (typeof o === 'string' || o.operands[0] === undefined) { yield* p.err(`${typeof o === 'string' ? `${name}: ${o}\n` : ''}${name} ${VERSION}Usage: ${name} [options] device\n`); return 1 }
    yield* (name === 'dumpe2fs' ? p.err : p.out).call(p, `${name} ${VERSION}`)
    const change = o.all.find(([key]) => name === 'tune2fs' && !['l', 'f'].includes(key))
    if (change !== undefined) return yield* unmodelled(p, `-${change[0]}`)
    if (name === 'dumpe2fs' && !o.has('h')) return yield* unmodelled(p, 'without -h')
    const path = o.operands[0], target = targetAt(partition, p, (yield* sourceOf(partition, p, path)) ?? path), found = target === undefined || failed(target) ? 'none' : yield* extOn(p, target)
    if (typeof found === 'string') {
      yield* p.err(failed(target) ? `${name}: ${target.text} while trying to open ${path}\n` : `${name}: Bad magic number in super-block while trying to open ${path}\n`)
      yield* p.out("Couldn't find valid filesystem superblock.\n")
      return 1
    }
    const { shape, signature, files, blocks } = found
    const rows: [string, string | number][] = [['Filesystem volume name', signature.label || '<none>'], ['Filesystem UUID', signature.uuid], ['Filesystem magic number', '0xEF53'], ['Filesystem state', 'clean'], ['Errors behavior', 'Continue'], ['Filesystem OS type', 'Linux'],
      ['Inode count', shape.inodes], ['Block count', shape.blocks], ['Reserved block count', Math.floor(shape.blocks / 20)], ['Overhead clusters', shape.overhead], ['Free blocks', shape.blocks - blocks], ['Free inodes', shape.inodes - files], ['First block', shape.firstBlock], ['Block size', shape.blockSize],
      ['Blocks per group', shape.blocksPerGroup], ['Inodes per group', shape.inodesPerGroup], ['Inode size', 256], ['First inode', 11]]
    yield* p.out(rows.map(([key, value]) => `${`${key}:`.padEnd(26)}${value}\n`).join(''))
    return 0
  },
})

export const e2label = (partition: Partition): Command => defineCommand({
  name: 'e2label', dir: '/usr/sbin',
  *run(p) {
    const [, path, label] = p.argv
    if (path === undefined) { yield* p.err('Usage: e2label device [newlabel]\n'); return 1 }
    const target = targetAt(partition, p, path), found = target === undefined || failed(target) ? 'none' : yield* extOn(p, target)
    if (typeof found === 'string' || target === undefined || failed(target)) { yield* p.err(`e2label: ${failed(target) ? target.text : 'Bad magic number in super-block'} while trying to open ${path}\n`); return 1 }
    if (label === undefined) { yield* p.out(`${found.signature.label}\n`); return 0 }
    const no = yield* through(target.device.write(1144, label.slice(0, 16).padEnd(16, '\0'), p))
    if (no !== undefined) yield* p.err(`e2label: ${no.text} while trying to write superblock\n`)
    return no === undefined ? 0 : 1
  },
})

/** The size follows the device whatever the superblock said; so there is never anything to do but to say so. */
export const resize2fs = (partition: Partition): Command => defineCommand({
  name: 'resize2fs', dir: '/usr/sbin', cost: 2_000,
  *run(p) {
    const given = p.argv.slice(1).filter(word => !word.startsWith('-')), path = given[0]
    yield* p.err(`resize2fs ${VERSION}`)
    if (path === undefined) { yield* p.err('Usage: resize2fs [-d debug_flags] [-f] [-F] [-M] [-P] [-p] device [-b|-s|new_size] [-S RAID-stride]\n\t\t[-z undo_file]\n\n'); return 1 }
    if (given[1] !== undefined || p.argv.includes('-M')) return yield* unmodelled(p, 'to another size than the device has')
    const target = targetAt(partition, p, path), found = target === undefined || failed(target) ? 'none' : yield* extOn(p, target)
    if (typeof found === 'string') { yield* p.err(`resize2fs: ${failed(target) ? target.text : 'Bad magic number in super-block'} while trying to open ${path}\n${failed(target) ? '' : "Couldn't find valid filesystem superblock.\n"}`); return 1 }
    yield* p.err(`The filesystem is already ${found.shape.blocks} (${found.shape.blockSize / 1024}k) blocks long.  Nothing to do!\n\n`)
    return 0
  },
})
