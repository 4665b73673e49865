/**
 * Parses an awk program: recursive descent over the words of lexer.ts, names resolved on the way, then what is an array and what a scalar.
 * This file has rules and statements. Source: POSIX awk grammar; mawk 1.3.4 20200120 for its messages.
 */
import { infer } from './infer.ts'
import { ProgramError, tokenize, type Dialect } from './lexer.ts'
import { ExpressionParser } from './parse-expressions.ts'
import type { Expression, Lvalue, Program, Redirection, Rule, Statement } from './tree.ts'

export function parse(text: string, dialect: Dialect, specials: readonly string[]): Program {
  return new Parser(tokenize(text, dialect), dialect, specials).program()
}

class Parser extends ExpressionParser {
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
}
