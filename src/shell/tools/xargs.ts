/**
 * xargs: words of the input as arguments of a command. Quotes and backslashes count unless -0 or -d; -I takes whole lines. Source: GNU findutils 4.9.
 */
import { defineCommand } from '../kernel/command.ts'
import { failed, type Failure } from '../kernel/errno.ts'
import type { Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { launch } from './child.ts'
import { complain, misused, quote, quoteIfOdd, readChunk } from './io.ts'
import { options } from './options.ts'

const LONG = { null: '0', 'arg-file': 'a:', delimiter: 'd:', eof: 'E::', replace: 'i::', 'max-lines': 'l::', 'max-args': 'n:', 'max-procs': 'P:', interactive: 'p', 'no-run-if-empty': 'r', 'max-chars': 's:', verbose: 't', exit: 'x', 'show-limits': 'limits', 'open-tty': 'o', 'process-slot-var': 'slot:' }

export const XARGS = [defineCommand({
  name: 'xargs',
  *run(p) {
    const o = yield* options(p, { short: '+0a:d:e::E:i::I:l::L:n:P:prs:tx', long: LONG }, { from: 'GNU findutils', version: '4.9.0', usage: '[OPTION]... COMMAND [INITIAL-ARGS]...' })
    if (typeof o === 'number') return o
    for (const key of ['n', 'L', 'P', 's'] as const) {
      const value = o.get(key)
      if (value === undefined || /^\d+$/.test(value) && (key === 'P' || Number(value) > 0)) continue
      yield* misused(p, /^-?\d+$/.test(value) ? `value ${value} for -${key} option should be >= ${key === 'P' ? 0 : 1}` : `invalid number "${value}" for -${key} option`)
      return 1
    }
    if (o.has('p')) {
      yield* complain(p, 'hotspare: xargs option -p is not modelled')
      return 1
    }
    const command = o.operands.length === 0 ? ['echo'] : o.operands, last = o.lastOf('I', 'i', 'L', 'l', 'n'), way = last === 'n' && o.get('n') === '1' && o.has('I') ? 'i' : last
    if (o.has('n') && way === 'I') yield* complain(p, 'warning: options --max-args and --replace/-I/-i are mutually exclusive, ignoring previous --max-args value')
    const replace = way === 'I' || way === 'i' ? o.get('I') ?? (o.get('i') || '{}') : null
    const lines = way === 'L' || way === 'l' ? Number(o.get('L') ?? (o.get('l') || 1)) : Infinity, most = way === 'n' ? Number(o.get('n')) : Infinity
    const delimiter = o.has('0') ? '\0' : o.has('d') ? delimiterOf(o.get('d')!) : null
    let fd: number | Failure = 0
    if (o.has('a')) {
      fd = yield* p.open(o.get('a')!, { read: true }, 3)
      if (failed(fd)) {
        yield* complain(p, `Cannot open input file ${quote(o.get('a')!)}: ${fd.text}`)
        return 1
      }
    } else {
      // Commands do not eat what xargs has yet to read.
      const input = p.fds.get(0), nothing = yield* p.openFile('/dev/null', { read: true })
      if (input !== undefined && !failed(nothing)) {
        fd = p.install(input, 3)
        p.closeOnExec.add(fd)
        p.put(0, nothing)
      }
    }
    const crew = new Crew(p, Number(o.get('P') ?? 1) || 1000, o.has('t'))
    const room = Math.min(Number(o.get('s') ?? 131_072), 131_072) - 1 - command.reduce((sum, word) => sum + word.length + 1, 0)
    let batch: string[] = [], used = 0, inLines = 0, ran = false
    const go = function* (): Run<boolean> {
      ran = true
      const argv = [...command, ...batch]
      batch = []
      used = inLines = 0
      return yield* crew.start(argv)
    }
    const items = new Items(delimiter, replace !== null, o.get('E') || (o.get('e') || null))
    for (let done = false; !done;) {
      const data = yield* readChunk(p, fd, 32)
      if (failed(data)) {
        yield* complain(p, `read error: ${data.text}`)
        break
      }
      done = data === ''
      for (const item of items.take(data)) {
        if (item.end) {
          if (batch.length > 0 && ++inLines >= lines && !(yield* go())) return yield* crew.end()
          continue
        }
        if (replace !== null) {
          ran = true
          if (!(yield* crew.start(command.map((word, i) => i === 0 && !word.includes(replace) ? word : word.replaceAll(replace, () => item.text))))) return yield* crew.end()
          continue
        }
        if (used + item.text.length + 1 > room && batch.length > 0 && !(yield* go())) return yield* crew.end()
        if (item.text.length + 1 > room) {
          yield* complain(p, 'argument line too long')
          crew.status ||= 1
          return yield* crew.end()
        }
        batch.push(item.text)
        used += item.text.length + 1
        if (batch.length >= most && !(yield* go())) return yield* crew.end()
      }
      if (items.problem !== null) {
        yield* complain(p, items.problem)
        crew.status = 1
        if (batch.length > 0) yield* go()
        return yield* crew.end()
      }
      if (items.ended) done = true
    }
    if ((batch.length > 0 || (!ran && !o.has('r') && replace === null)) && !(yield* go())) return yield* crew.end()
    return yield* crew.end()
  },
})]

/** The commands that run, and what became of those that have. */
class Crew {
  status = 0
  private readonly p: Process
  private readonly most: number
  private readonly tells: boolean
  private readonly at = new Map<Process, string>()
  constructor(p: Process, most: number, tells: boolean) {
    this.p = p
    this.most = most
    this.tells = tells
  }
  /** False: no more are to be started. */
  *start(argv: readonly string[]): Run<boolean> {
    while (this.at.size >= this.most) if (!(yield* this.one())) return false
    if (this.tells) yield* this.p.err(`${argv.map(word => quoteIfOdd(word)).join(' ')}\n`)
    const child = launch(this.p, argv, no => `${argv[0]}: ${no.text}`)
    if (failed(child)) {
      yield* complain(this.p, `cannot fork: ${child.text}`)
      this.status = 1
      return false
    }
    this.at.set(child, argv[0]!)
    return this.most > 1 || (yield* this.one())
  }
  private *one(): Run<boolean> {
    const { p } = this, child = yield* p.wait(null)
    if (child === 'signal' || child === null) return child !== null
    const name = this.at.get(child)
    this.at.delete(child)
    const { status, signal } = child.exit!
    if (signal !== undefined) {
      yield* complain(p, `${name}: terminated by signal ${status - 128}`)
      this.status = 125
      return false
    }
    if (status === 255) {
      yield* complain(p, `${name}: exited with status 255; aborting`)
      this.status = 124
      return false
    }
    if (status === 126 || status === 127) {
      this.status = status
      return false
    }
    if (status !== 0) this.status = 123
    return true
  }
  *end(): Run {
    while (this.at.size > 0) yield* this.one()
    return this.status
  }
}

interface Item { readonly text: string; /** The end of a line, for -L. */ readonly end?: boolean }
/** Cuts the input into words as it comes. */
class Items {
  problem: string | null = null
  ended = false
  private readonly delimiter: string | null
  private readonly whole: boolean
  private readonly last: string | null
  private rest = ''
  constructor(delimiter: string | null, whole: boolean, last: string | null) {
    this.delimiter = delimiter
    this.whole = whole
    this.last = last
  }
  /** '' at the end of the input. */
  *take(data: string): Generator<Item, void> {
    const over = data === ''
    if (this.delimiter !== null) {
      const parts = (this.rest + data).split(this.delimiter)
      this.rest = parts.pop()!
      for (const text of parts) { yield { text }; yield { text: '', end: true } }
      if (over && this.rest !== '') yield { text: this.rest }
      return
    }
    // Whole lines at a time: a quote may not go over the end of one, a backslash may.
    let text = this.rest + data
    if (!over) {
      const cut = text.lastIndexOf('\n')
      this.rest = text.slice(cut + 1)
      text = text.slice(0, cut + 1)
    }
    for (let i = 0; i < text.length && !this.ended;) {
      let word = '', begun = false, blankEnd = false
      while (i < text.length && (text[i] === ' ' || text[i] === '\t')) i++
      for (; i < text.length; i++) {
        const char = text[i]!
        if (char === '\n' || (!this.whole && (char === ' ' || char === '\t'))) { blankEnd = char !== '\n'; break }
        begun = true
        if (char === '\\' && i + 1 < text.length) word += text[++i]!
        else if (char === '"' || char === "'") {
          const close = text.indexOf(char, i + 1), nl = text.indexOf('\n', i + 1)
          if (close < 0 || (nl >= 0 && nl < close)) {
            this.problem = `unmatched ${char === '"' ? 'double' : 'single'} quote; by default quotes are special to xargs unless you use the -0 option`
            return
          }
          word += text.slice(i + 1, close)
          i = close
        } else word += char
      }
      if (begun) {
        if (word === this.last) {
          this.ended = true
          return
        }
        yield { text: word }
      }
      if (text[i] === '\n' && !(blankEnd && begun)) {
        i++
        // A blank before the end of a line joins the next one to it.
        if (text[i - 2] !== ' ' && text[i - 2] !== '\t') yield { text: '', end: true }
      }
    }
  }
}
function delimiterOf(text: string): string {
  const [, octal, hex, letter] = /^\\(?:(0?[0-7]{1,3})|x([\da-fA-F]{1,2})|(.))$/s.exec(text) ?? []
  if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 255)
  if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16))
  if (letter !== undefined) return ({ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' } as Readonly<Record<string, string>>)[letter] ?? letter
  return text[0] ?? '\0'
}
