/** umount, mountpoint, findmnt, df: what is mounted where. Words and statuses of util-linux 2.38 and coreutils 9.1. */
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { failed } from '../../shell/kernel/errno.ts'
import type { Process } from '../../shell/kernel/process.ts'
import { unmount as uncover, type Directory } from '../../shell/kernel/tree.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { getopt } from '../../shell/tools/options.ts'
import { blockNamed } from '../files/block.ts'
import { rootMount } from '../files/proc.ts'
import type { Mount, Partition } from '../partition.ts'
import { volumeOf, volumes } from '../volumes.ts'
import { commits, hold, sourceOf } from './device.ts'
import { detachLoop, loopOf } from './loops.ts'

export const umount = (partition: Partition): Command => defineCommand({
  name: 'umount', cost: 1_000,
  *run(p) {
    const o = getopt(p.argv, { short: 'aAcdfhilnN:O:Rrt:vqV', long: { all: 'a', 'all-targets': 'A', 'no-canonicalize': 'c', 'detach-loop': 'd', fake: '(fake)', force: 'f', 'internal-only': 'i', lazy: 'l', 'no-mtab': 'n', 'test-opts': 'O:', recursive: 'R', 'read-only': 'r', types: 't:', verbose: 'v', quiet: 'q', version: 'V', help: 'h' } })
    if (typeof o === 'string') { yield* p.err(`umount: ${o}\nTry 'umount --help' for more information.\n`); return 1 }
    if (o.has('V')) { yield* p.out('umount from util-linux 2.38.1 (libmount 2.38.1: btrfs, verity, namespaces, assert, debug)\n'); return 0 }
    const { mounts } = partition
    if (!o.has('a') && o.operands.length === 0) { yield* p.err("umount: bad usage\nTry 'umount --help' for more information.\n"); return 1 }
    let status = 0
    const one = function* (found: Mount, shown: string): Run<void> {
      const answer = yield* detach(partition, p, found, o.has('l'))
      if (answer !== null) { yield* p.err(`umount: ${shown}: ${answer}\n`); status = 32 } else if (o.has('v')) yield* p.out(`umount: ${found.target} unmounted\n`)
    }
    if (o.has('a')) for (const found of [...mounts].reverse()) if (o.get('t') === undefined || o.get('t')!.split(',').includes(found.type)) yield* one(found, found.target)
    for (const word of o.operands) {
      const source = yield* sourceOf(partition, p, word), node = source === null ? null : p.find(source), path = node !== null && !failed(node) && node.kind === 'directory' ? p.machine.tree.pathOf(node) : source?.replace(/(?<=.)\/+$/, '') ?? word
      const device = node !== null && !failed(node) && node.kind === 'block' ? `/dev/${partition.mounts.map(each => each.source.slice(5)).find(name => { const b = blockNamed(partition.door.world, partition.guest, name); return b !== undefined && b.major === node.major && b.minor === node.minor }) ?? ''}` : path
      const all = [...mounts].reverse().filter(each => o.has('R') ? `${each.target}/`.startsWith(`${path}/`) : each.target === path || each.source === device || each.source === path)
      if (path === '/') { yield* p.err(`umount: ${word}: target is busy.\n`); status = 32; continue }
      if (all.length === 0) {
        if (!o.has('q')) yield* p.err(node !== null && failed(node) ? `umount: ${word}: no mount point specified.\n` : `umount: ${word}: not mounted.\n`)
        status = 32
      }
      for (const found of o.has('R', 'A') ? all : all.slice(0, 1)) yield* one(found, word.replace(/(?<=.)\/+$/, ''))
    }
    return status
  },
})

/** null: it is gone; otherwise why not. */
function* detach(partition: Partition, p: Process, found: Mount, lazy: boolean): Run<string | null> {
  const { mounts, machine, log, door, guest } = partition, root = machine.tree.find(found.target, machine.tree.root), volume = volumes.get(found)
  const covered = mounts.findLast(each => each.target === found.target) !== found || mounts.some(each => each !== found && each.target.startsWith(`${found.target}/`))
  if (!lazy && (covered || (!failed(root) && root.kind === 'directory' && users(partition, root, volume !== undefined && volume.uses === 1).length > 0))) return 'target is busy.'
  if (volume !== undefined && !failed(root) && root.kind === 'directory' && root.readOnly !== true && volume.uses === 1) yield* volume.commit(p, true)
  const at = machine.tree.place(found.target, machine.tree.root), under = failed(at) ? undefined : at.dir.get(at.name)
  if (under?.kind === 'directory') uncover(under)
  const i = mounts.indexOf(found)
  if (i >= 0) mounts.splice(i, 1)
  if (volume === undefined) return null
  if (found.source === `/dev/${volume.name}`) {
    const block = blockNamed(door.world, guest, volume.name)
    if (volume.uses === 1) commits(partition, block, null)
    hold(partition, block, 'release')
    if (volume.uses === 1 && loopOf(partition, volume.name)?.autoclear) detachLoop(partition, Number(volume.name.slice(4)))
  }
  if (--volume.uses === 0) log.kernelSays(volume.type === 'xfs' ? `XFS (${volume.name}): Unmounting Filesystem` : `EXT4-fs (${volume.name}): unmounting filesystem.`)
  return null
}
/** Processes that are in it or have a file of it open. */
export function users({ machine, kernel }: Partition, root: Directory, last = true): Process[] {
  const within = (dir: Directory | null): boolean => { for (let at = dir; at !== null; at = at.parent) if (at === root) return true; return false }
  return [...kernel.processes.values()].filter(each => each.machine === machine && !each.name.startsWith('[') && (within(each.cwd) || (last && [...each.fds.values()].some(file => {
    const node = file.node, volume = volumeOf(node)
    return node !== null && volume !== undefined && volume.root === root
  }))))
}

export const mountpoint = (): Command => defineCommand({
  name: 'mountpoint',
  *run(p) {
    const o = getopt(p.argv, { short: 'dqxVh', long: { fs_devno: 'd', 'fs-devno': 'd', devno: 'x', quiet: 'q', nofollow: '(n)', version: 'V', help: 'h' } })
    if (typeof o === 'string') { yield* p.err(`mountpoint: ${o}\nTry 'mountpoint --help' for more information.\n`); return 1 }
    const [path] = o.operands
    if (path === undefined || o.operands.length > 1) { yield* p.err("mountpoint: bad usage\nTry 'mountpoint --help' for more information.\n"); return 1 }
    const node = p.find(path)
    if (failed(node)) { if (!o.has('q')) yield* p.err(`mountpoint: ${path}: ${node.text}\n`); return 1 }
    const text = yield* p.readFile('/proc/mounts'), at = node.kind === 'directory' ? p.machine.tree.pathOf(node) : ''
    const is = !failed(text) && text.split('\n').some(line => line.split(' ')[1] === at)
    if (!o.has('q')) yield* p.out(`${path} is ${is ? '' : 'not '}a mountpoint\n`)
    return is ? 0 : 32
  },
})

interface Row { readonly target: string; readonly source: string; readonly fstype: string; readonly options: string }
function* rows(p: Process): Run<Row[]> {
  const text = yield* p.readFile('/proc/mounts')
  return failed(text) ? [] : text.trimEnd().split('\n').map(line => { const [source, target, fstype, options] = line.split(' '); return { source: source!, target: target!, fstype: fstype!, options: options! } })
}

export const findmnt = (partition: Partition): Command => defineCommand({
  name: 'findmnt',
  *run(p) {
    const o = getopt(p.argv, { short: 'AaCcDdefFiJklmM:nN:o:O:PpRrsS:t:T:UuvVw:xhy', long: { noheadings: 'n', output: 'o:', raw: 'r', pairs: 'P', list: 'l', target: 'T:', mountpoint: 'M:', source: 'S:', types: 't:', kernel: 'k', fstab: 's', json: 'J', first: 'f', evaluate: 'e', 'first-only': 'f', 'nofsroot': 'v', poll: 'p', df: 'D' } })
    if (typeof o === 'string') { yield* p.err(`findmnt: ${o}\nTry 'findmnt --help' for more information.\n`); return 1 }
    const odd = ['J', 's', 'D', 'p'].find(key => o.has(key))
    if (odd !== undefined) { yield* p.err(`hotspare: findmnt -${odd} is not modelled\n`); return 1 }
    const columns = (o.get('o') ?? 'TARGET,SOURCE,FSTYPE,OPTIONS').toUpperCase().split(',')
    const bad = columns.find(each => !['TARGET', 'SOURCE', 'FSTYPE', 'OPTIONS'].includes(each))
    if (bad !== undefined) { yield* p.err(`findmnt: unknown column: ${bad}\n`); return 1 }
    let found = yield* rows(p)
    const word = o.operands[0], source = o.get('S') ?? undefined, real = function* (text: string): Run<string> { return (yield* sourceOf(partition, p, text)) ?? text }
    if (o.get('T') !== undefined) {
      const node = p.find(o.get('T')!), path = failed(node) ? '' : node.kind === 'directory' ? p.machine.tree.pathOf(node) : '/'
      const longest = found.filter(row => row.target === '/' || `${path}/`.startsWith(`${row.target}/`)).sort((a, b) => b.target.length - a.target.length)[0]
      found = longest === undefined ? [] : [longest]
    }
    if (o.get('M') !== undefined) found = found.filter(row => row.target === o.get('M'))
    if (source !== undefined) { const of = yield* real(source); found = found.filter(row => row.source === of) }
    if (o.get('t') !== undefined) found = found.filter(row => o.get('t')!.split(',').includes(row.fstype))
    if (word !== undefined) { const of = yield* real(word), path = of.replace(/(?<=.)\/+$/, ''); found = found.filter(row => row.target === path || row.source === of) }
    if (o.has('f')) found = found.slice(0, 1)
    if (found.length === 0) return 1
    const cell = (row: Row, column: string): string => row[column.toLowerCase() as keyof Row], lines = found.map(row => columns.map(column => cell(row, column)))
    if (o.has('P')) { yield* p.out(lines.map(line => `${line.map((text, i) => `${columns[i]}="${text}"`).join(' ')}\n`).join('')); return 0 }
    if (!o.has('n')) lines.unshift(columns)
    const tree = word === undefined && source === undefined && !o.has('l', 'r', 'T', 'M', 't', 'f')
    if (tree) { const at = columns.indexOf('TARGET'); if (at >= 0) for (const line of lines) if (line !== columns && line[at] !== '/') line[at] = `|-${line[at]}` }
    const widths = columns.map((_c, i) => Math.max(...lines.map(line => line[i]!.length)))
    yield* p.out(lines.map(line => `${o.has('r') ? line.join(' ') : line.map((text, i) => (i === columns.length - 1 ? text : text.padEnd(widths[i]!))).join(' ')}\n`).join(''))
    return 0
  },
})

/** The root has as much as its array; what lies there is not counted but by its files. */
export const df = (partition: Partition): Command => defineCommand({
  name: 'df',
  *run(p) {
    const o = getopt(p.argv, { short: 'aB:hHiklPt:Tvx:', long: { all: 'a', 'block-size': 'B:', 'human-readable': 'h', si: 'H', inodes: 'i', local: 'l', portability: 'P', type: 't:', 'print-type': 'T', 'exclude-type': 'x:', output: '(output)::', total: '(total)', sync: '(sync)' } })
    if (typeof o === 'string') { yield* p.err(`df: ${o}\nTry 'df --help' for more information.\n`); return 1 }
    const odd = ['i', 'H', '(output)', '(total)'].find(key => o.has(key))
    if (odd !== undefined) { yield* p.err(`hotspare: df ${odd.startsWith('(') ? `--${odd.slice(1, -1)}` : `-${odd}`} is not modelled\n`); return 1 }
    let status = 0, found = (yield* rows(p)).filter(row => !['sysfs', 'proc', 'devpts'].includes(row.fstype))
    if (o.operands.length > 0) {
      const wanted: Row[] = []
      for (const word of o.operands) {
        const node = p.find(word)
        if (failed(node)) { yield* p.err(`df: ${word}: ${node.text}\n`); status = 1; continue }
        const path = node.kind === 'directory' ? p.machine.tree.pathOf(node) : word, row = found.find(each => each.source === word) ?? found.filter(each => each.target === '/' || `${path}/`.startsWith(`${each.target}/`)).sort((a, b) => b.target.length - a.target.length)[0]
        if (row !== undefined) wanted.push(row)
      }
      found = wanted
    }
    found = found.filter(row => (o.get('t') === undefined || row.fstype === o.get('t')) && row.fstype !== o.get('x'))
    if (found.length === 0) { if (status === 0) yield* p.err('df: no file systems processed\n'); return 1 }
    const unit = o.has('h') ? 0 : o.get('B') === undefined ? 1024 : /^\d*M$/.test(o.get('B')!) ? 1 << 20 : /^\d*G$/.test(o.get('B')!) ? 1 << 30 : Number(o.get('B')) || 1024
    const show = (kib: number): string => (unit === 0 ? human(kib * 1024) : String(Math.ceil(kib * 1024 / unit)))
    const head = ['Filesystem', ...(o.has('T') ? ['Type'] : []), unit === 0 ? 'Size' : unit === 1024 ? o.has('P') ? '1024-blocks' : '1K-blocks' : `${unit >= 1 << 30 ? `${unit / (1 << 30)}G` : unit >= 1 << 20 ? `${unit / (1 << 20)}M` : `${unit}B`}-blocks`, 'Used', unit === 0 ? 'Avail' : 'Available', o.has('P') ? 'Capacity' : 'Use%', 'Mounted on']
    const lines = [head, ...found.map(row => {
      const { size, used, free } = room(partition, row)
      return [row.source, ...(o.has('T') ? [row.fstype] : []), show(size), show(used), show(free), used + free === 0 ? '-' : `${Math.ceil(used * 100 / (used + free))}%`, row.target]
    })]
    const left = o.has('T') ? 2 : 1, widths = head.map((_h, i) => Math.max(...lines.map(line => line[i]!.length), i === 0 ? 14 : i >= left && i < head.length - 2 ? 5 : 0))
    yield* p.out(lines.map(line => `${line.map((text, i) => (i < left ? text.padEnd(widths[i]!) : i === line.length - 1 ? text : text.padStart(widths[i]!))).join(' ')}\n`).join(''))
    return status
  },
})
function room(partition: Partition, row: Row): { size: number; used: number; free: number } {
  const mount = partition.mounts.findLast(each => each.target === row.target), volume = mount === undefined ? undefined : volumes.get(mount), name = volume?.name ?? (row.target === '/' ? rootMount(partition).source.slice(5) : '')
  const raw = volume === undefined ? blockNamed(partition.door.world, partition.guest, name)?.sizeKib ?? 1_014_724 : Math.floor(volume.device.size() / 1024)
  const size = Math.floor(raw * 0.95), used = volume === undefined ? row.target === '/' ? Math.floor(size * 0.4) : 0 : 14 + volume.count(1024).blocks
  return { size, used, free: Math.max(0, size - used - Math.floor(raw / 20)) }
}
function human(bytes: number): string {
  let value = bytes, unit = 0
  while (value >= 1024 && unit < 5) { value /= 1024; unit++ }
  return unit === 0 ? String(value) : `${value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${' KMGTP'[unit]}`
}
