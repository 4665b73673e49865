/**
 * What mirrors with hot spares promise, and what they do not: properties over random schedules that span hypervisor, vscsi, md,
 * operator and service. The requirement's number is in the title.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND, type Micros } from '../../src/base/time.ts'
import { createSim } from '../../src/core/sim.ts'
import type { Entry } from '../../src/core/trace.ts'
import { goodCopies } from '../../src/models/operator/look.ts'
import { downtime, type Exposure, type Service, type ServiceId } from '../../src/models/service/state.ts'
import { outcome } from '../../src/models/scsi/state.ts'
import { stack, type SimEvent, type SimRequest } from '../../src/models/stack.ts'
import { property } from '../support/property.ts'
import { estimate } from '../support/estimate.ts'
import { diligent, hostsOf, play, router, systemAndPlan, worldOf, type Plan, type Run, type Sections } from '../support/systems.ts'

const md1 = 'md1' as never
const routing = ({ sim }: Run): Readonly<Service> => sim.world.service.services['routing' as ServiceId]! as Service
const exposure = ({ sim }: Run, array: string): Readonly<Exposure> => sim.world.service.exposure[array as never]! as Exposure
const happened = (trace: readonly Entry<SimEvent>[], type: SimEvent['type']) => trace.filter(entry => entry.event.type === type)

/** Plays it again up to each time at which something happened, when all that happened then is over. */
function atEachTime(sections: Sections, plan: Plan, run: Run, look: (sim: Run['sim'], at: Micros) => void, seed: number): void {
  const sim = createSim({ models: stack, world: worldOf(sections), seed })
  for (const { at, request } of plan) sim.schedule(at, request)
  for (const at of new Set(run.trace.map(entry => entry.at))) {
    sim.runUntil(at)
    look(sim as Run['sim'], at)
  }
}

/** Hosts go away one after the other, `gap` after each other's beginning. */
const ipls = (steps: readonly (readonly [gap: Micros, host: string])[]): Plan => {
  let at = HOUR
  return steps.map(([gap, guest], i) => ({ at: i === 0 ? at : at += gap, request: { type: 'hypervisor.ipl', guest, down: 10 * MINUTE } as SimRequest }))
}

/** What VS-53 asks between two outages: the first is over, its disk varied on, found by the operator and copied in full. */
const SIZE_MIB = 2048, RATE = 50_000
const RECOVERY: Micros = Math.ceil(SIZE_MIB * 1024 / RATE) * SECOND
const SPACING: Micros = 10 * MINUTE + 30 * SECOND + 20 * SECOND + 2 * RECOVERY
const mirror = (hosts: number, more = {}) => router({ hosts, sizeMib: SIZE_MIB, operators: [diligent()], ...more })

describe('VS-53 availability of a mirror', () => {
  test('VS-53 an array is writable exactly as long as a member in sync is reachable and it was never broken', () => {
    const seen = { writable: 0, unreachable: 0, broken: 0 }
    property(fc.property(fc.integer({ min: 2, max: 4 }).map(hosts => mirror(hosts)).chain(system => fc.tuple(fc.constant(system), hostFaults(system))), fc.nat(1000), ([system, plan], seed) => {
      const run = play(system, plan, { until: 14 * HOUR, seed })
      const broken = happened(run.trace, 'md.arrayBroken').filter(({ event }) => (event as { array: string }).array === 'md1').map(entry => entry.at)
      const started = happened(run.trace, 'md.arrayStarted').filter(({ event }) => (event as { array: string }).array === 'md1').map(entry => entry.at)
      atEachTime(system, plan, run, ({ world }, at) => {
        const array = world.md.arrays[md1]!
        if (array.state !== 'active') return
        const reachable = array.members.some(member => member.inSync && outcome(world.scsi, member.device, 'read') !== 'error')
        const everBroken = (broken.findLast(time => time <= at) ?? -1) > (started.findLast(time => time <= at) ?? -1)
        seen[everBroken ? 'broken' : reachable ? 'writable' : 'unreachable']++
        expect(array.access.writable, `at ${at}: a member in sync is ${reachable ? '' : 'not '}reachable, the array was ${everBroken ? '' : 'never '}broken`).toBe(reachable && !everBroken)
      }, seed)
    }), { numRuns: 60 })
    expect(Math.min(...Object.values(seen)), 'each direction was seen').toBeGreaterThan(0)
  })

  test('VS-53 single host outages, each after the recovery from the one before, give no outage, whichever host it is', () => {
    property(fc.property(fc.integer({ min: 2, max: 4 }), fc.array(fc.tuple(fc.integer({ min: SPACING, max: 2 * SPACING }), fc.nat(3)), { minLength: 1, maxLength: 8 }), (hosts, steps) => {
      const run = play(mirror(hosts), ipls(steps.map(([gap, host]) => [gap, `i5${'abcd'[host % hosts]!}`])), { until: 8 * HOUR })
      expect(routing(run).outages).toBe(0)
      expect(run.sim.world.md.arrays[md1]!.inSync).toBe(2)
      expect(happened(run.trace, 'md.dataLost')).toEqual([])
    }), { numRuns: 25 })
  })

  test('VS-53, VS-99 closer together they may: a schedule that breaks it is found and shrunk to two outages in one recovery', () => {
    const search = fc.check(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 2 * SPACING }), fc.constantFrom('i5a', 'i5b', 'i5c')), { maxLength: 6 }), steps =>
      routing(play(mirror(3), ipls(steps), { until: 4 * HOUR })).outages === 0), { numRuns: 200, seed: 53 })
    expect(search.failed).toBe(true)
    const [steps] = search.counterexample!
    expect(steps).toHaveLength(2)
    const [[, first], [gap, second]] = steps as [[number, string], [number, string]]
    expect(first).not.toBe(second)
    expect(gap).toBeLessThan(SPACING)
  })

  test('VS-53 as long as one member in sync has never been away, no read fails, whatever befalls the others', () => {
    let failed = 0
    property(fc.property(fc.integer({ min: 2, max: 4 }).map(hosts => mirror(hosts)).chain(system => fc.tuple(fc.constant(system), hostFaults(system, 'i5b'))), ([system, plan]) => {
      const run = play(system, plan, { until: 14 * HOUR })
      failed += happened(run.trace, 'md.memberFailed').length
      expect(happened(run.trace, 'md.accessChanged').filter(({ event }) => !(event as { readable: boolean }).readable)).toEqual([])
      expect(happened(run.trace, 'md.dataLost')).toEqual([])
      expect(routing(run).downMicros).toBe(0)
    }), { numRuns: 25 })
    expect(failed, 'the others do fail').toBeGreaterThan(25)
  })
})

/** IPLs and crashes of hosts, at random and some close together; none of `spared`. */
function hostFaults(system: Sections, spared?: string): fc.Arbitrary<Plan> {
  const guest = fc.constantFrom(...hostsOf(system).filter(host => host !== spared))
  const gap = fc.oneof(fc.integer({ min: 0, max: 5 * MINUTE }), fc.integer({ min: 0, max: HOUR }))
  return fc.array(fc.tuple(gap, fc.constantFrom('hypervisor.ipl', 'hypervisor.crash'), guest), { minLength: 1, maxLength: 10 }).map(steps => {
    let at = 0
    return steps.map(([after, type, guest]) => ({ at: at += after, request: { type, guest } as unknown as SimRequest }))
  })
}

describe('data', () => {
  test('VS-56 after outages that VS-53 allows every member in sync holds every acknowledged write', () => {
    property(fc.property(fc.integer({ min: 2, max: 4 }), fc.array(fc.tuple(fc.integer({ min: SPACING, max: 2 * SPACING }), fc.nat(3), fc.boolean()), { minLength: 1, maxLength: 6 }), fc.boolean(), (hosts, steps, bitmap) => {
      const plan = ipls(steps.map(([gap, host]) => [gap, `i5${'abcd'[host % hosts]!}`]))
      // Writes of users in between, some while the array is degraded.
      const writes = plan.flatMap(({ at }, i) => steps[i]![2] ? [{ at: at + MINUTE, request: { type: 'md.write', array: 'md1', buffered: false } as unknown as SimRequest }] : [])
      const reads = ['md0', 'md1'].map(array => ({ at: 8 * HOUR, request: { type: 'md.read', array } as unknown as SimRequest }))
      const run = play(mirror(hosts, { bitmap }), [...[...plan, ...writes].toSorted((a, b) => a.at - b.at), ...reads], { until: 8 * HOUR })
      expect(run.trace.filter(entry => entry.event.type === 'md.write' || entry.event.type === 'md.read').map(entry => entry.refusal)).toEqual([...writes, ...reads].map(() => undefined))
      expect(happened(run.trace, 'md.dataLost')).toEqual([])
      expect(run.sim.check()).toEqual([])
    }), { numRuns: 25 })
  })
})

describe('recovery', () => {
  test('VS-61 on a healthy system the careless procedure ends in the same names and members, and the careful one does nothing', () => {
    property(fc.property(fc.integer({ min: 2, max: 4 }), fc.nat(3), fc.boolean(), (hosts, which, careful) => {
      const disk = `d${which % hosts + 1}`
      const system = router({ hosts, sizeMib: SIZE_MIB, operators: [{ name: 'op', on: 'router', when: { at: '1h' }, disks: [disk], careful }] })
      const run = play(system, [], { until: 3 * HOUR })
      const names = (sim: Run['sim']) => Object.values(sim.world.scsi.disks).map(({ device }) => sim.world.scsi.devices[device!]!.name)
      expect(names(run.sim)).toEqual(names(play(system, [], { until: 0 }).sim))
      expect([run.sim.world.md.arrays[md1]!.inSync, routing(run).outages]).toEqual([2, 0])
      expect(run.trace.some(entry => entry.at >= HOUR && entry.event.type.startsWith('md.'))).toBe(!careful)
    }), { numRuns: 16 })
  })
})

describe('exposure', () => {
  test('VS-54 exposure is detection, waiting and recovery, and all of the time on one copy', () => {
    const seen = { ended: 0, waited: 0, recovered: 0 }
    property(fc.property(systemAndPlan(), fc.nat(1000), ([system, plan], seed) => {
      const run = play(system, plan, { until: 14 * HOUR, seed })
      for (const { event } of happened(run.trace, 'service.exposureEnded')) {
        const { micros, detectionMicros, waitingMicros, recoveryMicros } = event as Extract<SimEvent, { type: 'service.exposureEnded' }>
        expect(detectionMicros + waitingMicros + recoveryMicros).toBe(micros)
        seen.ended++
        if (waitingMicros > 0) seen.waited++
        if (recoveryMicros > 0) seen.recovered++
      }
      for (const array of Object.keys(run.sim.world.service.exposure)) {
        const { current, micros, list } = exposure(run, array)
        expect(list.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(micros)
        let exposed = 0, since: Micros | null = null
        atEachTime(system, plan, run, (sim, at) => {
          if (since !== null) exposed += at - since
          const { state } = sim.world.md.arrays[array as never]!
          // While it does not run nothing is found out about its copies.
          since = (state === 'active' ? goodCopies(sim.world, array as never, '' as never) < 2 : since !== null) ? at : null
        }, seed)
        if (since !== null) exposed += run.sim.now - since
        expect(exposed).toBe(micros + (current === null ? 0 : run.sim.now - current.from))
      }
    }), { numRuns: 40 })
    expect(Math.min(...Object.values(seen)), 'exposures of each kind').toBeGreaterThan(0)
  })

  test('VS-54 an idle mirror is exposed from the loss on, and all of it is detection', () => {
    const run = play(mirror(2, { operators: [], io: 'idle' }), [{ at: HOUR, request: { type: 'scsi.losePath', disk: 'd1' as never } }, { at: 3 * HOUR, request: { type: 'scsi.restorePath', disk: 'd1' as never } }], { until: 4 * HOUR })
    expect(exposure(run, 'md1').list).toEqual([{ from: HOUR, to: 3 * HOUR, detectionMicros: 2 * HOUR, waitingMicros: 0, recoveryMicros: 0 }])
  })

  test('VS-54 with a spare it is detection and recovery; without one it waits for the host and the operator', () => {
    const lost: Plan = [{ at: HOUR, request: { type: 'hypervisor.ipl', guest: 'i5a' as never, down: 10 * MINUTE } }]
    const spare = exposure(play(mirror(3, { swap: false }), lost, { until: 4 * HOUR }), 'md1').list[0]!
    const none = exposure(play(mirror(2, { swap: false }), lost, { until: 4 * HOUR }), 'md1').list[0]!
    expect(spare.detectionMicros).toBeLessThanOrEqual(5 * SECOND)
    expect(spare.waitingMicros).toBe(0)
    expect(Math.abs(spare.recoveryMicros - RECOVERY)).toBeLessThan(2 * SECOND)
    expect(none.waitingMicros).toBeGreaterThan(10 * MINUTE)
    expect(none.recoveryMicros).toBe(spare.recoveryMicros)
  })
})

describe('planning', () => {
  test('more spares do not lower availability in expectation', () => {
    const years = 2, seeds = 24
    const downMicros = (hosts: number) => {
      const names = ['i5a', 'i5b', 'i5c', 'i5d'].slice(0, hosts)
      const sections = router({ hosts, swap: false, sizeMib: 20_480, operators: [diligent()] })
      const sim = createSim({ models: stack, world: worldOf({ ...sections, fault: { crashes: { crash: names, upFor: { exponential: '60h' }, lasts: { exponential: '3h' } } } }), seed: 0 })
      return Array.from({ length: seeds }, (_, seed) => {
        sim.restart({ seed })
        sim.runUntil(years * 8760 * HOUR)
        return downtime(sim.world.service.services['routing' as ServiceId]! as Service, sim.now)
      })
    }
    const none = downMicros(2), one = downMicros(3), two = downMicros(4)
    const gain = (worse: number[], better: number[]) => estimate(worse.map((each, seed) => each - better[seed]!))
    expect(gain(none, one).low, 'one spare against none').toBeGreaterThan(0)
    expect(gain(one, two).high, 'two spares against one').toBeGreaterThanOrEqual(0)
  })

  const calendar = (hosts: number, stagger: Micros, more = {}) => {
    const names = ['i5a', 'i5b', 'i5c', 'i5d'].slice(0, hosts)
    return play({ ...mirror(hosts, more), fault: { maintenance: { ipl: names, every: '30d', at: '1d', lasts: '10m', ...(stagger > 0 && { stagger: `${stagger / SECOND}s` }) } } }, [], { until: 355 * 24 * HOUR })
  }

  test.each([2, 3, 4])('VS-55 maintenance staggered by outage, rescan and full recovery has no outage with %i hosts', hosts => {
    const run = calendar(hosts, SPACING)
    expect(happened(run.trace, 'hypervisor.ipl')).toHaveLength(12 * hosts)
    expect([routing(run).outages, run.sim.world.md.arrays[md1]!.inSync]).toEqual([0, 2])
  })

  test('VS-55 two hosts closer than that have one, and so have all hosts at the same time, spares or not', () => {
    expect(routing(calendar(2, SPACING - 2 * RECOVERY)).outages).toBeGreaterThan(0)
    expect(routing(calendar(4, 0)).outages).toBeGreaterThan(0)
  })

  test('VS-55 with a bitmap, outage and changed data are spacing enough', () => {
    const short = SPACING - 2 * RECOVERY + 25 * SECOND
    expect(routing(calendar(2, short, { bitmap: true, operators: [diligent({ do: ['fail', 'remove', 'removeDevice', 'scan', 'add'] })] })).outages).toBe(0)
    expect(routing(calendar(2, short, { bitmap: false })).outages).toBeGreaterThan(0)
  })
})
