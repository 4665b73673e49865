/**
 * `checkRecovery`: the search of `hotspare check` as a function, for a team's own tests. Everything in this thread; the result is plain data and a report.
 */
import { readyScenario, type Scenario } from '../scenario/build.ts'
import type { ScenarioInput } from '../scenario/schema.ts'
import type { Covered } from './coverage.ts'
import type { Failure } from './judge.ts'
import { coverageText, failureText, verdict } from './report.ts'
import type { Struck } from './runner.ts'
import type { Schedule } from './schedule.ts'
import { searchPart, smallestOf, type Found } from './search.ts'
import { targetOf } from './target.ts'
import { withScript } from './with-script.ts'

export interface RecoveryOptions {
  /** The text of a script to try in the place of those that the scenario names; `name` is what transcripts call it. */
  readonly script?: string
  readonly name?: string
  /** Schedules to try; default 1000. */
  readonly runs?: number
  /** Another series of schedules; default 1. */
  readonly seed?: number
  /** Faults in one schedule at most; default: what the scenario's `vary` says. */
  readonly maxFaults?: number
}
export interface BrokenPromise { readonly run: number; readonly failure: Failure; /** The smallest schedule that breaks it so. */ readonly schedule: Schedule; readonly struck: readonly Struck[]; /** As `hotspare check` tells it. */ readonly text: string }
export interface Recovery {
  /** No schedule broke a promise. */
  readonly kept: boolean
  readonly runs: number
  /** Every schedule that broke one. */
  readonly found: readonly Found[]
  /** One for each rule that was broken, made as small as it gets. */
  readonly broken: readonly BrokenPromise[]
  readonly covered: Covered
  /** All of it as text of 80 columns. */
  readonly report: string
}

/**
 * Runs a recovery script against schedules of faults drawn from the seed. The same scenario, script and options give the same result everywhere.
 * Throws a BadScenario if the scenario cannot be run, and nothing else: what breaks is in the result.
 */
export function checkRecovery(input: Scenario | ScenarioInput, { script, name = 'recover.sh', runs = 1000, seed = 1, maxFaults }: RecoveryOptions = {}): Recovery {
  const ready = readyScenario(input), target = targetOf(script === undefined ? ready : withScript(ready, { file: name, text: script }))
  const result = searchPart(target, { seed, most: maxFaults, part: { from: 0, to: runs } })
  const broken = smallestOf(target, seed, result.found, maxFaults).map((smallest): BrokenPromise => ({
    run: smallest.run, failure: smallest.failure, schedule: smallest.schedule, struck: smallest.outcome.struck,
    text: failureText(target, result, smallest, `checkRecovery(…, { seed: ${seed}, runs: ${smallest.run + 1} })`).join('\n'),
  }))
  return {
    kept: result.found.length === 0, runs: result.runs, found: result.found, broken, covered: result.covered,
    report: [...verdict(result), ...broken.flatMap(({ text }) => ['', text]), '', ...coverageText(target, result.covered)].join('\n'),
  }
}
