/**
 * Whether a change costs more downtime than it may: what `--max-regression` says, and the verdict.
 *
 * A regression is proven where even the lower end of the difference's interval is above the budget, and excluded where the upper end is within it.
 * In between nothing is proven; then, when no further run is allowed, the best estimate decides, so that the same runs always give the same verdict.
 */
import { must } from '../base/assert.ts'
import type { Figure } from './result.ts'

/** In min/yr, or as a share of the baseline's downtime. */
export type Budget = { readonly says: string } & ({ readonly perYear: number } | { readonly share: number })

const UNITS: Readonly<Record<string, number>> = { 's/yr': 1 / 60, 'min/yr': 1, 'h/yr': 60 }

/** `1 min/yr`, `30 s/yr`, `0.5 h/yr`, `5%`. */
export function parseBudget(text: string): Budget | undefined {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*(s\/yr|min\/yr|h\/yr|%)\s*$/.exec(text) ?? []
  if (number === undefined || unit === undefined) return undefined
  return unit === '%' ? { says: `${Number(number)} %`, share: Number(number) / 100 } : { says: `${Number(number)} ${unit}`, perYear: Number(number) * must(UNITS[unit], 'a unit of the pattern') }
}

/** The budget in min/yr. A share of a downtime that was never seen is nothing. */
export const allowed = (budget: Budget, baseline: Figure): number => 'perYear' in budget ? budget.perYear : budget.share * (baseline.value ?? 0)

export type Regression = 'within' | 'exceeded' | 'cannot tell'

/** `difference`: downtime now less that of the baseline, min/yr. */
export function judgeRegression({ low, high }: Figure, most: number): Regression {
  if (high !== null && high <= most) return 'within'
  return low !== null && low > most ? 'exceeded' : 'cannot tell'
}

/** Of two estimates that have nothing to do with each other: the squares of their intervals' sides add up (Zou and Donner, Statistics in Medicine 27, 2008). */
export function differenceOf(now: Figure, before: Figure): Figure {
  const a = ends(now), b = ends(before), value = a.value - b.value
  const side = (x: number | null, y: number | null): number | null => x === null || y === null ? null : Math.sqrt(x * x + y * y)
  const below = side(a.below, b.above), above = side(a.above, b.below)
  return { value, low: below === null ? null : value - below, high: above === null ? null : value + above, unit: now.unit, seen: now.seen + before.seen }
}

/** What was never seen counts as 0 with its bound. */
function ends({ value, low, high }: Figure): { value: number; below: number | null; above: number | null } {
  const at = value ?? 0
  return { value: at, below: low === null ? null : at - low, above: high === null ? null : high - at }
}
