/**
 * What inputs that nobody knows well do to the answer: downtime at both ends of each, the widest swing first; and conclusions that are other ones there.
 *
 * Uncertain inputs are those of the study; planning defaults (marked P) are ours, with the range in which a planner's own figure will usually lie. Each is changed
 * alone, all else as it is.
 */
import { MINUTE } from '../../base/time.ts'
import type { Figure, StudyResult, Swing } from '../result.ts'
import { amount } from '../words.ts'
import type { Effects } from './effects.ts'
import type { CountedSide } from './sides.ts'

export function tornadoOf(effects: Effects, variant: number): Swing[] {
  const sides = effects.of(variant)
  const swings = sides.flatMap((low): Swing[] => {
    if (low.change.kind !== 'low') return []
    const high = endOf(sides, low.change.ends.input, 'high')
    return high === undefined ? [] : [{ ...low.change.ends, atLow: effects.effect(low).at, atHigh: effects.effect(high).at }]
  })
  return swings.sort((a, b) => swing(b) - swing(a) || (a.input < b.input ? -1 : 1))
}

const swing = ({ atLow, atHigh }: Swing): number => Math.abs((atHigh.value ?? 0) - (atLow.value ?? 0))
const endOf = (sides: readonly CountedSide[], input: string, kind: 'low' | 'high'): CountedSide | undefined =>
  sides.find(({ change }) => change.kind === kind && change.ends.input === input)

/** DD-100: where a conclusion changes within a range, in sentences. */
export function otherConclusions(effects: Effects, { variants, comparisons }: StudyResult): string[] {
  const { study } = effects.plan, limit = study.sla?.downMicrosPerYear, service = study.services[0]!, sentences: string[] = []
  const inputs = [...new Set(variants.flatMap(({ tornado }) => tornado.map(({ input }) => input)))]
  for (const input of inputs) for (const kind of ['low', 'high'] as const) {
    const sides = variants.map((_, i) => endOf(effects.of(i), input, kind)), said = sides.find(side => side !== undefined)!.change as Extract<CountedSide['change'], { kind: 'low' | 'high' }>
    const at = `With ${input} at ${said.ends[kind]}${said.ends.assumed ? ' (a planning default of ours)' : ''}`
    for (const { variant, baseline, difference, ...comparison } of comparisons) {
      if (comparison.service !== service) continue
      const index = variants.findIndex(({ name }) => name === variant), turned = differenceAt(effects, sides[0], 0, sides[index], index)
      if (turned !== null && opposite(difference, turned)) sentences.push(`${at} the answer turns: ${(turned.value ?? 0) < 0 ? variant : baseline} would be down less than ${(turned.value ?? 0) < 0 ? baseline : variant}.`)
    }
    if (limit !== undefined && limit !== null) variants.forEach(({ name, services, tornado }, i) => {
      const { downtime } = services[0]!, row = tornado.find(each => each.input === input), now = kind === 'low' ? row?.atLow : row?.atHigh, most = limit / MINUTE
      if (sides[i] === undefined || now === undefined) return
      if (clearly(downtime, most) * clearly(now, most) === -1)
        sentences.push(`${at} ${name} would be down ${amount(now.value!)} min/yr, ${clearly(now, most) > 0 ? 'more' : 'less'} than the ${amount(most)} its agreement allows a year; as it is, ${clearly(now, most) > 0 ? 'less' : 'more'}.`)
    })
  }
  return sentences
}

/** Which side of a limit it is on for sure: 1 above, -1 below, 0 nobody can tell. */
const clearly = ({ value, low, high }: Figure, limit: number): number => value === null ? 0 : low !== null && low > limit ? 1 : high !== null && high <= limit ? -1 : 0
/** Both for sure. */
const opposite = (a: Figure, b: Figure): boolean => (a.low ?? 0) > 0 && (b.high ?? 0) < 0 || (a.high ?? 0) < 0 && (b.low ?? 0) > 0

/** Variant less baseline with the input there, run by run; where one of them does not have the input it is as it is. null: neither has it. */
function differenceAt(effects: Effects, a: CountedSide | undefined, baseline: number, b: CountedSide | undefined, variant: number): Figure | null {
  if (a === undefined && b === undefined) return null
  const of = (side: CountedSide | undefined, index: number): { readonly all: CountedSide['all'] } => side ?? { all: effects.plan.collected[index]! }
  return effects.between(of(b, variant), of(a, baseline))
}
