/**
 * A quantile sketch: a histogram of whole numbers from 0 to 2^53 whose bins grow with the values, after HdrHistogram.
 *
 * Below 256 each number has a bin of its own; above, each doubling has 128 bins, so a bin's middle is within 0.4 % of everything in it. Counts are whole
 * numbers: sketches merge exactly, in any order, and their packed form is the same whatever the order. Observations may have weights instead (rare events);
 * then order matters in the last bits, and what they are worth is Kish's effective number. Quantiles have order-statistic intervals; a mean is not for a sketch.
 */
import { assert } from '../../base/assert.ts'
import type { Interval } from './interval.ts'
import { betaTails } from './beta.ts'

export interface Sketch {
  /** Sum of the weights, and of their squares; both are the number of observations where all weights are 1. */
  total: number
  squares: number
  /** The largest value seen, exactly. */
  largest: number
  readonly bins: Map<number, number>
}

export const noSketch = (): Sketch => ({ total: 0, squares: 0, largest: 0, bins: new Map() })

export function record(sketch: Sketch, value: number, weight = 1): void {
  assert(value >= 0 && value <= Number.MAX_SAFE_INTEGER && Math.floor(value) === value, 'a sketch is of whole numbers')
  const bin = binOf(value)
  sketch.bins.set(bin, (sketch.bins.get(bin) ?? 0) + weight)
  sketch.total += weight
  sketch.squares += weight * weight
  sketch.largest = Math.max(sketch.largest, value)
}

export function mergeSketches(into: Sketch, from: Sketch): void {
  for (const [bin, weight] of from.bins) into.bins.set(bin, (into.bins.get(bin) ?? 0) + weight)
  into.total += from.total
  into.squares += from.squares
  into.largest = Math.max(into.largest, from.largest)
}

/** Weight of the observations that were exactly 0. */
export const zerosOf = ({ bins }: Sketch): number => bins.get(0) ?? 0

/** The smallest value that at least this share of the observations does not exceed; 0 when there are none. */
export function quantile(sketch: Sketch, p: number): number {
  const bin = binAt(sketch, p * sketch.total)
  return bin === undefined ? 0 : Math.min(sketch.largest, middleOf(bin))
}

/** The quantile between two order statistics, exact by the binomial distribution if observations are independent. `high` is Infinity while there are too few of them. */
export function quantileInterval(sketch: Sketch, p: number, confidence = 0.95): Interval {
  const { total, squares, largest } = sketch, value = quantile(sketch, p), n = squares === 0 ? 0 : Math.floor(total * total / squares + 1e-9)
  const alpha = (1 - confidence) / 2
  // Ranks r with P(fewer than r observations lie below the quantile) at most alpha, and at least 1 - alpha: the last of the ones, the first of the others.
  const lower = firstRank(n, r => fewerThan(r, n, p) > alpha) - 1, upper = firstRank(n, r => fewerThan(r, n, p) >= 1 - alpha)
  const low = lower < 1 ? undefined : binAt(sketch, lower / n * total), high = upper > n ? undefined : binAt(sketch, upper / n * total)
  return { value, low: low === undefined ? 0 : lowestOf(low), high: high === undefined ? Infinity : Math.min(largest, lowestOf(high) + widthOf(high) - 1) }
}

/** Values, each standing for its bin, with their weights, ascending. */
export const valuesOf = (sketch: Sketch): (readonly [value: number, weight: number])[] =>
  sorted(sketch).map(([bin, weight]) => [Math.min(sketch.largest, middleOf(bin)), weight])

/** As JSON keeps it: bins as a flat list of distance from the bin before, weight. */
export interface PackedSketch { readonly total: number; readonly squares: number; readonly largest: number; readonly bins: readonly number[] }

export function pack(sketch: Sketch): PackedSketch {
  const { total, squares, largest } = sketch
  let before = 0
  const bins = sorted(sketch).flatMap(([bin, weight]) => {
    const distance = bin - before
    before = bin
    return [distance, weight]
  })
  return { total, squares, largest, bins }
}

export function unpack({ total, squares, largest, bins }: PackedSketch): Sketch {
  const map = new Map<number, number>()
  for (let i = 0, bin = 0; i < bins.length; i += 2) map.set(bin += bins[i]!, bins[i + 1]!)
  return { total, squares, largest, bins: map }
}

/** Bins per doubling; a bin's number is its exponent times this, plus its leading digits, which are at least this. */
const PER_DOUBLING = 128

function binOf(value: number): number {
  if (value < 2 * PER_DOUBLING) return value
  const exponent = value < 0x1_0000_0000 ? 24 - Math.clz32(value) : 56 - Math.clz32(value / 0x1_0000_0000)
  return exponent * PER_DOUBLING + Math.floor(value / 2 ** exponent)
}
const exponentOf = (bin: number): number => Math.max(0, Math.floor(bin / PER_DOUBLING) - 1)
const widthOf = (bin: number): number => 2 ** exponentOf(bin)
const lowestOf = (bin: number): number => (bin - exponentOf(bin) * PER_DOUBLING) * widthOf(bin)
const middleOf = (bin: number): number => lowestOf(bin) + Math.floor(widthOf(bin) / 2)

const sorted = ({ bins }: Sketch): [bin: number, weight: number][] => [...bins].sort(([a], [b]) => a - b)

/** The bin in which the running sum of weights reaches this, give or take rounding. */
function binAt(sketch: Sketch, weight: number): number | undefined {
  let sum = 0, last: number | undefined
  for (const [bin, own] of sorted(sketch)) {
    last = bin
    if ((sum += own) >= weight - sketch.total * 1e-12) return bin
  }
  return last
}

/** P(X < r) for X binomial with n trials of probability p. */
const fewerThan = (r: number, n: number, p: number): number => r <= 0 ? 0 : r > n ? 1 : betaTails(r, n - r + 1, p, 1 - p)[1]

/** The first of the ranks 1 to n for which it holds, n + 1 if for none; once true it stays true. */
function firstRank(n: number, holds: (rank: number) => boolean): number {
  let low = 1, high = n + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
