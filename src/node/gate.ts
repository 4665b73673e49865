/**
 * `--baseline FILE --max-regression BUDGET`: whether the first service of the first variant is down for longer than it was, by more than it may be.
 *
 * The baseline is an earlier result (`--json`), taken as an independent estimate, or another study, which then makes the same runs: pairs of runs tell a
 * difference with far fewer of them. As long as it cannot be told, runs are added; how many depends on the runs alone, so the same seed has the same verdict
 * (a `--budget` in seconds may end it earlier on a slower machine; `--years` does not).
 */
import { wrap } from '../scenario/text.ts'
import { listedNear, meant } from '../scenario/issue.ts'
import { Collected } from '../study/collect.ts'
import { compareVariants } from '../study/compare.ts'
import { perTime } from '../study/estimate.ts'
import { methodOf, type Method, type WantedMethod } from '../study/method.ts'
import type { Plan, Round } from '../study/plan.ts'
import { allowed, differenceOf, judgeRegression, parseBudget, type Budget, type Regression } from '../study/regression.ts'
import { RESULT_SCHEMA, type Figure, type StudyResult, type VariantResult } from '../study/result.ts'
import type { Study, Variant } from '../study/study.ts'
import type { RunTally } from '../study/tally.ts'
import { figureText } from '../study/words.ts'
import { readText, studyFile } from './files.ts'
import { openStudy, type OpenedStudy } from './study-input.ts'
import { UsageError } from './terminal.ts'

export interface Outcome {
  readonly failed: boolean
  readonly lines: readonly string[]
  readonly data: { readonly baseline: string; readonly service: string; readonly allowed: number; readonly difference: Figure; readonly verdict: Regression; readonly failed: boolean }
}
type Baseline = { readonly figure: Figure } | { readonly variant: Variant; readonly method: Method; readonly collected: Collected }

const GROWTH = 1.25

export async function openGate({ study, source }: OpenedStudy, file: string, most: string, wanted: WantedMethod): Promise<Gate> {
  const budget = parseBudget(most), [first] = study.services, own = study.variants[0]!
  if (budget === undefined) throw new UsageError(`--max-regression '${most}': expected how much downtime more, such as '1 min/yr', '30 s/yr', '0.5 h/yr' or '5%'`)
  const earlier = resultIn(readText(studyFile(file)))
  const named = <T extends { readonly name: string }>(variants: readonly T[]): T => variants.find(({ name }) => name === own.name) ?? variants[0]!
  const known = (services: readonly string[]): void => {
    if (services.includes(first!)) return
    const { suggestion } = meant(first!, services)
    throw new UsageError(`--baseline ${file}: has no service "${first!}"; it has ${listedNear(first, services)}${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`)
  }
  if (earlier !== undefined) {
    const { services } = named<VariantResult>(earlier.variants)
    known(services.map(({ name }) => name))
    return new Gate(file, study, budget, { figure: services.find(({ name }) => name === first)!.downtime })
  }
  const other = await openStudy(file, { ...source.change, seed: study.seed }), variant = named(other.study.variants)
  known(other.study.services)
  const method = methodOf({ ...study, variants: [variant] }, variant, wanted)
  if (typeof method === 'string') throw new UsageError(`--method forks: --baseline ${file}: ${method}`)
  return new Gate(file, study, budget, { variant, method, collected: new Collected(variant, study) })
}

export function resultIn(text: string): StudyResult | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    const value = JSON.parse(text) as StudyResult
    return value.schema === RESULT_SCHEMA ? value : undefined
  } catch {
    return undefined
  }
}

function moreOrLess(difference: Figure): string {
  const { value, low, high } = difference, turned = (each: number | null): number | null => each === null ? null : -each
  return value !== null && value < 0 ? `${figureText({ ...difference, value: -value, low: turned(high), high: turned(low) })} less` : `${figureText(difference)} more`
}

export class Gate {
  private readonly file: string
  private readonly study: Study
  private readonly budget: Budget
  private readonly baseline: Baseline

  constructor(file: string, study: Study, budget: Budget, baseline: Baseline) {
    this.file = file
    this.study = study
    this.budget = budget
    this.baseline = baseline
  }

  /** What has to be run for it besides the study. */
  get systems(): readonly { readonly scenario: Variant['scenario']; readonly method: Method }[] {
    return 'figure' in this.baseline ? [] : [this.baseline]
      .map(({ variant, method }) => ({ scenario: variant.scenario, method }))
  }

  collect(tally: RunTally | undefined): void {
    if (tally !== undefined && !('figure' in this.baseline)) this.baseline.collected.add(tally)
  }

  /** The study has enough for itself: more runs for the verdict, if they can help. */
  more(plan: Plan, mostRuns: number): Round | null {
    const { runs } = plan, { verdict, hopeless } = this.judge(plan)
    return verdict !== 'cannot tell' || hopeless || runs >= mostRuns ? null : { from: runs, to: Math.min(mostRuns, Math.ceil(runs * GROWTH)) }
  }

  outcome(plan: Plan): Outcome {
    const { difference, most, verdict, hopeless } = this.judge(plan), service = this.study.services[0]!, failed = verdict === 'exceeded' || (verdict === 'cannot tell' && (difference.value ?? 0) > most)
    const what = `${service} is down ${moreOrLess(difference)} than in ${this.file}, where ${this.budget.says} more is allowed`
    const says = verdict === 'within' ? `No regression: ${what}.` : verdict === 'exceeded' ? `Regression: ${what}.`
      : `Cannot tell whether there is a regression: ${what}. ${hopeless ? 'More runs would not help: the baseline is not known well enough.' : 'More runs would tell.'} The best estimate decides: ${failed ? 'failed' : 'passed'}.`
    return { failed, lines: wrap(says, 80), data: { baseline: this.file, service, allowed: most, difference, verdict, failed } }
  }

  private judge(plan: Plan): { difference: Figure; most: number; verdict: Regression; hopeless: boolean } {
    const { baseline, study } = this, service = study.services[0]!, own = plan.collected[0]!, now = perTime(own.services.get(service)!.down, 'min/yr')
    if ('figure' in baseline) {
      const difference = differenceOf(now, baseline.figure), most = allowed(this.budget, baseline.figure)
      return { difference, most, verdict: judgeRegression(difference, most), hopeless: judgeRegression(differenceOf({ ...now, low: now.value, high: now.value }, baseline.figure), most) === 'cannot tell' }
    }
    const { variant, collected } = baseline, { difference } = compareVariants(service, variant, collected, study.variants[0]!, own)
    const most = allowed(this.budget, perTime(collected.services.get(service)!.down, 'min/yr'))
    return { difference, most, verdict: judgeRegression(difference, most), hopeless: false }
  }
}
