/** Temporary addresses and names told by routers: what comes beside the addresses of prefixes. */
import { describe, expect, test } from 'vitest'
import { ADDRESS, DAY, HOUR, lab, LINK_LOCAL, pio, ra, ready, ROUTER, SECOND, taken, type Lab } from './lab.ts'

const temporaries = (l: Lab): string[] => Object.keys(l.states()).filter(address => l.sim.world.ip.interfaces['h.eth0' as never]!.addresses[address]!.origin === 'temporary')
const SHORT = { temporary: 'preferred', temporaryPreferred: '30s', temporaryValid: '50s', temporaryMaxDesync: '5s' }

describe('temporary addresses', () => {
  test.each(['rfc', 'linux'] as const)('ND-67 profile %s: beside each public address one with a random identifier; without asking for them, none', profile => {
    const l = ready({ temporary: 'on' }, { profile }), other = ready({ temporary: 'on' }, { profile, seed: 2 }), none = ready({}, { profile })
    for (const one of [l, other, none]) {
      one.say(ra([pio()]))
      one.run(3 * SECOND)
    }
    expect([temporaries(l).length, temporaries(none).length]).toEqual([1, 0])
    expect(temporaries(l)[0]).toMatch(/^2001:db8:1:/)
    expect(temporaries(other)).not.toEqual(temporaries(l))
    expect(l.states()[temporaries(l)[0]!]).toBe('preferred')
  })

  test('as recorded (d04): with 30 s preferred and 50 s valid, a successor comes five seconds before the end, and each lives its time, refreshed or not', () => {
    const l = ready({ ...SHORT, temporaryMaxDesync: '0s' }, { profile: 'linux' }), start = l.sim.now
    for (let n = 0; n < 30; n++) {
      l.say(ra([pio()]))
      l.run(4 * SECOND)
    }
    const formed = l.all('slaac.addressFormed').filter(({ event }) => event['temporary']).map(({ at }) => (at - start) / SECOND)
    expect(formed.slice(0, 4)).toEqual([0, 25, 50, 75])
    const [first] = l.all('slaac.addressFormed').filter(({ event }) => event['temporary'])
    const when = (type: string): number => (l.all(type).find(({ event }) => event['address'] === first!.event['address'])!.at - start) / SECOND
    expect([when('slaac.addressDeprecated'), when('slaac.addressExpired')]).toEqual([30, 50])
    expect(l.states()[ADDRESS]).toBe('preferred')
  })

  test('ND-67 it is deprecated early by a random share, so that hosts do not change theirs together', () => {
    const ends = (profile: 'rfc' | 'linux', host: object): number[] => Array.from({ length: 30 }, (_, seed) => {
      const l = ready({ temporary: 'on', ...host }, { profile, seed })
      l.say(ra([pio({ valid: 0xffffffff, preferred: 0xffffffff })]))
      return l.lifetimes(temporaries(l)[0])[1]
    })
    const rfc = ends('rfc', {}), linux = ends('linux', SHORT)
    expect(Math.max(...rfc)).toBeLessThanOrEqual(86_400)
    expect(Math.min(...rfc)).toBeGreaterThanOrEqual(0.6 * 86_400)
    expect(Math.max(...rfc) - Math.min(...rfc)).toBeGreaterThan(20_000)
    expect([Math.max(...linux) <= 30, Math.min(...linux) >= 25, new Set(linux).size > 20]).toEqual([true, true, true])
  })

  test.each([['rfc', 2], ['linux', 7]] as const)('profile %s: it is valid for at most %d days, however long its public address is', (profile, days) => {
    const l = ready({ temporary: 'on' }, { profile })
    l.say(ra([pio({ valid: 0xffffffff, preferred: 0xffffffff })]))
    const [first] = temporaries(l)
    expect(l.lifetimes(first)[0]).toBe(days * 86_400)
    l.run(days * DAY - HOUR)
    l.say(ra([pio({ valid: 0xffffffff, preferred: 0xffffffff })]))
    expect(l.lifetimes(first)[0]).toBe(3600)
  })

  test('it does not outlive its public address, and none is made that would not live for long enough', () => {
    const l = ready({ temporary: 'on' })
    l.say(ra([pio({ valid: 100, preferred: 60 })]))
    expect(l.lifetimes(temporaries(l)[0])).toEqual([100, 60])
    const cut = ready({ temporary: 'on' })
    for (const valid of [86_400, 100]) cut.say(ra([pio({ valid, preferred: 100 })]))
    expect(cut.lifetimes(temporaries(cut)[0])).toEqual([7200, 100])
    cut.say(ra([pio({ valid: 100, preferred: 0 })]))
    expect([cut.lifetimes(temporaries(cut)[0]), cut.states()[temporaries(cut)[0]!]]).toEqual([[7200, 0], 'tentative'])
    const brief = ready({ temporary: 'on' })
    brief.say(ra([pio({ valid: 100, preferred: 5 })]))
    expect(temporaries(brief)).toEqual([])
  })

  test('one that is a duplicate is replaced at once; after three in a row the host does without', () => {
    const l = ready({ temporary: 'on' })
    l.say(ra([pio()]))
    for (let n = 0; n < 3; n++) {
      expect(temporaries(l)).toHaveLength(1)
      l.say(taken(temporaries(l)[0]!))
    }
    expect(temporaries(l)).toEqual([])
    l.say(ra([pio()]))
    expect(temporaries(l)).toEqual([])
  })

  test('whether temporary addresses are preferred as sources is told to the stack', () => {
    const prefers = (temporary: string, profile: 'rfc' | 'linux'): boolean => ready({ temporary }, { profile }).sim.world.ip.interfaces['h.eth0' as never]!.preferTemporary
    expect([prefers('on', 'linux'), prefers('preferred', 'linux'), prefers('on', 'rfc'), prefers('preferred', 'rfc')]).toEqual([false, true, false, true])
  })
})

describe('name servers and search domains', () => {
  const rdnss = (lifetimeSeconds: number, ...servers: string[]) => ({ kind: 'rdnss' as const, lifetimeSeconds, servers })
  const dnssl = (lifetimeSeconds: number, ...names: string[]) => ({ kind: 'dnssl' as const, lifetimeSeconds, names })
  const known = (l: Lab): [string[], string[]] => [Object.keys(l.host.servers), Object.keys(l.host.domains)]

  test('ND-35 they are known for their lifetime; zero removes at once, and an infinite one does not end', () => {
    const l = ready()
    l.say(ra([rdnss(100, '2001:db8::53', '2001:db8::54'), dnssl(0xffffffff, 'example.org')]))
    l.say(ra([rdnss(0, '2001:db8::53'), rdnss(0, '2001:db8::55')]))
    expect(known(l)).toEqual([['2001:db8::54'], ['example.org']])
    l.run(99 * SECOND)
    expect(known(l)[0]).toHaveLength(1)
    l.run(SECOND)
    expect(known(l)).toEqual([[], ['example.org']])
    l.run(1_000_000 * SECOND)
    expect(known(l)).toEqual([[], ['example.org']])
    expect(l.all('slaac.namesChanged').map(({ event }) => [event['servers'].length, event['domains'].length])).toEqual([[2, 1], [1, 1], [0, 1]])
  })

  test('ND-35 a lifetime that is as long as the interval ends between two advertisements when one is lost, and else does not', () => {
    const losses = (lost: number): number => {
      const l = ready()
      for (let n = 0; n < 6; n++) {
        if (n !== lost) l.say(ra([rdnss(600, '2001:db8::53')]))
        l.run(599 * SECOND)
      }
      return l.all('slaac.namesChanged').filter(({ event }) => event['servers'].length === 0).length
    }
    expect([losses(3), losses(NaN)]).toEqual([1, 0])
  })

  test('ND-36 at least three are kept; when the list is full, the one that ends first gives way to one that ends later', () => {
    const l = ready()
    l.say(ra([rdnss(300, '2001:db8::1'), rdnss(100, '2001:db8::2'), rdnss(200, '2001:db8::3')]))
    expect(known(l)[0]).toHaveLength(3)
    l.say(ra([rdnss(50, '2001:db8::4')]))
    expect(known(l)[0]).toEqual(['2001:db8::1', '2001:db8::2', '2001:db8::3'])
    l.say(ra([rdnss(250, '2001:db8::5')]))
    expect(known(l)[0]).toEqual(['2001:db8::1', '2001:db8::3', '2001:db8::5'])
    l.say(ra([rdnss(400, '2001:db8::3')]))
    expect(known(l)[0]).toHaveLength(3)
  })

  test('ND-34 an option of a wrong length is passed over, the others count', () => {
    const l = lab()
    l.run(3 * SECOND)
    l.say(ra([{ kind: 'unknown', type: 25, bytes: '000000000064' + '20010db8000000000000000000000053'.slice(0, 16) }, { kind: 'unknown', type: 31, bytes: '000000000064' }, pio(), rdnss(100, '2001:db8::53')]))
    expect([known(l), l.host.addresses.map(({ address }) => address), l.host.routers.map(({ address }) => address)]).toEqual([[['2001:db8::53'], []], [ADDRESS], [ROUTER]])
    expect(Object.keys(l.states())).toContain(LINK_LOCAL)
  })
})
