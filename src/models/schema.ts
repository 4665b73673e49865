/**
 * The words that all sections of a scenario share: durations, sizes, speeds, probabilities and ids, from the text people write to the
 * numbers the models count in. Each refuses with what it expected, so that the loader can add what it found and where.
 */
import { z } from 'zod'
import type { Distribution } from '../base/distribution.ts'
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

type DistributionText = string | { exponential: string } | { uniform: [string, string] } | { lognormal: [string, number] } | { weibull: [string, number] }

/** A fixed duration, or `{ exponential: 10m }`, `{ uniform: [5m, 25m] }`, `{ lognormal: [10m, 0.5] }`, `{ weibull: [1000h, 1.5] }`. */
export const distribution: z.ZodType<Distribution, DistributionText> = z.union([
  duration,
  z.strictObject({ exponential: duration.describe('mean') }),
  z.strictObject({ uniform: z.tuple([duration, duration]) }),
  z.strictObject({ lognormal: z.tuple([duration, z.number().positive()]).describe('median, standard deviation of the logarithm') }),
  z.strictObject({ weibull: z.tuple([duration, z.number().positive()]).describe('scale, shape') }),
], { error: 'expected a duration such as 10m, or one of exponential, uniform, lognormal, weibull' })

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
