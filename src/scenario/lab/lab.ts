/**
 * A session at the console: one simulated system, somebody who types at its partitions and does things to it, and time that passes only when
 * something is done. Everything that was done is a step with its time, so going back is replay (nothing copies a running shell) and a session
 * can be kept as a scenario. Whatever may take long is a generator, so that whoever waits for it can interrupt it.
 */
import { copy, type DeepReadonly } from '../../base/readonly.ts'
import { HOUR, type Micros } from '../../base/time.ts'
import type { Tty } from '../../console/tty.ts'
import { initialWorld, type Refusal } from '../../core/model.ts'
import { createSim, type Sim } from '../../core/sim.ts'
import type { Entry } from '../../core/trace.ts'
import type { GuestId } from '../../models/hypervisor/state.ts'
import { stack, type SimEvent, type SimRequest, type World } from '../../models/stack.ts'
import type { Scenario } from '../build.ts'
import { Scripts } from '../scripts.ts'
import { weightOf } from '../telling/index.ts'
import type { Key, Typed } from '../typed.ts'

/** What one has to wait for: it yields now and then, and returns at its end. */
export type Work<T = void> = Generator<void, T>
/** A step without its time, which is now. */
export type Doing = Typed extends infer T ? T extends { readonly at: Micros } ? Omit<T, 'at'> : never : never
/** Before a command: what to go back to. */
export interface Mark { readonly text: string; readonly at: Micros; readonly steps: number; readonly guest: GuestId | null }
export type Ended = 'stopped' | 'time' | 'interrupted'

/** So many events, or turns of the shells, between two looks at who waits. */
const SLICE = 2_000

export class Lab {
  readonly scenario: Scenario
  readonly seed: string
  steps: Typed[] = []
  marks: Mark[] = []
  trace: Entry<SimEvent>[] = []
  start!: DeepReadonly<World>
  /** Whose terminal this is. */
  guest: GuestId | null = null
  /** How long a command may go on before the prompt is back all the same. */
  patience: Micros = HOUR
  /** Set from outside to end what goes on. */
  interrupted = false
  private sim!: Sim<World, SimRequest>
  private scripts!: Scripts
  private logins = new Map<string, GuestId>()
  private missed = new Map<GuestId, string>()
  private heard: ((entry: Entry<SimEvent>) => void)[] = []
  private muted = false
  private readonly show: (text: string) => void

  /** `show` gets what a terminal shows, as it comes. */
  constructor(scenario: Scenario, { seed, show }: { readonly seed?: string | undefined; readonly show: (text: string) => void }) {
    this.scenario = scenario
    this.seed = seed ?? scenario.seed
    this.show = show
    this.begin()
  }
  private begin(): void {
    const { scenario, seed } = this
    this.trace = []
    this.logins = new Map()
    this.missed = new Map()
    const sim = createSim({ models: scenario.models as typeof stack, world: initialWorld(scenario.models as typeof stack, scenario.configs), seed, onEntry: entry => this.onEntry(entry as Entry<SimEvent>) })
    this.sim = sim as never
    this.start = copy(sim.world) as DeepReadonly<World>
    for (const { at, request } of scenario.timeline) sim.schedule(at, request)
    this.scripts = new Scripts(sim as never, scenario, { seed })
    this.guest = null
  }
  private onEntry(entry: Entry<SimEvent>): void {
    this.trace.push(entry)
    // The first event comes when the scripts are there already.
    this.scripts.onEntry(entry)
    const { event } = entry
    if (event.type === 'terminal.open' && event.script === 'login') this.logins.set(event.session, event.guest)
    else if (event.type === 'terminal.print' && this.logins.has(event.session)) this.shown(this.logins.get(event.session)!, event.stream === 'hint' ? `hotspare: hint: ${event.text}` : event.text)
    for (const hear of this.heard) hear(entry)
  }
  private shown(guest: GuestId, text: string): void {
    if (this.muted) return
    if (guest === this.guest) this.show(text)
    else this.missed.set(guest, (this.missed.get(guest) ?? '') + text)
  }

  get now(): Micros { return this.sim.now }
  get world(): DeepReadonly<World> { return this.sim.world }
  get tty(): Tty | undefined { return this.guest === null ? undefined : this.scripts.typist.ttyOf(this.guest) }
  ttyOf(guest: GuestId): Tty | undefined { return this.scripts.typist.ttyOf(guest) }
  runs(guest: GuestId): boolean { return this.scripts.terminals.runs(guest) }
  /** All partitions, and those that have a shell. */
  get guests(): GuestId[] { return Object.keys(this.world.hypervisor.guests) as GuestId[] }
  get shells(): GuestId[] { return this.guests.filter(guest => this.world.hypervisor.guests[guest]!.os === 'linux') }

  /** Time passes: until then, or the first instant at which `stop` says so. */
  *pass(until: Micros, stop: () => boolean = () => false): Work<Ended> {
    for (let stopped = false; !stopped;) {
      let turns = 0
      this.scripts.runUntil(until, () => (stopped ||= stop()) || ++turns > SLICE || this.interrupted)
      if (stopped) break
      if (this.interrupted) return 'interrupted'
      if (turns <= SLICE) return 'time'
      yield
    }
    return 'stopped'
  }
  /** To where one comes in: what was shown before, to whom it may be, is over. */
  *arrive(at: Micros): Work {
    this.muted = true
    yield* this.pass(at)
    this.muted = false
  }
  /** The same as passing, while somebody listens to what happens. */
  *listen(until: Micros, hear: (entry: Entry<SimEvent>) => void, stop: () => boolean): Work<Ended> {
    this.heard.push(hear)
    try {
      return yield* this.pass(until, stop)
    } finally {
      this.heard = this.heard.filter(each => each !== hear)
    }
  }
  take(doing: Doing): Refusal | undefined {
    const step = { at: this.now, ...doing } as Typed
    this.steps.push(step)
    return this.scripts.typist.take(step)
  }
  mark(text: string): void {
    this.marks.push({ text, at: this.now, steps: this.steps.length, guest: this.guest })
  }

  // At the terminal.

  /** To a partition that has a shell and runs: into the shell that is there, or a new one. */
  *login(guest: GuestId): Work<Ended> {
    this.guest = guest
    const missed = this.missed.get(guest)
    this.missed.delete(guest)
    if (this.tty !== undefined) {
      if (missed !== undefined) this.show(missed)
      return 'stopped'
    }
    this.take({ kind: 'login', guest })
    return yield* this.settle()
  }
  *type(line: string): Work<Ended> {
    this.take({ kind: 'line', guest: this.guest!, line })
    return yield* this.settle()
  }
  *press(key: Key): Work<Ended> {
    this.take({ kind: 'key', guest: this.guest!, key })
    return yield* this.settle()
  }
  /** Until somebody waits for a line there, or nobody is left to do so. */
  private *settle(): Work<Ended> {
    const guest = this.guest!, done = (): boolean => {
      const tty = this.ttyOf(guest)
      return tty === undefined || tty.reads || !this.runs(guest)
    }
    return yield* this.pass(this.now + this.patience, done)
  }

  /** So many commands back: by doing all the others again. Returns the first that is undone. */
  back(count: number): Mark {
    const mark = this.marks[this.marks.length - count]!
    this.marks.length -= count
    this.replay(this.steps.slice(0, mark.steps), mark.at)
    this.guest = mark.guest
    return mark
  }
  private replay(steps: readonly Typed[], until: Micros): void {
    this.muted = true
    this.begin()
    for (const step of steps) {
      this.scripts.runUntil(step.at)
      this.scripts.typist.take(step)
    }
    this.scripts.runUntil(until)
    this.steps = [...steps]
    this.muted = false
  }
  /** What has happened from this place of the trace on that is worth telling; what terminals do is seen there. */
  news(from: number, most: number): Entry<SimEvent>[] {
    const news: Entry<SimEvent>[] = []
    for (let i = from; i < this.trace.length; i++) {
      const { event } = this.trace[i]!
      if (weightOf(event) <= most && !event.type.startsWith('terminal.')) news.push(this.trace[i]!)
    }
    return news
  }
}
