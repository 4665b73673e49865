/** Two variants over the same runs. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RngStreams } from '../../../src/core/rng.ts'
import { meanInterval } from '../../../src/study/stats/interval.ts'
import { momentsOf } from '../../../src/study/stats/moments.ts'
import { comparison, mergePaired, noPaired, pairedOf } from '../../../src/study/stats/paired.ts'
import { property } from '../../support/property.ts'

const run = fc.tuple(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }))

test('the interval is that of the differences, the correlation that of its definition', () => property(fc.property(fc.array(run, { minLength: 3, maxLength: 40 }), runs => {
  const a = runs.map(each => each[0]), b = runs.map(each => each[1]), { difference, relative, correlation } = comparison(pairedOf(a, b))
  const [ma, mb] = [momentsOf(a), momentsOf(b)]
  fc.pre(ma.m2 > 1e-3 && mb.m2 > 1e-3 && ma.mean > 1e-3)
  expect(difference).toEqual(meanInterval(momentsOf(runs.map(([x, y]) => y - x))))
  expect(relative!.high).toBeCloseTo(difference.high / ma.mean, 9)
  expect(correlation).toBeCloseTo(runs.reduce((sum, [x, y]) => sum + (x - ma.mean) * (y - mb.mean), 0) / Math.sqrt(ma.m2 * mb.m2), 6)
})))

test('a variant compared with itself differs by nothing in no run', () => {
  const { difference, correlation, unpairedWiderBy } = comparison(pairedOf([1, 4, 2], [1, 4, 2]))
  expect([difference, correlation, unpairedWiderBy]).toEqual([{ value: 0, low: 0, high: 0 }, expect.closeTo(1, 12), null])
})

test('what both variants suffer goes away: as much narrower as the correlation promises', () => {
  const rng = new RngStreams('pairs').get('minutes', 'both'), common = Array.from({ length: 4000 }, () => [rng.exponential(100_000), rng.exponential(10_000), rng.exponential(10_000)] as const)
  const { difference, correlation, unpairedWiderBy } = comparison(pairedOf(common.map(([both, a]) => both + a), common.map(([both,, b]) => both + b)))
  // Variances 100² + 10² each, of the difference 2 × 10².
  expect(correlation).toBeCloseTo(100 / 101, 2)
  expect(unpairedWiderBy! / Math.sqrt(1 / (1 - 100 / 101))).toBeCloseTo(1, 1)
  expect(difference.low < 0 && difference.high > 0).toBe(true)
})

test('parts merge to the whole', () => property(fc.property(fc.array(fc.array(run, { maxLength: 9 }), { minLength: 2, maxLength: 6 }), parts => {
  const merged = noPaired(), all = parts.flat()
  for (const part of parts) mergePaired(merged, pairedOf(part.map(each => each[0]), part.map(each => each[1])))
  expect(merged.difference.n).toBe(all.length)
  expect(merged.difference.mean).toBeCloseTo(pairedOf(all.map(each => each[0]), all.map(each => each[1])).difference.mean, 9)
})))
