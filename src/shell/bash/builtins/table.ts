/**
 * Builtins by name. dash has fewer, and names of bash's that it does not have are looked for on PATH. Source: bash(1), dash(1).
 */
import type { Run } from '../../kernel/wait.ts'
import type { Shell } from '../state.ts'
import * as basic from './basic.ts'
import type { Builtin } from './common.ts'
import * as control from './control.ts'
import { declare, unset } from './declare.ts'
import { getopts, mapfile, read } from './input.ts'
import * as jobs from './jobs.ts'
import * as names from './names.ts'

export type { Argument } from './common.ts'
/** Their arguments that look like assignments are assignments. */
export const DECLARATIONS: ReadonlySet<string> = new Set(['declare', 'typeset', 'local', 'export', 'readonly'])

const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', basic.succeed], ['true', basic.succeed], ['false', basic.fail], ['echo', basic.echo], ['printf', basic.printfBuiltin], ['test', basic.test], ['[', basic.test],
  ['let', basic.let_], ['cd', basic.cd], ['pwd', basic.pwd], ['pushd', basic.pushd], ['popd', basic.popd], ['dirs', basic.dirs], ['umask', basic.umask],
  ['ulimit', basic.ulimit], ['times', basic.times],
  ['break', control.break_], ['continue', control.break_], ['return', control.return_], ['exit', control.exit], ['shift', control.shift], ['eval', control.eval_],
  ['exec', control.exec], ['source', control.source], ['.', control.source], ['command', control.command], ['set', control.set], ['shopt', control.shopt],
  ['declare', declare], ['typeset', declare], ['local', declare], ['export', declare], ['readonly', declare], ['unset', unset],
  ['read', read], ['mapfile', mapfile], ['readarray', mapfile], ['getopts', getopts],
  ['wait', jobs.wait], ['kill', jobs.killBuiltin], ['jobs', jobs.jobs], ['fg', jobs.foreground], ['bg', jobs.foreground], ['disown', jobs.disown], ['trap', jobs.trap],
  ['suspend', jobs.suspend],
  ['type', names.type], ['hash', names.hash], ['alias', names.alias], ['unalias', names.unalias], ['enable', names.enable], ['builtin', names.builtin],
  ['caller', names.caller], ['help', names.help], ['logout', names.logout],
  ...['history', 'fc', 'complete', 'compgen', 'compopt', 'bind'].map(name => [name, names.notModelled] as const),
])
const NOT_IN_DASH: readonly string[] = ['let', 'pushd', 'popd', 'dirs', 'source', 'shopt', 'declare', 'typeset', 'mapfile', 'readarray', 'disown', 'suspend', 'enable', 'builtin', 'caller',
  'help', 'logout', 'history', 'complete', 'compgen', 'compopt', 'bind']
const DASH: ReadonlyMap<string, Builtin> = new Map([...BUILTINS].filter(([name]) => !NOT_IN_DASH.includes(name)))
/** In dash a special builtin that is misused ends the shell. */
const DEADLY: ReadonlyMap<string, Builtin> = new Map([...DASH].map(([name, builtin]) => [name, ['set', 'shift', 'export', 'readonly', 'unset'].includes(name) ? deadly(builtin) : builtin]))
function deadly(builtin: Builtin): Builtin {
  return (sh, argv) => {
    const answer = builtin(sh, argv)
    return typeof answer === 'number' ? answer : (function* (): Run {
      const status = yield* answer
      if (status === 0) return 0
      sh.unwind = 'exit'
      return sh.status = 2
    })()
  }
}
export const BASH_NAMES: ReadonlySet<string> = new Set(BUILTINS.keys())
export const DASH_NAMES: ReadonlySet<string> = new Set(DASH.keys())

export function builtinNamed(sh: Shell, name: string): Builtin | undefined {
  const builtin = (sh.dialect === 'sh' ? DEADLY : BUILTINS).get(name)
  return builtin !== undefined && sh.disabled.size > 0 && sh.disabled.has(name) ? undefined : builtin
}
