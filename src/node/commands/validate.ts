/** `hotspare validate FILE…`: everything that is wrong, nothing is run. */
import { commonCauses } from '../../scenario/causes.ts'
import { muteInterfaces } from '../../scenario/mute.ts'
import { wrap } from '../../scenario/text.ts'
import { open, summary, type Opened } from '../scenarios.ts'
import { print, UsageError } from '../terminal.ts'

export async function validate(files: readonly string[]): Promise<void> {
  const opened: Opened[] = []
  for (const file of files) opened.push(await open(file))
  for (const { file, scenario } of opened) {
    if (!scenario) continue
    print(`${file}: valid`)
    for (const mute of muteInterfaces(scenario)) for (const line of wrap(`silent router: ${mute}`, 78, '  ')) print(`  ${line}`)
    for (const cause of commonCauses(scenario)) for (const line of wrap(`common cause: ${cause}`, 78, '  ')) print(`  ${line}`)
  }
  if (opened.some(({ scenario }) => !scenario)) throw new UsageError(summary(opened).replace(', nothing was run', ''))
}
