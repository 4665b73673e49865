/** Bridges outside, macvlan devices, changes of the mode, spoofed addresses, loops, and what sections are refused. */
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { vswitchConfig } from '../../../src/models/vswitch/config.ts'
import { ALL_NODES, BROADCAST, Lan, UNKNOWN, type Written } from './lan.ts'

const problems = (section: Written): string[] => {
  const parsed = vswitchConfig.safeParse(section)
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}
const bridge = (ports: Written, more: Written = {}) => new Lan({ switches: { lan: { profile: 'linux-bridge', ports, ...more } } }, [...new Set(Object.keys(ports))].map(name => [name, { promiscuous: true }]))

describe('a learning bridge', () => {
  test('VE-29 what it does not know it floods, what it has heard it sends to that port alone', () => {
    const lan = bridge({ a: {}, b: {}, c: {} })
    expect(lan.copies('a', { to: 'b' })).toEqual({ b: 1, c: 1 })
    expect(lan.copies('b', { to: 'a' })).toEqual({ a: 1 })
    expect(lan.copies('a', { to: 'b' })).toEqual({ b: 1 })
  })
  test('VE-29 DD-21 an address is forgotten after the ageing time, 300 s unless told otherwise, counted from when it was last heard', () => {
    for (const [more, seconds] of [[{}, 300], [{ ageing: '20s' }, 20]] as const) {
      const lan = bridge({ a: {}, b: {}, c: {} }, more), known = () => lan.world.vswitch.switches['lan' as never]
      lan.copies('b', { to: UNKNOWN })
      lan.run(10 * SECOND)
      lan.copies('b', { to: UNKNOWN })
      lan.run((seconds - 1) * SECOND)
      expect(lan.copies('a', { to: 'b' }), 'still known').toEqual({ b: 1 })
      lan.run(2 * SECOND)
      expect(lan.copies('a', { to: 'b' }), 'forgotten').toEqual({ b: 1, c: 1 })
      expect(known()).toBeDefined()
    }
  })
  test('VE-29 DD-23 a virtual switch knows its stations before they say anything, and for good', () => {
    const lan = new Lan({ switches: { ETHERNET0: { ports: { a: {}, b: { allowed: ['02:00:00:00:aa:aa'] }, c: {} } } } }, ['a', ['b', { promiscuous: true }], ['c', { promiscuous: true }]])
    lan.run(1000 * SECOND)
    expect(lan.copies('a', { to: 'b' })).toEqual({ b: 1 })
    expect(lan.copies('a', { to: '02:00:00:00:aa:aa' })).toEqual({ b: 1 })
    lan.copies('c', { from: UNKNOWN })
    expect(lan.copies('a', { to: UNKNOWN })).toEqual({})
  })
  test('VE-29 a bridge forgets what was behind a port that has lost its carrier', () => {
    const lan = bridge({ a: {}, b: {}, c: {} })
    lan.copies('b', {})
    lan.setAdapter('b', false)
    expect(lan.copies('a', { to: 'b' })).toEqual({ c: 1 })
  })
  test('VE-3 reflective relay is per port, off by default, and for unicast, broadcast and multicast alike', () => {
    const lan = bridge({ a: {}, b: { relay: true }, c: {} }).join(ALL_NODES, 'a', 'b', 'c')
    for (const to of [BROADCAST, ALL_NODES]) {
      expect(lan.copies('a', { to })).toEqual({ b: 1, c: 1 })
      expect(lan.copies('b', { to })).toEqual({ a: 1, b: 1, c: 1 })
    }
    expect(lan.copies('b', { to: 'b' })).toEqual({ b: 1 })
    expect(lan.copies('a', { to: 'a' })).toEqual({})
    expect(lan.reasons()).toEqual(['not back'])
    lan.do({ type: 'vswitch.setRelay', switch: 'lan' as never, port: 'b.eth0' as never, on: false })
    expect(lan.copies('b', { to: BROADCAST })).toEqual({ a: 1, c: 1 })
  })
  test('VE-3 relay does not relax the isolation of ports', () => {
    const lan = bridge({ a: { isolated: true, relay: true }, b: { isolated: true }, c: {} })
    expect(lan.copies('a', {})).toEqual({ c: 1 })
    expect(lan.copies('c', {})).toEqual({ a: 1, b: 1 })
    lan.copies('b', {})
    expect(lan.copies('a', { to: 'b' })).toEqual({})
    expect(lan.reasons()).toEqual(['isolated'])
  })
  test('VE-21 with VLANs at its ports it keeps them apart; without it lets tags pass unseen', () => {
    const aware = bridge({ a: { vlan: 5 }, b: { vlan: 5 }, c: { tagged: [5] }, d: {} })
    expect(aware.send('a', {}).map(({ port, frame }) => [port, frame.tags.length])).toEqual([['b.eth0', 0], ['c.eth0', 1]])
    expect(aware.copies('d', {})).toEqual({ c: 1 })
    const plain = bridge({ a: {}, b: {} })
    expect(plain.send('a', { tag: 7 }).map(({ frame }) => frame.tags[0]?.vlan)).toEqual([7])
  })
  test('frames to the addresses that 802.1D reserves stay on their link', () => {
    const lan = bridge({ a: {}, b: {} })
    expect(lan.copies('a', { to: '01:80:c2:00:00:0e' })).toEqual({})
    expect(lan.reasons()).toEqual(['reserved address'])
  })
})

/** Two stations on a virtual switch that is plugged into a bridge. */
function vepaLan(mode: 'veb' | 'vepa', relay: boolean, stations: Written = { a: {}, b: {} }, latency = '0s'): Lan {
  return new Lan({
    switches: { ETHERNET0: { mode, ports: stations }, lan: { profile: 'linux-bridge', ports: { p1: { relay }, e: {} } } },
    cables: [{ from: 'ETHERNET0/uplink', to: 'lan/p1', latency }],
  }, [...Object.keys(stations), 'e'])
}

describe('VEB, VEPA and the bridge outside', () => {
  test('VE-4 a station with an address that is not registered hears its own group frames reflected', () => {
    const lan = vepaLan('vepa', true)
    expect(lan.copies('a', { from: UNKNOWN })).toEqual({ a: 1, b: 1, e: 1 })
    expect(lan.copies('a', {})).toEqual({ b: 1, e: 1 })
    expect(vepaLan('vepa', true, { a: { allowed: [UNKNOWN] }, b: {} }).copies('a', { from: UNKNOWN })).toEqual({ b: 1, e: 1 })
    expect(vepaLan('vepa', false).copies('a', { from: UNKNOWN })).toEqual({ e: 1 })
  })
  test('VE-4 so does whoever is behind a bridge in a partition, which is no loop', () => {
    const lan = new Lan({
      switches: {
        ETHERNET0: { mode: 'vepa', ports: { a: {}, nested: { trunk: false } } }, inner: { profile: 'linux-bridge', ports: { up: {}, x: {} } },
        lan: { profile: 'linux-bridge', ports: { p1: { relay: true } } },
      },
      cables: [{ from: 'ETHERNET0/uplink', to: 'lan/p1' }, { from: 'ETHERNET0/nested', to: 'inner/up' }],
    }, ['a', 'x'])
    expect(lan.copies('x', {})).toEqual({ a: 1, x: 1 })
    expect(lan.copies('a', {})).toEqual({ x: 1 })
    expect(lan.loops()).toEqual([])
  })
  test('VE-5 VE-6 a change to VEPA that would cut stations is refused with their names, unless it is meant', () => {
    const lan = vepaLan('veb', false, { a: {}, b: {}, c: { vlan: 2 } })
    const change = (more: Written = {}) => lan.do({ type: 'vswitch.setMode', switch: 'ETHERNET0' as never, mode: 'vepa', ...more })
    expect(change()).toBe('vswitch: the adjacent bridge does no reflective relay, so this would cut a.eth0 and b.eth0 from each other')
    expect(lan.copies('a', { to: 'b' })).toEqual({ b: 1 })
    expect(change({ anyway: true })).toBeUndefined()
    expect(lan.switch('ETHERNET0').mode).toBe('vepa')
    expect(lan.copies('a', { to: 'b' })).toEqual({})
    expect(lan.events.filter(({ type }) => type === 'vswitch.modeChanged')).toEqual([{ type: 'vswitch.modeChanged', switch: 'ETHERNET0', mode: 'vepa' }])
  })
  test('VE-5 with reflective relay outside nobody is cut, and nothing is refused', () => {
    const lan = vepaLan('veb', true)
    expect(lan.do({ type: 'vswitch.setMode', switch: 'ETHERNET0' as never, mode: 'vepa' })).toBeUndefined()
    expect(lan.copies('a', { to: 'b' })).toEqual({ b: 1 })
  })
  test('VE-5 whoever speaks with the owner of the trunk is not cut by it', () => {
    const lan = new Lan({ switches: { ETHERNET0: { ports: { router: { trunk: 1 }, a: {} } } } }, ['router', 'a'])
    expect(lan.do({ type: 'vswitch.setMode', switch: 'ETHERNET0' as never, mode: 'vepa' })).toBeUndefined()
    expect(lan.copies('a', { to: 'router' })).toEqual({ router: 1 })
  })
  test('VE-5 a mode that the switch does not have is refused', () => {
    const lan = vepaLan('veb', true)
    expect(lan.do({ type: 'vswitch.setMode', switch: 'ETHERNET0' as never, mode: 'private' })).toContain('has the modes veb, vepa')
    expect(lan.do({ type: 'vswitch.setMode', switch: 'lan' as never, mode: 'vepa' })).toContain('has no modes')
  })
  test('VE-13 what a router on the trunk side says to all nodes reaches all; what one at a station port says reaches the others only with a relay', () => {
    const behindTrunk = new Lan({ switches: { ETHERNET0: { mode: 'vepa', ports: { router: { trunk: 1 }, a: {}, b: {} } } } }, ['router', 'a', 'b']).join(ALL_NODES, 'router', 'a', 'b')
    expect(behindTrunk.copies('router', { to: ALL_NODES })).toEqual({ a: 1, b: 1 })
    for (const relay of [false, true]) {
      const lan = vepaLan('vepa', relay, { router: {}, a: {}, b: {} }).join(ALL_NODES, 'router', 'a', 'b')
      expect(lan.copies('router', { to: ALL_NODES })).toEqual(relay ? { a: 1, b: 1 } : {})
    }
    const client = new Lan({ switches: { MGMTSWITCH: { ports: { novalink: { trunk: 1 }, router: {}, a: {} } } } }, ['novalink', 'router', 'a']).join(ALL_NODES, 'router', 'a')
    expect(client.copies('router', { to: ALL_NODES })).toEqual({})
  })
  test('VE-47 stations of a VEB reach each other without any trunk, those of VEPA do not', () => {
    for (const mode of ['veb', 'vepa'] as const) {
      const lan = vepaLan(mode, true)
      lan.setLink('ETHERNET0/uplink', false)
      expect(lan.copies('a', { to: 'b' })).toEqual(mode === 'veb' ? { b: 1 } : {})
    }
  })
  test('VE-7 a local frame of a VEB uses nothing of the uplink; a hairpin of VEPA uses it in both directions', () => {
    const load = (mode: 'veb' | 'vepa') => {
      const lan = vepaLan(mode, true)
      for (const name of ['a', 'b', 'e']) lan.copies(name, { to: UNKNOWN })
      const counters = () => {
        const { sentOctets, receivedOctets } = lan.world.net.ports['ETHERNET0/uplink' as never] as { sentOctets: number; receivedOctets: number }
        return [sentOctets, receivedOctets]
      }
      const before = counters()
      expect(lan.copies('a', { to: 'b', bytes: 1000 })).toEqual({ b: 1 })
      return counters().map((octets, n) => octets - before[n]!)
    }
    const [out, back] = load('vepa')
    expect(load('veb')).toEqual([0, 0])
    expect(out).toBeGreaterThanOrEqual(60)
    expect(back).toBe(out)
  })
})

describe('macvlan devices', () => {
  const macvlan = (mode: string, relay: boolean) => new Lan({
    switches: { up0: { profile: 'linux-macvlan', mode, ports: { a: {}, b: {} } }, lan: { profile: 'linux-bridge', ports: { p1: { relay }, e: {} } } },
    cables: [{ from: 'up0/uplink', to: 'lan/p1' }],
  }, ['a', 'b', 'e'])

  test('in mode bridge they reach each other inside, and a frame to itself comes back', () => {
    const lan = macvlan('bridge', false)
    expect([lan.copies('a', {}), lan.copies('a', { to: 'b' }), lan.copies('a', { to: 'a' })]).toEqual([{ b: 1, e: 1 }, { b: 1 }, { a: 1 }])
  })
  test('in mode vepa they reach each other by the relay, and do not hear themselves', () => {
    expect(macvlan('vepa', false).copies('a', {})).toEqual({ e: 1 })
    expect(macvlan('vepa', true).copies('a', {})).toEqual({ b: 1, e: 1 })
  })
  test('in mode private only the sender hears what is reflected', () => {
    expect(macvlan('private', true).copies('a', {})).toEqual({ a: 1, e: 1 })
    expect(macvlan('private', true).copies('e', {})).toEqual({ a: 1, b: 1 })
  })
})

describe('loops', () => {
  const twoCables = (latency: string, cables = 2) => new Lan({
    switches: {
      left: { profile: 'linux-bridge', ports: { a: {}, ...Object.fromEntries(Array.from({ length: cables }, (_, n) => [`l${n}`, {}])) } },
      right: { profile: 'linux-bridge', ports: { b: {}, ...Object.fromEntries(Array.from({ length: cables }, (_, n) => [`r${n}`, {}])) } },
    },
    cables: Array.from({ length: cables }, (_, n) => ({ from: `left/l${n}`, to: `right/r${n}`, latency })),
  }, ['a', 'b'])

  test.each([['0s', 2], ['5us', 2], ['2ms', 2], ['0s', 4], ['5us', 6]])('VE-48 a loop of cables with latency %s (%i of them) is told once, with the cycle, and its storm ends', (latency, cables) => {
    const lan = twoCables(latency, cables)
    const copies = lan.copies('a', {})
    lan.run(10 * SECOND)
    expect(lan.loops()).toHaveLength(1)
    expect([...new Set(lan.loops()[0])].map(port => port.split('/')[0]).sort()).toEqual(['left', 'right'])
    expect(copies['b']).toBeGreaterThan(1)
    expect(lan.reasons()).toContain('frame budget')
    expect(lan.events.length).toBeLessThan(10_000)
    const before = lan.events.length
    lan.run(100 * SECOND)
    expect(lan.events.length).toBe(before)
  })
  test('VE-48 once the loop is opened, frames arrive once, and a new loop is told again', () => {
    const lan = twoCables('0s')
    lan.copies('a', {})
    lan.setLink('left/l1', false)
    lan.run(10 * SECOND)
    expect(lan.copies('a', {})).toEqual({ b: 1 })
    lan.setLink('left/l1', true)
    lan.copies('a', {})
    expect(lan.loops()).toHaveLength(2)
  })
  test('VE-48 two trunks that are active at once, with a bridge outside, make a loop', () => {
    const lan = new Lan({
      switches: { ETHERNET0: { ports: { a: {}, t1: { trunk: 1 }, t2: { trunk: 2 } } }, lan: { profile: 'linux-bridge', ports: { p1: {}, p2: {} } } },
      cables: [{ from: 'ETHERNET0/t1', to: 'lan/p1' }, { from: 'ETHERNET0/t2', to: 'lan/p2' }],
    }, ['a'])
    for (const port of ['ETHERNET0/t1', 'ETHERNET0/t2']) lan.do({ type: 'vswitch.setTrunk', port: port as never, state: 'active' })
    lan.copies('a', { from: UNKNOWN })
    expect(lan.loops()).toHaveLength(1)
  })
  test('VE-48 F9 a bridge that reflects to a VEB makes a loop of one switch: told once, dropped and counted', () => {
    const lan = vepaLan('veb', true)
    expect(lan.copies('a', {})).toEqual({ b: 1, e: 1 })
    // A station that goes and comes changes nothing about it.
    lan.setAdapter('b', false)
    lan.setAdapter('b', true)
    lan.copies('a', {})
    expect(lan.switch('ETHERNET0').dropped).toEqual({ reflected: 2 })
    expect(lan.loops()).toEqual([['ETHERNET0/a.eth0', 'lan/p1']])
  })
  test('a relay under VEPA is no loop', () => {
    const lan = vepaLan('vepa', true)
    for (const to of [BROADCAST, 'a', 'b']) lan.copies('a', { to })
    expect(lan.loops()).toEqual([])
  })
})

describe('sections that are refused', () => {
  const lan = { profile: 'linux-bridge', ports: { p1: {}, p2: {} } }
  test('cables without an end, and with one too many', () => {
    const cables = (...list: [string, string][]) => problems({ switches: { ETHERNET0: {}, lan, lan2: { profile: 'linux-bridge', ports: { q1: {}, q2: {} } } }, cables: list.map(([from, to]) => ({ from, to })) })
    expect(cables(['ETHERNET0/uplink', 'lan/p1'])).toEqual([])
    expect(cables(['ETHERNET0/uplink', 'lan/p3'])).toEqual(['cables.0.to: expected a port that lan lists under ports, or lan/uplink'])
    expect(cables(['ETHERNET0/uplink', 'wan/p1'])).toEqual(['cables.0.to: expected a port of a switch that there is: ETHERNET0, lan, lan2'])
    expect(cables(['lan/p1', 'lan2/q1'], ['lan/p1', 'lan2/q2'])).toEqual(['cables.1.from: expected a port that no cable is plugged into yet'])
    expect(cables(['lan/p1', 'lan/p2'])).toEqual(['cables.0.to: expected a port of another switch'])
    expect(cables(['vios1.ent1', 'lan/p2'])).toEqual(['cables.0.from: expected a port of a switch, such as ETHERNET0/uplink; an adapter stands at the other end'])
  })
  test('an adapter with two links', () => {
    expect(problems({ switches: { ETHERNET0: { ports: { a: {}, 'a.eth0': {} } } } })).toHaveLength(1)
    expect(problems({ switches: { ETHERNET0: { ports: { a: {} } }, E1: { ports: { a: {} } } } })).toEqual(['switches.E1.ports.a: expected an adapter that has no link yet: a.eth0 is linked to ETHERNET0'])
  })
  test('settings and modes of another profile', () => {
    expect(problems({ switches: { lan: { ...lan, mode: 'veb' } } })).toEqual(['switches.lan.mode: expected none with profile linux-bridge'])
    expect(problems({ switches: { E: { mode: 'private' } } })).toEqual(['switches.E.mode: expected veb or vepa with profile powervm'])
    expect(problems({ switches: { E: { ports: { a: { relay: true } } } } })).toEqual(['switches.E.ports.a.relay: expected only with profile linux-bridge'])
    expect(problems({ switches: { lan: { profile: 'linux-bridge', ports: { a: { trunk: 1 } } } } })).toHaveLength(1)
    expect(problems({ switches: { E: { ageing: '300s' } } })).toHaveLength(1)
    expect(problems({ switches: { m: { profile: 'linux-macvlan', ports: { a: {} } } } })).toEqual(['switches.m: expected one cable: that of the adapter on which the macvlan devices lie'])
  })
})
