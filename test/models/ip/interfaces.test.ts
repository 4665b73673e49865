/** When interfaces run, what they lose when they stop, and what nodes that hang, end or leave TCP/IP do to them. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../../src/base/time.ts'
import { groupOf } from '../../../src/models/ip/kinds.ts'
import type { Address } from '../../../src/models/ip/state.ts'
import { property } from '../../support/property.ts'
import { hear, hosts, lab, PROFILES, type Lab } from './hub.ts'

const GLOBAL = 'fec0:301:0:1234::77', LINK_LOCAL = 'fe80::77', TYPED = 'fec0:301:0:1234::1'
const GUEST = { hypervisor: { systems: { power5: {} }, guests: { h0: { on: 'power5', os: 'ibm-i', ipl: '10m', abnormalIpl: '10m', shutdown: '1m' } } } }
const iface = (l: Lab, name = 'h0.eth0') => l.sim.world.ip.interfaces[name as never]!
const node = (l: Lab) => l.sim.world.ip.nodes['h0' as never]!
const cable = (l: Lab, up: boolean, name = 'h0.eth0') => l.ask({ type: 'net.setLink', link: name, up })
const set = (l: Lab, up: boolean) => l.ask({ type: 'ip.setInterface', interface: 'h0.eth0', up })
/** As slaac would configure it. */
function configure(l: Lab): void {
  l.ask({ type: 'ip.addAddress', interface: 'h0.eth0', address: LINK_LOCAL, origin: 'link-local' })
  l.ask({ type: 'ip.addAddress', interface: 'h0.eth0', address: GLOBAL, origin: 'ra' })
  l.ask({ type: 'ip.addRoute', node: 'h0', destination: '::/0', via: 'fe80::1', interface: 'h0.eth0', origin: 'ra' })
  l.run(5 * SECOND)
}

test('an interface runs exactly while it is switched on, has a carrier, and its node is up and not in restricted state', () => {
  const step = fc.constantFrom('on', 'off', 'plug', 'pull', 'hang', 'resume', 'crash', 'end', 'restrict', 'leave', 'wait')
  property(fc.property(fc.constantFrom(...PROFILES), fc.array(step, { maxLength: 25 }), (profile, steps) => {
    const l = lab({ ...hosts(1, { profile }, { addresses: [`${TYPED}/64`] }), ...GUEST })
    let told = 'ip.interfaceUp'
    for (const each of steps) {
      if (each === 'on' || each === 'off') set(l, each === 'on')
      else if (each === 'plug' || each === 'pull') cable(l, each === 'plug')
      else if (each === 'wait') l.run(12 * MINUTE)
      else l.ask({ type: `hypervisor.${{ hang: 'hang', resume: 'resume', crash: 'crash', end: 'ipl', restrict: 'enterRestricted', leave: 'leaveRestricted' }[each]}`, guest: 'h0' })
      const { up, alive, hung, restricted } = l.sim.world.hypervisor.guests['h0' as never]!, i = iface(l)
      expect([node(l).up, node(l).hung]).toEqual([up && alive, hung])
      // A node that hangs notices nothing until it goes on.
      if (!hung) expect(i.running).toBe(i.up && up && !restricted && l.sim.world.net.ports['h0.eth0' as never]!.carrier)
      // Facts and state agree: the last one told says whether it runs.
      told = l.told.findLast(({ event }) => event.type === 'ip.interfaceUp' || event.type === 'ip.interfaceDown')!.event.type
      expect(told === 'ip.interfaceUp').toBe(i.running)
    }
  }), { numRuns: 150 })
})

test('a lost carrier takes nothing away; when it is back groups are reported again, and nothing is probed again (l07)', () => {
  for (const profile of PROFILES) {
    const l = lab(hosts(1, { profile }))
    configure(l)
    const before = [l.states('h0.eth0'), node(l).routes.map(({ destination }) => destination)], probes = l.sent('h0.eth0', 'NS').length
    cable(l, false)
    expect(iface(l).running).toBe(false)
    l.run(5 * SECOND)
    const reports = l.sent('h0.eth0', 'mld-report').length
    cable(l, true)
    l.run(5 * SECOND)
    expect([l.states('h0.eth0'), node(l).routes.map(({ destination }) => destination)]).toEqual(before)
    expect(l.sent('h0.eth0', 'NS')).toHaveLength(probes)
    expect(l.sent('h0.eth0', 'mld-report').slice(reports).map(({ packet }) => packet.source)).toEqual([LINK_LOCAL, LINK_LOCAL])
    expect(l.all('ip.interfaceDown').map(({ event }) => event.because)).toEqual(['carrier'])
    expect(l.all('ip.interfaceUp')).toHaveLength(2)
  }
})

test('a carrier that is lost while addresses are probed: they wait, and are probed from the beginning when it is back', () => {
  property(fc.property(fc.constantFrom(...PROFILES), fc.integer({ min: 0, max: 1_900_000 }), fc.integer({ min: 1, max: 10 * SECOND }), fc.nat(), (profile, when, gone, seed) => {
    const l = lab(hosts(1, { profile }, { dadProbes: 2 }), { seed })
    l.ask({ type: 'ip.addAddress', interface: 'h0.eth0', address: GLOBAL, origin: 'ra' })
    l.run(when)
    cable(l, false)
    l.run(gone)
    expect(l.states('h0.eth0')).toEqual({ [GLOBAL]: 'tentative' })
    cable(l, true)
    const back = l.sim.now
    l.run(4 * SECOND)
    expect(l.states('h0.eth0')).toEqual({ [GLOBAL]: 'preferred' })
    expect(l.sent('h0.eth0', 'NS').filter(({ at }) => at >= back)).toHaveLength(2)
  }), { numRuns: 40 })
})

test('switching off flushes addresses, routes, groups and neighbours, and tells the newest first (l06)', () => {
  for (const profile of PROFILES) {
    const l = lab(hosts(1, { profile }))
    configure(l)
    hear(l, 'h0.eth0', 'fe80::ee:1', groupOf(GLOBAL), { kind: 'NS', code: 0, target: GLOBAL, options: [{ kind: 'source-link-layer', address: '02:00:00:00:ee:01' }] })
    expect(Object.keys(iface(l).neighbours)).toEqual(['fe80::ee:1'])
    const mark = l.told.length
    set(l, false)
    expect(l.states('h0.eth0')).toEqual({})
    expect(node(l).routes).toEqual([])
    expect([iface(l).groups, iface(l).neighbours]).toEqual([{}, {}])
    expect(Object.values(l.sim.world.net.groups).flat()).toEqual([])
    const told = l.told.slice(mark).filter(({ event }) => event.type.startsWith('ip.') && !event.type.startsWith('ip.neighbour')).map(({ event }) => event)
    expect(told.map(({ type, destination, address }) => [type, destination ?? address])).toEqual([
      ['ip.setInterface', undefined], ['ip.interfaceDown', undefined], ['ip.routeRemoved', 'fe80::/64'], ['ip.routeRemoved', '::/0'],
      ['ip.addressRemoved', GLOBAL], ['ip.addressRemoved', LINK_LOCAL],
    ])
    expect(told[1]!.because).toBe('switched off')
    // It is silent now, and comes back empty.
    const sent = l.all('net.transmit').length
    l.run(MINUTE)
    expect(l.all('net.transmit')).toHaveLength(sent)
    set(l, true)
    expect(iface(l).running).toBe(true)
    expect(l.states('h0.eth0')).toEqual({})
    expect(Object.keys(iface(l).groups)).toEqual(['ff02::1'])
  }
})

test('switching off without a carrier flushes too, and tells the stronger reason', () => {
  const l = lab(hosts(1))
  configure(l)
  cable(l, false)
  set(l, false)
  expect(l.all('ip.interfaceDown').map(({ event }) => event.because)).toEqual(['carrier', 'switched off'])
  expect(l.states('h0.eth0')).toEqual({})
  cable(l, true)
  expect(iface(l).running).toBe(false)
})

test('addresses typed by hand survive switching off where that is configured, and are probed again unless they never are (l05)', () => {
  property(fc.property(fc.constantFrom(...PROFILES), fc.constantFrom(undefined, true, false), fc.boolean(), (profile, keepAddresses, dad) => {
    const l = lab(hosts(1, { profile }, { addresses: [`${TYPED}/64`], dad, ...(keepAddresses !== undefined && { keepAddresses }) }))
    configure(l)
    const keeps = keepAddresses ?? profile === 'rfc', probes = () => l.sent('h0.eth0', 'NS').filter(({ packet: { payload } }) => payload.kind === 'NS' && payload.target === TYPED).length
    set(l, false)
    expect(l.states('h0.eth0')).toEqual(keeps ? { [TYPED]: dad ? 'tentative' : 'preferred' } : {})
    const before = probes()
    l.run(15 * SECOND)
    set(l, true)
    expect(node(l).routes.map(({ destination }) => destination)).toEqual(keeps ? ['fec0:301:0:1234::/64'] : [])
    l.run(5 * SECOND)
    expect(l.states('h0.eth0')).toEqual(keeps ? { [TYPED]: 'preferred' } : {})
    expect(probes() - before).toBe(keeps && dad ? 1 : 0)
    expect(l.sim.world.net.groups['33:33:ff:00:00:01'] ?? []).toEqual(keeps ? ['h0.eth0'] : [])
  }), { numRuns: 24 })
})

test('a router that is switched off and on says at once that an unprobed address is there, listens for its anycast address again, and has lost its link-local one (l05)', () => {
  const l = lab(hosts(1, { profile: 'linux', forwarding: true }, { addresses: [`${TYPED}/64`, 'fe80::5/64'], dad: false, keepAddresses: true })), groups = Object.keys(iface(l).groups)
  expect(groups.toSorted()).toEqual(['ff02::1', 'ff02::1:ff00:0', 'ff02::1:ff00:1', 'ff02::1:ff00:5', 'ff02::2'])
  set(l, false)
  const mark = l.told.length
  set(l, true)
  expect(l.told.slice(mark).filter(({ event }) => event.type.startsWith('ip.address')).map(({ event }) => [event.type, event.address, event.state])).toEqual([['ip.addressChanged', TYPED, 'preferred']])
  expect(Object.keys(iface(l).groups).toSorted()).toEqual(['ff02::1', 'ff02::1:ff00:0', 'ff02::1:ff00:1', 'ff02::2'])
})

test('ND-23 a partition that ends, however it ends, loses everything but its configuration, and begins with that', () => {
  for (const profile of PROFILES) for (const type of ['hypervisor.crash', 'hypervisor.ipl']) {
    const sections = { ip: { nodes: { h0: { profile, interfaces: { eth0: { addresses: [`${TYPED}/64`] }, eth1: { up: false } }, routes: [{ to: '::/0', via: 'fec0:301:0:1234::9', interface: 'h0.eth0' }] } } }, ...GUEST }
    const l = lab(sections)
    configure(l)
    l.ask({ type: 'ip.setInterface', interface: 'h0.eth1', up: true })
    l.ask({ type: 'ip.setParameters', interface: 'h0.eth0', retransMillis: 5000, hopLimit: 7, mtu: 1300 })
    l.ask({ type, guest: 'h0' })
    l.run(90 * SECOND)
    expect(node(l).up).toBe(false)
    expect([l.states('h0.eth0'), node(l).routes, Object.values(l.sim.world.net.groups).flat()]).toEqual([{}, [], []])
    expect(l.sim.world.net.ports['h0.eth0' as never]!.up).toBe(false)
    expect(l.all('ip.interfaceDown').map(({ event }) => `${event.interface} ${event.because}`)).toEqual(['h0.eth0 node down', 'h0.eth1 node down'])
    l.run(20 * MINUTE)
    expect(node(l).up).toBe(true)
    expect(l.states('h0.eth0')).toEqual({ [TYPED]: 'preferred' })
    expect(node(l).routes.map(({ destination }) => destination).toSorted()).toEqual(['::/0', 'fec0:301:0:1234::/64'])
    expect([iface(l).retransMillis, iface(l).hopLimit, iface(l).mtu, iface(l, 'h0.eth1').up]).toEqual([1000, 64, 1500, false])
  }
})

test('a partition that is down when the run begins has a silent adapter, and its interfaces come up with it', () => {
  const l = lab({ ip: { nodes: { h0: { interfaces: { eth0: { addresses: [`${TYPED}/64`] } } } } }, hypervisor: { systems: { power5: {} }, guests: { h0: { on: 'power5', os: 'linux', start: '90s', initially: 'not activated' } } } })
  expect([l.sim.world.net.ports['h0.eth0' as never]!.up, iface(l).running, l.states('h0.eth0')]).toEqual([false, false, {}])
  l.ask({ type: 'hypervisor.powerOn', guest: 'h0' })
  l.run(5 * MINUTE)
  expect([l.sim.world.net.ports['h0.eth0' as never]!.up, iface(l).running, l.states('h0.eth0')]).toEqual([true, true, { [TYPED]: 'preferred' }])
})

test('restricted state ends TCP/IP and not the partition: addresses go, the carrier stays, and the configuration is applied when it is left', () => {
  const l = lab({ ...hosts(1, {}, { addresses: [`${TYPED}/64`] }), ...GUEST })
  configure(l)
  l.ask({ type: 'hypervisor.enterRestricted', guest: 'h0' })
  expect([iface(l).running, l.states('h0.eth0'), l.sim.world.net.ports['h0.eth0' as never]!.carrier]).toEqual([false, {}, true])
  expect(l.ask({ type: 'ip.addAddress', interface: 'h0.eth0', address: GLOBAL })?.text).toBe('h0 does not answer')
  l.run(MINUTE)
  l.ask({ type: 'hypervisor.leaveRestricted', guest: 'h0' })
  l.run(5 * SECOND)
  expect([iface(l).running, l.states('h0.eth0')]).toEqual([true, { [TYPED]: 'preferred' }])
})

test('a node that hangs sends and hears nothing; its timers wait, and what they meant happens when it goes on', () => {
  property(fc.property(fc.constantFrom(...PROFILES), fc.integer({ min: 0, max: 3 * SECOND }), fc.integer({ min: 1, max: 20 * SECOND }), fc.integer({ min: 1, max: 3 }), fc.nat(), (profile, when, lasts, dadProbes, seed) => {
    const l = lab({ ...hosts(1, { profile }, { dadProbes }), ...GUEST }, { seed })
    l.ask({ type: 'ip.addAddress', interface: 'h0.eth0', address: GLOBAL, origin: 'ra' })
    l.run(when)
    l.ask({ type: 'hypervisor.hang', guest: 'h0' })
    const before = l.states('h0.eth0'), sent = l.all('net.transmit').length
    expect(set(l, false)?.text).toBe('h0 does not answer')
    l.run(lasts)
    expect([l.states('h0.eth0'), l.all('net.transmit').length]).toEqual([before, sent])
    l.ask({ type: 'hypervisor.resume', guest: 'h0' })
    l.run((2 + dadProbes) * SECOND)
    expect(l.states('h0.eth0')).toEqual({ [GLOBAL]: 'preferred' })
    expect(l.sent('h0.eth0', 'NS')).toHaveLength(dadProbes)
    const a: Address = iface(l).addresses[GLOBAL] as Address
    expect([a.timer, iface(l).reportTimer, iface(l).changes]).toEqual([null, null, {}])
  }), { numRuns: 60 })
})

test('a carrier that was lost while the node hung is noticed when it goes on', () => {
  const l = lab({ ...hosts(1), ...GUEST })
  configure(l)
  l.ask({ type: 'hypervisor.hang', guest: 'h0' })
  cable(l, false)
  expect(l.all('ip.interfaceDown')).toEqual([])
  l.run(SECOND)
  l.ask({ type: 'hypervisor.resume', guest: 'h0' })
  expect([iface(l).running, l.all('ip.interfaceDown').map(({ event }) => event.because)]).toEqual([false, ['carrier']])
})

test('ND-86 IPv6 that was switched off comes back when somebody switches the interface off and on; on Linux only with the node', () => {
  for (const profile of PROFILES) {
    const l = lab({ ...hosts(1, { profile }), ...GUEST })
    configure(l)
    l.ask({ type: 'ip.disable', interface: 'h0.eth0' })
    expect([iface(l).running, l.states('h0.eth0'), node(l).routes]).toEqual([false, {}, []])
    expect(l.all('ip.interfaceDown').map(({ event }) => event.because)).toEqual(['disabled'])
    cable(l, false)
    cable(l, true)
    expect(iface(l).running).toBe(false)
    set(l, false)
    set(l, true)
    expect(iface(l).running).toBe(profile === 'rfc')
    l.ask({ type: 'hypervisor.ipl', guest: 'h0' })
    l.run(20 * MINUTE)
    expect(iface(l).running).toBe(true)
  }
})
