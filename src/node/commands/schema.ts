/** `hotspare schema`: the JSON Schema that lets an editor complete and check scenario files. */
import { scenarioJsonSchema } from '../../scenario/schema.ts'
import { writeWhole } from '../files.ts'
import { print } from '../terminal.ts'

export function schema(options: { out?: string }): void {
  const text = JSON.stringify(scenarioJsonSchema(), null, 2)
  if (options.out === undefined) print(text)
  else writeWhole(options.out, `${text}\n`)
}
