/**
 * Keys of sort: where they are in a line, and how two of them compare. Source: GNU sort 9.1 in the C locale, filevercmp of gnulib for -V.
 */
export interface Key {
  startField: number; startChar: number
  /** Field 0: to the end of the line. */
  endField: number; endChar: number
  readonly flags: Set<string>
}
export type Compare = (a: string, b: string) => number

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t' || char === '\n'

/** `1`, `2.3b,4nr`; a string is the complaint. */
export function parseKey(spec: string): Key | string {
  const [, f1, c1, o1 = '', rest] = /^(\d*)(?:\.(\d*))?([bdfgiMhnRrV]*)(.*)$/s.exec(spec)!
  if (f1 === '') return `invalid number at field start: invalid count at start of '${spec}'`
  if (Number(f1) === 0) return `field number is zero: invalid field specification '${spec}'`
  if (c1 !== undefined && c1 === '') return `invalid number after '.': invalid count at start of '${rest}'`
  if (c1 !== undefined && Number(c1) === 0) return `character offset is zero: invalid field specification '${spec}'`
  const key: Key = { startField: Number(f1) - 1, startChar: Number(c1 ?? 1) - 1, endField: 0, endChar: 0, flags: new Set() }
  for (const flag of o1) key.flags.add(flag === 'b' ? 'b<' : flag)
  if (rest === '') return key
  const [, f2, c2, o2 = '', more] = /^,(\d*)(?:\.(\d*))?([bdfgiMhnRrV]*)(.*)$/s.exec(rest!) ?? []
  if (f2 === undefined || more !== '') return `stray character in field spec: invalid field specification '${spec}'`
  if (f2 === '') return `invalid number after ',': invalid count at start of '${rest!.slice(1)}'`
  if (Number(f2) === 0) return `field number is zero: invalid field specification '${spec}'`
  key.endField = Number(f2)
  key.endChar = Number(c2 ?? 0)
  for (const flag of o2) key.flags.add(flag === 'b' ? 'b>' : flag)
  return key
}

/** The part of the line that the key means. */
export function keyOf(line: string, key: Key, tab: string | null): string {
  const skip = (at: number): number => {
    while (at < line.length && isBlank(line[at])) at++
    return at
  }
  // Where a number of fields have been passed; with a separator, behind it.
  const pass = (fields: number): number => {
    let at = 0
    for (let n = fields; n > 0 && at < line.length; n--) {
      if (tab !== null) {
        const next = line.indexOf(tab, at)
        if (next < 0) return line.length
        at = next + 1
      } else {
        at = skip(at)
        while (at < line.length && !isBlank(line[at])) at++
      }
    }
    return at
  }
  let from = pass(key.startField)
  if (key.flags.has('b<')) from = skip(from)
  from = Math.min(line.length, from + key.startChar)
  if (key.endField === 0) return line.slice(from)
  let to: number
  if (key.endChar === 0) {
    to = pass(key.endField)
    if (tab !== null && (to < line.length || line.endsWith(tab)) && fieldsAtLeast(line, tab, key.endField)) to--
  } else {
    to = pass(key.endField - 1)
    if (key.flags.has('b>')) to = skip(to)
    to = Math.min(line.length, to + key.endChar)
  }
  return to <= from ? '' : line.slice(from, to)
}
function fieldsAtLeast(line: string, tab: string, n: number): boolean {
  let at = -1
  for (let i = 0; i < n; i++) if ((at = line.indexOf(tab, at + 1)) < 0) return false
  return true
}

export const bytes: Compare = (a, b) => a < b ? -1 : a > b ? 1 : 0

/** How keys with these flags compare; `order` gives each key once what it is compared by. */
export function comparison(flags: ReadonlySet<string>, shuffled: (text: string) => number): { readonly prepare: (text: string) => unknown; readonly compare: (a: never, b: never) => number } {
  const of = <T>(prepare: (text: string) => T, compare: (a: T, b: T) => number) => ({ prepare, compare: compare as (a: never, b: never) => number })
  if (flags.has('n')) return of(plainNumber, compareNumbers)
  if (flags.has('g')) return of(general, (a, b) => a.rank - b.rank || a.value - b.value)
  if (flags.has('h')) return of(human, (a, b) => a.sign * a.power - b.sign * b.power || compareNumbers(a.number, b.number))
  if (flags.has('M')) return of(month, (a, b) => a - b)
  const clean = (text: string): string => {
    let t = text
    if (flags.has('d')) t = t.replace(/[^A-Za-z0-9 \t\n]/g, '')
    else if (flags.has('i')) t = t.replace(/[^ -~]/g, '')
    return flags.has('f') ? t.replace(/[a-z]+/g, s => s.toUpperCase()) : t
  }
  if (flags.has('R')) return of(text => ({ draw: shuffled(clean(text)), text: clean(text) }), (a, b) => a.draw - b.draw || bytes(a.text, b.text))
  if (flags.has('V')) return of(clean, versions)
  return of(clean, bytes)
}

interface Plain { readonly quick: number; readonly whole: string; readonly fraction: string; readonly negative: boolean }
/** What -n reads: blanks, a sign, digits, a point, digits. Up to 15 of them fit a number exactly enough to compare. */
function plainNumber(text: string): Plain {
  const [, sign, whole = '', fraction = ''] = /^[ \t\n]*(-?)(\d*)(?:\.(\d*))?/.exec(text)!
  const w = whole.replace(/^0+/, ''), f = fraction.replace(/0+$/, ''), short = w.length + f.length <= 15
  return { quick: short ? Number(`${sign}${w || '0'}.${f || '0'}`) + 0 : NaN, whole: w, fraction: f, negative: sign === '-' && w + f !== '' }
}
function compareNumbers(a: Plain, b: Plain): number {
  if (a.quick === a.quick && b.quick === b.quick) return a.quick - b.quick
  if (a.negative !== b.negative) return a.negative ? -1 : 1
  const magnitude = a.whole.length - b.whole.length || bytes(a.whole, b.whole) || bytes(a.fraction, b.fraction)
  return a.negative ? -magnitude : magnitude
}
function general(text: string): { rank: number; value: number } {
  const [number] = /^[ \t\n\v\f\r]*[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|[nN][aA][nN])/.exec(text) ?? []
  if (number === undefined) return { rank: 0, value: 0 }
  const t = number.trim().toLowerCase()
  if (t.includes('nan')) return { rank: 1, value: 0 }
  if (t.includes('inf')) return { rank: t.startsWith('-') ? 2 : 4, value: 0 }
  const negative = t.startsWith('-'), value = Number(t.replace(/^[-+]/, ''))
  return { rank: 3, value: negative ? -value : value }
}
function human(text: string): { sign: number; power: number; number: Plain } {
  const number = plainNumber(text), suffix = /^[ \t\n]*-?\d*(?:\.\d*)?(.?)/s.exec(text)![1]!
  return { sign: number.negative ? -1 : 1, power: number.whole + number.fraction === '' ? 0 : 'KMGTPEZY'.indexOf(suffix === 'k' ? 'K' : suffix || '?') + 1, number }
}
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const month = (text: string): number => MONTHS.indexOf(text.trimStart().slice(0, 3).toUpperCase()) + 1

/** Names with version numbers in them, as ls -v and sort -V order them. */
export function versions(a: string, b: string): number {
  if (a === b) return 0
  if (a === '') return -1
  if (b === '') return 1
  if (a[0] === '.' || b[0] === '.') {
    if (a[0] !== b[0]) return a[0] === '.' ? -1 : 1
    for (const special of ['.', '..']) if (a === special || b === special) return a === special ? -1 : 1
  }
  const cutA = withoutSuffix(a), cutB = withoutSuffix(b)
  return (cutA === cutB ? 0 : segments(cutA, cutB)) || segments(a, b)
}
const withoutSuffix = (text: string): string => {
  const suffix = /(?:\.[A-Za-z~][A-Za-z0-9~]*)*$/.exec(text)!
  return suffix.index === 0 ? text : text.slice(0, suffix.index)
}
const orderOf = (char: string | undefined): number =>
  char === undefined ? -1 : char >= '0' && char <= '9' ? 0 : /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char === '~' ? -2 : char.charCodeAt(0) + 256
function segments(a: string, b: string): number {
  const digit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9'
  let i = 0, j = 0
  while (i < a.length || j < b.length) {
    while ((i < a.length && !digit(a[i])) || (j < b.length && !digit(b[j]))) {
      const difference = orderOf(a[i]) - orderOf(b[j])
      if (difference !== 0) return difference
      i++
      j++
    }
    while (a[i] === '0') i++
    while (b[j] === '0') j++
    let first = 0
    while (digit(a[i]) && digit(b[j])) {
      first ||= a.charCodeAt(i) - b.charCodeAt(j)
      i++
      j++
    }
    if (digit(a[i])) return 1
    if (digit(b[j])) return -1
    if (first !== 0) return first
  }
  return 0
}
