/**
 * The studies beside a study: each variant with one thing changed, over the first of the study's own runs.
 *
 * They say what a thing matters (importance.ts) and what an input swings (tornado.ts). All sides of a variant together make about as many runs as the study
 * has made of it, no side more than a quarter and none fewer than FEWEST; the study's own runs are their control (control.ts), so that is enough.
 * Rare outages are simulated as in the study; with a thing held down the system is another one, often one without redundancy, and may want another method.
 */
import { DEFAULTS, type Default, type DefaultId } from '../../models/defaults.ts'
import type { Beside } from '../../scenario/beside.ts'
import type { Scenario } from '../../scenario/build.ts'
import { defaultText, withDefault } from '../../scenario/sensitivity.ts'
import { assumedBy } from '../assumed.ts'
import type { Collected } from '../collect.ts'
import type { Method } from '../method.ts'
import { chooseBias } from '../rare/bias.ts'
import type { Study, Uncertain, Variant } from '../study.ts'
import { heldDown, perfect, rulesOf, thingsOf, withInputs, withoutRule, type Thing } from './changes.ts'

export interface Ends { readonly input: string; readonly assumed: boolean; readonly low: string; readonly high: string }
export type Change =
  /** `thing` null: a rule. */
  | { readonly kind: 'perfect'; readonly what: string; readonly thing: Thing | null }
  | { readonly kind: 'failed'; readonly thing: Thing }
  | { readonly kind: 'low' | 'high'; readonly ends: Ends }
  | { readonly kind: 'best' | 'worst' }
export interface Side { readonly variant: number; readonly change: Change; readonly scenario: Scenario; readonly method: Method }
export interface CountedSide extends Side { readonly all: Collected }

const FEWEST = 16, PLAIN: Method = { kind: 'runs', because: null }

/** Of each side, when the study has made so many of each variant. */
export const sideRuns = (runs: number, sides: number, variants: number): number => Math.min(runs, Math.max(FEWEST, Math.ceil(runs / Math.max(4, sides / variants))))

export function sidesOf(study: Study, methods: readonly Method[], beside: Beside): Side[] {
  return study.variants.flatMap((variant, index) => {
    const method = methods[index]!, side = (change: Change, scenario: Scenario | undefined, how = method): Side[] => scenario === undefined ? [] : [{ variant: index, change, scenario, method: how }]
    const { scenario } = variant, rules = rulesOf(scenario), things = thingsOf(scenario)
    return [
      // A rule that strikes one thing, which nothing else does, is that thing.
      ...rules.filter(rule => rule.things.length > 1 || rules.some(other => other !== rule && other.things.includes(rule.things[0]!))).flatMap(({ name }) => side({ kind: 'perfect', what: name, thing: null }, withoutRule(scenario, name))),
      ...things.flatMap(thing => {
        const down = heldDown(scenario, thing)
        return [...side({ kind: 'perfect', what: thing.name, thing }, perfect(scenario, thing)), ...typeof down === 'string' ? [] : side({ kind: 'failed', thing }, down, heldMethod(study, down, method))]
      }),
      ...swingsOf(study, variant, beside).flatMap(({ ends, scenarios: [low, high] }) => [...side({ kind: 'low', ends }, low), ...side({ kind: 'high', ends }, high)]),
    ]
  })
}

function heldMethod(study: Study, scenario: Scenario, { kind }: Method): Method {
  const bias = kind === 'forks' ? chooseBias(study, scenario) : ''
  return typeof bias === 'number' ? { kind: 'forks', bias } : PLAIN
}

/** Every uncertain input, and every planning default with a range that the variant rests on. */
function swingsOf(study: Study, variant: Variant, beside: Beside): { ends: Ends; scenarios: readonly [Scenario, Scenario] }[] {
  const said = (value: unknown): string => typeof value === 'string' ? value : JSON.stringify(value)
  const own = study.uncertain.flatMap(uncertain => {
    const [low, high] = uncertain.between.map(value => withInputs(study, variant, [[uncertain, value]], beside))
    return low === undefined || high === undefined ? [] : [{ ends: { input: uncertain.input, assumed: false, low: said(uncertain.between[0]), high: said(uncertain.between[1]) }, scenarios: [low, high] as const }]
  })
  const assumed = assumedBy(study, variant).flatMap(({ id }) => {
    const { range }: Default = DEFAULTS[id], ends = range?.map(value => withDefault(variant.scenario, id, value))
    if (range === undefined || ends?.[0] === undefined || ends[1] === undefined) return []
    return [{ ends: { input: inputOf(id), assumed: true, low: defaultText(id, range[0]), high: defaultText(id, range[1]) }, scenarios: [ends[0], ends[1]] as const }]
  })
  return [...own, ...assumed]
}

/** `IBM i normal IPL, small partition (DD-36)`. */
const inputOf = (id: DefaultId): string => `${DEFAULTS[id].what} (${id})`

/** All uncertain inputs at once, at the ends that `better` names for each; nothing where there are none. */
export function rangeSides(study: Study, methods: readonly Method[], beside: Beside, better: (variant: number, uncertain: Uncertain) => 0 | 1): Side[] {
  return study.variants.flatMap((variant, index) => (['best', 'worst'] as const).flatMap((kind): Side[] => {
    const at = study.uncertain.map(uncertain => [uncertain, uncertain.between[kind === 'best' ? better(index, uncertain) : 1 - better(index, uncertain)]] as const)
    const scenario = withInputs(study, variant, at, beside)
    return scenario === undefined ? [] : [{ variant: index, change: { kind }, scenario, method: methods[index]! }]
  }))
}
