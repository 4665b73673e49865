/** Every scenario in scenarios/ (studies are another thing), loaded as the command does, for the tests that run them all. */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readyScenario, type Scenario } from '../../src/scenario/build.ts'
import { formatIssue } from '../../src/scenario/issue.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import type { ScenarioInput } from '../../src/scenario/schema.ts'
import { stack } from '../../src/models/stack.ts'
import { besides } from '../../src/node/files.ts'
import { filesUnder, ROOT } from './source.ts'

export interface Shipped { readonly name: string; readonly path: string; readonly scenario: Scenario }

export async function shippedScenarios(): Promise<Shipped[]> {
  const paths = filesUnder('scenarios', path => /\.(ya?ml|json|ts)$/.test(path) && !path.includes('/studies/'))
  return Promise.all(paths.map(async path => ({ name: basename(path).replace(/\.\w+$/, ''), path, scenario: await loadShipped(path) })))
}

async function loadShipped(path: string): Promise<Scenario> {
  if (path.endsWith('.ts')) return readyScenario((await import(pathToFileURL(join(ROOT, path)).href) as { default: ScenarioInput }).default)
  const { scenario, issues } = loadScenario(readFileSync(join(ROOT, path), 'utf8'), path, stack, besides(join(ROOT, path)))
  if (scenario === undefined) throw new Error(issues.map(formatIssue).join('\n'))
  return scenario
}
