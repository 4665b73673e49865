/**
 * When a study has run enough: judged at checkpoints that depend on the number of runs alone, never on workers or time.
 *
 * Whoever looks often and stops at the first narrow interval stops early on samples that look tamer than the truth, and covers too little. So checkpoints grow
 * geometrically, there must be enough events, the longer side of the interval counts, and the interval itself allows for skewness. What was measured and left out:
 * waiting until the sample's skewness is small (stops on samples without the large outages: ten times the runs and no better), and going on for a while
 * after the first narrow interval (half as many runs again for half a point of coverage). Coverage of nominal 95 %: test/study/stats/sequential.test.ts.
 */
import { relativeHalfWidth, type Interval } from './interval.ts'
import type { Moments } from './moments.ts'

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

export interface Verdict {
  readonly stop: boolean
  /** `precise`: done. `spent`: the runs are used up. Otherwise what is still missing. */
  readonly why: 'precise' | 'spent' | 'wide' | 'few events'
  /** About how many runs in total will be enough; null while nothing was seen. */
  readonly runsNeeded: number | null
}

/** Runs with something to see: fewer say little about what a run can be like. */
const FEWEST_EVENTS = 30

/** `interval` is of the figure that decides, `moments` are those of its runs (of a ratio: of its residuals). */
export function judge(interval: Interval, { n, nonzero }: Pick<Moments, 'n' | 'nonzero'>, { precision, mostRuns }: StoppingRule): Verdict {
  const tooWide = relativeHalfWidth(interval) / precision, missing = nonzero < FEWEST_EVENTS ? 'few events' : tooWide <= 1 ? null : 'wide'
  const grow = Math.max(tooWide * tooWide, FEWEST_EVENTS / nonzero)
  return {
    stop: missing === null || n >= mostRuns,
    why: missing === null ? 'precise' : n >= mostRuns ? 'spent' : missing,
    runsNeeded: Number.isFinite(grow) ? Math.ceil(n * grow) : null,
  }
}
