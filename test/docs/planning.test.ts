/** docs/planning.md: it names every key of a study, its example is a study, its defaults are those of the code, and its command lines work as written. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { formatDuration } from '../../src/base/time.ts'
import { MOST_YEARS, studySchema } from '../../src/study/schema.ts'
import { loadStudy } from '../../src/study/study.ts'
import { planStudy } from '../../src/study/plan-study.ts'
import { hotspare } from '../node/hotspare.ts'
import { ROOT } from '../support/source.ts'

const page = readFileSync(join(ROOT, 'docs/planning.md'), 'utf8'), folder = mkdtempSync(join(tmpdir(), 'hotspare-'))
afterAll(() => rmSync(folder, { recursive: true }))
const rows = [...page.split('## What fails')[0]!.matchAll(/^\| ((?:`[$\w]+`(?:, )?)+) \|([^|]*)\|/gm)].flatMap(([, keys, value]) => [...keys!.matchAll(/`([$\w]+)`/g)].map(([, key]) => [key!, value!.trim()] as const))

test('the table has every key of a study, and the defaults of the code', () => {
  expect(rows.map(([key]) => key).sort()).toEqual(Object.keys(studySchema.shape).sort())
  const { precision, yearsPerRun, warmUp, fidelity } = studySchema.parse({}), said = Object.fromEntries(rows)
  expect([said['precision'], said['years'], said['yearsPerRun'], said['warmUp'], said['fidelity']]).toEqual([`${precision * 100}%`, String(MOST_YEARS), String(yearsPerRun), formatDuration(warmUp), fidelity])
})

test('the example is a study', () => {
  const [, text = ''] = /^```yaml\n(.*?)^```$/ms.exec(page)!, { study, issues } = loadStudy(text, 'planning.yaml')
  expect(issues).toEqual([])
  const [first, second] = planStudy(study!, { method: 'runs', runs: 4 }).variants.map(({ arrays }) => arrays[0]!.exposed)
  expect(second!.value!).toBeLessThan(first!.value!)
})

const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, text]) => text!.trim().split('\n')).map(line => line.replace(/ +#.*$/, ''))

test('as written: every command line, with fewer years and without a pilot', async () => {
  expect(commands.length).toBeGreaterThan(8)
  for (const line of commands) {
    const [command = '', to] = line.split(' > '), words = [...command.matchAll(/'[^']*'|\S+/g)].map(([word]) => word.replaceAll("'", '')).slice(2)
    const args = words.map((word, i) => words[i - 1] === '--years' ? '4' : /^[\w-]+\.(html|ndjson|json)$/.test(word) ? join(folder, word) : word)
    const { status, out, err } = await hotspare(...args, ...['plan', 'compare'].includes(args[0]!) ? ['--method', 'runs'] : [])
    expect([line, status === 0 || (args[0] === 'calendar' && status === 1), err.replaceAll(/^(\{"progress"|.*: part \d of).*\n/gm, '')]).toEqual([line, true, ''])
    if (to !== undefined) writeFileSync(join(folder, to), out)
  }
})
