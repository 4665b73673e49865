/**
 * Files and commands of an awk program: what `print >` and `|` write to, what getline reads from. Output is collected and written in blocks, as stdio does:
 * to a terminal after each record, otherwise when 4 KiB are there, before a command is started, and at the end. A command runs as `sh -c`.
 * Source: POSIX awk; mawk 1.3.4 for order and messages.
 */
import { E, failed, type Failure } from '../../kernel/errno.ts'
import { exec } from '../../kernel/exec.ts'
import type { OpenFile } from '../../kernel/open-file.ts'
import type { Process } from '../../kernel/process.ts'
import { signalNumber } from '../../kernel/signal.ts'
import { TURN, type Run } from '../../kernel/wait.ts'
import { worked } from '../io.ts'
import { RecordBuffer } from './records.ts'

const BLOCK = 4096

export class Output {
  readonly fd: number
  readonly child: Process | null
  private readonly p: Process
  private readonly eager: boolean
  private pending = ''
  failure: Failure | null = null
  constructor(p: Process, fd: number, eager: boolean, child: Process | null = null) {
    this.p = p
    this.fd = fd
    this.eager = eager
    this.child = child
  }
  add(text: string): void { this.pending += text }
  get due(): boolean { return this.eager ? this.pending !== '' : this.pending.length >= BLOCK }
  get idle(): boolean { return this.pending === '' }
  get size(): number { return this.pending.length }
  *flush(): Run<void> {
    if (this.pending === '') return
    const data = this.pending
    this.pending = ''
    this.p.charge(Math.ceil(data.length / 1024))
    const no = yield* this.p.write(this.fd, data)
    if (no !== undefined) this.failure ??= no
    // SIGPIPE has ended us: go no further.
    if (this.p.dead) yield TURN
    if (this.p.debt >= this.p.machine.costs.slice) yield* this.p.settle()
  }
}
export interface Source { readonly fd: number; readonly child: Process | null; readonly buffer: RecordBuffer }

export class Files {
  private readonly p: Process
  readonly stdout: Output
  private readonly outputs = new Map<string, Output>()
  private readonly sources = new Map<string, Source>()
  private readonly own = new Set<number>()

  constructor(p: Process) {
    this.p = p
    this.stdout = new Output(p, 1, p.fds.get(1)?.tty === true)
  }

  /** For `print > name`, `>> name`, `| name`; open ones go on whatever the operator. */
  *output(mode: '>' | '>>' | '|', name: string): Run<Output | Failure> {
    const open = this.outputs.get(name)
    if (open !== undefined) return open
    if (mode !== '|' && (name === '/dev/stdout' || name === '-')) return this.stdout
    let made: Output | Failure
    if (mode === '|') made = yield* this.command(name)
    else {
      const fd = yield* this.p.open(name, { write: true, create: true, truncate: mode === '>', append: mode === '>>' }, 3)
      if (failed(fd)) return fd
      this.own.add(fd)
      made = new Output(this.p, fd, name === '/dev/stderr' || this.p.fds.get(fd)?.tty === true)
    }
    if (!failed(made)) this.outputs.set(name, made)
    return made
  }
  private *command(line: string): Run<Output | Failure> {
    yield* this.flush()
    const [reading, writing] = this.p.pipe()
    const child = this.start(line, new Map([[0, reading]]))
    if (failed(child)) return child
    return new Output(this.p, this.keep(writing), false, child)
  }
  /** What getline reads; null: it cannot be opened. */
  *source(kind: 'file' | 'command', name: string): Run<Source | Failure> {
    const key = kind + name, open = this.sources.get(key)
    if (open !== undefined) return open
    let made: Source
    if (kind === 'command') {
      yield* this.flush()
      const [reading, writing] = this.p.pipe(), child = this.start(name, new Map([[1, writing]]))
      if (failed(child)) return child
      made = { fd: this.keep(reading), child, buffer: new RecordBuffer() }
    } else {
      const fd = name === '-' || name === '/dev/stdin' ? 0 : yield* this.p.open(name, { read: true }, 3)
      if (failed(fd)) return fd
      if (fd !== 0) this.own.add(fd)
      made = { fd, child: null, buffer: new RecordBuffer() }
    }
    this.sources.set(key, made)
    return made
  }
  private keep(file: OpenFile): number {
    const fd = this.p.install(file, 3)
    this.own.add(fd)
    return fd
  }
  /** `sh -c line` with some streams replaced; it gets none of our own files. */
  private start(line: string, replaced: ReadonlyMap<number, OpenFile>): Process | Failure {
    const fds = new Map([...this.p.fds].filter(([fd]) => !this.own.has(fd)))
    for (const [fd, file] of replaced) fds.set(fd, file)
    this.p.charge(this.p.machine.costs.fork)
    return this.p.fork(function* (child) {
      const status = yield* exec(child, '/bin/sh', ['sh', '-c', line])
      return failed(status) ? 127 : status
    }, { fds, argv: ['sh', '-c', line] })
  }
  private *ended(child: Process): Run<number> {
    for (;;) {
      const gone = yield* this.p.wait(child)
      if (gone === 'signal') continue
      const exit = child.exit
      return exit === null ? -1 : exit.signal === undefined ? exit.status : 256 + signalNumber(exit.signal)
    }
  }
  *system(line: string): Run<number> {
    yield* this.flush()
    const child = this.start(line, new Map())
    return failed(child) ? -1 : yield* this.ended(child)
  }

  /** -1: nothing of that name is open. */
  *close(name: string): Run<number> {
    let status = -1
    const output = this.outputs.get(name)
    if (output !== undefined) {
      this.outputs.delete(name)
      yield* output.flush()
      status = yield* this.shut(output)
    }
    for (const key of [`file${name}`, `command${name}`]) {
      const source = this.sources.get(key)
      if (source === undefined) continue
      this.sources.delete(key)
      status = yield* this.shut(source)
    }
    return status
  }
  private *shut({ fd, child }: { readonly fd: number; readonly child: Process | null }): Run<number> {
    if (this.own.delete(fd)) this.p.close(fd)
    return child === null ? 0 : yield* this.ended(child)
  }
  *flush(name?: string): Run<number> {
    if (name !== undefined && name !== '/dev/stdout') {
      const output = this.outputs.get(name)
      if (output === undefined) return -1
      yield* output.flush()
      return 0
    }
    yield* this.stdout.flush()
    if (name === undefined) for (const output of this.outputs.values()) yield* output.flush()
    return 0
  }
  /** Everything that is large enough to be written, between two records. */
  *settle(): Run<void> {
    if (this.stdout.due) yield* this.stdout.flush()
    for (const output of this.outputs.values()) if (output.due) yield* output.flush()
  }
  get due(): boolean {
    if (this.stdout.due) return true
    for (const output of this.outputs.values()) if (output.due) return true
    return false
  }
  /** At the end: all is written, commands that we write to are waited for. Answers what could not be written, and why. */
  *closeAll(): Run<{ readonly name: string; readonly failure: Failure }[]> {
    const failures: { name: string; failure: Failure }[] = []
    yield* this.stdout.flush()
    if (this.stdout.failure !== null) failures.push({ name: '/dev/stdout', failure: this.stdout.failure })
    for (const [name, output] of [...this.outputs]) {
      yield* this.close(name)
      if (output.failure !== null) failures.push({ name, failure: output.failure })
    }
    for (const source of this.sources.values()) if (this.own.delete(source.fd)) this.p.close(source.fd)
    return failures
  }
  *read(source: Source): Run<boolean> {
    if (this.stdout.due) yield* this.stdout.flush()
    for (;;) {
      const data = yield* this.p.read(source.fd)
      if (data === E.EINTR) continue
      if (failed(data)) {
        source.buffer.feed('')
        return false
      }
      if (data.length >= 4096) worked(this.p, data.length, 16)
      source.buffer.feed(data)
      this.p.machine.checkHeld(source.buffer.held)
      return true
    }
  }
}
