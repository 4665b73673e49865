/** The two halves beside each other: disks and mirrors do what they do, whether or not somebody advertises a prefix meanwhile. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatClock, HOUR } from '../../src/base/time.ts'
import { canonical, type Entry } from '../../src/core/trace.ts'
import type { SimEvent } from '../../src/models/stack.ts'
import { property } from '../support/property.ts'
import { play, systemAndPlan, type Sections } from '../support/systems.ts'

const until = 6 * HOUR

/** A switch to which all guests are connected, a router that advertises, a machine outside, and services that need them. */
function withNetwork(sections: Sections): Sections {
  const guests = Object.keys((sections['hypervisor'] as { guests: object }).guests), hosts = guests.filter(guest => guest !== 'router')
  const service = sections['service'] as { services: object }
  return {
    ...sections,
    net: { links: { ioa0: { ends: ['router.eth1', 'outside.eth0'], latency: '1ms', loss: 0.01 } } },
    vswitch: { switches: { ETHERNET0: { ports: Object.fromEntries(guests.map(guest => [guest, {}])) } } },
    ip: {
      nodes: {
        ...Object.fromEntries(hosts.map(host => [host, {}])),
        router: { profile: 'linux', forwarding: true, interfaces: { eth0: { addresses: ['fec0:1::1/64'] }, eth1: { addresses: ['fec0:2::1/64'] } } },
        outside: { interfaces: { eth0: { addresses: ['fec0:2::2/64'] } }, routes: [{ to: '::/0', via: 'fec0:2::1', interface: 'outside.eth0' }] },
      },
    },
    radvd: { daemons: { radvd: { on: 'router', profile: 'radvd-2.19', config: 'interface eth0 { AdvSendAdvert on; prefix fec0:1::/64 { }; };' } } },
    service: { services: { ...service.services, ...Object.fromEntries(hosts.map(host => [`${host}-net`, { needs: [{ preferredAddress: host }, { defaultRouter: host }, { reaches: { from: host, to: 'outside', every: '5m' } }] }])) } },
  }
}

const STORAGE = /^(hypervisor|scsi|vscsi|md|boot|operator|fault)\./
const ofStorage = (trace: readonly Entry<SimEvent>[]): string[] =>
  trace.flatMap(({ at, event, refusal }) => STORAGE.test(event.type) || 'service' in event && !event.service.endsWith('-net') ? [`${formatClock(at)} ${canonical([at, event, refusal ?? null])}`] : [])

test('GEN-2 a network beside it changes nothing of what happens to partitions, disks and mirrors', () => {
  let spoken = 0
  property(fc.property(systemAndPlan(), fc.integer({ min: 0, max: 1_000_000 }), ([system, plan], seed) => {
    const alone = play(system, plan, { seed, until }), together = play(withNetwork(system), plan, { seed, until })
    expect(ofStorage(together.trace)).toEqual(ofStorage(alone.trace))
    for (const name of ['hypervisor', 'scsi', 'vscsi', 'md', 'boot'] as const) expect(withoutTimers(together.sim.world[name])).toBe(withoutTimers(alone.sim.world[name]))
    spoken += together.trace.filter(({ event }) => event.type === 'radvd.advertised').length
  }), { numRuns: 12 })
  expect(spoken, 'the network is really there').toBeGreaterThan(100)
})

/** Timers are known by the number of their event, which counts the events of others too. */
const withoutTimers = (slice: unknown): string => JSON.stringify(slice, (key, value: unknown) => /timer|patience|Timers$/i.test(key) ? undefined : value)

test('the rules of every model hold after each event of both halves', () => {
  property(fc.property(systemAndPlan({ most: 15 }), fc.integer({ min: 0, max: 1_000_000 }), ([system, plan], seed) => {
    let events = 0
    play(withNetwork(system), plan, {
      seed, until: 3 * HOUR,
      // Frames are many and change little: of what is on the wire every seventh is looked at.
      onEntry: ({ at, event }, sim) => {
        if (/^(net|ip)\./.test(event.type) && ++events % 7 !== 0) return
        const broken = sim.check()
        if (broken.length > 0) throw new Error(`${formatClock(at)} after ${canonical(event)}: ${broken.join('; ')}`)
      },
    })
  }), { numRuns: 8 })
})
