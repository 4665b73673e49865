/** From a file name to a scenario: YAML and JSON as text, JavaScript as a module. Issues of all files are reported before anything runs. */
import { extname, relative } from 'node:path'
import { formatIssue, type Issue } from '../scenario/issue.ts'
import type { Scenario } from '../scenario/build.ts'
import { parseDuration, YEAR, type Micros } from '../base/time.ts'
import { besides, importScenario, readText, scenarioFile } from './files.ts'
import { report, UsageError } from './terminal.ts'

export interface Opened {
  /** As a person here would write it. */
  readonly file: string
  readonly scenario: Scenario | undefined
  readonly issues: readonly Issue[]
}

export async function open(given: string): Promise<Opened> {
  const path = scenarioFile(given), file = path === given ? given : nearestName(path)
  if (!['.js', '.mjs', '.ts', '.mts'].includes(extname(path))) {
    const { loadScenario } = await import('../scenario/load.ts')
    const { stack } = await import('../models/stack.ts')
    return { file, ...loadScenario(readText(path), file, stack, besides(path)) }
  }
  const value = await importScenario(path), { checkScenario } = await import('../scenario/build.ts')
  if (value === undefined) throw new UsageError(`${file}: exports no scenario; expected \`export default defineScenario({ … })\``)
  const { scenario, problems } = checkScenario(value)
  return { file, scenario, issues: problems }
}

export interface Ready { readonly file: string; readonly scenario: Scenario }

/** All of them, or a usage error after every issue of every file has been reported. */
export async function openAll(files: readonly string[]): Promise<Ready[]> {
  const opened: Opened[] = []
  for (const file of files) opened.push(await open(file))
  const ready = opened.flatMap(({ file, scenario }) => scenario ? [{ file, scenario }] : [])
  if (ready.length === opened.length) return ready
  throw new UsageError(summary(opened))
}

/** Reports the issues, and returns how many there are in words. */
export function summary(opened: readonly Opened[]): string {
  let count = 0
  for (const { file, issues } of opened) for (const issue of issues) {
    report(issue.place ? formatIssue(issue) : `${file}: ${formatIssue(issue)}`)
    count++
  }
  return `${count === 1 ? 'one issue' : `${count} issues`}, nothing was run`
}

export function time(text: string | undefined, option: string): Micros | undefined {
  if (text === undefined) return undefined
  const micros = parseDuration(text)
  if (micros === undefined) throw new UsageError(`${option} ${text}: expected a duration such as 90s, 2h30m or 1d`)
  if (micros > 250 * YEAR) throw new UsageError(`${option} ${text}: expected at most 250 years`)
  return micros
}

export function nearestName(path: string): string {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') && near.length > path.length ? path : near
}
