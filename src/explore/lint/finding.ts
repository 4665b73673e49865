/**
 * What lint finds in a script, and the rules that find it.
 *
 * A rule has a name, a sentence that says why, what to write instead, and where it can be seen: a requirement, a recording, or a shipped scenario. A note is
 * worth knowing and fails nothing.
 */
import type { Script } from './steps.ts'

export interface Finding { readonly line: number; readonly column: number; readonly severity: 'warning' | 'note'; readonly rule: string; readonly text: string }
/** Where it is, and what is to be said of it there; without words the rule's own sentence stands. */
export interface Hit { readonly at: { readonly line: number; readonly column: number }; readonly text?: string; readonly severity?: 'note' }
export interface Rule {
  readonly name: string
  readonly why: string
  readonly instead: string
  readonly see: string
  find(script: Script): Iterable<Hit>
}

/** `recover.sh:12:3: warning: … [short-remove]`, as compilers write. */
export const formatFinding = (file: string, { line, column, severity, text, rule }: Finding): string => `${file}:${line}:${column}: ${severity}: ${text} [${rule}]`
export const inFileOrder = (findings: readonly Finding[]): Finding[] => [...findings].sort((a, b) => a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0))
