/**
 * How long the things of a rule live: `upFor`, a law; or its mean, as data sheets and field data state it: `mttf` (mean time to failure), `mtbf`
 * (from failure to failure: the repair is part of it), `afr` (the share that fails within a year of operation), with a shape in `life`.
 *
 * Which of them was stated is kept, so that a report can say so: who takes one for another is wrong by the repair, or by the rate's tenth.
 */
import { z } from 'zod'
import { lawOfMean, meanOf, type Distribution, type MeanKind } from '../../base/distribution.ts'
import { distributionText, inOneUnit } from '../../base/distribution-text.ts'
import { expLessOne, lnOnePlus } from '../../base/ln.ts'
import { YEAR, type Micros } from '../../base/time.ts'
import { distribution, duration, gammaShape, sigma, weibullShape } from '../schema.ts'

/** Exactly one of these begins a life. */
export const LIVES = ['upFor', 'mttf', 'mtbf', 'afr'] as const
/** In the words of the author: micros, of `afr` the share. `upFor` says everything by itself. */
export interface Stated { as: (typeof LIVES)[number]; value: number | null }

const SHARE_WANTED = 'expected a share of more than 0 and less than 1, such as 0.03'
const share = z.number(SHARE_WANTED).gt(0, SHARE_WANTED).lt(1, SHARE_WANTED)
const percent = z.string().regex(/^\d+(\.\d+)? *%$/, `${SHARE_WANTED} or 3%`).transform(text => Number(text.replace('%', '')) / 100).pipe(share)
const afr = z.union([share, percent], { error: `${SHARE_WANTED} or 3%` })

export const lifeWords = {
  upFor: distribution.optional().describe('the time that a thing works before it is struck; counted anew from each return'),
  mttf: duration.optional().describe('instead of upFor, its mean: mean time to failure'),
  mtbf: duration.optional().describe('instead of upFor, the mean from failure to failure: mttf is what lasts leaves of it'),
  afr: afr.optional().describe('instead of upFor, the share that fails within a year (8760 h) of operation: mttf = 8760 h / -ln(1 - afr)'),
  life: z.union([
    z.strictObject({ weibull: weibullShape }), z.strictObject({ gamma: gammaShape }), z.strictObject({ lognormal: sigma }),
  ], { error: 'expected the shape of one of weibull, gamma, lognormal, such as { weibull: 1.2 }' }).optional().describe('the shape of the law whose mean is mttf or mtbf; default: exponential'),
  beta: share.optional().describe('the share of the failures of each thing that are common causes: shocks that hit all things of the rule that work'),
} as const

interface Given {
  readonly upFor?: Distribution | undefined
  readonly mttf?: Micros | undefined
  readonly mtbf?: Micros | undefined
  readonly afr?: number | undefined
  readonly life?: { readonly weibull: number } | { readonly gamma: number } | { readonly lognormal: number } | undefined
  readonly beta?: number | undefined
  readonly lasts?: Distribution | undefined
}

/** The law of a thing that nothing else strikes; null: the rule goes by a calendar. */
export function lifeOf(given: Given): Distribution | null {
  const mean = given.mttf ?? (given.afr !== undefined ? mttfOfAfr(given.afr) : given.mtbf !== undefined ? given.mtbf - meanOf(given.lasts!) : undefined)
  if (mean === undefined) return given.upFor ?? null
  const shape = Object.entries(given.life ?? {})[0] as [MeanKind, number] | undefined
  return shape === undefined ? { exponential: mean } : lawOfMean(shape[0], mean, shape[1])
}

/** The two clocks of a common cause: that of a thing alone, and that of the shocks, whose rates add up to the thing's. */
export function lawsOf(given: Given): { upFor: Distribution | null; shock: Distribution | null } {
  const life = lifeOf(given), { beta } = given
  if (beta === undefined || life === null) return { upFor: life, shock: null }
  const mean = meanOf(life)
  return { upFor: { exponential: mean / (1 - beta) }, shock: { exponential: mean / beta } }
}

export function statedOf(given: Given): Stated | null {
  const as = LIVES.find(each => given[each] !== undefined)
  return as === undefined ? null : { as, value: as === 'upFor' ? null : given[as]! }
}

/** What does not fit together, as sentences; the shape of each is right. `repaired`: by a crew, or with a part. */
export function troubleOf(given: Given, things: number, repaired: boolean, chance: boolean): string[] {
  const trouble: string[] = [], { mtbf, lasts, life, beta } = given
  if (given.upFor === 0 || given.mttf === 0 || mtbf === 0) trouble.push('expected a time longer than 0s from one stroke to the next')
  if (life !== undefined && given.mttf === undefined && mtbf === undefined)
    trouble.push(given.afr === undefined ? 'expected life beside mttf or mtbf, whose law it shapes' : 'expected mttf instead of afr beside life: a yearly share is the same every year only if the law is exponential')
  if (mtbf !== undefined) {
    if (lasts === undefined) trouble.push('expected lasts beside mtbf: the mean time to repair is part of it; or mttf')
    else if (repaired) trouble.push('expected mttf instead of mtbf: how long a repair waits for a crew or a part is not known beforehand')
    else if (mtbf > 0 && meanOf(lasts) >= mtbf) trouble.push(`expected a mtbf longer than the mean of lasts, which is ${inOneUnit(meanOf(lasts))}`)
  }
  if (beta !== undefined) {
    const law = given.upFor
    if (LIVES.every(each => given[each] === undefined)) trouble.push('expected beta beside upFor, mttf, mtbf or afr: of a calendar, together makes a common cause')
    else if (life !== undefined || law !== undefined && (typeof law === 'number' || !('exponential' in law)))
      trouble.push('expected beta only where lives are exponential: a share of another law\'s failures is not a law of its own')
    if (things < 2) trouble.push('expected beta only where a rule strikes two things or more')
    if (chance) trouble.push('expected beta without chance: a common cause hits every thing that works')
  }
  return trouble
}

/** From the share that fails within a year of operation to the mean, as the exponential law has it; and back. `YEAR / mttf` is the yearly rate, which counts what is replaced and fails again. */
export const mttfOfAfr = (afr: number): Micros => YEAR / -lnOnePlus(-afr)
export const afrOfMttf = (mttf: Micros): number => -expLessOne(-YEAR / mttf)

/** `MTBF 1002 h as stated: exponential, mean 1000 h`. */
export function lifeText({ stated, upFor, shock }: { readonly stated: Readonly<Stated> | null; readonly upFor: Distribution | null; readonly shock: Distribution | null }): string | undefined {
  if (stated === null || upFor === null) return undefined
  // Rates add up.
  const rate = shock === null ? 0 : 1 / meanOf(upFor) + 1 / meanOf(shock)
  const law = distributionText(shock === null ? upFor : { exponential: 1 / rate })
  const common = shock === null ? '' : `, ${Number((100 / meanOf(shock) / rate).toPrecision(3))} % of the failures are common causes`
  if (stated.value === null) return `${law}${common}`
  const value = stated.as === 'afr' ? `${Number((stated.value * 100).toPrecision(4))} %` : inOneUnit(stated.value)
  return `${stated.as.toUpperCase()} ${value} as stated: ${law}${common}`
}
