/**
 * Runs of a study whose outages are rare: at every loss of redundancy a branch leaves the run, in which things fail more often, and counts for it.
 *
 * The run itself goes on as if nobody had left it and counts everything but the outages and losses of the time in which redundancy is lost. These
 * the branch counts, from the very event by which it was lost until it is there again and all services are up: its outages with its likelihood ratio as
 * their weight, which keeps every expectation as it is. The bias is off while a service is down (a repair should take as long as it takes), and is
 * halved again and again where redundancy does not come back, so that weights grow slowly. Random numbers of a branch depend on the run's and its own number only.
 *
 * Where redundancy stays lost for long, the run is left again, after the times at which the bias is halved. Each branch answers for what begins in its own part
 * of that time: one in which nothing has begun by its end is over, and the next goes on from the run as it then is. So long repairs, which
 * make most of the downtime, have branches of their own and no heavy weights; once something has begun in the run itself, it has no further branch.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import { YEAR, type Micros } from '../../base/time.ts'
import { initialWorld } from '../../core/model.ts'
import { RngStreams } from '../../core/rng.ts'
import { createSim } from '../../core/sim.ts'
import type { Entry } from '../../core/trace.ts'
import { stack, type SimEvent, type World } from '../../models/stack.ts'
import type { Scenario } from '../../scenario/build.ts'
import { hasScripts } from '../../scenario/scripts.ts'
import { runSeed, type RunShape, type StudySim } from '../runner.ts'
import { noForks, Tally, type ForkTally, type RunTally } from '../tally.ts'
import { Clocks } from './clocks.ts'
import { Redundancy } from './redundancy.ts'

/**
 * When so many biased failures were to be expected, the bias is halved, and again when twice the time has passed: in a long window what still goes well
 * would outweigh all else if it stayed, and what goes wrong late would never be seen if it ended.
 */
const MOST_EXPECTED = 1.25, LEAST_BIAS = 2

/** Why a study with scripts cannot fork. */
export const NO_SCRIPTS = 'a shell script is at work through processes that are alive, and what is alive cannot be forked'

export class ForkRunner {
  private readonly sim: StudySim
  private readonly branch: StudySim
  private readonly study: RunShape
  private readonly scenario: Scenario
  private readonly bias: number
  private readonly clocks: Clocks
  private readonly tally: Tally
  private readonly branchTally: Tally
  private readonly redundancy: Redundancy
  private readonly branchRedundancy: Redundancy
  private readonly residuals = new RngStreams('')
  private counting = false
  private lost = false
  private horizon: Micros = 0
  private seed = ''
  private branchDone = false
  /** Since redundancy was lost something has been struck, went down or was lost: in the branch, in the run. */
  private begunInBranch = false
  private begun = false
  /** When the run is left next though redundancy is still lost, how often it has been, and the length of the first part. */
  private leaveAt: Micros = Infinity
  private part = 0
  private partMicros: Micros = 0
  /** The bias where nothing is down, and until when. */
  private level = 1
  private biasUntil: Micros = 0
  private branchEvents = 0
  private forks = noForks()

  /** `bias`: by how much the hazards of failures are raised in branches, see bias.ts. Throws NO_SCRIPTS. */
  constructor(study: RunShape, scenario: Scenario, bias: number) {
    if (hasScripts(scenario)) throw new Error(NO_SCRIPTS)
    this.study = study
    this.scenario = scenario
    this.bias = bias
    const world = initialWorld(stack, scenario.configs)
    this.sim = createSim({ models: stack, world, seed: '', onEntry: entry => this.onEntry(entry), branching: true })
    this.branch = createSim({ models: stack, world, seed: '', onEntry: entry => this.onBranchEntry(entry), branching: true })
    this.clocks = new Clocks(world as DeepReadonly<World>)
    this.tally = new Tally(this.sim.world)
    this.branchTally = new Tally(this.sim.world)
    this.redundancy = new Redundancy(this.sim.world)
    this.branchRedundancy = new Redundancy(this.sim.world)
  }

  run(index: number): RunTally {
    const { sim, study, tally } = this
    this.seed = runSeed(study, index)
    this.counting = this.lost = false
    this.forks = noForks()
    this.branchEvents = 0
    this.horizon = study.warmUp + study.yearsPerRun * YEAR
    sim.restart({ seed: this.seed })
    tally.restart(sim.world, true)
    this.redundancy.restart(sim.world)
    for (const { at, request } of this.scenario.timeline) sim.schedule(at, request)
    sim.runUntil(study.warmUp)
    tally.begin(sim)
    this.counting = true
    if (this.lost) this.lose()
    for (;;) {
      const until = Math.min(this.horizon, this.leaveAt)
      if (sim.step(until)) continue
      sim.runUntil(until)
      if (until === this.horizon) break
      this.fork()
    }
    const counted = tally.end(index, sim)
    return { ...counted, events: counted.events + this.branchEvents, forks: this.forks }
  }

  private onEntry(entry: Entry<SimEvent>): void {
    const { sim, tally, redundancy } = this, { type } = entry.event
    tally.note(entry, sim.world)
    if (this.lost && begins(type)) {
      this.begun = true
      this.leaveAt = Infinity
    }
    if (!redundancy.tells(type)) return
    const lost = redundancy.isLost(type, sim.world) || tally.isDown
    if (lost === this.lost) return
    this.lost = lost
    if (!this.counting) return
    if (lost) return this.lose()
    tally.muted = false
    this.leaveAt = Infinity
  }

  private lose(): void {
    this.begun = this.tally.isDown
    this.part = 0
    this.fork()
  }

  private fork(): void {
    const { branch, branchTally, clocks, tally, horizon } = this, seed = `${this.seed}/${this.forks.forks}`
    tally.muted = true
    branch.branch(this.sim, { seed })
    branchTally.follow(tally)
    this.branchRedundancy.follow(this.redundancy)
    this.residuals.restart(seed)
    const own = this.bias / 2 ** this.part, handled = branch.handled, forked = branch.now
    this.level = own < LEAST_BIAS ? 1 : own
    const perMicro = clocks.begin(branch, this.residuals.get('residual', ''), this.level)
    if (this.part === 0) this.partMicros = MOST_EXPECTED / (perMicro * this.bias)
    let lasts = this.partMicros * 2 ** this.part
    this.biasUntil = this.level === 1 ? Infinity : forked + lasts
    this.leaveAt = this.begun || this.level === 1 ? Infinity : Math.ceil(this.biasUntil)
    this.part++
    this.branchDone = false
    this.begunInBranch = this.begun
    if (branchTally.isDown) clocks.switch(1)
    while (!this.branchDone) {
      const until = Math.min(horizon, Math.ceil(this.biasUntil))
      if (branch.step(until)) continue
      branch.runUntil(until)
      if (until === horizon || !this.begunInBranch) break
      this.level = this.level / 2 < LEAST_BIAS ? 1 : this.level / 2
      this.biasUntil = this.level === 1 ? Infinity : forked + (lasts *= 2)
      if (!branchTally.isDown) clocks.switch(this.level)
    }
    clocks.settleAll()
    branchTally.weight = clocks.weight
    branchTally.cut(branch.now)
    this.branchEvents += branch.handled - handled
    this.forks = withFork(this.forks, clocks.weight)
  }

  private onBranchEntry(entry: Entry<SimEvent>): void {
    const { branch, branchTally, clocks, branchRedundancy } = this, { type } = entry.event
    if (begins(type)) this.begunInBranch = true
    clocks.note(entry.event)
    if (type === 'service.wentDown' || type === 'md.dataLost') {
      clocks.settleAll()
      branchTally.weight = clocks.weight
      if (type === 'service.wentDown') {
        clocks.switch(1)
        this.forks = withHit(this.forks, clocks.weight)
      }
    }
    branchTally.note(entry, branch.world)
    if (type === 'service.cameUp' && !branchTally.isDown) clocks.switch(this.level)
    if (branchRedundancy.tells(type) && !branchRedundancy.isLost(type, branch.world) && !branchTally.isDown) this.branchDone = true
  }
}

/** What an outage may come of. */
const begins = (type: string): boolean => type === 'fault.struck' || type === 'service.wentDown' || type === 'md.dataLost'

const withFork = (f: ForkTally, weight: number): ForkTally => ({ ...f, forks: f.forks + 1, ends: f.ends + weight, endsSquared: f.endsSquared + weight * weight })
const withHit = (f: ForkTally, weight: number): ForkTally =>
  ({ ...f, hits: f.hits + 1, weight: f.weight + weight, weightSquared: f.weightSquared + weight * weight, largest: Math.max(f.largest, weight) })
