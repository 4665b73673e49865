/**
 * A study from a file name: YAML, JSON, a module that exports one, or a shipped study or scenario by its name.
 *
 * What was read is kept (`source`), so that a file of runs can carry its study with it, and parts be merged where the study's own files are not.
 */
import { extname } from 'node:path'
import { createHash } from 'node:crypto'
import type { Issue } from '../scenario/issue.ts'
import { checkStudy, loadStudy, type Study, type StudyChange } from '../study/study.ts'
import { besides, importScenario, readText, studyFile } from './files.ts'
import { nearestName, summary } from './scenarios.ts'
import { UsageError } from './terminal.ts'

/** All that it takes to make a study again. */
export interface StudySource {
  /** As a person here would write it. */
  readonly file: string
  readonly text: string
  /** The files that it names, null: there is none of that name. */
  readonly beside: Readonly<Record<string, string | null>>
  readonly change: StudyChange
}
export interface OpenedStudy { readonly study: Study; readonly source: StudySource }

/** A usage error after all issues have been reported, if there are any. */
export async function openStudy(given: string, change: StudyChange): Promise<OpenedStudy> {
  const path = studyFile(given), file = path === given ? given : nearestName(path)
  if (['.js', '.mjs', '.ts', '.mts'].includes(extname(path))) {
    const value = await importScenario(path)
    if (value === undefined) throw new UsageError(`${file}: exports no study; expected \`export default { … }\``)
    const { study, problems } = checkStudy(value, file, {}, change)
    return { study: ready(study, file, problems), source: { file, text: JSON.stringify(value), beside: {}, change } }
  }
  const text = readText(path), { readFile, fileNames } = besides(path), beside: Record<string, string | null> = {}
  const kept = (name: string): string | undefined => {
    const found = readFile(name)
    beside[name] = found ?? null
    return found
  }
  const { study, issues } = loadStudy(text, file, { fileNames, readFile: kept }, change)
  return { study: ready(study, file, issues), source: { file, text, beside, change } }
}

/** From what a file of runs carries; it has been read before, so only another version of hotspare finds fault with it. */
export function studyOf({ file, text, beside, change }: StudySource): Study | undefined {
  return loadStudy(text, file, { readFile: name => beside[name] ?? undefined }, change).study
}

function ready(study: Study | undefined, file: string, issues: readonly Issue[]): Study {
  if (study !== undefined) return study
  throw new UsageError(summary([{ file, scenario: undefined, issues }]))
}

/** What decides the digits of a run, by the words in which a difference is told; the same here and there, the same runs. */
export function fingerprintOf(study: Study, version: string): Readonly<Record<string, string>> {
  const { seed, yearsPerRun, warmUp, fidelity, variants } = study
  return {
    'the version of hotspare': version, 'the seed': seed, 'the years of a run': String(yearsPerRun), 'the warm-up': `${warmUp} µs`, 'the fidelity': fidelity,
    ...Object.fromEntries(variants.map(({ name, scenario: { configs, timeline, strikes, typed } }) => [`the system of "${name}"`, createHash('sha256').update(JSON.stringify([configs, timeline, strikes, typed])).digest('hex').slice(0, 16)])),
  }
}
