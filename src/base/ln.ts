/**
 * Logarithm, exponential and power from + - * / alone.
 *
 * The language does not require Math.log, exp and pow to be alike to the last bit in every JavaScript engine, and the same seed must
 * give the same trace in all of them; the four operations are exact by IEEE 754. Errors are below 2e-15, relative for `exp` and `pow`,
 * relative to max(1, |ln x|) for `ln`. Arguments are what sampling needs: positive normal numbers; no infinities, no NaN.
 */
const bits = new DataView(new ArrayBuffer(8))

/** With x = m 2^e and m within a factor of the root of 2 around 1: ln x = e ln 2 + 2 artanh((m - 1) / (m + 1)), a short series. */
export function ln(x: number): number {
  bits.setFloat64(0, x)
  const high = bits.getUint32(0)
  let exponent = (high >>> 20) - 1023
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000)
  let m = bits.getFloat64(0)
  if (m > Math.SQRT2) {
    m /= 2
    exponent++
  }
  const s = (m - 1) / (m + 1), q = s * s
  return exponent * Math.LN2 + 2 * s * (1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13
    + q * (1 / 15 + q * (1 / 17 + q * (1 / 19 + q / 21))))))))))
}

/** ln 2 in two parts: multiples of the first, which has zeros at its end, are exact. */
const LN2_HIGH = 0.693147180369123816490, LN2_LOW = 1.90821492927058770002e-10

/** With x = k ln 2 + r and r at most half of ln 2: exp x = 2^k exp r, and the series of exp r is short. */
export function exp(x: number): number {
  const k = Math.floor(x / Math.LN2 + 0.5)
  if (k < -1021) return 0
  if (k > 1022) return Number.MAX_VALUE
  const r = x - k * LN2_HIGH - k * LN2_LOW
  let series = 1
  for (let n = 14; n > 0; n--) series = 1 + series * r / n
  bits.setUint32(0, (k + 1023) << 20)
  bits.setUint32(4, 0)
  return series * bits.getFloat64(0)
}

export const pow = (base: number, exponent: number): number => base === 0 ? 0 : exp(exponent * ln(base))
