/** What a duration in a scenario may be: a fixed time, or a distribution from which each occurrence draws. Plain data. */
import type { Micros } from './time.ts'

export type Distribution =
  | Micros
  /** Mean. */
  | { readonly exponential: Micros }
  /** Both ends. */
  | { readonly uniform: readonly [Micros, Micros] }
  /** Median, and the standard deviation of the logarithm. */
  | { readonly lognormal: readonly [Micros, number] }
  /** Scale (63.2 % have happened by then) and shape. */
  | { readonly weibull: readonly [Micros, number] }
