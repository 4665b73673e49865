/**
 * Lists, and-or lists, pipelines, background jobs. A command whose failure nobody looks at runs the ERR trap and ends the shell under errexit: not in
 * conditions, not left of && and ||, not after `!`, and not for compound commands, in which the command itself has failed already.
 * Source: bash(1) 5.2, SHELL GRAMMAR; POSIX.1-2017 2.8.1.
 */
import { SECOND, type Micros } from '../../../base/time.ts'
import type { OpenFile } from '../../kernel/open-file.ts'
import type { Process } from '../../kernel/process.ts'
import { TURN, type Run } from '../../kernel/wait.ts'
import type { Command, List, Pipeline, Statement } from '../../syntax/tree.ts'
import { addJob, foregroundNotice, lastOf, notify, waitFor } from '../jobs.ts'
import { restore, type Saved } from '../redirect.ts'
import type { Shell } from '../state.ts'
import { failure } from '../traps.ts'
import { commandText, statementText } from '../unparse.ts'
import { forkShell } from './life.ts'

const NONE: readonly number[] = [0], ONE: readonly number[] = [1]
export const alone = (status: number): readonly number[] => status === 0 ? NONE : status === 1 ? ONE : [status]

export function* runList(sh: Shell, list: List, last = false): Run {
  const { p } = sh, { slice } = p.machine.costs
  for (let i = 0; i < list.length; i++) {
    const st = list[i]!, pl = st.pipelines[0]!
    if (p.debt >= slice) yield* p.settle()
    if (st.background) sh.status = yield* background(sh, st)
    else if (st.pipelines.length > 1) sh.status = yield* andOr(sh, st, last && i === list.length - 1)
    else if (pl.commands.length !== 1 || pl.negated || pl.time !== null) {
      sh.status = yield* runPipeline(sh, pl, last && i === list.length - 1)
      if (sh.status !== 0 && sh.unwind === '' && sh.conditions === 0 && !pl.negated && (pl.commands.length > 1 || isLeaf(pl))) yield* failure(sh)
    } else {
      const command = pl.commands[0]!, answer = sh.interpreter.command(sh, command, last && i === list.length - 1)
      const status = typeof answer === 'number' ? answer : yield* answer
      sh.status = status
      if (isLeafKind(command.kind)) {
        sh.pipeStatus = alone(status)
        if (status !== 0 && sh.conditions === 0 && sh.unwind === '') yield* failure(sh)
      }
    }
    if (p.pending.length > 0) yield* sh.interpreter.deliver(sh)
    while (p.dead) yield TURN
    if (sh.unwind !== '') break
  }
  return sh.status
}
const isLeafKind = (kind: Command['kind']): boolean => kind === 'simple' || kind === 'subshell' || kind === 'conditional' || kind === 'arithmetic-command'
const isLeaf = (pl: Pipeline): boolean => pl.commands.length === 1 && isLeafKind(pl.commands[0]!.kind)

function* andOr(sh: Shell, st: Statement, last: boolean): Run {
  const { pipelines, operators } = st
  let status = 0
  for (let i = 0; i < pipelines.length; i++) {
    if (i > 0 && (operators[i - 1] === '&&') !== (status === 0)) continue
    const pl = pipelines[i]!, final = i === pipelines.length - 1
    if (!final) sh.conditions++
    try {
      status = yield* runPipeline(sh, pl, final && last)
    } finally {
      if (!final) sh.conditions--
    }
    sh.status = status
    if (sh.p.pending.length > 0) yield* sh.interpreter.deliver(sh)
    while (sh.p.dead) yield TURN
    if (sh.unwind !== '') break
    if (final && status !== 0 && sh.conditions === 0 && !pl.negated && (pl.commands.length > 1 || isLeaf(pl))) yield* failure(sh)
  }
  return status
}

function* runPipeline(sh: Shell, pl: Pipeline, last: boolean): Run {
  if (pl.time !== null) return yield* timed(sh, pl)
  if (!pl.negated) return yield* plain(sh, pl, last)
  sh.conditions++
  try {
    const status = yield* plain(sh, pl, false)
    return sh.unwind === '' ? status === 0 ? 1 : 0 : status
  } finally {
    sh.conditions--
  }
}
function* plain(sh: Shell, pl: Pipeline, last: boolean): Run {
  const { commands } = pl
  if (commands.length === 0) return 0
  if (commands.length > 1) return yield* piped(sh, pl)
  const answer = sh.interpreter.command(sh, commands[0]!, last), status = typeof answer === 'number' ? answer : yield* answer
  if (isLeafKind(commands[0]!.kind)) sh.pipeStatus = alone(status)
  return status
}

interface Part { readonly child: Process; readonly text: string }
/** Each part is a process of its own. null: not all could be started. */
function* start(sh: Shell, commands: readonly Command[], { operators }: Pipeline, how: { background: boolean; until: number }): Run<{ parts: Part[]; rest: OpenFile | null }> {
  const { p } = sh, parts: Part[] = []
  let input: OpenFile | null = null
  for (let i = 0; i < how.until; i++) {
    const command = commands[i]!, fds = new Map(p.fds)
    const [reading, writing] = i < commands.length - 1 ? p.pipe() : [null, null]
    if (input !== null) fds.set(0, input)
    else if (how.background && !sh.inputGiven && !sh.options.monitor && !redirectsInput(command)) {
      const none = yield* p.openFile('/dev/null', { read: true })
      if ('read' in none) fds.set(0, none)
    }
    if (writing !== null) {
      fds.set(1, writing)
      if (operators[i] === '|&') fds.set(2, writing)
    }
    const given = input !== null || redirectsInput(command)
    const child: Process | null = yield* forkShell(sh, copy => { if (given) copy.inputGiven = true; return partOf(copy, command) }, { fds, background: how.background, ...(sh.options.monitor && { pgid: parts[0]?.child.pgid ?? 0 }) })
    if (child === null) {
      writing?.close(p)
      reading?.close(p)
      break
    }
    parts.push({ child, text: commandText(command) })
    input = reading
  }
  return { parts, rest: input }
}
const redirectsInput = (command: Command): boolean => command.redirections.some(r => (r.fd ?? (r.kind !== 'file' || r.operator.startsWith('<') ? 0 : 1)) === 0)
function* partOf(sh: Shell, command: Command): Run {
  if (command.kind !== 'simple') sh.jobs = []
  sh.loops = 0
  if (command.kind === 'subshell') sh.subshells--
  const answer = sh.interpreter.command(sh, command, true), status = typeof answer === 'number' ? answer : yield* answer
  sh.status = status
  if (status !== 0 && sh.conditions === 0 && sh.unwind === '' && isLeafKind(command.kind) && sh.traps.has('ERR')) yield* failure(sh)
  return sh.status
}
function* piped(sh: Shell, pl: Pipeline): Run {
  const { commands } = pl, { p } = sh, here = sh.options.lastpipe && !sh.options.monitor
  const { parts, rest } = yield* start(sh, commands, pl, { background: false, until: here ? commands.length - 1 : commands.length })
  const statuses: number[] = []
  let status = 0
  if (here && rest !== null) {
    const saved: Saved[] = [], old = p.fds.get(0) ?? null
    if (old !== null) old.refs++
    saved.push({ fd: 0, file: old, cloexec: false })
    p.put(0, rest)
    try {
      const answer = sh.interpreter.command(sh, commands[commands.length - 1]!, false)
      status = typeof answer === 'number' ? answer : yield* answer
    } finally {
      restore(sh, saved)
    }
  }
  yield* waitFor(sh, parts.map(each => each.child))
  for (const { child } of parts) statuses.push(child.exit!.status)
  if (here) statuses.push(status)
  else if (parts.length > 0) {
    const words = foregroundNotice(sh, parts)
    if (words !== '') yield* p.write(2, words)
  }
  if (parts.length < commands.length && !here) return sh.status
  sh.pipeStatus = statuses
  status = statuses[statuses.length - 1]!
  if (sh.options.pipefail) for (let i = statuses.length - 1; i >= 0 && status === 0; i--) status = statuses[i]!
  return status
}

function* background(sh: Shell, st: Statement): Run {
  const only = st.pipelines.length === 1 && !st.pipelines[0]!.negated && st.pipelines[0]!.time === null ? st.pipelines[0]! : null
  let parts: Part[]
  if (only !== null) parts = (yield* start(sh, only.commands, only, { background: true, until: only.commands.length })).parts
  else {
    const fds = new Map(sh.p.fds), none = yield* sh.p.openFile('/dev/null', { read: true })
    if ('read' in none && !sh.inputGiven && !sh.options.monitor) fds.set(0, none)
    const child = yield* forkShell(sh, copy => {
      copy.jobs = []
      copy.loops = 0
      return runList(copy, [{ ...st, background: false }], true)
    }, { fds, background: true, ...(sh.options.monitor && { pgid: 0 }) })
    parts = child === null ? [] : [{ child, text: statementText(st) }]
  }
  if (parts.length === 0) return sh.status
  const job = addJob(sh, parts, statementText(st))
  sh.lastBackground = lastOf(job).pid
  if (sh.interactive && !sh.isSubshell) yield* sh.p.write(2, `[${job.number}] ${sh.lastBackground}\n`)
  return 0
}

/** What has happened to jobs meanwhile; before a line of the script, and after a command that was waited for. */
export function* report(sh: Shell, finish: boolean): Run<void> {
  // A person is told before the next prompt.
  if (sh.jobs.length === 0 || (sh.interactive && !sh.isSubshell)) return
  const words = notify(sh, finish)
  if (words !== '') yield* sh.p.write(2, words)
}

function* timed(sh: Shell, pl: Pipeline): Run {
  const { p } = sh, from = p.kernel.now, cpu = p.cpu
  const status = yield* runPipeline(sh, { ...pl, time: null }, false)
  yield* p.settle()
  const format = pl.time === 'posix' ? 'real %2R\nuser %2U\nsys %2S' : sh.get('TIMEFORMAT') ?? '\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS'
  if (format !== '') yield* p.write(2, `${clocked(format, p.kernel.now - from, p.cpu - cpu)}\n`)
  return status
}
function clocked(format: string, real: Micros, cpu: Micros): string {
  return format.replace(/%(?:%|(\d?)(l?)([RUS])|P)/g, (all, digits: string, long: string, which: string | undefined) => {
    if (which === undefined) return all === '%%' ? '%' : real === 0 ? '0.00' : (cpu / real * 100).toFixed(2)
    const seconds = (which === 'R' ? real : which === 'U' ? cpu : 0) / SECOND, places = digits === '' ? 3 : Math.min(3, Number(digits))
    return long === '' ? seconds.toFixed(places) : `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(places)}s`
  })
}
