/**
 * What expansion needs of the shell that expands: variables, options, the file tree, and someone who runs command substitutions.
 * The interpreter's state implements it. Namerefs are followed and dynamic variables (RANDOM, SECONDS …) computed behind it.
 *
 * An expansion that fails throws ExpansionFault from wherever it is, since it takes the whole command with it: the interpreter reports the message
 * with its own prefix (`x.sh: line 3: `) and decides what ends.
 */
import type { Directory, Tree } from '../../kernel/tree.ts'
import type { Run } from '../../kernel/wait.ts'
import type { CommandSubstitution, ProcessSubstitution } from '../../syntax/tree.ts'

export { ExpansionFault } from '../../syntax/fault.ts'

export interface ExpansionOptions {
  readonly nounset: boolean
  readonly noglob: boolean
  readonly posix: boolean
  readonly nullglob: boolean
  readonly failglob: boolean
  readonly dotglob: boolean
  readonly extglob: boolean
  readonly globstar: boolean
  readonly nocaseglob: boolean
  readonly nocasematch: boolean
}

/** How a variable is kept. 'unset' also for one that is declared without a value. */
export type VariableKind = 'unset' | 'scalar' | 'indexed' | 'associative'

export interface Scope {
  readonly options: ExpansionOptions

  /** A variable by name or a special parameter (`? # $ ! - 0 1 10 _`, not `@ *`); element 0 of an array. undefined: not set. */
  get(name: string): string | undefined
  /** `$1` and so on. */
  readonly positionals: readonly string[]
  /** What it is declared as, even without a value ('unset' only if it does not exist at all). */
  kind(name: string): VariableKind
  /** Element of an array, by index (negative ones are already resolved) or key. A scalar is its own element 0. */
  element(name: string, key: number | string): string | undefined
  /** Indices ascending, or keys in the order in which bash walks its hash table. Of a set scalar [0]. */
  keys(name: string): readonly (number | string)[]
  values(name: string): readonly string[]
  /** Letters as `${x@a}` gives them, in its order: `aAilnrtux…`. */
  attributes(name: string): string
  /** The name a nameref points at, or undefined if `name` is none. */
  nameref(name: string): string | undefined
  /** Names of variables that are set, sorted, that begin with this. */
  names(prefix: string): readonly string[]
  /** As an assignment statement does, with the variable's attributes (integer, case); throws ExpansionFault where it is readonly. */
  set(name: string, value: string): void
  setElement(name: string, key: number | string, value: string): void

  /** Runs a command substitution; its output as it came. */
  substitute(command: CommandSubstitution): Run<string>
  /** Starts a process substitution; the path to put in its place. */
  process(substitution: ProcessSubstitution): Run<string>

  readonly tree: Tree
  readonly cwd: Directory
  /** `~user`; undefined where there is none. */
  home(user: string): string | undefined
  /** A message that lets the expansion go on. */
  complain?(text: string): Run<unknown>
  /** `${x@P}`. */
  prompt?(text: string): string
}
