/** How often routers advertise, and how long a default route outlives its router, by simulation against the derived figures. */
import { describe, expect, test } from 'vitest'
import { SECOND, type Micros } from '../../src/base/time.ts'
import { createSim, type Sim } from '../../src/core/sim.ts'
import { RngStreams } from '../../src/core/rng.ts'
import { initialWorld } from '../../src/core/model.ts'
import { stack, type SimEvent, type SimRequest, type World } from '../../src/models/stack.ts'
import { caseNamed, expectCovers } from './cases.ts'

const published = caseNamed('ra-period-019')
interface Figures { readonly min: number; readonly max: number; readonly lifetime: number }
const { minRtrAdvInterval, maxRtrAdvInterval, advDefaultLifetime } = published.parameters as Record<string, number>
const figures: Figures = { min: minRtrAdvInterval!, max: maxRtrAdvInterval!, lifetime: advDefaultLifetime! }
const PROFILES = ['rfc', 'radvd-2.19'] as const

/** Intervals are uniform; who comes at any time finds the age, and the rest, of a renewal process. */
const closedForm = ({ min, max, lifetime }: Figures) => {
  const period = (min + max) / 2, wait = (min * min + min * max + max * max) / 3 / (2 * period)
  return { period, wait, survival: lifetime - wait, least: lifetime - max, most: lifetime, losses: Math.floor(lifetime / max) }
}

test('the closed forms are the published figures', () => {
  const { period, wait, survival, least, most, losses } = closedForm(figures)
  expect({ period, least, most, losses }).toEqual({
    period: published.value('meanRaPeriodSeconds'), least: published.value('minRouteSurvivalSeconds'), most: published.value('maxRouteSurvivalSeconds'), losses: published.value('minConsecutiveLossesThatCanExpireRoute'),
  })
  expect(wait).toBeCloseTo(published.value('meanWaitForNextRaSeconds'), 9)
  expect(survival).toBeCloseTo(published.value('meanRouteSurvivalAfterCrashSeconds'), 9)
})

/** Without those that only look on. */
const models = stack.filter(({ name }) => !['sea', 'service', 'operator', 'fault'].includes(name))
type RaSim = Sim<World, SimRequest>
interface Link { readonly sim: RaSim; readonly last: Record<string, Micros>; readonly advertisedAt: Micros[] }

/** A router that is a partition, and a host that never asks. */
function link(profile: (typeof PROFILES)[number], { min, max, lifetime }: Figures, draws?: (purpose: string) => number | undefined): Link {
  const last: Record<string, Micros> = {}, advertisedAt: Micros[] = []
  const sections: Record<string, unknown> = {
    hypervisor: { systems: { power5: {} }, guests: { r: { on: 'power5', os: 'linux', start: '1s' } } },
    vswitch: { switches: { ETHERNET0: { ports: { r: {}, h: {} } } } },
    ip: { nodes: { r: { profile: 'linux', forwarding: true }, h: {} } }, slaac: { hosts: { h: { solicitations: 0 } } },
    radvd: { daemons: { radvd: { on: 'r', profile, config: `interface eth0 { AdvSendAdvert on; MinRtrAdvInterval ${min}; MaxRtrAdvInterval ${max}; AdvDefaultLifetime ${lifetime}; };` } } },
  }
  const world = initialWorld(models, Object.fromEntries(models.map(({ name, config }) => [name, (config as { parse(input: unknown): unknown }).parse(sections[name] ?? {})])) as never)
  const sim: RaSim = createSim({
    models, world, seed: 19, ...(draws && { draws }),
    onEntry: ({ at, event }: { at: Micros; event: SimEvent }) => {
      last[event.type] = at
      if (event.type === 'radvd.advertised') advertisedAt.push(at)
    },
  } as never) as unknown as RaSim
  sim.runUntil(100 * SECOND)
  return { sim, last, advertisedAt }
}

/** Lets it go on for long enough that nobody knows when the next advertisement comes: somewhere within two periods. */
function anyMoment({ sim }: Link, streams: RngStreams, of: Figures): void {
  sim.runUntil(sim.now + Math.round((2.5 + 2 * streams.get('moment', 'any').uniform()) * closedForm(of).period * SECOND))
}
function ask(sim: RaSim, request: object): void {
  const no = sim.dispatch(request as SimRequest)
  if (no !== undefined) throw new Error(no.text)
}

/** With the half-width that is asked for, and one that tells figures apart in a tenth of the time. */
const CASES: [string, (typeof PROFILES)[number], Figures, number][] = [
  ['profile rfc, as published', 'rfc', figures, 1], ['profile radvd-2.19, as published', 'radvd-2.19', figures, 3],
  ['narrower bounds, another lifetime', 'rfc', { min: 300, max: 500, lifetime: 1600 }, 3],
]

describe('ra-period-019', () => {
  test.each(CASES)('ra-period-019 the wait for the next advertisement and the time between two: %s', (_, profile, of, wider) => {
    const lan = link(profile, of), { sim, last, advertisedAt } = lan, moments = new RngStreams('moments', {}), waits: number[] = []
    for (let n = 0; n < 12_600 / wider ** 2; n++) {
      ask(sim, { type: 'ip.setInterface', interface: 'h.eth0', up: false })
      anyMoment(lan, moments, of)
      ask(sim, { type: 'ip.setInterface', interface: 'h.eth0', up: true })
      const joinedAt = sim.now
      while (last['slaac.routerAdded'] === undefined || last['slaac.routerAdded'] < joinedAt) sim.step()
      waits.push((last['slaac.routerAdded']! - joinedAt) / SECOND)
    }
    const { wait, period } = closedForm(of), gaps = advertisedAt.slice(4, 3000).map((at, n) => (at - advertisedAt[n + 3]!) / SECOND)
    expectCovers(waits, wait, 0.02 * wider)
    expectCovers(gaps, period, 0.02)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(of.min)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(of.max)
  })

  test.each(CASES)('ND-8 ra-period-019 after a crash the default route lives on for its lifetime less the age of the last advertisement: %s', (_, profile, of, wider) => {
    const lan = link(profile, of), { sim, last } = lan, moments = new RngStreams('moments', {}), survivals: number[] = []
    for (let n = 0; n < 1000 / wider; n++) {
      anyMoment(lan, moments, of)
      ask(sim, { type: 'hypervisor.crash', guest: 'r', down: (of.lifetime + 10) * SECOND })
      const crashedAt = sim.now
      sim.runUntil(crashedAt + (of.lifetime + 1) * SECOND)
      survivals.push((last['slaac.routerRemoved']! - crashedAt) / SECOND)
      // It starts, and sends its first three sooner than the others.
      sim.runUntil(crashedAt + (of.lifetime + 100) * SECOND)
    }
    const { survival, least, most } = closedForm(of)
    expectCovers(survivals, survival, 0.01 * wider)
    expect(Math.min(...survivals)).toBeGreaterThanOrEqual(least)
    expect(Math.max(...survivals)).toBeLessThanOrEqual(most)
    // The ends are reached, the lower one seldom.
    expect(Math.min(...survivals)).toBeLessThan(least + 60)
    expect(Math.max(...survivals)).toBeGreaterThan(most - 10)
  })

  test.each(PROFILES)('ra-period-019 a graceful stop takes the route away at once, profile %s', profile => {
    const lan = link(profile, figures), { sim, last, advertisedAt } = lan, moments = new RngStreams('moments', {})
    for (let n = 0; n < 50; n++) {
      do anyMoment(lan, moments, figures)
      // Nobody advertises twice within three seconds by the standard.
      while (sim.now - advertisedAt.at(-1)! < 3 * SECOND)
      ask(sim, { type: 'radvd.signal', daemon: 'radvd', signal: 'TERM' })
      expect((last['slaac.routerRemoved']! - sim.now) / SECOND).toBe(published.value('routeSurvivalAfterGracefulStopSeconds'))
      sim.runUntil(sim.now + 20 * SECOND)
      ask(sim, { type: 'radvd.start', daemon: 'radvd' })
    }
  })

  test.each(PROFILES)('ra-period-019 so many advertisements in a row must be lost before the route can expire, profile %s', profile => {
    const survives = (losses: number): boolean => {
      // The longest intervals there are.
      const lan = link(profile, figures, purpose => purpose === 'ra interval' ? 1 - 1e-6 : undefined), { sim, last, advertisedAt } = lan
      sim.runUntil(4000 * SECOND)
      sim.runUntil(advertisedAt.at(-1)! + (figures.max + 1) * SECOND)
      ask(sim, { type: 'net.cut', link: 'ETHERNET0/r.eth0' })
      sim.runUntil(sim.now + losses * figures.max * SECOND)
      ask(sim, { type: 'net.mend', link: 'ETHERNET0/r.eth0' })
      sim.runUntil(sim.now + figures.max * SECOND)
      return last['slaac.routerRemoved'] === undefined
    }
    const enough = published.value('minConsecutiveLossesThatCanExpireRoute')
    expect([survives(enough - 1), survives(enough)]).toEqual([true, false])
  })
})
