/**
 * Options of neighbour discovery: type, length in units of eight bytes, value. RFC 4861 4.6, 4191 2.3 (routes), 6275 7.3 and 7.4
 * (interval, home agent), 3971 5.3.2 (nonce), 8106 (DNS), 8910 (captive portal), 8781 (NAT64 prefix), 9762 (the P bit).
 *
 * Nothing is lost: an option that is unknown, or known with a length it must not have, is kept as type and bytes, as receivers have
 * to step over it; where the sizes themselves make no sense (length zero, past the end) all that is left is one `malformed` tail.
 * Bits that mean nothing are kept in `asReceived`, which the encoder then repeats; whoever alters such an option takes that away.
 */
import { assert, must } from '../base/assert.ts'
import { formatMac, type Ipv6Text, type MacText } from '../base/ipv6.ts'
import { addressAt, join, of16, of32, ofAddress, ofHex, ofMac, padded, sameBytes, toHex, u16, u32, type Hex } from './bytes.ts'
import { decodeNames, encodeName } from './names.ts'

/** Two bits (RFC 4191 2.1). Receivers take `reserved` for medium in a header, and ignore a route that has it. */
export type RouterPreference = 'high' | 'medium' | 'low' | 'reserved'

/** A lifetime that does not end. */
export const INFINITE_SECONDS = 0xffffffff

export type NdOption = (
  | { readonly kind: 'source-link-layer' | 'target-link-layer'; readonly address: MacText }
  | {
      readonly kind: 'prefix'
      /** With the bits behind its length, as sent. */
      readonly prefix: Ipv6Text
      /** As sent: above 128 it says that the sender is wrong, and receivers ignore the option. */
      readonly length: number
      readonly onLink: boolean
      readonly autonomous: boolean
      readonly routerAddress: boolean
      readonly dhcpv6PdPreferred: boolean
      readonly validSeconds: number
      readonly preferredSeconds: number
    }
  | { readonly kind: 'redirected-header'; readonly packet: Hex }
  | { readonly kind: 'mtu'; readonly mtu: number }
  | { readonly kind: 'interval'; readonly intervalMillis: number }
  | { readonly kind: 'home-agent'; readonly mobileRouters: boolean; readonly preference: number; readonly lifetimeSeconds: number }
  | { readonly kind: 'nonce'; readonly nonce: Hex }
  | {
      readonly kind: 'route'
      readonly prefix: Ipv6Text
      readonly length: number
      readonly preference: RouterPreference
      readonly lifetimeSeconds: number
      /** The size of the option: 1, 2 or 3 units of eight bytes, enough for the length. */
      readonly units: number
    }
  | { readonly kind: 'rdnss'; readonly lifetimeSeconds: number; readonly servers: readonly Ipv6Text[] }
  | { readonly kind: 'dnssl'; readonly lifetimeSeconds: number; readonly names: readonly string[] }
  | { readonly kind: 'captive-portal'; readonly uri: string }
  /** `length` is the prefix length that the code stands for: 96, 64, 56, 48, 40 or 32. */
  | { readonly kind: 'nat64-prefix'; readonly prefix: Ipv6Text; readonly length: number; readonly lifetimeSeconds: number }
  | { readonly kind: 'unknown'; readonly type: number; readonly bytes: Hex }
  | { readonly kind: 'malformed'; readonly bytes: Hex }
) & { readonly asReceived?: Hex }

/** The types by number, as the registry of ICMPv6 parameters has them. */
export const OPTION_TYPES = {
  'source-link-layer': 1, 'target-link-layer': 2, prefix: 3, 'redirected-header': 4, mtu: 5, interval: 7, 'home-agent': 8,
  nonce: 14, route: 24, rdnss: 25, dnssl: 31, 'captive-portal': 37, 'nat64-prefix': 38,
} as const

const PREFERENCES: readonly RouterPreference[] = ['medium', 'high', 'reserved', 'low']
export const preferenceOf = (bits: number): RouterPreference => PREFERENCES[bits & 3]!
export const preferenceBits = (preference: RouterPreference): number => PREFERENCES.indexOf(preference)

/** Prefix lengths of RFC 8781 by their code. */
const NAT64_LENGTHS: readonly number[] = [96, 64, 56, 48, 40, 32]

export function decodeOptions(bytes: Uint8Array): NdOption[] {
  const options: NdOption[] = []
  for (let at = 0; at < bytes.length;) {
    const size = 8 * (bytes[at + 1] ?? 0)
    if (size === 0 || at + size > bytes.length) {
      options.push({ kind: 'malformed', bytes: toHex(bytes.subarray(at)) })
      break
    }
    options.push(decodeOption(bytes.subarray(at, at + size)))
    at += size
  }
  return options
}

export const encodeOptions = (options: readonly NdOption[]): Uint8Array => join(...options.map(encodeOption))

/** The bytes of one option, its type and length in front. */
export function encodeOption(option: NdOption): Uint8Array {
  if (option.asReceived !== undefined) return ofHex(option.asReceived)
  if (option.kind === 'malformed') return ofHex(option.bytes)
  const type = option.kind === 'unknown' ? option.type : OPTION_TYPES[option.kind]
  const bytes = padded(join(Uint8Array.of(type, 0), valueOf(option)), 8)
  assert(bytes.length <= 255 * 8, 'an option has room for its value')
  bytes[1] = bytes.length / 8
  return bytes
}

/** How many bytes options take; those that every advertisement has are not made for that. */
export function lengthOfOptions(options: readonly NdOption[]): number {
  let octets = 0
  for (const option of options) octets += option.asReceived !== undefined ? option.asReceived.length / 2 : USUAL_LENGTHS[option.kind] ?? encodeOption(option).length
  return octets
}
const USUAL_LENGTHS: Readonly<Partial<Record<NdOption['kind'], number>>> = { 'source-link-layer': 8, 'target-link-layer': 8, prefix: 32, mtu: 8 }

/** One whole option, at least eight bytes long. */
function decodeOption(bytes: Uint8Array): NdOption {
  const option = read(bytes)
  if (option === undefined) return { kind: 'unknown', type: bytes[0]!, bytes: toHex(bytes.subarray(2)) }
  return sameBytes(encodeOption(option), bytes) ? option : { ...option, asReceived: toHex(bytes) }
}

function read(b: Uint8Array): NdOption | undefined {
  const units = b[1]!, flag = (at: number, bit: number): boolean => (b[at]! & bit) !== 0
  switch (b[0]) {
    // The option says nothing of the length of an address; on Ethernet one unit holds exactly six bytes.
    case 1: return units === 1 ? { kind: 'source-link-layer', address: formatMac(b, 2) } : undefined
    case 2: return units === 1 ? { kind: 'target-link-layer', address: formatMac(b, 2) } : undefined
    case 3: return units !== 4 ? undefined : {
      kind: 'prefix', prefix: addressAt(b, 16), length: b[2]!,
      onLink: flag(3, 0x80), autonomous: flag(3, 0x40), routerAddress: flag(3, 0x20), dhcpv6PdPreferred: flag(3, 0x10),
      validSeconds: u32(b, 4), preferredSeconds: u32(b, 8),
    }
    case 4: return { kind: 'redirected-header', packet: toHex(b.subarray(8)) }
    case 5: return units === 1 ? { kind: 'mtu', mtu: u32(b, 4) } : undefined
    case 7: return units === 1 ? { kind: 'interval', intervalMillis: u32(b, 4) } : undefined
    case 8: return units === 1 ? { kind: 'home-agent', mobileRouters: flag(2, 0x80), preference: u16(b, 4), lifetimeSeconds: u16(b, 6) } : undefined
    case 14: return { kind: 'nonce', nonce: toHex(b.subarray(2)) }
    case 24: return units > 3 || b[2]! > 128 || unitsForRoute(b[2]!) > units ? undefined : {
      kind: 'route', prefix: addressAt(join(b.subarray(8), new Uint8Array(16)), 0), length: b[2]!,
      preference: preferenceOf(b[3]! >> 3), lifetimeSeconds: u32(b, 4), units,
    }
    case 25: return units < 3 || units % 2 === 0 ? undefined : {
      kind: 'rdnss', lifetimeSeconds: u32(b, 4), servers: Array.from({ length: (units - 1) / 2 }, (_, n) => addressAt(b, 8 + 16 * n)),
    }
    case 31: {
      const names = units < 2 ? undefined : decodeNames(b.subarray(8))
      return names === undefined || names.length === 0 ? undefined : { kind: 'dnssl', lifetimeSeconds: u32(b, 4), names }
    }
    case 37: {
      const end = b.indexOf(0, 2), uri = b.subarray(2, end < 0 ? b.length : end)
      return uri.every(byte => byte < 0x80) ? { kind: 'captive-portal', uri: String.fromCharCode(...uri) } : undefined
    }
    case 38: {
      const length = NAT64_LENGTHS[b[3]! & 7]
      return units !== 2 || length === undefined ? undefined : {
        kind: 'nat64-prefix', prefix: addressAt(join(b.subarray(4), new Uint8Array(4)), 0), length, lifetimeSeconds: u16(b, 2) & ~7,
      }
    }
    default: return undefined
  }
}

/** The units that a route of this prefix length needs at least (RFC 4191 2.3). */
export const unitsForRoute = (length: number): number => length === 0 ? 1 : length <= 64 ? 2 : 3

/** What follows type and length, before padding. */
function valueOf(option: Exclude<NdOption, { kind: 'malformed' }>): Uint8Array {
  switch (option.kind) {
    case 'source-link-layer':
    case 'target-link-layer': return ofMac(option.address)
    case 'prefix': return join(
      Uint8Array.of(option.length, bit(option.onLink, 0x80) | bit(option.autonomous, 0x40) | bit(option.routerAddress, 0x20) | bit(option.dhcpv6PdPreferred, 0x10)),
      of32(option.validSeconds), of32(option.preferredSeconds), new Uint8Array(4), ofAddress(option.prefix))
    case 'redirected-header': return join(new Uint8Array(6), ofHex(option.packet))
    case 'mtu': return join(of16(0), of32(option.mtu))
    case 'interval': return join(of16(0), of32(option.intervalMillis))
    case 'home-agent': return join(of16(bit(option.mobileRouters, 0x8000)), of16(option.preference), of16(option.lifetimeSeconds))
    case 'nonce': return ofHex(option.nonce)
    case 'route':
      assert(option.units >= unitsForRoute(option.length) && option.units <= 3, 'a route option has room for its prefix')
      return join(Uint8Array.of(option.length, preferenceBits(option.preference) << 3), of32(option.lifetimeSeconds),
        ofAddress(option.prefix).subarray(0, 8 * (option.units - 1)))
    case 'rdnss': return join(of16(0), of32(option.lifetimeSeconds), ...option.servers.map(ofAddress))
    case 'dnssl': return join(of16(0), of32(option.lifetimeSeconds), ...option.names.map(name => must(encodeName(name), 'a DNSSL option holds domain names')))
    case 'captive-portal': return Uint8Array.from(option.uri, character => character.charCodeAt(0))
    case 'nat64-prefix': return join(of16(option.lifetimeSeconds & ~7 | NAT64_LENGTHS.indexOf(option.length)), ofAddress(option.prefix).subarray(0, 12))
    case 'unknown': return ofHex(option.bytes)
  }
}

const bit = (on: boolean, value: number): number => on ? value : 0
