/**
 * Hours of a week, as people write them: `Mon-Fri 08:00-18:00, Sat 09:00-12:00`; `22:00-06:00` is every night; without a time, whole days.
 *
 * UTC, like everything with a calendar here. A span that ends no later than it begins ends on the next day. Kept as spans of a week that
 * begins on Monday, in order and apart from each other, so that a question is a walk over a few numbers.
 */
import { DAY, HOUR, MINUTE, type Micros } from './time.ts'

/** `[from, to)` since Monday 00:00, in order, no two of them touching, but for the end of the week. */
export type Hours = readonly (readonly [Micros, Micros])[]

const WEEK: Micros = 7 * DAY
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
export const HOURS_WANTED = 'expected hours such as "Mon-Fri 08:00-18:00", several apart by a comma'

/** undefined: not hours. */
export function parseHours(text: string): Hours | undefined {
  const spans: [Micros, Micros][] = []
  for (const part of text.split(',')) {
    const [, first, last, from, to] = /^(?:([a-z]{3})(?:-([a-z]{3}))?)?(?:(?:^| )(\d\d:\d\d)-(\d\d:\d\d))?$/.exec(part.trim().toLowerCase().replaceAll(/\s+/g, ' ')) ?? []
    if (first === undefined && from === undefined) return undefined
    const a = first === undefined ? 0 : DAYS.indexOf(first), b = last === undefined ? first === undefined ? 6 : a : DAYS.indexOf(last)
    const begin = from === undefined ? 0 : timeOfDay(from), end = to === undefined ? DAY : timeOfDay(to)
    if (a < 0 || b < 0 || begin === undefined || end === undefined || begin === DAY) return undefined
    for (let day = a; ; day = (day + 1) % 7) {
      const at = day * DAY + begin, until = day * DAY + end + (end > begin ? 0 : DAY)
      spans.push([at, Math.min(until, WEEK)])
      if (until > WEEK) spans.push([0, until - WEEK])
      if (day === b) break
    }
  }
  const merged: [Micros, Micros][] = []
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1)
    if (before !== undefined && from <= before[1]) before[1] = Math.max(before[1], to)
    else merged.push([from, to])
  }
  return merged
}

/** `08:00`, up to `24:00`. */
function timeOfDay(text: string): Micros | undefined {
  const [hour = 0, minute = 0] = text.split(':').map(Number), at = hour * HOUR + minute * MINUTE
  return minute > 59 || at > DAY ? undefined : at
}

/** Since Monday 00:00; 1970-01-01, where `at` counts from, was a Thursday. */
const ofWeek = (at: Micros): Micros => (at + 3 * DAY) % WEEK

/** `at` in microseconds since 1970. */
export function isWithinHours(hours: Hours, at: Micros): boolean {
  const time = ofWeek(at)
  return hours.some(([from, to]) => time >= from && time < to)
}

/** How long from `at` until the hours are next: 0 within them. */
export function untilHours(hours: Hours, at: Micros): Micros {
  const time = ofWeek(at)
  if (isWithinHours(hours, at)) return 0
  const next = hours.find(([from]) => from > time)?.[0] ?? hours[0]![0] + WEEK
  return next - time
}
