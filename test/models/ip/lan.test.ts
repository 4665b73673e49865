/** Stacks behind the real switches: who owns an address in the end, by VLAN, mode and relay, and what is left when a cable is mended. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { initialWorld, type RequestOf, type WorldOf } from '../../../src/core/model.ts'
import { createSim, type Sim } from '../../../src/core/sim.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { isAssigned } from '../../../src/models/ip/state.ts'
import { ip } from '../../../src/models/ip/model.ts'
import { net } from '../../../src/models/net/model.ts'
import { vswitch } from '../../../src/models/vswitch/model.ts'
import { property } from '../../support/property.ts'
import { CLONE, LINK_LOCAL, PROFILES } from './hub.ts'

const models = [hypervisor, net, vswitch, ip] as const, GLOBAL = 'fec0:301:0:1234::77'
type LanSim = Sim<WorldOf<typeof models>, RequestOf<(typeof models)[number]>>

function lan(switches: object, nodes: object, seed = 1, cables: unknown[] = []): LanSim {
  const world = initialWorld(models, {
    hypervisor: hypervisor.config.parse({}), net: net.config.parse({}), vswitch: vswitch.config.parse({ switches, cables }), ip: ip.config.parse({ nodes }),
  })
  const sim: LanSim = createSim({ models, seed, world })
  sim.runUntil(0)
  return sim
}
const add = (sim: LanSim, host: string, address: string, at = sim.now) => sim.schedule(at, { type: 'ip.addAddress', interface: `${host}.eth0` as never, address, origin: 'ra' })
const owners = (sim: LanSim, address: string): string[] => Object.entries(sim.world.ip.interfaces)
  .filter(([, { addresses }]) => addresses[address] !== undefined && isAssigned(addresses[address])).map(([name]) => name.slice(0, name.indexOf('.')))
const named = <V>(count: number, value: (n: number) => V): Record<string, V> => Object.fromEntries(Array.from({ length: count }, (_, n) => [`h${n}`, value(n)]))

test('ND-88 VE-10 on each VLAN of a virtual switch, or behind a VEPA whose bridge reflects, an address has one owner at most, and VLANs do not disturb each other', () => {
  property(fc.property(fc.constantFrom(...PROFILES), fc.array(fc.tuple(fc.integer({ min: 0, max: 3 * SECOND }), fc.constantFrom(1, 2, 7)), { minLength: 2, maxLength: 7 }), fc.nat(), (profile, hosts, seed) => {
    const sim = lan({ ETHERNET0: { ports: named(hosts.length, n => ({ vlan: hosts[n]![1] })) } }, named(hosts.length, () => ({ profile })), seed)
    hosts.forEach(([at], n) => add(sim, `h${n}`, GLOBAL, at))
    sim.runUntil(10 * SECOND)
    const have = owners(sim, GLOBAL)
    for (const vlan of [1, 2, 7]) {
      const members = hosts.flatMap(([, own], n) => own === vlan ? [`h${n}`] : [])
      const mine = have.filter(host => members.includes(host))
      // Nothing is lost and nothing takes time here, so that somebody always wins.
      expect(mine).toHaveLength(members.length === 0 ? 0 : 1)
    }
  }), { numRuns: 60 })
})

test('VE-11 two hosts behind a VEPA without reflection both have the address; with it one of them', () => {
  for (const profile of PROFILES) for (const relay of [false, true]) {
    const sim = lan({
      ETHERNET0: { mode: 'vepa', ports: { h0: {}, h1: {}, uplink: {} } }, lan: { profile: 'linux-bridge', ports: { up: { relay }, elsewhere: {} } },
    }, { ...named(2, () => ({ profile })), elsewhere: {} }, 1, [{ from: 'ETHERNET0/uplink', to: 'lan/up' }])
    add(sim, 'h0', GLOBAL, 0)
    add(sim, 'h1', GLOBAL, 5 * SECOND)
    sim.runUntil(10 * SECOND)
    expect(owners(sim, GLOBAL)).toEqual(relay ? ['h0'] : ['h0', 'h1'])
  }
})

test('VE-12 ND-87 a port that gets its own frames back: with nonces DAD succeeds and still finds a clone, without them every address is a duplicate', () => {
  for (const profile of PROFILES) for (const enhancedDad of [true, false]) {
    const eth0 = { mac: CLONE, enhancedDad, acceptDad: 1 }
    const sim = lan({ lan: { profile: 'linux-bridge', ports: named(2, () => ({ relay: true })) } }, named(2, () => ({ profile, interfaces: { eth0 } })))
    add(sim, 'h0', LINK_LOCAL, 0)
    add(sim, 'h1', LINK_LOCAL, 5 * SECOND)
    sim.runUntil(10 * SECOND)
    expect(owners(sim, LINK_LOCAL)).toEqual(enhancedDad ? ['h0'] : [])
  }
})

test('ND-89 clones on two sides of a cable that silently loses frames both get the address, and both keep it when the cable is mended', () => {
  for (const profile of PROFILES) {
    const sim = lan({ left: { profile: 'linux-bridge', ports: { h0: {}, up: {} } }, right: { profile: 'linux-bridge', ports: { h1: {}, up: {} } } },
      named(2, () => ({ profile, interfaces: { eth0: { mac: CLONE } } })), 1, [{ from: 'left/up', to: 'right/up' }])
    const link = Object.entries(sim.world.net.links).find(([, { ends }]) => ends.every(end => end.endsWith('/up')))![0]
    sim.dispatch({ type: 'net.cut', link: link as never })
    add(sim, 'h0', LINK_LOCAL, 0)
    add(sim, 'h1', LINK_LOCAL, 0)
    sim.runUntil(10 * SECOND)
    sim.dispatch({ type: 'net.mend', link: link as never })
    sim.runUntil(60 * SECOND)
    expect(owners(sim, LINK_LOCAL)).toEqual(['h0', 'h1'])
    // Who asks anew is told.
    sim.dispatch({ type: 'ip.removeAddress', interface: 'h1.eth0' as never, address: LINK_LOCAL })
    add(sim, 'h1', LINK_LOCAL)
    sim.runUntil(70 * SECOND)
    expect(owners(sim, LINK_LOCAL)).toEqual(['h0'])
  }
})
