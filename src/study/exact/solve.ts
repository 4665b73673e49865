/**
 * What a scenario's services do in the long run, exactly: the chain of the simulated system, solved.
 *
 * For systems whose delays are all exponential or zero; whatever else, and whatever comes at stated times or from a shell, is refused with
 * the reason. A year has 8760 hours.
 */
import { HOUR, YEAR } from '../../base/time.ts'
import { initialWorld } from '../../core/model.ts'
import type { ServiceId } from '../../models/service/state.ts'
import type { World } from '../../models/stack.ts'
import { stack } from '../../models/stack.ts'
import { readyScenario, type Scenario } from '../../scenario/build.ts'
import type { ScenarioInput } from '../../scenario/schema.ts'
import { hasScripts } from '../../scenario/scripts.ts'
import { derive, type Derivation } from './derive.ts'
import { reward, stationary } from './stationary.ts'

export interface ServiceFigures {
  readonly availability: number
  readonly unavailability: number
  readonly downtimeMinutesPerYear: number
  readonly outagesPerYear: number
  /** NaN without an outage. */
  readonly meanOutageHours: number
}
export interface Solution { readonly states: number; readonly services: ReadonlyMap<ServiceId, ServiceFigures> }

const HOURS = YEAR / HOUR

/** The chain of a scenario, with a figure (1: down) and a count of outages for each service. Throws a BadScenario if it cannot be run. */
export function deriveScenario(input: Scenario | ScenarioInput, most?: number): Derivation {
  const scenario = readyScenario(input), world = initialWorld(scenario.models as typeof stack, scenario.configs)
  if (scenario.timeline.length > 0 || scenario.strikes.length > 0) return { refused: 'its timeline has stated times, which are not exponential' }
  if (hasScripts(scenario)) return { refused: 'a shell takes part, whose state is not plain data' }
  const services = Object.keys(world.service.services) as ServiceId[]
  const each = (of: (service: World['service']['services'][ServiceId]) => number) =>
    Object.fromEntries(services.map(id => [id, (now: unknown) => of((now as World).service.services[id]!)]))
  return derive(scenario.models as typeof stack, world, {
    figures: each(({ status }) => status === 'down' ? 1 : 0), counters: each(({ outages }) => outages), ...(most !== undefined && { most }),
  })
}

export function solveScenario(input: Scenario | ScenarioInput, most?: number): Solution | { readonly refused: string } {
  const derived = deriveScenario(input, most)
  if ('refused' in derived) return derived
  const longRun = stationary(derived.chain), { states } = derived.chain
  const services = [...derived.figures].map(([id, down]): [ServiceId, ServiceFigures] => {
    const unavailability = reward(longRun, n => down[n]!), perHour = reward(longRun, n => derived.growth.get(id)![n]!)
    return [id as ServiceId, {
      availability: reward(longRun, n => 1 - down[n]!), unavailability, downtimeMinutesPerYear: unavailability * HOURS * 60, outagesPerYear: perHour * HOURS,
      meanOutageHours: unavailability / perHour,
    }]
  })
  return { states: states.length, services: new Map(services) }
}
