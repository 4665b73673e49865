/**
 * Tokens of a script as bash's own lexer cuts them, for the strict grammar of diagnose.ts: where words, quotes and substitutions end, and what bash
 * says of one that does not. No tree comes of it.
 * Source of truth: bash(1) 5.2, DEFINITIONS and QUOTING; the lines in messages as bash 5.2.15 counts them.
 */

/** Thrown: what is wrong, at which position of the text. */
export class Wrong {
  readonly kind: 'token' | 'matching' | 'end' | 'plain'
  readonly pos: number
  /** The token, the character that is looked for, what was expected (dash says so), or the whole message. */
  readonly what: string
  /** Of the shell that gives up. */
  readonly status: number
  constructor(kind: Wrong['kind'], pos: number, what: string, status = 2) {
    this.kind = kind
    this.status = status
    this.pos = pos
    this.what = what
  }
}
export interface Token { readonly kind: 'word' | 'operator' | 'newline' | 'end'; readonly text: string; readonly pos: number }

const OPERATORS = ['<<<', '<<-', '&>>', ';;&', '&&', '||', ';;', ';&', '<<', '>>', '<&', '>&', '<>', '>|', '&>', '|&', '<', '>', '&', '|', ';', '(', ')']
const SH_OPERATORS = ['<<-', '&&', '||', ';;', '<<', '>>', '<&', '>&', '<>', '>|', '<', '>', '&', '|', ';', '(', ')']
export const REDIRECTING: ReadonlySet<string> = new Set(['<<<', '<<-', '&>>', '<<', '>>', '<&', '>&', '<>', '>|', '&>', '<', '>'])

export class Scanner {
  readonly text: string
  readonly sh: boolean
  at = 0
  /** Whether `@(` and the like belong to a word. */
  extglob = true
  private finished = false
  /** Here-documents whose bodies begin after the next newline: the delimiter, whether tabs are stripped. */
  private pending: { readonly end: string; readonly tabs: boolean }[] = []
  /** What reads the inside of `$(…)`, up to its `)`. */
  readonly nested: () => void
  constructor(text: string, sh: boolean, nested: () => void) {
    this.text = text
    this.sh = sh
    this.nested = nested
  }

  /** The next token; words are skipped over. `array`: `name=(` may follow. */
  token(): Token {
    this.blanks()
    const { text, at } = this, c = text[at]
    if (c === undefined) {
      // bash reads a newline there if the last line has none.
      if (this.sh || this.finished || text.endsWith('\n') || text === '') return { kind: 'end', text: 'newline', pos: at }
      this.finished = true
      return { kind: 'newline', text: 'newline', pos: at }
    }
    if (c === '\n') {
      this.at++
      this.bodies()
      return { kind: 'newline', text: 'newline', pos: at }
    }
    if (!this.sh && (c === '<' || c === '>') && text[at + 1] === '(') return this.word()
    const operator = !'<>&|;()'.includes(c) ? undefined : (this.sh ? SH_OPERATORS : OPERATORS).find(each => text.startsWith(each, at))
    if (operator !== undefined) {
      this.at += operator.length
      return { kind: 'operator', text: operator, pos: at }
    }
    return this.word()
  }
  private blanks(): void {
    const { text } = this
    for (;;) {
      const c = text[this.at]
      if (c === ' ' || c === '\t') this.at++
      else if (c === '\\' && text[this.at + 1] === '\n') this.at += 2
      else if (c === '#') {
        const end = text.indexOf('\n', this.at)
        this.at = end < 0 ? text.length : end
      } else return
    }
  }
  heredoc(delimiter: string, tabs: boolean): void {
    this.pending.push({ end: delimiter.replace(/\\([^])|['"]/g, '$1'), tabs })
  }
  private bodies(): void {
    for (const { end, tabs } of this.pending.splice(0))
      for (;;) {
        if (this.at >= this.text.length) break
        const newline = this.text.indexOf('\n', this.at), line = this.text.slice(this.at, newline < 0 ? undefined : newline)
        this.at = newline < 0 ? this.text.length : newline + 1
        if ((tabs ? line.replace(/^\t+/, '') : line) === end) break
      }
  }

  private word(): Token {
    const { text } = this, pos = this.at
    for (;;) {
      const c = text[this.at]
      if (c === undefined || ' \t\n;&|)'.includes(c)) break
      if (c === '(') {
        if (!this.sh && this.extglob && this.at > pos && '?*+@!'.includes(text[this.at - 1]!)) this.balanced('(', ')')
        else break
      } else if (c === '<' || c === '>') {
        if (!this.sh && text[this.at + 1] === '(') {
          this.at += 2
          this.nested()
        } else break
      } else if (c === '[' && this.subscript(pos)) continue
      else this.piece(c)
    }
    return { kind: 'word', text: text.slice(pos, this.at), pos }
  }
  /** `a[i * (j)]=`: over the bracket that closes, where an assignment follows. */
  private subscript(pos: number): boolean {
    const { text, at } = this
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(text.slice(pos, at))) return false
    try {
      this.balanced('[', ']')
    } catch (error) {
      if (!(error instanceof Wrong)) throw error
      this.at = at
      return false
    }
    if (/^\+?=/.test(text.slice(this.at, this.at + 2))) return true
    this.at = at
    return false
  }
  /** One character, or all of a quotation or substitution that begins here. */
  piece(c: string): void {
    const { text } = this
    if (c === '\\') this.at = Math.min(text.length, this.at + 2)
    else if (c === "'") this.single(this.at)
    else if (c === '"') this.double()
    else if (c === '`') this.backquoted()
    else if (c === '$') this.dollar(false)
    else this.at++
  }
  private single(from: number): void {
    const end = this.text.indexOf("'", this.at + 1)
    if (end < 0) throw new Wrong('matching', from, "'")
    this.at = end + 1
  }
  private ansi(): void {
    const from = this.at
    for (this.at += 2; this.at < this.text.length; this.at++) {
      if (this.text[this.at] === '\\') this.at++
      else if (this.text[this.at] === "'") return void this.at++
    }
    throw new Wrong('matching', from, "'")
  }
  private double(): void {
    const from = this.at
    for (this.at++; this.at < this.text.length;) {
      const c = this.text[this.at]!
      if (c === '"') return void this.at++
      if (c === '\\') this.at += 2
      else if (c === '`') this.backquoted()
      else if (c === '$') this.dollar(true)
      else this.at++
    }
    throw new Wrong('matching', from, '"')
  }
  private backquoted(): void {
    const from = this.at
    for (this.at++; this.at < this.text.length; this.at++) {
      if (this.text[this.at] === '\\') this.at++
      else if (this.text[this.at] === '`') return void this.at++
    }
    throw new Wrong('matching', from, '`')
  }
  private dollar(inDouble: boolean): void {
    const { text, at, sh } = this, next = text[at + 1]
    if (next === '(') {
      if (text[at + 2] === '(') {
        const end = this.arithmeticEnd(at + 3)
        if (end !== null) return void (this.at = end)
        this.at += 2
        return this.unarithmetic(at)
      }
      this.at += 2
      this.nested()
    } else if (next === '{') this.braced(inDouble)
    else if (next === '[' && !sh) {
      this.at++
      this.balanced('[', ']')
    } else if (next === "'" && !inDouble && !sh) this.ansi()
    else if (next === '"' && !inDouble && !sh) this.at++
    else this.at += next === undefined ? 1 : next === '\\' || next === '"' || next === "'" || next === '`' || /[\s;&|)<>(]/.test(next) ? 1 : 2
  }
  /** `$((a) | (b))`, two parentheses; if they are not that either, bash looks for the end of an expression. */
  private unarithmetic(from: number): void {
    try {
      this.nested()
    } catch (error) {
      throw error instanceof Wrong ? new Wrong('matching', from, ')') : error
    }
  }
  private braced(inDouble: boolean): void {
    const from = this.at
    for (this.at += 2; this.at < this.text.length;) {
      const c = this.text[this.at]!
      if (c === '}') return void this.at++
      if (c === "'" && inDouble) this.at++
      else if (c === '$') this.dollar(inDouble)
      else this.piece(c)
    }
    throw new Wrong('matching', from, '}')
  }
  /** From an opening bracket over its closing one. */
  balanced(open: string, close: string): void {
    const from = this.at
    let depth = 0
    while (this.at < this.text.length) {
      const c = this.text[this.at]!
      if (c === open) depth++
      else if (c === close && --depth === 0) return void this.at++
      if (c === open || c === close) this.at++
      else this.piece(c)
    }
    throw new Wrong('matching', from, close)
  }
  /** Behind the `))` of an arithmetic expression, or null if what follows `((` are two opening parentheses. */
  arithmeticEnd(from: number): number | null {
    const back = this.at
    let depth = 0
    this.at = from
    while (this.at < this.text.length) {
      const c = this.text[this.at]!
      if (c === '(') depth++
      else if (c === ')' && depth-- === 0) {
        const closed = this.text[this.at + 1] === ')', end = this.at + 2
        this.at = back
        return closed ? end : null
      }
      if (c === '(' || c === ')' || c === '#') this.at++
      else this.piece(c)
    }
    this.at = back
    throw new Wrong('matching', back, ')')
  }
  /** The right side of `=~`: up to a blank outside parentheses. */
  regex(): Token {
    this.blanks()
    const pos = this.at
    for (let depth = 0; this.at < this.text.length;) {
      const c = this.text[this.at]!
      if (depth === 0 && (/\s/.test(c) || c === '&' && this.text[this.at + 1] === '&' || c === ')')) break
      if (c === '(') depth++
      else if (c === ')') depth--
      if (c === '(' || c === ')') this.at++
      else this.piece(c)
      if (this.at >= this.text.length && depth > 0) throw new Wrong('matching', pos, ')')
    }
    return { kind: 'word', text: this.text.slice(pos, this.at), pos }
  }
}
