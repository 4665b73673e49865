/**
 * The options of `set` and `shopt`, by bash's names. Those with an effect are read as fields; the others can be set and asked, as bash has them.
 * Source: bash(1) 5.2, SHELL BUILTIN COMMANDS: set, shopt.
 */
import type { ExpansionOptions } from './expand/scope.ts'

/** In the order of `set -o`. */
export const SET_OPTIONS = ['allexport', 'braceexpand', 'emacs', 'errexit', 'errtrace', 'functrace', 'hashall', 'histexpand', 'history', 'ignoreeof', 'interactive-comments',
  'keyword', 'monitor', 'noclobber', 'noexec', 'noglob', 'nolog', 'notify', 'nounset', 'onecmd', 'physical', 'pipefail', 'posix', 'privileged', 'verbose', 'vi', 'xtrace'] as const
export type SetOption = typeof SET_OPTIONS[number]
/** `-e` and so on. */
export const LETTERS: ReadonlyMap<string, SetOption> = new Map([['a', 'allexport'], ['b', 'notify'], ['e', 'errexit'], ['f', 'noglob'], ['h', 'hashall'], ['k', 'keyword'],
  ['m', 'monitor'], ['n', 'noexec'], ['p', 'privileged'], ['t', 'onecmd'], ['u', 'nounset'], ['v', 'verbose'], ['x', 'xtrace'], ['B', 'braceexpand'], ['C', 'noclobber'],
  ['E', 'errtrace'], ['H', 'histexpand'], ['P', 'physical'], ['T', 'functrace']])

export const SHOPT_OPTIONS = ['assoc_expand_once', 'autocd', 'cdable_vars', 'cdspell', 'checkhash', 'checkjobs', 'checkwinsize', 'cmdhist', 'compat31', 'compat32', 'compat40',
  'compat41', 'compat42', 'compat43', 'compat44', 'complete_fullquote', 'direxpand', 'dirspell', 'dotglob', 'execfail', 'expand_aliases', 'extdebug', 'extglob', 'extquote',
  'failglob', 'force_fignore', 'globasciiranges', 'globskipdots', 'globstar', 'gnu_errfmt', 'histappend', 'histreedit', 'histverify', 'hostcomplete', 'huponexit',
  'inherit_errexit', 'interactive_comments', 'lastpipe', 'lithist', 'localvar_inherit', 'localvar_unset', 'login_shell', 'mailwarn', 'no_empty_cmd_completion',
  'nocaseglob', 'nocasematch', 'noexpand_translation', 'nullglob', 'patsub_replacement', 'progcomp', 'progcomp_alias', 'promptvars', 'restricted_shell', 'shift_verbose',
  'sourcepath', 'varredir_close', 'xpg_echo'] as const
export type ShoptOption = typeof SHOPT_OPTIONS[number]
const ON: ReadonlySet<string> = new Set(['braceexpand', 'hashall', 'interactive-comments', 'checkwinsize', 'cmdhist', 'complete_fullquote', 'extquote', 'force_fignore',
  'globasciiranges', 'globskipdots', 'hostcomplete', 'interactive_comments', 'patsub_replacement', 'progcomp', 'promptvars', 'sourcepath'])

export class Options implements ExpansionOptions {
  allexport = false
  errexit = false
  errtrace = false
  functrace = false
  monitor = false
  noclobber = false
  noexec = false
  noglob = false
  nounset = false
  pipefail = false
  posix = false
  verbose = false
  xtrace = false
  dotglob = false
  execfail = false
  expand_aliases = false
  extglob = false
  failglob = false
  globstar = false
  inherit_errexit = false
  lastpipe = false
  localvar_inherit = false
  nocaseglob = false
  nocasematch = false
  nullglob = false
  shift_verbose = false
  sourcepath = true
  xpg_echo = false
  /** The others that are on. */
  private readonly rest: Set<string>

  constructor(from?: Options) {
    this.rest = new Set(from === undefined ? ON : from.rest)
    if (from !== undefined) Object.assign(this, from, { rest: this.rest })
  }
  is(name: SetOption | ShoptOption): boolean {
    const value: unknown = (this as unknown as Record<string, unknown>)[name]
    return typeof value === 'boolean' ? value : this.rest.has(name)
  }
  put(name: SetOption | ShoptOption, on: boolean): void {
    const self = this as unknown as Record<string, unknown>
    if (typeof self[name] === 'boolean') self[name] = on
    else if (on) this.rest.add(name)
    else this.rest.delete(name)
  }
  /** `$-`. */
  letters(extra: string): string {
    let text = ''
    for (const letter of 'abefhkmnptuvxBCEHPT') if (this.is(LETTERS.get(letter)!)) text += letter
    return text + extra
  }
  /** `$SHELLOPTS`, `$BASHOPTS`. */
  listed(names: readonly (SetOption | ShoptOption)[]): string { return names.filter(name => this.is(name)).join(':') }
}
