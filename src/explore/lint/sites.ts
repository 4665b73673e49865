/**
 * A script as the commands it runs, in the order in which it would run them if every branch were taken: a call of a function of its own stands for what is in
 * it. Each command comes with what the rules ask about its surroundings.
 *
 * Where `set -e` is suspended (a test, the left of && and ||, behind !), whatever a called function does is, too. Source: bash(1), `set -e`.
 */
import type { Command, FunctionDefinition, List, Part, Pipeline, Script, Simple, Statement, Test, While, Word } from '../../shell/syntax/tree.ts'

export interface Site {
  readonly command: Simple
  /** Its name, where that is no expansion. */
  readonly name: string | null
  readonly pipeline: Pipeline
  /** Its place in the pipeline. */
  readonly index: number
  /** Somebody looks at its status: a test, && or ||, or `!`. */
  readonly judged: boolean
  /** The statement after it in the same list. */
  readonly next: Statement | null
  /** Inside `$(…)` or `<(…)`. */
  readonly substituted: boolean
  /** What it is in the body of, outermost first; of a condition also those. */
  readonly loops: readonly Command[]
  /** The tests that hold where it runs (then-branches and `a && b`), outermost first. */
  readonly given: readonly Simple[]
  readonly background: boolean
}
interface Around { readonly judged: boolean; readonly substituted: boolean; readonly loops: readonly Command[]; readonly given: readonly Simple[]; readonly depth: number; readonly calls: readonly string[] }

export interface Walk {
  readonly sites: readonly Site[]
  readonly functions: ReadonlyMap<string, FunctionDefinition>
  readonly loops: readonly While[]
  /** Words of `case`, `[[` and `for`, which belong to no simple command. */
  readonly patterns: readonly { readonly word: Word; readonly line: number; readonly of: 'case' | '[[' }[]
}

/** The name of a command, where it is no expansion; a bracket is one to the shell only where files are called so. */
export const nameOf = (words: readonly Word[]): string | null => words[0]?.literal ?? (words[0]?.text === '[' ? '[' : null)

const DEPTH = 12
export function walk(script: Script): Walk {
  const sites: Site[] = [], functions = new Map<string, FunctionDefinition>(), loops: While[] = [], called = new Set<string>()
  const patterns: { word: Word; line: number; of: 'case' | '[[' }[] = []
  for (const unit of script.units) define(unit.list)
  const top: Around = { judged: false, substituted: false, loops: [], given: [], depth: 0, calls: [] }
  for (const unit of script.units) list(unit.list, top)
  // What nobody calls is the business of whoever sources it.
  for (const [name, f] of functions) if (!called.has(name)) command(f.body, { ...top, calls: [name] }, alone(f.body), 0, null, false)
  return { sites, functions, loops: [...new Set(loops)], patterns }

  function define(statements: List): void {
    for (const { pipelines } of statements) for (const { commands } of pipelines) for (const each of commands) defineIn(each)
  }
  function defineIn(each: Command): void {
    if (each.kind === 'function') { functions.set(each.name, each); defineIn(each.body) } else for (const inner of bodies(each)) define(inner)
  }
  function list(statements: List, around: Around): void {
    statements.forEach((statement, i) => {
      let given = around.given
      statement.pipelines.forEach((pipeline, j) => {
        const judged = around.judged || pipeline.negated || j < statement.pipelines.length - 1
        const inside = { ...around, judged, given }
        pipeline.commands.forEach((each, k) => command(each, inside, pipeline, k, statements[i + 1] ?? null, statement.background))
        // After && it has succeeded; after || nothing is known.
        const last = pipeline.commands.at(-1)
        given = statement.operators[j] === '&&' && !pipeline.negated && last?.kind === 'simple' ? [...given, last] : around.given
      })
    })
  }
  function command(each: Command, around: Around, pipeline: Pipeline, index: number, next: Statement | null, background: boolean): void {
    if (around.depth > DEPTH) return
    const deeper = { ...around, depth: around.depth + 1 }
    for (const r of each.redirections) inWord(r.kind === 'here-document' ? r.body : r.target, deeper)
    switch (each.kind) {
      case 'simple': {
        for (const { value } of each.assignments) if ('parts' in value) inWord(value, deeper)
          else for (const element of value) inWord(element.value, deeper)
        for (const word of each.words) inWord(word, deeper)
        const name = nameOf(each.words), f = name === null ? undefined : functions.get(name)
        sites.push({ command: each, name, pipeline, index, judged: around.judged, next, substituted: around.substituted, loops: around.loops, given: around.given, background })
        if (f === undefined || around.calls.includes(name!)) return
        called.add(name!)
        return command(f.body, { ...deeper, calls: [...around.calls, name!] }, alone(f.body), 0, null, false)
      }
      case 'if': {
        for (const { test, body } of each.branches) {
          list(test, { ...deeper, judged: true })
          const last = test.at(-1), held = last?.pipelines.length === 1 && !last.pipelines[0]!.negated ? last.pipelines[0]!.commands.at(-1) : undefined
          list(body, held?.kind === 'simple' ? { ...deeper, given: [...deeper.given, held] } : deeper)
        }
        return each.otherwise === null ? undefined : list(each.otherwise, deeper)
      }
      case 'while':
        loops.push(each)
        list(each.test, { ...deeper, judged: true, loops: [...deeper.loops, each] })
        return list(each.body, { ...deeper, loops: [...deeper.loops, each] })
      case 'for': case 'select':
        for (const word of each.words ?? []) inWord(word, deeper)
        return list(each.body, { ...deeper, loops: [...deeper.loops, each] })
      case 'arithmetic-for': return list(each.body, { ...deeper, loops: [...deeper.loops, each] })
      case 'case':
        inWord(each.word, deeper)
        for (const item of each.items) {
          for (const word of item.patterns) patterns.push({ word, line: item.body[0]?.line ?? each.line, of: 'case' })
          list(item.body, deeper)
        }
        return
      case 'conditional': {
        const visit = (test: Test): void => {
          if (test.kind === 'and' || test.kind === 'or') { visit(test.left); visit(test.right) } else if (test.kind === 'not') visit(test.operand)
          else if (test.kind === 'unary') inWord(test.operand, deeper)
          else if (test.kind === 'binary') {
            inWord(test.left, deeper)
            patterns.push({ word: test.right, line: each.line, of: '[[' })
          }
        }
        return visit(each.test)
      }
      case 'group': case 'subshell': return list(each.body, deeper)
      // Where it stands it only becomes known.
      case 'function': case 'arithmetic-command': return
      case 'coproc': return command(each.body, deeper, pipeline, index, null, true)
    }
  }
  function inWord(word: Word, around: Around): void {
    if (word.blocks) parts(word.parts, around)
  }
  function parts(all: readonly Part[], around: Around): void {
    for (const part of all)
      if (part.kind === 'double') parts(part.parts, around)
      else if (part.kind === 'command' || part.kind === 'process') for (const unit of part.script.units) list(unit.list, { ...around, judged: false, substituted: true })
  }
}
const alone = (body: Command): Pipeline => ({ line: body.line, negated: false, time: null, commands: [body], operators: [] })
function bodies(each: Command): List[] {
  switch (each.kind) {
    case 'if': return [...each.branches.flatMap(({ test, body }) => [test, body]), ...each.otherwise === null ? [] : [each.otherwise]]
    case 'while': return [each.test, each.body]
    case 'for': case 'select': case 'arithmetic-for': case 'group': case 'subshell': return [each.body]
    case 'case': return each.items.map(({ body }) => body)
    default: return []
  }
}
/** All that stands in a list, whatever it is in; functions are not followed. */
export function* simpleIn(statements: List): Generator<Command> {
  for (const { pipelines } of statements) for (const { commands } of pipelines) for (const each of commands) {
    yield each
    for (const inner of bodies(each)) yield* simpleIn(inner)
  }
}
