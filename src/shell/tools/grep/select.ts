/**
 * Which lines grep selects, and which parts of them match: the patterns of -e and -f together, whole words (-w), whole lines (-x).
 * Source: grep(1) 3.8.
 */
import { classNamed, WORD } from '../../regex/classes.ts'
import { compile, quoteRegex, RegexError } from '../../regex/posix.ts'
import { perlRegex } from './perl.ts'

/** A line on which an expression of -P might take for ever; grep says so and ends. */
export class TooCostly extends Error {
  constructor(bytes: number) { super(`hotspare: grep -P of repetitions beside each other is not modelled on a line of ${bytes} bytes`) }
}

type Span = readonly [start: number, end: number]
export interface Select {
  matches(line: string): boolean
  /** The next part that matches, from a place on. */
  find(line: string, from: number): Span | null
  readonly warnings: readonly string[]
}
export interface SelectHow { readonly matcher: 'E' | 'F' | 'G' | 'P'; readonly icase: boolean; readonly word: boolean; readonly whole: boolean }
interface Finder { test(line: string): boolean; find(line: string, from: number): Span | null; readonly warnings: readonly string[] }

/** A string is the complaint. */
export function selector(patterns: readonly string[], how: SelectHow): Select | string {
  const finders: Finder[] = []
  for (const pattern of patterns) {
    const finder = finderOf(pattern, how)
    if (typeof finder === 'string') return finder
    finders.push(finder)
  }
  const first = (line: string, from: number): Span | null => {
    let best: Span | null = null
    for (const finder of finders) {
      const span = how.word ? wordIn(finder, line, from) : finder.find(line, from)
      if (span !== null && (best === null || span[0] < best[0] || (span[0] === best[0] && span[1] > best[1]))) best = span
    }
    return best
  }
  const isWhole = (line: string): boolean => finders.some(finder => {
    const span = finder.find(line, 0)
    return span !== null && span[0] === 0 && span[1] === line.length
  })
  const [only] = finders
  return {
    warnings: finders.flatMap(({ warnings }) => warnings),
    matches: how.whole ? isWhole : how.word ? line => first(line, 0) !== null : finders.length === 1 ? line => only!.test(line) : line => finders.some(finder => finder.test(line)),
    find: how.whole ? (line, from) => from === 0 && isWhole(line) ? [0, line.length] : null : first,
  }
}

function finderOf(pattern: string, { matcher, icase, whole, word }: SelectHow): Finder | string {
  if (matcher === 'P') {
    const perl = perlRegex(whole ? `^(?:${pattern})$` : word ? `(?<!\\w)(?:${pattern})(?!\\w)` : pattern, icase)
    if (typeof perl === 'string') return `hotspare: grep -P with ${perl} is not modelled`
    const { regex } = perl
    const find = (line: string, from: number): Span | null => {
      if (from === 0 && !perl.bearable(line)) throw new TooCostly(line.length)
      regex.lastIndex = from
      const found = regex.exec(line)
      return found === null ? null : [found.index, found.index + found[0].length]
    }
    return { test: line => find(line, 0) !== null, find, warnings: [] }
  }
  const named = /^\[:(\w+):\]$/.exec(pattern)
  if (matcher !== 'F' && named !== null && classNamed(named[1]!) !== undefined) return 'character class syntax is [[:space:]], not [:space:]'
  const regex = matcher === 'F' ? compile(quoteRegex(pattern), { extended: true, icase }) : compile(pattern, { extended: matcher === 'E', icase, dialect: 'grep' })
  if (regex instanceof RegexError) return regex.error
  return regex
}

/** A match that is neither preceded nor followed by a letter, digit or underscore; a shorter one from the same place is tried before the next place. */
function wordIn(finder: Finder, line: string, from: number): Span | null {
  for (let at = from; at <= line.length; at++) {
    let span = finder.find(line, at)
    if (span === null) return null
    const start = span[0]
    at = start
    if (start > 0 && WORD[line.charCodeAt(start - 1)] === 1) continue
    for (; span !== null && span[0] === start; span = span[1] > start ? finder.find(line.slice(0, span[1] - 1), start) : null)
      if (WORD[line.charCodeAt(span[1])] !== 1) return span
  }
  return null
}
