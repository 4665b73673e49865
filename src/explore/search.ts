/**
 * `hotspare check`: runs schedule after schedule, keeps the failures, and makes the first of each kind as small as it gets.
 * Schedule number n depends on seed and n alone, so parts of a search can be done anywhere and put together; the result is the same whoever did them.
 */
import fc from 'fast-check'
import type { Scenario } from '../scenario/build.ts'
import { Coverage, type Covered } from './coverage.ts'
import { drawn, schedules, seedOf } from './draw.ts'
import type { Failure, Rule } from './judge.ts'
import { minimize } from './minimize.ts'
import { runSchedule, type Outcome } from './runner.ts'
import type { Schedule } from './schedule.ts'
import { targetOf, type Target } from './target.ts'

export interface Part { readonly from: number; readonly to: number }
export interface Found { readonly run: number; readonly rule: Rule; readonly says: string; readonly faults: number }
/** What a part of a search has come to; plain data. */
export interface PartResult { readonly runs: number; readonly struck: number; readonly events: number; readonly found: readonly Found[]; readonly covered: Covered }

export const runSeed = (seed: number, run: number): string => `${seed}/${run}`

export function searchPart(target: Target, { seed, most, part, stop }: { readonly seed: number; readonly most?: number | undefined; readonly part: Part; /** Asked before each run. */ readonly stop?: () => boolean }): PartResult {
  const coverage = new Coverage(), found: Found[] = []
  let runs = 0, struck = 0, events = 0
  for (let run = part.from; run < part.to; run++) {
    if (stop?.()) break
    const outcome = runSchedule(target, drawn(target, seed, run, most), runSeed(seed, run), coverage)
    runs++
    struck += outcome.struck.length
    events += outcome.events
    if (outcome.failure !== null) found.push({ run, rule: outcome.failure.rule, says: outcome.failure.says, faults: outcome.struck.length })
  }
  return { runs, struck, events, found, covered: coverage.covered() }
}

export interface Smallest {
  /** Its number, which `--path` takes. */
  readonly run: number
  readonly schedule: Schedule
  readonly outcome: Outcome
  readonly failure: Failure
  readonly seed: string
  /** How many schedules were run to find it. */
  readonly tries: number
}

/** The failure of one run: shrunk by fast-check, which drew it, and then minimised. null: it does not fail. */
export function shrink(target: Target, seed: number, run: number, most?: number): Smallest | null {
  const name = runSeed(seed, run), first = drawn(target, seed, run, most), rule = runSchedule(target, first, name).failure?.rule
  if (rule === undefined) return null
  const keeps = fc.property(schedules(target, most), schedule => runSchedule(target, schedule, name).failure?.rule !== rule)
  const { counterexample, numShrinks } = fc.check(keeps, { seed: seedOf(seed, run), numRuns: 1 })
  const { schedule, outcome, runs } = minimize(target, counterexample?.[0] ?? first, candidate => runSchedule(target, candidate, name))
  return outcome.failure === null ? null : { run, schedule, outcome, failure: outcome.failure, seed: name, tries: runs + numShrinks }
}

/** The parts of a search, put together. */
export function merge(parts: readonly PartResult[]): PartResult {
  const coverage = new Coverage()
  for (const { covered } of parts) coverage.add(covered)
  const sum = (of: (part: PartResult) => number) => parts.reduce((total, part) => total + of(part), 0)
  return { runs: sum(p => p.runs), struck: sum(p => p.struck), events: sum(p => p.events), found: parts.flatMap(({ found }) => found).sort((a, b) => a.run - b.run), covered: coverage.covered() }
}

export interface CheckOptions { readonly runs?: number; readonly seed?: number; readonly maxFaults?: number | undefined }
export interface CheckResult extends PartResult {
  readonly seed: number
  /** One for each rule that was broken, the first that broke it made as small as it gets. */
  readonly smallest: readonly Smallest[]
}
/**
 * The whole search in this thread. Throws nothing about the system: what breaks is in the result.
 * Runs `runs` schedules (default 1000) from `seed` (default 1).
 */
export function check(scenario: Scenario, { runs = 1000, seed = 1, maxFaults }: CheckOptions = {}): CheckResult {
  const target = targetOf(scenario), result = searchPart(target, { seed, most: maxFaults, part: { from: 0, to: runs } })
  return { ...result, seed, smallest: smallestOf(target, seed, result.found, maxFaults) }
}
/** The first failure of each rule, made small. */
export function smallestOf(target: Target, seed: number, found: readonly Found[], most?: number): Smallest[] {
  const firsts = new Map<Rule, Found>()
  for (const each of found) {
    const known = firsts.get(each.rule)
    if (known === undefined || each.faults < known.faults) firsts.set(each.rule, each)
  }
  return [...firsts.values()].flatMap(({ run }) => shrink(target, seed, run, most) ?? [])
}
