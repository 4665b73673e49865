/**
 * File systems on block devices. Their files are nodes of the tree, not bytes; what lies on the device is a superblock and the name of a state of all files,
 * and each commit writes the name of a new one. So everything that is true of bytes on a mirror is true of files: a stale half has the files of then.
 *
 * Rules: a change is committed five seconds later, at fsync, sync and unmount; what a crash comes before is lost. A commit that fails takes the file system
 * read-only, as errors of the journal do. Who has it mounted holds the array.
 * Simplified: file data has no place of its own on the device, so only an overwritten superblock or state hurts it; what has once been mounted is read from the cache.
 * Source: Linux 6.1 fs/ext4/super.c, fs/jbd2.
 */
import { SECOND } from '../base/time.ts'
import { E, type Failure } from '../shell/kernel/errno.ts'
import type { Process } from '../shell/kernel/process.ts'
import { directory, fifo, inside, regularFile, symlink, type BlockDevice, type Caller, type Directory, type Node, type Program } from '../shell/kernel/tree.ts'
import type { Run } from '../shell/kernel/wait.ts'
import type { Mount, Partition } from './partition.ts'

/** ext4 commits its journal after so long, unless `commit=` says otherwise. */
export const COMMIT = 5 * SECOND
/** While a new one sets up its inode tables it writes all the time. */
export const SETUP = SECOND / 2
/** Where the name of the state lies. */
export const STATE_AT = 4096
const STATE = /^hotspare files of (\S+), state (\d+), (\d+) inodes, (\d+) blocks\n/

interface Frozen { readonly kind: Node['kind']; readonly mode: number; readonly uid: number; readonly gid: number; readonly mtime: number; readonly content?: string; readonly program?: Program; readonly target?: string; readonly entries?: readonly (readonly [string, Frozen])[] }

export const stateText = (uuid: string, n: number, inodes: number, blocks: number): string => `hotspare files of ${uuid}, state ${n}, ${inodes} inodes, ${blocks} blocks\n`.padEnd(256, '\0')
const keyOf = (uuid: string, n: number): string => `${uuid} ${n}`
/** The name of a state in what lies on a device. */
export function stateIn(bytes: string): { uuid: string; n: number; inodes: number; blocks: number } | undefined {
  const [, uuid, n, inodes, blocks] = STATE.exec(bytes) ?? []
  return uuid === undefined ? undefined : { uuid, n: Number(n), inodes: Number(inodes), blocks: Number(blocks) }
}
/** An empty file system: what mkfs leaves. Returns what is to be written at STATE_AT. */
export function emptyState({ media, machine }: Partition, uuid: string, ext: boolean): string {
  const mtime = machine.unixSeconds()
  media.things.set(keyOf(uuid, 0), freeze(directory(ext ? { 'lost+found': directory({}, 0o700, mtime) } : {}, 0o755, mtime), new Map()))
  return stateText(uuid, 0, 0, 0)
}

function freeze(node: Node, seen: Map<Node, Frozen>): Frozen {
  const known = seen.get(node)
  if (known !== undefined) return known
  const { kind, mode, uid, gid, mtime } = node, common = { kind, mode, uid, gid, mtime }
  const frozen: Frozen = node.kind === 'file' ? { ...common, content: node.content, ...(node.program !== undefined && { program: node.program }) } : node.kind === 'symlink' ? { ...common, target: node.target }
    : node.kind === 'directory' ? { ...common, entries: [...node.list()].map(([name, child]) => [name, freeze(child, seen)] as const) } : common
  seen.set(node, frozen)
  return frozen
}
function thaw(frozen: Frozen, seen: Map<Frozen, Node>): Node {
  const known = seen.get(frozen)
  if (known !== undefined) return known
  const { kind, mode, uid, gid, mtime } = frozen
  const node: Node = kind === 'file' ? { ...regularFile(frozen.content!, mode, mtime), ...(frozen.program !== undefined && { program: frozen.program }) } : kind === 'symlink' ? symlink(frozen.target!, mtime)
    : kind === 'directory' ? directory(Object.fromEntries(frozen.entries!.map(([name, child]) => [name, thaw(child, seen)])), mode, mtime) : fifo(mode, mtime)
  node.uid = uid
  node.gid = gid
  seen.set(frozen, node)
  return node
}

/** Who makes it commit. */
type Writer = Caller & { readonly name: string }

/** On which volume a node lies. */
const homes = new WeakMap<Node, Volume>()
export const volumeOf = (node: Node | null): Volume | undefined => (node === null ? undefined : homes.get(node))
/** Of a mount, what is mounted. */
export const volumes = new WeakMap<Mount, Volume>()

export class Volume {
  readonly partition: Partition
  readonly device: BlockDevice
  /** `md1`, for the kernel's log. */
  readonly name: string
  readonly uuid: string
  readonly type: string
  readonly root: Directory
  /** So often it is mounted. */
  uses = 0
  /** Errors have taken it read-only: nothing reaches the device any more. */
  aborted = false
  /** Never mounted before: its inode tables are still to be set up, in the background. */
  readonly fresh: boolean
  private dirty = false
  private waiting: Process | null = null
  private n: number

  private constructor(partition: Partition, device: BlockDevice, { name, uuid, type, n }: { name: string; uuid: string; type: string; n: number }, files: Frozen) {
    this.partition = partition
    this.device = device
    this.name = name
    this.uuid = uuid
    this.type = type
    this.n = n
    this.fresh = n === 0 && type === 'ext4'
    this.root = this.own(thaw(files, new Map())) as Directory
    this.root.readOnly = false
  }
  /** The files in the state that the device names; EINVAL if it names none of this file system. */
  static of(partition: Partition, device: BlockDevice, { name, uuid, type }: { name: string; uuid: string; type: string }, bytes: string): Volume | Failure {
    const state = stateIn(bytes), files = state === undefined || state.uuid !== uuid ? undefined : partition.media.things.get(keyOf(uuid, state.n))
    return files === undefined ? E.EINVAL : new Volume(partition, device, { name, uuid, type, n: state!.n }, files as Frozen)
  }

  /** From now on changes of this node are changes of the volume. */
  private own(node: Node): Node {
    if (homes.get(node) === this) return node
    homes.set(node, this)
    if (node.kind === 'directory') {
      const { set, delete: drop } = node
      for (const [, child] of node.list()) this.own(child)
      node.set = (name, child) => { set!(name, this.own(child)); this.changed() }
      node.delete = name => { drop!(name); this.changed() }
    } else if (node.kind === 'file') {
      let { content } = node
      Object.defineProperty(node, 'content', { get: () => content, set: (bytes: string) => { content = bytes; this.changed() }, enumerable: true, configurable: true })
    }
    return node
  }
  private changed(): void {
    this.dirty = true
    if (this.waiting !== null || this.aborted || this.uses === 0) return
    const { machine, kernel } = this.partition, self = this
    this.waiting = kernel.spawn(machine, function* (p) {
      yield* p.sleep(COMMIT)
      self.waiting = null
      yield* self.commit(p)
      return 0
    }, { argv: [`[jbd2/${this.name}-8]`], fds: new Map() })
  }
  /** Inodes and bytes of all files, as du counts them. */
  count(blockSize: number): { inodes: number; blocks: number } {
    let inodes = 0, blocks = 0
    const seen = new Set<Node>()
    const walk = (node: Node): void => {
      if (seen.has(node)) return
      seen.add(node)
      inodes++
      if (node.kind === 'file') blocks += Math.ceil(node.content.length / blockSize)
      else if (node.kind === 'directory') { blocks++; for (const [, child] of node.list()) walk(child) }
    }
    for (const [name, child] of this.root.list()) if (name !== 'lost+found') walk(child)
    return { inodes, blocks }
  }

  private next(): string {
    const { media } = this.partition, { inodes, blocks } = this.count(1024)
    this.n++
    media.things.set(keyOf(this.uuid, this.n), freeze(this.root, new Map()))
    if (media.things.size > 512) prune(this.partition)
    return stateText(this.uuid, this.n, inodes, blocks)
  }
  /** What fsync and sync wait for. `always`: although nothing has changed (the superblock, at mount and unmount). */
  *commit(p: Writer, always = false): Run<undefined | Failure> {
    if (this.aborted) return E.EIO
    if (!this.dirty && !always) return undefined
    this.dirty = false
    const no = yield* through(this.device.write(STATE_AT, this.next(), p))
    if (no !== undefined) this.abort(p)
    return no === undefined ? undefined : E.EIO
  }
  /** The end of an orderly shutdown, when no process is left to wait. */
  commitAtEnd(): void {
    if (this.dirty && !this.aborted) this.end?.(this.next())
    this.dirty = false
  }
  /** How the last commit reaches the device without a process. */
  end: ((bytes: string) => void) | null = null

  private abort(p: Writer): void {
    if (this.aborted) return
    this.aborted = true
    this.root.readOnly = true
    const { log, mounts } = this.partition, { name } = this
    for (const mount of mounts) if (volumes.get(mount) === this) mount.options = mount.options.replace(/^rw/, 'ro')
    if (this.type === 'xfs') return log.kernelSays(`XFS (${name}): log I/O error -5`, 1)
    log.kernelSays(`Aborting journal on device ${name}-8.`, 3)
    log.kernelSays(`Buffer I/O error on dev ${name}, logical block 1, lost sync page write`, 3)
    log.kernelSays(`JBD2: I/O error when updating journal superblock for ${name}-8.`, 3)
    log.kernelSays(`EXT4-fs error (device ${name}): ext4_journal_check_start:83: comm ${p.name}: Detected aborted journal`, 2)
    log.kernelSays(`EXT4-fs (${name}): Remounting filesystem read-only`, 2)
  }
}

/** A read or write of a device, whether or not it takes time. */
export function* through<T>(answer: T | Failure | Run<T | Failure>): Run<T | Failure> {
  return typeof answer === 'object' && answer !== null && 'next' in answer ? yield* answer : answer as T | Failure
}
/** States that no disk names any more are forgotten. */
function prune({ media, machine, mounts }: Partition): void {
  const named = new Set<string>()
  const note = (bytes: string): void => { const state = stateIn(bytes); if (state !== undefined) named.add(keyOf(state.uuid, state.n)) }
  for (const page of media.pages()) note(page)
  // Images of file systems lie in files.
  const walk = (dir: Directory): void => {
    for (const [, node] of dir.list()) if (node.kind === 'file') note(node.content.slice(STATE_AT, STATE_AT + 256)); else if (node.kind === 'directory' && node.set !== undefined) walk(inside(node))
  }
  walk(machine.tree.root)
  const mounted = new Set(mounts.map(mount => volumes.get(mount)?.uuid))
  for (const key of [...media.things.keys()]) if (!named.has(key) && !mounted.has(key.split(' ')[0]!)) media.things.delete(key)
}

/** All that are mounted, each once. */
export function mountedVolumes({ mounts }: Partition): Volume[] {
  return [...new Set(mounts.flatMap(mount => volumes.get(mount) ?? []))]
}
/** sync(2), or fsync(2) of one file. */
export function* syncAll(partition: Partition, p: Writer, file: { readonly node: Node | null } | null): Run<undefined | Failure> {
  const only = file === null ? undefined : volumeOf(file.node)
  if (file !== null) return only === undefined ? undefined : yield* only.commit(p)
  for (const volume of mountedVolumes(partition)) yield* volume.commit(p)
  return undefined
}
