/**
 * How many equal samples a weighted sample is worth: Kish's (Σw)² / Σw², and the share of the heaviest.
 *
 * An estimate by importance sampling that rests on few heavy weights looks precise and is not: these two figures watch for that.
 */
export interface Weights { n: number; sum: number; squares: number; largest: number }

export const noWeights = (): Weights => ({ n: 0, sum: 0, squares: 0, largest: 0 })

export function weigh(w: Weights, weight: number): void {
  w.n++
  w.sum += weight
  w.squares += weight * weight
  w.largest = Math.max(w.largest, weight)
}

export function mergeWeights(into: Weights, from: Weights): void {
  into.n += from.n
  into.sum += from.sum
  into.squares += from.squares
  into.largest = Math.max(into.largest, from.largest)
}

export const effectiveSampleSize = ({ sum, squares }: Weights): number => squares === 0 ? 0 : sum * sum / squares
export const largestShare = ({ sum, largest }: Weights): number => sum === 0 ? 0 : largest / sum
