/**
 * Calls of functions: positional parameters, a scope for `local`, the stack of calls. ERR, DEBUG and RETURN traps of the caller are not theirs unless
 * errtrace and functrace say so. Source: bash(1) 5.2, FUNCTIONS.
 */
import type { Run } from '../../kernel/wait.ts'
import type { Shell, ShellFunction } from '../state.ts'
import { runTrap } from '../traps.ts'

const HIDDEN = [['ERR', 'errtrace'], ['DEBUG', 'functrace'], ['RETURN', 'functrace']] as const

export function* callFunction(sh: Shell, f: ShellFunction, argv: readonly string[]): Run {
  const limit = Number(sh.get('FUNCNEST') ?? 0)
  if (limit > 0 && sh.frames.length >= limit) {
    yield* sh.complain(`${f.name}: maximum function nesting level exceeded (${limit})`)
    sh.unwind = 'discard'
    return 1
  }
  sh.deeper()
  const { positionals, loops, file, line, optPlace, optWord, reportLine } = sh, depth = sh.vars.scopes.length, frames = sh.frames.length, hidden: [string, string][] = []
  if (sh.traps.size > 0)
    for (const [name, option] of HIDDEN) {
      const text = sh.traps.get(name)
      if (text === undefined || sh.options[option]) continue
      hidden.push([name, text])
      sh.traps.delete(name)
    }
  sh.frames.push({ name: f.name, file: f.file, line: sh.line, callerFile: file, isFunction: true })
  sh.file = f.file
  sh.reportLine = f.line
  sh.positionals = argv.slice(1)
  sh.loops = 0
  sh.vars.enter()
  try {
    const answer = sh.interpreter.command(sh, f.body, false)
    let status = typeof answer === 'number' ? answer : yield* answer
    if (sh.unwind === 'return') {
      sh.unwind = ''
      status = sh.returned
    }
    const text = sh.traps.get('RETURN')
    if (text !== undefined && text !== '' && sh.unwind === '' && sh.inTrap !== 'RETURN') {
      const kept = status
      yield* runTrap(sh, 'RETURN', text, false)
      if (sh.unwind === '') status = kept
    }
    sh.line = line
    return status
  } finally {
    while (sh.vars.scopes.length > depth) sh.vars.leave()
    sh.frames.length = frames
    sh.functionDepth--
    sh.positionals = positionals
    sh.loops = loops
    sh.file = file
    sh.reportLine = reportLine
    if (sh.get('OPTIND') === undefined) { sh.optPlace = optPlace; sh.optWord = optWord }
    for (const [name, text] of hidden) if (!sh.traps.has(name)) sh.traps.set(name, text)
  }
}
