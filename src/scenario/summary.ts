/** A run as one JSON object, for programs. Times are microseconds and say so; names never change once published. */
import { fingerprint } from '../core/trace.ts'
import { downtime, exposedTime } from '../models/service/state.ts'
import { becauseOf } from './chain.ts'
import { clientsSummary, profilesOf } from './clients.ts'
import type { Run } from './run.ts'
import type { Sensitivity } from './sensitivity.ts'

export function summaryOf(run: Run, file: string, repeat: string, sensitivities: readonly Sensitivity[] = []): Record<string, unknown> {
  const { scenario, world, until } = run
  return {
    file, name: scenario.name, story: scenario.story, claim: scenario.claim, source: scenario.source,
    seed: run.seed, untilMicros: until, met: run.verdict.met,
    expectations: run.verdict.results.map(({ says, met, figures, cause, note, expectation }) => ({
      says, met, figures, note, cause, because: met || cause === null ? null : becauseOf(run, cause), expectation,
    })),
    services: Object.fromEntries(Object.entries(world.service?.services ?? {}).map(([name, service]) => [name, {
      up: service.status === 'up' || service.status === 'waiting', downMicros: downtime(service, until), outages: service.outages,
      list: service.list.map(({ from, to, because }) => ({ fromMicros: from, toMicros: to, because })),
    }])),
    arrays: Object.fromEntries(Object.entries(world.service?.exposure ?? {}).map(([name, exposure]) => [name, {
      exposedMicros: exposedTime(exposure, until), exposures: exposure.times + (exposure.current ? 1 : 0),
    }])),
    clients: clientsSummary(run), profiles: profilesOf(run),
    assumptions: run.assumptions, sensitivities, commonCauses: run.causes, events: run.trace.length, fingerprint: fingerprint(run.trace), repeat,
  }
}
