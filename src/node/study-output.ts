/** What becomes of the result of a study: text, JSON or CSV on stdout, or files. Those that cannot be written are found out before the work. */
import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { wrap } from '../scenario/text.ts'
import type { StudyResult } from '../study/result.ts'
import { studyText } from '../study/text.ts'
import type { Outcome } from './gate.ts'
import { reason, writeWhole } from './files.ts'
import { colors, print, UsageError } from './terminal.ts'

export interface Outputs { json?: boolean; csv?: string | true; report?: string; quiet?: boolean }

export function checkOutputs({ json, csv, report, out, resume }: Outputs & { out?: string; resume?: string }): void {
  if (json && csv === true) throw new UsageError('--json and --csv: only one of them can be on stdout; expected --csv FILE')
  for (const [option, file] of Object.entries({ '--csv': csv, '--report': report, '--out': out, '--resume': resume })) if (typeof file === 'string') {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`${option} ${file}: cannot be written: is a directory`)
    try {
      accessSync(dirname(resolve(file)), constants.W_OK)
    } catch (error) {
      throw new UsageError(`${option} ${file}: cannot be written: ${reason(error) === 'no such file or directory' ? 'no such directory' : reason(error)}`)
    }
  }
}

export async function tell(result: StudyResult, regression: Outcome | null, { json, csv, report, quiet }: Outputs): Promise<void> {
  const onStdout = json || csv === true
  if (json) print(JSON.stringify(regression === null ? result : { ...result, regression: regression.data }))
  if (csv !== undefined) {
    const { csvOf } = await import('../study/report/csv.ts')
    if (csv === true) process.stdout.write(csvOf(result))
    else writeWhole(csv, csvOf(result))
  }
  if (report !== undefined) {
    const { htmlOf } = await import('../study/report/html.ts')
    writeWhole(report, htmlOf(result))
  }
  if (onStdout) return
  if (quiet) for (const line of result.verdict.flatMap(sentence => wrap(sentence, 80))) print(line)
  else for (const { text, heading } of studyText(result)) print(heading ? colors.bold(text) : text)
  if (regression !== null) for (const line of ['', ...regression.lines]) print(line === '' ? line : regression.failed ? colors.red(line) : colors.green(line))
  for (const file of [csv, report]) if (typeof file === 'string' && !quiet) print(`wrote ${file}`)
}
