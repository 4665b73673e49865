/**
 * Which numbered requirements a test names in its title. That the test would fail if the rule were inverted is for reviewers to try;
 * what can be counted here is only that somebody claims to check it.
 */
import type { Row } from './rows.ts'

/** Identifiers in the titles of tests: `test('VS-43 …'`, `it("VS-43, VS-83: …"`, also with a template. */
export function idsInTitles(source: string): Set<string> {
  const ids = new Set<string>()
  for (const [, , title = ''] of source.matchAll(/\b(?:test|it|describe|property)(?:\.\w+(?:\([^)]*\))?)?\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g))
    for (const [, first = '', last] of title.matchAll(/\b((?:[A-Z]{2,3}-|F)\d+)(?:\s*(?:\.\.|–|to)\s*((?:[A-Z]{2,3}-|F)?\d+))?/g)) {
      ids.add(first)
      if (last === undefined) continue
      const prefix = first.replace(/\d+$/, ''), to = Number(/\d+$/.exec(last)![0])
      for (let n = Number(/\d+$/.exec(first)![0]); n <= to; n++) ids.add(`${prefix}${n}`)
    }
  return ids
}

export interface Part { name: string; passed: number; total: number }

/** `VS-43 05-vscsi-md`, one requirement a line; `parts` counts them by topic and kind of identifier (`01-ipv6-nd-slaac ND`). */
export function semanticsRow(requirements: string, sources: readonly string[]): Row & { parts: Part[] } {
  const covered = new Set(sources.flatMap(source => [...idsInTitles(source)]))
  const all = requirements.split('\n').filter(line => line.trim() !== '').map(line => line.split(' ') as [string, string])
  const differs = all.filter(([id]) => !covered.has(id)).map(([id, topic]) => ({ id, why: `no test names it (${topic ?? ''})` }))
  const parts = new Map<string, Part>()
  for (const [id, topic] of all) {
    const name = `${topic} ${/^[A-Z]+/.exec(id)?.[0] ?? id}`
    const part = parts.get(name) ?? { name, passed: 0, total: 0 }
    parts.set(name, { name, passed: part.passed + Number(covered.has(id)), total: part.total + 1 })
  }
  return { name: 'semantics', passed: all.length - differs.length, total: all.length, differs, parts: [...parts.values()] }
}
