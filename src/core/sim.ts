/**
 * The loop: takes the next event and gives it to the models that listen. Nothing else happens here.
 *
 * A handler gets its own slice to change and a context; what it sends is queued, so handlers run to completion and never nest. Order is
 * (time, running number) alone: `sim.started` is event 0, then comes what was scheduled before the start, also among equal times.
 * The same handlers run on the bare world, in place, or on a draft that `commit` provides; immer's `produce` fits.
 * The simulation owns its world, a copy of the one it is given; that one stays as it was and must stay so, for a restart copies it again.
 */
import { assert } from '../base/assert.ts'
import { copies, copy, type DeepReadonly } from '../base/readonly.ts'
import type { Micros } from '../base/time.ts'
import type { AnyEvent, Context, EventOf, Model, Refusal, RequestOf, TimerId, WorldOf } from './model.ts'
import { EventQueue, type Pending } from './queue.ts'
import { RngStreams, type Draws, type Rng, type RngSnapshot, type Streams } from './rng.ts'
import type { Entry } from './trace.ts'

export type Commit<W> = (world: W, recipe: (draft: W) => void) => W

/** All there is to know about a run at one moment, as plain data that survives JSON. */
export interface Snapshot<W = unknown> {
  readonly now: Micros
  /** The number of the next event. */
  readonly next: number
  readonly handled: number
  readonly seed: string
  readonly world: W
  readonly pending: readonly Pending<AnyEvent>[]
  readonly rng: RngSnapshot
}

export interface Sim<W, R extends AnyEvent> {
  readonly now: Micros
  /** In place this is the live world: read it, and copy what you keep. */
  readonly world: DeepReadonly<W>
  /** How many events have been handled. */
  readonly handled: number
  /** First what is due now, then this request, then what it caused for now. `cause`: number of the event that made somebody outside ask; a shell's command. */
  dispatch(request: R, cause?: number): Refusal | undefined
  schedule(at: Micros, request: R, cause?: number): TimerId
  /** Everything up to and including this time, which is then `now`. */
  runUntil(time: Micros): void
  /** One event that is not later than `until`; false when there is none, and then nothing changes. */
  step(until?: Micros): boolean
  snapshot(): Snapshot<W>
  /** Back to the beginning, with another seed: the world and the snapshot it was created from are used again. What was scheduled is gone. */
  restart(options: { readonly seed: Seed; readonly world?: W }): void
  /** Becomes a copy of another simulation of the same models as that one is now, with another future: what is pending stays, all further draws are new. */
  branch(from: Sim<W, R>, options: { readonly seed: Seed }): void
  /** Gives what is still to come another time to come; `at` is told the present one. It keeps its number. False when it has happened, or is due now. */
  retime(timer: TimerId, at: (at: Micros) => Micros): boolean
  /** What is broken about the world, as sentences; empty when every model's rules hold. */
  check(): string[]
}

export type Seed = string | number
type Start<W> =
  | { readonly world: W; readonly seed: Seed }
  /** Another seed makes a fork with another future: all further draws are new, what is already pending stays. */
  | { readonly from: Snapshot<W>; readonly seed?: Seed }
export type SimOptions<W, E extends AnyEvent> = Start<W> & {
  readonly commit?: Commit<W>
  /** Called after each event; it may read the simulation and take a snapshot, no more. */
  readonly onEntry?: (entry: Entry<E>) => void
  /** Whoever looks on is interested in these types only, and in whatever comes from outside; of all others it learns nothing but their number and their cause's. */
  readonly only?: { readonly types: ReadonlySet<string>; readonly others: (seq: number, cause: number) => void } | undefined
  /** Branches leave it, or it is one. A branch is a spread copy, dear in any other way; where all worlds are of that shape, handlers are compiled for it alone. */
  readonly branching?: boolean
  /** Replaces single draws, for replays of what has happened elsewhere. */
  readonly draws?: Draws
  /** Instead of the streams of the seed: what asks what is drawn rather than for numbers. */
  readonly streams?: Streams
}

export function createSim<const Ms extends readonly Model[]>(
  options: { readonly models: Ms } & SimOptions<WorldOf<Ms>, EventOf<Ms[number]>>,
): Sim<WorldOf<Ms>, RequestOf<Ms[number]>> {
  return new Simulation(options.models, options as never) as never
}

type World = Record<string, any>
interface Listener {
  readonly model: Model
  readonly handle: (slice: any, event: any, cx: any) => void
  slice: unknown
}
/** Where events of a type go: to these, and whole to who looks on. */
interface Route { readonly listeners: readonly Listener[]; readonly shown: boolean }

/** One object is the simulation and the context of its handlers: a context for each event would cost a quarter of the speed. */
class Simulation implements Sim<World, AnyEvent>, Context<World, AnyEvent> {
  now: Micros = 0
  world: World = {}
  handled = 0
  private cause = -1
  private refusal: Refusal | undefined = undefined
  /** Both stay set when a handler throws, for then its model may be half changed. */
  private running = false
  private handling = false
  /** How many events had been handled when it became `now`. */
  private arrivedAt = 0
  private readonly queue = new EventQueue<AnyEvent>()
  private readonly models: readonly Model[]
  private readonly listeners: ReadonlyMap<string, readonly Listener[]>
  /** Of types that have been met, without those who are deaf to them. */
  private readonly routes = new Map<string, Route>()
  private readonly commit: Commit<World> | undefined
  private readonly onEntry: ((entry: Entry) => void) | undefined
  private readonly only: SimOptions<World, AnyEvent>['only']
  private readonly streams: Streams
  private seed: string
  private first: World
  private another: () => World
  private readonly spread: boolean
  private readonly from: Snapshot<World> | undefined

  constructor(models: readonly Model[], options: SimOptions<World, AnyEvent>) {
    this.models = models
    this.listeners = listenersOf(models)
    this.commit = options.commit
    this.onEntry = options.onEntry
    this.only = options.only
    this.from = 'from' in options ? options.from : undefined
    this.first = 'from' in options ? options.from.world : options.world
    // A snapshot is gone on from once or twice, a world begun with again and again.
    this.spread = options.branching === true || this.from !== undefined
    this.another = this.copiesOf(this.first)
    this.seed = String(options.seed ?? this.from?.seed)
    this.streams = options.streams ?? new RngStreams(this.seed, {}, options.draws)
    this.begin(options.seed === undefined ? this.from?.rng : undefined)
  }

  // What handlers may do.

  emit(event: AnyEvent): void {
    this.queue.push(this.now, this.cause, event)
  }
  after(delay: Micros, event: AnyEvent): TimerId {
    assert(delay >= 0 && Math.floor(delay) === delay && delay !== Infinity, 'a delay is a whole number of microseconds and never negative')
    return this.queue.push(this.now + delay, this.cause, event)
  }
  cancel(timer: TimerId): void {
    this.queue.cancel(timer)
  }
  rng(purpose: string, thing: string): Rng {
    return this.streams.get(purpose, thing)
  }
  refuse(refusal: Refusal): void {
    this.refusal = refusal
  }
  get refused(): boolean {
    return this.refusal !== undefined
  }

  // What the outside may do.

  dispatch(request: AnyEvent, cause = -1): Refusal | undefined {
    this.assertRequest(request)
    this.runUntil(this.now)
    // However much the outside asks for at one instant, it is not the models that stand still.
    this.arrivedAt = this.handled
    this.queue.push(this.now, cause, request)
    this.step(this.now)
    const { refusal } = this
    this.runUntil(this.now)
    return refusal
  }
  schedule(at: Micros, request: AnyEvent, cause = -1): TimerId {
    this.assertRequest(request)
    assert(!this.handling, BROKEN)
    assert(Number.isSafeInteger(at) && at >= this.now, 'a request is scheduled for a whole microsecond that is not over')
    return this.queue.push(at, cause, request)
  }
  runUntil(time: Micros): void {
    assert(!this.running, BROKEN)
    assert(time >= this.now && time <= Number.MAX_SAFE_INTEGER, 'time only goes on, and a run ends within 285 years')
    this.running = true
    const { queue } = this
    for (let event = queue.take(time); event !== undefined; event = queue.take(time)) this.handle(event)
    queue.now = this.now = time
    this.running = false
  }
  step(until: Micros = Number.MAX_SAFE_INTEGER): boolean {
    assert(!this.running, BROKEN)
    const event = this.queue.take(until)
    if (event === undefined) return false
    this.running = true
    this.handle(event)
    this.running = false
    return true
  }
  snapshot(): Snapshot<World> {
    assert(!this.handling, BROKEN)
    return {
      now: this.now, next: this.queue.next, handled: this.handled, seed: this.seed,
      world: copy(this.world), pending: copy(this.queue.list()), rng: this.streams.snapshot(),
    }
  }
  restart({ seed, world }: { readonly seed: Seed; readonly world?: World }): void {
    if (world !== undefined) this.beginWith(world, this.copiesOf(world))
    this.seed = String(seed)
    this.begin(undefined)
  }
  branch(from: Sim<World, AnyEvent>, { seed }: { readonly seed: Seed }): void {
    assert(from instanceof Simulation && from.models === this.models && !from.handling, 'a branch leaves a simulation of the same models')
    this.seed = String(seed)
    if (from.first !== this.first) this.beginWith(from.first, from.another)
    this.take(copy(from.world), undefined, from)
    this.queue.load(from.now, from.queue.next, from.queue.list())
  }
  retime(timer: TimerId, at: (at: Micros) => Micros): boolean {
    assert(!this.handling, BROKEN)
    return this.queue.move(timer, at)
  }
  check(): string[] {
    return this.models.flatMap(({ name, check }) => {
      const broken = check?.(this.world[name])
      return broken === undefined ? [] : [`${name}: ${broken}`]
    })
  }

  private begin(rng: RngSnapshot | undefined): void {
    this.take(this.another(), rng, this.from)
    this.queue.load(this.now, this.from?.next ?? 0, copy(this.from?.pending ?? []))
    if (this.from === undefined) this.emit({ type: 'sim.started' })
  }

  private copiesOf(world: World): () => World {
    return this.spread ? () => copy(world) : copies(world)
  }
  private beginWith(first: World, another: () => World): void {
    this.first = first
    this.another = another
    this.routes.clear()
  }

  /** This world from now on, at that moment. */
  private take(world: World, rng: RngSnapshot | undefined, moment: { readonly now: Micros; readonly handled: number } | undefined): void {
    this.world = world
    for (const listeners of this.listeners.values()) for (const listener of listeners) listener.slice = world[listener.model.name]
    this.streams.restart(this.seed, rng)
    this.now = moment?.now ?? 0
    this.handled = this.arrivedAt = moment?.handled ?? 0
    this.cause = -1
    this.refusal = undefined
    this.running = this.handling = false
  }

  private handle(event: AnyEvent): void {
    const { queue } = this, { seq, cause } = queue, { listeners, shown } = this.routes.get(event.type) ?? this.addRoute(event.type)
    if (this.now !== queue.now) {
      this.now = queue.now
      this.arrivedAt = this.handled
    }
    assert(this.handled - this.arrivedAt < STANDSTILL, 'time goes on: models send one another events without end and without delay')
    this.cause = seq
    this.refusal = undefined
    this.handled++
    if (listeners.length > 0) {
      this.handling = true
      if (this.commit === undefined) {
        for (let i = 0; i < listeners.length; i++) {
          const { handle, slice } = listeners[i]!
          handle(slice, event, this)
        }
      } else this.world = this.commitThrough(this.commit, listeners, event)
      this.handling = false
    }
    if (this.onEntry === undefined) return
    if (!shown && cause >= 0) this.only!.others(seq, cause)
    else {
      this.onEntry(this.refusal === undefined ? { at: this.now, seq, cause, event } : { at: this.now, seq, cause, event, refusal: this.refusal })
    }
  }

  private addRoute(type: string): Route {
    const listeners = (this.listeners.get(type) ?? []).filter(({ model, slice }) => ownerOf(type) === model.name || model.deaf?.(slice, type) !== true)
    const route = { listeners, shown: this.only === undefined || this.only.types.has(type) }
    this.routes.set(type, route)
    return route
  }

  /** Handlers write to drafts of their own slices; they read the others as they are, unless an earlier listener has just changed them. */
  private commitThrough(commit: Commit<World>, listeners: readonly Listener[], event: AnyEvent): World {
    const before = this.world
    return commit(before, draft => {
      const view = this.world = { ...before }
      for (const { handle, model } of listeners) handle(view[model.name] = draft[model.name], event, this)
    })
  }

  private assertRequest(request: AnyEvent): void {
    const listeners = this.listeners.get(request.type)
    assert(listeners !== undefined && listeners.length === 1 && listeners[0]!.model.name === ownerOf(request.type), 'only a request that a model handles comes from outside')
    assert(isPlain(request), 'an event carries ids, numbers, strings and booleans, or lists of these')
  }
}

/** So many events at one moment are not a busy moment but a mistake. */
const STANDSTILL = 1_000_000
const BROKEN = 'a simulation cannot be used inside a handler, or after a handler has thrown'

/** The owner of `md.memberFailed` is `md`. */
const ownerOf = (type: string): string => type.slice(0, type.indexOf('.'))

const isPlain = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(isPlain)
  : typeof value === 'object' && value !== null ? Object.values(value).every(isPlain)
  : value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)

/** Who hears what, in the order of the stack, resolved once. A stack that is put together wrongly is found here. */
function listenersOf(models: readonly Model[]): Map<string, Listener[]> {
  const all = new Map<string, Listener[]>()
  const below = new Set<string>()
  for (const model of models) {
    const { name, uses, on } = model
    assert(/^[a-z][A-Za-z0-9]*$/.test(name) && name !== 'sim' && !below.has(name), 'each model has a name of its own, one word')
    assert(uses.every(used => below.has(used.name)), 'a model uses only models below it in the stack')
    below.add(name)
    for (const [type, handle] of Object.entries(on)) {
      const owner = ownerOf(type)
      assert(owner === name || owner === 'sim' || uses.some(used => used.name === owner), 'a model listens to itself and to the models it uses')
      if (handle === undefined) continue
      const listeners = all.get(type) ?? []
      listeners.push({ model, handle, slice: undefined })
      all.set(type, listeners)
    }
  }
  return all
}
