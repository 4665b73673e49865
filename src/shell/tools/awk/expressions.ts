/**
 * Expressions as closures. Each kind of node is compiled for a value, and where it pays also for text and for a number, so that `$1 + $2` makes no values
 * on its way. Source: POSIX awk, "Expressions in awk".
 */
import { AwkArray } from './array.ts'
import { builtin } from './builtins.ts'
import { apply, immediate, numberOf, numeric, textOf, textual, together, valueOf, waiting, type Code, type Now } from './code.ts'
import { getline } from './getline.ts'
import { gawkPow, pow } from './math.ts'
import { arrayOf, elementCode, has, load, placeOf, subscriptCode, whereOf } from './places.ts'
import { matcher } from './patterns.ts'
import { AwkError, RETURN, Unwind, type Runtime } from './runtime.ts'
import type { Expression, FunctionDef } from './tree.ts'
import { compare, isTrue, type Value } from './value.ts'

/** The compiled body of a function: filled in when all are known, for they may call each other. */
export interface FunctionCode { now: ((rt: Runtime) => number) | null; later: ((rt: Runtime) => Generator<import('../../kernel/wait.ts').Wait, number, import('../../kernel/wait.ts').Wake>) | null; readonly waits: boolean }
export type Functions = ReadonlyMap<FunctionDef, FunctionCode>

export class Expressions {
  private readonly functions: Functions
  readonly gawk: boolean
  constructor(functions: Functions, gawk: boolean) {
    this.functions = functions
    this.gawk = gawk
  }

  readonly expression = (e: Expression): Code => {
    switch (e.k) {
      case 'number': return immediate(() => e.value, { constant: e.value, number: () => e.value })
      case 'string': return immediate(() => e.value, { constant: e.value, text: () => e.value })
      case 'regex': return this.match({ k: 'match', negated: false, left: { k: 'field', of: { k: 'number', value: 0 } }, right: e })
      case 'group': return this.expression(e.inner)
      case 'variable': {
        const { variable } = e
        if (variable.name === 'NF' && !variable.local) return numeric(rt => rt.nf)
        const now = load(variable)
        return immediate(now, {
          text: rt => { const value = now(rt); return typeof value === 'string' ? value : rt.text(value) },
          number: rt => { const value = now(rt); return typeof value === 'number' ? value : rt.number(value) },
        })
      }
      case 'index': {
        const element = elementCode(e.array, e.subscripts, this.expression)
        if (element.now === null) return waiting(function* (rt) { return (whereOf(yield* element.later!(rt)) as { value: Value }).value })
        const now = element.now as unknown as (rt: Runtime) => { value: Value }
        return immediate(rt => now(rt).value)
      }
      case 'field': return this.field(e.of)
      case 'unary': return this.unary(e.op, this.expression(e.inner))
      case 'binary': return this.binary(e.op, this.expression(e.left), this.expression(e.right))
      case 'and': case 'or': return this.shortCircuit(e.k, this.condition(e.left), this.condition(e.right))
      case 'conditional': return this.conditional(this.condition(e.test), this.expression(e.yes), this.expression(e.no))
      case 'match': return this.match(e)
      case 'in': {
        const array = arrayOf(e.array)
        return apply([subscriptCode(e.subscripts, this.expression)], (rt, value) => has(rt, array(rt), value) ? 1 : 0)
      }
      case 'assign': return this.assign(e)
      case 'increment': return this.increment(e)
      case 'call': return this.call(e)
      case 'builtin': return builtin(e, this)
      case 'getline': return getline(e, this)
    }
  }
  /** As a condition: 1 or 0. */
  condition(e: Expression): Code {
    const code = this.expression(e)
    if (e.k === 'regex' || e.k === 'match' || e.k === 'and' || e.k === 'or' || e.k === 'in' || (e.k === 'binary' && '==!=<=>='.includes(e.op))) return code
    return apply([code], (_rt, value) => isTrue(value) ? 1 : 0)
  }

  private field(of: Expression): Code {
    if (of.k === 'number') {
      const n = of.value
      return immediate(rt => rt.field(n), { text: rt => rt.fieldText(n) })
    }
    const index = this.expression(of)
    if (index.now === null) return apply([index], (rt, value) => rt.field(rt.number(value)))
    const number = numberOf(index)
    return immediate(rt => rt.field(number(rt)), { text: rt => rt.fieldText(number(rt)) })
  }
  private unary(op: string, inner: Code): Code {
    if (op === '!') return apply([inner], (_rt, value) => isTrue(value) ? 0 : 1)
    const sign = op === '-' ? -1 : 1
    if (inner.now === null) return apply([inner], (rt, value) => sign * rt.number(value))
    const number = numberOf(inner)
    return numeric(op === '-' ? rt => -number(rt) : number)
  }
  private binary(op: string, left: Code, right: Code): Code {
    const { gawk } = this
    if (op === ' ') {
      if (!together([left, right])) return apply([left, right], (rt, a, b) => rt.checked(rt.text(a) + rt.text(b)))
      const a = textOf(left), b = textOf(right)
      return textual(rt => { const text = a(rt) + b(rt); return text.length > 1 << 20 ? rt.checked(text) : text })
    }
    const arithmetic = gawk && op === '^' ? gawkPow : ARITHMETIC[op]
    if (arithmetic !== undefined) {
      const safe = (a: number, b: number): number => {
        if (gawk && b === 0 && (op === '/' || op === '%')) throw new AwkError(op === '/' ? 'division by zero attempted' : 'division by zero attempted in `%\'')
        return arithmetic(a, b)
      }
      if (!together([left, right])) return apply([left, right], (rt, a, b) => safe(rt.number(a), rt.number(b)))
      const a = numberOf(left), b = numberOf(right)
      switch (op) {
        case '+': return numeric(rt => a(rt) + b(rt))
        case '-': return numeric(rt => a(rt) - b(rt))
        case '*': return numeric(rt => a(rt) * b(rt))
        default: return numeric(rt => safe(a(rt), b(rt)))
      }
    }
    // A number that is none is equal to all others in mawk, greater in gawk.
    const ordered = COMPARISON[op]!, odd = ordered(gawk ? 1 : 0) ? 1 : 0, test = (order: number): boolean => order === order ? ordered(order) : odd === 1
    return apply([left, right], (rt, a, b) => typeof a === 'number' && typeof b === 'number' ? (a === b ? test(0) : a < b ? test(-1) : a > b ? test(1) : test(NaN)) ? 1 : 0 : test(compare(a, b, rt.text)) ? 1 : 0)
  }
  private shortCircuit(k: 'and' | 'or', left: Code, right: Code): Code {
    const { now: a } = left, { now: b } = right, stop = k === 'or' ? 1 : 0
    if (a !== null && b !== null) return numeric(rt => (a(rt) === stop ? stop : b(rt)) as number)
    return waiting(function* (rt) { return (yield* valueOf(left, rt)) === stop ? stop : yield* valueOf(right, rt) })
  }
  private conditional(test: Code, yes: Code, no: Code): Code {
    const { now: t } = test, { now: y } = yes, { now: n } = no
    if (t !== null && y !== null && n !== null) return immediate(rt => t(rt) === 1 ? y(rt) : n(rt))
    return waiting(function* (rt) { return yield* valueOf((yield* valueOf(test, rt)) === 1 ? yes : no, rt) })
  }
  private match({ negated, left, right }: Extract<Expression, { k: 'match' }>): Code {
    const yes = negated ? 0 : 1, no = negated ? 1 : 0
    const subject = this.expression(left), regex = matcher(right, this)
    if (subject.now === null || regex.now === null) return waiting(function* (rt) {
      const text = rt.text(yield* valueOf(subject, rt))
      return (yield* regex.get(rt)).test(text) ? yes : no
    })
    const text = textOf(subject), { now } = regex
    return numeric(rt => now(rt).test(text(rt)) ? yes : no)
  }

  private assign({ op, target, value }: Extract<Expression, { k: 'assign' }>): Code {
    const place = placeOf(target, this.expression), right = this.expression(value), { locate } = place
    const { gawk } = this, arithmetic = op === '=' ? null : gawk && op === '^=' ? gawkPow : ARITHMETIC[op[0]!]!
    const result = (rt: Runtime, where: ReturnType<typeof whereOf>, operand: Value): Value => {
      if (arithmetic === null) return operand
      const by = rt.number(operand)
      if (gawk && by === 0 && (op === '/=' || op === '%=')) throw new AwkError(`division by zero attempted in \`${op}'`)
      return arithmetic(rt.number(place.load(rt, where)), by)
    }
    if (right.now !== null && (locate === null || locate.now !== null)) {
      const { now } = right
      if (locate === null) return immediate(rt => {
        const made = result(rt, null, now(rt))
        place.store(rt, null, made)
        return made
      })
      const at = locate.now!
      // mawk evaluates the subscript first, then the value.
      return immediate(rt => {
        const where = whereOf(at(rt)), made = result(rt, where, now(rt))
        place.store(rt, where, made)
        return made
      })
    }
    return waiting(function* (rt) {
      const where = locate === null ? null : whereOf(yield* valueOf(locate, rt))
      const made = result(rt, where, yield* valueOf(right, rt))
      place.store(rt, where, made)
      return made
    })
  }
  private increment({ target, by, prefix }: Extract<Expression, { k: 'increment' }>): Code {
    const place = placeOf(target, this.expression), { locate } = place
    const change = (rt: Runtime, where: ReturnType<typeof whereOf>): number => {
      const before = rt.number(place.load(rt, where))
      place.store(rt, where, before + by)
      return prefix ? before + by : before
    }
    if (locate === null) return numeric(rt => change(rt, null))
    if (locate.now !== null) {
      const at = locate.now
      return numeric(rt => change(rt, whereOf(at(rt))))
    }
    return waiting(function* (rt) { return change(rt, whereOf(yield* locate.later!(rt))) })
  }

  private call({ fn, args }: Extract<Expression, { k: 'call' }>): Code {
    const code = this.functions.get(fn)!, { parameters } = fn
    const given = args.map((arg, n): Code => parameters[n]!.kind === 'array' && arg.k === 'variable' ? immediate(arrayOf(arg.variable) as unknown as Now) : this.expression(arg))
    const enter = (rt: Runtime, values: Value[]): (Value | AwkArray)[] => {
      rt.step()
      if (++rt.depth > DEEPEST) throw new AwkError(`program limit exceeded: eval stack size=${DEEPEST}`, false)
      const frame: (Value | AwkArray)[] = values
      while (frame.length < parameters.length) frame.push(undefined)
      const before = rt.frame
      rt.frame = frame
      rt.returned = undefined
      return before
    }
    const leave = (rt: Runtime, before: (Value | AwkArray)[], how: number): Value => {
      rt.frame = before
      rt.depth--
      if (how !== 0 && how !== RETURN) throw new Unwind(how)
      const value = how === RETURN ? rt.returned : undefined
      rt.returned = undefined
      return value
    }
    if (!code.waits && together(given)) {
      const nows = given.map(({ now }) => now!)
      return immediate(rt => {
        const before = enter(rt, nows.map(now => now(rt)))
        return leave(rt, before, code.now!(rt))
      })
    }
    return waiting(function* (rt) {
      const values: Value[] = []
      for (const each of given) values.push(each.now !== null ? each.now(rt) : yield* each.later!(rt))
      const before = enter(rt, values)
      return leave(rt, before, code.now !== null ? code.now(rt) : yield* code.later!(rt))
    })
  }
}
/** Calls inside each other. mawk has a stack of 1024 values. */
const DEEPEST = 1024

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b, '^': pow,
}
const COMPARISON: Readonly<Record<string, (order: number) => boolean>> = {
  '==': order => order === 0, '!=': order => order !== 0, '<': order => order < 0, '<=': order => order <= 0, '>': order => order > 0, '>=': order => order >= 0,
}
