/**
 * Records and fields: cutting input at RS and a record at FS. Both kinds of separators are looked at once, when they are set.
 * Source: POSIX awk; mawk 1.3.4 20200120 observed (a separator of one character other than a blank is that character; '' cuts every character).
 */
import type { Regex } from '../../regex/posix.ts'

export type Splitter = (text: string) => string[]
export type RegexOf = (source: string) => Regex

/** gawk takes only these as blanks between fields; mawk also \v \f \r. */
function blanks(gawk: boolean): Uint8Array {
  const set = new Uint8Array(256)
  for (const c of gawk ? ' \t\n' : ' \t\n\v\f\r') set[c.charCodeAt(0)] = 1
  return set
}
const MAWK_BLANKS = blanks(false), GAWK_BLANKS = blanks(true)

function words(text: string, blank: Uint8Array): string[] {
  const fields: string[] = []
  for (let i = 0, n = text.length; i < n;) {
    while (i < n && blank[text.charCodeAt(i)] === 1) i++
    if (i === n) break
    const start = i
    while (i < n && blank[text.charCodeAt(i)] !== 1) i++
    fields.push(text.slice(start, i))
  }
  return fields
}
export function splitByRegex(text: string, regex: Regex, separators?: string[]): string[] {
  const fields: string[] = []
  let start = 0
  for (let from = 0; from <= text.length;) {
    const found = regex.find(text, from, from > 0)
    if (found === null) break
    // An empty match separates nothing.
    if (found[1] === found[0]) { from = found[0] + 1; continue }
    fields.push(text.slice(start, found[0]))
    separators?.push(text.slice(found[0], found[1]))
    start = from = found[1]
  }
  fields.push(text.slice(start))
  return fields
}

/** `lines`: newlines separate fields too (RS is empty). */
export function splitter(separator: string, gawk: boolean, regexOf: RegexOf, lines = false): Splitter {
  if (separator === ' ') return text => words(text, gawk ? GAWK_BLANKS : MAWK_BLANKS)
  if (separator === '') return text => lines ? [...text.replace(/\n/g, '')] : text.split('')
  if (separator.length === 1) {
    if (!lines || separator === '\n') return text => text === '' ? [] : text.split(separator)
    return text => text === '' ? [] : text.split('\n').flatMap(line => line.split(separator))
  }
  const regex = regexOf(lines ? `(${separator})|\n` : separator)
  return text => text === '' ? [] : splitByRegex(text, regex)
}

/** Where a record ends: `next` is where the next one begins. null: more input is needed to know. */
export type Cutter = (buffer: string, from: number, ended: boolean) => { readonly start: number; readonly end: number; readonly next: number } | null

const newline: Cutter = (buffer, from) => {
  const end = buffer.indexOf('\n', from)
  return end < 0 ? null : { start: from, end, next: end + 1 }
}
/** Blank lines separate; those at the start are skipped. */
const paragraph: Cutter = (buffer, from, ended) => {
  let start = from
  while (buffer[start] === '\n') start++
  const end = buffer.indexOf('\n\n', start)
  if (end < 0) return ended && start < buffer.length ? { start, end: buffer.endsWith('\n') ? buffer.length - 1 : buffer.length, next: buffer.length } : ended ? { start: -1, end: -1, next: buffer.length } : null
  let next = end
  while (buffer[next] === '\n') next++
  return next === buffer.length && !ended ? null : { start, end, next }
}
export function cutter(separator: string, regexOf: RegexOf): Cutter {
  if (separator === '\n') return newline
  if (separator === '') return paragraph
  if (separator.length === 1) return (buffer, from) => {
    const end = buffer.indexOf(separator, from)
    return end < 0 ? null : { start: from, end, next: end + 1 }
  }
  const regex = regexOf(separator)
  return (buffer, from, ended) => {
    for (let at = from; ;) {
      const found = regex.find(buffer, at, at > 0)
      if (found === null) return null
      if (found[0] === found[1]) { at = found[1] + 1; if (at > buffer.length) return null; continue }
      // What comes next might make it longer.
      return found[1] === buffer.length && !ended ? null : { start: from, end: found[0], next: found[1] }
    }
  }
}

/** What has been read of one file and not yet handed out. */
export class RecordBuffer {
  private buffer = ''
  private at = 0
  ended = false
  feed(data: string): void {
    if (data === '') this.ended = true
    else {
      this.buffer = this.at === this.buffer.length ? data : this.buffer.slice(this.at) + data
      this.at = 0
    }
  }
  get held(): number { return this.buffer.length - this.at }
  /** The next record; undefined: feed it; null: the end. */
  take(cut: Cutter): string | null | undefined {
    if (this.at === this.buffer.length) return this.ended ? null : undefined
    const found = cut(this.buffer, this.at, this.ended)
    if (found !== null) {
      this.at = found.next
      return found.start < 0 ? null : this.buffer.slice(found.start, found.end)
    }
    if (!this.ended) return undefined
    const rest = this.buffer.slice(this.at)
    this.at = this.buffer.length
    // The last record may lack its separator.
    return rest
  }
}
