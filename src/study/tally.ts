/**
 * What one run of a study counts: outages and what began them, exposures, losses, what clients went without.
 *
 * A tally looks on while a run goes on and reads the models' own books at the ends of years; nothing is counted before the warm-up is over.
 * All sums are whole microseconds or whole numbers, but for weighted ones (rare events), so that tallies of runs are merged without loss.
 * The causes of a service's downtime add up to it, by construction: each moment of an outage is booked to what began it.
 */
import { entriesOf } from '../base/id.ts'
import type { DeepReadonly } from '../base/readonly.ts'
import { YEAR, type Micros } from '../base/time.ts'
import type { Entry } from '../core/trace.ts'
import { worksOf } from '../models/component/state.ts'
import { withoutByItself, withoutMicros } from '../models/service/clients.ts'
import { downtime, exposedTime, type ServiceId } from '../models/service/state.ts'
import type { SimEvent, World } from '../models/stack.ts'
import { BEGINNINGS, Origins, type Origin } from './origins.ts'

/** What began an outage, and what had made it possible. */
export interface CauseTally { readonly key: string; outages: number; downMicros: number }
export interface ServiceTally {
  /** Whole numbers, unless `weights` is there. */
  outages: number
  downMicros: number
  stalledMicros: Micros
  /** Of outages that ended in the counted time, in the order in which they did. */
  lengths: Micros[]
  /** How often each of them counts; null: once. */
  weights: number[] | null
  /** Downtime of each counted year, and the longest outage that ended in it; empty where outages are weighted. */
  years: Micros[]
  longest: Micros[]
  causes: CauseTally[]
  /** The run, or a branch of it, ended in an outage that was older than STUCK: nothing brings the service back. With branches: if that is a hundredth of the downtime or more. */
  stuck: boolean
}
export interface ArrayTally { exposures: number; exposedMicros: Micros; detectionMicros: Micros; waitingMicros: Micros; recoveryMicros: Micros; losses: number; /** Years in which an acknowledged write was lost. */ lossYears: number }
export interface ClientTally { addressMicros: Micros; preferredMicros: Micros; routerMicros: Micros; ownMicros: Micros; times: number }
export interface RunTally {
  readonly run: number
  /** Counted time: the warm-up is not in it. */
  readonly micros: Micros
  readonly events: number
  readonly services: Record<string, ServiceTally>
  readonly arrays: Record<string, ArrayTally>
  readonly clients: Record<string, ClientTally>
  /** Time down of each guest and component. */
  readonly down: Record<string, Micros>
  /** How often each rule has hit something. */
  readonly hits: Record<string, number>
  /** With forks: how many, of what effect. */
  readonly forks?: ForkTally
  /** What a planner should know of how the run went, in sentences, each once. */
  readonly notes: readonly string[]
}
export interface ForkTally { readonly forks: number; readonly hits: number; /** Sum and sum of squares of the weights of hits, and the largest. */ readonly weight: number; readonly weightSquared: number; readonly largest: number; /** Sum of the weights of all forks at their end, whose mean is 1, and of their squares. */ readonly ends: number; readonly endsSquared: number }

export const noForks = (): ForkTally => ({ forks: 0, hits: 0, weight: 0, weightSquared: 0, largest: 0, ends: 0, endsSquared: 0 })
export const mergedForks = (a: ForkTally, b: ForkTally): ForkTally => ({
  forks: a.forks + b.forks, hits: a.hits + b.hits, weight: a.weight + b.weight, weightSquared: a.weightSquared + b.weightSquared, largest: Math.max(a.largest, b.largest),
  ends: a.ends + b.ends, endsSquared: a.endsSquared + b.endsSquared,
})

/** An outage that is older than this at the end of a run is not an outage any more but a state. */
export const STUCK: Micros = 30 * 24 * 3_600_000_000

/** As `key` of a cause is written: what struck, whom, in which phase of what exposure, and what had begun that. */
export interface Cause { readonly origin: Origin; readonly phase: string; readonly before: Origin | null }
export const causeKey = ({ origin, phase, before }: Cause): string => [origin.kind, origin.name, origin.thing, phase, before?.kind ?? '', before?.name ?? ''].join('\t')
export function causeOf(key: string): Cause {
  const [kind = 'none', name = '', thing = '', phase = '', kind2 = '', name2 = ''] = key.split('\t')
  return { origin: { kind: kind as Origin['kind'], name, thing }, phase, before: kind2 === '' ? null : { kind: kind2 as Origin['kind'], name: name2, thing: '' } }
}

const COUNTED = [
  'service.wentDown', 'service.cameUp', 'service.exposureBegan', 'service.exposureEnded', 'hypervisor.guestDown', 'hypervisor.guestUp', 'md.dataLost', 'md.accessChanged',
  'radvd.keptSending', 'component.failed', 'component.starved', 'component.repaired', 'component.fedAgain',
] as const
/** What a tally counts by: the compiler sees to it that it is told of all of these. */
type Counted = Extract<SimEvent, { type: typeof COUNTED[number] }>
interface Looked { readonly now: Micros; readonly handled: number; readonly world: DeepReadonly<World> }
/** What is under way. */
interface Open { key: string; since: Micros }

export class Tally {
  /** How often an outage or a loss counts that is booked now. */
  weight = 1
  /** Outages and losses of now are counted by somebody else, in branches. */
  muted = false
  origins = new Origins()
  private readonly notes = new Set<string>()
  private counting = false
  private from: Micros = 0
  private events = 0
  private open = new Map<string, Open>()
  private exposedSince = new Map<string, number>()
  private away = new Map<string, { root: number; since: Micros }>()
  private services: Record<string, ServiceTally> = {}
  private losses = new Map<string, { count: number; years: number }>()
  /** Downtime in outages that were STUCK when the run or a branch ended. */
  private stuck = new Map<string, number>()
  /** The year in which each array lost something last: each year counts once. */
  private readonly lostIn = new Map<string, number>()
  /** Arrays that nobody could write to since they lost everything: there is nothing more to lose. */
  private empty = new Set<string>()
  private down: Record<string, Micros> = {}
  private before: Books | null = null
  private readonly things: readonly string[]
  private readonly arrays: ReadonlyMap<string, ReadonlySet<string>>

  constructor(world: DeepReadonly<World>) {
    this.arrays = arraysNeeded(world)
    this.things = [...Object.keys(world.hypervisor.guests), ...Object.keys((world as { component?: { components: object } }).component?.components ?? {})]
  }

  /** A new run begins: before its first event. */
  restart(world: DeepReadonly<World>, weighted = false): void {
    this.origins.restart()
    this.notes.clear()
    this.open.clear()
    this.exposedSince.clear()
    this.away.clear()
    this.losses = new Map()
    this.stuck = new Map()
    this.lostIn.clear()
    this.empty.clear()
    this.counting = this.muted = false
    this.weight = 1
    this.services = Object.fromEntries(Object.keys(world.service.services).map(name => [name, { outages: 0, downMicros: 0, stalledMicros: 0, lengths: [], weights: weighted ? [] : null, years: [], longest: [], causes: [], stuck: false }]))
    this.down = Object.fromEntries(this.things.map(name => [name, 0]))
  }

  /** Goes on from where a run is, on a branch of it: what it counts goes into the books of that run, with its weight; times away are none of its business. */
  follow(run: Tally): void {
    this.origins = run.origins
    this.open = new Map(run.open)
    this.exposedSince = new Map(run.exposedSince)
    this.away = new Map(run.away)
    this.services = run.services
    this.losses = run.losses
    this.stuck = run.stuck
    this.lostIn.clear()
    this.empty = new Set(run.empty)
    this.from = run.from
    this.down = {}
    this.counting = true
    this.weight = 1
  }

  /** Services are down. */
  get isDown(): boolean {
    return this.open.size > 0
  }

  /** The warm-up is over: from here on it counts. */
  begin(sim: Looked): void {
    this.counting = true
    this.from = sim.now
    this.events = sim.handled
    this.before = booksOf(sim)
    for (const open of this.open.values()) open.since = Math.max(open.since, sim.now)
    for (const gone of this.away.values()) gone.since = Math.max(gone.since, sim.now)
  }

  /** What it has to be told of as `note` does; of all else it has to know the origin only. */
  static readonly types: ReadonlySet<string> = new Set([...BEGINNINGS, ...COUNTED])
  others(seq: number, cause: number): void {
    this.origins.inherit(seq, cause)
  }

  note(entry: Entry<SimEvent>, world: DeepReadonly<World>): void {
    const root = this.origins.note(entry), { at } = entry, event = entry.event as Counted
    switch (event.type) {
      case 'service.wentDown':
        this.open.set(event.service, { key: this.keyOf(event.service, root, world), since: Math.max(world.service.services[event.service]!.since, this.from) })
        if (this.counting && !this.muted) this.services[event.service]!.outages += this.weight
        break
      case 'service.cameUp': this.close(event.service, at, event.downMicros); break
      case 'service.exposureBegan': this.exposedSince.set(event.array, root); break
      case 'service.exposureEnded': this.exposedSince.delete(event.array); break
      case 'hypervisor.guestDown': this.leave(event.guest, root, at); break
      case 'hypervisor.guestUp': this.comeBack(event.guest, at); break
      case 'md.dataLost': this.lose(event.array, at, world.md.arrays[event.array]!.access.writable); break
      case 'md.accessChanged': if (event.writable) this.empty.delete(event.array); break
      case 'radvd.keptSending': this.notes.add(`the advertisements of ${event.daemon} are simulated one by one, which takes long: ${event.because}`); break
      case 'component.failed':
      case 'component.starved': this.leave(event.component, root, at); break
      case 'component.repaired':
      case 'component.fedAgain': if (worksOf(world.component.components[event.component])) this.comeBack(event.component, at); break
    }
  }

  /** A counted year is over. */
  endYear(sim: Looked): void {
    for (const [name, tally] of Object.entries(this.services)) {
      const total = downtime(sim.world.service.services[name as ServiceId]!, sim.now) - this.before!.services[name]!.downMicros
      tally.years.push(Math.max(0, total - tally.years.reduce((sum, each) => sum + each, 0)))
      while (tally.longest.length < tally.years.length) tally.longest.push(0)
    }
  }

  /** The run is over. */
  end(run: number, sim: Looked): RunTally {
    const after = booksOf(sim), before = this.before!
    this.cut(sim.now)
    for (const [name, tally] of Object.entries(this.services)) {
      const { stalledMicros } = after.services[name]!, earlier = before.services[name]!
      tally.downMicros = tally.causes.reduce((sum, cause) => sum + cause.downMicros, 0)
      tally.stalledMicros = stalledMicros - earlier.stalledMicros
      tally.stuck = (this.stuck.get(name) ?? 0) > (tally.weights === null ? 0 : 0.01 * tally.downMicros)
    }
    for (const [thing, { since }] of this.away) this.down[thing]! += sim.now - Math.max(since, this.from)
    return {
      run, micros: sim.now - this.from, events: sim.handled - this.events, services: this.services, down: this.down,
      arrays: Object.fromEntries(entriesOf(after.arrays).map(([array, books]): [string, ArrayTally] => {
        const lost = this.losses.get(array)
        return [array, { ...minus(books, before.arrays[array] ?? null), losses: lost?.count ?? 0, lossYears: lost?.years ?? 0 }]
      })),
      clients: Object.fromEntries(entriesOf(after.clients).map(([client, books]) => [client, minus(books, before.clients[client] ?? null)])),
      hits: minus(after.hits, before.hits), notes: [...this.notes],
    }
  }

  /** Outages that are not over are booked as far as they have come. */
  cut(now: Micros): void {
    for (const [service, { key, since }] of this.open) {
      this.book(service, key, now - since)
      if (now - since > STUCK && !this.muted) this.stuck.set(service, (this.stuck.get(service) ?? 0) + this.weight * (now - since))
    }
  }

  private keyOf(service: string, root: number, world: DeepReadonly<World>): string {
    const needed = this.arrays.get(service)
    let phase = '', weak = -1
    for (const [array, since] of this.exposedSince) if (needed?.has(array) === true && since !== root && (weak < 0 || since < weak)) {
      weak = since
      phase = world.service.exposure[array as never]?.phase ?? ''
    }
    for (const { root: since } of this.away.values()) if (since !== root && since >= 0 && (weak < 0 || since < weak)) weak = since
    // What takes its time, a lifetime that ends, has no strike at its beginning: then it is what has been away since.
    return root < 0 && weak >= 0 ? causeKey({ origin: this.origins.of(weak), phase: '', before: null })
      : causeKey({ origin: this.origins.of(root), phase, before: weak < 0 ? null : this.origins.of(weak) })
  }

  private close(service: string, at: Micros, lasted: Micros): void {
    const open = this.open.get(service)
    this.open.delete(service)
    if (open === undefined || !this.counting || this.muted) return
    this.book(service, open.key, at - Math.max(open.since, this.from))
    const { lengths, weights, longest } = this.services[service]!, year = Math.floor((at - this.from) / YEAR)
    lengths.push(lasted)
    if (weights !== null) return void weights.push(this.weight)
    while (longest.length <= year) longest.push(0)
    longest[year] = Math.max(longest[year]!, lasted)
  }

  private book(service: string, key: string, micros: Micros): void {
    if (!this.counting || this.muted) return
    const { causes } = this.services[service]!
    let cause = causes.find(each => each.key === key)
    if (cause === undefined) causes.push(cause = { key, outages: 0, downMicros: 0 })
    cause.outages += this.weight
    cause.downMicros += this.weight * micros
  }

  private leave(thing: string, root: number, at: Micros): void {
    if (!this.away.has(thing)) this.away.set(thing, { root, since: at })
  }
  private comeBack(thing: string, at: Micros): void {
    const gone = this.away.get(thing)
    if (gone === undefined) return
    this.away.delete(thing)
    if (this.counting && this.down[thing] !== undefined) this.down[thing] += at - Math.max(gone.since, this.from)
  }

  private lose(array: string, at: Micros, writable: boolean): void {
    const known = this.empty.has(array)
    if (!writable) this.empty.add(array)
    if (known || !this.counting || this.muted) return
    const lost = this.losses.get(array) ?? { count: 0, years: 0 }, year = Math.floor((at - this.from) / YEAR)
    this.losses.set(array, lost)
    lost.count += this.weight
    if (this.lostIn.get(array) !== year) lost.years += this.weight
    this.lostIn.set(array, year)
  }
}

/** The arrays that each service stands on, directly, as a root, or through another service. */
function arraysNeeded({ service, boot }: DeepReadonly<World>): Map<string, Set<string>> {
  const needed = new Map<string, Set<string>>(Object.keys(service.services).map(name => [name, new Set()])), { leaves, nodes } = service
  const note = (array: string | null | undefined, at: readonly number[]): void => {
    for (const node of at) if (array !== null && array !== undefined) needed.get(nodes[node]!.service)!.add(array)
  }
  for (const kind of ['arrayReadable', 'arrayWritable', 'arrayRedundant'] as const) for (const [array, leaf] of Object.entries(leaves[kind])) note(array, leaf.nodes)
  for (const kind of ['rootReadable', 'rootWritable', 'guest'] as const) for (const [guest, leaf] of Object.entries(leaves[kind])) note(boot.guests[guest as never]?.root, leaf.nodes)
  // A service may need one that needs another.
  for (const _ of needed) for (const [other, leaf] of Object.entries(leaves.service)) for (const array of needed.get(other) ?? []) note(array, leaf.nodes)
  return needed
}

type Numbers = Record<string, number>
interface Books {
  services: Record<string, { downMicros: Micros; stalledMicros: Micros }>
  arrays: Record<string, { exposures: number; exposedMicros: Micros; detectionMicros: Micros; waitingMicros: Micros; recoveryMicros: Micros }>
  clients: Record<string, ClientTally>
  hits: Numbers
}

/** The models' own books, at this moment. */
function booksOf({ now, world }: Looked): Books {
  const { service, fault } = world
  return {
    services: Object.fromEntries(entriesOf(service.services).map(([name, s]) => [name, { downMicros: downtime(s, now), stalledMicros: s.stalledMicros + (s.stalledSince === null ? 0 : now - s.stalledSince) }])),
    arrays: Object.fromEntries(entriesOf(service.exposure).map(([name, e]) => {
      const phase = (kind: string): Micros => e.phase === kind ? now - e.since : 0, c = e.current
      return [name, {
        exposures: e.times + (c === null ? 0 : 1), exposedMicros: exposedTime(e, now), detectionMicros: e.detectionMicros + (c?.detectionMicros ?? 0) + phase('detection'),
        waitingMicros: e.waitingMicros + (c?.waitingMicros ?? 0) + phase('waiting'), recoveryMicros: e.recoveryMicros + (c?.recoveryMicros ?? 0) + phase('recovery'),
      }]
    })),
    clients: Object.fromEntries(entriesOf(service.clients).map(([name, c]) => [name, {
      addressMicros: withoutMicros(c.address, now), preferredMicros: withoutMicros(c.preferred, now), routerMicros: withoutMicros(c.router, now),
      ownMicros: withoutByItself(c.address, now), times: c.address.times,
    }])),
    hits: Object.fromEntries(entriesOf(fault.rules).map(([name, rule]) => [name, rule.hits])),
  }
}

function minus<T extends object>(after: T, before: T | null): T {
  return before === null ? after : Object.fromEntries(Object.entries(after).map(([key, value]) => [key, (value as number) - ((before as Numbers)[key] ?? 0)])) as T
}
