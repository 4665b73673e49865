/**
 * A study from beginning to end, without doing the runs itself: it says which to do next, takes what they counted, and gives the result at any time.
 *
 * Which runs come next depends on the runs before and on nothing else: not on workers, not on time. So whoever does them, wherever, gets the same
 * digits; a result is always of the runs 0 to n - 1 of every variant. All variants make the same runs, so that they can be compared run by run.
 */
import { assert } from '../base/assert.ts'
import { MINUTE, YEAR } from '../base/time.ts'
import { initialWorld } from '../core/model.ts'
import { stack } from '../models/stack.ts'
import { assumedBy } from './assumed.ts'
import { Collected } from './collect.ts'
import { compareVariants } from './compare.ts'
import { arrayResults, capacityOf, clientResults, costPerYear, perTime, serviceResult } from './estimate.ts'
import type { Method } from './method.ts'
import { RESULT_SCHEMA, type StudyResult, type VariantResult } from './result.ts'
import { ruleResults } from './rules.ts'
import type { Scenario } from '../scenario/build.ts'
import { solveScenario } from './exact/solve.ts'
import { ratioInterval } from './stats/ratio.ts'
import { residual } from './stats/moments.ts'
import { judge, nextCheckpoint, type StoppingRule } from './stats/sequential.ts'
import { relativeHalfWidth } from './stats/interval.ts'
import type { Study, Variant } from './study.ts'
import type { RunTally } from './tally.ts'
import { topologyOf } from './topology.ts'
import { verdictOf } from './verdict.ts'
import { warningsOf, type Missing } from './warnings.ts'

/** The runs `from` to `to` - 1, of every variant. */
export interface Round { readonly from: number; readonly to: number }
export interface Progress {
  readonly runs: number
  readonly years: number
  /** Downtime of the first service of the variant that is least precise, min/yr, with its relative half-width; null: nothing seen. */
  readonly variant: string
  readonly downtime: number | null
  readonly halfWidth: number | null
  /** About how many runs it takes; null: nobody can tell yet. */
  readonly runsNeeded: number | null
}
export interface Stamp { readonly hotspare: string; readonly repeat: string; readonly ended: StudyResult['ended']; /** Also what the solver says of the same models. */ readonly exact?: boolean | undefined }

const FIRST_RUNS = 32

export class Plan {
  readonly study: Study
  readonly methods: readonly Method[]
  readonly collected: readonly Collected[]
  private readonly rule: StoppingRule

  /** `methods`: one for each variant, see method.ts. */
  constructor(study: Study, methods: readonly Method[]) {
    assert(methods.length === study.variants.length, 'each variant has its method')
    this.study = study
    this.methods = methods
    this.collected = study.variants.map(variant => new Collected(variant, study))
    this.rule = { precision: study.precision, firstRuns: FIRST_RUNS, mostRuns: Math.max(2, Math.ceil(study.mostYears / study.yearsPerRun)) }
  }

  get runs(): number {
    return Math.min(...this.collected.map(({ runs }) => runs))
  }

  /** What to do next; null: it is enough, or all there may be. `most`: do exactly so many runs, whatever they show. */
  next(exactly: boolean = false): Round | null {
    const { runs, rule } = this
    if (runs >= rule.mostRuns || (!exactly && runs >= rule.firstRuns && this.precise)) return null
    return { from: runs, to: exactly ? rule.mostRuns : nextCheckpoint(runs, rule) }
  }

  /** Whether every variant is known as well as was asked for. */
  get precise(): boolean {
    return this.study.variants.every((_, i) => this.missing(i) === null)
  }

  progress(): Progress {
    const { study } = this
    let worst = 0, width = -1
    study.variants.forEach((_, i) => {
      const own = this.widthOf(i)
      if (own > width) {
        width = own
        worst = i
      }
    })
    const all = this.collected[worst]!, down = all.services.get(study.services[0]!)?.down, needed = study.variants.map((_, i) => this.judged(i)?.runsNeeded ?? null)
    return {
      runs: this.runs, years: this.runs * study.yearsPerRun, variant: study.variants[worst]!.name, downtime: down === undefined || down.nonzero === 0 ? null : down.y / down.x * YEAR / MINUTE,
      halfWidth: Number.isFinite(width) ? width : null, runsNeeded: needed.includes(null) ? null : Math.min(this.rule.mostRuns, Math.max(...needed as number[])),
    }
  }

  result({ hotspare, repeat, ended, exact = false }: Stamp): StudyResult {
    const { study } = this, variants = study.variants.map((variant, i) => this.variantResult(variant, i, exact))
    const comparisons = study.variants.slice(1).flatMap((variant, i) => study.services.map(service => compareVariants(service, study.variants[0]!, this.collected[0]!, variant, this.collected[i + 1]!)))
    const bare: StudyResult = {
      schema: RESULT_SCHEMA, hotspare, file: study.file, name: study.name, question: study.question, seed: study.seed, precision: study.precision, confidence: 0.95,
      yearsPerRun: study.yearsPerRun, warmUpMicros: study.warmUp, fidelity: study.fidelity, ended, repeat, verdict: [], variants, comparisons,
    }
    return { ...bare, verdict: verdictOf(bare) }
  }

  private variantResult(variant: Variant, index: number, exact: boolean): VariantResult {
    const { study } = this, all = this.collected[index]!, method = this.methods[index]!, forked = method.kind === 'forks', { costs, scenario } = variant
    const world = initialWorld(stack, scenario.configs), { forks } = all
    return {
      name: variant.name, method: method.kind, runs: all.runs, years: all.micros / YEAR, events: all.events,
      services: study.services.map(name => serviceResult(name, all.services.get(name)!, all, study.sla, forked)),
      arrays: arrayResults(all), clients: clientResults(all), capacity: capacityOf(all),
      cost: Object.keys(costs).length === 0 ? null : { currency: costs.currency ?? 'EUR', perYear: costPerYear(all.costOf), design: costs.perYear ?? 0 },
      rules: ruleResults(scenario, rule => perTime(all.hits.get(rule)!, 'per year', Math.round((all.hits.get(rule)?.y ?? 0) * all.runs))),
      assumptions: assumedBy(study, variant), profiles: profilesOf(world), warnings: warningsOf(study, variant, all, method, this.missing(index)),
      forks: forks === null || method.kind !== 'forks' ? null : {
        forks: forks.forks, hits: forks.hits, bias: method.bias, effectiveHits: forks.weightSquared === 0 ? 0 : forks.weight * forks.weight / forks.weightSquared,
        largestShare: forks.weight === 0 ? 0 : forks.largest / forks.weight, meanWeight: forks.forks === 0 ? 1 : forks.ends / forks.forks,
      },
      importance: [], tornado: [], range: null, exact: exact ? exactResult(study, scenario) : null, topology: topologyOf(scenario),
    }
  }

  /** Takes what runs have counted: those of one variant in the order of their numbers. */
  collect(variant: number, tally: RunTally): void {
    this.collected[variant]!.add(tally)
  }

  /** What keeps a variant from being known well enough. Where every run is like the others, by a calendar and nothing else, there is no chance to be wrong about. */
  private missing(index: number): Missing | null {
    const down = this.collected[index]!.services.get(this.study.services[0]!)?.down, judged = this.judged(index)
    if (down === undefined || judged === null) return 'wide'
    const alike = down.n >= 2 && down.nonzero === down.n && residual(down, down.y / down.x).m2 <= 1e-18 * down.y * down.y * down.n
    return judged.why === 'precise' || alike ? null : relativeHalfWidth(ratioInterval(down)) <= this.rule.precision ? 'few events' : 'wide'
  }

  private judged(index: number): ReturnType<typeof judge> | null {
    const down = this.collected[index]!.services.get(this.study.services[0]!)?.down
    return down === undefined || down.x === 0 ? null : judge(ratioInterval(down), residual(down, down.y / down.x), this.rule)
  }

  private widthOf(index: number): number {
    const down = this.collected[index]!.services.get(this.study.services[0]!)?.down
    return down === undefined || down.x === 0 ? Infinity : relativeHalfWidth(ratioInterval(down))
  }
}

function exactResult({ services }: Study, scenario: Scenario): VariantResult['exact'] {
  const solution = solveScenario(scenario)
  return 'refused' in solution ? solution : {
    states: solution.states,
    services: services.map(name => { const { availability, downtimeMinutesPerYear, outagesPerYear } = solution.services.get(name)!; return { name, availability, downtimeMinutesPerYear, outagesPerYear } }),
  }
}

/** Whose rules hosts and routers keep to: a result names the profiles it rests on. */
const profilesOf = ({ ip, radvd }: { readonly ip: { readonly nodes: object }; readonly radvd: { readonly daemons: object } }): string[] =>
  [...new Set([...Object.values(ip.nodes), ...Object.values(radvd.daemons)].map(({ profile }: { profile: string }) => profile))]
