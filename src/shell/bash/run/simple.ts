/**
 * Simple commands: expansion, assignments before the command, redirections, and who runs it: a function, a builtin, a program on PATH.
 *
 * Most commands of a loop are builtins whose words need nothing that could wait: they run without a generator. Everything else takes the long way.
 * Source: bash(1) 5.2, SIMPLE COMMAND EXPANSION, COMMAND EXECUTION.
 */
import { TURN, type Run } from '../../kernel/wait.ts'
import type { Assignment, Simple, Subscript, Word } from '../../syntax/tree.ts'
import { literalWord } from '../../syntax/words.ts'
import { builtinNamed, DECLARATIONS, type Argument } from '../builtins/table.ts'
import { SPECIAL } from '../builtins/names.ts'
import { ExpansionFault } from '../expand/scope.ts'
import { expandText, expandWords, expandWordsNow } from '../expand/words.ts'
import { forget, redirect, restore, type Saved } from '../redirect.ts'
import type { Shell, Status } from '../state.ts'
import { debugTrap } from '../traps.ts'
import { singleQuoted, traced } from '../values.ts'
import { EXPORT, READONLY } from '../variables.ts'
import { assign, assignNow, entriesOf, isWord, trace } from './assign.ts'
import { external } from './external.ts'
import { callFunction } from './functions.ts'
import { shownRedirections } from './shown.ts'
import { closeSubstitutions } from './substitute.ts'

/** One more statement at this line. */
export function tick(sh: Shell, line: number): void {
  const { p } = sh, { machine } = p
  sh.line = line
  p.line = line
  machine.countStatement(p, line)
  p.charge(machine.costs.statement)
  if (machine.observers.length > 0) for (const observer of machine.observers) observer.statement?.(p, line, sh.file)
}
export function* gone(): Run { for (;;) yield TURN }

export function simple(sh: Shell, c: Simple, last: boolean): Status {
  tick(sh, c.line)
  if (sh.p.dead) return gone()
  if (sh.inTrap === '') sh.command = c
  const { words, assignments } = c
  if (c.redirections.length > 0 || sh.options.xtrace || sh.p.machine.observers.length > 0 || (sh.traps.size > 0 && sh.traps.has('DEBUG'))) return long(sh, c, last)
  if (words.length === 0) {
    for (const a of assignments) if (a.subscript !== null || !isWord(a.value) || a.value.blocks) return long(sh, c, last)
    for (const a of assignments) assignNow(sh, a)
    sh.lastArgument = ''
    return 0
  }
  if (assignments.length > 0) return long(sh, c, last)
  for (const word of words) if (word.blocks || word.assignment !== null) return long(sh, c, last)
  const argv = valuesNow(sh, words)
  if (argv.length === 0) return 0
  sh.lastArgument = argv[argv.length - 1]!
  const name = argv[0]!, f = sh.functions.get(name)
  if (f !== undefined) return callFunction(sh, f, argv)
  const builtin = builtinNamed(sh, name)
  if (builtin !== undefined && name !== 'exec') return builtin(sh, argv)
  return long(sh, c, last, argv)
}
function valuesNow(sh: Shell, words: readonly Word[]): string[] {
  const argv: string[] = []
  for (const { literal } of words) {
    if (literal === null) return expandWordsNow(sh, words)
    argv.push(literal)
  }
  return argv
}

function* long(sh: Shell, c: Simple, last: boolean, ready?: string[]): Run {
  if (sh.traps.size > 0 && sh.traps.has('DEBUG')) {
    yield* debugTrap(sh, c)
    if (sh.unwind !== '') return sh.status
    sh.line = c.line
  }
  const open = sh.openSubstitutions.length
  sh.substituted = null
  try {
    const argv = ready ?? (yield* wordsOf(sh, c.words))
    if (argv.length === 0) {
      if (c.redirections.length > 0 && sh.p.machine.observers.length > 0 && !told(sh, c, argv)) return yield* gone()
      return yield* withoutCommand(sh, c)
    }
    const strings = argv as string[]
    if (sh.options.xtrace && c.assignments.length === 0) yield* trace(sh, argv.map(shownTraced).join(' '))
    if (sh.p.machine.observers.length > 0 && !told(sh, c, argv)) return yield* gone()
    const end = argv[argv.length - 1]!
    sh.lastArgument = typeof end === 'string' ? end : end.shown
    return c.assignments.length === 0 ? yield* dispatch(sh, c, strings, last) : yield* withAssignments(sh, c, strings, last)
  } finally {
    if (sh.openSubstitutions.length > open) closeSubstitutions(sh, open)
  }
}
/** To those who watch. False: that was the end of the process. */
function told(sh: Shell, c: Simple, argv: readonly Argument[]): boolean {
  let words: readonly string[] | null = null, redirections: readonly string[] = []
  for (const observer of sh.p.machine.observers) {
    if (observer.command === undefined) continue
    if (words === null) {
      words = argv.map(each => typeof each === 'string' ? each : each.shown)
      redirections = shownRedirections(sh, c.redirections)
    }
    observer.command(sh.p, c.line, words, redirections)
  }
  return !sh.p.dead
}
/** The words of `declare` and its like that assign stay assignments. */
function* wordsOf(sh: Shell, words: readonly Word[]): Run<Argument[]> {
  let declares = false
  for (const word of words) if (word.assignment !== null) declares = true
  if (!declares) return yield* expandWords(sh, words)
  const argv: Argument[] = []
  for (const word of words) {
    if (word.assignment === null) argv.push(...yield* expandWords(sh, [word]))
    else {
      const { name, subscript, append, value } = word.assignment
      if (!isWord(value)) { argv.push(sh.options.xtrace ? yield* tracedArray(sh, word.assignment, argv) : { assignment: word.assignment, shown: word.text }); continue }
      // Expanded once, before the command runs; the builtin gets what it came to.
      const text = yield* expandText(sh, value), shown = `${name}${subscript === null ? '' : `[${subscript.text}]`}${append ? '+' : ''}=${text}`
      argv.push({ assignment: { ...word.assignment, value: { ...value, literal: text, plain: true, braces: false, blocks: false, parts: [{ kind: 'text', text, quoted: true }] } }, shown })
    }
  }
  return DECLARATIONS.has(argv[0] as string) ? argv : argv.map(each => typeof each === 'string' ? each : each.shown)
}

const shownTraced = (each: Argument): string => typeof each === 'string' ? traced(each) : isWord(each.assignment.value) ? traced(each.shown) : each.shown
/** Of `declare -a x=(…)` the elements are traced first, as they come out; and the command then without them. */
function* tracedArray(sh: Shell, assignment: Assignment, argv: readonly Argument[]): Run<Argument> {
  const { name, append } = assignment, associative = argv.some(each => typeof each === 'string' && /^-\w*A/.test(each)) || sh.kind(name) === 'associative'
  const entries = yield* entriesOf(sh, assignment.value as Exclude<Assignment['value'], Word>, associative, name)
  const value = entries.map(each => ({ subscript: each.key === null ? null : subscriptOf(String(each.key)), append: each.append, value: literalWord(each.value) }))
  yield* trace(sh, `${name}${append ? '+' : ''}=(${entries.map(each => `${each.key === null ? '' : `[${associative ? singleQuoted(String(each.key)) : each.key}]=`}${singleQuoted(each.value)}`).join(' ')})`)
  return { assignment: { ...assignment, value }, shown: name }
}
const subscriptOf = (key: string): Subscript => ({ text: key, all: null, key: literalWord(key), index: { word: literalWord(key), text: key, compiled: null } })

/** Assignments and redirections alone. */
function* withoutCommand(sh: Shell, c: Simple): Run {
  for (const a of c.assignments) yield* assign(sh, a)
  sh.lastArgument = ''
  const status = sh.substituted ?? 0
  if (c.redirections.length === 0) return status
  const saved: Saved[] = []
  try {
    return (yield* redirect(sh, c.redirections, saved)) ? sh.substituted ?? status : refused(sh)
  } finally {
    restore(sh, saved)
  }
}
/** They are variables as long as the command runs. */
function* withAssignments(sh: Shell, c: Simple, argv: string[], last: boolean): Run {
  if ((sh.dialect === 'sh' || sh.options.posix) && SPECIAL.has(argv[0]!) && !sh.functions.has(argv[0]!)) {
    for (const a of c.assignments) yield* assign(sh, a)
    return yield* dispatch(sh, c, argv, last)
  }
  const depth = sh.vars.scopes.length
  sh.vars.enterTemporary()
  try {
    for (const a of c.assignments) {
      try {
        const before = sh.find(a.name)
        if (before !== undefined && (before.flags & READONLY) !== 0) throw new ExpansionFault(`${a.name}: readonly variable`, { fatal: false })
        if (a.subscript !== null || !isWord(a.value)) { sh.vars.ensureTemporary(a.name); yield* assign(sh, a); continue }
        // What it is may name what was there: PATH=.:$PATH.
        const text = yield* expandText(sh, a.value), v = sh.vars.ensureTemporary(a.name)
        if (sh.options.xtrace) yield* trace(sh, `${a.name}=${text === '' ? '' : traced(text)}`)
        if (before?.value !== undefined && a.append) v.value = before.value
        v.flags |= EXPORT
        sh.write(v, text, a.append, a.name)
      } catch (fault) {
        if (!(fault instanceof ExpansionFault) || fault.fatal || !fault.message.endsWith(': readonly variable')) throw fault
        yield* sh.complain(fault.message)
      }
    }
    if (sh.options.xtrace) yield* trace(sh, (argv as Argument[]).map(shownTraced).join(' '))
    return yield* dispatch(sh, c, argv, last)
  } finally {
    sh.vars.scopes.length = depth
    sh.vars.exports++
  }
}

/** After a redirection that failed. A special builtin takes the shell with it where POSIX rules. */
function refused(sh: Shell, name = ''): number {
  if ((sh.dialect === 'sh' || sh.options.posix) && SPECIAL.has(name)) {
    sh.unwind = 'exit'
    sh.status = sh.dialect === 'sh' ? 2 : 1
  }
  return sh.dialect === 'sh' ? 2 : 1
}
function* dispatch(sh: Shell, c: Simple, argv: string[], last: boolean): Run {
  const name = argv[0]!, f = sh.functions.get(name), builtin = f === undefined ? builtinNamed(sh, name) : undefined
  if (f === undefined && builtin === undefined) return yield* external(sh, argv, c, last)
  if (c.redirections.length === 0) {
    const answer = f !== undefined ? callFunction(sh, f, argv) : builtin!(sh, argv)
    return typeof answer === 'number' ? answer : yield* answer
  }
  const saved: Saved[] = []
  try {
    if (!(yield* redirect(sh, c.redirections, saved))) return refused(sh, f === undefined ? name : '')
    const answer = f !== undefined ? callFunction(sh, f, argv) : builtin!(sh, argv), status = typeof answer === 'number' ? answer : yield* answer
    // What `exec` without a command has redirected stays so.
    if (name === 'exec' && status === 0) forget(sh, saved)
    return status
  } finally {
    restore(sh, saved)
  }
}

/** A command that a builtin runs: `command`, `builtin`. */
export function runWords(sh: Shell, argv: readonly string[], how: { functions: boolean; builtins: boolean; path?: string }): Status {
  const name = argv[0]!, f = how.functions ? sh.functions.get(name) : undefined
  if (f !== undefined) return callFunction(sh, f, argv)
  const builtin = how.builtins ? builtinNamed(sh, name) : undefined
  return builtin !== undefined ? builtin(sh, [...argv]) : external(sh, argv, null, false, how.path)
}
