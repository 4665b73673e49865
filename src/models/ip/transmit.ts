/**
 * The way out for packets to groups: nothing is resolved, the group's MAC address follows from its address (RFC 2464 section 7).
 *
 * Groups come back again and again, so their MAC addresses are remembered; the result depends on the address alone. An interface that
 * does not run sends nothing: its node is down or hangs, its carrier is gone, or IPv6 is off.
 */
import { formatMac, macOfGroup, parseIpv6, type Ipv6Text, type MacText } from '../../base/ipv6.ts'
import { must } from '../../base/assert.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { Cx } from './context.ts'
import type { InterfaceId, IpState } from './state.ts'

const groupMacs = new Map<Ipv6Text, MacText>()
const MOST_REMEMBERED = 4096

/** `33:33:ff:00:0c:01` for `ff02::1:ff00:c01`. */
export function groupMac(group: Ipv6Text): MacText {
  const known = groupMacs.get(group)
  if (known !== undefined) return known
  if (groupMacs.size >= MOST_REMEMBERED) groupMacs.clear()
  const mac = formatMac(macOfGroup(must(parseIpv6(group), 'a group is an address')))
  groupMacs.set(group, mac)
  return mac
}

/** Sends a packet whose destination is a group, at once. */
export function transmit(s: IpState, id: InterfaceId, packet: Ipv6Packet, cx: Cx): void {
  transmitTo(s, id, groupMac(packet.destination), packet, cx)
}

/** Sends a packet to a neighbour, or a group, whose MAC address is known. */
export function transmitTo(s: IpState, id: InterfaceId, destination: MacText, packet: Ipv6Packet, cx: Cx): void {
  const i = s.interfaces[id]!
  if (!i.running || s.nodes[i.node]!.hung) return
  cx.emit({ type: 'net.transmit', ports: [id], frame: { destination, source: i.mac, tags: [], payload: packet } })
}
