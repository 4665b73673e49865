/**
 * Small systems by rules, as a model for `createSim` and as a chain for the solver.
 *
 * Every transition whose rate is not zero has a clock of its own, drawn anew when its rate changes (it is exponential). One unit of time of the
 * rules is a simulated second. A cycle ends where the rules say so (by default on coming back to the beginning), and the next begins afresh.
 * Rare events: until something rare has happened, each kind of failure is as likely as the others, and away from home a failure comes next with a
 * fixed probability; times stay as they are. Each event weighs what it is likelier in truth (balanced failure biasing; Shahabuddin, Management Science 40, 1994).
 */
import { createSim } from '../../src/core/sim.ts'
import { defineModel, initialWorld, type, type TimerId } from '../../src/core/model.ts'
import { explore, type Explored } from '../../src/study/exact/chain.ts'
import type { Experiment, Pair } from './experiment.ts'

export type State = Record<string, number>
export interface Transition<S> { readonly rate: (s: S) => number; readonly fire: (s: S) => void; /** Made likelier where rare events are sought. */ readonly failure?: true }
export interface Rules<S extends State> {
  readonly initial: S
  readonly transitions: Readonly<Record<string, Transition<S>>>
  /** Where it ends for good: data are lost. */
  readonly lost?: (s: S) => boolean
  /** Where a cycle ends that was not lost; by default in the initial state. */
  readonly over?: (s: S) => boolean
  /** What is sought, if it is rare: from there on nothing is biased. */
  readonly rare?: (s: S) => boolean
  /** With which probability the next event is a failure while one is sought; default 1/2. */
  readonly bias?: number
  /** Integrated over time. */
  readonly rewards?: readonly ((s: S) => number)[]
  /** Counted when a transition goes from what is so to what is not. */
  readonly leaves?: (s: S) => boolean
}

export const chainOf = <S extends State>({ initial, transitions, lost }: Rules<S>, up?: (s: S) => boolean): Explored<S> => explore(initial, s => successors(s, transitions), {
  ...(up && { up }), ...(lost && { absorbing: lost }),
})

function successors<S extends State>(s: S, transitions: Rules<S>['transitions']): (readonly [S, number])[] {
  return Object.values(transitions).flatMap(({ rate, fire }) => {
    const at = rate(s)
    if (at <= 0) return []
    const next = { ...s }
    fire(next)
    return [[next, at] as const]
  })
}

/** `weight`: how much likelier it is in truth than by its clock. */
interface Clock { timer: TimerId | null; rate: number; weight: number }
interface Race<S> {
  s: S
  clocks: Record<string, Clock>
  since: number
  weight: number
  sought: boolean
  /** Whether it has left the initial state in this cycle. */
  away: boolean
  /** All that was, weighted. */
  cycles: number; losses: number; left: number; sums: number[]
}
type Fired = { type: 'race.fired'; transition: string }
const UNIT = 1_000_000

export function raceOf<S extends State>(rules: Rules<S>, biased: boolean) {
  const { initial, transitions, lost, rare = lost, rewards = [], leaves, bias = 0.5 } = rules
  const keys = Object.keys(initial), all = Object.entries(transitions), truths = all.map(() => 0)
  const over = rules.over ?? (s => keys.every(key => s[key] === initial[key]))
  const starts = (): Race<S> => ({
    s: { ...initial }, clocks: Object.fromEntries(all.map(([name]) => [name, { timer: null, rate: 0, weight: 1 }])), since: 0, weight: 1, sought: biased, away: false,
    cycles: 0, losses: 0, left: 0, sums: rewards.map(() => 0),
  })
  const model = defineModel({
    name: 'race', uses: [], config: { parse: (): null => null }, state: (): Race<S> => starts(),
    requests: { parse: input => input as { type: 'race.none' } }, facts: type<Fired>(),
    on: {
      'race.none'() {},
      'sim.started'(r, _, cx) { arm(r, cx) },
      'race.fired'(r, { transition }, cx) {
        const { fire } = transitions[transition]!, { s } = r
        for (let n = 0; n < rewards.length; n++) r.sums[n]! += r.weight * rewards[n]!(s) * (cx.now - r.since)
        r.since = cx.now
        r.weight *= r.clocks[transition]!.weight
        const was = leaves?.(s)
        fire(s)
        r.clocks[transition]!.timer = null
        if (was && !leaves!(s)) r.left += r.weight
        r.away = true
        if (rare?.(s)) r.sought = false
        const ends = lost?.(s)
        if (ends) r.losses += r.weight
        if (ends || over(s)) {
          r.cycles++
          for (const key of keys) s[key as keyof S] = initial[key]! as S[keyof S]
          r.weight = 1
          r.sought = biased
          r.away = false
        }
        arm(r, cx)
      },
    },
  })
  function arm(r: Race<S>, cx: { after(delay: number, event: Fired): TimerId; cancel(timer: TimerId): void; rng(purpose: string, thing: string): { exponential(mean: number): number } }): void {
    const { s } = r
    let failing = 0, kinds = 0, other = 0
    for (let n = 0; n < all.length; n++) {
      const [, { rate, failure }] = all[n]!, at = truths[n] = rate(s)
      if (!r.sought) continue
      if (!failure) other += at
      else if (at > 0) {
        failing += at
        kinds++
      }
    }
    // What is sought must be possible, and what is not sought, too.
    const both = failing + other, share = r.away && failing > 0 && other > 0 ? Math.max(bias, failing / both) : failing / both
    for (let n = 0; n < all.length; n++) {
      const [name, { failure }] = all[n]!, clock = r.clocks[name]!, truth = truths[n]!
      const at = truth === 0 || kinds === 0 ? truth : failure ? share * both / kinds : truth * (1 - share) * both / other
      clock.weight = at === 0 ? 1 : truth / at
      if (clock.timer !== null) {
        if (at === clock.rate) continue
        cx.cancel(clock.timer)
      }
      clock.rate = at
      clock.timer = at > 0 ? cx.after(cx.rng('clock', name).exponential(UNIT / at), { type: 'race.fired', transition: name }) : null
    }
  }
  const models = [model] as const
  return createSim({ models, world: initialWorld(models, { race: null }), seed: 0 })
}

const raceIn = <S>(sim: { readonly world: unknown }): Race<S> => (sim.world as { race: Race<S> }).race

/** What cycles gave: how many, their time, the weight of losses and of what was left, and the rewards. */
export interface Cycles { readonly cycles: number; readonly time: number; readonly losses: number; readonly left: number; readonly sums: readonly number[] }

/** In one run. */
const MOST_EVENTS = 20_000_000

/** So many cycles, from a seed. */
export function cyclesOf<S extends State>(rules: Rules<S>, biased: boolean, seed: string, count: number): (i: number) => Cycles & { events: number } {
  const sim = raceOf(rules, biased)
  return i => {
    sim.restart({ seed: `${seed}/${i}` })
    while (raceIn<S>(sim).cycles < count) if (!sim.step() || sim.handled > MOST_EVENTS) throw new Error('its cycles are too long to be simulated')
    const { cycles, losses, left, sums } = raceIn<S>(sim)
    return { cycles, losses, left, sums: sums.map(sum => sum / UNIT), time: sim.now / UNIT, events: sim.handled }
  }
}

/**
 * Regenerative: what is rare from biased cycles, how long a cycle is from plain ones, as many of each. `rare` names what y is of the one,
 * and x of the other; without `rare` rules both are of the same plain cycles.
 */
export function regenerative<S extends State>(rules: Rules<S>, count = 100, seed = 'cycles') {
  const plain = cyclesOf(rules, false, seed, count), biased = rules.rare || rules.lost ? cyclesOf(rules, true, `${seed}, biased`, count) : undefined
  const done: (readonly [Cycles, Cycles])[] = []
  let events = 0
  const run = (i: number): readonly [Cycles, Cycles] => {
    const once = plain(i), rare = biased?.(i) ?? once
    events += once.events + (biased ? (rare as typeof once).events : 0)
    return [rare, once]
  }
  return (pair: (rare: Cycles, plain: Cycles) => Pair): Experiment => ({ run: i => pair(...done[i] ??= run(i)), events: () => events })
}

/**
 * The probability to lose within a time: one plain mission; whenever it leaves its initial state, a biased branch sets out from there and ends when all
 * is well again, lost, or over. What branches lose before the mission itself is lost adds up to the probability: no weight outlives its branch.
 */
export function missions<S extends State>(rules: Rules<S>, time: number, count = 100, seed = 'missions'): Experiment {
  const mission = raceOf(rules, false), branch = raceOf(rules, true), until = Math.round(time * UNIT)
  let events = 0
  return {
    events: () => events,
    run(i) {
      let lost = 0
      for (let n = 0; n < count; n++) {
        mission.restart({ seed: `${seed}/${i}/${n}` })
        let branches = 0, wasAway = false
        while (raceIn<S>(mission).losses === 0 && mission.step(until)) {
          const { away, s } = raceIn<S>(mission)
          if (away && !wasAway) lost += branchFrom({ ...s }, until - mission.now, `${seed}/${i}/${n}/${branches++}`)
          wasAway = away
        }
        events += mission.handled
      }
      return [lost, count]
    },
  }
  function branchFrom(s: S, left: number, seed: string): number {
    const { race } = initialOf(raceIn<S>(branch), s, rules)
    branch.restart({ seed, world: { race } as never })
    while (raceIn<S>(branch).cycles === 0 && branch.step(left));
    events += branch.handled
    return raceIn<S>(branch).losses
  }
}

function initialOf<S extends State>(like: Race<S>, s: S, { rewards = [] }: Rules<S>): { race: Race<S> } {
  const clocks = Object.fromEntries(Object.keys(like.clocks).map(name => [name, { timer: null, rate: 0, weight: 1 }]))
  return { race: { s, clocks, since: 0, weight: 1, sought: true, away: true, cycles: 0, losses: 0, left: 0, sums: rewards.map(() => 0) } }
}

/** Plain missions: whether each was lost. */
export function plainMissions<S extends State>(rules: Rules<S>, time: number, count: number): { readonly lost: number; readonly of: number } {
  const sim = raceOf(rules, false)
  let lost = 0
  for (let n = 0; n < count; n++) {
    sim.restart({ seed: `plain/${n}` })
    while (raceIn<S>(sim).losses === 0 && sim.step(Math.round(time * UNIT)));
    lost += raceIn<S>(sim).losses
  }
  return { lost, of: count }
}

/** What is collected of the first reward in so much time, from the initial state; one replication for each `i`. */
export function collected<S extends State>(rules: Rules<S>, time: number, seed = 'collected'): (i: number) => number {
  const sim = raceOf(rules, false), until = Math.round(time * UNIT)
  return i => {
    sim.restart({ seed: `${seed}/${i}` })
    sim.runUntil(until)
    const { s, sums, since } = raceIn<S>(sim)
    return (sums[0]! + rules.rewards![0]!(s) * (until - since)) / UNIT
  }
}
