/** The chain of a simulated system, explored from the simulator's own states: against the simulation, and against theory. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { initialWorld } from '../../../src/core/model.ts'
import { stack } from '../../../src/models/stack.ts'
import { readyScenario } from '../../../src/scenario/build.ts'
import type { ScenarioInput } from '../../../src/scenario/schema.ts'
import type { ServiceId } from '../../../src/models/service/state.ts'
import { derive, Exploration } from '../../../src/study/exact/derive.ts'
import { solveScenario, type ServiceFigures } from '../../../src/study/exact/solve.ts'
import { reward, stationary, upDown } from '../../../src/study/exact/stationary.ts'
import { property } from '../../support/property.ts'
import { caseOf, expectClose, units } from './chains.ts'
import { crash, fail, mirror, oneOf, simulated, system, systems } from './systems.ts'

function solved(scenario: ScenarioInput): ServiceFigures & { states: number } {
  const found = solveScenario(scenario)
  if ('refused' in found) throw new Error(found.refused)
  return { ...found.services.get('web' as ServiceId)!, states: found.states }
}
const refusal = (scenario: ScenarioInput, most?: number): string => {
  const found = solveScenario(scenario, most)
  return 'refused' in found ? found.refused : `${found.states} states`
}
const THREE = ['ha', 'hb', 'hc']

describe('solver and simulation agree, from the same scenario', () => {
  const agree = (scenario: ScenarioInput): void => {
    const exact = solved(scenario), { unavailability, outagesPerYear } = simulated(scenario, 12, 6)
    expect(unavailability.low).toBeLessThanOrEqual(exact.unavailability)
    expect(unavailability.high).toBeGreaterThanOrEqual(exact.unavailability)
    expect(outagesPerYear.low).toBeLessThanOrEqual(exact.outagesPerYear)
    expect(outagesPerYear.high).toBeGreaterThanOrEqual(exact.outagesPerYear)
  }

  // Eight systems, two intervals of 99.9 % each: seeds that were fixed beforehand would fail a correct solver with a probability of 1.6 %.
  test('random systems of hosts and components, common causes, misses, a short crew, nested needs',
    () => property(fc.property(systems, agree), { seed: 2026, numRuns: 8, endOnFailure: true }))

  test('disks, their paths and a mirror that nobody uses, so that nothing is ever copied', () => {
    agree(mirror(['ha', 'hb'], 'idle'))
    agree(mirror(['router'], 'idle'))
  })

  test('a storm that strikes each host with a chance of one half', () => {
    agree(system(['ha', 'hb'], [], { storm: { crash: ['ha', 'hb'], every: { exponential: '50h' }, together: true, chance: 0.5, lasts: { exponential: '5h' } } }, [oneOf(['ha', 'hb'], 'guest')]))
  })

  test('an operator who comes after ten hours and starts one host after the other', () => {
    const host = { on: 'frame', os: 'linux', autoRestart: false, start: '0s' }
    const steps = ['ha', 'hb'].flatMap(guest => [{ do: { type: 'hypervisor.powerOff', guest }, takes: '0s' }, { do: { type: 'hypervisor.powerOn', guest }, takes: guest === 'ha' ? { exponential: '3h' } : '0s' }])
    const scenario = system([], [], { crash: { crash: ['ha', 'hb'], upFor: { exponential: '100h' } } }, [oneOf(['ha', 'hb'], 'guest')], {
      hypervisor: { systems: { frame: {} }, guests: { ha: host, hb: host, desk: { on: 'frame', os: 'linux' } } },
    })
    const manned = { ...scenario, operators: [{ on: 'desk', when: { type: 'service.wentDown' }, after: { exponential: '10h' }, careful: false, takes: '0s', do: steps }] } as ScenarioInput
    expectClose([solved(manned).unavailability], [13 / 163], 1e-12)
    agree(manned)
  })

  test('states that are taken for one go on alike: whichever way they were come by, the same ways lead on', () => property(fc.property(fc.oneof({ weight: 3, arbitrary: systems }, { weight: 1, arbitrary: fc.constantFrom(mirror(['ha', 'hb'], 'idle'), mirror(['router'], 'idle')) }), scenario => {
    const { configs } = readyScenario(scenario), exploration = new Exploration(stack)
    const known = new Map<string, string>(), first = exploration.start(initialWorld(stack, configs) as never)
    const left = [...first]
    for (let looked = 0; left.length > 0 && looked < 150; looked++) {
      const { key, rest } = left.shift()!, sums = new Map<string, number>(), ways = exploration.waysFrom(rest)
      for (const way of ways) sums.set(way.key, (sums.get(way.key) ?? 0) + way.weight)
      const onward = [...sums].map(([to, rate]) => `${to} ${rate.toPrecision(12)}`).sort().join('\n')
      // Those that are known are looked at once more, by other ways.
      if (!known.has(key)) left.push(...ways)
      else expect(onward).toBe(known.get(key))
      known.set(key, onward)
    }
  }), { numRuns: 5 }))
})

describe('a derived chain is that of the textbook', () => {
  test('kofn-008 two of three hosts', () => {
    const { p, holds } = caseOf('kofn-008'), found = solved(system(THREE, [], { crash: crash(THREE, p.mttfHours, p.mttrHours) }, [oneOf(THREE, 'guest', p.k)]))
    expect(found.states).toBe(8)
    holds('availability', found.availability)
    holds('downtimeMinutesPerYear', found.downtimeMinutesPerYear)
    holds('outagesPerYear', found.outagesPerYear)
    holds('meanOutageHours', found.meanOutageHours)
  })

  test('kofn-008 the share of hosts that are up is a figure, too', () => {
    const { p, holds } = caseOf('kofn-008'), { configs } = readyScenario(system(THREE, [], { crash: crash(THREE, p.mttfHours, p.mttrHours) }, [oneOf(THREE, 'guest')]))
    const derived = derive(stack, initialWorld(stack, configs), { figures: { capacity: ({ hypervisor }) => Object.values(hypervisor.guests).filter(({ up }) => up).length / 3 } })
    if ('refused' in derived) throw new Error(derived.refused)
    holds('capacityOrientedAvailability', reward(stationary(derived.chain), n => derived.figures.get('capacity')![n]!))
  })

  test('machine-repair-009 one technician for four machines', () => {
    const { p: { mttfHours, mttrHours } } = caseOf('machine-repair-009'), machines = ['ma', 'mb', 'mc', 'md']
    const found = solved(system([], machines, { wear: fail(machines, mttfHours, mttrHours, { crew: 'technician' }) }, [oneOf(machines, 'component', 3)], { repair: { crews: { technician: {} } } }))
    expectClose([found.unavailability], [upDown(units(4, 0, 1 / mttfHours, 1 / mttrHours), failed => failed <= 1).unavailability], 1e-12)
  })

  test('ccf-beta-013 two hosts with a common cause', () => {
    const { p, holds } = caseOf('ccf-beta-013'), pair = ['ha', 'hb']
    const found = solved(system(pair, [], { crash: crash(pair, p.mttfHours, p.mttrHours, { beta: p.beta }) }, [oneOf(pair, 'guest')]))
    holds('unavailability', found.unavailability)
    holds('outagesPerYear', found.outagesPerYear)
  })

  test('series-attribution-031 four components in series, independent', () => {
    const { p, holds } = caseOf('series-attribution-031'), parts = p.components as { name: string; mttfHours: number; mttrHours: number }[]
    const names = parts.map(({ name }) => name), faults = Object.fromEntries(parts.map(({ name, mttfHours, mttrHours }) => [`of-${name}`, fail([name], mttfHours, mttrHours)]))
    holds('availability_independent', solved(system([], names, faults, names.map(component => ({ component })))).availability)
  })

  test('a spare part that is delivered after an exponential time: the store is a queue of its own', () => {
    const found = solved(system([], ['disk'], { wear: fail(['disk'], 1000, 2, { part: 'disk' }) }, [{ component: 'disk' }], { repair: { parts: { disk: { stock: 0, leadTime: { exponential: '48h' } } } } }))
    expectClose([found.unavailability], [50 / 1050], 1e-12)
  })

  test('one that is struck with a chance of 30 % fails as rarely as that', () => {
    const found = solved(system(['ha'], [], { crash: crash(['ha'], 300, 10, { chance: 0.3 }) }, [{ guest: 'ha' }]))
    expectClose([found.unavailability], [10 / 1010], 1e-12)
  })
})

describe('what is no Markov chain is refused, with the reason', () => {
  test('a fixed time to repair', () => {
    expect(refusal(system(['ha'], [], { crash: crash(['ha'], 300, 10, { lasts: '2h' }) }, [{ guest: 'ha' }]))).toBe('hypervisor.guestUp (ha) comes after a fixed 2h, which is not exponential')
  })
  test('a life that ages', () => {
    expect(refusal(system(['ha'], [], { crash: crash(['ha'], 300, 10, { upFor: { weibull: ['300h', 1.5] } }) }, [{ guest: 'ha' }]))).toContain('crash.clock of ha is drawn, weibull')
    expect(refusal(system(['ha'], [], { crash: crash(['ha'], 300, 10, { upFor: { weibull: ['300h', 1] } }) }, [{ guest: 'ha' }]))).toBe('2 states')
  })
  test('a mirror that finds out about a lost disk at its next commit', () => {
    expect(refusal(mirror(['ha', 'hb'], { commitEvery: '5s' }))).toBe('md.ioDue (data) comes after a fixed 5 s, which is not exponential')
  })
  test('a partition that looks for its disks again and again', () => {
    expect(refusal(mirror(['ha', 'hb', 'router'], 'idle'))).toBe('boot.retried (router) comes after a fixed 10 s, which is not exponential')
  })
  test('a technician who comes in office hours', () => {
    expect(refusal(system([], ['disk'], { wear: fail(['disk'], 1000, 2, { crew: 'field' }) }, [{ component: 'disk' }], { repair: { crews: { field: { hours: 'Mon-Fri 08:00-18:00' } } } }))).toBe('what repair does depends on the hour')
  })
  test('stated times', () => {
    expect(refusal({ ...system(['ha'], [], {}, [{ guest: 'ha' }]), timeline: [{ at: '1h', do: { type: 'hypervisor.crash', guest: 'ha' } }] })).toContain('stated times')
  })
  test('more states than asked for, with the slice that keeps changing', () => {
    expect(refusal(system(THREE, [], { crash: crash(THREE, 300, 10) }, [oneOf(THREE, 'guest')]), 5)).toMatch(/^there are more than 5 states; hypervisor alone has been in \d different ones$/)
  })
})
