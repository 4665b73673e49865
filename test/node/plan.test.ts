/** `hotspare plan` and `merge` as commands, in one thread: what they refuse, keep, continue, put together and say. Threads and signals: plan-process.test.ts. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { StudyResult } from '../../src/study/result.ts'
import { hotspare } from './hotspare.ts'
import { SITE, WORSE } from './studies.ts'

const dir = mkdtempSync(join(tmpdir(), 'hotspare-plan-')), at = (name: string): string => join(dir, name)
afterAll(() => rmSync(dir, { recursive: true }))
const write = (name: string, text: string): string => { writeFileSync(at(name), text); return at(name) }
const site = write('site.yaml', SITE), worse = write('worse.yaml', WORSE)
const plan = (...args: string[]) => hotspare('plan', ...args.includes('--method') ? [] : ['--method', 'runs'], ...args)
const json = async (...args: string[]): Promise<string> => {
  const { status, out, err } = await plan(...args, '--json')
  expect([status, err.replaceAll(/^\{"progress".*\n/gm, '')]).toEqual([0, ''])
  return out
}
const lines = (file: string): string[] => readFileSync(at(file), 'utf8').split('\n').slice(0, -1)

describe('what is refused with status 2, before any work', () => {
  test.each<[string, string[], RegExp]>([
    ['a misspelt study', ['plan', 'founding-storie'], /no such file, nor a shipped study of this name; did you mean "founding-story"\?/],
    ['a misspelt key, with its place', ['plan', write('key.yaml', SITE.replace('precision:', 'precison:'))], /key\.yaml:6:1: unknown key "precison", .*did you mean "precision"\?/],
    ['a precision of 0', ['plan', site, '--precision', '0%'], /--precision 0%: expected a share above 0/],
    ['a budget without a unit', ['plan', site, '--budget', '60'], /--budget 60: expected a duration such as 60s/],
    ['years that are no number', ['plan', site, '--years', 'many'], /expected a number of years/],
    ['a report in no directory', ['plan', site, '--report', at('none/r.html')], /--report .*no such directory/],
    ['a file of runs where a directory is', ['plan', site, '--resume', dir], /--resume .*is a directory/],
    ['two things for stdout', ['plan', site, '--json', '--csv'], /only one of them can be on stdout/],
    ['a shard that is none of them', ['plan', site, '--shard', '3/2', '--years', '10', '--out', at('x')], /--shard 3\/2: expected which part of how many/],
    ['a shard without years', ['plan', site, '--shard', '1/2', '--out', at('x')], /--shard 1\/2: expected --years N/],
    ['a shard that goes nowhere', ['plan', site, '--shard', '1/2', '--years', '10'], /--shard 1\/2: expected --out FILE/],
    ['a baseline without a budget', ['plan', site, '--baseline', worse], /--baseline and --max-regression belong together/],
    ['a budget for regressions in unknown units', ['plan', site, '--baseline', worse, '--max-regression', '1 day'], /--max-regression '1 day': expected how much downtime more, such as '1 min\/yr'/],
    ['a baseline without the service', ['plan', site, '--baseline', write('other.yaml', SITE.replaceAll('site:', 'sites:')), '--max-regression', '1 min/yr'], /has no service "site"; it has sites; did you mean "sites"\?/],
    ['parts that are none', ['merge', site], /site\.yaml:1: is not a file of runs/],
  ])('%s', async (_, args, says) => {
    const { status, out, err } = await hotspare(...args)
    expect([status, out]).toEqual([2, ''])
    expect(err).toMatch(says)
    expect(err).not.toMatch(/fault of hotspare|\n +at /)
  })
})

describe('a study that is gone on with', () => {
  test('gives the digits of one that was not interrupted, wherever its file was cut short', async () => {
    const whole = await json(site), kept = await json(site, '--resume', at('kept.ndjson'))
    expect(kept).toBe(whole)
    const text = readFileSync(at('kept.ndjson'), 'utf8')
    for (const share of [0.5, 0.9]) {
      const cut = text.slice(0, Math.max(text.indexOf('\n') + 1, Math.floor(text.length * share)))
      writeFileSync(at('cut.ndjson'), cut)
      const { out, err } = await plan(site, '--resume', at('cut.ndjson'), '--json')
      expect(out).toBe(whole)
      expect(err.includes('cut short')).toBe(!cut.endsWith('\n'))
      expect(readFileSync(at('cut.ndjson'), 'utf8')).toBe(text)
    }
  })

  test('does not do again what is in its file', async () => {
    await json(site, '--years', '20', '--resume', at('again.ndjson'))
    const before = lines('again.ndjson')
    await json(site, '--years', '40', '--resume', at('again.ndjson'))
    expect(lines('again.ndjson').slice(0, before.length)).toEqual(before)
    expect(lines('again.ndjson')).toHaveLength(1 + 2 * 20)
  })

  test('refuses the runs of another study by name, and says what differs', async () => {
    await json(site, '--years', '8', '--resume', at('mine.ndjson'))
    const other = await plan(worse, '--years', '8', '--resume', at('mine.ndjson')), seed = await plan(site, '--seed', '8', '--years', '8', '--resume', at('mine.ndjson'))
    expect([other.status, seed.status]).toEqual([2, 2])
    expect(other.err).toMatch(/mine\.ndjson: has runs of another study: the system of "one" is another; the system of "two" is another$/m)
    expect(seed.err).toMatch(/mine\.ndjson: has runs of another study: the seed is 7 there and 8 here$/m)
  })

  test('refuses a file in which a digit has changed, with its line', async () => {
    await json(site, '--years', '8', '--resume', at('bent.ndjson'))
    const bent = lines('bent.ndjson')
    bent[3] = bent[3]!.replace(/"events":(\d)/, (_, digit) => `"events":${(Number(digit) + 1) % 10}`)
    writeFileSync(at('bent.ndjson'), `${bent.join('\n')}\n`)
    const { status, err } = await plan(site, '--years', '8', '--resume', at('bent.ndjson'))
    expect([status, err]).toEqual([2, expect.stringMatching(/bent\.ndjson:4: the line is damaged/)])
  })
})

describe('the parts of a study', () => {
  const part = (i: number, of: number, ...more: string[]): Promise<unknown> => plan(site, '--years', '50', '--shard', `${i}/${of}`, '--out', at(`part${i}-${of}.ndjson`), ...more)
  const merge = (...files: string[]) => hotspare('merge', ...files.map(at), '--json')

  test.each([1, 2, 3])('%i of them are merged to the digits of the study in one piece, in whatever order, twice or not', async of => {
    const whole = await json(site, '--years', '50'), files = Array.from({ length: of }, (_, i) => `part${i + 1}-${of}.ndjson`)
    for (let i = 1; i <= of; i++) await part(i, of)
    for (const some of [files, [...files].reverse(), [...files, files[0]!]]) expect((await merge(...some)).out).toBe(whole)
  })

  test('that stop when the whole is precise enough stop where the study in one piece does', async () => {
    const whole = await json(site, '--years', '400', '--precision', '15%')
    for (const i of [1, 2]) await plan(site, '--years', '400', '--precision', '15%', '--shard', `${i}/2`, '--out', at(`precise${i}.ndjson`))
    expect((await merge('precise1.ndjson', 'precise2.ndjson')).out).toBe(whole)
  })

  test('that fork at losses of redundancy are merged as exactly', async () => {
    const forks = ['--years', '20', '--method', 'forks'], files = [1, 2].map(i => at(`forked${i}.ndjson`)), whole = await json(site, ...forks)
    for (const [i, file] of files.entries()) await plan(site, ...forks, '--shard', `${i + 1}/2`, '--out', file)
    expect((JSON.parse(whole) as StudyResult).variants.every(({ forks }) => forks !== null && forks.hits > 0)).toBe(true)
    expect((await hotspare('merge', ...files, '--json')).out).toBe(whole)
  })

  test('are refused by name where one is missing, foreign, not complete, or contradicts another', async () => {
    for (const i of [1, 2]) await part(i, 2)
    const alone = await merge('part1-2.ndjson')
    expect([alone.status, alone.err]).toEqual([2, expect.stringMatching(/part 2 of 2 is missing: --shard 2\/2/)])
    await plan(site, '--seed', '8', '--years', '50', '--shard', '2/2', '--out', at('foreign.ndjson'))
    const foreign = await merge('part1-2.ndjson', 'foreign.ndjson')
    expect([foreign.status, foreign.err]).toEqual([2, expect.stringMatching(/foreign\.ndjson: is not of the same study: the seed is 8 there and 7 in .*part1-2\.ndjson/)])
    const text = readFileSync(at('part2-2.ndjson'), 'utf8')
    writeFileSync(at('short.ndjson'), text.slice(0, -10))
    const short = await merge('part1-2.ndjson', 'short.ndjson')
    expect([short.status, short.err]).toEqual([2, expect.stringMatching(/short\.ndjson: the last line was cut short.*\n.*short\.ndjson: run 23 is missing: part 2 of 2 is not complete/)])
    // The right sum under a wrong line: the same run of another study, as a slip with an editor might leave it.
    writeFileSync(at('mixed.ndjson'), text)
    appendFileSync(at('mixed.ndjson'), `${lines('foreign.ndjson')[1]!}\n`)
    const mixed = await merge('part1-2.ndjson', 'mixed.ndjson')
    expect([mixed.status, mixed.err]).toEqual([2, expect.stringMatching(/mixed\.ndjson: run 1 is not what it is in .*mixed\.ndjson/)])
  })
})

describe('a baseline', () => {
  const gate = (study: string, baseline: string, most: string, ...more: string[]) => plan(study, '--baseline', baseline, '--max-regression', most, '--quiet', ...more)

  test('fails whoever is worse than it by more than the budget, and passes who is not: against a study, run by run', async () => {
    const [same, bad, allowed, better] = [await gate(site, site, '1 min/yr'), await gate(worse, site, '100 min/yr'), await gate(worse, site, '200 h/yr'), await gate(site, worse, '0 min/yr')]
    expect([same, bad, allowed, better].map(({ status }) => status)).toEqual([0, 1, 0, 0])
    expect(bad.out).toMatch(/^Regression: site is down/m)
    expect(better.out).toMatch(/^No regression: site is down .* less than/m)
  })

  test('may be an earlier result, and a share of its downtime', async () => {
    writeFileSync(at('before.json'), await json(site, '--years', '400'))
    expect([(await gate(worse, at('before.json'), '5%')).status, (await gate(site, at('before.json'), '200%')).status]).toEqual([1, 0])
  })

  test('that leaves it open gives the same verdict for the same seed, and says that nothing is proven', async () => {
    writeFileSync(at('rough.json'), await json(site, '--years', '20'))
    const first = await gate(site, at('rough.json'), '1%', '--years', '30'), again = await gate(site, at('rough.json'), '1%', '--years', '30')
    expect(first).toEqual(again)
    expect(first.out).toMatch(/^Cannot tell whether there is a regression/m)
    expect(first.status).toBe(first.out.replaceAll('\n', ' ').includes('decides: failed') ? 1 : 0)
  })
})

test('--years without --precision makes exactly so many; with it, they are a limit; a run is never divided', async () => {
  const years = async (...args: string[]): Promise<number[]> => (JSON.parse(await json(site, ...args)) as StudyResult).variants.map(each => each.years)
  expect(await years('--years', '101')).toEqual([102, 102])
  const [some] = await years('--years', '400', '--precision', '90%')
  expect(some).toBeLessThan(400)
})

test('the command that it says repeats it does, also one that was cut short by a budget', async () => {
  const { out } = await plan(site, '--precision', '0.01%', '--years', '100000', '--budget', '500ms', '--json')
  const result = JSON.parse(out) as StudyResult, words = result.repeat.split(' ').slice(2)
  expect(result.ended).toBe('budget')
  const again = JSON.parse(await json(...words.map(word => word.replaceAll("'", '')))) as StudyResult
  expect(again.variants).toEqual(result.variants)
  expect(again.comparisons).toEqual(result.comparisons)
})
