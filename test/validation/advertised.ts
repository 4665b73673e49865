/** Advertisements of a shipped daemon and what a shipped host makes of them: for the families of the section on autoconfiguration. */
import { SECOND, type Micros } from '../../src/base/time.ts'
import { createSim, type Sim } from '../../src/core/sim.ts'
import { RngStreams } from '../../src/core/rng.ts'
import { initialWorld } from '../../src/core/model.ts'
import { stack, type SimEvent, type SimRequest, type World } from '../../src/models/stack.ts'
import { pio, ra, ready } from '../models/slaac/lab.ts'
import { shared, type Experiment } from './experiment.ts'

export interface Intervals { readonly min: number; readonly max: number; readonly lifetime: number }
export type RaProfile = 'rfc' | 'radvd-2.19'

/** Without those that only look on. */
const models = stack.filter(({ name }) => !['component', 'sea', 'service', 'operator', 'repair', 'fault', 'terminal'].includes(name))
type RaSim = Sim<World, SimRequest>
export interface Link { readonly sim: RaSim; readonly last: Record<string, Micros>; readonly advertisedAt: Micros[]; begin(seed: string): void }

/** A router that is a partition, and a host that never asks. */
export function link(profile: RaProfile, { min, max, lifetime }: Intervals, draws?: (purpose: string) => number | undefined): Link {
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
  return {
    sim, last, advertisedAt,
    begin(seed) {
      sim.restart({ seed })
      for (const type in last) delete last[type]
      advertisedAt.length = 0
      sim.runUntil(100 * SECOND)
    },
  }
}

/** Lets it go on for long enough that nobody knows when the next advertisement comes: somewhere within two periods. */
export function anyMoment({ sim }: Link, streams: RngStreams, { min, max }: Intervals): void {
  sim.runUntil(sim.now + Math.round((2.5 + 2 * streams.get('moment', 'any').uniform()) * (min + max) / 2 * SECOND))
}
export function ask(sim: RaSim, request: object): void {
  const no = sim.dispatch(request as SimRequest)
  if (no !== undefined) throw new Error(no.text)
}

const PER_RUN = 25
/** A host that joins at any moment waits for the next advertisement; and the time between two. */
export function waits(of: Intervals, profile: RaProfile = 'rfc'): { readonly wait: Experiment; readonly period: Experiment } {
  const lan = link(profile, of), { sim, last, advertisedAt } = lan
  const runs = shared(i => {
    const moments = new RngStreams(`moments/${i}`, {})
    let total = 0
    lan.begin(`waits/${i}`)
    for (let n = 0; n < PER_RUN; n++) {
      ask(sim, { type: 'ip.setInterface', interface: 'h.eth0', up: false })
      anyMoment(lan, moments, of)
      ask(sim, { type: 'ip.setInterface', interface: 'h.eth0', up: true })
      const joinedAt = sim.now
      while (last['slaac.routerAdded'] === undefined || last['slaac.routerAdded'] < joinedAt) sim.step()
      total += (last['slaac.routerAdded']! - joinedAt) / SECOND
    }
    // The first three come sooner than the others.
    const regular = advertisedAt.slice(3)
    return { total, span: (regular.at(-1)! - regular[0]!) / SECOND, gaps: regular.length - 1 }
  })
  return { wait: runs(({ total }) => [total, PER_RUN]), period: runs(({ span, gaps }) => [span, gaps]) }
}

/** The router crashes at any moment: how long its route lives on. `seen` gets each. */
export function survivals(of: Intervals, profile: RaProfile = 'rfc', seen?: (seconds: number) => void): Experiment {
  const lan = link(profile, of), { sim, last } = lan
  return {
    run(i) {
      const moments = new RngStreams(`moments/${i}`, {}), PER_RUN = 8
      let total = 0
      lan.begin(`survivals/${i}`)
      for (let n = 0; n < PER_RUN; n++) {
        anyMoment(lan, moments, of)
        ask(sim, { type: 'hypervisor.crash', guest: 'r', down: Math.round((of.lifetime + 10) * SECOND) })
        const crashedAt = sim.now
        sim.runUntil(crashedAt + Math.round((of.lifetime + 1) * SECOND))
        const survived = (last['slaac.routerRemoved']! - crashedAt) / SECOND
        seen?.(survived)
        total += survived
        // It starts, and sends its first three sooner than the others.
        sim.runUntil(crashedAt + Math.round((of.lifetime + 100) * SECOND))
      }
      return [total, PER_RUN]
    },
  }
}

/** The longest time that a route outlives a daemon that is told to end. */
export function gracefulStop(of: Intervals, profile: RaProfile = 'rfc'): number {
  const lan = link(profile, of), { sim, last, advertisedAt } = lan, moments = new RngStreams('moments', {})
  let most = 0
  lan.begin('graceful')
  for (let n = 0; n < 20; n++) {
    do anyMoment(lan, moments, of)
    // Nobody advertises twice within three seconds by the standard.
    while (sim.now - advertisedAt.at(-1)! < 3 * SECOND)
    ask(sim, { type: 'radvd.signal', daemon: 'radvd', signal: 'TERM' })
    const stoppedAt = sim.now
    most = Math.max(most, last['slaac.routerRemoved'] === undefined || last['slaac.routerRemoved'] < stoppedAt ? Infinity : (last['slaac.routerRemoved'] - stoppedAt) / SECOND)
    sim.runUntil(sim.now + 20 * SECOND)
    ask(sim, { type: 'radvd.start', daemon: 'radvd' })
  }
  return most
}

/** So many advertisements in a row, at the longest intervals there are, must be lost before the route can expire. */
export function consecutiveLosses(of: Intervals, profile: RaProfile = 'rfc'): number {
  const survives = (losses: number): boolean => {
    const lan = link(profile, of, purpose => purpose === 'ra interval' ? 1 - 1e-6 : undefined), { sim, last, advertisedAt } = lan
    lan.begin('losses')
    sim.runUntil(4000 * SECOND)
    sim.runUntil(advertisedAt.at(-1)! + Math.round((of.max + 1) * SECOND))
    ask(sim, { type: 'net.cut', link: 'ETHERNET0/r.eth0' })
    sim.runUntil(sim.now + Math.round(losses * of.max * SECOND))
    ask(sim, { type: 'net.mend', link: 'ETHERNET0/r.eth0' })
    sim.runUntil(sim.now + Math.round(of.max * SECOND))
    return last['slaac.routerRemoved'] === undefined
  }
  let losses = 1
  while (survives(losses)) losses++
  return losses
}

/** Seconds after which an address is deprecated, and removed, when its router falls silent; `then`: after it has said this once more. */
export function afterLifetimes(valid: number, preferred: number, then?: readonly [valid: number, preferred: number]): [deprecated: number, removed: number] {
  const l = ready()
  l.say(ra([pio({ valid, preferred })]))
  if (then !== undefined) l.run(3 * SECOND)
  const start = l.sim.now
  if (then !== undefined) l.say(ra([pio({ valid: then[0], preferred: then[1] })], { routerLifetimeSeconds: 0 }))
  l.run(((then?.[0] ?? valid) + 800) * SECOND)
  return ['slaac.addressDeprecated', 'slaac.addressExpired'].map(type => (l.all(type)[0]!.at - start) / SECOND) as [number, number]
}

/** Seconds left of so many after an advertisement. */
export function lifetimesLeft(remaining: number, advertised: number): number {
  const l = ready()
  l.say(ra([pio({ valid: remaining, preferred: 0 })]))
  l.say(ra([pio({ valid: advertised, preferred: 0 })]))
  return l.lifetimes()[0]
}
