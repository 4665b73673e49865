/** A small managed system for the tests of partitions, and every fact in the order told. */
import { createSim } from '../../../src/core/sim.ts'
import { initialWorld, type Refusal } from '../../../src/core/model.ts'
import { HOUR, type Micros } from '../../../src/base/time.ts'
import type { HypervisorFact, HypervisorRequest } from '../../../src/models/hypervisor/events.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import type { GuestId, PowerState, SystemId } from '../../../src/models/hypervisor/state.ts'

export const guest = (name: string) => name as GuestId
export const power5 = 'power5' as SystemId

export const SECTION = {
  systems: { power5: { start: '10m' }, power6: {} },
  guests: {
    router: { on: 'power5', os: 'linux', start: '90s', shutdown: '30s' },
    i5a: { on: 'power5', os: 'ibm-i', ipl: '10m', abnormalIpl: '30m', shutdown: '5m' },
    i5b: { on: 'power5', os: 'ibm-i', ipl: '10m', abnormalIpl: '30m', shutdown: '5m', autoRestart: false },
    vios: { on: 'power5', os: 'vios', start: '4m', shutdown: '1m', dumpTime: '2m' },
  },
}

export interface Told { at: Micros; event: HypervisorRequest | HypervisorFact | { type: 'sim.started' }; refusal?: Refusal }

export function lab(section: unknown = SECTION, seed: string | number = 1) {
  const told: Told[] = []
  const sim = createSim({
    models: [hypervisor], world: initialWorld([hypervisor] as const, { hypervisor: hypervisor.config.parse(section) }), seed,
    onEntry: ({ at, event, refusal }) => { told.push({ at, event, ...(refusal && { refusal }) }) },
  })
  return {
    sim, told,
    ask: (request: HypervisorRequest) => sim.dispatch(request),
    guest: (name: string) => sim.world.hypervisor.guests[guest(name)]!,
    state: (name: string): PowerState => sim.world.hypervisor.guests[guest(name)]!.state,
    after: (micros: Micros = 10 * HOUR) => sim.runUntil(sim.now + micros),
    facts: (type: HypervisorFact['type']) => told.filter(entry => entry.event.type === type),
  }
}
