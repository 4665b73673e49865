/** Small systems whose delays are all exponential, as scenarios, and what a long simulation of them says. */
import fc from 'fast-check'
import { YEAR } from '../../../src/base/time.ts'
import { initialWorld } from '../../../src/core/model.ts'
import { createSim } from '../../../src/core/sim.ts'
import { downtime, type ServiceId } from '../../../src/models/service/state.ts'
import { stack } from '../../../src/models/stack.ts'
import { readyScenario } from '../../../src/scenario/build.ts'
import type { ScenarioInput } from '../../../src/scenario/schema.ts'
import { estimate, type Estimate } from '../../support/estimate.ts'

const exponential = (hours: number) => ({ exponential: `${hours}h` })
export type Fault = Record<string, unknown>
export type Need = Record<string, unknown>

/** Hosts and components by name, the rules that strike them, and the needs of one service, `web`. */
export function system(guests: readonly string[], components: readonly string[], faults: Readonly<Record<string, Fault>>, needs: readonly Need[], more: Readonly<Record<string, unknown>> = {}): ScenarioInput {
  return {
    until: '1y', faults, system: {
      hypervisor: { systems: { frame: {} }, guests: Object.fromEntries(guests.map(guest => [guest, { on: 'frame', os: 'linux' }])) },
      component: Object.fromEntries(components.map(each => [each, {}])), service: { services: { web: { needs } } }, ...more,
    },
  } as never
}
export const crash = (guests: readonly string[], upHours: number, downHours: number, more: Fault = {}): Fault => ({ crash: guests, upFor: exponential(upHours), lasts: exponential(downHours), ...more })
export const fail = (components: readonly string[], upHours: number, downHours: number, more: Fault = {}): Fault => ({ fail: components, upFor: exponential(upHours), lasts: exponential(downHours), ...more })
export const oneOf = (names: readonly string[], kind: 'guest' | 'component', atLeast = 1): Need => ({ atLeast, of: names.map(name => ({ [kind]: name })) })

const nameOf = (prefix: string) => (n: number): string => prefix + 'abcdef'[n]!
const hours = (least: number, most: number) => fc.integer({ min: least, max: most })

const life = fc.record({ up: hours(60, 300), down: hours(4, 40) })

/** Two to five things, hosts and components; common causes, misses, one technician for all components; needs two levels deep and a second service. */
export const systems: fc.Arbitrary<ScenarioInput> = fc.record({
  hosts: fc.array(fc.tuple(life, fc.constantFrom(1, 0.5)), { minLength: 1, maxLength: 2 }), parts: fc.array(life, { minLength: 1, maxLength: 3 }),
  shared: fc.boolean(), crew: fc.boolean(), least: fc.integer({ min: 1, max: 2 }), both: fc.boolean(), nested: fc.boolean(),
}).map(({ hosts, parts, shared, crew, least, both, nested }) => {
  const guests = hosts.map((_, n) => nameOf('h')(n)), components = parts.map((_, n) => nameOf('c')(n))
  const faults: Record<string, Fault> = {}, repaired = crew ? { crew: 'field' } : {}
  hosts.forEach(([{ up, down }, chance], n) => { faults[`crash-${guests[n]}`] = crash([guests[n]!], up, down, chance < 1 ? { chance } : {}) })
  if (shared && parts.length > 1) faults['wear'] = fail(components, parts[0]!.up, parts[0]!.down, { beta: 0.3, ...repaired })
  else parts.forEach(({ up, down }, n) => { faults[`wear-${components[n]}`] = fail([components[n]!], up, down, repaired) })
  const hostNeed = oneOf(guests, 'guest', Math.min(least, guests.length)), partNeed = oneOf(components, 'component', Math.min(least, components.length))
  return system(guests, components, faults, [both ? { all: [hostNeed, partNeed] } : { any: [hostNeed, partNeed] }], {
    ...(crew && { repair: { crews: { field: {} } } }),
    ...(nested && { service: { services: { base: { needs: [partNeed] }, web: { needs: [hostNeed, { service: 'base' }] } } } }),
  })
})

export interface Simulated { readonly unavailability: Estimate; readonly outagesPerYear: Estimate }

/** The first year is not counted. */
export function simulated(scenario: ScenarioInput, runs: number, years: number): Simulated {
  const ready = readyScenario(scenario), world = initialWorld(stack, ready.configs), sim = createSim({ models: stack, world, seed: 0 })
  const lacks: number[] = [], outages: number[] = []
  for (let run = 0; run < runs; run++) {
    sim.restart({ seed: `agreement/${run}` })
    const web = () => sim.world.service.services['web' as ServiceId]!
    sim.runUntil(YEAR)
    const down = downtime(web(), sim.now), times = web().outages
    sim.runUntil((1 + years) * YEAR)
    lacks.push((downtime(web(), sim.now) - down) / (years * YEAR))
    outages.push((web().outages - times) / years)
  }
  return { unavailability: estimate(lacks), outagesPerYear: estimate(outages) }
}

/** A mirror over a disk of each of two hosts on a router; what crashes, and how the mirror is used. */
export const mirror = (crashes: readonly string[], io: unknown): ScenarioInput => ({
  until: '1y', faults: { crash: crash(crashes, 100, 5) },
  system: {
    hypervisor: { systems: { frame: {} }, guests: { ha: { on: 'frame', os: 'ibm-i', dumpTime: '0s' }, hb: { on: 'frame', os: 'ibm-i', dumpTime: '0s' }, router: { on: 'frame', os: 'linux' } } },
    vscsi: { spaces: { da: { host: 'ha', to: 'router', size: '1 GiB', nwsd: 'na' }, db: { host: 'hb', to: 'router', size: '1 GiB', nwsd: 'nb' } },
      nwsds: { na: { host: 'ha', to: 'router', online: 'auto', varyOn: '0s' }, nb: { host: 'hb', to: 'router', online: 'auto', varyOn: '0s' } } },
    scsi: { layout: { router: { data: 'rest' } } }, md: { arrays: { data: { on: 'router', members: ['da/data', 'db/data'], io } } },
    boot: { guests: { router: { root: false } } }, service: { services: { web: { needs: [{ guest: 'router' }, { arrayWritable: 'data' }] } } },
  },
} as never)
