/**
 * Statements as closures that say how they ended: normally, or by break, next, exit … A statement that may have to wait is a generator; so is a loop
 * that prints, because what it prints has to get out while it runs.
 */
import { failed } from '../../kernel/errno.ts'
import type { Run } from '../../kernel/wait.ts'
import type { Output } from './io.ts'
import { apply, textOf, together, valueOf, type Code } from './code.ts'
import { Expressions, type FunctionCode, type Functions } from './expressions.ts'
import { arrayOf, placeOf, subscriptCode, whereOf } from './places.ts'
import { AwkError, BREAK, CONTINUE, EXIT, NEXT, NEXTFILE, NORMAL, RETURN, type Runtime } from './runtime.ts'
import { sprintf } from './sprintf.ts'
import type { Expression, FunctionDef, Statement } from './tree.ts'
import { compare, type Value } from './value.ts'

export interface Step { readonly now: ((rt: Runtime) => number) | null; readonly later: ((rt: Runtime) => Run) | null; /** It may write to standard output. */ readonly prints: boolean }

const quick = (now: (rt: Runtime) => number, prints = false): Step => ({ now, later: null, prints })
const slow = (later: (rt: Runtime) => Run, prints = true): Step => ({ now: null, later, prints })
function* does(step: Step, rt: Runtime): Run {
  return step.now !== null ? step.now(rt) : yield* step.later!(rt)
}

export class Statements {
  readonly expressions: Expressions
  constructor(functions: Functions, gawk: boolean) {
    this.expressions = new Expressions(functions, gawk)
  }

  statement(s: Statement): Step {
    const { expressions } = this
    switch (s.k) {
      case 'block': return this.block(s.body.map(each => this.statement(each)))
      case 'expression': {
        const { now, later } = expressions.expression(s.value)
        if (now !== null) return quick(rt => { now(rt); return NORMAL })
        return slow(function* (rt) { yield* later!(rt); return NORMAL })
      }
      case 'print': case 'printf': return this.print(s)
      case 'if': return this.conditional(expressions.condition(s.test), this.statement(s.then), s.otherwise === null ? null : this.statement(s.otherwise))
      case 'while': return this.loop(null, expressions.condition(s.test), null, this.statement(s.body), false)
      case 'do': return this.loop(null, expressions.condition(s.test), null, this.statement(s.body), true)
      case 'for': return this.loop(s.first && this.statement(s.first), s.test && expressions.condition(s.test), s.step && this.statement(s.step), this.statement(s.body), false)
      case 'forIn': return this.forIn(s)
      case 'switch': return this.switch(s)
      case 'break': return quick(() => BREAK)
      case 'continue': return quick(() => CONTINUE)
      case 'next': return quick(() => NEXT)
      case 'nextfile': return quick(() => NEXTFILE)
      case 'exit': return this.leaving(s.value, (rt, value) => { if (value !== null) rt.status = Math.trunc(rt.number(value)) & 255; return EXIT })
      case 'return': return this.leaving(s.value, (rt, value) => { rt.returned = value === null ? undefined : value; return RETURN })
      case 'delete': {
        const array = arrayOf(s.array)
        if (s.subscripts === null) return quick(rt => { array(rt).clear(); return NORMAL })
        const code = apply([subscriptCode(s.subscripts, expressions.expression)], (rt, value) => {
          array(rt).delete(rt.text(value), typeof value === 'number' && (value | 0) === value)
          return NORMAL
        })
        return code.now !== null ? quick(code.now as (rt: Runtime) => number) : slow(code.later as (rt: Runtime) => Run)
      }
    }
  }
  private leaving(value: Expression | null, leave: (rt: Runtime, value: Value | null) => number): Step {
    if (value === null) return quick(rt => leave(rt, null))
    const code = apply([this.expressions.expression(value)], (rt, v) => leave(rt, v))
    return code.now !== null ? quick(code.now as (rt: Runtime) => number) : slow(code.later as (rt: Runtime) => Run)
  }
  private block(steps: readonly Step[]): Step {
    const prints = steps.some(each => each.prints)
    if (steps.length === 1) return steps[0]!
    if (steps.every(({ now }) => now !== null)) {
      const nows = steps.map(({ now }) => now!), n = nows.length
      return quick(rt => {
        for (let i = 0; i < n; i++) {
          const how = nows[i]!(rt)
          if (how !== NORMAL) return how
        }
        return NORMAL
      }, prints)
    }
    return slow(function* (rt) {
      for (const step of steps) {
        const how = step.now !== null ? step.now(rt) : yield* step.later!(rt)
        if (how !== NORMAL) return how
      }
      return NORMAL
    }, prints)
  }
  private conditional(test: Code, then: Step, otherwise: Step | null): Step {
    const { now } = test, prints = then.prints || otherwise?.prints === true
    if (now !== null && then.now !== null && otherwise?.now !== null) {
      const yes = then.now, no = otherwise?.now
      return quick(rt => now(rt) === 1 ? yes(rt) : no === undefined ? NORMAL : no(rt), prints)
    }
    return slow(function* (rt) {
      if ((yield* valueOf(test, rt)) === 1) return yield* does(then, rt)
      return otherwise === null ? NORMAL : yield* does(otherwise, rt)
    }, prints)
  }
  /** All loops but those over arrays. */
  private loop(first: Step | null, test: Code | null, step: Step | null, body: Step, bodyFirst: boolean): Step {
    const parts = [first, step, body].filter(each => each !== null), prints = parts.some(each => each.prints)
    if (!prints && parts.every(({ now }) => now !== null) && test?.now !== null) {
      const start = first?.now, check = test?.now, next = step?.now, run = body.now!
      return quick(rt => {
        if (start) start(rt)
        for (let once = bodyFirst; once || check === undefined || check(rt) === 1; once = false) {
          rt.step()
          const how = run(rt)
          if (how === BREAK) break
          if (how > CONTINUE) return how
          if (next) next(rt)
        }
        return NORMAL
      })
    }
    return slow(function* (rt) {
      if (first !== null) yield* does(first, rt)
      for (let once = bodyFirst; once || test === null || (yield* valueOf(test, rt)) === 1; once = false) {
        rt.step()
        const how = body.now !== null ? body.now(rt) : yield* body.later!(rt)
        if (how === BREAK) break
        if (how > CONTINUE) return how
        if (step !== null) yield* does(step, rt)
        if (rt.files.due) yield* rt.settle()
      }
      return NORMAL
    })
  }
  private forIn({ variable, array, body }: Extract<Statement, { k: 'forIn' }>): Step {
    const over = arrayOf(array), place = placeOf(variable, this.expressions.expression), step = this.statement(body)
    if (step.now !== null && place.locate === null && !step.prints) {
      const { now } = step
      return quick(rt => {
        for (const key of rt.order(over(rt))) {
          rt.step()
          place.store(rt, null, key)
          const how = now(rt)
          if (how === BREAK) break
          if (how > CONTINUE) return how
        }
        return NORMAL
      })
    }
    return slow(function* (rt) {
      for (const key of rt.order(over(rt))) {
        rt.step()
        place.store(rt, place.locate === null ? null : whereOf(yield* valueOf(place.locate, rt)), key)
        const how = step.now !== null ? step.now(rt) : yield* step.later!(rt)
        if (how === BREAK) break
        if (how > CONTINUE) return how
        if (rt.files.due) yield* rt.settle()
      }
      return NORMAL
    })
  }
  private switch({ value, cases }: Extract<Statement, { k: 'switch' }>): Step {
    const subject = this.expressions.expression(value)
    const bodies = cases.map(each => this.block(each.body.map(s => this.statement(s))))
    const tests = cases.map(({ match }) => match === null ? null : this.expressions.expression(match.k === 'regex' ? { k: 'match', negated: false, left: value, right: match } : match))
    const regexes = cases.map(({ match }) => match?.k === 'regex')
    return slow(function* (rt) {
      const v = yield* valueOf(subject, rt)
      let from = -1
      for (const [n, test] of tests.entries()) {
        if (test === null) continue
        const m = yield* valueOf(test, rt)
        if (regexes[n] ? m === 1 : compare(v, m, rt.text) === 0) { from = n; break }
      }
      if (from < 0) from = tests.indexOf(null)
      if (from < 0) return NORMAL
      for (const body of bodies.slice(from)) {
        const how = yield* does(body, rt)
        if (how === BREAK) return NORMAL
        if (how !== NORMAL) return how
      }
      return NORMAL
    })
  }

  private print({ k, args, redirection }: Extract<Statement, { k: 'print' | 'printf' }>): Step {
    const codes = args.map(this.expressions.expression)
    const line = (rt: Runtime, values: readonly Value[]): string => {
      if (k === 'printf') return sprintf(rt, rt.text(values[0]), values.slice(1), 'printf', redirection === null ? text => { rt.files.stdout.add(text) } : undefined)
      if (values.length === 0) return rt.record() + rt.ors
      let text = rt.shown(values[0])
      for (let i = 1; i < values.length; i++) text += rt.ofs + rt.shown(values[i])
      return text + rt.ors
    }
    if (redirection === null && together(codes)) {
      const nows = codes.map(({ now }) => now!)
      if (k === 'print' && codes.length === 0) return quick(rt => { rt.files.stdout.add(rt.record() + rt.ors); return NORMAL }, true)
      if (k === 'print' && codes.length === 1) {
        const [only] = nows, text = codes[0]!.text !== undefined && codes[0]!.number === undefined ? textOf(codes[0]!) : null
        return quick(text !== null ? rt => { rt.files.stdout.add(text(rt) + rt.ors); return NORMAL } : rt => { rt.files.stdout.add(rt.shown(only!(rt)) + rt.ors); return NORMAL }, true)
      }
      return quick(rt => { rt.files.stdout.add(line(rt, nows.map(now => now(rt)))); return NORMAL }, true)
    }
    const to = redirection === null ? null : this.expressions.expression(redirection.to)
    return slow(function* (rt) {
      const values: Value[] = []
      for (const code of codes) values.push(code.now !== null ? code.now(rt) : yield* code.later!(rt))
      const text = line(rt, values)
      let output: Output = rt.files.stdout
      if (to !== null) {
        const name = rt.text(yield* valueOf(to, rt)), opened = yield* rt.files.output(redirection!.mode, name)
        if (failed(opened)) throw new AwkError(rt.gawk ? `cannot redirect to \`${name}': ${opened.text}` : `cannot open "${name}" for output (${opened.text})`, false)
        output = opened
      }
      output.add(text)
      if (output.due) {
        rt.charge()
        yield* output.flush()
      }
      return NORMAL
    })
  }

  /** Fills in the bodies of functions. */
  define(functions: ReadonlyMap<FunctionDef, FunctionCode>): void {
    for (const [fn, code] of functions) {
      const step = this.statement(fn.body!)
      code.now = step.now
      code.later = step.later
    }
  }
}
