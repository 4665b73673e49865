/**
 * Open files: what stands behind a file descriptor. Descriptors that were inherited or duplicated share one, and with it the offset: a `read` in a
 * loop takes the next line of what the next command would read. Source: open(2).
 */
import { failed, E, type Failure } from './errno.ts'
import type { Pipe } from './pipe.ts'
import type { BlockDevice, Caller, Device, DynFile, Node, RegularFile } from './tree.ts'
import { Runaway, type Run, type Wait } from './wait.ts'

/** A read or write that cannot be done at once answers with what to wait for, or with a generator that does it. */
export type Soon<T> = T | Failure | Wait | Run<T | Failure>

export interface OpenFile {
  /** The node of the tree, null for what has none: an anonymous pipe, the terminal of whoever started the script. */
  readonly node: Node | null
  readonly readable: boolean
  readonly writable: boolean
  offset: number
  /** How many descriptors share it. */
  refs: number
  /** As /proc/PID/fd would show it. */
  readonly name: string
  readonly tty: boolean
  /** '' at the end. */
  read(max: number, p: Caller): Soon<string>
  /** How many bytes were taken. */
  write(bytes: string, p: Caller): Soon<number>
  /** The last descriptor is gone. */
  close(p: Caller): void
}
export interface Mode { readonly readable: boolean; readonly writable: boolean; readonly append?: boolean }

/** Fields are declared only and set in the constructor: V8 defines fields of a base of many classes several times slower than it sets them. */
abstract class Base implements OpenFile {
  declare offset: number
  declare refs: number
  declare readonly node: Node | null
  declare readonly readable: boolean
  declare readonly writable: boolean
  declare readonly name: string
  declare readonly tty: boolean
  constructor(node: Node | null, mode: Mode, name: string, tty = false) {
    this.offset = this.refs = 0
    this.tty = tty
    this.node = node
    this.readable = mode.readable
    this.writable = mode.writable
    this.name = name
  }
  read(_max: number, _p: Caller): Soon<string> { return E.EBADF }
  write(_bytes: string, _p: Caller): Soon<number> { return E.EBADF }
  close(_p: Caller): void {}
}

export class RegularOpen extends Base {
  private readonly file: RegularFile
  private readonly append: boolean
  constructor(file: RegularFile, mode: Mode, name: string) {
    super(file, mode, name)
    this.file = file
    this.append = mode.append === true
  }
  override read(max: number): string | Failure {
    if (!this.readable) return E.EBADF
    const data = this.file.content.slice(this.offset, this.offset + max)
    this.offset += data.length
    return data
  }
  override write(bytes: string, p: Caller): number | Failure {
    if (!this.writable) return E.EBADF
    const { file } = this, { content } = file
    if (this.append) this.offset = content.length
    const no = p.machine.account(Math.max(0, this.offset + bytes.length - content.length))
    if (no !== undefined) return no
    file.content = this.offset === content.length ? content + bytes
      : this.offset > content.length ? content + '\0'.repeat(this.offset - content.length) + bytes
        : content.slice(0, this.offset) + bytes + content.slice(this.offset + bytes.length)
    this.offset += bytes.length
    file.mtime = p.machine.unixSeconds()
    return bytes.length
  }
}

/** The content is taken at open; each write is one action. */
export class DynOpen extends Base {
  private content: string | null = null
  private readonly file: DynFile
  constructor(file: DynFile, mode: Mode, name: string) {
    super(file, mode, name)
    this.file = file
  }
  override read(max: number, p: Caller): string | Failure {
    if (!this.readable || this.file.read === undefined) return this.readable ? E.EIO : E.EBADF
    if (this.content === null || this.offset === 0) {
      const text = this.file.read(p)
      if (failed(text)) return text
      this.content = text
    }
    const data = this.content.slice(this.offset, this.offset + max)
    this.offset += data.length
    return data
  }
  override write(bytes: string, p: Caller): Soon<number> {
    if (!this.writable || this.file.write === undefined) return this.writable ? E.EIO : E.EBADF
    const answer = this.file.write(bytes, p)
    if (answer === undefined) return bytes.length
    if (failed(answer)) return answer
    return (function* (): Run<number | Failure> { return (yield* answer) ?? bytes.length })()
  }
}

export class BlockOpen extends Base {
  private readonly device: BlockDevice
  constructor(node: Device, mode: Mode, name: string) {
    super(node, mode, name)
    this.device = node.block!
  }
  override read(max: number, p: Caller): Soon<string> {
    if (!this.readable) return E.EBADF
    const at = this.offset, length = Math.min(max, this.device.size() - at)
    if (length <= 0) return ''
    const answer = this.device.read(at, length, p)
    if (typeof answer === 'string') { this.offset = at + answer.length; return answer }
    if (failed(answer)) return answer
    const self = this
    return (function* (): Run<string | Failure> {
      const data = yield* answer
      if (typeof data === 'string') self.offset = at + data.length
      return data
    })()
  }
  override write(bytes: string, p: Caller): Soon<number> {
    if (!this.writable) return E.EBADF
    const at = this.offset, room = this.device.size() - at
    if (room <= 0) return bytes.length === 0 ? 0 : E.ENOSPC
    const part = bytes.length > room ? bytes.slice(0, room) : bytes
    const answer = this.device.write(at, part, p)
    if (answer === undefined) { this.offset = at + part.length; return part.length }
    if (failed(answer)) return answer
    const self = this
    return (function* (): Run<number | Failure> {
      const no = yield* answer
      if (no !== undefined) return no
      self.offset = at + part.length
      return part.length
    })()
  }
  override close(p: Caller): void { this.device.close?.(p, this.writable) }
}

export class CharOpen extends Base {
  private readonly device: Device
  constructor(node: Device, mode: Mode, name: string) {
    super(node, mode, name)
    this.device = node
  }
  override read(max: number, p: Caller): Soon<string> {
    return this.readable ? this.device.char!.read?.(p, max) ?? '' : E.EBADF
  }
  override write(bytes: string, p: Caller): Soon<number> {
    return this.writable ? this.device.char!.write?.(bytes, p) ?? bytes.length : E.EBADF
  }
}

export class PipeOpen extends Base {
  readonly pipe: Pipe
  constructor(pipe: Pipe, mode: Mode, name: string, node: Node | null = null) {
    super(node, mode, name)
    this.pipe = pipe
    pipe.open(mode.readable, mode.writable)
  }
  override read(max: number): Soon<string> { return this.readable ? this.pipe.read(max) : E.EBADF }
  override write(bytes: string, p: Caller): Soon<number> {
    if (!this.writable) return E.EBADF
    const taken = this.pipe.write(bytes)
    if (taken === E.EPIPE) p.raise('PIPE')
    return taken
  }
  override close(): void { this.pipe.close(this.readable, this.writable) }
}

/** Where a script's output goes when nobody redirects it, and where its input comes from: whoever started it. */
export class SessionFile extends Base {
  private readonly taken: ((bytes: string, p: Caller) => void) | null
  /** What it reads, '' once it is used up; a Wait while somebody may yet type. */
  private readonly source: ((max: number, p: Caller) => string | Wait) | null
  private printed = 0
  constructor(ends: { write?: (bytes: string, p: Caller) => void; read?: (max: number, p: Caller) => string | Wait; tty?: boolean; name?: string }) {
    super(null, { readable: ends.read !== undefined, writable: ends.write !== undefined }, ends.name ?? (ends.tty ? '/dev/pts/0' : 'pipe:[session]'), ends.tty === true)
    this.taken = ends.write ?? null
    this.source = ends.read ?? null
  }
  override read(max: number, p: Caller): Soon<string> { return this.source === null ? E.EBADF : this.source(max, p) }
  override write(bytes: string, p: Caller): Soon<number> {
    if (this.taken === null) return E.EBADF
    this.printed += bytes.length
    if (this.printed > p.machine.limits.output) throw new Runaway(`more than ${p.machine.limits.output >> 20} MiB printed`)
    this.taken(bytes, p)
    return bytes.length
  }
}
