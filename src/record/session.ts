/**
 * A session at the console as a scenario: the system as it was written, and what was typed and done as its section `typed`. Run from the same seed, it
 * gives the same trace to the last event: no step is moved, and nothing else of the scenario may change the numbers of events.
 */
import { HOUR, MINUTE, SECOND, type Micros } from '../base/time.ts'
import type { Typed } from '../scenario/typed.ts'

type Written = Record<string, unknown>
export interface Kept { readonly seed: string; readonly until: Micros; readonly now: Micros; readonly steps: readonly Typed[] }

/** `input` is what the file of the scenario holds, as data. */
export function sessionAsScenario(input: Written, { seed, until, now, steps }: Kept): Written {
  const { typed: before, timeline, expect, ...rest } = input as Written & { typed?: Written[]; timeline?: Written[]; expect?: unknown }
  const longer = now > until
  return {
    ...rest, seed: /^\d+$/.test(seed) && Number.isSafeInteger(Number(seed)) ? Number(seed) : seed, ...longer && { until: exact(now) },
    // A longer run must not repeat what was over at the end of the shorter.
    ...timeline !== undefined && { timeline: timeline.map(step => longer && step['every'] !== undefined && step['to'] === undefined ? { ...step, to: exact(until) } : step) },
    typed: [...before ?? [], ...steps.map(written)],
    ...expect !== undefined && { expect },
  }
}
function written(step: Typed): Written {
  const at = exact(step.at)
  switch (step.kind) {
    case 'login': return { at, login: step.guest }
    case 'line': return { at, on: step.guest, line: step.line }
    case 'key': return { at, on: step.guest, key: step.key }
    case 'do': return { at, do: step.written ?? step.requests }
  }
}

/** `2h1m3.000417s`: to the microsecond. */
export function exact(at: Micros): string {
  const hours = Math.floor(at / HOUR), minutes = Math.floor(at % HOUR / MINUTE), micros = at % MINUTE
  const seconds = `${Math.floor(micros / SECOND)}${micros % SECOND === 0 ? '' : `.${String(micros % SECOND).padStart(6, '0').replace(/0+$/, '')}`}s`
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${micros > 0 || at === 0 ? seconds : ''}`
}
