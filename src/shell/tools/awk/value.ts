/**
 * Values of awk: numbers, strings, what was never assigned (undefined), and input that may look like a number (fields, getline, ARGV, -v, split), which
 * compares as a number only if it looks like one altogether. Numbers become text by `%d` if they are whole, else by CONVFMT or OFMT.
 * Source: POSIX awk; the ranges are those of mawk 1.3.4 20200120 and gawk 5.2.
 */
import { formatReal, formatInteger, formatSix, parseFormat, PLAIN, settle } from '../format.ts'

/** Text from outside. `number` is NaN where it does not look like one; undefined: not looked at yet. */
export class Input {
  readonly text: string
  private seen = false
  private looksLike = false
  private value = 0
  constructor(text: string) {
    this.text = text
  }
  get isNumber(): boolean {
    if (!this.seen) {
      this.seen = true
      const c = this.text.charCodeAt(0)
      // Letters cannot begin a number: most fields are done here.
      if (c < 0x3a && WHOLE.test(this.text)) {
        this.looksLike = true
        this.value = Number(this.text)
      }
    }
    return this.looksLike
  }
  number(gawk: boolean): number { return this.isNumber ? this.value : toNumber(this.text, gawk) }
}
const WHOLE = /^[ \t\n\v\f\r]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t\n\v\f\r]*$/
export type Value = number | string | Input | undefined

const PREFIX = /^[ \t\n\v\f\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/
const ODD = /^[ \t\n\v\f\r]*([+-]?)(?:0[xX]([0-9a-fA-F]+)|(inf(?:inity)?)|(nan))/i

/** The number at the start of a text, 0 if there is none. gawk knows no hexadecimal there, and infinity only with a sign. */
export function toNumber(text: string, gawk = false): number {
  const length = text.length
  if (length === 0) return 0
  if (length < 16) {
    let n = 0, i = 0
    for (; i < length; i++) {
      const d = text.charCodeAt(i) - 48
      if (d < 0 || d > 9) break
      n = n * 10 + d
    }
    if (i === length) return n
  }
  const odd = ODD.exec(text)
  if (odd !== null) {
    const [, sign, hex, infinite, nan] = odd
    const size = hex !== undefined ? gawk ? 0 : Number(`0x${hex}`) : gawk && sign === '' ? 0 : infinite !== undefined ? Infinity : nan !== undefined ? NaN : 0
    return sign === '-' ? -size : size
  }
  const prefix = PREFIX.exec(text)
  return prefix === null ? 0 : Number(prefix[1])
}

export function num(value: Value, gawk = false): number {
  return typeof value === 'number' ? value : typeof value === 'string' ? toNumber(value, gawk) : value === undefined ? 0 : value.number(gawk)
}
/** mawk shows whole numbers as such within 31 bits, gawk all of them. */
export function numberText(value: number, format: string, gawk: boolean): string {
  if (Number.isInteger(value)) {
    if (value <= 2147483647 && value >= -2147483647) return value === 0 ? '0' : String(value)
    if (gawk) return formatInteger(PLAIN, 'd', Math.abs(value) < 1e16 ? value : BigInt(value))
  }
  // What arithmetic gives on x86.
  if (value !== value) return '-nan'
  if (gawk && (value === Infinity || value === -Infinity)) return value > 0 ? '+inf' : '-inf'
  return format === '%.6g' ? formatSix(value) : formatNumber(format, value)
}
/** By CONVFMT or OFMT: a format with one conversion. */
function formatNumber(format: string, value: number): string {
  let text = ''
  for (const piece of parseFormat(format)) {
    if (typeof piece === 'string') { text += piece; continue }
    const layout = settle(piece, () => 0)
    text += 'diouxXc'.includes(piece.type) ? formatInteger(layout, piece.type === 'c' ? 'd' : piece.type, BigInt(Math.trunc(value) || 0)) : 'eEfFgGaA'.includes(piece.type) ? formatReal(layout, piece.type, value) : ''
  }
  return text
}

export function isTrue(value: Value): boolean {
  return typeof value === 'number' ? value !== 0 : typeof value === 'string' ? value !== '' : value === undefined ? false : value.isNumber ? value.number(false) !== 0 : value.text !== ''
}
/** -1, 0, 1; NaN where numbers cannot be ordered. */
export function compare(a: Value, b: Value, text: (value: Value) => string): number {
  const an = typeof a === 'number' || a === undefined || (typeof a === 'object' && a.isNumber), bn = typeof b === 'number' || b === undefined || (typeof b === 'object' && b.isNumber)
  if (an && bn && !(a === undefined && typeof b === 'string')) {
    const x = num(a), y = num(b)
    return x < y ? -1 : x > y ? 1 : x === y ? 0 : NaN
  }
  const x = text(a), y = text(b)
  return x < y ? -1 : x > y ? 1 : 0
}
