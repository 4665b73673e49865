/**
 * What is wrong with a scenario, as data: where, what was found, what was expected, and the word that was probably meant.
 *
 * A problem knows only its path inside the scenario, which is all that a scenario in TypeScript has. Whoever read the text adds file,
 * line and column, and it becomes an issue that an editor can jump to. Every problem is reported, never only the first.
 */
import { lettersBetween, nearest } from '../base/nearest.ts'

export type Path = readonly (string | number)[]

export interface Problem {
  readonly path: Path
  /** Whether the key at the end of the path is at fault, or the value under it. */
  readonly at: 'key' | 'value'
  readonly found: string
  /** Starts with `expected` or `but`, or is a sentence about what was found. */
  readonly expected: string
  readonly suggestion?: string
  /** Where it stands, if that is in another file. */
  readonly place?: Place
}

export interface Place { readonly file: string; readonly line: number; readonly column: number }
export type Issue = Problem

/** `hosts.yaml:7:5: unknown key "gests", expected systems or guests; did you mean "guests"?` */
export function formatIssue(issue: Issue): string {
  const { place, path, found, expected, suggestion } = issue
  const where = place ? `${place.file}:${place.line}:${place.column}` : formatPath(path)
  const joint = expected === '' ? '' : /^(expected|but) /.test(expected) ? ', ' : ': '
  return `${where}: ${found}${joint}${expected}${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`
}

/** `system.vscsi.spaces.d1`, `timeline[0].do`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`
  return text === '' ? 'scenario' : text
}

/** A scenario that was handed over as a value and cannot be run: the issues are in the message, one a line. */
export class BadScenario extends Error {
  readonly issues: readonly Issue[]
  constructor(issues: readonly Issue[]) {
    super(issues.map(formatIssue).join('\n'))
    this.name = 'BadScenario'
    this.issues = issues
  }
}

/** What a person sees of a value in an issue: short, and never a dump. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 37)}...` : value)
}

/** `a`, `a or b`, `a, b or c`; of many only some. */
export function listed(words: readonly string[], joint = 'or', most = 12): string {
  const shown = words.length > most ? [...words.slice(0, most - 1), `${words.length - most + 1} more`] : words
  return shown.length < 2 ? (shown[0] ?? 'nothing') : `${shown.slice(0, -1).join(', ')} ${joint} ${shown.at(-1)}`
}

/** Of many words, those that are nearest to the one that was found. */
export function listedNear(word: unknown, words: readonly string[], most = 9): string {
  if (typeof word !== 'string' || words.length <= most) return listed(words, 'or', most)
  return listed(words.map(each => ({ each, far: difference(word, each) })).sort((a, b) => a.far - b.far).map(({ each }) => each), 'or', most)
}

/** For a name that is not among those it may be. */
export function unknownName(path: Path, kind: string, name: string, known: readonly string[]): Problem {
  return {
    path, at: 'value', found: `found ${kind} ${describe(name)}`,
    expected: known.length === 0 ? 'but there is none of these' : `expected ${listedNear(name, known)}`,
    ...meant(name, known),
  }
}

/** The nearest of the known words, as a part of a problem. */
export function meant(word: string, known: readonly string[]): { suggestion?: string } {
  const suggestion = nearest(word, known, difference)
  return suggestion === undefined ? {} : { suggestion }
}

/** A right word under the wrong model is near, but a slip of one letter is nearer. */
function difference(a: string, b: string): number {
  const last = (text: string) => text.slice(text.lastIndexOf('.') + 1).toLowerCase(), letters = lettersBetween(a, b)
  return b.includes('.') && last(a) === last(b) ? Math.min(1.5, letters) : letters
}
