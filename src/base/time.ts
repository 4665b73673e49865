/**
 * Simulated time: a whole number of microseconds since the start of the run, and the words people write for durations.
 *
 * Integers, so that equal times are equal: with floating-point time the order of two simultaneous events would depend on rounding.
 * `Micros` carries its unit for the compiler: a plain number may become one, a number of KiB may not.
 */

declare const unit: unique symbol
/** A number that knows its unit. Plain numbers are accepted, numbers of another unit are not. */
export type Quantity<Unit extends string> = number & { readonly [unit]?: Unit }

/** A point in simulated time, or a duration: whole microseconds. */
export type Micros = Quantity<'µs'>
/** An amount of storage: whole kibibytes. */
export type Kib = Quantity<'KiB'>
/** A speed of copying, as md counts it. */
export type KibPerSecond = Quantity<'KiB/s'>

export const MILLISECOND: Micros = 1_000
export const SECOND: Micros = 1_000_000
export const MINUTE: Micros = 60_000_000
export const HOUR: Micros = 3_600_000_000
export const DAY: Micros = 24 * HOUR
/** 8760 hours, the year of availability figures. */
export const YEAR: Micros = 8760 * HOUR

const UNITS: Readonly<Record<string, Micros>> = {
  us: 1, ms: MILLISECOND, s: SECOND, sec: SECOND, m: MINUTE, min: MINUTE, h: HOUR, d: DAY, w: 7 * DAY, y: YEAR,
}

/**
 * Reads `90s`, `2h30m`, `1.5h`, `1d`, `250ms`, `1y`; several parts add up. Returns undefined where the text is not a duration:
 * the caller knows file and line and says so. A number without a unit is not a duration: nobody could say whether it is seconds.
 */
export function parseDuration(text: string): Micros | undefined {
  const compact = text.trim().replaceAll(/\s+/g, '')
  if (compact === '0') return 0
  if (!/^(\d+(\.\d+)?[a-z]+)+$/.test(compact)) return undefined
  let total = 0
  for (const [, amount, name] of compact.matchAll(/(\d+(?:\.\d+)?)([a-z]+)/g)) {
    const each = UNITS[name!]
    if (each === undefined) return undefined
    total += Number(amount) * each
  }
  return Math.round(total)
}

/** `2h 30m`, `1m 44.9s`, `250 ms`: at most two parts, so that a reader sees the size at a glance. */
export function formatDuration(micros: Micros): string {
  if (micros < 0) return `-${formatDuration(-micros)}`
  if (micros === 0) return '0 s'
  if (micros < MILLISECOND) return `${micros} µs`
  if (micros < SECOND) return `${round(micros / MILLISECOND, 1)} ms`
  if (micros < MINUTE && round(micros / SECOND, 1) < 60) return `${round(micros / SECOND, 1)} s`
  const [big, bigName, small, smallName] = micros < HOUR - SECOND / 2 ? [MINUTE, 'm', SECOND, 's'] as const
    : micros < DAY - MINUTE / 2 ? [HOUR, 'h', MINUTE, 'm'] as const
    : [DAY, 'd', HOUR, 'h'] as const
  const inSmall = Math.round(micros / small), whole = Math.floor(inSmall / (big / small)), rest = inSmall - whole * (big / small)
  return rest === 0 ? `${whole}${bigName}` : `${whole}${bigName} ${rest}${smallName}`
}

/** A clock for narratives: `01:05:00`, with days in front where there are any (`2d 01:05:00`) and `.250` where it is not a whole second. */
export function formatClock(at: Micros): string {
  const millis = Math.floor(at / MILLISECOND), days = Math.floor(at / DAY)
  const part = (value: number, digits: number) => String(value).padStart(digits, '0')
  const clock = `${part(Math.floor(at / HOUR) % 24, 2)}:${part(Math.floor(at / MINUTE) % 60, 2)}:${part(Math.floor(at / SECOND) % 60, 2)}`
  return `${days > 0 ? `${days}d ` : ''}${clock}${millis % 1000 === 0 ? '' : `.${part(millis % 1000, 3)}`}`
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits
  return Math.round(value * scale) / scale
}
