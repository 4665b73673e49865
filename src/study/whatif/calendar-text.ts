/** A calendar for a terminal: 80 columns; what is wrong first, then the windows of one cycle, how far apart they must be, and what they expose in a year. */
import { exactly, plural, wrap } from '../../scenario/text.ts'
import { listed } from '../../scenario/issue.ts'
import { DAY, HOUR, MINUTE, type Micros } from '../../base/time.ts'
import { amount } from '../words.ts'
import { row, type Line } from '../text.ts'
import type { CalendarResult, WindowResult } from './calendar.ts'

const MOST_WINDOWS = 40, MOST_CONFLICTS = 20

export function calendarText(result: CalendarResult): Line[] {
  const { variant, windows, spacing, conflicts, exposedPerYear, drawn, cycleMicros } = result, lines: Line[] = []
  const times = conflicts.reduce((sum, each) => sum + each.times, 0)
  lines.push(...wrap(`${variant}: ${conflicts.length === 0 ? 'no two windows are in each other\'s way' : `${plural(times, 'conflict')} in a year`}.`, 80).map(text => ({ text, heading: true as const })))
  for (const { at, says, times: often } of conflicts.slice(0, MOST_CONFLICTS)) lines.push(...wrap(`${when(result, at)}: ${says}${often > 1 ? `; ${often} times in a year` : ''}.`, 80, '    ', '  ').map(text => ({ text })))
  if (conflicts.length > MOST_CONFLICTS) lines.push({ text: `  and ${conflicts.length - MOST_CONFLICTS} others` })
  lines.push({ text: '' }, { text: `Windows of one cycle, ${exactly(cycleMicros)}`, heading: true })
  if (windows.length === 0) lines.push({ text: '  none: no rule goes by fixed times (every, on, cron)' })
  const told = new Set<string>()
  for (const window of windows.slice(0, MOST_WINDOWS)) {
    const what = whatItDoes(window), known = told.has(`${window.rule} ${window.thing} ${what}`)
    told.add(`${window.rule} ${window.thing} ${what}`)
    lines.push(...wrap(`${window.rule} of ${window.thing}: ${window.skipped ? 'lets its turn go by, for a mirror lacks a copy' : known ? 'as before' : what}`, 80, ' '.repeat(20), `  ${when(result, window.at)}  `).map(text => ({ text })))
  }
  if (windows.length > MOST_WINDOWS) lines.push({ text: `  and ${windows.length - MOST_WINDOWS} others` })
  if (spacing.length > 0) lines.push({ text: '' }, { text: 'So far apart at least (in order again, spare ready)', heading: true })
  for (const { array, meanMicros, p95Micros, thing } of spacing)
    lines.push(...row(array, p95Micros === null ? `no distance is enough: after the window of ${thing} nobody brings it back` : `${lasts(meanMicros)}${p95Micros === meanMicros ? '' : ` on average, ${lasts(p95Micros)} in 95 of 100 cases`} (after ${thing})`))
  for (const { array, micros } of exposedPerYear) lines.push(...row(`${array} exposed`, `${amount(micros / HOUR)} h/yr on one copy, by the calendar alone`))
  if (drawn.length > 0) lines.push(...row('by chance', `${listed(drawn, 'and', drawn.length)}: no calendar, and not looked at`))
  return lines
}

function whatItDoes({ settledMicros, p95Micros, exposure, down }: WindowResult): string {
  const again = settledMicros === null ? 'not in order again within 30 days' : `in order again after ${lasts(settledMicros)}${p95Micros === settledMicros ? '' : `, 95 of 100 times within ${lasts(p95Micros)}`}`
  const copies = exposure.map(({ array, micros, detectionMicros, waitingMicros, recoveryMicros }) =>
    `${array} ${lasts(micros)} on one copy (unnoticed ${lasts(detectionMicros)}, waiting ${lasts(waitingMicros)}, recovering ${lasts(recoveryMicros)})`)
  const gone = down.map(({ service, micros }) => `${service} down for ${lasts(micros)}`)
  return [again, ...copies, ...gone].join('; ')
}

/** To the minute; below one as it is. */
const lasts = (micros: Micros | null): string => micros === null ? 'ever' : exactly(micros >= 10 * MINUTE ? Math.round(micros / MINUTE) * MINUTE : Math.round(micros / 1_000_000) * 1_000_000)

const DAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'], two = (n: number): string => String(n).padStart(2, '0')
/** `Sun 27d 02:00`: day of the week, days since time 0, time of day. */
function when({ epoch }: CalendarResult, at: Micros): string {
  const time = epoch + at, minutes = Math.floor(time % DAY / MINUTE)
  return `${DAYS[Math.floor(time / DAY) % 7]!} ${`${Math.floor(at / DAY)}d`.padStart(4)} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
