/** What planners ask of distributions, against quadrature, tables and one another. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cdf, cumulativeHazard, density, hazard, inverseCumulativeHazard, isContinuous, meanOf, quantile, survival, varianceOf, type Distribution,
} from '../../src/base/distribution.ts'
import { distributionText, inOneUnit } from '../../src/base/distribution-text.ts'
import { incompleteGamma, lnGamma, normalParts } from '../../src/base/gamma.ts'
import { expLessOne, lnOnePlus } from '../../src/base/ln.ts'
import { HOUR, MINUTE, SECOND } from '../../src/base/time.ts'
import { caseNamed } from '../validation/cases.ts'
import { property } from '../support/property.ts'

const micros = fc.integer({ min: SECOND, max: 10_000 * HOUR }), shape = fc.double({ min: 0.3, max: 8, noNaN: true })
const smooth = fc.oneof<fc.Arbitrary<Distribution>[]>(
  micros.map(exponential => ({ exponential })),
  fc.tuple(micros, micros).map(([from, more]) => ({ uniform: [from, from + more] as const })),
  fc.tuple(micros, fc.double({ min: 0.1, max: 2, noNaN: true })).map(lognormal => ({ lognormal })),
  fc.tuple(micros, shape).map(weibull => ({ weibull })),
  fc.tuple(micros, fc.oneof(shape, fc.double({ min: 8, max: 300, noNaN: true }))).map(gamma => ({ gamma })),
)
/** Without corners. */
const round = smooth.filter(d => typeof d === 'object' && !('uniform' in d))
const mild = fc.oneof<fc.Arbitrary<Distribution>[]>(micros.map(exponential => ({ exponential })), fc.tuple(micros, micros).map(([from, more]) => ({ uniform: [from, from + more] as const })))
const mixed = (of: fc.Arbitrary<Distribution>) => fc.tuple(fc.double({ min: 0.05, max: 0.95, noNaN: true }), of, of)
  .map(([weight, a, b]): Distribution => ({ mixture: [{ weight, of: a }, { weight: 1 - weight, of: b }] }))
const shifted = (of: fc.Arbitrary<Distribution>) => fc.tuple(micros, of).map(([after, then]): Distribution => ({ after, then }))
const continuous = fc.oneof({ weight: 3, arbitrary: smooth }, mixed(smooth), shifted(smooth), shifted(mixed(smooth)), mixed(shifted(smooth)))
const jumping = fc.oneof<fc.Arbitrary<Distribution>[]>(micros, fc.array(micros, { minLength: 1, maxLength: 9 }).map(times => ({ trace: times.toSorted((a, b) => a - b) })))
const any = fc.oneof(continuous, jumping, mixed(fc.oneof(smooth, jumping)))
const inside = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true })

test('the gamma function, its incomplete ones and the tails of the normal distribution are those of the tables', () => {
  const lnGammas = [[0.001, 6.907178885383853], [0.5, 0.5723649429247001], [1, 0], [1.5, -0.12078223763524522], [2, 0], [10, 12.801827480081469], [100, 359.1342053695754], [1e4, 82099.71749644238]] as const
  for (const [x, value] of lnGammas) expect(Math.abs(lnGamma(x) - value), `lnGamma ${x}`).toBeLessThan(1e-13 * Math.max(1, value / 10))
  // Erlang's tail is a sum of Poisson probabilities.
  for (const [stages, x] of [[1, 0.3], [2, 30], [5, 5], [20, 8], [20, 60]] as const) {
    let term = Math.exp(-x), beyond = term
    for (let n = 1; n < stages; n++) beyond += term *= x / n
    expect(Math.abs(incompleteGamma(stages, x)[1] / beyond - 1), `${stages} stages at ${x}`).toBeLessThan(1e-12)
  }
  const tails = [[0, 0.5], [1, 0.15865525393145705], [1.959963984540054, 0.025], [3, 0.0013498980316300933], [6, 9.865876450376946e-10], [10, 7.61985302416052e-24], [37, 5.725571222524577e-300]] as const
  for (const [z, tail] of tails) {
    expect(Math.abs(normalParts(z)[1] / tail - 1), `beyond ${z}`).toBeLessThan(1e-12)
    expect(normalParts(-z)[0]).toBe(normalParts(z)[1])
  }
  for (const x of [1e-300, -1e-12, 1e-5, -0.2, 0.3, 0.6, -0.7, 3]) {
    expect(Math.abs(lnOnePlus(x) / Math.log1p(x) - 1)).toBeLessThan(1e-14)
    expect(Math.abs(expLessOne(x) / Math.expm1(x) - 1)).toBeLessThan(1e-14)
  }
})

describe('laws of every distribution', () => {
  test('what has happened and what has not are all there is, and time only adds to what has', () => property(fc.property(any, micros, micros, (d, a, b) => {
    const [early, late] = a < b ? [a, b] : [b, a]
    expect(cdf(d, early) + survival(d, early)).toBeCloseTo(1, 12)
    expect(cdf(d, late)).toBeGreaterThanOrEqual(cdf(d, early) * (1 - 1e-12))
    expect(cumulativeHazard(d, late)).toBeGreaterThanOrEqual(cumulativeHazard(d, early) * (1 - 1e-12))
    if (survival(d, late) > 0) expect(cumulativeHazard(d, late)).toBeCloseTo(-Math.log(survival(d, late)), 9)
  })))

  test('a continuous law gives back the probability that led to a time, in both tails', () => property(fc.property(continuous, fc.double({ min: -30, max: 2.8, noNaN: true }), (d, exponent) => {
    const h = 10 ** exponent, t = inverseCumulativeHazard(d, h)
    expect(cumulativeHazard(d, t * (1 - 1e-12))).toBeLessThanOrEqual(h * (1 + 1e-11))
    expect(cumulativeHazard(d, t * (1 + 1e-12))).toBeGreaterThanOrEqual(h * (1 - 1e-11))
    if (exponent < -0.2) expect(Math.abs(quantile(d, -Math.expm1(-h)) / t - 1)).toBeLessThan(1e-9)
  }), { numRuns: 300 }))

  test('whatever jumps, its quantile is the first time by which so much has happened', () => property(fc.property(any, inside, (d, p) => {
    const t = quantile(d, p)
    expect(cdf(d, t * (1 + 1e-9) + 1)).toBeGreaterThanOrEqual(p * (1 - 1e-12))
    expect(cdf(d, t * (1 - 1e-9) - 1)).toBeLessThanOrEqual(p * (1 + 1e-12))
  }), { numRuns: 300 }))

  test('a greater probability never gives an earlier time, not even one that differs in its last bits', () => property(fc.property(any, inside, fc.integer({ min: 1, max: 50 }), (d, p, bits) => {
    const more = Math.min(1 - 1e-10, p + p * 2 ** -bits)
    expect(Math.round(quantile(d, more))).toBeGreaterThanOrEqual(Math.round(quantile(d, p)) * (1 - 1e-14))
  })))

  test('mean and variance are the integrals of the quantile', () => property(fc.property(fc.oneof(
    fc.tuple(micros, fc.double({ min: 0.8, max: 8, noNaN: true })).map(([scale, k]): Distribution => ({ weibull: [scale, k] })),
    fc.tuple(micros, fc.double({ min: 0.8, max: 80, noNaN: true })).map(([scale, k]): Distribution => ({ gamma: [scale, k] })),
    fc.tuple(micros, fc.double({ min: 0.1, max: 1, noNaN: true })).map(([median, sigma]): Distribution => ({ lognormal: [median, sigma] })),
    mild, mixed(mild.filter(d => typeof d === 'object' && 'exponential' in d)), shifted(mild),
  ), d => {
    const [mean, square] = integrals(t => t, t => t * t, d)
    expect(Math.abs(mean / meanOf(d) - 1)).toBeLessThan(1e-4)
    expect(Math.abs(square - meanOf(d) ** 2 - varianceOf(d))).toBeLessThan(1e-3 * (varianceOf(d) + meanOf(d) ** 2))
  }), { numRuns: 40 }))

  test('density and hazard are what the distribution function grows by', () => property(fc.property(fc.oneof(round, mixed(round)), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (d, p) => {
    const t = quantile(d, p), step = 1e-4 * p * (1 - p) / density(d, t), grown = (cdf(d, t + step) - cdf(d, t - step)) / (2 * step)
    expect(Math.abs(grown / density(d, t) - 1)).toBeLessThan(1e-3)
    expect(Math.abs(hazard(d, t) * survival(d, t) / density(d, t) - 1)).toBeLessThan(1e-9)
    expect(isContinuous(d)).toBe(true)
  })))

  test('a trace has the mean and the variance of what was observed', () => {
    const d: Distribution = { after: HOUR, then: { trace: [2 * HOUR, 3 * HOUR, 11 * HOUR] } }
    expect([meanOf(d) / HOUR, varianceOf(d) / HOUR / HOUR]).toEqual([expect.closeTo(19 / 3, 9), expect.closeTo((4 + 9 + 121) / 3 - (16 / 3) ** 2, 9)])
    expect([0.1, 0.33, 0.34, 0.66, 0.67, 0.99].map(p => quantile(d, p) / HOUR)).toEqual([3, 3, 4, 4, 12, 12])
  })

  /** Both integrals of f(quantile(p)) over p, with nodes that crowd in both tails. */
  function integrals(f: (t: number) => number, g: (t: number) => number, d: Distribution): [number, number] {
    let a = 0, b = 0
    for (let i = 0, n = 4000; i < n; i++) {
      // p = logistic(x), x from -40 to 40; the middle of each slice.
      const x = (i + 0.5) / n * 80 - 40, p = 1 / (1 + Math.exp(-x)), q = 1 / (1 + Math.exp(x)), t = inverseCumulativeHazard(d, p < 0.5 ? -Math.log1p(-p) : -Math.log(q))
      a += f(t) * p * q * 80 / n
      b += g(t) * p * q * 80 / n
    }
    return [a, b]
  }
})

test('extreme laws have times too, none of them a time that never comes, and in the order of their probabilities', () => {
  const extreme: Distribution[] = [
    { gamma: [HOUR, 0.001] }, { gamma: [HOUR, 1000] }, { mixture: [{ weight: 0.5, of: { gamma: [HOUR, 0.001] } }, { weight: 0.5, of: { gamma: [HOUR, 1000] } }] },
    { mixture: [{ weight: 1e-12, of: { weibull: [1, 0.05] } }, { weight: 1 - 1e-12, of: { weibull: [1e15, 20] } }] }, { mixture: [{ weight: 0.5, of: 0 }, { weight: 0.5, of: { exponential: HOUR } }] },
    { mixture: [{ weight: 0.5, of: { uniform: [0, HOUR] } }, { weight: 0.5, of: { uniform: [2 * HOUR, 3 * HOUR] } }] },
  ]
  for (const d of extreme) {
    const times = Array.from({ length: 205 }, (_, i) => quantile(d, i < 102 ? 2 ** (i / 2 - 52) : 1 - 2 ** (50 - i / 2)))
    expect(times.every(t => t >= 0 && t < Infinity), JSON.stringify(d)).toBe(true)
    expect(times.findIndex((t, i) => Math.round(t) < Math.round(times[i - 1] ?? 0)), JSON.stringify(d)).toBe(-1)
  }
})

describe('cases', () => {
  const near = (value: number, expected: number) => expect(Math.abs(value / expected - 1)).toBeLessThan(1e-9)

  test('weibull-023 life of a drive: mean, B10, failures by the end of a mission and its hazard there', () => {
    const drive = caseNamed('weibull-023'), { shape, scaleHours, missionHours } = drive.parameters as Record<'shape' | 'scaleHours' | 'missionHours', number>
    const d: Distribution = { weibull: [scaleHours * HOUR, shape] }, mission = missionHours * HOUR
    near(meanOf(d) / HOUR, drive.value('meanLifeHours'))
    near(quantile(d, 0.1) / HOUR, drive.value('b10LifeHours'))
    near(cdf(d, mission), drive.value('probFailByMission'))
    near(cumulativeHazard(d, mission), drive.value('expectedFailuresMinimalRepair'))
    near(hazard(d, mission) * HOUR, drive.value('hazardAtMissionPerHour'))
  })

  test('weibull-3p-038 a restore time that takes at least so long: a fixed time, then a Weibull', () => {
    const restore = caseNamed('weibull-3p-038'), { location, scale, shape } = restore.parameters as Record<'location' | 'scale' | 'shape', number>
    const d: Distribution = { after: location * HOUR, then: { weibull: [scale * HOUR, shape] } }
    near(meanOf(d) / HOUR, restore.value('mean'))
    near(quantile(d, 0.5) / HOUR, restore.value('median'))
    near(varianceOf(d) / HOUR / HOUR, restore.value('variance'))
    near(survival(d, 24 * HOUR), restore.value('P(>24h)'))
  })

  test('repair-lognormal-022 a fixed response, then lognormal work', () => {
    const repair = caseNamed('repair-lognormal-022')
    const { mttfHours, responseHours, lognormalMu, lognormalSigma } = repair.parameters as Record<'mttfHours' | 'responseHours' | 'lognormalMu' | 'lognormalSigma', number>
    const d: Distribution = { after: responseHours * HOUR, then: { lognormal: [Math.exp(lognormalMu) * HOUR, lognormalSigma] } }
    near(meanOf(d) / HOUR, repair.value('meanOutageHours'))
    near(mttfHours / (mttfHours + meanOf(d) / HOUR), repair.value('availability'))
    near(survival(d, 4 * HOUR), repair.value('probOutageOver4h'))
    near(quantile(d, 0.95) / HOUR, repair.value('p95OutageHours'))
  })
})

test('a fixed time jumps in the middle of a mixture, and is drawn as often as it weighs', () => {
  const d: Distribution = { mixture: [{ weight: 0.6, of: 2 * HOUR }, { weight: 0.4, of: { uniform: [HOUR, 3 * HOUR] } }] }
  expect(quantile(d, 0.1)).toBeCloseTo(1.5 * HOUR, -1)
  expect([0.2001, 0.5, 0.7999].map(p => quantile(d, p))).toEqual([2 * HOUR, 2 * HOUR, 2 * HOUR])
  expect(quantile(d, 0.9)).toBeCloseTo(2.5 * HOUR, -1)
  expect([isContinuous(d), hazard(2 * HOUR, HOUR), cumulativeHazard(2 * HOUR, 2 * HOUR)]).toEqual([false, 0, Infinity])
})

test('a distribution is told in one line, with its mean, in hours where it is long', () => {
  const told: [Distribution, string][] = [
    [90 * SECOND, '1.5 min'], [{ exponential: 2 * HOUR }, 'exponential, mean 2 h'], [{ weibull: [1000 * HOUR, 2] }, 'Weibull, mean 886.2 h, shape 2'],
    [{ after: 15 * MINUTE, then: { lognormal: [HOUR, 0.5] } }, '15 min, then lognormal, mean 1.133 h, median 1 h, sigma 0.5; mean 1.383 h in all'],
    [{ trace: [HOUR, 2 * HOUR] }, 'drawn from 2 observed, mean 1.5 h'], [{ gamma: [HOUR, 3] }, 'gamma, mean 3 h, shape 3'],
    [{ uniform: [5 * MINUTE, 25 * MINUTE] }, 'uniform, 5 min to 25 min, mean 15 min'],
    [{ mixture: [{ weight: 0.1, of: { exponential: HOUR } }, { weight: 0.9, of: 2 * HOUR }] }, 'mixture, mean 1.9 h: 10 % exponential, mean 1 h / 90 % 2 h'],
  ]
  for (const [d, text] of told) expect(distributionText(d)).toBe(text)
  expect([0, 5, 2500, 8760 * HOUR].map(inOneUnit)).toEqual(['0 s', '5 µs', '2.5 ms', '8760 h'])
})
