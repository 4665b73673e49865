/** Quantiles against 40-digit arithmetic (mpmath), closed forms, and the integral of the density. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalQuantile } from '../../../src/base/normal.ts'
import { betaQuantile, gammaQuantile, studentQuantile } from '../../../src/study/stats/student.ts'
import { property } from '../../support/property.ts'

const within = (got: number, wanted: number, relative = 1e-11) => expect(Math.abs(got / wanted - 1), `${got}, not ${wanted}`).toBeLessThanOrEqual(relative)
const probability = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true })

describe('quantiles', () => {
  test.each([
    [0.975, 1, 12.706204736174705], [0.975, 2, 4.3026527297494639], [0.975, 7, 2.3646242515927853], [0.9995, 30, 3.6459586350420218], [0.975, 99, 1.9842169515864175],
    [0.75, 3.5, 0.75093702939407866], [0.975, 1999, 1.961151420170562], [0.975, 5000, 1.9604385517065079], [0.999999, 12, 8.5043027180545831],
  ])('of Student\'s t: probability %f, %f degrees of freedom', (p, nu, t) => {
    within(studentQuantile(p, nu), t)
    within(studentQuantile(1 - p, nu), -t, 1e-9)
  })

  test.each([
    [0.025, 3, 0.61867212289560129], [0.975, 3, 7.2246876677239608], [0.975, 0.5, 2.5119430936574445], [0.001, 40, 23.259937964583782], [0.975, 1000, 1062.9211512248878],
    [0.999, 250000, 251547.96643442216],
  ])('of the gamma distribution: probability %f, shape %f', (p, shape, x) => within(gammaQuantile(p, shape), x))

  test.each([
    [0.025, 3, 8, 0.066739511177734467], [0.975, 4, 7, 0.6524528500599973], [0.975, 1, 1000, 0.0036820838968656721], [0.5, 0.5, 2.5, 0.095525818037821104],
  ])('of the beta distribution: probability %f, a %f, b %f', (p, a, b, x) => within(betaQuantile(p, a, b), x))

  test('are those of the closed forms: t with 2 and 4 degrees of freedom, exponential, powers', () => property(fc.property(probability, fc.double({ min: 0.05, max: 100, noNaN: true }), (p, a) => {
    const away = 2 * p - 1
    if (Math.abs(away) > 1e-6) {
      within(studentQuantile(p, 2), away * Math.sqrt(2 / (4 * p * (1 - p))), 1e-9)
      const root = Math.sqrt(4 * p * (1 - p)), four = Math.sqrt(Math.cos(Math.acos(root) / 3) / root - 1)
      if (Math.abs(away) > 1e-3) within(studentQuantile(p, 4), Math.sign(away) * 2 * four, 1e-9)
    }
    within(gammaQuantile(p, 1), -Math.log1p(-p), 1e-9)
    within(betaQuantile(p, a, 1), p ** (1 / a), 1e-9)
  })))

  test('of t cut off what the density\'s integral says', () => property(fc.property(fc.double({ min: 0.5001, max: 0.9999, noNaN: true }), fc.double({ min: 1, max: 3000, noNaN: true }), (p, nu) => {
    const t = studentQuantile(p, nu), steps = 4000, density = (x: number) => (1 + x * x / nu) ** (-(nu + 1) / 2)
    const simpson = (to: number, f: (x: number) => number) => Array.from({ length: steps + 1 }, (_, i) => (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * f(i / steps * to)).reduce((a, b) => a + b) * to / steps / 3
    // Over all of the axis with x = √nu tan u, which leaves cos u to the power nu - 1.
    const half = Math.sqrt(nu) * simpson(Math.PI / 2, u => Math.cos(u) ** (nu - 1)), part = Math.sqrt(nu) * simpson(Math.atan(t / Math.sqrt(nu)), u => Math.cos(u) ** (nu - 1))
    if (nu > 3) expect(part / half / 2 + 0.5).toBeCloseTo(p, 9)
    if (t < 5) expect(simpson(t, density) / part).toBeCloseTo(1, 9)
  }), { numRuns: 20 }))

  test('of t fall towards the normal quantile as the degrees of freedom grow, without a step where the way to compute them changes', () => {
    for (const p of [0.6, 0.975, 0.99999]) {
      const t = [1.5, 10, 100, 1999.999, 2000.001, 1e5, 1e9].map(nu => studentQuantile(p, nu))
      t.forEach((each, i) => i > 0 && expect(each).toBeLessThan(t[i - 1]!))
      within(t[6]!, normalQuantile(p), 1e-7)
    }
  })
})
