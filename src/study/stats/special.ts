/**
 * The incomplete gamma and beta functions, and what their inverses need; from + - * /, roots and our own logarithm and exponential alone.
 *
 * Both are their density times a continued fraction or series (DLMF 8.7, 8.9, 8.17). The density is written with Stirling's remainder, as
 * Loader's binomial probabilities are, so that no large logarithms of gamma functions cancel. Errors stay below 1e-12 relative for the smaller
 * of the two tails up to parameters of 1e4, and grow with the parameter's rounding beyond.
 */
import { exp, ln } from '../../base/ln.ts'

const LN_ROOT_2PI = 0.918938533204672741780

/** ln Γ(x) less Stirling's (x - 1/2) ln x - x + ln √2π: 1/12x and smaller terms, for x > 0. */
export function stirling(x: number): number {
  // Where the series is poor, the recurrence Γ(x + 1) = x Γ(x) leads to where it is good.
  let shift = 0
  for (; x < 16; x++) shift += (x + 0.5) * ln((x + 1) / x) - 1
  const q = 1 / (x * x)
  return shift + (1 / 12 - q * (1 / 360 - q * (1 / 1260 - q * (1 / 1680 - q * (1 / 1188 - q * (691 / 360360)))))) / x
}

export const lnGamma = (x: number): number => (x - 0.5) * ln(x) - x + LN_ROOT_2PI + stirling(x)

/** The lower and upper tails of the gamma distribution of this shape at `x`, and its density times x. */
export function gammaTails(shape: number, x: number): Tails {
  const density = exp(shape * ln(x / shape) + shape - x - stirling(shape) - LN_ROOT_2PI) * Math.sqrt(shape)
  if (x < shape + 1) {
    let term = 1 / shape, sum = term
    for (let n = 1; term > sum * 1e-17; n++) sum += term *= x / (shape + n)
    const lower = density * sum
    return { lower, upper: 1 - lower, density }
  }
  const upper = density * fraction(n => n === 0 ? 1 : -n * (n - shape), n => x + 1 - shape + 2 * n)
  return { lower: 1 - upper, upper, density }
}

/** Of the beta distribution at `x`, with `y` = 1 - x given as exactly as x; the density is that of ln (x / y). */
export function betaTails(a: number, b: number, x: number, y: number): Tails {
  const s = a + b
  const density = exp(a * ln(s * x / a) + b * ln(s * y / b) + stirling(s) - stirling(a) - stirling(b) - LN_ROOT_2PI) * Math.sqrt(a / s * b)
  if (x * (s + 2) > a + 1) {
    const upper = density * betaFraction(b, a, y)
    return { lower: 1 - upper, upper, density }
  }
  const lower = density * betaFraction(a, b, x)
  return { lower, upper: 1 - lower, density }
}
export interface Tails { readonly lower: number; readonly upper: number; readonly density: number }

const betaFraction = (a: number, b: number, x: number): number => fraction(n => {
  if (n === 0) return 1 / a
  const m = Math.floor(n / 2), twice = a + 2 * m
  return n % 2 === 0 ? m * (b - m) * x / ((twice - 1) * twice) : -(a + m) * (a + b + m) * x / (twice * (twice + 1))
}, () => 1)

/** a0 / (b0 + a1 / (b1 + a2 / (b2 + …))) by Lentz's method as Thompson and Barnett changed it. */
function fraction(above: (n: number) => number, below: (n: number) => number): number {
  let c = TINY, d = 0, result = TINY
  for (let n = 0; n < 1e6; n++) {
    d = 1 / (below(n) + above(n) * d || TINY)
    c = below(n) + above(n) / c || TINY
    const step = c * d
    result *= step
    if (step > 1 - 2e-16 && step < 1 + 3e-16) break
  }
  return result
}
const TINY = 1e-290

/** The u where a smooth increasing function is zero: Newton's method, kept within what has been found to enclose the root. */
export function root(valueAndSlope: (u: number) => readonly [value: number, slope: number], start: number): number {
  let low = -Infinity, high = Infinity, u = start
  for (let tries = 0; tries < 500; tries++) {
    const [value, slope] = valueAndSlope(u)
    if (value === 0) return u
    if (value > 0) high = u
    else low = u
    const newton = value / slope
    // u is a logarithm: a step of more than 4 is a guess too bold, and where the slope says nothing, the sign still does.
    let next = u - (Number.isFinite(newton) ? Math.max(-4, Math.min(4, newton)) : value > 0 ? 4 : -4)
    if (next <= low || next >= high) next = (low + high) / 2
    if (Math.abs(next - u) <= 2e-16 * Math.max(1, Math.abs(u)) || next === low || next === high) return next
    u = next
  }
  return u
}
