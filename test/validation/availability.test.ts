/** Availability by simulation through the shipped models, against closed forms. */
import { describe, expect, test } from 'vitest'
import { createSim } from '../../src/core/sim.ts'
import { HOUR, YEAR, type Micros } from '../../src/base/time.ts'
import { stack } from '../../src/models/stack.ts'
import { downtime, type ServiceId } from '../../src/models/service/state.ts'
import { worldOf, type Sections } from '../support/systems.ts'
import { caseNamed, expectCovers } from './cases.ts'

describe('avail-single-001 one repairable component, exponential up and down times', () => {
  const single = caseNamed('avail-single-001'), { mttfHours, mttrHours } = single.parameters as { mttfHours: number; mttrHours: number }
  const closedForm = (mttf: number, mttr: number) => ({ downtime: mttr / (mttf + mttr) * 8760 * 60, outages: 8760 / (mttf + mttr) })

  test('the closed form is the published figure', () => {
    const { downtime, outages } = closedForm(mttfHours, mttrHours)
    expect(downtime).toBeCloseTo(single.value('downtimeMinutesPerYear'), 9)
    expect(outages).toBeCloseTo(single.value('outagesPerYear'), 9)
  })

  test.each([
    ['as published', mttfHours, mttrHours], ['time to failure 10 % longer', mttfHours * 1.1, mttrHours], ['time to repair 10 % longer', mttfHours, mttrHours * 1.1],
  ])('avail-single-001 by simulation, %s', (_, mttf, mttr) => {
    const runs = simulateSingle(mttf, mttr), expected = closedForm(mttf, mttr)
    expectCovers(runs.map(run => run.downtimeMinutes), expected.downtime, 0.02)
    expectCovers(runs.map(run => run.outages), expected.outages, 0.02)
  })

  function simulateSingle(mttf: number, mttr: number) {
    const host = { on: 'power5', os: 'ibm-i' }, years = 120, service = 'serving' as ServiceId
    const world = worldOf({
      hypervisor: { systems: { power5: {} }, guests: { host } },
      service: { services: { serving: { needs: [{ guest: 'host' }] } } },
      fault: { crashes: { crash: ['host'], upFor: { exponential: `${mttf}h` }, lasts: { exponential: `${mttr}h` } } },
    })
    const sim = createSim({ models: stack, world, seed: 0 })
    return Array.from({ length: 100 }, (_, seed) => {
      sim.restart({ seed })
      sim.runUntil(years * YEAR)
      const booked = sim.world.service.services[service]!
      return { downtimeMinutes: downtime(booked, sim.now) / 60e6 / years, outages: booked.outages / years }
    })
  }
})

describe('maintenance-021 staggered and simultaneous maintenance of a redundant pair', () => {
  const pair = caseNamed('maintenance-021'), { mttfHours, mttrHours, periodHours, windowHours } = pair.parameters as Record<string, number>
  const closedForm = (mttf: number, mttr: number, window: number) => {
    const u = mttr / (mttf + mttr), p = window / periodHours!
    return { staggered: u * u * (1 - 2 * p) + 2 * p * u, simultaneous: p + (1 - p) * u * u }
  }

  test('the closed form is the published figure', () => {
    const { staggered, simultaneous } = closedForm(mttfHours!, mttrHours!, windowHours!)
    expect(staggered / pair.value('unavailabilityStaggered')).toBeCloseTo(1, 9)
    expect(simultaneous / pair.value('unavailabilitySimultaneous')).toBeCloseTo(1, 9)
  })

  test.each([
    ['as published', mttfHours!, windowHours!], ['time to failure 10 % shorter, window 10 % longer', mttfHours! * 0.9, windowHours! * 1.1],
  ])('maintenance-021 by simulation, %s: pairs that are maintained in turn, and pairs at the same time', (_, mttf, window) => {
    const { staggered, simultaneous } = simulatePairs(mttf, window), expected = closedForm(mttf, mttrHours!, window)
    expectCovers(staggered, expected.staggered, 0.05)
    expectCovers(simultaneous, expected.simultaneous, 0.05)
  })

  /**
   * Every host of a large group makes a pair with every other, maintained in turn, except with its neighbour, with which it is
   * maintained at the same time: a thousand pairs from some dozens of hosts. The windows are spread over the whole period, for pairs
   * whose windows coincide would tell the same thing twice. Failures go on regardless of maintenance, so a host is two partitions that
   * must both be up: one that fails, one that is maintained.
   */
  function simulatePairs(mttf: number, window: number) {
    const slots = 24, years = 12, runs = 40
    const left = Array.from({ length: slots }, (_, i) => `a${i}x`), right = Array.from({ length: slots }, (_, i) => `b${i}x`), hosts = [...left, ...right]
    const works = (host: string) => ({ all: [{ guest: host }, { guest: `${host}-window` }] })
    const atOnce = left.map((host, i) => [host, right[i]!] as const)
    const inTurn = hosts.flatMap((a, i) => hosts.slice(i + 1).filter((_, k) => i + 1 + k !== i + slots).map(b => [a, b] as const))
    const guest = { on: 'power5', os: 'ibm-i', ipl: '1s' }
    const calendar = (group: readonly string[]) =>
      ({ ipl: group.map(host => `${host}-window`), every: `${periodHours!}h`, at: '10h', stagger: `${periodHours! / slots}h`, lasts: `${window}h` })
    const sections: Sections = {
      hypervisor: { systems: { power5: {} }, guests: Object.fromEntries(hosts.flatMap(host => [[host, guest], [`${host}-window`, guest]])) },
      service: { services: Object.fromEntries([...inTurn, ...atOnce].map(([a, b]) => [`${a}.${b}`, { needs: [{ any: [works(a), works(b)] }] }])) },
      fault: { crashes: { crash: hosts, upFor: { exponential: `${mttf}h` }, lasts: { exponential: `${mttrHours!}h` } }, left: calendar(left), right: calendar(right) },
    }
    // A whole number of periods, so that no window is cut.
    const until: Micros = Math.floor(years * 8760 / periodHours!) * periodHours! * HOUR
    const sim = createSim({ models: stack, world: worldOf(sections), seed: 0 })
    const unavailability = (pairs: readonly (readonly [string, string])[]) =>
      pairs.reduce((sum, [a, b]) => sum + downtime(sim.world.service.services[`${a}.${b}` as ServiceId]!, sim.now), 0) / pairs.length / until
    const result = { staggered: [] as number[], simultaneous: [] as number[] }
    for (let seed = 0; seed < runs; seed++) {
      sim.restart({ seed })
      sim.runUntil(until)
      result.staggered.push(unavailability(inTurn))
      result.simultaneous.push(unavailability(atOnce))
    }
    return result
  }
})
