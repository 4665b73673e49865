/** Next hops: what is on link, which of several routers, and what happens when one of them does not answer. */
import { describe, expect, test } from 'vitest'
import type { RoutePreference } from '../../../src/models/ip/events.ts'
import { nextHop } from '../../../src/models/ip/routes.ts'
import type { IpState, NodeId } from '../../../src/models/ip/state.ts'
import { bench, HOST_MAC, MAC, na, ra, SECOND, sourceOption, targetOption, type Bench } from './craft.ts'

const R1 = 'fe80::a1', R2 = 'fe80::a2', R3 = 'fe80::a3', WORLD = '2001:db8:ffff::1'

function route(b: Bench, destination: string, via: string | null, more: { metric?: number; preference?: RoutePreference } = {}): void {
  b.sim.dispatch({ type: 'ip.addRoute', node: 'host' as NodeId, destination, via, interface: 'host.eth0' as never, ...more })
}
/** Heard of by an advertisement: the entry is stale, so the router may answer. */
const known = (b: Bench, ...routers: string[]): void => routers.forEach(router => b.say(ra([sourceOption(MAC)], router)))
/** Asked in a world of its own: the question may cost a turn or a probe, and has no other effect. */
function hops(b: Bench, destination: string, times = 1): (string | undefined)[] {
  const s = b.sim.world.ip as IpState
  return Array.from({ length: times }, () => nextHop(s, 'host' as NodeId, destination, null, { now: b.sim.now, emit: () => {}, after: () => 0, cancel: () => {} } as never)?.address)
}

describe('on link or not', () => {
  test('ND-54 an address without a prefix makes nothing on link: all goes to the router, and without a router nowhere', () => {
    const b = bench()
    b.ask({ type: 'ip.addAddress', interface: 'host.eth0', address: '2001:db8::2', onLinkRoute: false, dad: false })
    expect(hops(b, '2001:db8::3')).toEqual([undefined])
    b.ask({ type: 'ip.ping', node: 'host', to: '2001:db8::3' })
    expect(b.all('ip.packetDropped').map(({ event }) => event.reason)).toEqual(['no route'])
    expect(b.all('ip.pingLost').map(({ event }) => event.because)).toEqual(['unreachable'])
    expect(b.sent('host.eth0', 'NS')).toHaveLength(0)
    route(b, '::/0', R1)
    expect(hops(b, '2001:db8::3')).toEqual([R1])
  })

  test('ND-53 the on-link prefix goes and the address stays: a neighbour of the same prefix is reached through the router', () => {
    const b = bench({ interfaces: { eth0: { mac: HOST_MAC, addresses: ['2001:db8::2/64'], dad: false } } })
    route(b, '::/0', R1)
    expect(hops(b, '2001:db8::3')).toEqual(['2001:db8::3'])
    b.ask({ type: 'ip.removeRoute', node: 'host', destination: '2001:db8::/64', via: null, interface: 'host.eth0' })
    expect(b.states('host.eth0')['2001:db8::2']).toBe('preferred')
    expect(hops(b, '2001:db8::3')).toEqual([R1])
  })

  test('an address of the link is on the link', () => {
    const b = bench()
    route(b, '::/0', R1)
    expect(b.ask({ type: 'ip.ping', node: 'host', to: 'fe80::77' })).toBeUndefined()
    expect(b.solicitations('fe80::77')).toHaveLength(1)
  })
})

describe('which router', () => {
  test('ND-33 the longest match, then metric, then preference, then the first', () => {
    const b = bench()
    known(b, R1, R2, R3)
    route(b, '::/0', R1)
    route(b, '::/0', R2)
    expect(hops(b, WORLD)).toEqual([R1])
    route(b, '::/0', R2, { preference: 'high' })
    expect(hops(b, WORLD)).toEqual([R2])
    route(b, '::/0', R1, { preference: 'low' })
    route(b, '::/0', R3, { metric: 512, preference: 'low' })
    expect(hops(b, WORLD)).toEqual([R3])
    route(b, '2001:db8:8000::/33', R1, { metric: 4096 })
    route(b, '2001:db8::/32', R2, { preference: 'low', metric: 1 })
    expect([hops(b, '2001:db8:8000::1'), hops(b, '2001:db8:1::1'), hops(b, '2001:db9::1')]).toEqual([[R1], [R2], [R3]])
  })

  test('ND-33 one that may be reachable goes before a better one that is not, which is probed, at most once a minute', () => {
    const b = bench()
    known(b, R2)
    route(b, '::/0', R1, { preference: 'high' })
    route(b, '::/0', R2)
    const from = b.sim.now
    for (let n = 0; n < 180; n++) {
      b.ping(WORLD)
      b.run(SECOND)
      b.say(na(R2, { router: true, solicited: true }))
    }
    expect(b.sent('host.eth0', 'echo-request')).toHaveLength(180)
    expect(b.solicitations(R1).map(({ at }) => (at - from) / SECOND)).toEqual([0, 60, 120])
    expect(b.entry(R1)).toBeNull()
    b.run(5 * SECOND)
    b.ping(WORLD)
    b.say(na(R1, { router: true, solicited: true, override: true }, [targetOption(MAC)]))
    expect(hops(b, WORLD)).toEqual([R1])
  })

  test('ND-104 ND-107 a router that is only probed and is then wanted itself gets its three solicitations, no more often', () => {
    const b = bench()
    known(b, R2)
    route(b, '::/0', R1, { preference: 'high' })
    route(b, '::/0', R2)
    const from = b.sim.now
    b.ping(WORLD)
    b.run(SECOND / 4)
    b.ask({ type: 'ip.ping', node: 'host', to: R1, timeout: 60 * SECOND })
    b.run(10 * SECOND)
    expect(b.solicitations(R1).map(({ at }) => (at - from) / SECOND)).toEqual([0, 1, 2])
    expect(b.all('ip.pingLost').filter(({ event }) => event.to === R1).map(({ at }) => (at - from) / SECOND)).toEqual([3])
  })

  test.each(['rfc', 'linux'])('ND-33 the next best may be that of a shorter prefix; if none may answer the longest counts (%s)', profile => {
    const b = bench({ profile })
    known(b, R2)
    route(b, '2001:db8::/32', R1)
    route(b, '::/0', R2)
    if (profile === 'linux') {
      expect(hops(b, WORLD)).toEqual([R1])
      b.ping(WORLD)
      b.run(4 * SECOND)
    }
    expect(hops(b, WORLD)).toEqual([R2])
    b.ping(WORLD)
    b.run(60 * SECOND)
    expect(b.entry(R2)?.state ?? 'none').toBe(profile === 'linux' ? 'failed' : 'none')
    expect(hops(b, WORLD, 3)).toEqual([R1, R1, R1])
  })

  test('ND-33 without traffic no router is probed', () => {
    const b = bench()
    known(b, R2)
    route(b, '::/0', R1, { preference: 'high' })
    route(b, '::/0', R2)
    b.run(600 * SECOND)
    expect(b.sent('host.eth0', 'NS')).toHaveLength(0)
  })

  test('ND-55 if none is known to be reachable they take turns, and the first that answers is used from then on', () => {
    const b = bench()
    for (const router of [R1, R2, R3]) route(b, '::/0', router)
    for (const asked of [[1, 0, 0], [1, 1, 0], [1, 1, 1]]) {
      b.ping(WORLD)
      expect([R1, R2, R3].map(router => b.solicitations(router).length)).toEqual(asked)
    }
    expect(hops(b, WORLD, 6)).toEqual([R1, R2, R3, R1, R2, R3])
    b.say(na(R2, { router: true, solicited: true, override: true }, [targetOption(MAC)]))
    expect(hops(b, WORLD, 3)).toEqual([R2, R2, R2])
  })

  test('ND-55 reachable is every state but incomplete: stale, delay and probe too', () => {
    const b = bench()
    route(b, '::/0', R1)
    route(b, '::/0', R2)
    known(b, R2)
    const seen: (string | undefined)[] = []
    for (let n = 0; n < 9; n++) {
      seen.push(`${b.entry(R2)?.state ?? 'none'} ${hops(b, WORLD)[0]!}`)
      if (n === 0) b.ping(WORLD)
      b.run(SECOND)
    }
    expect(seen.slice(0, 8)).toEqual(['stale', 'delay', 'delay', 'delay', 'delay', 'probe', 'probe', 'probe'].map(state => `${state} ${R2}`))
    expect(b.entry(R2)).toBeNull()
  })

  test('ND-55 Linux takes the best in any state until it has failed', () => {
    const b = bench({ profile: 'linux' })
    known(b, R2)
    route(b, '::/0', R1)
    route(b, '::/0', R2)
    expect(hops(b, WORLD, 2)).toEqual([R1, R1])
    b.ping(WORLD)
    b.run(2 * SECOND)
    expect(hops(b, WORLD)).toEqual([R1])
    b.run(SECOND)
    expect([b.entry(R1)!.state, ...hops(b, WORLD)]).toEqual(['failed', R2])
  })

  test('ND-45 a router that leaves the list is used for nothing any more, from the next packet on', () => {
    const b = bench()
    known(b, R1, R2)
    route(b, '::/0', R1)
    route(b, '::/0', R2)
    b.ping(WORLD)
    b.ask({ type: 'ip.removeRoute', node: 'host', destination: '::/0', via: R1, interface: 'host.eth0' })
    b.ping(WORLD)
    expect([R1, R2].map(router => b.entry(router)!.state)).toEqual(['delay', 'delay'])
    expect(hops(b, WORLD)).toEqual([R2])
  })

  test('an interface that has no carrier has no routes', () => {
    const b = bench()
    route(b, '::/0', R1)
    b.ask({ type: 'net.setLink', link: 'host.eth0', up: false })
    expect(hops(b, WORLD)).toEqual([undefined])
    b.ask({ type: 'net.setLink', link: 'host.eth0', up: true })
    expect(hops(b, WORLD)).toEqual([R1])
  })
})

describe('the table', () => {
  test('a route is told of when it is new or differs, and not when it is said again', () => {
    const b = bench(), told = (): unknown[] => b.all('ip.routeAdded').slice(-1).map(({ event }) => [event.via, event.metric, event.preference])
    route(b, '::/0', R1)
    expect(told()).toEqual([[R1, 1024, 'medium']])
    const before = b.all('ip.routeAdded').length
    route(b, '::/0', R1)
    expect(b.all('ip.routeAdded')).toHaveLength(before)
    route(b, '::/0', R1, { preference: 'high' })
    expect(told()).toEqual([[R1, 1024, 'high']])
    route(b, '2001:db8::/64', null)
    expect(told()).toEqual([[null, 256, 'medium']])
    expect(b.sim.world.ip.nodes['host' as NodeId]!.routes.filter(({ destination }) => destination === '::/0')).toHaveLength(1)
  })

  test('what is not there cannot be taken away; what goes down takes its routes along', () => {
    const b = bench()
    expect(b.ask({ type: 'ip.removeRoute', node: 'host', destination: '::/0', via: R1, interface: 'host.eth0' })).toEqual({ status: 2, text: 'RTNETLINK answers: No such process' })
    expect(b.ask({ type: 'ip.addRoute', node: 'host', destination: '::/0', via: R1, interface: 'peer.eth0' })?.status).toBe(1)
    route(b, '::/0', R1)
    b.ask({ type: 'ip.setInterface', interface: 'host.eth0', up: false })
    b.run(0)
    expect(b.sim.world.ip.nodes['host' as NodeId]!.routes).toEqual([])
    expect(b.all('ip.routeRemoved').map(({ event }) => event.destination)).toContain('::/0')
  })
})
