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
export const formatConfIssue = (file: string, issue: ConfIssue): string => `${file}:${issue.line}:${issue.column}: ${shownConfIssue(issue)}`
/** The same without its place. */
export const shownConfIssue = ({ severity, rule, text, suggestion }: ConfIssue): string =>
  `${DEGREE[severity]}: ${text}${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`} [${rule}]`

const ORDER: readonly Severity[] = ['refused', 'fails', 'warning', 'note']
export const inFileOrder = (issues: readonly ConfIssue[]): ConfIssue[] => [...issues].sort((a, b) =>
  a.line - b.line || a.column - b.column || ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
