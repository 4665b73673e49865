/** The neighbour cache: every cell of the table of RFC 4861 7.2.5, resolution, and what creates or changes an entry besides. */
import { describe, expect, test } from 'vitest'
import type { NeighbourState } from '../../../src/models/ip/events.ts'
import { MAX_NEIGHBOURS, QUEUE_LENGTH } from '../../../src/models/ip/neighbours.ts'
import { bench, HOST, HOST_MAC, MAC, na, ns, OTHER_MAC, PEER, ra, rs, SECOND, sourceOption, targetOption, type Bench } from './craft.ts'

const ANSWER = na(PEER, { solicited: true, override: true }, [targetOption(MAC)])

/** The host has an entry for the peer in this state, with its MAC unless it is incomplete. */
function inState(state: NeighbourState, host: object = {}): Bench {
  const b = bench(host)
  if (state === 'incomplete') b.ping()
  else b.say(ns(HOST, [sourceOption(MAC)]))
  // The answer is traffic: the entry is in DELAY now, and in PROBE five seconds later.
  if (state === 'probe') b.run(5 * SECOND)
  if (state === 'reachable' || state === 'stale') b.say(na(PEER, { solicited: true, override: true }))
  if (state === 'stale') b.run(46 * SECOND)
  expect(b.entry()?.state).toBe(state)
  return b
}

describe('an advertisement comes', () => {
  /** What S and O make of it: S0O0, S0O1, S1O0, S1O1; `+`: the other address is taken over, `!`: nothing at all changes. */
  const table: Readonly<Record<string, Readonly<Record<'none' | 'same' | 'other', string>>>> = {
    incomplete: { none: 'incomplete! incomplete! incomplete! incomplete!', same: 'stale stale reachable reachable', other: 'stale+ stale+ reachable+ reachable+' },
    reachable: { none: 'reachable reachable reachable reachable', same: 'reachable reachable reachable reachable', other: 'stale! stale+ stale! reachable+' },
    stale: { none: 'stale stale reachable reachable', same: 'stale stale reachable reachable', other: 'stale! stale+ stale! reachable+' },
    delay: { none: 'delay delay reachable reachable', same: 'delay delay reachable reachable', other: 'delay! stale+ delay! reachable+' },
    probe: { none: 'probe probe reachable reachable', same: 'probe probe reachable reachable', other: 'probe! stale+ probe! reachable+' },
  }
  const cells = Object.entries(table).flatMap(([state, row]) => (['none', 'same', 'other'] as const).flatMap(address =>
    row[address].split(' ').map((then, n) => ({ state: state as NeighbourState, address, solicited: n >= 2, override: n % 2 === 1, then }))))

  test.each(cells)('ND-101 $state, address $address, S $solicited, O $override: $then', ({ state, address, solicited, override, then }) => {
    const b = inState(state), before = b.entry()!, told = b.all('ip.neighbourChanged').length
    const options = address === 'none' ? [] : [targetOption(address === 'same' ? MAC : OTHER_MAC)]
    b.say(na(PEER, { router: true, solicited, override }, options))
    const [, to, mark] = /^(\w+)([+!]?)$/.exec(then)!
    const mac = mark === '+' ? OTHER_MAC : state === 'incomplete' && mark === '' ? MAC : before.mac
    // What waited makes a stale entry a delayed one at once.
    const [changed] = b.all('ip.neighbourChanged').slice(told)
    expect({ ...b.entry(), state: changed?.event.to ?? before.state }).toEqual({ state: to, mac, router: mark !== '!' })
  })

  test('ND-101 ND-104 what waited goes out in its order as soon as the address is known', () => {
    const b = bench()
    for (let n = 0; n < QUEUE_LENGTH; n++) b.ping()
    expect(b.sent('host.eth0', 'echo-request')).toHaveLength(0)
    b.say(ANSWER)
    expect(b.sent('host.eth0', 'echo-request').map(({ packet: { payload } }) => payload.kind === 'echo-request' && payload.sequence)).toEqual([0, 1, 2])
    expect(b.all('net.transmit').filter(({ event }) => event.frame.payload.payload.kind === 'echo-request').every(({ event }) => event.frame.destination === MAC)).toBe(true)
  })

  test('ND-102 for an address without an entry it creates none', () => {
    const b = bench()
    b.say(ANSWER)
    expect(b.entry()).toBeNull()
  })

  test('ND-103 a router that says it is none is told of, once', () => {
    const b = inState('reachable')
    b.say(ra([sourceOption(MAC)]))
    b.say(na(PEER, { router: true, solicited: true }))
    expect(b.all('ip.routerFlagCleared')).toHaveLength(0)
    for (let n = 0; n < 2; n++) b.say(na(PEER, { router: false, solicited: true }))
    expect(b.all('ip.routerFlagCleared').map(({ event }) => [event.interface, event.address])).toEqual([['host.eth0', PEER]])
  })

  test('ND-103 a router of ours that was not known yet and says that it is none is told of too', () => {
    const b = bench()
    b.ask({ type: 'ip.addRoute', node: 'host', destination: '::/0', via: PEER, interface: 'host.eth0' })
    b.ping('2001:db8::1')
    b.say(na(PEER, { router: false, solicited: true, override: true }, [targetOption(MAC)]))
    expect(b.all('ip.routerFlagCleared')).toHaveLength(1)
  })
})

describe('resolution', () => {
  test('ND-104 asks in the name of whoever wants to know, else in that of the link', () => {
    const b = bench({ interfaces: { eth0: { mac: HOST_MAC, addresses: ['2001:db8::2/64'], dad: false } } })
    b.ask({ type: 'ip.addAddress', interface: 'host.eth0', address: HOST, origin: 'link-local', dad: false })
    b.ping('2001:db8::1')
    b.ping(PEER)
    expect([b.solicitations('2001:db8::1'), b.solicitations(PEER)].map(([asked]) => asked!.packet.source)).toEqual(['2001:db8::2', HOST])
    // A probe that nothing waits for comes from the link, as recorded.
    b.say(na('2001:db8::1', { solicited: true, override: true }, [targetOption(MAC)], '2001:db8::2'))
    b.run(46 * SECOND)
    b.ping('2001:db8::1')
    b.run(5 * SECOND)
    expect(b.solicitations('2001:db8::1').at(-1)).toMatchObject({ to: '2001:db8::1', packet: { source: HOST } })
  })

  test('ND-104 three solicitations a second apart to the solicited-node group, then what waits is unreachable', () => {
    const b = bench()
    b.ask({ type: 'ip.ping', node: 'host', to: PEER, timeout: 60 * SECOND })
    const from = b.sim.now
    b.run(10 * SECOND)
    expect(b.solicitations().map(({ at, to }) => [at - from, to])).toEqual([0, 1, 2].map(n => [n * SECOND, 'ff02::1:ff00:1']))
    expect(b.solicitations().every(({ packet }) => packet.source === HOST && packet.payload.kind === 'NS' && JSON.stringify(packet.payload.options) === JSON.stringify([sourceOption(HOST_MAC)]))).toBe(true)
    expect(b.all('ip.pingLost').map(({ at, event }) => [at - from, event.because])).toEqual([[3 * SECOND, 'unreachable']])
    expect(b.entry()).toBeNull()
  })

  test('ND-104 the time between solicitations is what the router says', () => {
    const b = bench()
    b.ask({ type: 'ip.setParameters', interface: 'host.eth0', retransMillis: 500 })
    b.ask({ type: 'ip.ping', node: 'host', to: PEER, timeout: 60 * SECOND })
    const from = b.sim.now
    b.run(10 * SECOND)
    expect(b.solicitations().map(({ at }) => at - from)).toEqual([0, 500_000, 1_000_000])
    expect(b.all('ip.pingLost').map(({ at }) => at - from)).toEqual([1_500_000])
  })

  test('ND-104 a queue that is full loses its oldest packet', () => {
    const b = bench()
    for (let n = 0; n < QUEUE_LENGTH + 2; n++) b.ping()
    b.say(ANSWER)
    expect(b.sent('host.eth0', 'echo-request').map(({ packet: { payload } }) => payload.kind === 'echo-request' && payload.sequence)).toEqual([2, 3, 4])
    expect(b.all('ip.packetDropped').map(({ event }) => event.reason)).toEqual(['unreachable neighbour', 'unreachable neighbour'])
  })

  test('ND-104 Linux keeps who did not answer as failed, and asks again for the next packet', () => {
    const b = bench({ profile: 'linux' })
    b.ping()
    b.run(4 * SECOND)
    expect(b.entry()).toEqual({ state: 'failed', mac: null, router: false })
    b.say(ANSWER)
    expect(b.entry()!.state).toBe('failed')
    b.ping()
    b.say(ANSWER)
    expect(b.entry()).toEqual({ state: 'reachable', mac: MAC, router: false })
  })

  test('ND-90 an optimistic address asks for nobody in its own name if there is another, and never names its MAC address', () => {
    const b = bench({ interfaces: { eth0: { mac: HOST_MAC } } })
    b.ask({ type: 'ip.addAddress', interface: 'host.eth0', address: HOST, origin: 'link-local', optimistic: true, delayed: true })
    b.ping()
    expect(b.states('host.eth0')[HOST]).toBe('optimistic')
    const [asked] = b.solicitations()
    expect(asked!.packet.payload).toMatchObject({ options: [] })
    b.say(ns(HOST, [sourceOption(MAC)]))
    expect(b.sent('host.eth0', 'NA')[0]!.packet.payload).toMatchObject({ override: false, solicited: true })
  })
})

describe('what is learned by the way', () => {
  test('ND-101 a solicitation that names its sender creates an entry, stale; an advertisement of the sender is no confirmation of it', () => {
    const b = bench()
    b.say(ns(HOST))
    expect(b.entry()!.state).toBe('incomplete')
    b.say(ns(HOST, [sourceOption(MAC)]))
    expect(b.entry()).toMatchObject({ mac: MAC, router: false })
    expect(b.all('ip.neighbourChanged').map(({ event }) => event.to)).toEqual(['incomplete', 'stale', 'delay'])
    // What is not about us teaches nothing, and what comes back to us from ourselves neither.
    const other = bench()
    other.say(ns(HOST, [sourceOption(HOST_MAC)], HOST), HOST_MAC)
    expect(other.host.neighbours).toEqual({})
    other.say(ns('fe80::77', [sourceOption(MAC)], PEER, HOST))
    expect(other.entry()).toBeNull()
  })

  test('ND-106 neither solicitations nor advertisements of routers confirm, only what was solicited', () => {
    const b = inState('stale'), { confirmedAt } = b.host.neighbours[PEER]!
    for (const said of [ra([sourceOption(MAC)]), na(PEER, { override: true }, [targetOption(MAC)]), na(PEER, {}, [], 'ff02::1')]) b.say(said)
    expect(b.host.neighbours[PEER]).toMatchObject({ state: 'stale', confirmedAt })
    // The answer to it is a packet to the neighbour, which is no confirmation either.
    b.say(ns(HOST, [sourceOption(MAC)]))
    expect(b.host.neighbours[PEER]).toMatchObject({ state: 'delay', confirmedAt })
    b.say(na(PEER, { solicited: true }))
    expect(b.host.neighbours[PEER]).toMatchObject({ state: 'reachable', confirmedAt: b.sim.now })
  })

  test('ND-50 an RA that names its sender creates an entry, stale, of a router; another address makes it stale; without one it creates nothing', () => {
    const b = bench()
    b.say(ra())
    expect(b.entry()).toBeNull()
    b.say(ra([sourceOption(MAC)]))
    expect(b.entry()).toEqual({ state: 'stale', mac: MAC, router: true })
    b.say(na(PEER, { router: true, solicited: true }))
    b.say(ra([sourceOption(MAC)]))
    expect(b.entry()!.state).toBe('reachable')
    b.say(ra([sourceOption(OTHER_MAC)]))
    expect(b.entry()).toEqual({ state: 'stale', mac: OTHER_MAC, router: true })
    const known = inState('reachable')
    known.say(ra())
    expect(known.entry()).toEqual({ state: 'reachable', mac: MAC, router: true })
    // What is not valid teaches nothing.
    const invalid = bench()
    invalid.say({ ...ra([sourceOption(MAC)]), hopLimit: 254 })
    expect(invalid.entry()).toBeNull()
  })

  test('ND-15 a router learns from an RS that names its sender, and that it is no router; from :: nothing', () => {
    const b = bench({ forwarding: true })
    b.say(rs([], '::'))
    b.say(rs())
    expect(b.entry()).toBeNull()
    b.say(rs([sourceOption(MAC)]))
    expect(b.entry()).toEqual({ state: 'stale', mac: MAC, router: false })
    b.say(ra([sourceOption(MAC)]))
    b.say(na(PEER, { router: true, solicited: true }))
    b.say(rs([sourceOption(MAC)]))
    expect(b.entry()).toEqual({ state: 'reachable', mac: MAC, router: false })
    b.say(rs([sourceOption(OTHER_MAC)]))
    expect(b.entry()).toEqual({ state: 'stale', mac: OTHER_MAC, router: false })
  })

  test('ND-1 a host learns nothing from an RS', () => {
    const b = bench()
    b.say(rs([sourceOption(MAC)], PEER, HOST))
    expect(b.entry()).toBeNull()
  })
})

describe('answers', () => {
  test('ND-85 a probe for an assigned address is answered to all nodes: S 0, O 1, with the address', () => {
    const b = bench()
    b.say(ns(HOST, [], '::'))
    expect(b.sent('host.eth0', 'NA').map(({ packet }) => packet)).toEqual([
      { ...na(HOST, { override: true }, [targetOption(HOST_MAC)]), destination: 'ff02::1' },
    ])
    expect(b.host.neighbours).toEqual({})
  })

  test('ND-85 ND-84 a tentative address answers nobody', () => {
    const b = bench()
    b.ask({ type: 'ip.addAddress', interface: 'host.eth0', address: '2001:db8::2' })
    b.say(ns('2001:db8::2', [sourceOption(MAC)]))
    expect(b.sent('host.eth0', 'NA')).toHaveLength(0)
    expect(b.entry()).toBeNull()
    b.run(3 * SECOND)
    b.say(ns('2001:db8::2', [sourceOption(MAC)]))
    expect(b.sent('host.eth0', 'NA')).toHaveLength(1)
  })

  test('ND-17 the Router flag follows forwarding', () => {
    const b = bench({ forwarding: true })
    b.say(ns(HOST, [sourceOption(MAC)]))
    b.ask({ type: 'ip.setForwarding', node: 'host', on: false })
    b.say(ns(HOST, [sourceOption(MAC)]))
    expect(b.sent('host.eth0', 'NA').map(({ packet: { payload } }) => payload.kind === 'NA' && payload.router)).toEqual([true, false])
  })

  test('ND-101 Linux answers a question that came to it alone without address and Override flag, as recorded in h03', () => {
    const answers = (profile: string, destination?: string) => {
      const b = bench({ profile })
      b.say(ns(HOST, [sourceOption(MAC)], PEER, destination))
      const { payload } = b.sent('host.eth0', 'NA')[0]!.packet
      return payload.kind === 'NA' && [payload.solicited, payload.override, payload.options.length]
    }
    expect([answers('linux'), answers('linux', HOST), answers('rfc'), answers('rfc', HOST)]).toEqual([[true, true, 1], [true, false, 0], [true, true, 1], [true, true, 1]])
  })

  test('ND-108 what nobody asked for goes to all nodes, at most three times, RetransTimer apart, S 0, and only for an assigned address', () => {
    const b = bench()
    b.ask({ type: 'ip.setParameters', interface: 'host.eth0', retransMillis: 700 })
    const from = b.sim.now
    expect(b.ask({ type: 'ip.announce', interface: 'host.eth0', address: '2001:db8::2' })?.status).toBe(2)
    b.ask({ type: 'ip.announce', interface: 'host.eth0', address: HOST })
    b.run(10 * SECOND)
    expect(b.sent('host.eth0', 'NA').map(({ at, packet }) => [at - from, packet]))
      .toEqual([0, 1, 2].map(n => [n * 700_000, na(HOST, { override: true }, [targetOption(HOST_MAC)], 'ff02::1')]))
  })

  test('ND-109 for the anycast address of a prefix a router answers late, and lets others be preferred', () => {
    const late = [1, 2, 3, 4, 5].map(seed => {
      const b = bench({ forwarding: true, interfaces: { eth0: { mac: HOST_MAC, addresses: ['2001:db8::5/64'], dad: false } } }, { seed })
      b.ask({ type: 'ip.addAddress', interface: 'host.eth0', address: HOST, origin: 'link-local', dad: false })
      b.say(ns('2001:db8::', [sourceOption(MAC)]))
      expect(b.sent('host.eth0', 'NA')).toHaveLength(0)
      const from = b.sim.now
      b.run(SECOND)
      const [answer] = b.sent('host.eth0', 'NA')
      expect(answer!.packet.payload).toMatchObject({ target: '2001:db8::', solicited: true, override: false })
      return answer!.at - from
    })
    expect(new Set(late).size).toBe(5)
  })
})

describe('what a router says of the link', () => {
  test('ND-47 ND-49 what it leaves out stays as it is, and an MTU that the adapter has not is not taken', () => {
    const b = bench()
    const set = (more: object): number[] => {
      b.ask({ type: 'ip.setParameters', interface: 'host.eth0', ...more })
      const { hopLimit, baseReachableMillis, retransMillis, mtu } = b.host
      return [hopLimit, baseReachableMillis, retransMillis, mtu]
    }
    expect(set({ hopLimit: 33 })).toEqual([33, 30_000, 1000, 1500])
    expect(set({ baseReachableMillis: 20_000, retransMillis: 500 })).toEqual([33, 20_000, 500, 1500])
    expect(set({ mtu: 1400 })).toEqual([33, 20_000, 500, 1400])
    expect(set({ mtu: 9000 })).toEqual([33, 20_000, 500, 1400])
    b.say(ns(HOST, [sourceOption(MAC)]))
    b.ping()
    expect(b.sent('host.eth0', 'echo-request')[0]!.packet.hopLimit).toBe(33)
  })
})

describe('reachable time and room', () => {
  test('ND-48 it is drawn from half to one and a half of the base, anew when the base changes, and not at every word of the router', () => {
    const drawn = Array.from({ length: 40 }, (_, seed) => {
      const b = inState('reachable')
      const set = (baseReachableMillis: number): number => {
        b.ask({ type: 'ip.setParameters', interface: 'host.eth0', baseReachableMillis })
        return b.host.reachableMillis / baseReachableMillis
      }
      const first = set(20_000 + seed), again = set(20_000 + seed), changed = set(40_000)
      expect(again).toBe(first)
      expect(changed).not.toBe(first)
      return changed
    })
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0.5)
    expect(Math.max(...drawn)).toBeLessThanOrEqual(1.5)
  })

  test('ND-48 it is drawn anew after some hours', () => {
    const b = inState('reachable'), first = b.host.reachableMillis
    b.say(ANSWER)
    expect(b.host.reachableMillis).toBe(first)
    b.run(3 * 3600 * SECOND)
    b.say(ANSWER)
    expect(b.host.reachableMillis).not.toBe(first)
  })

  test('ND-105 ND-48 an entry is reachable exactly as long as the drawn time since it was last confirmed', () => {
    const b = inState('reachable')
    b.run(10 * SECOND)
    b.say(ANSWER)
    const { reachableMillis } = b.host
    b.run(reachableMillis * 1000 - 1)
    expect(b.entry()!.state).toBe('reachable')
    b.run(1)
    expect(b.entry()!.state).toBe('stale')
  })

  test('ND-110 who gives way: what failed, what is asked for, what was never confirmed, what was confirmed longest ago; never who is in use', () => {
    const order: readonly (readonly [string, object])[] = [
      ['failed', { state: 'failed', mac: null }], ['incomplete', { state: 'incomplete', mac: null, dueAt: 9e9 }],
      ['unconfirmed', { state: 'stale', confirmedAt: null }], ['older', { state: 'stale', confirmedAt: 1 }], ['newer', { state: 'stale', confirmedAt: 2 }],
    ]
    const gone = order.map((_, n) => {
      const b = bench(), inUse = { ...inState('reachable').host.neighbours[PEER]!, dueAt: 9e9, timerAt: 0, timer: 0 }
      for (let k = 0; k < MAX_NEIGHBOURS - order.length + n; k++) b.host.neighbours[`fe80::${(k + 256).toString(16)}`] = { ...inUse, state: (['reachable', 'delay', 'probe'] as const)[k % 3]! }
      for (const [name, more] of order.slice(n).toReversed()) b.host.neighbours[name] = { ...inUse, dueAt: null, ...more }
      b.ping()
      expect(b.entry()!.state).toBe('incomplete')
      return order.map(([name]) => name).filter(name => order.slice(n).some(([other]) => other === name) && b.host.neighbours[name] === undefined)
    })
    expect(gone).toEqual(order.map(([name]) => [name]))
    const full = bench(), inUse = { ...inState('reachable').host.neighbours[PEER]!, dueAt: 9e9, timerAt: 0, timer: 0 }
    for (let k = 0; k < MAX_NEIGHBOURS; k++) full.host.neighbours[`fe80::${(k + 256).toString(16)}`] = { ...inUse }
    full.ping()
    expect([full.entry(), Object.keys(full.host.neighbours).length, full.all('ip.packetDropped').map(({ event }) => event.reason)]).toEqual([null, MAX_NEIGHBOURS, ['unreachable neighbour']])
  })

  test('ND-110 a scan of the prefix pushes out its own questions, not who is known', () => {
    const b = bench({ interfaces: { eth0: { mac: HOST_MAC, addresses: ['2001:db8::2/64'], dad: false } } })
    const known = Array.from({ length: 20 }, (_, n) => `2001:db8::a:${(n + 1).toString(16)}`)
    for (const address of known) {
      b.ping(address)
      b.say(na(address, { solicited: true, override: true }, [targetOption(MAC)], '2001:db8::2'))
    }
    b.run(60 * SECOND)
    expect(b.entry(known[0])!.state).toBe('stale')
    b.ping(known[1])
    for (let n = 0; n < MAX_NEIGHBOURS + 100; n++) b.ask({ type: 'ip.ping', node: 'host', to: `2001:db8::b:${(n + 1).toString(16)}` })
    expect(Object.keys(b.host.neighbours)).toHaveLength(MAX_NEIGHBOURS)
    expect(known.map(address => b.entry(address)?.mac)).toEqual(known.map(() => MAC))
  })
})
