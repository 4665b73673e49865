/**
 * What makes a message of neighbour discovery invalid: RFC 4861 6.1.1 (RS), 6.1.2 (RA), 7.1.1 (NS), 7.1.2 (NA) and RFC 6980 (fragments).
 *
 * Each function names the first fault, or null. They look at the packet alone, so one that has reached five hundred hosts is judged once.
 * Reserved fields, unknown options and options that do not belong to the message are no fault (ND-3).
 */
import { typeOf, type Icmpv6 } from '../../wire/icmpv6.ts'
import { isFragmented, type Ipv6Packet } from '../../wire/ipv6.ts'
import type { NdOption } from '../../wire/nd-option.ts'
import type { MacText } from '../../base/ipv6.ts'
import { isGroup, isLinkLocal, isSolicitedNodeGroup, UNSPECIFIED } from './kinds.ts'

export type NdFault =
  | 'fragmented' | 'hop limit' | 'checksum' | 'code' | 'too short' | 'option of length zero' | 'option too long'
  | 'source not link-local' | 'link-layer address of nobody' | 'target is a group' | 'not to the solicited-node group' | 'solicited by a group'

const TYPES = { RS: 133, RA: 134, NS: 135, NA: 136 } as const
type Judged = keyof typeof TYPES

/** Is it one, if only by its number? What is too short for its type has no more than that. */
export const isMessage = (kind: Judged, { payload }: Ipv6Packet): boolean =>
  payload.kind !== 'protocol' && (payload.kind === kind || payload.kind === 'malformed' && typeOf(payload) === TYPES[kind])

/** ND-2: why a router discards a solicitation. */
export function rsFault(packet: Ipv6Packet): NdFault | null {
  return commonFault('RS', packet)
    ?? (packet.source === UNSPECIFIED && sourceLinkLayer(packet) !== null ? 'link-layer address of nobody' : null)
}

/** ND-44: why a host discards an advertisement. */
export function raFault(packet: Ipv6Packet): NdFault | null {
  return commonFault('RA', packet) ?? (isLinkLocal(packet.source) ? null : 'source not link-local')
}

/** ND-100, the first half. */
export function nsFault(packet: Ipv6Packet): NdFault | null {
  const fault = commonFault('NS', packet), { payload } = packet
  if (fault !== null || payload.kind !== 'NS') return fault
  if (isGroup(payload.target)) return 'target is a group'
  if (packet.source !== UNSPECIFIED) return null
  if (!isSolicitedNodeGroup(packet.destination)) return 'not to the solicited-node group'
  return sourceLinkLayer(packet) !== null ? 'link-layer address of nobody' : null
}

/** ND-100, the second half. */
export function naFault(packet: Ipv6Packet): NdFault | null {
  const fault = commonFault('NA', packet), { payload } = packet
  if (fault !== null || payload.kind !== 'NA') return fault
  if (isGroup(payload.target)) return 'target is a group'
  return payload.solicited && isGroup(packet.destination) ? 'solicited by a group' : null
}

/** The link-layer address that a message names as that of its source, or of its target; null: none. */
export const sourceLinkLayer = (packet: Ipv6Packet): MacText | null => linkLayer(packet.payload, 'source-link-layer')
export const targetLinkLayer = (packet: Ipv6Packet): MacText | null => linkLayer(packet.payload, 'target-link-layer')

/** The first link-layer address of an NS or NA is of another size than Ethernet's: no fault by the RFC, Linux discards the message (as measured). */
export function hasStrangeAddress({ payload }: Ipv6Packet): boolean {
  if (payload.kind !== 'NS' && payload.kind !== 'NA') return false
  const [kind, type] = payload.kind === 'NS' ? ['source-link-layer', 1] as const : ['target-link-layer', 2] as const
  return payload.options.find(option => option.kind === kind || option.kind === 'unknown' && option.type === type)?.kind === 'unknown'
}

function linkLayer(message: Ipv6Packet['payload'], kind: 'source-link-layer' | 'target-link-layer'): MacText | null {
  if (!('options' in message)) return null
  for (const option of message.options) if (option.kind === kind) return option.address
  return null
}

function commonFault(kind: Judged, packet: Ipv6Packet): NdFault | null {
  const { payload } = packet
  if (isFragmented(packet)) return 'fragmented'
  if (packet.hopLimit !== 255) return 'hop limit'
  if (payload.kind === 'protocol') return 'too short'
  if (payload.checksum !== undefined) return 'checksum'
  if (payload.code !== 0) return 'code'
  return payload.kind === kind ? optionFault(payload) : 'too short'
}

/** Sizes that make no sense are left as one malformed tail, its type and length in front. */
function optionFault(message: Icmpv6 & { readonly options: readonly NdOption[] }): NdFault | null {
  const last = message.options.at(-1)
  return last?.kind !== 'malformed' ? null : last.bytes.slice(2, 4) === '00' ? 'option of length zero' : 'option too long'
}
