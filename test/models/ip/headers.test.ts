/** Extension headers for which a packet is discarded. What is said of Linux was measured with advertisements sent to a kernel 6.18. */
import { expect, test } from 'vitest'
import { refusedBy } from '../../../src/models/ip/headers.ts'
import type { ExtensionHeader, Ipv6Packet } from '../../../src/wire/ipv6.ts'
import { decodeIpv6, encodeIpv6 } from '../../../src/wire/ipv6.ts'
import { fromHex } from '../../../src/wire/bytes.ts'
import { ra as advertisement } from './craft.ts'
import { pio, ra, ready } from '../slaac/lab.ts'

const behind = (...extensions: readonly ExtensionHeader[]): Ipv6Packet => ({ ...advertisement(), extensions })
const destination = (type: number): ExtensionHeader => ({ header: 'destination', options: [{ type, value: '00000000' }] })
const routing = (type: number, segmentsLeft: number): ExtensionHeader => ({ header: 'routing', type, segmentsLeft, data: '00000000' })
/** A destination header whose options are these octets. */
const written = (hex: string): Ipv6Packet => {
  const bytes = encodeIpv6(behind({ header: 'destination', options: [] })), options = fromHex(hex)!
  const longer = Uint8Array.from([...bytes.subarray(0, 41), (options.length + 2) / 8 - 1, ...options, ...bytes.subarray(48)])
  longer[5] = longer.length - 40
  return decodeIpv6(longer)!.packet
}

test.each<readonly [string, 'all' | 'linux' | null, Ipv6Packet]>([
  ['no header', null, behind()],
  ['padding alone', null, behind({ header: 'destination', options: [] })],
  ['an unknown option to step over', null, behind(destination(0x3f))],
  ['an unknown option to discard for', 'all', behind(destination(0x80))],
  ['a router alert', null, behind({ header: 'hop-by-hop', options: [{ type: 5, value: '0000' }] })],
  ['a router alert of another size', 'linux', behind({ header: 'hop-by-hop', options: [{ type: 5, value: '00' }] })],
  ['hop-by-hop options behind others', 'all', behind({ header: 'destination', options: [] }, { header: 'hop-by-hop', options: [] })],
  ['a route that is under way', 'all', behind(routing(2, 1))],
  ['a route that is done, to a group', 'linux', behind(routing(0, 0))],
  ['a route that is done, to a host', null, { ...behind(routing(0, 0)), destination: 'fe80::2' }],
  ['a route by segments, to a host', 'linux', { ...behind(routing(4, 0)), destination: 'fe80::2' }],
  ['seven bytes of padding', null, written('3f03000000' + '0105' + '0000000000' + '3f00')],
  ['fourteen bytes of padding', 'linux', written('010c' + '00'.repeat(12))],
  ['padding that is not of zeros', 'linux', written('010400000001')],
  ['nine options', 'linux', written('3f00'.repeat(9) + '01020000')],
])('%s: %s', (_name, who, packet) => expect(refusedBy(packet)).toBe(who))

test('a host of profile linux takes no advertisement behind a routing header, one of profile rfc does', () => {
  const seen = (['linux', 'rfc'] as const).map(profile => {
    const l = ready({}, { profile })
    l.say({ ...ra([pio()]), extensions: [routing(0, 0)] })
    return l.routes().length
  })
  expect(seen).toEqual([0, 2])
})
