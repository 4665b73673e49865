/** docs/claims.md is what the runs say, and it says something about every claim and every shipped scenario. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chapters, VERDICTS } from '../../docs/article-claims.ts'
import { claimsDocument, firstDifferentLine } from '../../docs/claims.ts'
import { shippedScenarios } from '../support/scenarios.ts'
import { ROOT } from '../support/source.ts'

const claims = chapters.flatMap(chapter => chapter.claims)

test('the document is what the runs say', async () => {
  expect(firstDifferentLine(readFileSync(join(ROOT, 'docs/claims.md'), 'utf8'), await claimsDocument())).toBeUndefined()
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

test('each shipped scenario shows a claim', async () => {
  const showing = new Set(claims.flatMap(claim => claim.shown.map(({ scenario }) => scenario)))
  expect((await shippedScenarios()).map(({ name }) => name).filter(name => !showing.has(name))).toEqual([])
})
