/**
 * The lines of sed's input files, one after the other, with a look ahead that reads no further than it must; and, with -i, the file that takes the place
 * of the one that is read. Source: sed(1) 4.9.
 */
import { failed } from '../../kernel/errno.ts'
import { makeable, type Process } from '../../kernel/process.ts'
import { regularFile } from '../../kernel/tree.ts'
import type { Run } from '../../kernel/wait.ts'
import { readChunk } from '../io.ts'

export class Input {
  private readonly p: Process
  private readonly files: readonly string[]
  private readonly how: { readonly separate: boolean; readonly inPlace: string | null; readonly nul: boolean }
  private readonly flush: () => Run<boolean>
  private readonly end: string
  private file = -1
  private fd = -1
  private buffer = ''
  private at = 0
  /** Nothing more comes from the file that is open. */
  private drained = true
  number = 0
  name = '-'
  /** The line read last came without a newline, at the end of everything. */
  unfinished = false
  status = 0
  /** With -i: what will be the file. */
  output: { fd: number; text: string; open: boolean } | null = null

  constructor(p: Process, files: readonly string[], how: { readonly separate: boolean; readonly inPlace: string | null; readonly nul: boolean }, flush: () => Run<boolean>) {
    this.p = p
    this.files = files
    this.how = how
    this.flush = flush
    this.end = how.nul ? '\0' : '\n'
  }

  *next(): Run<string | null> {
    while (!(yield* this.fill())) {
      yield* this.close()
      if (!(yield* this.open())) return null
    }
    const to = this.buffer.indexOf(this.end, this.at), line = this.buffer.slice(this.at, to < 0 ? undefined : to)
    this.at = to < 0 ? this.buffer.length : to + 1
    this.unfinished = to < 0
    this.number++
    return line
  }
  /** Whether another line comes: with -s and -i, in this file. */
  *more(): Run<boolean> {
    if (yield* this.fill(true)) return true
    if (this.how.separate) return false
    // The next file that has anything is opened, and the one before is done with.
    while (this.file + 1 < this.files.length) {
      if (!(yield* this.open())) return false
      if (yield* this.fill(true)) return true
    }
    return false
  }
  /** Until a whole line is there (or, with `any`, something); false at the end of the file. */
  private *fill(any = false): Run<boolean> {
    while (this.fd >= 0 && !this.drained && (any ? this.at >= this.buffer.length : this.buffer.indexOf(this.end, this.at) < 0)) {
      if (!(yield* this.flush())) return false
      const data = yield* readChunk(this.p, this.fd, 16)
      if (failed(data)) {
        yield* this.p.err(`sed: read error on ${this.name}: ${data.text}\n`)
        this.status = 4
        this.drained = true
        this.file = this.files.length
      } else if (data === '') this.drained = true
      else {
        this.buffer = this.buffer.slice(this.at) + data
        this.at = 0
        this.p.machine.checkHeld(this.buffer.length)
      }
    }
    return this.at < this.buffer.length
  }
  private *open(): Run<boolean> {
    while (++this.file < this.files.length) {
      const name = this.files[this.file]!
      if (this.how.inPlace !== null) {
        const node = this.p.find(name)
        if (!failed(node) && node.kind !== 'file') {
          yield* this.p.err(`sed: couldn't edit ${name}: not a regular file\n`)
          this.status = 4
          continue
        }
      }
      const fd = name === '-' && this.how.inPlace === null ? 0 : yield* this.p.open(name, { read: true }, 3)
      if (failed(fd)) {
        yield* this.p.err(`sed: can't read ${name}: ${fd.text}\n`)
        this.status = 2
        continue
      }
      if (this.fd > 0) this.p.close(this.fd)
      this.fd = fd
      this.name = name
      this.buffer = ''
      this.at = 0
      this.drained = false
      if (this.how.separate) this.number = 0
      if (this.how.inPlace !== null) this.output = { fd: -1, text: '', open: false }
      return true
    }
    return false
  }
  private *close(): Run<void> {
    if (this.fd < 0) return
    if (this.fd > 0) this.p.close(this.fd)
    this.fd = -1
    if (this.output !== null) yield* this.replace(this.output.text)
    this.output = null
  }
  /** The script ends: with -i, what was not read is gone. */
  *finish(): Run<void> {
    if (this.output !== null) yield* this.close()
  }
  private *replace(text: string): Run<void> {
    const { p, name } = this, place = p.machine.tree.place(name, p.cwd, false)
    if (failed(place) || place.node === undefined) return
    const no = makeable(place.dir) ?? p.machine.account(text.length)
    if (no !== undefined) {
      yield* p.err(`sed: couldn't open temporary file ${name.replace(/[^/]*$/, '') || './'}sedXXXXXX: ${no.text}\n`)
      this.status = 4
      return
    }
    const { suffix, old } = { suffix: this.how.inPlace!, old: place.node }
    const target = p.find(name), mode = failed(target) ? 0o644 : target.mode, base = place.name
    if (suffix !== '') {
      const backup = suffix.includes('*') ? suffix.replaceAll('*', base) : base + suffix, there = backup.includes('/') ? p.machine.tree.place(backup, p.cwd, false) : place
      if (!failed(there)) there.dir.set!(backup.includes('/') ? there.name : backup, old)
    } else if (old.kind === 'file') p.machine.account(-old.content.length)
    const made = regularFile(text, mode, p.machine.unixSeconds())
    place.dir.set!(base, made)
    place.dir.mtime = made.mtime
  }
}
