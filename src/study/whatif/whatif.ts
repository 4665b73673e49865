/**
 * What a study's answer would be if one thing were otherwise: importance of rules and things, swings of inputs, the whole range; put into its result.
 *
 * Two rounds of side studies (sides.ts): each change alone, then all uncertain inputs at their better and at their worse ends, which the first round has told.
 * A conclusion that is another one at an end is said with the verdict.
 */
import type { Beside } from '../../scenario/beside.ts'
import { Collected } from '../collect.ts'
import type { Plan } from '../plan.ts'
import type { Figure, StudyResult } from '../result.ts'
import type { RunTally } from '../tally.ts'
import { Effects } from './effects.ts'
import { importanceOf } from './importance.ts'
import { rangeSides, sideRuns, sidesOf, type CountedSide, type Side } from './sides.ts'
import { otherConclusions, tornadoOf } from './tornado.ts'

export class WhatIf {
  readonly plan: Plan
  readonly runs: number
  private readonly beside: Beside
  private readonly effects: Effects

  constructor(plan: Plan, beside: Beside) {
    const sides = sidesOf(plan.study, plan.methods, beside)
    this.plan = plan
    this.effects = new Effects(plan)
    this.beside = beside
    this.runs = sideRuns(plan.runs, sides.length, plan.study.variants.length)
    this.take(sides)
  }

  /** The systems to be run next, `runs` of each; none: that was all. */
  next(): readonly Side[] {
    const { study, methods } = this.plan, open = (): Side[] => this.effects.counted.filter(({ all }) => all.runs < this.runs)
    if (open().length === 0 && !this.effects.counted.some(({ change }) => change.kind === 'best'))
      this.take(rangeSides(study, methods, this.beside, (variant, { input }) => {
        const swing = tornadoOf(this.effects, variant).find(each => !each.assumed && each.input === input)
        return swing !== undefined && (swing.atHigh.value ?? 0) < (swing.atLow.value ?? 0) ? 1 : 0
      }))
    return open()
  }

  /** In the order of runs; `side` is one of those that `next` gave. */
  collect(side: Side, tally: RunTally): void {
    (side as CountedSide).all.add(tally)
  }

  addTo(result: StudyResult): StudyResult {
    const variants = result.variants.map((variant, i) => ({ ...variant, importance: importanceOf(this.effects, i), tornado: tornadoOf(this.effects, i), range: this.range(i) }))
    return { ...result, variants, verdict: [...result.verdict, ...otherConclusions(this.effects, { ...result, variants })] }
  }

  private range(variant: number): { best: Figure; worst: Figure } | null {
    const [best, worst] = (['best', 'worst'] as const).map(kind => this.effects.of(variant).find(({ change }) => change.kind === kind))
    return best === undefined || worst === undefined ? null : { best: this.effects.effect(best).at, worst: this.effects.effect(worst).at }
  }

  private take(sides: readonly Side[]): void {
    const { study } = this.plan
    this.effects.counted.push(...sides.map(side => ({ ...side, all: new Collected(study.variants[side.variant]!, study) })))
  }
}
