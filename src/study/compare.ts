/**
 * Two variants over the same runs: what one costs or saves against the other, with the interval of the difference, and what it comes from.
 *
 * Both have the same random numbers for the same things (a stream belongs to a thing and a purpose), so that most of the noise is in both and goes away.
 */
import { YEAR, MINUTE } from '../base/time.ts'
import type { Collected, ServiceSums } from './collect.ts'
import { figure } from './estimate.ts'
import type { CompareResult, Figure, Unit } from './result.ts'
import { meanInterval } from './stats/interval.ts'
import { momentsOf } from './stats/moments.ts'
import { comparison, pairedOf } from './stats/paired.ts'
import type { Variant } from './study.ts'

export function compareVariants(service: string, baseline: Variant, a: Collected, variant: Variant, b: Collected): CompareResult {
  const sa = a.services.get(service)!, sb = b.services.get(service)!, runs = Math.min(a.runs, b.runs), micros = a.micros / Math.max(1, a.runs)
  const minutes = YEAR / MINUTE / micros, down = comparison(pairedOf(sa.downOf.slice(0, runs), sb.downOf.slice(0, runs))), outages = comparison(pairedOf(sa.outagesOf.slice(0, runs), sb.outagesOf.slice(0, runs)))
  const seen = sa.down.nonzero + sb.down.nonzero
  return {
    baseline: baseline.name, variant: variant.name, service,
    difference: figure(down.difference, 'min/yr', seen, minutes, true), outages: figure(outages.difference, 'per year', seen, YEAR / micros, true),
    ratio: sa.down.y === 0 ? null : sb.down.y / sa.down.y, pairedRuns: runs, correlation: down.correlation, narrowerBy: down.unpairedWiderBy,
    causes: causesOf(sa, sb, runs, minutes),
    cost: costOf(baseline, variant) ? figure(meanOf(b.costOf.slice(0, runs).map((cost, i) => cost - a.costOf[i]!)), 'money/yr', runs, 1, true) : null,
  }
}

const costOf = (a: Variant, b: Variant): boolean => Object.keys({ ...a.costs, ...b.costs }).some(key => key !== 'currency')
/** The same in every run: no noise at all. */
function meanOf(values: readonly number[]): ReturnType<typeof meanInterval> {
  const moments = momentsOf(values)
  return moments.m2 === 0 ? { value: moments.mean, low: moments.mean, high: moments.mean } : meanInterval(moments)
}

function causesOf(a: ServiceSums, b: ServiceSums, runs: number, by: number): { rule: string; difference: Figure }[] {
  const rules = [...new Set([...a.rulesOf.keys(), ...b.rulesOf.keys()])], unit: Unit = 'min/yr'
  return rules.map(rule => {
    const of = (sums: ServiceSums): number[] => Array.from({ length: runs }, (_, i) => sums.rulesOf.get(rule)?.[i] ?? 0), ofA = of(a), ofB = of(b)
    return { rule: rule.slice(rule.indexOf(' ') + 1) || rule, difference: figure(meanOf(ofB.map((down, i) => down - ofA[i]!)), unit, runs, by, true) }
  }).sort((x, y) => Math.abs(y.difference.value ?? 0) - Math.abs(x.difference.value ?? 0))
}
