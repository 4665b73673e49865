/** `hotspare calendar FILE`: what the windows of a study's or scenario's calendar expose, and which are in each other's way; exit 1 if there are any. */
import { calendarOf } from '../../study/whatif/calendar.ts'
import { calendarText } from '../../study/whatif/calendar-text.ts'
import { openStudy } from '../study-input.ts'
import { pick, splitName } from '../study-variant.ts'
import { colors, print } from '../terminal.ts'
import { VERSION } from '../version.ts'

export async function calendar(given: string, { json }: { json?: boolean }): Promise<number> {
  const named = splitName(given), { study } = await openStudy(named.file, {}), variants = named.variant === undefined ? study.variants : [pick(study.variants, named, given)]
  const results = variants.map(({ name, scenario }) => calendarOf(study.file, name, scenario, VERSION))
  if (json) print(JSON.stringify(results.length === 1 ? results[0] : results))
  else results.forEach((result, i) => {
    if (i > 0) print('')
    for (const { text, heading } of calendarText(result)) print(heading ? colors.bold(text) : text)
  })
  return results.some(({ conflicts }) => conflicts.length > 0) ? 1 : 0
}
