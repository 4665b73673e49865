/**
 * From what runs add up to, to figures with their intervals.
 *
 * Ratio estimators over independent runs (Σ downtime / Σ time, Σ downtime / Σ outages), 95 %, corrected for skewness; quantiles with order-statistic
 * intervals. What was never seen gets an upper bound and no value: of outages 3 / time (Poisson), of a probability that of Clopper and Pearson.
 */
import { exp, ln } from '../base/ln.ts'
import { HOUR, MINUTE, SECOND, YEAR, formatDuration, type Micros } from '../base/time.ts'
import type { Collected, ServiceSums } from './collect.ts'
import { causeText } from './words.ts'
import type { ArrayResult, CauseRow, ClientResult, Figure, ServiceResult, Spread, Unit } from './result.ts'
import { yearQuantile, yearWithin } from './stats/compound.ts'
import { meanInterval, poissonRate, proportion, unseenMean, type Interval } from './stats/interval.ts'
import { momentsOf, type Moments, type PairMoments } from './stats/moments.ts'
import { ratioInterval } from './stats/ratio.ts'
import { quantileInterval, valuesOf, zerosOf, type Sketch } from './stats/sketch.ts'
import type { Sla } from './study.ts'
import { causeOf } from './tally.ts'

const finite = (value: number): number | null => Number.isFinite(value) ? value : null

/** `by` scales value and interval; what is never negative has no interval below 0. */
export function figure({ value, low, high }: Interval, unit: Unit, seen: number, by = 1, signed = false): Figure {
  return { value: value * by, low: finite(signed ? low * by : Math.max(0, low * by)), high: finite(high * by), unit, seen }
}
/** Never seen: at most so much. */
export const bound = (high: number, unit: Unit): Figure => ({ value: null, low: 0, high: finite(high), unit, seen: 0 })

const PER_YEAR: Partial<Record<Unit, number>> = { 'per year': YEAR, 'min/yr': YEAR / MINUTE, 's/yr': YEAR / SECOND, 'h/yr': YEAR / HOUR }

/** Something per time: microseconds, or a count. */
export function perTime(pairs: PairMoments, unit: Unit, seen = pairs.nonzero): Figure {
  const by = PER_YEAR[unit] ?? 1
  if (pairs.nonzero > 0) return figure(ratioInterval(pairs), unit, seen, by)
  if (unit === 'per year') return bound(poissonRate(0, pairs.n * pairs.x).high * by, unit)
  return { ...bound(unseenMean(pairs.n, 1).high * by, unit), atMostPerYear: poissonRate(0, pairs.n * pairs.x).high * YEAR }
}

/** Of so many trials so many; where there were none, or no others, a bound on that side. */
export function probability(hits: number, of: number): Figure {
  const interval = proportion(hits, of)
  return hits > 0 && hits < of ? figure(interval, 'share', hits) : { value: null, low: interval.low, high: interval.high, unit: 'share', seen: hits }
}

export const costPerYear = (costs: readonly number[]): Figure => {
  const moments = momentsOf(costs)
  return figure(moments.m2 === 0 ? { value: moments.mean, low: moments.mean, high: moments.mean } : meanInterval(moments), 'money/yr', costs.length)
}
export const capacityOf = ({ capacity }: Collected): Figure => figure(capacity.m2 === 0 ? { value: capacity.mean, low: capacity.mean, high: 1 } : meanInterval(capacity), 'share', capacity.n)

export function serviceResult(name: string, sums: ServiceSums, all: Collected, sla: Sla | null, forked: boolean): ServiceResult {
  const down = perTime(sums.down, 'share'), seen = forked ? all.forks?.hits ?? 0 : Math.round(sums.outages.y * sums.outages.n), lengths = sums.lengths.total > 0 ? spread(sums.lengths, 'min', MINUTE) : null
  const rate = perTime(sums.outages, 'per year', seen), values = valuesOf(sums.lengths)
  const unavailable = (of: number | null): number | null => of === null ? null : 1 - of, nines = (of: number | null): number | null => of === null || of <= 0 ? null : -ln(of) / Math.LN10
  return {
    name,
    availability: { value: unavailable(down.value), low: unavailable(down.high), high: unavailable(down.low), unit: 'share', seen },
    nines: { value: nines(down.value), low: nines(down.high), high: nines(down.low), unit: 'nines', seen },
    downtime: { ...perTime(sums.down, 'min/yr'), seen }, outages: rate,
    mtbf: inverse(rate, YEAR / HOUR, 'h'),
    mttr: sums.perOutage.x === 0 ? bound(Infinity, 'min') : figure(ratioInterval(sums.perOutage), 'min', seen, 1 / MINUTE),
    lengths,
    yearly: forked ? rareYears(rate, values) : sums.years.total === 0 ? null : { ...spread(sums.years, 'min', MINUTE), approximate: false },
    noOutage: forked ? throughRate(rate, each => exp(-each)) : probability(sums.yearsWithout, sums.years.total),
    sla: sla === null ? null : {
      says: slaText(sla), approximate: forked,
      probability: forked ? throughRate(rate, each => slaWithin(sla, each, values)) : probability(sums.yearsWithin, sums.years.total),
    },
    causes: causeRows(sums, all, down.value ?? 0),
  }
}

export const slaText = ({ downMicrosPerYear, outageMicros }: Sla): string =>
  [...downMicrosPerYear === null ? [] : [`at most ${formatDuration(downMicrosPerYear)} down in a year`], ...outageMicros === null ? [] : [`no outage longer than ${formatDuration(outageMicros)}`]].join(', ')

/** Outages as a Poisson process: what a year of them makes of the limits. */
function slaWithin({ downMicrosPerYear, outageMicros }: Sla, rate: number, values: readonly (readonly [number, number])[]): number {
  const all = values.reduce((sum, [, weight]) => sum + weight, 0), long = outageMicros === null ? 0 : values.reduce((sum, [length, weight]) => sum + (length > outageMicros ? weight : 0), 0) / (all || 1)
  const within = downMicrosPerYear === null || values.length === 0 ? 1 : yearWithin(downMicrosPerYear, rate * (1 - long), values.filter(([length]) => outageMicros === null || length <= outageMicros)).within
  return exp(-rate * long) * within
}

/** A decreasing function of a rate, at its value and at the ends of its interval. */
function throughRate(rate: Figure, of: (rate: number) => number): Figure {
  const at = (each: number | null): number | null => each === null ? null : of(each)
  return { value: at(rate.value), low: at(rate.high), high: rate.low === null ? 1 : of(rate.low), unit: 'share', seen: rate.seen }
}

/** 1 / a rate per year, in units of which `by` make a year. */
function inverse(rate: Figure, by: number, unit: Unit): Figure {
  const of = (each: number | null): number | null => each === null || each <= 0 ? null : by / each
  return { value: of(rate.value), low: of(rate.high), high: of(rate.low), unit, seen: rate.seen }
}

function spread(sketch: Sketch, unit: Unit, by: Micros): Spread {
  const at = (p: number): Figure => figure(quantileInterval(sketch, p), unit, Math.round(sketch.total), 1 / by)
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), histogram: histogramOf(sketch), zeros: zerosOf(sketch), count: sketch.total }
}

/** At most some hundred classes for a picture: the finest are put together. */
function histogramOf(sketch: Sketch): (readonly [number, number])[] {
  const values = valuesOf(sketch).filter(([value]) => value > 0), merged: [number, number][] = []
  for (const [value, count] of values) {
    const last = merged.at(-1)
    if (last !== undefined && value < last[0] * WIDENING) last[1] += count
    else merged.push([value, count])
  }
  return merged
}
const WIDENING = 1.08

function rareYears(rate: Figure, values: readonly (readonly [number, number])[]): ServiceResult['yearly'] {
  if (rate.value === null || values.length === 0) return null
  const at = (p: number): Figure => ({ value: yearQuantile(p, rate.value!, values) / MINUTE, low: rate.low === null ? null : yearQuantile(p, rate.low, values) / MINUTE, high: rate.high === null ? null : yearQuantile(p, rate.high, values) / MINUTE, unit: 'min', seen: rate.seen })
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), histogram: [], zeros: exp(-rate.value), count: 1, approximate: true }
}

/** Causes that make no difference between things, the largest first; those below a thousandth of the whole are put together. */
function causeRows(sums: ServiceSums, all: Collected, unavailability: number): CauseRow[] {
  const micros = all.micros / Math.max(1, all.runs), mean = (m: Moments, unit: Unit, by: number): Figure => figure(meanInterval(m), unit, m.nonzero, by)
  const total = [...sums.causes.values()].reduce((sum, { down }) => sum + down.mean, 0)
  return [...sums.causes].map(([key, { down, outages }]): CauseRow => {
    const cause = causeOf(key)
    return {
      says: causeText(cause), rule: cause.origin.name, thing: cause.origin.thing, share: total === 0 || unavailability === 0 ? 0 : down.mean / total,
      downtime: mean(down, 'min/yr', YEAR / MINUTE / micros), outages: mean(outages, 'per year', YEAR / micros),
    }
  }).sort((a, b) => b.share - a.share || (a.says < b.says ? -1 : 1))
}

export const arrayResults = (all: Collected): ArrayResult[] => [...all.arrays].map(([name, sums]) => {
  const years = all.micros / YEAR
  return {
    name, exposed: perTime(sums.exposed, 'h/yr'), exposures: perTime(sums.exposures, 'per year'), detection: perTime(sums.detection, 'h/yr'),
    waiting: perTime(sums.waiting, 'h/yr'), recovery: perTime(sums.recovery, 'h/yr'),
    lossPerYear: all.forks !== null && sums.lost.nonzero > 0 ? figure(ratioInterval(sums.lost), 'share', sums.lost.nonzero, YEAR) : probability(sums.lossYears, Math.round(years)),
  }
})

export const clientResults = (all: Collected): ClientResult[] => [...all.clients].map(([name, sums]) => ({
  name, withoutAddress: perTime(sums.address, 's/yr'), withoutPreferred: perTime(sums.preferred, 's/yr'), withoutRouter: perTime(sums.router, 's/yr'),
}))
