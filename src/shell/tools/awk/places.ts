/**
 * What can be assigned to: variables, elements, fields. A place is found first (subscripts, the number of a field), then read or written: `a[i++] += 1`
 * counts once.
 */
import { AwkArray, type Element } from './array.ts'
import { apply, immediate, textOf, together, waiting, type Code, type Now } from './code.ts'
import { SLOT, type Runtime } from './runtime.ts'
import type { Expression, Lvalue, Variable } from './tree.ts'
import type { Value } from './value.ts'

/** What `locate` gives is only for `load` and `store` of the same place. */
type Where = Element | number | null
export interface Place {
  readonly locate: Code | null
  load(rt: Runtime, where: Where): Value
  store(rt: Runtime, where: Where, value: Value): void
}
type Compile = (e: Expression) => Code

/** Special variables with a life of their own end here. */
const WATCHED = new Set<number>([SLOT.FS, SLOT.RS, SLOT.OFS, SLOT.ORS, SLOT.CONVFMT, SLOT.OFMT, SLOT.SUBSEP, SLOT.IGNORECASE, SLOT.FPAT, SLOT.FIELDWIDTHS])
export const isWatched = (name: string, slot: number): boolean => WATCHED.has(slot) && (SLOT as Readonly<Record<string, number>>)[name] === slot

/** A text copied into a scalar stays input that may look like a number; that is the value itself. */
export function load({ local, slot, name }: Variable): Now {
  if (local) return rt => rt.frame[slot] as Value
  if (name === 'NF') return rt => rt.nf
  return rt => rt.globals[slot] as Value
}
export function store({ local, slot, name }: Variable): (rt: Runtime, value: Value) => void {
  if (local) return (rt, value) => { rt.frame[slot] = value }
  if (name === 'NF') return (rt, value) => { rt.setNF(value) }
  if (isWatched(name, slot)) return (rt, value) => { rt.globals[slot] = value; rt.changed(slot) }
  return (rt, value) => { rt.globals[slot] = value }
}

export function arrayOf({ local, slot }: Variable): Now<AwkArray> {
  return rt => {
    const found = (local ? rt.frame : rt.globals)[slot]
    return found instanceof AwkArray ? found : rt.array(local, slot)
  }
}
/** The element of a subscript; numbers that are whole have a table of their own. */
function elementAt(rt: Runtime, array: AwkArray, subscript: Value): Element {
  if (typeof subscript === 'number' && (subscript | 0) === subscript) {
    const element = array.makeAtNumber(subscript)
    return element
  }
  return array.makeAtText(rt.text(subscript))
}
export function has(rt: Runtime, array: AwkArray, subscript: Value): boolean {
  return (typeof subscript === 'number' && (subscript | 0) === subscript ? array.atNumber(subscript) : array.atText(rt.text(subscript))) !== undefined
}
/** One subscript as it is, several joined with SUBSEP. */
export function subscriptCode(subscripts: readonly Expression[], compile: Compile): Code {
  const codes = subscripts.map(compile)
  if (codes.length === 1) return codes[0]!
  if (together(codes)) {
    const texts = codes.map(textOf)
    return immediate(rt => texts.map(text => text(rt)).join(rt.subsep))
  }
  return apply(codes, (rt, ...values) => values.map(value => rt.text(value)).join(rt.subsep))
}
export function elementCode(array: Variable, subscripts: readonly Expression[], compile: Compile): Code {
  const subscript = subscriptCode(subscripts, compile), of = arrayOf(array), counts = (rt: Runtime, value: Value): Element => {
    const found = of(rt), element = elementAt(rt, found, value)
    if (found.size > 1000) rt.checkArray(found)
    return element
  }
  if (subscript.now !== null) {
    const { now } = subscript
    return immediate(rt => counts(rt, now(rt)) as never)
  }
  return waiting(function* (rt) { return counts(rt, yield* subscript.later!(rt)) as never })
}

export function placeOf(target: Lvalue, compile: Compile): Place {
  switch (target.k) {
    case 'variable': {
      const get = load(target.variable), set = store(target.variable)
      return { locate: null, load: rt => get(rt), store: (rt, _where, value) => { set(rt, value) } }
    }
    case 'index': return {
      locate: elementCode(target.array, target.subscripts, compile),
      load: (_rt, where) => (where as Element).value,
      store: (_rt, where, value) => { (where as Element).value = value },
    }
    case 'field': return {
      locate: apply([compile(target.of)], (rt, value) => rt.number(value)),
      load: (rt, where) => rt.field(where as number),
      store: (rt, where, value) => { rt.setField(where as number, value) },
    }
  }
}
export const whereOf = (value: Value): Where => value as unknown as Where
