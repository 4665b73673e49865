/**
 * Which names are arrays: what is passed to a function takes the kind of the parameter, and a parameter that of what is passed, until nothing changes.
 * What stays open is a scalar that was never assigned.
 */
import { ProgramError } from './lexer.ts'
import type { Expression, FunctionDef, Program, Statement } from './tree.ts'

interface Call { readonly fn: FunctionDef; readonly args: readonly Expression[]; readonly line: number }

export function infer(program: Program): void {
  const calls: Call[] = []
  for (const each of [...program.begin, ...program.end]) inStatement(each, calls)
  for (const { pattern, body } of program.rules) {
    for (const each of pattern) inExpression(each, calls)
    if (body !== null) inStatement(body, calls)
  }
  for (const { body } of program.functions.values()) if (body !== null) inStatement(body, calls)
  for (const { fn, args, line } of calls) if (args.length > fn.parameters.length) throw new ProgramError(`too many arguments in call to ${fn.name}`, line)
  for (let changed = true; changed;) {
    changed = false
    for (const { fn, args, line } of calls)
      for (const [n, arg] of args.entries()) {
        const parameter = fn.parameters[n]!
        if (arg.k !== 'variable') {
          if (parameter.kind === 'array') throw new ProgramError(`type error in arg(${n + 1}) in call to ${fn.name}`, line)
          if (parameter.kind === 'unknown') { parameter.kind = 'scalar'; changed = true }
          continue
        }
        const { variable } = arg
        if (parameter.kind === variable.kind) continue
        if (variable.kind === 'unknown') { variable.kind = parameter.kind; changed = true }
        else if (parameter.kind === 'unknown') { parameter.kind = variable.kind; changed = true }
        else throw new ProgramError(`type error in arg(${n + 1}) in call to ${fn.name}`, line)
      }
  }
}

function inStatement(s: Statement, calls: Call[]): void {
  for (const value of Object.values(s) as unknown[]) visit(value, calls)
}
function inExpression(e: Expression, calls: Call[]): void {
  if (e.k === 'call') calls.push(e)
  for (const value of Object.values(e) as unknown[]) visit(value, calls)
}
/** Parts of the tree have a `k`; functions and variables, which lead elsewhere, have none. */
function visit(value: unknown, calls: Call[]): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) for (const each of value) visit(each, calls)
  else if ('k' in value) inExpression(value as Expression, calls)
  else if ('to' in value) visit(value.to, calls)
  else if ('match' in value && 'body' in value) { visit(value.match, calls); visit(value.body, calls) }
}
