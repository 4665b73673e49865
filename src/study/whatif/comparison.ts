/**
 * Two designs over the same runs: a study of two variants, whichever files they come from, that ends when their difference is known well enough.
 *
 * "Well enough" is about the difference: half of its interval at most so many min/yr, or at most a share of the larger of the two downtimes. A share of the
 * difference itself would never end where there is none. Who is first does not matter to when it ends, so swapped designs give the negative of the same figures.
 */
import { entriesOf } from '../../base/id.ts'
import { MINUTE, YEAR } from '../../base/time.ts'
import { figure } from '../estimate.ts'
import { formatPath, type Path } from '../../scenario/issue.ts'
import { Plan, type Round } from '../plan.ts'
import { differenceOf, type Budget } from '../regression.ts'
import type { CauseRow, CompareResult, Figure, StudyResult, VariantResult } from '../result.ts'
import { comparison, pairedOf } from '../stats/paired.ts'
import { nextCheckpoint } from '../stats/sequential.ts'
import type { Study, Variant } from '../study.ts'

export const COMPARISON_SCHEMA = 'hotspare-comparison-1'
export interface ComparisonResult {
  readonly schema: typeof COMPARISON_SCHEMA
  readonly hotspare: string
  /** Of independent results: the seed of the first. */
  readonly seed: string
  readonly repeat: string
  readonly ended: StudyResult['ended']
  /** Each is the second less the first. */
  readonly services: readonly CompareResult[]
  /** Hours a year on one copy. */
  readonly exposed: readonly { readonly array: string; readonly difference: Figure }[]
  /** Where the inputs of the two differ, as paths; null: only results are known. */
  readonly changed: readonly string[] | null
  readonly runs: number
  readonly years: number
}

/** One study of two variants: seed, precision, years, warm-up, agreement are the first's. */
export function pairOf(a: Study, first: Variant, b: Study, second: Variant): Study | string {
  const services = a.services.filter(name => b.services.includes(name))
  if (services.length === 0) return `no service is in both: the first has ${a.services.join(', ')}, the second ${b.services.join(', ')}`
  return { ...a, name: `${first.name} and ${second.name}`, question: null, services, variants: [first, second.name === first.name ? { ...second, name: `${second.name} (second)` } : second], uncertain: [] }
}

const FIRST_RUNS = 32, FEWEST_EVENTS = 30

/** Runs both until the difference of the first service's downtime is as precise as `wanted`. */
export class ComparisonPlan {
  readonly plan: Plan
  private readonly wanted: Budget
  private readonly mostRuns: number

  constructor(plan: Plan, wanted: Budget) {
    this.plan = plan
    this.wanted = wanted
    this.mostRuns = Math.max(2, Math.ceil(plan.study.mostYears / plan.study.yearsPerRun))
  }

  next(exactly: boolean): Round | null {
    const { plan: { runs }, mostRuns } = this
    if (runs >= mostRuns || !exactly && runs >= FIRST_RUNS && this.precise) return null
    return { from: runs, to: exactly ? mostRuns : nextCheckpoint(runs, { precision: 1, firstRuns: FIRST_RUNS, mostRuns }) }
  }

  get precise(): boolean {
    const { plan, wanted } = this, service = plan.study.services[0]!, [a, b] = plan.collected.map(({ services }) => services.get(service)!)
    if (plan.runs < 2 || a === undefined || b === undefined) return false
    const { low, high, value } = comparison(pairedOf(a.downOf.slice(0, plan.runs), b.downOf.slice(0, plan.runs))).difference, half = Math.max(high - value, value - low)
    // The same in every run is known when there was something to see; otherwise so many runs must have seen something.
    const seen = a.down.nonzero + b.down.nonzero
    return seen >= FEWEST_EVENTS && half <= ('perYear' in wanted ? wanted.perYear * MINUTE * a.down.x / YEAR : wanted.share * Math.max(a.down.y, b.down.y))
  }
}

export function comparisonOf(plan: Plan, result: StudyResult): ComparisonResult {
  const [a, b] = plan.collected, [first, second] = plan.study.variants, runs = plan.runs, years = a!.micros / YEAR
  const exposed = [...a!.arrays.keys()].filter(array => b!.arrays.has(array)).map(array => {
    const of = (sums: typeof a): readonly number[] => sums!.arrays.get(array)!.exposedOf.slice(0, runs)
    return { array, difference: figure(comparison(pairedOf(of(a), of(b))).difference, 'h/yr', runs, YEAR / 3_600_000_000 / (a!.micros / runs), true) }
  })
  return {
    schema: COMPARISON_SCHEMA, hotspare: result.hotspare, seed: result.seed, repeat: result.repeat, ended: result.ended, services: result.comparisons, exposed,
    changed: changesOf(first!.input, second!.input).map(formatPath), runs, years,
  }
}

/** Of results that were made independently, or of which nobody knows: intervals as if they were. */
export function independent(a: StudyResult, first: VariantResult, b: StudyResult, second: VariantResult, repeat: string): ComparisonResult | string {
  const pairs = first.services.flatMap(x => second.services.filter(({ name }) => name === x.name).map(y => [x, y] as const))
  if (pairs.length === 0) return 'the two have no service in common'
  return {
    schema: COMPARISON_SCHEMA, hotspare: a.hotspare, seed: a.seed, repeat, ended: a.ended === 'precise' ? b.ended : a.ended, changed: null, runs: 0, years: 0,
    services: pairs.map(([x, y]): CompareResult => ({
      baseline: first.name, variant: second.name === first.name ? `${second.name} (second)` : second.name, service: x.name,
      difference: differenceOf(y.downtime, x.downtime), outages: differenceOf(y.outages, x.outages), ratio: x.downtime.value === null || x.downtime.value === 0 ? null : (y.downtime.value ?? 0) / x.downtime.value,
      pairedRuns: 0, correlation: null, narrowerBy: null, causes: causesOf(x.causes, y.causes), cost: first.cost === null || second.cost === null ? null : differenceOf(second.cost.perYear, first.cost.perYear),
    })),
    exposed: first.arrays.flatMap(x => second.arrays.filter(({ name }) => name === x.name).map(y => ({ array: x.name, difference: differenceOf(y.exposed, x.exposed) }))),
  }
}

/** Rules whose parts add up to the difference. The parts of one rule are not known to be independent: their intervals' sides are added, which is never too narrow. */
function causesOf(a: readonly CauseRow[], b: readonly CauseRow[]): CompareResult['causes'] {
  const none: Figure = { value: 0, low: 0, high: 0, unit: 'min/yr', seen: 0 }, of = (rows: readonly CauseRow[], rule: string): Figure => rows.filter(row => row.rule === rule).map(({ downtime }) => downtime).reduce(sum, none)
  return [...new Set([...a, ...b].map(({ rule }) => rule))].map(rule => ({ rule, difference: differenceOf(of(b, rule), of(a, rule)) }))
    .sort((x, y) => Math.abs(y.difference.value ?? 0) - Math.abs(x.difference.value ?? 0))
}

function sum(a: Figure, b: Figure): Figure {
  const add = (x: number | null, y: number | null): number | null => x === null || y === null ? null : x + y
  return { value: (a.value ?? 0) + (b.value ?? 0), low: add(a.low, b.low), high: add(a.high, b.high), unit: a.unit, seen: a.seen + b.seen }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The shallowest paths at which two inputs differ; lists are compared whole. */
export function changesOf(a: unknown, b: unknown, path: Path = []): Path[] {
  if (isRecord(a) && isRecord(b)) return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap(key => changesOf(a[key], b[key], [...path, key]))
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path]
}

/** Rules that are the same in both, and of which no difference comes. */
export const sameRules = ([a, b]: readonly Variant[]): string[] =>
  entriesOf(a!.scenario.configs.fault).filter(([name, rule]) => JSON.stringify(rule) === JSON.stringify(b!.scenario.configs.fault[name])).map(([name]) => name)
