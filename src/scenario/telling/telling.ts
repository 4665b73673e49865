/**
 * How an event is told to a person, and which fields it has: one table per model, one row per event.
 *
 * The compiler sees to it that no event and no field is missing, so whatever happens has a sentence, and whoever writes an event into
 * a scenario (an expectation, what an operator waits for) is told of misspelt types, fields and names.
 */
import { formatDuration } from '../../base/time.ts'
import type { AnyEvent } from '../../core/model.ts'

/** What a field of a fact holds: the name of a thing that must exist in the scenario, or a plain value. */
export type Kind =
  | 'guest' | 'system' | 'disk' | 'array' | 'nwsd' | 'service' | 'operator' | 'fault' | 'component' | 'crew' | 'part'
  | 'node' | 'interface' | 'port' | 'link' | 'switch' | 'daemon' | 'sea'
  | 'text' | 'number' | 'micros' | 'flag' | 'list'

/** 0: what it is all about. 1: told unless space runs out. 2: told when there is room. 3: told to those who ask why. */
export type Weight = 0 | 1 | 2 | 3

type KeysOf<E> = E extends unknown ? Exclude<keyof E, 'type'> : never
type Row<E> = {
  /** Of every such event, or of this one. */
  readonly weight: Weight | ((event: E) => Weight)
  /** Set before the sentence in a story, for what nobody may overlook. */
  readonly label?: string
  /** A sentence without a full stop. */
  readonly says: (event: E) => string
}
export type FactRows<F extends AnyEvent> = {
  readonly [T in F['type']]: Row<Extract<F, { type: T }>> & { readonly fields: { readonly [K in KeysOf<Extract<F, { type: T }>>]: Kind } }
}
export type RequestRows<R extends AnyEvent> = { readonly [T in R['type']]: Row<Extract<R, { type: T }>> }

export const time = formatDuration
export const and = (names: readonly string[]): string => names.length < 2 ? names[0] ?? 'nothing' : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
