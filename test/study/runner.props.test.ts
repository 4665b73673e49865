/** What a run counts: parts that add up, the same whoever runs it, nothing of the warm-up. */
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { MINUTE, YEAR } from '../../src/base/time.ts'
import { Runner } from '../../src/study/runner.ts'
import { property } from '../support/property.ts'
import { hosts, studyOf } from './studies.ts'

const anyHosts = fc.integer({ min: 1, max: 3 }).chain(n => fc.record({ hosts: fc.constant(n), needed: fc.integer({ min: 1, max: n }), mttfHours: fc.integer({ min: 40, max: 2000 }), mttrHours: fc.integer({ min: 1, max: 60 }) }))
const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0)

describe('a run of a study', () => {
  test('causes and years each add up to the downtime, outages to the outages, to the microsecond', () => {
    property(fc.property(anyHosts, fc.nat(999), (of, run) => {
      const study = studyOf({ ...hosts(of), yearsPerRun: 3 }), tally = new Runner(study, study.variants[0]!.scenario).run(run), service = tally.services['serving']!
      expect(tally.micros).toBe(3 * YEAR)
      expect(sum(service.causes.map(({ downMicros }) => downMicros))).toBe(service.downMicros)
      expect(sum(service.years)).toBe(service.downMicros)
      expect(sum(Object.values(tally.down))).toBeGreaterThanOrEqual(service.downMicros)
      expect(Math.abs(service.lengths.length - service.outages)).toBeLessThanOrEqual(1)
      // An outage that was under way when counting began has its cause, but did not begin in counted time.
      expect(sum(service.causes.map(({ outages }) => outages)) - service.outages).toBeOneOf([0, 1])
      service.longest.forEach((longest, year) => expect(longest === 0 || service.years[year]! > 0 || longest > 0).toBe(true))
    }), { numRuns: 40 })
  })

  test('is the same on a runner that has made others before it', () => {
    property(fc.property(anyHosts, fc.array(fc.nat(50), { minLength: 1, maxLength: 4 }), (of, runs) => {
      const study = studyOf({ ...hosts(of), yearsPerRun: 2 }), used = new Runner(study, study.variants[0]!.scenario)
      for (const run of runs) expect(used.run(run)).toEqual(new Runner(study, study.variants[0]!.scenario).run(run))
    }), { numRuns: 15 })
  })

  test('things that variants have in common fail at the same times in all of them', () => {
    const few = hosts({ hosts: 2, needed: 1, mttfHours: 500, mttrHours: 5 }), more = hosts({ hosts: 3, needed: 1, mttfHours: 500, mttrHours: 5 })
    const study = studyOf({ ...few, variants: { two: {}, three: more } }), [two, three] = study.variants.map(({ scenario }) => new Runner(study, scenario).run(7)) as [ReturnType<Runner['run']>, ReturnType<Runner['run']>]
    expect(two.down['hosta']).toBeGreaterThan(MINUTE)
    for (const host of ['hosta', 'hostb']) expect(three.down[host]).toBe(two.down[host])
  })

  test('nothing of the warm-up is counted', () => {
    // A host that only ever fails in its first month, by the timeline.
    const early = { ...hosts({ hosts: 1, needed: 1, mttfHours: 1e7, mttrHours: 1 }), timeline: [{ at: '10d', do: { type: 'hypervisor.crash', guest: 'hosta', down: '2h' } }] }
    const counted = (warmUp: string): number => { const study = studyOf({ ...early, warmUp, yearsPerRun: 1 }); return new Runner(study, study.variants[0]!.scenario).run(0).services['serving']!.downMicros }
    expect(counted('30d')).toBe(0)
    expect(counted('10d1h')).toBe(60 * MINUTE)
    expect(counted('1d')).toBe(120 * MINUTE)
  })

  test('an outage that nothing ends is told as such', () => {
    const study = studyOf({ ...hosts({ hosts: 1, needed: 1, mttfHours: 1e7, mttrHours: 1 }), yearsPerRun: 1, timeline: [{ at: '100d', do: { type: 'hypervisor.powerOff', guest: 'hosta' } }] })
    const { stuck, causes } = new Runner(study, study.variants[0]!.scenario).run(0).services['serving']!
    expect(stuck).toBe(true)
    expect(causes.map(({ key }) => key.split('\t').slice(0, 2))).toEqual([['timeline', 'hypervisor.powerOff']])
  })
})
