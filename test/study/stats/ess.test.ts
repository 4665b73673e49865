/** What weighted samples are worth. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { effectiveSampleSize, largestShare, mergeWeights, noWeights, weigh } from '../../../src/study/stats/ess.ts'
import { property } from '../../support/property.ts'

const of = (weights: readonly number[]) => {
  const all = noWeights()
  for (const weight of weights) weigh(all, weight)
  return all
}
const weights = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 })

test('equal weights are worth their number, one weight among tiny ones is worth one', () => property(fc.property(fc.integer({ min: 1, max: 99 }), fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (n, weight) => {
  expect(effectiveSampleSize(of(Array.from({ length: n }, () => weight)))).toBeCloseTo(n, 9)
  expect(largestShare(of(Array.from({ length: n }, () => weight)))).toBeCloseTo(1 / n, 9)
  expect(effectiveSampleSize(of([1, ...Array.from({ length: n }, () => 1e-9)]))).toBeCloseTo(1, 6)
})))

test('between 1 and their number, the same in any unit, and never more than the heaviest allows', () => property(fc.property(weights, fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (all, unit) => {
  const worth = effectiveSampleSize(of(all)), share = largestShare(of(all))
  expect(worth).toBeGreaterThanOrEqual(1 - 1e-9)
  expect(worth).toBeLessThanOrEqual(Math.min(all.length, 1 / (share * share)) * (1 + 1e-9))
  expect(effectiveSampleSize(of(all.map(each => each * unit)))).toBeCloseTo(worth, 6)
})))

test('parts merge to the whole; none are worth nothing', () => property(fc.property(weights, weights, (a, b) => {
  const merged = of(a)
  mergeWeights(merged, of(b))
  expect(effectiveSampleSize(merged)).toBeCloseTo(effectiveSampleSize(of([...a, ...b])), 9)
  expect(largestShare(merged)).toBeCloseTo(largestShare(of([...a, ...b])), 12)
  expect([effectiveSampleSize(noWeights()), largestShare(noWeights())]).toEqual([0, 0])
})))
