/**
 * The slice of the fault model: the rules, and one clock for each thing a rule may strike (or one for all).
 *
 * `clocksOf` leads from a guest, system or disk to the clocks that start anew when it works again, so that nothing is searched.
 */
import type { Distribution } from '../../base/distribution.ts'
import { table, type Id } from '../../base/id.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import { KINDS, type FaultConfig, type FaultKind } from './config.ts'

export type FaultId = Id<'Fault'>

export interface Rule {
  kind: FaultKind
  things: string[]
  /** By the calendar, or the time a thing works before it is struck. */
  every: Distribution | null
  upFor: Distribution | null
  at: Micros | null
  stagger: Micros
  together: boolean
  chance: number
  lasts: Distribution | null
  struck: number
}
/** Which clocks run: a rule with `upFor` has at most one timer for each thing. */
export interface Clock { fault: FaultId; thing: string; timer: TimerId | null }
export interface FaultState {
  rules: Record<FaultId, Rule>
  /** Clocks that start when their thing is up again. */
  renewals: Clock[]
  renewalsOf: Record<string, number[]>
}

export function initialFaults(config: FaultConfig): FaultState {
  const state: FaultState = { rules: table(), renewals: [], renewalsOf: table() }
  for (const [name, given] of Object.entries(config)) {
    const fault = name as FaultId, kind = KINDS.find(each => given[each] !== undefined)!
    const rule: Rule = {
      kind, things: [...given[kind]!], every: given.every ?? null, upFor: given.upFor ?? null, at: given.at ?? null,
      stagger: given.stagger ?? 0, together: given.together ?? false, chance: given.chance ?? 1, lasts: given.lasts ?? null, struck: 0,
    }
    state.rules[fault] = rule
    if (rule.upFor === null) continue
    for (const thing of rule.things) {
      (state.renewalsOf[thing] ??= []).push(state.renewals.length)
      state.renewals.push({ fault, thing, timer: null })
    }
  }
  return state
}
