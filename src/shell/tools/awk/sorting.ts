/** gawk's orders of arrays: asort, asorti and PROCINFO["sorted_in"], by the names that begin with `@`. Source: gawk 5.2 manual, "Controlling scanning". */
import type { AwkArray } from './array.ts'
import { num, Input, type Value } from './value.ts'

interface Texts { text(value: Value): string }
interface Entry { readonly key: string; readonly value: Value }
type Order = (a: Entry, b: Entry) => number

const byText = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0
const isNumber = (value: Value): boolean => typeof value === 'number' || (value instanceof Input && value.isNumber)

function orderOf(rt: Texts, how: string): Order {
  const [, what, kind, direction] = /^@(ind|val)_(str|num|type)_(asc|desc)$/.exec(how) ?? ['', 'ind', 'str', 'asc']
  const byIndex: Order = (a, b) => kind === 'num' ? num(a.key, true) - num(b.key, true) || byText(a.key, b.key) : byText(a.key, b.key)
  const byValue: Order = (a, b) => {
    const an = isNumber(a.value), bn = isNumber(b.value)
    // Numbers before texts.
    if (kind === 'type' && an !== bn) return an ? -1 : 1
    const numeric = kind === 'num' || (kind === 'type' && an)
    return (numeric ? num(a.value, true) - num(b.value, true) : byText(rt.text(a.value), rt.text(b.value))) || byText(a.key, b.key)
  }
  const order = what === 'ind' ? byIndex : byValue
  return direction === 'desc' ? (a, b) => order(b, a) : order
}
const entries = (array: AwkArray): Entry[] => array.order().map(key => ({ key, value: array.atText(key)!.value }))

export const sortedKeys = (rt: Texts, array: AwkArray, how: string): string[] => entries(array).sort(orderOf(rt, how)).map(({ key }) => key)
/** asort and asorti: the target becomes 1..n of the values, or of the subscripts. */
export function sortInto(rt: Texts, from: AwkArray, to: AwkArray, byIndex: boolean, how: string): number {
  const sorted = entries(from).sort(orderOf(rt, how || (byIndex ? '@ind_str_asc' : '@val_type_asc')))
  to.fill(sorted.map(({ key, value }) => byIndex ? key : value))
  return sorted.length
}
