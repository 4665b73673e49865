/**
 * The windows of a maintenance calendar: when which thing has its turn, without simulating. Rules of `faults` that go by fixed times (every, on, cron), with what they strike.
 *
 * What comes by chance (times to failure, drawn periods) is no calendar and is told apart. The same times as models/fault/calendar.ts gives: a test holds them together.
 */
import { epochOf, nextCron, parseCron, parseDayAndTime, type Cron } from '../../base/cron.ts'
import { entriesOf } from '../../base/id.ts'
import { DAY, YEAR, type Micros } from '../../base/time.ts'
import { KINDS, type FaultKind } from '../../models/fault/config.ts'
import type { Scenario } from '../../scenario/build.ts'

export interface Window { readonly at: Micros; readonly rule: string; readonly kind: FaultKind; readonly thing: string }
export type FaultRule = Scenario['configs']['fault'][keyof Scenario['configs']['fault']]

export const kindOf = (rule: FaultRule): FaultKind => KINDS.find(kind => rule[kind] !== undefined)!
export const isFixed = (rule: FaultRule): boolean => typeof rule.every === 'number' || rule.on !== undefined || rule.cron !== undefined

/** In the order of time, those before `until` */
export function windowsOf(scenario: Scenario, until: Micros): Window[] {
  const windows: Window[] = []
  for (const [name, rule] of entriesOf(scenario.configs.fault)) {
    if (!isFixed(rule)) continue
    const kind = kindOf(rule), things = rule[kind] as readonly string[]
    for (let at = first(rule, dateOf(scenario)); at !== null && at < until; at = next(rule, at, dateOf(scenario)))
      things.forEach((thing, i) => windows.push({ at: at! + i * (rule.stagger ?? 0), rule: name, kind, thing }))
  }
  return windows.filter(({ at }) => at < until).sort((a, b) => a.at - b.at)
}

/** Windows whose turns come from time to time by chance, or by one that is no calendar. */
export const drawnRules = ({ configs }: Scenario): string[] => entriesOf(configs.fault).filter(([, rule]) => !isFixed(rule) && rule.every !== undefined).map(([name]) => name)

/** From the first window until all rules have had a turn and begin again, at most a year. */
export function cycleOf(scenario: Scenario): Micros {
  const epoch = dateOf(scenario), periods = Object.values(scenario.configs.fault).filter(isFixed).map(rule => {
    if (typeof rule.every === 'number') return rule.every
    let longest = 0
    for (let at = first(rule, epoch), i = 0; at !== null && i < 400; i++) {
      const after: Micros | null = next(rule, at, epoch)
      if (after !== null) longest = Math.max(longest, after - at)
      at = after
    }
    return longest === 0 ? YEAR : longest
  })
  return Math.min(YEAR, Math.max(DAY, ...periods))
}

/** The date of time 0. */
export const dateOf = ({ configs }: Scenario): Micros => epochOf(configs.terminal.date)

const first = (rule: FaultRule, epoch: Micros): Micros | null => typeof rule.every === 'number' ? rule.at ?? rule.every : next(rule, 0, epoch)
function next(rule: FaultRule, at: Micros, epoch: Micros): Micros | null {
  if (typeof rule.every === 'number') return at + rule.every
  const found = nextCron(cronOf(rule), epoch + at)
  return found === null ? null : found - epoch
}

const cronOf = ({ cron, on }: FaultRule): Cron => (cron !== undefined ? parseCron(cron) : parseDayAndTime(on!)) as Cron
