/** Availability of components and small redundant systems: closed forms, their chains, and simulations of these by rules. */
import { figures, named, numberOr, numbersOf, serviceFigures, YEAR_HOURS, type Family, type Parameters } from '../family.ts'
import { binomial, sum } from '../math.ts'
import { chainOf, regenerative, type Cycles, type Rules, type State } from '../race.ts'
import { flow, reward, stationary, upDown } from '../../../src/study/exact/stationary.ts'
import { meanTimeToAbsorption } from '../../../src/study/exact/absorption.ts'
import type { Experiment, Pair } from '../experiment.ts'

const rates = (p: Parameters) => {
  const { mttfHours, mttrHours } = numbersOf(p, 'mttfHours', 'mttrHours')
  return { lambda: 1 / mttfHours, mu: 1 / mttrHours }
}

/** What services are asked for, of rules whose first reward is being down and whose `leaves` is being up. */
export const downByCycles = <S extends State>(rules: Rules<S>, yearHours = YEAR_HOURS, count?: number) => {
  const cycles = regenerative(rules, count), share = (y: (rare: Cycles, plain: Cycles) => number, x: (rare: Cycles, plain: Cycles) => number): (() => Experiment) => () => cycles((rare, plain): Pair => [y(rare, plain), x(rare, plain)])
  const down = share(rare => rare.sums[0]!, (_, plain) => plain.time)
  return {
    unavailability: down,
    availability: (): Experiment => ({ ...down(), complement: true }),
    downtimeMinutesPerYear: share(rare => rare.sums[0]! * yearHours * 60, (_, plain) => plain.time),
    outagesPerYear: share(rare => rare.left * yearHours, (_, plain) => plain.time),
    meanOutageHours: share(rare => rare.sums[0]!, rare => rare.left),
  }
}

type Up = { up: number }
/** `n` alike, each repaired by itself or by `crew` people; the service needs `k`. */
function group(n: number, k: number, lambda: number, mu: number, crew = n): Rules<Up> {
  return {
    initial: { up: n },
    transitions: {
      fail: { rate: s => s.up * lambda, fire: s => { s.up-- }, failure: true },
      repair: { rate: s => Math.min(n - s.up, crew) * mu, fire: s => { s.up++ } },
    },
    rare: s => s.up < k, rewards: [s => s.up < k ? 1 : 0], leaves: s => s.up >= k,
  }
}

const kofn: Family = {
  analytic(p) {
    const { n, k } = numbersOf(p, 'n', 'k'), { lambda, mu } = rates(p), a = mu / (lambda + mu), u = lambda / (lambda + mu), up = (counts: (i: number) => boolean) => binomial(n, a, u, counts)
    return figures({
      ...serviceFigures(up(i => i < k), up(i => i === k) * k * lambda),
      availability: () => up(i => i >= k),
      capacityOrientedAvailability: () => a,
      mttfNoRepairHours: () => sum(Array.from({ length: n - k + 1 }, (_, i) => 1 / ((k + i) * lambda))),
    })
  },
  otherwise(p) {
    const { n, k } = numbersOf(p, 'n', 'k'), { lambda, mu } = rates(p)
    const chain = chainOf(group(n, k, lambda, mu), s => s.up >= k), longRun = stationary(chain), { unavailability, outageFrequency } = upDown(chain)
    return figures({
      ...serviceFigures(unavailability, outageFrequency),
      capacityOrientedAvailability: () => reward(longRun, state => chain.values[state]!.up / n),
      mttfNoRepairHours: () => meanTimeToAbsorption(chainOf({ ...group(n, k, lambda, 0), lost: s => s.up < k })),
    })
  },
  simulated(p) {
    const { n, k } = numbersOf(p, 'n', 'k'), { lambda, mu } = rates(p)
    return named({
      ...downByCycles(group(n, k, lambda, mu)),
      capacityOrientedAvailability: () => regenerative({ ...group(n, k, lambda, mu), rewards: [s => s.up / n] })((_, plain) => [plain.sums[0]!, plain.time]),
    })
  },
}

const machineRepair: Family = {
  analytic(p) {
    const { N, crew, needUp } = numbersOf(p, 'N', 'crew', 'needUp'), { lambda, mu } = rates(p)
    const weights: number[] = [1]
    for (let failed = 1; failed <= N; failed++) weights.push(weights[failed - 1]! * (N - failed + 1) * lambda / (Math.min(failed, crew) * mu))
    const all = sum(weights), mean = (of: (failed: number) => number): number => sum(weights.map((weight, failed) => weight * of(failed))) / all
    const waiting = mean(failed => Math.max(0, failed - crew)), repaired = lambda * mean(failed => N - failed)
    return figures({
      expectedFailed: () => mean(failed => failed),
      crewUtilisation: () => mean(failed => Math.min(failed, crew)) / crew,
      meanWaitForCrewHours: () => waiting / repaired,
      probAllUp: () => 1 / all,
      probAtLeastNeedUp: () => mean(failed => N - failed >= needUp ? 1 : 0),
    })
  },
  otherwise(p) {
    const { N, crew, needUp } = numbersOf(p, 'N', 'crew', 'needUp'), { lambda, mu } = rates(p)
    const chain = chainOf(group(N, needUp, lambda, mu, crew)), longRun = stationary(chain), up = (state: number) => chain.values[state]!.up
    const failures = flow(chain, longRun, (from, to) => up(to) < up(from)), mean = (of: (failed: number) => number) => reward(longRun, state => of(N - up(state)))
    return figures({
      expectedFailed: () => mean(failed => failed), crewUtilisation: () => mean(failed => Math.min(failed, crew)) / crew,
      meanWaitForCrewHours: () => mean(failed => Math.max(0, failed - crew)) / failures, probAllUp: () => mean(failed => failed === 0 ? 1 : 0),
      probAtLeastNeedUp: () => mean(failed => N - failed >= needUp ? 1 : 0),
    })
  },
  simulated(p) {
    const { N, crew, needUp } = numbersOf(p, 'N', 'crew', 'needUp'), { lambda, mu } = rates(p), { rare: _, ...all } = group(N, needUp, lambda, mu, crew)
    // From where it often is: with few people all may hardly ever be up.
    let often = 0
    while (often < N && (N - often) * lambda > Math.min(often + 1, crew) * mu) often++
    const rules = { ...all, initial: { up: N - often } }
    const of = (value: (failed: number) => number) => () => regenerative({ ...rules, rewards: [s => value(N - s.up)] })((_, plain): Pair => [plain.sums[0]!, plain.time])
    return named({
      expectedFailed: of(failed => failed), crewUtilisation: of(failed => Math.min(failed, crew) / crew), probAllUp: of(failed => failed === 0 ? 1 : 0),
      probAtLeastNeedUp: of(failed => N - failed >= needUp ? 1 : 0),
      meanWaitForCrewHours: () => regenerative({ ...rules, rewards: [s => Math.max(0, N - s.up - crew)], leaves: s => s.up > 0 })((_, plain) => [plain.sums[0]!, plain.left]),
    })
  },
}

/** Both hosts, one, none; a shock takes all that are up. */
function shocks(p: Parameters): Rules<Up> {
  const { beta } = numbersOf(p, 'beta'), { lambda, mu } = rates(p)
  return {
    initial: { up: 2 },
    transitions: {
      // The last one goes down by its own failures or by the shock, all the same.
      fail: { rate: s => s.up * (1 - beta) * lambda, fire: s => { s.up-- }, failure: true },
      shock: { rate: s => s.up > 0 ? beta * lambda : 0, fire: s => { s.up = 0 }, failure: true },
      repair: { rate: s => (2 - s.up) * mu, fire: s => { s.up++ } },
    },
    rewards: [s => s.up === 0 ? 1 : 0], leaves: s => s.up > 0,
  }
}
const ccfBeta: Family = {
  analytic(p) {
    const { beta } = numbersOf(p, 'beta'), { lambda, mu } = rates(p), alone = lambda / (lambda + mu)
    // Cuts: what leaves {2} comes back from {1}; what enters {0} leaves it.
    const two = mu / ((2 - beta) * lambda), none = (two * beta * lambda + lambda) / (2 * mu), all = two + 1 + none
    const unavailability = none / all
    return figures({
      ...serviceFigures(unavailability, (two * beta * lambda + lambda) / all),
      unavailabilityIfIndependent: () => alone * alone, factorWorseThanIndependent: () => unavailability / (alone * alone),
    })
  },
  otherwise(p) {
    const { lambda, mu } = rates(p), chain = chainOf(shocks(p), s => s.up > 0), { unavailability, outageFrequency } = upDown(chain)
    const apart = upDown(chainOf(group(2, 1, lambda, mu), s => s.up > 0)).unavailability
    return figures({ ...serviceFigures(unavailability, outageFrequency), unavailabilityIfIndependent: () => apart, factorWorseThanIndependent: () => unavailability / apart })
  },
}

/** `serving` 2, 1, 0; `failover` and `manual` while the service is being taken over. */
type Cluster = { up: number; failover: number; manual: number }
function coverage(p: Parameters): Rules<Cluster> {
  const { failoverHours, coverage: c, manualHours } = numbersOf(p, 'failoverHours', 'coverage', 'manualHours'), { lambda, mu } = rates(p)
  const serving = (s: Cluster): boolean => s.failover + s.manual === 0 && s.up > 0
  return {
    initial: { up: 2, failover: 0, manual: 0 },
    transitions: {
      covered: { rate: s => serving(s) && s.up === 2 ? c * lambda : 0, fire: s => { s.up = 1; s.failover = 1 } },
      uncovered: { rate: s => serving(s) && s.up === 2 ? (1 - c) * lambda : 0, fire: s => { s.up = 1; s.manual = 1 } },
      standby: { rate: s => serving(s) && s.up === 2 ? lambda : 0, fire: s => { s.up = 1 } },
      takenOver: { rate: s => s.failover / failoverHours, fire: s => { s.failover = 0 } },
      broughtUp: { rate: s => s.manual / manualHours, fire: s => { s.manual = 0 } },
      last: { rate: s => serving(s) && s.up === 1 ? lambda : 0, fire: s => { s.up = 0 } },
      repair: { rate: s => s.failover + s.manual === 0 && s.up < 2 ? mu : 0, fire: s => { s.up++ } },
    },
    rewards: [s => serving(s) ? 0 : 1, s => s.failover, s => s.manual, s => s.up === 0 ? 1 : 0], leaves: serving,
  }
}
const clusterCoverage: Family = {
  analytic(p) {
    const { failoverHours, coverage: c, manualHours } = numbersOf(p, 'failoverHours', 'coverage', 'manualHours'), { lambda, mu } = rates(p)
    // Relative to both up: each cut's flow in is its flow out.
    const one = 2 * lambda / mu, failover = c * lambda * failoverHours, manual = (1 - c) * lambda * manualHours, none = one * lambda / mu
    const down = failover + manual + none, all = 1 + one + down
    return figures({
      ...serviceFigures(down / all, (lambda + one * lambda) / all),
      shareOfDowntime_failover: () => failover / down, shareOfDowntime_manual: () => manual / down, shareOfDowntime_bothDown: () => none / down,
    })
  },
  otherwise(p) {
    const rules = coverage(p), chain = chainOf(rules, s => rules.leaves!(s)), longRun = stationary(chain), { unavailability, outageFrequency } = upDown(chain)
    const share = (n: number) => () => reward(longRun, state => rules.rewards![n]!(chain.values[state]!)) / unavailability
    return figures({ ...serviceFigures(unavailability, outageFrequency), shareOfDowntime_failover: share(1), shareOfDowntime_manual: share(2), shareOfDowntime_bothDown: share(3) })
  },
  simulated(p) {
    const cycles = regenerative(coverage(p)), share = (n: number) => () => cycles((_, plain): Pair => [plain.sums[n]!, plain.sums[0]!])
    return named({ ...downByCycles(coverage(p)), shareOfDowntime_failover: share(1), shareOfDowntime_manual: share(2), shareOfDowntime_bothDown: share(3) })
  },
}

interface Component { readonly name: string; readonly mttfHours: number; readonly mttrHours: number }
const componentsOf = (p: Parameters) => p.components as readonly Component[]
/** One component is down, or none: `down` is its number, counted from one. */
function suspended(components: readonly Component[]): Rules<{ down: number }> {
  return {
    initial: { down: 0 },
    transitions: Object.fromEntries(components.flatMap(({ name, mttfHours, mttrHours }, i) => [
      [`${name} fails`, { rate: (s: { down: number }) => s.down === 0 ? 1 / mttfHours : 0, fire: (s: { down: number }) => { s.down = i + 1 } }],
      [`${name} works`, { rate: (s: { down: number }) => s.down === i + 1 ? 1 / mttrHours : 0, fire: (s: { down: number }) => { s.down = 0 } }],
    ])),
    rewards: [s => s.down > 0 ? 1 : 0, ...components.map((_, i) => (s: { down: number }) => s.down === i + 1 ? 1 : 0)], leaves: s => s.down === 0,
  }
}
const seriesAttribution: Family = {
  analytic(p) {
    const components = componentsOf(p), ratio = ({ mttfHours, mttrHours }: Component): number => mttrHours / mttfHours, minutes = numberOr(p, 'yearHours', YEAR_HOURS) * 60
    const down = (of: readonly Component[]): number => sum(of.map(ratio)) / (1 + sum(of.map(ratio)))
    const changed = (name: string, part: 'mttfHours' | 'mttrHours', factor: number) => !components.some(c => c.name === name) ? undefined
      : down(components.map(c => c.name === name ? { ...c, [part]: c[part] * factor } : c)) * minutes
    return figures({
      availability_independent: () => components.reduce((all, c) => all / (1 + ratio(c)), 1),
      availability_suspended: () => 1 / (1 + sum(components.map(ratio))),
      'downtimeShare_suspended_*': name => { const one = components.find(c => c.name === name); return one && ratio(one) / sum(components.map(ratio)) },
      downtimeMinPerYear_suspended: () => down(components) * minutes,
      'downtimeMinPerYear_if_*MttrHalved_suspended': name => changed(name, 'mttrHours', 0.5),
      'downtimeMinPerYear_if_*MttfDoubled_suspended': name => changed(name, 'mttfHours', 2),
    })
  },
  otherwise(p) {
    const components = componentsOf(p), minutes = numberOr(p, 'yearHours', YEAR_HOURS) * 60
    const down = (of: readonly Component[]): number => upDown(chainOf(suspended(of), s => s.down === 0)).unavailability
    const rules = suspended(components), chain = chainOf(rules), longRun = stationary(chain), share = (n: number) => reward(longRun, state => rules.rewards![n]!(chain.values[state]!))
    return figures({
      availability_independent: () => independently(components), availability_suspended: () => 1 - down(components),
      'downtimeShare_suspended_*': name => { const n = components.findIndex(c => c.name === name); return n < 0 ? undefined : share(n + 1) / share(0) },
      downtimeMinPerYear_suspended: () => down(components) * minutes,
      'downtimeMinPerYear_if_*MttrHalved_suspended': name => down(components.map(c => c.name === name ? { ...c, mttrHours: c.mttrHours / 2 } : c)) * minutes,
    })
  },
  simulated(p) {
    const components = componentsOf(p), rules = suspended(components), by = downByCycles(rules, numberOr(p, 'yearHours', YEAR_HOURS)), cycles = regenerative(rules)
    return named({
      availability_suspended: by.availability, downtimeMinPerYear_suspended: by.downtimeMinutesPerYear,
      'downtimeShare_suspended_*': name => { const n = components.findIndex(c => c.name === name); return n < 0 ? undefined : cycles((_, plain) => [plain.sums[n + 1]!, plain.sums[0]!]) },
    })
  },
}
/** Every subset of components that are up; only the whole set counts. */
function independently(components: readonly Component[]): number {
  const rules: Rules<State> = {
    initial: Object.fromEntries(components.map(({ name }) => [name, 1])),
    transitions: Object.fromEntries(components.flatMap(({ name, mttfHours, mttrHours }) => [
      [`${name} fails`, { rate: (s: State) => s[name]! / mttfHours, fire: (s: State) => { s[name] = 0 } }],
      [`${name} works`, { rate: (s: State) => (1 - s[name]!) / mttrHours, fire: (s: State) => { s[name] = 1 } }],
    ])),
  }
  return upDown(chainOf(rules, s => Object.values(s).every(each => each === 1))).availability
}

export const availability: Readonly<Record<string, Family>> = {
  kofn, 'machine-repair': machineRepair, 'ccf-beta': ccfBeta, 'cluster-coverage': clusterCoverage, 'series-attribution': seriesAttribution,
}
