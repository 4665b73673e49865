/**
 * A sed script as a list of commands: addresses, arguments, blocks and labels resolved to places in the list. Complaints name the place as GNU sed does:
 * `-e expression #1, char 8: …`, `file f line 2: …`. Source: sed(1) 4.9, POSIX.1-2017 sed, tried.
 */
import { compile, RegexError, type Regex } from '../../regex/posix.ts'

export type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  | { readonly kind: 'last' }
  /** null: the expression used last. */
  | { readonly kind: 'regex'; readonly regex: Regex | null }
  /** Only as an end: so many lines more; to the next multiple. */
  | { readonly kind: 'more' | 'multiple'; readonly count: number }
/** What a replacement is made of: text, a group (0: the whole), a change of case. */
export type Part = { readonly text: string } | { readonly group: number } | { readonly fold: 'L' | 'U' | 'l' | 'u' | 'E' }
export interface Substitution {
  readonly regex: Regex | null
  readonly parts: readonly Part[]
  readonly global: boolean
  readonly print: boolean
  readonly number: number
  readonly file: string | null
}
export interface SedCommand {
  readonly name: string
  readonly from: Address | null
  readonly to: Address | null
  readonly negated: boolean
  /** Text of a i c, a file, a label. */
  readonly text: string
  /** -1: none was given. */
  readonly number: number
  readonly substitution: Substitution | null
  readonly map: Uint8Array | null
  /** Where a block ends, where a branch leads. */
  target: number
  /** Of a range: the line where it ends; -1: not inside; Infinity: until its expression matches. */
  until: number
}
export interface SedScript { readonly commands: readonly SedCommand[]; readonly quiet: boolean }
/** A part of the script: of -e or of -f. */
export interface Chunk { readonly text: string; readonly file: string | null }
/** Thrown inside the parser, caught by parseSed. */
export class SedError {
  readonly text: string
  readonly status: number
  constructor(text: string, status = 1) {
    this.text = text
    this.status = status
  }
}

export function parseSed(chunks: readonly Chunk[], how: { extended: boolean; nul: boolean }): SedScript | SedError {
  try {
    return new Parser(chunks, how).all()
  } catch (error) {
    if (error instanceof SedError) return error
    throw error
  }
}

const DIGIT = /\d/

class Parser {
  private readonly chunks: readonly Chunk[]
  private readonly extended: boolean
  private readonly nul: boolean
  private chunk = 0
  private at = 0
  private text: string
  private readonly commands: SedCommand[] = []
  private readonly open: SedCommand[] = []

  constructor(chunks: readonly Chunk[], { extended, nul }: { extended: boolean; nul: boolean }) {
    this.chunks = chunks
    this.extended = extended
    this.nul = nul
    this.text = chunks[0]?.text ?? ''
  }
  all(): SedScript {
    const quiet = /^#n(\n|$)/.test(this.text)
    for (; this.chunk < this.chunks.length; this.chunk++) {
      this.text = this.chunks[this.chunk]!.text
      this.at = 0
      for (let more = true; more;) more = this.command()
    }
    this.chunk--
    if (this.open.length > 0) this.fail('unmatched `{\'', 0)
    const labels = new Map<string, number>()
    this.commands.forEach(({ name, text }, i) => { if (name === ':') labels.set(text, i) })
    for (const command of this.commands) if ('btT'.includes(command.name)) {
      if (command.text !== '' && !labels.has(command.text)) throw new SedError(`can't find label for jump to \`${command.text}'`, 4)
      command.target = command.text === '' ? this.commands.length : labels.get(command.text)!
    }
    return { commands: this.commands, quiet }
  }
  private fail(text: string, at = this.at): never {
    const { file } = this.chunks[Math.min(this.chunk, this.chunks.length - 1)]!
    const number = this.chunks.slice(0, this.chunk + 1).filter(each => each.file === null).length
    throw new SedError(file === null ? `-e expression #${number}, char ${at}: ${text}` : `file ${file} line ${at === 0 ? 0 : this.text.slice(0, this.at).split('\n').length}: ${text}`)
  }

  // Reading.

  private c(): string { return this.text[this.at] ?? '' }
  private blanks(): void { while (this.c() !== '' && ' \t\r\f\v'.includes(this.c())) this.at++ }
  private number(): number {
    let digits = ''
    while (DIGIT.test(this.c())) digits += this.text[this.at++]!
    return digits === '' ? -1 : Number(digits)
  }
  /** After a command: a line's end, `;`, a comment, `}`. */
  private endOfCommand(): void {
    this.blanks()
    if (this.c() === ';' || this.c() === '\n') this.at++
    else if (this.c() !== '' && this.c() !== '}' && this.c() !== '#') {
      this.at++
      this.fail('extra characters after command')
    }
  }
  /** Up to a delimiter that has no backslash before it; null if there is none. */
  private delimited(delimiter: string, regex: boolean): string | null {
    let text = ''
    for (; this.c() !== ''; this.at++) {
      const c = this.c()
      if (c === delimiter) {
        this.at++
        return text
      }
      if (c === '\n' && regex) return null
      if (c === '[' && regex) {
        const end = endOfBracket(this.text, this.at)
        if (end < 0) {
          this.at = this.text.length
          return null
        }
        text += this.text.slice(this.at, end).replaceAll(`\\${delimiter}`, delimiter).replaceAll('\\n', '\n')
        this.at = end - 1
        continue
      }
      if (c !== '\\') { text += c; continue }
      const d = this.text[++this.at]
      if (d === undefined) return null
      if (d === delimiter && (regex || d !== '&')) text += d
      else if (d === 'n' && regex) text += '\n'
      else text += d === '\n' ? regex ? d : '\\\n' : `\\${d}`
    }
    return null
  }

  private command(): boolean {
    while (this.c() !== '' && /[\s;]/.test(this.c())) this.at++
    if (this.c() === '') return false
    if (this.c() === '#') {
      while (this.c() !== '' && this.c() !== '\n') this.at++
      return true
    }
    const from = this.address(true)
    let to: Address | null = null
    if (from !== null) {
      this.blanks()
      if (this.c() === ',') {
        this.at++
        this.blanks()
        to = this.address(false)
        if (to === null) { this.at = Math.min(this.at + (this.c() === '' ? 0 : 1), this.text.length); this.fail('unexpected `,\'') }
      }
    }
    if (from?.kind === 'line' && from.line === 0 && to?.kind !== 'regex') { this.at++; this.fail('invalid usage of line address 0') }
    let negated = false
    for (this.blanks(); this.c() === '!'; this.blanks()) {
      this.at++
      if (negated) this.fail('multiple `!\'s')
      negated = true
    }
    const name = this.c()
    if (name === '' || name === '\n') this.fail('missing command')
    this.at++
    const add = (more: Partial<SedCommand> = {}): SedCommand => {
      const command: SedCommand = { name, from, to, negated, text: '', number: -1, substitution: null, map: null, target: -1, until: -1, ...more }
      this.commands.push(command)
      return command
    }
    switch (name) {
      case '{': this.open.push(add()); return true
      case '}': {
        const open = this.open.pop()
        if (open === undefined) this.fail('unexpected `}\'')
        if (from !== null) this.fail('} doesn\'t want any addresses')
        open.target = this.commands.length
        break
      }
      case ':': {
        if (from !== null) this.fail(': doesn\'t want any addresses')
        this.blanks()
        const label = this.label(/[\s;]/)
        if (label === '') this.fail('":" lacks a label')
        add({ text: label })
        return true
      }
      case 'b': case 't': case 'T': this.blanks(); add({ text: this.label(/[\s;}]/) }); return true
      case 'a': case 'i': case 'c': add({ text: this.textOf() }); return true
      case 'r': case 'R': case 'w': case 'W': {
        this.blanks()
        add({ text: this.fileName() })
        return true
      }
      case 'e': throw new SedError('hotspare: the command e is not modelled')
      case 's': add({ substitution: this.substitution() }); break
      case 'y': add({ map: this.mapping() }); break
      case '=': case 'd': case 'D': case 'F': case 'g': case 'G': case 'h': case 'H': case 'n': case 'N': case 'p': case 'P': case 'x': case 'z': add(); break
      case 'q': case 'Q': case 'l': case 'L': {
        if (to !== null && name !== 'l' && name !== 'L') this.fail('command only uses one address')
        if (name === 'L') this.fail('unknown command: `L\'')
        this.blanks()
        add({ number: this.number() })
        break
      }
      case 'v': while (this.c() !== '' && !/[\n;]/.test(this.c())) this.at++
        break
      default: this.fail(`unknown command: \`${name}'`)
    }
    this.endOfCommand()
    return true
  }

  private address(first: boolean): Address | null {
    const c = this.c()
    if (DIGIT.test(c)) {
      const line = this.number()
      this.blanks()
      if (this.c() !== '~' || !first) return { kind: 'line', line }
      this.at++
      const step = Math.max(0, this.number())
      return step === 0 ? { kind: 'line', line } : { kind: 'step', first: line, step }
    }
    if (c === '$') {
      this.at++
      return { kind: 'last' }
    }
    if (c === '+' || c === '~') {
      this.at++
      const count = this.number()
      if (first) this.fail('invalid usage of +N or ~N as first address')
      return { kind: c === '+' ? 'more' : 'multiple', count: Math.max(0, count) }
    }
    if (c !== '/' && c !== '\\') return null
    this.at++
    const delimiter = c === '/' ? c : this.text[this.at++] ?? ''
    const pattern = delimiter === '' ? null : this.delimited(delimiter, true)
    if (pattern === null) this.fail('unterminated address regex')
    let icase = false, newline = false
    for (;; this.at++) {
      if (this.c() === 'I') icase = true
      else if (this.c() === 'M') newline = true
      else break
    }
    return { kind: 'regex', regex: this.regex(pattern, icase, newline) }
  }
  private regex(pattern: string, icase: boolean, newline: boolean): Regex | null {
    if (pattern === '') return null
    const regex = compile(escapes(pattern, false), { extended: this.extended, icase, newline: newline && !this.nul, dialect: 'sed' })
    if (regex instanceof RegexError) this.fail(regex.error)
    if (/^\[:\w+:\]$/.test(pattern)) throw new SedError('character class syntax is [[:space:]], not [:space:]', 4)
    return regex
  }
  private label(end: RegExp): string {
    let label = ''
    while (this.c() !== '' && !end.test(this.c())) label += this.text[this.at++]!
    return label
  }
  private fileName(): string {
    const end = this.text.indexOf('\n', this.at), name = this.text.slice(this.at, end < 0 ? undefined : end)
    if (name === '') this.fail('missing filename in r/R/w/W commands')
    this.at += name.length
    return name
  }
  /** The text of a, i, c: after a backslash and a newline, or on the same line; a backslash keeps a newline or blanks at the start. */
  private textOf(): string {
    this.blanks()
    if (this.c() === '') this.fail('expected \\ after `a\', `c\' or `i\'')
    if (this.c() === '\\') {
      this.at++
      const kept = this.at
      this.blanks()
      if (this.c() === '\n') this.at++
      else if (this.c() === '' && this.chunk + 1 < this.chunks.length) {
        this.text = this.chunks[++this.chunk]!.text
        this.at = 0
      } else this.at = kept
      if (this.c() === '') return ''
    }
    let raw = ''
    for (; this.c() !== '' && this.c() !== '\n'; this.at++) {
      raw += this.c()
      if (this.c() === '\\' && this.at + 1 < this.text.length) raw += this.text[++this.at]!
    }
    return `${escapes(raw, true).replace(/\\([^])/g, '$1').replace(/\\$/, '')}\n`
  }

  private substitution(): Substitution {
    const delimiter = this.text[this.at++] ?? ''
    if (delimiter === '') { this.at--; this.fail('unterminated `s\' command') }
    const pattern = this.delimited(delimiter, true), replacement = pattern === null ? null : this.delimited(delimiter, false)
    if (pattern === null || replacement === null) this.fail('unterminated `s\' command')
    let global = false, print = false, icase = false, newline = false, number = 0, file: string | null = null
    for (let more = true; more;) {
      const c = this.c()
      switch (c) {
        case 'g': this.at++; if (global) this.fail('multiple `g\' options to `s\' command'); global = true; break
        case 'p': this.at++; if (print) this.fail('multiple `p\' options to `s\' command'); print = true; break
        case 'i': case 'I': this.at++; icase = true; break
        case 'm': case 'M': this.at++; newline = true; break
        case 'e': throw new SedError('hotspare: the flag e of the command s is not modelled')
        case 'w': this.at++; this.blanks(); file = this.fileName(); more = false; break
        case ' ': case '\t': this.at++; break
        case '': case '\n': case ';': case '}': case '#': case '\r': more = false; break
        default: {
          if (!DIGIT.test(c)) { this.at++; this.fail('unknown option to `s\'') }
          if (number > 0) { this.at++; this.fail('multiple number options to `s\' command') }
          number = this.number()
          if (number === 0) this.fail('number option to `s\' command may not be zero')
        }
      }
    }
    const regex = this.regex(pattern, icase, newline), parts = partsOf(replacement)
    const highest = Math.max(0, ...parts.map(part => 'group' in part ? part.group : 0))
    if (regex !== null && highest > regex.groups) this.fail(`invalid reference \\${highest} on \`s' command's RHS`)
    return { regex, parts, global, print, number: Math.max(1, number), file }
  }
  private mapping(): Uint8Array {
    const delimiter = this.text[this.at++] ?? ''
    if (delimiter === '') { this.at--; this.fail('unterminated `y\' command') }
    const from = this.delimited(delimiter, false), to = from === null ? null : this.delimited(delimiter, false)
    if (from === null || to === null) this.fail('unterminated `y\' command')
    const plain = (text: string): string => escapes(text, true).replace(/\\([^])/g, (_, c: string) => c === 'n' ? '\n' : c)
    const a = plain(from), b = plain(to)
    if (a.length !== b.length) this.fail('strings for `y\' command are different lengths')
    const map = Uint8Array.from({ length: 256 }, (_, c) => c)
    for (let i = 0; i < a.length; i++) map[a.charCodeAt(i)] = b.charCodeAt(i)
    return map
  }
}

/** The place after the `]` of a bracket expression, -1 if it has none on its line: a delimiter in it is none. */
function endOfBracket(text: string, open: number): number {
  let at = open + 1
  if (text[at] === '^') at++
  for (const first = at; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === ']' && at > first) return at + 1
    const kind = text[at] === '[' ? text[at + 1] ?? '' : ''
    if (kind === ':' || kind === '.' || kind === '=') {
      const close = text.indexOf(`${kind}]`, at + 2)
      if (close > 0) at = close + 1
    }
  }
  return -1
}

const NAMED: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }
/** `\t \xHH \dNNN \oNNN \cX` become what they stand for; all else keeps its backslash. What comes of a number is literal where it could be special in text. */
function escapes(text: string, literal: boolean): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:x([0-9A-Fa-f]{1,2})|d(\d{1,3})|o([0-7]{1,3})|c([^])|([^]))/g, (whole, hex?: string, decimal?: string, octal?: string, control?: string, other?: string) => {
    const code = hex !== undefined ? parseInt(hex, 16) : decimal !== undefined ? Number(decimal) & 255 : octal !== undefined ? parseInt(octal, 8) & 255 : control !== undefined ? control.toUpperCase().charCodeAt(0) ^ 64 : -1
    if (code < 0) return NAMED[other!] ?? whole
    const c = String.fromCharCode(code)
    return literal && (c === '&' || c === '\\') ? `\\${c}` : c === '\\' ? '\\\\' : c
  })
}
function partsOf(replacement: string): Part[] {
  const parts: Part[] = [], source = escapes(replacement, true)
  let text = ''
  const part = (each: Part): void => {
    if (text !== '') parts.push({ text })
    text = ''
    parts.push(each)
  }
  for (let at = 0; at < source.length; at++) {
    const c = source[at]!
    if (c === '&') part({ group: 0 })
    else if (c !== '\\') text += c
    else {
      const d = source[++at] ?? '\\'
      if (DIGIT.test(d)) part({ group: Number(d) })
      else if ('LUluE'.includes(d)) part({ fold: d as 'L' })
      else text += d
    }
  }
  if (text !== '') parts.push({ text })
  return parts
}
