/**
 * Two variants over the same run numbers, hence over the same random numbers: the difference is taken run by run.
 *
 * Where the variants suffer the same failures, most of the noise is in both and goes away; how much is told by the correlation and by how
 * much wider the interval would have been with independent runs (Welch's t).
 */
import { assert } from '../../base/assert.ts'
import { meanInterval, type Interval } from './interval.ts'
import { mergeMoments, noMoments, observe, standardError, variance, type Moments } from './moments.ts'
import { studentQuantile } from './student.ts'

/** Plain data; `difference` is b - a. */
export interface Paired { readonly a: Moments; readonly b: Moments; readonly difference: Moments }

export const noPaired = (): Paired => ({ a: noMoments(), b: noMoments(), difference: noMoments() })

export function observePaired({ a, b, difference }: Paired, ofA: number, ofB: number): void {
  observe(a, ofA)
  observe(b, ofB)
  observe(difference, ofB - ofA)
}

export function mergePaired(into: Paired, from: Paired): void {
  mergeMoments(into.a, from.a)
  mergeMoments(into.b, from.b)
  mergeMoments(into.difference, from.difference)
}

export function pairedOf(a: readonly number[], b: readonly number[]): Paired {
  assert(a.length === b.length, 'variants are compared over the same runs')
  const paired = noPaired()
  a.forEach((value, i) => observePaired(paired, value, b[i]!))
  return paired
}

export interface Comparison {
  /** b - a. */
  readonly difference: Interval
  /** Relative to a's mean; null when that is zero. */
  readonly relative: Interval | null
  /** Between the variants' runs, -1 to 1; null when one of them never varies. */
  readonly correlation: number | null
  /** Half-width with independent runs over the paired one; null when all differences are the same. */
  readonly unpairedWiderBy: number | null
}

export function comparison({ a, b, difference }: Paired, confidence = 0.95): Comparison {
  const interval = sameOrInterval(difference, confidence), va = variance(a), vb = variance(b), both = Math.sqrt(va * vb)
  const scaled = (by: number): Interval => ({ value: interval.value * by, low: interval.low * by, high: interval.high * by })
  const paired = studentQuantile((1 + confidence) / 2, difference.n - 1) * standardError(difference)
  return {
    difference: interval,
    relative: a.mean === 0 ? null : scaled(1 / Math.abs(a.mean)),
    correlation: both === 0 ? null : (va + vb - variance(difference)) / 2 / both,
    unpairedWiderBy: difference.m2 === 0 ? null : unpairedHalfWidth(a, b, confidence) / paired,
  }
}

/** The same in every run is no difference as far as seen; how often it may differ unseen is for the caller to bound. */
const sameOrInterval = (m: Moments, confidence: number): Interval => m.n > 1 && m.nonzero === 0 ? { value: 0, low: 0, high: 0 } : meanInterval(m, confidence)

function unpairedHalfWidth(a: Moments, b: Moments, confidence: number): number {
  const ea = variance(a) / a.n, eb = variance(b) / b.n, degrees = (ea + eb) * (ea + eb) / (ea * ea / (a.n - 1) + eb * eb / (b.n - 1))
  return studentQuantile((1 + confidence) / 2, degrees) * Math.sqrt(ea + eb)
}
