/**
 * What is wrong or unwise in a radvd.conf, with its place.
 *
 * Four degrees: radvd refuses the file; it takes the file and the interface fails when it is set up; it works and is unwise; it works
 * and is worth knowing. Only the first changes what `radvd --configtest` says.
 */
import type { Place } from './tokens.ts'

export type Severity = 'refused' | 'fails' | 'warning' | 'note'

export interface ConfIssue extends Place {
  readonly severity: Severity
  /** A short name of the rule, so that issues can be counted, compared and looked up. */
  readonly rule: string
  readonly text: string
  readonly suggestion?: string
}

const DEGREE: Readonly<Record<Severity, string>> = { refused: 'error', fails: 'error at start-up', warning: 'warning', note: 'note' }

/** `radvd.conf:4:5: error: "advsendadvert" …; did you mean "AdvSendAdvert"? [case]` */
export const formatConfIssue = (file: string, { line, column, severity, rule, text, suggestion }: ConfIssue): string =>
  `${file}:${line}:${column}: ${DEGREE[severity]}: ${text}${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`} [${rule}]`

const ORDER: readonly Severity[] = ['refused', 'fails', 'warning', 'note']
export const inFileOrder = (issues: readonly ConfIssue[]): ConfIssue[] => [...issues].sort((a, b) =>
  a.line - b.line || a.column - b.column || ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))

/** Of the known words the nearest one, if it is near enough to be what somebody meant. Capitals do not count. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined, least = Infinity
  for (const candidate of known) {
    const far = edits(word.toLowerCase(), candidate.toLowerCase())
    if (far < least && far <= Math.max(1, Math.floor(candidate.length / 4))) {
      best = candidate
      least = far
    }
  }
  return best
}

/** Letters to insert, delete, replace or swap. */
function edits(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8) return Infinity
  let before: readonly number[] = [], previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity
      row.push(Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + same, swapped))
    }
    before = previous
    previous = row
  }
  return previous[b.length]!
}
