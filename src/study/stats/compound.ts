/**
 * Downtime of a year from the rate of outages and the distribution of their lengths. An approximation: it supposes that outages come independently of one
 * another (a Poisson process) and that their lengths are independent too, which rare outages nearly do; it is for those that are too rare for simulated years to show.
 *
 * Panjer's recursion (ASTIN Bulletin 12, 1981) on a grid of at least 2520 steps, so that up to ten equal outages fall on it; a length between two grid points is shared by both so that the mean stays.
 */
import { assert } from '../../base/assert.ts'
import { exp, expLessOne } from '../../base/ln.ts'

/** Lengths with weights that need not add up to 1: `valuesOf` a sketch. */
export type Lengths = readonly (readonly [length: number, weight: number])[]

/** The probability that a year's outages add up to at most `limit`, and to more; the second is exact to its own size where it is tiny. */
export function yearWithin(limit: number, rate: number, lengths: Lengths): { readonly within: number; readonly beyond: number } {
  const { long, seen } = seenOf(rate, lengths)
  if (limit === 0) return { within: exp(-seen), beyond: -expLessOne(-seen) }
  const { sums, idle } = yearOf(seen, long, limit), some = sums.reduce((sum, each) => sum + each, 0) - sums[0]!
  return { within: Math.min(1, sums[0]! + some), beyond: Math.max(0, -expLessOne(-idle) - some) }
}

/** What a year's downtime exceeds with probability 1 - p only. */
export function yearQuantile(p: number, rate: number, lengths: Lengths): number {
  assert(p > 0 && p < 1, 'a quantile is of a probability between 0 and 1')
  const { long, seen } = seenOf(rate, lengths)
  if (long.length === 0 || exp(-seen) >= p) return 0
  let top = long.reduce((most, [length]) => Math.max(most, length), 0) * Math.max(1, seen)
  for (let found = reach(p, seen, long, top); ; found = reach(p, seen, long, top)) {
    if (found === undefined) top *= 2
    else if (found < top / 4) top = Math.max(found * 2, top / 64)
    else return found
  }
}

/** Outages of no length are none. With no lengths known, every outage is too long. */
function seenOf(rate: number, lengths: Lengths): { long: Lengths; seen: number } {
  const long = lengths.filter(([length]) => length > 0)
  return { long, seen: lengths.length === 0 ? rate : rate * weightOf(long) / weightOf(lengths) }
}
const weightOf = (lengths: Lengths): number => lengths.reduce((sum, [, weight]) => sum + weight, 0)

function reach(p: number, rate: number, lengths: Lengths, top: number): number | undefined {
  const { sums } = yearOf(rate, lengths, top)
  let sum = 0
  const step = sums.findIndex(each => (sum += each) >= p)
  return step < 0 ? undefined : step * top / (sums.length - 1)
}

/** What is shared by two grid points varies more than it should: steps are an eighth of the lengths that matter, which only a year of many outages makes many. */
function stepsFor(top: number, lengths: Lengths): number {
  let first = 0, second = 0
  for (const [length, weight] of lengths) {
    first += length * weight
    second += length * length * weight
  }
  return STEPS * Math.max(1, Math.min(13, second === 0 ? 1 : Math.ceil(8 * top * first / second / STEPS)))
}
const STEPS = 2520

/** The probability of each grid point up to `top`; `idle` is the rate of outages that do not round to nothing. */
function yearOf(rate: number, lengths: Lengths, top: number): { sums: Float64Array; idle: number } {
  const size = stepsFor(top, lengths), shares = new Float64Array(size + 2), all = weightOf(lengths)
  for (const [length, weight] of lengths) {
    const at = length / top * size, below = Math.floor(at), above = at - below
    if (below > size) continue
    shares[below]! += weight / all * (1 - above)
    shares[below + 1]! += weight / all * above
  }
  const idle = rate * (1 - shares[0]!), steps = new Uint32Array(size + 1), weights = new Float64Array(size + 1), sums = new Float64Array(size + 1)
  let kinds = 0
  for (let j = 1; j <= size; j++) if (shares[j]! > 0) {
    steps[kinds] = j
    weights[kinds++] = rate * shares[j]! * j
  }
  // The sums begin at 1 for exp(-idle), which a busy system would make vanish, and are brought down whenever they get too large.
  let scale = -idle
  sums[0] = 1
  for (let s = 1; s <= size; s++) {
    let sum = 0
    for (let k = 0; k < kinds && steps[k]! <= s; k++) sum += weights[k]! * sums[s - steps[k]!]!
    sums[s] = sum / s
    if (sums[s]! > LARGE) {
      scale += LN_LARGE
      for (let i = 0; i <= s; i++) sums[i]! /= LARGE
    }
  }
  const factor = exp(scale)
  return { sums: sums.map(each => each * factor), idle }
}
const LARGE = 2 ** 400, LN_LARGE = 400 * Math.LN2
