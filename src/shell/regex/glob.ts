/**
 * Matching of shell patterns: case, [[ == ]], pathname expansion, ${x#p} ${x%p} ${x/p/r}, find -name.
 *
 * A pattern is text in which quoted characters have a backslash before them. It is compiled once and kept. Matching never explodes: without groups it
 * is the greedy walk from star to star; with groups it goes from sets of places to sets of places, piece by piece.
 * Source: POSIX.1-2017 2.13, bash(1) Pattern Matching.
 */
import { endOfBracket, parseGlob, type Piece } from './glob-parse.ts'
import { segmentsOf, Segments } from './glob-segments.ts'
import { Sets } from './glob-sets.ts'

export interface GlobOptions {
  /** `?(…) *(…) +(…) @(…) !(…)`. */
  readonly extglob?: boolean
  readonly icase?: boolean
  /** A dot at the start is matched only by a dot, not by `* ? […] !(…)`: file names without dotglob. */
  readonly period?: boolean
}
/** All lengths and places count bytes of the text; -1 where nothing matches. */
export interface GlobMatcher {
  /** What it matches if that is one text only (nothing special in it, case matters); null otherwise. */
  readonly literal: string | null
  /** The whole text. */
  matches(text: string): boolean
  /** ${x##p} */
  longestPrefix(text: string): number
  /** ${x#p} */
  shortestPrefix(text: string): number
  /** ${x%%p}; a length too: the text without it is `text.slice(0, text.length - n)`. */
  longestSuffix(text: string): number
  /** ${x%p} */
  shortestSuffix(text: string): number
  /** The leftmost place at or after `from` where it matches, and there the longest; its end may equal its start. */
  find(text: string, from?: number): readonly [start: number, end: number] | null
}

const KEPT = 1000
const kept = new Map<string, GlobMatcher>()

export function globMatcher(pattern: string, options: GlobOptions = {}): GlobMatcher {
  const key = (options.extglob ? 'x' : '-') + (options.icase ? 'i' : '-') + (options.period ? 'p' : '-') + pattern
  let matcher = kept.get(key)
  if (matcher === undefined) {
    if (kept.size >= KEPT) kept.clear()
    kept.set(key, matcher = compile(pattern, options))
  }
  return matcher
}

/** A backslash before whatever could be special, so that the text stands for itself. */
export const quoteGlob = (text: string): string => /[^\w/.,:=% -]/.test(text) ? text.replace(/[\\*?[\]()|!+@^-]/g, '\\$&') : text
/** The pattern without the backslashes that quote: what it stands for when it matches no file. */
export const unquoteGlob = (pattern: string): string => pattern.includes('\\') ? pattern.replace(/\\([^])/g, '$1') : pattern
/** Whether pathname expansion has anything to do: an unquoted `*`, `?`, a whole `[…]`, or a group. */
export function hasGlob(pattern: string, extglob = false): boolean {
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at]!
    if (c === '\\') at++
    else if (c === '*' || c === '?') return true
    else if (c === '[' ? endOfBracket(pattern, at) > 0 : extglob && pattern[at + 1] === '(' && '+@!'.includes(c)) return true
  }
  return false
}

function compile(pattern: string, options: GlobOptions): GlobMatcher {
  const icase = options.icase === true, pieces = parseGlob(pattern, { extglob: options.extglob === true, icase })
  const only = pieces.length === 0 ? '' : pieces.length === 1 && pieces[0]!.kind === 'text' ? pieces[0]!.text : null
  if (only !== null && !icase) return new Text(only)
  const segments = segmentsOf(pieces)
  const matcher = segments === null ? new Sets(pieces, icase) : new Segments(segments, icase)
  return options.period === true && mayBeginWithDot(pieces) ? new Period(matcher, new Sets(pieces, icase, true)) : matcher
}
const mayBeginWithDot = ([first]: readonly Piece[]): boolean => first !== undefined && first.kind !== 'text'

/** Nothing special: one text. */
class Text implements GlobMatcher {
  readonly literal: string
  constructor(text: string) { this.literal = text }
  matches(text: string): boolean { return text === this.literal }
  longestPrefix(text: string): number { return text.startsWith(this.literal) ? this.literal.length : -1 }
  shortestPrefix(text: string): number { return this.longestPrefix(text) }
  longestSuffix(text: string): number { return text.endsWith(this.literal) ? this.literal.length : -1 }
  shortestSuffix(text: string): number { return this.longestSuffix(text) }
  find(text: string, from = 0): readonly [number, number] | null {
    const at = from > text.length ? -1 : text.indexOf(this.literal, from)
    return at < 0 ? null : [at, at + this.literal.length]
  }
}

/** A name that begins with a dot is another case; for all others the ordinary matcher is right, and quicker. */
class Period implements GlobMatcher {
  readonly literal = null
  private readonly ordinary: GlobMatcher
  private readonly dotted: GlobMatcher
  constructor(ordinary: GlobMatcher, dotted: GlobMatcher) {
    this.ordinary = ordinary
    this.dotted = dotted
  }
  private for(text: string): GlobMatcher { return text.startsWith('.') ? this.dotted : this.ordinary }
  matches(text: string): boolean { return this.for(text).matches(text) }
  longestPrefix(text: string): number { return this.for(text).longestPrefix(text) }
  shortestPrefix(text: string): number { return this.for(text).shortestPrefix(text) }
  longestSuffix(text: string): number { return this.ordinary.longestSuffix(text) }
  shortestSuffix(text: string): number { return this.ordinary.shortestSuffix(text) }
  find(text: string, from = 0): readonly [number, number] | null { return this.for(text).find(text, from) }
}

