/** What a run counts: parts that add up, the same whoever runs it, nothing of the warm-up. */
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { MINUTE, YEAR } from '../../src/base/time.ts'
import { createSim } from '../../src/core/sim.ts'
import { initialWorld } from '../../src/core/model.ts'
import { stack } from '../../src/models/stack.ts'
import { Runner, runSeed } from '../../src/study/runner.ts'
import { Tally } from '../../src/study/tally.ts'
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

  test('is the same to a tally that is told everything', () => {
    property(fc.property(anyHosts, fc.nat(99), (of, run) => {
      const study = studyOf({ ...hosts(of), yearsPerRun: 2 }), { scenario } = study.variants[0]!, world = initialWorld(stack, scenario.configs), tally = new Tally(world as never)
      const sim = createSim({ models: stack, world, seed: runSeed(study, run), onEntry: entry => tally.note(entry, sim.world as never) })
      tally.restart(sim.world as never)
      sim.runUntil(study.warmUp)
      tally.begin(sim as never)
      for (let year = 1; year <= 2; year++) {
        sim.runUntil(study.warmUp + year * YEAR)
        tally.endYear(sim as never)
      }
      expect(new Runner(study, scenario).run(run)).toEqual(tally.end(run, sim as never))
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

  test('a component that is not fed is as down as one that has failed, until it is fed and works', () => {
    const at = (hours: number, type: string, component: string) => ({ at: `${hours}h`, do: { type, component } })
    const study = studyOf({
      system: { component: { feed: { feeds: ['machine'] }, machine: {}, other: {} }, service: { services: { serving: { needs: [{ component: 'machine' }] } } } },
      faults: { rare: { fail: ['other'], mttf: '10000000h', lasts: '1h' } }, yearsPerRun: 1, warmUp: '0s',
      timeline: [at(10, 'component.fail', 'feed'), at(12, 'component.fail', 'machine'), at(15, 'component.repair', 'feed'), at(16, 'component.repair', 'machine'), at(20, 'component.fail', 'machine'), at(21, 'component.fail', 'feed'), at(22, 'component.repair', 'machine'), at(24, 'component.repair', 'feed')],
    })
    const { down, services } = new Runner(study, study.variants[0]!.scenario).run(0)
    expect(down).toEqual({ feed: 8 * 60 * MINUTE, machine: 10 * 60 * MINUTE, other: 0 })
    expect(services['serving']!.downMicros).toBe(down['machine'])
  })

  test('what is lost is lost once: an empty mirror that nobody can write to loses nothing more, in no later year', () => {
    const lose = (days: number, space: string) => [{ at: `${days}d`, do: { type: 'vscsi.loseSpace', space } }, { at: `${days + 1}d`, do: { type: 'vscsi.recreateSpace', space } }]
    const study = studyOf({
      system: {
        hypervisor: { systems: { power5: {} }, guests: { i5a: { on: 'power5', os: 'ibm-i' }, i5b: { on: 'power5', os: 'ibm-i' }, router: { on: 'power5', os: 'linux' } } },
        vscsi: { spaces: { d1: { host: 'i5a', to: 'router', size: '20 GiB', online: 'auto' }, d2: { host: 'i5b', to: 'router', size: '20 GiB', online: 'auto' } } },
        scsi: { layout: { router: { root: 'rest' } } }, md: { arrays: { md1: { on: 'router', raidDevices: 2, members: ['d1/root', 'd2/root'], io: { commitEvery: '5s' } } } },
        service: { services: { storing: { needs: [{ arrayWritable: 'md1' }] } } },
      },
      faults: { rare: { crash: ['router'], mttf: '10000000h' } }, yearsPerRun: 3, warmUp: '0s', timeline: [...lose(10, 'd1'), ...lose(20, 'd2'), ...lose(30, 'd2'), ...lose(500, 'd2')],
    })
    const { arrays, services } = new Runner(study, study.variants[0]!.scenario).run(0)
    expect(arrays['md1']).toMatchObject({ losses: 1, lossYears: 1 })
    expect(services['storing']!.stuck).toBe(true)
  })
})
