/**
 * A system with one thing changed: a rule of its faults gone, a thing that never fails, a thing that is held down from the start, an input at another figure.
 *
 * All else keeps its random numbers, for a stream belongs to a rule, a thing and a purpose. A thing that never fails stays in its rules by a name that is nothing,
 * which every stroke spares: calendars that strike one thing after the other keep their times.
 */
import { entriesOf } from '../../base/id.ts'
import { copy } from '../../base/readonly.ts'
import { KINDS, type FaultKind } from '../../models/fault/config.ts'
import { strikesGuest } from '../../models/fault/state.ts'
import type { SimRequest } from '../../models/stack.ts'
import type { Beside } from '../../scenario/beside.ts'
import type { Scenario } from '../../scenario/build.ts'
import { replaced, valueAt } from '../patch.ts'
import { scenarioOf, type Study, type Uncertain, type Variant } from '../study.ts'

/** Guests and components by their names, all else by kind and name: a guest and a disk may share one. */
export interface Thing { readonly kind: 'guest' | 'component' | FaultKind; readonly name: string }

const NOTHING = '-'

type Things = Partial<Record<FaultKind, string[]>>
const kindOf = (rule: object): FaultKind => KINDS.find(each => (rule as Things)[each] !== undefined)!
const familyOf = (kind: FaultKind): Thing['kind'] => strikesGuest(kind) ? 'guest' : kind === 'fail' ? 'component' : kind

export const rulesOf = ({ configs }: Scenario): { name: string; kind: FaultKind; things: readonly string[] }[] =>
  entriesOf(configs.fault).map(([name, rule]) => ({ name, kind: kindOf(rule), things: (rule as Things)[kindOf(rule)]! }))

/** What rules strike, in their order. */
export function thingsOf(scenario: Scenario): Thing[] {
  const things = new Map<string, Thing>()
  for (const { kind, things: names } of rulesOf(scenario)) for (const name of names) things.set(`${familyOf(kind)} ${name}`, { kind: familyOf(kind), name })
  return [...things.values()]
}

export function withoutRule(scenario: Scenario, rule: string): Scenario {
  return { ...scenario, configs: { ...scenario.configs, fault: Object.fromEntries(entriesOf(scenario.configs.fault).filter(([name]) => name !== rule)) } }
}

/** Nothing strikes it any more. */
export function perfect(scenario: Scenario, thing: Thing): Scenario {
  const fault = copy(scenario.configs.fault)
  for (const rule of Object.values(fault)) {
    const kind = kindOf(rule), things = (rule as Things)[kind]!
    if (familyOf(kind) === thing.kind) (rule as Things)[kind] = things.map(each => each === thing.name ? NOTHING : each)
  }
  return { ...scenario, configs: { ...scenario.configs, fault } }
}

/** Down from the start and never back by itself; or why that cannot be had. */
export function heldDown(scenario: Scenario, { kind, name }: Thing): Scenario | string {
  if (kind !== 'guest' && kind !== 'component') return 'only a partition or a component can be held down'
  const configs = copy(scenario.configs), request = kind === 'guest' ? { type: 'hypervisor.powerOff', guest: name, how: 'vsp-hard' } : { type: 'component.fail', component: name }
  if (kind === 'guest') (configs.hypervisor.guests as Record<string, { autoStart?: boolean | undefined }>)[name]!.autoStart = false
  return { ...scenario, configs, timeline: [{ at: 0, request: request as SimRequest }, ...scenario.timeline] }
}

/** Which inputs at which figures; undefined: none of them is this variant's to change. Figures have been checked when the study was read; a variant may still refuse one. */
export function withInputs(study: Study, variant: Variant, inputs: readonly (readonly [Uncertain, unknown])[], beside: Beside): Scenario | undefined {
  let input: unknown = variant.input, changed = false
  for (const [uncertain, value] of inputs) {
    if (!isOf(variant, uncertain)) continue
    input = replaced(input, uncertain.path, value)
    changed = true
  }
  return changed ? scenarioOf(input as Variant['input'], variant.name, study, beside).scenario : undefined
}

const isOf = ({ input }: Variant, { path, value }: Uncertain): boolean => JSON.stringify(valueAt(input, path)) === JSON.stringify(value)
