/**
 * The grammar of bash, strictly: whether a script is one, and if not, at which token bash gives up, in which words, and which line begins the command
 * that is lost with it. The parsing package goes on where bash stops, so it is not asked.
 * Source of truth: bash(1) 5.2, SHELL GRAMMAR; wording of bash 5.2.15 and dash 0.5.12.
 */
import { inBash, inDash } from './complaints.ts'
import { REDIRECTING, Scanner, Wrong, type Token } from './scanner.ts'
import type { Source } from './source.ts'
import type { SyntaxFault } from './tree.ts'

const CLOSING = new Set(['then', 'else', 'elif', 'fi', 'do', 'done', 'esac', '}'])
const COMPOUND = new Set(['if', 'while', 'until', 'for', 'case', '{'])
const BASH_COMPOUND = new Set(['select', '[['])
const ARRAYS = new Set(['declare', 'typeset', 'local', 'export', 'readonly', 'eval', 'let', 'alias'])
const DEPTH = 400

export interface Diagnosis { /** Where the command begins that cannot be read. */ readonly unit: number; readonly fault: SyntaxFault }
export function diagnose(source: Source, from: number, to: number, { sh = false, extglob = true }: { sh?: boolean; extglob?: boolean }): Diagnosis | null {
  const grammar = new Grammar(source.text.slice(0, to), sh)
  grammar.scanner.extglob = extglob
  grammar.scanner.at = from
  try {
    grammar.script(null)
    return null
  } catch (error) {
    if (!(error instanceof Wrong)) throw error
    return { unit: grammar.unit, fault: sh ? inDash(error, source) : inBash(error, source) }
  }
}
class Grammar {
  readonly scanner: Scanner
  private readonly sh: boolean
  private ahead: Token | null = null
  private depth = 0
  unit = 0

  constructor(text: string, sh: boolean) {
    this.sh = sh
    this.scanner = new Scanner(text, sh, () => this.substitution())
  }

  private peek(): Token { return this.ahead ??= this.scanner.token() }
  private take(): Token {
    const token = this.peek()
    this.ahead = null
    return token
  }
  private wrong(token: Token, expected?: string): Wrong {
    if (token.kind === 'end') return new Wrong('end', token.pos, expected ?? '')
    if (!this.sh || expected === undefined) return new Wrong('token', token.pos, token.text)
    return new Wrong('token', token.pos, `${token.kind === 'word' && !CLOSING.has(token.text) ? ' word' : token.text}\n${expected}`)
  }
  private isWord(text: string): boolean { return this.peek().kind === 'word' && this.peek().text === text }
  private isOperator(...texts: readonly string[]): boolean { return this.peek().kind === 'operator' && texts.includes(this.peek().text) }
  private expect(word: string): void {
    const token = this.take()
    if (token.kind === 'word' ? token.text !== word : token.kind !== 'operator' || token.text !== word) throw this.wrong(token, word)
  }
  private newlines(): void { while (this.peek().kind === 'newline') this.take() }
  /** Inside `$(`: another script, up to the `)`. */
  private substitution(): void {
    const { ahead, unit } = this
    if (++this.depth > DEPTH) throw new Wrong('plain', this.scanner.at, 'hotspare: nested too deeply')
    this.ahead = null
    this.script(')')
    this.depth--
    this.ahead = ahead
    this.unit = unit
  }

  script(until: ')' | null): void {
    for (;;) {
      this.newlines()
      const token = this.peek()
      if (token.kind === 'end') {
        if (until === null) return
        throw new Wrong('matching', token.pos, ')end')
      }
      if (until !== null && this.isOperator(')')) return void this.take()
      if (until === null) this.unit = token.pos
      this.line(until)
    }
  }
  /** `a; b & c` up to a newline. */
  private line(until: ')' | null): void {
    for (;;) {
      this.andOr(until ?? undefined)
      const token = this.peek()
      if (this.isOperator(';', '&')) this.take()
      else if (token.kind === 'newline' || token.kind === 'end') return
      else if (until !== null && this.isOperator(')')) return
      else throw this.wrong(token, until ?? undefined)
      const next = this.peek()
      if (next.kind === 'newline' || next.kind === 'end' || until !== null && this.isOperator(')')) return
    }
  }
  /** Statements up to one of these words, at least one. */
  private list(...ends: readonly string[]): void {
    this.newlines()
    for (let first = true; ; first = false) {
      this.andOr(first && this.peek().kind !== 'end' ? undefined : ends[0])
      if (this.peek().kind === 'newline') this.newlines()
      else if (this.isOperator(';', '&')) {
        this.take()
        this.newlines()
      } else if (!ends.some(each => each === ')' || each.startsWith(';') ? this.isOperator(each) : false)) {
        const token = this.peek()
        throw this.wrong(token, ends[0])
      }
      if (this.ended(ends)) return
    }
  }
  private ended(ends: readonly string[]): boolean {
    return ends.some(each => each === ')' || each.startsWith(';') ? this.isOperator(each) : this.isWord(each))
  }
  private andOr(expected?: string): void {
    this.pipeline(expected)
    while (this.isOperator('&&', '||')) {
      this.take()
      this.newlines()
      this.pipeline()
    }
  }
  private pipeline(expected?: string): void {
    for (;;) {
      if (this.isWord('!')) this.take()
      else if (!this.sh && this.isWord('time')) {
        this.take()
        if (this.isWord('-p')) this.take()
      } else break
      if (this.peek().kind === 'newline' || this.peek().kind === 'end' || this.isOperator(';', '&', ')')) return
    }
    this.command(expected)
    while (this.isOperator('|', '|&')) {
      this.take()
      this.newlines()
      this.command()
    }
  }
  private command(expected?: string): void {
    const token = this.peek()
    if (token.kind === 'operator' ? token.text !== '(' && !REDIRECTING.has(token.text) : token.kind !== 'word') throw this.wrong(token, expected)
    if (this.compound()) return
    if (token.kind === 'word' && CLOSING.has(token.text)) throw this.wrong(token, expected)
    if (!this.sh && token.kind === 'word' && token.text === 'function') return this.named()
    if (!this.sh && token.kind === 'word' && token.text === 'coproc') return this.coproc()
    this.simple()
  }
  /** A compound command and its redirections; false if none begins here. */
  private compound(): boolean {
    const token = this.peek()
    if (!(token.kind === 'operator' ? token.text === '(' : token.kind === 'word' && (COMPOUND.has(token.text) || !this.sh && BASH_COMPOUND.has(token.text)))) return false
    if (++this.depth > DEPTH) throw new Wrong('plain', token.pos, 'hotspare: nested too deeply')
    this.take()
    switch (token.text) {
      case '(': this.parenthesis(token); break
      case '{':
        this.list('}')
        this.expect('}')
        break
      case 'if': this.branches(); break
      case 'while': case 'until':
        this.list('do')
        this.body()
        break
      case 'for': case 'select': this.loop(token.text); break
      case 'case': this.choice(); break
      case '[[': this.conditional(); break
    }
    this.depth--
    for (let more = true; more;) more = this.redirection()
    return true
  }
  private parenthesis(opening: Token): void {
    const { scanner } = this
    if (!this.sh && scanner.text[scanner.at] === '(') {
      const end = this.arithmetic(opening.pos)
      if (end !== null) return void (scanner.at = end)
    }
    this.list(')')
    this.expect(')')
  }
  private arithmetic(pos: number): number | null {
    const { scanner } = this
    try {
      return scanner.arithmeticEnd(scanner.at + 1)
    } catch (error) {
      throw error instanceof Wrong && error.kind === 'matching' ? new Wrong('matching', pos, error.what) : error
    }
  }
  private body(): void {
    this.expect('do')
    this.list('done')
    this.expect('done')
  }
  private branches(): void {
    this.list('then')
    this.expect('then')
    this.list('fi', 'elif', 'else')
    while (this.isWord('elif')) {
      this.take()
      this.list('then')
      this.expect('then')
      this.list('fi', 'elif', 'else')
    }
    if (this.isWord('else')) {
      this.take()
      this.list('fi')
    }
    this.expect('fi')
  }
  private loop(kind: string): void {
    const { scanner } = this
    const name = this.take()
    if (name.kind === 'operator' && name.text === '(' && kind === 'for' && scanner.text[scanner.at] === '(') {
      if (this.sh) throw new Wrong('plain', name.pos, 'Syntax error: Bad for loop variable')
      const end = this.arithmetic(name.pos)
      if (end === null) throw this.wrong(name)
      if (scanner.text.slice(name.pos, end).split(';').length !== 3) throw new Wrong('plain', name.pos, `syntax error: arithmetic expression required\nsyntax error: \`${scanner.text.slice(name.pos, end)}'`)
      scanner.at = end
      if (this.isOperator(';')) this.take()
      this.newlines()
      return this.loopBody()
    }
    if (name.kind !== 'word') throw this.sh ? new Wrong('plain', name.pos, 'Syntax error: Bad for loop variable') : this.wrong(name)
    if (this.isOperator(';')) {
      this.take()
      this.newlines()
      return this.loopBody()
    }
    this.newlines()
    if (this.isWord('in')) {
      this.take()
      while (this.peek().kind === 'word') this.take()
      const token = this.peek()
      if (token.kind !== 'newline' && !this.isOperator(';')) throw this.wrong(token)
      this.take()
      this.newlines()
    }
    this.loopBody()
  }
  private loopBody(): void {
    if (!this.sh && this.isWord('{')) {
      this.take()
      this.list('}')
      this.expect('}')
    } else this.body()
  }
  private choice(): void {
    const word = this.take()
    if (word.kind !== 'word') throw this.wrong(word)
    this.newlines()
    this.expect('in')
    this.newlines()
    while (!this.isWord('esac')) {
      if (this.isOperator('(')) this.take()
      for (;;) {
        const pattern = this.take()
        if (pattern.kind !== 'word') throw this.wrong(pattern)
        if (!this.isOperator('|')) break
        this.take()
      }
      this.expect(')')
      this.newlines()
      if (!this.ended([';;', ';&', ';;&', 'esac'])) this.list(';;', ';&', ';;&', 'esac')
      if (this.isOperator(';;', ';&', ';;&')) this.take()
      else if (!this.isWord('esac')) throw this.wrong(this.peek(), ';;')
      this.newlines()
    }
    this.take()
  }
  private named(): void {
    this.take()
    const name = this.take()
    if (name.kind !== 'word') throw this.wrong(name)
    if (this.isOperator('(') && this.take()) this.expect(')')
    this.newlines()
    if (!this.compound()) throw this.wrong(this.peek())
  }
  private coproc(): void {
    this.take()
    if (this.compound()) return
    const name = this.take()
    if (name.kind !== 'word') throw this.wrong(name)
    if (!this.compound()) this.simple(name)
  }

  private redirection(): boolean {
    const { scanner } = this
    let token = this.peek()
    if (token.kind === 'word' && /^(?:[0-9]+|\{[A-Za-z_][A-Za-z0-9_]*\})$/.test(token.text) && '<>'.includes(scanner.text[scanner.at] || ' ') && this.ahead === token) {
      this.take()
      token = this.peek()
    }
    if (token.kind !== 'operator' || !REDIRECTING.has(token.text)) return false
    this.take()
    const target = this.take()
    if (target.kind !== 'word') throw this.wrong(target)
    if (token.text === '<<' || token.text === '<<-') scanner.heredoc(target.text, token.text === '<<-')
    return true
  }
  private simple(first: Token | null = null): void {
    const { scanner } = this
    let words = first === null ? 0 : 1, arrays = true
    for (let before = first; ;) {
      if (this.redirection()) {
        before = null
        continue
      }
      const token = this.peek()
      if (token.kind === 'operator' && token.text === '(') {
        const glued = before !== null && before.pos + before.text.length === token.pos
        if (!this.sh && glued && arrays && /^[A-Za-z_][A-Za-z0-9_]*(?:\[[^]*\])?\+?=$/.test(before!.text)) {
          this.array(token)
          before = null
          continue
        }
        if (words !== 1 || before === null) throw this.wrong(token)
        this.take()
        const next = this.take()
        if (next.kind !== 'operator' || next.text !== ')') throw this.wrong(next, ')')
        this.newlines()
        if (this.sh) return this.command()
        if (!this.compound()) throw this.wrong(this.peek())
        return
      }
      if (token.kind !== 'word') return
      this.take()
      const assigns = /^[A-Za-z_][A-Za-z0-9_]*(?:\[[^]*\])?\+?=/.test(token.text)
      if (!assigns || words > 0) words++
      if (words === 1 && !assigns) arrays = ARRAYS.has(token.text)
      before = token
      if (scanner.at > scanner.text.length) return
    }
  }
  private array(opening: Token): void {
    this.take()
    for (;;) {
      const token = this.take()
      if (token.kind === 'operator' && token.text === ')') return
      if (token.kind === 'end') throw new Wrong('matching', opening.pos, ')', 1)
      if (token.kind === 'operator') throw new Wrong('token', token.pos, token.text, 1)
    }
  }

  // [[ … ]]

  private conditional(): void {
    this.disjunction()
    const token = this.take()
    if (token.text !== ']]' || token.kind !== 'word') throw this.inTest(token, token.kind === 'word' ? 'syntax error in conditional expression' : `syntax error in conditional expression: unexpected token \`${token.text}'`)
  }
  private inTest(token: Token, message: string): Wrong {
    return token.kind === 'end' ? new Wrong('plain', token.pos, "unexpected token `EOF' in conditional command") : new Wrong('plain', token.pos, message)
  }
  private disjunction(): void {
    do this.conjunction()
    while (this.isOperator('||') && this.take())
  }
  private conjunction(): void {
    do this.term()
    while (this.isOperator('&&') && this.take())
  }
  private term(): void {
    this.newlines()
    const token = this.take()
    if (token.kind === 'operator' && token.text === '(') {
      this.disjunction()
      this.newlines()
      const closing = this.take()
      if (closing.kind !== 'operator' || closing.text !== ')') throw this.inTest(closing, `unexpected token \`${closing.text}', expected \`)'`)
    } else if (token.kind !== 'word' || token.text === ']]') throw this.inTest(token, `unexpected token \`${token.text}' in conditional command`)
    else if (token.text === '!') return this.term()
    else if (/^-[a-hknoprstuvwxzGLNORS]$/.test(token.text)) {
      const operand = this.take()
      if (operand.kind !== 'word' || operand.text === ']]') throw this.inTest(operand, `unexpected argument \`${operand.text}' to conditional unary operator`)
    } else this.binary()
    this.newlines()
  }
  private binary(): void {
    const token = this.peek()
    if (this.isOperator('&&', '||', ')') || this.isWord(']]')) return
    if (token.kind === 'newline') {
      this.newlines()
      if (this.isOperator('&&', '||', ')') || this.isWord(']]')) return
      throw new Wrong('plain', token.pos, "unexpected token `newline', conditional binary operator expected")
    }
    if (!this.isOperator('<', '>') && !(token.kind === 'word' && /^(?:==|=|!=|=~|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/.test(token.text)))
      throw new Wrong('plain', token.pos, token.kind === 'word' ? 'conditional binary operator expected' : `unexpected token \`${token.kind === 'end' ? 'newline' : token.text}', conditional binary operator expected`)
    this.take()
    // A pattern there may always have groups.
    const { scanner } = this, { extglob } = scanner
    scanner.extglob = true
    const right = token.text === '=~' ? scanner.regex() : this.take()
    scanner.extglob = extglob
    if (right.kind !== 'word' || right.text === ']]' || right.text === '') throw this.inTest(right, `unexpected argument \`${right.text}' to conditional binary operator`)
  }
}
