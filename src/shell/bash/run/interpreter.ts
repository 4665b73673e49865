/**
 * Runs scripts unit by unit: what stands on one line (and the lines that it reaches over) is read as a whole before anything of it runs, so that a
 * syntax error lets everything before it run. An expansion that fails drops the rest of its unit; in a subshell it ends that.
 * Source: bash(1) 5.2; observed.
 */
import type { Run } from '../../kernel/wait.ts'
import { expandAliases } from '../../syntax/aliases.ts'
import { parseScript } from '../../syntax/parse.ts'
import type { Script } from '../../syntax/tree.ts'
import { ExpansionFault } from '../expand/scope.ts'
import { expandDocumentNow } from '../expand/words.ts'
import { Shell, type Interpreter } from '../state.ts'
import { deliver, dieOf, runTrap } from '../traps.ts'
import { runCommand } from './compound.ts'
import { execInPlace } from './external.ts'
import { callFunction } from './functions.ts'
import { report, runList } from './lists.ts'
import { expandPrompt } from './prompt.ts'
import { runWords } from './simple.ts'
import { processSubstitution, substitute } from './substitute.ts'

export interface UnitsHow { /** What it was parsed from, where aliases may stand for something. */ readonly text?: string; readonly last?: boolean; /** Of what the errors of the syntax speak: `eval: `. */ readonly name?: string; /** The script of a file or of -c itself: jobs are reported between its lines. */ readonly top?: boolean }

export function* runUnits(sh: Shell, { units: parsed, fault: atEnd }: Script, { text, last = false, name = '', top = false }: UnitsHow): Run {
  let status = 0, fault = atEnd, units = parsed, source = text ?? '', plain = 0
  const snapshot = { scopes: sh.vars.scopes.length, frames: sh.frames.length, conditions: sh.conditions, loops: sh.loops, depth: sh.functionDepth, evaluations: sh.evaluations, file: sh.file, positionals: sh.positionals }
  for (let i = 0; i < units.length; i++) {
    if (sh.aliases.size > 0 && text !== undefined && i >= plain && aliasesCount(sh)) {
      const from = units[i]!.from, to = units[i + 1]?.from ?? source.length, piece = source.slice(from, to), expanded = expandAliases(piece, sh.aliases)
      if (expanded !== piece) {
        const firstLine = units[i]!.line, alone = parseScript(expanded, { firstLine, dialect: sh.dialect })
        if (alone.fault === null) {
          units = [...alone.units, ...units.slice(i + 1)]
          plain = alone.units.length
        } else {
          // What it opens is closed further down.
          source = expanded + source.slice(to)
          ;({ units, fault } = parseScript(source, { firstLine, dialect: sh.dialect }))
          plain = units.filter(each => each.from < expanded.length).length
        }
        if (units.length === 0) break
        i = 0
      }
    }
    const unit = units[i]!
    if (sh.options.verbose) yield* sh.p.write(2, unit.text.endsWith('\n') ? unit.text : `${unit.text}\n`)
    if (sh.dialect === 'bash') for (const { line, message } of unit.warnings) yield* sh.p.write(2, `${sh.file || sh.arg0}: line ${line}: ${message}\n`)
    if (sh.options.noexec) continue
    if (unit.withoutExtglob !== null && !sh.options.extglob && sh.dialect === 'bash') {
      fault = unit.withoutExtglob
      break
    }
    if (top) {
      sh.line = unit.line
      sh.reportLine = unit.line + linesBetween(unit.text)
      if (sh.jobs.length > 0) yield* report(sh, false)
    }
    try {
      status = yield* runList(sh, unit.list, last && fault === null && i === units.length - 1)
    } catch (error) {
      if (!(error instanceof ExpansionFault)) throw error
      const left = yield* sh.faulted(error)
      Object.assign(sh, { conditions: snapshot.conditions, loops: snapshot.loops, functionDepth: snapshot.depth, evaluations: snapshot.evaluations, file: snapshot.file, positionals: snapshot.positionals })
      sh.frames.length = snapshot.frames
      while (sh.vars.scopes.length > snapshot.scopes) sh.vars.leave()
      status = sh.status = left
      if ((error.fatal && !sh.interactive) || sh.isSubshell || sh.options.posix || sh.dialect === 'sh') sh.unwind = 'exit'
      else if (sh.options.errexit && sh.conditions === 0) sh.unwind = 'exit'
    }
    if (sh.unwind === 'discard') {
      sh.unwind = sh.isSubshell ? 'exit' : ''
      continue
    }
    if (sh.unwind !== '') return sh.status
  }
  if (fault === null) return status
  for (const message of fault.messages) yield* sh.p.write(2, sh.dialect === 'sh' ? `${sh.file || sh.arg0}: ${fault.line}: ${name === 'eval' ? 'eval: ' : ''}${message}\n` : sh.interactive && sh.file === '' ? `${sh.arg0}: ${name === '' ? '' : `${name}: `}${message}\n` : `${sh.file || sh.arg0}: ${name === '' ? '' : `${name}: `}line ${fault.line}: ${message}\n`)
  if (fault.status !== null) status = sh.status = fault.status
  if (sh.dialect === 'sh' || (sh.options.errexit && sh.conditions === 0 && status !== 0)) sh.unwind = 'exit'
  return status
}

/** Of `$(…)`, `<(…)`, `…` in backquotes. */
const inside = (text: string): string => text.startsWith('`') ? text.slice(1, -1).replace(/\\([\\`$])/g, '$1') : text.slice(2, -1)
const aliasesCount = ({ options, dialect }: Shell): boolean => dialect === 'sh' || options.expand_aliases || options.posix
/** The line that a unit ends on, from the one that it begins on. */
function linesBetween(text: string): number {
  let n = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < text.length - 1; at = text.indexOf('\n', at + 1)) n++
  return n
}

function* evaluate(sh: Shell, text: string, { line, name = '' }: { line: number; name?: string }): Run {
  sh.deeper()
  sh.evaluations++
  try {
    return yield* runUnits(sh, parseScript(text, { firstLine: line, dialect: sh.dialect }), { name, text })
  } finally {
    sh.evaluations--
    sh.functionDepth--
  }
}
/** `. file`: with parameters of its own if it is given any. */
function* source(sh: Shell, path: string, argv: readonly string[] | null, text: string): Run {
  const { file, positionals, reportLine, loops } = sh
  sh.deeper()
  sh.evaluations++
  sh.frames.push({ name: 'source', file: path, line: sh.line, callerFile: file, isFunction: false })
  sh.file = path
  if (argv !== null) sh.positionals = argv
  const given = sh.positionals
  try {
    let status = yield* runUnits(sh, parseScript(text, { dialect: sh.dialect }), { top: true, text })
    if (sh.unwind === 'return') {
      sh.unwind = ''
      status = sh.returned
    }
    const trap = sh.traps.get('RETURN')
    if (trap !== undefined && trap !== '' && sh.unwind === '' && sh.inTrap !== 'RETURN') yield* runTrap(sh, 'RETURN', trap, false)
    return status
  } finally {
    sh.evaluations--
    sh.functionDepth--
    sh.frames.pop()
    sh.file = file
    sh.reportLine = reportLine
    sh.loops = loops
    // `set --` inside reaches out only where the file was given none.
    if (argv !== null && sh.positionals === given) sh.positionals = positionals
    else if (argv !== null) sh.positionals = positionals
  }
}

export const interpreter: Interpreter = {
  list: runList,
  command: runCommand,
  units: (sh, script, { last, name, text, line }) => sh.aliases.size > 0 && text !== undefined && aliasesCount(sh)
    ? runUnits(sh, parseScript(inside(text), { firstLine: line ?? 1, dialect: sh.dialect }), { last: last ?? false, name: name ?? '', text: inside(text) })
    : runUnits(sh, script, { last: last ?? false, name: name ?? '' }),
  evaluate, callFunction, runWords, execInPlace, source, substitute, processSubstitution, deliver, dieOf,
  expandPrompt: (sh, text) => expandPrompt(sh, text, value => {
    const script = parseScript(`: <<X\n${value}\nX\n`)
    const command = script.units[0]?.list[0]?.pipelines[0]?.commands[0], r = command?.redirections[0]
    return r?.kind === 'here-document' && !r.body.blocks ? expandDocumentNow(sh, r.body).replace(/\n$/, '') : value
  }),
}
