/** What a run is judged by, and the form that every judgement has. */
import type { DeepReadonly } from '../base/readonly.ts'
import type { Micros } from '../base/time.ts'
import type { Entry } from '../core/trace.ts'
import type { SimEvent, World } from '../models/stack.ts'
import { clock, exactly } from './text.ts'

export interface Look { readonly at: Micros; readonly world: DeepReadonly<World> }
export interface Evidence {
  readonly until: Micros
  readonly trace: readonly Entry<SimEvent>[]
  readonly start: DeepReadonly<World>
  readonly world: DeepReadonly<World>
  readonly looks: readonly Look[]
}
export interface Judgement {
  readonly says: string
  readonly met: boolean
  readonly figures: string
  /** The event to ask about; null where there is none, as when nothing happened. */
  readonly cause: number | null
}
/** The world as it was at a time; the end of the run where none is given, or where the run ends before. */
export const lookAt = ({ looks, world }: Evidence, at: Micros | undefined): DeepReadonly<World> =>
  at === undefined ? world : looks.find(look => look.at === at)?.world ?? world
export const when = (at: Micros | undefined): string => at === undefined ? 'at the end' : `at ${clock(at)}`

/** The last event until then that fits: what to ask about when a state is not as expected. */
export function lastSeq({ trace }: Evidence, at: Micros | undefined, fits: (event: SimEvent) => boolean): number | null {
  return trace.findLast(entry => entry.at <= (at ?? Infinity) && fits(entry.event))?.seq ?? null
}

/** Several things said of one subject are met together or not at all. The time comes first: it is what must not be overlooked. */
export function together(subject: string, parts: readonly Part[], cause: number | null, time = ''): Judgement {
  return {
    says: `${time}${time === '' ? '' : ' '}${subject} ${parts.map(part => part.says).join(', ')}`, met: parts.every(part => part.met),
    figures: [...new Set(parts.map(part => part.figure))].join(', '), cause,
  }
}
export interface Part { readonly says: string; readonly met: boolean; readonly figure: string }

const span = ([least, most]: readonly [Micros, Micros]): string => exactly(least) === exactly(most) ? exactly(least) : `${exactly(least)} to ${exactly(most)}`

/** `downAtMost`, `downAtLeast` and `downBetween` of a time, in that form of words. */
export function bounds(verb: string, actual: Micros, figure: string, least?: Micros, most?: Micros, between?: readonly [Micros, Micros]): Part[] {
  return [
    ...(most === undefined ? [] : [{ says: `${verb} at most ${exactly(most)}`, met: actual <= most, figure }]),
    ...(least === undefined ? [] : [{ says: `${verb} at least ${exactly(least)}`, met: actual >= least, figure }]),
    ...(between === undefined ? [] : [{ says: `${verb} for ${span(between)}`, met: actual >= between[0] && actual <= between[1], figure }]),
  ]
}
