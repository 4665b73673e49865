/**
 * docs/studies: the report of each shipped study, and a page that lists questions and answers.
 *
 *     npm run studies               writes them (npm run studies -- NAME only one of them and the page)
 *     npm run studies -- --check    exits 1 with what differs if they are not what the runs say
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { repeatOf } from '../src/node/commands/plan.ts'
import { openStudy } from '../src/node/study-input.ts'
import { addSides } from '../src/node/study-sides.ts'
import { VERSION } from '../src/node/version.ts'
import { Hands, ordersOf } from '../src/study/hands.ts'
import { methodOf, type Method } from '../src/study/method.ts'
import { Plan } from '../src/study/plan.ts'
import { htmlOf } from '../src/study/report/html.ts'
import type { StudyResult } from '../src/study/result.ts'
import { figureText } from '../src/study/words.ts'

const ROOT = new URL('../', import.meta.url), STUDIES = new URL('scenarios/studies/', ROOT), FOLDER = new URL('docs/studies/', ROOT)
/** A report is sent by mail: larger than this, something is wrong. */
const MOST_BYTES = 300_000

export const studyNames = (): string[] => readdirSync(STUDIES).filter(file => file.endsWith('.yaml')).sort().map(file => basename(file, '.yaml'))

/** What `hotspare plan scenarios/studies/NAME.yaml --report FILE` makes of it, in one thread. */
export async function resultOf(name: string): Promise<StudyResult> {
  const opened = await openStudy(`scenarios/studies/${name}.yaml`, {}), { study, source } = opened, methods = study.variants.map(variant => methodOf(study, variant, 'auto') as Method)
  const plan = new Plan(study, methods), hands = new Hands(ordersOf(study, study.variants.map(({ scenario }, i) => ({ scenario, method: methods[i]! }))))
  for (let round = plan.next(); round !== null; round = plan.next()) {
    const { from, to } = round, runs = Array.from({ length: to - from }, (_, i) => from + i)
    methods.forEach((_, system) => { for (const tally of hands.run({ system, runs })) plan.collect(system, tally) })
  }
  const ended = plan.precise ? 'precise' : 'years', result = plan.result({ hotspare: VERSION, ended, repeat: repeatOf(opened, {}, ended, plan) })
  return addSides(plan, result, source, { workers: 1, quiet: true })
}

/** One row of the page: the question, and the first sentences of the verdict, which compare. */
export function rowOf(name: string, { question, verdict, comparisons, variants }: StudyResult): string {
  const first = variants[0]!.services[0]!.name, answers = verdict.slice(0, Math.max(1, comparisons.filter(({ service }) => service === first).length))
  const exposed = variants.flatMap(({ name, arrays }) => arrays.at(-1)?.exposed.value == null ? [] : [`${name} ${figureText(arrays.at(-1)!.exposed)}`])
  return [`## ${question ?? name}`, '', ...answers.map(answer => `- ${answer}`), ...exposed.length === 0 ? [] : [`- On one copy: ${exposed.join('; ')}.`], '', `[The study](../../scenarios/studies/${name}.yaml) · [its report](${name}.html) · \`npx hotspare plan ${name}\``].join('\n')
}

export const pageOf = (rows: readonly string[]): string => `${[
  '# The shipped studies, and what they answer', '',
  'Each is a file to read and to copy: [planning](../planning.md) says what may stand in one. Figures in brackets are intervals of 95 %. All rates are planning',
  'figures that the files explain, nobody\'s measurements: it is the differences that teach something. Written by `npm run studies`; do not edit it by hand.',
  ...rows.flatMap(row => ['', row]),
].join('\n')}\n`

/** Where two texts differ first, with some of both. */
export function difference(file: string, written: string, wanted: string): string | undefined {
  if (written === wanted) return undefined
  let at = 0
  while (written[at] === wanted[at]) at++
  const show = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60))
  return `docs/studies/${file} says\n  ${show(written)}\nand the runs say\n  ${show(wanted)}\nnpm run studies writes it anew`
}

async function main(args: readonly string[]): Promise<number> {
  const check = args.includes('--check'), only = args.filter(arg => !arg.startsWith('--')), files = new Map<string, string>(), rows: string[] = []
  for (const name of studyNames()) {
    if (only.length > 0 && !only.includes(name)) continue
    const start = process.cpuUsage()
    const result = await resultOf(name), page = htmlOf(result), { user, system } = process.cpuUsage(start)
    if (page.length > MOST_BYTES) throw new Error(`docs/studies/${name}.html: ${page.length} bytes, expected at most ${MOST_BYTES}`)
    files.set(`${name}.html`, page)
    rows.push(rowOf(name, result))
    console.log(`${name}: ${result.variants.map(({ method, years }) => `${Math.round(years)} years by ${method}`).join(', ')}; ${((user + system) / 1e6).toFixed(1)} s of CPU`)
  }
  if (only.length === 0) files.set('README.md', pageOf(rows))
  let differs = false
  if (!check) mkdirSync(FOLDER, { recursive: true })
  const known = existsSync(FOLDER) ? readdirSync(FOLDER) : []
  for (const file of only.length === 0 ? known.filter(each => !files.has(each)) : []) {
    if (!check) rmSync(new URL(file, FOLDER))
    else console.error(`docs/studies/${file} is of no shipped study`)
    differs = true
  }
  for (const [file, wanted] of files) {
    const told = difference(file, known.includes(file) ? readFileSync(new URL(file, FOLDER), 'utf8') : '', wanted)
    if (!check) writeFileSync(new URL(file, FOLDER), wanted)
    else if (told !== undefined) console.error(told)
    differs ||= told !== undefined
  }
  return check && differs ? 1 : 0
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.chdir(fileURLToPath(ROOT))
  process.exitCode = await main(process.argv.slice(2))
}
