/**
 * C's printf conversions on byte strings, shared by awk, printf(1), seq, stat and date: a format is taken apart once, then each conversion is laid out
 * with a value that the caller has fetched and converted in its own way. `%'d` groups nothing: the C locale has no separator.
 *
 *     for (const piece of parseFormat(format)) out += typeof piece === 'string' ? piece : formatInteger(settle(piece, star), value)
 *
 * Source: ISO C 7.21.6.1, observed of glibc 2.36.
 */
import { fixed, hexadecimal, isNegative, scientific, type Real } from './decimal.ts'

/** Flags, field width, precision; `precision` below 0: none given. */
export interface Layout {
  readonly minus: boolean
  readonly plus: boolean
  readonly space: boolean
  readonly alternate: boolean
  readonly zero: boolean
  readonly width: number
  readonly precision: number
}
export interface Conversion extends Layout {
  /** As written, from `%` on. */
  readonly text: string
  /** The letter: `d`, `s`, … or '' where the format ends before it. `(` with `time` for bash's `%(…)T`. */
  readonly type: string
  /** hh h l ll j z t L, if any. */
  readonly modifier: string
  /** The width, the precision is the next argument. */
  readonly starWidth: boolean
  readonly starPrecision: boolean
  /** Between the parentheses of `%(…)T`. */
  readonly time?: string
}
export type Piece = string | Conversion

const cache = new Map<string, readonly Piece[]>()
/** Text and conversions in order. `%%` is text; whether a letter is one that exists is for the caller to say. */
export function parseFormat(format: string): readonly Piece[] {
  let pieces = cache.get(format)
  if (pieces === undefined) {
    if (cache.size > 500) cache.clear()
    cache.set(format, pieces = takeApart(format))
  }
  return pieces
}
function takeApart(format: string): Piece[] {
  const pieces: Piece[] = [], shape = /%([-+ #0'I]*)(\*|\d+)?(?:(\.)(\*|-?\d+)?)?(hh|h|ll|l|[jztL](?=[a-zA-Z]))?(?:\(([^)]*)\)(?=T))?([^]?)/g
  let text = '', at = 0
  for (let match: RegExpExecArray | null; (match = shape.exec(format)) !== null; at = shape.lastIndex) {
    text += format.slice(at, match.index)
    const [all, flags, width, dot, precision, modifier = '', time, type] = match as unknown as [string, string, ...(string | undefined)[]]
    if (all === '%%') { text += '%'; continue }
    if (text !== '') pieces.push(text)
    text = ''
    pieces.push({
      text: all, type: type!, modifier, ...(time !== undefined && { time }),
      minus: flags.includes('-'), plus: flags.includes('+'), space: flags.includes(' '), alternate: flags.includes('#'), zero: flags.includes('0'),
      width: width === undefined || width === '*' ? 0 : limited(Number(width)), starWidth: width === '*',
      precision: dot === undefined || precision === '*' ? -1 : Math.max(-1, limited(Number(precision ?? 0))), starPrecision: precision === '*',
    })
  }
  text += format.slice(at)
  if (text !== '') pieces.push(text)
  return pieces
}
/** More than a mebibyte of padding is nobody's wish. */
const limited = (n: number): number => Math.max(-(1 << 20), Math.min(1 << 20, Math.trunc(n) || 0))

/** With what its stars stand for: each is asked for in order. */
export function settle(conversion: Conversion, star: () => number): Conversion {
  if (!conversion.starWidth && !conversion.starPrecision) return conversion
  const width = conversion.starWidth ? limited(star()) : conversion.width, precision = conversion.starPrecision ? limited(star()) : conversion.precision
  return { ...conversion, width: Math.abs(width), minus: conversion.minus || width < 0, precision: precision < 0 ? -1 : precision }
}

export const PLAIN: Layout = { minus: false, plus: false, space: false, alternate: false, zero: false, width: 0, precision: -1 }

/** Sign or prefix, then digits; zeros go between. */
function pad(prefix: string, body: string, { minus, width }: Layout, zero: boolean): string {
  const missing = width - prefix.length - body.length
  if (missing <= 0) return prefix + body
  return minus ? prefix + body + ' '.repeat(missing) : zero ? prefix + '0'.repeat(missing) + body : ' '.repeat(missing) + prefix + body
}

/** `%s`; `%c` and `%b` with what they have become. */
export function formatString(layout: Layout, value: string): string {
  const cut = layout.precision >= 0 && layout.precision < value.length ? value.slice(0, layout.precision) : value
  return layout.width <= cut.length ? cut : layout.minus ? cut.padEnd(layout.width) : cut.padStart(layout.width)
}

/** `%d %i %u %o %x %X`: a whole number, within 64 bits; a negative one is taken modulo 2^64 where the conversion is unsigned. */
export function formatInteger(layout: Layout, type: string, value: number | bigint): string {
  const signed = type === 'd' || type === 'i'
  if (signed && layout.width === 0 && layout.precision < 0 && value >= 0 && !layout.plus && !layout.space) return value === 0 ? '0' : digitsOf(value, 10)
  const negative = value < 0
  let body = signed ? digitsOf(negative ? -value : value, 10) : digitsOf(negative ? BigInt.asUintN(64, BigInt(value)) : value, type === 'o' ? 8 : type === 'u' ? 10 : 16)
  if (type === 'X') body = body.toUpperCase()
  const zero = body === '0'
  if (layout.precision >= 0) body = zero && layout.precision === 0 ? '' : body.padStart(layout.precision, '0')
  if (layout.alternate && type === 'o' && !body.startsWith('0')) body = `0${body}`
  const prefix = signed ? signOf(negative, layout) : layout.alternate && !zero && (type === 'x' || type === 'X') ? `0${type}` : ''
  return pad(prefix, body, layout, layout.zero && layout.precision < 0)
}
function digitsOf(value: number | bigint, base: number): string {
  return typeof value === 'bigint' || value < 1e15 ? value.toString(base) : BigInt(value).toString(base)
}
const signOf = (negative: boolean, { plus, space }: Layout): string => negative ? '-' : plus ? '+' : space ? ' ' : ''

/** `%e %f %g %a` and their capitals. */
export function formatReal(layout: Layout, type: string, value: Real): string {
  const lower = type.toLowerCase(), capital = lower !== type
  const sign = signOf(isNegative(value), layout)
  if (typeof value === 'number' && !Number.isFinite(value)) {
    const name = Number.isNaN(value) ? 'nan' : 'inf'
    return pad(sign, capital ? name.toUpperCase() : name, layout, false)
  }
  let body = lower === 'a' ? hexPoint(hexadecimal(value, layout.precision), layout) : lower === 'f' ? point(fixed(value, precisionOf(layout)), layout)
    : lower === 'e' ? exponential(value, precisionOf(layout), layout.alternate) : general(value, layout)
  if (capital) body = body.toUpperCase()
  return pad(lower === 'a' ? `${sign}${capital ? '0X' : '0x'}` : sign, body, layout, layout.zero)
}
const precisionOf = ({ precision }: Layout): number => precision < 0 ? 6 : precision
const point = (text: string, { alternate }: Layout): string => alternate && !text.includes('.') ? `${text}.` : text
const hexPoint = (text: string, { alternate }: Layout): string => alternate && !text.includes('.') ? text.replace('p', '.p') : text
function exponential(value: Real, places: number, alternate: boolean): string {
  const { digits, exponent } = scientific(value, places)
  return withExponent(digits, exponent, alternate)
}
function withExponent(digits: string, exponent: number, alternate: boolean): string {
  const size = Math.abs(exponent)
  return `${digits[0]!}${digits.length > 1 || alternate ? '.' : ''}${digits.slice(1)}e${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`
}
function general(value: Real, layout: Layout): string {
  const precision = Math.max(1, precisionOf(layout))
  let { digits, exponent } = scientific(value, precision - 1)
  if (!layout.alternate) {
    let end = digits.length
    while (end > 1 && digits.charCodeAt(end - 1) === 0x30) end--
    digits = digits.slice(0, end)
  }
  if (exponent < -4 || exponent >= precision) return withExponent(digits, exponent, layout.alternate)
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0'), fraction = digits.slice(exponent + 1)
  return fraction === '' && !layout.alternate ? whole : `${whole}.${fraction}`
}

const SIX: Layout = { ...PLAIN, precision: 6 }
/** `%.6g`, the way awk shows a number that is not whole. */
export const formatSix = (value: number): string => formatReal(SIX, 'g', value)
