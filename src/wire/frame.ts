/**
 * Ethernet frames with their VLAN tags (IEEE 802.3 and 802.1Q): the outermost thing on a wire. Decoding loses nothing: for all bytes
 * that are long enough for a header, `encodeFrame(decodeFrame(bytes))` is those bytes again. What is not understood stays bytes.
 */
import type { MacText } from '../base/ipv6.ts'
import { formatMac } from '../base/ipv6.ts'
import { join, of16, ofHex, ofMac, toHex, u16, type Hex } from './bytes.ts'
import { decodeIpv6, encodeIpv6, lengthOfIpv6, type Ipv6Packet } from './ipv6.ts'

export interface VlanTag {
  readonly vlan: number
  readonly priority: number
  readonly dropEligible: boolean
  /** Only for tags of a provider (0x88a8). */
  readonly provider?: true
}

/** What is no IPv6 packet, or none whose lengths agree. */
export interface RawPayload { readonly kind: 'raw'; readonly etherType: number; readonly bytes: Hex }

export interface Frame {
  readonly destination: MacText
  readonly source: MacText
  /** Outermost first. */
  readonly tags: readonly VlanTag[]
  readonly payload: Ipv6Packet | RawPayload
  /** Bytes behind the packet, such as the padding of short frames; only where there are some. */
  readonly trailer?: Hex
}

const IPV6 = 0x86dd, CUSTOMER_TAG = 0x8100, PROVIDER_TAG = 0x88a8

export function encodeFrame({ destination, source, tags, payload, trailer = '' }: Frame): Uint8Array {
  return join(
    ofMac(destination), ofMac(source),
    ...tags.map(({ vlan, priority, dropEligible, provider }) =>
      join(of16(provider ? PROVIDER_TAG : CUSTOMER_TAG), of16(priority << 13 | (dropEligible ? 0x1000 : 0) | vlan))),
    ...(payload.kind === 'raw' ? [of16(payload.etherType), ofHex(payload.bytes)] : [of16(IPV6), encodeIpv6(payload)]),
    ofHex(trailer))
}

/** How many bytes a frame takes: a switch that counts octets need not make them. */
export const lengthOfFrame = ({ tags, payload, trailer = '' }: Frame): number =>
  14 + 4 * tags.length + (payload.kind === 'raw' ? payload.bytes.length / 2 : lengthOfIpv6(payload)) + trailer.length / 2

/** Undefined for fewer than 14 bytes. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes.length < 14) return undefined
  const tags: VlanTag[] = []
  let at = 12
  for (; isTag(u16(bytes, at)) && bytes.length >= at + 6; at += 4) {
    const control = u16(bytes, at + 2)
    tags.push({ vlan: control & 0xfff, priority: control >> 13, dropEligible: (control & 0x1000) !== 0, ...(u16(bytes, at) === PROVIDER_TAG ? { provider: true } : {}) })
  }
  const etherType = u16(bytes, at), rest = bytes.subarray(at + 2), read = etherType === IPV6 ? decodeIpv6(rest) : undefined
  const head = { destination: formatMac(bytes, 0), source: formatMac(bytes, 6), tags }
  if (read === undefined) return { ...head, payload: { kind: 'raw', etherType, bytes: toHex(rest) } }
  return { ...head, payload: read.packet, ...(read.length < rest.length ? { trailer: toHex(rest.subarray(read.length)) } : {}) }
}

const isTag = (etherType: number): boolean => etherType === CUSTOMER_TAG || etherType === PROVIDER_TAG
