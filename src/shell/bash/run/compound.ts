/**
 * Compound commands: branches, loops, case, groups, subshells, functions, (( )) and [[ ]], coprocesses.
 * `break`, `continue`, `return` and `exit` set what is being left (`unwind`), and whoever it concerns takes it back.
 * Source: bash(1) 5.2, Compound Commands.
 */
import type { Run } from '../../kernel/wait.ts'
import { globMatcher } from '../../regex/glob.ts'
import type { ArithmeticFor, ArithmeticText, Case, Command, Coproc, For, If, List, Select, Subshell, While } from '../../syntax/tree.ts'
import { ArithmeticFault } from '../../syntax/arithmetic.ts'
import { ExpansionFault } from '../expand/scope.ts'
import { evaluateArithmetic, evaluateArithmeticNow, expandPattern, expandText, expandWords } from '../expand/words.ts'
import { addJob, foregroundNotice, waitFor } from '../jobs.ts'
import { readLine } from '../read.ts'
import { redirect, restore, type Saved } from '../redirect.ts'
import type { Shell, Status } from '../state.ts'
import { debugTrap } from '../traps.ts'
import { commandText } from '../unparse.ts'
import { Indexed, INDEXED } from '../variables.ts'
import { setArray, trace } from './assign.ts'
import { conditional } from './conditional.ts'
import { forkShell } from './life.ts'
import { report } from './lists.ts'
import { simple, tick, gone } from './simple.ts'

export function runCommand(sh: Shell, c: Command, last: boolean): Status {
  if (sh.options.noexec) return sh.status
  if (c.kind === 'simple') return simple(sh, c, last)
  if (c.redirections.length > 0 && c.kind !== 'subshell' && c.kind !== 'function') return redirected(sh, c)
  return bare(sh, c, last)
}
function* redirected(sh: Shell, c: Command): Run {
  const saved: Saved[] = [], open = sh.openSubstitutions.length
  sh.line = c.line
  try {
    if (!(yield* redirect(sh, c.redirections, saved))) return sh.dialect === 'sh' ? 2 : 1
    const answer = bare(sh, c, false)
    return typeof answer === 'number' ? answer : yield* answer
  } catch (fault) {
    // Said while standard error still goes where the command sent it.
    if (fault instanceof ExpansionFault) yield* sh.faulted(fault)
    throw fault
  } finally {
    restore(sh, saved)
    while (sh.openSubstitutions.length > open) sh.p.close(sh.openSubstitutions.pop()!)
  }
}
function bare(sh: Shell, c: Command, last: boolean): Status {
  switch (c.kind) {
    case 'simple': return simple(sh, c, last)
    case 'if': return runIf(sh, c)
    case 'for': return runFor(sh, c)
    case 'while': return runWhile(sh, c)
    case 'group': return sh.interpreter.list(sh, c.body)
    case 'case': return runCase(sh, c)
    case 'arithmetic-command': return arithmetic(sh, c.expression, c.line)
    case 'conditional': return test(sh, c)
    case 'arithmetic-for': return runArithmeticFor(sh, c)
    case 'subshell': return subshell(sh, c, last)
    case 'select': return runSelect(sh, c)
    case 'coproc': return coproc(sh, c)
    case 'function': {
      const { name, body, text } = c
      const old = sh.functions.get(name)
      if (sh.readonlyFunctions.has(name)) { sh.line = c.line; return sh.fail(`${name}: readonly function`) }
      sh.ownFunctions().set(name, { name, body, text, file: sh.file === '' || sh.fromString ? 'environment' : sh.file, line: c.line, exported: old?.exported ?? sh.options.allexport })
      return 0
    }
  }
}

function* condition(sh: Shell, list: List): Run {
  sh.conditions++
  try {
    return yield* sh.interpreter.list(sh, list)
  } finally {
    sh.conditions--
  }
}
function* runIf(sh: Shell, { branches, otherwise }: If): Run {
  for (const { test, body } of branches) {
    const status = yield* condition(sh, test)
    if (sh.unwind !== '') return status
    if (status === 0) return yield* sh.interpreter.list(sh, body)
  }
  return otherwise === null ? 0 : yield* sh.interpreter.list(sh, otherwise)
}

/** After a round of a loop: whether it goes on. */
function goesOn(sh: Shell): boolean {
  if (sh.unwind === '') return true
  if (sh.unwind !== 'break' && sh.unwind !== 'continue') return false
  if (--sh.levels > 0) return false
  const again = sh.unwind === 'continue'
  sh.unwind = ''
  return again
}
function* runWhile(sh: Shell, { until, test, body }: While): Run {
  let status = 0
  sh.loops++
  try {
    for (;;) {
      const answer = yield* condition(sh, test)
      if (sh.unwind !== '') {
        if (!goesOn(sh)) return (sh.unwind as string) === '' ? 0 : answer
        continue
      }
      if ((answer === 0) === until) return status
      status = yield* sh.interpreter.list(sh, body)
      if (!goesOn(sh)) return status
    }
  } finally {
    sh.loops--
  }
}
function* runFor(sh: Shell, c: For): Run {
  const { reportLine } = sh
  sh.line = c.line
  const values = c.words === null ? [...sh.positionals] : yield* expandWords(sh, c.words)
  const head = c.words === null ? `for ${c.name} in "$@"` : `for ${c.name} in ${c.words.map(each => each.text).join(' ')}`
  let status = 0
  if (!/^[A-Za-z_]\w*$/.test(c.name)) return yield* sh.fail(`\`${c.name}': not a valid identifier`)
  sh.loops++
  sh.reportLine = c.line
  try {
    for (const value of values) {
      tick(sh, c.line)
      if (sh.p.dead) return yield* gone()
      if (sh.options.xtrace) yield* trace(sh, head)
      if (sh.traps.size > 0) yield* debugTrap(sh, head)
      try {
        sh.assign(c.name, value, false)
      } catch (fault) {
        if (!(fault instanceof ExpansionFault)) throw fault
        yield* sh.complain(fault.message)
        return 1
      }
      status = yield* sh.interpreter.list(sh, c.body)
      if (!goesOn(sh)) break
    }
    return status
  } finally {
    sh.loops--
    sh.reportLine = reportLine
  }
}
function* runArithmeticFor(sh: Shell, { initial, test, step, body, line }: ArithmeticFor): Run {
  let status = 0
  const value = function* (text: ArithmeticText | null): Run<boolean | null> {
    if (text === null) return true
    const answer = arithmetic(sh, text, line), n = typeof answer === 'number' ? answer : yield* answer
    return n > 1 ? null : n === 0
  }
  if ((yield* value(initial)) === null && initial !== null && sh.failedArithmetic) return 1
  sh.loops++
  try {
    for (;;) {
      const on = yield* value(test)
      if (sh.failedArithmetic) return 1
      if (on !== true) return status
      status = yield* sh.interpreter.list(sh, body)
      if (!goesOn(sh)) return status
      yield* value(step)
      if (sh.failedArithmetic) return 1
    }
  } finally {
    sh.loops--
  }
}

/** (( )): 0 if it is not zero. */
function arithmetic(sh: Shell, expression: ArithmeticText, line: number): Status {
  tick(sh, line)
  sh.failedArithmetic = false
  if (expression.word.blocks || sh.options.xtrace || sh.traps.size > 0) return arithmeticSlowly(sh, expression)
  if (sh.p.dead) return gone()
  try {
    return Number(evaluateArithmeticNow(sh, expression)) === 0 ? 1 : 0
  } catch (fault) {
    return faulty(sh, fault, '((')
  }
}
function* arithmeticSlowly(sh: Shell, expression: ArithmeticText): Run {
  yield* debugTrap(sh, `((${expression.text}))`)
  if (sh.p.dead) return yield* gone()
  try {
    if (sh.options.xtrace) yield* trace(sh, `(( ${yield* expandText(sh, expression.word)} ))`)
    return Number(yield* evaluateArithmetic(sh, expression)) === 0 ? 1 : 0
  } catch (fault) {
    return yield* faulty(sh, fault, '((')
  }
}
/** What goes wrong in (( )) and [[ ]] is only a false command. */
function faulty(sh: Shell, fault: unknown, where: string): Run {
  if (fault instanceof ArithmeticFault && !fault.fatal || fault instanceof ExpansionFault && /(?:readonly variable|bad array subscript)$/.test(fault.message)) {
    sh.failedArithmetic = true
    return sh.fail(fault instanceof ExpansionFault && /readonly variable$/.test(fault.message) ? fault.message : `${where}: ${fault.message}`)
  }
  throw fault
}
function test(sh: Shell, c: Extract<Command, { kind: 'conditional' }>): Status {
  tick(sh, c.line)
  if (sh.p.dead) return gone()
  const answer = conditional(sh, c.test)
  return typeof answer === 'boolean' ? answer ? 0 : 1 : answer
}

function* runCase(sh: Shell, c: Case): Run {
  const { reportLine } = sh
  tick(sh, c.line)
  if (sh.traps.size > 0) yield* debugTrap(sh, `case ${c.word.text} in `)
  if (sh.options.xtrace) yield* trace(sh, `case ${c.word.text} in`)
  if (sh.p.dead) return yield* gone()
  sh.reportLine = c.line
  try {
    sh.substituted = null
    const text = c.word.literal ?? (yield* expandText(sh, c.word)), { extglob, nocasematch } = sh.options
    if (sh.substituted !== null) sh.status = sh.substituted
    let status = 0, through = false
    for (const { patterns, body, end } of c.items) {
      if (!through && !(yield* matchesAny(sh, text, patterns, { extglob, icase: nocasematch }))) continue
      through = false
      if (body.length > 0) status = yield* sh.interpreter.list(sh, body)
      else status = 0
      if (sh.unwind !== '' || end === ';;') return status
      through = end === ';&'
    }
    return status
  } finally {
    sh.reportLine = reportLine
  }
}
function* matchesAny(sh: Shell, text: string, patterns: Case['items'][number]['patterns'], options: { extglob: boolean; icase: boolean }): Run<boolean> {
  for (const pattern of patterns) {
    if (pattern.literal !== null && !options.icase ? pattern.literal === text : globMatcher(yield* expandPattern(sh, pattern), options).matches(text)) return true
  }
  return false
}

function* subshell(sh: Shell, c: Subshell, last: boolean): Run {
  const inside = function* (copy: Shell): Run {
    if (c.redirections.some(r => (r.fd ?? (r.kind !== 'file' || r.operator.startsWith('<') ? 0 : 1)) === 0)) copy.inputGiven = true
    copy.jobs = []
    copy.loops = 0
    return (yield* redirect(copy, c.redirections, null)) ? yield* copy.interpreter.list(copy, c.body, true) : 1
  }
  sh.line = c.line
  if (sh.inTrap === '') sh.command = c
  if (last && sh.isSubshell && sh.traps.size === 0) {
    sh.subshells++
    return yield* inside(sh)
  }
  const open = sh.openSubstitutions.length
  const child = yield* forkShell(sh, inside)
  if (child === null) return sh.status
  yield* waitFor(sh, [child])
  const words = foregroundNotice(sh, [{ child, text: commandText(c) }])
  if (words !== '') yield* sh.p.write(2, words)
  if (sh.jobs.length > 0) yield* report(sh, false)
  while (sh.openSubstitutions.length > open) sh.p.close(sh.openSubstitutions.pop()!)
  return child.exit!.status
}

function* runSelect(sh: Shell, c: Select): Run {
  const values = c.words === null ? [...sh.positionals] : yield* expandWords(sh, c.words)
  if (values.length === 0) return 0
  const menu = values.map((value, i) => `${String(i + 1).padStart(String(values.length).length)}) ${value}\n`).join('')
  let status = 0, show = true
  sh.loops++
  try {
    for (;;) {
      tick(sh, c.line)
      if (sh.options.xtrace) yield* trace(sh, `select ${c.name} in ${c.words?.map(each => each.text).join(' ') ?? '"$@"'}`)
      yield* sh.p.write(2, `${show ? menu : ''}${sh.get('PS3') ?? '#? '}`)
      const line = yield* readLine(sh.p, 0, '\n')
      if (line === null) {
        yield* sh.p.write(1, '\n')
        return 1
      }
      sh.assign('REPLY', line, false)
      show = line === ''
      if (show) continue
      sh.assign(c.name, /^\d+$/.test(line.trim()) ? values[Number(line) - 1] ?? '' : '', false)
      status = yield* sh.interpreter.list(sh, c.body)
      if (!goesOn(sh)) return status
      show = sh.get('REPLY') === ''
    }
  } finally {
    sh.loops--
  }
}

function* coproc(sh: Shell, c: Coproc): Run {
  const { p } = sh, [fromChild, childOut] = p.pipe(), [childIn, toChild] = p.pipe()
  const child = yield* forkShell(sh, copy => {
    copy.jobs = []
    const answer = copy.interpreter.command(copy, c.body, true)
    return typeof answer === 'number' ? (function* (): Run { return answer })() : answer
  }, { fds: new Map(p.fds).set(0, childIn).set(1, childOut), background: true })
  if (child === null) return sh.status
  const reads = p.install(fromChild, 60), writes = p.install(toChild, 60)
  p.closeOnExec.add(reads)
  p.closeOnExec.add(writes)
  addJob(sh, [{ child, text: c.text }], c.text)
  const v = sh.vars.ensureGlobal(c.name)
  v.flags |= INDEXED
  v.indexed = new Indexed()
  setArray(sh, c.name, v, [{ key: 0, value: String(reads), append: false }, { key: 1, value: String(writes), append: false }], false)
  sh.assign(`${c.name}_PID`, String(child.pid), false)
  sh.lastBackground = child.pid
  return 0
}
