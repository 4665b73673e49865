/** The exact solver: where a chain is after a time, by uniformisation. */
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { absorptionProbabilities, meanTimesToAbsorption } from '../../../src/study/exact/absorption.ts'
import { sparse, weighted, type Chain } from '../../../src/study/exact/chain.ts'
import { stationary } from '../../../src/study/exact/stationary.ts'
import { absorbedBy, transient, transientUpDown } from '../../../src/study/exact/transient.ts'
import { property } from '../../support/property.ts'
import { caseOf, connected, expectClose, units } from './chains.ts'

const from = (chain: Chain, probabilities: Float64Array): Chain => ({ ...chain, initial: chain.states.map((name, n) => [name, probabilities[n]!] as const) })
/** As many jumps of the busiest state as this. */
const after = (chain: Chain, jumps: number): number => jumps / Math.max(...sparse(chain).out.map(row => [...row.values()].reduce((a, b) => a + b, 0)))
const total = (figures: Float64Array): number => figures.reduce((a, b) => a + b)

/** A mirror without a spare, fails at `lambda` each, is rebuilt at `mu`: lost by then, from the roots of its characteristic polynomial. */
function lostMirror(lambda: number, mu: number, time: number): number {
  const half = (3 * lambda + mu) / 2, fast = -half - Math.sqrt(half * half - 2 * lambda * lambda), slow = 2 * lambda * lambda / fast
  return (slow * Math.expm1(fast * time) - fast * Math.expm1(slow * time)) / (fast - slow)
}

const jumps = fc.double({ min: -3, max: 4, noNaN: true }).map(power => 10 ** power)

describe('where a chain is after a time', () => {
  test('a time and then another are one time', () => property(fc.property(connected, jumps, jumps, (chain, a, b) => {
    const first = after(chain, a), second = after(chain, b), half = transient(chain, first), rest = transient(from(chain, half.probabilities), second)
    const whole = transient(chain, first + second)
    expectClose(rest.probabilities, whole.probabilities, 1e-9)
    expectClose(half.occupancy.map((each, n) => each + rest.occupancy[n]!), whole.occupancy, 1e-9)
  }), { numRuns: 40 }))

  test('it is somewhere, and the times spent add up', () => property(fc.property(connected, jumps, (chain, n) => {
    const time = after(chain, n), { probabilities, occupancy } = transient(chain, time)
    expectClose([total(probabilities), total(occupancy)], [1, time], 1e-12)
  }), { numRuns: 40 }))

  test('the long run stays as it is', () => property(fc.property(connected, jumps, (chain, n) => {
    const { probabilities } = stationary(chain), time = after(chain, n), later = transient(from(chain, probabilities), time)
    expectClose(later.probabilities, probabilities, 1e-11)
    expectClose(later.occupancy, probabilities.map(each => each * time), 1e-11)
  }), { numRuns: 40 }))

  test('avail-single-001 avail-single-published-002 one component, at a time and on average until then', () => {
    const one = caseOf('avail-single-001'), two = caseOf('avail-single-published-002')
    const chain = units(1, 1, 1 / one.p.mttfHours, 1 / one.p.mttrHours), repairable = { ...chain, absorbing: [], transitions: [...chain.transitions, { from: '0up', to: '1up', rate: 1 / one.p.mttrHours }] }
    const found = transientUpDown(repairable, one.p.t_hours)
    one.holds('pointAvailability(t)', found.point.availability)
    one.holds('intervalAvailability(0,t)', found.interval.availability)
    const published: Chain = { states: ['up', 'down'], initial: 'up', up: ['up'], transitions: [{ from: 'up', to: 'down', rate: two.p.lambdaPerHour }, { from: 'down', to: 'up', rate: two.p.muPerHour }] }
    for (const hours of [10, 1000]) two.holds(`pointAvailability(${hours})`, transientUpDown(published, hours).point.availability)
  })
})

describe('having ended by a time', () => {
  test('raid1-mttdl-003 rare-raid6-027 a loss of 3e-7 in ten years against repairs of a day', () => {
    const raid1 = caseOf('raid1-mttdl-003'), raid6 = caseOf('rare-raid6-027')
    raid1.holds('probLoss10y', absorbedBy(raid1.chain, raid1.p.missionHours))
    const { n, mttfHours, mttrHours, missionYears } = raid6.p
    raid6.holds('probLossInMission', absorbedBy(units(n, n - 2, 1 / mttfHours, 1 / mttrHours, n), missionYears * 8760))
  })

  test('a mirror, however short its repairs and long its mission: up to 1e9 jumps, losses down to 1e-17', () => {
    for (const [lambda, mu, time] of [[1e-5, 1 / 24, 87600], [1e-3, 1e-3, 10], [1e-9, 100, 1e5], [1e-6, 3600, 87600], [1e-4, 1e4, 1e5], [1e-2, 1, 1e5]] as const)
      expectClose([absorbedBy(units(2, 1, lambda, mu), time)], [lostMirror(lambda, mu, time)], 1e-9)
  })

  test('six failures within a blink: 1e-21 has its digits, no tail is cut off', () => {
    const chain = units(6, 1, 1e-6, 1e-9), time = 100, p = -Math.expm1(-1e-6 * time)
    expectClose([absorbedBy(chain, time)], [p ** 6], 1e-6)
  })

  test('a slow way to the end beside a fast one is not taken for a steady state', () => {
    // Settles within a second, is worn down over months, then ends within a day.
    const chain: Chain = {
      states: ['up', 'blink', 'worn', 'end'], initial: 'up', absorbing: ['end'], transitions: [
        { from: 'up', to: 'blink', rate: 1 }, { from: 'blink', to: 'up', rate: 60 }, { from: 'up', to: 'worn', rate: 1e-4 }, { from: 'worn', to: 'end', rate: 2e-4 },
      ],
    }
    // up and blink are one state but for the first second: two exponential stays, one after the other.
    const a = 1e-4 * 60 / 61, b = 2e-4
    for (const time of [100, 3000, 30_000])
      expectClose([absorbedBy(chain, time)], [(b * -Math.expm1(-a * time) - a * -Math.expm1(-b * time)) / (b - a)], 1e-4)
  })

  test('what is left after a time is what was left before, less that time', () => property(fc.property(connected, jumps, (chain, n) => {
    const ends = { ...chain, absorbing: chain.states.slice(-1) }, means = meanTimesToAbsorption(ends), { probabilities, occupancy } = transient(ends, after(chain, n))
    const spent = total(occupancy.slice(0, -1)), left = weighted(probabilities, state => means[state]!)
    expectClose([spent + left], [means[0]!], 1e-9)
  }), { numRuns: 40 }))

  test('where it ends does not depend on when one looks', () => property(fc.property(connected, jumps, (chain, n) => {
    const ends = { ...chain, absorbing: chain.states.slice(1, 3) }, into = absorptionProbabilities(ends, ['s1']), { probabilities } = transient(ends, after(chain, n))
    expectClose([weighted(probabilities, state => into[state]!)], [into[0]!], 1e-9)
  }), { numRuns: 40 }))
})
