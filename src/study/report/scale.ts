/**
 * Axes: from values to percent of the width, with marks at round values. Logarithmic where values span decades.
 *
 * Percent, because a picture is as wide as its page: bars stretch and letters do not.
 */
import { ln } from '../../base/ln.ts'
import { DAY, HOUR, MILLISECOND, MINUTE, SECOND, YEAR, type Micros } from '../../base/time.ts'
import { amount } from '../words.ts'

export interface Tick { readonly at: number; readonly label: string }
export interface Scale {
  readonly log: boolean
  /** Percent of the width, 0 to 100, whatever the value. */
  readonly at: (value: number) => number
  readonly ticks: readonly Tick[]
}

/** More than this many times the smallest: no picture shows both on a linear axis. */
const DECADES = 30
/** Marks are at least so many percent apart, so that their labels have room on a phone. */
const APART = 23

export function numberScale(values: readonly number[], withZero = true): Scale {
  const finite = values.filter(Number.isFinite), positive = finite.filter(each => each > 0), low = Math.min(...finite), high = Math.max(...finite)
  if (positive.length === 0 && low >= 0) return scaleOf(0, 1, false, [0, 1], amount)
  if (low >= 0 && positive.length > 1 && high / Math.min(...positive) > DECADES) {
    const from = roundDown(Math.min(...positive)), to = roundUp(high)
    const all = rounds(from, to), tens = all.filter(each => Math.abs(each / decade(each) - 1) < 1e-9)
    return scaleOf(from, to, true, tens.length >= 3 ? tens : all, amount, 6.5)
  }
  const [from, to] = withZero ? [Math.min(0, low), Math.max(0, high)] : high - low <= 1e-9 * Math.max(Math.abs(low), Math.abs(high)) ? [low - Math.abs(low) / 10, high + Math.abs(high) / 10] : [low, high]
  const step = roundUp((to - from) / 4), first = Math.floor(from / step + 1e-9), last = Math.ceil(to / step - 1e-9)
  return scaleOf(first * step, last * step, false, Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step), amount, 6.5)
}

const LENGTHS: readonly Micros[] = [
  MILLISECOND, 10 * MILLISECOND, 100 * MILLISECOND, ...[1, 2, 5, 10, 20, 30].map(n => n * SECOND), ...[1, 2, 5, 10, 20, 30].map(n => n * MINUTE),
  ...[1, 2, 4, 8, 12].map(n => n * HOUR), ...[1, 2, 4, 10, 30, 100].map(n => n * DAY), ...[1, 3, 10, 30, 100, 300].map(n => n * YEAR),
]

/** Of lengths of time, none of them 0. */
export function timeScale(values: readonly Micros[]): Scale {
  const low = Math.min(...values), high = Math.max(...values), log = high > DECADES * low
  const from = LENGTHS.findLast(each => each <= low) ?? 1, to = LENGTHS.find(each => each > high) ?? high * 2
  if (log) return scaleOf(from, to, true, LENGTHS.filter(each => each >= from && each <= to), timeText)
  const step = LENGTHS.find(each => each >= to / 5) ?? to / 5, last = Math.floor(high / step) + 1
  return scaleOf(0, last * step, false, Array.from({ length: last + 1 }, (_, i) => i * step), timeText)
}

/** As many digits as a label has room for: `1.5 h`. */
export function timeText(micros: Micros): string {
  if (micros === 0) return '0'
  const [unit, name] = ([[YEAR, 'y'], [DAY, 'd'], [HOUR, 'h'], [MINUTE, 'min'], [SECOND, 's'], [MILLISECOND, 'ms'], [1, 'µs']] as const).find(([each]) => micros >= each) ?? [1, 'µs'] as const
  return `${amount(micros / unit)} ${name}`
}

function scaleOf(from: number, to: number, log: boolean, marks: readonly number[], text: (value: number) => string, letter = 0): Scale {
  // The narrowest bars of numbers have a place of some 140 pixels: there a letter is some 6 % of the width.
  const apart = Math.max(APART, ...marks.map(mark => text(mark).length * letter))
  const position = (value: number): number => log ? value <= from ? 0 : ln(value / from) / ln(to / from) : (value - from) / (to - from)
  const at = (value: number): number => Math.min(100, Math.max(0, position(value) * 100)), ticks: Tick[] = []
  // A linear axis always marks its zero; other marks give way.
  const zero = log || !marks.some(each => Math.abs(each) < 1e-12) ? [] : [at(0)]
  for (const mark of marks) {
    const own = at(mark), isZero = zero.length > 0 && own === zero[0]
    if (isZero || (own - (ticks.at(-1)?.at ?? -Infinity) >= apart && zero.every(each => Math.abs(own - each) >= apart))) ticks.push({ at: own, label: isZero ? '0' : text(mark) })
  }
  return { log, at, ticks }
}

const decade = (value: number): number => 10 ** Math.floor(ln(value) / Math.LN10 + 1e-9)
/** The next of 1, 2, 5, 10, 20, 50 … */
const roundUp = (value: number): number => [1, 2, 5, 10].map(each => each * decade(value)).find(each => each >= value * (1 - 1e-8))!
const roundDown = (value: number): number => [5, 2, 1].map(each => each * decade(value)).find(each => each <= value * (1 + 1e-8))!
function rounds(from: number, to: number): number[] {
  const all: number[] = []
  for (let each = from; each <= to * (1 + 1e-9); each = roundUp(each * 1.1)) all.push(each)
  return all
}
