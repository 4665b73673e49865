/**
 * docs/recovery-scripts.md: it names every rule of a check, its limits and costs are those of the machine, its command lines work as written, and its count of
 * known differences is that of the battery (`npx vitest run test/docs/recovery-scripts.test.ts -u` rewrites that sentence).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { RULES } from '../../src/explore/judge.ts'
import { COSTS, LIMITS } from '../../src/shell/kernel/machine.ts'
import { hotspare } from '../node/hotspare.ts'
import { allCases } from '../shell/battery.ts'
import { KNOWN, KNOWN_STDERR } from '../shell/battery/known.ts'
import { ROOT } from '../support/source.ts'

const PAGE = join(ROOT, 'docs/recovery-scripts.md'), page = readFileSync(PAGE, 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'hotspare-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('it has a sentence for each rule, in the order of the rules', () => {
  expect([...page.matchAll(/^\| `([a-z ]+)` \| \S/gm)].map(([, rule]) => rule)).toEqual([...RULES])
})

test('the limits and the virtual CPU time are those of a machine', () => {
  expect(page).toContain(`${LIMITS.statements / 1000},000 statements without waiting, ${LIMITS.output >> 20} MiB printed; ${LIMITS.processes} processes, ${LIMITS.held >> 20} MiB held by one, ${LIMITS.depth} functions deep`)
  expect(page).toContain(`(${COSTS.statement} µs, ${COSTS.fork / 1000} ms, ${COSTS.exec / 1000} ms)`)
})

const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, text]) => text!.trim().split('\n')).map(line => line.replace(/ +#.*$/, ''))
test.each(commands.filter(line => line.startsWith('npx hotspare ') && !line.includes(' console ')))('as written: %s', async line => {
  const words = line.split(/ +/).slice(2).map((word, i, all) => ['--junit', '--save-failing'].includes(all[i - 1] ?? '') ? join(folder, word) : word)
  const { status, err } = await hotspare(...words, ...words[0] === 'check' ? ['--runs', '2'] : [])
  expect([status, err.replaceAll(/^\{"progress".*\n/gm, '')]).toEqual([expect.toSatisfy(n => n === 0 || (n === 1 && words[0] === 'check')), ''])
})

test('what differs from the real shell is counted as the battery counts it', async () => {
  const said = `<!-- known differences -->\nOf more than ${Math.floor(allCases().length / 100) * 100} recorded sessions of the battery ${KNOWN.size} are known to differ in output or status and ${KNOWN_STDERR.size} in an error message alone,`
  await expect(page.replace(/<!-- known differences -->\n.*? alone,/s, () => said)).toMatchFileSnapshot(PAGE)
})
