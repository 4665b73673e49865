/**
 * Plain runs or forks: decided once, before the study, by a pilot whose runs depend on the seed alone.
 *
 * Plain simulation is what everybody understands, so it stays where it can give the precision; where outages are so rare that it would take more
 * years than the study may have, the study forks at losses of redundancy instead (see rare/). What cannot fork says why.
 */
import { entriesOf } from '../base/id.ts'
import { lawsOf } from '../models/fault/life.ts'
import { listed } from '../scenario/issue.ts'
import { Collected } from './collect.ts'
import { chooseBias } from './rare/bias.ts'
import { Runner } from './runner.ts'
import { residual } from './stats/moments.ts'
import { ratioInterval } from './stats/ratio.ts'
import { judge } from './stats/sequential.ts'
import type { Study, Variant } from './study.ts'

export type Method =
  | { readonly kind: 'runs'; /** Why not forks, though outages are rare; null: they are not, or nobody asked. */ readonly because: string | null }
  | { readonly kind: 'forks'; readonly bias: number }

export type WantedMethod = 'auto' | 'runs' | 'forks'

const PILOT_RUNS = 24, OFTEN = 0.75
/** Plain runs are given up if they would have to simulate more years than this. */
const PLAIN_YEARS = 20_000

/** For one variant. A refusal to fork, when forks were asked for by name, is returned as text. */
export function methodOf(study: Study, variant: Variant, wanted: WantedMethod): Method | string {
  if (wanted === 'runs') return { kind: 'runs', because: null }
  if (wanted === 'auto') {
    if (plainIsEnough(study, variant)) return { kind: 'runs', because: null }
    const calendars = calendarsOf(variant.scenario)
    if (calendars.length > 0) return { kind: 'runs', because: unbiased(calendars) }
  }
  const bias = chooseBias(study, variant.scenario)
  if (typeof bias === 'number') return { kind: 'forks', bias }
  return wanted === 'forks' ? bias : { kind: 'runs', because: bias }
}

/** The rules of faults that come by a calendar. */
export const calendarsOf = ({ configs }: Variant['scenario']): string[] => entriesOf(configs.fault).flatMap(([name, rule]) => lawsOf(rule as never).upFor === null ? [name] : [])
/** Of outages that begin so, forks see as few as plain runs; but beside many weighted ones, that none was seen would not show in the interval. */
export const unbiased = (rules: readonly string[]): string => `${listed(rules, 'and')} ${rules.length === 1 ? 'comes' : 'come'} by a calendar, and cannot be sped up`

function plainIsEnough(study: Study, variant: Variant): boolean {
  const runner = new Runner({ ...study, seed: `${study.seed}/pilot` }, variant.scenario), all = new Collected(variant, study)
  const mostRuns = Math.ceil(Math.min(PLAIN_YEARS, study.mostYears) / study.yearsPerRun)
  for (let run = 0; run < Math.min(PILOT_RUNS, mostRuns); run++) all.add(runner.run(run))
  const down = all.services.get(study.services[0]!)!.down, verdict = judge(ratioInterval(down), residual(down, down.y / down.x), { precision: study.precision, firstRuns: PILOT_RUNS, mostRuns })
  // What happens in most runs is not rare, however few years the study may have: no fork makes it more frequent.
  return down.nonzero >= OFTEN * all.runs || (down.nonzero > 0 && verdict.runsNeeded !== null && verdict.runsNeeded <= mostRuns)
}

