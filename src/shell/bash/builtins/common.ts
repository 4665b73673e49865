/**
 * What builtins have in common: writing, complaints in bash's words, options one letter each.
 */
import { failed, type Failure } from '../../kernel/errno.ts'
import type { Process } from '../../kernel/process.ts'
import type { Run } from '../../kernel/wait.ts'
import type { Assignment } from '../../syntax/tree.ts'
import type { Shell, Status } from '../state.ts'

/** An argument of `declare` and its like may be an assignment with its value not yet expanded. */
export type Argument = string | { readonly assignment: Assignment; readonly shown: string }
export type Builtin = (sh: Shell, argv: string[]) => Status

/** To standard output, at once if that can be. */
export function print(sh: Shell, name: string, text: string): Status {
  if (text === '') return 0
  const { p } = sh, file = p.fds.get(1)
  if (file === undefined) return sh.fail(`${name}: write error: Bad file descriptor`)
  const answer = file.write(text, p)
  if (answer === text.length) return 0
  return printed(sh, name, text, answer)
}
function* printed(sh: Shell, name: string, text: string, first: unknown): Run {
  let no: Failure | undefined
  if (typeof first === 'number') no = yield* sh.p.write(1, text.slice(first))
  else if (failed(first as Failure)) no = first as Failure
  else if (typeof first === 'object' && first !== null && 'next' in first) {
    const answer = yield* first as Run<number | Failure>
    no = failed(answer) ? answer : answer < text.length ? yield* sh.p.write(1, text.slice(answer)) : undefined
  } else no = yield* interrupted(sh, text)
  return no === undefined ? 0 : yield* sh.fail(sh.dialect === 'sh' ? `${name}: ${name}: I/O error` : `${name}: write error: ${no.text}`)
}
/** Signals that are trapped do not stop a write. */
function* interrupted(sh: Shell, text: string): Run<Failure | undefined> {
  for (;;) {
    const no = yield* sh.p.write(1, text)
    if (no?.errno !== 'EINTR') return no
    yield* sh.interpreter.deliver(sh)
  }
}

/** `name: what` on standard error. */
export const complain = (sh: Shell, name: string, text: string, status = 1): Run => sh.fail(`${name}: ${text}`, status)
/** An invalid option, with the usage. */
export function* misuse(sh: Shell, name: string, option: string, usage: string): Run {
  yield* sh.complain(`${name}: ${option}: invalid option`)
  yield* sh.p.write(2, `${name}: usage: ${usage}\n`)
  return 2
}
export function* usage(sh: Shell, name: string, text: string): Run {
  yield* sh.p.write(2, `${name}: usage: ${text}\n`)
  return 2
}

export interface Letters { readonly on: ReadonlyMap<string, string>; /** What comes after the options. */ readonly rest: string[]; readonly bad: string | null; /** An option that wants an argument has none. */ readonly missing: string | null; readonly order: string }
/** Options as bash's internal getopt takes them: `-ab`, `-d x`, `-dx`; letters with an argument are followed by `:` in `spec`. */
export function letters(argv: readonly string[], spec: string): Letters {
  const on = new Map<string, string>()
  let i = 1, order = ''
  for (; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--') { i++; break }
    if (word[0] !== '-' || word === '-') break
    for (let j = 1; j < word.length; j++) {
      const letter = word[j]!, at = spec.indexOf(letter)
      if (at < 0 || letter === ':') return { on, rest: argv.slice(i), bad: `-${letter}`, missing: null, order }
      order += letter
      if (spec[at + 1] !== ':') { on.set(letter, ''); continue }
      const value = word.slice(j + 1) !== '' ? word.slice(j + 1) : argv[++i]
      if (value === undefined) return { on, rest: [], bad: null, missing: `-${letter}`, order }
      on.set(letter, value)
      break
    }
  }
  return { on, rest: argv.slice(i), bad: null, missing: null, order }
}
/** A generator of a status that is known. */
export function* just(status: number): Run { return status }
export function* both(p: Process, text: string, status: number): Run { yield* p.write(1, text); return status }
