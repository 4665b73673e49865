/** Whatever a scenario is turned into by mistake or malice, loading it ends, and every issue has a place in its file. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { loadScenario } from '../../src/scenario/load.ts'
import { checkScenario } from '../../src/scenario/build.ts'
import { formatIssue, type Issue } from '../../src/scenario/issue.ts'
import { simulate } from '../../src/scenario/run.ts'
import { HOUR } from '../../src/base/time.ts'
import { property } from '../support/property.ts'
import { TWO_HOSTS } from './systems.ts'

const folder = new URL('../../scenarios/', import.meta.url)
const texts = [TWO_HOSTS, ...readdirSync(folder).filter(name => name.endsWith('.yaml')).slice(0, 4).map(name => readFileSync(new URL(name, folder), 'utf8'))]

function complete(issues: readonly Issue[], text: string): void {
  const lines = text.split('\n')
  for (const { place, found, expected } of issues) {
    expect(place).toBeDefined()
    expect(place!.line).toBeGreaterThanOrEqual(1)
    expect(place!.line).toBeLessThanOrEqual(lines.length)
    expect(place!.column).toBeGreaterThanOrEqual(1)
    expect(place!.column).toBeLessThanOrEqual((lines[place!.line - 1] ?? '').length + 1)
    expect(`${found}${expected}`).not.toMatch(/undefined|\[object|NaN/)
  }
}

const odd = fc.oneof(fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', 'x', [], {}, [[]], '1h', '__proto__', 'constructor', 1e21), fc.string(), fc.jsonValue())

test('a scenario with any value replaced, removed or renamed is loaded or explained, and never breaks the loader', () => {
  property(fc.property(fc.constantFrom(...texts), fc.nat(), odd, fc.constantFrom('replace', 'remove', 'rename'), fc.string(), (text, at, value, how, name) => {
    const root = parse(text) as unknown, holders: { holder: Record<string, unknown>; key: string }[] = []
    const visit = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return
      for (const key of Object.keys(node)) {
        holders.push({ holder: node as Record<string, unknown>, key })
        visit((node as Record<string, unknown>)[key])
      }
    }
    visit(root)
    const { holder, key } = holders[at % holders.length]!
    if (how === 'replace') holder[key] = value
    else if (Array.isArray(holder)) holder.splice(Number(key), 1)
    else {
      const kept = holder[key]
      delete holder[key]
      if (how === 'rename') Object.defineProperty(holder, name, { value: kept, enumerable: true, configurable: true, writable: true })
    }
    const changed = stringify(root)
    const { scenario, issues } = loadScenario(changed, 'x.yaml')
    complete(issues, changed)
    expect(scenario === undefined).toBe(issues.length > 0)
    // The same value without a text has the same issues, without places.
    expect(checkScenario(parse(changed, { uniqueKeys: false })).problems.length).toBeLessThanOrEqual(issues.length)
  }), { numRuns: 250 })
})

test('a text with characters cut out or put in is loaded or explained, and never breaks the loader', () => {
  property(fc.property(fc.constantFrom(...texts), fc.nat(), fc.nat({ max: 12 }), fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('\t', '{', '}', '[', ': ', '- ', '&a ', '*a', '|', '%', '---\n', '\n')), (text, at, cut, put) => {
    const from = at % text.length, changed = text.slice(0, from) + put + text.slice(from + cut)
    const { issues } = loadScenario(changed, 'x.yaml')
    complete(issues, changed)
    for (const issue of issues) expect(formatIssue(issue)).toMatch(/^x\.yaml:\d+:\d+: \S/)
  }), { numRuns: 250 })
})

test('a guest may be called anything, also what every object of the language has', () => {
  for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
    const { scenario, issues } = loadScenario(TWO_HOSTS.replaceAll('router', name), 'x.yaml')
    expect(issues).toEqual([])
    expect(simulate(scenario!, { until: 2 * HOUR }).verdict.met).toBe(true)
  }
})
