/**
 * Runs of one variant: each an independent history of the system, told apart by its number and nothing else.
 *
 * Run i has the seed `seed/i` in every variant, so that things which variants have in common fail at the same times in all of them
 * (common random numbers: a stream belongs to a thing and a purpose). One simulation serves all runs: making one costs as much as a year.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import { YEAR } from '../base/time.ts'
import { initialWorld } from '../core/model.ts'
import { createSim, type Sim } from '../core/sim.ts'
import type { Entry } from '../core/trace.ts'
import { stack, type SimEvent, type SimRequest, type World } from '../models/stack.ts'
import type { Scenario } from '../scenario/build.ts'
import { hasScripts, Scripts } from '../scenario/scripts.ts'
import type { Study } from './study.ts'
import { Tally, type RunTally } from './tally.ts'

export type StudySim = Sim<World, SimRequest>
export type RunShape = Pick<Study, 'seed' | 'yearsPerRun' | 'warmUp'>
export const runSeed = ({ seed }: Pick<Study, 'seed'>, run: number): string => `${seed}/${run}`

export class Runner {
  readonly sim: StudySim
  readonly scenario: Scenario
  private readonly study: RunShape
  private readonly tally: Tally
  private scripts: Scripts | null = null

  constructor(study: RunShape, scenario: Scenario) {
    this.study = study
    this.scenario = scenario
    const world = initialWorld(stack, scenario.configs), tally = this.tally = new Tally(world as DeepReadonly<World>)
    const only = hasScripts(scenario) ? undefined : { types: Tally.types, others: (seq: number, cause: number) => tally.others(seq, cause) }
    this.sim = createSim({ models: stack, world, seed: runSeed(study, 0), onEntry: entry => this.onEntry(entry), only })
  }

  run(index: number): RunTally {
    const { sim, study, tally, scenario } = this, seed = runSeed(study, index)
    sim.restart({ seed })
    tally.restart(sim.world)
    for (const { at, request } of scenario.timeline) sim.schedule(at, request)
    this.scripts = hasScripts(scenario) ? new Scripts(sim, scenario, { seed }) : null
    this.runUntil(study.warmUp)
    tally.begin(sim)
    for (let year = 1; year <= study.yearsPerRun; year++) {
      this.runUntil(study.warmUp + year * YEAR)
      tally.endYear(sim)
    }
    return tally.end(index, sim)
  }

  private runUntil(time: number): void {
    if (this.scripts === null) this.sim.runUntil(time)
    else this.scripts.runUntil(time)
  }

  private onEntry(entry: Entry<SimEvent>): void {
    this.tally.note(entry, this.sim.world)
    this.scripts?.onEntry(entry)
  }
}
