import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ofHex } from '../../src/wire/bytes.ts'
import { describeFrame } from '../../src/wire/describe.ts'
import { decodeFrame } from '../../src/wire/frame.ts'
import { property } from '../support/property.ts'
import { frame } from './arbitraries.ts'

interface Case { readonly label: string; readonly frame: string }
const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'golden', 'ra', 'g01-ra-validity-table', 'facts.json'), 'utf8')) as { cases: Case[] }
const objections = (hex: string): string[] => describeFrame(decodeFrame(ofHex(hex))!).flatMap(({ field, objection }) => objection === undefined ? [] : [`${field}: ${objection}`])

test('of the recorded advertisements, those are objected to that break a rule of RFC 4861', () => {
  expect(Object.fromEntries(cases.map(({ label, frame: hex }) => [label, objections(hex)] as const).filter(([, list]) => list.length > 0))).toEqual({
    'IP hop limit 254': ['hop limit: not 255: from beyond this link'],
    'IP hop limit 64': ['hop limit: not 255: from beyond this link'],
    'IP hop limit 1': ['hop limit: not 255: from beyond this link'],
    'IP hop limit 0': ['hop limit: not 255: from beyond this link'],
    'global source address': ['IPv6: not link-local'],
    'unspecified source': ['IPv6: not link-local'],
    'loopback source': ['IPv6: not link-local'],
    'multicast source': ['IPv6: a group sends nothing'],
    'bad checksum': ['checksum: wrong'],
    'ICMP code 1': ['code: not 0'],
    'cut to 12 octets': ['ICMPv6: too short', 'checksum: wrong'],
    'cut to 15 octets': ['ICMPv6: too short', 'checksum: wrong'],
    'cut to 16 octets: no options': ['checksum: wrong'],
    'cut inside the PIO': ['checksum: wrong', 'malformed: an option past the end'],
    'first option has length 0': ['malformed: an option of length zero'],
    'option of length 0 after the PIO': ['malformed: an option of length zero'],
    'last option runs past the end': ['malformed: an option past the end'],
    'trailing 4 octets': ['malformed: an option past the end'],
    'preference reserved (10)': ['preference: taken for medium'],
    'in an atomic fragment': ['fragment: neighbour discovery is never fragmented'],
  })
})

test('a table has a line for everything that was said', () => {
  const [valid] = cases
  expect(describeFrame(decodeFrame(ofHex(valid!.frame))!).map(({ field, value }) => `${field} = ${value}`)).toEqual([
    'Ethernet = 02:00:00:00:be:ef > 33:33:00:00:00:01', 'IPv6 = fe80::bad:1 > ff02::1', 'hop limit = 255', 'ICMPv6 = router advertisement (134), 48 bytes', 'flags = none',
    'preference = medium', 'router lifetime = 1800 s', 'current hop limit = 64', 'reachable time = unspecified', 'retransmit timer = unspecified',
    'prefix = 2001:db8:100::/64, valid 86400 s, preferred 14400 s, on-link, autonomous',
  ])
})

test('whatever a frame holds, each line is one line of text', () => {
  property(fc.property(frame, it => {
    for (const { field, value } of describeFrame(it)) expect(`${field}${value}`).not.toMatch(/[\n\r]|undefined|NaN|\[object/)
  }), { numRuns: 200 })
})
