/** Which messages of neighbour discovery are discarded, and why. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeFrame } from '../../../src/wire/frame.ts'
import { fromHex } from '../../../src/wire/bytes.ts'
import { decodeIpv6, encodeIpv6, type Ipv6Packet } from '../../../src/wire/ipv6.ts'
import { isMessage, naFault, nsFault, raFault, rsFault, sourceLinkLayer } from '../../../src/models/ip/validity.ts'
import { property } from '../../support/property.ts'
import { lab } from './hub.ts'
import { HOST, MAC, na, ns, PEER, ra, rs, sourceOption, targetOption } from './craft.ts'

type Judge = (packet: Ipv6Packet) => string | null
const RS = rs([sourceOption(MAC)]), RA = ra([sourceOption(MAC)]), NS = ns(HOST, [sourceOption(MAC)]), NA = na(PEER, { solicited: true, override: true }, [targetOption(MAC)])
const messages: readonly (readonly [id: string, name: string, good: Ipv6Packet, judge: Judge])[] =
  [['ND-2', 'RS', RS, rsFault], ['ND-44', 'RA', RA, raFault], ['ND-100', 'NS', NS, nsFault], ['ND-100', 'NA', NA, naFault]]

const altered = (good: Ipv6Packet, payload: object): Ipv6Packet => ({ ...good, payload: { ...good.payload, ...payload } as Ipv6Packet['payload'] })
const types = { RS: 133, RA: 134, NS: 135, NA: 136 } as Record<string, number>

describe.each(messages)('%s %s', (id, name, good, judge) => {
  test(`${id} a sound ${name} has no fault`, () => expect(judge(good)).toBeNull())

  test.each<readonly [string, Ipv6Packet]>([
    ['hop limit', { ...good, hopLimit: 254 }],
    ['checksum', altered(good, { checksum: 0x1234 })],
    ['code', altered(good, { code: 1 })],
    ['too short', { ...good, payload: { kind: 'malformed', type: types[name]!, code: 0, body: '0000' } }],
    ['option of length zero', altered(good, { options: [{ kind: 'malformed', bytes: '0100020000000a01' }] })],
    ['option of length zero', altered(good, { options: [sourceOption(MAC), { kind: 'malformed', bytes: '0500' }] })],
    ['option too long', altered(good, { options: [{ kind: 'malformed', bytes: '0102020000000a01' }] })],
  ])(`${id} %s (${name})`, (fault, bad) => expect(judge(bad)).toBe(fault))

  test(`ND-19 a fragment is discarded, even one that is the whole (${name})`, () =>
    expect(judge({ ...good, extensions: [{ header: 'fragment', offset: 0, more: false, identification: 7 }] })).toBe('fragmented'))

  test(`ND-3 a reserved field, unknown options and foreign ones are no fault (${name})`, () =>
    expect(judge(altered(good, { reserved: 5, options: [{ kind: 'unknown', type: 200, bytes: '000000000000' }, { kind: 'mtu', mtu: 1500 }, ...('options' in good.payload ? good.payload.options : [])] }))).toBeNull())

  test(`${id} whatever bit of a ${name} tips over on the way, it is noticed`, () => property(fc.property(fc.nat(), bit => {
    const bytes = encodeIpv6(good), at = 40 + (bit >> 3) % (bytes.length - 40)
    bytes[at] = bytes[at]! ^ 1 << (bit & 7)
    const { packet } = decodeIpv6(bytes)!
    if (isMessage(name as 'RA', packet)) expect(judge(packet)).not.toBeNull()
  })))

  test(`${id} every ${name} that is cut off is too short, or has an option that is`, () => property(fc.property(fc.integer({ min: 4 }), cut => {
    const full = encodeIpv6(good), length = 44 + cut % (full.length - 44), bytes = full.slice(0, length)
    bytes[5] = length - 40
    const { packet } = decodeIpv6(bytes)!, { checksum, ...payload } = packet.payload as Ipv6Packet['payload'] & { checksum?: number }
    expect(checksum).toBeDefined()
    const fault = judge({ ...packet, payload } as Ipv6Packet), least = { RS: 8, RA: 16, NS: 24, NA: 24 }[name]!
    expect(fault).toBe(length - 40 < least ? 'too short' : length - 40 === least ? null : 'option too long')
  })))
})

describe('what only one kind must fulfil', () => {
  test('ND-2 nobody has no link-layer address: an RS from :: must not name one', () => {
    expect(rsFault(rs([sourceOption(MAC)], '::'))).toBe('link-layer address of nobody')
    expect(rsFault(rs([], '::'))).toBeNull()
  })

  test.each(['::', '2001:db8::1', 'fec0::1', 'fec0:301:0:1234::1', 'ff02::5', '::1', 'fe00::1', 'fc80::1'])('ND-44 an RA comes from a link-local address, not from %s', source =>
    expect(raFault(ra([], source))).toBe('source not link-local'))
  test.each(['fe80::1', 'fe90::1', 'febf:ffff::1'])('ND-44 %s is one', source => expect(raFault(ra([], source))).toBeNull())

  test('ND-100 a group is no target', () => {
    expect(nsFault(ns('ff02::1', [], PEER, HOST))).toBe('target is a group')
    expect(naFault(na('ff02::1', {}))).toBe('target is a group')
    expect(nsFault(ns('ff::1', [], PEER, HOST))).toBeNull()
  })
  test('ND-100 an NS from :: goes to a solicited-node group and names no link-layer address', () => {
    expect(nsFault(ns(HOST, [], '::'))).toBeNull()
    expect(nsFault(ns(HOST, [], '::', HOST))).toBe('not to the solicited-node group')
    expect(nsFault(ns(HOST, [], '::', 'ff02::1'))).toBe('not to the solicited-node group')
    expect(nsFault(ns(HOST, [sourceOption(MAC)], '::'))).toBe('link-layer address of nobody')
  })
  test('ND-100 what goes to a group was solicited by nobody', () => {
    expect(naFault(na(PEER, { solicited: true }, [], 'ff02::1'))).toBe('solicited by a group')
    expect(naFault(na(PEER, { solicited: false }, [], 'ff02::1'))).toBeNull()
  })
  test('ND-100 the link-layer address is that of the option of its kind', () => {
    expect([sourceLinkLayer(NS), sourceLinkLayer(NA), sourceLinkLayer(ns(HOST))]).toEqual([MAC, null, null])
  })
})

describe('forty recorded advertisements', () => {
  interface Case { readonly case: number; readonly label: string; readonly addresses: readonly string[]; readonly routes: readonly string[]; readonly frame: string }
  const { cases } = JSON.parse(readFileSync(new URL('../../golden/ra/g01-ra-validity-table/facts.json', import.meta.url), 'utf8')) as { cases: readonly Case[] }

  test.each(cases.map(one => [one.label, one] as const))('ND-44 as Linux: %s', (_, { frame: hex, addresses, routes }) => {
    const frame = decodeFrame(fromHex(hex)!)!
    const l = lab({ ip: { nodes: {
      host: { profile: 'linux', interfaces: { eth0: { mac: '02:00:00:00:0c:01', addresses: ['fe80::ff:fe00:c01/64'], dad: false } } }, inj: { interfaces: { i0: {} } },
    } } })
    l.run(2_000_000)
    // An adapter would not let all of them pass; the stack itself must look too.
    l.sim.dispatch({ type: 'net.join', port: 'host.eth0' as never, group: frame.destination })
    l.sim.dispatch({ type: 'net.transmit', ports: ['inj.i0' as never], frame })
    const [heard] = l.all('ip.received')
    expect(heard !== undefined && raFault(heard.event.packet) === null).toBe(addresses.length + routes.length > 0)
  })
})
