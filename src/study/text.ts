/** The answer of a study for a terminal: 80 columns, no colour needed; the verdict first, then each variant, then what it rests on. */
import { listed } from '../scenario/issue.ts'
import { plural, wrap } from '../scenario/text.ts'
import type { CompareResult, Figure, ServiceResult, Spread, StudyResult, VariantResult } from './result.ts'
import { amount, figureText } from './words.ts'

const WIDTH = 80, LABEL = 19

/** Lines; `heading` marks those that stand out. */
export interface Line { readonly text: string; readonly heading?: true }

export function studyText(result: StudyResult): Line[] {
  const lines: Line[] = [{ text: result.name, heading: true }, ...result.question === null ? [] : said(result.question), { text: '' }]
  for (const sentence of result.verdict) lines.push(...wrap(sentence, WIDTH, '  ').map(text => ({ text })))
  for (const variant of result.variants) lines.push({ text: '' }, ...variantLines(variant))
  for (const comparison of result.comparisons) lines.push({ text: '' }, ...comparisonLines(comparison))
  lines.push({ text: '' }, ...restsOn(result), { text: '' }, { text: `Intervals are of 95 %. Repeat: ${result.repeat}` })
  return lines
}

const said = (text: string): Line[] => wrap(text, WIDTH).map(line => ({ text: line }))
/** `  label    text`, wrapped under itself. */
export const row = (label: string, text: string): Line[] => wrap(text, WIDTH, ' '.repeat(LABEL), `  ${label}`.padEnd(LABEL)).map(line => ({ text: line }))

function variantLines(variant: VariantResult): Line[] {
  const { method, years, runs, forks } = variant
  const how = method === 'runs' ? `${plural(Math.round(years), 'year')} in ${plural(runs, 'run')}` : `${plural(Math.round(years), 'year')} in ${plural(runs, 'run')}, ${amount(forks?.forks ?? 0)} forks, failures ${amount(forks?.bias ?? 1)} times as likely in them`
  const lines: Line[] = [{ text: variant.name, heading: true }, ...row('simulated', how)]
  for (const warning of variant.warnings) lines.push(...row('beware', warning))
  for (const service of variant.services) lines.push(...serviceLines(service, variant.services.length > 1))
  for (const array of variant.arrays) {
    if (array.exposed.value !== null) lines.push(...row(`${array.name} exposed`, `on one copy for ${figureText(array.exposed)}, ${figureText(array.exposures)}: ${[['unnoticed', array.detection], ['waiting', array.waiting], ['recovering', array.recovery]].map(([word, each]) => `${word as string} ${brief(each as Figure)}`).join(', ')}`))
    lines.push(...row(`${array.name} data lost`, `with a probability of ${figureText(array.lossPerYear)} in a year`))
  }
  for (const { name, withoutAddress, withoutRouter } of variant.clients) lines.push(...row(name, `without a usable address ${figureText(withoutAddress)}, without a router ${figureText(withoutRouter)}`))
  lines.push(...exactLines(variant.exact))
  lines.push(...row('capacity', `${figureText(variant.capacity)} of partitions and components are up`))
  if (variant.cost !== null) lines.push(...row('cost', `${figureText(variant.cost.perYear)} in ${variant.cost.currency}${variant.cost.design > 0 ? `, ${amount(variant.cost.design)} of it the design itself` : ''}`))
  variant.importance.forEach(({ what, saves, riskAchievement }, i) => lines.push(...row(i === 0 ? 'if perfect' : '', `${what}: ${figureText(saves)} less${riskAchievement === null ? '' : `; always failed ${amount(riskAchievement)} times as much`}`)))
  variant.tornado.forEach(({ input, low, high, atLow, atHigh, assumed }, i) => lines.push(...row(i === 0 ? 'what if' : '', `${assumed ? '[P] ' : ''}${input} from ${low} to ${high}: ${brief(atLow)} to ${brief(atHigh)} min/yr`)))
  if (variant.range !== null) lines.push(...row('range', `${figureText(variant.range.best)} with every uncertain input at its better end, ${figureText(variant.range.worst)} at its worse`))
  return lines
}

function exactLines(exact: VariantResult['exact']): Line[] {
  if (exact === null) return []
  if ('refused' in exact) return row('exactly', `not to be had: ${exact.refused}`)
  return exact.services.flatMap(({ name, downtimeMinutesPerYear, outagesPerYear }, i) => row(i === 0 ? 'exactly' : '', `${name} ${amount(downtimeMinutesPerYear)} min/yr, ${amount(outagesPerYear)} outages a year, by the solver: ${plural(exact.states, 'state')} of the same model`))
}

const MOST_CAUSES = 6

/** A figure without its interval; of what was never seen, that. */
const brief = ({ value }: Figure): string => value === null ? 'none seen' : amount(value)

function serviceLines(service: ServiceResult, several: boolean): Line[] {
  const { availability, nines, downtime, outages, mtbf, mttr, lengths, yearly, noOutage, sla, causes } = service
  const lines: Line[] = several ? [{ text: `  ${service.name}` }] : []
  lines.push(
    ...row('available', `${figureText(availability)}${nines.value === null ? '' : `, ${figureText(nines)}`}`),
    ...row('down', figureText(downtime)),
    ...row('outages', `${figureText(outages)}${mtbf.value === null ? '' : `, about one in ${lasting(mtbf.value)}`}`),
  )
  if (mttr.value !== null) lines.push(...row('an outage', `lasts ${figureText(mttr)}${lengths === null ? '' : `; ${quantiles(lengths)}`}`))
  lines.push(...row('a year', `${figureText(noOutage)} have no outage${yearly === null ? '' : `; downtime ${quantiles(yearly)}${yearly.approximate ? ', as a Poisson process' : ''}`}`))
  if (sla !== null) lines.push(...row('agreement', `${figureText(sla.probability)} of years keep it: ${sla.says}`))
  causes.slice(0, MOST_CAUSES).forEach((cause, i) => lines.push(...row(i === 0 ? 'why' : '', `${share(cause.share)} ${cause.says}`)))
  if (causes.length > MOST_CAUSES) lines.push(...row('', `${share(causes.slice(MOST_CAUSES).reduce((sum, cause) => sum + cause.share, 0))} ${causes.length - MOST_CAUSES} others`))
  return lines
}

const share = (of: number): string => `${of >= 0.0995 ? Math.round(of * 100) : Number((of * 100).toPrecision(2))} %`.padStart(6)
/** A time in hours, as long ones are told. */
const lasting = (hours: number): string => hours >= 8760 ? amount(hours / 8760).replace(/^1$/, '1 year').replace(/\d$/, '$& years') : hours >= 48 ? `${amount(hours / 24)} days` : `${amount(hours)} h`
const quantiles = ({ p50, p95, p99 }: Spread): string => `p50 ${brief(p50)}, p95 ${brief(p95)}, p99 ${brief(p99)} min`

export function comparisonLines({ baseline, variant, service, difference, outages, pairedRuns, narrowerBy, causes, cost }: CompareResult): Line[] {
  const lines: Line[] = [{ text: `${variant} less ${baseline}, ${service}`, heading: true }, ...row('down', figureText(difference)), ...row('outages', figureText(outages))]
  causes.slice(0, MOST_CAUSES).forEach((cause, i) => lines.push(...row(i === 0 ? 'from' : '', `${cause.rule}: ${figureText(cause.difference)}`)))
  if (cost !== null) lines.push(...row('cost', figureText(cost)))
  lines.push(...row('compared', pairedRuns === 0 ? 'as two independent results' : `run by run over ${plural(pairedRuns, 'run')}${narrowerBy === null ? '' : `; independent runs would give an interval ${amount(narrowerBy)} times as wide`}`))
  return lines
}

function restsOn({ variants }: StudyResult): Line[] {
  const lines: Line[] = [{ text: 'It rests on', heading: true }], seen = new Set<string>()
  for (const { rules } of variants) for (const { name, says, perYear } of rules) {
    const of = variants.filter(variant => variant.rules.some(rule => rule.name === name && rule.says === says)).map(variant => variant.name)
    if (seen.has(`${name} ${says}`)) continue
    seen.add(`${name} ${says}`)
    lines.push(...row(name, `${of.length < variants.length ? `${listed(of, 'and')}: ` : ''}${says}; strikes ${perYear.value === null ? figureText(perYear) : `${amount(perYear.value)} times a year`}`))
  }
  for (const { what, value, id } of variants[0]!.assumptions) if (!seen.has(id)) lines.push(...row('P', `${what}: ${value}`))
  const profiles = [...new Set(variants.flatMap(variant => variant.profiles))]
  if (profiles.length > 0) lines.push(...row('profiles', listed(profiles, 'and')))
  return lines
}
