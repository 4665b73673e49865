/**
 * docs/claims.md: the founding article's claims, our verdicts, and what the runs of the scenarios show.
 *
 *     npm run claims               writes it
 *     npm run claims -- --check    exits 1 with the first difference if the file is not what the runs say
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readyScenario, type Scenario } from '../src/scenario/build.ts'
import { formatIssue } from '../src/scenario/issue.ts'
import { loadScenario } from '../src/scenario/load.ts'
import { simulate, type Run } from '../src/scenario/run.ts'
import type { ScenarioInput } from '../src/scenario/schema.ts'
import { stack } from '../src/models/stack.ts'
import { besides } from '../src/node/files.ts'
import { chapters, VERDICTS, type Claim } from './article-claims.ts'

const DOCUMENT = fileURLToPath(new URL('claims.md', import.meta.url))
const SCENARIOS = new URL('../scenarios/', import.meta.url)

/** The document, made of runs. Throws if a scenario that shows a claim does not meet its own expectations. */
export async function claimsDocument(): Promise<string> {
  const claims = chapters.flatMap(chapter => chapter.claims), runs = new Map<string, Shown>()
  for (const { scenario } of claims.flatMap(claim => claim.shown)) if (!runs.has(scenario)) runs.set(scenario, await show(scenario))
  const counts = VERDICTS.map(verdict => `${claims.filter(claim => claim.verdict === verdict).length} ${verdict}`).join(' · ')
  return `${[
    '# What the article claims, and what the runs say', '',
    'The founding article describes a Linux partition whose disks are mirrored over several i5/OS hosts and which routes IPv6 for them. This is',
    'every claim it makes about that, with our verdict, the scenario that shows it, and the figure of its run; then what notes on PowerVM NovaLink',
    'say of its management switch. Written by `npm run claims`; do not edit it by hand.', '',
    `${claims.length} claims: ${counts}.`,
    ...chapters.flatMap(({ title, claims }) => ['', `## ${title}`, ...claims.flatMap(claim => tell(claim, runs))]),
    '', '## What the other scenarios show', '', 'They judge no sentence of these texts, but what one may meet all the same. Their runs are tested like the others.', '',
    ...await others(new Set(runs.keys())),
  ].join('\n')}\n`
}

function tell({ says, verdict, because, shown }: Claim, runs: ReadonlyMap<string, Shown>): string[] {
  return [
    '', `> ${says}`, '', `**${verdict[0]!.toUpperCase()}${verdict.slice(1)}.** ${because}`,
    ...shown.length === 0 ? [] : [''],
    ...shown.map(({ scenario, figure }) => {
      const { file, run } = runs.get(scenario)!
      return `- [${scenario}](../scenarios/${file}): ${figure(run)}`
    }),
  ]
}

/** The claims that scenarios make themselves, of those that are not shown above. */
async function others(shown: ReadonlySet<string>): Promise<string[]> {
  const files = readdirSync(SCENARIOS).filter(file => /\.(ya?ml|ts)$/.test(file) && !shown.has(nameOf(file))).sort()
  return Promise.all(files.map(async file => `- [${nameOf(file)}](../scenarios/${file}): ${(await scenarioIn(file)).claim ?? 'it makes no claim'}`))
}
const nameOf = (file: string): string => file.replace(/\.\w+$/, '')

interface Shown { readonly file: string; readonly run: Run }

async function show(name: string): Promise<Shown> {
  const file = existsSync(new URL(`${name}.yaml`, SCENARIOS)) ? `${name}.yaml` : `${name}.ts`
  const run = simulate(await scenarioIn(file))
  if (!run.verdict.met) throw new Error(`scenarios/${file} does not do what it expects: ${run.verdict.results.filter(result => !result.met).map(({ says, figures }) => `${says}: ${figures}`).join('; ')}`)
  return { file, run }
}

async function scenarioIn(file: string): Promise<Scenario> {
  const url = new URL(file, SCENARIOS)
  if (file.endsWith('.ts')) return readyScenario((await import(url.href) as { default: ScenarioInput }).default)
  const { scenario, issues } = loadScenario(readFileSync(url, 'utf8'), `scenarios/${file}`, stack, besides(fileURLToPath(url)))
  if (scenario === undefined) throw new Error(issues.map(formatIssue).join('\n'))
  return scenario
}

/** The first line in which two texts differ, told to a person; undefined if there is none. */
export function firstDifferentLine(written: string, wanted: string): string | undefined {
  if (written === wanted) return undefined
  const left = written.split('\n'), right = wanted.split('\n'), index = right.findIndex((text, at) => text !== left[at])
  const at = index < 0 ? right.length : index
  return `docs/claims.md:${at + 1} says\n  ${left[at] ?? '(nothing)'}\nand the runs say\n  ${right[at] ?? '(nothing)'}\nnpm run claims writes it anew`
}

async function main(check: boolean): Promise<number> {
  const wanted = await claimsDocument()
  if (!check) {
    writeFileSync(DOCUMENT, wanted)
    console.log('docs/claims.md is written')
    return 0
  }
  const difference = firstDifferentLine(existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '', wanted)
  if (difference === undefined) console.log('docs/claims.md is what the runs say')
  else console.error(difference)
  return difference === undefined ? 0 : 1
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = await main(process.argv.includes('--check'))
