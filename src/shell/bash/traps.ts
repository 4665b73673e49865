/**
 * Traps: signals that have come are answered between commands; EXIT, ERR, DEBUG and RETURN by what happens in the shell. A shell with an EXIT trap
 * runs it also when a signal that it does not trap ends it. Subshells begin without traps, but for those that are ignored.
 * Source: bash(1) 5.2, SIGNALS and trap; observed.
 */
import { SIGNALS, signalNamed, type Signal } from '../kernel/signal.ts'
import { TURN, type Run } from '../kernel/wait.ts'
import type { Command } from '../syntax/tree.ts'
import type { Shell } from './state.ts'

/** What ends a shell. */
export const FATAL: readonly Signal[] = ['HUP', 'INT', 'ILL', 'TRAP', 'ABRT', 'FPE', 'BUS', 'SEGV', 'SYS', 'PIPE', 'ALRM', 'TERM', 'XCPU', 'XFSZ', 'VTALRM', 'USR1', 'USR2']
const PSEUDO: readonly string[] = ['EXIT', 'DEBUG', 'ERR', 'RETURN']

/** `EXIT`, `TERM` …, as kept in `traps`; null if there is no such. */
export function trapNamed(text: string): string | null {
  if (text === '0') return 'EXIT'
  const name = text.toUpperCase().replace(/^SIG/, '')
  return PSEUDO.includes(name) ? name : signalNamed(text)
}
export const trapOrder: readonly string[] = ['EXIT', ...SIGNALS, 'DEBUG', 'ERR', 'RETURN']
export const trapLabel = (name: string): string => PSEUDO.includes(name) ? name : `SIG${name}`

/** Tells the kernel what the shell wants to see. */
export function arm(sh: Shell): void {
  const { p, traps } = sh
  for (const signal of SIGNALS) {
    const text = traps.get(signal)
    if (text === undefined) {
      p.caught.delete(signal)
      if (!sh.ignoredAtStart.has(signal) && !(sh.asynchronous && (signal === 'INT' || signal === 'QUIT'))) p.ignored.delete(signal)
    } else if (text === '') {
      p.caught.delete(signal)
      p.ignored.add(signal)
    } else {
      p.ignored.delete(signal)
      p.caught.add(signal)
    }
  }
  // Whoever types is back at the prompt.
  if (sh.interactive && !sh.isSubshell && !p.ignored.has('INT')) p.caught.add('INT')
  if (traps.has('EXIT')) for (const signal of FATAL) if (!traps.has(signal) && !p.ignored.has(signal)) p.caught.add(signal)
}
export function setTrap(sh: Shell, name: string, text: string | null): void {
  if (sh.ignoredAtStart.has(name as Signal)) return
  if (sh.parentTraps !== null) sh.parentTraps = null
  if (text === null) sh.traps.delete(name)
  else sh.traps.set(name, text)
  arm(sh)
}

/** All that has come. */
export function* deliver(sh: Shell): Run<void> {
  const { p } = sh
  while (p.pending.length > 0 && !p.dead) {
    const signal = p.pending.shift()!
    p.seen = Math.min(p.seen, p.pending.length)
    const text = sh.traps.get(signal)
    if (text === undefined) {
      if (FATAL.includes(signal)) yield* dieOf(sh, signal)
    } else if (text !== '') yield* runTrap(sh, signal, text, true)
  }
}
/** As if the signal had its default action, but with the EXIT trap first. */
export function* dieOf(sh: Shell, signal: Signal): Run<void> {
  const { p } = sh
  if (sh.interactive && !sh.isSubshell && signal === 'INT') {
    sh.unwind = 'discard'
    sh.status = 130
    return
  }
  yield* exitTrap(sh)
  p.caught.clear()
  p.ignored.delete(signal)
  p.raise(signal)
  for (;;) yield TURN
}

/** `$?` is afterwards what it was, unless the trap leaves what it was called from. */
export function* runTrap(sh: Shell, name: string, text: string, reset: boolean): Run<void> {
  const { status, pipeStatus, line, inTrap, unwind, levels, command, reportLine } = sh
  if (sh.trapDepth > 20) return
  sh.trapDepth++
  sh.inTrap = name
  sh.unwind = ''
  yield* sh.interpreter.evaluate(sh, text, { line: reset ? 1 : line })
  sh.trapDepth--
  sh.inTrap = inTrap
  sh.reportLine = reportLine
  if (sh.unwind !== '' && sh.unwind !== 'discard') return
  sh.status = status
  sh.pipeStatus = pipeStatus
  sh.line = line
  sh.p.line = line
  sh.unwind = unwind
  sh.levels = levels
  sh.command = command
}
/** Once; the status that the shell ends with is `sh.status` afterwards. */
export function* exitTrap(sh: Shell): Run<void> {
  const text = sh.traps.get('EXIT')
  if (text === undefined) return
  sh.traps.delete('EXIT')
  if (text === '') return
  const { status } = sh
  sh.unwind = ''
  sh.inTrap = 'EXIT'
  yield* sh.interpreter.evaluate(sh, text, { line: 1 })
  if ((sh.unwind as string) !== 'exit') sh.status = status
}
/** A command has failed where nobody looks at it: the ERR trap, then errexit. */
export function* failure(sh: Shell): Run<void> {
  const text = sh.traps.get('ERR')
  if (text !== undefined && text !== '' && sh.inTrap !== 'ERR') yield* runTrap(sh, 'ERR', text, false)
  if (sh.options.errexit && sh.unwind === '') sh.unwind = 'exit'
}
/** Before a command. */
export function* debugTrap(sh: Shell, command: string | Command): Run<void> {
  const text = sh.traps.get('DEBUG')
  if (text === undefined || text === '' || sh.inTrap === 'DEBUG') return
  if (sh.inTrap === '') sh.command = command
  yield* runTrap(sh, 'DEBUG', text, false)
}
