/**
 * mount: file systems of block devices and images, tmpfs, bind, remount, fstab. Words and statuses are those of util-linux 2.38: 32 where the kernel refused,
 * 1 for a wrong call. Who mounts an array holds it, and writes its superblock unless read-only. Source: libmount, mount(8), fs/ext4/super.c.
 */
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { E, failed } from '../../shell/kernel/errno.ts'
import type { Process } from '../../shell/kernel/process.ts'
import { directory, inside, mountOver, type BlockDevice, type Directory } from '../../shell/kernel/tree.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { getopt } from '../../shell/tools/options.ts'
import { rootMount } from '../files/proc.ts'
import type { Mount, Partition } from '../partition.ts'
import { identify } from '../signatures.ts'
import { COMMIT, mountedVolumes, SETUP, STATE_AT, through, Volume, volumes } from '../volumes.ts'
import { canonical, commits, fullPath, hold, holds, sourceOf, targetAt, type Target } from './device.ts'
import { fstabOf } from './fstab.ts'
import { attachLoop } from './loops.ts'

const DMESG = '       dmesg(1) may have more information after failed mount system call.\n'
/** How it is written in /proc/mounts and by mount: what the kernel keeps of the options. */
interface Wanted { readonly source: string; readonly target: string; readonly type: string; readonly options: readonly string[]; readonly verbose: boolean }
const USER_SPACE = /^(defaults|auto|noauto|user|nouser|users|owner|group|_netdev|nofail|loop.*|x-.*|X-.*|comment=.*|bind|rbind|remount|offset=.*|sizelimit=.*|noload|rw|ro|errors=.*)$/

export const mount = (partition: Partition): Command => defineCommand({
  name: 'mount', cost: 1_000,
  *run(p) {
    const o = getopt(p.argv, { short: 'acfhFil:L:MmnN:o:O:rRsT:t:U:vVwB', long: {
      all: 'a', 'no-canonicalize': 'c', fake: 'f', fork: 'F', fstab: 'T:', help: 'h', 'internal-only': 'i', 'show-labels': '(labels)', 'no-mtab': 'n', options: 'o:', 'test-opts': 'O:', 'read-only': 'r', types: 't:',
      source: '(source):', target: '(target):', verbose: 'v', version: 'V', rw: 'w', 'read-write': 'w', label: 'L:', uuid: 'U:', bind: 'B', move: 'M', rbind: 'R', mkdir: 'm', 'make-shared': '(p)', 'make-slave': '(p)',
      'make-private': '(p)', 'make-rprivate': '(p)', 'make-rshared': '(p)', 'make-unbindable': '(p)',
    } })
    if (typeof o === 'string') { yield* p.err(`mount: ${o}\nTry 'mount --help' for more information.\n`); return 1 }
    if (o.has('V')) { yield* p.out('mount from util-linux 2.38.1 (libmount 2.38.1: btrfs, verity, namespaces, assert, debug)\n'); return 0 }
    const options = [...o.every('o').flatMap(each => each.split(',')).filter(each => each !== ''), ...(o.has('r') ? ['ro'] : []), ...(o.has('w') ? ['rw'] : []), ...(o.has('B') ? ['bind'] : []), ...(o.has('R') ? ['rbind'] : [])]
    const { operands } = o, verbose = o.has('v'), tagged = o.get('U') !== undefined ? `UUID=${o.get('U')}` : o.get('L') !== undefined ? `LABEL=${o.get('L')}` : o.get('(source)')
    if (o.has('(p)')) return 0
    if (o.has('M')) { yield* p.err('hotspare: mount --move is not modelled\n'); return 1 }
    if (o.has('a')) return yield* all(partition, p, o.get('t'), options, verbose)
    if (operands.length === 0 && tagged === undefined && o.get('(target)') === undefined) return yield* list(p, o.get('t'))
    const source = tagged ?? (operands.length > 1 ? operands[0]! : undefined), target = o.get('(target)') ?? operands[tagged === undefined && operands.length > 1 ? 1 : 0]
    if (options.includes('remount')) return yield* remount(partition, p, target ?? source!, options)
    if (source === undefined || target === undefined) {
      const known = (yield* fstabOf(p)).find(entry => entry.target === clean(operands[0] ?? '') || entry.source === operands[0] || entry.source === source)
      if (known === undefined) { yield* p.err(`mount: ${operands[0] ?? source}: can't find in /etc/fstab.\n`); return 1 }
      return yield* attach(partition, p, { source: known.source, target: known.target, type: o.get('t') ?? known.type, options: [...known.options, ...options], verbose })
    }
    if (o.has('m') && failed(p.find(target))) p.machine.tree.mkdirs(fullPath(p, target))
    return yield* attach(partition, p, { source, target, type: o.get('t') ?? 'auto', options, verbose })
  },
})

const clean = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') : path)

function* list(p: Process, type?: string): Run {
  const text = yield* p.readFile('/proc/mounts')
  for (const line of failed(text) ? [] : text.trimEnd().split('\n')) {
    const [source, at, kind, options] = line.split(' ')
    if (type === undefined || matches(type, kind!)) yield* p.out(`${source} on ${at} type ${kind} (${options})\n`)
  }
  return 0
}
/** `ext4,xfs`, `nonfs,swap`. */
const matches = (wanted: string, type: string): boolean => (wanted.startsWith('no') ? !wanted.slice(2).split(',').includes(type) : wanted.split(',').includes(type))

function* all(partition: Partition, p: Process, type: string | undefined, options: readonly string[], verbose: boolean): Run {
  let good = 0, bad = 0
  for (const entry of yield* fstabOf(p)) {
    if (entry.type === 'swap' || entry.target === 'none' || entry.target === '/' || entry.options.includes('noauto') || (type !== undefined && !matches(type, entry.type))) continue
    const source = yield* sourceOf(partition, p, entry.source)
    if (partition.mounts.some(mount => mount.target === entry.target)) { if (verbose) yield* p.out(`${entry.target.padEnd(25)}: already mounted\n`); continue }
    if (entry.options.includes('nofail') && (source === null || failed(p.find(source)))) continue
    if ((yield* attach(partition, p, { source: entry.source, target: entry.target, type: entry.type, options: [...entry.options, ...options], verbose })) === 0) good++
    else bad++
  }
  return bad === 0 ? 0 : good === 0 ? 32 : 64
}

function* attach(partition: Partition, p: Process, { source, target, type, options, verbose }: Wanted): Run {
  const say = function* (text: string, status = 32): Run { yield* p.err(`mount: ${clean(target)}: ${text}\n${status === 32 ? DMESG : ''}`); return status }
  const found = yield* sourceOf(partition, p, source)
  if (found === null) return yield* say(`can't find ${source}.`, 1)
  const dir = p.find(target)
  if (failed(dir)) return yield* say(dir === E.ENOENT ? 'mount point does not exist.' : `mount failed: ${dir.text}.`)
  const bind = options.includes('bind') || options.includes('rbind')
  if (dir.kind !== 'directory' && !bind) return yield* say('mount point is not a directory.')
  if (dir.kind !== 'directory') { yield* p.err('hotspare: mount --bind of a file is not modelled\n'); return 1 }
  const at = p.machine.tree.pathOf(dir), readOnly = options.includes('ro') && options.lastIndexOf('ro') > options.lastIndexOf('rw')
  if (bind) {
    const from = p.find(found)
    if (failed(from)) return yield* say(`special device ${found} does not exist.`)
    if (from.kind !== 'directory') { yield* p.err('hotspare: mount --bind of a file is not modelled\n'); return 1 }
    const home = [...partition.mounts].reverse().find(each => `${p.machine.tree.pathOf(from)}/`.startsWith(`${each.target}/`))
    return place(partition, dir, alias(from, readOnly), { source: home?.source ?? rootMount(partition).source, target: at, type: home?.type ?? rootMount(partition).type, options: `${readOnly ? 'ro' : 'rw'},relatime` }, home === undefined ? undefined : volumes.get(home))
  }
  if (type === 'tmpfs' || type === 'ramfs') {
    const root = directory({}, Number.parseInt(/^mode=([0-7]+)$/.exec(options.find(each => each.startsWith('mode=')) ?? '')?.[1] ?? '1777', 8), partition.machine.unixSeconds())
    root.readOnly = readOnly
    return place(partition, dir, root, { source: found, target: at, type, options: kept(readOnly, options.filter(each => !each.startsWith('mode='))) })
  }
  if (['proc', 'sysfs', 'devtmpfs', 'devpts', 'cgroup', 'cgroup2', 'debugfs', 'securityfs', 'overlay', 'nfs', 'nfs4', 'cifs', 'vfat', 'iso9660', 'btrfs', 'xfs', 'ext2', 'ext3', 'ext4', 'auto'].includes(type) ? false : type !== '')
    return yield* say(`unknown filesystem type '${type}'.`)
  if (!/^(auto|xfs|ext[234])$/.test(type)) { yield* p.err(`hotspare: mount -t ${type} is not modelled\n`); return 32 }
  const looked = targetAt(partition, p, found)
  if (failed(looked)) return yield* say(`special device ${found} does not exist.`)
  if (looked === undefined) return yield* say(`${found} is not a block device.`)
  const image = looked.isFile && looked.node.kind === 'file' ? attachLoop(partition, looked.node, fullPath(p, found), { readOnly, autoclear: true }) : null
  const device: Target = image === null ? looked : { ...(targetAt(partition, p, `/dev/loop${image.number}`) as Target) }
  const name = canonical(device)
  if (partition.mounts.some(each => each.source === name && each.target === at)) return yield* say(`${name} already mounted on ${at}.`)
  return yield* attachDevice(partition, p, { device, name, dir, at, type, options, readOnly, verbose, say })
}

interface Attachment { readonly device: Target; readonly name: string; readonly dir: Directory; readonly at: string; readonly type: string; readonly options: readonly string[]; readonly readOnly: boolean; readonly verbose: boolean; readonly say: (text: string, status?: number) => Run }
function* attachDevice(partition: Partition, p: Process, { device, name, dir, at, type, options, readOnly: wanted, verbose, say }: Attachment): Run {
  const { log } = partition, known = mountedVolumes(partition).find(volume => volume.name === device.name)
  let readOnly = wanted
  if (known === undefined && device.block?.kind === 'partition' && partition.door.world.md.arraysOn[device.block.disk]?.some(id => partition.door.world.md.arrays[id]!.members.some(m => m.name === device.name)) && type !== 'auto')
    return yield* say(`${name} already mounted or mount point busy.`)
  const no = device.device.open?.(p, !readOnly)
  if (no !== undefined) return yield* say(`special device ${name} does not exist.`.replace('does not exist', no === E.ENXIO ? 'does not exist' : no.text))
  if (device.device.size() === 0) return yield* say(`can't read superblock on ${name}.`)
  const held = yield* holds(partition, p, device)
  if (failed(held)) { log.kernelSays(`EXT4-fs (${device.name}): unable to read superblock`, 3); return yield* say(`can't read superblock on ${name}.`) }
  const raid = held?.type === 'linux_raid_member', real = raid && type !== 'auto' ? yield* signatureBelow(p, device.device) : held
  if (raid && type === 'auto') return yield* say("unknown filesystem type 'linux_raid_member'.")
  if (real?.type === 'swap') return yield* say("unknown filesystem type 'swap'.")
  if (real === null || (type === 'xfs') !== (real.type === 'xfs') && type !== 'auto') {
    log.kernelSays(type === 'xfs' ? `XFS (${device.name}): Invalid superblock magic number` : `EXT4-fs (${device.name}): VFS: Can't find ext4 filesystem`, 3)
    return yield* say(`wrong fs type, bad option, bad superblock on ${name}, missing codepage or helper program, or other error.`)
  }
  const array = device.block?.kind === 'array' ? partition.door.world.md.arrays[device.block.array] : undefined
  if (array?.mode === 'ro' && !readOnly) {
    yield* p.err(`mount: ${at}: WARNING: source write-protected, mounted read-only.\n`)
    readOnly = true
  }
  let volume = known
  if (volume === undefined) {
    const bytes = yield* through(device.device.read(STATE_AT, 256, p)), opened = failed(bytes) ? bytes : Volume.of(partition, device.device, { name: device.name, uuid: real.uuid, type: real.type }, bytes)
    if (failed(opened)) {
      log.kernelSays(`EXT4-fs (${device.name}): group descriptors corrupted!`, 3)
      return yield* say(failed(bytes) ? `can't read superblock on ${name}.` : 'mount(2) system call failed: Structure needs cleaning.')
    }
    volume = opened
    const { block } = device
    if (block !== undefined) volume.end = text => void (block.kind === 'array' && partition.media.writeArray(partition.door.world, block.array, STATE_AT, text))
  }
  hold(partition, device.block, 'hold')
  if (!readOnly) {
    const bad = yield* volume.commit(p, true)
    if (bad !== undefined) { hold(partition, device.block, 'release'); return yield* say(`can't read superblock on ${name}.`) }
  }
  if (!readOnly) commits(partition, device.block, volume.fresh ? SETUP : COMMIT)
  log.kernelSays(volume.type === 'xfs' ? `XFS (${device.name}): Ending clean mount` : `EXT4-fs (${device.name}): mounted filesystem with ordered data mode. Quota mode: disabled.`)
  if (verbose) yield* p.out(`mount: ${name} mounted on ${at}.\n`)
  const root = volume.uses === 0 ? volume.root : alias(volume.root, readOnly)
  root.readOnly = readOnly || volume.aborted
  volume.uses++
  return place(partition, dir, root, { source: name, target: at, type: type === 'auto' ? volume.type : type, options: kept(readOnly, options) }, volume)
}
/** With a superblock of md at the end, or none that is asked: what the beginning says. */
function* signatureBelow(p: Process, device: BlockDevice): Run<{ type: string; uuid: string } | null> {
  const head = yield* through(device.read(0, 8192, p))
  return failed(head) ? null : identify(head) ?? null
}

function place(partition: Partition, dir: Directory, root: Directory, mount: Mount, volume?: Volume): number {
  mountOver(inside(dir), root)
  partition.mounts.push(mount)
  if (volume !== undefined) volumes.set(mount, volume)
  return 0
}
const kept = (readOnly: boolean, options: readonly string[]): string => {
  const rest = options.filter(each => !USER_SPACE.test(each)), atime = rest.some(each => /^(noatime|relatime|strictatime)$/.test(each))
  return [readOnly ? 'ro' : 'rw', ...rest.filter(each => /^(nosuid|nodev|noexec|sync|dirsync|noatime)$/.test(each)), ...(atime ? [] : ['relatime']), ...rest.filter(each => !/^(nosuid|nodev|noexec|sync|dirsync|noatime|strictatime)$/.test(each))].join(',')
}
/** Another way to the same files. */
const alias = (dir: Directory, readOnly: boolean): Directory => ({ ...dir, parent: null, mounted: undefined, readOnly, get: name => dir.get(name), list: () => dir.list(), ...(dir.set !== undefined && { set: (name, node) => dir.set!(name, node), delete: name => dir.delete!(name) }) })

function* remount(partition: Partition, p: Process, what: string, options: readonly string[]): Run {
  const { mounts, machine, door, guest } = partition, at = clean(what), node = p.find(at), path = !failed(node) && node.kind === 'directory' ? machine.tree.pathOf(node) : at
  const rw = options.lastIndexOf('rw') > options.lastIndexOf('ro'), ro = options.includes('ro') && !rw
  if (path === '/') {
    const root = rootMount(partition), isRo = root.options.startsWith('ro')
    if (isRo && rw) { yield* p.err(`mount: /: cannot remount ${root.source} read-write, is write-protected.\n${DMESG}`); return 32 }
    if (!isRo && ro) { yield* p.err('hotspare: mount -o remount,ro of the root file system is not modelled\n'); return 32 }
    return 0
  }
  const found = [...mounts].reverse().find(mount => mount.target === path || mount.source === at)
  if (found === undefined) { yield* p.err(`mount: ${at}: mount point not mounted or bad option.\n${DMESG}`); return 32 }
  const volume = volumes.get(found), root = p.find(found.target)
  if (failed(root) || root.kind !== 'directory' || (!ro && !rw)) return 0
  if (rw && volume?.aborted) { yield* p.err(`mount: ${at}: mount point not mounted or bad option.\n${DMESG}`); return 32 }
  const array = volume === undefined ? undefined : Object.values(door.world.md.arrays).find(a => a.guest === guest && a.name === volume.name && a.state === 'active')
  if (rw && array?.mode === 'ro') { yield* p.err(`mount: ${at}: cannot remount ${found.source} read-write, is write-protected.\n${DMESG}`); return 32 }
  if (volume !== undefined) {
    const no = yield* volume.commit(p, rw && root.readOnly === true)
    if (no !== undefined && rw) { yield* p.err(`mount: ${at}: mount point not mounted or bad option.\n${DMESG}`); return 32 }
    partition.log.kernelSays(`EXT4-fs (${volume.name}): re-mounted. Quota mode: disabled.`)
  }
  root.readOnly = ro
  found.options = found.options.replace(/^r[ow]/, ro ? 'ro' : 'rw')
  return 0
}
