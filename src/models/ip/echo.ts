/**
 * Echo (RFC 4443 section 4): one request, and its answer, an error on its way, or nothing until the timeout.
 *
 * A node answers for all its addresses, its loopback addresses too, and for groups it has joined. Requests to its own addresses never
 * leave it.
 */
import type { Ipv6Text } from '../../base/ipv6.ts'
import { SECOND } from '../../base/time.ts'
import { ofHex } from '../../wire/bytes.ts'
import type { Echo, Icmpv6Error } from '../../wire/icmpv6.ts'
import { decodeIpv6, type Ipv6Packet } from '../../wire/ipv6.ts'
import type { Cx } from './context.ts'
import { ADDRESS_UNREACHABLE, sendError } from './errors.ts'
import type { IpFact, IpRequest } from './events.ts'
import { isGroup, isLinkLocal, UNSPECIFIED } from './kinds.ts'
import { expire } from './neighbours.ts'
import { owns } from './owner.ts'
import { putOnLink, wayTo } from './send.ts'
import { selectSource } from './source.ts'
import type { InterfaceId, IpState, NodeId } from './state.ts'
import * as texts from './texts.ts'

const TIMEOUT = SECOND, IDENTIFIER = 1

export function ping(s: IpState, { node, to, interface: given, timeout }: Extract<IpRequest, { type: 'ip.ping' }>, cx: Cx): void {
  const n = s.nodes[node]
  if (n === undefined || !n.up || n.hung) return cx.refuse(n === undefined ? texts.noSuchNode(node) : texts.doesNotAnswer(node))
  if (given !== undefined && !n.interfaces.includes(given)) return cx.refuse(texts.noSuchDevice(given))
  const sequence = n.sequence++
  cx.emit({ type: 'ip.pinged', node, to, sequence })
  if (owns(s, node, to)) return cx.emit({ type: 'ip.replied', node, to, sequence, micros: 0 })
  const through = given ?? (isGroup(to) || isLinkLocal(to) ? n.interfaces.find(id => s.interfaces[id]!.running) ?? null : null)
  const way = wayTo(s, node, to, through, cx), source = way && selectSource(s, way.interface, to)
  if (way === undefined) return cx.emit({ type: 'ip.pingLost', node, to, sequence, because: 'unreachable' })
  if (source === undefined) {
    cx.emit({ type: 'ip.packetDropped', node, reason: 'no source address', destination: to })
    return cx.emit({ type: 'ip.pingLost', node, to, sequence, because: 'unreachable' })
  }
  n.pings.push({ to, sequence, sentAt: cx.now, timer: cx.after(timeout ?? TIMEOUT, { type: 'ip.pingLost', node, to, sequence, because: 'timeout' }) })
  putOnLink(s, way.interface, echo(s, way.interface, source, to, { kind: 'echo-request', identifier: IDENTIFIER, sequence: sequence & 0xffff, data: '' }), way.address, cx)
}

export function pingLost(s: IpState, { node, sequence }: Extract<IpFact, { type: 'ip.pingLost' }>): void {
  take(s, node, ping => ping.sequence === sequence)
}

/** A request has come, to an address of ours or to a group. */
export function answer(s: IpState, id: InterfaceId, packet: Ipv6Packet, request: Echo, cx: Cx): void {
  if (packet.source === UNSPECIFIED) return
  const { node } = s.interfaces[id]!, way = wayTo(s, node, packet.source, isLinkLocal(packet.source) ? id : null, cx)
  if (way === undefined) return
  const source = isGroup(packet.destination) ? selectSource(s, way.interface, packet.source) : packet.destination
  if (source !== undefined) putOnLink(s, way.interface, echo(s, way.interface, source, packet.source, { ...request, kind: 'echo-reply' }), way.address, cx)
}

export function hearReply(s: IpState, id: InterfaceId, packet: Ipv6Packet, reply: Echo, cx: Cx): void {
  const { node } = s.interfaces[id]!
  const ping = take(s, node, ({ sequence, to }) => (sequence & 0xffff) === reply.sequence && (to === packet.source || isGroup(to)))
  if (ping === undefined) return
  cx.cancel(ping.timer)
  cx.emit({ type: 'ip.replied', node, to: ping.to, sequence: ping.sequence, micros: cx.now - ping.sentAt })
}

/** A router, or a neighbour that was not found, has ended a packet of ours. */
export function hearError(s: IpState, id: InterfaceId, error: Icmpv6Error, cx: Cx): void {
  const packet = decodeIpv6(ofHex(error.invoking))?.packet
  if (packet !== undefined) lose(s, s.interfaces[id]!.node, packet, cx)
}

/** The timer of a neighbour: what waited for one that has not answered ends here, and its sender hears of it. */
export function neighbourDue(s: IpState, { interface: id, address }: Extract<IpFact, { type: 'ip.neighbourDue' }>, cx: Cx): void {
  if (s.interfaces[id] === undefined) return
  for (const packet of expire(s, id, address, cx)) {
    const { node } = s.interfaces[id]
    cx.emit({ type: 'ip.packetDropped', node, reason: 'unreachable neighbour', destination: packet.destination })
    if (owns(s, node, packet.source)) lose(s, node, packet, cx)
    else sendError(s, node, packet, 'unreachable', ADDRESS_UNREACHABLE, null, cx)
  }
}

function lose(s: IpState, node: NodeId, { destination, payload }: Ipv6Packet, cx: Cx): void {
  if (payload.kind !== 'echo-request') return
  const ping = take(s, node, ({ sequence, to }) => (sequence & 0xffff) === payload.sequence && to === destination)
  if (ping === undefined) return
  cx.cancel(ping.timer)
  cx.emit({ type: 'ip.pingLost', node, to: ping.to, sequence: ping.sequence, because: 'unreachable' })
}

type Ping = IpState['nodes'][NodeId]['pings'][number]
function take(s: IpState, node: NodeId, wanted: (ping: Ping) => boolean): Ping | undefined {
  const { pings } = s.nodes[node]!, at = pings.findIndex(wanted)
  return at < 0 ? undefined : pings.splice(at, 1)[0]
}

function echo(s: IpState, id: InterfaceId, source: Ipv6Text, destination: Ipv6Text, message: Echo): Ipv6Packet {
  const { kind, identifier, sequence, data } = message
  return {
    kind: 'ipv6', source, destination, hopLimit: s.interfaces[id]!.hopLimit, trafficClass: 0, flowLabel: 0, extensions: [],
    payload: { kind, code: 0, identifier, sequence, data },
  }
}
