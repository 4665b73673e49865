/** Two nodes that lose sight of each other, and each fences the other: who survives. */
import { createSim } from '../../../src/core/sim.ts'
import { defineModel, initialWorld, type, type TimerId } from '../../../src/core/model.ts'
import { figures, named, numbersOf, type Family, type Parameters } from '../family.ts'
import { integral } from '../math.ts'
import type { Experiment } from '../experiment.ts'

/** Seconds that a node waits before it fences: at most at random, or fixed. */
interface Race { readonly random: number; readonly fixed: readonly [number, number]; readonly action: number }
const raceOf = (p: Parameters): Race => {
  const { delayMaxSeconds, fenceActionSeconds } = numbersOf(p, 'delayMaxSeconds', 'fenceActionSeconds')
  return { random: delayMaxSeconds, fixed: [0, 0], action: fenceActionSeconds }
}
const still = (p: Parameters, delay: number): Race => ({ random: 0, fixed: [0, delay], action: numbersOf(p, 'fenceActionSeconds').fenceActionSeconds })
const delayed = (p: Parameters): Race => still(p, numbersOf(p, 'staticDelayOneNodeSeconds').staticDelayOneNodeSeconds)

interface Fence { alive: [boolean, boolean]; timers: [TimerId | null, TimerId | null]; open: number; races: number; both: number }
type Event = { type: 'fence.issued'; node: number } | { type: 'fence.fenced'; node: number }

/** A node that is dead cannot issue; what has been issued takes effect. The next race begins a second after the last act of one. */
function races({ random, fixed, action }: Race): Experiment {
  const SECOND = 1_000_000, PER_RUN = 200
  const model = defineModel({
    name: 'fence', uses: [], config: { parse: (): null => null }, state: (): Fence => ({ alive: [true, true], timers: [null, null], open: 0, races: 0, both: 0 }),
    requests: { parse: input => input as { type: 'fence.part' } }, facts: type<Event>(),
    on: {
      'sim.started'(_, _event, cx) { cx.emit({ type: 'fence.part' }) },
      'fence.part'(f, _, cx) {
        f.alive = [true, true]
        f.open = 2
        for (const node of [0, 1] as const) {
          const wait = fixed[node]! + (random > 0 ? random * cx.rng('delay', `node${node}`).uniform() : 0)
          f.timers[node] = cx.after(Math.round(wait * SECOND), { type: 'fence.issued', node })
        }
      },
      'fence.issued'(f, { node }, cx) {
        f.timers[node as 0 | 1] = null
        cx.after(Math.round(action * SECOND), { type: 'fence.fenced', node: 1 - node })
      },
      'fence.fenced'(f, { node }, cx) {
        const dead = node as 0 | 1, timer = f.timers[dead]
        f.alive[dead] = false
        f.open--
        if (timer !== null) {
          cx.cancel(timer)
          f.timers[dead] = null
          f.open--
        }
        if (f.open > 0) return
        f.races++
        if (!f.alive[0] && !f.alive[1]) f.both++
        cx.after(SECOND, { type: 'fence.part' })
      },
    },
  })
  const models = [model] as const, sim = createSim({ models, world: initialWorld(models, { fence: null }), seed: 0 })
  return {
    run(i) {
      sim.restart({ seed: `fence/${i}` })
      while (sim.world.fence.races < PER_RUN) sim.step()
      return [sim.world.fence.both, PER_RUN]
    },
  }
}

const fenceRace: Family = {
  analytic(p) {
    const both = ({ random, fixed: [a, b], action }: Race): number => random === 0 ? Number(Math.abs(a - b) < action) : 1 - Math.max(0, 1 - action / random) ** 2
    return figures({ probBothFenced: () => both(raceOf(p)), probBothFenced_noDelay: () => both(still(p, 0)), probBothFenced_staticDelayOnOneNode: () => both(delayed(p)) })
  },
  /** For each delay of the one, the share of delays of the other that are near enough. */
  otherwise(p) {
    const { random: D, action: L } = raceOf(p), near = (d: number): number => (Math.min(D, d + L) - Math.max(0, d - L)) / D
    const edges = [0, Math.min(L, D - L), Math.max(L, D - L), D].map(edge => Math.min(D, Math.max(0, edge)))
    return figures({ probBothFenced: () => edges.slice(1).reduce((all, to, i) => all + integral(near, edges[i]!, to, 2), 0) / D })
  },
  simulated: p => named({ probBothFenced: () => races(raceOf(p)), probBothFenced_noDelay: () => races(still(p, 0)), probBothFenced_staticDelayOnOneNode: () => races(delayed(p)) }),
}

export const fencing: Readonly<Record<string, Family>> = { 'fence-race': fenceRace }
