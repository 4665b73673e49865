/** Default routers, more specific routes, and the parameters of the link that routers tell. */
import { describe, expect, test } from 'vitest'
import { ADDRESS, ETH0, lab, OTHER, pio, PREFIX_64, ra, ready, rio, ROUTER, SECOND, type Lab } from './lab.ts'
import type { NdOption } from '../../../src/wire/nd-option.ts'

const routers = (l: Lab): string[] => l.host.routers.map(({ address }) => address)
const parameters = (l: Lab) => {
  const { hopLimit, baseReachableMillis, retransMillis, mtu } = l.sim.world.ip.interfaces[ETH0]!
  return [hopLimit, baseReachableMillis, retransMillis, mtu]
}

describe('the default router list', () => {
  test('ND-45 it is keyed by the source: a lifetime creates an entry, another one sets it anew, zero removes it at once', () => {
    const l = ready()
    l.say(ra([], { routerLifetimeSeconds: 100 }))
    l.say(ra([], { routerLifetimeSeconds: 50 }, OTHER))
    expect(l.routes()).toEqual([`::/0 via ${ROUTER}`, `::/0 via ${OTHER}`])
    l.run(90 * SECOND)
    expect(routers(l)).toEqual([ROUTER])
    l.say(ra([], { routerLifetimeSeconds: 100 }))
    l.run(99 * SECOND)
    expect(routers(l)).toEqual([ROUTER])
    l.say(ra([], { routerLifetimeSeconds: 0 }))
    expect([routers(l), l.routes()]).toEqual([[], []])
    expect(l.all('slaac.routerRemoved').map(({ event }) => [event['router'], event['because']])).toEqual([[OTHER, 'expired'], [ROUTER, 'lifetime zero']])
  })

  test('ND-45 an entry that is not refreshed ends exactly with its lifetime, also a shorter one', () => {
    const l = ready()
    l.say(ra([], { routerLifetimeSeconds: 1800 }))
    l.say(ra([], { routerLifetimeSeconds: 7 }))
    const said = l.sim.now
    l.run(100 * SECOND)
    expect(l.all('slaac.routerRemoved').map(({ at }) => (at - said) / SECOND)).toEqual([7])
  })

  test('the end of the only address takes no router along, nor does the end of a router take an address: each keeps its own time', () => {
    const l = ready()
    l.say(ra([pio({ valid: 100, preferred: 50 })], { routerLifetimeSeconds: 1800 }))
    l.run(200 * SECOND)
    expect([l.host.addresses.filter(({ address }) => address === ADDRESS), l.routes()]).toEqual([[], [`::/0 via ${ROUTER}`]])
    l.say(ra([pio({ valid: 3000, preferred: 2000 })], { routerLifetimeSeconds: 1000 }))
    l.run(1500 * SECOND)
    expect([l.states()[ADDRESS], l.routes()]).toEqual(['preferred', [PREFIX_64]])
  })

  test('ND-46 two routers are kept, and more; a flood of invented ones does not push out who is there', () => {
    const l = ready()
    l.say(ra())
    l.say(ra([], {}, OTHER))
    for (let n = 0; n < 500; n++) l.say(ra([pio({ prefix: `2001:db8:${(4096 + n).toString(16)}::` })], {}, `fe80::dead:${(4096 + n).toString(16)}`))
    expect(routers(l)).toHaveLength(64)
    expect(routers(l).slice(0, 2)).toEqual([ROUTER, OTHER])
    expect([l.host.prefixes.length, Object.keys(l.states()).length]).toEqual([256, 16])
    const two = ready({ maxRouters: 2 })
    for (const source of [ROUTER, OTHER, 'fe80::bad:3']) two.say(ra([], {}, source))
    expect(routers(two)).toEqual([ROUTER, OTHER])
  })

  test('ND-103 a router that has cleared its Router flag leaves the list', () => {
    const l = ready()
    l.say({ ...ra([{ kind: 'source-link-layer', address: '02:00:00:00:be:10' }]) })
    expect(routers(l)).toEqual([ROUTER])
    l.say({
      kind: 'ipv6', source: ROUTER, destination: 'ff02::1', hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
      payload: { kind: 'NA', code: 0, router: false, solicited: false, override: true, target: ROUTER, options: [] },
    })
    expect([routers(l), l.all('slaac.routerRemoved').at(-1)?.event['because']]).toEqual([[], 'no router any more'])
  })

  test('an advertisement from an address of our own is no router, as recorded (g01 26); with acceptRaFromLocal it is', () => {
    const own = 'fe80::ff:fe00:c01'
    const [l, told] = [ready(), ready({ acceptRaFromLocal: true })]
    for (const one of [l, told]) one.say(ra([pio(), rio('2001:db8:8000::', 33, 100)], {}, own))
    expect([routers(l), l.routes(), routers(told)]).toEqual([[], ['2001:db8:1::/64'], [own]])
    // Linux fails to add the route by way of itself and reads no further, as measured.
    const linux = ready({ acceptRaFromLocal: true }, { profile: 'linux' })
    linux.say(ra([pio()], {}, own))
    expect(linux.routes()).toEqual([])
    linux.say(ra([pio()], { routerLifetimeSeconds: 0 }, own))
    expect(linux.routes()).toEqual(['2001:db8:1::/64'])
  })
})

describe('preferences and routes', () => {
  test('ND-30 reserved is medium, and what a router of lifetime zero prefers does not matter', () => {
    const l = ready()
    l.say(ra([], { preference: 'reserved' }))
    l.say(ra([], { preference: 'high' }, OTHER))
    expect(l.routes()).toEqual([`::/0 via ${ROUTER}`, `::/0 via ${OTHER} high`])
    l.say(ra([], { preference: 'low' }, OTHER))
    expect(l.routes()[1]).toBe(`::/0 via ${OTHER} low`)
    expect(l.all('slaac.routerChanged').map(({ event }) => event['preference'])).toEqual(['low'])
    l.say(ra([], { preference: 'high', routerLifetimeSeconds: 0 }, OTHER))
    expect(l.routes()).toEqual([`::/0 via ${ROUTER}`])
  })

  test('ND-31 a route ends with its lifetime, zero removes it, bits behind the length do not count, reserved preference is ignored', () => {
    const l = ready()
    l.say(ra([rio('2001:db8:8000:1234::1', 33, 100, 'high'), rio('2001:db8:a000::', 36, 100, 'reserved'), rio('2001:db8:9::1', 128, 0xffffffff)]))
    expect(l.routes().slice(1)).toEqual([`2001:db8:8000::/33 via ${ROUTER} high`, `2001:db8:9::1/128 via ${ROUTER}`])
    l.say(ra([rio('2001:db8:8000::', 33, 0)]))
    expect(l.routes().slice(1)).toEqual([`2001:db8:9::1/128 via ${ROUTER}`])
    l.say(ra([rio('2001:db8:8000::', 33, 100)]))
    l.run(100 * SECOND)
    expect(l.all('slaac.routeForgotten').map(({ event }) => event['because'])).toEqual(['withdrawn', 'expired'])
    l.run(1_000_000 * SECOND)
    expect(l.routes()).toEqual([`2001:db8:9::1/128 via ${ROUTER}`])
  })

  test('a route too short for its length: linux reads on in the next options, as measured, others ignore it', () => {
    const cut = (octets: string): NdOption => ({ kind: 'unknown', type: 24, bytes: octets }), mtu: NdOption = { kind: 'mtu', mtu: 1400 }
    const seen = (['linux', 'rfc'] as const).map(profile => {
      const l = ready({ maxRouteInfoLength: 128, minRouteInfoLength: 0 }, { profile })
      l.say(ra([cut('600000000e1020010db800090001'), cut('300000000e10'), mtu, cut('600000000e10')]))
      return l.routes().slice(1)
    })
    expect(seen).toEqual([[`2001:db8:9:1:1801:3000::/96 via ${ROUTER}`, `501::/48 via ${ROUTER}`], []])
  })

  test('a link-layer address of another size: linux keeps the router and the times and reads no further, as measured', () => {
    const seen = (['linux', 'rfc'] as const).map(profile => {
      const l = ready({ maxRouteInfoLength: 64 }, { profile })
      l.say(ra([{ kind: 'unknown', type: 1, bytes: '00'.repeat(14) }, pio(), rio('2001:db8:8000::', 33, 100), { kind: 'mtu', mtu: 1400 }], { hopLimit: 33 }))
      const { hopLimit, mtu } = l.sim.world.ip.interfaces['h.eth0' as never] as unknown as { hopLimit: number; mtu: number }
      return [l.routes().length, l.host.addresses.length, hopLimit, mtu]
    })
    expect(seen).toEqual([[1, 0, 33, 1500], [3, 1, 33, 1400]])
  })

  test('ND-32 class A knows neither preferences nor routes, B preferences, C both; for C an option for ::/0 overrides the header', () => {
    const seen = Object.fromEntries((['A', 'B', 'C'] as const).map(hostClass => {
      const l = ready({ hostClass })
      l.say(ra([rio('::', 0, 600, 'low'), rio('2001:db8:8000::', 33, 100)], { preference: 'high' }))
      return [hostClass, [...l.routes(), (l.host.routers[0]!.until - l.sim.now) / SECOND]]
    }))
    expect(seen).toEqual({ A: [`::/0 via ${ROUTER}`, 1800], B: [`::/0 via ${ROUTER} high`, 1800], C: [`::/0 via ${ROUTER} low`, `2001:db8:8000::/33 via ${ROUTER}`, 600] })
    const without = ready({ useRouterPreference: false })
    without.say(ra([], { preference: 'high' }))
    expect(without.routes()).toEqual([`::/0 via ${ROUTER}`])
  })

  test('ND-32 with the header saying zero, an option for ::/0 still makes a router', () => {
    const l = ready()
    l.say(ra([rio('::', 0, 600)], { routerLifetimeSeconds: 0 }))
    expect(routers(l)).toEqual([ROUTER])
  })

  test('ND-33 traffic takes the longest match, and of two routers that answer the preferred one', () => {
    const l = ready()
    const told = (source: string, mac: string) => [{ kind: 'source-link-layer' as const, address: mac }]
    l.say(ra([...told(ROUTER, '02:00:00:00:be:10'), pio()], { preference: 'high' }))
    l.say(ra([...told(OTHER, '02:00:00:00:be:11'), rio('2001:db8:8000::', 33, 1000)], {}, OTHER))
    l.run(5 * SECOND)
    const through = (to: string): unknown => {
      l.ask({ type: 'ip.ping', node: 'h', to })
      return l.all('net.transmit').findLast(({ event }) => event['frame'].payload.payload?.kind === 'echo-request')?.event['frame'].destination
    }
    expect([through('2001:db8:8000::1'), through('2001:db8:7::1')]).toEqual(['02:00:00:00:be:11', '02:00:00:00:be:10'])
  })

  test('the length of routes has a bound of its own in profile linux: 0, so only a default route is taken (as recorded, i01, i02)', () => {
    const heard = (host: object): string[] => {
      const l = ready(host, { profile: 'linux' })
      l.say(ra([rio('2001:db8:8000::', 33, 100), rio('2001:db8:9::1', 128, 100), rio('::', 0, 600, 'low')]))
      return l.routes()
    }
    expect(heard({})).toEqual([`::/0 via ${ROUTER} low`])
    expect(heard({ maxRouteInfoLength: 64 })).toEqual([`::/0 via ${ROUTER} low`, `2001:db8:8000::/33 via ${ROUTER}`])
    expect(heard({ maxRouteInfoLength: 128, minRouteInfoLength: 64 })).toEqual([`::/0 via ${ROUTER}`, `2001:db8:9::1/128 via ${ROUTER}`])
  })
})

describe('parameters', () => {
  test('ND-47 zero says nothing: neither new value nor default', () => {
    for (const profile of ['rfc', 'linux'] as const) {
      const l = ready({}, { profile })
      l.say(ra([], { hopLimit: 33, reachableTimeMillis: 20_000, retransTimerMillis: 500 }))
      l.say(ra())
      expect(parameters(l)).toEqual([33, 20_000, 500, 1500])
      expect(l.all('ip.setParameters')).toHaveLength(1)
    }
    const any = ready({ minHopLimit: 0 })
    any.say(ra([], { hopLimit: 0 }))
    expect(parameters(any)[0]).toBe(64)
  })

  test('ND-48 a base that a router tells reaches the stack, which draws the reachable time from it', () => {
    const l = ready()
    l.say(ra([], { reachableTimeMillis: 20_000 }))
    expect(parameters(l)[1]).toBe(20_000)
    l.say(ra([], { reachableTimeMillis: 20_000 }, OTHER))
    expect(l.all('ip.setParameters')).toHaveLength(1)
  })

  test('ND-49 an MTU is taken from 1280 to what the link carries', () => {
    const taken = (...mtus: number[]): number => {
      const l = ready()
      l.say(ra(mtus.map(mtu => ({ kind: 'mtu', mtu }))))
      return parameters(l)[3]!
    }
    expect([taken(1279), taken(1280), taken(1500), taken(1501), taken(1400, 9000)]).toEqual([1500, 1280, 1500, 1500, 1500])
    for (const [host, mtu] of [[{ acceptMtu: false }, 1400], [{}, 1279], [{}, 1501]] as const) {
      const l = ready(host)
      l.say(ra([{ kind: 'mtu', mtu }]))
      expect([parameters(l)[3], l.all('ip.setParameters')]).toEqual([1500, []])
    }
  })

  test('ND-51 what one router does not say again stays as another said it; of single values the latest counts', () => {
    const l = ready()
    l.say(ra([pio(), { kind: 'mtu', mtu: 1400 }], { hopLimit: 40 }))
    l.say(ra([pio({ prefix: '2001:db8:2::' })], { hopLimit: 50 }, OTHER))
    l.run(5 * SECOND)
    expect(l.routes()).toEqual([`::/0 via ${ROUTER}`, '2001:db8:1::/64', `::/0 via ${OTHER}`, '2001:db8:2::/64'])
    expect([parameters(l)[0], parameters(l)[3], Object.keys(l.states())]).toEqual([50, 1400, [expect.stringMatching(/^fe80/), '2001:db8:1::ff:fe00:c01', '2001:db8:2::ff:fe00:c01']])
  })

  test('profile linux counts in ticks of 4 ms, two of them at least, and heeds a least hop limit and the first of two MTU options (as recorded, i01)', () => {
    const l = ready({ minHopLimit: 60 }, { profile: 'linux' })
    l.say(ra([{ kind: 'mtu', mtu: 1300 }, { kind: 'mtu', mtu: 1350 }], { hopLimit: 59, reachableTimeMillis: 3_600_001, retransTimerMillis: 5 }))
    expect(parameters(l)).toEqual([64, 3_600_000, 8, 1300])
    l.say(ra([], { hopLimit: 61 }))
    expect(parameters(l)[0]).toBe(61)
  })

  test('profile linux: who is no router says nothing of hop limits, but of times', () => {
    const l = ready({ useDefaultRouter: false }, { profile: 'linux' })
    l.say(ra([], { hopLimit: 33, retransTimerMillis: 500 }))
    expect([parameters(l), routers(l)]).toEqual([[64, 30_000, 500, 1500], []])
  })
})

describe('believing', () => {
  test('lifetimes shorter than the least are ignored, withdrawing is not', () => {
    const l = ready({ minLifetime: '2000s' })
    l.say(ra([pio({ valid: 1999, preferred: 10 }), rio('2001:db8:8000::', 33, 1999)], { routerLifetimeSeconds: 1999 }))
    expect(l.routes()).toEqual([])
    l.say(ra([pio(), rio('2001:db8:8000::', 33, 2000)], { routerLifetimeSeconds: 2000 }))
    expect(l.routes()).toHaveLength(3)
    l.say(ra([pio({ valid: 0, preferred: 0 }), rio('2001:db8:8000::', 33, 0)], { routerLifetimeSeconds: 0 }))
    expect(l.routes()).toEqual([])
  })

  test('nothing is taken where advertisements are not accepted, no prefix where none are used, no address where none are made', () => {
    const heard = (host: object): [string[], number] => {
      const l = ready(host)
      l.say(ra([pio()]))
      return [l.routes(), Object.keys(l.states()).length]
    }
    expect(heard({ acceptRa: 'off' })).toEqual([[], 1])
    expect(heard({ usePrefixes: false })).toEqual([[`::/0 via ${ROUTER}`], 1])
    expect(heard({ autoconfigure: false })).toEqual([[`::/0 via ${ROUTER}`, '2001:db8:1::/64'], 1])
    expect(heard({ useDefaultRouter: false })).toEqual([['2001:db8:1::/64'], 2])
  })

  test('an advertisement that says nothing new makes no event but its arrival', () => {
    const l = lab({ temporary: 'on', maxRouteInfoLength: 64 }, { profile: 'linux' })
    const options = [pio(), rio('2001:db8:8000::', 33, 1000), { kind: 'rdnss' as const, lifetimeSeconds: 1000, servers: ['2001:db8::53'] }]
    l.run(3 * SECOND)
    l.say(ra(options))
    l.run(10 * SECOND)
    const before = l.told.length
    l.say(ra(options))
    expect(l.told.slice(before).map(({ event }) => event.type)).toEqual(['net.inject', 'net.arrived', 'ip.received'])
  })
})
