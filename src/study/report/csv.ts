/**
 * The figures of a study as CSV (RFC 4180), one line each: for spreadsheets and for whoever plots. Nothing is rounded.
 *
 * No value where nothing was seen: then `low` and `high` are the bounds. Numbers are as JSON has them; a name that a spreadsheet would take for a formula
 * has an apostrophe in front.
 */
import type { Figure, StudyResult } from '../result.ts'

const HEAD = ['variant', 'part', 'name', 'figure', 'value', 'low', 'high', 'unit', 'seen'] as const

export function csvOf({ variants, comparisons }: StudyResult): string {
  const rows: (readonly (string | number | null)[])[] = [HEAD]
  const add = (variant: string, part: string, name: string, figures: Readonly<Record<string, Figure | null | undefined>>): void => {
    for (const [figure, each] of Object.entries(figures)) if (each != null) rows.push([variant, part, name, figure, each.value, each.low, each.high, each.unit, each.seen])
  }
  const sure = (value: number, unit: Figure['unit']): Figure => ({ value, low: value, high: value, unit, seen: 0 })
  for (const { name, services, arrays, clients, rules, capacity, cost, importance, tornado, range, exact } of variants) {
    for (const { name: service, availability, nines, downtime, outages, mtbf, mttr, noOutage, lengths, yearly, sla, causes } of services) {
      add(name, 'service', service, { availability, nines, downtime, outages, mtbf, mttr, noOutage, agreement: sla?.probability })
      add(name, 'outage', service, { p50: lengths?.p50, p95: lengths?.p95, p99: lengths?.p99 })
      add(name, yearly?.approximate === true ? 'year (approximate)' : 'year', service, { p50: yearly?.p50, p95: yearly?.p95, p99: yearly?.p99 })
      for (const cause of causes) add(name, `cause of ${service}`, cause.says, { downtime: cause.downtime, outages: cause.outages })
    }
    for (const { name: array, ...figures } of arrays) add(name, 'array', array, figures)
    for (const { name: client, ...figures } of clients) add(name, 'client', client, figures)
    for (const { name: rule, perYear } of rules) add(name, 'rule', rule, { strikes: perYear })
    add(name, 'design', '', { capacity, cost: cost?.perYear, rangeBest: range?.best, rangeWorst: range?.worst })
    if (exact !== null && 'services' in exact) for (const each of exact.services)
      add(name, 'exact', each.name, { availability: sure(each.availability, 'share'), downtime: sure(each.downtimeMinutesPerYear, 'min/yr'), outages: sure(each.outagesPerYear, 'per year') })
    for (const { what, saves, birnbaum } of importance) add(name, 'importance', what, { saves, birnbaum })
    for (const { input, low, high, atLow, atHigh } of tornado) {
      add(name, 'uncertain', `${input} at ${low}`, { downtime: atLow })
      add(name, 'uncertain', `${input} at ${high}`, { downtime: atHigh })
    }
  }
  for (const { baseline, variant, service, difference, outages, cost, causes } of comparisons) {
    add(variant, `less ${baseline}`, service, { downtime: difference, outages, cost })
    for (const { rule, difference: own } of causes) add(variant, `less ${baseline}, ${service}`, rule, { downtime: own })
  }
  return rows.map(row => `${row.map(cell).join(',')}\r\n`).join('')
}

function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
