/**
 * What a case asks of a figure, from its words: how near theory must come, and how narrow a simulation's 99.9 % interval must be.
 * Words that are not understood are said to be so: nothing passes by them.
 */
import type { Aim, Estimate } from './experiment.ts'
import type { Figure } from './family.ts'

export const CONFIDENCE = 0.999

/** Why theory differs; undefined: it does not. */
export function differsFrom({ value, tolerance }: Figure, found: unknown): string | undefined {
  if (found === undefined) return 'theory has no such metric'
  if (typeof value !== 'number' || typeof found !== 'number') return found === value ? undefined : `theory says ${String(found)}, expected ${String(value)}`
  const { rel = 0, abs = 0 } = tolerance ?? {}
  // The last bit of a value that was rounded when it was printed.
  return Math.abs(found - value) <= Math.max(abs, rel * Math.abs(value), 2 ** -53 * Math.abs(value)) ? undefined : `theory says ${found}, expected ${value}`
}

/** What a simulation must do. */
export interface Demand {
  readonly aim: Aim
  /** A value that was simulated itself: apart from ours by at most so many standard errors of the difference. */
  readonly apart?: { readonly by: number; readonly standardError: number }
  /** Plain simulation of it sees nothing, and must not call that zero. */
  readonly plain?: true
}

/** How well we must know what somebody else has simulated. */
const OWN_ERROR = 0.006

export function demandOf({ simTolerance: words = '', tolerance, standardError = (tolerance?.abs ?? NaN) / 4 }: Figure): Demand | undefined {
  const percent = (of: RegExp): number | undefined => { const found = of.exec(words); return found === null ? undefined : Number(found[1]) / 100 }
  const aim = (width: number, more: Partial<Aim> = {}): Demand => ({ aim: { width, of: 'value', confidence: CONFIDENCE, ...more }, ...(/plain Monte Carlo/i.test(words) && { plain: true as const }) })
  const apart = /(\d+)\*sqrt\(se\^2\+own se\^2\)/.exec(words)
  if (apart !== null) return Number.isNaN(standardError) ? undefined : { ...aim(OWN_ERROR, { sigma: true }), apart: { by: Number(apart[1]), standardError } }
  const sigma = percent(/1 sigma\)? at most ([\d.]+) ?%/)
  if (sigma !== undefined) {
    const events = /at most ([\d.]+)\^(\d+) simulated events/.exec(words)
    return aim(sigma, { sigma: true, ...(events && { events: Number(events[1]) ** Number(events[2]) }) })
  }
  const complement = percent(/at most ([\d.]+) ?% of 1-\w/)
  if (complement !== undefined) return aim(complement, { of: 'complement' })
  const relative = percent(/(?:half-width|relative error) at most ([\d.]+) ?%/) ?? percent(/within ([\d.]+) ?%/)
  if (relative !== undefined) return aim(relative)
  const absolute = /\babs ([\d.]+)/.exec(words)
  return absolute === null ? undefined : aim(Number(absolute[1]), { of: 'one' })
}

/** Why a simulation differs; undefined: it does not. */
export function disagrees({ aim, apart }: Demand, value: number, found: Estimate): string | undefined {
  const interval = `[${found.low}, ${found.high}]`
  if (!found.narrow) return `after ${found.runs} runs the interval ${interval} is not narrow enough`
  if (aim.events !== undefined && found.events > aim.events) return `it took ${found.events} events`
  if (apart !== undefined) {
    const most = apart.by * Math.hypot(apart.standardError, found.standardError)
    return Math.abs(found.value - value) <= most ? undefined : `simulation says ${found.value}, which is more than ${most} from ${value}`
  }
  return found.low <= value && value <= found.high ? undefined : `the simulated interval ${interval} does not cover ${value}`
}
