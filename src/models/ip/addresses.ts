/**
 * The addresses of an interface and what comes and goes with each: its state as a fact, its solicited-node group, its route to the
 * link, and on a router the subnet-router anycast address (RFC 4291 2.6.1).
 *
 * A state is told whenever it changes. A duplicate stays in the list, assigned to nothing, until whoever configured it removes it.
 */
import { formatIpv6, formatPrefix, masked, parseIpv6, type Ipv6Text } from '../../base/ipv6.ts'
import { must } from '../../base/assert.ts'
import { entriesOf } from '../../base/id.ts'
import type { Cx } from './context.ts'
import type { AddressState } from './events.ts'
import { joinGroup, leaveGroup } from './groups.ts'
import { groupOf } from './kinds.ts'
import { noteAll, report } from './mld.ts'
import { addRoute, removeRoute } from './routes.ts'
import { isAssigned, linkLocal, type Address, type InterfaceId, type IpState } from './state.ts'

/** Prefixes this long are links between two routers, without an anycast address (RFC 6164). */
const POINT_TO_POINT = 127

/** The prefix of an address, `fe80::/64`. */
export const prefixOf = (address: Ipv6Text, length: number): string =>
  formatPrefix({ address: masked(must(parseIpv6(address), 'an address is an address'), length), length })

export function setState(s: IpState, id: InterfaceId, address: Ipv6Text, state: AddressState, cx: Cx): void {
  const i = s.interfaces[id]!, a = i.addresses[address]!, had = linkLocal(i)
  a.state = state
  setAnycast(s, id, address, cx)
  // The first link-local address: now the groups can be told with a source (ND-82), and before anything else is sent from it.
  if (had === undefined && linkLocal(i) !== undefined) {
    noteAll(s, id)
    report(s, id, cx)
  }
  cx.emit({ type: 'ip.addressChanged', interface: id, address, length: a.length, state, origin: a.origin })
}

/** A router answers for the subnet-router anycast address of each address that is assigned to it; joined and left as that changes. */
export function setAnycast(s: IpState, id: InterfaceId, address: Ipv6Text, cx: Cx): void {
  const i = s.interfaces[id]!, a = i.addresses[address]!, { forwarding } = s.nodes[i.node]!
  const anycast = forwarding && isAssigned(a) && a.length < POINT_TO_POINT ? formatIpv6(masked(parseIpv6(address)!, a.length)) : null
  if (anycast === a.anycast) return
  if (a.anycast !== null) leaveGroup(s, id, groupOf(a.anycast), cx)
  a.anycast = anycast
  if (anycast !== null) joinGroup(s, id, groupOf(anycast), cx)
}

export function insertAddress(s: IpState, id: InterfaceId, address: Ipv6Text, given: Address, silently: boolean, cx: Cx): void {
  const i = s.interfaces[id]!
  i.addresses[address] = given
  joinGroup(s, id, groupOf(address), cx, silently)
  addOnLinkRoute(s, id, address, given, cx)
}

/** With the facts about it; the groups first, while it can still be the source of a report. */
export function dropAddress(s: IpState, id: InterfaceId, address: Ipv6Text, cx: Cx): void {
  const i = s.interfaces[id]!, a = i.addresses[address]!
  stopTimer(a, cx)
  leaveGroup(s, id, groupOf(address), cx)
  if (a.anycast !== null) leaveGroup(s, id, groupOf(a.anycast), cx)
  delete i.addresses[address]
  dropOnLinkRoute(s, id, address, a, cx)
  cx.emit({ type: 'ip.addressRemoved', interface: id, address, length: a.length, state: a.state, origin: a.origin })
}

export function stopTimer(a: Address, cx: Cx): void {
  if (a.timer !== null) cx.cancel(a.timer)
  a.timer = null
}

export function addOnLinkRoute(s: IpState, id: InterfaceId, address: Ipv6Text, a: Address, cx: Cx): void {
  if (a.onLinkRoute) addRoute(s, { type: 'ip.addRoute', node: s.interfaces[id]!.node, destination: prefixOf(address, a.length), interface: id, origin: 'kernel' }, cx)
}

/** Unless another address of the interface wants it, or it went with the interface. */
function dropOnLinkRoute(s: IpState, id: InterfaceId, address: Ipv6Text, a: Address, cx: Cx): void {
  if (!a.onLinkRoute) return
  const { node, addresses } = s.interfaces[id]!, destination = prefixOf(address, a.length)
  if (entriesOf(addresses).some(([other, b]) => b.onLinkRoute && prefixOf(other, b.length) === destination)) return
  if (s.nodes[node]!.routes.some(route => route.destination === destination && route.via === null && route.interface === id))
    removeRoute(s, { type: 'ip.removeRoute', node, destination, interface: id }, cx)
}
