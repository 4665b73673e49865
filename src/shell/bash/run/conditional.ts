/**
 * `[[ … ]]`: patterns on the right of == and !=, regular expressions on the right of =~, arithmetic on both sides of -eq and its like; no splitting.
 * Without substitutions inside it is evaluated at once. Source: bash(1) 5.2, Compound Commands.
 */
import type { Run } from '../../kernel/wait.ts'
import { globMatcher } from '../../regex/glob.ts'
import { compile } from '../../regex/posix.ts'
import { ArithmeticFault } from '../../syntax/arithmetic.ts'
import type { Test, Word } from '../../syntax/tree.ts'
import { evaluate } from '../expand/arithmetic.ts'
import { expandPattern, expandPatternNow, expandRegex, expandText, expandTextNow } from '../expand/words.ts'
import type { Shell } from '../state.ts'
import { binaryTest, unaryTest } from '../test.ts'
import { debugTrap } from '../traps.ts'
import { testText } from '../unparse.ts'
import { Indexed, INDEXED } from '../variables.ts'
import { trace } from './assign.ts'

export function conditional(sh: Shell, test: Test): boolean | Run {
  if (sh.options.xtrace || sh.traps.size > 0 || blocks(test)) return slowly(sh, test)
  try {
    return now(sh, test)
  } catch (fault) {
    return faulty(sh, fault)
  }
}
function* slowly(sh: Shell, test: Test): Run {
  yield* debugTrap(sh, sh.traps.size > 0 ? `[[ ${testText(test)} ]]` : '')
  try {
    return (yield* later(sh, test)) ? 0 : 1
  } catch (fault) {
    return yield* faulty(sh, fault)
  }
}
function faulty(sh: Shell, fault: unknown): Run {
  if (fault instanceof Malformed) return just(2)
  if (fault instanceof ArithmeticFault && !fault.fatal) return sh.fail(`[[: ${fault.message}`)
  throw fault
}
/** A regular expression that is none: nothing is said of it. */
class Malformed {}
function* just(status: number): Run { return status }

const blocking = new WeakMap<Test, boolean>()
function blocks(test: Test): boolean {
  let known = blocking.get(test)
  if (known === undefined)
    blocking.set(test, known = test.kind === 'unary' ? test.operand.blocks : test.kind === 'not' ? blocks(test.operand)
      : test.kind === 'binary' ? test.left.blocks || test.right.blocks || test.operator === '=~' : blocks(test.left) || blocks(test.right))
  return known
}
const isPattern = (operator: string): boolean => operator === '==' || operator === '=' || operator === '!='

function now(sh: Shell, test: Test): boolean {
  switch (test.kind) {
    case 'and': return now(sh, test.left) && now(sh, test.right)
    case 'or': return now(sh, test.left) || now(sh, test.right)
    case 'not': return !now(sh, test.operand)
    case 'unary': return unaryTest(sh, test.operator, textNow(sh, test.operand)) === true
    case 'binary': {
      const left = textNow(sh, test.left), { operator, right } = test
      if (!isPattern(operator)) return binary(sh, left, operator, textNow(sh, right))
      return (right.literal !== null && !sh.options.nocasematch ? left === right.literal : matches(sh, left, expandPatternNow(sh, right))) === (operator !== '!=')
    }
  }
}
const textNow = (sh: Shell, word: Word): string => word.literal ?? expandTextNow(sh, word)
const matches = (sh: Shell, text: string, pattern: string): boolean => globMatcher(pattern, { extglob: true, icase: sh.options.nocasematch }).matches(text)

function* later(sh: Shell, test: Test): Run<boolean> {
  switch (test.kind) {
    case 'and': return (yield* later(sh, test.left)) && (yield* later(sh, test.right))
    case 'or': return (yield* later(sh, test.left)) || (yield* later(sh, test.right))
    case 'not': return !(yield* later(sh, test.operand))
    case 'unary': {
      const text = yield* expandText(sh, test.operand)
      if (sh.options.xtrace) yield* trace(sh, `[[ ${test.operator} ${text === '' ? "''" : text} ]]`)
      return unaryTest(sh, test.operator, text) === true
    }
    case 'binary': {
      const { operator } = test, left = yield* expandText(sh, test.left)
      const right = isPattern(operator) ? yield* expandPattern(sh, test.right) : operator === '=~' ? yield* expandRegex(sh, test.right) : yield* expandText(sh, test.right)
      if (sh.options.xtrace) yield* trace(sh, `[[ ${left === '' ? "''" : left} ${operator} ${right === '' ? "''" : right} ]]`)
      if (isPattern(operator)) return matches(sh, left, right) === (operator !== '!=')
      return operator === '=~' ? found(sh, left, right) : binary(sh, left, operator, right)
    }
  }
}
function binary(sh: Shell, left: string, operator: string, right: string): boolean {
  switch (operator) {
    case '<': return left < right
    case '>': return left > right
    case '-eq': return compare(sh, left, right) === 0
    case '-ne': return compare(sh, left, right) !== 0
    case '-lt': return compare(sh, left, right) < 0
    case '-le': return compare(sh, left, right) <= 0
    case '-gt': return compare(sh, left, right) > 0
    case '-ge': return compare(sh, left, right) >= 0
    default: return binaryTest(sh.p, left, operator, right) === true
  }
}
function compare(sh: Shell, left: string, right: string): number {
  const a = evaluate(sh, left), b = evaluate(sh, right)
  return a < b ? -1 : a > b ? 1 : 0
}
/** BASH_REMATCH holds what the groups matched. */
function found(sh: Shell, text: string, pattern: string): boolean {
  const regex = compile(pattern, { extended: true, icase: sh.options.nocasematch })
  if ('error' in regex) throw new Malformed()
  const at = regex.exec(text), v = sh.vars.ensureGlobal('BASH_REMATCH')
  v.flags |= INDEXED
  v.value = undefined
  v.indexed = new Indexed()
  if (at === null) return false
  for (let i = 0; i <= regex.groups; i++) v.indexed.set(i, at[2 * i]! < 0 ? '' : text.slice(at[2 * i], at[2 * i + 1]))
  return true
}
