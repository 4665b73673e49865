/**
 * Quantiles of Student's t, the gamma (half of chi-square) and the beta distribution, to at least 1e-9 relative.
 *
 * Found by Newton's method in a logarithm, on the smaller tail, which is the one that is known to its full precision. t with more than 2000
 * degrees of freedom: the expansion around the normal quantile (Abramowitz and Stegun 26.7.5), there good to 1e-12.
 */
import { incompleteGamma, lnGamma } from '../../base/gamma.ts'
import { exp, ln } from '../../base/ln.ts'
import { normalQuantile } from '../../base/normal.ts'
import { betaTails, root } from './beta.ts'

/** `p` in (0, 1); degrees of freedom need not be whole; infinitely many make it normal. */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  const nu = degreesOfFreedom, tail = Math.min(p, 1 - p), middle = Math.abs(2 * p - 1)
  if (middle === 0) return 0
  if (nu > 2000) return nearNormal(normalQuantile(p), nu)
  const t = exp(root(u => {
    const square = exp(2 * u), of = square + nu
    // P(-t < T < t), and twice the upper tail.
    const [within, without, density] = betaTails(0.5, nu / 2, square / of, nu / of)
    return middle < 0.5 ? [ln(within / middle), 2 * density / within] : [ln(2 * tail / without), 2 * density / without]
  }, ln(Math.abs(normalQuantile(p)))))
  return p < 0.5 ? -t : t
}

function nearNormal(z: number, nu: number): number {
  const q = z * z
  const g1 = (q + 1) / 4, g2 = ((5 * q + 16) * q + 3) / 96, g3 = (((3 * q + 19) * q + 17) * q - 15) / 384
  const g4 = ((((79 * q + 776) * q + 1482) * q - 1920) * q - 945) / 92160
  return z * (1 + (g1 + (g2 + (g3 + g4 / nu) / nu) / nu) / nu)
}

/** Of the gamma distribution with scale 1: half the chi-square quantile with 2 × shape degrees of freedom. */
export function gammaQuantile(p: number, shape: number): number {
  const z = normalQuantile(p), cube = 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))
  // Wilson and Hilferty's cube, or the first term of the series where that fails.
  const start = cube > 0.2 ? ln(shape * cube * cube * cube) : (ln(p) + lnGamma(shape + 1)) / shape
  return exp(root(u => tailsMeet(p, incompleteGamma(shape, exp(u))), start))
}

export function betaQuantile(p: number, a: number, b: number): number {
  const odds = exp(root(u => {
    const e = exp(u)
    return tailsMeet(p, betaTails(a, b, e / (1 + e), 1 / (1 + e)))
  }, ln(a / b)))
  return odds / (1 + odds)
}

const tailsMeet = (p: number, [below, beyond, density]: readonly [number, number, number]): readonly [number, number] =>
  p < 0.5 ? [ln(below / p), density / below] : [ln((1 - p) / beyond), density / beyond]
