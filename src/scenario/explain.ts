/**
 * From zod's issues to ours: what was found, what was expected, in the words of a scenario.
 *
 * zod says where a value does not fit but not which keys would have been right, nor which of several alternatives was meant. Both are
 * looked up here in the schema itself, so that a model's section is explained without any work by its author.
 */
import { z } from 'zod'
import { describe, formatPath, listed, listedNear, meant, type Path, type Place, type Problem } from './issue.ts'

type ZodIssue = z.core.$ZodIssue
type Schema = z.core.$ZodType

export function explain(issues: readonly ZodIssue[], schema: Schema, input: unknown, path: Path = []): Problem[] {
  return mergeMisspelt(issues.flatMap(issue => explainOne(issue, schema, input, path)))
}

function explainOne(issue: ZodIssue, schema: Schema, input: unknown, base: Path): Problem[] {
  const inner = issue.path as (string | number)[], path = [...base, ...inner], value = valueAt(input, inner)
  switch (issue.code) {
    case 'unrecognized_keys': {
      // A model that knows better which keys belong here says so itself.
      const own = issue.message.startsWith('expected') ? issue.message : undefined
      const known = own === undefined ? keysOf(schemaAt(schema, inner, input), value) : own.split(/[^\w]+/).slice(1)
      return issue.keys.map(key => ({
        path: [...path, key], at: 'key', found: `unknown key ${describe(key)}${within(path)}`,
        expected: own ?? (known.length === 0 ? 'expected no keys' : `expected ${listedNear(key, known, 16)}`), ...meant(key, known),
      }))
    }
    case 'invalid_union': return explainUnion(issue, schema, input, base)
    case 'invalid_key':
      return [{ path, at: 'key', found: `found the key ${describe(inner.at(-1))}`, expected: issue.issues.map(expectation).join('; ') }]
    case 'invalid_value': {
      return [oneOf(path, value, issue.values)]
    }
    default: {
      // Of a file that the scenario names: what its reader says, where it says it.
      const place = issue.code === 'custom' ? issue.params?.['place'] as Place | undefined : undefined
      if (place !== undefined) return [{ path, at: 'value', found: issue.message, expected: '', place }]
      return [{ ...foundAt(path, value), expected: expectation(issue), ...withUnit(issue, value) }]
    }
  }
}

/** YAML reads 1.2 as a number: where a word is expected it must stand in quotes. */
function oneOf(path: Path, value: unknown, values: readonly unknown[]): Problem {
  const unquoted = typeof value === 'number' && values.some(each => typeof each === 'string' && Number(each) === value)
  const words = values.map(each => unquoted ? JSON.stringify(each) : String(each))
  return { ...foundAt(path, value), path, at: 'value', expected: `expected ${listedNear(value, words, unquoted ? 9 : 14)}${unquoted ? ', in quotes' : ''}`, ...(typeof value === 'string' && meant(value, words)) }
}

/** A missing key is reported at the mapping that lacks it, since it has no place of its own. */
function foundAt(path: Path, value: unknown): Pick<Problem, 'path' | 'at' | 'found'> {
  if (value !== undefined || path.length === 0) return { path, at: 'value', found: `found ${describe(value)}` }
  const key = path.at(-1)!
  if (typeof key === 'number') return { path, at: 'value', found: `nothing at position ${key + 1}${within(path.slice(0, -1))}` }
  return { path, at: 'value', found: `the key "${key}" is missing${within(path.slice(0, -1))}` }
}

const within = (path: Path) => path.length === 0 ? '' : ` in ${formatPath(path)}`

function expectation(issue: ZodIssue): string {
  if (!/^(Invalid|Too|Unrecognized)/.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type': return `expected ${TYPES[issue.expected] ?? issue.expected}`
    case 'invalid_value': return `expected ${listed(issue.values.map(String), 'or', 14)}`
    case 'too_small': return `expected ${amount(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`
    case 'too_big': return `expected ${amount(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`
    case 'not_multiple_of': return `expected a multiple of ${issue.divisor}`
    case 'invalid_format': return issue.format === 'regex' ? `expected text like ${issue.pattern}` : `expected ${issue.format}`
    default: return 'expected something else'
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', object: 'a mapping', record: 'a mapping',
  array: 'a list', tuple: 'a list', never: 'nothing here', null: 'null',
}

function amount(origin: string, words: string, limit: number | bigint): string {
  if (origin === 'array') return `${words} ${limit} ${limit === 1 ? 'entry' : 'entries'} in the list`
  if (origin === 'string') return `${words} ${limit} ${limit === 1 ? 'character' : 'characters'}`
  return `${words} ${limit}`
}

/** A bare number where a duration belongs: seconds were probably meant. */
function withUnit(issue: ZodIssue, value: unknown): { suggestion?: string } {
  if (typeof value === 'number' && Number.isFinite(value) && issue.message.includes('duration')) return { suggestion: `${value}s` }
  const decimal = typeof value === 'string' && issue.message.includes(' size ') ? /^(\d+) *([KMGT])B$/i.exec(value) : null
  return decimal ? { suggestion: `${decimal[1]} ${decimal[2]!.toUpperCase()}iB` } : {}
}

/** Of several alternatives the one that was meant is the one with the least wrong with it. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, schema: Schema, input: unknown, base: Path): Problem[] {
  const inner = issue.path as (string | number)[], path = [...base, ...inner], value = valueAt(input, inner)
  const options = (issue as { options?: unknown[] }).options?.map(String)
  if (issue.errors.length === 0 && options !== undefined) {
    const words = options.filter(word => typeof value === 'string' && word.split('.')[0] === value.split('.')[0])
    return [{
      ...foundAt(path, value), ...(typeof value === 'string' && meant(value, options)),
      expected: typeof value === 'string' || options.length < 9 ? `expected ${listedNear(value, words.length > 0 ? words : options)}` : `expected one of ${options.length} types, such as ${listed(options.slice(2, 4))}`,
    }]
  }
  const branches = optionsOf(schemaAt(schema, inner, input))
  let best: Problem[] | undefined, least = Infinity
  const words = issue.errors.flat().flatMap(error => error.path.length === 0 && error.code === 'invalid_value' ? error.values : [])
  if (typeof value !== 'object' && words.length > 1) return [oneOf(path, value, words)]
  issue.errors.forEach((errors, index) => {
    if (errors.some(isOfAnotherKind)) return
    const problems = explain(errors, branches[index] ?? z.unknown(), value, path)
    // What is there and wrong says more about what was meant than what is not there.
    const cost = problems.reduce((sum, { found }) => sum + (found.startsWith('the key') ? 1.5 : 1), 0)
    if (cost < least) {
      least = cost
      best = problems
    }
  })
  // Where no key of any alternative is there, the alternatives are what must be told.
  const strange = best?.some(p => p.at === 'key') && best.some(p => p.found.startsWith('the key')) && issue.message !== 'Invalid input'
  if (best !== undefined && !strange) return best
  const own = issue.message === 'Invalid input' ? `expected ${listed([...new Set(issue.errors.flat().map(error => expectation(error).replace(/^expected /, '')))])}` : issue.message
  return [{ ...foundAt(path, value), expected: own, ...withUnit(issue, value) }]
}

/** Not this alternative at all: a text where it has a mapping, a mapping where it has a list. */
const isOfAnotherKind = (issue: ZodIssue): boolean => issue.path.length === 0 && (['invalid_type', 'invalid_value', 'invalid_format'].includes(issue.code)
  || issue.code === 'invalid_union' && issue.errors.length > 0 && issue.errors.every(errors => errors.some(isOfAnotherKind)))

/** An unknown key that is nearly a missing one is one mistake, not two. */
function mergeMisspelt(problems: Problem[]): Problem[] {
  const misspelt = new Set(problems.flatMap(p => p.at === 'key' && p.suggestion !== undefined ? [formatPath([...p.path.slice(0, -1), p.suggestion])] : []))
  return problems.filter(p => !(p.found.startsWith('the key') && misspelt.has(formatPath(p.path))))
}

export function valueAt(input: unknown, path: Path): unknown {
  let value = input
  for (const part of path) value = typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? (value as Record<string | number, unknown>)[part] : undefined
  return value
}

/** The schema of what stands at a path; among alternatives the one that the value there would fit. */
function schemaAt(schema: Schema, path: Path, input: unknown): Schema {
  let at = strip(schema), value = input
  for (const part of path) {
    const def = choose(at, value, part)._zod.def as unknown as Record<string, any>
    value = valueAt(value, [part])
    at = strip(def['type'] === 'object' ? def['shape'][part] ?? z.unknown()
      : def['type'] === 'record' ? def['valueType']
      : def['type'] === 'array' ? def['element']
      : def['type'] === 'tuple' ? def['items'][part] ?? z.unknown()
      : z.unknown())
  }
  return at
}

/** What a person writes: the inside of optional, default, pipe and the like. */
function strip(schema: Schema): Schema {
  const def = schema._zod.def as unknown as Record<string, any>
  switch (def['type']) {
    case 'optional': case 'nullable': case 'default': case 'prefault': case 'readonly': case 'nonoptional': case 'catch': return strip(def['innerType'])
    case 'pipe': return strip((def['in'] as Schema)._zod.def.type === 'transform' ? def['out'] : def['in'])
    case 'lazy': return strip(def['getter']())
    default: return schema
  }
}

function optionsOf(schema: Schema): Schema[] {
  const def = strip(schema)._zod.def as unknown as Record<string, any>
  return def['type'] === 'union' ? def['options'] : []
}

function choose(schema: Schema, value: unknown, next?: string | number): Schema {
  const options = optionsOf(schema).flatMap(option => { const inner = optionsOf(option); return inner.length > 0 ? inner : [strip(option)] })
  if (options.length === 0) return schema
  const fits = options.filter(option => {
    const def = option._zod.def as unknown as Record<string, any>
    if (def['type'] === 'array' || def['type'] === 'tuple') return Array.isArray(value)
    if (def['type'] === 'record') return true
    if (def['type'] !== 'object' || Array.isArray(value)) return false
    const literal = def['shape']['type']?._zod?.def?.values?.[0]
    if (literal !== undefined) return literal === valueAt(value, ['type'])
    return next === undefined || Object.hasOwn(def['shape'], next)
  })
  // Of several mappings the one that knows most of the keys that are there.
  const strange = (option: Schema) => Object.keys(Object(value) as object).filter(key => !Object.hasOwn((option._zod.def as unknown as Record<string, any>)['shape'] ?? {}, key)).length
  return fits.toSorted((a, b) => strange(a) - strange(b))[0] ?? options[0]!
}

function keysOf(schema: Schema, value: unknown): string[] {
  const def = choose(strip(schema), value)._zod.def as unknown as Record<string, any>
  if (def['type'] === 'record') return Object.values((strip(def['keyType'])._zod.def as unknown as { entries?: Record<string, string> }).entries ?? {})
  return def['type'] === 'object' ? Object.keys(def['shape']) : []
}
