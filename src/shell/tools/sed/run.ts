/**
 * The cycle of sed: a line into the pattern space, the commands, the line out. Input is read as it comes; whether a line is the last is looked up only
 * when a command asks for it. What is printed is gathered until input is waited for. Source: sed(1) 4.9, POSIX.1-2017 sed, tried.
 */
import { failed, type Failure } from '../../kernel/errno.ts'
import type { Process } from '../../kernel/process.ts'
import type { Run } from '../../kernel/wait.ts'
import type { Regex } from '../../regex/posix.ts'
import { moved } from '../io.ts'
import { Input } from './input.ts'
import type { Address, SedCommand } from './script.ts'
import { substitute } from './substitute.ts'

export interface SedHow { readonly quiet: boolean; readonly separate: boolean; readonly inPlace: string | null; readonly nul: boolean; readonly posix: boolean; readonly width: number; readonly unbuffered: boolean }
/** A file that is written, or standard output; `open`: what was written last has no newline yet. */
interface Sink { fd: number; text: string; open: boolean }
const JUMPS = 100

export class Sed {
  private readonly p: Process
  private readonly commands: readonly SedCommand[]
  private readonly how: SedHow
  private readonly input: Input
  private readonly stdout: Sink = { fd: 1, text: '', open: false }
  private readonly sinks = new Map<string, Sink>()
  private readonly sources = new Map<string, { lines: string[]; at: number }>()
  private readonly end: string
  private pattern = ''
  private hold = ''
  /** The line in the pattern space came without a newline, and so is printed; it goes with the text to the hold space and back. */
  private bare = false
  private holdBare = false
  private lastRegex: Regex | null = null
  /** What is to be printed when the cycle ends: text, files, the next line of a file. */
  private queue: { readonly kind: 'text' | 'file' | 'line'; readonly what: string }[] = []
  private jumps = 0
  private failedWith: string | null = null

  constructor(p: Process, commands: readonly SedCommand[], files: readonly string[], how: SedHow) {
    this.p = p
    this.commands = commands
    this.how = how
    this.end = how.nul ? '\0' : '\n'
    this.input = new Input(p, files, how, () => this.flush())
  }

  *run(): Run {
    const { p } = this
    for (const { name, text, substitution } of this.commands) {
      const file = name === 'w' || name === 'W' ? text : substitution?.file ?? null
      if (file === null || this.sinks.has(file)) continue
      const fd: number | Failure = file === '/dev/stdout' ? 1 : file === '/dev/stderr' ? 2 : yield* p.open(file, { write: true, create: true, truncate: true }, 3)
      if (failed(fd)) {
        yield* p.err(`sed: couldn't open file ${file}: ${fd.text}\n`)
        return 4
      }
      this.sinks.set(file, fd === 1 ? this.stdout : { fd, text: '', open: false })
    }
    let status = 0
    for (let kept = false; kept || (yield* this.next());) {
      const what = yield* this.cycle()
      if (this.failedWith !== null) {
        yield* this.flush()
        yield* p.err(`sed: ${this.failedWith}\n`)
        return 1
      }
      // D goes on with what is left, without reading.
      kept = what === 'again'
      if (typeof what !== 'number') continue
      status = what
      yield* this.input.finish()
      break
    }
    if (!(yield* this.flush())) return 4
    return status === 0 ? this.input.status : status
  }

  // Lines.

  private *next(): Run<boolean> {
    const line = yield* this.input.next()
    if (line === null) return false
    this.pattern = line
    this.bare = this.input.unfinished
    return true
  }
  private sink(): Sink { return this.input.output ?? this.stdout }
  private put(sink: Sink, text: string, end = this.end): void {
    if (sink.open) sink.text += this.end
    sink.text += text + end
    sink.open = end === ''
  }
  /** A line of the input, without a newline at the very end if it came without. */
  private line(sink: Sink, text: string): void { this.put(sink, text, this.bare ? '' : this.end) }
  private *flush(): Run<boolean> {
    for (const sink of new Set([this.stdout, ...this.sinks.values()])) {
      if (sink.text === '') continue
      const { text } = sink
      sink.text = ''
      const no = yield* this.p.write(sink.fd, text)
      yield* moved(this.p, text.length)
      if (no !== undefined) {
        if (!this.p.dead) yield* this.p.err(`sed: couldn't flush ${sink.fd === 1 ? 'stdout' : '<unknown>'}: ${no.text}\n`)
        return false
      }
    }
    return true
  }
  /** The end of a cycle: the pattern space, then what was appended. */
  private *finish(print: boolean): Run<void> {
    if (print && !this.how.quiet) this.line(this.sink(), this.pattern)
    for (const { kind, what } of this.queue) {
      const sink = this.sink()
      if (sink.open) {
        sink.text += this.end
        sink.open = false
      }
      if (kind === 'text') this.put(this.sink(), what, '')
      else if (kind === 'line') {
        let source = this.sources.get(what)
        if (source === undefined) {
          const text = yield* this.p.readFile(what)
          this.sources.set(what, source = { lines: failed(text) || text === '' ? [] : text.replace(/\n$/, '').split('\n'), at: 0 })
        }
        if (source.at < source.lines.length) this.put(this.sink(), source.lines[source.at++]!)
      } else {
        const text: string | Failure = what === '/dev/stdin' ? yield* this.p.readAll(0) : yield* this.p.readFile(what)
        if (!failed(text) && text !== '') this.put(this.sink(), text, '')
      }
      // It ends as it ends: only a line of the input may lack its newline.
      this.sink().open = false
    }
    this.queue = []
    if (this.how.unbuffered) yield* this.flush()
  }

  // Addresses.

  private regex(own: Regex | null): Regex | null {
    if (own !== null) return this.lastRegex = own
    if (this.lastRegex === null) this.failedWith = '-e expression #1, char 0: no previous regular expression'
    return this.lastRegex
  }
  private *hits(address: Address): Run<boolean> {
    switch (address.kind) {
      case 'line': return this.input.number === address.line
      case 'step': return this.input.number >= address.first && (this.input.number - address.first) % address.step === 0
      case 'last': return !(yield* this.input.more())
      case 'regex': return this.regex(address.regex)?.test(this.pattern) === true
      default: return false
    }
  }
  private *selected(command: SedCommand): Run<boolean> {
    const { from, to } = command, { number } = this.input
    if (from === null) return true
    if (to === null) return yield* this.hits(from)
    if (command.until < 0) {
      if (from.kind === 'line' && from.line === 0 && number === 1) command.until = Infinity
      else {
        if (!(yield* this.hits(from))) return false
        const end = to.kind === 'line' ? to.line : to.kind === 'more' ? number + to.count : to.kind === 'multiple' ? to.count === 0 ? number : (Math.floor(number / to.count) + 1) * to.count : Infinity
        if (end > number && !(to.kind === 'last' && !(yield* this.input.more()))) command.until = end
        return true
      }
    }
    if (to.kind === 'regex' || to.kind === 'last' || to.kind === 'step') {
      if (yield* this.hits(to)) command.until = -1
      return true
    }
    const inside = number <= command.until
    if (number >= command.until) command.until = -1
    return inside
  }

  // Commands.

  /** 'next': the cycle is over; 'again': D; a number: it ends with this status. */
  private *cycle(): Run<'next' | 'again' | number> {
    const { commands } = this
    let replaced = false
    for (let at = 0; at < commands.length; at++) {
      const command = commands[at]!
      if (command.from !== null || command.negated) {
        const selected = yield* this.selected(command)
        if (this.failedWith !== null) return 'next'
        if (selected === command.negated) {
          if (command.name === '{') at = command.target - 1
          continue
        }
      }
      switch (command.name) {
        case '{': case ':': case '}': break
        case '=': this.put(this.sink(), String(this.input.number), '\n'); break
        case 'a': this.queue.push({ kind: 'text', what: command.text }); break
        case 'i': this.put(this.sink(), command.text, ''); this.sink().open = false; break
        case 'c':
          if (command.to === null || command.negated || command.until < 0) { this.put(this.sink(), command.text, ''); this.sink().open = false }
          yield* this.finish(false)
          return 'next'
        case 'b': case 't': case 'T':
          if (command.name === 't' ? !replaced : command.name === 'T' && replaced) { if (command.name === 'T') replaced = false; break }
          if (command.name === 't') replaced = false
          if (command.target <= at) yield* this.jumped()
          at = command.target - 1
          break
        case 'd': yield* this.finish(false); return 'next'
        case 'D': {
          const newline = this.pattern.indexOf(this.end)
          yield* this.finish(false)
          if (newline < 0) return 'next'
          this.pattern = this.pattern.slice(newline + 1)
          yield* this.jumped()
          return 'again'
        }
        case 'F': this.put(this.sink(), this.input.name, '\n'); break
        case 'g': this.pattern = this.hold; this.bare = this.holdBare; break
        case 'G': this.pattern += this.end + this.hold; this.bare = this.holdBare; break
        case 'h': this.hold = this.pattern; this.holdBare = this.bare; break
        case 'H': this.hold += this.end + this.pattern; this.holdBare = this.bare; this.p.machine.checkHeld(this.hold.length); break
        case 'x':
          [this.pattern, this.hold, this.bare, this.holdBare] = [this.hold, this.pattern, this.holdBare, this.bare]
          break
        case 'l': this.put(this.sink(), visible(this.pattern, command.number < 0 ? this.how.width : command.number), '\n'); break
        case 'n':
          if (!(yield* this.input.more())) {
            yield* this.finish(!this.how.posix)
            return 0
          }
          yield* this.finish(true)
          yield* this.next()
          break
        case 'N': {
          const before = this.pattern
          if (!(yield* this.input.more())) {
            yield* this.finish(!this.how.posix)
            return 0
          }
          const { queue } = this
          if (queue.length > 0) yield* this.finish(false)
          yield* this.next()
          this.pattern = before + this.end + this.pattern
          this.p.machine.checkHeld(this.pattern.length)
          break
        }
        case 'p': this.line(this.sink(), this.pattern); break
        case 'P': {
          const newline = this.pattern.indexOf(this.end)
          if (newline < 0) this.line(this.sink(), this.pattern)
          else this.put(this.sink(), this.pattern.slice(0, newline))
          break
        }
        case 'q': yield* this.finish(true); return Math.max(0, command.number) & 255
        case 'Q': return Math.max(0, command.number) & 255
        case 'r': this.queue.push({ kind: 'file', what: command.text }); break
        case 'R': this.queue.push({ kind: 'line', what: command.text }); break
        case 's': {
          const sub = command.substitution!, regex = this.regex(sub.regex)
          if (regex === null) return 'next'
          const text = substitute(this.pattern, sub, regex)
          if (text === null) break
          this.pattern = text
          this.p.machine.checkHeld(text.length)
          replaced = true
          if (sub.print) this.line(this.sink(), text)
          if (sub.file !== null) this.line(this.fileSink(sub.file), text)
          break
        }
        case 'w': this.line(this.fileSink(command.text), this.pattern); break
        case 'W': this.put(this.fileSink(command.text), this.pattern.split(this.end, 1)[0]!); break
        case 'y': {
          const map = command.map!
          let text = ''
          for (let i = 0; i < this.pattern.length; i++) text += String.fromCharCode(map[this.pattern.charCodeAt(i)]!)
          this.pattern = text
          break
        }
        case 'z': this.pattern = ''
      }
    }
    yield* this.finish(true)
    return 'next'
  }
  private fileSink(file: string): Sink { return file === '/dev/stdout' ? this.sink() : this.sinks.get(file)! }
  /** A script that only branches uses time, and its session's budget. */
  private *jumped(): Run<void> {
    if (++this.jumps % JUMPS !== 0) return
    this.p.machine.countStatement(this.p, this.p.scriptLine ?? 0)
    this.p.charge(20)
    yield* this.p.settle()
  }
}

const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' }
/** The command l: unambiguous, folded. */
function visible(text: string, width: number): string {
  let result = '', column = 0
  for (const c of text) {
    const code = c.charCodeAt(0), shown = NAMED[c] ?? (code < 32 || code > 126 ? `\\${code.toString(8).padStart(3, '0')}` : c)
    if (width > 0 && column + shown.length > width - 1) {
      result += '\\\n'
      column = 0
    }
    result += shown
    column += shown.length
  }
  return `${result}$`
}
