import { expect, test } from 'vitest'
import {
  canonicalIpv6, commonPrefixLength, eui64, formatIpv6, formatMac, formatPrefix, isLinkLocal, isLoopback, isMulticast, isSiteLocal, isUniqueLocal, isUnspecified, isWithin,
  linkLocalOf, macOfGroup, masked, parseIpv6, parseMac, parsePrefix, solicitedNodeGroup, withIdentifier,
} from '../../src/base/ipv6.ts'

const bytes = (text: string): Uint8Array => parseIpv6(text)!
const mac = (text: string): Uint8Array => parseMac(text)!

test.each([
  ['2001:0DB8:0:0:8:0800:200C:417A', '2001:db8::8:800:200c:417a'],
  ['fec0:301:0:1234::', 'fec0:301:0:1234::'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['::0001', '::1'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['::FFFF:192.0.2.1', '::ffff:192.0.2.1'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
])('ND-72 %s is written %s', (text, canonical) => {
  expect(canonicalIpv6(text)).toBe(canonical)
})

test.each([
  '', ':', ':::', '1:', ':1', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4::5:6:7:8', '1::2::3', '12345::', 'g::', 'fe80::1%eth0', '[::1]', ' ::1', '::1 ',
  '1.2.3.4', '::1.2.3', '::1.2.3.256', '::01.2.3.4', '::1.2.3.4:5', '1.2.3.4::', '1:2:3:4:5:6:7:1.2.3.4', '-1::', '::1/64',
])('%o is no address', text => {
  expect(parseIpv6(text)).toBeUndefined()
})

test('ND-72 the prefix of the founding configuration is read with its length, and its host bits stay', () => {
  expect(formatPrefix(parsePrefix('fec0:301:0:1234::/64')!)).toBe('fec0:301:0:1234::/64')
  expect(formatPrefix(parsePrefix('2001:DB8::5/64')!)).toBe('2001:db8::5/64')
  expect(formatIpv6(masked(bytes('2001:db8::ffff:5'), 115))).toBe('2001:db8::ffff:0')
  for (const text of ['::', '::/', '::/129', '::/-1', '::/1e1', '::/ 64', '::/64/', 'x/64', '/64']) expect(parsePrefix(text), text).toBeUndefined()
})

test('an address is within a prefix when the bits up to its length are equal', () => {
  const within = (address: string, prefix: string): boolean => isWithin(bytes(address), parsePrefix(prefix)!)
  expect([within('2001:db8:8000::1', '2001:db8:8000::/33'), within('2001:db8:7fff::1', '2001:db8:8000::/33')]).toEqual([true, false])
  expect([within('::1', '2001:db8::/0'), within('::1', '::1/128'), within('::2', '::1/128')]).toEqual([true, true, false])
  expect([['::', '::1'], ['fe80::', 'fec0::'], ['8000::', '::'], ['::1', '::1']].map(([a, b]) => commonPrefixLength(bytes(a!), bytes(b!)))).toEqual([127, 9, 0, 128])
})

test('ND-71 fec0::/10 is unicast of its own kind, neither link-local nor unique local', () => {
  const kinds = { isUnspecified, isLoopback, isMulticast, isLinkLocal, isSiteLocal, isUniqueLocal }
  const of = (text: string): string[] => Object.entries(kinds).filter(([, is]) => is(bytes(text))).map(([name]) => name)
  expect(['fec0:301:0:1234::1', 'feff::1'].map(of)).toEqual([['isSiteLocal'], ['isSiteLocal']])
  expect(['fe80::1', 'febf::1', 'fc00::1', 'fd00::1', 'ff02::1', '::', '::1', '2001:db8::1', '100::1', '::ff'].map(of)).toEqual(
    [['isLinkLocal'], ['isLinkLocal'], ['isUniqueLocal'], ['isUniqueLocal'], ['isMulticast'], ['isUnspecified'], ['isLoopback'], [], [], []])
})

test('ND-67 a MAC address becomes an EUI-64 identifier with the universal bit flipped, equal under every prefix', () => {
  expect(formatIpv6(linkLocalOf(mac('02:00:00:00:0a:01')))).toBe('fe80::ff:fe00:a01')
  const identifier = eui64(mac('00-09-6B-AA-BB-CC'))
  expect(formatIpv6(withIdentifier(bytes('fec0:301:0:1234::'), identifier))).toBe('fec0:301:0:1234:209:6bff:feaa:bbcc')
  expect(formatIpv6(withIdentifier(bytes('2001:db8::'), identifier))).toBe('2001:db8::209:6bff:feaa:bbcc')
})

test('the solicited-node group has the last 24 bits of the address, and its MAC address the last 32 of the group', () => {
  const group = solicitedNodeGroup(bytes('fe80::ff:fe00:c01'))
  expect([formatIpv6(group), formatMac(macOfGroup(group))]).toEqual(['ff02::1:ff00:c01', '33:33:ff:00:0c:01'])
})

test('a MAC address has six bytes and one kind of separator', () => {
  expect(formatMac(mac('02-AB-00-00-0a-FF'))).toBe('02:ab:00:00:0a:ff')
  for (const text of ['', '02:00:00:00:0a', '02:00:00:00:0a:01:02', '02:00-00:00:0a:01', '2:0:0:0:a:1', '02:00:00:00:0a:0g']) expect(parseMac(text), text).toBeUndefined()
})
