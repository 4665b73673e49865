/**
 * docs/validation.md: every figure of every validation case, what theory and simulation say of it, and the verdict.
 *
 *     npx tsx docs/validation.ts             writes it
 *     npx tsx docs/validation.ts --check     exits 1 with the first difference if the file is not what is computed
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { firstDifferentLine } from './claims.ts'
import type { Estimate } from '../test/validation/experiment.ts'
import type { Case, Figure, Value } from '../test/validation/family.ts'
import { judge, type Judged } from '../test/validation/row.ts'

const DOCUMENT = fileURLToPath(new URL('validation.md', import.meta.url)), CASES = new URL('../test/golden/validation.json', import.meta.url)

export function validationDocument(cases: readonly Case[]): string {
  const judged = cases.map(one => [one, one.expected.map(figure => judge(one, figure))] as const), all = judged.flatMap(([, of]) => of)
  const passed = all.filter(({ why }) => why === undefined).length, simulated = all.filter(one => one.simulated !== undefined).length
  return `${[
    '# Figures that are known, and what we make of them', '',
    `${cases.length} cases with parameters and expected figures: closed forms, exact solutions that others have printed, and one long simulation. Theory is a closed form or the`,
    'exact solver (`src/study/exact`), and a second way to the same figure is compared by the tests, also with every parameter a tenth off. Where a case asks for a',
    'simulation, it runs through `createSim` until its interval is as narrow as the case wants, and the interval must cover the expected figure: guests, components, arrays,',
    'daemons and hosts through the shipped models, queues and small systems through models of their own, rare losses by failure biasing. The intervals are of 99.9 %, by',
    `independent runs or regeneration cycles, with fixed seeds; with other seeds, about one time in ${Math.round(1 / (1 - 0.999 ** simulated))} one of them would not cover.`, '',
    'Written by `npx tsx docs/validation.ts`; do not edit it by hand. `npm run conformance -- --only validation` judges the same, and `--validation FILE` other cases.', '',
    `${passed} of ${all.length} figures agree; ${simulated} of them are simulated, too.`, '',
    '| case | figure | expected | theory | simulated [99.9 % interval] | runs | verdict |', '|---|---|---|---|---|---|---|',
    ...judged.flatMap(([one, of]) => of.map((each, i) => rowOf(one, each, i === 0))),
    '', '## Cases', '', ...cases.map(({ id, title }) => `- **${id}**: ${title}`),
  ].join('\n')}\n`
}

/** One line of the table. */
export const rowOf = ({ id }: Case, { figure, theory, simulated, why }: Judged, first = true): string =>
  `| ${first ? `**${id}**` : id} | ${figure.metric} | ${shown(figure.value)} ${unitOf(figure)}| ${shown(theory)} | ${interval(simulated)} | ${simulated?.runs ?? ''} | ${why === undefined ? 'agrees' : `differs: ${why}`} |`

const unitOf = ({ unit }: Figure): string => unit === '1' || unit === 'bool' ? '' : `${unit} `
const shown = (value: Value | undefined): string => typeof value === 'number' ? String(Number(value.toPrecision(12))) : value === undefined ? '' : String(value)
/** As many digits as the interval has to tell, and two more. */
function interval(found: Estimate | undefined): string {
  if (found === undefined) return ''
  const digits = Math.min(15, Math.max(3, Math.ceil(-Math.log10((found.high - found.low) / Math.abs(found.value))) + 2))
  const [value, low, high] = [found.value, found.low, found.high].map(each => String(Number(each.toPrecision(digits))))
  return `${value} [${low}, ${high}]`
}

function main(check: boolean): number {
  const wanted = validationDocument((JSON.parse(readFileSync(CASES, 'utf8')) as { cases: Case[] }).cases)
  if (!check) {
    writeFileSync(DOCUMENT, wanted)
    console.log('docs/validation.md is written')
    return 0
  }
  const difference = firstDifferentLine(existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '', wanted)?.replaceAll('docs/claims.md', 'docs/validation.md').replace('npm run claims', 'npx tsx docs/validation.ts')
  console.log(difference ?? 'docs/validation.md is what is computed')
  return difference === undefined ? 0 : 1
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = main(process.argv.includes('--check'))
