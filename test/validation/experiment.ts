/**
 * Simulations that run until their answer is as narrow as was asked for.
 *
 * Run i of an experiment is an independent replication with a seed of its own and gives a pair: the figure is Σy / Σx (x = 1: a mean). The interval
 * is that of studies (src/study/stats): ratio, Student's t, corrected for skewness; judged at checkpoints that depend on the number of runs alone.
 */
import { ratioInterval } from '../../src/study/stats/ratio.ts'
import { judge, nextCheckpoint, type StoppingRule } from '../../src/study/stats/sequential.ts'
import { noPairs, observePair, residual, standardError, type PairMoments } from '../../src/study/stats/moments.ts'
import type { Interval } from '../../src/study/stats/interval.ts'

export type Pair = readonly [y: number, x: number]
export interface Experiment {
  run(i: number): Pair
  /** The figure is what the ratio lacks to one: of an availability of 1 - 1e-9 only the other part can be estimated. */
  readonly complement?: true
  /** Events that the simulations have handled so far. */
  readonly events?: () => number
}

/** How narrow: a half-width of the interval, or a standard error, relative to the value or to what it lacks to one, or absolute. */
export interface Aim {
  readonly width: number
  readonly of: 'value' | 'complement' | 'one'
  readonly confidence: number
  readonly sigma?: boolean
  /** Simulated events that may be used. */
  readonly events?: number
}
export interface Estimate extends Interval { readonly standardError: number; readonly runs: number; readonly events: number; readonly narrow: boolean }

const MOST_RUNS = 50_000

export function estimate(experiment: Experiment, aim: Aim, firstRuns = 30): Estimate {
  const pairs = noPairs()
  for (let runs = 0; ;) {
    const next = nextCheckpoint(runs, { precision: 0, firstRuns, mostRuns: MOST_RUNS })
    for (; runs < next; runs++) {
      const [y, x] = experiment.run(runs)
      observePair(pairs, x, y)
    }
    const interval = ratioInterval(pairs, aim.confidence), error = errorOf(pairs, interval.value), events = experiment.events?.() ?? 0
    const narrow = isNarrow(pairs, interval, error, experiment.complement && aim.of !== 'one' ? { ...aim, of: aim.of === 'value' ? 'complement' : 'value' } : aim)
    if (narrow || runs >= MOST_RUNS || events > (aim.events ?? Infinity)) return { ...experiment.complement ? lacking(interval) : interval, standardError: error, runs, events, narrow }
  }
}

const lacking = ({ value, low, high }: Interval): Interval => ({ value: 1 - value, low: 1 - high, high: 1 - low })

function errorOf(pairs: PairMoments, value: number): number {
  return standardError(residual(pairs, value)) / Math.abs(pairs.x)
}

/** Nothing is narrow that rests on a few events or on a mean far from normal. */
function isNarrow(pairs: PairMoments, { value, low, high }: Interval, error: number, { width, of, sigma }: Aim): boolean {
  const scale = of === 'value' ? Math.abs(value) : of === 'complement' ? 1 - value : 1
  const sides = sigma ? { low: error, high: error } : { low: value - low, high: high - value }
  const scaled: Interval = { value: 1, low: 1 - sides.low / scale, high: 1 + sides.high / scale }, rule: StoppingRule = { precision: width, firstRuns: 0, mostRuns: Infinity }
  return judge(scaled, residual(pairs, value), rule).why === 'precise'
}

/** Several figures of the same runs: each run is made once. */
export function shared<R>(run: (i: number) => R, events?: () => number): (pair: (result: R) => Pair) => Experiment {
  const done: R[] = []
  return pair => ({ run: i => pair(done[i] ??= run(i)), ...(events && { events }) })
}
