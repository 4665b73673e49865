/**
 * What every part of the parser needs: the word at hand, and the names of the program with what they are so far.
 */
import { ProgramError, type Dialect, type Token } from './lexer.ts'
import type { FunctionDef, Kind, Variable } from './tree.ts'

export abstract class Words {
  protected at = 0
  protected readonly tokens: readonly Token[]
  protected readonly dialect: Dialect
  protected readonly globals = new Map<string, Variable>()
  protected readonly functions = new Map<string, FunctionDef>()
  protected current: FunctionDef | null = null
  protected loops = 0
  protected place: 'begin' | 'rule' | 'end' | 'function' = 'rule'
  /** Where the operand that is being read begins. */
  protected operandAt = -1
  /** In a print list `>` redirects. */
  protected noGreater = false

  constructor(tokens: readonly Token[], dialect: Dialect, specials: readonly string[]) {
    this.tokens = tokens
    this.dialect = dialect
    for (const name of specials) this.global(name, name === 'ENVIRON' || name === 'ARGV' || name === 'PROCINFO' ? 'array' : 'scalar')
  }

  // Words.

  protected get token(): Token { return this.tokens[this.at]! }
  protected is(text: string): boolean {
    const { token } = this
    return token.text === text && (token.type === 'punctuation' || token.type === 'keyword')
  }
  protected take(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }
  protected expect(text: string): void {
    if (this.take(text)) return
    const { type, text: there } = this.token
    if ((text === ')' || text === ']') && (type === 'newline' || type === 'end' || (type === 'punctuation' && (there === '}' || there === ';')))) throw new ProgramError(`missing ${text} near ${this.shown()}`, this.token.line)
    this.fail()
  }
  protected shown(): string {
    const { type, text } = this.token
    return type === 'newline' ? this.tokens[this.at + 1]?.type === 'end' ? 'end of file' : 'end of line' : type === 'end' ? 'end of file' : type === 'regex' ? `/${text}/` : text
  }
  protected fail(): never {
    const { token } = this
    if (token.type === 'punctuation' && (token.text === ')' || token.text === ']') && this.open() < 0) throw new ProgramError(`extra '${token.text}'`, token.line)
    throw new ProgramError(`syntax error at or near ${token.type === 'newline' ? 'end of line' : this.shown()}`, token.line)
  }
  /** How many parentheses are open here. */
  protected open(): number {
    let n = 0
    for (let i = 0; i <= this.at; i++) {
      const { type, text } = this.tokens[i]!
      if (type === 'punctuation') n += text === '(' || text === '[' ? 1 : text === ')' || text === ']' ? -1 : 0
    }
    return n
  }
  protected newlines(): void {
    while (this.token.type === 'newline') this.at++
  }
  protected atEnd(): boolean { return this.token.type === 'end' }

  // Names.

  protected global(name: string, kind: Kind = 'unknown'): Variable {
    let found = this.globals.get(name)
    if (found === undefined) this.globals.set(name, found = { name, local: false, slot: this.globals.size, kind })
    return found
  }
  protected variable(token: Token): Variable {
    const { text } = token
    const local = this.current?.parameters.find(({ name }) => name === text)
    if (local !== undefined) return local
    if (this.functions.get(text)?.body) throw new ProgramError(`syntax error at or near ${this.shown()}`, token.line)
    return this.global(text)
  }
  protected kind(variable: Variable, kind: Kind, line: number): Variable {
    if (variable.kind === 'unknown') variable.kind = kind
    else if (variable.kind !== kind) throw new ProgramError(`illegal reference to ${variable.kind === 'array' ? 'array' : 'variable'} ${variable.name}`, line)
    return variable
  }
  protected function(name: string, line: number): FunctionDef {
    let found = this.functions.get(name)
    if (found === undefined) this.functions.set(name, found = { name, parameters: [], body: null, line })
    return found
  }
}
