/**
 * Parses an awk program: recursive descent over the words of lexer.ts, names resolved on the way, then what is an array and what a scalar.
 *
 * Precedence as in mawk's grammar: `cmd | getline` binds tighter than concatenation (looser in gawk), `!x ~ y` is `(!x) ~ y`, `>` in print is a redirection.
 * Source: POSIX awk grammar; mawk 1.3.4 20200120 for its messages.
 */
import { infer } from './infer.ts'
import { ProgramError, tokenize, type Dialect, type Token } from './lexer.ts'
import type { Expression, FunctionDef, Kind, Lvalue, Program, Redirection, Rule, Statement, Variable } from './tree.ts'

export function parse(text: string, dialect: Dialect, specials: readonly string[]): Program {
  return new Parser(tokenize(text, dialect), dialect, specials).program()
}

const STRENGTH: Readonly<Record<string, number>> = { '||': 1, '&&': 2, in: 3, '~': 4, '!~': 4, '==': 5, '!=': 5, '<': 5, '<=': 5, '>': 5, '>=': 5 }
const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^='])
const ARITY: Readonly<Record<string, readonly [least: number, most: number]>> = {
  length: [0, 1], index: [2, 2], substr: [2, 3], sprintf: [1, Infinity], sin: [1, 1], cos: [1, 1], atan2: [2, 2], exp: [1, 1], log: [1, 1], int: [1, 1], sqrt: [1, 1], rand: [0, 0], srand: [0, 1],
  close: [1, 2], system: [1, 1], toupper: [1, 1], tolower: [1, 1], fflush: [0, 1], mktime: [1, 2], strftime: [0, 3], systime: [0, 0], match: [2, 3], split: [2, 4], sub: [2, 3], gsub: [2, 3],
  gensub: [3, 4], asort: [1, 3], asorti: [1, 3], strtonum: [1, 1], and: [2, Infinity], or: [2, Infinity], xor: [2, Infinity], lshift: [2, 2], rshift: [2, 2], compl: [1, 1], typeof: [1, 1], isarray: [1, 1], patsplit: [2, 4],
}

class Parser {
  private at = 0
  private readonly tokens: readonly Token[]
  private readonly dialect: Dialect
  private readonly globals = new Map<string, Variable>()
  private readonly functions = new Map<string, FunctionDef>()
  private current: FunctionDef | null = null
  private loops = 0
  private place: 'begin' | 'rule' | 'end' | 'function' = 'rule'
  /** Where the operand that is being read begins. */
  private operandAt = -1
  /** In a print list `>` redirects; in the head of a for `in` is the loop's. */
  private noGreater = false
  private noIn = false

  constructor(tokens: readonly Token[], dialect: Dialect, specials: readonly string[]) {
    this.tokens = tokens
    this.dialect = dialect
    for (const name of specials) this.global(name, name === 'ENVIRON' || name === 'ARGV' || name === 'PROCINFO' ? 'array' : 'scalar')
  }

  // Words.

  private get token(): Token { return this.tokens[this.at]! }
  private is(text: string): boolean {
    const { token } = this
    return token.text === text && (token.type === 'punctuation' || token.type === 'keyword')
  }
  private take(text: string): boolean {
    if (!this.is(text)) return false
    this.at++
    return true
  }
  private expect(text: string): void {
    if (this.take(text)) return
    const { type, text: there } = this.token
    if ((text === ')' || text === ']') && (type === 'newline' || type === 'end' || (type === 'punctuation' && (there === '}' || there === ';')))) throw new ProgramError(`missing ${text} near ${this.shown()}`, this.token.line)
    this.fail()
  }
  private shown(): string {
    const { type, text } = this.token
    return type === 'newline' ? this.tokens[this.at + 1]?.type === 'end' ? 'end of file' : 'end of line' : type === 'end' ? 'end of file' : type === 'regex' ? `/${text}/` : text
  }
  fail(): never {
    const { token } = this
    if (token.type === 'punctuation' && (token.text === ')' || token.text === ']') && this.open() < 0) throw new ProgramError(`extra '${token.text}'`, token.line)
    throw new ProgramError(`syntax error at or near ${token.type === 'newline' ? 'end of line' : this.shown()}`, token.line)
  }
  /** How many parentheses are open here. */
  private open(): number {
    let n = 0
    for (let i = 0; i <= this.at; i++) {
      const { type, text } = this.tokens[i]!
      if (type === 'punctuation') n += text === '(' || text === '[' ? 1 : text === ')' || text === ']' ? -1 : 0
    }
    return n
  }
  private newlines(): void {
    while (this.token.type === 'newline') this.at++
  }
  private atEnd(): boolean { return this.token.type === 'end' }

  // Names.

  private global(name: string, kind: Kind = 'unknown'): Variable {
    let found = this.globals.get(name)
    if (found === undefined) this.globals.set(name, found = { name, local: false, slot: this.globals.size, kind })
    return found
  }
  private variable(token: Token): Variable {
    const { text } = token
    const local = this.current?.parameters.find(({ name }) => name === text)
    if (local !== undefined) return local
    if (this.functions.get(text)?.body) throw new ProgramError(`syntax error at or near ${this.shown()}`, token.line)
    return this.global(text)
  }
  private kind(variable: Variable, kind: Kind, line: number): Variable {
    if (variable.kind === 'unknown') variable.kind = kind
    else if (variable.kind !== kind) throw new ProgramError(`illegal reference to ${variable.kind === 'array' ? 'array' : 'variable'} ${variable.name}`, line)
    return variable
  }
  private function(name: string, line: number): FunctionDef {
    let found = this.functions.get(name)
    if (found === undefined) this.functions.set(name, found = { name, parameters: [], body: null, line })
    return found
  }

  // Programs.

  program(): Program {
    const begin: Statement[] = [], end: Statement[] = [], rules: Rule[] = []
    for (;;) {
      while (this.token.type === 'newline' || this.is(';')) this.at++
      if (this.atEnd()) break
      if (this.is('function')) this.definition()
      else if (this.is('BEGIN') || this.is('END')) {
        const where = this.token.text
        this.at++
        if (!this.is('{')) this.fail()
        this.place = where === 'BEGIN' ? 'begin' : 'end'
        ;(where === 'BEGIN' ? begin : end).push(this.block())
      } else rules.push(this.rule())
    }
    for (const fn of this.functions.values()) if (fn.body === null) throw new ProgramError(`function ${fn.name} never defined`, this.token.line)
    const program: Program = { begin, rules, end, globals: this.globals, functions: this.functions }
    infer(program)
    return program
  }
  private definition(): void {
    this.at++
    const name = this.token
    if (name.type !== 'name' && name.type !== 'call') this.fail()
    this.at++
    if (this.globals.has(name.text)) this.fail()
    const fn = this.function(name.text, name.line)
    if (fn.body !== null) throw new ProgramError(`redefinition of ${name.text}`, name.line)
    this.expect('(')
    this.newlines()
    while (!this.is(')')) {
      if (this.token.type !== 'name') this.fail()
      const { text, line } = this.token
      if (fn.parameters.some(each => each.name === text)) throw new ProgramError(`${text} is duplicated in argument list`, line)
      fn.parameters.push({ name: text, local: true, slot: fn.parameters.length, kind: 'unknown' })
      this.at++
      if (this.take(',')) this.newlines()
      else if (!this.is(')')) this.fail()
    }
    this.at++
    this.newlines()
    this.current = fn
    this.place = 'function'
    fn.body = { k: 'block', body: [] }
    fn.body = this.block()
    this.current = null
  }
  private rule(): Rule {
    this.place = 'rule'
    const pattern: Expression[] = []
    if (!this.is('{')) {
      pattern.push(this.expression())
      if (this.take(',')) {
        this.newlines()
        pattern.push(this.expression())
      }
    }
    if (this.is('{')) return { pattern, body: this.block() }
    if (this.token.type !== 'newline' && !this.is(';') && !this.atEnd()) this.fail()
    return { pattern, body: null }
  }

  // Statements.

  private block(): Statement {
    this.expect('{')
    const body: Statement[] = []
    for (;;) {
      while (this.token.type === 'newline' || this.is(';')) this.at++
      if (this.take('}')) return { k: 'block', body }
      if (this.atEnd()) throw new ProgramError('missing } near end of file', this.token.line)
      body.push(this.statement())
    }
  }
  /** After a simple statement. */
  private terminated<T>(statement: T): T {
    if (this.token.type === 'newline' || this.is(';')) this.at++
    else if (!this.is('}') && !this.atEnd()) this.fail()
    return statement
  }
  private body(): Statement {
    this.newlines()
    if (this.take(';')) return { k: 'block', body: [] }
    return this.statement()
  }
  private loop(parse: () => Statement): Statement {
    this.loops++
    const body = parse()
    this.loops--
    return body
  }
  private statement(): Statement {
    const { token } = this
    if (token.type === 'punctuation' && token.text === '{') return this.block()
    if (token.type === 'keyword') {
      switch (token.text) {
        case 'if': return this.ifStatement()
        case 'while': {
          this.at++
          const test = this.parenthesized()
          // The head of a do-while is taken there; an empty body is a single semicolon.
          if (this.take(';')) return { k: 'while', test, body: { k: 'block', body: [] } }
          return { k: 'while', test, body: this.loop(() => this.body()) }
        }
        case 'do': {
          this.at++
          const body = this.loop(() => this.body())
          while (this.token.type === 'newline' || this.is(';')) this.at++
          if (!this.take('while')) this.fail()
          return this.terminated({ k: 'do', test: this.parenthesized(), body })
        }
        case 'for': return this.forStatement()
        case 'switch': return this.switchStatement()
        case 'break': case 'continue':
          if (this.loops === 0) throw new ProgramError(`${token.text} statement outside of loop`, token.line)
          this.at++
          return this.terminated({ k: token.text })
        case 'next': case 'nextfile':
          if (this.place === 'begin' || this.place === 'end') throw new ProgramError(`improper use of ${token.text}`, token.line)
          this.at++
          return this.terminated({ k: token.text })
        case 'return': case 'exit': {
          if (token.text === 'return' && this.place !== 'function') throw new ProgramError('return outside function body', token.line)
          this.at++
          const value = this.token.type === 'newline' || this.is(';') || this.is('}') ? null : this.expression()
          return this.terminated({ k: token.text, value })
        }
      }
    }
    return this.terminated(this.simple())
  }
  /** What may also stand in the head of a for. */
  private simple(): Statement {
    const { token } = this
    if (token.type === 'keyword' && (token.text === 'print' || token.text === 'printf')) return this.print(token.text)
    if (token.type === 'keyword' && token.text === 'delete') {
      this.at++
      const grouped = this.take('('), name = this.token
      if (name.type !== 'name') this.fail()
      this.at++
      const array = this.kind(this.variable(name), 'array', name.line)
      const subscripts = this.take('[') ? this.list(']') : null
      if (grouped) this.expect(')')
      return { k: 'delete', array, subscripts }
    }
    return { k: 'expression', value: this.expression() }
  }
  private parenthesized(): Expression {
    if (!this.take('(')) this.fail()
    const value = this.unrestricted(() => this.expression())
    this.expect(')')
    return value
  }
  private ifStatement(): Statement {
    this.at++
    const test = this.parenthesized(), then = this.body()
    const back = this.at
    while (this.token.type === 'newline' || this.is(';')) this.at++
    if (this.take('else')) return { k: 'if', test, then, otherwise: this.body() }
    this.at = back
    return { k: 'if', test, then, otherwise: null }
  }
  private forStatement(): Statement {
    this.at++
    if (!this.take('(')) this.fail()
    const [name, word, array, close] = this.tokens.slice(this.at, this.at + 4)
    if (name?.type === 'name' && word?.text === 'in' && word.type === 'keyword' && array?.type === 'name' && close?.text === ')' && close.type === 'punctuation') {
      this.at += 4
      const variable: Lvalue = { k: 'variable', variable: this.kind(this.variable(name), 'scalar', name.line) }
      const over = this.kind(this.variable(array), 'array', array.line)
      return { k: 'forIn', variable, array: over, body: this.loop(() => this.body()) }
    }
    const first = this.is(';') ? null : this.simple()
    if (!this.take(';')) this.fail()
    this.newlines()
    const test = this.is(';') ? null : this.expression()
    if (!this.take(';')) this.fail()
    this.newlines()
    const step = this.is(')') ? null : this.simple()
    this.expect(')')
    if (this.take(';')) return { k: 'for', first, test, step, body: { k: 'block', body: [] } }
    return { k: 'for', first, test, step, body: this.loop(() => this.body()) }
  }
  private switchStatement(): Statement {
    this.at++
    const value = this.parenthesized(), cases: { match: Expression | null; body: Statement[] }[] = []
    this.newlines()
    this.expect('{')
    this.loops++
    for (;;) {
      while (this.token.type === 'newline' || this.is(';')) this.at++
      if (this.take('}')) break
      if (this.take('case')) cases.push({ match: this.additive(), body: [] })
      else if (this.take('default')) cases.push({ match: null, body: [] })
      else if (cases.length > 0) { cases[cases.length - 1]!.body.push(this.statement()); continue } else this.fail()
      if (!this.take(':')) this.fail()
    }
    this.loops--
    return { k: 'switch', value, cases }
  }

  private print(k: 'print' | 'printf'): Statement {
    this.at++
    const before = this.noGreater
    this.noGreater = true
    let args: Expression[] = []
    const end = (): boolean => this.token.type === 'newline' || this.is(';') || this.is('}') || this.is('>') || this.is('>>') || this.is('|') || this.atEnd()
    if (this.is('(') && this.closesList()) {
      this.at++
      args = this.unrestricted(() => this.list(')'))
    } else if (!end()) args = this.commas()
    this.noGreater = before
    if (k === 'printf' && args.length === 0) this.fail()
    const mode = this.is('>') ? '>' : this.is('>>') ? '>>' : this.is('|') ? '|' : null
    if (mode === null) return { k, args, redirection: null }
    this.at++
    this.noGreater = true
    // mawk takes any expression: `print 1>2 ? "a" : "b"` writes to a file.
    const to = this.dialect.name === 'mawk' ? this.expression() : this.concatenation()
    this.noGreater = before
    const redirection: Redirection = { mode, to }
    return { k, args, redirection }
  }
  /** Whether the parenthesis here holds the whole list of a print: what follows it ends the list. */
  private closesList(): boolean {
    let depth = 0
    for (let i = this.at; i < this.tokens.length; i++) {
      const { type, text } = this.tokens[i]!
      if (type !== 'punctuation') continue
      if (text === '(' || text === '[') depth++
      else if ((text === ')' || text === ']') && --depth === 0) {
        const next = this.tokens[i + 1]!
        return next.type === 'newline' || (next.type === 'punctuation' && [';', '}', '>', '>>', '|'].includes(next.text) && !(next.text === '|' && this.tokens[i + 2]?.text === 'getline'))
      }
    }
    return false
  }
  private commas(): Expression[] {
    const list = [this.expression()]
    while (this.take(',')) {
      this.newlines()
      list.push(this.expression())
    }
    return list
  }
  private list(close: string): Expression[] {
    return this.unrestricted(() => {
      this.newlines()
      const list = this.commas()
      this.newlines()
      this.expect(close)
      return list
    })
  }
  private unrestricted<T>(parse: () => T): T {
    const { noGreater, noIn } = this
    this.noGreater = this.noIn = false
    const result = parse()
    this.noGreater = noGreater
    this.noIn = noIn
    return result
  }

  // Expressions, loosest first.

  expression(): Expression {
    const test = this.operation(0)
    if (!this.take('?')) return test
    this.newlines()
    const yes = this.expression()
    this.newlines()
    if (!this.take(':')) this.fail()
    this.newlines()
    return { k: 'conditional', test, yes, no: this.expression() }
  }
  /** Operators between concatenations, all left-associative. `k in a != 1` is `(k in a) != 1`, because a name alone can follow `in`. */
  private operation(least: number): Expression {
    let left = this.concatenation()
    for (;;) {
      const { type, text } = this.token, strength = type === 'punctuation' || type === 'keyword' ? STRENGTH[text] : undefined
      if (strength === undefined || strength < least || (text === '>' && this.noGreater) || (text === 'in' && this.noIn)) return left
      this.at++
      if (text === 'in') {
        left = { k: 'in', subscripts: [left], array: this.arrayName() }
        continue
      }
      if (text === '||' || text === '&&') this.newlines()
      const right = this.operation(strength + 1)
      left = text === '||' ? { k: 'or', left, right } : text === '&&' ? { k: 'and', left, right }
        : text === '~' || text === '!~' ? { k: 'match', negated: text === '!~', left, right } : { k: 'binary', op: text, left, right }
    }
  }
  private arrayName(): Variable {
    const name = this.token
    if (name.type !== 'name') this.fail()
    this.at++
    return this.kind(this.variable(name), 'array', name.line)
  }
  private startsOperand(): boolean {
    const { type, text } = this.token
    return type === 'number' || type === 'string' || type === 'regex' || type === 'name' || type === 'call' || type === 'builtin'
      || (type === 'punctuation' && (text === '$' || text === '(' || text === '!' || text === '-' || text === '+' || text === '++' || text === '--'))
  }
  private concatenation(): Expression {
    this.operandAt = this.at
    let left = this.additive()
    while (this.startsOperand() && !(this.is('in'))) left = { k: 'binary', op: ' ', left, right: this.additive() }
    if (this.dialect.name === 'gawk') left = this.piped(left)
    return left
  }
  private additive(): Expression {
    let left = this.multiplicative()
    while (this.is('+') || this.is('-')) {
      const op = this.token.text
      this.at++
      left = { k: 'binary', op, left, right: this.multiplicative() }
    }
    return left
  }
  private multiplicative(): Expression {
    let left = this.unary()
    while (this.is('*') || this.is('/') || this.is('%')) {
      const op = this.token.text
      this.at++
      left = { k: 'binary', op, left, right: this.unary() }
    }
    return left
  }
  private unary(): Expression {
    if (this.is('!') || this.is('-') || this.is('+')) {
      const op = this.token.text as '!' | '-' | '+'
      this.at++
      return { k: 'unary', op, inner: this.unary() }
    }
    const left = this.power()
    return this.dialect.name === 'mawk' ? this.piped(left) : left
  }
  /** `cmd | getline`, any number of them. */
  private piped(left: Expression): Expression {
    while ((this.is('|') || this.is('|&')) && this.tokens[this.at + 1]!.text === 'getline' && this.tokens[this.at + 1]!.type === 'keyword') {
      this.at += 2
      left = { k: 'getline', from: 'command', source: left, target: this.target() }
    }
    return left
  }
  private power(): Expression {
    const left = this.postfix()
    if (!this.take('^')) return left
    // Right-associative; a sign may stand before the exponent.
    const right = this.is('-') || this.is('+') || this.is('!') ? this.signedPower() : this.power()
    return { k: 'binary', op: '^', left, right }
  }
  private signedPower(): Expression {
    const op = this.token.text as '!' | '-' | '+'
    this.at++
    return { k: 'unary', op, inner: this.is('-') || this.is('+') || this.is('!') ? this.signedPower() : this.power() }
  }
  private postfix(): Expression {
    // mawk assigns only to what its operand begins with: `1 + x = 2` is an error there.
    const first = this.at === this.operandAt || this.dialect.name === 'gawk'
    const left = this.primary()
    if (left.k !== 'variable' && left.k !== 'index' && left.k !== 'field') return left
    const { token } = this
    if (token.type !== 'punctuation') return left
    if (token.text === '++' || token.text === '--') {
      this.at++
      return { k: 'increment', target: left, by: token.text === '++' ? 1 : -1, prefix: false }
    }
    if (first && ASSIGNMENTS.has(token.text)) {
      this.at++
      this.newlines()
      return { k: 'assign', op: token.text, target: left, value: this.expression() }
    }
    return left
  }
  private target(): Lvalue | null {
    const { token } = this
    if (token.type === 'name' || (token.type === 'punctuation' && token.text === '$')) return this.primary() as Lvalue
    return null
  }
  private primary(): Expression {
    const { token } = this
    switch (token.type) {
      case 'number': this.at++; return { k: 'number', value: token.value! }
      case 'string': this.at++; return { k: 'string', value: token.text }
      case 'regex': this.at++; return { k: 'regex', source: token.text }
      case 'name': {
        this.at++
        const variable = this.variable(token)
        if (this.take('[')) return { k: 'index', array: this.kind(variable, 'array', token.line), subscripts: this.list(']') }
        // As an argument of its own it may yet become an array: infer.ts.
        if (!(this.bare && (this.is(',') || this.is(')')))) this.kind(variable, 'scalar', token.line)
        return { k: 'variable', variable }
      }
      case 'call':
        // A variable before a parenthesis is concatenated with it.
        if (this.globals.has(token.text) && !this.functions.has(token.text)) {
          this.at++
          return { k: 'variable', variable: this.kind(this.variable(token), 'scalar', token.line) }
        }
        return this.callOf(token)
      case 'builtin': return this.builtin(token)
      case 'keyword': if (token.text === 'getline') return this.getline(); break
      case 'punctuation':
        switch (token.text) {
          case '$': {
            this.at++
            if (this.is('++') || this.is('--')) return { k: 'field', of: this.primary() }
            if (this.is('-') || this.is('+') || this.is('!')) {
              const op = this.token.text as '-' | '+' | '!'
              this.at++
              return { k: 'field', of: { k: 'unary', op, inner: this.primary() } }
            }
            return { k: 'field', of: this.primary() }
          }
          case '++': case '--': {
            this.at++
            const target = this.primary()
            if (target.k !== 'variable' && target.k !== 'index' && target.k !== 'field') this.fail()
            return { k: 'increment', target, by: token.text === '++' ? 1 : -1, prefix: true }
          }
          case '!': case '-': case '+': return this.unary()
          case '(': return this.group()
        }
    }
    return this.fail()
  }
  /** An argument that is a name alone is being read. */
  private bare = false
  private group(): Expression {
    this.at++
    const list = this.list(')')
    if (list.length === 1) return { k: 'group', inner: list[0]! }
    if (!this.is('in')) this.fail()
    this.at++
    return { k: 'in', subscripts: list, array: this.arrayName() }
  }
  private getline(): Expression {
    this.at++
    const target = this.target()
    if (!this.take('<')) return { k: 'getline', from: 'input', source: null, target }
    return { k: 'getline', from: 'file', source: this.fileOperand(), target }
  }
  /** Without concatenation. */
  private fileOperand(): Expression {
    const left = this.primary()
    if ((left.k === 'variable' || left.k === 'index' || left.k === 'field') && (this.is('++') || this.is('--'))) {
      const by = this.token.text === '++' ? 1 : -1
      this.at++
      return { k: 'increment', target: left, by, prefix: false }
    }
    return left
  }
  private arguments(): Expression[] {
    this.at++
    this.newlines()
    const args: Expression[] = []
    this.unrestricted(() => {
      while (!this.is(')')) {
        this.newlines()
        const first = this.token, second = this.tokens[this.at + 1]!
        const before = this.bare
        this.bare = first.type === 'name' && second.type === 'punctuation' && (second.text === ',' || second.text === ')')
        if (this.bare) args.push(this.primary())
        else args.push(this.expression())
        this.bare = before
        this.newlines()
        if (this.take(',')) this.newlines()
        else if (!this.is(')')) this.expect(')')
      }
    })
    this.at++
    return args
  }
  private callOf(token: Token): Expression {
    this.at++
    const fn = this.function(token.text, token.line)
    return { k: 'call', fn, args: this.arguments(), line: token.line }
  }
  private builtin(token: Token): Expression {
    this.at++
    const name = token.text
    let args: Expression[] = []
    if (this.is('(')) args = this.arguments()
    else if (name !== 'length') this.fail()
    const [least, most] = ARITY[name]!
    if (args.length < least || args.length > most) throw new ProgramError(`wrong number of arguments in call to ${name}`, token.line)
    for (const [n, arg] of args.entries()) {
      if (arg.k !== 'variable') continue
      const array = (name === 'split' && n === 1) || (name === 'patsplit' && (n === 1 || n === 3)) || (name === 'split' && n === 3) || (name === 'match' && n === 2) || ((name === 'asort' || name === 'asorti') && n < 2)
      if (array) this.kind(arg.variable, 'array', token.line)
      else if (!(name === 'length' || name === 'typeof' || name === 'isarray')) this.kind(arg.variable, 'scalar', token.line)
    }
    return { k: 'builtin', name, args, line: token.line }
  }
}
