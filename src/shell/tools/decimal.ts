/**
 * Digits of floating-point numbers as the C library prints them: every digit is that of the exact binary value, and the last one is rounded half to even.
 *
 * JavaScript's own toFixed and toExponential are exact too, but round ties away from zero: they are used where there can be no tie. `Wide` numbers have
 * more than 53 bits: printf(1) and bash compute with the 64 bits of an x87 `long double`, so that `printf %.1f 0.15` is 0.2 there and 0.1 in awk.
 * Source: ISO C 7.21.6.1, observed of glibc 2.36.
 */

/** ± mantissa · 2^exponent. */
export interface Wide { readonly negative: boolean; readonly mantissa: bigint; readonly exponent: number }
export type Real = number | Wide

const view = new DataView(new ArrayBuffer(8))
/** Also -0. Not a number has no sign here: engines do not keep it. */
export const isNegative = (x: Real): boolean => typeof x === 'number' ? x < 0 || Object.is(x, -0) : x.negative

/** The exact value of a finite number. */
export function widen(x: Real): Wide {
  if (typeof x !== 'number') return x
  view.setFloat64(0, x)
  const high = view.getUint32(0), bits = high >>> 20 & 0x7ff, fraction = BigInt(high & 0xfffff) << 32n | BigInt(view.getUint32(4))
  return { negative: high >>> 31 === 1, mantissa: bits === 0 ? fraction : fraction | 1n << 52n, exponent: (bits === 0 ? 1 : bits) - 1075 }
}

/** The value is 0.DIGITS · 10^point, all of it; zero has no digits. */
interface Digits { readonly digits: string; readonly point: number }
function exact({ mantissa, exponent }: Wide): Digits {
  if (mantissa === 0n) return { digits: '', point: 1 }
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString()
    return { digits, point: digits.length }
  }
  let zeros = 0
  for (let m = mantissa; (m & 1n) === 0n && zeros < -exponent; m >>= 1n) zeros++
  const down = -exponent - zeros, digits = ((mantissa >> BigInt(zeros)) * 5n ** BigInt(down)).toString()
  return { digits, point: digits.length - down }
}
/** To so many digits from the first, half to even. The result may be one longer: 0.99 → 1.0. */
function rounded({ digits, point }: Digits, places: number): Digits {
  if (places >= digits.length) return { digits: digits.padEnd(places, '0'), point }
  if (places < 0) return { digits: '', point }
  const rest = digits.slice(places), half = '5'.padEnd(rest.length, '0'), kept = digits.slice(0, places)
  const up = rest > half || (rest === half && places > 0 && (kept.charCodeAt(places - 1) & 1) === 1)
  if (!up) return { digits: kept, point }
  const next = places === 0 ? '1' : (BigInt(kept) + 1n).toString().padStart(places, '0')
  return { digits: next, point: point + next.length - places }
}

/** Whether x might lie exactly between two numbers of so many significant digits. */
function mayTie(x: number, significant: number): boolean {
  if (significant > 22 || significant < 0) return true
  const longer = x.toExponential(significant)
  return longer.charCodeAt(significant === 0 ? 0 : longer.lastIndexOf('e') - 1) === 0x35 && Number(longer) === x
}

/** |x| with so many places behind the point: `%f` without sign. */
export function fixed(x: Real, places: number): string {
  if (typeof x === 'number') {
    const a = Math.abs(x)
    if (a <= Number.MAX_SAFE_INTEGER && Number.isInteger(a)) return places === 0 ? String(a) : `${a}.${'0'.repeat(places)}`
    if (places <= 100 && a < 1e21 && !(places < 60 && Number.isInteger(a * 2 ** (places + 1)))) return a.toFixed(places)
  }
  const all = exact(widen(x)), { digits, point } = rounded(all, all.point + places)
  const text = point <= 0 ? '0'.repeat(1 - point) + digits : digits
  const whole = point <= 0 ? 1 : point, padded = text.padEnd(whole + places, '0')
  return places === 0 ? padded.slice(0, whole) || '0' : `${padded.slice(0, whole)}.${padded.slice(whole, whole + places)}`
}

/** |x| as one digit, so many behind the point, and the power of ten. */
export function scientific(x: Real, places: number): { readonly digits: string; readonly exponent: number } {
  if (typeof x === 'number') {
    const a = Math.abs(x)
    if (a === 0) return { digits: '0'.repeat(places + 1), exponent: 0 }
    if (places <= 100 && !mayTie(a, places + 1)) {
      const text = a.toExponential(places), e = text.lastIndexOf('e')
      return { digits: text[0]! + text.slice(2, e), exponent: Number(text.slice(e + 1)) }
    }
  }
  const all = exact(widen(x))
  if (all.digits === '') return { digits: '0'.repeat(places + 1), exponent: 0 }
  const { digits, point } = rounded(all, places + 1)
  return { digits: digits.slice(0, places + 1), exponent: point - 1 }
}

/** `%a` without sign and `0x`; `places` below 0: as many as there are. The first digit of a `Wide` number has four bits. */
export function hexadecimal(x: Real, places: number): string {
  let { mantissa, exponent } = widen(x)
  if (mantissa === 0n) return `0${places > 0 ? `.${'0'.repeat(places)}` : ''}p+0`
  const lead = typeof x === 'number' ? 53 : 64
  const length = mantissa.toString(2).length
  // Bring it to one (or four) bits before the point and whole hexadecimal digits behind.
  const subnormal = typeof x === 'number' && length < 53
  let shift = subnormal ? 0 : lead - length
  if (shift >= 0) mantissa <<= BigInt(shift)
  else mantissa >>= BigInt(-shift)
  exponent -= shift
  let behind = typeof x === 'number' ? 13 : 15
  exponent += behind * 4
  if (places >= 0 && places < behind) {
    shift = (behind - places) * 4
    const rest = mantissa & (1n << BigInt(shift)) - 1n, half = 1n << BigInt(shift - 1)
    mantissa >>= BigInt(shift)
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++
    behind = places
  }
  const text = mantissa.toString(16).padStart(behind + 1, '0'), whole = text.slice(0, text.length - behind)
  const fraction = places < 0 ? text.slice(text.length - behind).replace(/0+$/, '') : text.slice(text.length - behind).padEnd(places, '0')
  return `${whole}${fraction === '' ? '' : `.${fraction}`}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`
}

/** What strtold makes of a decimal or hexadecimal number (or inf, nan) at the start of a text, and how much of it that was. */
export function parseWide(text: string): { readonly value: Real; readonly length: number } {
  const word = /^[ \t\n\v\f\r]*([+-]?)(?:(inf(?:inity)?|nan(?:\([A-Za-z0-9_]*\))?)|0x([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?|(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?)/i
  const match = word.exec(text)!
  const [all, sign, name, hexWhole, hexFraction = '', hexExponent = '0', whole = '', fraction = '', exponent = '0'] = match
  const negative = sign === '-'
  if (name !== undefined) return { value: name.toLowerCase().startsWith('inf') ? negative ? -Infinity : Infinity : NaN, length: all.length }
  if (hexWhole !== undefined) {
    if (hexWhole + hexFraction === '') return { value: 0, length: all.toLowerCase().indexOf('x') }
    return { value: toWide(negative, BigInt(`0x${hexWhole}${hexFraction}`), 1n, clamp(hexExponent) - 4 * hexFraction.length), length: all.length }
  }
  if (whole + fraction === '') return { value: 0, length: 0 }
  const ten = clamp(exponent) - fraction.length, digits = BigInt(whole + fraction)
  if (digits === 0n) return { value: negative ? -0 : 0, length: all.length }
  if (ten > 5000) return { value: negative ? -Infinity : Infinity, length: all.length }
  if (ten < -5500 - whole.length) return { value: negative ? -0 : 0, length: all.length }
  return { value: ten >= 0 ? toWide(negative, digits * 10n ** BigInt(ten), 1n, 0) : toWide(negative, digits, 10n ** BigInt(-ten), 0), length: all.length }
}
const clamp = (exponent: string): number => Math.max(-20_000, Math.min(20_000, Number(exponent)))
/** over / under · 2^exponent to 64 bits, half to even. */
function toWide(negative: boolean, over: bigint, under: bigint, exponent: number): Wide {
  if (over === 0n) return { negative, mantissa: 0n, exponent: 0 }
  const shift = 66 - (over.toString(2).length - under.toString(2).length)
  const scaled = shift >= 0 ? over << BigInt(shift) : over, divisor = shift >= 0 ? under : under << BigInt(-shift)
  let mantissa = scaled / divisor
  const sticky = scaled % divisor !== 0n
  const extra = mantissa.toString(2).length - 64, low = mantissa & (1n << BigInt(extra)) - 1n, half = 1n << BigInt(extra - 1)
  mantissa >>= BigInt(extra)
  if (low > half || (low === half && (sticky || (mantissa & 1n) === 1n))) mantissa++
  return { negative, mantissa, exponent: exponent - shift + extra }
}
