/** docs/claims.md is what the runs say, and it says something about every claim and every shipped scenario. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chapters, VERDICTS } from '../../docs/article-claims.ts'
import { claimsDocument, firstDifferentLine } from '../../docs/claims.ts'
import { shippedScenarios } from '../support/scenarios.ts'
import { ROOT } from '../support/source.ts'

const claims = chapters.flatMap(chapter => chapter.claims), document = await claimsDocument()

test('the document is what the runs say', () => {
  expect(firstDifferentLine(readFileSync(join(ROOT, 'docs/claims.md'), 'utf8'), document)).toBeUndefined()
})

test('a difference is told with its line', () => {
  expect(firstDifferentLine('a\nb\n', 'a\nb\n')).toBeUndefined()
  expect(firstDifferentLine('a\nb\n', 'a\nc\n')).toMatch(/^docs\/claims.md:2 says\n {2}b\nand the runs say\n {2}c\n/)
  expect(firstDifferentLine('a\n', 'a\nc\n')).toMatch(/:2 says/)
  expect(firstDifferentLine('a\nb\nc', 'a\nb')).toMatch(/:3 says\n {2}c\nand the runs say\n {2}\(nothing\)/)
})

test('each claim is shown by a scenario, unless it is not modelled yet', () => {
  for (const { says, verdict, shown } of claims) expect(shown.length > 0, says).toBe(verdict !== 'not modelled yet')
  expect(new Set(claims.map(claim => claim.verdict))).toEqual(new Set(VERDICTS))
})

test('the document names each shipped scenario: where it shows what a text claims, or with its own claim', async () => {
  const showing = new Set(claims.flatMap(claim => claim.shown.map(({ scenario }) => scenario))), [judged = '', others = ''] = document.split('## What the other scenarios show')
  for (const { name, path, scenario } of await shippedScenarios()) {
    expect(judged.includes(`[${name}](../${path})`), name).toBe(showing.has(name))
    expect(others.includes(`- [${name}](../${path}): ${scenario.claim}\n`), name).toBe(!showing.has(name))
  }
})
