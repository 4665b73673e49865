/** The arithmetic of lifetimes: the two-hour rule by its table and against another formulation, and what holds whatever routers say. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { validAfter } from '../../../src/models/slaac/addresses.ts'
import { NEVER } from '../../../src/models/slaac/state.ts'
import type { NdOption } from '../../../src/wire/nd-option.ts'
import type { Ipv6Packet } from '../../../src/wire/ipv6.ts'
import { property } from '../../support/property.ts'
import { ADDRESS, ETH0, lab, OTHER, pio, ra, ready, ROUTER, SECOND, type Lab, type PioLike } from './lab.ts'

/** Whole seconds that are left after an option, of so many that were left before. */
const after = (remaining: number, advertised: number, honourAll = false): number => validAfter(remaining * SECOND, advertised * SECOND, 0, honourAll) / SECOND

describe('the two-hour rule', () => {
  test.each([
    [86_400, 100, 7200], [7199, 0, 7199], [7196, 3600, 7196], [7194, 8000, 8000], [7998, 7100, 7200], [1000, 1200, 1200],
    [7201, 7200, 7200], [7200, 7199, 7200], [7200, 7201, 7201], [80_000, 0, 7200], [5000, 3600, 5000], [5000, 5400, 5400], [5000, 9000, 9000], [86_400, 7201, 7201],
  ])('ND-63 of %d seconds left and %d advertised come %d', (remaining, advertised, result) => {
    expect(after(remaining, advertised)).toBe(result)
    // And on a host, with the option itself.
    const l = ready()
    l.say(ra([pio({ valid: remaining, preferred: 0 })]))
    l.say(ra([pio({ valid: advertised, preferred: 0 })]))
    expect(l.lifetimes()[0]).toBe(result)
  })

  test('ND-63 DD-13 it is the larger of what is advertised and the smaller of two hours and what is left', () => {
    property(fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 0, max: 100_000 }), (remaining, advertised) => {
      expect(after(remaining, advertised)).toBe(Math.max(advertised, Math.min(remaining, 7200)))
    }))
  })

  test('ND-63 infinite lifetimes are above two hours, and can be cut to two hours', () => {
    expect([validAfter(100 * SECOND, NEVER, 0, false), validAfter(NEVER, 100 * SECOND, 0, false), validAfter(NEVER, NEVER, 0, false)]).toEqual([NEVER, 7200 * SECOND, NEVER])
    const l = ready()
    l.say(ra([pio({ valid: 0xffffffff, preferred: 0xffffffff })]))
    l.run(1e7 * SECOND)
    expect(l.states()[ADDRESS]).toBe('preferred')
  })

  test('ND-64 a host that honours all valid lifetimes has no such rule', () => {
    property(fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 0, max: 100_000 }), (remaining, advertised) => {
      expect(after(remaining, advertised, true)).toBe(advertised)
    }))
    const l = ready({ honourAllValidLifetimes: true })
    for (const valid of [86_400, 100]) l.say(ra([pio({ valid, preferred: 0 })]))
    expect(l.lifetimes()[0]).toBe(100)
  })
})

const seconds = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(0, 1, 7199, 7200, 7201, 86_400, 0xffffffff), fc.integer({ min: 0, max: 100_000 }))
const lifetimes = fc.tuple(seconds, seconds).chain(([a, b]) => fc.constantFrom([Math.max(a, b), Math.min(a, b)] as const, [Math.max(a, b), Math.min(a, b)] as const, [a, b] as const))
/** Mostly of one prefix, and mostly sensible: what matters is what one option makes of what another has left. */
const option: fc.Arbitrary<PioLike> = fc.record({
  prefix: fc.constantFrom(...Array<string>(5).fill('2001:db8:1::'), '2001:db8:2::', 'fec0:301:0:1234::', 'fe80::', 'ff05::'), length: fc.constantFrom(...Array<number>(9).fill(64), 48, 128, 129),
  onLink: fc.boolean(), autonomous: fc.constantFrom(true, true, true, false), lifetimes,
}).map(({ lifetimes: [valid, preferred], ...rest }) => ({ ...rest, valid, preferred }))
interface Heard { wait: number; options: PioLike[]; lifetime: number; source: string; bad: number }
const advertisement: fc.Arbitrary<Heard> = fc.record({
  wait: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 9000 })), options: fc.array(option, { maxLength: 3 }),
  lifetime: fc.constantFrom(0, 1, 30, 1800, 9000), source: fc.constantFrom(ROUTER, OTHER), bad: fc.constantFrom(0, 0, 0, 0, 1, 2, 3, 4, 5, 6),
})
const host = fc.record({ temporary: fc.constantFrom('off', 'on'), honourAllValidLifetimes: fc.boolean(), deprecateUnadvertised: fc.boolean() })

/** Each is invalid for a reason of its own; 0 is valid. */
function packetOf({ options, lifetime, source, bad }: Heard): Ipv6Packet {
  const packet = ra(options.map(pio), { routerLifetimeSeconds: lifetime }, source), message = packet.payload as Extract<Ipv6Packet['payload'], { kind: 'RA' }>
  const malformed: NdOption = { kind: 'malformed', bytes: '0300ffffffff0000' }
  switch (bad) {
    case 1: return { ...packet, hopLimit: 254 }
    case 2: return { ...packet, source: '2001:db8::1' }
    case 3: return { ...packet, payload: { ...message, code: 1 } }
    case 4: return { ...packet, payload: { ...message, checksum: 0x1234 } }
    case 5: return { ...packet, payload: { ...message, options: [...message.options, malformed] } }
    case 6: return { ...packet, extensions: [{ header: 'fragment', offset: 0, more: false, identification: 1 }] }
    default: return packet
  }
}

/** What the host knows and has, and how the slice and the stack below agree. */
function agrees(l: Lab): void {
  const { addresses, routers, prefixes } = l.host, { now } = l.sim
  for (const a of addresses) {
    const { address } = a
    expect(a.preferredUntil).toBeLessThanOrEqual(a.validUntil)
    expect(a.validUntil).toBeGreaterThan(now)
    expect([address, a.deprecated]).toEqual([address, a.preferredUntil <= now])
    const below = l.sim.world.ip.interfaces[ETH0]!.addresses[address]
    expect([address, below?.deprecated]).toEqual([address, a.deprecated])
  }
  expect(Object.keys(l.states()).filter(address => !address.startsWith('fe80')).sort()).toEqual(addresses.map(({ address }) => address).sort())
  expect(l.routes().sort()).toEqual([...routers.map(({ address }) => `::/0 via ${address}`), ...prefixes.map(({ prefix }) => prefix)].sort())
}

describe('whatever routers say', () => {
  test('ND-66 no address is preferred for longer than it is valid, at any instant; and the stack has what the host has', () => {
    property(fc.property(fc.constantFrom('rfc', 'linux'), host, fc.array(advertisement, { maxLength: 12 }), (profile, rules, heard) => {
      const l = lab(rules, { profile: profile as 'rfc' | 'linux' })
      l.run(3 * SECOND)
      for (const one of heard) {
        l.say(packetOf(one))
        agrees(l)
        l.run(one.wait * SECOND)
        agrees(l)
      }
    }), { numRuns: 60 })
  })

  test('ND-44 an advertisement that is invalid changes nothing: no router, no prefix, no address, no parameter', () => {
    property(fc.property(advertisement.filter(({ bad }) => bad > 0), fc.boolean(), (heard, before) => {
      const l = ready()
      if (before) l.say(ra([pio()]))
      l.run(3 * SECOND)
      const known = JSON.stringify([l.host, l.sim.world.ip])
      l.say(packetOf({ ...heard, options: [{ prefix: '2001:db8:7::' }, ...heard.options] }))
      expect(JSON.stringify([l.host, l.sim.world.ip])).toBe(known)
      expect(l.all('slaac.raIgnored')).toHaveLength(1)
    }), { numRuns: 60 })
  })

  test.each([
    [1, 'hop limit'], [2, 'source not link-local'], [3, 'code'], [4, 'checksum'], [5, 'option of length zero'], [6, 'fragmented'],
  ])('ND-44 fault %d is told as "%s"', (bad, because) => {
    const l = ready()
    l.say(packetOf({ wait: 0, options: [{}], lifetime: 1800, source: ROUTER, bad }))
    expect(l.all('slaac.raIgnored').map(({ event }) => [event['interfaces'], event['because']])).toEqual([[['h.eth0'], because]])
  })

  test('ND-44 one that is too short, by sixteen octets', () => {
    const l = ready()
    l.say({ ...ra(), payload: { kind: 'malformed', type: 134, code: 0, body: '4000070800000000' } })
    expect(l.all('slaac.raIgnored').map(({ event }) => event['because'])).toEqual(['too short'])
  })
})
