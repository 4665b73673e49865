/**
 * What a duration in a scenario may be: a fixed time, or a distribution from which each occurrence draws. Plain data, and the questions a
 * planner asks of it. Units are microseconds; hazard and density are per microsecond.
 *
 * The laws are the continuous ones: that a draw is rounded to a whole microsecond is left out. `below` and `beyond` come in pairs, each exact
 * where it is small, so that both tails keep their digits. A fixed time and a trace have jumps instead of a density: `isContinuous` tells.
 */
import { incompleteGamma, lnGamma, normalDensity, normalParts } from './gamma.ts'
import { exp, expLessOne, ln, lnOnePlus, pow } from './ln.ts'
import { normalQuantile } from './normal.ts'
import type { Micros } from './time.ts'

export type Distribution =
  | Micros
  /** Mean. */
  | { readonly exponential: Micros }
  /** Both ends. */
  | { readonly uniform: readonly [Micros, Micros] }
  /** Median, and the standard deviation of the logarithm. */
  | { readonly lognormal: readonly [Micros, number] }
  /** Scale (63.2 % have happened by then) and shape. */
  | { readonly weibull: readonly [Micros, number] }
  /** Scale (mean over shape) and shape; a whole shape is Erlang's number of stages. */
  | { readonly gamma: readonly [Micros, number] }
  /** What was observed, in ascending order: each as likely as the others, nothing in between. */
  | { readonly trace: readonly Micros[] }
  /** A fixed time first: a location, or a response before the work. */
  | { readonly after: Micros; readonly then: Distribution }
  /** One of these, with probabilities that add up to 1. */
  | { readonly mixture: readonly Part[] }
export interface Part { readonly weight: number; readonly of: Distribution }

/** Laws that a mean and a shape (of the lognormal: sigma) make out. Their first number is then exact, not rounded to a microsecond. */
export type MeanKind = 'lognormal' | 'weibull' | 'gamma'
export function lawOfMean(kind: MeanKind, mean: number, shape: number): Distribution {
  const of = (first: number) => ({ [kind]: [first, shape] }) as unknown as Distribution
  return of(mean / meanOf(of(1)))
}

/** Microseconds. */
export function meanOf(d: Distribution): number {
  if (typeof d === 'number') return d
  if ('exponential' in d) return d.exponential
  if ('uniform' in d) return (d.uniform[0] + d.uniform[1]) / 2
  if ('lognormal' in d) return d.lognormal[0] * exp(d.lognormal[1] * d.lognormal[1] / 2)
  if ('weibull' in d) return d.weibull[0] * exp(lnGamma(1 + 1 / d.weibull[1]))
  if ('gamma' in d) return d.gamma[0] * d.gamma[1]
  if ('trace' in d) return d.trace.reduce((sum, each) => sum + each / d.trace.length, 0)
  if ('after' in d) return d.after + meanOf(d.then)
  return d.mixture.reduce((sum, { weight, of }) => sum + weight * meanOf(of), 0)
}

/** Square microseconds; of a trace, that of drawing from it. */
export function varianceOf(d: Distribution): number {
  if (typeof d === 'number') return 0
  if ('exponential' in d) return d.exponential * d.exponential
  if ('uniform' in d) return (d.uniform[1] - d.uniform[0]) * (d.uniform[1] - d.uniform[0]) / 12
  const mean = meanOf(d)
  if ('lognormal' in d) return mean * mean * expLessOne(d.lognormal[1] * d.lognormal[1])
  if ('weibull' in d) return mean * mean * expLessOne(lnGamma(1 + 2 / d.weibull[1]) - 2 * lnGamma(1 + 1 / d.weibull[1]))
  if ('gamma' in d) return d.gamma[0] * mean
  if ('trace' in d) return d.trace.reduce((sum, each) => sum + (each - mean) * (each - mean) / d.trace.length, 0)
  if ('after' in d) return varianceOf(d.then)
  return d.mixture.reduce((sum, { weight, of }) => sum + weight * (varianceOf(of) + (meanOf(of) - mean) * (meanOf(of) - mean)), 0)
}

/** Whether it has a density: no fixed time and no trace in it, which happen at single moments. */
export function isContinuous(d: Distribution): boolean {
  if (typeof d === 'number' || 'trace' in d) return false
  if ('after' in d) return isContinuous(d.then)
  return !('mixture' in d) || d.mixture.every(({ of }) => isContinuous(of))
}

/** The probability to have happened by `t`, not to have, and the density per microsecond; of jumps, 0. */
type At = readonly [below: number, beyond: number, density: number]
/** Our logarithm takes no smaller numbers. */
const TINY = 1e-290
const NOT_YET: At = [0, 1, 0], SURELY: At = [1, 0, 0]

function lawAt(d: Distribution, t: number): At {
  if (typeof d === 'number') return t < d ? NOT_YET : SURELY
  if ('after' in d) return lawAt(d.then, t - d.after)
  if ('mixture' in d) {
    let below = 0, beyond = 0, density = 0
    for (const { weight, of } of d.mixture) {
      const at = lawAt(of, t)
      below += weight * at[0]
      beyond += weight * at[1]
      density += weight * at[2]
    }
    return [below, beyond, density]
  }
  if ('trace' in d) {
    const below = countUpTo(d.trace, t) / d.trace.length
    return [below, 1 - below, 0]
  }
  if ('uniform' in d) {
    const [from, to] = d.uniform
    return t < from ? NOT_YET : t >= to ? SURELY : [(t - from) / (to - from), (to - t) / (to - from), 1 / (to - from)]
  }
  if (t < TINY) return NOT_YET
  if ('gamma' in d) {
    const [scale, shape] = d.gamma, [below, beyond, kernel] = incompleteGamma(shape, t / scale)
    return [below, beyond, kernel / t]
  }
  if ('lognormal' in d) {
    const [median, sigma] = d.lognormal, z = ln(t / median) / sigma, [below, beyond] = normalParts(z)
    return [below, beyond, normalDensity(z) / (sigma * t)]
  }
  const shape = 'weibull' in d ? d.weibull[1] : 1, h = 'weibull' in d ? pow(t / d.weibull[0], shape) : t / d.exponential, beyond = exp(-h)
  return [h < 0.35 ? -expLessOne(-h) : 1 - beyond, beyond, beyond * shape * h / t]
}

export const cdf = (d: Distribution, t: number): number => lawAt(d, t)[0]
export const survival = (d: Distribution, t: number): number => lawAt(d, t)[1]
export const density = (d: Distribution, t: number): number => lawAt(d, t)[2]

/** The rate, per microsecond, at which it happens at `t` if it has not yet; 0 where it surely has. */
export function hazard(d: Distribution, t: number): number {
  if (typeof d === 'object') {
    if ('after' in d) return hazard(d.then, t - d.after)
    if ('exponential' in d) return t <= 0 ? 0 : 1 / d.exponential
    if ('weibull' in d) return t <= 0 ? 0 : d.weibull[1] / d.weibull[0] * pow(t / d.weibull[0], d.weibull[1] - 1)
  }
  const [, beyond, density] = lawAt(d, t)
  return density === 0 ? 0 : density / beyond
}

/** -ln P(T > t); infinite where it has surely happened. */
export function cumulativeHazard(d: Distribution, t: number): number {
  if (typeof d === 'object') {
    if ('after' in d) return cumulativeHazard(d.then, t - d.after)
    if ('exponential' in d) return t <= 0 ? 0 : t / d.exponential
    if ('weibull' in d) return t <= 0 ? 0 : pow(t / d.weibull[0], d.weibull[1])
  }
  const [below, beyond] = lawAt(d, t)
  return beyond === 0 ? Infinity : hazardOf(below, beyond)
}

/** The time by which it has happened with probability `p`, in (0, 1). Of small probabilities to happen *later*, `inverseCumulativeHazard(d, -ln q)`. */
export const quantile = (d: Distribution, p: number): number => timeAt(d, p, 1 - p)

/** The time at which the cumulative hazard reaches `h`, positive: of a residual life at age `a`, `h` is that of `a` and a draw of the exponential more. */
export function inverseCumulativeHazard(d: Distribution, h: number): number {
  if (typeof d === 'object') {
    if ('after' in d) return d.after + inverseCumulativeHazard(d.then, h)
    if ('exponential' in d) return d.exponential * h
    if ('weibull' in d) return d.weibull[0] * pow(h, 1 / d.weibull[1])
  }
  // Beyond lies nothing that a number could hold.
  return timeAt(d, -expLessOne(-h), exp(-Math.min(h, 700)))
}

/** Where `below` + `beyond` = 1 part: the first time by which it has happened with probability `below`. Each counts where it is the smaller. */
function timeAt(d: Distribution, below: number, beyond: number): number {
  if (typeof d === 'number') return d
  if ('after' in d) return d.after + timeAt(d.then, below, beyond)
  if ('uniform' in d) return below < 0.5 ? d.uniform[0] + below * (d.uniform[1] - d.uniform[0]) : d.uniform[1] - beyond * (d.uniform[1] - d.uniform[0])
  if ('trace' in d) return d.trace[Math.min(d.trace.length, Math.max(1, Math.ceil(below * d.trace.length))) - 1]!
  if ('lognormal' in d) return d.lognormal[0] * exp(d.lognormal[1] * (below < 0.5 ? normalQuantile(below) : -normalQuantile(beyond)))
  if ('gamma' in d) return solve(d, below, beyond, 0, Infinity, gammaNear(d.gamma, below, beyond))
  if ('mixture' in d) return mixtureAt(d, below, beyond)
  const h = hazardOf(below, beyond)
  return 'exponential' in d ? d.exponential * h : d.weibull[0] * pow(h, 1 / d.weibull[1])
}

/** Its times lie between those of its parts. Where one of its jumps takes it past the mark, it is that moment. */
function mixtureAt(d: { readonly mixture: readonly Part[] }, below: number, beyond: number): number {
  let early = Infinity, late = 0, between = 0
  for (const { weight, of } of d.mixture) {
    const t = timeAt(of, below, beyond)
    if (t < early) early = t
    if (t > late) late = t
    between += weight * t
  }
  if (early === late) return early
  const isBy = (t: number): boolean => hasReached(lawAt(d, t), below, beyond)
  for (const { of } of d.mixture) for (const jump of jumpsOf(of)) {
    if (jump < early || jump > late) continue
    if (!isBy(jump)) early = jump
    // Jumps are at whole microseconds.
    else if (isBy(jump - 0.5)) late = jump
    else return jump
  }
  return solve(d, below, beyond, early, late, Math.min(Math.max(early, between), late))
}

function jumpsOf(d: Distribution): readonly Micros[] {
  if (typeof d === 'number') return [d]
  if ('trace' in d) return d.trace
  if ('after' in d) return jumpsOf(d.then).map(jump => jump + d.after)
  return 'mixture' in d ? d.mixture.flatMap(({ of }) => jumpsOf(of)) : NONE
}
const NONE: readonly Micros[] = []

/** Wilson and Hilferty's cube of a normal number (1931), or far below the mean the first term of the series. */
function gammaNear([scale, shape]: readonly [number, number], below: number, beyond: number): number {
  const z = below < 0.5 ? normalQuantile(below) : -normalQuantile(beyond), root = 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))
  return scale * (root > 0.3 ? shape * root * root * root : exp((ln(below) + lnGamma(shape + 1)) / shape))
}

/**
 * The time at which a continuous stretch of it reaches the mark: Newton's method on the logarithms of cumulative hazard and time, between
 * which most laws are nearly straight. A step that leaves what is known to be too early or too late, or is not half of the last, becomes a halving.
 */
function solve(d: Distribution, below: number, beyond: number, early: number, late: number, start: number): number {
  const goal = ln(hazardOf(below, beyond))
  for (let t = Math.max(start, NOW), last = Infinity, i = 0; i < 200; i++) {
    const at = lawAt(d, t), reached = hazardOf(at[0], at[1]), off = goal - ln(reached), step = off * reached * at[1] / (t * at[2]), next = t * exp(step), size = Math.abs(step)
    if (hasReached(at, below, beyond)) late = t
    else early = t
    if (next >= early && next <= late && size <= last / 2) {
      // The error after a step is of the order of its square, in time as in probability.
      if (size < 1e-8 && Math.abs(off) * Math.max(1, reached) < 1e-8) return next
      t = next
      last = size
    } else if (late <= NOW || late - early <= 1e-15 * late) return late
    else {
      t = late === Infinity ? 2 * t : (early + late) / 2
      last = Infinity
    }
  }
  return late
}

/** A femtosecond: what comes before it is not told apart. */
const NOW = 1e-9

const hazardOf = (below: number, beyond: number): number => below < 0.5 ? -lnOnePlus(-below) : -ln(beyond)
const hasReached = (at: At, below: number, beyond: number): boolean => below < 0.5 ? at[0] >= below : at[1] <= beyond

/** How many of these, which ascend, are not later than `t`. */
function countUpTo(times: readonly Micros[], t: number): number {
  let from = 0, to = times.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if (times[middle]! <= t) from = middle + 1
    else to = middle
  }
  return from
}
