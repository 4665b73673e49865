/**
 * A run that can be looked at afterwards, event by event, forward and back.
 *
 * Recording costs little: the run goes on in place, every request from outside is noted in a journal, and every 1024 events all there
 * is to know is put away as a keyframe. Looking back is replay: from the keyframe before, in place up to the first event wanted, from
 * there through immer, which keeps the world after each event (sharing what did not change) and says what changed as patches.
 * The only file that imports immer.
 */
import { enablePatches, Immer, produce, type Patch } from 'immer'
import { assert } from '../base/assert.ts'
import { copy, type DeepReadonly } from '../base/readonly.ts'
import type { Micros } from '../base/time.ts'
import type { AnyEvent, EventOf, Model, Refusal, RequestOf, TimerId, WorldOf } from '../core/model.ts'
import { createSim, type Commit, type Seed, type Sim, type Snapshot } from '../core/sim.ts'
import type { Entry } from '../core/trace.ts'

enablePatches()
/** Replays hand out worlds as read-only types; freezing each of them would cost half as much again. */
const immer = new Immer({ autoFreeze: false })

/** Commits through immer and freezes the result: in tests, whoever keeps a piece of a slice and writes to it later, throws. */
export const throughImmer: Commit<any> = (world, recipe) => produce(world, recipe)

/** A request from outside: it came when so many events had been handled, and was to happen at this time. */
export interface Input<R extends AnyEvent = AnyEvent> {
  readonly handled: number
  readonly at: Micros
  readonly request: R
  /** Number of the event that made somebody outside ask; -1: none. */
  readonly cause: number
}

/** One event of the past: what it was, the world after it, and what it changed there, in both directions. */
export interface Moment<W, E extends AnyEvent> {
  readonly entry: Entry<E>
  readonly world: DeepReadonly<W>
  readonly patches: readonly Patch[]
  readonly inverse: readonly Patch[]
}

export interface Recording<W, R extends AnyEvent, E extends AnyEvent> extends Pick<Sim<W, R>, 'now' | 'world' | 'handled' | 'dispatch' | 'schedule' | 'runUntil' | 'step' | 'check'> {
  readonly journal: readonly Input<R>[]
  /** The events number `from` (counted from 0) up to, not including, `to`. */
  window(from: number, to: number): Moment<W, E>[]
  /** One event; its neighbours are then at hand too, so stepping from one to the next is free. */
  moment(index: number): Moment<W, E>
  /** How many events had been handled when this time was over: the index of the first event after it. */
  indexAfter(time: Micros): number
}

type Start<W> = { readonly world: W; readonly seed: Seed } | { readonly from: Snapshot<W>; readonly seed?: Seed }
type RecordOptions<Ms extends readonly Model[]> = { readonly models: Ms } & Start<WorldOf<Ms>> & {
  readonly onEntry?: (entry: Entry<EventOf<Ms[number]>>) => void
  /** Keyframes are so many events apart. */
  readonly every?: number
}

export function record<const Ms extends readonly Model[]>(options: RecordOptions<Ms>): Recording<WorldOf<Ms>, RequestOf<Ms[number]>, EventOf<Ms[number]>> {
  return new Recorder(options.models, options as never) as never
}

type World = Record<string, any>

class Recorder implements Recording<World, AnyEvent, AnyEvent> {
  readonly journal: Input[] = []
  private readonly sim: Sim<World, AnyEvent>
  private readonly models: readonly Model[]
  private readonly every: number
  private readonly keyframes: Snapshot<World>[]
  private readonly began: number
  private shown: { from: number; moments: readonly Moment<World, AnyEvent>[] } = { from: 0, moments: [] }

  constructor(models: readonly Model[], { every = 1024, onEntry, ...start }: RecordOptions<readonly Model[]>) {
    this.models = models
    this.every = every
    this.sim = createSim({
      ...start, models,
      onEntry: entry => {
        if ((this.sim.handled - this.began) % this.every === 0) this.keyframes.push(this.sim.snapshot())
        onEntry?.(entry as never)
      },
    }) as unknown as Sim<World, AnyEvent>
    this.began = this.sim.handled
    this.keyframes = [this.sim.snapshot()]
  }

  get now(): Micros { return this.sim.now }
  get world(): DeepReadonly<World> { return this.sim.world }
  /** Counted from the beginning of the recording. */
  get handled(): number { return this.sim.handled - this.began }

  dispatch(request: AnyEvent, cause = -1): Refusal | undefined {
    this.sim.runUntil(this.now)
    this.note(this.now, request, cause)
    return this.sim.dispatch(request, cause)
  }
  schedule(at: Micros, request: AnyEvent, cause = -1): TimerId {
    this.note(at, request, cause)
    return this.sim.schedule(at, request, cause)
  }
  runUntil(time: Micros): void { this.sim.runUntil(time) }
  step(until?: Micros): boolean { return this.sim.step(until) }
  check(): string[] { return this.sim.check() }

  window(from: number, to: number): Moment<World, AnyEvent>[] {
    assert(from >= 0 && from <= to && to <= this.handled, 'a window lies within the recording')
    const start = this.replay(this.keyframes[Math.floor(from / this.every)]!)
    while (start.handled < this.began + from) this.oneStep(start)

    const moments: Moment<World, AnyEvent>[] = []
    let patches: Patch[] = [], inverse: Patch[] = []
    const sim = this.replay(start.snapshot(), {
      commit: (world, recipe) => {
        const [next, there, back] = immer.produceWithPatches(world, recipe)
        patches = there
        inverse = back
        return next
      },
      onEntry: entry => {
        moments.push({ entry, world: sim.world, patches, inverse })
        patches = inverse = []
      },
    })
    while (sim.handled < this.began + to) this.oneStep(sim)
    return moments
  }

  moment(index: number): Moment<World, AnyEvent> {
    assert(index >= 0 && index < this.handled, 'a moment lies within the recording')
    const { from, moments } = this.shown, known = moments[index - from]
    if (known !== undefined) return known
    const start = index - index % this.every
    this.shown = { from: start, moments: this.window(start, Math.min(start + this.every, this.handled)) }
    return this.shown.moments[index - start]!
  }

  indexAfter(time: Micros): number {
    let low = 0, high = this.handled
    while (low < high) {
      const middle = (low + high) >>> 1
      // Most of the search needs only the keyframes, which know the time of the event before them.
      const at = middle % this.every === this.every - 1 && this.keyframes[(middle + 1) / this.every]?.now || this.moment(middle).entry.at
      if (at <= time) low = middle + 1
      else high = middle
    }
    return low
  }

  private note(at: Micros, request: AnyEvent, cause: number): void {
    this.journal.push({ handled: this.sim.handled, at, request: copy(request), cause })
  }

  private replay(from: Snapshot<World>, options: { commit?: Commit<World>; onEntry?: (entry: Entry) => void } = {}): Sim<World, AnyEvent> {
    return createSim({ models: this.models, from, ...options } as never) as unknown as Sim<World, AnyEvent>
  }

  /** What came from outside before this event was handled comes again first, and so gets the same numbers. */
  private oneStep(sim: Sim<World, AnyEvent>): void {
    for (let i = this.firstInputAt(sim.handled); this.journal[i]?.handled === sim.handled; i++) sim.schedule(this.journal[i]!.at, this.journal[i]!.request, this.journal[i]!.cause)
    assert(sim.step(), 'a replay has the events of the recording')
  }

  private firstInputAt(handled: number): number {
    let low = 0, high = this.journal.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.journal[middle]!.handled < handled) low = middle + 1
      else high = middle
    }
    return low
  }
}
