/** Functions that only gawk has: gensub, asort, strtonum, bits, typeof. Source: gawk 5.2 manual. */
import type { Regex } from '../../regex/posix.ts'
import { AwkArray } from './array.ts'
import { apply, immediate, together, waiting, type Code } from './code.ts'
import { fieldsByPattern } from './fields.ts'
import { matcher } from './patterns.ts'
import { arrayOf } from './places.ts'
import { AwkError, type Runtime } from './runtime.ts'
import { sortInto } from './sorting.ts'
import { replaceGroups } from './substitute.ts'
import type { Expression } from './tree.ts'
import { Input, toNumber, type Value } from './value.ts'

interface Compiler { readonly expression: (e: Expression) => Code; readonly gawk: boolean }

export const GAWK_FUNCTIONS = ['gensub', 'asort', 'asorti', 'strtonum', 'and', 'or', 'xor', 'lshift', 'rshift', 'compl', 'typeof', 'isarray', 'patsplit'] as const

export function gawkFunction({ name, args }: Extract<Expression, { k: 'builtin' }>, compiler: Compiler): Code {
  const { expression } = compiler
  switch (name) {
    case 'gensub': {
      const regex = matcher(args[0]!, compiler), codes = [args[1]!, args[2]!, args[3] ?? { k: 'field', of: { k: 'number', value: 0 } } as const].map(expression)
      const change = (rt: Runtime, found: Regex, by: Value, how: Value, target: Value): string =>
        rt.checked(replaceGroups(found, rt.text(target), rt.text(by), /^[gG]/.test(rt.text(how)) ? 0 : Math.max(1, Math.trunc(rt.number(how)))).text)
      if (together(codes) && regex.now !== null) {
        const { now } = regex, [by, how, target] = codes.map(each => each.now!)
        return immediate(rt => change(rt, now(rt), by!(rt), how!(rt), target!(rt)))
      }
      return waiting(function* (rt) {
        const values: Value[] = []
        for (const code of codes) values.push(code.now !== null ? code.now(rt) : yield* code.later!(rt))
        return change(rt, yield* regex.get(rt), values[0], values[1], values[2])
      })
    }
    case 'asort': case 'asorti': {
      const [from, to, how] = args
      if (from?.k !== 'variable') return immediate(() => { throw new AwkError(`${name}: first argument is not an array`, false) })
      const source = arrayOf(from.variable), target = to?.k === 'variable' ? arrayOf(to.variable) : source
      return apply(how === undefined ? [] : [expression(how)], (rt, order) => sortInto(rt, source(rt), target(rt), name === 'asorti', order === undefined ? '' : rt.text(order)))
    }
    case 'strtonum': return apply([expression(args[0]!)], (rt, value) => typeof value === 'number' || (value instanceof Input && value.isNumber && !/^\s*0/.test(value.text)) ? rt.number(value) : strtonum(rt.text(value)))
    case 'and': case 'or': case 'xor': case 'lshift': case 'rshift': case 'compl': return apply(args.map(expression), (rt, ...values) => bits(name, values.map(value => rt.number(value))))
    case 'typeof': case 'isarray': return kind(name, args[0]!, expression)
    case 'patsplit': {
      const into = args[1]!, array = into.k === 'variable' ? arrayOf(into.variable) : () => new AwkArray()
      const pattern = args[2]
      return apply([expression(args[0]!), expression(pattern === undefined ? { k: 'string', value: '[^[:space:]]+' } : pattern.k === 'regex' ? { k: 'string', value: pattern.source } : pattern)], (rt, value, source) => {
        const parts = fieldsByPattern(rt.text(source), rt.regex)(rt.text(value))
        array(rt).fill(parts.map(part => new Input(part)))
        return parts.length
      })
    }
  }
  return immediate(() => { throw new AwkError(`function ${name} is not modelled`, false) })
}
function strtonum(text: string): number {
  const [, sign, hex, octal] = /^\s*([+-]?)(?:0[xX]([0-9a-fA-F]+)|0([0-7]+)(?![\d.eE]))?/.exec(text)!
  const size = hex !== undefined ? Number(`0x${hex}`) : octal !== undefined ? parseInt(octal, 8) : null
  return size === null ? toNumber(text, true) : sign === '-' ? -size : size
}
function bits(name: string, values: readonly number[]): number {
  for (const value of values) if (value < 0) throw new AwkError(`${name}: negative values are not allowed`, false)
  const [first, ...others] = values.map(value => BigInt(Math.trunc(value) || 0))
  const by = others[0] ?? 0n
  switch (name) {
    case 'lshift': return Number(BigInt.asUintN(64, first! << by))
    case 'rshift': return Number(first! >> by)
    case 'compl': return Number(BigInt.asUintN(53, ~first!))
    default: return Number(others.reduce((a, b) => name === 'and' ? a & b : name === 'or' ? a | b : a ^ b, first!))
  }
}
function kind(name: 'typeof' | 'isarray', arg: Expression, expression: Compiler['expression']): Code {
  if (arg.k === 'variable' && arg.variable.kind === 'array') return immediate(() => name === 'typeof' ? 'array' : 1)
  return apply([expression(arg)], (_rt, value) => name === 'isarray' ? value instanceof AwkArray ? 1 : 0
    : value instanceof AwkArray ? 'array' : value === undefined ? arg.k === 'variable' ? 'untyped' : 'unassigned' : typeof value === 'number' ? 'number' : typeof value === 'string' ? 'string' : value.isNumber ? 'strnum' : 'string')
}
