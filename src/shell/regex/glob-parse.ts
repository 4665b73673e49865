/**
 * Shell patterns as data: what `*`, `?`, `[…]` and the extended forms `?(…) *(…) +(…) @(…) !(…)` mean once they are read.
 *
 * Quoted characters arrive with a backslash before each (quoteGlob does that). What cannot be a bracket expression (`[a`) stands for itself; a group
 * that is never closed makes the rest of the pattern stand for itself, as in bash. Source: POSIX.1-2017 2.13, bash(1) Pattern Matching; bash 5.2 tried.
 */
import { addRange, addSet, classNamed, collating, emptySet, foldSet, invert, lower, type ByteSet } from './classes.ts'

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly set: ByteSet }
  | { readonly kind: 'star' }
  | { readonly kind: 'group'; readonly op: '?' | '*' | '+' | '@' | '!'; readonly of: readonly (readonly Piece[])[] }
export interface GlobFlags { readonly extglob: boolean; readonly icase: boolean }

const ANY: Piece = { kind: 'any' }, STAR: Piece = { kind: 'star' }

export function parseGlob(pattern: string, flags: GlobFlags): readonly Piece[] {
  return sequence(pattern, 0, flags, false).pieces
}

/** Up to the end, or (inside a group) to the `|` or `)` that ends this branch. */
function sequence(pattern: string, from: number, flags: GlobFlags, inside: boolean): { readonly pieces: readonly Piece[]; readonly at: number } {
  const pieces: Piece[] = []
  let text = ''
  const flush = (): void => {
    if (text !== '') pieces.push({ kind: 'text', text: flags.icase ? lower(text) : text })
    text = ''
  }
  let at = from, depth = 0
  while (at < pattern.length) {
    const c = pattern[at]!
    // Parentheses without an operator come in pairs there too, and stand for themselves.
    if (inside && depth === 0 && (c === '|' || c === ')')) break
    if (flags.extglob && pattern[at + 1] === '(' && '?*+@!'.includes(c)) {
      if (closing(pattern, at + 1) < 0) {
        text += pattern.slice(at)
        at = pattern.length
        break
      }
      flush()
      const of: (readonly Piece[])[] = []
      at++
      do {
        const branch = sequence(pattern, at + 1, flags, true)
        of.push(branch.pieces)
        at = branch.at
      } while (pattern[at] === '|')
      at++
      pieces.push({ kind: 'group', op: c as '?', of })
      continue
    }
    if (c === '*' || c === '?') {
      flush()
      if (c === '?' || pieces.at(-1) !== STAR) pieces.push(c === '?' ? ANY : STAR)
      at++
      continue
    }
    if (c === '[') {
      const bracket = bracketAt(pattern, at, flags.icase)
      if (bracket !== null) {
        flush()
        pieces.push({ kind: 'set', set: bracket.set })
        at = bracket.at
        continue
      }
    }
    if (inside && c === '(') depth++
    else if (inside && c === ')') depth--
    if (c === '\\' && at + 1 < pattern.length) at++
    text += pattern[at++]!
  }
  flush()
  return { pieces, at }
}

/** The `)` that belongs to the `(` at this place, -1 if there is none. */
function closing(pattern: string, open: number): number {
  let depth = 0
  for (let at = open; at < pattern.length; at++) {
    const c = pattern[at]!
    if (c === '\\') at++
    else if (c === '[') {
      const end = endOfBracket(pattern, at)
      if (end < 0) return -1
      at = end - 1
    } else if (c === '(') depth++
    else if (c === ')' && --depth === 0) return at
  }
  return -1
}

/** The place after the `]` of a bracket expression that begins here; -1 if it is none. */
export function endOfBracket(pattern: string, open: number): number {
  let at = open + 1
  if (pattern[at] === '!' || pattern[at] === '^') at++
  for (const first = at; at < pattern.length; at++) {
    const c = pattern[at]!
    if (c === ']' && at > first) return at + 1
    if (c === '\\') at++
    else if (c === '[' && ':.='.includes(pattern[at + 1] ?? ' ')) {
      const end = pattern.indexOf(`${pattern[at + 1]}]`, at + 2)
      if (end > 0) at = end + 1
    }
  }
  return -1
}

function bracketAt(pattern: string, open: number, icase: boolean): { readonly set: ByteSet; readonly at: number } | null {
  const end = endOfBracket(pattern, open)
  if (end < 0) return null
  let at = open + 1
  const negated = pattern[at] === '!' || pattern[at] === '^'
  if (negated) at++
  const set = emptySet(), classes = emptySet()
  /** One member: its byte, or -1 for what holds none or several. */
  const member = (): number => {
    let c = pattern[at]!
    if (c === '[' && ':.='.includes(pattern[at + 1] ?? ' ')) {
      const kind = pattern[at + 1]!, close = pattern.indexOf(`${kind}]`, at + 2)
      if (close > 0 && close + 2 < end) {
        const name = pattern.slice(at + 2, close)
        at = close + 2
        if (kind === ':') addSet(classes, classNamed(name) ?? NONE)
        return kind === ':' ? -1 : (collating(name) ?? '').charCodeAt(0) || -1
      }
    }
    if (c === '\\' && at + 2 < end) c = pattern[++at]!
    at++
    return c.charCodeAt(0)
  }
  while (at < end - 1) {
    const from = member()
    if (from >= 0 && pattern[at] === '-' && at + 1 < end - 1) {
      at++
      const to = member()
      if (icase) addRange(set, low(from), low(to))
      else addRange(set, from, to)
    } else if (from >= 0) set[from] = 1
  }
  if (icase) {
    // Ranges are those of the lower case; a class means what it says.
    for (let c = 65; c <= 90; c++) if (set[c] === 1) set[c + 32] = 1
    foldSet(set)
  }
  addSet(set, classes)
  if (negated) invert(set)
  return { set, at: end }
}
const NONE = emptySet()
const low = (c: number): number => c >= 65 && c <= 90 ? c + 32 : c
