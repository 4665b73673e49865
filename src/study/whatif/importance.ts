/**
 * How much rules and things matter to a service's downtime, from side studies.
 *
 * With U the unavailability now, U(works) if the thing never failed and U(failed) if it always had: Birnbaum importance U(failed) - U(works), risk reduction worth
 * U / U(works), risk achievement worth U(failed) / U (Rausand and Høyland, System Reliability Theory, 5; Vesely and others, NUREG/CR-3385). What always fails is held
 * down from the start of each run, so the rest of the system has had the warm-up to do what it can about it.
 */
import type { Figure, Importance } from '../result.ts'
import { heldDown } from './changes.ts'
import type { Effects } from './effects.ts'
import type { CountedSide } from './sides.ts'

/** The most helpful first. */
export function importanceOf(effects: Effects, variant: number): Importance[] {
  const sides = effects.of(variant), { scenario } = effects.plan.study.variants[variant]!
  const all = sides.flatMap((works): Importance[] => {
    const { change } = works
    if (change.kind !== 'perfect') return []
    const failed = sides.find((other): other is CountedSide => other.change.kind === 'failed' && other.change.thing === change.thing)
    const { at, saves } = effects.effect(works), ruined = failed === undefined ? null : effects.effect(failed).at, now = effects.downtime(variant)
    const held = change.thing === null ? 'a rule is no thing that could be held down' : heldDown(scenario, change.thing)
    return [{
      what: change.what, birnbaum: failed === undefined ? null : effects.between(failed, works), saves, because: typeof held === 'string' ? held : null,
      riskReduction: now === 0 || !isKnown(at) ? null : now / at.value, riskAchievement: now === 0 || ruined === null || !isKnown(ruined) ? null : ruined.value / now,
    }]
  })
  return all.sort((a, b) => (b.saves.value ?? 0) - (a.saves.value ?? 0) || (a.what < b.what ? -1 : 1))
}

/** A worth has no interval of its own, so it is told only where it is known within a factor of two on either side. */
const isKnown = (figure: Figure): figure is Figure & { readonly value: number } => {
  const { value, low, high } = figure
  return value !== null && value > 0 && low !== null && high !== null && low > value / 2 && high < value * 2
}
