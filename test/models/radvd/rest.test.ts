/** Networks at rest (fidelity state): nothing happens until something happens, and what that is. */
import { describe, expect, test } from 'vitest'
import { HOUR, SECOND, YEAR } from '../../../src/base/time.ts'
import { Trace } from '../../../src/core/trace.ts'
import { createSim, type Sim } from '../../../src/core/sim.ts'
import { secondsLeft } from '../../../src/models/slaac/state.ts'
import { stack, type SimEvent, type SimRequest, type World } from '../../../src/models/stack.ts'
import { encodeFrame } from '../../../src/wire/frame.ts'
import { toHex } from '../../../src/wire/bytes.ts'
import { worldOf, type Sections } from '../../support/systems.ts'

const CONF = 'interface eth0 { AdvSendAdvert on; prefix 2001:db8:1::/64 { }; };'
type Any = Record<string, any>
/** Two switches with a cable, a router that is a partition, a host of either kind, and another network with a router of its own. */
const sections = (more: Any = {}): Any => ({
  hypervisor: { systems: { power5: {}, power6: {} }, guests: { r: { on: 'power5', os: 'linux' }, g: { on: 'power5', os: 'ibm-i' } } },
  net: { ports: { 'x.i0': { mac: '02:00:00:00:00:77' } }, links: { apart: { ends: ['s.eth0', 'far.eth0'] } }, ...more['net'] },
  vswitch: { switches: { s0: { ports: { r: {}, g: {}, up: {} } }, lan: { profile: 'linux-bridge', ports: { p0: {}, h: {}, 'x.i0': {} } } }, cables: [{ from: 's0/up', to: 'lan/p0' }] },
  ip: { nodes: { r: { profile: 'linux', forwarding: true }, g: {}, h: {}, s: { forwarding: true }, far: {}, ...more['nodes'] } },
  slaac: { hosts: { h: more['host'] ?? {} } },
  radvd: { fidelity: 'state', daemons: { radvd: { on: 'r', startAfter: '5s', config: CONF, ...more['daemon'] }, other: { on: 's', config: CONF }, ...more['daemons'] } },
})

function begun(more?: Any): { sim: Sim<World, SimRequest>; trace: Trace<SimEvent> } {
  const trace = new Trace<SimEvent>(), sim = createSim({ models: stack, world: worldOf(sections(more) as Sections), seed: 3, onEntry: trace.add })
  sim.runUntil(HOUR)
  return { sim, trace }
}
const segmentAt = ({ world }: Sim<World, SimRequest>, port: string) => { const rest = world.radvd.rest!; return rest.segments[rest.segmentOf[port as never]!]! }
const told = (trace: Trace<SimEvent>, type: string): Any[] => trace.list().filter(({ event }) => event.type === type)

test('a steady network has no event in a hundred years', () => {
  const { sim } = begun(), { handled } = sim
  sim.runUntil(HOUR + 100 * YEAR)
  expect(sim.handled).toBe(handled)
  expect(['r.eth0', 's.eth0'].map(port => segmentAt(sim, port).resting)).toEqual([true, true])
})

const rogue = toHex(encodeFrame({
  destination: '33:33:00:00:00:01', source: '02:00:00:00:00:77', tags: [],
  payload: { kind: 'ipv6', source: 'fe80::77', destination: 'ff02::1', hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [], payload: { kind: 'NS', code: 0, target: 'fe80::1', options: [] } },
}))
test.each([
  ['a router crashes', { type: 'hypervisor.crash', guest: 'r' }], ['a router hangs', { type: 'hypervisor.hang', guest: 'r' }], ['a host crashes', { type: 'hypervisor.crash', guest: 'g' }],
  ['a host hangs', { type: 'hypervisor.hang', guest: 'g' }], ['a host is restricted', { type: 'hypervisor.enterRestricted', guest: 'g' }], ['a host loses its interface', { type: 'ip.setInterface', interface: 'h.eth0', up: false }],
  ['IPv6 is switched off', { type: 'ip.disable', interface: 'h.eth0' }], ['an address comes', { type: 'ip.addAddress', interface: 'h.eth0', address: '2001:db8:1::77' }],
  ['a parameter is set', { type: 'ip.setParameters', interface: 'h.eth0', hopLimit: 7 }], ['a route comes', { type: 'ip.addRoute', node: 'h', destination: '2001:db8:9::/64', via: 'fe80::9', interface: 'h.eth0' }],
  ['a router ceases to forward', { type: 'ip.setForwarding', node: 'r', on: false }], ['a host asks', { type: 'slaac.solicit', interface: 'h.eth0' }], ['a link is cut', { type: 'net.cut', link: 'lan/h.eth0' }],
  ['a link loses frames', { type: 'net.setLoss', link: 's0/up', loss: 0.1 }], ['a cable between switches is pulled', { type: 'net.setLink', link: 's0/up', up: false }], ['a port is switched off', { type: 'net.setPort', port: 'lan/p0', up: false }],
  ['an adapter listens no longer', { type: 'net.leave', port: 'h.eth0', group: '33:33:00:00:00:01' }], ['a frame is injected', { type: 'net.inject', port: 'x.i0', hex: rogue }],
  ['a switch changes its mode', { type: 'vswitch.setMode', switch: 's0', mode: 'vepa', anyway: true }], ['a relay is switched', { type: 'vswitch.setRelay', switch: 'lan', port: 'p0', on: true }],
  ['a trunk stands by', { type: 'vswitch.setTrunk', port: 's0/up', state: 'standby' }], ['a daemon is killed', { type: 'radvd.signal', daemon: 'radvd', signal: 'KILL' }],
  ['a daemon reads its file again', { type: 'radvd.signal', daemon: 'radvd', signal: 'HUP' }],
])('the rest is over when %s, on that segment alone', (_, request) => {
  const { sim, trace } = begun()
  sim.runUntil(2 * HOUR)
  expect(sim.dispatch(request as never)).toBeUndefined()
  sim.runUntil(sim.now + SECOND)
  expect([segmentAt(sim, 'r.eth0').resting, segmentAt(sim, 's.eth0').resting]).toEqual([false, true])
  const [roused] = told(trace, 'slaac.runDown')
  expect(roused!['at']).toBeLessThan(2 * HOUR + SECOND)
  expect(roused!['event'].said.every(({ at }: Any) => at < 2 * HOUR + SECOND && at > 2 * HOUR - 600 * SECOND)).toBe(true)
})

test('who is only talked to lets a network rest', () => {
  const { sim } = begun()
  sim.dispatch({ type: 'ip.ping', node: 'h' as never, to: '2001:db8:1::77' })
  sim.runUntil(3 * HOUR)
  const resting = segmentAt(sim, 'r.eth0').resting, router = Object.keys(sim.world.ip.interfaces['r.eth0' as never]!.addresses)[0]!
  for (let n = 0; n < 100; n++) {
    sim.dispatch({ type: 'ip.ping', node: 'h' as never, to: router, interface: 'h.eth0' as never })
    sim.runUntil(sim.now + 10 * SECOND)
  }
  expect([resting, segmentAt(sim, 'r.eth0').resting]).toEqual([true, true])
})

describe('what keeps a network from rest is told once, and counted', () => {
  const of = (interfaceOptions: string, prefixOptions = '') => ({ daemon: { config: `interface eth0 { AdvSendAdvert on; ${interfaceOptions} prefix 2001:db8:1::/64 { ${prefixOptions} }; };` } })
  const second = (config: string, more: Any = {}) => ({ nodes: { h: { forwarding: true } }, daemons: { second: { on: 'h', config } }, ...more })
  test.each<[string, Any]>([
    ['not to all', of('clients { fe80::1; };')], ['shrinking lifetimes', of('', 'DecrementLifetimes on;')], ['lifetimes shorter than the interval', of('', 'AdvPreferredLifetime 599;')],
    ['remembered prefixes', { daemon: { deprecateRememberedPrefixes: true } }], ['other lifetimes', second(CONF.replace('{ }', '{ AdvValidLifetime 90000; }'))],
    ['in step', { nodes: { h: { forwarding: true } }, daemon: { profile: 'radvd-2.19', startAfter: '0s' }, daemons: { second: { on: 'h', config: CONF, profile: 'radvd-2.19' } } }],
    ['temporary addresses', { host: { temporary: 'on' } }], ['captured', { net: { ports: { 'x.i0': {} }, links: { apart: { ends: ['s.eth0', 'far.eth0'] } }, capture: ['h.eth0'] } }],
    ['address of two', { nodes: { g: { interfaces: { eth0: { mac: '02:00:00:00:aa:01', up: false } } }, r: { profile: 'linux', forwarding: true, interfaces: { eth0: { mac: '02:00:00:00:aa:01' } } } } }],
    // The lifetime in the option is that of the default route (RFC 4191 3), not the one in the header.
    ['otherwise set', of('route ::/0 { AdvRouteLifetime 9000; };')],
  ])('%s', (because, more) => {
    const { sim, trace } = begun(more), [first, ...others] = told(trace, 'radvd.keptSending')
    expect(first?.['event']).toMatchObject({ interface: expect.stringMatching(/^[rh]\.eth0$/), because })
    expect(others).toEqual([])
    const { resting, frames } = segmentAt(sim, 'r.eth0'), before = (frames as Any)[because]
    sim.runUntil(3 * HOUR)
    expect([resting, segmentAt(sim, 'r.eth0').resting]).toEqual([false, false])
    expect((segmentAt(sim, 'r.eth0').frames as Any)[because]).toBeGreaterThan(before)
  })

  test('a link that loses frames, until it does not', () => {
    const { sim, trace } = begun()
    sim.dispatch({ type: 'net.setLoss', link: 'lan/h.eth0' as never, loss: 1e-9 })
    sim.runUntil(3 * HOUR)
    expect(told(trace, 'radvd.keptSending').map(({ event }) => event.because)).toEqual(['lost frames'])
    expect(segmentAt(sim, 'r.eth0').resting).toBe(false)
    sim.dispatch({ type: 'net.setLoss', link: 'lan/h.eth0' as never, loss: 0 })
    sim.runUntil(4 * HOUR)
    expect(segmentAt(sim, 'r.eth0').resting).toBe(true)
  })
})

test('ND-68 what a steady router renews stands still, and what a dead one has left runs down', () => {
  const { sim, trace } = begun({ nodes: { g: { forwarding: true } }, daemons: { second: { on: 'g', config: CONF.replace('db8:1', 'db8:2').replace('{ }', '{ AdvValidLifetime 20000; }') } } })
  sim.dispatch({ type: 'hypervisor.powerOff', guest: 'g' as never, how: 'vsp-hard' } as never)
  sim.runUntil(2 * HOUR)
  const left = () => sim.world.slaac.interfaces['h.eth0' as never]!.addresses.map(({ prefix, validUntil }): [string, number | null] => [prefix, secondsLeft(validUntil, sim.now)])
  expect(segmentAt(sim, 'r.eth0').resting).toBe(true)
  const { '2001:db8:1::/64': renewed, '2001:db8:2::/64': orphaned } = Object.fromEntries(left())
  expect(renewed).toBeNull()
  expect(orphaned).toBeGreaterThan(20_000 - 3600 - 600)
  sim.runUntil(10 * HOUR)
  expect(left()).toEqual([['2001:db8:1::/64', null]])
  expect(told(trace, 'slaac.addressExpired').map(({ event }) => event.interface)).toEqual(['h.eth0'])
})

test.each([1, 2, 3])('ND-62 of two routers with one prefix the one that spoke last has set its lifetimes, also at rest (seed %d)', seed => {
  const trace = new Trace<SimEvent>()
  const sim = createSim({ models: stack, seed, onEntry: trace.add, world: worldOf(sections({ nodes: { g: { forwarding: true } }, daemons: { second: { on: 'g', config: CONF } } }) as Sections) })
  sim.runUntil(10 * HOUR)
  expect(segmentAt(sim, 'r.eth0').resting).toBe(true)
  sim.dispatch({ type: 'net.cut', link: 'lan/h.eth0' as never })
  const heard = told(trace, 'slaac.runDown')[0]!['event'].said.filter(({ interfaces }: Any) => interfaces.includes('h.eth0')).map(({ at }: Any) => at), h = sim.world.slaac.interfaces['h.eth0' as never]!
  expect(new Set(heard).size).toBe(2)
  expect(h.addresses.map(({ validUntil, preferredUntil }) => [validUntil, preferredUntil])).toEqual([[Math.max(...heard) + 86_400 * SECOND, Math.max(...heard) + 14_400 * SECOND]])
  expect(h.routers.map(({ until }) => until).sort()).toEqual(heard.map((at: number) => at + 1800 * SECOND).sort())
})

test('RD-55 a daemon that is told to end says so to its hosts, at rest as ever', () => {
  const { sim, trace } = begun()
  sim.runUntil(5 * HOUR)
  sim.dispatch({ type: 'radvd.signal', daemon: 'radvd' as never, signal: 'TERM' })
  sim.runUntil(sim.now + 4 * SECOND)
  expect(told(trace, 'radvd.advertised').at(-1)!['event'].occasion).toBe('final')
  expect(told(trace, 'slaac.routerRemoved').filter(({ at }) => at >= 5 * HOUR).map(({ event }) => [event.interface, event.because]).sort()).toEqual([['g.eth0', 'lifetime zero'], ['h.eth0', 'lifetime zero']])
})
