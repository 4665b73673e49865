/**
 * The ways out of a node: onto a link, where nothing is routed, and by the routing table.
 */
import type { Ipv6Text } from '../../base/ipv6.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { Cx } from './context.ts'
import type { IpRequest } from './events.ts'
import { ALL_NODES, isGroup } from './kinds.ts'
import { sendTo } from './neighbours.ts'
import { nextHop, type NextHop } from './routes.ts'
import { transmit } from './transmit.ts'
import type { InterfaceId, IpState, NodeId } from './state.ts'
import * as texts from './texts.ts'

type SendOnLink = Extract<IpRequest, { type: 'ip.sendOnLink' }>

/** Source, hop limit and all are the caller's. */
export function sendOnLink(s: IpState, { interface: id, packet, loop }: SendOnLink, cx: Cx): void {
  const i = s.interfaces[id]
  if (i === undefined) return cx.refuse(texts.noSuchDevice(id))
  if (!i.running) return
  // What goes to a group changes nothing.
  if (!isGroup(packet.destination)) s.revision++
  putOnLink(s, id, packet, packet.destination, cx)
  if (loop === true && isRouterMessage(packet) && (packet.destination === ALL_NODES || i.groups[packet.destination] !== undefined))
    cx.emit({ type: 'ip.received', interfaces: [id], packet, from: i.mac })
}

/** To the group it is for, or to this neighbour. */
export function putOnLink(s: IpState, id: InterfaceId, packet: Ipv6Packet, neighbour: Ipv6Text, cx: Cx): void {
  if (isGroup(packet.destination)) transmit(s, id, packet, cx)
  else sendTo(s, id, neighbour, packet, cx)
}

/** Where a packet goes next by the routing table, or onto the link whose interface is given; undefined: nowhere, which is told. */
export function wayTo(s: IpState, node: NodeId, destination: Ipv6Text, through: InterfaceId | null, cx: Cx): NextHop | undefined {
  const hop = !isGroup(destination) ? nextHop(s, node, destination, through, cx) : through === null ? undefined : { interface: through, address: destination }
  if (hop === undefined) cx.emit({ type: 'ip.packetDropped', node, reason: 'no route', destination })
  return hop
}

const isRouterMessage = ({ payload: { kind } }: Ipv6Packet): boolean => kind === 'RA' || kind === 'RS'
