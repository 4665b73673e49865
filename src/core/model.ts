/**
 * What a model is, and what the compiler checks about it.
 *
 * A model owns one slice of the world and every event whose type begins with its name. A request is an imperative and has exactly one
 * handler, its owner's; a fact is in the past tense, only its owner emits it, and any model above may listen. World, events and
 * configuration are derived from the list of models: there is no registry, and no string that the compiler does not know.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import type { Micros } from '../base/time.ts'
import type { Rng } from './rng.ts'

export interface AnyEvent { readonly type: string }
/** The one event of the core itself, number 0 of every run: the moment to arm first timers, so that they too have a cause. */
export interface SimStarted { readonly type: 'sim.started' }

/** The running number of the event to come: plain data that may live in a slice, equal in every mode and after a snapshot. */
export type TimerId = number

/** The simulated system says no: exit status and the words of the real tool. A value, never thrown. */
export interface Refusal { readonly status: number; readonly text: string }

/** What a handler gets besides its slice. One object serves all handlers of a simulation: use it, do not keep it. */
export interface Context<Reads, Sends extends AnyEvent> {
  readonly now: Micros
  /** The model's own slice and those of the models it uses. Live: read it, never keep a piece of it. */
  readonly world: DeepReadonly<Reads>
  /** At this very time, after everything that already waits for it. Handlers never nest. */
  emit(event: Sends): void
  /** `delay` microseconds from now, a whole number and not negative. */
  after(delay: Micros, event: Sends): TimerId
  /** Cancelling what has happened already does nothing. */
  cancel(timer: TimerId): void
  /** The stream of random numbers for one purpose of one thing: adding a thing never disturbs the draws of another. */
  rng(purpose: string, thing: string): Rng
  /** Only in the handler of a request, and before it changes anything. */
  refuse(refusal: Refusal): void
  /** The request has been refused, by this handler. */
  readonly refused: boolean
}

/** Anything that can check a value from outside and whose result type the compiler can read; a zod schema is one. */
export interface Schema<out T, out I = unknown> {
  parse(input: unknown): T
  /** What zod calls the input type: how people write it, before names get their kind and durations their unit. Only for the compiler. */
  readonly _zod?: { readonly input: I }
}
/** Carries a type to the compiler and is nothing at run time. */
export interface Witness<out T> { readonly carries?: T }
export const type = <T>(): Witness<T> => ({})

export interface Model<N extends string = string, C = any, S = any, R extends AnyEvent = any, F extends AnyEvent = any, CI = any, RI = any> {
  readonly name: N
  readonly uses: readonly Model[]
  /** The model's section of a scenario. */
  readonly config: Schema<C, CI>
  /** What its configuration means for models below (an adapter brings disks to the bus): merged into theirs before they start. */
  readonly contributes?: ((config: C) => Readonly<Record<string, unknown>>) | undefined
  readonly state: (config: C, world: any) => S
  readonly requests: Schema<R, RI>
  readonly facts: Witness<F>
  readonly on: Readonly<Record<string, Handler<any, any, any, any> | undefined>>
  /** Rules about the slice that hold after every event; a broken one is returned as a sentence. */
  readonly check?: ((slice: DeepReadonly<S>) => string | undefined) | undefined
  /**
   * What of the slice the future depends on, as plain data: no books, no points in time, and of a timer only whether it runs. Two worlds
   * with equal signatures and equal pending events go on alike. undefined: as the clock will have it. Default: the whole slice.
   */
  readonly signature?: ((slice: DeepReadonly<S>) => unknown) | undefined
  /** Facts of models below that do nothing to this slice, however the run goes: by its configuration alone. They are not handed to it. Default: none. */
  readonly deaf?: ((slice: DeepReadonly<S>, fact: string) => boolean) | undefined
}

export type ConfigOf<M> = M extends Model<string, infer C> ? C : never
/** A section of a scenario, and a request, as people write them. */
export type ConfigInputOf<M> = M extends Model<string, any, any, any, any, infer I> ? I : never
export type RequestInputOf<M> = M extends Model<string, any, any, any, any, any, infer I> ? I : never
export type SliceOf<M> = M extends Model<string, any, infer S> ? S : never
export type RequestOf<M> = M extends Model<string, any, any, infer R extends AnyEvent> ? R : never
export type FactOf<M> = M extends Model<string, any, any, any, infer F extends AnyEvent> ? F : never
export type EventOf<M> = RequestOf<M> | FactOf<M> | SimStarted
export type WorldOf<Ms extends readonly Model[]> = { [M in Ms[number] as M['name']]: SliceOf<M> }
export type ConfigsOf<Ms extends readonly Model[]> = { [M in Ms[number] as M['name']]: ConfigOf<M> }

export type Handler<S, E extends AnyEvent, Reads, Sends extends AnyEvent> = (slice: S, event: E, cx: Context<Reads, Sends>) => void
type Handlers<S, E extends AnyEvent, Reads, Sends extends AnyEvent> =
  { [T in E['type']]: Handler<S, Extract<E, { type: T }>, Reads, Sends> }

/**
 * Declares a model. At run time this returns its argument; everything it does is done by the compiler: misspelt events, wrong
 * payloads, writing to a foreign slice, emitting a foreign fact and forgetting the handler of an own request do not compile.
 * Annotate `state`'s parameter and result, otherwise inference may give `unknown`.
 */
export function defineModel<
  const N extends string, C, S,
  R extends { readonly type: `${NoInfer<N>}.${string}` }, F extends { readonly type: `${NoInfer<N>}.${string}` },
  const U extends readonly Model[], CI, RI,
>(model: {
  name: N
  uses: U
  config: Schema<C, CI>
  contributes?: (config: NoInfer<C>) => { [M in U[number] as M['name']]?: Partial<ConfigOf<M>> }
  state: (config: NoInfer<C>, world: DeepReadonly<WorldOf<U>>) => S
  requests: Schema<R, RI>
  facts: Witness<F>
  on: Handlers<S, R, WorldOf<U> & Record<N, S>, R | F | RequestOf<U[number]>>
    & Partial<Handlers<S, F | FactOf<U[number]> | SimStarted, WorldOf<U> & Record<N, S>, R | F | RequestOf<U[number]>>>
  check?: (slice: DeepReadonly<S>) => string | undefined
  signature?: (slice: DeepReadonly<S>) => unknown
  deaf?: (slice: DeepReadonly<S>, fact: string) => boolean
}): Model<N, C, S, R, F, CI, RI> {
  return model as never
}

/**
 * The first world of a run. From the top down each model adds to the configurations below what its own means for them; then from the
 * bottom up each makes its slice, seeing those of the models it uses.
 */
export function initialWorld<const Ms extends readonly Model[]>(models: Ms, configs: ConfigsOf<Ms>): WorldOf<Ms> {
  const own: Record<string, unknown> = { ...configs }
  for (const model of models.toReversed())
    for (const [below, addition] of Object.entries(model.contributes?.(own[model.name]) ?? {}))
      own[below] = merge(own[below], addition)
  const world: Record<string, unknown> = {}
  for (const model of models) world[model.name] = model.state(own[model.name], world)
  return world as WorldOf<Ms>
}

/** Records are merged key by key, arrays are appended, anything else the addition wins. */
function merge(base: unknown, addition: unknown): unknown {
  if (addition === undefined) return base
  if (Array.isArray(base) && Array.isArray(addition)) return [...base, ...addition]
  if (!isRecord(base) || !isRecord(addition)) return addition
  const result: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(addition)) result[key] = merge(result[key], value)
  return result
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
