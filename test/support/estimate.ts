/** Estimates with intervals, for tests that compare a simulation with a figure from theory. */

export interface Estimate { readonly mean: number; readonly halfWidth: number; readonly low: number; readonly high: number }

/** Student's t for a two-sided interval of 99.9 %, by degrees of freedom; between two rows the one with fewer degrees holds. */
const T_999: readonly (readonly [degrees: number, t: number])[] = [
  [9, 4.781], [14, 4.14], [19, 3.883], [24, 3.745], [29, 3.659], [39, 3.558], [49, 3.5], [59, 3.463], [79, 3.418], [99, 3.392], [199, 3.34],
]

/** Mean of independent runs with its 99.9 % interval. */
export function estimate(runs: readonly number[]): Estimate {
  const n = runs.length, mean = runs.reduce((sum, each) => sum + each, 0) / n
  const variance = runs.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1)
  const t = T_999.findLast(([degrees]) => degrees <= n - 1)
  if (t === undefined) throw new Error('an interval needs at least ten runs')
  const halfWidth = t[1] * Math.sqrt(variance / n)
  return { mean, halfWidth, low: mean - halfWidth, high: mean + halfWidth }
}
