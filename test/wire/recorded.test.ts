import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ofHex } from '../../src/wire/bytes.ts'
import { decodeFrame, type Frame } from '../../src/wire/frame.ts'
import { isFragmented } from '../../src/wire/ipv6.ts'
import { messageOf, raBytes, vectorsOf } from '../conformance/ra-bytes.ts'

const golden = join(import.meta.dirname, '..', 'golden', 'ra')
interface Case { readonly label: string; readonly frame: string }
const cases = (JSON.parse(readFileSync(join(golden, 'g01-ra-validity-table', 'facts.json'), 'utf8')) as { cases: Case[] }).cases
const frameOf = (label: string): Frame => decodeFrame(ofHex(cases.find(each => each.label === label)!.frame))!
const packetOf = (label: string) => {
  const { payload } = frameOf(label)
  if (payload.kind !== 'ipv6') throw new Error(label)
  return payload
}
const raOf = (label: string) => {
  const message = messageOf(frameOf(label))
  if (message.kind !== 'RA') throw new Error(label)
  return message
}

test('every recorded frame decodes to the recorded fields and encodes back to the same bytes', () => {
  const { passed, total, differs } = raBytes(golden)
  expect(differs).toEqual([])
  expect([passed, readdirSync(golden).length > 50, total > 2500]).toEqual([total, true, true])
})

test('the options of radvd stand in the order prefix, route, RDNSS, DNSSL, MTU, source, interval', () => {
  const everything = vectorsOf(join(golden, 'i03-encoder-corpus')).find(({ label }) => label === 'everything')!
  const message = messageOf(decodeFrame(ofHex(everything.first!.frame))!)
  expect(message.kind === 'RA' && message.options.map(({ kind }) => kind)).toEqual(['prefix', 'route', 'rdnss', 'dnssl', 'mtu', 'source-link-layer', 'interval'])
})

test('what a receiver has to check is there to be seen: hop limit, code, checksum, source', () => {
  expect([packetOf('valid RA').hopLimit, packetOf('IP hop limit 254').hopLimit]).toEqual([255, 254])
  expect([raOf('valid RA').code, raOf('ICMP code 1').code]).toEqual([0, 1])
  expect([raOf('valid RA').checksum, raOf('bad checksum').checksum]).toEqual([undefined, 0x785c])
  expect(packetOf('global source address').source).toBe('2001:db8:ffff::1')
})

test('an advertisement shorter than 16 bytes is malformed; one cut inside an option, or with an option of length zero, ends in a malformed option', () => {
  expect(['cut to 12 octets', 'cut to 15 octets'].map(label => messageOf(frameOf(label)).kind)).toEqual(['malformed', 'malformed'])
  const kinds = (label: string) => raOf(label).options.map(({ kind }) => kind)
  expect(kinds('cut to 16 octets: no options')).toEqual([])
  expect(kinds('cut inside the PIO')).toEqual(['malformed'])
  expect(kinds('first option has length 0')).toEqual(['malformed'])
  expect(kinds('option of length 0 after the PIO')).toEqual(['prefix', 'malformed'])
  expect(kinds('last option runs past the end')).toEqual(['prefix', 'malformed'])
  expect(kinds('trailing 4 octets')).toEqual(['prefix', 'malformed'])
})

test('ND-3 an unknown option is kept and the rest of the message is read', () => {
  expect(raOf('unknown option 200 first').options).toMatchObject([{ kind: 'unknown', type: 200, bytes: '000000000000' }, { kind: 'prefix' }])
  expect(raOf('reserved flag bits set')).toMatchObject({ reserved: 7, managed: false, preference: 'medium' })
})

test('ND-30 the four values of a preference', () => {
  expect(['valid RA', 'preference high', 'preference low', 'preference reserved (10)'].map(label => raOf(label).preference)).toEqual(['medium', 'high', 'low', 'reserved'])
})

test('an advertisement in an atomic fragment is read and known as fragmented; behind other extension headers it is not', () => {
  const seen = (label: string) => [packetOf(label).extensions.map(({ header }) => header), isFragmented(packetOf(label)), raOf(label).options.length]
  expect(seen('in an atomic fragment')).toEqual([['fragment'], true, 1])
  expect(seen('inside a destination-options header')).toEqual([['destination'], false, 1])
  expect(seen('in a hop-by-hop header')).toEqual([['hop-by-hop'], false, 1])
})
