/** docs/scenarios.md names every key that a scenario may have, and every value that one of these takes from a list. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatDuration, HOUR } from '../../src/base/time.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { simulate } from '../../src/scenario/run.ts'
import { scenarioJsonSchema } from '../../src/scenario/schema.ts'
import { promise, vary, varyDefaults } from '../../src/scenario/vary.ts'
import { ROOT } from '../support/source.ts'

type Schema = Record<string, any>
const schema = scenarioJsonSchema() as Schema
const resolved = (node: Schema): Schema => typeof node['$ref'] === 'string' ? resolved(node['$ref'].split('/').slice(1).reduce((at: Schema, key: string) => at[key], schema)) : node

/** Keys with the way to them, and the words of every list of words; names that a user gives are `*`. */
function wordsOf(node: Schema, path: string, found = new Map<string, string>(), depth = 0): Map<string, string> {
  const here = resolved(node)
  // Requests and facts have lists of their own (timeline, events.md).
  if (depth > 10 || /^expect\.(after|refused|happens|never)\.|^(timeline|typed)\.(then\.)?do\b|^operators\.(do\.do\b|when\.type|do\.waitFor\.type)/.test(path)) return found
  for (const [key, below] of Object.entries<Schema>(here['properties'] ?? {})) {
    found.set(`${path}.${key}`, key)
    wordsOf(below, `${path}.${key}`, found, depth + 1)
  }
  for (const word of [...(here['enum'] ?? []), here['const']]) if (typeof word === 'string') found.set(`${path}: ${word}`, word)
  for (const below of [...(here['anyOf'] ?? []), ...(here['oneOf'] ?? [])]) wordsOf(below, path, found, depth + 1)
  if (here['items']) wordsOf(here['items'], path, found, depth + 1)
  if (typeof here['additionalProperties'] === 'object') wordsOf(here['additionalProperties'], `${path}.*`, found, depth + 1)
  return found
}

const manual = readFileSync(join(ROOT, 'docs/scenarios.md'), 'utf8')
/** The words that hold everywhere, and one section. */
const section = (title: string): string => `${/^\*\*Words\.\*\*.*?\n\n/ms.exec(manual)![0]}${manual.split('\n## ').find(text => text.startsWith(`${title}\n`))!}`
const unnamed = (node: Schema, path: string, text: string): string[] =>
  [...wordsOf(node, path)].filter(([, word]) => !new RegExp(`(?<![\\w-])${word.replaceAll('.', '\\.')}(?![\\w-])`).test(text)).map(([place]) => place)

test.each(Object.keys(resolved(schema['properties']['system'])['properties']))('every key of the section %s', name => {
  const node = resolved(resolved(schema['properties']['system'])['properties'][name])
  expect(wordsOf(node, name).size).toBeGreaterThan(1)
  expect(unnamed(node, name, section('system'))).toEqual([])
})

test.each([['timeline', 'timeline'], ['typed', 'timeline'], ['operators', 'operators, faults'], ['faults', 'operators, faults'], ['expect', 'expect'], ['vary', 'vary, promise'], ['promise', 'vary, promise']])('every key of %s', (name, title) => {
  expect(wordsOf(schema['properties'][name], name).size).toBeGreaterThan(3)
  expect(unnamed(schema['properties'][name], name, section(title))).toEqual([])
})

test('the defaults of a check are those of the manual', () => {
  const written = (value: unknown): string => typeof value === 'number' && value >= 1_000_000 ? formatDuration(value).replaceAll(' ', '') : Array.isArray(value) ? `[${value.map(written).join(', ')}]` : String(value)
  const rows = new Map(section('vary, promise').split('\n').flatMap(line => { const [, key, value] = /^\| `(\w+)` \| (?!default )(?:`([^`]*)`)?/.exec(line) ?? []; return key === undefined ? [] : [[key, value] as const] }))
  const given = { ...varyDefaults(), ...promise.parse({}) }
  expect(rows.size).toBe(Object.keys(vary.shape).length + Object.keys(promise.def.innerType.shape).length)
  expect(Object.fromEntries([...rows].filter(([, value]) => value !== undefined))).toEqual(Object.fromEntries(Object.entries(given).map(([key, value]) => [key, written(value)])))
})

const examples = [...manual.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text!), [whole = '', ...parts] = examples
const SCRIPT = Array.from({ length: 12 }, (_, i) => `echo ${i + 1}`).join('\n')
const loaded = (text: string) => loadScenario(text, 'manual.yaml', undefined, { readFile: () => SCRIPT })

test('the scenario of the manual meets what it expects', () => {
  const { scenario, issues } = loaded(whole)
  expect(issues).toEqual([])
  expect(simulate(scenario!).verdict.met).toBe(true)
})

test.each(parts.map(part => [part.split('\n')[0]!, part] as const))('the example of %s is accepted beside it', (title, part) => {
  const [section = ''] = title.split(':'), without = whole.replace(new RegExp(`^${section}:\\n(?: .*\\n)*`, 'm'), '')
  const { scenario, issues } = loaded(`${without}${part}`)
  expect(issues).toEqual([])
  expect(simulate(scenario!, { until: 2 * HOUR }).broken).toEqual([])
})

test('a key that the manual does not name is found', () => {
  expect(unnamed({ properties: { on: {}, nowhere: {} } }, 'x', section('system'))).toEqual(['x.nowhere'])
})
