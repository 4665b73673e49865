/** Hours of a week and days of a calendar, as people write them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochOf, nextCron, parseDayAndTime } from '../../src/base/cron.ts'
import { isWithinHours, parseHours, untilHours } from '../../src/base/hours.ts'
import { DAY, HOUR, MINUTE } from '../../src/base/time.ts'
import { property } from '../support/property.ts'

const at = epochOf
const within = (text: string, time: string) => isWithinHours(parseHours(text)!, at(time))

test('office hours are those of the five days, from the first minute until before the last', () => {
  const hours = 'Mon-Fri 08:00-18:00'
  // 2026-01-05 is a Monday.
  expect(['2026-01-05T08:00', '2026-01-05T17:59', '2026-01-09T12:00', '2026-01-05T07:59', '2026-01-05T18:00', '2026-01-10T12:00'].map(time => within(hours, time))).toEqual([true, true, true, false, false, false])
})

test('a night belongs to the day on which it begins, also on Sunday', () => {
  expect(['2026-01-11T23:00', '2026-01-12T05:59', '2026-01-12T06:00', '2026-01-10T23:00'].map(time => within('Sun 22:00-06:00', time))).toEqual([true, true, false, false])
  expect(['2026-01-11T23:00', '2026-01-08T03:00', '2026-01-08T12:00'].map(time => within('22:00-06:00', time))).toEqual([true, true, false])
})

test('days may wrap around the week, and stand alone', () => {
  expect(['2026-01-10', '2026-01-12', '2026-01-13', '2026-01-05'].map(day => within('Sat-Mon', `${day}T12:00`))).toEqual([true, true, false, true])
})

test('what is no time of a week is not read as one', () => {
  for (const text of ['', 'Mon-Fri 8:00-18:00', 'Mo 08:00-18:00', 'Mon 08:00', 'Mon 08:60-09:00', 'Mon 24:00-25:00', 'Monday 08:00-09:00', 'Mon08:00-09:00', 'Mon,']) expect(parseHours(text), text).toBeUndefined()
})

test('the wait for the hours ends within them and not a minute earlier', () => {
  const clock = fc.integer({ min: 0, max: 23 }).map(hour => `${String(hour).padStart(2, '0')}:00`), day = fc.constantFrom('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')
  const span = fc.tuple(day, day, clock, clock).map(([a, b, from, to]) => `${a}-${b} ${from}-${to}`)
  property(fc.property(fc.array(span, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 20_000 * 24 * 60 }), (spans, minutes) => {
    const hours = parseHours(spans.join(', '))!, now = minutes * MINUTE, wait = untilHours(hours, now)
    expect(isWithinHours(hours, now + wait)).toBe(true)
    if (wait > 0) for (const before of [0, wait / 2, wait - MINUTE]) expect(isWithinHours(hours, now + before)).toBe(false)
    expect(wait).toBeLessThan(7 * DAY)
    // The hours of several spans are those of each.
    expect(isWithinHours(hours, now)).toBe(spans.some(each => isWithinHours(parseHours(each)!, now)))
  }))
})

const next = (text: string, from: string) => new Date((nextCron(parseDayAndTime(text)!, at(from)) ?? NaN) / 1000).toISOString().slice(0, 16)
test('a day and a time are the next such day, of each week or of one in the month', () => {
  expect(next('Sun 02:00', '2026-01-05')).toBe('2026-01-11T02:00')
  expect(next('Mon-Fri 22:00', '2026-01-09T22:00')).toBe('2026-01-12T22:00')
  expect(next('daily 00:30', '2026-01-09T22:00')).toBe('2026-01-10T00:30')
  expect(next('first Sun 02:00', '2026-01-05')).toBe('2026-02-01T02:00')
  expect(next('second Sun 02:00', '2026-01-05')).toBe('2026-01-11T02:00')
  expect(next('fourth Sat 23:59', '2026-02-01')).toBe('2026-02-28T23:59')
  for (const text of ['Sun', '02:00', 'Sunday 02:00', 'first daily 02:00', 'fifth Sun 02:00', 'Sun 25:00', 'Xxx 02:00', 'Sun 2:00']) expect(parseDayAndTime(text), text).toBeUndefined()
})

test('the first Sunday of a month comes once in each month', () => {
  const cron = parseDayAndTime('first Sun 02:00')!, months: string[] = []
  for (let now = at('2026-01-01'), i = 0; i < 24; i++) { now = nextCron(cron, now)!; months.push(new Date(now / 1000).toISOString().slice(0, 7)); expect((now / DAY | 0) * DAY + 2 * HOUR).toBe(now) }
  expect(new Set(months).size).toBe(24)
})
