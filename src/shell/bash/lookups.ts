/**
 * Small questions that a shell asks of what is around it: whether a variable is set (`-v`), where a user is at home, whether a signal that has come ends it.
 * Source: bash(1) 5.2.
 */
import type { Signal } from '../kernel/signal.ts'
import type { Directory, Tree } from '../kernel/tree.ts'
import { evaluate } from './expand/arithmetic.ts'
import type { Scope } from './expand/scope.ts'

const FATAL_KEPT: ReadonlySet<string> = new Set(['HUP', 'ILL', 'TRAP', 'ABRT', 'FPE', 'BUS', 'SEGV', 'SYS', 'PIPE', 'ALRM', 'TERM', 'XCPU', 'XFSZ', 'VTALRM', 'USR1', 'USR2'])
/** Whether a signal has come that is not to wait for a child in the foreground. */
export const isFatal = (pending: readonly Signal[], traps: ReadonlyMap<string, string>): boolean => pending.some(signal => !traps.has(signal) && FATAL_KEPT.has(signal))

/** `-v`: a variable, an element, any element. */
export function variableIsSet(sh: Scope, name: string): boolean {
  const [, array, key] = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(name) ?? []
  if (array === undefined) return sh.get(name) !== undefined
  if (key === '@' || key === '*') return sh.values(array).length > 0
  if (sh.kind(array) === 'associative') return sh.element(array, key!) !== undefined
  const index = Number(evaluate(sh, key!))
  return sh.element(array, index < 0 ? index + Number(sh.keys(array).at(-1) ?? -1) + 1 : index) !== undefined
}
export function homeOf(tree: Tree, cwd: Directory, user: string): string | undefined {
  const file = tree.find('/etc/passwd', cwd)
  if (!('kind' in file) || file.kind !== 'file') return user === 'root' ? '/root' : undefined
  for (const line of file.content.split('\n')) {
    const fields = line.split(':')
    if (fields[0] === user) return fields[5]
  }
  return undefined
}
