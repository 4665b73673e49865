/**
 * What a changed system is down, from fewer runs than the study has made: its runs have the numbers, and so the random numbers, of the study's own.
 *
 * A regression estimator with the study as control (double sampling; Cochran, Sampling Techniques, 1977, 12.6): y' = mean y - b (mean x of these runs - mean x of
 * all), b by least squares. Where the change hardly matters its runs are the study's and all of the study's precision is there; where it changes everything b is
 * near 0 and nothing is lost. Its bias is of order 1 / runs and not corrected.
 */
import { meanInterval, type Interval } from '../stats/interval.ts'
import { momentsOf, pairsOf, type Moments } from '../stats/moments.ts'
import { studentQuantile } from '../stats/student.ts'

export interface Controlled {
  readonly value: Interval
  /** The study as it is, less that. */
  readonly less: Interval
}

/** `all`: of each run of the study; `changed`: of the first of them, with the change. Nothing differs: the intervals of the study, and of a difference of 0. */
export function controlled(all: readonly number[], changed: readonly number[]): Controlled {
  const n = all.length, m = changed.length, whole = momentsOf(all)
  if (changed.every((each, i) => each === all[i])) return { value: meanInterval(whole), less: { value: 0, low: 0, high: 0 } }
  const { x, y, xx, xy, nonzero } = pairsOf(changed.map((each, i) => [all[i]!, each])), b = nonzero === 0 || xx === 0 ? 0 : xy / xx, value = y - b * (x - whole.mean)
  // The line has taken two degrees of freedom of these runs.
  const scale = Math.sqrt((m - 1) / (m - 2)) * studentQuantile(0.975, m - 2) / studentQuantile(0.975, n - 1)
  // Each run's share in the error: of these runs what the control does not explain, of all runs what is left of the control itself.
  const error = (residual: number, control: number): Interval => around(momentsOf(all.map((own, i) => residual * (i < m ? scale * n / m * (changed[i]! - y - b * (own - x)) : 0) + control * (own - whole.mean))), Math.max(whole.nonzero, nonzero))
  const of = error(1, b), less = error(-1, 1 - b)
  return { value: { value, low: value + of.low, high: value + of.high }, less: { value: whole.mean - value, low: whole.mean - value + less.low, high: whole.mean - value + less.high } }
}

/** How far from the mean it may be; no error at all where nothing varies. `nonzero`: runs that have seen something, for an error is hardly ever 0. */
function around(moments: Moments, nonzero: number): Interval {
  return moments.m2 === 0 ? { value: 0, low: 0, high: 0 } : meanInterval({ ...moments, nonzero, mean: 0 })
}
