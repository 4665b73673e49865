/** Figures and causes in words: as a planner says them, with as many digits as the interval is worth. Pure text, no widths. */
import type { Origin } from './origins.ts'
import type { Figure, Unit } from './result.ts'
import type { Cause } from './tally.ts'

const UNITS: Readonly<Record<Unit, string>> = {
  share: '', nines: 'nines', 'per year': 'a year', 'min/yr': 'min/yr', 's/yr': 's/yr', h: 'h', min: 'min', 'h/yr': 'h/yr', 'money/yr': 'a year',
}

/** A year: a bound near it says nothing. */
const WHOLE: Readonly<Partial<Record<Unit, number>>> = { 's/yr': 31_536_000, 'min/yr': 525_600, 'h/yr': 8760 }

/** Three significant digits, no exponent where a person can read it without. */
export function amount(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size >= 1000) return grouped(Math.round(value))
  if (size >= 0.001) return String(Number(value.toPrecision(3)))
  return value.toExponential(1).replace('e-', '·10^-')
}
/** 12,345 in every locale. */
const grouped = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',')

/** 99.99712 %: as many digits as tell it from 100 %. */
export function percent(share: number): string {
  const rest = 1 - share
  if (rest <= 0) return '100 %'
  let digits = 1
  for (let left = rest * 100; left < 10 && digits < 14; left *= 10) digits++
  return `${(share * 100).toFixed(Math.min(12, share > 0.5 ? digits : 2))} %`
}

/** `0.53 min/yr (0.48 to 0.58)`; of what was not seen `below 0.02 a year (none seen)`. */
export function figureText(figure: Figure): string {
  const { value, low, high, unit } = figure, word = UNITS[unit] === '' ? '' : ` ${UNITS[unit]}`
  const show = (each: number): string => unit === 'share' ? percent(each) : amount(each)
  if (value === null && figure.atMostPerYear !== undefined && unit !== 'share') return `none seen (less than ${amount(figure.atMostPerYear)} times a year)`
  if (value === null && high !== null && high > (WHOLE[unit] ?? Infinity) / 100) return 'none seen (too few years for a bound)'
  if (value === null) return unit === 'share' && high === 1 ? low === null ? 'not known' : `above ${show(low)} (no exception seen)` : high === null ? low === null ? 'not known (none seen)' : `above ${show(low)}${word} (none seen)` : `below ${show(high)}${word} (none seen)`
  if (low === high) return `${show(value)}${word}`
  return `${show(value)}${word} (${low === null ? 'unbounded' : show(low)} to ${high === null ? 'unbounded' : show(high)})`
}

export function originText({ kind, name, thing }: Origin): string {
  switch (kind) {
    case 'fault': return thing === '' ? name : `${name} of ${thing}`
    case 'operator': return `what ${name} did`
    case 'slip': return `a slip of ${name} (${thing})`
    case 'timeline': return `${name}, from the timeline`
    case 'none': return 'no single strike'
  }
}

const PHASES: Readonly<Record<string, string>> = {
  detection: 'before anyone had noticed', waiting: 'while a mirror waited on one copy', recovery: 'while a mirror was recovering',
}

/** `crashes of i5b while a mirror was recovering after crashes`. */
export function causeText({ origin, phase, before }: Cause): string {
  if (before === null) return originText(origin)
  return `${originText(origin)} ${PHASES[phase] ?? 'while something else was down'} after ${originText({ ...before, thing: '' })}`
}
