/**
 * The slice of the fault model: the rules, and one clock for each thing a rule may strike (or one for all).
 *
 * `clocksOf` leads from a guest, system or disk to the clocks that start anew when it works again, so that nothing is searched.
 */
import { parseCron, parseDayAndTime, type Cron } from '../../base/cron.ts'
import type { Distribution } from '../../base/distribution.ts'
import { table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { CrewId, PartId } from '../repair/ids.ts'
import { KINDS, type FaultConfig, type FaultKind } from './config.ts'
import type { FaultId } from './ids.ts'
import { lawsOf, statedOf, type Stated } from './life.ts'
import { without } from '../../core/signature.ts'

export type { FaultId } from './ids.ts'

export interface Rule {
  kind: FaultKind
  things: string[]
  /** By the calendar, or the time a thing works before it is struck, and that from one common cause to the next. */
  every: Distribution | null
  upFor: Distribution | null
  shock: Distribution | null
  /** What its author said of the life of its things. */
  stated: Stated | null
  /** Or on days of a crontab. */
  cron: Cron | null
  at: Micros | null
  stagger: Micros
  together: boolean
  chance: number
  unless: 'degraded' | null
  lasts: Distribution | null
  /** Whom, and what, the repair waits for. */
  crew: CrewId | null
  part: PartId | null
  /** Names of its random streams, one for each purpose: built once, because drawing is frequent. */
  streams: { clock: string; shock: string; chance: string; lasts: string }
  /** How often it has really hit something. */
  hits: number
  /** How often its calendar let a turn go by. */
  skipped: number
}
/** A clock that starts anew whenever its thing works again; without a thing, that of a rule's common causes. `armedAt` says when it was last wound. */
export interface Clock { fault: FaultId; thing: string; timer: TimerId | null; armedAt: Micros }
export interface FaultState {
  rules: Record<FaultId, Rule>
  clocks: Clock[]
  /** Clocks by thing; guests, and everything else under `kind thing`, since a guest and a disk may share a name. */
  clocksOf: Record<string, number[]>
}

/** Kinds that strike a guest: its clock runs while the guest is up. */
export const strikesGuest = (kind: FaultKind): boolean => kind === 'ipl' || kind === 'crash' || kind === 'hang' || kind === 'restrict'
export const clockKey = (kind: FaultKind, thing: string): string => strikesGuest(kind) ? thing : `${kind} ${thing}`
export const keyOfClock = (kind: FaultKind, fault: FaultId, thing: string): string => thing === '' ? `common cause ${fault}` : clockKey(kind, thing)

export function initialFaults(config: FaultConfig): FaultState {
  const state: FaultState = { rules: table(), clocks: [], clocksOf: table() }
  for (const [name, given] of Object.entries(config)) {
    const fault = name as FaultId, kind = KINDS.find(each => given[each] !== undefined)!
    const rule: Rule = {
      kind, things: [...given[kind]!], every: given.every ?? null, ...lawsOf(given), stated: statedOf(given), cron: cronOf(given), at: given.at ?? null,
      stagger: given.stagger ?? 0, together: given.together ?? false, chance: given.chance ?? 1, unless: given.unless ?? null, lasts: given.lasts ?? null, crew: given.crew ?? null, part: given.part ?? null,
      streams: { clock: `${fault}.clock`, shock: `${fault}.shock`, chance: `${fault}.chance`, lasts: `${fault}.lasts` }, hits: 0, skipped: 0,
    }
    state.rules[fault] = rule
    if (rule.upFor === null) continue
    for (const thing of rule.shock === null ? rule.things : [...rule.things, '']) {
      (state.clocksOf[keyOfClock(kind, fault, thing)] ??= []).push(state.clocks.length)
      state.clocks.push({ fault, thing, timer: null, armedAt: 0 })
    }
  }
  return state
}

function cronOf({ cron, on }: FaultConfig[FaultId]): Cron | null {
  const parsed = cron !== undefined ? parseCron(cron) : on !== undefined ? parseDayAndTime(on) : undefined
  return typeof parsed === 'object' ? parsed : null
}

/** Of rules, which are as configured, only their books change. */
export const signature: (slice: DeepReadonly<FaultState>) => unknown = without({ books: ['rules', 'clocksOf', 'armedAt'], timers: ['timer'] })
