/**
 * The words that all sections of a scenario share: durations, sizes, speeds, probabilities and ids, from the text people write to the
 * numbers the models count in. Each refuses with what it expected, so that the loader can add what it found and where.
 */
import { z } from 'zod'
import { lawOfMean, type Distribution, type MeanKind } from '../base/distribution.ts'
import type { Id } from '../base/id.ts'
import { parseDuration, type Kib, type KibPerSecond, type Micros } from '../base/time.ts'

/** A name of a thing; the result is branded with its kind. Never like an integer: such keys would be iterated out of order. */
export function id<I extends Id<string>>(what: string) {
  return z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]*$/, `expected the name of ${what}: a letter, then letters, digits, - _ .`)
    .transform(text => text as I)
}

/** `90s`, `2h30m`, `1d`. */
export const duration = z.string({ error: 'expected a duration such as 90s, 2h30m or 1d' }).transform((text, cx): Micros => {
  const micros = parseDuration(text)
  if (micros === undefined) cx.addIssue({ code: 'custom', message: 'expected a duration such as 90s, 2h30m or 1d', input: text })
  return micros ?? 0
}).meta({ description: 'a duration such as 90s, 2h30m or 1d' })

/** Exponent, spread or shape of a law. */
const positive = z.number({ error: 'expected a number greater than 0' }).positive('expected a number greater than 0')
const longer = duration.refine(micros => micros > 0, 'expected a time longer than 0s')

type ShapedText<F extends string, S extends string> = [string, number] | (Record<F, string> & Record<S, number>) | ({ mean: string } & Record<S, number>)
type SimpleText = string
  | { exponential: string } | { uniform: [string, string] } | { trace: string[] }
  | { lognormal: ShapedText<'median', 'sigma'> } | { weibull: ShapedText<'scale', 'shape'> } | { gamma: ShapedText<'scale', 'shape'> }
type MixtureText = { mixture: { weight: number; of: SimpleText | { after: string; then: SimpleText } }[] }
type DistributionText = SimpleText | MixtureText | { after: string; then: SimpleText | MixtureText }

/** Beyond these, a mean says nothing of what is drawn: nearly all is shorter by orders of magnitude. */
export const sigma = positive.max(10, 'expected a sigma of at most 10 beside a mean')
export const weibullShape = positive.min(0.1, 'expected a shape of at least 0.1 beside a mean')
/** Beyond, a gamma is a normal within a hair, and its inverse takes long. */
export const gammaShape = positive.max(1000, 'expected a shape of at most 1000').min(0.001, 'expected a shape of at least 0.001')

const WORDS = 'exponential, uniform, lognormal, weibull, gamma, trace, mixture, after'
/** A law of a first number and a shape, as a pair, by their names, or by its mean and the shape. */
function shaped<const F extends string, const S extends string>(kind: MeanKind, first: F, second: S, shape: z.ZodType<number, number>, besideMean = shape): z.ZodType<Distribution, ShapedText<F, S>> {
  const law = (scale: number, shape: number) => ({ [kind]: [scale, shape] }) as unknown as Distribution
  const named = (first: string, shape: z.ZodType<number, number>) => z.strictObject({ [first]: longer, [second]: shape })
  return z.union([
    z.tuple([longer, shape]).transform(([scale, shape]) => law(scale, shape)),
    named(first, shape).transform(given => law(given[first]!, given[second]!)),
    named('mean', besideMean).transform(given => lawOfMean(kind, given['mean']!, given[second]!)),
  ], { error: `expected [${first}, ${second}], or ${first} or mean with ${second}` }).describe(`${first} (or mean), ${second}`) as never
}

const simple = [
  duration,
  z.strictObject({ exponential: longer.describe('mean') }),
  z.strictObject({ uniform: z.tuple([duration, duration]).refine(([from, to]) => from <= to, 'expected the shorter time first') }),
  z.strictObject({ lognormal: shaped('lognormal', 'median', 'sigma', positive, sigma) }).transform(each => each.lognormal),
  z.strictObject({ weibull: shaped('weibull', 'scale', 'shape', positive, weibullShape) }).transform(each => each.weibull),
  // A whole shape is Erlang's number of stages.
  z.strictObject({ gamma: shaped('gamma', 'scale', 'shape', gammaShape) }).transform(each => each.gamma),
  z.strictObject({ trace: z.array(duration).min(1, 'expected at least one observed time') }).transform(({ trace }) => ({ trace: trace.toSorted((a, b) => a - b) })),
] as const
const first = z.string({ error: 'expected a fixed duration, such as 15m: two drawn times in a row have no law of their own' }).pipe(duration)
const part = z.union([...simple, z.strictObject({ after: first, then: z.union(simple, { error: `expected a duration such as 10m, or one of ${WORDS}` }) })],
  { error: `expected a duration such as 10m, or one of ${WORDS.replace('mixture, ', '')}` })
const mixture = z.strictObject({ mixture: z.array(z.strictObject({ weight: positive, of: part })).min(2, 'expected at least two parts, each with its weight') })
  .transform(({ mixture }) => {
    const sum = mixture.reduce((sum, { weight }) => sum + weight, 0)
    return { mixture: mixture.map(({ weight, of }) => ({ weight: weight / sum, of })) }
  })

/**
 * A fixed duration, or `{ exponential: 10m }`, `{ uniform: [5m, 25m] }`, `{ lognormal: [10m, 0.5] }`, `{ weibull: [1000h, 1.5] }`, `{ gamma: [1h, 3] }`,
 * the last three also by `mean`; `{ trace: [2h, 3h, 11h] }`, `{ after: 15m, then: … }`, `{ mixture: [{ weight: 1, of: … }, …] }`.
 */
export const distribution: z.ZodType<Distribution, DistributionText> = z.union([
  ...simple, mixture, z.strictObject({ after: first.describe('a fixed time first'), then: z.union([...simple, mixture], { error: `expected a duration such as 10m, or one of ${WORDS.replace(', after', '')}` }) }),
], { error: `expected a duration such as 10m, or one of ${WORDS}` })

const SIZES: Readonly<Record<string, Kib>> = { K: 1, KIB: 1, M: 1024, MIB: 1024, G: 1024 ** 2, GIB: 1024 ** 2, T: 1024 ** 3, TIB: 1024 ** 3 }

/** `20 GiB`, `128MiB`: whole kibibytes. */
export const size = z.string({ error: 'expected a size such as 20 GiB' }).transform((text, cx): Kib => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text.trim()) ?? []
  const kib = Math.round(Number(amount) * (SIZES[unit?.toUpperCase() ?? ''] ?? NaN))
  if (!Number.isSafeInteger(kib) || kib <= 0) cx.addIssue({ code: 'custom', message: 'expected a size such as 20 GiB or 128 MiB', input: text })
  return kib
}).meta({ description: 'a size such as 20 GiB or 128 MiB' })

/** Whole KiB per second, as md counts. */
export const speed = z.number().int().positive().transform((value): KibPerSecond => value)
export const probability = z.number().min(0).max(1)
