/**
 * Text of an arithmetic expression → tree. Precedence, tokens and messages are those of bash's own evaluator, which names in its errors the rest of
 * the text from the last token that it read ("error token").
 * Source of truth: bash(1) 5.2, ARITHMETIC EVALUATION.
 */
import type { Arithmetic, AssignOperator, BinaryOperator, Lvalue } from './arithmetic-tree.ts'
import { ArithmeticFault } from './fault.ts'

export const fault = (expression: string, message: string, rest: string): ArithmeticFault =>
  new ArithmeticFault(`${expression.replace(/^[ \t\n]+/, '')}: ${message} (error token is "${rest}")`)

/** In 64 bits, as a number where that is exact. */
export const wrap = (value: bigint): number | bigint => {
  const wrapped = BigInt.asIntN(64, value), small = Number(wrapped)
  return Number.isSafeInteger(small) ? small : wrapped
}

const LEVELS: readonly (readonly BinaryOperator[])[] = [['|'], ['^'], ['&'], ['==', '!='], ['<=', '>=', '<', '>'], ['<<', '>>'], ['+', '-'], ['*', '/', '%']]
const ASSIGNING: readonly string[] = ['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '|=', '^=']
const NAME_START = /[A-Za-z_]/
type Kind = 'end' | 'number' | 'name' | 'dollar' | 'operator'

class Parser {
  private readonly text: string
  /** Collects `$x`; null where none may stand. */
  private readonly dollars: string[] | null
  private at = 0
  /** Where the last token that is not the end begins. */
  private last = 0
  private kind: Kind = 'end'
  private token = ''
  private target: Lvalue | null = null
  private value: number | bigint = 0
  /** The token before was a variable, so that it can be assigned. */
  private assignable = false
  private stepping = false

  constructor(text: string, dollars: string[] | null) {
    this.text = text
    this.dollars = dollars
  }
  parse(): Arithmetic | null {
    if (/^[ \t\n]*$/.test(this.text)) return null
    this.next()
    const tree = this.comma()
    if (this.kind !== 'end') throw this.fault('syntax error in expression')
    return tree
  }
  private fault(message: string): ArithmeticFault { return fault(this.text, message, this.text.slice(this.last)) }

  private next(): void {
    const { text } = this
    this.assignable = this.kind === 'name'
    const before = this.kind, beforeToken = this.token
    while (/[ \t\n]/.test(text[this.at] ?? '')) this.at++
    const c = text[this.at]
    if (c === undefined) {
      this.kind = 'end'
      this.token = ''
      return
    }
    this.last = this.at
    if (NAME_START.test(c)) return this.name()
    if (c >= '0' && c <= '9') return this.number()
    if (c === '$' && this.dollars !== null) return this.dollar()
    this.kind = 'operator'
    this.token = this.operator(c, before, beforeToken)
    this.at += this.token.length
  }
  private name(): void {
    const { text } = this, name = /^[A-Za-z_0-9]+/.exec(text.slice(this.at))![0]
    this.at += name.length
    let subscript: string | null = null
    if (text[this.at] === '[') {
      let depth = 0, i = this.at
      for (; i < text.length; i++) {
        if (text[i] === '[') depth++
        else if (text[i] === ']' && --depth === 0) break
      }
      if (i >= text.length) throw this.fault('bad array subscript')
      subscript = text.slice(this.at + 1, i)
      if (subscript.includes('$') && this.dollars !== null) throw this.fault('subscript with an expansion')
      this.at = i + 1
    }
    this.kind = 'name'
    this.target = { name, subscript }
  }
  private number(): void {
    const digits = /^[0-9A-Za-z#@_]+/.exec(this.text.slice(this.at))![0]
    this.at += digits.length
    this.kind = 'number'
    this.value = this.constant(digits)
  }
  private dollar(): void {
    const found = /^\$(?:\{([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[#?])\}|([A-Za-z_][A-Za-z0-9_]*|[0-9#?]))/.exec(this.text.slice(this.at)), name = found?.[1] ?? found?.[2]
    if (found === null || name === undefined) throw this.fault('syntax error: operand expected')
    // Glued to something else it is not a number of its own.
    if (/[A-Za-z0-9_#@}$\]]/.test(this.text[this.at - 1] ?? '') || /[A-Za-z0-9_#@$[]/.test(this.text[this.at + found[0].length] ?? '')) throw this.fault('glued')
    this.at += found[0].length
    this.kind = 'dollar'
    this.value = this.dollars!.push(name) - 1
  }
  private operator(c: string, before: Kind, beforeToken: string): string {
    const { text, at } = this, three = text.slice(at, at + 3), two = three.slice(0, 2)
    if (three === '<<=' || three === '>>=') return three
    if (['==', '!=', '>=', '<=', '>>', '<<', '&&', '||', '**'].includes(two)) return two
    if (two === '++' || two === '--') {
      if (before === 'name') {
        if (this.stepping) throw this.fault(`${two}: assignment requires lvalue`)
        return two
      }
      if (NAME_START.test(text.slice(at + 2).trimStart()[0] ?? '')) return two
      return c
    }
    if (text[at + 1] === '=' && '*/%+-&^|'.includes(c)) return two
    if ('+-*/%<>=!~&|^?:(),'.includes(c)) return c
    if (before === 'end' || before === 'operator' && beforeToken !== ')') throw this.fault('syntax error: operand expected')
    throw this.fault('syntax error: invalid arithmetic operator')
  }
  private constant(digits: string): number | bigint {
    if (/^(?:0|[1-9][0-9]{0,14})$/.test(digits)) return Number(digits)
    // bash cuts the expression off behind the number before it looks at it, and so shows no more.
    const wrong = (message: string): ArithmeticFault => fault(this.text.slice(0, this.last + digits.length), message, digits)
    let base = 10, body = digits
    const hash = digits.indexOf('#')
    if (hash >= 0) {
      const written = digits.slice(0, hash)
      if (/^0/.test(written)) throw wrong('invalid number')
      if (/[^0-9]/.test(written)) throw wrong('value too great for base')
      base = Number(written)
      if (base < 2 || base > 64) throw wrong('invalid arithmetic base')
      body = digits.slice(hash + 1)
      if (body === '') throw wrong('invalid integer constant')
    } else if (/^0[xX]/.test(digits)) [base, body] = [16, digits.slice(2)]
    else if (digits[0] === '0') [base, body] = [8, digits.slice(1)]
    let value = 0n
    for (const c of body) {
      if (c === '#') throw wrong('invalid number')
      const digit = digitOf(c, base)
      if (digit >= base) throw wrong('value too great for base')
      value = BigInt.asIntN(64, value * BigInt(base) + BigInt(digit))
    }
    return wrap(value)
  }

  private is(token: string): boolean { return this.kind === 'operator' && this.token === token }
  private ended(): boolean { return this.kind === 'end' }
  private comma(): Arithmetic {
    let left = this.assign()
    while (this.is(',')) {
      this.next()
      left = { kind: 'comma', left, right: this.assign() }
    }
    return left
  }
  private assign(): Arithmetic {
    const left = this.ternary()
    if (this.kind !== 'operator' || !ASSIGNING.includes(this.token)) return left
    if (left.kind !== 'variable' || !this.assignable) throw this.fault('attempted assignment to non-variable')
    const operator = this.token as AssignOperator
    this.next()
    const from = this.last, value = this.assign()
    return { kind: 'assign', operator, target: left.target, value, rest: this.text.slice(operator === '=' ? this.last : from) }
  }
  private ternary(): Arithmetic {
    const test = this.or()
    if (!this.is('?')) return test
    this.next()
    if (this.ended() || this.is(':')) throw this.fault('expression expected')
    const then = this.comma()
    if (!this.is(':')) throw this.fault("`:' expected for conditional expression")
    this.next()
    if (this.ended()) throw this.fault('expression expected')
    const otherwise = this.ternary()
    this.assignable = false
    return { kind: 'ternary', test, then, otherwise }
  }
  private or(): Arithmetic {
    let left = this.and()
    while (this.is('||')) {
      this.next()
      left = { kind: 'or', left, right: this.and() }
      this.assignable = false
    }
    return left
  }
  private and(): Arithmetic {
    let left = this.binary(0)
    while (this.is('&&')) {
      this.next()
      left = { kind: 'and', left, right: this.binary(0) }
      this.assignable = false
    }
    return left
  }
  private binary(level: number): Arithmetic {
    const operators = LEVELS[level]
    if (operators === undefined) return this.power()
    let left = this.binary(level + 1)
    while (this.kind === 'operator' && (operators as readonly string[]).includes(this.token)) {
      const operator = this.token as BinaryOperator
      this.next()
      const from = this.last, right = this.binary(level + 1)
      left = { kind: 'binary', operator, left, right, rest: this.text.slice(from) }
      this.assignable = false
    }
    return left
  }
  private power(): Arithmetic {
    const left = this.unary()
    if (!this.is('**')) return left
    this.next()
    const right = this.power()
    this.assignable = false
    return { kind: 'binary', operator: '**', left, right, rest: this.text.slice(this.last) }
  }
  private unary(): Arithmetic {
    if (this.kind === 'operator' && (this.token === '!' || this.token === '~' || this.token === '-' || this.token === '+')) {
      const operator = this.token
      this.next()
      const operand = this.unary()
      this.assignable = false
      return { kind: 'unary', operator, operand }
    }
    return this.primary()
  }
  private primary(): Arithmetic {
    const { kind } = this
    if (this.is('++') || this.is('--')) {
      const by = this.token === '++' ? 1 : -1
      this.stepping = true
      this.next()
      if (this.kind !== 'name') throw this.fault('identifier expected after pre-increment or pre-decrement')
      const { target } = this
      this.next()
      this.stepping = this.assignable = false
      return { kind: 'step', target: target!, by, prefix: true, rest: this.text.slice(this.last) }
    }
    if (this.is('(')) {
      this.next()
      const inner = this.comma()
      if (!this.is(')')) throw this.fault("missing `)'")
      this.next()
      this.assignable = false
      return inner.kind === 'variable' ? { kind: 'unary', operator: '+', operand: inner } : inner
    }
    if (kind === 'number' || kind === 'dollar') {
      const { value } = this
      this.next()
      return kind === 'number' ? { kind: 'number', value } : { kind: 'dollar', place: value as number }
    }
    if (kind === 'name') {
      const { target } = this
      this.next()
      if (this.is('++') || this.is('--')) {
        const by = this.token === '++' ? 1 : -1
        this.next()
        return { kind: 'step', target: target!, by, prefix: false, rest: this.text.slice(this.last) }
      }
      return { kind: 'variable', target: target!, rest: this.text.slice(this.last) }
    }
    throw this.fault('syntax error: operand expected')
  }
}
function digitOf(c: string, base: number): number {
  if (c >= '0' && c <= '9') return c.charCodeAt(0) - 48
  if (c >= 'a' && c <= 'z') return c.charCodeAt(0) - 87
  if (c >= 'A' && c <= 'Z') return c.charCodeAt(0) - (base <= 36 ? 55 : 29)
  return c === '@' ? 62 : 63
}

interface Parsed { readonly expression: Arithmetic | null }
const memo = new Map<string, Parsed>()
/** Text in which everything is expanded; null: it is empty, and so 0. */
export function parseArithmetic(text: string): Arithmetic | null {
  const known = memo.get(text)
  if (known !== undefined) return known.expression
  const expression = new Parser(text, null).parse()
  if (memo.size >= 2_000) memo.clear()
  memo.set(text, { expression })
  return expression
}
/** Text as it is written; null if it is wrong, or `$` in it are not plain numbers' places: then it is to be expanded first. */
export function compileArithmetic(text: string): { readonly expression: Arithmetic | null; readonly dollars: readonly string[] } | null {
  const dollars: string[] = []
  try {
    return { expression: new Parser(text, dollars).parse(), dollars }
  } catch (error) {
    if (error instanceof ArithmeticFault) return null
    throw error
  }
}
