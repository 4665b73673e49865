/**
 * Starting other programs from a utility: fork, execvp, and the words when that fails. A child that was killed counts as 128 and the signal's number.
 */
import type { Exit } from '../kernel/machine.ts'
import { failed, type Failure } from '../kernel/errno.ts'
import { execute } from '../kernel/exec.ts'
import type { Fork, Process } from '../kernel/process.ts'
import type { Run } from '../kernel/wait.ts'
import { quote } from './io.ts'

/** A child that runs this command. It says `words` and ends with 127 (not found) or 126 itself. */
export function launch(p: Process, argv: readonly string[], words = (no: Failure): string => `failed to run command ${quote(argv[0]!)}: ${no.text}`, how: Fork = {}): Process | Failure {
  const name = p.argv[0]!
  return p.fork(function* (child) {
    child.charge(child.machine.costs.fork)
    return yield* instead(child, argv, name, words)
  }, how)
}
/** execvp, with the same words: for those that become the command. */
export function* instead(p: Process, argv: readonly string[], name = p.argv[0]!, words = (no: Failure): string => `failed to run command ${quote(argv[0]!)}: ${no.text}`): Run {
  const status = yield* execute(p, argv)
  if (!failed(status)) return status
  yield* p.err(`${name}: ${words(status)}\n`)
  return status.errno === 'ENOENT' ? 127 : 126
}
/** Until a child has ended, whatever signals come. */
export function* reap(p: Process, child: Process): Run<Exit> {
  for (;;) if ((yield* p.wait(child)) !== 'signal') return child.exit!
}

/** `5`, `1.5m`, `.2h`, `inf`: microseconds; null if it is no time. */
export function interval(text: string): number | null {
  if (/^\+?inf(?:inity)?[smhd]?$/i.test(text)) return Infinity
  const [all, digits, unit] = /^\s*\+?((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|0[xX][\da-fA-F]+)([smhd]?)$/.exec(text) ?? []
  if (all === undefined) return null
  return Math.ceil(Number(digits) * ({ s: 1e6, m: 6e7, h: 36e8, d: 864e8 }[unit || 's'] ?? 1e6))
}
