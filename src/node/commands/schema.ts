/** `hotspare schema`: the JSON Schema that lets an editor complete and check scenario files, or study files; or that of a study's result. */
import { scenarioJsonSchema } from '../../scenario/schema.ts'
import { writeWhole } from '../files.ts'
import { print, UsageError } from '../terminal.ts'

export async function schema({ study, studyResult, out }: { study?: true; studyResult?: true; out?: string }): Promise<void> {
  if (study && studyResult) throw new UsageError('--study and --study-result: expected only one of them')
  const studies = study || studyResult ? await import('../../study/json-schema.ts') : undefined
  const text = JSON.stringify(studies === undefined ? scenarioJsonSchema() : study ? studies.studyJsonSchema() : studies.resultJsonSchema(), null, 2)
  if (out === undefined) print(text)
  else writeWhole(out, `${text}\n`)
}
