/** A comparison for a terminal: 80 columns; the verdict first, then the difference and what it comes from, what is the same, and what was changed. */
import { listed } from '../../scenario/issue.ts'
import { plural, wrap } from '../../scenario/text.ts'
import { comparisonLines, row, type Line } from '../text.ts'
import { compared } from '../verdict.ts'
import { figureText } from '../words.ts'
import type { ComparisonResult } from './comparison.ts'

const MOST_CHANGES = 12

export function comparisonText(result: ComparisonResult): Line[] {
  const { services, exposed, changed, ended, runs, years, repeat } = result, same = unchanged(result), lines: Line[] = []
  for (const service of services.slice(0, 1)) lines.push(...wrap(compared(service), 80).map(text => ({ text })))
  if (ended !== 'precise') lines.push(...wrap(ended === 'years' ? 'All years were used.' : ended === 'budget' ? 'The time was up before the difference was as precise as asked for.' : 'Interrupted.', 80).map(text => ({ text })))
  for (const service of services) {
    const causes = service.causes.filter(({ difference }) => !isNothing(difference))
    lines.push({ text: '' }, ...comparisonLines({ ...service, causes }))
  }
  for (const { array, difference } of exposed) if (!isNothing(difference)) lines.push(...row(`${array} exposed`, figureText(difference)))
  if (same.length > 0) lines.push(...row('the same', `${listed(same, 'and', same.length)}, in every run`))
  if (changed !== null) lines.push({ text: '' }, { text: changed.length === 0 ? 'The two are the same system.' : 'They differ in', ...changed.length > 0 && { heading: true as const } }, ...changed.slice(0, MOST_CHANGES).map(path => ({ text: `  ${path}` })), ...changed.length > MOST_CHANGES ? [{ text: `  and ${changed.length - MOST_CHANGES} others` }] : [])
  const how = runs === 0 ? '' : `${plural(Math.round(years), 'year')} of each in ${plural(runs, 'run')}. `
  return [...lines, { text: '' }, ...wrap(`${how}Intervals are of 95 %. Repeat: ${repeat}`, 80).map(text => ({ text }))]
}

const isNothing = ({ value, low, high }: { readonly value: number | null; readonly low: number | null; readonly high: number | null }): boolean => value === 0 && low === 0 && high === 0

function unchanged({ services, exposed }: ComparisonResult): string[] {
  return [
    ...services.flatMap(({ service, difference, causes }) => isNothing(difference) ? [`the downtime of ${service}`] : causes.filter(cause => isNothing(cause.difference)).map(({ rule }) => `what ${rule} costs ${service}`)),
    ...exposed.filter(({ difference }) => isNothing(difference)).map(({ array }) => `the exposure of ${array}`),
  ]
}
