/**
 * exp, log, sin, cos, atan2 and powers for awk, rounded to the nearest double as a good C library does, from whole numbers alone: fixed point of 192 bits.
 *
 * `int(log(1000) / log(10))` is 2 on a real machine because of the last bit; a logarithm that is nearly right might say 3. Every engine gives the same.
 */
import { widen } from '../decimal.ts'

const F = 192n, ONE = 1n << F

function toFixed(x: number): bigint {
  const { negative, mantissa, exponent } = widen(x), shift = BigInt(exponent) + F
  const size = shift >= 0n ? mantissa << shift : mantissa >> -shift
  return negative ? -size : size
}
/** value · 2^(up - F), rounded once where the result is a normal number. */
function toNumber(value: bigint, up = 0): number {
  let e = up - 192, v = value
  // Not more bits than a double's exponent can take.
  const bits = v.toString(16).length * 4
  if (bits > 900) { const cut = bits - 300; v >>= BigInt(cut); e += cut }
  const n = Number(v)
  return e < -1000 ? n * 2 ** -1000 * 2 ** Math.max(e + 1000, -1070) : e > 1000 ? n * 2 ** 1000 * 2 ** Math.min(e - 1000, 1000) : n * 2 ** e
}
const times = (a: bigint, b: bigint): bigint => a * b >> F

/** artanh of 1/n or of a fixed-point number, as a series. */
function artanh(s: bigint): bigint {
  const square = times(s, s)
  let sum = 0n, power = s
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) { sum += power / n; power = times(power, square) }
  return sum
}
function arctan(x: bigint): bigint {
  const square = times(x, x)
  let sum = 0n, power = x, sign = 1n
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) { sum += sign * power / n; power = times(power, square); sign = -sign }
  return sum
}
const once = (make: () => bigint): (() => bigint) => {
  let value: bigint | undefined
  return () => value ??= make()
}
const LN2 = once(() => 2n * artanh(ONE / 3n))
// Machin.
const PI = once(() => 16n * arctan(ONE / 5n) - 4n * arctan(ONE / 239n))

function fixedLog(x: number): bigint {
  const { mantissa, exponent } = widen(x), length = mantissa.toString(2).length
  const m = (mantissa << F) >> BigInt(length - 1)
  return 2n * artanh(((m - ONE) << F) / (m + ONE)) + BigInt(exponent + length - 1) * LN2()
}
/** 2^k · value. */
function fixedExp(x: bigint): { value: bigint; k: number } {
  const k = x / LN2(), r = (x - k * LN2()) >> 8n
  let sum = ONE, term = ONE
  for (let n = 1n; term !== 0n && term !== -1n; n++) { term = times(term, r) / n; sum += term }
  for (let n = 0; n < 8; n++) sum = times(sum, sum)
  return { value: sum, k: Number(k) }
}

export function log(x: number): number {
  return x !== x || x < 0 ? NaN : x === 0 ? -Infinity : x === Infinity || x === 1 ? x === 1 ? 0 : x : toNumber(fixedLog(x))
}
export function exp(x: number): number {
  if (!(x < 710 && x > -760)) return x !== x ? x : x > 0 ? Infinity : 0
  const { value, k } = fixedExp(toFixed(x))
  return toNumber(value, k)
}
/** sin (0) or cos (1), by quarter turns. */
function circular(x: number, quarters: bigint): number {
  if (!Number.isFinite(x)) return NaN
  const half = PI() / 2n, value = toFixed(x)
  let turns = value / half
  const r = value - turns * half
  turns = ((turns + quarters) % 4n + 4n) % 4n
  const square = times(r, r)
  let sum = 0n, term = (turns & 1n) === 0n ? r : ONE
  for (let n = (turns & 1n) === 0n ? 1n : 0n; term !== 0n && term !== -1n; n += 2n) { sum += term; term = -times(term, square) / ((n + 1n) * (n + 2n)) }
  return toNumber(turns >= 2n ? -sum : sum)
}
export const sin = (x: number): number => x === 0 ? x : circular(x, 0n)
export const cos = (x: number): number => circular(x, 1n)

function squareRoot(x: bigint): bigint {
  const target = x << F
  let guess = 1n << BigInt(target.toString(2).length + 1 >> 1)
  for (;;) {
    const next = (guess + target / guess) >> 1n
    if (next >= guess) return guess
    guess = next
  }
}
export function atan2(y: number, x: number): number {
  if (x !== x || y !== y) return NaN
  const back = x < 0 || Object.is(x, -0), below = y < 0 || Object.is(y, -0), pi = toNumber(PI())
  const signed = (angle: number): number => below ? -angle : angle
  if (y === 0) return signed(back ? pi : 0)
  if (x === 0) return signed(toNumber(PI() / 2n))
  if (!Number.isFinite(x) || !Number.isFinite(y)) return signed(Number.isFinite(y) ? back ? pi : 0 : Number.isFinite(x) ? toNumber(PI() / 2n) : toNumber(back ? 3n * PI() / 4n : PI() / 4n))
  const a = Math.abs(y), b = Math.abs(x), flipped = a > b
  const [over, under] = flipped ? [b, a] : [a, b], wo = widen(over), wu = widen(under)
  const shift = BigInt(wo.exponent - wu.exponent) + F
  let t = shift >= 0n ? (wo.mantissa << shift) / wu.mantissa : (wo.mantissa >> -shift) / wu.mantissa
  for (let n = 0; n < 3; n++) t = (t << F) / (ONE + squareRoot(ONE + times(t, t)))
  let angle = 8n * arctan(t)
  if (flipped) angle = PI() / 2n - angle
  if (back) angle = PI() - angle
  return signed(toNumber(angle))
}

export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1
  if (x !== x || y !== y) return NaN
  if (!Number.isFinite(y)) { const a = Math.abs(x); return a === 1 ? 1 : a > 1 === y > 0 ? Infinity : 0 }
  const whole = Number.isInteger(y), odd = whole && Math.abs(y) % 2 === 1
  if (x === 0) return y > 0 ? odd ? x : 0 : odd ? 1 / x : Infinity
  if (!Number.isFinite(x)) { const size = y > 0 ? Infinity : 0; return x < 0 && odd ? -size : size }
  if (x < 0 && !whole) return NaN
  const sign = x < 0 && odd ? -1 : 1, a = Math.abs(x)
  if (whole && y > 0 && y < 64) {
    // Exact while it fits.
    let result = 1
    for (let n = 0; n < y; n++) result *= a
    if (result <= Number.MAX_SAFE_INTEGER && Number.isInteger(a)) return sign * result
  }
  const { value, k } = powerOf(a, y)
  return sign * (k > 1100 ? Infinity : k < -1200 ? 0 : toNumber(value, k))
}
function powerOf(a: number, y: number): { value: bigint; k: number } {
  const { negative, mantissa, exponent } = widen(y), shift = BigInt(exponent), ln = fixedLog(a)
  let product = ln * mantissa
  product = shift >= 0n ? product << (shift > 2000n ? 2000n : shift) : product >> -shift
  const limit = 2000n << F
  if (product > limit) product = limit
  return fixedExp(negative ? -product : product)
}

/** gawk multiplies where the exponent is whole. */
export function gawkPow(x: number, y: number): number {
  if (!Number.isInteger(y) || Math.abs(y) > 2147483647) return pow(x, y)
  if (y === 0) return 1
  let n = Math.abs(y), result = 1, square = x
  for (; n > 1; n = Math.floor(n / 2)) {
    if (n % 2 === 1) result *= square
    square *= square
  }
  return y > 0 ? result * square : 1 / (result * square)
}
