/** The founding system with a script in the place of the operator, for tests of what checks it. */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { Scenario } from '../../src/scenario/build.ts'
import { loadScenario } from '../../src/scenario/load.ts'

export const shipped = (name: string): string => readFileSync(new URL(`../../scenarios/${name}`, import.meta.url), 'utf8')
/** A shipped scenario, its text changed by whoever asks. */
export function scenarioOf(name: string, change: (text: string) => string = text => text, files: Readonly<Record<string, string>> = {}): Scenario {
  const { scenario, issues } = loadScenario(change(shipped(name)), name, undefined, { readFile: file => files[file] ?? shipped(file) })
  expect(issues).toEqual([])
  return scenario!
}
