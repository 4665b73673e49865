/**
 * Logarithm, exponential and power from + - * / alone.
 *
 * The language does not require Math.log, exp and pow to be alike to the last bit in every JavaScript engine, and the same seed must
 * give the same trace in all of them; the four operations are exact by IEEE 754. Errors stay below 2e-15, relative for `exp`, relative
 * to max(1, |ln x|) for `ln`. Arguments are what sampling needs: positive normal numbers, no infinities, no NaN.
 */
const bits = new DataView(new ArrayBuffer(8))

/** TWO_TO[k + 1024] is 2^k, exactly. */
const TWO_TO = new Float64Array(2048)
for (let k = 0, up = 1, down = 1; k <= 1024; k++, up *= 2, down /= 2) {
  if (k < 1024) TWO_TO[1024 + k] = up
  TWO_TO[1024 - k] = down
}

const C3 = 1 / 3, C5 = 1 / 5, C7 = 1 / 7, C9 = 1 / 9, C11 = 1 / 11, C13 = 1 / 13, C15 = 1 / 15, C17 = 1 / 17, C19 = 1 / 19, C21 = 1 / 21
/** From the upper word of a number to the next power of two, counted from the root of one half. */
const TO_THE_ROOT = 0x3ff00000 - 0x3fe6a09e

/**
 * With x = m 2^k and m within a factor of the root of 2 around 1: ln x = k ln 2 + 2 artanh s, s = (m - 1) / (m + 1), and the series in
 * s² is short. It is summed in pairs, which lets the processor work on several at once: half the time of one long chain.
 */
export function ln(x: number): number {
  bits.setFloat64(0, x, true)
  const k = ((bits.getUint32(4, true) + TO_THE_ROOT) >>> 20) - 1023
  const m = x * TWO_TO[1024 - k]!
  const s = (m - 1) / (m + 1), q = s * s, q2 = q * q, q4 = q2 * q2
  const series = 1 + C3 * q + q2 * (C5 + C7 * q)
    + q4 * (C9 + C11 * q + q2 * (C13 + C15 * q) + q4 * (C17 + C19 * q + q2 * C21))
  return k * Math.LN2 + 2 * s * series
}

/** ln 2 in two parts: multiples of the first, which has zeros at its end, are exact. */
const LN2_HIGH = 0.693147180369123816490, LN2_LOW = 1.90821492927058770002e-10
/** 1 / n!, the last first. */
const INVERSE_FACTORIALS = Array.from({ length: 15 }, (_, n) => 1 / Array.from({ length: n }, (_, i) => i + 1).reduce((a, b) => a * b, 1)).reverse()

/** With x = k ln 2 + r and r at most half of ln 2: exp x = 2^k exp r, and the series of exp r is short. */
export function exp(x: number): number {
  const k = Math.floor(x / Math.LN2 + 0.5)
  if (k < -1021) return 0
  if (k > 1022) return Number.MAX_VALUE
  const r = x - k * LN2_HIGH - k * LN2_LOW
  let series = 0
  for (const coefficient of INVERSE_FACTORIALS) series = series * r + coefficient
  return series * TWO_TO[1024 + k]!
}

/** ln(1 + x), exact to its last digits where x is small too; `x` above -1. */
export function lnOnePlus(x: number): number {
  if (x < -0.25 || x > 0.4) return ln(1 + x)
  const s = x / (2 + x), q = s * s, q2 = q * q, q4 = q2 * q2
  return 2 * s * (1 + C3 * q + q2 * (C5 + C7 * q) + q4 * (C9 + C11 * q + q2 * (C13 + C15 * q) + q4 * (C17 + C19 * q + q2 * C21)))
}

/** exp(x) - 1, exact to its last digits where x is small too. */
export function expLessOne(x: number): number {
  if (x < -0.35 || x > 0.35) return exp(x) - 1
  let series = 0
  for (let i = 0; i < INVERSE_FACTORIALS.length - 1; i++) series = series * x + INVERSE_FACTORIALS[i]!
  return series * x
}

export const pow = (base: number, exponent: number): number => base === 0 ? 0 : exp(exponent * ln(base))
