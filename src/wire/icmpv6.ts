/**
 * ICMPv6 messages as plain data: neighbour discovery (RFC 4861 section 4), echo and errors (RFC 4443), listener discovery (mld.ts).
 *
 * Every message keeps what a receiver's checks ask for: its code, options with impossible lengths, and in `checksum` what the sender
 * wrote where that is wrong. A message too short for its type is `malformed`, one of another type `other`; both keep their bytes.
 * Fields that must be zero are in `reserved`, only where they are not.
 */
import type { Ipv6Text } from '../base/ipv6.ts'
import { addressAt, join, of16, of32, ofAddress, ofHex, toHex, u16, u32, type Hex } from './bytes.ts'
import { decodeQuery, decodeReport, decodeV1, encodeQuery, encodeReport, encodeV1, type MldQuery, type MldReport, type MldV1 } from './mld.ts'
import { decodeOptions, encodeOptions, lengthOfOptions, preferenceBits, preferenceOf, type NdOption, type RouterPreference } from './nd-option.ts'

export interface RouterSolicitation { readonly kind: 'RS'; readonly reserved?: number; readonly options: readonly NdOption[] }
export interface RouterAdvertisement {
  readonly kind: 'RA'
  /** For packets of those who hear it; 0: unspecified. */
  readonly hopLimit: number
  readonly managed: boolean
  readonly otherConfig: boolean
  readonly homeAgent: boolean
  readonly preference: RouterPreference
  /** The three low bits of the flags, of which RFC 4389 gave the first to proxies. */
  readonly reserved?: number
  readonly routerLifetimeSeconds: number
  readonly reachableTimeMillis: number
  readonly retransTimerMillis: number
  readonly options: readonly NdOption[]
}
export interface NeighbourSolicitation { readonly kind: 'NS'; readonly reserved?: number; readonly target: Ipv6Text; readonly options: readonly NdOption[] }
export interface NeighbourAdvertisement {
  readonly kind: 'NA'
  readonly router: boolean
  readonly solicited: boolean
  readonly override: boolean
  readonly reserved?: number
  readonly target: Ipv6Text
  readonly options: readonly NdOption[]
}
export interface Redirect { readonly kind: 'redirect'; readonly reserved?: number; readonly target: Ipv6Text; readonly destination: Ipv6Text; readonly options: readonly NdOption[] }
export interface Echo { readonly kind: 'echo-request' | 'echo-reply'; readonly identifier: number; readonly sequence: number; readonly data: Hex }
/** `parameter`: the MTU of a `too-big`, the pointer of a `parameter-problem`, unused otherwise. */
export interface Icmpv6Error {
  readonly kind: 'unreachable' | 'too-big' | 'time-exceeded' | 'parameter-problem'
  readonly parameter: number
  /** The packet that caused it, as much of it as fits. */
  readonly invoking: Hex
}
export interface Unread { readonly kind: 'malformed' | 'other'; readonly type: number; readonly body: Hex }

type Message =
  | RouterSolicitation | RouterAdvertisement | NeighbourSolicitation | NeighbourAdvertisement | Redirect
  | Echo | Icmpv6Error | MldReport | MldQuery | MldV1 | Unread

export type Icmpv6 = Message & {
  readonly code: number
  /** What the sender wrote, where it is not the right one. */
  readonly checksum?: number
}

/** The type byte of each kind of message. */
export const MESSAGE_TYPES = {
  unreachable: 1, 'too-big': 2, 'time-exceeded': 3, 'parameter-problem': 4, 'echo-request': 128, 'echo-reply': 129,
  'mld-query': 130, 'mld-v1-report': 131, 'mld-v1-done': 132, RS: 133, RA: 134, NS: 135, NA: 136, redirect: 137, 'mld-report': 143,
} as const

export const typeOf = (message: Icmpv6): number => message.kind === 'malformed' || message.kind === 'other' ? message.type : MESSAGE_TYPES[message.kind]

/** A message as it is sent, its checksum field zero: the packet around it has what the sum needs. */
export const encodeIcmpv6 = (message: Icmpv6): Uint8Array => join(Uint8Array.of(typeOf(message), message.code, 0, 0), bodyOf(message))

/** Its length, mostly without making it. */
export function lengthOfIcmpv6(message: Icmpv6): number {
  switch (message.kind) {
    case 'RS': return 8 + lengthOfOptions(message.options)
    case 'RA': return 16 + lengthOfOptions(message.options)
    case 'NS':
    case 'NA': return 24 + lengthOfOptions(message.options)
    case 'mld-report': return 8 + message.records.reduce((sum, { sources, auxiliary = '' }) => sum + 20 + 16 * sources.length + auxiliary.length / 2, 0)
    default: return encodeIcmpv6(message).length
  }
}

/** At least four bytes. The checksum is not looked at here. */
export function decodeIcmpv6(bytes: Uint8Array): Icmpv6 {
  const type = bytes[0]!, code = bytes[1]!, kind = KINDS.get(type), body = bytes.subarray(4)
  if (kind === undefined) return { kind: 'other', type, code, body: toHex(body) }
  return { ...(read(kind, body) ?? { kind: 'malformed', type, body: toHex(body) }), code }
}

type Kind = keyof typeof MESSAGE_TYPES
const KINDS: ReadonlyMap<number, Kind> = new Map((Object.keys(MESSAGE_TYPES) as Kind[]).map(kind => [MESSAGE_TYPES[kind], kind]))

function read(kind: Kind, b: Uint8Array): Message | undefined {
  switch (kind) {
    case 'RS': return b.length < 4 ? undefined : { kind, ...kept(u32(b, 0)), options: decodeOptions(b.subarray(4)) }
    case 'RA': return b.length < 12 ? undefined : {
      kind, hopLimit: b[0]!, managed: (b[1]! & 0x80) !== 0, otherConfig: (b[1]! & 0x40) !== 0, homeAgent: (b[1]! & 0x20) !== 0,
      preference: preferenceOf(b[1]! >> 3), ...kept(b[1]! & 7),
      routerLifetimeSeconds: u16(b, 2), reachableTimeMillis: u32(b, 4), retransTimerMillis: u32(b, 8), options: decodeOptions(b.subarray(12)),
    }
    case 'NS': return b.length < 20 ? undefined : { kind, ...kept(u32(b, 0)), target: addressAt(b, 4), options: decodeOptions(b.subarray(20)) }
    case 'NA': return b.length < 20 ? undefined : {
      kind, router: (b[0]! & 0x80) !== 0, solicited: (b[0]! & 0x40) !== 0, override: (b[0]! & 0x20) !== 0, ...kept(u32(b, 0) % 0x20000000),
      target: addressAt(b, 4), options: decodeOptions(b.subarray(20)),
    }
    case 'redirect': return b.length < 36 ? undefined : {
      kind, ...kept(u32(b, 0)), target: addressAt(b, 4), destination: addressAt(b, 20), options: decodeOptions(b.subarray(36)),
    }
    case 'echo-request':
    case 'echo-reply': return b.length < 4 ? undefined : { kind, identifier: u16(b, 0), sequence: u16(b, 2), data: toHex(b.subarray(4)) }
    case 'unreachable':
    case 'too-big':
    case 'time-exceeded':
    case 'parameter-problem': return b.length < 4 ? undefined : { kind, parameter: u32(b, 0), invoking: toHex(b.subarray(4)) }
    case 'mld-report': return decodeReport(b)
    case 'mld-query': return decodeQuery(b)
    case 'mld-v1-report':
    case 'mld-v1-done': return decodeV1(kind, b)
  }
}

/** What follows type, code and checksum. */
function bodyOf(m: Icmpv6): Uint8Array {
  switch (m.kind) {
    case 'RS': return join(of32(m.reserved ?? 0), encodeOptions(m.options))
    case 'RA': return join(
      Uint8Array.of(m.hopLimit, bit(m.managed, 0x80) | bit(m.otherConfig, 0x40) | bit(m.homeAgent, 0x20) | preferenceBits(m.preference) << 3 | (m.reserved ?? 0)),
      of16(m.routerLifetimeSeconds), of32(m.reachableTimeMillis), of32(m.retransTimerMillis), encodeOptions(m.options))
    case 'NS': return join(of32(m.reserved ?? 0), ofAddress(m.target), encodeOptions(m.options))
    case 'NA': return join(
      of32((bit(m.router, 0x80) | bit(m.solicited, 0x40) | bit(m.override, 0x20)) * 0x1000000 + (m.reserved ?? 0)), ofAddress(m.target), encodeOptions(m.options))
    case 'redirect': return join(of32(m.reserved ?? 0), ofAddress(m.target), ofAddress(m.destination), encodeOptions(m.options))
    case 'echo-request':
    case 'echo-reply': return join(of16(m.identifier), of16(m.sequence), ofHex(m.data))
    case 'unreachable':
    case 'too-big':
    case 'time-exceeded':
    case 'parameter-problem': return join(of32(m.parameter), ofHex(m.invoking))
    case 'mld-report': return encodeReport(m)
    case 'mld-query': return encodeQuery(m)
    case 'mld-v1-report':
    case 'mld-v1-done': return encodeV1(m)
    case 'malformed':
    case 'other': return ofHex(m.body)
  }
}

const bit = (on: boolean, value: number): number => on ? value : 0
/** A reserved field, only where a sender used it. */
const kept = (reserved: number): { reserved?: number } => reserved === 0 ? {} : { reserved }
