/** Numbers and dates as text: C's printf, printf(1), strftime and the dates of `date -d`, against what glibc 2.36, bash 5.2, dash and coreutils 9.1 gave. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDate } from '../../../src/shell/tools/date-parse.ts'
import { parseWide } from '../../../src/shell/tools/decimal.ts'
import { formatInteger, formatReal, parseFormat, type Conversion } from '../../../src/shell/tools/format.ts'
import { printf } from '../../../src/shell/tools/printf.ts'
import { civil, daysFromCivil, strftime } from '../../../src/shell/tools/strftime.ts'
import { property } from '../../support/property.ts'

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
const only = (format: string): Conversion => parseFormat(format)[0] as Conversion

describe('printf of C', () => {
  test('five hundred drawn formats and numbers come out as glibc prints them', () => {
    const rows = read('./format-recorded.json') as readonly (readonly [string, string, string])[]
    expect(rows.length).toBe(500)
    expect(rows.filter(([format, value, text]) => {
      const conversion = only(format)
      return ('dixXou'.includes(conversion.type) ? formatInteger(conversion, conversion.type, Number(value)) : formatReal(conversion, conversion.type, Number(value))) !== text
    })).toEqual([])
  })
  test('17 significant digits give back the number', () => {
    property(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), x => {
      expect(Number(formatReal(only('%.17g'), 'g', x))).toBe(x)
      expect(Number(formatReal(only('%.16e'), 'e', x))).toBe(x)
    }))
  })
  test('integers have 64 bits, also those that a double cannot hold', () => {
    expect([9007199254740993n, -9223372036854775808n].map(n => formatInteger(only('%d'), 'd', n))).toEqual(['9007199254740993', '-9223372036854775808'])
    expect(formatInteger(only('%x'), 'x', -1)).toBe('ffffffffffffffff')
  })
  test('ties go to the even digit of the exact value', () => {
    expect(['0.5', '1.5', '2.5', '0.125', '0.375', '1e22'].map(x => formatReal(only(x.length > 4 ? '%.2f' : '%.0f'), 'f', Number(x)))).toEqual(['0', '2', '2', '0.12', '0.38', '10000000000000000000000'])
  })
})

describe('printf(1)', () => {
  const bash = (format: string, ...args: string[]) => printf(format, args, { dialect: 'bash' })
  test('the format is used until the arguments are used up, and missing ones are empty or 0', () => {
    expect(bash('%s=%d\\n', 'a', '1', 'b').out).toBe('a=1\nb=0\n')
    expect(bash('x\\n', 'a', 'b').out).toBe('x\n')
  })
  test('numbers in all bases, characters, and what is none', () => {
    expect(bash('%d %d %d %d|', '0x1F', '010', "'a", '-5').out).toBe('31 8 97 -5|')
    expect(bash('%d|', '3x')).toEqual({ out: '3|', errors: ['3x: invalid number'], status: 1 })
    expect(bash('%d|', '09')).toEqual({ out: '0|', errors: ['09: invalid octal number'], status: 1 })
    expect(bash('%d', '99999999999999999999')).toEqual({ out: '9223372036854775807', errors: ['warning: 99999999999999999999: Numerical result out of range'], status: 0 })
    expect(printf('%d', ['3x'], { dialect: 'coreutils' }).errors).toEqual(["'3x': value not completely converted"])
    expect(printf('%d', ['x'], { dialect: 'dash' }).errors).toEqual(['x: expected numeric value'])
  })
  test('decimal fractions are those of a long double, except in dash', () => {
    expect([bash('%.1f', '0.15').out, bash('%.20f', '0.1').out, bash('%a', '1').out, printf('%.1f', ['0.15'], { dialect: 'dash' }).out]).toEqual(['0.2', '0.10000000000000000000', '0x8p-3', '0.1'])
    expect(parseWide('1e400').value).not.toBe(Infinity)
  })
  test('escapes in the format and in %b; \\c ends', () => {
    expect(bash('\\x41\\101\\0101\\c\\q|').out).toBe('AA\b1\\c\\q|')
    expect(bash('%b|', 'a\\tb', 'x\\0101', 'stop\\chere', 'no').out).toBe('a\tb|xA|stop')
    expect(printf('\\x41\\cx', [], { dialect: 'coreutils' }).out).toBe('A')
    expect(printf('\\x41', [], { dialect: 'dash' }).out).toBe('\\x41')
  })
  test('stars take their numbers from the arguments', () => {
    expect(bash('%*d|%-*d|%.*f\\n', '5', '1', '5', '2', '2', '3.14159').out).toBe('    1|2    |3.14\n')
  })
  test('an unknown conversion ends it, each in its own words', () => {
    expect(bash('a%z', '1')).toEqual({ out: 'a', errors: ["`z': invalid format character"], status: 1 })
    expect(printf('a%z', ['1'], { dialect: 'coreutils' })).toEqual({ out: 'a', errors: ['%z: invalid conversion specification'], status: 1 })
    expect(printf('a%z', ['1'], { dialect: 'dash' })).toEqual({ out: 'a', errors: ['%z: invalid directive'], status: 2 })
  })
})

describe('dates', () => {
  const { format, parse } = read('./dates-recorded.json') as { readonly format: readonly (readonly [string, number, number, string])[]; readonly parse: readonly (readonly [string, string | null])[] }
  const now = { seconds: 1_795_276_119, nanos: 500_000_000 }
  test('every conversion of GNU date, with flags and widths', () => {
    expect(format.length).toBeGreaterThan(40)
    expect(format.filter(([pattern, seconds, nanos, text]) => strftime(pattern, { seconds, nanos }) !== text).map(row => [...row, strftime(row[0], { seconds: row[1], nanos: row[2] })])).toEqual([])
  })
  test('absolute dates and what is none', () => {
    expect(parse.length).toBeGreaterThan(40)
    const text = (words: string): string | null => { const at = parseDate(words, now); return at && strftime('%s.%N', at) }
    expect(parse.filter(([words, wanted]) => text(words) !== wanted).map(row => [...row, text(row[0])])).toEqual([])
  })
  test('days and dates are one to one', () => {
    property(fc.property(fc.integer({ min: -1_000_000, max: 3_000_000 }), day => {
      const { year, month, day: of, hour, weekday } = civil(day * 86_400 + 5)
      expect([daysFromCivil(year, month, of), hour, weekday]).toEqual([day, 0, ((day + 4) % 7 + 7) % 7])
    }))
  })
  test('relative items count from now, or from the date beside them', () => {
    const at = (words: string): string => strftime('%F %T %a', parseDate(words, now)!)
    expect(['now', '+2 days', '10 minutes ago', '1 day 2 hours ago', 'yesterday', 'yesterday 14:00', 'monday', 'next monday', 'last friday', 'tuesday next week', '2024-01-31 +1 month', ''].map(at)).toEqual([
      '2026-11-21 15:48:39 Sat', '2026-11-23 15:48:39 Mon', '2026-11-21 15:38:39 Sat', '2026-11-22 13:48:39 Sun', '2026-11-20 15:48:39 Fri', '2026-11-20 14:00:00 Fri', '2026-11-23 00:00:00 Mon',
      '2026-11-23 00:00:00 Mon', '2026-11-20 00:00:00 Fri', '2026-12-01 00:00:00 Tue', '2024-03-02 00:00:00 Sat', '2026-11-21 00:00:00 Sat',
    ])
  })
})
