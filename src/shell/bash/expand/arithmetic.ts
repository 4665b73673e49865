/**
 * The shell's variables as arithmetic sees them, and subscripts as indices.
 * Source of truth: bash(1) 5.2, ARITHMETIC EVALUATION and Arrays.
 */
import { evaluateText, type Integer, type Variables } from '../../syntax/arithmetic.ts'
import type { Lvalue } from '../../syntax/arithmetic-tree.ts'
import { ExpansionFault, type Scope } from './scope.ts'

/** The value of a text in which `$` is expanded already: of `let`, integer variables, subscripts. Throws ArithmeticFault. */
export const evaluate = (scope: Scope, text: string): Integer => evaluateText(text, variablesOf(scope))

export function variablesOf(scope: Scope): Variables {
  return {
    nounset: scope.options.nounset,
    value({ name, subscript }) {
      if (subscript === null) return scope.get(name)
      const key = keyOf(scope, name, subscript)
      return key === null ? undefined : scope.element(name, key)
    },
    assign({ name, subscript }: Lvalue, value) {
      if (subscript === null) return scope.set(name, value)
      const key = keyOf(scope, name, subscript)
      if (key === null) throw new ExpansionFault(`${name}[${subscript}]: bad array subscript`, { fatal: false })
      scope.setElement(name, key, value)
    },
  }
}
/** A subscript's text as the key of what the variable is; null: negative beyond the beginning, or empty. */
export function keyOf(scope: Scope, name: string, text: string): number | string | null {
  if (scope.kind(name) === 'associative') return unquoted(text)
  return text.trim() === '' ? null : indexFrom(scope, name, evaluate(scope, text))
}
/** An index counts from the end if it is negative. */
export function indexFrom(scope: Scope, name: string, value: Integer): number | null {
  const index = Number(value)
  if (index >= 0) return index
  const fromEnd = Number(scope.keys(name).at(-1) ?? -1) + 1 + index
  return fromEnd >= 0 ? fromEnd : null
}
const unquoted = (text: string): string => /["'\\]/.test(text) ? text.replace(/"([^"]*)"|'([^']*)'|\\([^])/g, (_, a?: string, b?: string, c?: string) => a ?? b ?? c ?? '') : text
