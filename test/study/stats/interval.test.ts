/** Intervals by their definitions: what they must do to the tails of the distribution they are for. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RngStreams } from '../../../src/core/rng.ts'
import { meanInterval, notNegative, poissonRate, proportion, relativeHalfWidth, unseenMean } from '../../../src/study/stats/interval.ts'
import { momentsOf, pairsOf } from '../../../src/study/stats/moments.ts'
import { ratioInterval } from '../../../src/study/stats/ratio.ts'
import { studentQuantile } from '../../../src/study/stats/student.ts'
import { property } from '../../support/property.ts'

/** P(X <= k), X Poisson. */
function poisson(k: number, mean: number): number {
  let term = Math.exp(-mean), sum = term
  for (let i = 1; i <= k; i++) sum += term *= mean / i
  return sum
}
/** P(X <= k), X binomial. */
function binomial(k: number, n: number, p: number): number {
  // From the end where the terms are not too small to be told from 0.
  if (p > 0.5) return 1 - binomial(n - k - 1, n, 1 - p)
  let term = (1 - p) ** n, sum = k < 0 ? 0 : term
  for (let i = 1; i <= k; i++) sum += term *= (n - i + 1) / i * p / (1 - p)
  return sum
}

describe('counts', () => {
  test('Garwood: at the ends of the interval, so many events or more, so many or fewer, have probability 2.5 %', () => property(fc.property(fc.integer({ min: 1, max: 300 }), fc.double({ min: 0.01, max: 1e6, noNaN: true }), (events, exposure) => {
    const { value, low, high } = poissonRate(events, exposure)
    expect(value).toBe(events / exposure)
    expect(1 - poisson(events - 1, low * exposure)).toBeCloseTo(0.025, 9)
    expect(poisson(events, high * exposure)).toBeCloseTo(0.025, 9)
  })))

  test('Clopper and Pearson: the same for hits among trials', () => property(fc.property(fc.integer({ min: 2, max: 300 }), fc.double({ min: 0, max: 1, noNaN: true }), (of, share) => {
    const hits = Math.max(1, Math.min(of - 1, Math.round(of * share))), { low, high } = proportion(hits, of)
    expect(1 - binomial(hits - 1, of, low)).toBeCloseTo(0.025, 9)
    expect(binomial(hits, of, high)).toBeCloseTo(0.025, 9)
  })))

  test('nothing seen is a bound and never 0: about 3 per exposure, about 3 in so many trials', () => {
    expect(poissonRate(0, 1000).high).toBeCloseTo(0.002995732, 9)
    expect(proportion(0, 1000).high).toBeCloseTo(1 - 0.05 ** 0.001, 12)
    expect(proportion(0, 1e12).high * 1e12).toBeCloseTo(-Math.log(0.05), 6)
    expect(proportion(10, 10)).toEqual({ value: 1, low: expect.closeTo(0.05 ** 0.1, 12) as number, high: 1 })
    expect(proportion(0, 0)).toEqual({ value: 0, low: 0, high: 1 })
    expect(unseenMean(100, 365).high).toBeCloseTo(365 * (1 - 0.05 ** 0.01), 9)
  })
})

describe('means', () => {
  test('of symmetric runs have Student\'s interval', () => property(fc.property(fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 }), offsets => {
    const values = offsets.flatMap(each => [100 - each, 100 + each]), n = values.length
    const { low, high } = meanInterval(momentsOf(values)), deviation = Math.sqrt(values.reduce((sum, each) => sum + (each - 100) ** 2, 0) / (n - 1))
    expect(high - 100).toBeCloseTo(studentQuantile(0.975, n - 1) * deviation / Math.sqrt(n), 6)
    expect(100 - low).toBeCloseTo(high - 100, 6)
  })))

  test('of runs with a long right tail reach further to the right; mirrored runs have the mirrored interval', () => property(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 60 }), draws => {
    const values = draws.map(u => u ** 6), { value, low, high } = meanInterval(momentsOf(values)), mirrored = meanInterval(momentsOf(values.map(each => -each)))
    fc.pre(momentsOf(values).m3 > 1e-6)
    expect(high - value).toBeGreaterThan(value - low)
    expect([-mirrored.high, -mirrored.low]).toEqual([expect.closeTo(low, 9), expect.closeTo(high, 9)])
  })))

  test.each([10, 20, 50])('cover in 93 to 98.5 of 100 cases when all there is to see are some %i outages of exponential length in 200 runs', outages => {
    let covered = 0
    for (let sample = 0; sample < 1000; sample++) {
      const rng = new RngStreams(`few/${sample}`).get('outages', 'all'), between = 200 / outages * 1e6
      const { low, high } = meanInterval(momentsOf(Array.from({ length: 200 }, () => {
        let down = 0
        for (let t = rng.exponential(between); t < 1e6; t += rng.exponential(between)) down += rng.exponential(1e6)
        return down
      })))
      if (low <= outages / 200 * 1e6 && outages / 200 * 1e6 <= high) covered++
    }
    expect(covered).toBeGreaterThanOrEqual(930)
    expect(covered, 'wide for nothing').toBeLessThanOrEqual(985)
  })

  test('know no bound while nothing, or only one run, was seen', () => {
    expect(meanInterval(momentsOf([0, 0, 0]))).toEqual({ value: 0, low: 0, high: Infinity })
    expect(meanInterval(momentsOf([7]))).toEqual({ value: 7, low: -Infinity, high: Infinity })
    expect(relativeHalfWidth(meanInterval(momentsOf([0, 0])))).toBe(Infinity)
    expect(notNegative({ value: 1, low: -2, high: 9 })).toEqual({ value: 1, low: 0, high: 9 })
  })

  test('relative half-width is the longer side', () => expect(relativeHalfWidth({ value: 4, low: 3, high: 6 })).toBe(0.5))
})

describe('ratios', () => {
  test('over equal times are means', () => property(fc.property(fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 3, maxLength: 40 }), values => {
    fc.pre(momentsOf(values).m2 > 1e-3)
    const ratio = ratioInterval(pairsOf(values.map(y => [8760, y]))), mean = meanInterval(momentsOf(values))
    for (const end of ['value', 'low', 'high'] as const) expect(ratio[end] * 8760).toBeCloseTo(mean[end], 9)
  })))

  test('of regeneration cycles cover down / (up + down) in 95 of 100 cases: 1000 samples of 200 cycles, false alarm 1 in 10000', () => {
    const rng = new RngStreams('cycles').get('up', 'and down'), truth = 60 / (60 + 1000)
    let covered = 0
    for (let sample = 0; sample < 1000; sample++) {
      const { low, high } = ratioInterval(pairsOf(Array.from({ length: 200 }, () => {
        const down = rng.lognormal(40_000_000, 0.9005) / 1e6, up = rng.exponential(1000_000_000) / 1e6
        return [up + down, down]
      })))
      if (low <= truth && truth <= high) covered++
    }
    expect(covered).toBeGreaterThanOrEqual(923)
    expect(covered).toBeLessThanOrEqual(977)
  })

  test('know nothing without an x, and no bound without a y', () => {
    expect(ratioInterval(pairsOf([[0, 0], [0, 0]]))).toEqual({ value: 0, low: -Infinity, high: Infinity })
    expect(ratioInterval(pairsOf([[2, 0], [1, 0]]))).toEqual({ value: 0, low: 0, high: Infinity })
  })
})
