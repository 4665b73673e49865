/** Lines for people: at most so many columns wide, broken between words; and times as people read them. */
import { DAY, formatClock, formatDuration, HOUR, MINUTE, SECOND, type Micros } from '../base/time.ts'

/** To the second; what happened in between is in the trace. */
export const clock = (at: Micros): string => formatClock(Math.floor(at / SECOND) * SECOND)

/** To the second, however long: bounds of a verdict lie close together, `1h 1m 50s` and `1h 2m 5s`. */
export function exactly(micros: Micros): string {
  if (micros < MINUTE) return formatDuration(micros)
  const units = [[DAY, 'd'], [HOUR, 'h'], [MINUTE, 'm'], [SECOND, 's']] as const, parts: string[] = []
  let rest = Math.round(micros / SECOND) * SECOND
  for (const [unit, name] of units) {
    if (rest >= unit) parts.push(`${Math.floor(rest / unit)}${name}`)
    rest %= unit
  }
  return parts.join(' ')
}

/** Lines of words; those after the first, or with `first` all of them, begin with an indent. */
export function wrap(text: string, width: number, indent = '', first = ''): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (word === '') continue
    const room = width - (lines.length === 0 ? first.length : indent.length)
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  if (line !== '') lines.push(line)
  return lines.map((each, index) => `${index === 0 ? first : indent}${each}`)
}

/** No longer than the width, the end shown as `…`. */
export const shorten = (text: string, width: number): string => text.length <= width ? text : `${text.slice(0, width - 1).trimEnd()}…`

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`
