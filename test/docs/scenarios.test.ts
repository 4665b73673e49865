/** docs/scenarios.md names every key that a scenario may have in its network, and every value that one of these takes from a list. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scenarioJsonSchema } from '../../src/scenario/schema.ts'
import { ROOT } from '../support/source.ts'

type Schema = Record<string, any>
const schema = scenarioJsonSchema() as Schema
const resolved = (node: Schema): Schema => typeof node['$ref'] === 'string' ? resolved(node['$ref'].split('/').slice(1).reduce((at: Schema, key: string) => at[key], schema)) : node

/** Keys with the way to them, and the words of every list of words; names that a user gives are `*`. */
function wordsOf(node: Schema, path: string, found = new Map<string, string>(), depth = 0): Map<string, string> {
  const here = resolved(node)
  // Requests and facts have lists of their own (timeline, events.md).
  if (depth > 10 || /^expect\.(after|refused|happens|never)\./.test(path)) return found
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

test.each(['net', 'vswitch', 'sea', 'ip', 'slaac', 'radvd', 'service'])('every key of the section %s', name => {
  const node = resolved(resolved(schema['properties']['system'])['properties'][name])
  expect(wordsOf(node, name).size).toBeGreaterThan(2)
  expect(unnamed(node, name, section('system'))).toEqual([])
})

test('every key of an expectation', () => {
  expect(unnamed(resolved(schema)['properties']['expect'], 'expect', section('expect'))).toEqual([])
})

test('a key that the manual does not name is found', () => {
  expect(unnamed({ properties: { on: {}, nowhere: {} } }, 'x', section('system'))).toEqual(['x.nowhere'])
})
