/**
 * The chain of a simulated system itself, by exploring the simulator's own states: nothing is modelled a second time.
 *
 * A state is what the signatures of all slices say, and the pending events with their mean delays. Every pending event is an exponential
 * clock; each is let run out on a copy of the world, what follows at once is carried out (chances in every way), and where that leads is
 * looked up. Simulated time stands still at 0 throughout. A delay that is neither 0 nor exponential, or too many states: refused, with
 * the reason. Times of the chain are hours.
 */
import { HOUR, formatDuration } from '../../base/time.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { AnyEvent, Model, WorldOf } from '../../core/model.ts'
import type { Pending } from '../../core/queue.ts'
import { without } from '../../core/signature.ts'
import { createSim, type Sim, type Snapshot } from '../../core/sim.ts'
import { Asked, isMadeOfToken, NotMarkov } from './asked.ts'
import type { Chain, Transition } from './chain.ts'

export interface DeriveOptions<W> {
  /** What is to be known of each state, by name: 1 where a service is up, the share of hosts that run. */
  readonly figures?: Readonly<Record<string, (world: DeepReadonly<W>) => number>>
  /** Counters of the world, by name, whose growth is to be known: outages of a service. */
  readonly counters?: Readonly<Record<string, (world: DeepReadonly<W>) => number>>
  /** States; default 5000. */
  readonly most?: number
}
export interface Derived {
  readonly chain: Chain
  /** In the order of the chain's states. */
  readonly figures: ReadonlyMap<string, Float64Array>
  /** How much a counter grows per hour in each state. */
  readonly growth: ReadonlyMap<string, Float64Array>
}
export type Derivation = Derived | { readonly refused: string }

export function derive<const Ms extends readonly Model[]>(models: Ms, world: WorldOf<Ms>, options: DeriveOptions<WorldOf<Ms>> = {}): Derivation {
  try {
    return new Exploration(models, options as DeriveOptions<World>).explore(world as World)
  } catch (error) {
    if (error instanceof NotMarkov) return { refused: error.message }
    throw error
  }
}

type World = Record<string, any>
/** A world at rest, with the clocks that run. */
export interface Rest { readonly world: World; readonly pending: readonly Pending<AnyEvent>[]; readonly next: number }
export interface Way { readonly key: string; readonly rest: Rest; readonly weight: number }

const MOST = 5000

/** Of a model that does not say: all but what other models keep as books, too. */
const whole = without<unknown>({ books: ['revision', 'assumed'] })

export class Exploration {
  private readonly models: readonly Model[]
  private readonly options: DeriveOptions<World>
  private readonly asked = new Asked()
  /** One simulation makes all moves: it starts again from whatever is put here. */
  private readonly from: { -readonly [K in keyof Snapshot<World>]: Snapshot<World>[K] } = { now: 0, next: 0, handled: 0, seed: '0', world: {}, pending: [], rng: {} }
  private readonly sim: Sim<World, AnyEvent>
  /** Texts of signatures, each with its number: by model, and of what is pending. */
  private readonly texts = new Map<string, Map<string, number>>()

  constructor(models: readonly Model[], options: DeriveOptions<World> = {}) {
    this.models = models
    this.options = options
    this.sim = createSim({ models, from: this.from as never, streams: this.asked }) as never
  }

  explore(world: World): Derived {
    const { figures = {}, counters = {}, most = MOST } = this.options
    const names = new Map<string, string>(), left: (Rest | undefined)[] = [], transitions: Transition[] = []
    const values = Object.entries(figures).map(([name, of]) => ({ name, of, seen: [] as number[] }))
    const growths = Object.entries(counters).map(([name, of]) => ({ name, of, seen: [] as number[] }))
    const nameOf = ({ key, rest }: Way): string => {
      let name = names.get(key)
      if (name !== undefined) return name
      if (names.size >= most) throw new NotMarkov(this.tooMany(most))
      names.set(key, name = `s${names.size}`)
      left.push(rest)
      for (const { of, seen } of values) seen.push(of(rest.world))
      return name
    }
    const initial = new Map<string, number>()
    for (const way of this.start(world)) {
      const name = nameOf(way)
      initial.set(name, (initial.get(name) ?? 0) + way.weight)
    }
    for (let n = 0; n < left.length; n++) {
      const rest = left[n]!, before = growths.map(({ of }) => of(rest.world)), growth = growths.map(() => 0)
      for (const way of this.waysFrom(rest)) {
        transitions.push({ from: `s${n}`, to: nameOf(way), rate: way.weight })
        growths.forEach(({ of }, at) => { growth[at]! += way.weight * (of(way.rest.world) - before[at]!) })
      }
      growths.forEach(({ seen }, at) => seen.push(growth[at]!))
      left[n] = undefined
    }
    const columns = (all: readonly { name: string; seen: number[] }[]) => new Map(all.map(({ name, seen }) => [name, Float64Array.from(seen)]))
    return { chain: { states: [...names.values()], initial: [...initial], transitions }, figures: columns(values), growth: columns(growths) }
  }

  /** What the first world comes to at once, with probabilities. */
  start(world: World): Way[] {
    return this.everyWay(1, () => createSim({ models: this.models, world: world as never, seed: 0, streams: this.asked }) as never)
  }

  /** What each running clock leads to, with rates per hour. */
  waysFrom(rest: Rest): Way[] {
    return rest.pending.flatMap((due, n) => this.everyWay(HOUR / this.asked.meanOf(due.at)!, () => {
      this.from.pending = [{ ...due, at: 0 }, ...rest.pending.toSpliced(n, 1)]
      this.from.next = rest.next
      this.sim.restart({ seed: 0, world: rest.world })
      return this.sim
    }))
  }

  private everyWay(rate: number, begin: () => Sim<World, AnyEvent>): Way[] {
    const ways: Way[] = []
    do {
      const sim = begin()
      sim.runUntil(0)
      const { world, pending, next } = sim.snapshot()
      ways.push({ key: this.keyOf(world, pending), rest: { world, pending, next }, weight: rate * this.asked.probability })
    } while (this.asked.another())
    return ways
  }

  private keyOf(world: World, pending: readonly Pending<AnyEvent>[]): string {
    const clocks = pending.map(({ at, event }, n) => {
      if (this.asked.meanOf(at) === undefined) throw new NotMarkov(`${words(event)} comes after ${isMadeOfToken(at) ? 'a time computed from a drawn one' : `a fixed ${formatDuration(at)}`}, which is not exponential`)
      if (at === pending[n - 1]?.at) throw new NotMarkov(`${words(event)} comes after the same drawn time as ${words(pending[n - 1]!.event)}`)
      return this.asked.normalised(JSON.stringify([at, event]))
    })
    const numbers = this.models.map(({ name, signature }) => {
      const what = (signature ?? whole)(world[name])
      if (what === undefined) throw new NotMarkov(`what ${name} does depends on the hour`)
      return this.numberOf(name, this.asked.normalised(JSON.stringify(what)))
    })
    return [...numbers, this.numberOf('', clocks.sort().join())].join()
  }

  private numberOf(name: string, text: string): number {
    let texts = this.texts.get(name)
    if (texts === undefined) this.texts.set(name, texts = new Map())
    let number = texts.get(text)
    if (number === undefined) texts.set(text, number = texts.size)
    return number
  }

  private tooMany(most: number): string {
    const [name, texts] = [...this.texts].filter(([each]) => each !== '').sort((a, b) => b[1].size - a[1].size)[0]!
    return `there are more than ${most} states; ${name} alone has been in ${texts.size} different ones`
  }
}

/** `md.syncProgress (md1)`. */
const words = ({ type, ...rest }: AnyEvent): string => {
  const of = Object.values(rest).filter(each => typeof each === 'string' && each !== '')
  return of.length === 0 ? type : `${type} (${of.join(' ')})`
}
