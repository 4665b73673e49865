/** The shipped studies: each can be run, and its question is answered in the direction that its page says, beyond chance. Seeds are the studies' own. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { studyNames } from '../../docs/studies.ts'
import { besides } from '../../src/node/files.ts'
import { formatIssue } from '../../src/scenario/issue.ts'
import { planStudy } from '../../src/study/plan-study.ts'
import type { Figure, StudyResult } from '../../src/study/result.ts'
import { loadStudy, type Study } from '../../src/study/study.ts'
import { ROOT } from '../support/source.ts'

function shipped(name: string): Study {
  const path = join(ROOT, `scenarios/studies/${name}.yaml`), { study, issues } = loadStudy(readFileSync(path, 'utf8'), path, besides(path))
  if (study === undefined) throw new Error(issues.map(formatIssue).join('\n'))
  return study
}
const exposed = (result: StudyResult, variant: string): Figure => result.variants.find(({ name }) => name === variant)!.arrays.find(({ name }) => name === 'md1')!.exposed
const difference = (result: StudyResult, variant: string): Figure => result.comparisons.find(each => each.variant === variant)!.difference
const below = (less: Figure, more: Figure): void => expect(less.high, `${JSON.stringify(less)} is below ${JSON.stringify(more)}`).toBeLessThan(more.low!)

/** Plain runs, few enough for a test, and what they show of outages, or of the time on one copy where outages are too rare for them. */
const ANSWERS: Readonly<Record<string, readonly [runs: number, answered: (result: StudyResult) => void]>> = {
  'two-or-three-hosts': [8, result => below(exposed(result, 'three hosts'), exposed(result, 'two hosts'))],
  'spare-or-none': [8, result => {
    below(exposed(result, 'hot spare'), exposed(result, 'no spare'))
    expect(exposed(result, 'third copy').value ?? 0).toBeLessThan(exposed(result, 'hot spare').low!)
  }],
  'bitmap-or-none': [8, result => below(exposed(result, 'bitmap'), exposed(result, 'no bitmap'))],
  'manual-or-scripted-recovery': [8, result => below(exposed(result, 'by a script'), exposed(result, 'by hand'))],
  'staggered-or-simultaneous-maintenance': [8, result => {
    for (const close of ['a quarter of an hour apart', 'together']) expect(difference(result, close).low).toBeGreaterThan(60)
    for (const far of ['an hour apart', 'an hour apart, looking first']) below(difference(result, far), difference(result, 'together'))
  }],
  'common-cause': [24, result => expect(difference(result, '10 % in common').low).toBeGreaterThan(0)],
  'one-or-two-routers': [8, result => expect(difference(result, 'two routers').high).toBeLessThan(0)],
}

test('each shipped study has an answer that is tested', () => {
  expect(studyNames()).toEqual(Object.keys(ANSWERS).sort())
})

test.each(Object.entries(ANSWERS))('%s is answered as its page says', (name, [runs, answered]) => {
  const study = shipped(name), result = planStudy(study, { method: 'runs', runs })
  expect(study.question).toMatch(/\?$/)
  expect(result.variants.every(variant => variant.warnings.every(warning => !warning.includes('went down for good')))).toBe(true)
  answered(result)
})
