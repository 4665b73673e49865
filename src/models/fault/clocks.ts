/**
 * Clocks of times to failure: one for each thing of a rule, which starts anew whenever the thing works again, and one for the shocks of a
 * rule with common causes, which hit everything of it that works and never stop.
 *
 * `runningClocks` says of each what is needed to draw the rest of its time otherwise: its law and when it was wound.
 */
import type { Distribution } from '../../base/distribution.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { Cx } from './context.ts'
import { keyOfClock, type Clock, type FaultId, type FaultState, type Rule } from './state.ts'
import { strike, works } from './strike.ts'

export interface RunningClock { readonly fault: FaultId; readonly thing: string; readonly timer: TimerId; readonly law: Distribution; readonly armedAt: Micros }

/** In the order of rules and things; `thing` is empty for the shocks of a rule. */
export function runningClocks(s: DeepReadonly<FaultState>): RunningClock[] {
  return s.clocks.flatMap(({ fault, thing, timer, armedAt }) => timer === null ? [] : [{ fault, thing, timer, armedAt, law: lawOf(s.rules[fault]!, thing) }])
}

const lawOf = (rule: DeepReadonly<Rule>, thing: string): Distribution => (thing === '' ? rule.shock : rule.upFor) as Distribution

/** Clocks of a thing that works again start anew, unless they run. */
export function windAll(s: FaultState, key: string, cx: Cx): void {
  for (const at of s.clocksOf[key] ?? []) wind(s, s.clocks[at]!, cx)
}

/** The thing works no more: its times to failure are drawn anew when it does again. */
export function stopAll(s: FaultState, key: string, cx: Cx): void {
  for (const at of s.clocksOf[key] ?? []) stop(s.clocks[at]!, cx)
}

export function wind(s: FaultState, clock: Clock, cx: Cx): void {
  const { fault, thing } = clock, rule = s.rules[fault]!
  if (clock.timer !== null || thing !== '' && !works(rule.kind, thing, cx)) return
  clock.timer = cx.after(cx.rng(thing === '' ? rule.streams.shock : rule.streams.clock, thing).sample(lawOf(rule, thing)), { type: 'fault.struck', fault, thing })
  clock.armedAt = cx.now
}

function stop(clock: Clock, cx: Cx): void {
  if (clock.timer !== null) cx.cancel(clock.timer)
  clock.timer = null
}

/** A clock has run out. */
export function runOut(s: FaultState, fault: FaultId, rule: Rule, thing: string, cx: Cx): void {
  const clock = clockOf(s, fault, rule, thing)
  clock.timer = null
  if (thing !== '') {
    // What it misses by chance, or because it is under way down, gets another time. A disk of a protected pool is one of several: the clock of the others goes on.
    if (!strike(fault, rule, thing, cx) || rule.kind === 'failDisk') wind(s, clock, cx)
    return
  }
  for (const each of rule.things) if (strike(fault, rule, each, cx) && rule.kind !== 'failDisk') stop(clockOf(s, fault, rule, each), cx)
  wind(s, clock, cx)
}

const clockOf = (s: FaultState, fault: FaultId, rule: Rule, thing: string): Clock => {
  const at = s.clocksOf[keyOfClock(rule.kind, fault, thing)]!.find(each => s.clocks[each]!.fault === fault)!
  return s.clocks[at]!
}
