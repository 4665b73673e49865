/**
 * The row `shell-battery`: one unit is one case of the differential battery; it passes when the simulated shell gives the stdout and the status that the
 * real bash, dash, mawk, gawk or GNU tool gave. What a case prints on stderr is compared too and counted apart; known differences count as differences.
 */
import { judgeAll } from '../shell/battery.ts'
import type { Row } from './rows.ts'
import type { Part } from './semantics.ts'

export function shellBatteryRow(): Row & { parts: Part[] } {
  const all = judgeAll()
  const differs = all.flatMap(({ id, differs: why, known }) => why === null ? [] : [{ id, why: known === undefined ? why : `known: ${known}` }])
  const part = (name: string, of: typeof all, passes: (one: (typeof all)[number]) => boolean): Part => ({ name, passed: of.filter(passes).length, total: of.length })
  const topics = [...new Set(all.map(({ id }) => id.split(':')[0]!))]
  return {
    name: 'shell-battery', passed: all.length - differs.length, total: all.length, differs,
    parts: [...topics.map(topic => part(topic, all.filter(({ id }) => id.startsWith(`${topic}:`)), one => one.differs === null)), part('stderr', all, one => one.stderrDiffers === null && one.differs === null)],
  }
}
