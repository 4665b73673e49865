/**
 * Draws schedules. The mix is drawn too (swarm testing, Groce et al. 2012): each schedule has its own subset of kinds and of victims, so that rare
 * combinations come up that an even mix would hide. A fault comes at any time, or soon after the one before, where recoveries are under way, or inside a script.
 * fast-check shrinks what it draws: fewer faults, earlier, shorter, by simpler kinds.
 */
import fc from 'fast-check'
import { SECOND, type Micros } from '../base/time.ts'
import { VARIED, type Varied, type Vary } from '../scenario/vary.ts'
import type { Fault, InScript, Schedule } from './schedule.ts'
import type { Target } from './target.ts'

/** A script is struck at one of so many statements, the earlier ones more often: most scripts end sooner, and then the fault does not come. */
const STATEMENTS = [20, 80, 320]

export function schedules(target: Target, most = target.vary.most): fc.Arbitrary<Schedule> {
  const { vary, victims, scripts } = target, kinds = VARIED.filter(kind => victims.has(kind))
  const everybody = [...new Set([...victims.values()].flat())]
  const seconds = (from: Micros, to: Micros) => fc.integer({ min: Math.ceil(from / SECOND), max: Math.max(Math.ceil(from / SECOND), Math.floor(to / SECOND)) }).map(s => s * SECOND)
  const timed = seconds(vary.from, vary.from + vary.within)
  // Seconds, minutes and hours after the one before are equally likely: that is how far apart things happen that meddle with each other.
  const gap = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 3 * 3600 })).map(s => ({ gap: s * SECOND }))
  const inScript = scripts.length === 0 || !vary.inScript ? null : fc.record({
    script: fc.constantFrom(...scripts), start: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3 })),
    statement: fc.oneof(...STATEMENTS.map(max => fc.integer({ min: 1, max }))),
  })
  // The first fault has no script to strike; one that is to strike in a script before any has run comes to nothing.
  const at = fc.oneof({ weight: 1, arbitrary: timed }, { weight: 3, arbitrary: gap }, ...inScript === null ? [] : [{ weight: 2, arbitrary: inScript }])
  const fault = fc.record({ kind: fc.nat(1_000), victim: fc.nat(1_000), at, lasts: seconds(...vary.lasts) })
  return fc.record({
    swarm: fc.record({ kinds: fc.subarray([...kinds], { minLength: 1 }), victims: fc.subarray(everybody, { minLength: 1 }) }),
    faults: fc.array(fault, { minLength: 1, maxLength: most, size: 'max' }),
    delay: vary.operatorDelay === undefined ? fc.constant(null) : seconds(...vary.operatorDelay),
    drawnOrder: vary.interleaving ? fc.boolean() : fc.constant(false),
  }).map(({ swarm, faults, delay, drawnOrder }) => ({
    delay, drawnOrder,
    faults: placed(faults, vary).map(({ kind, victim, at, lasts }): Fault => {
      const drawn = swarm.kinds[kind % swarm.kinds.length] as Varied, whom = victims.get(drawn)!, chosen = whom.filter(each => swarm.victims.includes(each)), among = chosen.length > 0 ? chosen : whom
      return { kind: drawn, target: among[victim % among.length]!, at, lasts }
    }),
  }))
}

interface Gap { readonly gap: Micros }
/** Times that count from the fault before become times of the run; none is later than the scenario allows. */
function placed<F extends { readonly at: Micros | Gap | InScript }>(faults: readonly F[], { from, within }: Vary): (Omit<F, 'at'> & { at: Micros | InScript })[] {
  let before: Micros = from
  return faults.map(fault => {
    const { at } = fault
    if (typeof at !== 'number' && 'script' in at) return { ...fault, at }
    before = typeof at === 'number' ? at : Math.min(from + within, before + at.gap)
    return { ...fault, at: before }
  })
}

/** Schedule number `run` of a search: it depends on nothing but the seed and its number, so workers can share them out as they like. */
export function drawn(target: Target, seed: number, run: number, most = target.vary.most): Schedule {
  let known = arbitraries.get(target)
  if (known === undefined || known.most !== most) arbitraries.set(target, known = { most, of: schedules(target, most) })
  return fc.sample(known.of, { seed: seedOf(seed, run), numRuns: 1 })[0]!
}
const arbitraries = new WeakMap<Target, { readonly most: number; readonly of: fc.Arbitrary<Schedule> }>()
export const seedOf = (seed: number, run: number): number => (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(run + 1, 0xc2b2ae35)) | 0
