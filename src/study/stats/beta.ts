/**
 * The incomplete beta function, and how distributions are inverted; from + - * /, roots and our own logarithm and exponential alone.
 *
 * The tails are their density times a continued fraction (DLMF 8.17.22). The density is written with Stirling's remainders, as Loader's binomial
 * probabilities are, so that no large logarithms of gamma functions cancel: the smaller tail is good to 1e-12 relative for parameters up to 1e6.
 */
import { exp, ln } from '../../base/ln.ts'
import { FAR, stirling } from '../../base/gamma.ts'

const TWO_PI = 6.28318530717958647693

/** ln Γ(x) less Stirling's (x - 1/2) ln x - x + ln √2π, for every x > 0. */
function remainder(x: number): number {
  // Where the series is poor, the recurrence Γ(x + 1) = x Γ(x) leads to where it is good.
  let shift = 0
  for (; x < FAR; x++) shift += (x + 0.5) * ln((x + 1) / x) - 1
  return shift + stirling(x)
}

/** Of the beta distribution at `x`, with `y` = 1 - x given as exactly as x; the density is that of ln (x / y). */
export function betaTails(a: number, b: number, x: number, y: number): readonly [below: number, beyond: number, density: number] {
  const s = a + b
  const density = exp(a * ln(s * x / a) + b * ln(s * y / b) + remainder(s) - remainder(a) - remainder(b)) * Math.sqrt(a / s * b / TWO_PI)
  if (x * (s + 2) > a + 1) {
    const beyond = density * betaFraction(b, a, y)
    return [1 - beyond, beyond, density]
  }
  const below = density * betaFraction(a, b, x)
  return [below, 1 - below, density]
}

/** 1 / (a (1 + d1 / (1 + d2 / (1 + …)))) by Lentz's method as Thompson and Barnett changed it. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1, d = 0, below = 1
  for (let n = 1; n < 1_000_000; n++) {
    const m = Math.floor(n / 2), twice = a + 2 * m
    const next = n % 2 === 0 ? m * (b - m) * x / ((twice - 1) * twice) : -(a + m) * (a + b + m) * x / (twice * (twice + 1))
    d = 1 / (1 + next * d || TINY)
    c = 1 + next / c || TINY
    below *= c * d
    if (Math.abs(c * d - 1) < 4e-16) break
  }
  return 1 / (a * below)
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
    if (Math.abs(next - u) <= 4e-16 * Math.max(1, Math.abs(u))) return next
    if (next <= low || next >= high) next = (low + high) / 2
    if (next === low || next === high) return next
    u = next
  }
  return u
}
