/**
 * Times of a crontab line: minute, hour, day of the month, month, day of the week. Source: crontab(5) as Debian's cron has it: a day matches if either
 * the day of the month or the day of the week does, where both are restricted. UTC.
 */
import { DAY, MINUTE, type Micros } from './time.ts'

export interface Cron { readonly minutes: readonly number[]; readonly hours: readonly number[]; readonly days: readonly number[]; readonly months: readonly number[]; readonly weekdays: readonly number[]; /** Both kinds of day are restricted. */ readonly either: boolean }

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'], WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const NAMED: Readonly<Record<string, string>> = { '@hourly': '0 * * * *', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@weekly': '0 0 * * 0', '@monthly': '0 0 1 * *', '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *' }

/** The line, or what is wrong with it. */
export function parseCron(text: string): Cron | string {
  const fields = (NAMED[text.trim()] ?? text).trim().split(/\s+/)
  if (fields.length !== 5) return 'expected five fields such as "*/10 * * * *": minute, hour, day of the month, month, day of the week'
  const ranges = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 7]] as const, names = [[], [], [], MONTHS, WEEKDAYS] as const
  const sets: number[][] = []
  for (const [i, field] of fields.entries()) {
    const [low, high] = ranges[i]!, set = valuesOf(field, low, high, names[i]!)
    if (set === undefined) return `expected "${field}" to be *, a number from ${low} to ${high}, a range, a list or */step`
    sets.push(set)
  }
  const [minutes, hours, days, months, weekdays] = sets as [number[], number[], number[], number[], number[]]
  return { minutes, hours, days, months, weekdays: [...new Set(weekdays.map(day => day % 7))], either: !fields[2]!.startsWith('*') && !fields[4]!.startsWith('*') }
}

const WEEKS = ['first', 'second', 'third', 'fourth']
export const DAY_WANTED = 'expected a day and a time such as "Sun 02:00", "Mon-Fri 22:00", "first Sun 02:00" or "daily 02:00"'

/** `Sun 02:00`, `Mon-Fri 22:00`, `daily 02:00`, `first Sun 02:00` (of the month; up to `fourth`), for those who do not think in crontabs. undefined: none of these. */
export function parseDayAndTime(text: string): Cron | undefined {
  const [, which, days, hour, minute] = /^(?:(first|second|third|fourth) )?(daily|[a-z]{3}(?:-[a-z]{3})?) (\d\d):(\d\d)$/.exec(text.trim().toLowerCase().replaceAll(/\s+/g, ' ')) ?? []
  if (days === undefined || (which !== undefined && days === 'daily')) return undefined
  const week = which === undefined ? undefined : 7 * WEEKS.indexOf(which)
  const cron = parseCron(`${Number(minute)} ${Number(hour)} ${week === undefined ? '*' : `${week + 1}-${week + 7}`} * ${days === 'daily' ? '*' : days}`)
  return typeof cron === 'string' ? undefined : { ...cron, either: false }
}

function valuesOf(field: string, low: number, high: number, names: readonly string[]): number[] | undefined {
  const values = new Set<number>(), base = names.length === 12 ? 1 : 0
  const number = (text: string): number => /^\d+$/.test(text) ? Number(text) : names.includes(text.toLowerCase()) ? names.indexOf(text.toLowerCase()) + base : NaN
  for (const part of field.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [], [first = '', last] = range.split('-')
    const from = range === '*' ? low : number(first), to = range === '*' ? high : last !== undefined ? number(last) : step === undefined ? from : high, by = Number(step ?? 1)
    if (!(from >= low && to <= high && from <= to && by > 0)) return undefined
    for (let value = from; value <= to; value += by) values.add(value)
  }
  return [...values]
}

/** The first whole minute after `from` (microseconds since 1970) that matches; null: none in eight years (30 February). */
export function nextCron(cron: Cron, from: Micros): Micros | null {
  for (let day = Math.floor(from / DAY), last = day + 8 * 366; day <= last; day++) {
    const { month, dayOfMonth } = civil(day), weekday = (day + 4) % 7
    const onDay = cron.days.includes(dayOfMonth), onWeekday = cron.weekdays.includes(weekday)
    if (!cron.months.includes(month) || !(cron.either ? onDay || onWeekday : onDay && onWeekday)) continue
    for (let hour = 0; hour < 24; hour++)
      if (cron.hours.includes(hour))
        for (let minute = 0; minute < 60; minute++) {
          const at = day * DAY + (hour * 60 + minute) * MINUTE
          if (at > from && cron.minutes.includes(minute)) return at
        }
  }
  return null
}

/** Gregorian date of a day counted from 1970-01-01; Howard Hinnant, "chrono-compatible low-level date algorithms". */
function civil(days: number): { month: number; dayOfMonth: number } {
  const z = days + 719_468, era = Math.floor(z / 146_097), doe = z - era * 146_097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100)), mp = Math.floor((5 * doy + 2) / 153)
  return { month: mp < 10 ? mp + 3 : mp - 9, dayOfMonth: doy - Math.floor((153 * mp + 2) / 5) + 1 }
}
/** Microseconds since 1970 of `2026-01-05`, `2026-01-05T08:00Z`. */
export function epochOf(text: string): Micros {
  const [, year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = /^(\d+)-(\d+)-(\d+)(?:T(\d+):(\d+)(?::(\d+))?)?/.exec(text)?.map(part => Number(part ?? 0)) ?? []
  const y = month <= 2 ? year - 1 : year, era = Math.floor(y / 400), yoe = y - era * 400, doy = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const days = era * 146_097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719_468
  return days * DAY + (hour * 60 + minute) * MINUTE + second * 1_000_000
}
