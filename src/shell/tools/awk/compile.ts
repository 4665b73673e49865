/**
 * A program's text to something that runs; kept by text, for scripts run the same small program many times.
 */
import type { FunctionCode } from './expressions.ts'
import { GAWK_FUNCTIONS } from './gawk.ts'
import type { Dialect } from './lexer.ts'
import { parse } from './parse.ts'
import { GAWK_SPECIALS, SPECIALS } from './runtime.ts'
import { Statements, type Step } from './statements.ts'
import type { Code } from './code.ts'
import type { FunctionDef, Program } from './tree.ts'

const POSIX_FUNCTIONS = ['length', 'index', 'substr', 'sprintf', 'sin', 'cos', 'atan2', 'exp', 'log', 'int', 'sqrt', 'rand', 'srand', 'close', 'system', 'toupper', 'tolower', 'fflush', 'mktime', 'strftime', 'systime', 'match', 'split', 'sub', 'gsub']
export const MAWK: Dialect = { name: 'mawk', builtins: new Set(POSIX_FUNCTIONS) }
export const GAWK: Dialect = { name: 'gawk', builtins: new Set([...POSIX_FUNCTIONS, ...GAWK_FUNCTIONS]) }

export interface CompiledRule { readonly pattern: readonly Code[]; /** null: print the record. */ readonly body: Step | null }
export interface Compiled {
  readonly begin: readonly Step[]
  readonly rules: readonly CompiledRule[]
  readonly end: readonly Step[]
  readonly globals: Program['globals']
}

const cache = new Map<string, Compiled>()
export function compileProgram(text: string, dialect: Dialect): Compiled {
  const key = dialect.name + text
  let compiled = cache.get(key)
  if (compiled === undefined) {
    if (cache.size > 200) cache.clear()
    cache.set(key, compiled = build(parse(text, dialect, dialect.name === 'gawk' ? GAWK_SPECIALS : SPECIALS), dialect))
  }
  return compiled
}
function build(program: Program, dialect: Dialect): Compiled {
  const waits = waitingFunctions(program)
  const functions = new Map<FunctionDef, FunctionCode>([...program.functions.values()].map(fn => [fn, { now: null, later: null, waits: waits.has(fn) }]))
  const statements = new Statements(functions, dialect.name === 'gawk')
  statements.define(functions)
  return {
    begin: program.begin.map(each => statements.statement(each)),
    rules: program.rules.map(({ pattern, body }) => ({ pattern: pattern.map(each => statements.expressions.condition(each)), body: body === null ? null : statements.statement(body) })),
    end: program.end.map(each => statements.statement(each)),
    globals: program.globals,
  }
}

const BLOCKING = new Set(['system', 'close', 'fflush', 'systime'])
/** Functions in which something may wait or be printed, themselves or by what they call. */
function waitingFunctions({ functions }: Program): ReadonlySet<FunctionDef> {
  const waits = new Set<FunctionDef>(), calls = new Map<FunctionDef, Set<FunctionDef>>()
  for (const fn of functions.values()) {
    const called = new Set<FunctionDef>()
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      if (Array.isArray(value)) return value.forEach(visit)
      const { k } = value as { k?: string }
      if (k === 'getline' || k === 'print' || k === 'printf' || k === 'switch' || (k === 'builtin' && BLOCKING.has((value as { name: string }).name))) waits.add(fn)
      if (k === 'call') called.add((value as { fn: FunctionDef }).fn)
      for (const [key, part] of Object.entries(value)) if (key !== 'fn' && key !== 'variable' && !(key === 'array' && k !== 'forIn')) visit(part)
    }
    visit(fn.body)
    calls.set(fn, called)
  }
  for (let changed = true; changed;) {
    changed = false
    for (const [fn, called] of calls) if (!waits.has(fn) && [...called].some(each => waits.has(each))) { waits.add(fn); changed = true }
  }
  return waits
}
