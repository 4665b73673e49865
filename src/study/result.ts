/**
 * The answer of a study, as data: what `--json` prints, what the report draws, what a later study is compared with. Names never change once published.
 *
 * Every figure has its interval (95 %) and says of how many events it comes; one that rests on none has no value but a bound.
 * Times are in the unit that is said; nothing here depends on how many workers made it.
 */
import type { Assumption } from '../scenario/assumptions.ts'

export const RESULT_SCHEMA = 'hotspare-study-1'

export type Unit = 'share' | 'nines' | 'per year' | 'min/yr' | 's/yr' | 'h' | 'min' | 'h/yr' | 'money/yr'
export interface Figure {
  /** null: nothing of it was seen; then `high` is its upper bound at 95 %. */
  readonly value: number | null
  /** null: not bounded on this side by what was seen. */
  readonly low: number | null
  readonly high: number | null
  readonly unit: Unit
  /** Events that it comes from: outages, losses, runs. */
  readonly seen: number
  /** Of a time that was never seen: it happens at most so often in a year. `high` is then what follows if it took all of a run. */
  readonly atMostPerYear?: number
}

/** Lengths or yearly sums, in microseconds. */
export interface Spread {
  readonly p50: Figure
  readonly p95: Figure
  readonly p99: Figure
  /** For plots: [up to so many microseconds, how many], in order, empty classes left out. Weighted where the study forked. */
  readonly histogram: readonly (readonly [upToMicros: number, count: number])[]
  /** How many were zero, of how many. */
  readonly zeros: number
  readonly count: number
}

/** One part of a service's downtime; the parts add up to it. */
export interface CauseRow {
  /** In words: `crashes of i5b, while md1 was recovering after crashes`. */
  readonly says: string
  /** What struck: a rule of the faults, an operator; in the words of the study. */
  readonly rule: string
  readonly thing: string
  readonly downtime: Figure
  readonly outages: Figure
  /** Of the downtime, 0 to 1. */
  readonly share: number
}

export interface ServiceResult {
  readonly name: string
  readonly availability: Figure
  readonly nines: Figure
  readonly downtime: Figure
  readonly outages: Figure
  /** Mean time between failures: from one outage to the next. */
  readonly mtbf: Figure
  /** Mean time to repair: of an outage. */
  readonly mttr: Figure
  readonly lengths: Spread | null
  /** Downtime in a year. `approximate`: from the rate and the lengths of rare outages, taken as a Poisson process. */
  readonly yearly: Spread & { readonly approximate: boolean } | null
  /** Probability of a year without outage. */
  readonly noOutage: Figure
  readonly sla: { readonly says: string; readonly probability: Figure; readonly approximate: boolean } | null
  /** The largest first; together they are the downtime. */
  readonly causes: readonly CauseRow[]
}

export interface ArrayResult {
  readonly name: string
  /** Running on one copy: how long in a year, how often, and in which phase. */
  readonly exposed: Figure
  readonly exposures: Figure
  readonly detection: Figure
  readonly waiting: Figure
  readonly recovery: Figure
  /** Probability that an acknowledged write is lost in a year. */
  readonly lossPerYear: Figure
}
/** Time without, by the doing of others. */
export interface ClientResult { readonly name: string; readonly withoutAddress: Figure; readonly withoutPreferred: Figure; readonly withoutRouter: Figure }

export interface RuleResult { readonly name: string; /** `crash of i5a, i5b: MTTF 1000 h, exponential; repair exponential, mean 2 h`. */ readonly says: string; readonly perYear: Figure }

/** What a service would gain or lose by one thing: from paired runs. */
export interface Importance {
  /** The rule that is taken away, or the thing that is. */
  readonly what: string
  /** U(failed) - U(works), as a probability. null: cannot be had (a thing that cannot be held down). */
  readonly birnbaum: Figure | null
  /** Risk reduction worth: downtime now over downtime if it never failed. */
  readonly riskReduction: number | null
  /** Risk achievement worth: downtime if it were always failed over downtime now. */
  readonly riskAchievement: number | null
  /** min/yr that go away if it never failed. */
  readonly saves: Figure
  /** Why there is no Birnbaum importance; null: there is. */
  readonly because: string | null
}
/** One input at the ends of its range, all else as it is: downtime in min/yr. */
export interface Swing { readonly input: string; readonly low: string; readonly high: string; readonly atLow: Figure; readonly atHigh: Figure; /** A planning default of ours, marked P. */ readonly assumed: boolean }

export interface VariantResult {
  readonly name: string
  /** `runs`: plain simulation. `forks`: rare events, by biased forks at loss of redundancy. */
  readonly method: 'runs' | 'forks'
  readonly runs: number
  readonly years: number
  readonly events: number
  readonly services: readonly ServiceResult[]
  readonly arrays: readonly ArrayResult[]
  readonly clients: readonly ClientResult[]
  /** Expected share of guests and components that are up: capacity-oriented availability. */
  readonly capacity: Figure
  readonly cost: { readonly currency: string; readonly perYear: Figure; readonly design: number } | null
  readonly rules: readonly RuleResult[]
  readonly assumptions: readonly Assumption[]
  readonly profiles: readonly string[]
  /** What the planner must know before trusting the figures. */
  readonly warnings: readonly string[]
  readonly forks: { readonly forks: number; readonly hits: number; readonly bias: number; readonly effectiveHits: number; readonly largestShare: number; readonly meanWeight: number } | null
  readonly importance: readonly Importance[]
  readonly tornado: readonly Swing[]
  /** With all uncertain inputs at their better, and at their worse ends: min/yr. */
  readonly range: { readonly best: Figure; readonly worst: Figure } | null
  /** What the solver says of the same model, where all its delays are exponential; null: nobody asked. */
  readonly exact: ExactResult | { readonly refused: string } | null
  readonly topology: Topology
}

/** Without interval: there is no chance in it. Of each service, in its order. */
export interface ExactResult {
  readonly states: number
  readonly services: readonly { readonly name: string; readonly availability: number; readonly downtimeMinutesPerYear: number; readonly outagesPerYear: number }[]
}

/** For the picture: partitions of a system, their disks and mirrors, switches, components. */
export interface Topology {
  readonly nodes: readonly { readonly id: string; readonly kind: 'system' | 'host' | 'guest' | 'array' | 'switch' | 'component' | 'service'; readonly label: string; readonly inside?: string }[]
  readonly edges: readonly { readonly from: string; readonly to: string; readonly kind: 'disk' | 'spare' | 'link' | 'feeds' | 'needs'; readonly label: string }[]
}

export interface CompareResult {
  readonly baseline: string
  readonly variant: string
  readonly service: string
  /** Downtime of the variant less that of the baseline, min/yr. */
  readonly difference: Figure
  readonly outages: Figure
  /** Of the downtime; null where the baseline has none. */
  readonly ratio: number | null
  /** 0: the two are independent estimates. */
  readonly pairedRuns: number
  readonly correlation: number | null
  /** How much wider the interval would be with independent random numbers. */
  readonly narrowerBy: number | null
  /** What the difference comes from: rules whose downtime differs, the largest difference first; they add up. */
  readonly causes: readonly { readonly rule: string; readonly difference: Figure }[]
  readonly cost: Figure | null
}

export interface StudyResult {
  readonly schema: typeof RESULT_SCHEMA
  readonly hotspare: string
  readonly file: string
  readonly name: string
  readonly question: string | null
  readonly seed: string
  readonly precision: number
  readonly confidence: 0.95
  readonly yearsPerRun: number
  readonly warmUpMicros: number
  readonly fidelity: 'state' | 'frames'
  /** Why it ended. */
  readonly ended: 'precise' | 'years' | 'budget' | 'interrupted'
  /** The command that repeats it, digit by digit. */
  readonly repeat: string
  /** The answer in sentences, the most important first. */
  readonly verdict: readonly string[]
  readonly variants: readonly VariantResult[]
  readonly comparisons: readonly CompareResult[]
}
