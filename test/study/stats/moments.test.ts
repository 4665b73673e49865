/** Running moments against sums in two passes. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeMoments, mergePairs, momentsOf, noMoments, noPairs, pairsOf, residual, skewness, variance, type Moments } from '../../../src/study/stats/moments.ts'
import { property } from '../../support/property.ts'

const value = fc.oneof(fc.constant(0), fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: 1e6, max: 1e6 + 1, noNaN: true }))
const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0)

function twoPasses(values: readonly number[]): Moments {
  const mean = values.length === 0 ? 0 : sum(values) / values.length
  return { n: values.length, nonzero: values.filter(each => each !== 0).length, mean, m2: sum(values.map(each => (each - mean) ** 2)), m3: sum(values.map(each => (each - mean) ** 3)) }
}

function same(got: Moments, wanted: Moments, scale: number) {
  expect([got.n, got.nonzero]).toEqual([wanted.n, wanted.nonzero])
  for (const [field, power] of [['mean', 1], ['m2', 2], ['m3', 3]] as const) expect(Math.abs(got[field] - wanted[field]), field).toBeLessThanOrEqual(1e-10 * got.n * scale ** power)
}
const spread = (values: readonly number[]) => Math.max(1, ...values.map(Math.abs))

test('moments in one pass, and merged from parts, are those of two passes', () => property(fc.property(fc.array(fc.array(value, { maxLength: 20 }), { maxLength: 8 }), parts => {
  const all = parts.flat(), merged = noMoments()
  for (const part of parts) mergeMoments(merged, momentsOf(part))
  same(momentsOf(all), twoPasses(all), spread(all))
  same(merged, twoPasses(all), spread(all))
})))

test('the moments of y - r x come out of those of x and y together, merged or not', () => property(fc.property(
  fc.array(fc.array(fc.tuple(value, value), { maxLength: 20 }), { maxLength: 8 }), fc.double({ min: -3, max: 3, noNaN: true }), (parts, r) => {
    const all = parts.flat(), wanted = { ...twoPasses(all.map(([x, y]) => y - r * x)), nonzero: all.filter(([, y]) => y !== 0).length }, merged = noPairs()
    for (const part of parts) mergePairs(merged, pairsOf(part))
    same(residual(pairsOf(all), r), wanted, 4 * spread(all.flat()))
    same(residual(merged, r), wanted, 4 * spread(all.flat()))
  })))

test('a small spread far from zero is not lost: a day of seconds around a year', () => {
  const m = momentsOf(Array.from({ length: 10_000 }, (_, i) => 31_536_000_000_000 + i % 2))
  expect(variance(m)).toBeCloseTo(0.25, 3)
})

test('skewness of a right-angled sample is what its definition says', () => {
  const [a, b] = [momentsOf([0, 0, 0, 1]), momentsOf([0, 0, 0, -1])]
  expect(skewness(a)).toBeCloseTo(2, 12)
  expect(skewness(b)).toBeCloseTo(-2, 12)
  expect(skewness(momentsOf([5, 5, 5]))).toBe(0)
})

test('the same parts in the same order give the same bits, and survive JSON', () => property(fc.property(fc.array(fc.array(value, { maxLength: 9 }), { maxLength: 6 }), parts => {
  const [live, stored] = [noMoments(), noMoments()]
  for (const part of parts) {
    mergeMoments(live, momentsOf(part))
    mergeMoments(stored, JSON.parse(JSON.stringify(momentsOf(part))) as Moments)
  }
  expect(JSON.stringify(stored)).toBe(JSON.stringify(live))
})))
