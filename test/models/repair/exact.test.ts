/** Crews and spare parts by simulation, and solved exactly from the same model: the two share no arithmetic. */
import { expect, test } from 'vitest'
import { YEAR } from '../../../src/base/time.ts'
import { createSim } from '../../../src/core/sim.ts'
import { stack } from '../../../src/models/stack.ts'
import { downtime } from '../../../src/models/service/state.ts'
import { readyScenario } from '../../../src/scenario/build.ts'
import type { ScenarioInput } from '../../../src/scenario/schema.ts'
import { initialWorld } from '../../../src/core/model.ts'
import { solveScenario } from '../../../src/study/exact/solve.ts'
import { estimate } from '../../support/estimate.ts'

const needs = [{ atLeast: 2, of: [{ component: 'a' }, { component: 'b' }, { component: 'c' }] }]
const system = (repair: object, rule: object, component: object = { a: {}, b: {}, c: {} }): ScenarioInput => ({
  until: '1y', system: { component, repair, service: { services: { two: { needs } } } },
  faults: { rule: { fail: ['a', 'b', 'c'], upFor: { exponential: '100h' }, lasts: { exponential: '5h' }, ...rule } },
} as ScenarioInput)

test.each([
  ['they share a technician and a spare part', system({ crews: { field: {} }, parts: { spare: { stock: 1, leadTime: { exponential: '48h' } } } }, { crew: 'field', part: 'spare' })],
  ['a part is ordered when it is needed', system({ parts: { spare: { stock: 0, leadTime: { exponential: '48h' } } } }, { part: 'spare' })],
  ['one of them feeds the others', system({ crews: { field: {} } }, { crew: 'field' }, { a: { feeds: ['b', 'c'] }, b: {}, c: {} })],
])('kofn-008 two of three: %s', (_, input) => {
  const scenario = readyScenario(input), exact = solveScenario(scenario)
  if ('refused' in exact) throw new Error(exact.refused)
  const { unavailability, outagesPerYear } = [...exact.services.values()][0]!, years = 6
  const sim = createSim({ models: stack, world: initialWorld(stack, scenario.configs), seed: 0 })
  const runs = Array.from({ length: 20 }, (_run, seed) => {
    sim.restart({ seed })
    sim.runUntil(years * YEAR)
    const booked = sim.world.service.services['two' as never]!
    return { down: downtime(booked, sim.now) / sim.now, outages: booked.outages / years }
  })
  for (const [what, value] of [['down', unavailability], ['outages', outagesPerYear]] as const) {
    const { low, high, mean, halfWidth } = estimate(runs.map(run => run[what]))
    expect(value, `${what}: ${mean} ± ${halfWidth}`).toBeGreaterThan(low)
    expect(value, `${what}: ${mean} ± ${halfWidth}`).toBeLessThan(high)
    expect(halfWidth / mean).toBeLessThan(0.15)
  }
})
