/** docs/validation.md has a line for every figure of every case; what theory says is as computed now, and so are the simulations that take no time. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rowOf } from '../../docs/validation.ts'
import { ROOT } from '../support/source.ts'
import { cases } from '../validation/cases.ts'
import { judge } from '../validation/row.ts'

const lines = readFileSync(join(ROOT, 'docs/validation.md'), 'utf8').split('\n')
const AGAIN = new Set(['raid1-mttdl-003', 'kofn-008', 'machine-repair-009', 'fence-race-015', 'tandem-prism-039'])
/** Of a figure that is simulated elsewhere: without simulation, runs and verdict. */
const theoryOf = (line: string): string => line.split(' | ').slice(0, 4).join(' | ')

test('the table says of every figure what theory says, and of simulations what they say', () => {
  const wanted = cases.flatMap(one => one.expected.map((figure, i) => {
    const again = AGAIN.has(one.id) || figure.simTolerance === undefined
    if (again) return rowOf(one, judge(one, figure), i === 0)
    const { simTolerance: _, ...plain } = figure
    return theoryOf(rowOf(one, judge(one, plain), i === 0))
  }))
  const table = lines.filter(line => /^\| \**[a-z][a-z0-9-]+-\d+\** \|/.test(line))
  expect(table.map((line, i) => wanted[i]?.endsWith('|') ? line : theoryOf(line))).toEqual(wanted)
})

test('all agree but the case that gives no parameters', () => {
  const differ = lines.filter(line => line.includes('| differs: '))
  expect(differ.every(line => line.includes('migration-published-018'))).toBe(true)
  expect(differ).toHaveLength(2)
  const simulated = cases.flatMap(({ expected }) => expected).filter(({ simTolerance }) => simTolerance !== undefined).length
  expect(lines.filter(line => /^\| .* \[[^\]]+, [^\]]+\] \| \d+ \| agrees \|$/.test(line))).toHaveLength(simulated)
})
