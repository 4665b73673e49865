/**
 * A process and its system calls. What can block is a generator (`yield*` it); the others answer at once. Failures are values (errno.ts).
 * Commands and the interpreter see the machine only through this.
 */
import type { Micros } from '../../base/time.ts'
import { Budget } from './budget.ts'
import { E, failed, type Failure } from './errno.ts'
import type { Exit, Machine } from './machine.ts'
import { BlockOpen, CharOpen, DynOpen, PipeOpen, RegularOpen, type Mode, type OpenFile, type Soon } from './open-file.ts'
import { Pipe } from './pipe.ts'
import type { Signal } from './signal.ts'
import { charDevice, fifo, regularFile, symlink, type Directory, type Node } from './tree.ts'
import { WaitQueue, type Run, type Wait, type Wake } from './wait.ts'

export interface OpenHow { readonly read?: boolean; readonly write?: boolean; readonly create?: boolean; readonly truncate?: boolean; readonly append?: boolean; readonly exclusive?: boolean; readonly directory?: boolean }
const CHUNK = 65_536

export interface Fork { readonly argv?: readonly string[]; readonly env?: ReadonlyMap<string, string>; /** 0: a group of its own. */ readonly pgid?: number; readonly fds?: ReadonlyMap<number, OpenFile> }
/** What a process asks of the kernel; kernel.ts is it. */
export interface Scheduler {
  readonly now: Micros
  readonly processes: ReadonlyMap<number, Process>
  nextPipe: number
  fork(parent: Process, body: (child: Process) => Run, how: Fork): Process | Failure
  wakeAll(queue: WaitQueue): void
  signal(p: Process, signal: Signal): void
  /** kill(2): a pid, a group as a negative number, null only asks. */
  kill(from: Process, pid: number, signal: Signal | null): Failure | undefined
}

export class Process {
  readonly kernel: Scheduler
  readonly machine: Machine
  readonly pid: number
  ppid: number
  pgid: number
  /** Everything that one start from outside has begun has the same. */
  readonly session: number
  /** It, or who forked it, has begun a session of its own (setsid, a daemon): whoever started it does not wait for it. */
  daemon = false
  readonly budget: Budget
  argv: string[]
  /** The exported variables. A child begins with its parent's own: who changes them puts another map here. */
  env: ReadonlyMap<string, string>
  cwd: Directory
  umask = 0o022
  readonly fds = new Map<number, OpenFile>()
  readonly closeOnExec = new Set<number>()
  readonly ignored: Set<Signal>
  /** Signals for which it has a trap; they stay in `pending` until it looks. */
  readonly caught = new Set<Signal>()
  readonly pending: Signal[] = []
  /** So many of them have interrupted a wait. */
  seen = 0
  readonly children = new Map<number, Process>()
  /** Woken when a child ends (or stops). */
  readonly childEnded = new WaitQueue()
  exit: Exit | null = null
  stopped = false
  /** Line of the script that it is at, for transcripts, faults between lines and complaints; null: not a shell. */
  line: number | null = null
  /** Line of the session's own script that started this: the shell sets it. */
  scriptLine: number | null = null
  readonly startedAt: Micros
  cpu: Micros = 0
  /** Virtual CPU time used and not yet waited for. */
  debt: Micros = 0

  // The kernel's own.
  running: Run | null = null
  waiting: Wait | null = null
  wake: Wake = 'ready'
  /** Counts waits, so that a timer of an earlier wait is known as such. */
  waits = 0

  constructor(kernel: Scheduler, machine: Machine, pid: number, from: { parent?: Process; argv: readonly string[]; env: ReadonlyMap<string, string>; cwd: Directory; session?: number; pgid?: number }) {
    this.kernel = kernel
    this.machine = machine
    this.pid = pid
    this.ppid = from.parent?.pid ?? 1
    this.pgid = from.pgid ?? from.parent?.pgid ?? pid
    this.session = from.session ?? from.parent?.session ?? pid
    this.daemon = from.parent?.daemon ?? false
    this.budget = from.parent?.budget ?? new Budget(kernel.now)
    this.argv = [...from.argv]
    this.env = from.env
    this.cwd = from.cwd
    this.umask = from.parent?.umask ?? 0o022
    this.ignored = new Set(from.parent?.ignored)
    this.startedAt = kernel.now
    this.scriptLine = from.parent?.line ?? from.parent?.scriptLine ?? null
  }
  /** It begins a session of its own: nobody who started it waits for it. */
  detach(): void {
    this.daemon = true
    for (const observer of this.machine.observers) observer.detached?.(this)
  }

  get name(): string { return this.argv[0]?.replace(/^.*\//, '') ?? '' }
  get dead(): boolean { return this.exit !== null }
  raise(signal: Signal): void { this.kernel.signal(this, signal) }

  // Files.

  find(path: string, follow = true): Node | Failure {
    const own = this.ownFile(path)
    return own === null ? this.machine.tree.find(path, this.cwd, follow) : own === undefined ? E.ENOENT : follow ? nodeOf(own) : symlink(own.name)
  }
  /** What `/dev/fd/3` and `/dev/stdin` mean: a file of this process, undefined if it has none there; null: the name means no such thing. */
  private ownFile(path: string): OpenFile | undefined | null {
    if (!path.startsWith('/dev/fd/') && !path.startsWith('/dev/std') && !path.startsWith('/proc/self/fd/')) return null
    const [, number, stream] = /^\/(?:dev|proc\/self)\/(?:fd\/(\d+)|(stdin|stdout|stderr))$/.exec(path) ?? []
    return number === undefined && stream === undefined ? null : this.fds.get(stream === undefined ? Number(number) : ['stdin', 'stdout', 'stderr'].indexOf(stream))
  }

  /** The lowest free descriptor, from `from` on. Blocks for a FIFO whose other end is missing. */
  *open(path: string, how: OpenHow, from = 0): Run<number | Failure> {
    const file = yield* this.openFile(path, how)
    return failed(file) ? file : this.install(file, from)
  }
  *openFile(path: string, how: OpenHow): Run<OpenFile | Failure> {
    const own = this.ownFile(path)
    if (own === undefined) return E.ENOENT
    if (own !== null) return this.again(own, path, how)
    const place = this.machine.tree.place(path, this.cwd)
    if (failed(place)) return place
    let { node } = place
    const mode: Mode = { readable: how.read === true, writable: how.write === true, append: how.append === true }
    if (node === undefined) {
      if (!how.create) return E.ENOENT
      if (place.slash) return E.EISDIR
      const no = makeable(place.dir)
      if (no !== undefined) return no
      node = regularFile('', 0o666 & ~this.umask, this.machine.unixSeconds())
      place.dir.set!(place.name, node)
      place.dir.mtime = node.mtime
    } else if (how.exclusive) return E.EEXIST
    else if (mode.writable && node.kind === 'file' && rootOf(place.dir).readOnly) return E.EROFS
    switch (node.kind) {
      case 'directory': return mode.writable ? E.EISDIR : new DirectoryOpen(node, path)
      case 'symlink': return E.ELOOP
      case 'file':
        if (node.program !== undefined && mode.writable) return E.EPERM
        if (how.truncate) { this.machine.account(-node.content.length); node.content = '' }
        return new RegularOpen(node, mode, path)
      case 'dyn':
        if (mode.readable && node.read === undefined && (node.mode & 0o444) === 0) return E.EACCES
        if (mode.writable && node.write === undefined) return E.EACCES
        return new DynOpen(node, mode, path)
      case 'char': return node.char === undefined ? E.ENXIO : new CharOpen(node, mode, path)
      case 'block': {
        if (node.block === undefined) return E.ENXIO
        const no = node.block.open?.(this, mode.writable)
        return no ?? new BlockOpen(node, mode, path)
      }
      case 'fifo': {
        const pipe = node.pipe ??= new Pipe(queue => this.kernel.wakeAll(queue))
        const seen = mode.readable ? pipe.writersSeen : pipe.readersSeen, file = new PipeOpen(pipe, mode, path, node)
        if (mode.readable && mode.writable) return file
        // Until the other end has come, even if it has gone again.
        while (mode.readable ? pipe.writers === 0 && pipe.writersSeen === seen : pipe.readers === 0 && pipe.readersSeen === seen) {
          if ((yield { kind: 'queue', queue: pipe.changed }) === 'signal') { file.close(); return E.EINTR }
        }
        return file
      }
    }
  }
  /** A file is opened anew, at its beginning; a pipe or a terminal is the same one. */
  private again(own: OpenFile, path: string, how: OpenHow): OpenFile {
    const { node } = own
    if (isNameless(own) || node!.kind !== 'file' || node!.program !== undefined) return own
    if (how.truncate) { this.machine.account(-node!.content.length); node!.content = '' }
    return new RegularOpen(node!, { readable: how.read === true, writable: how.write === true, append: how.append === true }, path)
  }
  install(file: OpenFile, from = 0): number {
    let fd = from
    while (this.fds.has(fd)) fd++
    file.refs++
    this.fds.set(fd, file)
    return fd
  }
  /** dup2(2): `to` becomes another name for what `from` is. */
  dup(from: number, to: number): Failure | undefined {
    const file = this.fds.get(from)
    if (file === undefined) return E.EBADF
    if (from === to) return undefined
    this.put(to, file)
    return undefined
  }
  put(fd: number, file: OpenFile): void {
    file.refs++
    this.close(fd)
    this.fds.set(fd, file)
    this.closeOnExec.delete(fd)
  }
  close(fd: number): Failure | undefined {
    const file = this.fds.get(fd)
    if (file === undefined) return E.EBADF
    this.fds.delete(fd)
    this.closeOnExec.delete(fd)
    if (--file.refs === 0) file.close(this)
    return undefined
  }
  /** Reading end, writing end; not yet descriptors of anybody. */
  pipe(): [OpenFile, OpenFile] {
    const pipe = new Pipe(queue => this.kernel.wakeAll(queue)), name = `pipe:[${this.kernel.nextPipe++}]`
    return [new PipeOpen(pipe, { readable: true, writable: false }, name), new PipeOpen(pipe, { readable: false, writable: true }, name)]
  }

  /** At most `max` bytes, '' at the end. EINTR if a caught signal came first. */
  *read(fd: number, max = CHUNK): Run<string | Failure> {
    const file = this.fds.get(fd)
    if (file === undefined) return E.EBADF
    if (file.node?.kind === 'directory') return E.EISDIR
    return yield* this.finish(() => file.read(max, this))
  }
  /** Everything, or why not. */
  *write(fd: number, bytes: string): Run<Failure | undefined> {
    const file = this.fds.get(fd)
    if (file === undefined) return E.EBADF
    for (let rest = bytes; ;) {
      const taken = yield* this.finish(() => file.write(rest, this))
      if (failed(taken)) return taken
      if (taken >= rest.length) return undefined
      rest = rest.slice(taken)
    }
  }
  private *finish<T>(attempt: () => Soon<T>): Run<T | Failure> {
    for (;;) {
      const answer = attempt()
      if (typeof answer !== 'object' || answer === null || failed(answer)) return answer as T | Failure
      if ('next' in answer) return yield* answer
      if ((yield answer as Wait) === 'signal') return E.EINTR
    }
  }
  /** From here to the end, in one piece. */
  *readAll(fd: number): Run<string | Failure> {
    const chunks: string[] = []
    for (let held = 0; ;) {
      const data = yield* this.read(fd)
      if (failed(data)) { if (data === E.EINTR) continue; return data }
      if (data === '') return chunks.length === 1 ? chunks[0]! : chunks.join('')
      chunks.push(data)
      this.machine.checkHeld(held += data.length)
    }
  }
  *readFile(path: string): Run<string | Failure> {
    const fd = yield* this.open(path, { read: true })
    if (failed(fd)) return fd
    const data = yield* this.readAll(fd)
    this.close(fd)
    return data
  }
  /** What a utility says on standard output and error; a failure there is its own business to notice. */
  out(text: string): Run<Failure | undefined> { return this.write(1, text) }
  err(text: string): Run<Failure | undefined> { return this.write(2, text) }

  // Time.

  *sleep(micros: Micros): Run<Wake> {
    return yield { kind: 'sleep', at: this.kernel.now + micros }
  }
  /** Virtual CPU time. It is waited for at the next `settle`. */
  charge(micros: Micros): void {
    this.debt += micros
    this.cpu += micros
    this.budget.cpu += micros
  }
  *settle(): Run<void> {
    while (this.debt > 0) {
      const { debt } = this
      this.debt = 0
      const end = this.kernel.now + debt
      // A trapped signal does not shorten work.
      while (this.kernel.now < end) yield { kind: 'sleep', at: end }
    }
  }

  // Processes.

  /** A child with copies of everything, running `body`. */
  fork(body: (child: Process) => Run, how: Fork = {}): Process | Failure {
    return this.kernel.fork(this, body, how)
  }
  /** Until this child (or, with null, any) has ended; null if there is none, 'signal' if a caught signal came first. */
  *wait(child: Process | null): Run<Process | null | 'signal'> {
    for (;;) {
      if (child !== null && !this.children.has(child.pid)) return null
      if (this.children.size === 0) return null
      for (const each of child === null ? this.children.values() : [child])
        if (each.dead) {
          this.children.delete(each.pid)
          return each
        }
      if ((yield { kind: 'queue', queue: this.childEnded }) === 'signal') return 'signal'
    }
  }
}

/** Pipes, the terminal, and here-documents, which bash keeps in pipes. */
const isNameless = (file: OpenFile): boolean => file.node === null || file.name.startsWith('pipe:')
const nameless = new WeakMap<OpenFile, Node>()
function nodeOf(file: OpenFile): Node {
  if (!isNameless(file)) return file.node!
  let node = nameless.get(file)
  if (node === undefined) nameless.set(file, node = file.tty ? charDevice(136, 0, {}, 0o620) : fifo(0o600))
  return node
}

class DirectoryOpen implements OpenFile {
  readonly node: Directory
  readonly name: string
  readonly readable = true
  readonly writable = false
  readonly tty = false
  offset = 0
  refs = 0
  constructor(node: Directory, name: string) {
    this.node = node
    this.name = name
  }
  read(): Failure { return E.EISDIR }
  write(): Failure { return E.EBADF }
  close(): void {}
}

/** The root of the file system that a directory is on: the one that is mounted, or the tree's own. */
export function rootOf(dir: Directory): Directory {
  let at = dir
  for (; at.parent !== null; at = at.parent) if (at.readOnly !== undefined) return at
  return at
}
/** Whether anything can be made in a directory: not in /proc or /sys, not on a file system that is read-only. */
export function makeable(dir: Directory): Failure | undefined {
  if (dir.set === undefined) return E.EPERM
  return rootOf(dir).readOnly === true ? E.EROFS : undefined
}
