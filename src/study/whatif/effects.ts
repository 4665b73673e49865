/**
 * What the changes of side studies make of the downtime of the study's first service: against the study as it is, and against each other, over the same runs.
 */
import { MINUTE, YEAR } from '../../base/time.ts'
import { bound, figure, perTime } from '../estimate.ts'
import type { Plan } from '../plan.ts'
import type { Figure } from '../result.ts'
import { meanInterval, unseenMean } from '../stats/interval.ts'
import { momentsOf } from '../stats/moments.ts'
import { controlled } from './control.ts'
import type { CountedSide } from './sides.ts'

/** What a change makes of the downtime of the first service, min/yr. */
export interface Effect { readonly at: Figure; /** Less than as it is. */ readonly saves: Figure }

export class Effects {
  readonly plan: Plan
  readonly counted: CountedSide[] = []

  constructor(plan: Plan) {
    this.plan = plan
  }

  /** As it is, min/yr; 0: never seen. */
  downtime(variant: number): number {
    const { down } = this.plan.collected[variant]!.services.get(this.plan.study.services[0]!)!
    return down.y / down.x * YEAR / MINUTE
  }

  of(variant: number): readonly CountedSide[] {
    return this.counted.filter(side => side.variant === variant)
  }

  effect(side: CountedSide): Effect {
    const service = this.plan.study.services[0]!, own = this.plan.collected[side.variant]!, { down, downOf } = own.services.get(service)!, changed = side.all.services.get(service)!
    const by = YEAR / MINUTE / down.x, { value, less } = controlled(downOf, changed.downOf), never = bound(unseenMean(side.all.runs, 1).high * YEAR / MINUTE, 'min/yr')
    return {
      at: changed.down.nonzero === 0 ? perTime(changed.down, 'min/yr') : figure(value, 'min/yr', changed.down.nonzero, by),
      saves: changed.down.nonzero + down.nonzero === 0 ? never : figure(less, 'min/yr', down.nonzero, by, true),
    }
  }

  /** Unavailability of one less that of the other, run by run. */
  between(a: Pick<CountedSide, 'all'>, b: Pick<CountedSide, 'all'>): Figure {
    const service = this.plan.study.services[0]!, runs = Math.min(a.all.runs, b.all.runs), of = ({ all }: Pick<CountedSide, 'all'>): readonly number[] => all.services.get(service)!.downOf.slice(0, runs)
    const ofB = of(b), moments = momentsOf(of(a).map((down, i) => down - ofB[i]!))
    if (moments.nonzero === 0) return bound(unseenMean(moments.n, 1).high, 'share')
    return figure(moments.m2 === 0 ? { value: moments.mean, low: moments.mean, high: moments.mean } : meanInterval(moments), 'share', moments.nonzero, a.all.runs / a.all.micros, true)
  }
}
