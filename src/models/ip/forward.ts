/**
 * A router at work (RFC 8200, RFC 4291 2.5.6): a packet for somebody else leaves by the interface that the table names, its hop limit
 * one less. Addresses of a link stay on their link, groups are not routed, and a node that does not forward drops what is not its own.
 */
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { Cx } from './context.ts'
import type { IpFact } from './events.ts'
import { BEYOND_SCOPE, NO_ROUTE, sendError } from './errors.ts'
import { isGroup, isLinkLocal, LOOPBACK, UNSPECIFIED } from './kinds.ts'
import { nextHop } from './routes.ts'
import { putOnLink } from './send.ts'
import type { InterfaceId, IpState } from './state.ts'

type Reason = Extract<IpFact, { type: 'ip.packetDropped' }>['reason']

/** `id`: the interface it came in by. */
export function forward(s: IpState, id: InterfaceId, packet: Ipv6Packet, cx: Cx): void {
  const { node } = s.interfaces[id]!, { source, destination, hopLimit } = packet
  const drop = (reason: Reason): void => cx.emit({ type: 'ip.packetDropped', node, reason, destination })
  if (isGroup(destination) || isLinkLocal(destination) || destination === LOOPBACK || source === UNSPECIFIED) return
  if (!s.nodes[node]!.forwarding) return drop('not forwarding')
  if (isLinkLocal(source)) return sendError(s, node, packet, 'unreachable', BEYOND_SCOPE, id, cx)
  if (hopLimit <= 1) {
    drop('hop limit')
    return sendError(s, node, packet, 'time-exceeded', 0, null, cx)
  }
  const hop = nextHop(s, node, destination, null, cx)
  if (hop === undefined) {
    drop('no route')
    return sendError(s, node, packet, 'unreachable', NO_ROUTE, null, cx)
  }
  putOnLink(s, hop.interface, { ...packet, hopLimit: hopLimit - 1 }, hop.address, cx)
}
