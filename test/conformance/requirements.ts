/**
 * Which numbered requirements the tests name: the ids of test/golden/requirements.csv against the titles under test/. A title names an
 * item when the id stands in it as a word (`VS-43 an idle swap mirror …`), also in a list (`VS-3 VS-4`) or a range (`VS-80..82`).
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export interface Requirement { readonly id: string; readonly topic: string }

export function requirements(root: string): Requirement[] {
  return readFileSync(join(root, 'test/golden/requirements.csv'), 'utf8').trim().split('\n').slice(1)
    .map(row => { const [id, topic] = row.split(','); return { id: id!, topic: topic! } })
}

/** Ids named in the titles of tests, with the file that names each first. */
export function covered(root: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const file of readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!file.endsWith('.test.ts')) continue
    for (const [, , title] of readFileSync(join(root, 'test', file), 'utf8').matchAll(/\b(?:test|it)(?:\.each\([^)]*\))?\(\s*(['"`])(.*?)\1/gs))
      for (const id of idsIn(title!)) if (!found.has(id)) found.set(id, file)
  }
  return found
}

export function idsIn(title: string): string[] {
  const ids: string[] = []
  for (const [, prefix, first, last] of title.matchAll(/\b([A-Z]{1,3}-?)(\d+)(?:\.\.(?:[A-Z]{1,3}-?)?(\d+))?\b/g))
    for (let n = Number(first); n <= Number(last ?? first); n++) ids.push(`${prefix}${n}`)
  return ids
}
