/** Where a component is at a time, how much of a year it is down, and what maintenance adds: with the shipped models where they speak of it. */
import { transient, transientUpDown } from '../../../src/study/exact/transient.ts'
import { upDown } from '../../../src/study/exact/stationary.ts'
import { incompleteGamma } from '../../../src/base/gamma.ts'
import { HOUR } from '../../../src/base/time.ts'
import { createSim } from '../../../src/core/sim.ts'
import { stack } from '../../../src/models/stack.ts'
import { downtime, type ServiceId } from '../../../src/models/service/state.ts'
import { worldOf } from '../../support/systems.ts'
import { figures, named, numberOr, numbersOf, YEAR_HOURS, type Family, type Parameters } from '../family.ts'
import { integral } from '../math.ts'
import { chainOf, collected, type Rules } from '../race.ts'
import { shared, type Experiment } from '../experiment.ts'
import { booked, hoursText, LONGEST_HOURS } from '../shipped.ts'
import { availability } from './availability.ts'

const component = (p: Parameters): { lambda: number; mu: number } => typeof p.lambdaPerHour === 'number'
  ? { lambda: p.lambdaPerHour, mu: numbersOf(p, 'muPerHour').muPerHour }
  : { lambda: 1 / numbersOf(p, 'mttfHours').mttfHours, mu: 1 / numbersOf(p, 'mttrHours').mttrHours }
/** Zero or one that is up. */
const oneRules = (lambda: number, mu: number): Rules<{ up: number }> => ({
  initial: { up: 1 },
  transitions: { fails: { rate: s => s.up * lambda, fire: s => { s.up = 0 } }, works: { rate: s => (1 - s.up) * mu, fire: s => { s.up = 1 } } },
  rewards: [s => 1 - s.up],
})
/** `t` is a parameter, anything else a number of hours. */
const timeOf = (p: Parameters, text: string): number => text.trim() === 't' ? numbersOf(p, 't_hours').t_hours : Number(text)

const single: Family = {
  analytic(p) {
    const { lambda, mu } = component(p), both = lambda + mu, year = numberOr(p, 'yearHours', YEAR_HOURS), steady = mu / both
    return figures({
      steadyStateAvailability: () => steady, availability: () => steady, nines: () => -Math.log10(lambda / both),
      downtimeMinutesPerYear: () => lambda / both * year * 60, outagesPerYear: () => lambda * steady * year,
      'pointAvailability(*)': t => steady + lambda / both * Math.exp(-both * timeOf(p, t)),
      'intervalAvailability(*,*)': (from, to) => {
        const a = timeOf(p, from), b = timeOf(p, to)
        return steady - lambda / both * Math.exp(-both * a) * Math.expm1(-both * (b - a)) / (both * (b - a))
      },
    })
  },
  otherwise(p) {
    const { lambda, mu } = component(p), year = numberOr(p, 'yearHours', YEAR_HOURS), chain = chainOf(oneRules(lambda, mu), s => s.up === 1), long = upDown(chain)
    return figures({
      steadyStateAvailability: () => long.availability, availability: () => long.availability, nines: () => -Math.log(long.unavailability) / Math.LN10,
      downtimeMinutesPerYear: () => long.unavailability * year * 60, outagesPerYear: () => long.outageFrequency * year,
      'pointAvailability(*)': t => transientUpDown(chain, timeOf(p, t)).point.availability,
      'intervalAvailability(*,*)': (from, to) => {
        const [a, b] = [timeOf(p, from), timeOf(p, to)], upTo = (t: number): number => transient(chain, t).occupancy[0]!
        return (upTo(b) - upTo(a)) / (b - a)
      },
    })
  },
  /** A guest that crashes, and the service that needs it, for 50 years, or so long that how it began hardly counts. */
  simulated(p) {
    const { lambda, mu } = component(p), hours = Math.min(LONGEST_HOURS, Math.max(50 * YEAR_HOURS, 20 / lambda)), year = numberOr(p, 'yearHours', YEAR_HOURS)
    const of = booked({
      hypervisor: { systems: { power5: {} }, guests: { host: { on: 'power5', os: 'ibm-i' } } },
      service: { services: { serving: { needs: [{ guest: 'host' }] } } },
      fault: { crashes: { crash: ['host'], upFor: { exponential: hoursText(1 / lambda) }, lasts: { exponential: hoursText(1 / mu) } } },
    }, 'serving', hours), down = of(({ downHours, hours }) => [downHours, hours])
    return named({
      downtimeMinutesPerYear: () => of(({ downHours, hours }) => [downHours * year * 60, hours]), outagesPerYear: () => of(({ outages, hours }) => [outages * year, hours]),
      steadyStateAvailability: () => ({ ...down, complement: true }), availability: () => ({ ...down, complement: true }),
    })
  },
}

const annualDowntime: Family = {
  analytic(p) {
    const { lambda, mu } = component(p), both = lambda + mu, year = numberOr(p, 'yearHours', YEAR_HOURS)
    // Down for at most x in all: the repairs of the failures in the other t - x hours take no longer. Every term is positive.
    const within = (x: number): number => {
      const failures = lambda * (year - x)
      let term = Math.exp(-failures), total = term
      for (let n = 1; n < failures + 40 * Math.sqrt(failures) + 60; n++) total += (term *= failures / n) * incompleteGamma(n, mu * x)[0]
      return total
    }
    return figures({
      probZeroDowntime: () => Math.exp(-lambda * year),
      meanAnnualDowntimeHours: () => lambda / both * year + lambda / (both * both) * Math.expm1(-both * year),
      'probAnnualDowntimeWithin_*': sla => within((1 - Number(sla)) * year),
    })
  },
  /** Takács' formula by quadrature, with the square root as variable. */
  otherwise(p) {
    const { lambda, mu } = component(p), year = numberOr(p, 'yearHours', YEAR_HOURS)
    const within = (x: number): number => {
      const failures = lambda * (year - x), root = Math.sqrt(failures * mu)
      return Math.exp(-failures) * (1 + root * integral(u => 2 * Math.exp(-mu * u * u) * besselI1(2 * root * u), 0, Math.sqrt(x), 64))
    }
    return figures({
      probZeroDowntime: () => transient(chainOf({ ...oneRules(lambda, mu), lost: s => s.up === 0 }), year).probabilities[0]!,
      meanAnnualDowntimeHours: () => transientUpDown(chainOf(oneRules(lambda, mu), s => s.up === 1), year).interval.unavailability * year,
      'probAnnualDowntimeWithin_*': sla => within((1 - Number(sla)) * year),
    })
  },
  simulated(p) {
    const { lambda, mu } = component(p), year = numberOr(p, 'yearHours', YEAR_HOURS), YEARS = 200
    const one = collected(oneRules(lambda, mu), year), years = shared(i => Array.from({ length: YEARS }, (_, n) => one(i * YEARS + n)))
    return named({
      probZeroDowntime: () => years(all => [all.filter(down => down === 0).length, YEARS]),
      'probAnnualDowntimeWithin_*': sla => years(all => [all.filter(down => down <= (1 - Number(sla)) * year).length, YEARS]),
      meanAnnualDowntimeHours: () => years(all => [all.reduce((a, b) => a + b, 0), YEARS]),
    })
  },
}
function besselI1(x: number): number {
  let term = x / 2, total = term
  for (let n = 1; term > total * 1e-18; n++) total += term *= x * x / 4 / (n * (n + 1))
  return total
}

const pair = (p: Parameters) => numbersOf(p, 'mttfHours', 'mttrHours', 'periodHours', 'windowHours')
const maintenance: Family = {
  analytic(p) {
    const { mttfHours, mttrHours, periodHours, windowHours } = pair(p), u = mttrHours / (mttfHours + mttrHours), w = windowHours / periodHours, minutes = YEAR_HOURS * 60
    const inTurn = u * u * (1 - 2 * w) + 2 * w * u, atOnce = w + (1 - w) * u * u
    return figures({
      unavailabilityStaggered: () => inTurn, downtimeMinutesPerYearStaggered: () => inTurn * minutes,
      unavailabilitySimultaneous: () => atOnce, downtimeMinutesPerYearSimultaneous: () => atOnce * minutes, unavailabilityNoMaintenance: () => u * u,
    })
  },
  /** Hour by hour of a period: who is in a window is surely down, the others as their chain says. */
  otherwise(p) {
    const { mttfHours, mttrHours, periodHours, windowHours } = pair(p), u = upDown(chainOf(oneRules(1 / mttfHours, 1 / mttrHours), s => s.up === 1)).unavailability
    const over = (windows: readonly number[]): number => {
      const edges = [0, ...windows.flatMap(from => [from, from + windowHours]), periodHours].sort((a, b) => a - b)
      return edges.slice(1).reduce((all, to, i) => {
        const from = edges[i]!, middle = (from + to) / 2, down = windows.map(at => middle >= at && middle < at + windowHours ? 1 : u)
        return all + (to - from) * down.reduce((a, b) => a * b, 1)
      }, 0) / periodHours
    }
    const inTurn = over([periodHours / 8, periodHours / 2]), atOnce = over([periodHours / 8, periodHours / 8]), minutes = YEAR_HOURS * 60
    return figures({
      unavailabilityStaggered: () => inTurn, downtimeMinutesPerYearStaggered: () => inTurn * minutes,
      unavailabilitySimultaneous: () => atOnce, downtimeMinutesPerYearSimultaneous: () => atOnce * minutes, unavailabilityNoMaintenance: () => over([]) * u * u,
    })
  },
  simulated(p) {
    const pairs = manyPairs(p), minutes = YEAR_HOURS * 60
    return named({
      unavailabilityStaggered: () => pairs(({ inTurn }) => [inTurn, 1]), downtimeMinutesPerYearStaggered: () => pairs(({ inTurn }) => [inTurn * minutes, 1]),
      unavailabilitySimultaneous: () => pairs(({ atOnce }) => [atOnce, 1]), downtimeMinutesPerYearSimultaneous: () => pairs(({ atOnce }) => [atOnce * minutes, 1]),
    })
  },
}

/**
 * Every host of a large group makes a pair with every other, maintained in turn, except with its neighbour, with which it is maintained
 * at the same time: a thousand pairs from some dozens of hosts. The windows are spread over the whole period, for pairs whose windows
 * coincide would tell the same thing twice. Failures go on regardless of maintenance, so a host is two partitions that must both be up:
 * one that fails, one that is maintained.
 */
function manyPairs(p: Parameters) {
  const { mttfHours, mttrHours, periodHours, windowHours } = pair(p), slots = Math.max(2, Math.min(24, Math.floor(periodHours / (2 * windowHours + 1)))), years = 3
  const left = Array.from({ length: slots }, (_, i) => `a${i}x`), right = Array.from({ length: slots }, (_, i) => `b${i}x`), hosts = [...left, ...right]
  const works = (host: string) => ({ all: [{ guest: host }, { guest: `${host}-window` }] })
  const atOnce = left.map((host, i) => [host, right[i]!] as const)
  const inTurn = hosts.flatMap((a, i) => hosts.slice(i + 1).filter((_, k) => i + 1 + k !== i + slots).map(b => [a, b] as const))
  const guest = { on: 'power5', os: 'ibm-i', ipl: '1s' }
  const calendar = (group: readonly string[]) =>
    ({ ipl: group.map(host => `${host}-window`), every: hoursText(periodHours), at: '1h', stagger: hoursText(periodHours / slots), lasts: hoursText(windowHours) })
  const sim = createSim({
    models: stack, seed: 0,
    world: worldOf({
      hypervisor: { systems: { power5: {} }, guests: Object.fromEntries(hosts.flatMap(host => [[host, guest], [`${host}-window`, guest]])) },
      service: { services: Object.fromEntries([...inTurn, ...atOnce].map(([a, b]) => [`${a}.${b}`, { needs: [{ any: [works(a), works(b)] }] }])) },
      fault: { crashes: { crash: hosts, upFor: { exponential: hoursText(mttfHours) }, lasts: { exponential: hoursText(mttrHours) } }, left: calendar(left), right: calendar(right) },
    }),
  })
  // A whole number of periods, so that no window is cut.
  const until = Math.max(1, Math.floor(years * YEAR_HOURS / periodHours)) * Math.round(periodHours * HOUR)
  const unavailability = (pairs: readonly (readonly [string, string])[]): number =>
    pairs.reduce((sum, [a, b]) => sum + downtime(sim.world.service.services[`${a}.${b}` as ServiceId]!, sim.now), 0) / pairs.length / until
  return shared(i => {
    sim.restart({ seed: `maintenance/${i}` })
    sim.runUntil(until)
    return { inTurn: unavailability(inTurn), atOnce: unavailability(atOnce) }
  })
}

/** Two guests that crash, by themselves and together. */
const ccfBeta: Family = {
  ...availability['ccf-beta']!,
  simulated(p) {
    const { beta } = numbersOf(p, 'beta'), { lambda, mu } = component(p), hosts = ['a', 'b'], hours = Math.min(LONGEST_HOURS, Math.max(20 * YEAR_HOURS, 20 / lambda)), lasts = { exponential: hoursText(1 / mu) }
    const of = booked({
      hypervisor: { systems: { power5: {} }, guests: Object.fromEntries(hosts.map(host => [host, { on: 'power5', os: 'ibm-i' }])) },
      service: { services: { serving: { needs: [{ any: hosts.map(guest => ({ guest })) }] } } },
      fault: { crashes: { crash: hosts, mttf: hoursText(1 / lambda), ...(beta > 0 && { beta }), lasts } },
    }, 'serving', hours)
    const ratio = (y: (down: number, outages: number) => number) => (): Experiment => of(({ downHours, outages, hours }) => [y(downHours, outages), hours])
    return named({
      unavailability: ratio(down => down), downtimeMinutesPerYear: ratio(down => down * YEAR_HOURS * 60), outagesPerYear: ratio((_, outages) => outages * YEAR_HOURS),
    })
  },
}

export const time: Readonly<Record<string, Family>> = { 'avail-single': single, 'annual-downtime': annualDowntime, maintenance, 'ccf-beta': ccfBeta }
