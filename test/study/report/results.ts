/** A result in which everything occurs that a report can show, with names that are given: made up, but of the same shapes as real ones. */
import type { ArrayResult, Figure, ServiceResult, StudyResult, Topology, Unit, VariantResult } from '../../../src/study/result.ts'

export const figure = (value: number, unit: Unit = 'min/yr', spread = 0.2): Figure => ({ value, low: value - Math.abs(value) * spread, high: value + Math.abs(value) * spread, unit, seen: 40 })
export const never = (high: number, unit: Unit = 'min/yr'): Figure => ({ value: null, low: 0, high, unit, seen: 0 })
const MINUTE = 60_000_000

/** `name` makes a text of everything that somebody may have named. */
export type Name = (text: string) => string

function service(name: string, of: Name, downtime: number, forked: boolean): ServiceResult {
  const unavailable = downtime / 525960, lengths: [number, number][] = Array.from({ length: 40 }, (_, i) => [Math.round(MINUTE * 1.25 ** i / 4), 1 + Math.round(200 * 1.4 ** -Math.abs(i - 14))])
  const spread = { p50: figure(12, 'min'), p95: figure(95, 'min'), p99: figure(410, 'min'), histogram: lengths, zeros: 0, count: lengths.reduce((sum, [, count]) => sum + count, 0) }
  const parts = [0.42, 0.2, 0.12, 0.08, 0.06, 0.04, 0.03, 0.02, 0.015, 0.01, 0.005]
  return {
    name: of(name), availability: { value: 1 - unavailable, low: 1 - unavailable * 1.2, high: 1 - unavailable * 0.8, unit: 'share', seen: 40 }, nines: figure(5.1, 'nines', 0.02),
    downtime: figure(downtime), outages: figure(downtime / 30, 'per year'), mtbf: figure(8766 * 30 / downtime, 'h'), mttr: figure(30, 'min'), lengths: spread,
    yearly: forked ? { ...spread, histogram: [], zeros: 0.93, count: 1, approximate: true } : { ...spread, p50: { ...figure(0, 'min'), high: 0 }, zeros: spread.count * 4, count: spread.count * 5, approximate: false },
    noOutage: figure(0.8, 'share', 0.05), sla: { says: 'at most 52m 34s down in a year', probability: figure(0.93, 'share', 0.03), approximate: forked },
    causes: parts.map((share, i) => ({ says: of(`crashes of host${i} while a mirror was recovering after restarts`), rule: of(`crashes${i}`), thing: of(`host${i}`), downtime: figure(downtime * share), outages: figure(downtime * share / 30, 'per year'), share })),
  }
}

/** One of which nothing was ever seen. */
const quiet = (name: string, of: Name): ServiceResult => ({
  name: of(name), availability: { value: null, low: 0.9999, high: 1, unit: 'share', seen: 0 }, nines: { value: null, low: 4, high: null, unit: 'nines', seen: 0 }, downtime: never(52.6), outages: never(0.0075, 'per year'),
  mtbf: { value: null, low: 1_168_000, high: null, unit: 'h', seen: 0 }, mttr: { value: null, low: 0, high: null, unit: 'min', seen: 0 }, lengths: null, yearly: null,
  noOutage: { value: null, low: 0.9926, high: 1, unit: 'share', seen: 400 }, sla: { says: 'at most 52m 34s down in a year', probability: { value: null, low: 0.9926, high: 1, unit: 'share', seen: 400 }, approximate: false }, causes: [],
})

const array = (name: string): ArrayResult => ({ name, exposed: figure(11, 'h/yr'), exposures: figure(6.3, 'per year'), detection: figure(7.5, 'h/yr'), waiting: figure(2.5, 'h/yr'), recovery: figure(1, 'h/yr'), lossPerYear: never(0.0075, 'share') })

function topology(of: Name, hosts: number): Topology {
  const names = Array.from({ length: hosts }, (_, i) => `host${i}`)
  return {
    nodes: [
      { id: 'system s', kind: 'system', label: of('power5') }, { id: 'system t', kind: 'system', label: of('power8') }, { id: 'router', kind: 'guest', label: of('router'), inside: 'system s' }, { id: 'client', kind: 'guest', label: of('client'), inside: 'system t' },
      ...names.map(id => ({ id, kind: 'host' as const, label: of(id), inside: 'system s' })), { id: 'array md0', kind: 'array', label: of('md0'), inside: 'router' }, { id: 'array md1', kind: 'array', label: of('md1'), inside: 'router' },
      { id: 'switch lan', kind: 'switch', label: of('lan') }, { id: 'component feed', kind: 'component', label: of('feed') }, { id: 'component ups', kind: 'component', label: of('ups') }, { id: 'service routing', kind: 'service', label: of('routing') },
    ],
    edges: [
      ...names.map((id, i) => ({ from: id, to: 'array md1', kind: i < 2 ? 'disk' as const : 'spare' as const, label: of(`d${i}/root`) })), { from: 'switch lan', to: 'router', kind: 'link', label: of('router.eth0') }, { from: 'switch lan', to: 'client', kind: 'link', label: of('client.eth0') },
      { from: 'component ups', to: 'component feed', kind: 'feeds', label: '' }, { from: 'component feed', to: 'system s', kind: 'feeds', label: '' }, { from: 'service routing', to: 'router', kind: 'needs', label: '' }, { from: 'service routing', to: 'array md1', kind: 'needs', label: '' },
    ],
  }
}

function variant(name: string, of: Name, index: number): VariantResult {
  const forked = index === 1, downtime = [40, 6.5, 0.9][index] ?? 3
  return {
    name: of(name), method: forked ? 'forks' : 'runs', runs: 400, years: 4000, events: 12_345_678, services: [index === 3 ? quiet('routing', of) : service('routing', of, downtime, forked), service('addresses', of, downtime / 2, false)],
    arrays: [array(of('md1'))], clients: [{ name: of('client'), withoutAddress: figure(42, 's/yr'), withoutPreferred: figure(55, 's/yr'), withoutRouter: never(0.3, 's/yr') }], capacity: figure(0.9991, 'share', 0.0001),
    cost: { currency: of('EUR'), perYear: figure(12_000 + 4000 * index, 'money/yr', 0.05), design: 9000 + 4000 * index },
    rules: [{ name: of('crashes'), says: of('crash of host0, host1: MTTF 1000 h, exponential; lasts exponential, mean 2 h'), perYear: figure(8.7, 'per year', 0.03) }, ...index > 0 ? [{ name: of('fires'), says: of('fail of feed: MTBF 300 y'), perYear: never(0.00075, 'per year') }] : []],
    assumptions: [{ id: 'DD-30', kind: 'P', what: of('a partition boots'), value: of('90 s (60 s to 5m)') }], profiles: [of('linux-6.1')], warnings: [of('the interval of routing is wider than the 5 % asked for.'), ...forked ? [of('a single outage makes 7 % of the estimate: its interval may be too narrow.')] : []],
    forks: forked ? { forks: 12_000, hits: 640, bias: 80, effectiveHits: 412.5, largestShare: 0.031, meanWeight: 1.004 } : null,
    importance: [{ what: of('crashes'), birnbaum: figure(0.0032, 'share'), riskReduction: 3.1, riskAchievement: 410, saves: figure(27), because: null }, { what: of('router'), birnbaum: null, riskReduction: 1.2, riskAchievement: null, saves: figure(6.5), because: of('it cannot be held down') }, { what: of('fires'), birnbaum: never(0.0001, 'share'), riskReduction: null, riskAchievement: 90_000, saves: never(0.9), because: null }],
    tornado: [{ input: of('faults.crashes.mttf'), low: of('500h'), high: of('2000h'), atLow: figure(downtime * 1.9), atHigh: figure(downtime * 0.55), assumed: false }, { input: of('operators[0].after'), low: of('5m'), high: of('1h'), atLow: figure(downtime * 0.9), atHigh: figure(downtime * 1.3), assumed: true }],
    exact: index === 0 ? { states: 12, services: [{ name: of('routing'), availability: 0.99992, downtimeMinutesPerYear: 39.6, outagesPerYear: 1.32 }] } : index === 1 ? { refused: of('repairs are lognormal: not a Markov chain') } : null,
    range: { best: figure(downtime * 0.5), worst: figure(downtime * 2.4) }, topology: topology(of, 2 + Math.min(index, 2)),
  }
}

/** Four variants; of the last no outage of the first service was seen. */
export function fullResult(of: Name = text => text): StudyResult {
  const names = ['two hosts', 'two hosts, forked', 'three hosts', 'four hosts'], variants = names.map((name, i) => variant(name, of, i))
  return {
    schema: 'hotspare-study-1', hotspare: '0.1.0', file: of('hosts.yaml'), name: of('Two hosts or more'), question: of('What does another host with a hot spare buy?'), seed: of('1'), precision: 0.05, confidence: 0.95, yearsPerRun: 10,
    warmUpMicros: 30 * 86_400_000_000, fidelity: 'state', ended: 'precise', repeat: of('hotspare plan hosts.yaml --precision 5%'),
    verdict: [of('three hosts saves 39.1 min/yr (31 to 47) against two hosts, 44 times less; 80 % of the difference is from crashes.'), of('two hosts: routing is available 99.9924 %: down 40 min/yr (32 to 48).')], variants,
    comparisons: names.slice(1).map((name, i) => ({
      baseline: of('two hosts'), variant: of(name), service: of('routing'), difference: figure(-30 + 34 * i), outages: figure(-1.1, 'per year'), ratio: 0.1 + i, pairedRuns: i === 1 ? 0 : 400, correlation: i === 1 ? null : 0.82, narrowerBy: i === 1 ? null : 2.3,
      causes: [{ rule: of('crashes'), difference: figure(-34 + 34 * i) }, { rule: of('fires'), difference: figure(4) }], cost: figure(4000 * (i + 1), 'money/yr'),
    })),
  }
}
