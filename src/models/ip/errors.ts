/**
 * Packets that come to nothing, and the ICMPv6 errors that say so to their senders (RFC 4443 section 3). No error answers an error or
 * what went to a group; packets from nobody do not come here. Left out: Packet Too Big, the limit on their rate.
 */
import { toHex } from '../../wire/bytes.ts'
import { encodeIpv6, type Ipv6Packet } from '../../wire/ipv6.ts'
import type { Cx } from './context.ts'
import { isGroup } from './kinds.ts'
import { putOnLink, wayTo } from './send.ts'
import { selectSource } from './source.ts'
import type { InterfaceId, IpState, NodeId } from './state.ts'

/** Codes of Destination Unreachable. */
export const NO_ROUTE = 0, BEYOND_SCOPE = 2, ADDRESS_UNREACHABLE = 3
/** The packet that caused it goes along, as much as fits into the least MTU. */
const MOST_INVOKING = 1280 - 40 - 8

/** `through`: the interface the packet came in by, for senders that are known on their link only. */
export function sendError(s: IpState, node: NodeId, packet: Ipv6Packet, kind: 'unreachable' | 'time-exceeded', code: number, through: InterfaceId | null, cx: Cx): void {
  if (isGroup(packet.destination) || isError(packet)) return
  const way = wayTo(s, node, packet.source, through, cx), source = way && selectSource(s, way.interface, packet.source)
  if (way === undefined || source === undefined) return
  putOnLink(s, way.interface, {
    kind: 'ipv6', source, destination: packet.source, hopLimit: s.interfaces[way.interface]!.hopLimit, trafficClass: 0, flowLabel: 0, extensions: [],
    payload: { kind, code, parameter: 0, invoking: toHex(encodeIpv6(packet).subarray(0, MOST_INVOKING)) },
  }, way.address, cx)
}

const ERRORS: ReadonlySet<string> = new Set(['unreachable', 'too-big', 'time-exceeded', 'parameter-problem'])
export const isError = ({ payload: { kind } }: Ipv6Packet): boolean => ERRORS.has(kind)
