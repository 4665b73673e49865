/**
 * Ratios of sums, Σy / Σx, over independent and identically distributed pairs: downtime per time, minutes per outage.
 *
 * The pairs are either whole runs or regeneration cycles of one or many runs; the formula is the same, the caller states which. Delta method: the
 * residuals y - r x have mean zero, their standard error over the mean of x is that of the ratio; the interval is that of a mean (t, corrected for skewness).
 * The estimate's own bias is of order 1/n and not corrected.
 */
import { meanInterval, type Interval } from './interval.ts'
import { residual, type PairMoments } from './moments.ts'

/** No x at all: nothing is known. No y: value 0, and no bound from this alone. */
export function ratioInterval(pairs: PairMoments, confidence = 0.95): Interval {
  if (pairs.x === 0) return { value: 0, low: -Infinity, high: Infinity }
  const value = pairs.y / pairs.x, { low, high } = meanInterval({ ...residual(pairs, value), mean: 0 }, confidence)
  return { value, low: value + low / pairs.x, high: value + high / pairs.x }
}
