/** Random numbers. (types only for now) */
import type { Micros } from '../base/time.ts'
export interface Rng {
  /** In (0, 1), 53 bits: with 32 an exponential could never exceed 22 means. */
  uniform(): number
  /** Whole microseconds with this mean, at least 1. */
  exponential(mean: Micros): Micros
}
