/** Prefixes and the addresses made from them: two lists with separate lives. */
import { describe, expect, test } from 'vitest'
import { toHex } from '../../../src/wire/bytes.ts'
import { encodeFrame } from '../../../src/wire/frame.ts'
import { ADDRESS, ETH0, HOUR, lab, LINK_LOCAL, OTHER, pio, PREFIX_64, ra, ready, ROUTER, ROUTER_MAC, SECOND, type Lab, type PioLike } from './lab.ts'

const PROFILES = ['rfc', 'linux'] as const
/** Addresses and on-link routes that one option leads to. */
const heard = (option: PioLike, l: Lab = ready()): [string[], string[]] => {
  l.say(ra([pio(option)], { routerLifetimeSeconds: 0 }))
  l.run(3 * SECOND)
  return [Object.keys(l.states()).filter(address => address !== LINK_LOCAL), l.routes()]
}

describe('what an option leads to', () => {
  test('ND-60 no address with A=0, a link-local prefix, a preferred above the valid lifetime, or a valid lifetime of zero', () => {
    expect(heard({})).toEqual([[ADDRESS], [PREFIX_64]])
    expect(heard({ autonomous: false })).toEqual([[], [PREFIX_64]])
    expect(heard({ valid: 1000, preferred: 1001 })).toEqual([[], []])
    expect(heard({ valid: 1000, preferred: 1000 })).toEqual([[ADDRESS], [PREFIX_64]])
    const l = ready()
    expect(heard({ valid: 0, preferred: 0 }, l)).toEqual([[], []])
    expect(l.all('slaac.addressFormed')).toEqual([])
  })

  test('ND-56 the link-local prefix is for neither list, nor is one of groups', () => {
    for (const prefix of ['fe80::', 'fe80:1::', 'febf::', 'ff05::']) expect([prefix, heard({ prefix })]).toEqual([prefix, [[], []]])
    // As sent: cut to its length it would be of all addresses, or of none in particular.
    for (const [prefix, length] of [['fe80::', 1], ['ff05::', 0]] as const) expect(heard({ prefix, length })).toEqual([[], []])
  })

  test('ND-61 another length than 64 gives no address, but is on link with L=1; one above 128 is nothing', () => {
    for (const length of [48, 63, 65, 127, 128]) expect([length, heard({ length })]).toEqual([length, [[], [`2001:db8:1::/${length}`]]])
    for (const length of [129, 255]) expect([length, heard({ length })]).toEqual([length, [[], []]])
  })

  test('ND-52 L=0 says nothing of the link: it neither adds nor removes', () => {
    expect(heard({ onLink: false })).toEqual([[ADDRESS], []])
    const l = ready()
    heard({}, l)
    expect(heard({ onLink: false, valid: 0, preferred: 0 }, l)).toEqual([[ADDRESS], [PREFIX_64]])
  })

  test('ND-25 managed and other flags do not keep a host from forming addresses', () => {
    const l = ready()
    l.say(ra([pio()], { managed: true, otherConfig: true }))
    expect(l.host.addresses.map(({ address }) => address)).toEqual([ADDRESS])
  })

  test('bits behind the length do not count', () => {
    expect(heard({ prefix: '2001:db8:1::dead:beef' })).toEqual([[ADDRESS], [PREFIX_64]])
  })

  test('ND-71 a site-local prefix works like any other, and is told of once', () => {
    const l = ready()
    for (let n = 0; n < 3; n++) l.say(ra([pio({ prefix: 'fec0:301:0:1234::' }), pio({ prefix: 'fd00:1::' })]))
    l.run(3 * SECOND)
    expect(l.states()).toEqual({ [LINK_LOCAL]: 'preferred', 'fec0:301:0:1234:0:ff:fe00:c01': 'preferred', 'fd00:1::ff:fe00:c01': 'preferred' })
    expect(l.all('slaac.siteLocalUsed').map(({ event }) => event['prefix'])).toEqual(['fec0:301:0:1234::/64'])
  })

  test('ND-37 options that a host has no use for are passed over', () => {
    const l = ready()
    l.say(ra([{ kind: 'captive-portal', uri: 'https://example.org/' }, { kind: 'nat64-prefix', prefix: '64:ff9b::', length: 96, lifetimeSeconds: 600 }, { kind: 'unknown', type: 200, bytes: '000000000000' }, pio()]))
    expect([l.routes(), l.host.addresses.map(({ address }) => address)]).toEqual([[`::/0 via ${ROUTER}`, PREFIX_64], [ADDRESS]])
  })
})

describe('two lists', () => {
  test.each(PROFILES)('ND-53 profile %s: withdrawn with valid 0, the prefix is off the link at once, and the address stays for two hours, deprecated', profile => {
    const l = ready({}, { profile })
    heard({}, l)
    expect(heard({ valid: 0, preferred: 0 }, l)).toEqual([[ADDRESS], []])
    expect(l.states()[ADDRESS]).toBe('deprecated')
    l.run(2 * HOUR - 4 * SECOND)
    expect(l.states()[ADDRESS]).toBe('deprecated')
    l.run(SECOND)
    expect(l.states()[ADDRESS]).toBeUndefined()
  })

  test('ND-54 with an address whose prefix is not on the link, neighbours are reached through the router, or not at all', () => {
    const l = ready()
    l.say(ra([pio({ onLink: false }), { kind: 'source-link-layer', address: '02:00:00:00:be:10' }]))
    l.run(3 * SECOND)
    l.ask({ type: 'ip.ping', node: 'h', to: '2001:db8:1::2' })
    const sent = l.all('net.transmit').at(-1)!.event['frame']
    expect([sent.destination, sent.payload.payload.kind]).toEqual(['02:00:00:00:be:10', 'echo-request'])
    l.say(ra([], { routerLifetimeSeconds: 0 }))
    const before = l.all('net.transmit').length
    l.ask({ type: 'ip.ping', node: 'h', to: '2001:db8:1::2' })
    expect([l.all('net.transmit').length - before, l.all('ip.packetDropped').at(-1)?.event['reason']]).toEqual([0, 'no route'])
  })

  test('ND-52 the prefix list follows every valid lifetime, longer and shorter, and an entry ends with it', () => {
    const l = ready()
    for (const valid of [1000, 100, 500]) l.say(ra([pio({ valid, preferred: 10, autonomous: false })]))
    l.run(499 * SECOND)
    expect(l.routes()).toContain(PREFIX_64)
    l.run(SECOND)
    expect(l.routes()).not.toContain(PREFIX_64)
    expect(l.all('slaac.prefixRemoved').map(({ event }) => event['because'])).toEqual(['expired'])
    l.say(ra([pio({ valid: 0xffffffff, preferred: 10, autonomous: false })]))
    l.run(10_000 * HOUR)
    expect(l.routes()).toEqual([PREFIX_64])
  })
})

describe('states', () => {
  test.each(PROFILES)('ND-65 profile %s: tentative, preferred, deprecated, removed, each at its time', profile => {
    const l = ready({}, { profile }), start = l.sim.now
    l.say(ra([pio({ valid: 100, preferred: 50 })]))
    expect(l.states()[ADDRESS]).toBe('tentative')
    l.run(200 * SECOND)
    expect(l.all('ip.addressChanged').filter(({ event }) => event['address'] === ADDRESS).map(({ event }) => event['state'])).toEqual(['tentative', 'preferred', 'deprecated'])
    const at = (kind: string): number[] => l.all(kind).map(one => (one.at - start) / SECOND)
    expect([at('slaac.addressDeprecated'), at('slaac.addressExpired')]).toEqual([[50], [100]])
    expect(l.states()).toEqual({ [LINK_LOCAL]: 'preferred' })
  })

  test('ND-62 the preferred lifetime is that of the last option: down to nothing, and up again', () => {
    const l = ready()
    heard({ preferred: 14_400 }, l)
    heard({ preferred: 0 }, l)
    expect(l.states()[ADDRESS]).toBe('deprecated')
    heard({ preferred: 100 }, l)
    expect([l.states()[ADDRESS], l.lifetimes()[1]]).toEqual(['preferred', 97])
    heard({ preferred: 50 }, l)
    expect(l.lifetimes()[1]).toBe(47)
    expect([l.all('slaac.addressDeprecated').length, l.all('slaac.addressRestored').length]).toEqual([1, 1])
  })

  test('ND-65 an address that is deprecated from birth passes its detection and is deprecated then', () => {
    const l = ready()
    heard({ preferred: 0 }, l)
    expect(l.states()[ADDRESS]).toBe('deprecated')
  })

  test('ND-61 max addresses: the link-local one counts, zero is no limit', () => {
    const count = (maxAddresses: number): number => {
      const l = ready({ maxAddresses })
      l.say(ra(Array.from({ length: 20 }, (_, n) => pio({ prefix: `2001:db8:${n + 1}::` }))))
      l.run(3 * SECOND)
      return Object.keys(l.states()).length
    }
    expect([count(1), count(2), count(16), count(0)]).toEqual([1, 2, 16, 21])
  })

  test('the delay before the probe is there where a group has been told, and where one host was told it is not needed', () => {
    const tested = (destination: string, profile: 'rfc' | 'linux'): number => {
      const l = ready({ }, { profile, seed: 3 }), start = l.sim.now
      l.say(ra([pio()], {}, ROUTER, destination))
      l.run(3 * SECOND)
      return l.all('ip.addressChanged').find(({ event }) => event['address'] === ADDRESS && event['state'] === 'preferred')!.at - start
    }
    expect(tested(LINK_LOCAL, 'rfc')).toBe(SECOND)
    expect(tested('ff02::1', 'rfc')).toBeGreaterThan(SECOND)
    expect(tested(LINK_LOCAL, 'linux')).toBeGreaterThan(SECOND)
  })

  test('an address that somebody has configured by hand is left alone', () => {
    const l = ready()
    l.ask({ type: 'ip.addAddress', interface: ETH0, address: ADDRESS, length: 64 })
    l.run(3 * SECOND)
    l.say(ra([pio({ valid: 10, preferred: 5 })]))
    l.run(20 * SECOND)
    expect(l.states()[ADDRESS]).toBe('preferred')
  })
})

describe('renumbering', () => {
  const renumbered = (host: object, profile: 'rfc' | 'linux' = 'rfc'): Lab => {
    const l = ready(host, { profile })
    l.say(ra([pio()]))
    l.run(10 * SECOND)
    l.say(ra([pio({ prefix: '2001:db8:2::' })]))
    l.run(10 * SECOND)
    return l
  }

  test('ND-68 a router that comes back with another prefix and says nothing of the old one: the old address stays preferred until its own time is over', () => {
    const l = renumbered({})
    expect([l.states()[ADDRESS], l.states()['2001:db8:2::ff:fe00:c01']]).toEqual(['preferred', 'preferred'])
    expect(l.lifetimes()[1]).toBe(14_380)
    l.run(14_380 * SECOND)
    expect(l.states()[ADDRESS]).toBe('deprecated')
  })

  test('ND-69 remedies: a router that deprecates what it remembers, short lifetimes, a host that honours them, a host that notices', () => {
    const told = renumbered({})
    told.say(ra([pio({ preferred: 0, valid: 0 }), pio({ prefix: '2001:db8:2::' })]))
    expect([told.states()[ADDRESS], told.lifetimes()[0]]).toEqual(['deprecated', 7200])
    const honours = renumbered({ honourAllValidLifetimes: true })
    honours.say(ra([pio({ preferred: 0, valid: 0 }), pio({ prefix: '2001:db8:2::' })]))
    expect(honours.states()[ADDRESS]).toBeUndefined()
    const short = ready()
    short.say(ra([pio({ preferred: 1800, valid: 3600 })]))
    short.run(1800 * SECOND)
    expect(short.states()[ADDRESS]).toBe('deprecated')
    const notices = renumbered({ deprecateUnadvertised: true })
    expect([notices.states()[ADDRESS], notices.lifetimes()[0]]).toEqual(['deprecated', 86_380])
  })

  test('ND-69 a host that notices does not punish a router for what another does, nor for an advertisement without prefixes', () => {
    const l = ready({ deprecateUnadvertised: true })
    l.say(ra([pio()]))
    l.run(3 * SECOND)
    l.say(ra([pio({ prefix: '2001:db8:2::' })], {}, OTHER))
    l.say(ra())
    expect(l.states()[ADDRESS]).toBe('preferred')
  })
})

describe('interfaces', () => {
  const configured = (profile: 'rfc' | 'linux' = 'rfc'): Lab => {
    const l = lab({}, { profile })
    l.run(3 * SECOND)
    l.say(ra([pio(), { kind: 'rdnss', lifetimeSeconds: 1000, servers: ['2001:db8::53'] }]))
    l.run(3 * SECOND)
    return l
  }

  test.each(PROFILES)('profile %s: switched off, everything is forgotten; switched on, it begins anew', profile => {
    const l = configured(profile)
    l.ask({ type: 'ip.setInterface', interface: ETH0, up: false })
    expect([l.states(), l.routes(), l.host.timer]).toEqual([{}, [], null])
    expect([l.all('slaac.routerRemoved').at(-1)?.event['because'], l.all('slaac.prefixRemoved').at(-1)?.event['because'], l.all('slaac.namesChanged').at(-1)?.event['servers']])
      .toEqual(['interface down', 'interface down', []])
    l.ask({ type: 'ip.setInterface', interface: ETH0, up: true })
    l.run(3 * SECOND)
    expect(l.states()).toEqual({ [LINK_LOCAL]: 'preferred' })
  })

  test.each(PROFILES)('profile %s: after switching off and on the next advertisement gives address and routes again', profile => {
    const l = configured(profile), before = [l.states(), l.routes()]
    l.ask({ type: 'ip.setInterface', interface: ETH0, up: false })
    l.ask({ type: 'ip.setInterface', interface: ETH0, up: true })
    l.run(3 * SECOND)
    expect([l.states()[ADDRESS], l.routes()]).toEqual([undefined, []])
    l.say(ra([pio()]))
    l.run(3 * SECOND)
    expect([l.states(), l.routes()]).toEqual(before)
  })

  test.each(PROFILES)('profile %s: without a carrier everything stays, and lifetimes run on', profile => {
    const l = configured(profile), before = [l.states(), l.routes()]
    l.ask({ type: 'net.setLink', link: 'cable', up: false })
    l.run(SECOND)
    expect([l.states(), l.routes()]).toEqual(before)
    l.run(14_400 * SECOND)
    expect([l.states()[ADDRESS], l.routes()]).toEqual(['deprecated', [PREFIX_64]])
  })

  test('an advertisement at the very moment at which the node ends leaves nothing behind', () => {
    const l = lab({}, { guest: true })
    const hex = toHex(encodeFrame({ destination: '33:33:00:00:00:01', source: ROUTER_MAC, tags: [], payload: ra([pio()]) }))
    l.sim.schedule(3 * SECOND, { type: 'net.inject', port: 'inj.i0' as never, hex })
    l.sim.schedule(3 * SECOND, { type: 'hypervisor.powerOff', guest: 'h' as never, how: 'vsp-hard' } as never)
    l.run(3 * SECOND)
    expect([l.states(), l.routes(), l.host.routers]).toEqual([{}, [], []])
  })

  test('while its node hangs nothing ends; what should have ended meanwhile ends when it goes on', () => {
    const l = lab({}, { guest: true })
    l.run(3 * SECOND)
    l.say(ra([pio({ valid: 100, preferred: 50 })], { routerLifetimeSeconds: 60 }))
    l.run(10 * SECOND)
    l.ask({ type: 'hypervisor.hang', guest: 'h' })
    l.run(200 * SECOND)
    expect([l.states()[ADDRESS], l.routes().length]).toEqual(['preferred', 2])
    l.ask({ type: 'hypervisor.resume', guest: 'h' })
    expect([l.states()[ADDRESS], l.routes()]).toEqual([undefined, []])
  })

  test('what a host begins at the moment its node hangs is done when that goes on: its link-local address, and one from an advertisement', () => {
    const l = lab({}, { guest: true }), hex = toHex(encodeFrame({ destination: '33:33:00:00:00:01', source: ROUTER_MAC, tags: [], payload: ra([pio()]) }))
    const at = (after: number, request: object): void => void l.sim.schedule(l.sim.now + after, request as never)
    l.ask({ type: 'hypervisor.crash', guest: 'h', down: 5 * SECOND })
    at(5 * SECOND, { type: 'hypervisor.hang', guest: 'h' })
    at(20 * SECOND, { type: 'hypervisor.resume', guest: 'h' })
    l.run(25 * SECOND)
    expect(l.states()).toEqual({ [LINK_LOCAL]: 'preferred' })
    at(0, { type: 'net.inject', port: 'inj.i0', hex })
    at(0, { type: 'hypervisor.hang', guest: 'h' })
    at(5 * SECOND, { type: 'hypervisor.resume', guest: 'h' })
    l.run(10 * SECOND)
    expect(l.states()).toEqual({ [LINK_LOCAL]: 'preferred', [ADDRESS]: 'preferred' })
  })
})
