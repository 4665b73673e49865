/** Things outside the stack: what goes down with them, what comes back, and what two feeds are good for. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, type Micros } from '../../../src/base/time.ts'
import type { Entry } from '../../../src/core/trace.ts'
import { dependents } from '../../../src/models/component/causes.ts'
import { componentConfig } from '../../../src/models/component/config.ts'
import type { SimEvent, SimRequest } from '../../../src/models/stack.ts'
import { play, type Plan, type Sections } from '../../support/systems.ts'
import { property } from '../../support/property.ts'

const host = { on: 'power5', os: 'ibm-i', ipl: '10m', abnormalIpl: '30m' }
const system = (component: unknown, service: unknown = {}): Sections =>
  ({ hypervisor: { systems: { power5: { start: '5m' } }, guests: { i5a: host, i5b: host } }, component, service: { services: service } })
const fail = (component: string): SimRequest => ({ type: 'component.fail', component: component as never })
const repair = (component: string): SimRequest => ({ type: 'component.repair', component: component as never })
const at = (hours: number, request: SimRequest) => ({ at: Math.round(hours * HOUR), request })
const run = (component: unknown, plan: Plan, until: Micros = 10 * HOUR, service?: unknown) => play(system(component, service), plan, { until })

const times = (trace: readonly Entry<SimEvent>[], type: string): [number, string][] => trace.filter(({ event, refusal }) => event.type === type && !refusal)
  .map(({ at, event }) => [at / MINUTE, (event as { guest?: string }).guest ?? (event as { system?: string }).system ?? (event as { component?: string }).component ?? ''])
const downs = (trace: readonly Entry<SimEvent>[]) => times(trace, 'hypervisor.guestDown')
const ups = (trace: readonly Entry<SimEvent>[]) => times(trace, 'hypervisor.guestUp')

describe('what a component feeds', () => {
  test('goes down hard with it and starts again, abnormally, when it is repaired', () => {
    const { trace } = run({ power: { feeds: ['i5a'] } }, [at(1, fail('power')), at(2, repair('power'))])
    expect([downs(trace), ups(trace)]).toEqual([[[60, 'i5a']], [[150, 'i5a']]])
    expect(trace.find(({ event }) => event.type === 'hypervisor.guestDown')!.event).toMatchObject({ orderly: false })
  })

  test('a managed system loses its power with every partition on it', () => {
    const { trace } = run({ power: { feeds: ['power5'] } }, [at(1, fail('power')), at(2, repair('power'))])
    expect(downs(trace)).toEqual([[60, 'i5a'], [60, 'i5b']])
    expect(times(trace, 'hypervisor.systemUp')).toEqual([[125, 'power5']])
    expect(ups(trace)).toEqual([[155, 'i5a'], [155, 'i5b']])
  })

  test('of two feeds one is enough, and the second failure is the outage', () => {
    const { trace } = run({ a: { feeds: ['i5a'] }, b: { feeds: ['i5a'] } }, [at(1, fail('a')), at(2, fail('b')), at(3, repair('a')), at(4, repair('b'))])
    expect([downs(trace), ups(trace)]).toEqual([[[120, 'i5a']], [[210, 'i5a']]])
  })

  test('of feeds of two kinds both are needed', () => {
    const { trace } = run({ feed: { kind: 'power', feeds: ['i5a'] }, cooler: { kind: 'cooling', feeds: ['i5a'] } }, [at(1, fail('cooler')), at(2, fail('feed')), at(3, repair('cooler')), at(4, repair('feed'))])
    expect([downs(trace), ups(trace)]).toEqual([[[60, 'i5a']], [[270, 'i5a']]])
  })

  test('a component that is fed stops without having failed, and with it what it feeds', () => {
    const { trace, sim } = run({ grid: { feeds: ['ups'] }, ups: { feeds: ['i5a'] } }, [at(1, fail('grid')), at(2, repair('grid'))])
    expect([times(trace, 'component.starved'), downs(trace), times(trace, 'component.fedAgain'), ups(trace)]).toEqual([[[60, 'ups']], [[60, 'i5a']], [[120, 'ups']], [[150, 'i5a']]])
    expect(sim.world.component.components['ups' as never]).toMatchObject({ failures: 0 })
  })

  test('who starts meanwhile gets no further than to run, and who was off before stays off', () => {
    const off: SimRequest = { type: 'hypervisor.powerOff', guest: 'i5b' as never, how: 'vsp-hard' }, on: SimRequest = { type: 'hypervisor.powerOn', guest: 'i5a' as never }
    const { trace } = run({ power: { feeds: ['i5a', 'i5b'] } }, [at(0.5, off), at(1, fail('power')), at(1.5, on), at(2, repair('power'))])
    expect(ups(trace)).toEqual([[150, 'i5a']])
    expect(downs(trace)).toEqual([[30, 'i5b'], [60, 'i5a'], [90, 'i5a']])
  })

  test('the shortest failure takes everybody down, and leaves nobody behind', () => {
    const { trace } = run({ power: { feeds: ['i5a', 'power5'] } }, [at(1, fail('power')), { at: HOUR + 1, request: repair('power') }])
    expect(downs(trace)).toEqual([[60, 'i5a'], [60, 'i5b']])
    expect(ups(trace).map(([, guest]) => guest)).toEqual(['i5a', 'i5b'])
  })

  test('who starts with the managed system is owed nothing: when somebody switches it off later, it stays off', () => {
    const off: SimRequest = { type: 'hypervisor.powerOff', guest: 'i5a' as never, how: 'vsp-hard' }
    const { sim } = run({ power: { feeds: ['i5a', 'power5'] } }, [at(1, fail('power')), at(2, repair('power')), at(5, off)])
    expect(sim.world.hypervisor.guests['i5a' as never]).toMatchObject({ up: false, state: 'not activated' })
  })

  test('who does not start with the managed system is powered on when that is up again', () => {
    const sections = system({ power: { feeds: ['i5b', 'power5'] } })
    Object.assign((sections.hypervisor as { guests: Record<string, unknown> }).guests, { i5b: { ...host, autoStart: false } })
    const { trace } = play(sections, [at(1, fail('power')), at(2, repair('power'))], { until: 5 * HOUR })
    expect(ups(trace)).toEqual([[155, 'i5a'], [155, 'i5b']])
  })

  test('what is not fed does not age, and a service that needs it is down', () => {
    const sections = { ...system({ grid: { feeds: ['ups'] }, ups: {} }, { power: { needs: [{ component: 'ups' }] } }), fault: { worn: { fail: ['ups'], upFor: '10h', lasts: '1h' } } }
    const { trace, sim } = play(sections, [at(5, fail('grid')), at(7, repair('grid'))], { until: 24 * HOUR })
    expect(times(trace, 'component.failed')).toEqual([[300, 'grid'], [17 * 60, 'ups']])
    expect(sim.world.service.services['power' as never]).toMatchObject({ outages: 2, downMicros: 3 * HOUR })
  })
})

test('whatever fails and is repaired, and when, in the end everything is up again and no partition ran without its feeds', () => {
  const component = { a: { kind: 'power', feeds: ['i5a', 'pdu'] }, b: { kind: 'power', feeds: ['i5a'] }, pdu: { feeds: ['power5', 'i5b'] } }, names = ['a', 'b', 'pdu']
  const step = fc.tuple(fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 40 * MINUTE })), fc.constantFrom(fail, repair), fc.constantFrom(...names))
  property(fc.property(fc.array(step, { maxLength: 20 }), steps => {
    let now = 0
    const plan: { at: Micros; request: SimRequest }[] = steps.map(([gap, make, name]) => ({ at: now += gap, request: make(name) }))
    plan.push(...names.map(name => ({ at: now + HOUR, request: repair(name) })))
    const { sim } = play(system(component), plan, {
      until: now + 10 * HOUR,
      onEntry: ({ event }, { world }) => {
        const failed = (name: string) => world.component.components[name as never]!.failed
        if (event.type === 'hypervisor.guestUp' && event.guest === 'i5a' as never) expect(failed('a') && failed('b')).toBe(false)
      },
    })
    expect(Object.values(sim.world.hypervisor.guests).map(({ up }) => up)).toEqual([true, true])
  }), { numRuns: 150 })
})

test('VS-26 what one component takes down alone is known: through others and through the managed system, but not where a second feed stands in', () => {
  const guests = { i5a: { on: 'power5' }, i5b: { on: 'power5' }, i5c: { on: 'blade' } } as never
  const config = componentConfig.parse({ grid: { feeds: ['a', 'b'] }, a: { kind: 'power', feeds: ['power5'] }, b: { kind: 'power', feeds: ['power5'] }, cooling: { kind: 'cooling', feeds: ['power5', 'i5c'] }, san: {} })
  expect(dependents(config, guests)).toEqual({ grid: ['i5a', 'i5b'], a: [], b: [], cooling: ['i5a', 'i5b', 'i5c'], san: [] })
})

test('a service needs two of three components', () => {
  const { trace, sim } = run({ a: {}, b: {}, c: {} }, [at(1, fail('a')), at(2, fail('b')), at(3, repair('a'))], 10 * HOUR, { any: { needs: [{ atLeast: 2, of: [{ component: 'a' }, { component: 'b' }, { component: 'c' }] }] } })
  expect(sim.world.service.services['any' as never]).toMatchObject({ outages: 1, downMicros: HOUR, status: 'up' })
  expect(trace.find(({ event }) => event.type === 'service.wentDown')!.event).toMatchObject({ because: 'b does not work' })
})

test('a component that has failed cannot fail, one that works needs no repair, and one that does not exist is said so', () => {
  const { trace } = run({ a: {} }, [at(1, repair('a')), at(2, fail('a')), at(3, fail('a')), at(4, fail('b'))])
  expect(trace.filter(({ refusal }) => refusal).map(({ at, refusal }) => [at / HOUR, refusal!.text])).toEqual([[1, 'a has not failed'], [3, 'a has failed already'], [4, 'There is no component b.']])
  expect(componentConfig.parse(undefined)).toEqual({})
})
