/**
 * Strokes by the calendar: every so long, or on days of a crontab; one clock for each thing, or one for all of them, who are then struck
 * together or one after the other.
 *
 * A calendar goes on whatever happens; who is down already when its turn comes is spared.
 */
import { nextCron } from '../../base/cron.ts'
import type { Micros } from '../../base/time.ts'
import type { Cx } from './context.ts'
import type { FaultId, Rule } from './state.ts'
import { strike } from './strike.ts'

export const isCalendar = (rule: Readonly<Rule>): boolean => rule.every !== null || rule.cron !== null
const isShared = (rule: Readonly<Rule>): boolean => rule.together || rule.stagger > 0

export function beginCalendar(fault: FaultId, rule: Rule, cx: Cx): void {
  for (const thing of isShared(rule) ? [''] : rule.things) {
    const wait = rule.at ?? untilNext(rule, thing, cx)
    if (wait !== null) cx.after(wait, { type: 'fault.struck', fault, thing })
  }
}

/** `thing`: empty for the clock of all. */
export function strokeOfCalendar(fault: FaultId, rule: Rule, thing: string, cx: Cx): void {
  if (thing !== '') {
    strike(fault, rule, thing, cx)
    if (isShared(rule)) return
  } else for (let i = 0; i < rule.things.length; i++) {
    if (rule.stagger === 0 || i === 0) strike(fault, rule, rule.things[i]!, cx)
    else cx.after(i * rule.stagger, { type: 'fault.struck', fault, thing: rule.things[i]! })
  }
  const wait = untilNext(rule, thing, cx)
  if (wait !== null) cx.after(wait, { type: 'fault.struck', fault, thing })
}

/** null: the calendar has no such day any more. */
function untilNext(rule: Readonly<Rule>, thing: string, cx: Cx): Micros | null {
  if (rule.every !== null) return cx.rng(rule.streams.clock, thing).sample(rule.every)
  const now = cx.world.terminal.epoch + cx.now, next = nextCron(rule.cron!, now)
  return next === null ? null : next - now
}
