/**
 * expr: one expression, a word to each token. Numbers have no bounds, regular expressions are basic and begin at the start of the string.
 * Status 0: neither empty nor 0; 1: it is; 2: the expression is wrong. What `|` and `&` need not know is read but not computed.
 * Source: GNU coreutils 9.1.
 */
import { defineCommand } from '../kernel/command.ts'
import { compile } from '../regex/posix.ts'
import { complain, misused, out, quote } from './io.ts'

/** Caught in this file. */
class Wrong extends Error {}

type Value = string | bigint
const text = (v: Value): string => String(v)
const isNull = (v: Value): boolean => typeof v === 'bigint' ? v === 0n : /^(?:|-?0+)$/.test(v)
const integer = (v: Value): bigint | null => typeof v === 'bigint' ? v : /^-?\d+$/.test(v) ? BigInt(v) : null
const truth = (is: boolean): bigint => is ? 1n : 0n

const RELATIONS: Readonly<Record<string, (order: number) => boolean>> = {
  '<': n => n < 0, '<=': n => n <= 0, '=': n => n === 0, '==': n => n === 0, '!=': n => n !== 0, '>=': n => n >= 0, '>': n => n > 0,
}
const relationOf = (word: string | undefined): ((order: number) => boolean) | undefined => word !== undefined && Object.hasOwn(RELATIONS, word) ? RELATIONS[word] : undefined
function order(a: Value, b: Value): number {
  const m = integer(a), n = integer(b), [x, y] = m !== null && n !== null ? [m, n] : [text(a), text(b)]
  return x < y ? -1 : x > y ? 1 : 0
}

function matched(subject: Value, pattern: Value): Value {
  const regex = compile(text(pattern), { dialect: 'expr' })
  if ('error' in regex) throw new Wrong(regex.error)
  const spans = regex.exec(text(subject)), fits = spans !== null && spans[0] === 0
  if (regex.groups === 0) return fits ? BigInt(spans[1]!) : 0n
  return fits && spans[2]! >= 0 ? text(subject).slice(spans[2], spans[3]) : ''
}
function piece(subject: Value, from: Value, length: Value): Value {
  const at = integer(from), n = integer(length)
  return at === null || n === null || at <= 0n || n <= 0n ? '' : text(subject).slice(Number(at) - 1, Number(at) - 1 + Number(n))
}
function indexOf(subject: Value, chars: Value): Value {
  const set = text(chars)
  return BigInt([...text(subject)].findIndex(char => set.includes(char)) + 1)
}

class Expression {
  private readonly words: readonly string[]
  private at = 0
  constructor(words: readonly string[]) { this.words = words }

  value(): Value {
    const v = this.or(true)
    if (this.at < this.words.length) throw new Wrong(`syntax error: unexpected argument ${quote(this.words[this.at]!)}`)
    return v
  }
  private taken(...words: string[]): string | undefined {
    const word = this.words[this.at]
    if (word === undefined || !words.includes(word)) return undefined
    this.at++
    return word
  }
  private needed(): void {
    if (this.at >= this.words.length) throw new Wrong(`syntax error: missing argument after ${quote(this.words[this.at - 1]!)}`)
  }

  private or(wanted: boolean): Value {
    let v = this.and(wanted)
    while (this.taken('|') !== undefined) {
      const r = this.and(wanted && isNull(v))
      if (isNull(v)) v = isNull(r) ? 0n : r
    }
    return v
  }
  private and(wanted: boolean): Value {
    let v = this.relation(wanted)
    while (this.taken('&') !== undefined) {
      const r = this.relation(wanted && !isNull(v))
      if (isNull(v) || isNull(r)) v = 0n
    }
    return v
  }
  private relation(wanted: boolean): Value {
    let v = this.sum(wanted)
    for (;;) {
      const holds = relationOf(this.words[this.at])
      if (holds === undefined) return v
      this.at++
      const r = this.sum(wanted)
      v = truth(holds(order(v, r)))
    }
  }
  private sum(wanted: boolean): Value {
    let v = this.product(wanted)
    for (let operator; (operator = this.taken('+', '-')) !== undefined;) {
      const r = this.product(wanted)
      if (wanted) { const [a, b] = numbers(v, r); v = operator === '+' ? a + b : a - b }
    }
    return v
  }
  private product(wanted: boolean): Value {
    let v = this.match(wanted)
    for (let operator; (operator = this.taken('*', '/', '%')) !== undefined;) {
      const r = this.match(wanted)
      if (!wanted) continue
      const [a, b] = numbers(v, r)
      if (operator !== '*' && b === 0n) throw new Wrong('division by zero')
      v = operator === '*' ? a * b : operator === '/' ? a / b : a % b
    }
    return v
  }
  private match(wanted: boolean): Value {
    let v = this.keyword(wanted)
    while (this.taken(':') !== undefined) {
      const r = this.keyword(wanted)
      if (wanted) v = matched(v, r)
    }
    return v
  }
  private keyword(wanted: boolean): Value {
    const word = this.taken('+', 'length', 'match', 'index', 'substr')
    if (word === undefined) return this.primary(wanted)
    if (word === '+') {
      this.needed()
      return this.words[this.at++]!
    }
    const a = this.keyword(wanted)
    if (word === 'length') return BigInt(text(a).length)
    const b = this.keyword(wanted)
    if (word === 'match') return wanted ? matched(a, b) : a
    return word === 'index' ? indexOf(a, b) : piece(a, b, this.keyword(wanted))
  }
  private primary(wanted: boolean): Value {
    this.needed()
    if (this.taken(')') !== undefined) throw new Wrong("syntax error: unexpected ')'")
    if (this.taken('(') === undefined) return this.words[this.at++]!
    const v = this.or(wanted), next = this.words[this.at]
    if (next === undefined) throw new Wrong(`syntax error: expecting ')' after ${quote(this.words[this.at - 1]!)}`)
    if (next !== ')') throw new Wrong(`syntax error: expecting ')' instead of ${quote(next)}`)
    this.at++
    return v
  }
}
function numbers(a: Value, b: Value): [bigint, bigint] {
  const m = integer(a), n = integer(b)
  if (m === null || n === null) throw new Wrong('non-integer argument')
  return [m, n]
}

const expr = defineCommand({
  name: 'expr',
  *run(p) {
    const [, only, ...more] = p.argv
    if (more.length === 0 && only === '--help') return (yield* out(p, 'Usage: expr EXPRESSION\n  or:  expr OPTION\n')) ? 0 : 2
    if (more.length === 0 && only === '--version') return (yield* out(p, 'expr (GNU coreutils) 9.1\n')) ? 0 : 2
    const words = p.argv.slice(only === '--' ? 2 : 1)
    if (words.length === 0) {
      yield* misused(p, 'missing operand')
      return 2
    }
    try {
      const v = new Expression(words).value()
      return (yield* out(p, `${text(v)}\n`)) ? isNull(v) ? 1 : 0 : 3
    } catch (error) {
      if (!(error instanceof Wrong)) throw error
      yield* complain(p, error.message)
      return 2
    }
  },
})
export const EXPR = [expr]
