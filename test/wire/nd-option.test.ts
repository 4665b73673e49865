import { expect, test } from 'vitest'
import { ofHex, toHex } from '../../src/wire/bytes.ts'
import { decodeOptions, encodeOption } from '../../src/wire/nd-option.ts'

const MTU = '0501000000000578'
const kinds = (hex: string): string[] => decodeOptions(ofHex(hex)).map(({ kind }) => kind)
const zeros = (octets: number): string => '00'.repeat(octets)

test('ND-31 a route of length 0 may take one unit, up to 64 two, above 64 three; with fewer it is no route, and what follows is read', () => {
  const route = (units: number, length: number): string => `180${units}${length.toString(16).padStart(2, '0')}0000000258${zeros(8 * (units - 1))}`
  expect([[1, 0], [2, 64], [3, 65], [3, 0]].map(([units, length]) => kinds(route(units!, length!) + MTU))).toEqual(new Array(4).fill(['route', 'mtu']))
  expect([[1, 1], [2, 65], [3, 129]].map(([units, length]) => kinds(route(units!, length!) + MTU))).toEqual(new Array(3).fill(['unknown', 'mtu']))
  expect(kinds(`1804${zeros(30)}${MTU}`)).toEqual(['unknown', 'mtu'])
})

test('ND-34 RDNSS has an odd length of at least 3, DNSSL at least 2 and whole names; a bad one is discarded alone', () => {
  const units = (type: string, n: number): string => `${type}0${n}${zeros(8 * n - 2)}`
  expect([1, 2, 3, 4, 5].map(n => kinds(units('19', n) + MTU)[0])).toEqual(['unknown', 'unknown', 'rdnss', 'unknown', 'rdnss'])
  const names = (field: string): string => `1f03000000000258${field.padEnd(32, '0')}${MTU}`
  expect(decodeOptions(ofHex(names('076578616d706c65036f726700')))).toEqual([{ kind: 'dnssl', lifetimeSeconds: 600, names: ['example.org'] }, { kind: 'mtu', mtu: 1400 }])
  // A compression pointer, a label past the end, a byte behind the padding, no name at all.
  for (const bad of ['c00c', '3f6578', `0161${zeros(8)}01`, '']) expect(kinds(names(bad)), bad).toEqual(['unknown', 'mtu'])
  expect(kinds(`1f01000000000258${MTU}`)).toEqual(['unknown', 'mtu'])
})

test('ND-37 captive portal and NAT64 prefix are read and carried', () => {
  const portal = `2503${toHex(Uint8Array.from('https://portal.x/', c => c.charCodeAt(0)))}`.padEnd(48, '0'), nat64 = '2602025b20010db800640000000000000000'.slice(0, 32)
  const options = decodeOptions(ofHex(portal + nat64))
  expect(options).toEqual([
    { kind: 'captive-portal', uri: 'https://portal.x/' },
    { kind: 'nat64-prefix', prefix: '2001:db8:64::', length: 48, lifetimeSeconds: 600 },
  ])
  expect(options.map(option => toHex(encodeOption(option))).join('')).toBe(portal + nat64)
})

test('bits that mean nothing do not hide what an option says, and are sent again as they came', () => {
  const odd = '0501abcd00000578', [option] = decodeOptions(ofHex(odd))
  expect(option).toEqual({ kind: 'mtu', mtu: 1400, asReceived: odd })
  expect(toHex(encodeOption(option!))).toBe(odd)
})
