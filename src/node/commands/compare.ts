/**
 * `hotspare compare A B`: two designs, and the interval of their difference.
 *
 * Each is a study or scenario, or one variant of it (`file.yaml#variant`), and both make the same runs; or each is an earlier result (`plan --json`), and then the two are taken
 * as independent. `--precision` is of the difference: `0.5 min/yr`, or a share of the larger downtime.
 */
import { ordersOf } from '../../study/hands.ts'
import { methodOf, type WantedMethod } from '../../study/method.ts'
import { Plan } from '../../study/plan.ts'
import { parseBudget, type Budget } from '../../study/regression.ts'
import { share } from '../../study/schema.ts'
import type { Variant } from '../../study/study.ts'
import { ComparisonPlan, comparisonOf, independent, pairOf, type ComparisonResult } from '../../study/whatif/comparison.ts'
import { comparisonText } from '../../study/whatif/comparison-text.ts'
import { amount } from '../../study/words.ts'
import { parseDuration, YEAR } from '../../base/time.ts'
import { readText, studyFile, writeWhole } from '../files.ts'
import { resultIn } from '../gate.ts'
import { openStudy, type OpenedStudy } from '../study-input.ts'
import { pick, splitName, type Named } from '../study-variant.ts'
import { checkOutputs } from '../study-output.ts'
import { runStudy } from '../study-run.ts'
import { colors, complain, print, progress, quoted, UsageError } from '../terminal.ts'
import { VERSION } from '../version.ts'

export interface CompareOptions { precision?: string; years?: number; budget?: string; workers?: number; seed?: string; fidelity?: 'state' | 'frames'; method?: WantedMethod; json?: boolean; report?: string; quiet?: boolean }
const INTERRUPTED = 130

export async function compare(a: string, b: string, options: CompareOptions): Promise<number> {
  const start = Date.now(), wanted = precisionOf(options.precision ?? '5%'), budget = options.budget === undefined ? undefined : parseDuration(options.budget)
  if (options.budget !== undefined && budget === undefined) throw new UsageError(`--budget ${options.budget}: expected a duration such as 60s`)
  checkOutputs(options)
  const [one, two] = [splitName(a), splitName(b)], earlier = [one, two].map(({ file }) => resultIn(readText(studyFile(file))))
  if (earlier[0] !== undefined && earlier[1] !== undefined) {
    if (options.report !== undefined) throw new UsageError('--report: expected two studies; earlier results have their own reports')
    return tell(known(independent(earlier[0], pick(earlier[0].variants, one, a), earlier[1], pick(earlier[1].variants, two, b), `hotspare compare ${quoted(a)} ${quoted(b)}`), b), options)
  }
  const odd = earlier.findIndex(each => each !== undefined)
  if (odd >= 0) throw new UsageError(`${odd === 0 ? a : b}: is an earlier result, and ${odd === 0 ? b : a} is none; expected two of a kind: hotspare plan ${quoted(odd === 0 ? b : a)} --json gives the other`)

  const change = { years: options.years, fidelity: options.fidelity }, first = await openStudy(one.file, { ...change, seed: options.seed }), second = await openStudy(two.file, { ...change, seed: first.study.seed })
  const study = known(pairOf(first.study, pickIn(first, one, a), second.study, pickIn(second, two, b)), b)
  const methods = study.variants.map(variant => {
    const method = methodOf(study, variant, options.method ?? 'auto')
    if (typeof method === 'string') throw new UsageError(`--method forks: ${variant.name}: ${method}`)
    return method
  })
  const main = new ComparisonPlan(new Plan(study, methods), wanted), { plan } = main, exactly = options.years !== undefined && options.precision === undefined
  const stop = new AbortController(), bar = options.quiet ? undefined : progress(), timer = budget === undefined ? undefined : setTimeout(() => stop.abort(), Math.max(0, start + budget / 1000 - Date.now()))
  let interrupted = false
  const onSignal = (): void => { interrupted = true; stop.abort() }
  process.once('SIGINT', onSignal)
  let complete = false
  try {
    complete = await runStudy({
      orders: ordersOf(study, study.variants.map(({ scenario }, i) => ({ scenario, method: methods[i]! }))), workers: options.workers, mostRuns: Math.max(2, Math.ceil(study.mostYears / study.yearsPerRun)), signal: stop.signal,
      next: () => main.next(exactly), known: () => undefined, left: () => null,
      take: (_, tallies) => {
        tallies.forEach((tally, system) => plan.collect(system, tally))
        bar?.say(() => `${study.variants.map(({ name }, i) => `${name} ${amount(minutes(plan, i))}`).join(', ')} min/yr after ${plan.runs} runs`, () => ({ progress: 'runs', runs: plan.runs }))
      },
    })
  } finally {
    clearTimeout(timer)
    process.removeListener('SIGINT', onSignal)
    bar?.end()
  }
  if (plan.runs < 2) {
    if (interrupted) return INTERRUPTED
    throw new UsageError(`--budget ${options.budget}: over before there were two runs`)
  }
  const ended = !complete ? interrupted ? 'interrupted' : 'budget' : main.precise ? 'precise' : 'years'
  const result = plan.result({ hotspare: VERSION, ended, repeat: repeatOf(a, b, options, complete ? options.years : plan.runs * study.yearsPerRun) })
  if (options.report !== undefined) writeWhole(options.report, (await import('../../study/report/html.ts')).htmlOf(result))
  const status = tell(comparisonOf(plan, result), options)
  if (!interrupted) return status
  complain(`interrupted: this is of the first ${plan.runs} runs only`)
  return INTERRUPTED
}

function tell(result: ComparisonResult, { json, quiet }: CompareOptions): number {
  if (json) print(JSON.stringify(result))
  else {
    const lines = comparisonText(result), end = lines.findIndex(({ text }) => text === '')
    for (const { text, heading } of quiet ? lines.slice(0, end) : lines) print(heading ? colors.bold(text) : text)
  }
  return 0
}

const minutes = (plan: Plan, variant: number): number => {
  const { down } = plan.collected[variant]!.services.get(plan.study.services[0]!)!
  return down.y / down.x * YEAR / 60_000_000
}

const pickIn = ({ study }: OpenedStudy, named: Named, given: string): Variant => pick(study.variants, named, given)

function known<T>(value: T | string, given: string): T {
  if (typeof value === 'string') throw new UsageError(`${given}: ${value}`)
  return value
}

function precisionOf(text: string): Budget {
  const budget = parseBudget(text)
  if (budget !== undefined) return budget
  const parsed = share.safeParse(Number(text))
  if (!parsed.success) throw new UsageError(`--precision ${text}: expected how precise the difference is to be, such as '0.5 min/yr', or 5% of the larger downtime`)
  return { says: text, share: parsed.data }
}

function repeatOf(a: string, b: string, { precision, seed, fidelity, method }: CompareOptions, years: number | undefined): string {
  const words: [string, string | number | undefined][] = [['--precision', precision], ['--years', years], ['--seed', seed], ['--fidelity', fidelity], ['--method', method]]
  return [`hotspare compare ${quoted(a)} ${quoted(b)}`, ...words.flatMap(([option, value]) => value === undefined ? [] : [`${option} ${quoted(String(value))}`])].join(' ')
}

