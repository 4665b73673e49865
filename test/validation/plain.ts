/** What plain simulation may say of something that it never saw: a bound, and never zero. */
import { proportion } from '../../src/study/stats/interval.ts'
import type { Case } from './family.ts'
import { raid6Mission, raid6Rules } from './families/storage.ts'
import { plainMissions } from './race.ts'

const MISSIONS = 2000

/** Why it is wrong; undefined: nothing was seen, and the bound says so. */
export function plainly({ parameters }: Case): string | undefined {
  const { lost, of } = plainMissions(raid6Rules(parameters), raid6Mission(parameters), MISSIONS)
  if (lost > 0) return undefined
  const { value, high } = proportion(lost, of)
  return value === 0 && high > 2.9 / of && high < 3.1 / of ? undefined : `plain simulation saw nothing in ${of} missions and bounds it by ${high}`
}
