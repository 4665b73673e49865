/**
 * Expressions of awk, by recursive descent.
 *
 * Precedence as in mawk's grammar: `cmd | getline` binds tighter than concatenation (looser in gawk), `!x ~ y` is `(!x) ~ y`, `>` in print is a redirection.
 * Source: POSIX awk grammar; mawk 1.3.4 20200120 observed.
 */
import { ProgramError, type Token } from './lexer.ts'
import { Words } from './parse-words.ts'
import type { Expression, Lvalue, Variable } from './tree.ts'

const STRENGTH: Readonly<Record<string, number>> = { '||': 1, '&&': 2, in: 3, '~': 4, '!~': 4, '==': 5, '!=': 5, '<': 5, '<=': 5, '>': 5, '>=': 5 }
const COMPARED = 5
const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^='])
const ARITY: Readonly<Record<string, readonly [least: number, most: number]>> = {
  length: [0, 1], index: [2, 2], substr: [2, 3], sprintf: [1, Infinity], sin: [1, 1], cos: [1, 1], atan2: [2, 2], exp: [1, 1], log: [1, 1], int: [1, 1], sqrt: [1, 1], rand: [0, 0], srand: [0, 1],
  close: [1, 2], system: [1, 1], toupper: [1, 1], tolower: [1, 1], fflush: [0, 1], mktime: [1, 2], strftime: [0, 3], systime: [0, 0], match: [2, 3], split: [2, 4], sub: [2, 3], gsub: [2, 3],
  gensub: [3, 4], asort: [1, 3], asorti: [1, 3], strtonum: [1, 1], and: [2, Infinity], or: [2, Infinity], xor: [2, Infinity], lshift: [2, 2], rshift: [2, 2], compl: [1, 1], typeof: [1, 1], isarray: [1, 1], patsplit: [2, 4],
}

export abstract class ExpressionParser extends Words {
  protected commas(): Expression[] {
    const list = [this.expression()]
    while (this.take(',')) {
      this.newlines()
      list.push(this.expression())
    }
    return list
  }
  protected list(close: string): Expression[] {
    return this.unrestricted(() => {
      this.newlines()
      const list = this.commas()
      this.newlines()
      this.expect(close)
      return list
    })
  }
  protected unrestricted<T>(parse: () => T): T {
    const { noGreater } = this
    this.noGreater = false
    const result = parse()
    this.noGreater = noGreater
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
  protected operation(least: number): Expression {
    let left = this.concatenation()
    for (;;) {
      const { type, text } = this.token, strength = type === 'punctuation' || type === 'keyword' ? STRENGTH[text] : undefined
      if (strength === undefined || strength < least || (text === '>' && this.noGreater)) return left
      this.at++
      if (text === 'in') {
        left = { k: 'in', subscripts: [left], array: this.arrayName() }
        continue
      }
      if (text === '||' || text === '&&') this.newlines()
      const right = this.operation(strength + 1)
      // Two comparisons in a row mean nothing to gawk.
      if (strength === COMPARED && this.dialect.name === 'gawk' && STRENGTH[this.token.text] === COMPARED && this.token.type === 'punctuation' && !(this.noGreater && this.is('>'))) this.fail()
      left = text === '||' ? { k: 'or', left, right } : text === '&&' ? { k: 'and', left, right }
        : text === '~' || text === '!~' ? { k: 'match', negated: text === '!~', left, right } : { k: 'binary', op: text, left, right }
    }
  }
  protected arrayName(): Variable {
    const name = this.token
    if (name.type !== 'name') this.fail()
    this.at++
    return this.kind(this.variable(name), 'array', name.line)
  }
  protected startsOperand(): boolean {
    const { type, text } = this.token
    return type === 'number' || type === 'string' || type === 'regex' || type === 'name' || type === 'call' || type === 'builtin'
      || (type === 'punctuation' && (text === '$' || text === '(' || text === '!' || text === '-' || text === '+' || text === '++' || text === '--'))
  }
  protected concatenation(): Expression {
    this.operandAt = this.at
    let left = this.additive()
    while (this.startsOperand() && !(this.is('in'))) left = { k: 'binary', op: ' ', left, right: this.additive() }
    if (this.dialect.name === 'gawk') left = this.piped(left)
    return left
  }
  protected additive(): Expression {
    let left = this.multiplicative()
    while (this.is('+') || this.is('-')) {
      const op = this.token.text
      this.at++
      left = { k: 'binary', op, left, right: this.multiplicative() }
    }
    return left
  }
  protected multiplicative(): Expression {
    let left = this.unary()
    while (this.is('*') || this.is('/') || this.is('%')) {
      const op = this.token.text
      this.at++
      left = { k: 'binary', op, left, right: this.unary() }
    }
    return left
  }
  protected unary(): Expression {
    if (this.is('!') || this.is('-') || this.is('+')) {
      const op = this.token.text as '!' | '-' | '+'
      this.at++
      return { k: 'unary', op, inner: this.unary() }
    }
    const left = this.power()
    return this.dialect.name === 'mawk' ? this.piped(left) : left
  }
  /** `cmd | getline`, any number of them. */
  protected piped(left: Expression): Expression {
    while ((this.is('|') || this.is('|&')) && this.tokens[this.at + 1]!.text === 'getline' && this.tokens[this.at + 1]!.type === 'keyword') {
      this.at += 2
      left = { k: 'getline', from: 'command', source: left, target: this.target() }
    }
    return left
  }
  protected power(): Expression {
    const left = this.postfix()
    if (!this.take('^')) return left
    // Right-associative; a sign may stand before the exponent.
    const right = this.is('-') || this.is('+') || this.is('!') ? this.signedPower() : this.power()
    return { k: 'binary', op: '^', left, right }
  }
  protected signedPower(): Expression {
    const op = this.token.text as '!' | '-' | '+'
    this.at++
    return { k: 'unary', op, inner: this.is('-') || this.is('+') || this.is('!') ? this.signedPower() : this.power() }
  }
  protected postfix(): Expression {
    // Only what an operand begins with can be assigned to: `1 + x = 2` is an error.
    const first = this.at === this.operandAt
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
  protected target(): Lvalue | null {
    const { token } = this
    if (token.type === 'name' || (token.type === 'punctuation' && token.text === '$')) return this.primary() as Lvalue
    return null
  }
  protected primary(): Expression {
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
  protected bare = false
  protected group(): Expression {
    this.at++
    const list = this.list(')')
    if (list.length === 1) return { k: 'group', inner: list[0]! }
    if (!this.is('in')) this.fail()
    this.at++
    return { k: 'in', subscripts: list, array: this.arrayName() }
  }
  protected getline(): Expression {
    this.at++
    const target = this.target()
    if (!this.take('<')) return { k: 'getline', from: 'input', source: null, target }
    return { k: 'getline', from: 'file', source: this.fileOperand(), target }
  }
  /** Without concatenation. */
  protected fileOperand(): Expression {
    const left = this.primary()
    if ((left.k === 'variable' || left.k === 'index' || left.k === 'field') && (this.is('++') || this.is('--'))) {
      const by = this.token.text === '++' ? 1 : -1
      this.at++
      return { k: 'increment', target: left, by, prefix: false }
    }
    return left
  }
  protected arguments(): Expression[] {
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
  protected callOf(token: Token): Expression {
    this.at++
    const fn = this.function(token.text, token.line)
    return { k: 'call', fn, args: this.arguments(), line: token.line }
  }
  protected builtin(token: Token): Expression {
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
