/**
 * The planning defaults that a variant rests on: models note them when they use them, so the first runs are looked at, made once more for that.
 *
 * A default that only something rare needs may be used in later runs alone; it is then not told.
 */
import { assumptionsOf, type Assumption } from '../scenario/assumptions.ts'
import { Runner } from './runner.ts'
import type { Study, Variant } from './study.ts'

const RUNS = 2

export function assumedBy(study: Study, { scenario }: Variant): Assumption[] {
  const runner = new Runner(study, scenario), all = new Map<string, Assumption>()
  for (let run = 0; run < RUNS; run++) {
    runner.run(run)
    for (const assumption of assumptionsOf(runner.sim.world)) all.set(assumption.id, assumption)
  }
  return [...all.values()].sort((a, b) => a.id < b.id ? -1 : 1)
}
