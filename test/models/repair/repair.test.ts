/** Between a failure and its repair: who waits for whom, how long, and that nothing is lost on the way. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, YEAR, type Micros } from '../../../src/base/time.ts'
import { createSim } from '../../../src/core/sim.ts'
import type { Entry } from '../../../src/core/trace.ts'
import { faultConfig } from '../../../src/models/fault/config.ts'
import { stack, type SimEvent } from '../../../src/models/stack.ts'
import { estimate } from '../../support/estimate.ts'
import { property } from '../../support/property.ts'
import { play, worldOf, type Plan, type Sections } from '../../support/systems.ts'

const order = (hour: number, thing: string, takes: Micros, more: object): Plan[number] =>
  ({ at: hour * HOUR, request: { type: 'repair.order', fault: 'rule' as never, thing, takes, ...more } })
const field = { crew: 'field' as never }, disk = { part: 'disk' as never }
const run = (repair: unknown, plan: Plan, until: Micros = 30 * DAY, more: Sections = {}) => play({ repair, ...more }, plan, { until })
const when = (trace: readonly Entry<SimEvent>[], type: string): [number, string][] => trace.filter(({ event }) => event.type === type)
  .map(({ at, event }) => [at / HOUR, (event as { thing?: string }).thing ?? ''])
const started = (trace: readonly Entry<SimEvent>[]) => when(trace, 'repair.started'), finished = (trace: readonly Entry<SimEvent>[]) => when(trace, 'repair.finished')

describe('crews', () => {
  test('who comes first is served first, by whoever of the crew is free', () => {
    const plan = [order(1, 'a', 4 * HOUR, field), order(2, 'b', HOUR, field), order(2.5, 'c', HOUR, field)]
    expect(finished(run({ crews: { field: {} } }, plan).trace)).toEqual([[5, 'a'], [6, 'b'], [7, 'c']])
    const { trace, sim } = run({ crews: { field: { size: 2 } } }, plan)
    expect(finished(trace)).toEqual([[3, 'b'], [4, 'c'], [5, 'a']])
    expect(when(trace, 'repair.crewAwaited')).toEqual([[2.5, 'c']])
    expect(sim.world.repair.crews['field' as never]).toMatchObject({ free: 2, books: { begun: 3, waitedMicros: HOUR / 2, workedMicros: 6 * HOUR } })
  })

  test('repairs begin within its hours, wait for them otherwise, and one that has begun is finished', () => {
    // The run begins on a Monday at midnight.
    const plan = [order(7, 'early', 2 * HOUR, field), order(17, 'late', 3 * HOUR, field), order(21, 'night', HOUR, field), order(5 * 24 + 12, 'weekend', HOUR, field)]
    const { trace } = run({ crews: { field: { hours: 'Mon-Fri 08:00-18:00' } } }, plan)
    expect(finished(trace)).toEqual([[10, 'early'], [20, 'late'], [24 + 9, 'night'], [7 * 24 + 9, 'weekend']])
  })

  test('a crew that was called in the night begins with as many repairs in the morning as it has members', () => {
    const { trace } = run({ crews: { field: { size: 2, hours: '08:00-18:00' } } }, [order(1, 'a', HOUR, field), order(2, 'b', 2 * HOUR, field), order(3, 'c', HOUR, field)])
    expect(started(trace)).toEqual([[8, 'a'], [8, 'b'], [9, 'c']])
    expect(when(trace, 'repair.shiftBegan')).toHaveLength(1)
  })

  test('hours go by the date at which the run begins', () => {
    const { trace } = run({ crews: { field: { hours: 'Mon-Fri 08:00-18:00' } } }, [order(1, 'a', HOUR, field)], 30 * DAY, { terminal: { date: '2026-01-10' } })
    expect(started(trace)).toEqual([[2 * 24 + 8, 'a']])
  })
})

describe('spare parts', () => {
  test('each repair takes one from the store, and one is ordered for each; without one it waits for the delivery', () => {
    const { trace, sim } = run({ parts: { disk: { stock: 1, leadTime: '48h' } } }, [order(1, 'a', HOUR, disk), order(10, 'b', HOUR, disk), order(11, 'c', HOUR, disk)])
    expect(started(trace)).toEqual([[1, 'a'], [49, 'b'], [58, 'c']])
    expect(when(trace, 'repair.partAwaited')).toEqual([[10, 'b'], [11, 'c']])
    expect(sim.world.repair.parts['disk' as never]).toMatchObject({ stock: 1, ordered: 0, books: { taken: 3, shortages: 2, waitedMicros: (39 + 47) * HOUR } })
  })

  test('nobody is called before the part is there, and others are served meanwhile', () => {
    const { trace } = run({ crews: { field: {} }, parts: { disk: { stock: 0, leadTime: '10h' } } }, [order(1, 'a', HOUR, { ...field, ...disk }), order(2, 'b', 12 * HOUR, field)])
    expect(started(trace)).toEqual([[2, 'b'], [14, 'a']])
    expect(trace.find(({ event }) => event.type === 'repair.started' && event.thing === 'a')!.event).toMatchObject({ partMicros: 10 * HOUR, crewMicros: 3 * HOUR })
  })

  test('what nobody has told of is refused', () => {
    const { trace } = run({}, [order(1, 'a', HOUR, field), order(1, 'a', HOUR, disk)])
    expect(trace.flatMap(({ refusal }) => refusal?.text ?? [])).toEqual(['There is no crew field.', 'There is no spare part disk.'])
  })
})

test('whatever is ordered and when, every repair begins once, within the hours of its crew, never with more hands or parts than there are', () => {
  const any = fc.record({ gap: fc.integer({ min: 0, max: 600 }), takes: fc.integer({ min: 0, max: 2000 }), crew: fc.constantFrom('field', 'night', undefined), part: fc.constantFrom('disk', undefined) })
  property(fc.property(fc.array(any, { maxLength: 25 }), fc.nat(), (orders, seed) => {
    let at = 0
    const plan: Plan = orders.map(({ gap, takes, crew, part }, i) => ({
      at: at += gap * MINUTE, request: { type: 'repair.order', fault: 'rule' as never, thing: `t${i}`, takes: takes * MINUTE, ...crew && { crew: crew as never }, ...part && { part: part as never } },
    }))
    const repair = { crews: { field: { size: 2 }, night: { hours: '22:00-06:00' } }, parts: { disk: { stock: 1, leadTime: { lognormal: ['1d', 1] } } } }
    const { trace, sim } = play({ repair }, plan, { until: at + 300 * DAY, seed, onEntry: (_, sim) => expect(sim.check()).toEqual([]) })
    expect(sim.check()).toEqual([])
    expect(started(trace).map(([, thing]) => thing).toSorted()).toEqual(orders.map((_, i) => `t${i}`).toSorted())
    for (const { at: begun, event } of trace) if (event.type === 'repair.started' && orders[Number(event.thing.slice(1))]!.crew === 'night') {
      const hour = begun % DAY / HOUR
      expect(hour >= 22 || hour < 6).toBe(true)
    }
    expect(finished(trace)).toHaveLength(orders.length)
  }), { numRuns: 60 })
})

describe('from the stroke to the repair', () => {
  const hosts: Sections = { hypervisor: { systems: { power5: {} }, guests: { i5a: { on: 'power5', os: 'ibm-i' }, i5b: { on: 'power5', os: 'ibm-i' } } } }

  test('a partition that waits for a technician stays down until he is done, and its clock starts anew then', () => {
    const { trace } = play({ ...hosts, repair: { crews: { field: {} } }, fault: { boards: { crash: ['i5a', 'i5b'], upFor: '10h', lasts: '3h', crew: 'field' } } }, [], { until: 28 * HOUR })
    const times = (type: string) => trace.filter(({ event }) => event.type === type).map(({ at, event }) => [at / HOUR, (event as { guest?: string }).guest])
    expect(times('hypervisor.guestDown')).toEqual([[10, 'i5a'], [10, 'i5b'], [23, 'i5a'], [26, 'i5b']])
    expect(times('hypervisor.guestUp')).toEqual([[13, 'i5a'], [16, 'i5b'], [26, 'i5a']])
  })

  test.each([
    ['hang', { hang: ['i5a'] }, 'hypervisor.guestResumed'], ['fail', { fail: ['san'] }, 'component.repaired'], ['loseSpace', { loseSpace: ['d1'] }, 'vscsi.spaceRecreated'], ['failDisk', { failDisk: ['i5a/asp1'] }, 'vscsi.diskRepaired'],
  ])('the end of %s waits for its part', (_, kind, end) => {
    const vscsi = { spaces: { d1: { host: 'i5a', to: 'i5b', size: '1 GiB', online: 'auto' } }, asps: { i5a: { asp1: { protection: 'mirrored', disks: 2 } } } }
    const { trace } = play({ ...hosts, component: { san: {} }, vscsi, repair: { parts: { spare: { stock: 0, leadTime: '20h' } } }, fault: { rule: { ...kind, upFor: '10h', lasts: '2h', part: 'spare' } } }, [], { until: 40 * HOUR })
    expect(when(trace, end).map(([at]) => at)).toEqual([32])
  })

  test('the time that a repair takes is the same one, whoever has to come for it', () => {
    const fail = { fail: ['a'], upFor: { exponential: '100h' }, lasts: { exponential: '5h' } }, component = { a: {} }
    const alone = play({ component, fault: { rule: fail } }, [], { until: YEAR / 4 }).trace
    const served = play({ component, repair: { crews: { field: {} } }, fault: { rule: { ...fail, crew: 'field' } } }, [], { until: YEAR / 4 }).trace
    expect(alone.length).toBeGreaterThan(50)
    expect(when(served, 'component.repaired')).toEqual(when(alone, 'component.repaired'))
  })

  test('a rule without lasts, or for what is planned, has no crew and no part', () => {
    const messages = (rule: unknown) => faultConfig.safeParse({ rule }).error?.issues.map(issue => issue.message).join('; ') ?? 'accepted'
    expect(messages({ crash: ['i5a'], upFor: '1h', crew: 'field' })).toMatch(/lasts beside crew/)
    expect(messages({ ipl: ['i5a'], every: '1h', lasts: '1h', crew: 'field' })).toMatch(/planned/)
    expect(messages({ crash: ['i5a'], upFor: '1h', crew: 'field', part: 'disk', lasts: '2h' })).toBe('accepted')
  })
})

/** Machines in repair or waiting for it, by number, in an M/M/c//N: the share of time, from the ratios of neighbours. */
function machineRepair(n: number, crew: number, mttf: number, mttr: number): { failed: number; wait: number } {
  const weights = [1]
  for (let i = 0; i < n; i++) weights.push(weights[i]! * (n - i) / mttf * mttr / Math.min(i + 1, crew))
  const sum = weights.reduce((a, b) => a + b), share = weights.map(weight => weight / sum)
  const failed = share.reduce((total, p, i) => total + i * p, 0), rate = share.reduce((total, p, i) => total + (n - i) / mttf * p, 0)
  return { failed, wait: failed / rate - mttr }
}

test.each([['twelve components and two technicians', 12, 2, 'fail'], ['six partitions and one technician', 6, 1, 'crash']] as const)(
  'machine-repair-009 with exponential times it is the M/M/c//N queue: %s', (_, n, crew, kind) => {
    const mttf = 100, mttr = 5, names = Array.from({ length: n }, (_, i) => `m${i + 1}`), years = 6
    const world = worldOf({
      ...kind === 'fail' ? { component: Object.fromEntries(names.map(name => [name, {}])) }
        : { hypervisor: { systems: { power5: {} }, guests: Object.fromEntries(names.map(name => [name, { on: 'power5', os: 'linux' }])) } },
      repair: { crews: { field: { size: crew } } }, fault: { rule: { [kind]: names, upFor: { exponential: `${mttf}h` }, lasts: { exponential: `${mttr}h` }, crew: 'field' } },
    })
    let failed = 0, last = 0, area = 0
    const sim = createSim({
      models: stack, world, seed: 0, onEntry: ({ at, event }) => {
        area += (at - last) * failed
        last = at
        if (event.type === 'component.failed' || event.type === 'hypervisor.guestDown') failed++
        else if (event.type === 'component.repaired' || event.type === 'hypervisor.guestUp') failed--
      },
    })
    const runs = Array.from({ length: 20 }, (_, seed) => {
      failed = last = area = 0
      sim.restart({ seed })
      sim.runUntil(years * YEAR)
      const { begun, waitedMicros } = sim.world.repair.crews['field' as never]!.books
      return { failed: area / last, wait: waitedMicros / begun / HOUR }
    })
    const expected = machineRepair(n, crew, mttf, mttr)
    for (const [what, value] of [['failed', expected.failed], ['wait', expected.wait]] as const) {
      const { low, high, halfWidth, mean } = estimate(runs.map(each => each[what]))
      expect(value, `${what}: ${mean} ± ${halfWidth}`).toBeGreaterThan(low)
      expect(value, `${what}: ${mean} ± ${halfWidth}`).toBeLessThan(high)
      expect(halfWidth / mean).toBeLessThan(what === 'failed' ? 0.04 : 0.16)
    }
  })
