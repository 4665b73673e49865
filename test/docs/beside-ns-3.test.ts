/** docs/beside-ns-3.md names a test in every row, and that test is there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../support/source.ts'

const rows = readFileSync(join(ROOT, 'docs/beside-ns-3.md'), 'utf8').split('\n').filter(line => line.startsWith('| ') && !line.startsWith('| behaviour '))
const cells = (row: string): string[] => row.split('|').slice(1, -1).map(cell => cell.trim())
const tests = (row: string): (readonly [string, string])[] => [...cells(row).at(-1)!.matchAll(/`([^`]+)`: "((?:\\.|[^"\\])*)"/g)].map(([, file, title]) => [file!, title!.replaceAll('\\"', '"')])

/** The document names tests in words; the requirements that a title begins with come and go. */
const REQUIREMENTS = /^(?:[A-Z]{1,3}-?\d+,? )+/
/** A test of this title, its quotes as a file writes them. */
const has = (source: string, title: string): boolean =>
  [...source.matchAll(/\btest(?:\.each(?:<[^>]*>)?\((?:[^()]|\([^()]*\))*\))?\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/gs)].some(([, quote, written]) => written!.replaceAll(`\\${quote}`, quote!).replace(REQUIREMENTS, '') === title)

test('each row has its six cells, how it was seen, and a test', () => {
  expect(rows.length).toBeGreaterThan(30)
  for (const row of rows) {
    expect(cells(row), row).toHaveLength(6)
    expect(cells(row)[3], row).toMatch(/^(run|source|run, source)$/)
    expect(tests(row).length, row).toBeGreaterThan(0)
    expect(tests(row).map(([file, title]) => `\`${file}\`: "${title.replaceAll('"', '\\"')}"`).join('<br>'), row).toBe(cells(row).at(-1))
  }
})

test('each test that is named is in its file', () => {
  const missing = rows.flatMap(tests).filter(([file, title]) => !has(readFileSync(join(ROOT, 'test', file), 'utf8'), title))
  expect(missing).toEqual([])
  expect([has("test('ND-1 F2 a b', f)", 'a b'), has("test('a b', f)", 'a'), has("// 'a b'", 'a b')]).toEqual([true, false, false])
})
