import { expect, test } from 'vitest'
import { mirrorSections, reliableMirror } from '../../../bench/systems.ts'
import { HOUR, YEAR } from '../../../src/base/time.ts'
import { initialWorld } from '../../../src/core/model.ts'
import { createSim } from '../../../src/core/sim.ts'
import { stack, type SimRequest } from '../../../src/models/stack.ts'
import type { Scenario } from '../../../src/scenario/build.ts'
import { chooseBias } from '../../../src/study/rare/bias.ts'
import { ForkRunner } from '../../../src/study/rare/fork-runner.ts'
import { Redundancy } from '../../../src/study/rare/redundancy.ts'
import { forkTrouble } from '../../../src/study/rare/watch.ts'
import { Runner } from '../../../src/study/runner.ts'
import { causeOf, mergedForks, noForks } from '../../../src/study/tally.ts'
import { expectWeighed, guests, only, scenarioOf, shape } from './systems.ts'

const { operator: operators, fault: faults, ...system } = mirrorSections(3) as Record<string, Record<string, object>>
const founding = (upFor = '1000h'): Scenario => scenarioOf({ system, operators, faults: { crashes: { ...faults!.crashes, upFor: { exponential: upFor } } } })

test('the run that branches leave is the run that nobody leaves: all that branches do not count is the same', () => {
  for (const [scenario, years] of [[founding(), 2], [guests(4, 2, { upFor: { weibull: ['1000h', 2] }, lasts: { exponential: '20h' } }), 5]] as const) {
    const plain = new Runner(shape('7', years), scenario), forked = new ForkRunner(shape('7', years), scenario, 50)
    for (const run of [0, 1]) {
      const { services: _, events, ...one } = plain.run(run), { services: __, events: more, forks, ...other } = forked.run(run)
      expect(other).toEqual(one)
      expect(forks!.forks).toBeGreaterThan(10)
      expect(more).toBeGreaterThan(events)
    }
  }
})

test('a run gives the same whatever was run before it, so that workers make no difference', () => {
  const scenario = founding(), used = new ForkRunner(shape('7', 1), scenario, 100), all = [0, 1, 2].map(run => used.run(run))
  expect(new ForkRunner(shape('7', 1), scenario, 100).run(2)).toEqual(all[2])
  expect(used.run(0)).toEqual(all[0])
  expect(new ForkRunner(shape('8', 1), scenario, 100).run(0).forks).not.toEqual(all[0]!.forks)
})

test.each([['mirror', founding('150h')], ['group', guests(3, 2, { upFor: { exponential: '150h' }, lasts: { exponential: '3h' } })]])(
  'without a bias every weight is 1; with one, weights, lengths and causes of a %s add up to outages and downtime', (_, scenario) => {
    const tallies = [1, 10].map(bias => new ForkRunner(shape('3', 4), scenario, bias).run(0))
    expect(only(tallies[0]!).outages).toBe(tallies[0]!.forks!.hits)
    expect(tallies[0]!.forks).toMatchObject({ ends: tallies[0]!.forks!.forks, largest: 1 })
    for (const tally of tallies) {
      const { outages, downMicros, lengths, weights, years, longest, causes } = only(tally), sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
      expect(lengths.length).toBeGreaterThan(0)
      expect([weights!.length, years, longest]).toEqual([lengths.length, [], []])
      expect(sum(weights!) / outages).toBeCloseTo(1, 9)
      expect(sum(lengths.map((length, i) => length * weights![i]!)) / downMicros).toBeCloseTo(1, 9)
      expect(sum(causes.map(cause => cause.downMicros)) / downMicros).toBeCloseTo(1, 9)
      // Each says what had made it possible, also where that was before the fork.
      for (const { key } of causes) expect(causeOf(key)).toMatchObject({ origin: { kind: 'fault', name: 'crashes' }, before: { kind: 'fault', name: 'crashes' } })
    }
    expect(tallies[1]!.forks!.hits).toBeGreaterThan(2 * tallies[0]!.forks!.hits)
  })

test('where redundancy never comes back the bias ends, and weights stay bounded', () => {
  // Nobody brings a disk back: of three copies one after the other is gone for good.
  const scenario = scenarioOf({ system, faults: { crashes: { crash: ['i5-1', 'i5-2', 'i5-3'], upFor: { exponential: '1000h' }, lasts: { exponential: '2h' } } } })
  const { forks, services } = new ForkRunner(shape('1', 2), scenario, 100).run(0)
  expect(forks!.forks).toBeGreaterThan(0)
  expect(forks!.largest).toBeLessThan(10)
  expect(services.storing!.stuck).toBe(true)
  expect(chooseBias(shape('1', 2), scenario)).toMatch(/redundancy is lost most of the time/)
})

test('the bias is halved in the midst of a window that is longer than others, and again, and so no weight exceeds what it has by then', () => {
  const hosts = ['a', 'b', 'c'], scenario = scenarioOf({
    system: {
      hypervisor: { systems: { power5: {} }, guests: Object.fromEntries(hosts.map(name => [name, { on: 'power5', os: 'ibm-i', dumpTime: '0s' }])) },
      service: { services: { up: { needs: [{ any: hosts.map(guest => ({ guest })) }] } } },
    },
    faults: { gone: { crash: ['a'], upFor: { exponential: '300h' }, lasts: '1000000h' }, crashes: { crash: ['b', 'c'], upFor: { exponential: '1000h' }, lasts: '2h' } },
  })
  let all = noForks()
  const runner = new ForkRunner(shape('1', 1), scenario, 60)
  for (let run = 0; run < 40; run++) all = mergedForks(all, runner.run(run).forks!)
  expectWeighed(all)
  // Until the first halving 1.25 failures are expected, until each of the four others half as many.
  expect(all.endsSquared / all.forks).toBeLessThan(Math.exp(2 * (1.25 + 4 * 0.625)))
  // For a year with a bias, weights would be nothing but zeros.
  expect(all.ends / all.forks).toBeGreaterThan(0.5)
})

test('the bias makes of a window the failures that are wanted, the same for everybody; what cannot be biased says why', () => {
  const study = shape('1', 5), bias = chooseBias(study, reliableMirror(2, 2)) as number
  // One other host, for the rest of half an hour and 20 minutes.
  const expected = bias * (50 / 60) / 2190
  expect(expected).toBeGreaterThan(0.3)
  expect(expected).toBeLessThan(1)
  expect(chooseBias(study, reliableMirror(2, 2))).toBe(bias)
  const rule = { upFor: { exponential: '1000h' }, lasts: '2h' }
  expect(chooseBias(study, guests(2, 1, { every: '1000h', lasts: '2h' }))).toMatch(/nothing fails after a random time/)
  expect(chooseBias(study, guests(2, 1, { upFor: '1000h', lasts: '2h' }))).toMatch(/nothing fails after a random time/)
  expect(chooseBias(study, guests(2, 1, { upFor: { exponential: '9000000h' }, lasts: '2h' }))).toMatch(/never lost in 30 runs of 5 years/)
  expect(chooseBias(study, guests(6, 1, { upFor: { exponential: '40h' }, lasts: { exponential: '10h' } }))).toMatch(/most of the time/)
  const frequent = scenarioOf({ system: { hypervisor: { systems: { power5: {} }, guests: { a: { on: 'power5', os: 'ibm-i' }, b: { on: 'power5', os: 'ibm-i' } } }, service: { services: { up: { needs: [{ any: [{ guest: 'a' }, { guest: 'b' }] }] } } } }, faults: { slow: { crash: ['a'], ...rule }, quick: { crash: ['b'], upFor: { exponential: '20h' }, lasts: '1s' } } })
  expect(chooseBias({ ...study, yearsPerRun: 1 }, frequent)).toBeTypeOf('number')
  const script = scenarioOf({ system, faults, operators: [{ on: 'router', when: { type: 'scsi.pathRestored' }, run: { file: 'x.sh', text: 'exit 0' } }] })
  expect(chooseBias(study, script)).toMatch(/shell script/)
  expect(() => new ForkRunner(study, script, 10)).toThrow(/shell script/)
  // The only thing that fails stays down.
  const alone = scenarioOf({ system: { hypervisor: { systems: { power5: {} }, guests: { a: { on: 'power5', os: 'linux', autoRestart: false } } }, service: { services: { up: { needs: [{ guest: 'a' }] } } } }, faults: { crashes: { crash: ['a'], mttf: '50y' } } })
  expect(chooseBias(study, alone)).toMatch(/nothing else can fail/)
})

test('weights that cannot be trusted are told', () => {
  const good = { ...noForks(), forks: 1000, hits: 100, weight: 1, weightSquared: 0.011, largest: 0.02, ends: 1001, endsSquared: 1100 }
  expect(forkTrouble(noForks())).toBeNull()
  expect(forkTrouble(good)).toBeNull()
  expect(forkTrouble({ ...good, ends: 900, endsSquared: 900 })).toMatch(/mean weight of the forks is 0.900 ± 0.009, and must be 1/)
  expect(forkTrouble({ ...good, largest: 0.4 })).toBe('one of 100 weighted outages carries 40 % of their weight')
  expect(forkTrouble({ ...good, weightSquared: 0.9 })).toBe('100 weighted outages are worth no more than 1 equal ones')
})

/** Whether redundancy is lost two hours after each of some requests, or none, to a system at rest. */
function lostAfter(scenario: Scenario, requests: readonly (Record<string, unknown> | null)[]): boolean[] {
  const sim = createSim({
    models: stack, world: initialWorld(stack, { ...scenario.configs, fault: {} }), seed: 1,
    onEntry: ({ event: { type } }) => { if (redundancy.tells(type)) lost = redundancy.isLost(type, sim.world) },
  }), redundancy = new Redundancy(sim.world)
  let lost = false
  redundancy.restart(sim.world)
  sim.runUntil(HOUR)
  return requests.map(request => {
    if (request !== null) expect(sim.dispatch(request as SimRequest)).toBeUndefined()
    sim.runUntil(sim.now + 2 * HOUR)
    return lost
  })
}
const crash = (guest: string, hours: number) => ({ type: 'hypervisor.crash', guest, down: hours * HOUR })

test('redundancy is lost with a copy that is not replaced, of three as of two; the host of a spare takes none with it', () => {
  expect(lostAfter(reliableMirror(4, 3), [crash('i5-4', 3), null, crash('i5-1', 5), crash('i5-2', 5), null])).toEqual([false, false, false, true, false])
  expect(lostAfter(reliableMirror(2, 2), [crash('i5-1', 3), null])).toEqual([true, false])
})

test('redundancy is lost with a partition that is needed as one of several, with a feed that has a double, with a disk of a pool, with one of two routers', () => {
  expect(lostAfter(guests(3, 1, { every: '1y' }), [crash('hosta', 5), crash('hostb', 5), null, null])).toEqual([true, true, true, false])
  const fed = scenarioOf({
    system: {
      hypervisor: { systems: { power5: {} }, guests: { a: { on: 'power5', os: 'ibm-i' }, r1: { on: 'power5', os: 'linux' }, r2: { on: 'power5', os: 'linux' } } },
      component: { feed1: { feeds: ['power5'] }, feed2: { feeds: ['power5'] } },
      ip: { nodes: { r1: { forwarding: true }, r2: { forwarding: true } } },
      vscsi: { asps: { a: { asp1: { protection: 'parity', disks: 4 } } }, spaces: {} },
      service: { services: { up: { needs: [{ guest: 'a' }] } } },
    },
  })
  expect(lostAfter(fed, [
    { type: 'component.fail', component: 'feed1' }, { type: 'component.repair', component: 'feed1' }, { type: 'vscsi.failDisk', host: 'a', asp: 'asp1' },
    { type: 'vscsi.repairDisk', host: 'a', asp: 'asp1' }, { type: 'hypervisor.hang', guest: 'r1' }, { type: 'hypervisor.resume', guest: 'r1' },
  ])).toEqual([true, false, true, false, true, false])
})

test('no outage begins while redundancy is whole: every one is in a branch', () => {
  const scenario = founding()
  let lost = false, outages = 0
  const sim = createSim({
    models: stack, world: initialWorld(stack, scenario.configs), seed: 4, onEntry: ({ event: { type } }) => {
      if (redundancy.tells(type)) lost = redundancy.isLost(type, sim.world)
      if (type !== 'service.wentDown') return
      outages++
      expect(lost).toBe(true)
    },
  }), redundancy = new Redundancy(sim.world)
  redundancy.restart(sim.world)
  sim.runUntil(200 * YEAR)
  expect(outages).toBeGreaterThan(0)
})

test('long repairs have branches of their own: unequal ones do not make unequal weights, and the pair is down as long as it is', () => {
  const scenario = guests(2, 1, { upFor: { exponential: '2000h' }, lasts: { lognormal: { mean: '4h', sigma: 1 } } }), runner = new ForkRunner(shape('1', 10), scenario, 3000)
  let forks = noForks(), down = 0
  for (let run = 0; run < 120; run++) {
    const tally = runner.run(run)
    forks = mergedForks(forks, tally.forks!)
    down += Object.values(tally.services)[0]!.downMicros / tally.micros / 120
  }
  // With one branch for each loss it is a sixtieth.
  expect(forks.weight * forks.weight / forks.weightSquared / forks.hits).toBeGreaterThan(0.15)
  expect(down / (4 / 2004) ** 2).toBeGreaterThan(0.85)
  expect(down / (4 / 2004) ** 2).toBeLessThan(1.15)
})
