/** The figures of a study as CSV (RFC 4180), one line each: for spreadsheets and for whoever plots. No value where nothing was seen: then `high` is the bound. */
import type { Figure, StudyResult } from '../result.ts'

export function csvOf({ variants, comparisons }: StudyResult): string {
  const rows: (string | number | null)[][] = [['variant', 'of', 'name', 'figure', 'value', 'low', 'high', 'unit', 'seen']]
  const add = (variant: string, of: string, name: string, figures: Readonly<Record<string, Figure>>): void => {
    for (const [figure, { value, low, high, unit, seen }] of Object.entries(figures)) rows.push([variant, of, name, figure, value, low, high, unit, seen])
  }
  for (const { name, services, arrays, clients, rules, capacity, cost } of variants) {
    for (const { name: service, availability, nines, downtime, outages, mtbf, mttr, noOutage, lengths, yearly, sla, causes } of services) {
      add(name, 'service', service, { availability, nines, downtime, outages, mtbf, mttr, noOutage, ...sla !== null && { agreement: sla.probability } })
      if (lengths !== null) add(name, 'outage of', service, { p50: lengths.p50, p95: lengths.p95, p99: lengths.p99 })
      if (yearly !== null) add(name, 'year of', service, { p50: yearly.p50, p95: yearly.p95, p99: yearly.p99 })
      for (const cause of causes) add(name, `cause of ${service}`, cause.says, { downtime: cause.downtime, outages: cause.outages })
    }
    for (const { name: array, ...figures } of arrays) add(name, 'array', array, figures)
    for (const { name: client, ...figures } of clients) add(name, 'client', client, figures)
    for (const { name: rule, perYear } of rules) add(name, 'rule', rule, { perYear })
    add(name, 'design', '', { capacity, ...cost !== null && { cost: cost.perYear } })
  }
  for (const { baseline, variant, service, difference, outages } of comparisons) add(variant, `against ${baseline}`, service, { difference, outages })
  return rows.map(row => `${row.map(cell).join(',')}\r\n`).join('')
}

const cell = (value: string | number | null): string => value === null ? '' : /[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value)
