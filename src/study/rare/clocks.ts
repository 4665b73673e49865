/**
 * Clocks of failures that run faster in a branch, and what that does to its weight.
 *
 * Proportional hazards: each running time to failure has `bias` times its own hazard, whatever its law, so a residual life is the inverse of the
 * cumulative hazard at its age and an exponential draw more, divided by the bias. The likelihood ratio of a clock that ran from age a to age b is
 * exp((bias - 1) (H(b) - H(a))), times 1 / bias if it went off at b; that of the branch is the product. A clock that is wound up while the bias is on is
 * stretched from what was drawn for it, so nothing of how the model draws is known here. Another bias, or none, stretches too: no new number.
 * Laws with jumps (a fixed time, a trace) have no hazard: they stay as they are. Calendars are no clocks.
 */
import { cumulativeHazard, hazard, inverseCumulativeHazard, isContinuous, type Distribution } from '../../base/distribution.ts'
import { exp, ln } from '../../base/ln.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { Rng } from '../../core/rng.ts'
import { fault } from '../../models/fault/model.ts'
import type { FaultState } from '../../models/fault/state.ts'
import type { SimEvent, World } from '../../models/stack.ts'
import type { StudySim } from '../runner.ts'

/** With these a clock can be wound up, go off or be stopped. */
const WINDING: ReadonlySet<string> = new Set(Object.keys(fault.on))

export class Clocks {
  private readonly laws: readonly (Distribution | null)[]
  /** Of the clocks that are biased: the timer that is known, when it was wound up, and up to when its hazard is in the weight; by number of the clock. */
  private readonly timers: (TimerId | null)[] = []
  private readonly armed: Micros[] = []
  private readonly settled: Micros[] = []
  private lnWeight = 0
  private sim: StudySim | null = null
  /** 1: off. */
  private bias = 1

  constructor(world: DeepReadonly<World>) {
    this.laws = lawsOf(world.fault)
  }

  get weight(): number {
    return exp(this.lnWeight)
  }

  /** A branch begins, with fresh residual lives of all that runs. Returns their hazard together, unbiased, per microsecond. */
  begin(sim: StudySim, rng: Rng, bias: number): number {
    this.sim = sim
    this.lnWeight = 0
    this.bias = bias
    const { now, world: { fault: { clocks } } } = sim
    let total = 0
    for (let i = 0; i < clocks.length; i++) {
      const law = this.laws[i]!, { timer, armedAt } = clocks[i]!
      this.timers[i] = null
      if (law === null || timer === null) continue
      const age = now - armedAt, more = -ln(rng.uniform()) / this.bias
      if (!sim.retime(timer, () => later(now, armedAt + inverseCumulativeHazard(law, cumulativeHazard(law, age) + more)))) continue
      this.track(i, timer, armedAt)
      total += hazard(law, age)
    }
    return total
  }

  /** After every event of the branch. */
  note(event: SimEvent): void {
    if (!WINDING.has(event.type)) return
    const { world: { fault: { clocks } }, now } = this.sim!
    for (let i = 0; i < clocks.length; i++) {
      const clock = clocks[i]!, known = this.timers[i]!
      if (clock.timer === known || this.laws[i] === null) continue
      if (known !== null) {
        this.settle(i)
        if (this.bias !== 1 && event.type === 'fault.struck' && event.fault === clock.fault && event.thing === clock.thing) this.lnWeight -= ln(this.bias)
      }
      this.timers[i] = null
      if (clock.timer === null) continue
      this.track(i, clock.timer, now)
      if (this.bias !== 1) this.stretch(i, 1 / this.bias)
    }
  }

  /** The hazard of all that runs is in the weight up to now. */
  settleAll(): void {
    for (let i = 0; i < this.timers.length; i++) if (this.timers[i] !== null) this.settle(i)
  }

  /** From now on hazards are so many times what they are; 1: no bias. */
  switch(bias: number): void {
    if (bias === this.bias) return
    this.settleAll()
    const by = this.bias / bias
    this.bias = bias
    for (let i = 0; i < this.timers.length; i++) if (this.timers[i] !== null) {
      this.settled[i] = this.sim!.now
      this.stretch(i, by)
    }
  }

  private track(i: number, timer: TimerId, armed: Micros): void {
    this.timers[i] = timer
    this.armed[i] = armed
    this.settled[i] = this.sim!.now
  }

  private settle(i: number): void {
    const { now } = this.sim!, law = this.laws[i]!, armed = this.armed[i]!
    if (this.bias !== 1 && now > this.settled[i]!) this.lnWeight += (this.bias - 1) * (cumulativeHazard(law, now - armed) - cumulativeHazard(law, this.settled[i]! - armed))
    this.settled[i] = now
  }

  /** The hazard that is left until it goes off, by this factor. */
  private stretch(i: number, by: number): void {
    const { now } = this.sim!, law = this.laws[i]!, armed = this.armed[i]!, sofar = cumulativeHazard(law, now - armed)
    this.sim!.retime(this.timers[i]!, at => later(now, armed + inverseCumulativeHazard(law, sofar + (cumulativeHazard(law, at - armed) - sofar) * by)))
  }
}

/** Whole microseconds, and still to come. */
const later = (now: Micros, at: number): Micros => Math.min(Math.max(now + 1, Math.round(at)), Number.MAX_SAFE_INTEGER)

/** What the times of each clock are drawn from; null: not to be biased. */
export const lawsOf = ({ clocks, rules }: DeepReadonly<FaultState>): (Distribution | null)[] => clocks.map(({ fault, thing }) => {
  const { upFor, shock } = rules[fault]!, law = (thing === '' ? shock : upFor) as Distribution
  return isContinuous(law) ? law : null
})

/** The hazard of all clocks that run, per microsecond. */
export function hazardNow({ now, world }: Pick<StudySim, 'now' | 'world'>, laws: readonly (Distribution | null)[]): number {
  return world.fault.clocks.reduce((sum, { timer, armedAt }, i) => timer === null || laws[i] === null ? sum : sum + hazard(laws[i]!, now - armedAt), 0)
}
