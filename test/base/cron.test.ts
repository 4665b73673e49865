/** Crontab lines against the calendar of the test's own machine. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochOf, nextCron, parseCron, type Cron } from '../../src/base/cron.ts'
import { property } from '../support/property.ts'

const next = (line: string, from: string): string | null => {
  const at = nextCron(parseCron(line) as Cron, epochOf(from))
  return at === null ? null : new Date(at / 1000).toISOString().slice(0, 16)
}

test('minutes, hours, days, months and weekdays, as crontab(5) has them', () => {
  expect(next('*/10 * * * *', '2026-01-05T00:00Z')).toBe('2026-01-05T00:10')
  expect(next('5 4 * * *', '2026-01-05T04:05Z')).toBe('2026-01-06T04:05')
  expect(next('0 0 1 * *', '2026-01-05')).toBe('2026-02-01T00:00')
  expect(next('0 12 * * sun', '2026-01-05')).toBe('2026-01-11T12:00')
  expect(next('0 12 * * 7', '2026-01-05')).toBe('2026-01-11T12:00')
  expect(next('0 0 29 2 *', '2026-01-05')).toBe('2028-02-29T00:00')
  expect(next('0 0 30 feb *', '2026-01-05')).toBeNull()
  expect(next('30 1-5/2 * * mon-fri', '2026-01-09T03:30Z')).toBe('2026-01-09T05:30')
  expect(next('@daily', '2026-12-31T00:00Z')).toBe('2027-01-01T00:00')
})

test('where both kinds of day are restricted either will do', () => {
  expect(next('0 0 13 * fri', '2026-01-05')).toBe('2026-01-09T00:00')
  expect(next('0 0 13 * fri', '2026-01-09')).toBe('2026-01-13T00:00')
  expect(next('0 0 13 * *', '2026-01-05')).toBe('2026-01-13T00:00')
})

test.each([['* * * *', 'five fields'], ['60 * * * *', '"60"'], ['* * 0 * *', '"0"'], ['5-1 * * * *', '"5-1"'], ['*/0 * * * *', '"*/0"'], ['x * * * *', '"x"']])('%s is refused, and says what it found', (line, what) => {
  expect(parseCron(line)).toContain(what)
})

test('the next time is later, matches, and nothing before it does', () => {
  const field = (low: number, high: number) => fc.oneof(fc.constant('*'), fc.integer({ min: low, max: high }).map(String), fc.integer({ min: 2, max: 9 }).map(n => `*/${n}`))
  property(fc.property(fc.tuple(field(0, 59), field(0, 23), field(1, 28), fc.constant('*'), field(0, 6)), fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }), (fields, seconds) => {
    const cron = parseCron(fields.join(' ')) as Cron, at = nextCron(cron, seconds * 1_000_000)!
    const matches = (micros: number): boolean => {
      const date = new Date(micros / 1000), onDay = cron.days.includes(date.getUTCDate()), onWeekday = cron.weekdays.includes(date.getUTCDay())
      return cron.minutes.includes(date.getUTCMinutes()) && cron.hours.includes(date.getUTCHours()) && (cron.either ? onDay || onWeekday : onDay && onWeekday)
    }
    expect(at).toBeGreaterThan(seconds * 1_000_000)
    expect(matches(at)).toBe(true)
    const minute = 60_000_000, first = (Math.floor(seconds / 60) + 1) * minute
    for (let earlier = Math.max(first, at - 3000 * minute); earlier < at; earlier += minute) expect(matches(earlier)).toBe(false)
  }))
})

test('a date in UTC is the same moment as in the calendar of this machine', () => {
  property(fc.property(fc.date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }), date => {
    const text = `${date.toISOString().slice(0, 19)}Z`
    expect(epochOf(text)).toBe(Date.parse(text) * 1000)
  }))
})
