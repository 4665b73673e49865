/** The downtime of a year with rare outages, against sums that can be written down. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { incompleteGamma } from '../../../src/base/gamma.ts'
import { yearQuantile, yearWithin, type Lengths } from '../../../src/study/stats/compound.ts'
import { noSketch, record, valuesOf } from '../../../src/study/stats/sketch.ts'
import { property } from '../../support/property.ts'

const rates = fc.double({ min: 1e-9, max: 30, noNaN: true }), HOUR = 3_600_000_000

/** Sum over the number of outages; `within` n of them is the probability that they stay within the limit. */
function over(rate: number, within: (n: number) => number): number {
  let term = Math.exp(-rate), sum = 0
  for (let n = 0; n < 400; n++) {
    sum += term * within(n)
    term *= rate / (n + 1)
  }
  return sum
}

/** Exponential lengths of mean 1 h as a thousand equally likely ones. */
const exponential: Lengths = Array.from({ length: 2000 }, (_, i) => [-Math.log1p(-(i + 0.5) / 2000) * HOUR, 1] as const)

describe('a year of outages', () => {
  test('of one hour each stays within k hours as often as a Poisson number within k', () => property(fc.property(rates, fc.integer({ min: 0, max: 10 }), (rate, k) => {
    const { within, beyond } = yearWithin(k * HOUR, rate, [[HOUR, 3]]), exact = over(rate, n => n <= k ? 1 : 0)
    expect(within).toBeCloseTo(exact, 12)
    expect(within + beyond).toBeCloseTo(1, 12)
  })))

  test('of exponential lengths stays within a limit as often as the sum of gammas', () => property(fc.property(fc.double({ min: 0.01, max: 30, noNaN: true }), fc.double({ min: 0.1, max: 60, noNaN: true }), (rate, hours) => {
    expect(yearWithin(hours * HOUR, rate, exponential).within).toBeCloseTo(over(rate, n => n === 0 ? 1 : incompleteGamma(n, hours)[0]), 2)
  }), { numRuns: 30 }))

  test('that is nearly impossible keeps its digits', () => {
    expect(yearWithin(HOUR, 1e-11, [[2 * HOUR, 1], [HOUR / 2, 1]]).beyond / 5e-12).toBeCloseTo(1, 6)
    expect(yearWithin(0, 1e-11, [[HOUR, 1]]).beyond / 1e-11).toBeCloseTo(1, 9)
  })

  test('its quantile is the limit that is kept with that probability', () => property(fc.property(rates, fc.double({ min: 0.3, max: 0.9999, noNaN: true }), (rate, p) => {
    const limit = yearQuantile(p, rate, exponential)
    expect(limit === 0).toBe(Math.exp(-rate) >= p)
    if (limit === 0) return
    expect(yearWithin(limit * 1.01, rate, exponential).within).toBeGreaterThan(p - 1e-3)
    expect(yearWithin(limit * 0.99, rate, exponential).within).toBeLessThan(p + 1e-3)
  }), { numRuns: 15 }))

  test('more outages are never better', () => property(fc.property(fc.double({ min: 0.01, max: 20, noNaN: true }), fc.double({ min: 1.01, max: 3, noNaN: true }), (rate, more) => {
    expect(yearWithin(3 * HOUR, rate * more, exponential).within).toBeLessThan(yearWithin(3 * HOUR, rate, exponential).within)
  }), { numRuns: 15 }))

  test('a busy system: 2000 outages of a minute are 2000 ± 45 minutes', () => {
    const sketch = noSketch()
    record(sketch, 60_000_000)
    const minutes = (p: number) => yearQuantile(p, 2000, valuesOf(sketch)) / 60_000_000
    expect(minutes(0.5) / 2000).toBeCloseTo(1, 2)
    expect((minutes(0.975) - minutes(0.025)) / (2 * 1.96 * Math.sqrt(2000))).toBeCloseTo(1, 1.5)
  })

  test('nothing fails, or nobody knows how long', () => {
    expect(yearWithin(HOUR, 1, []).within).toBeCloseTo(Math.exp(-1), 12)
    expect(yearWithin(0, 2, [[0, 1], [HOUR, 1]]).within).toBeCloseTo(Math.exp(-1), 12)
    expect([yearQuantile(0.99, 0, [[HOUR, 1]]), yearQuantile(0.99, 5, []), yearQuantile(0.5, 5, [[0, 1]]), yearQuantile(0.99, 1, [[0, 999], [HOUR, 1]])]).toEqual([0, 0, 0, 0])
  })
})
