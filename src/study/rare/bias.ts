/**
 * How much failures are sped up in branches: mildly, and the same for all runs of a study.
 *
 * A pilot of plain runs, told by the study's seed alone, measures how long redundancy stays lost and what hazard of further failures is at stake
 * meanwhile; the bias makes of it the expected number of failures that EXPECTED says. Then a trial with forks, and half the bias as long as it shows
 * weights that cannot be trusted. Stronger is not better: at three biased failures a window, weights have such long tails that precision gets worse.
 */
import { YEAR, type Micros } from '../../base/time.ts'
import { initialWorld } from '../../core/model.ts'
import { createSim } from '../../core/sim.ts'
import { stack } from '../../models/stack.ts'
import type { Scenario } from '../../scenario/build.ts'
import { hasScripts } from '../../scenario/scripts.ts'
import { runSeed, type RunShape } from '../runner.ts'
import { mergedForks, noForks, type ForkTally } from '../tally.ts'
import { hazardNow, lawsOf } from './clocks.ts'
import { ForkRunner, NO_SCRIPTS } from './fork-runner.ts'
import { Redundancy } from './redundancy.ts'
import { forkTrouble } from './watch.ts'

/** Biased failures to be expected while redundancy is lost. */
const EXPECTED = 0.9
const PILOT_WINDOWS = 100, PILOT_RUNS = 30, TRIAL_FORKS = 400, HALVINGS = 5
/** Less than this is no bias worth its branches. */
const LEAST = 2
/** Who would need more than this is not waiting for a rare event but for one that cannot come. */
const MOST = 1e8

/** The bias, or why there is none, in words. */
export function chooseBias(study: RunShape, scenario: Scenario): number | string {
  if (hasScripts(scenario)) return NO_SCRIPTS
  const laws = lawsOf(initialWorld(stack, scenario.configs).fault)
  if (laws.every(law => law === null)) return 'nothing fails after a random time with a density (upFor, mttf, mtbf or afr), so no failure can be sped up'
  const { windows, expected, share } = measure(study, scenario, laws)
  if (windows === 0) return `redundancy is never lost in ${PILOT_RUNS} runs of ${study.yearsPerRun} years, so there is nowhere to fork`
  if (share > 0.5) return 'redundancy is lost most of the time, so there is no whole system to fork from'
  if (expected === 0) return 'while redundancy is lost, nothing else can fail'
  let bias = EXPECTED * windows / expected
  if (!(bias <= MOST)) return 'while redundancy is lost next to nothing else can fail, so that no outage follows from its loss'
  for (let i = 0; i < HALVINGS && bias >= LEAST; i++, bias /= 2) if (forkTrouble(trial(study, scenario, bias)) === null) return bias
  return bias < LEAST ? 'failures while redundancy is lost are frequent enough as they are' : 'the weights of forks stay too uneven to be trusted, however mild the bias'
}

/** How often redundancy is lost, the failures to be expected in all of these windows together, and the share of time that is in them. */
function measure(study: RunShape, scenario: Scenario, laws: ReturnType<typeof lawsOf>): { windows: number; expected: number; share: number } {
  let windows = 0, expected = 0, lostMicros = 0, micros = 0, since: Micros | null = null, perMicro = 0
  const sim = createSim({
    models: stack, world: initialWorld(stack, scenario.configs), seed: '', onEntry: ({ event: { type } }) => {
      if (!redundancy.tells(type)) return
      const lost = redundancy.isLost(type, sim.world)
      if (lost === (since !== null)) return
      if (lost) perMicro = hazardNow(sim, laws)
      else end()
      since = lost ? sim.now : null
    },
  }), redundancy = new Redundancy(sim.world)
  const end = (): void => {
    const from = Math.max(since!, study.warmUp)
    if (from >= sim.now) return
    windows++
    lostMicros += sim.now - from
    expected += perMicro * (sim.now - from)
  }
  for (let run = 0; run < PILOT_RUNS && windows < PILOT_WINDOWS; run++) {
    since = null
    sim.restart({ seed: runSeed({ seed: `${study.seed}/pilot` }, run) })
    redundancy.restart(sim.world)
    for (const { at, request } of scenario.timeline) sim.schedule(at, request)
    sim.runUntil(study.warmUp + study.yearsPerRun * YEAR)
    if (since !== null) end()
    micros += study.yearsPerRun * YEAR
  }
  return { windows, expected, share: lostMicros / micros }
}

function trial(study: RunShape, scenario: Scenario, bias: number): ForkTally {
  const runner = new ForkRunner({ ...study, seed: `${study.seed}/pilot` }, scenario, bias)
  let all = noForks()
  for (let run = 0; run < PILOT_RUNS && all.forks < TRIAL_FORKS; run++) all = mergedForks(all, runner.run(run).forks!)
  return all
}
