/**
 * When a study has run enough: judged at checkpoints that depend on the number of runs alone, never on workers or time.
 *
 * Checkpoints grow geometrically. Looking often and stopping at the first narrow interval would stop early on samples that look tamer than
 * the truth, and cover too little; so a narrow interval is not enough: there must be enough events, and the mean must be nearly normal, as the sample's skewness tells.
 */
import { relativeHalfWidth, type Interval } from './interval.ts'
import { skewness, type Moments } from './moments.ts'

export interface StoppingRule {
  /** Relative half-width that is enough: 0.05. */
  readonly precision: number
  readonly firstRuns: number
  /** Runs after which the study ends anyway. */
  readonly mostRuns: number
}

/** The next number of runs to judge at, after `runs` of them; 0 gives the first. */
export function nextCheckpoint(runs: number, { firstRuns, mostRuns }: StoppingRule): number {
  let next = firstRuns
  while (next <= runs) next = Math.ceil(next * GROWTH)
  return Math.min(next, mostRuns)
}
const GROWTH = 1.25

/** Of the mean of n runs; 0.1 and less is nearly normal. */
export const skewnessOfMean = (m: Moments): number => skewness(m) / Math.sqrt(m.n)

export interface Verdict {
  readonly stop: boolean
  /** `precise`: done. `spent`: the runs are used up. Otherwise what is still missing. */
  readonly why: 'precise' | 'spent' | 'wide' | 'few events' | 'skewed'
  /** About how many runs in total will be enough; null while nothing was seen. */
  readonly runsNeeded: number | null
}

const FEWEST_EVENTS = 30, MOST_SKEWED = 0.2

/** `interval` is of the figure that decides, `moments` are those of its runs (of a ratio's residuals). */
export function judge(interval: Interval, moments: Moments, { precision, mostRuns }: StoppingRule): Verdict {
  const width = relativeHalfWidth(interval), skewed = Math.abs(skewnessOfMean(moments)), { n, nonzero } = moments
  const why = nonzero < FEWEST_EVENTS ? 'few events' : !(width <= precision) ? 'wide' : skewed > MOST_SKEWED ? 'skewed' : 'precise'
  const grow = Math.max(Number.isFinite(width) ? (width / precision) * (width / precision) : Infinity, FEWEST_EVENTS / nonzero, (skewed / MOST_SKEWED) * (skewed / MOST_SKEWED))
  return {
    stop: why === 'precise' || n >= mostRuns,
    why: why !== 'precise' && n >= mostRuns ? 'spent' : why,
    runsNeeded: Number.isFinite(grow) ? Math.ceil(n * grow) : null,
  }
}
