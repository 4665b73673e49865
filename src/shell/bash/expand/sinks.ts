/**
 * Where the pieces of an expanded word go: into fields, split at IFS and remembered as patterns for pathname expansion, or into one text (the value of an
 * assignment, a pattern, a regular expression), where what is quoted may have to be escaped.
 * Source of truth: bash(1) 5.2, Word Splitting; POSIX.1-2017 2.6.5.
 */
import { quoteGlob } from '../../regex/glob.ts'

export interface Sink {
  /** Text of the word itself. */
  text(text: string, quoted: boolean): void
  /** What an expansion gave. */
  value(text: string, quoted: boolean): void
  /** `$@`, `$*`, `${a[@]}`, `${a[*]}`. */
  list(values: readonly string[], star: boolean, quoted: boolean): void
  /** A here-document, where `$*` is joined with spaces whatever IFS says. */
  readonly document?: boolean
}

/** The characters between fields. */
export class Separators {
  readonly text: string
  /** Joins the fields of "$*". */
  readonly first: string
  private readonly kinds: Uint8Array
  private constructor(text: string) {
    this.text = text
    this.first = text.slice(0, 1)
    this.kinds = new Uint8Array(256)
    for (const c of text) this.kinds[c.charCodeAt(0)] = c === ' ' || c === '\t' || c === '\n' ? 1 : 2
  }
  /** 0: none, 1: white space, 2: another. */
  kind(code: number): number { return this.kinds[code] ?? 0 }
  private static last = new Separators(' \t\n')
  static readonly standard = Separators.last
  static of(ifs: string | undefined): Separators {
    if (ifs === undefined) return Separators.standard
    return Separators.last.text === ifs ? Separators.last : Separators.last = new Separators(ifs)
  }
}

export interface Field { readonly text: string; /** With a backslash before quoted characters; null: as the text. */ readonly pattern: string | null; /** May be a pattern. */ readonly magic: boolean }

const MAGIC = /[*?[(]/
export class Fields implements Sink {
  private readonly separators: Separators
  readonly fields: Field[] = []
  private current = ''
  private pattern: string | null = null
  private magic = false
  private started = false
  /** How the last field ended. */
  private ended: 'not' | 'white' | 'hard' = 'not'

  constructor(separators: Separators) {
    this.separators = separators
  }
  text(text: string, quoted: boolean): void {
    if (quoted) return this.quoted(text)
    if (text === '') return
    this.started = true
    if (!this.magic && MAGIC.test(text)) this.magic = true
    this.current += text
    if (this.pattern !== null) this.pattern += text
  }
  private quoted(text: string): void {
    this.started = true
    const escaped = quoteGlob(text)
    if (this.pattern !== null) this.pattern += escaped
    else if (escaped !== text) this.pattern = this.current + escaped
    this.current += text
  }
  value(text: string, quoted: boolean): void {
    if (quoted) return this.quoted(text)
    const { separators } = this
    let from = 0
    for (let i = 0; i < text.length; i++) {
      const kind = separators.kind(text.charCodeAt(i))
      if (kind === 0) continue
      if (i > from) this.text(text.slice(from, i), false)
      from = i + 1
      if (kind === 1) {
        if (this.started) this.end('white')
      } else if (this.started) this.end('hard')
      else if (this.ended === 'white') this.ended = 'hard'
      else {
        this.started = true
        this.end('hard')
      }
    }
    if (from < text.length) this.text(from === 0 ? text : text.slice(from), false)
  }
  list(values: readonly string[], star: boolean, quoted: boolean): void {
    const { text, first } = this.separators
    if (quoted && star) return this.quoted(values.join(first))
    // Elsewhere they are joined and split again, so that between two of another separator there is an empty field.
    if (!quoted && text !== '') return this.value(values.join(first), false)
    for (let i = 0; i < values.length; i++) {
      if (i > 0) this.boundary()
      this.value(values[i]!, quoted)
    }
  }
  private boundary(): void {
    if (this.started) this.end('not')
    this.ended = 'not'
  }
  private end(how: 'not' | 'white' | 'hard'): void {
    this.fields.push({ text: this.current, pattern: this.pattern, magic: this.magic })
    this.current = ''
    this.pattern = null
    this.magic = this.started = false
    this.ended = how
  }
  /** The end of a word. */
  finish(): readonly Field[] {
    if (this.started) this.end('not')
    this.ended = 'not'
    return this.fields
  }
}

/** Everything in one text; what is quoted goes through `escape`. */
export class Joined implements Sink {
  result = ''
  private readonly first: string
  private readonly escape: (text: string) => string
  readonly document: boolean
  constructor(first: string, escape: (text: string) => string = text => text, document = false) {
    this.first = first
    this.escape = escape
    this.document = document
  }
  text(text: string, quoted: boolean): void { this.result += quoted ? this.escape(text) : text }
  value(text: string, quoted: boolean): void { this.result += quoted ? this.escape(text) : text }
  list(values: readonly string[], star: boolean, quoted: boolean): void { this.value(values.join(star ? this.first : ' '), quoted) }
}
