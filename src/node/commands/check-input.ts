/** The scenario of a check, with the script that is to be tried in it. */
import { basename } from 'node:path'
import { targetOf } from '../../explore/target.ts'
import { withScript } from '../../explore/with-script.ts'
import { foreignInterpreter } from '../../models/operator/interpreter.ts'
import type { Scenario } from '../../scenario/build.ts'
import { readText } from '../files.ts'
import { openAll } from '../scenarios.ts'
import { UsageError } from '../terminal.ts'

export async function openForCheck(file: string, script: string | null): Promise<{ file: string; scenario: Scenario }> {
  const [opened] = await openAll([file]), { scenario } = opened!
  if (script === null && !scenario.configs.operator.some(({ run }) => run !== undefined))
    throw new UsageError(`${opened!.file}: has no script to check; expected an operator with run: in it, or --script <file>`)
  if (Object.keys(scenario.configs.md.arrays ?? {}).length === 0) throw new UsageError(`${opened!.file}: has no mirrors (system.md.arrays), so there is nothing to check`)
  const { victims, vary, disksOf } = targetOf(scenario), idle = (vary.hosts ?? []).filter(host => !disksOf.has(host))
  if (idle.length > 0) throw new UsageError(`${opened!.file}: vary.hosts: ${idle.join(', ')} serves no disk to a partition with mirrors; expected ${[...disksOf.keys()].join(', ')}`)
  if (victims.size === 0) throw new UsageError(`${opened!.file}: vary: there is nobody whom such faults can strike`)
  if (script === null) return { file: opened!.file, scenario }
  const text = readText(script), foreign = foreignInterpreter(text)
  if (foreign !== null) throw new UsageError(`${script}:1: ${foreign} is not modelled, expected a script for bash or sh`)
  return { file: opened!.file, scenario: withScript(scenario, { file: basename(script), text }) }
}
