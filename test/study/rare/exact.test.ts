import { expect, test } from 'vitest'
import { reliableMirror } from '../../../bench/systems.ts'
import { HOUR, YEAR } from '../../../src/base/time.ts'
import { Runner } from '../../../src/study/runner.ts'
import { momentsOf, standardError } from '../../../src/study/stats/moments.ts'
import type { RunTally } from '../../../src/study/tally.ts'
import { expectUnbiased, expectWeighed, guests, only, seen, shape } from './systems.ts'

const unavailability = (tally: RunTally) => only(tally).downMicros / tally.micros, rate = (tally: RunTally) => only(tally).outages / tally.micros * YEAR

/** Outages a year, and the share of time; rebuilds take exactly 20 minutes. Chains whose rebuild is an Erlang one of 8 and 16 stages, extrapolated. */
test('mirrors of the shipped models agree with the exact chains: one spare, none, and three copies', () => {
  expectUnbiased(seen(reliableMirror(3, 2), 2000, 24, 12, 1, rate), 1.218e-3)
  expectUnbiased(seen(reliableMirror(2, 2), 1200, 24, 12, 1, rate), 3.04e-3)
  expectUnbiased(seen(reliableMirror(4, 3), 2000, 24, 12, 1, rate), 1.59e-11 / (0.5 * HOUR / YEAR))
})

test('two of three partitions, whose exponential lives and repairs have a closed form', () => {
  const mttf = 4000, mttr = 8, down = mttr / (mttf + mttr), up = 1 - down
  const scenario = guests(3, 2, { mttf: `${mttf}h`, lasts: { exponential: `${mttr}h` } })
  expectUnbiased(seen(scenario, 150, 24, 12, 3, unavailability), 3 * up * down * down + down ** 3)
  expectUnbiased(seen(scenario, 150, 24, 12, 3, rate), 3 * up * up * down * 2 / mttf * 8760)
})

test('windows of very unequal lengths: what goes wrong late in a long one counts', () => {
  // Median half an hour, mean 49.46 min: a fifth of the time in which both can fail is later than anyone would expect a failure.
  const mttf = 4320, mttr = 0.5 * Math.exp(0.5), down = mttr / (mttf + mttr)
  expectUnbiased(seen(guests(2, 1, { mttf: `${mttf}h`, lasts: { lognormal: ['30m', 1] } }), 4000, 24, 12, 20, unavailability), down * down)
})

/** Both up, one down, both down: from the first by a shock to the last at once. Solved by hand. */
function pair(mttf: number, mttr: number, beta: number): number {
  const alone = (1 - beta) / mttf, shock = beta / mttf, mu = 1 / mttr
  // Cuts: p1 (alone + shock + mu) = p0 2 alone + p2 2 mu, and p2 2 mu = p1 (alone + shock) + p0 shock.
  const one = (2 * alone + shock) / mu, both = (one * (alone + shock) + shock) / (2 * mu)
  return both / (1 + one + both)
}

test('ccf-beta-013: a pair with common causes, whose shocks are biased in branches and count from above', () => {
  expect(pair(5000, 4, 0.1)).toBeCloseTo(4.0544725576906876e-05, 12)
  const rule = (beta: number) => ({ mttf: '5000h', beta, lasts: { exponential: '4h' } })
  expectUnbiased(seen(guests(2, 1, rule(0.1)), 150, 24, 12, 8, unavailability), pair(5000, 4, 0.1))
  // So few shocks that most outages are of two failures, one of them perhaps the shock.
  expectUnbiased(seen(guests(2, 1, rule(1e-4)), 150, 24, 12, 8, unavailability), pair(5000, 4, 1e-4))
})

test.each([['wears out', { weibull: ['2000h', 3] }, 30, 20], ['dies young', { weibull: ['400h', 0.6] }, 15, 5], ['is a gamma law', { gamma: ['1500h', 2.5] }, 30, 15], ['begins late', { after: '100h', then: { exponential: '900h' } }, 20, 10]] as const)(
  'lives of another law have hazard ratios as weights: what %s gives what plain runs give', (_, upFor, bias, years) => {
    const scenario = guests(3, 2, { upFor, lasts: { uniform: ['4h', '30h'] } }), plain = new Runner(shape('plain', years), scenario), [runs, fewer] = [50, 30]
    const reference = momentsOf(Array.from({ length: runs }, (_, run) => unavailability(plain.run(run)))), forked = seen(scenario, bias, 1, fewer, years, unavailability)
    const mine = momentsOf(forked.all)
    expect(mine.mean).toBeGreaterThan(0)
    // Error probability of each 5e-4.
    expect(Math.abs(mine.mean - reference.mean) / Math.hypot(standardError(mine), standardError(reference)), `${mine.mean} ± ${standardError(mine)}, plain ${reference.mean} ± ${standardError(reference)}`).toBeLessThan(3.5)
    expectWeighed(forked.forks)
  })
