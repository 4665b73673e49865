/** Simulations through the shipped models: guests and components that fail and are repaired, and the services that need them. */
import { HOUR } from '../../src/base/time.ts'
import { createSim } from '../../src/core/sim.ts'
import { stack, type SimEvent } from '../../src/models/stack.ts'
import { downtime, type ServiceId } from '../../src/models/service/state.ts'
import { worldOf, type Sections } from '../support/systems.ts'
import { shared, type Experiment, type Pair } from './experiment.ts'

export interface Booked { readonly downHours: number; readonly outages: number; readonly hours: number }

/** What a service went through in so many hours from the start, all up. */
export function booked(sections: Sections, service: string, hours: number): (pair: (of: Booked) => Pair) => Experiment {
  const sim = createSim({ models: stack, world: worldOf(sections), seed: 0 }), until = Math.round(hours * HOUR)
  return shared(i => {
    sim.restart({ seed: `shipped/${i}` })
    sim.runUntil(until)
    const of = sim.world.service.services[service as ServiceId]!
    return { downHours: downtime(of, sim.now) / HOUR, outages: of.outages, hours }
  })
}

/** A duration as scenarios write it, to the microsecond. */
export const hoursText = (hours: number, unit: number = HOUR): string => `${Math.round(hours * unit)}us`
/** A run ends within 285 years. */
export const LONGEST_HOURS = 250 * 8760
export const numbered = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`)
const components = (names: readonly string[]): Record<string, object> => Object.fromEntries(names.map(name => [name, {}]))

const COMPONENTS = 100, NEVER = '200y'
/** Which share of new components has failed by then. */
export function lives(law: unknown, hours: number): Experiment {
  const names = numbered(COMPONENTS, 'drive')
  const sim = createSim({ models: stack, world: worldOf({ component: components(names), fault: { wear: { fail: names, upFor: law, lasts: NEVER } } }), seed: 0 })
  return {
    run(i) {
      sim.restart({ seed: `lives/${i}` })
      sim.runUntil(Math.round(hours * HOUR))
      return [Object.values(sim.world.component.components).filter(({ failed }) => failed).length, COMPONENTS]
    },
  }
}

/** Something of the times from failure to return, averaged. `unit`: microseconds that stand for an hour, fewer where lives are long. */
export function repairTimes(law: unknown, mttfHours = 1, unit: number = HOUR): (of: (hours: number) => number) => Experiment {
  return of => {
    let failedAt = 0, total = 0, repairs = 0
    const sim = createSim({
      models: stack, world: worldOf({ component: { drive: {} }, fault: { breaks: { fail: ['drive'], upFor: { exponential: hoursText(mttfHours, unit) }, lasts: law } } }), seed: 0,
      onEntry({ at, event }: { at: number; event: SimEvent }) {
        if (event.type === 'component.failed') failedAt = at
        if (event.type !== 'component.repaired') return
        total += of((at - failedAt) / unit)
        repairs++
      },
    })
    return {
      run(i) {
        sim.restart({ seed: `repairs/${i}` })
        total = repairs = 0
        while (repairs < 100) sim.step()
        return [total, repairs]
      },
    }
  }
}
