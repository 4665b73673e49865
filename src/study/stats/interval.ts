/**
 * Confidence intervals of means, rates and probabilities.
 *
 * Means: Student's t, corrected for skewness as Willink does (Communications in Statistics 34, 2005; after Johnson 1978 and Hall 1992), for downtime has a
 * long right tail and a symmetric interval misses it on that side; with fewer degrees of freedom where runs are more skewed than rare outages alone make
 * them. Counts: the exact intervals of Garwood (Poisson) and of Clopper and Pearson (binomial).
 * What was never seen has a bound and no estimate: all-zero observations bound nothing from above by themselves.
 */
import { failuresAtMost } from '../../base/bound.ts'
import { exp, expLessOne, ln } from '../../base/ln.ts'
import { skewness, standardError, type Moments } from './moments.ts'
import { betaQuantile, gammaQuantile, studentQuantile } from './student.ts'

/** `high` is Infinity, `low` -Infinity, where nothing is known. */
export interface Interval { readonly value: number; readonly low: number; readonly high: number }

/** Of the mean of independent runs. All zeros: from 0 to Infinity, see `unseenMean`. */
export function meanInterval(m: Moments, confidence = 0.95): Interval {
  if (m.n < 2) return { value: m.mean, low: -Infinity, high: Infinity }
  if (m.nonzero === 0) return { value: 0, low: 0, high: Infinity }
  const error = standardError(m), skew = skewness(m), lean = skew / (6 * Math.sqrt(m.n)), t = studentQuantile((1 + confidence) / 2, degreesOfFreedom(m, skew))
  return { value: m.mean, low: m.mean - unskewed(t, lean) * error, high: m.mean - unskewed(-t, lean) * error }
}

/**
 * A variance known from n normal observations has n - 1 degrees of freedom; from others 2n / (kurtosis - 1). The kurtosis of a long tail is itself hardly known: the
 * skewness, which is known better, stands in for it (3 + 3 skewness²; gamma distributions have 1.5). Only what goes beyond exponential outages counts, whose runs
 * have a squared skewness of 4.5 per outage and run: for them, however few, Willink's correction is enough.
 */
const degreesOfFreedom = ({ n, nonzero }: Moments, skew: number): number => Math.max(1, (n - 1) / (1 + 1.5 * Math.max(0, skew * skew - 4.5 * n / nonzero)))

/** Willink's G: what t is to a mean whose standardised third moment is 6 × lean. */
function unskewed(t: number, lean: number): number {
  if (Math.abs(lean) < 1e-6) return t - lean * t * t
  const cube = 1 + 6 * lean * (t - lean), side = exp(ln(Math.max(Math.abs(cube), 1e-300)) / 3)
  return ((cube < 0 ? -side : side) - 1) / (2 * lean)
}

/** For what cannot be negative. */
export const notNegative = ({ value, low, high }: Interval): Interval => ({ value, low: Math.max(0, low), high })

/** The larger of its two sides, relative to its value; Infinity for a value of 0. */
export const relativeHalfWidth = ({ value, low, high }: Interval): number => value === 0 ? Infinity : Math.max(value - low, high - value) / Math.abs(value)

/** Events per unit of exposure; Garwood's exact interval. None seen: value 0, low 0 and the one-sided bound, -ln(1 - confidence), about 3, per exposure. */
export function poissonRate(events: number, exposure: number, confidence = 0.95): Interval {
  if (events === 0) return { value: 0, low: 0, high: -ln(1 - confidence) / exposure }
  const alpha = 1 - confidence
  return { value: events / exposure, low: gammaQuantile(alpha / 2, events) / exposure, high: gammaQuantile(1 - alpha / 2, events + 1) / exposure }
}

/** `of` so many trials; Clopper and Pearson's exact interval, one-sided where none or all were hit. */
export function proportion(hits: number, of: number, confidence = 0.95): Interval {
  const alpha = 1 - confidence
  if (of === 0) return { value: 0, low: 0, high: 1 }
  if (hits === 0) return { value: 0, low: 0, high: -expLessOne(ln(alpha) / of) }
  if (hits === of) return { value: 1, low: exp(ln(alpha) / of), high: 1 }
  return { value: hits / of, low: betaQuantile(alpha / 2, hits, of - hits + 1), high: betaQuantile(1 - alpha / 2, hits + 1, of - hits) }
}

/** The mean of something that was zero in all of `n` runs and is never more than `most` in one: 95 % bound. */
export const unseenMean = (n: number, most: number): Interval => ({ value: 0, low: 0, high: failuresAtMost(n) * most })
