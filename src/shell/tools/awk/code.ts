/**
 * What expressions are compiled to: a closure that gives the value at once, or, where something inside may have to wait (getline, system, a pipe), a
 * generator. Most programs have no generator below their statements.
 */
import type { Run } from '../../kernel/wait.ts'
import type { Runtime } from './runtime.ts'
import type { Value } from './value.ts'

export type Now<T = Value> = (rt: Runtime) => T
export type Later<T = Value> = (rt: Runtime) => Run<T>
export interface Code {
  /** null: it may wait. */
  readonly now: Now | null
  readonly later: Later | null
  /** The same as text, as a number, without the way round over a value. */
  readonly text?: Now<string>
  readonly number?: Now<number>
  /** It is this, always. */
  readonly constant?: Value
}
export const immediate = (now: Now, more: Pick<Code, 'text' | 'number' | 'constant'> = {}): Code => ({ now, later: null, ...more })
export const numeric = (number: Now<number>): Code => ({ now: number, later: null, number })
export const textual = (text: Now<string>): Code => ({ now: text, later: null, text })
export const waiting = (later: Later): Code => ({ now: null, later })

/** As text; only of code that does not wait. */
export const textOf = (code: Code): Now<string> => code.text ?? (now => (rt => rt.text(now(rt))))(code.now!)
export const numberOf = (code: Code): Now<number> => code.number ?? (now => (rt => rt.number(now(rt))))(code.now!)

/** The value of code of either sort, inside a generator. */
export function* valueOf(code: Code, rt: Runtime): Run<Value> {
  return code.now !== null ? code.now(rt) : yield* code.later!(rt)
}
export const together = (codes: readonly Code[]): boolean => codes.every(({ now }) => now !== null)

/** An operation on operands that are evaluated in order. */
export function apply(codes: readonly Code[], operation: (rt: Runtime, ...values: Value[]) => Value): Code {
  if (!together(codes)) return waiting(function* (rt) {
    const values: Value[] = []
    for (const code of codes) values.push(code.now !== null ? code.now(rt) : yield* code.later!(rt))
    return operation(rt, ...values)
  })
  const [a, b, c] = codes.map(({ now }) => now!)
  switch (codes.length) {
    case 0: return immediate(rt => operation(rt))
    case 1: return immediate(rt => operation(rt, a!(rt)))
    case 2: return immediate(rt => operation(rt, a!(rt), b!(rt)))
    case 3: return immediate(rt => operation(rt, a!(rt), b!(rt), c!(rt)))
    default: {
      const all = codes.map(({ now }) => now!)
      return immediate(rt => operation(rt, ...all.map(now => now(rt))))
    }
  }
}
/** The same for an operation that itself waits. */
export function applyLater(codes: readonly Code[], operation: (rt: Runtime, ...values: Value[]) => Run<Value>): Code {
  return waiting(function* (rt) {
    const values: Value[] = []
    for (const code of codes) values.push(code.now !== null ? code.now(rt) : yield* code.later!(rt))
    return yield* operation(rt, ...values)
  })
}
/** The compiler of expressions, for files that compile parts of them. */
export interface Compiler<E> { expression(e: E): Code }
