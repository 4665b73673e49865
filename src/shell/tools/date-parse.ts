/**
 * What `date -d` understands: dates, times, zones, days of the week and relative items in any order, as far as scripts write them. The local zone is UTC.
 *
 * As in GNU: a bare number is a time or YYYYMMDD, `+2` straight behind a time is a zone, `ago` turns only the item before it round, and without a date or
 * a time of day only relative items keep the time of day that it is now. Source: coreutils 9.1, "Date input formats", observed.
 */
import { civil, DAYS, daysFromCivil, MONTHS, type Instant } from './strftime.ts'

/** Minutes east of Greenwich. */
const ZONES: Readonly<Record<string, number>> = {
  utc: 0, gmt: 0, ut: 0, wet: 0, z: 0, bst: 60, west: 60, cet: 60, met: 60, cest: 120, mest: 120, eet: 120, eest: 180, msk: 180, ist: 330, jst: 540,
  est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360, pst: -480, pdt: -420,
}
const UNITS: Readonly<Record<string, readonly [unit: 'year' | 'month' | 'day' | 'second', times: number]>> = {
  year: ['year', 1], month: ['month', 1], fortnight: ['day', 14], week: ['day', 7], day: ['day', 1], hour: ['second', 3600], minute: ['second', 60], min: ['second', 60], second: ['second', 1], sec: ['second', 1],
}
const ORDINALS: Readonly<Record<string, number>> = {
  last: -1, this: 0, next: 1, first: 1, third: 3, fourth: 4, fifth: 5, sixth: 6, seventh: 7, eighth: 8, ninth: 9, tenth: 10, eleventh: 11, twelfth: 12,
}
const own = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined => Object.hasOwn(table, word) ? table[word] : undefined

function monthNamed(word: string): number {
  const short = word.replace(/^sept$/, 'sep')
  return MONTHS.findIndex(name => name.toLowerCase() === short || name.slice(0, 3).toLowerCase() === short) + 1
}
function dayNamed(word: string): number {
  const short = word.replace(/^tues$/, 'tue').replace(/^wednes$/, 'wed').replace(/^thurs?$/, 'thu')
  return DAYS.findIndex(name => name.toLowerCase() === short || name.slice(0, 3).toLowerCase() === short)
}
const unitNamed = (word: string): readonly ['year' | 'month' | 'day' | 'second', number] | undefined => own(UNITS, word) ?? (word.endsWith('s') ? own(UNITS, word.slice(0, -1)) : undefined)
/** Two digits are a year from 1969 to 2068. */
const fullYear = (digits: string): number => digits.length !== 2 ? Number(digits) : Number(digits) + (Number(digits) < 69 ? 2000 : 1900)

interface Found {
  date?: { year: number | null; month: number; day: number }
  time?: { hour: number; minute: number; second: number; nanos: number }
  zone?: number
  weekday?: { day: number; ordinal: number }
  relative: { year: number; month: number; day: number; second: number; nanos: number } | null
}

/** The moment that a text means at `now`; null: `date: invalid date '…'`. */
export function parseDate(text: string, now: Instant): Instant | null {
  const bare = text.replace(/\([^)]*\)/g, ' ').trim().toLowerCase()
  const at = /^@([+-]?\d+)(?:[.,](\d+))?$/.exec(bare)
  if (at !== null) {
    const nanos = nanosOf(at[2] ?? '')
    return at[1]!.startsWith('-') && nanos > 0 ? { seconds: Number(at[1]) - 1, nanos: 1_000_000_000 - nanos } : { seconds: Number(at[1]), nanos }
  }
  const found: Found = { relative: null }
  for (let rest = bare; rest !== '';) {
    const used = item(rest, found)
    if (used === 0) return null
    rest = rest.slice(used).replace(/^[\s,]+/, '')
  }
  return compute(found, now)
}
const nanosOf = (digits: string): number => Number(digits.slice(0, 9).padEnd(9, '0'))

/** Takes one item from the front and says how long it was; 0: not understood. */
function item(text: string, found: Found): number {
  for (const rule of [isoDate, slashDate, wordDate, timeOfDay, relativeItem, word, number]) {
    const used = rule(text, found)
    if (used !== undefined) return used
  }
  return 0
}
type Rule = (text: string, found: Found) => number | undefined
function setDate(found: Found, year: number | null, month: number, day: number, used: number): number {
  if (found.date !== undefined) return 0
  found.date = { year, month, day }
  return used
}
const isoDate: Rule = (text, found) => {
  const match = /^(\d+)-(\d{1,2})-(\d{1,2})(?:t(?=\d{1,2}:)|(?!\d))/.exec(text)
  return match === null ? undefined : setDate(found, fullYear(match[1]!), Number(match[2]), Number(match[3]), match[0].length)
}
const slashDate: Rule = (text, found) => {
  const match = /^(\d+)\/(\d+)(?:\/(\d+))?/.exec(text)
  if (match === null) return undefined
  const [all, a, b, c] = match as unknown as [string, string, string, string | undefined]
  return a.length >= 4 && c !== undefined ? setDate(found, Number(a), Number(b), Number(c), all.length) : setDate(found, c === undefined ? null : fullYear(c), Number(a), Number(b), all.length)
}
const wordDate: Rule = (text, found) => {
  const dayFirst = /^(\d{1,2})(?:\s+|-)?([a-z]{3,9})\.?(?:(?:\s+|-)(\d{4}|\d{2}(?=$|\s)(?!:))(?![\d:]))?/.exec(text)
  if (dayFirst !== null && monthNamed(dayFirst[2]!) > 0)
    return setDate(found, dayFirst[3] === undefined ? null : fullYear(dayFirst[3]), monthNamed(dayFirst[2]!), Number(dayFirst[1]), dayFirst[0].length)
  const monthFirst = /^([a-z]{3,9})\.?(?:\s+|-)(\d{1,2})(?![\d:])(?:(?:\s*,\s*|-)(\d{2,4})(?![\d:]))?/.exec(text)
  if (monthFirst !== null && monthNamed(monthFirst[1]!) > 0)
    return setDate(found, monthFirst[3] === undefined ? null : fullYear(monthFirst[3]), monthNamed(monthFirst[1]!), Number(monthFirst[2]), monthFirst[0].length)
  return undefined
}
const timeOfDay: Rule = (text, found) => {
  const match = /^(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?\s*(?:([ap])\.?m\b\.?)?/.exec(text)
  if (match === null || (match[2] === undefined && match[5] === undefined)) return undefined
  const [all, hours, minute = '0', second = '0', fraction = '', half] = match as unknown as [string, string, ...(string | undefined)[]]
  if (found.time !== undefined) return 0
  let hour = Number(hours)
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return 0
    hour = hour % 12 + (half === 'p' ? 12 : 0)
  }
  if (hour > 23 || Number(minute) > 59 || Number(second) > 59) return 0
  found.time = { hour, minute: Number(minute), second: Number(second), nanos: nanosOf(fraction) }
  const zone = half === undefined ? /^\s*([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)/.exec(text.slice(all.length)) : null
  if (zone === null) return all.length
  const minutes = Number(zone[2]) * 60 + Number(zone[3] ?? 0)
  if (found.zone !== undefined || minutes > 24 * 60) return 0
  found.zone = zone[1] === '-' ? -minutes : minutes
  return all.length + zone[0].length
}
function addRelative(found: Found, [unit, times]: readonly ['year' | 'month' | 'day' | 'second', number], count: number): void {
  found.relative ??= { year: 0, month: 0, day: 0, second: 0, nanos: 0 }
  found.relative[unit] += times * count
}
const relativeItem: Rule = (text, found) => {
  const match = /^([+-]\s*)?(\d+)(?:[.,](\d+))?\s*([a-z]+)(\s+ago\b)?/.exec(text) ?? /^()()()([a-z]+)(\s+ago\b)?/.exec(text)
  if (match === null) return undefined
  const [all, sign = '', digits, fraction, name, ago] = match as unknown as [string, string | undefined, string, string | undefined, string, string | undefined]
  const unit = unitNamed(name)
  if (unit === undefined) {
    const weekday = dayNamed(name)
    if (digits === '' || weekday < 0 || found.weekday !== undefined) return undefined
    found.weekday = { day: weekday, ordinal: Number(digits) * (sign.startsWith('-') ? -1 : 1) }
    return all.length
  }
  const turned = (sign.startsWith('-') ? -1 : 1) * (ago === undefined ? 1 : -1)
  addRelative(found, unit, turned * (digits === '' ? 1 : Number(digits)))
  if (fraction !== undefined && fraction !== '') {
    if (unit[0] !== 'second' || unit[1] !== 1) return 0
    found.relative!.nanos += turned * nanosOf(fraction)
  }
  return all.length
}
const word: Rule = (text, found) => {
  const name = /^[a-z]+/.exec(text)?.[0]
  if (name === undefined) return undefined
  const ordinal = own(ORDINALS, name), weekday = dayNamed(name), zone = own(ZONES, name)
  if (name === 'now' || name === 'today') addRelative(found, ['day', 1], 0)
  else if (name === 'yesterday') addRelative(found, ['day', 1], -1)
  else if (name === 'tomorrow') addRelative(found, ['day', 1], 1)
  else if (ordinal !== undefined) {
    const match = /^[a-z]+\s+([a-z]+)(\s+ago\b)?/.exec(text)
    if (match === null) return 0
    const unit = unitNamed(match[1]!), day = dayNamed(match[1]!)
    if (unit !== undefined) {
      addRelative(found, unit, match[2] === undefined ? ordinal : -ordinal)
      return match[0].length
    }
    if (day < 0 || found.weekday !== undefined) return 0
    found.weekday = { day, ordinal }
    return match[0].length - (match[2]?.length ?? 0)
  } else if (weekday >= 0 && found.weekday === undefined) {
    found.weekday = { day: weekday, ordinal: 0 }
    return name.length + (text[name.length] === '.' ? 1 : 0)
  } else if ((zone !== undefined || name.length === 1 && name !== 'j') && !/\d/.test(text[name.length] ?? '') && found.zone === undefined) {
    const offset = zone === undefined ? null : /^([+-])(\d{1,2})(?::?(\d{2}))?(?!\d)(?!\s*[a-z])/.exec(text.slice(name.length))
    const more = offset === null ? 0 : (Number(offset[2]) * 60 + Number(offset[3] ?? 0)) * (offset[1] === '-' ? -1 : 1)
    found.zone = (zone ?? military(name)) + more
    return name.length + (offset?.[0].length ?? 0)
  } else return 0
  return name.length
}
/** A is an hour east, N an hour west. */
function military(letter: string): number {
  const n = letter.charCodeAt(0) - 96
  return 60 * (n <= 9 ? n : n <= 13 ? n - 1 : n <= 25 ? 13 - n : 0)
}
const number: Rule = (text, found) => {
  const digits = /^\d+/.exec(text)?.[0]
  if (digits === undefined) return undefined
  if (found.date !== undefined && found.date.year === null && found.relative === null && (found.time !== undefined || digits.length > 2)) found.date.year = fullYear(digits)
  else if (digits.length > 4) return setDate(found, fullYear(digits.slice(0, -4)), Number(digits.slice(-4, -2)), Number(digits.slice(-2)), digits.length)
  else {
    const hour = Number(digits.length <= 2 ? digits : digits.slice(0, -2)), minute = digits.length <= 2 ? 0 : Number(digits.slice(-2))
    if (found.time !== undefined || hour > 23 || minute > 59) return 0
    found.time = { hour, minute, second: 0, nanos: 0 }
  }
  return digits.length
}

function compute(found: Found, now: Instant): Instant | null {
  const today = civil(now.seconds), { relative, time, weekday } = found
  let { year, month, day } = today
  if (found.date !== undefined) {
    ({ month, day } = found.date)
    year = found.date.year ?? year
    if (month < 1 || month > 12 || day < 1 || civil(daysFromCivil(year, month, day) * 86_400).month !== month || year > 2_147_485_547) return null
  }
  const keeps = time === undefined && relative !== null && found.date === undefined && weekday === undefined
  const { hour, minute, second } = time ?? (keeps ? today : { hour: 0, minute: 0, second: 0 })
  let days = daysFromCivil(year + (relative?.year ?? 0), month + (relative?.month ?? 0), day + (relative?.day ?? 0))
  if (weekday !== undefined && found.date === undefined) {
    const there = ((days + 4) % 7 + 7) % 7
    days += (weekday.day - there + 7) % 7 + 7 * (weekday.ordinal - (weekday.ordinal > 0 && there !== weekday.day ? 1 : 0))
  }
  const nanos = (time?.nanos ?? (keeps ? now.nanos : 0)) + (relative?.nanos ?? 0), carry = Math.floor(nanos / 1_000_000_000)
  return { seconds: days * 86_400 + hour * 3600 + minute * 60 + second - (found.zone ?? 0) * 60 + (relative?.second ?? 0) + carry, nanos: nanos - carry * 1_000_000_000 }
}
