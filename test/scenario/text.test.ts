import { expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/base/time.ts'
import { exactly } from '../../src/scenario/text.ts'

test('durations of a verdict are told to the second, however long', () => {
  expect([0, 250_000, 42 * SECOND, HOUR, HOUR + 2 * MINUTE + 5 * SECOND, 9 * DAY + 23 * HOUR + 59 * MINUTE, 10 * DAY].map(exactly))
    .toEqual(['0 s', '250 ms', '42 s', '1h', '1h 2m 5s', '9d 23h 59m', '10d'])
  expect(exactly(HOUR - 1)).toBe('1h')
  expect(exactly(MINUTE + 400_000)).toBe('1m')
})
