/**
 * What one window of a calendar brings about in a system that is otherwise in order: how long until it is in order again, and how long mirrors are on one copy on the way.
 *
 * Nothing else fails meanwhile. "In order" is the state before it: what ran runs, mirrors have all their copies, nothing is copied, spares are there and can be reached (VS-55).
 * Delays are their means, or drawn: then many windows are simulated and their 95th percentile is told.
 */
import { meanOf, type Distribution } from '../../base/distribution.ts'
import { copy } from '../../base/readonly.ts'
import { DAY, type Micros } from '../../base/time.ts'
import { initialWorld } from '../../core/model.ts'
import { createSim } from '../../core/sim.ts'
import { worksOf } from '../../models/component/state.ts'
import { outcome } from '../../models/scsi/state.ts'
import { downtime } from '../../models/service/state.ts'
import { stack, type World } from '../../models/stack.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Scenario } from '../../scenario/build.ts'
import { kindOf, type FaultRule, type Window } from './windows.ts'

export interface Exposure { readonly micros: Micros; readonly detectionMicros: Micros; readonly waitingMicros: Micros; readonly recoveryMicros: Micros }
export interface Passed {
  /** From its beginning until all is in order again; null: not within LONGEST. */
  readonly settled: Micros | null
  readonly exposure: ReadonlyMap<string, Exposure>
  readonly down: ReadonlyMap<string, Micros>
}

const LONGEST: Micros = 30 * DAY
/** How long is looked at whether it stays in order: somebody may come late and begin anew. */
const LOOKS: readonly Micros[] = [2 * DAY, 7 * DAY, LONGEST]

const LAWS = ['exponential', 'uniform', 'lognormal', 'weibull', 'gamma', 'trace', 'mixture']
const isLaw = (value: object): boolean => {
  const keys = Object.keys(value)
  return keys.length === 1 && LAWS.includes(keys[0]!) || keys.length === 2 && 'after' in value && 'then' in value && typeof value.after === 'number' && (typeof value.then === 'number' || typeof value.then === 'object' && value.then !== null && isLaw(value.then))
}

/** Every distribution in it at its mean; and how many there were. */
function atMeans<T>(value: T, count: { laws: number }): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each: unknown) => atMeans(each, count)) as T
  if (!isLaw(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, atMeans(each as unknown, count)])) as T
  count.laws++
  return Math.round(meanOf(value as unknown as Distribution)) as T
}

/** All delays at their means. Failures are no delays, and must have been taken out. */
export function fixed(scenario: Scenario): { scenario: Scenario; random: boolean } {
  const count = { laws: 0 }, { operator, hypervisor, vscsi, md, fault, repair } = scenario.configs
  return { scenario: { ...scenario, configs: { ...scenario.configs, ...atMeans({ operator, hypervisor, vscsi, md, fault, repair }, count) } }, random: count.laws > 0 }
}

/** Only this window, once. */
export function alone(scenario: Scenario, { rule, thing, at }: Window): Scenario {
  const { on: _o, cron: _c, stagger: _s, together: _t, unless: _u, chance: _p, ...rest } = copy(scenario.configs.fault[rule as keyof typeof scenario.configs.fault]!) as FaultRule
  return { ...scenario, timeline: [], configs: { ...scenario.configs, fault: { [rule]: { ...rest, [kindOf(rest as FaultRule)]: [thing], every: 100 * 365 * DAY, at } } as Scenario['configs']['fault'] } }
}

/** Runs a window again and again, with other draws of all that is drawn. */
export function windowRunner(scenario: Scenario, window: Window): (seed: string) => Passed {
  const only = alone(scenario, window)
  let before: DeepReadonly<World> | null = null, since: Micros | null = null
  const sim = createSim({
    models: stack, world: initialWorld(stack, only.configs), seed: '', onEntry: () => {
      if (before === null) return
      if (!inOrder(before, sim.world)) since = null
      else since ??= sim.now
    },
  })
  return seed => {
    before = since = null
    sim.restart({ seed })
    if (window.at > 0) sim.runUntil(window.at - 1)
    const start = before = copy(sim.world) as DeepReadonly<World>, { at } = window
    since = at
    for (const look of LOOKS) {
      sim.runUntil(at + look)
      if (since !== null) break
    }
    const { service } = sim.world, settled = since as Micros | null
    return {
      settled: settled === null ? null : settled - at,
      exposure: new Map(Object.entries(service.exposure).map(([array, e]) => {
        const own = e.current, phase = e.phase === null ? 0 : sim.now - e.since
        return [array, {
          micros: e.micros + (own === null ? 0 : sim.now - own.from), detectionMicros: e.detectionMicros + (own?.detectionMicros ?? 0) + (e.phase === 'detection' ? phase : 0),
          waitingMicros: e.waitingMicros + (own?.waitingMicros ?? 0) + (e.phase === 'waiting' ? phase : 0), recoveryMicros: e.recoveryMicros + (own?.recoveryMicros ?? 0) + (e.phase === 'recovery' ? phase : 0),
        }]
      })),
      down: new Map(Object.entries(service.services).map(([name, s]) => [name, downtime(s, sim.now) - downtime(start.service.services[name as keyof typeof start.service.services]!, at)])),
    }
  }
}

/** As before: what ran runs, components work, arrays have their copies and their spares. */
function inOrder(before: DeepReadonly<World>, now: DeepReadonly<World>): boolean {
  for (const [id, guest] of Object.entries(before.hypervisor.guests)) {
    const own = now.hypervisor.guests[id as keyof typeof now.hypervisor.guests]
    if (guest.up && (own === undefined || !own.up || own.hung || own.restricted || own.state !== 'running')) return false
  }
  for (const [id, component] of Object.entries(before.component.components)) if (worksOf(component) && !worksOf(now.component.components[id as keyof typeof now.component.components])) return false
  for (const [id, array] of Object.entries(before.md.arrays)) {
    const own = now.md.arrays[id as keyof typeof now.md.arrays]
    if (array.state === 'active' && (own === undefined || own.state !== 'active' || own.inSync < array.inSync || own.sync !== null || usable(now, own) < array.members.length)) return false
  }
  return true
}

const usable = (world: DeepReadonly<World>, array: DeepReadonly<World>['md']['arrays'][keyof World['md']['arrays']]): number =>
  array.members.filter(({ faulty, device }) => !faulty && outcome(world.scsi, device, 'write') === 'ok').length
