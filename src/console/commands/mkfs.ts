/**
 * mke2fs (and mkfs.ext2/3/4, mkfs -t), mkfs.xfs, mkswap: they write what is on the device from then on, through its own reads and writes.
 *
 * Words are those of e2fsprogs 1.47.0, xfsprogs 6.1 and util-linux 2.38. Of mke2fs's options those that change the shape count; what else there is does nothing here
 * or says so. The inode tables and the journal of a file system without lazy initialisation are really written, as far as md can see.
 */
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { failed, type Failure } from '../../shell/kernel/errno.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { getopt } from '../../shell/tools/options.ts'
import { extShape, extSuper, freshUuid, hasBackup, swapHeader, xfsSuper, type ExtShape } from '../extfs.ts'
import type { Partition } from '../partition.ts'
import { emptyState, through } from '../volumes.ts'
import { holds, humanSize, inUse, targetAt, unmodelled, type Target } from './device.ts'

const USAGE = `Usage: mke2fs [-c|-l filename] [-b block-size] [-C cluster-size]
	[-i bytes-per-inode] [-I inode-size] [-J journal-options]
	[-G flex-group-size] [-N number-of-inodes] [-d root-directory]
	[-m reserved-blocks-percentage] [-o creator-os]
	[-g blocks-per-group] [-L volume-label] [-M last-mounted-directory]
	[-O feature[,...]] [-r fs-revision] [-E extended-option[,...]]
	[-t fs-type] [-T usage-type ] [-U UUID] [-e errors_behavior][-z undo_file]
	[-jnqvDFSV] device [blocks-count]
`
const VERSION = 'mke2fs 1.47.0 (5-Feb-2023)\n'

export const mke2fs = (name: string) => (partition: Partition): Command => defineCommand({
  name, dir: '/usr/sbin', cost: 5_000,
  *run(p) {
    const o = getopt(p.argv, { short: 'b:C:ce:g:G:i:I:J:jl:m:nN:o:O:qr:R:T:t:U:vz:DE:FKL:M:SV' })
    if (typeof o === 'string') {
      yield* p.err(`${name}: ${o}\n${USAGE}`)
      return 1
    }
    if (o.has('V')) { yield* p.err(`${VERSION}\tUsing EXT2FS Library version 1.47.0\n`); return 0 }
    const [path, count] = o.operands
    if (path === undefined) { yield* p.err(USAGE); return 1 }
    const quiet = o.has('q'), say = (text: string): Run<unknown> => p.err(text)
    if (!quiet) yield* say(VERSION)
    const type = (o.get('t') ?? (name.startsWith('mkfs.') ? name.slice(5) : o.has('j') ? 'ext3' : 'ext2'))
    if (!/^ext[234]$/.test(type)) return yield* unmodelled(p, `-t ${type}`)
    const target = yield* targeted(partition, p, path, () => `The file ${path} does not exist and no size was specified.\n`)
    if (typeof target === 'number') return target
    const used = target.isFile ? null : inUse(partition, target.name), shown = path
    if (used !== null) {
      yield* say(`${shown} is ${used === 'mounted' ? 'mounted' : 'apparently in use by the system'}; will not make a filesystem here!\n`)
      return 1
    }
    const blockSize = Number(o.get('b') ?? 0), bytes = count === undefined ? target.device.size() : Math.min(target.device.size(), Number(/^\d+/.exec(count)?.[0] ?? 0) * (/[kK]$/.test(count) ? 1024 : /[mM]$/.test(count) ? 1 << 20 : /[gG]$/.test(count) ? 1 << 30 : blockSize || 1024))
    const shape = extShape(bytes, { ...(blockSize > 0 && { blockSize }), ...(o.has('N') && { inodes: Number(o.get('N')) }), journal: type !== 'ext2', descriptor: type === 'ext4' ? 64 : 32 })
    if (shape === null) { yield* say(`${shown}: Not enough space to build proposed filesystem while setting up superblock\n`); return 1 }
    const before = yield* holds(partition, p, target)
    // What is there already would be asked about only on a terminal.
    if (before !== null && !failed(before) && !quiet && before.type !== 'linux_raid_member') yield* p.out(`${shown} contains a ${before.type} file system\n`)
    const uuid = o.get('U') && /^[\da-f-]{36}$/i.test(o.get('U')!) ? o.get('U')!.toLowerCase() : freshUuid(partition.machine.random), label = o.get('L') ?? ''
    if (!quiet) yield* p.out(first(shape, uuid))
    if (o.has('n')) return 0
    const head = extSuper(shape, { uuid, label, type }) + emptyState(partition, uuid, true)
    const no = (yield* through(target.device.write(0, head, p))) ?? (yield* tables(p, target, shape, type === 'ext4'))
    if (no !== undefined) {
      yield* say(`${shown}: ${no.text} while writing out and closing file system\n`)
      return 1
    }
    if (!quiet) yield* p.out(rest(shape, type))
    return 0
  },
})

function first({ blocks, blockSize, inodes, groups, blocksPerGroup, firstBlock }: ExtShape, uuid: string): string {
  const backups: number[] = []
  for (let group = 1; group < groups; group++) if (hasBackup(group)) backups.push(group * blocksPerGroup + firstBlock)
  let lines = ''
  for (let line = '', i = 0; i <= backups.length; i++) {
    const next = i === backups.length ? null : `${i === 0 ? '' : ', '}${backups[i]}`
    if (next === null) { lines += line === '' ? '' : `\t${line}`; break }
    if (line.length + next.length > 66) { lines += `\t${line}, \n`.replace(/, , /, ', '); line = String(backups[i]) } else line += next
  }
  return `Creating filesystem with ${blocks} ${blockSize / 1024}k blocks and ${inodes} inodes\nFilesystem UUID: ${uuid}\n${backups.length === 0 ? '' : `Superblock backups stored on blocks: \n${lines}\n`}\n`
}
function rest({ groups, journalBlocks }: ExtShape, type: string): string {
  const width = String(groups).length, back = '\b'.repeat(2 * width + 1), dots = (text: string, end: string): string => `${text}${'0'.padStart(width)}/${groups}${back}${' '.repeat(2 * width + 1)}${back}done${end}\n`
  const wide = ' '.repeat(28)
  return dots('Allocating group tables: ', wide) + dots('Writing inode tables: ', wide) + (type === 'ext2' || journalBlocks === 0 ? '' : `Creating journal (${journalBlocks} blocks): done\n`) + dots('Writing superblocks and filesystem accounting information: ', '') + '\n'
}
/** Inode tables and journal, without bytes: zeros where they go. */
function* tables(p: Process, { device, isFile }: Target, shape: ExtShape, lazy: boolean): Run<undefined | Failure> {
  if (isFile) return undefined
  const { blockSize, blocksPerGroup, groups, firstBlock, inodesPerGroup, journalBlocks } = shape, piece = '\0'.repeat(65_536)
  const zeros = function* (at: number, bytes: number): Run<undefined | Failure> {
    for (let from = Math.max(at, 8192); from < at + bytes && from < device.size(); from += piece.length) {
      const no = yield* through(device.write(from, piece.slice(0, Math.min(piece.length, at + bytes - from, device.size() - from)), p))
      if (no !== undefined) return no
    }
    return undefined
  }
  for (let group = 0; group < (lazy ? 0 : groups); group++) {
    const no = yield* zeros((firstBlock + group * blocksPerGroup + (hasBackup(group) ? 2 + shape.reservedGdt : 0) + 2) * blockSize, inodesPerGroup * 256)
    if (no !== undefined) return no
  }
  // The journal lies in the middle; all of it is written unless its initialisation is lazy.
  return yield* zeros(Math.floor(groups / 2) * blocksPerGroup * blockSize, (lazy ? Math.min(1, journalBlocks) : journalBlocks) * blockSize)
}

/** A device that can be opened, or the status with which it is over. */
function* targeted(partition: Partition, p: Process, path: string, missing: (no: Failure) => string): Run<Target | number> {
  const target = targetAt(partition, p, path)
  if (failed(target) || target === undefined) {
    yield* p.err(target === undefined ? `${path} is not a block special device.\n` : missing(target))
    return 1
  }
  const no = target.device.open?.(p, true)
  if (no !== undefined) {
    yield* p.err(`${p.name}: ${no.text} while trying to determine filesystem size\n`)
    return 1
  }
  return target
}

export const mkfsXfs = (partition: Partition): Command => defineCommand({
  name: 'mkfs.xfs', dir: '/usr/sbin', cost: 5_000,
  *run(p) {
    const o = getopt(p.argv, { short: 'b:d:fi:Kl:L:m:n:Np:qr:s:V' })
    if (typeof o === 'string') { yield* p.err(`mkfs.xfs: ${o}\nunknown option -- \n`); return 1 }
    if (o.has('V')) { yield* p.out('mkfs.xfs version 6.1.0\n'); return 0 }
    const path = o.operands[0]
    if (path === undefined) { yield* p.err('no device name given in argument list\n'); return 1 }
    const target = yield* targeted(partition, p, path, no => `Error accessing specified device ${path}: ${no.text}\n`)
    if (typeof target === 'number') return target
    if (!target.isFile && inUse(partition, target.name) !== null) { yield* p.err(`mkfs.xfs: ${path} contains a mounted filesystem\n`); return 1 }
    const before = yield* holds(partition, p, target)
    if (before !== null && !failed(before) && !o.has('f')) {
      yield* p.err(`mkfs.xfs: ${path} appears to contain an existing filesystem (${before.type}).\nmkfs.xfs: Use the -f option to force overwrite.\n`)
      return 1
    }
    if (target.device.size() < 300 << 20 && !o.has('f')) { yield* p.err('Filesystem must be larger than 300MB.\n'); return 1 }
    const uuid = freshUuid(partition.machine.random), no = yield* through(target.device.write(0, xfsSuper(target.device.size(), { uuid, label: o.get('L') ?? '' }) + emptyState(partition, uuid, false), p))
    if (no !== undefined) { yield* p.err(`mkfs.xfs: pwrite failed: ${no.text}\n`); return 1 }
    return 0
  },
})

export const mkswap = (partition: Partition): Command => defineCommand({
  name: 'mkswap', dir: '/usr/sbin', cost: 2_000,
  *run(p) {
    const o = getopt(p.argv, { short: 'cfp:L:v:U:qVh', long: { check: 'c', force: 'f', pagesize: 'p:', label: 'L:', swapversion: 'v:', uuid: 'U:', quiet: 'q', verbose: '(verbose)', lock: '(lock)', version: 'V', help: 'h' } })
    if (typeof o === 'string') { yield* p.err(`mkswap: ${o}\nTry 'mkswap --help' for more information.\n`); return 1 }
    if (o.has('V')) { yield* p.out('mkswap from util-linux 2.38.1\n'); return 0 }
    const path = o.operands[0]
    if (path === undefined) { yield* p.err("mkswap: Nowhere to set up swap on?\nTry 'mkswap --help' for more information.\n"); return 1 }
    const target = targetAt(partition, p, path)
    if (failed(target)) { yield* p.err(`mkswap: cannot open ${path}: ${target.text}\n`); return 1 }
    if (target === undefined) { yield* p.err(`mkswap: ${path}: is not a block device\n`); return 1 }
    const used = target.isFile ? null : inUse(partition, target.name)
    if (used !== null) { yield* p.err(used === 'mounted' ? `mkswap: error: ${path} is mounted; will not make swapspace\n` : `mkswap: cannot open ${path}: Device or resource busy\n`); return 1 }
    const before = yield* holds(partition, p, target)
    if (failed(before)) { yield* p.err(`mkswap: ${path}: read failed: ${before.text}\n`); return 1 }
    if (before !== null) yield* p.err(`mkswap: ${path}: warning: wiping old ${before.type} signature.\n`)
    const bytes = target.device.size(), uuid = o.get('U')?.toLowerCase() ?? freshUuid(partition.machine.random), label = o.get('L') ?? ''
    if (bytes < 40_960) { yield* p.err('mkswap: error: swap area needs to be at least 40 KiB\n'); return 1 }
    const no = yield* through(target.device.write(0, swapHeader(bytes, { uuid, label }) + '\0'.repeat(4096), p))
    if (no !== undefined) { yield* p.err(`mkswap: ${path}: unable to write signature page: ${no.text}\n`); return 1 }
    const usable = Math.floor(bytes / 4096) * 4096 - 4096
    if (!o.has('q')) yield* p.out(`Setting up swapspace version 1, size = ${human2(usable)} (${usable} bytes)\n${label === '' ? 'no label' : `LABEL=${label}`}, UUID=${uuid}\n`)
    return 0
  },
})
const human2 = (bytes: number): string => humanSize(bytes).replace(/([KMGTP])$/, ' $1iB')

/** mkfs -t TYPE: the program of that name. */
export const mkfs = (partition: Partition): Command => defineCommand({
  name: 'mkfs', dir: '/usr/sbin',
  *run(p) {
    let type = 'ext2'
    const args: string[] = []
    for (let i = 1; i < p.argv.length; i++) {
      const [, , value] = /^(-t|--type=?)(.*)$/.exec(p.argv[i]!) ?? []
      if (value === undefined) args.push(p.argv[i]!)
      else type = value === '' ? p.argv[++i] ?? type : value
    }
    if (args.length === 0) { yield* p.err("mkfs: no device specified\nTry 'mkfs --help' for more information.\n"); return 1 }
    const name = `mkfs.${type}`, command = type === 'xfs' ? mkfsXfs(partition) : /^ext[234]$/.test(type) ? mke2fs(name)(partition) : null
    if (command === null) { yield* p.err(`mkfs: failed to execute ${name}: No such file or directory\n`); return 1 }
    p.argv = [name, ...args]
    return yield* command.run(p)
  },
})
