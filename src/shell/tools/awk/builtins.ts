/**
 * The functions that awk has: those of POSIX and mawk, and gawk's. Which names exist is for the dialect to say (command.ts).
 * Source: POSIX awk; mawk 1.3.4 20200120 and gawk 5.2 observed.
 */
import { daysFromCivil, strftime } from '../strftime.ts'
import type { Regex } from '../../regex/posix.ts'
import { AwkArray } from './array.ts'
import { apply, applyLater, immediate, numberOf, numeric, textOf, together, waiting, type Code } from './code.ts'
import { gawkFunction } from './gawk.ts'
import { log, exp, sin, cos, atan2 } from './math.ts'
import { matcher } from './patterns.ts'
import { arrayOf, placeOf, whereOf } from './places.ts'
import { splitByRegex, splitter } from './records.ts'
import { SLOT, type Runtime } from './runtime.ts'
import { sprintf } from './sprintf.ts'
import { replaceAll, type Replaced } from './substitute.ts'
import type { Expression, Lvalue } from './tree.ts'
import { Input, type Value } from './value.ts'

export interface Compiler { readonly expression: (e: Expression) => Code; readonly gawk: boolean }
type Call = Extract<Expression, { k: 'builtin' }>

const MATHS: Readonly<Record<string, (x: number) => number>> = { sin, cos, exp, log, sqrt: Math.sqrt, int: Math.trunc }
const RECORD: Lvalue = { k: 'field', of: { k: 'number', value: 0 } }

export function builtin(call: Call, compiler: Compiler): Code {
  const { name, args } = call, { expression, gawk } = compiler
  const maths = MATHS[name]
  if (maths !== undefined) {
    const code = expression(args[0]!)
    if (code.now === null) return apply([code], (rt, value) => maths(rt.number(value)))
    const number = numberOf(code)
    return numeric(rt => maths(number(rt)))
  }
  const codes = (): Code[] => args.map(expression)
  switch (name) {
    case 'length': return length(args, expression)
    case 'substr': return apply(codes(), gawk ? gawkSubstr : mawkSubstr)
    case 'index': return apply(codes(), (rt, text, part) => rt.text(text).indexOf(rt.text(part)) + (gawk || rt.text(part) !== '' ? 1 : 0))
    case 'toupper': return apply(codes(), (rt, text) => rt.upper(rt.text(text)))
    case 'tolower': return apply(codes(), (rt, text) => rt.lower(rt.text(text)))
    case 'sprintf': return apply(codes(), (rt, format, ...values) => sprintf(rt, rt.text(format), values, 'sprintf'))
    case 'atan2': return apply(codes(), (rt, y, x) => atan2(rt.number(y), rt.number(x)))
    case 'rand': return numeric(rt => rt.rand())
    case 'srand': return args.length === 0 ? numeric(rt => rt.srand(rt.p.machine.unixSeconds())) : apply(codes(), (rt, seed) => rt.srand(rt.number(seed)))
    // Looking at the clock takes time: a loop that waits for it comes to an end.
    case 'systime': return applyLater([], function* ({ p }) {
      p.charge(p.machine.costs.statement)
      yield* p.settle()
      return p.machine.unixSeconds()
    })
    case 'strftime': return apply(codes(), time)
    case 'mktime': return apply(codes(), (rt, text) => mktime(rt.text(text)))
    case 'match': return match(args, compiler)
    case 'split': return split(args, compiler)
    case 'sub': case 'gsub': return substitute(name === 'gsub', args, compiler)
    case 'system': return applyLater(codes(), function* (rt, line) { return yield* rt.files.system(rt.text(line)) })
    case 'close': return applyLater(codes(), function* (rt, file) { return yield* rt.files.close(rt.text(file)) })
    case 'fflush': return applyLater(codes(), function* (rt, ...files) { return yield* rt.files.flush(files.length === 0 || rt.text(files[0]) === '' ? undefined : rt.text(files[0])) })
    default: return gawkFunction(call, compiler)
  }
}

function length(args: readonly Expression[], expression: Compiler['expression']): Code {
  const [arg] = args
  if (arg === undefined) return numeric(rt => rt.record().length)
  if (arg.k === 'variable' && arg.variable.kind === 'array') {
    const array = arrayOf(arg.variable)
    return numeric(rt => array(rt).size)
  }
  if (arg.k === 'variable' && arg.variable.kind === 'unknown' && arg.variable.local) {
    const { slot } = arg.variable
    return numeric(rt => { const value = rt.frame[slot]; return value instanceof AwkArray ? value.size : rt.text(value).length })
  }
  const code = expression(arg)
  if (code.now === null) return apply([code], (rt, value) => rt.text(value).length)
  const text = textOf(code)
  return numeric(rt => text(rt).length)
}
/** Both numbers are truncated; in mawk a start before the text makes it longer, not shorter, and in gawk it does not matter. */
function mawkSubstr(rt: Runtime, value: Value, from: Value, count?: Value): string {
  const text = rt.text(value), begin = Math.trunc(rt.number(from))
  if (!(begin <= text.length)) return ''
  const start = Math.max(1, begin), many = count === undefined ? Infinity : Math.trunc(rt.number(count)) + (begin < 0 ? -begin : 0)
  return many > 0 ? text.slice(start - 1, start - 1 + many) : ''
}
function gawkSubstr(rt: Runtime, value: Value, from: Value, count?: Value): string {
  const text = rt.text(value), start = Math.max(1, Math.trunc(rt.number(from))), many = count === undefined ? Infinity : Math.trunc(rt.number(count))
  return many > 0 ? text.slice(start - 1, start - 1 + many) : ''
}
function time(rt: Runtime, format?: Value, at?: Value): string {
  const pattern = format === undefined ? rt.gawk ? '%a %b %e %H:%M:%S %Z %Y' : '%c' : rt.text(format)
  return strftime(pattern, { seconds: at === undefined ? rt.p.machine.unixSeconds() : Math.floor(rt.number(at)), nanos: 0 })
}
function mktime(text: string): number {
  const [year, month, day, hour, minute, second] = text.trim().split(/\s+/).map(Number)
  if (second === undefined || [year, month, day, hour, minute, second].some(n => !Number.isFinite(n))) return -1
  return daysFromCivil(year!, month!, day!) * 86_400 + hour! * 3600 + minute! * 60 + second
}

/** Text operands and a regular expression, whatever of them waits. */
function withRegex(operands: readonly Expression[], pattern: Expression, compiler: Compiler, operation: (rt: Runtime, regex: Regex, ...values: Value[]) => Value): Code {
  const codes = operands.map(compiler.expression), regex = matcher(pattern, compiler)
  if (together(codes) && regex.now !== null) {
    const { now } = regex, [first, ...others] = codes.map(each => each.now!)
    if (others.length === 0) return immediate(rt => { const value = first!(rt); return operation(rt, now(rt), value) })
    return immediate(rt => { const values = codes.map(each => each.now!(rt)); return operation(rt, now(rt), ...values) })
  }
  return waiting(function* (rt) {
    const values: Value[] = []
    for (const code of codes) values.push(code.now !== null ? code.now(rt) : yield* code.later!(rt))
    return operation(rt, yield* regex.get(rt), ...values)
  })
}
function match(args: readonly Expression[], compiler: Compiler): Code {
  const groups = args[2]?.k === 'variable' ? arrayOf(args[2].variable) : null
  return withRegex([args[0]!], args[1]!, compiler, (rt, regex, value) => {
    const text = rt.text(value), found = groups === null ? regex.find(text) : regex.exec(text)
    rt.globals[SLOT.RSTART] = found === null ? 0 : found[0]! + 1
    rt.globals[SLOT.RLENGTH] = found === null ? -1 : found[1]! - found[0]!
    if (groups !== null) {
      const array = groups(rt)
      array.clear()
      for (let n = 0; found !== null && n * 2 < found.length; n++) {
        const start = found[2 * n]!, end = found[2 * n + 1]!
        if (start < 0) continue
        array.makeAtText(String(n)).value = new Input(text.slice(start, end))
        array.makeAtText(`${n}${rt.subsep}start`).value = start + 1
        array.makeAtText(`${n}${rt.subsep}length`).value = end - start
      }
    }
    return found === null ? 0 : found[0]! + 1
  })
}
function split(args: readonly Expression[], compiler: Compiler): Code {
  const [text, into, by, separators] = args
  const array = into?.k === 'variable' ? arrayOf(into.variable) : () => new AwkArray()
  const fill = (rt: Runtime, parts: readonly string[]): number => {
    array(rt).fill(parts.map(part => new Input(part)))
    return parts.length
  }
  if (by?.k === 'regex') {
    const between = separators?.k === 'variable' ? arrayOf(separators.variable) : null
    return withRegex([text!], by, compiler, (rt, regex, value) => {
      const whole = rt.text(value), found: string[] = []
      const parts = whole === '' ? [] : regex.test('') && by.source === '' ? [...whole] : splitByRegex(whole, regex, found)
      between?.(rt).fill(found)
      return fill(rt, parts)
    })
  }
  if (by === undefined) return apply([compiler.expression(text!)], (rt, value) => fill(rt, rt.defaultSplitter(rt.text(value))))
  return apply([compiler.expression(text!), compiler.expression(by)], (rt, value, separator) => fill(rt, splitter(rt.text(separator), rt.gawk, rt.regex)(rt.text(value))))
}
function substitute(all: boolean, args: readonly Expression[], compiler: Compiler): Code {
  const [pattern, replacement, target] = args
  const writable = target === undefined ? RECORD : target.k === 'variable' || target.k === 'index' || target.k === 'field' ? target : target.k === 'group' && ['variable', 'index', 'field'].includes(target.inner.k) ? target.inner as Lvalue : null
  const by = compiler.expression(replacement!), regex = matcher(pattern!, compiler)
  const place = writable === null ? null : placeOf(writable, compiler.expression), value = writable === null ? compiler.expression(target!) : null
  const change = (rt: Runtime, found: Regex, text: string, where: ReturnType<typeof whereOf>): number => {
    const result: Replaced = replaceAll(rt.gawk, found, rt.text(place === null ? value!.now!(rt) : place.load(rt, where)), text, all ? Infinity : 1)
    if (result.count > 0) place?.store(rt, where, rt.checked(result.text))
    return result.count
  }
  if (by.now !== null && regex.now !== null && value?.now !== null && (place?.locate == null || place.locate.now !== null)) {
    const { now } = regex, text = textOf(by), locate = place?.locate?.now
    return numeric(rt => { const found = now(rt), replacementText = text(rt); return change(rt, found, replacementText, locate ? whereOf(locate(rt)) : null) })
  }
  return waiting(function* (rt) {
    const found = yield* regex.get(rt)
    const text = rt.text(by.now !== null ? by.now(rt) : yield* by.later!(rt))
    const { locate } = place ?? { locate: null }
    return change(rt, found, text, locate === null ? null : whereOf(locate.now !== null ? locate.now(rt) : yield* locate.later!(rt)))
  })
}
