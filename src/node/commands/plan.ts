/**
 * `hotspare plan STUDY`: runs it until its figures are as precise as was asked for, and tells them.
 *
 * Runs are what costs, and they depend on the study, its seed and their numbers alone; so they may be done by any number of threads (study-run.ts), kept in a
 * file and gone on with, or be done in parts on many machines (run-file.ts, merge.ts). Results are always of the runs 0 to n - 1.
 */
import { existsSync, statSync } from 'node:fs'
import { parseDuration } from '../../base/time.ts'
import { share } from '../../study/schema.ts'
import { ordersOf } from '../../study/hands.ts'
import { methodOf, type Method, type WantedMethod } from '../../study/method.ts'
import { Plan } from '../../study/plan.ts'
import type { StudyResult } from '../../study/result.ts'
import type { RunTally } from '../../study/tally.ts'
import { amount } from '../../study/words.ts'
import { plural } from '../../scenario/text.ts'
import { openGate, type Gate } from '../gate.ts'
import { checkOutputs, tell, type Outputs } from '../study-output.ts'
import { openRuns, readRuns, type Header, type ReadRuns, type Shard } from '../run-file.ts'
import { fingerprintOf, openStudy, type OpenedStudy } from '../study-input.ts'
import { runStudy } from '../study-run.ts'
import { addSides, wantsSides } from '../study-sides.ts'
import { complain, progress, quoted, report, UsageError, type Progress } from '../terminal.ts'
import { VERSION } from '../version.ts'

export interface PlanOptions extends Outputs {
  precision?: string; years?: number; budget?: string; workers?: number; seed?: string; fidelity?: 'state' | 'frames'; method?: WantedMethod
  baseline?: string; maxRegression?: string; resume?: string; shard?: string; out?: string; exact?: boolean; importance?: boolean
}
const INTERRUPTED = 130
/** Of a budget that is for side studies, too. */
const MAIN_SHARE = 0.6

export async function plan(given: string, options: PlanOptions): Promise<number> {
  const start = Date.now(), precision = precisionOf(options.precision), budget = budgetOf(options.budget), shard = shardOf(options), kept = options.out ?? options.resume
  // Asked for so many years and for no precision, it does so many, whatever they show.
  const exactly = options.years !== undefined && precision === undefined
  const opened = await openStudy(given, { precision, years: options.years, seed: options.seed, fidelity: options.fidelity }), { study } = opened
  if ((options.baseline === undefined) !== (options.maxRegression === undefined)) throw new UsageError('--baseline and --max-regression belong together: against what, and how much')
  const gate = options.baseline === undefined ? null : await openGate(opened, options.baseline, options.maxRegression!, options.method ?? 'auto')
  checkOutputs(options)

  const mostRuns = Math.max(2, Math.ceil(study.mostYears / study.yearsPerRun)), fingerprint = fingerprintOf(study, VERSION)
  const methods = keptMethods(kept, fingerprint, options.method) ?? study.variants.map(variant => chosen(methodOf(study, variant, options.method ?? 'auto'), variant.name))
  const header: Header = { format: 'hotspare-runs-1', source: opened.source, fingerprint, methods, shard, mostRuns, exactly, asked: { precision: options.precision, years: options.years, seed: options.seed, fidelity: options.fidelity, method: options.method } }
  const file = kept === undefined ? undefined : openRuns(kept, header), earlier = knownRuns(file?.earlier)
  const main = new Plan(study, methods), ended = await work({ main, gate, header, earlier, append: file?.append, options, until: budget === undefined ? undefined : start + budget / 1000 * (wantsSides(options) ? MAIN_SHARE : 1) })
  file?.flush()
  if (options.out !== undefined) {
    if (!options.quiet) report(`${options.out}: part ${shard.part} of ${shard.of}, ${ended === 'years' ? `${plural(ownRuns(shard, mostRuns), 'run')}, complete` : 'not complete: the same command goes on with it'}`)
    return ended === 'interrupted' ? INTERRUPTED : 0
  }
  if (main.runs < 2) {
    if (ended === 'interrupted') return INTERRUPTED
    throw new UsageError(`--budget ${options.budget}: over before there were two runs`)
  }
  const result = main.result({ hotspare: VERSION, ended, exact: options.exact, repeat: repeatOf(opened, options, ended, main) }), regression = gate?.outcome(main) ?? null
  const whole = wantsSides(options) && ended !== 'interrupted' ? await addSides(main, result, opened.source, options, budget === undefined ? undefined : start + budget / 1000) : result
  await tell(whole, regression, options)
  if (ended === 'interrupted') {
    complain(`interrupted: this is of the first ${plural(main.runs, 'run')} only`)
    return INTERRUPTED
  }
  return regression?.failed ? 1 : 0
}

interface Going { readonly main: Plan; readonly gate: Gate | null; readonly header: Header; readonly earlier: ReadonlyMap<string, RunTally>; readonly append: ReturnType<typeof openRuns>['append'] | undefined; readonly options: PlanOptions; readonly until: number | undefined }

/** All runs that it takes; why it ended. */
async function work({ main, gate, header, earlier, append, options, until }: Going): Promise<StudyResult['ended']> {
  const { study, methods } = main, { shard, mostRuns, exactly } = header, whole = shard.of === 1, systems = [...study.variants.map(({ scenario }, i) => ({ scenario, method: methods[i]! })), ...gate?.systems ?? []]
  const stop = new AbortController(), bar = options.quiet ? undefined : progress(), start = Date.now()
  let interrupted = false, begun = false, did = 0, first = start, complete = false
  const onSignal = (): void => { interrupted = true; stop.abort() }
  const timer = until === undefined ? undefined : setTimeout(() => stop.abort(), Math.max(0, until - start))
  /** Runs still to come; null: nobody knows yet. */
  const left = (): number | null => {
    const all = !whole ? ownRuns(shard, mostRuns) - did : exactly ? mostRuns - main.runs : null
    if (all !== null) return all
    const { runs, runsNeeded } = main.progress()
    return runsNeeded === null ? null : Math.max(0, runsNeeded - runs)
  }
  process.once('SIGINT', onSignal)
  try {
    complete = await runStudy({
      orders: ordersOf(study, systems), workers: options.workers, mostRuns, signal: stop.signal, mine: run => run % shard.of === shard.part - 1,
      next: () => {
        if (whole) return main.next(exactly) ?? gate?.more(main, mostRuns) ?? null
        const first = !begun
        begun = true
        return first ? { from: 0, to: mostRuns } : null
      },
      known: (system, run) => earlier.get(`${system} ${run}`),
      take: (run, tallies) => {
        tallies.forEach((tally, system) => {
          if (system >= study.variants.length) return
          if (whole) main.collect(system, tally)
          if (!earlier.has(`${system} ${run}`)) append?.(system, tally)
        })
        gate?.collect(tallies[study.variants.length])
        if (did++ === 0) first = Date.now()
        if (bar !== undefined) show(bar, whole ? main : null, left(), did, first)
      },
      left,
    })
  } finally {
    clearTimeout(timer)
    process.removeListener('SIGINT', onSignal)
    bar?.end()
  }
  if (!complete) return interrupted ? 'interrupted' : 'budget'
  return whole && main.precise ? 'precise' : 'years'
}

/** `routing 0.53 min/yr ±12 %, 1,240 years, about 8 s left`. */
function show(bar: Progress, main: Plan | null, left: number | null, did: number, first: number): void {
  const seconds = (): number | null => left === null || did < 2 ? null : Math.round(left * (Date.now() - first) / (did - 1) / 1000)
  bar.say(() => {
    const ahead = seconds() === null ? '' : `, about ${seconds()} s left`
    if (main === null) return `${plural(did, 'run')}${ahead}`
    const { downtime, halfWidth, years } = main.progress(), service = main.study.services[0]!
    return `${service} ${downtime === null ? 'never down' : `${amount(downtime)} min/yr ${halfWidth === null ? '' : `±${amount(halfWidth * 100)} %`}`}, ${amount(years)} years${ahead}`
  }, () => ({ progress: 'runs', did, ...main === null ? {} : { service: main.study.services[0]!, ...main.progress() }, secondsLeft: seconds() }))
}

const ownRuns = ({ part, of }: Shard, mostRuns: number): number => Math.max(0, Math.ceil((mostRuns - part + 1) / of))

/** The command that makes the same runs and no others. With fewer years the pilot might choose another method. */
export function repeatOf({ study, source }: OpenedStudy, options: Header['asked'] & Pick<PlanOptions, 'baseline' | 'maxRegression'>, ended: StudyResult['ended'], { runs, methods }: Plan): string {
  const { precision, years, seed, fidelity, method, baseline, maxRegression } = options, cut = ended === 'budget' || ended === 'interrupted'
  const words: [string, string | number | undefined][] = [
    ['--precision', precision], ['--years', cut ? runs * study.yearsPerRun : years], ['--seed', seed], ['--fidelity', fidelity], ['--method', method ?? (cut && methods.every(({ kind }) => kind === methods[0]!.kind) ? methods[0]!.kind : undefined)],
    ['--baseline', baseline], ['--max-regression', maxRegression],
  ]
  return ['hotspare plan', quoted(source.file), ...words.flatMap(([option, value]) => value === undefined ? [] : [`${option} ${quoted(String(value))}`])].join(' ')
}

const chosen = (method: Method | string, variant: string): Method => {
  if (typeof method === 'string') throw new UsageError(`--method forks: ${variant}: ${method}`)
  return method
}

/** A study that is gone on with keeps the method it began with. */
function keptMethods(file: string | undefined, fingerprint: Header['fingerprint'], wanted: WantedMethod = 'auto'): readonly Method[] | undefined {
  if (file === undefined || !existsSync(file) || statSync(file).size === 0) return undefined
  const { header } = readRuns(file)
  return JSON.stringify(header.fingerprint) === JSON.stringify(fingerprint) && (wanted === 'auto' || header.methods.every(({ kind }) => kind === wanted)) ? header.methods : undefined
}

function knownRuns(earlier: ReadRuns | undefined): Map<string, RunTally> {
  if (earlier?.cut) complain(`${earlier.file}: the last line was cut short, and is done again`)
  return new Map(earlier?.tallies.map(([system, tally]) => [`${system} ${tally.run}`, tally]))
}

function precisionOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const parsed = share.safeParse(text)
  if (!parsed.success) throw new UsageError(`--precision ${text}: ${parsed.error.issues[0]?.message ?? 'expected a share such as 5%'}`)
  return parsed.data
}

function budgetOf(text: string | undefined): number | undefined {
  const micros = text === undefined ? undefined : parseDuration(text)
  if (text !== undefined && micros === undefined) throw new UsageError(`--budget ${text}: expected a duration such as 60s`)
  return micros
}

function shardOf({ shard, out, resume, years, baseline }: PlanOptions): Shard {
  if (shard === undefined && out === undefined) return { part: 1, of: 1 }
  if (shard === undefined) throw new UsageError(`--out ${out}: expected --shard i/n with it; a whole study is kept with --resume FILE`)
  const [, part, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(shard)?.map(Number) ?? []
  if (part === undefined || of === undefined || part < 1 || part > of) throw new UsageError(`--shard ${shard}: expected which part of how many, such as 2/8`)
  if (out === undefined) throw new UsageError(`--shard ${shard}: expected --out FILE: where its runs go`)
  if (years === undefined) throw new UsageError(`--shard ${shard}: expected --years N: a part cannot know when all parts together are precise enough`)
  if (resume !== undefined) throw new UsageError('--resume and --shard: expected only one of them; a part goes on with its --out FILE by itself')
  if (baseline !== undefined) throw new UsageError('--baseline and --shard: expected only one of them')
  return { part, of }
}
