/** Sketches against sorted lists. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RngStreams } from '../../../src/core/rng.ts'
import { mergeSketches, noSketch, pack, quantile, quantileInterval, record, unpack, valuesOf, zerosOf, type Sketch } from '../../../src/study/stats/sketch.ts'
import { property } from '../../support/property.ts'

const magnitude = fc.integer({ min: 0, max: 53 }).chain(bits => fc.integer({ min: 0, max: Math.min(Number.MAX_SAFE_INTEGER, 2 ** bits) }))
const some = fc.array(magnitude, { minLength: 1, maxLength: 60 })
const share = fc.double({ min: 0.001, max: 1, noNaN: true })

function of(values: readonly number[], weight = 1): Sketch {
  const sketch = noSketch()
  for (const value of values) record(sketch, value, weight)
  return sketch
}
/** P(X <= k), X binomial. */
function binomial(k: number, n: number, p: number): number {
  // From the end where the terms are not too small to be told from 0.
  if (p > 0.5) return 1 - binomial(n - k - 1, n, 1 - p)
  let term = (1 - p) ** n, sum = k < 0 ? 0 : term
  for (let i = 1; i <= k; i++) sum += term *= (n - i + 1) / i * p / (1 - p)
  return sum
}
const merged = (parts: readonly (readonly number[])[]): Sketch => {
  const all = noSketch()
  for (const part of parts) mergeSketches(all, of(part))
  return all
}

describe('a sketch', () => {
  test('gives every quantile within half a percent, small numbers and zeros exactly', () => property(fc.property(some, share, (values, p) => {
    const sorted = [...values].sort((a, b) => a - b), exact = sorted[Math.max(0, Math.ceil(p * values.length - 1e-9) - 1)]!, got = quantile(of(values), p)
    expect(Math.abs(got - exact)).toBeLessThanOrEqual(exact < 256 ? 0 : exact * 0.004)
    expect(zerosOf(of(values))).toBe(values.filter(each => each === 0).length)
    expect(quantile(of(values), 1)).toBeLessThanOrEqual(sorted.at(-1)!)
  })))

  test('does not care who saw what, nor in which order', () => property(fc.property(fc.array(some, { minLength: 1, maxLength: 5 }), parts => {
    const whole = JSON.stringify(pack(of(parts.flat())))
    expect(JSON.stringify(pack(merged(parts)))).toBe(whole)
    expect(JSON.stringify(pack(merged([...parts].reverse().map(part => [...part].reverse()))))).toBe(whole)
  })))

  test('survives its packed form', () => property(fc.property(some, values => {
    const there = of(values), back = unpack(JSON.parse(JSON.stringify(pack(there))) as ReturnType<typeof pack>)
    expect(pack(back)).toEqual(pack(there))
    expect(valuesOf(back)).toEqual(valuesOf(there))
  })))

  test('is small: a hundred thousand lengths from seconds to days in a few thousand numbers', () => {
    const rng = new RngStreams('lengths').get('length', 'outage'), sketch = noSketch()
    for (let i = 0; i < 100_000; i++) record(sketch, rng.lognormal(1_200_000_000, 1.5))
    expect(pack(sketch).bins.length).toBeLessThan(5000)
    expect(quantile(sketch, 0.5) / 1_200_000_000).toBeCloseTo(1, 1)
  })

  test('takes nothing but whole numbers that are not negative', () => {
    for (const wrong of [-1, 0.5, NaN, 2 ** 53]) expect(() => record(noSketch(), wrong)).toThrow('whole numbers')
    expect(quantile(noSketch(), 0.5)).toBe(0)
  })
})

describe('the interval of a quantile', () => {
  test('goes from one order statistic to another, the narrowest with at most 2.5 % on either side', () => property(fc.property(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0.02, max: 0.98, noNaN: true }), (n, p) => {
    // Values that are their own ranks.
    const { low, high } = quantileInterval(of(Array.from({ length: n }, (_, i) => i + 1)), p)
    expect(binomial(low - 1, n, p)).toBeLessThanOrEqual(0.025 + 1e-9)
    expect(binomial(low, n, p)).toBeGreaterThan(0.025 - 1e-9)
    // Without an upper end even all n lie below the quantile too often.
    const rank = high === Infinity ? n + 1 : high
    expect(binomial(rank - 1, n, p)).toBeGreaterThanOrEqual(0.975 - 1e-9)
    expect(binomial(rank - 2, n, p)).toBeLessThan(0.975 + 1e-9)
  })))

  test('has no upper end while too few were seen', () => {
    expect(quantileInterval(of([1, 2, 3]), 0.99)).toEqual({ value: 3, low: 2, high: Infinity })
    expect(quantileInterval(noSketch(), 0.5)).toEqual({ value: 0, low: 0, high: Infinity })
  })

  test('equal weights change nothing, unequal ones make it wider', () => property(fc.property(fc.double({ min: 1e-6, max: 1e3, noNaN: true }), weight => {
    const values = Array.from({ length: 100 }, (_, i) => i + 1), plain = quantileInterval(of(values), 0.5), uneven = noSketch()
    expect(quantileInterval(of(values, weight), 0.5)).toEqual(plain)
    for (const value of values) record(uneven, value, weight * (value % 10 === 0 ? 20 : 1))
    expect(quantileInterval(uneven, 0.5).high - quantileInterval(uneven, 0.5).low).toBeGreaterThan(plain.high - plain.low)
  })))
})
