/**
 * What the block tools have in common: the device behind a path, what it holds, who uses it, sizes as people write them, and options as util-linux reads them.
 * Source: util-linux 2.38 (libblkid, libsmartcols), the kernel's device numbers.
 */
import { failed, type Failure } from '../../shell/kernel/errno.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { BlockDevice, Node } from '../../shell/kernel/tree.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { blockNamed, blockNames, type BlockName } from '../files/block.ts'
import { holdersOf } from '../files/sys-block.ts'
import type { Partition } from '../partition.ts'
import { HEAD_BYTES, identify, labelId, raidOn, type Signature } from '../signatures.ts'
import { through, volumes } from '../volumes.ts'
import { fileDevice } from './loops.ts'

/** A block device, or a file that is taken for one. */
export interface Target { readonly path: string; /** `md1`; a file's own path. */ readonly name: string; readonly device: BlockDevice; readonly block: BlockName | undefined; readonly node: Node; readonly isFile: boolean }

/** What a path leads to; ENOTBLK is for the caller to word (undefined). */
export function targetAt(partition: Partition, p: Process, path: string): Target | Failure | undefined {
  const node = p.find(path)
  if (failed(node)) return node
  if (node.kind === 'file') return { path, name: path, device: fileDevice(node), block: undefined, node, isFile: true }
  if (node.kind !== 'block' || node.block === undefined) return undefined
  const name = nameOf(partition, node.major, node.minor)
  return name === undefined ? undefined : { path, name, device: node.block, block: blockNamed(partition.door.world, partition.guest, name), node, isFile: false }
}
export function nameOf(partition: Partition, major: number, minor: number): string | undefined {
  const { door, guest } = partition
  if (major === 9) return `md${minor}`
  if (major === 7) return `loop${minor}`
  for (const name of blockNames(door.world, guest)) {
    const block = blockNamed(door.world, guest, name)!
    if (block.major === major && block.minor === minor) return name
  }
  return undefined
}
/** `/dev/md1` for `/dev/md/root`, as the tools print what they have resolved. */
export const canonical = (target: Target): string => (target.isFile ? target.path : `/dev/${target.name}`)

/** A path from the root. */
export const fullPath = (p: Process, path: string): string => (path.startsWith('/') ? path : `${p.machine.tree.pathOf(p.cwd).replace(/\/$/, '')}/${path}`)

/** What blkid knows of a device. */
export interface Held { readonly type: string; readonly uuid: string; readonly label: string; readonly subUuid?: string; readonly blockSize?: number; readonly signature?: Signature; readonly raidAt?: number }
export function* holds(partition: Partition, p: Process, { device, block }: Pick<Target, 'device' | 'block'>): Run<Held | null | Failure> {
  if (device.size() === 0) return null
  const head = yield* through(device.read(0, Math.min(HEAD_BYTES, device.size()), p))
  if (failed(head)) return head
  const raid = block?.kind === 'partition' ? raidOn(partition.door.world, block.disk, block.number) : undefined
  if (raid !== undefined) return { type: 'linux_raid_member', uuid: raid.uuid, label: raid.metadata === '0.90' ? '' : raid.label, raidAt: raid.at, ...(raid.subUuid !== null && { subUuid: raid.subUuid }) }
  const signature = identify(head)
  return signature === undefined ? null : { type: signature.type, uuid: signature.uuid, label: signature.label, signature, ...(signature.type !== 'swap' && { blockSize: signature.blockSize }) }
}
/** `70a1b2c3-03`: the partition's own identifier, from the label of its disk. */
export const partUuid = (block: BlockName & { kind: 'partition' }): string => `${labelId(block.disk).toString(16).padStart(8, '0')}-${block.number.toString(16).padStart(2, '0')}`

/** Where a device is mounted, or `[SWAP]`. */
export function mountpointsOf(partition: Partition, name: string): string[] {
  const { mounts, swaps, door, guest } = partition, path = `/dev/${name}`, boot = door.world.boot?.guests[guest]
  const at = mounts.filter(mount => mount.source === path || volumes.get(mount)?.name === name).map(mount => mount.target)
  if (boot?.root != null && door.world.md.arrays[boot.root]?.name === name && boot.rootState !== 'absent') at.unshift('/')
  if (swaps.some(swap => swap.path === path)) at.push('[SWAP]')
  return at
}
/** Whether the kernel gives it to somebody who wants it alone. */
export function inUse(partition: Partition, name: string): 'mounted' | 'used' | null {
  if (mountpointsOf(partition, name).length > 0) return 'mounted'
  const below = [...blockNames(partition.door.world, partition.guest)].filter(each => each !== name && each.startsWith(name) && /^\d+$/.test(each.slice(name.length)) && name.startsWith('sd'))
  return holdersOf(partition, name).length > 0 || below.some(each => inUse(partition, each) !== null) ? 'used' : null
}
/** A mounted file system writes by itself now and then (inode tables that are set up late, superblock, journal): a new one all the time. */
export function commits(partition: Partition, block: BlockName | undefined, every: number | null): void {
  if (block?.kind !== 'array') return
  const { io } = partition.door.world.md.arrays[block.array]!
  if (every === null ? io.kind === 'commit' : io.kind === 'idle') partition.door.dispatch({ type: 'md.setIo', array: block.array, commitEveryMicros: every } as never)
}
/** The device that a mounted file system or swap keeps open. */
export function hold(partition: Partition, block: BlockName | undefined, how: 'hold' | 'release'): void {
  if (block === undefined) return
  const { dispatch } = partition.door
  if (block.kind === 'array') dispatch({ type: `md.${how}`, array: block.array } as never)
  else dispatch({ type: `scsi.${how}`, device: block.device } as never)
}

/** Every device by its tag, as /dev/disk/by-uuid would find it: `UUID=…`, `LABEL=…`, `PARTUUID=…`. */
export function* byTag(partition: Partition, p: Process, tag: string, value: string): Run<string | null> {
  const { door, guest } = partition
  for (const name of [...blockNames(door.world, guest)].reverse()) {
    const block = blockNamed(door.world, guest, name)!, path = `/dev/${name}`, target = targetAt(partition, p, path)
    if (target === undefined || failed(target)) continue
    if (tag === 'PARTUUID') {
      if (block.kind === 'partition' && partUuid(block) === value.toLowerCase()) return path
      continue
    }
    const held = yield* holds(partition, p, target)
    if (held === null || failed(held) || held.type === 'linux_raid_member') continue
    if ((tag === 'UUID' && held.uuid === value.toLowerCase()) || (tag === 'LABEL' && held.label === value)) return path
  }
  return null
}
/** A path, or a tag that stands for one; null where no device has it. */
export function* sourceOf(partition: Partition, p: Process, text: string): Run<string | null> {
  const [, tag, value] = /^(UUID|LABEL|PARTUUID)="?([^"]*)"?$/.exec(text) ?? []
  return tag === undefined ? text : yield* byTag(partition, p, tag, value!)
}

/** `91M`, `1.5G`: at most one decimal, rounded as libsmartcols does. */
export function humanSize(bytes: number): string {
  const letters = 'BKMGTPE'
  let exp = 0
  while (exp < 6 && bytes >= 2 ** (10 * (exp + 1))) exp++
  const unit = 2 ** (10 * exp)
  let whole = Math.floor(bytes / unit), frac = bytes % unit
  if (frac > 0) {
    // Tenths, rounded half up.
    frac = Math.floor((Math.floor(frac / (unit / 1024)) * 1000 / 1024 + 50) / 100) * 10
    if (frac === 100) { whole++; frac = 0 }
  }
  return `${whole}${frac > 0 ? `.${frac / 10}` : ''}${letters[exp]}`
}
/** What the tool does not do here, said so that it is not taken for the real tool's words. */
export function* unmodelled(p: Process, what: string, status = 1): Run {
  yield* p.err(`hotspare: ${p.name} ${what} is not modelled\n`)
  return status
}
