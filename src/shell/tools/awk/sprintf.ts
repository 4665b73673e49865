/** printf and sprintf of awk: the conversions of C over awk's values. mawk's integers have 32 bits there, gawk's as many as it takes. Source: observed of both. */
import { formatInteger, formatReal, formatString, parseFormat, settle, type Conversion } from '../format.ts'
import { AwkError, type Runtime } from './runtime.ts'
import { Input, type Value } from './value.ts'

const MAX_INT = 2147483647, MAX_UNSIGNED = 4294967295

export function sprintf(rt: Runtime, format: string, values: readonly Value[], who: 'printf' | 'sprintf', partial?: (text: string) => void): string {
  let out = '', at = 0
  const next = (): Value => {
    if (at < values.length) return values[at++]
    // What comes before has been printed.
    partial?.(out)
    throw new AwkError(rt.gawk ? `not enough arguments to satisfy format string\n\t\`${format}'` : `not enough arguments passed to ${who}("${format}")`)
  }
  for (const piece of parseFormat(format)) {
    if (typeof piece === 'string') { out += piece; continue }
    if (piece.type === '' || piece.type === '%') { out += piece.type === '' ? piece.text : '%'; continue }
    const layout = settle(piece, () => Math.trunc(rt.number(next())))
    switch (piece.type) {
      case 'd': case 'i': out += integer(rt, layout, next()); break
      case 'o': case 'u': case 'x': case 'X': out += unsigned(rt, layout, next()); break
      case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'a': case 'A': out += real(rt, layout, next()); break
      case 's': out += formatString(layout, rt.text(next())); break
      case 'c': out += formatString({ ...layout, precision: -1 }, character(rt, next())); break
      default:
        if (rt.gawk) { out += piece.text; break }
        next()
        throw new AwkError(`improper conversion(number ${at + 1}) in ${who}("${format}")`)
    }
  }
  return rt.checked(out)
}
function integer(rt: Runtime, layout: Conversion, value: Value): string {
  const d = rt.number(value)
  if (!rt.gawk) return formatInteger(layout, 'd', d >= MAX_INT ? MAX_INT : d > -MAX_INT ? Math.trunc(d) : -MAX_INT)
  if (!Number.isFinite(d)) return formatString({ ...layout, precision: -1 }, d !== d ? 'nan' : d > 0 ? 'inf' : '-inf')
  return formatInteger(layout, 'd', Math.abs(d) < 1e15 ? Math.trunc(d) : BigInt(Math.trunc(d)))
}
function unsigned(rt: Runtime, layout: Conversion, value: Value): string {
  const d = rt.number(value)
  if (!rt.gawk) return formatInteger(layout, layout.type, d >= MAX_UNSIGNED ? MAX_UNSIGNED : d > 0 ? Math.trunc(d) : 0)
  // Below the range of 64 bits it is shown as it is.
  if (!Number.isFinite(d) || d < -9e18) return formatReal(layout, 'g', d)
  if (d < 0) return formatInteger(layout, layout.type, BigInt(Math.trunc(d)))
  return formatInteger(layout, layout.type, d < 1e15 ? Math.trunc(d) : BigInt(Math.trunc(d)))
}
function real(rt: Runtime, layout: Conversion, value: Value): string {
  const d = rt.number(value)
  if (d === d) return formatReal(layout, layout.type, d)
  return formatString({ ...layout, precision: -1 }, '-nan')
}
function character(rt: Runtime, value: Value): string {
  if (typeof value === 'number' || (value instanceof Input && value.isNumber)) return String.fromCharCode(Math.trunc(rt.number(value)) & 255)
  const text = rt.text(value)
  return text === '' ? '\0' : text[0]!
}
