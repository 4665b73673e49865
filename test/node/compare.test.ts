/** `hotspare compare` and `plan --importance` as commands: what they refuse, and what they print. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { StudyResult } from '../../src/study/result.ts'
import type { CalendarResult } from '../../src/study/whatif/calendar.ts'
import type { ComparisonResult } from '../../src/study/whatif/comparison.ts'
import { hotspare } from './hotspare.ts'
import { SITE, WORSE } from './studies.ts'

const dir = mkdtempSync(join(tmpdir(), 'hotspare-compare-'))
afterAll(() => rmSync(dir, { recursive: true }))
const write = (name: string, text: string): string => { writeFileSync(join(dir, name), text); return join(dir, name) }
const site = write('site.yaml', SITE), worse = write('worse.yaml', WORSE)

test.each<[string, string[], RegExp]>([
  ['a file with variants, none of them named', [site, `${site}#one`], /site\.yaml: has variants; expected which one, such as .*site\.yaml#one/],
  ['a misspelt variant', [`${site}#one`, `${site}#twoo`], /has no variant "twoo"; it has one or two; did you mean "two"\?/],
  ['a precision in unknown units', [`${site}#one`, `${site}#two`, '--precision', '1 day'], /--precision 1 day: expected how precise the difference is to be, such as '0.5 min\/yr'/],
  ['designs that serve nothing in common', [`${site}#one`, `${write('other.yaml', SITE.replaceAll('site:', 'shop:'))}#one`], /no service is in both: the first has site, the second shop/],
  ['a study and an earlier result', [`${site}#one`, write('old.json', JSON.stringify({ schema: 'hotspare-study-1', variants: [] }))], /is an earlier result, and .*site\.yaml#one is none/],
])('refused with status 2: %s', async (_, args, says) => {
  const { status, out, err } = await hotspare('compare', ...args)
  expect([status, out]).toEqual([2, ''])
  expect(err).toMatch(says)
})

test('variants of two files are compared run by run, and two results as independent ones, which agree', async () => {
  const { status, out } = await hotspare('compare', `${site}#one`, `${worse}#one`, '--json'), paired = JSON.parse(out) as ComparisonResult
  expect(status).toBe(0)
  expect(paired.services[0]!.difference.low).toBeGreaterThan(0)
  expect(paired.changed).toEqual(['faults.crashes.lasts.exponential'])
  const results = [write('a.json', (await hotspare('plan', site, '--json')).out), write('b.json', (await hotspare('plan', worse, '--json')).out)]
  const apart = JSON.parse((await hotspare('compare', `${results[0]!}#one`, `${results[1]!}#one`, '--json')).out) as ComparisonResult
  expect(apart.services[0]!.pairedRuns).toBe(0)
  expect(apart.services[0]!.difference.low).toBeLessThan(paired.services[0]!.difference.value!)
  expect(apart.services[0]!.difference.high).toBeGreaterThan(paired.services[0]!.difference.value!)
})

test('calendar lists windows and exits with 1 where two are too close, 0 where none are', async () => {
  const rule = (second: string): string => write(`calendar-${second}.yaml`, SITE.replace(/faults:[^]*/, `faults:\n  first: { ipl: [a], every: 30d, at: 1d, lasts: 1h }\n  second: { ipl: [b], every: 30d, at: ${second}, lasts: 1h }\n`).replace('needs: [{ guest: a }]', 'needs: [{ any: [{ guest: a }, { guest: b }] }]'))
  const [apart, close] = [await hotspare('calendar', rule('2d')), await hotspare('calendar', rule('1d'), '--json')]
  expect([apart.status, apart.err]).toEqual([0, ''])
  expect(apart.out).toMatch(/no two windows are in each other's way\.\n\nWindows of one cycle, 30d\n  Tue {3}1d 00:00 {2}first of a: in order again after 1h/)
  expect(close.status).toBe(1)
  expect((JSON.parse(close.out) as CalendarResult).conflicts).toMatchObject([{ kind: 'outage', times: 13 }])
})

test('plan --importance says what each thing matters; without it nothing is simulated for that', async () => {
  const whole = JSON.parse((await hotspare('plan', site, '--json', '--importance')).out) as StudyResult, bare = JSON.parse((await hotspare('plan', site, '--json')).out) as StudyResult
  expect(bare.variants.map(({ importance }) => importance)).toEqual([[], []])
  expect(whole.variants[0]!.importance.map(({ what }) => what).sort()).toEqual(['a', 'b', 'crashes'])
  const b = whole.variants[0]!.importance.find(({ what }) => what === 'b')!
  expect([b.saves.value, b.riskReduction]).toEqual([0, 1])
  expect(whole.variants.map(({ services }) => services)).toEqual(bare.variants.map(({ services }) => services))
})
