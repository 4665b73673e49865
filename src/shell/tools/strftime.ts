/**
 * The calendar, and strftime as GNU date(1) has it: padding flags, widths, `%N`, `%:z`. Time is UTC, words are those of the C locale.
 *
 * Days are counted since 1970-01-01 in the proleptic Gregorian calendar. Source: strftime(3), coreutils 9.1 (date invocation), observed.
 */

/** A point in time: whole seconds since 1970, and nanoseconds within the second. */
export interface Instant { readonly seconds: number; readonly nanos: number }
export interface Civil {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** 0 is 1 January. */
  readonly yearDay: number
}
export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
export const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const

/** Days since 1970-01-01; months and days beyond their range count on. */
export function daysFromCivil(year: number, month: number, day: number): number {
  // Years from March: the leap day is the last.
  const months = year * 12 + month - 3, y = Math.floor(months / 12), m = months - y * 12
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((m * 153 + 2) / 5) + day - 719_469
}
export function civil(seconds: number): Civil {
  const days = Math.floor(seconds / 86_400), rest = seconds - days * 86_400
  const z = days + 719_468, era = Math.floor(z / 146_097), ofEra = z - era * 146_097
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365)
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100)), m = Math.floor((5 * ofYear + 2) / 153)
  const month = m < 10 ? m + 3 : m - 9, year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return {
    year, month, day: ofYear - Math.floor((153 * m + 2) / 5) + 1, hour: Math.floor(rest / 3600), minute: Math.floor(rest / 60) % 60, second: rest % 60,
    weekday: ((days + 4) % 7 + 7) % 7, yearDay: days - daysFromCivil(year, 1, 1),
  }
}
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** Year and week of ISO 8601: the first week has the first Thursday. */
function isoWeek({ year, yearDay, weekday }: Civil): { year: number; week: number } {
  const week = Math.floor((yearDay - (weekday + 6) % 7 + 10) / 7)
  if (week < 1) return { year: year - 1, week: weeksOf(year - 1) }
  return week > weeksOf(year) ? { year: year + 1, week: 1 } : { year, week }
}
function weeksOf(year: number): number {
  const first = ((daysFromCivil(year, 1, 1) + 4) % 7 + 7) % 7
  return first === 4 || (first === 3 && isLeap(year)) ? 53 : 52
}

export function strftime(format: string, at: Instant): string {
  return format.includes('%') ? expand(format, at, civil(at.seconds)) : format
}

function expand(format: string, at: Instant, c: Civil): string {
  return format.replace(/%([-_0+^#]*)(\d*)([EO]?)(:{0,3})([^]?)/g, (all: string, flags: string, width: string, _era: string, colons: string, letter: string) => {
    const upper = flags.includes('^'), padding = /[-_0+](?=[^-_0+]*$)/.exec(flags)?.[0] ?? '', swap = flags.includes('#')
    const wanted = width === '' ? -1 : Math.min(4096, Number(width))
    /** A number with so many digits, padded with zeros unless a flag says otherwise. */
    const number = (value: number, digits: number, by = '0'): string => {
      const sign = value < 0 ? '-' : '', body = String(Math.abs(value)), pad = padding === '' ? by : padding === '+' ? '0' : padding
      const long = wanted < 0 ? digits : wanted
      const text = pad === '-' ? sign + body : pad === '_' || pad === ' ' ? (sign + body).padStart(long) : sign + body.padStart(long - sign.length, '0')
      return text
    }
    const word = (text: string, swapped = text.toUpperCase()): string => {
      const cased = upper ? text.toUpperCase() : swap ? swapped : text
      return wanted < 0 || padding === '-' ? cased : padding === '0' || padding === '+' ? cased.padStart(wanted, '0') : cased.padStart(wanted)
    }
    const composed = (inner: string): string => word(expand(inner, at, c))
    if (colons !== '' && letter !== 'z') return all
    switch (letter) {
      case '%': return '%'
      case 'n': return '\n'
      case 't': return '\t'
      case 'a': return word(DAYS[c.weekday]!.slice(0, 3))
      case 'A': return word(DAYS[c.weekday]!)
      case 'b': case 'h': return word(MONTHS[c.month - 1]!.slice(0, 3))
      case 'B': return word(MONTHS[c.month - 1]!)
      case 'c': return composed('%a %b %e %H:%M:%S %Y')
      case 'C': return number(Math.floor(c.year / 100), 2)
      case 'd': return number(c.day, 2)
      case 'D': case 'x': return composed('%m/%d/%y')
      case 'e': return number(c.day, 2, ' ')
      case 'F': {
        const year = String(c.year), rest = expand('-%m-%d', at, c)
        return padding === '-' ? year + rest : (padding === '_' ? year.padStart(wanted - 6) : year.padStart(wanted < 0 ? 4 : wanted - 6, '0')) + rest
      }
      case 'g': return number((isoWeek(c).year % 100 + 100) % 100, 2)
      case 'G': return number(isoWeek(c).year, 4)
      case 'H': return number(c.hour, 2)
      case 'I': return number((c.hour + 11) % 12 + 1, 2)
      case 'j': return number(c.yearDay + 1, 3)
      case 'k': return number(c.hour, 2, ' ')
      case 'l': return number((c.hour + 11) % 12 + 1, 2, ' ')
      case 'm': return number(c.month, 2)
      case 'M': return number(c.minute, 2)
      case 'N': {
        const digits = String(at.nanos).padStart(9, '0'), text = wanted <= 0 ? digits : digits.padEnd(wanted, '0').slice(0, wanted)
        return padding === '_' ? text[0]! + text.slice(1).replace(/0+$/, zeros => ' '.repeat(zeros.length)) : text
      }
      case 'p': return word(c.hour < 12 ? 'AM' : 'PM', c.hour < 12 ? 'am' : 'pm')
      case 'P': return word(c.hour < 12 ? 'am' : 'pm')
      case 'q': return number(Math.floor((c.month + 2) / 3), 1)
      case 'r': return composed('%I:%M:%S %p')
      case 'R': return composed('%H:%M')
      case 's': return number(at.seconds, 1)
      case 'S': return number(c.second, 2)
      case 'T': case 'X': return composed('%H:%M:%S')
      case 'u': return number((c.weekday + 6) % 7 + 1, 1)
      case 'U': return number(Math.floor((c.yearDay + 7 - c.weekday) / 7), 2)
      case 'V': return number(isoWeek(c).week, 2)
      case 'w': return number(c.weekday, 1)
      case 'W': return number(Math.floor((c.yearDay + 7 - (c.weekday + 6) % 7) / 7), 2)
      case 'y': return number((c.year % 100 + 100) % 100, 2)
      case 'Y': return number(c.year, 4)
      case 'z': {
        const plain = ['+0000', '+00:00', '+00:00:00', '+00'][colons.length]!
        return padding === '-' ? plain.replace('+0', '+').replace(/^\+000$/, '+0') : padding === '_' ? plain.replace(/^\+0+/, '+0').padStart(Math.max(wanted, plain.length)) : `+${plain.slice(1).padStart(wanted - 1, '0')}`
      }
      case 'Z': return word('UTC', 'utc')
      default: return all
    }
  })
}
