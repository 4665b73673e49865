/** The answer in sentences, the most important first: which variant, by how much, for sure or not, and what the downtime comes from. */
import { amount, figureText, percent } from './words.ts'
import type { CompareResult, Figure, ServiceResult, StudyResult, VariantResult } from './result.ts'

export function verdictOf({ variants, comparisons, ended, precision }: StudyResult): string[] {
  const lines = variants.length === 1 ? alone(variants[0]!) : [...comparisons.filter(({ service }) => service === variants[0]!.services[0]!.name).map(compared)]
  const [service] = variants[0]!.services
  if (variants.length > 1) for (const variant of variants) lines.push(...alone(variant))
  if (ended !== 'precise' && service !== undefined) lines.push(`${ended === 'interrupted' ? 'Interrupted' : ended === 'budget' ? 'The time was up' : 'All years were used'} before every interval was within ${amount(precision * 100)} %.`)
  return lines
}

function alone(variant: VariantResult): string[] {
  const service = variant.services[0]!, cause = mainCause(service), named = `${variant.name}: ${service.name}`
  if (service.outages.value === null) return [`${named} was never down in ${amount(Math.round(variant.years))} years: outages ${figureText(service.outages)}.`]
  const most = cause === undefined ? '' : cause.share > 0.995 ? `, all of it from ${cause.says}` : `, ${amount(Math.round(cause.share * 100))} % of it from ${cause.says}`
  return [
    service.downtime.value === null ? `${named} goes down ${figureText(service.outages)}, and is up again in no time.` : `${named} is available ${percent(service.availability.value!)}: down ${figureText(service.downtime)}${most}.`,
    ...service.sla === null ? [] : [`${named} ${kept(service.sla.probability)} (${service.sla.says}).`],
  ]
}

const kept = (probability: Figure): string => probability.value !== null ? `keeps its agreement in ${figureText(probability)} of years`
  : probability.seen === 0 ? `kept its agreement in no year that was simulated, and keeps it in less than ${percent(probability.high ?? 1)}` : `kept its agreement in every year that was simulated, and keeps it in more than ${percent(probability.low ?? 0)}`

/** The same cause of several things is one: of which host the crash is does not matter here. */
function mainCause({ causes }: ServiceResult): { says: string; share: number } | undefined {
  const shares = new Map<string, { says: string; share: number }>()
  for (const { says, thing, share } of causes) {
    const key = thing === '' ? says : says.replace(` of ${thing}`, ''), known = shares.get(key)
    shares.set(key, { says: known === undefined ? says : key, share: share + (known?.share ?? 0) })
  }
  return [...shares.values()].sort((a, b) => b.share - a.share)[0]
}

export function compared({ baseline, variant, difference, ratio, causes }: CompareResult): string {
  const { value, low, high } = difference
  if (value === null || low === null || high === null) return `${variant} against ${baseline}: cannot be told yet.`
  if (low === 0 && high === 0) return difference.seen === 0 ? `Neither ${variant} nor ${baseline} was ever down.` : `${variant} and ${baseline} were down for the same time in every run.`
  if (low <= 0 && high >= 0) return `Between ${variant} and ${baseline} there is no difference that could be told from chance: ${figureText(difference)}.`
  const factor = ratio === null || ratio === 0 ? '' : ratio < 1 ? `, ${amount(1 / ratio)} times less` : `, ${amount(ratio)} times more`, [cause] = causes
  const mostly = cause === undefined || causes.length < 2 || cause.difference.value === null ? '' : `; ${amount(Math.min(100, Math.round(100 * cause.difference.value / value)))} % of the difference is from ${cause.rule}`
  return `${variant} ${value < 0 ? 'saves' : 'costs'} ${figureText({ ...difference, value: Math.abs(value), low: Math.min(Math.abs(low), Math.abs(high)), high: Math.max(Math.abs(low), Math.abs(high)) })} against ${baseline}${factor}${mostly}.`
}
