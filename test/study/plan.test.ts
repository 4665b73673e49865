/** A study from beginning to end: which runs it asks for, and that its figures are what closed forms say. */
import { describe, expect, test } from 'vitest'
import { Plan, type Stamp } from '../../src/study/plan.ts'
import { planStudy } from '../../src/study/plan-study.ts'
import { Runner } from '../../src/study/runner.ts'
import { studyText } from '../../src/study/text.ts'
import type { Study } from '../../src/study/study.ts'
import type { ExactResult, StudyResult } from '../../src/study/result.ts'
import { hosts, studyOf } from './studies.ts'

const STAMP: Stamp = { hotspare: '0.0.0', repeat: 'hotspare plan test.yaml', ended: 'precise' }
const plain = (study: Study): Plan => new Plan(study, study.variants.map(() => ({ kind: 'runs', because: null })))

function finished(study: Study): { result: StudyResult; rounds: number[] } {
  const plan = plain(study), runners = study.variants.map(({ scenario }) => new Runner(study, scenario)), rounds: number[] = []
  for (let round = plan.next(); round !== null; round = plan.next()) {
    rounds.push(round.to)
    for (let run = round.from; run < round.to; run++) runners.forEach((runner, variant) => plan.collect(variant, runner.run(run)))
  }
  return { result: plan.result(STAMP), rounds }
}

describe('a study of two hosts in series and in parallel', () => {
  const mttf = 400, mttr = 8, u = mttr / (mttf + mttr)
  const study = studyOf({
    ...hosts({ hosts: 2, needed: 2, mttfHours: mttf, mttrHours: mttr }), precision: 0.05, yearsPerRun: 2, sla: { availability: '97%' }, costs: { perOutage: 100, perMinute: 2, perYear: 5000 },
    variants: { both: {}, either: { system: hosts({ hosts: 2, needed: 1, mttfHours: mttf, mttrHours: mttr })['system'] } },
  })
  const { result, rounds } = finished(study), [both, either] = result.variants.map(({ services }) => services[0]!)

  test('kofn-008 the intervals cover what the closed forms say, and are as narrow as was asked for', () => {
    const exact = { both: 1 - (1 - u) * (1 - u), either: u * u }
    for (const [service, unavailability] of [[both!, exact.both], [either!, exact.either]] as const) {
      const { value, low, high } = service.downtime, minutes = unavailability * 525_600
      expect(low).toBeLessThan(minutes)
      expect(high).toBeGreaterThan(minutes)
      expect(Math.max(high! - value!, value! - low!) / value!).toBeLessThanOrEqual(0.05)
    }
    expect(result.variants[0]!.capacity.low).toBeLessThan(1 - u)
    expect(result.variants[0]!.capacity.high).toBeGreaterThan(1 - u)
  })

  test('rounds grow, and every variant makes the same runs', () => {
    expect(rounds.length).toBeGreaterThan(1)
    expect(rounds).toEqual([...rounds].sort((a, b) => a - b))
    expect(result.variants.map(({ runs }) => runs)).toEqual([rounds.at(-1), rounds.at(-1)])
  })

  test('figures of one result do not contradict each other', () => {
    for (const service of [both!, either!]) {
      expect(service.availability.value! + service.downtime.value! / 525_600).toBeCloseTo(1, 12)
      expect(service.outages.value! * service.mttr.value!).toBeCloseTo(service.downtime.value!, 6)
      expect(service.mtbf.value! * service.outages.value!).toBeCloseTo(8760, 6)
      expect(10 ** -service.nines.value!).toBeCloseTo(1 - service.availability.value!, 12)
      expect(service.causes.reduce((sum, { downtime }) => sum + downtime.value!, 0)).toBeCloseTo(service.downtime.value!, 6)
      expect(service.causes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12)
    }
    const cost = result.variants[0]!.cost!.perYear.value!
    expect(cost).toBeCloseTo(5000 + 100 * both!.outages.value! + 2 * both!.downtime.value!, 3)
  })

  test('the difference is that of the two, its parts by cause add up to it, and pairing has made it narrower', () => {
    const [comparison] = result.comparisons
    expect(comparison!.difference.value).toBeCloseTo(either!.downtime.value! - both!.downtime.value!, 6)
    expect(comparison!.causes.reduce((sum, { difference }) => sum + difference.value!, 0)).toBeCloseTo(comparison!.difference.value!, 6)
    expect(comparison!.narrowerBy).toBeGreaterThan(1)
    expect(result.verdict[0]).toMatch(/^either saves .* min\/yr .* against both, .* times less/)
  })

  test('the text fits 80 columns and says what the figures rest on', () => {
    const lines = studyText(result).map(({ text }) => text)
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(80)
    expect(lines.join('\n')).toContain('crash of hosta, hostb')
  })
})

describe('what was never seen', () => {
  const study = studyOf({ ...hosts({ hosts: 3, needed: 1, mttfHours: 50_000, mttrHours: 1 }), yearsPerRun: 10, years: 400 }), { result } = finished(study), { outages, downtime, causes, sla } = result.variants[0]!.services[0]!

  test('is bounded and never told as 0: about 3 in the time simulated', () => {
    expect(outages.value).toBeNull()
    expect(outages.high! * 400).toBeGreaterThan(2.9)
    expect(outages.high! * 400).toBeLessThan(3.1)
    expect(downtime.value).toBeNull()
    expect(causes).toEqual([])
    expect(sla).toBeNull()
    expect(result.variants[0]!.warnings.join()).toContain('no outage of serving was seen in 400 years')
    const text = studyText(result).map(line => line.text).join('\n')
    expect(downtime.atMostPerYear).toBe(outages.high)
    expect(text).toContain('none seen')
    expect(text).not.toMatch(/\b0 (a year|min\/yr)/)
  })
})

test('the same runs give the same digits, in whatever rounds they come and from wherever', () => {
  const study = studyOf({ ...hosts({ hosts: 2, needed: 1, mttfHours: 100, mttrHours: 10 }), yearsPerRun: 1, years: 60, precision: 0.001 }), plan = plain(study), runner = new Runner(study, study.variants[0]!.scenario)
  const tallies = Array.from({ length: 60 }, (_, run) => runner.run(59 - run)).toReversed()
  expect(plan.next(true)).toEqual({ from: 0, to: 60 })
  for (const tally of tallies) plan.collect(0, JSON.parse(JSON.stringify(tally)) as typeof tally)
  expect(plan.next()).toBeNull()
  expect(JSON.stringify(plan.result(STAMP))).toBe(JSON.stringify(finished(study).result))
})

test('kofn-008 the solver says of the same model what the closed form says; what is not exponential it refuses with the reason', () => {
  const pair = hosts({ hosts: 2, needed: 1, mttfHours: 100, mttrHours: 10 }), fixed = { crashes: { lasts: '10h' } }
  const study = studyOf({ ...pair, yearsPerRun: 1, years: 2, variants: { drawn: {}, fixed: { faults: fixed } } }), plan = plain(study), runners = study.variants.map(({ scenario }) => new Runner(study, scenario))
  for (const run of [0, 1]) runners.forEach((runner, variant) => plan.collect(variant, runner.run(run)))
  const [drawn, refused] = plan.result({ ...STAMP, exact: true }).variants.map(({ exact }) => exact)
  expect(drawn).toMatchObject({ states: 4, services: [{ name: 'serving' }] })
  expect((drawn as ExactResult).services[0]!.downtimeMinutesPerYear / 525_600).toBeCloseTo(1 / 121, 12)
  expect(refused).toEqual({ refused: expect.stringContaining('not exponential') as string })
  expect(plan.result(STAMP).variants[0]!.exact).toBeNull()
})

test('in one call: as precise as asked for, or as many runs as were said', () => {
  const input = { ...hosts({ hosts: 2, needed: 1, mttfHours: 100, mttrHours: 10 }), yearsPerRun: 1, precision: 0.1 }
  expect(planStudy(input)).toMatchObject({ ended: 'precise', variants: [{ method: 'runs' }] })
  expect(planStudy(input, { runs: 7 })).toMatchObject({ ended: 'years', variants: [{ runs: 7 }] })
  expect(() => planStudy({ ...input, precision: 'much' })).toThrow('expected a share such as 5% or 0.05')
})

test('very unequal repairs are named where rare outages rest on them, others are not', () => {
  const warned = (sigma: number): string => planStudy({
    ...hosts({ hosts: 2, needed: 1, mttfHours: 5000, mttrHours: 1 }), faults: { crashes: { crash: ['hosta', 'hostb'], mttf: '5000h', lasts: { lognormal: ['1h', sigma] } } }, yearsPerRun: 5,
  }, { method: 'forks', runs: 4 }).variants[0]!.warnings.join(' ')
  expect(warned(1.3)).toContain('repairs after crashes are very unequal')
  expect(warned(0.8)).not.toContain('unequal')
})

describe('what a calendar alone does', () => {
  const weekly = (lasts: string): StudyResult => planStudy({ ...hosts({ hosts: 1, needed: 1, mttfHours: 1, mttrHours: 1 }), faults: { ipls: { ipl: ['hosta'], every: '7d', lasts } }, yearsPerRun: 1 }, { runs: 6 })

  test('is the same in every run, and known for certain after a few', () => {
    const { ended, variants: [variant] } = weekly('1h')
    expect(ended).toBe('precise')
    expect(variant!.warnings).toEqual([])
    expect(variant!.services[0]!.downtime.value).toBeCloseTo(52 * 60, -2)
  })
})

test('outages that last for no time are outages', () => {
  const { verdict, variants: [variant] } = planStudy({ ...hosts({ hosts: 1, needed: 1, mttfHours: 1, mttrHours: 1 }), faults: { blinks: { crash: ['hosta'], mttf: '1000h', lasts: '0s' } }, yearsPerRun: 1 }, { runs: 20, method: 'runs' })
  expect(variant!.services[0]!.outages.value).toBeGreaterThan(5)
  expect(verdict.join()).not.toContain('never down')
  expect(variant!.warnings.join()).not.toContain('no outage')
})
