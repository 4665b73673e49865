/**
 * The file tree of one simulated machine. Directories may be computed (`/proc`, `/sys/block`), and so may the content of files: it is taken at open, as the
 * kernel's seq_file does, and one write is one action. Paths are resolved as path_resolution(7) says.
 */
import { E, failed, type Failure } from './errno.ts'
import type { Pipe } from './pipe.ts'
import type { Signal } from './signal.ts'
import type { Run } from './wait.ts'

/** As much of a process as files need to know of the one that uses them. */
export interface Caller {
  readonly pid: number
  readonly machine: { account(bytes: number): Failure | undefined; unixSeconds(): number; readonly limits: { readonly output: number } }
  /** A signal to itself. */
  raise(signal: Signal): void
}
/** What a file runs instead of bytes; see command.ts. */
export interface Program { readonly name: string }

interface Common { ino: number; mode: number; uid: number; gid: number; /** Seconds since 1970. */ mtime: number; nlink: number }
export interface RegularFile extends Common { readonly kind: 'file'; content: string; /** A command of ours instead of bytes. */ readonly program?: Program }
export interface Symlink extends Common { readonly kind: 'symlink'; readonly target: string }
export interface Fifo extends Common { readonly kind: 'fifo'; pipe: Pipe | null }
/** `write` may take time (a generator) and may fail with an errno, which `echo` reports as `write error: Invalid argument`. */
export interface DynFile extends Common {
  readonly kind: 'dyn'
  read?(p: Caller): string | Failure
  write?(bytes: string, p: Caller): undefined | Failure | Run<undefined | Failure>
}
export interface BlockDevice {
  /** In bytes. */
  size(): number
  read(offset: number, length: number, p: Caller): string | Failure | Run<string | Failure>
  write(offset: number, bytes: string, p: Caller): undefined | Failure | Run<undefined | Failure>
  /** Called at each open and at the last close of that descriptor. */
  open?(p: Caller, forWriting: boolean): undefined | Failure
  close?(p: Caller, forWriting: boolean): void
}
export interface CharDevice { read?(p: Caller, max: number): string | Failure | Run<string | Failure>; write?(bytes: string, p: Caller): undefined | Failure }
export interface Device extends Common { readonly kind: 'block' | 'char'; readonly major: number; readonly minor: number; readonly block?: BlockDevice; readonly char?: CharDevice }
export interface Directory extends Common {
  readonly kind: 'directory'
  parent: Directory | null
  get(name: string): Node | undefined
  /** In the order in which they were made; whoever shows them sorts. */
  list(): Iterable<readonly [name: string, node: Node]>
  /** The names alone, where they are cheaper to have than the nodes. */
  names?(): Iterable<string>
  /** Absent where the directory is computed: nothing can be made there (EPERM, as in /sys). */
  set?(name: string, node: Node): void
  delete?(name: string): void
  /** Another root lies over it. */
  mounted?: Directory | undefined
  /** Of a mounted root: writes fail with EROFS. */
  readOnly?: boolean
}
export type Node = RegularFile | Symlink | Fifo | DynFile | Device | Directory

let inodes = 0
const common = (mode: number, mtime = 0): Common => ({ ino: ++inodes, mode, uid: 0, gid: 0, mtime, nlink: 1 })

export const regularFile = (content: string, mode = 0o644, mtime = 0): RegularFile => ({ kind: 'file', content, ...common(mode, mtime) })
export const symlink = (target: string, mtime = 0): Symlink => ({ kind: 'symlink', target, ...common(0o777, mtime) })
export const fifo = (mode = 0o644, mtime = 0): Fifo => ({ kind: 'fifo', pipe: null, ...common(mode, mtime) })
export const dynFile = (file: Pick<DynFile, 'read' | 'write'>, mode = file.write === undefined ? 0o444 : file.read === undefined ? 0o200 : 0o644): DynFile => ({ kind: 'dyn', ...file, ...common(mode) })
export const blockDevice = (major: number, minor: number, block: BlockDevice): Device => ({ kind: 'block', major, minor, block, ...common(0o660) })
export const charDevice = (major: number, minor: number, char: CharDevice, mode = 0o666): Device => ({ kind: 'char', major, minor, char, ...common(mode) })

export function directory(entries: Readonly<Record<string, Node>> = {}, mode = 0o755, mtime = 0): Directory {
  const children = new Map<string, Node>()
  const self: Directory = {
    kind: 'directory', parent: null, ...common(mode, mtime),
    get: name => children.get(name), list: () => children, names: () => children.keys(),
    set(name, node) { children.set(name, adopt(self, node)) },
    delete(name) { children.delete(name) },
  }
  for (const [name, node] of Object.entries(entries)) self.set!(name, node)
  return self
}
/** A directory whose entries are computed each time it is looked at. Equal names should give equal nodes as long as they mean the same. */
export function dynDirectory(list: () => Iterable<readonly [name: string, node: Node]>, get?: (name: string) => Node | undefined): Directory {
  const self: Directory = {
    kind: 'directory', parent: null, ...common(0o555),
    get: name => { const node = get !== undefined ? get(name) : find(list(), name); return node && adopt(self, node) },
    list: function* () { for (const [name, node] of list()) yield [name, adopt(self, node)] as const },
  }
  return self
}
function find(entries: Iterable<readonly [string, Node]>, wanted: string): Node | undefined {
  for (const [name, node] of entries) if (name === wanted) return node
  return undefined
}
function adopt(parent: Directory, node: Node): Node {
  if (node.kind === 'directory') node.parent = parent
  return node
}

/** Where a path leads: the directory that holds it, its last name there, and what is there, if anything. */
export interface Place { readonly dir: Directory; readonly name: string; readonly node: Node | undefined; /** Written with a trailing slash. */ readonly slash: boolean }

export class Tree {
  readonly root: Directory
  constructor(root: Directory = directory()) {
    this.root = root
    root.parent = null
  }

  /** Follows links on the way; the last one only where `follow`. ENOENT only if something on the way is missing. */
  place(path: string, cwd: Directory, follow = true, depth = 0): Place | Failure {
    if (path === '') return E.ENOENT
    if (path.length > 4095) return E.ENAMETOOLONG
    if (depth > 40) return E.ELOOP
    let dir = inside(path.startsWith('/') ? this.root : cwd)
    const end = lengthOfNames(path), slash = path.endsWith('/') || path.endsWith('/.')
    if (end === 0) return { dir, name: '.', node: dir, slash }
    for (let from = 0, to = 0; from < end; from = to + 1) {
      to = path.indexOf('/', from)
      if (to < 0 || to > end) to = end
      if (to === from || (to === from + 1 && path.charCodeAt(from) === DOT)) continue
      const name = path.slice(from, to), last = to === end
      if (name.length > 255) return E.ENAMETOOLONG
      if (name === '..') {
        dir = this.up(dir)
        if (last) return { dir, name: '.', node: dir, slash }
        continue
      }
      let node = dir.get(name)
      if (node?.kind === 'symlink' && (!last || follow || slash)) {
        const to = this.place(node.target, dir, true, depth + 1)
        if (failed(to)) return to
        if (last) return { ...to, slash }
        node = to.node
      }
      if (node?.kind === 'directory') node = inside(node)
      if (last) return slash && node !== undefined && node.kind !== 'directory' ? E.ENOTDIR : { dir, name, node, slash }
      if (node === undefined) return E.ENOENT
      if (node.kind !== 'directory') return E.ENOTDIR
      dir = node
    }
    return E.ENOENT
  }
  /** What is there, or why not. */
  find(path: string, cwd: Directory, follow = true): Node | Failure {
    const place = this.place(path, cwd, follow)
    return failed(place) ? place : place.node ?? E.ENOENT
  }
  /** `/a/b`: the way from the root, by names. */
  pathOf(dir: Directory): string {
    const names: string[] = []
    for (let at = inside(dir); at.parent !== null;) {
      const over = at, parent = at.parent
      const name = nameIn(parent, over)
      if (name === undefined) return '(unreachable)'
      names.unshift(name)
      at = parent
    }
    return `/${names.join('/')}`
  }
  private up(dir: Directory): Directory {
    return dir.parent === null ? dir : inside(dir.parent)
  }

  // For whoever furnishes a machine: the directories on the way are made.

  mkdirs(path: string): Directory {
    let dir = inside(this.root)
    for (const name of path.split('/').filter(each => each !== '')) {
      const there = dir.get(name), next = there?.kind === 'symlink' ? this.find(there.target, dir) : there
      if (next !== undefined && !failed(next) && next.kind === 'directory') dir = inside(next)
      else {
        const made = directory()
        dir.set!(name, made)
        dir = made
      }
    }
    return dir
  }
  put(path: string, node: Node): void {
    const at = path.lastIndexOf('/')
    this.mkdirs(path.slice(0, at)).set!(path.slice(at + 1), node)
  }
}
const SLASH = 47, DOT = 46
/** Without slashes at the end, and without names there that stay where one is. */
function lengthOfNames(path: string): number {
  let end = path.length
  for (; end > 0; end--) {
    const last = path.charCodeAt(end - 1), before = end === 1 ? SLASH : path.charCodeAt(end - 2)
    if (last !== SLASH && (last !== DOT || before !== SLASH)) break
  }
  return end
}
/** What one sees at a directory: the last root mounted over it. */
export function inside(dir: Directory): Directory {
  let at = dir
  while (at.mounted !== undefined) at = at.mounted
  return at
}
function nameIn(parent: Directory, child: Directory): string | undefined {
  for (const [name, node] of parent.list()) if (node.kind === 'directory' && inside(node) === child) return name
  return undefined
}
/** Mount a root over a directory; `..` from it leads to where the directory lies. */
export function mountOver(dir: Directory, root: Directory): void {
  root.parent = dir.parent
  inside(dir).mounted = root
}
export function unmount(dir: Directory): boolean {
  let at = dir
  while (at.mounted?.mounted !== undefined) at = at.mounted
  if (at.mounted === undefined) return false
  at.mounted = undefined
  return true
}
