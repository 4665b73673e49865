/**
 * What a family of validation cases is: a model, its parameters, and the figures that theory and simulation give for it.
 *
 * Cases of one family differ in parameters and in the arguments that their metrics carry (`P(N>=10)`, `customers_c7`); so figures are asked
 * for by name, and nothing here knows a value of a case.
 */
import type { Experiment } from './experiment.ts'

export type Parameters = Readonly<Record<string, unknown>>
export type Value = number | boolean
/** The value of a metric; undefined: the family has no such metric. */
export type Figures = (metric: string) => Value | undefined

export interface Family {
  /** From first principles: a closed form, or the exact solver. */
  analytic(p: Parameters): Figures
  /** The same figures by another way, for tests: the solver where `analytic` is a closed form, enumeration, quadrature, a recursion, the shipped models. */
  otherwise?(p: Parameters): Figures
  /** How near the two ways come, relative; default 1e-9. */
  readonly near?: number
  /** Through `createSim`. */
  simulated?(p: Parameters): (metric: string) => Experiment | undefined
}

export interface Figure {
  readonly metric: string
  readonly value: Value
  readonly unit: string
  readonly tolerance?: { readonly rel?: number; readonly abs?: number }
  readonly simTolerance?: string
  /** Of a value that was itself simulated. */
  readonly standardError?: number
}
export interface Case { readonly id: string; readonly family: string; readonly title: string; readonly parameters: Parameters; readonly expected: readonly Figure[] }

/** By name, with `*` where a name carries an argument: `'pointAvailability(*)': t => …`. A name without one goes first. */
export function named<T>(by: Readonly<Record<string, (...carried: string[]) => T | undefined>>): (metric: string) => T | undefined {
  const patterns = Object.entries(by).filter(([name]) => name.includes('*'))
    .map(([name, of]) => [new RegExp(`^${name.split('*').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+?)')}$`), of] as const)
  return metric => {
    if (Object.hasOwn(by, metric)) return by[metric]!()
    for (const [pattern, of] of patterns) {
      const found = pattern.exec(metric)
      if (found !== null) return of(...found.slice(1))
    }
    return undefined
  }
}
export const figures = (by: Readonly<Record<string, (...carried: string[]) => Value | undefined>>): Figures => named(by)

/** Numbers of a case by name; one that is missing is the case's mistake, and said so. */
export function numbersOf<K extends string>(p: Parameters, ...names: readonly K[]): Readonly<Record<K, number>> {
  for (const name of names) if (typeof p[name] !== 'number' || !Number.isFinite(p[name])) throw new Error(`the parameter ${name} is not a number`)
  return p as Record<K, number>
}
export const numberOr = (p: Parameters, name: string, otherwise: number): number => typeof p[name] === 'number' ? p[name] : otherwise

export const YEAR_HOURS = 8760
/** What people call it, from the availability and how often it is lost per hour. */
export const serviceFigures = (unavailability: number, perHour: number, yearHours = YEAR_HOURS) => ({
  availability: () => 1 - unavailability,
  unavailability: () => unavailability,
  downtimeMinutesPerYear: () => unavailability * yearHours * 60,
  outagesPerYear: () => perHour * yearHours,
  meanOutageHours: () => unavailability / perHour,
})
