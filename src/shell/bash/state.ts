/**
 * The state of one shell process, and the Scope that expansion works on. A subshell is a fork: `copy` for the new process.
 *
 * Messages go to standard error as bash words them: `x.sh: line 3: ` in front. What runs scripts stands behind `interpreter`, so that builtins can call
 * it without a circle of imports. Source of truth: bash(1) 5.2.
 */
import type { Micros } from '../../base/time.ts'
import type { Process } from '../kernel/process.ts'
import type { Signal } from '../kernel/signal.ts'
import type { Directory, Tree } from '../kernel/tree.ts'
import { Runaway, type Run } from '../kernel/wait.ts'
import type { Command, CommandSubstitution, List, ProcessSubstitution, Script } from '../syntax/tree.ts'
import { arrayNamed, dynamicNamed, dynamicNames, setDynamic, type Dynamics } from './dynamic.ts'
import { evaluate } from './expand/arithmetic.ts'
import { ExpansionFault, type Scope, type VariableKind } from './expand/scope.ts'
import { hashOrder } from './hash-order.ts'
import { homeOf, isFatal, variableIsSet } from './lookups.ts'
import { Options } from './options.ts'
import type { Frame, Job, ShellFunction, Unwind } from './records.ts'
import { functionText } from './unparse.ts'
import { convert, dashWords, isName } from './values.ts'
import { ARRAY, ASSOC, attributesOf, EXPORT, Indexed, INDEXED, isSet, NAMEREF, READONLY, scalarOf, Variables, type Variable } from './variables.ts'

export type { Frame, Job, ShellFunction, Unwind } from './records.ts'
/** A command's status: at once, or as something that may wait. */
export type Status = number | Run
/** What builtins ask of whoever runs commands. */
export interface Interpreter {
  list(sh: Shell, list: List, last?: boolean): Run
  /** `last`: nothing of this process comes after it, so that a program may take its place. */
  command(sh: Shell, command: Command, last: boolean): Status
  units(sh: Shell, script: Script, how: { last?: boolean; text?: string; line?: number; name?: string }): Run
  /** Text as `eval`, traps and `-c` run it. */
  evaluate(sh: Shell, text: string, how: { line: number; name?: string }): Run
  callFunction(sh: Shell, f: ShellFunction, argv: readonly string[]): Run
  /** A command by name; `plain` passes functions over (`command`). */
  runWords(sh: Shell, argv: readonly string[], how: { functions: boolean; builtins: boolean; path?: string }): Status
  execInPlace(sh: Shell, argv: readonly string[], how: { path?: string; env?: ReadonlyMap<string, string>; name?: string }): Run
  source(sh: Shell, path: string, argv: readonly string[] | null, text: string): Run
  substitute(sh: Shell, command: CommandSubstitution): Run<string>
  processSubstitution(sh: Shell, substitution: ProcessSubstitution): Run<string>
  /** Traps whose signals have come. */
  deliver(sh: Shell): Run<void>
  /** As if the signal had its default action, with the EXIT trap first. */
  dieOf(sh: Shell, signal: Signal): Run<void>
  expandPrompt(sh: Shell, text: string): string
}

export class Shell implements Scope, Dynamics {
  p: Process
  readonly interpreter: Interpreter
  readonly vars: Variables
  functions: ReadonlyMap<string, ShellFunction>
  private functionsShared = false
  options: Options
  private optionsShared = false
  positionals: readonly string[] = []
  arg0 = 'bash'
  /** 'sh': as dash has it. */
  dialect: 'bash' | 'sh' = 'bash'
  /** Letters of `$-` beside the options: c, s. */
  origin = ''

  status = 0
  pipeStatus: readonly number[] = [0]
  /** `$$`: of the shell, also in its subshells. */
  shellPid: number
  shellPpid: number
  lastBackground: number | null = null
  lastArgument = ''
  /** What runs, for BASH_COMMAND: written out only if somebody asks. */
  command: string | Command = ''
  line = 0
  /** What a job's end is reported at: of the function or compound command that runs, or the end of what was read. */
  reportLine = 0
  /** The file that is being run, for messages. */
  file = ''
  mainFile = ''
  frames: Frame[] = []
  dirStack: string[] = []
  cwdName = '/'
  optPlace = 1
  optWord = 0

  unwind: Unwind = ''
  /** How many loops to leave yet. */
  levels = 0
  /** What `return` was given. */
  returned = 0
  loops = 0
  /** Within a condition: errexit and the ERR trap wait. */
  conditions = 0
  subshells = 0
  /** Command substitutions, and `eval`, `source` and traps inside each other. */
  subshellDepth = 0
  evaluations = 0
  functionDepth = 0
  isSubshell = false
  /** Its standard input was given to it: jobs in the background keep it. */
  inputGiven = false
  /** In the background without job control: INT and QUIT pass it by. */
  asynchronous = false
  /** Comes from `bash -c` or a file, not a person. */
  jobs: Job[] = []
  /** Ended background processes, for a `wait` that comes later. */
  readonly ended = new Map<number, number>()
  readonly traps = new Map<string, string>()
  /** Of the shell that this is a subshell of, as long as it sets none itself: only `trap` shows them. */
  parentTraps: ReadonlyMap<string, string> | null = null
  /** Ignored from the start: cannot be trapped. */
  readonly ignoredAtStart: ReadonlySet<Signal>
  inTrap = ''
  /** Kept from running in a child again. */
  trapDepth = 0
  /** Entries are replaced, never changed: subshells have them too. */
  readonly hashed = new Map<string, { readonly path: string; readonly hits: number }>()
  /** The PATH that these were found on. */
  hashedFor: string | undefined = undefined
  readonly aliases = new Map<string, string>()
  readonly disabled = new Set<string>()
  /** All builtins there are in its dialect. */
  builtinNames: ReadonlySet<string> = new Set()
  /** Variables that have lost their special meaning by `unset`. */
  readonly lostMeaning = new Set<string>()
  /** Process substitutions whose descriptors live until the command is over. */
  openSubstitutions: number[] = []
  substitutionChildren: Process[] = []
  /** The last (( )) was not valid. */
  failedArithmetic = false
  readonly readonlyFunctions = new Set<string>()
  /** What runs comes from `-c`, not a file. */
  fromString = false
  /** Somebody types what it runs. */
  interactive = false
  /** Status of the last command substitution of the command that runs. */
  substituted: number | null = null
  /** It runs the session's own script, or is a subshell of that. */
  outermost: boolean
  secondsAt: Micros
  secondsFrom = 0
  randomSeed = 0
  randomLast = -1
  private envAt = -1
  private held = 0

  constructor(p: Process, interpreter: Interpreter, from?: Shell) {
    this.p = p
    this.interpreter = interpreter
    this.shellPid = from?.shellPid ?? p.pid
    this.shellPpid = from?.shellPpid ?? p.ppid
    this.secondsAt = from?.secondsAt ?? p.kernel.now
    this.options = from === undefined ? new Options() : from.options
    if (from !== undefined) this.optionsShared = from.optionsShared = true
    this.vars = from === undefined ? new Variables() : from.vars.fork()
    this.functions = from === undefined ? new Map() : from.functions
    if (from !== undefined) this.functionsShared = from.functionsShared = true
    this.ignoredAtStart = from?.ignoredAtStart ?? new Set(p.ignored)
    this.randomSeed = from?.randomSeed ?? Math.floor(p.machine.random() * 4294967296) >>> 0
    this.outermost = from?.outermost ?? p.scriptLine === null
    if (from === undefined) return
    this.positionals = from.positionals
    this.arg0 = from.arg0
    this.dialect = from.dialect
    this.origin = from.origin
    this.status = from.status
    this.pipeStatus = from.pipeStatus
    this.lastBackground = from.lastBackground
    this.lastArgument = from.lastArgument
    this.command = from.command
    ;[this.line, this.reportLine] = [from.line, from.reportLine]
    this.file = from.file
    this.mainFile = from.mainFile
    this.frames = [...from.frames]
    this.dirStack = [...from.dirStack]
    this.cwdName = from.cwdName
    ;[this.optPlace, this.optWord] = [from.optPlace, from.optWord]
    this.loops = from.loops
    this.conditions = from.conditions
    this.subshells = from.subshells + 1
    this.subshellDepth = from.subshellDepth
    this.jobs = [...from.jobs]
    ;[this.evaluations, this.functionDepth] = [from.evaluations, from.functionDepth]
    this.isSubshell = true
    this.inputGiven = from.inputGiven
    this.asynchronous = from.asynchronous
    this.inTrap = from.inTrap
    this.interactive = from.interactive
    this.fromString = from.fromString
    this.builtinNames = from.builtinNames
    this.secondsFrom = from.secondsFrom
    for (const name of from.readonlyFunctions) this.readonlyFunctions.add(name)
    this.envAt = from.envAt
    // Bash reseeds in subshells, so that two of them do not draw the same numbers.
    this.randomLast = from.randomLast
    this.hashedFor = from.hashedFor
    for (const [name, entry] of from.hashed) this.hashed.set(name, entry)
    for (const [name, text] of from.aliases) this.aliases.set(name, text)
    for (const name of from.disabled) this.disabled.add(name)
    for (const name of from.lostMeaning) this.lostMeaning.add(name)
    for (const [pid, status] of from.ended) this.ended.set(pid, status)
    this.parentTraps = from.traps.size > 0 ? new Map(from.traps) : from.parentTraps
    for (const [name, text] of from.traps)
      if (text === '' || (name === 'ERR' && from.options.errtrace) || ((name === 'DEBUG' || name === 'RETURN') && from.options.functrace)) this.traps.set(name, text)
  }

  /** The functions, to define or drop one: a subshell and its parent share them until then. */
  ownFunctions(): Map<string, ShellFunction> {
    if (this.functionsShared) { this.functions = new Map(this.functions); this.functionsShared = false }
    return this.functions as Map<string, ShellFunction>
  }
  /** The options, to change one: shared in the same way. */
  ownOptions(): Options {
    if (this.optionsShared) { this.options = new Options(this.options); this.optionsShared = false }
    return this.options
  }

  // Messages.

  /** `x.sh: line 3: `. */
  get prefix(): string { return this.interactive && (this.file === '' || this.file === 'environment') ? `${this.arg0}: ` : this.dialect === 'sh' ? `${this.file || this.arg0}: ${this.line}: ` : `${this.file || this.arg0}: line ${this.line}: ` }
  complain(text: string): Run<unknown> { return this.p.write(2, `${this.prefix}${this.dialect === 'sh' ? dashWords(text) : text}\n`) }
  /** What an expansion says that fails, and the status that it leaves. */
  *faulted(fault: ExpansionFault): Run {
    if (!fault.told) yield* this.complain(fault.message)
    fault.told = true
    // Only what ends a shell that runs -c is told apart.
    return this.dialect === 'sh' ? 2 : fault.fatal && this.fromString && !this.isSubshell ? 127 : 1
  }
  *fail(text: string, status = 1): Run { yield* this.complain(text); return status }

  // Variables.

  private resolve(name: string): string {
    let at = name
    for (let depth = 0; depth < 8; depth++) {
      const v = this.vars.find(at)
      if (v === undefined || (v.flags & NAMEREF) === 0 || !v.value || v.value.includes('[')) return at
      at = v.value
    }
    return at
  }
  find(name: string): Variable | undefined {
    const v = this.vars.find(name)
    return v !== undefined && (v.flags & NAMEREF) !== 0 ? this.vars.find(this.resolve(name)) : v
  }
  get(name: string): string | undefined {
    const v = this.vars.find(name)
    if (v !== undefined) {
      if ((v.flags & NAMEREF) !== 0 && v.value) return this.throughReference(v.value)
      return v.indexed === null && v.assoc === null ? v.value : scalarOf(v)
    }
    return dynamicNamed(this, name) ?? arrayNamed(this, name)?.[0]
  }
  private throughReference(target: string): string | undefined {
    const [, name, key] = /^(\w+)\[(.*)\]$/s.exec(target) ?? []
    if (name === undefined) { const at = this.resolve(target); return this.find(at) === undefined ? dynamicNamed(this, at) : scalarOf(this.find(at)!) }
    return this.element(name, this.kind(name) === 'associative' ? key! : Number(key))
  }
  kind(name: string): VariableKind {
    const v = this.find(name)
    if (v === undefined) return arrayNamed(this, name) !== undefined ? 'indexed' : dynamicNamed(this, name) !== undefined ? 'scalar' : 'unset'
    return (v.flags & INDEXED) !== 0 ? 'indexed' : (v.flags & ASSOC) !== 0 ? 'associative' : 'scalar'
  }
  element(name: string, key: number | string): string | undefined {
    const v = this.find(name)
    if (v === undefined) { const values = arrayNamed(this, name); return values === undefined ? Number(key) === 0 ? dynamicNamed(this, name) : undefined : values[Number(key)] }
    return v.indexed !== null ? v.indexed.get(Number(key)) : v.assoc !== null ? v.assoc.get(String(key)) : Number(key) === 0 ? v.value : undefined
  }
  keys(name: string): readonly (number | string)[] {
    const v = this.find(name)
    if (v === undefined) return arrayNamed(this, name)?.map((_, i) => i) ?? (dynamicNamed(this, name) === undefined ? [] : [0])
    return v.indexed !== null ? v.indexed.keys() : v.assoc !== null ? hashOrder(v.assoc) : v.value === undefined ? [] : [0]
  }
  values(name: string): readonly string[] {
    const v = this.find(name)
    if (v === undefined) { const one = arrayNamed(this, name); if (one !== undefined) return one; const value = dynamicNamed(this, name); return value === undefined ? [] : [value] }
    return v.indexed !== null ? v.indexed.values() : v.assoc !== null ? hashOrder(v.assoc).map(key => v.assoc!.get(key)!) : v.value === undefined ? [] : [v.value]
  }
  attributes(name: string): string {
    const v = this.find(name)
    return v === undefined ? arrayNamed(this, name) === undefined ? '' : 'a' : attributesOf(v)
  }
  nameref(name: string): string | undefined {
    const v = this.vars.find(name)
    return v !== undefined && (v.flags & NAMEREF) !== 0 ? v.value ?? '' : undefined
  }
  names(prefix: string): readonly string[] {
    const found: string[] = []
    for (const [name, v] of this.vars.visible()) if (name.startsWith(prefix) && isSet(v)) found.push(name)
    for (const name of dynamicNames(this, prefix)) if (!found.includes(name)) found.push(name)
    return found.sort()
  }

  set(name: string, value: string): void { this.assign(name, value, false) }
  /** As an assignment statement does. */
  assign(name: string, value: string, append: boolean): void {
    const target = this.resolve(name)
    const v = this.vars.find(target)
    if (v !== undefined && (v.flags & NAMEREF) !== 0 && v.value?.includes('[')) {
      const [, array, key] = /^(\w+)\[(.*)\]$/s.exec(v.value) ?? []
      if (array !== undefined) return this.setElement(array, this.kind(array) === 'associative' ? key! : Number(key), append ? (this.get(name) ?? '') + value : value)
    }
    if (v === undefined) {
      if (setDynamic(this, target, value)) return
      this.write(this.vars.ensure(target), value, append)
      return
    }
    this.write(this.vars.own(target, v), value, append, target)
  }
  /** Into a variable that is this shell's own. */
  write(v: Variable, value: string, append = false, name = ''): void {
    if (v.flags !== 0 || this.options.allexport || v.indexed !== null) {
      if ((v.flags & READONLY) !== 0) throw new ExpansionFault(`${name}: readonly variable`, { fatal: false })
      if (this.options.allexport) v.flags |= EXPORT
      if ((v.flags & EXPORT) !== 0) this.vars.exports++
      if ((v.flags & NAMEREF) !== 0) { v.value = value; return }
      value = convert(this, v, value, append ? scalarOf(v) ?? '' : null)
      if ((v.flags & INDEXED) !== 0) (v.indexed ??= new Indexed()).set(0, value)
      else if ((v.flags & ASSOC) !== 0) (v.assoc ??= new Map()).set('0', value)
      else v.value = value
      return
    }
    v.value = append && v.value !== undefined ? v.value + value : value
    if (v.value.length > 65_536) this.hold(v.value.length)
  }
  setElement(name: string, key: number | string, value: string): void { this.assignElement(name, key, value, false) }
  assignElement(name: string, key: number | string, value: string, append: boolean): void {
    const target = this.resolve(name), v = this.vars.ensure(target)
    if ((v.flags & READONLY) !== 0) throw new ExpansionFault(`${target}: readonly variable`, { fatal: false })
    if ((v.flags & ARRAY) === 0) this.makeIndexed(v)
    value = convert(this, v, value, append ? this.element(target, key) ?? '' : null)
    if ((v.flags & ASSOC) !== 0) (v.assoc ??= new Map()).set(String(key), value)
    else (v.indexed ??= new Indexed()).set(Number(key), value)
    if (value.length > 65_536) this.hold(value.length)
  }
  /** A scalar becomes element 0. */
  makeIndexed(v: Variable): void {
    v.flags |= INDEXED
    if (v.value !== undefined) v.indexed = new Indexed([v.value])
    v.value = undefined
  }
  resolved(name: string): string { return this.resolve(name) }
  /** What it may keep is limited; counted roughly, by what large values bring. */
  private hold(bytes: number): void {
    this.held += bytes
    if (this.held > this.p.machine.limits.held) {
      let sum = 0
      for (const v of this.vars.visible().values()) {
        sum += v.value?.length ?? 0
        for (const each of v.indexed?.items.values() ?? v.assoc?.values() ?? []) sum += each.length
      }
      this.held = sum
      this.p.machine.checkHeld(sum)
    }
  }
  unset(name: string): void {
    this.vars.unset(name)
    if (isName(name)) this.lostMeaning.add(name)
  }
  /** The exported variables, for a program. */
  environment(): ReadonlyMap<string, string> {
    if (this.envAt !== this.vars.exports) {
      const env = new Map<string, string>()
      for (const [name, v] of this.vars.visible()) if ((v.flags & EXPORT) !== 0 && v.value !== undefined) env.set(name, v.value)
      for (const [name, f] of this.functions) if (f.exported) env.set(`BASH_FUNC_${name}%%`, functionText(name, f.body).slice(name.length + 1).replace(/^\(\) \n/, '() '))
      this.p.env = env
      this.envAt = this.vars.exports
    }
    return this.p.env
  }

  // The rest of Scope.

  substitute(command: CommandSubstitution): Run<string> { return this.interpreter.substitute(this, command) }
  process(substitution: ProcessSubstitution): Run<string> { return this.interpreter.processSubstitution(this, substitution) }
  get tree(): Tree { return this.p.machine.tree }
  get cwd(): Directory { return this.p.cwd }
  home(user: string): string | undefined { return homeOf(this.tree, this.p.cwd, user) }
  prompt(text: string): string { return this.interpreter.expandPrompt(this, text) }

  /** Deeper than any script that means it. */
  deeper(): void {
    if (++this.functionDepth > this.p.machine.limits.depth) throw new Runaway(`functions, subshells or files nested too deeply: more than ${this.p.machine.limits.depth}`, this.line)
  }
  /** How often the first character of PS4 is repeated. */
  traceDepth(): number { return this.subshellDepth + this.evaluations + 1 }
  /** The value of an arithmetic expression. */
  integer(text: string): number | bigint { return evaluate(this, text) }
  isSet(name: string): boolean { return variableIsSet(this, name) }
  isReference(name: string): boolean { return ((this.vars.find(name)?.flags ?? 0) & NAMEREF) !== 0 }
  isFatalPending(): boolean { return this.p.pending.length > 0 && isFatal(this.p.pending, this.traps) }
  /** The line of the session's own script that this comes from. */
  scriptLine(): number | null {
    const { p } = this
    if (!this.outermost) return p.scriptLine
    if (this.file === this.mainFile) return this.line
    for (let i = this.frames.length - 1; i >= 0; i--) if (this.frames[i]!.callerFile === this.mainFile) return this.frames[i]!.line
    return p.scriptLine ?? this.line
  }
}
