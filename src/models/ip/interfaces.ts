/**
 * When an interface runs: switched on, with a carrier, IPv6 not off, and its node up and not restricted; and what is lost when it stops.
 *
 * Without a carrier everything stays and waits. Switching off flushes addresses, groups, neighbours and routes; addresses configured by
 * hand stay where that is configured (keep_addr_on_down), and are probed again. A node that ends loses all, and begins from its
 * configuration. A hung node notices nothing of what changes meanwhile, and looks again when it goes on. Recorded: l05, l06, l07.
 */
import { entriesOf, keysOf } from '../../base/id.ts'
import type { Ipv6Text } from '../../base/ipv6.ts'
import { SECOND } from '../../base/time.ts'
import { addOnLinkRoute, dropAddress, setAnycast, stopTimer } from './addresses.ts'
import { addAddress } from './configure.ts'
import type { Cx } from './context.ts'
import { beginDad, needsDad, resumeDad } from './dad.ts'
import type { IpFact } from './events.ts'
import { forgetGroups, joinGroup, leaveGroup } from './groups.ts'
import { ALL_NODES, groupOf } from './kinds.ts'
import { ALL_ROUTERS, noteAll, report, scheduleReport } from './mld.ts'
import { flushNeighbours, thawNeighbours } from './neighbours.ts'
import { addRoute, flushInterface } from './routes.ts'
import { FRESH, isTentative, type Interface, type InterfaceId, type IpState, type NodeId } from './state.ts'

type Because = Extract<IpFact, { type: 'ip.interfaceDown' }>['because']

/** At the start of a run. */
export function startAll(s: IpState, cx: Cx): void {
  for (const [id, node] of entriesOf(s.nodes)) {
    if (node.up) bringAllUp(s, id, cx)
    else setPorts(s, id, false, cx)
  }
}

/** The node's system has started, or its TCP/IP: everything is as configured. */
export function nodeStarted(s: IpState, id: NodeId, cx: Cx): void {
  const node = s.nodes[id]!
  node.up = true
  node.hung = node.restricted = false
  for (const name of node.interfaces) {
    const i = s.interfaces[name]!
    Object.assign(i, FRESH)
    i.mtu = i.linkMtu
    i.up = i.initiallyUp
    i.disabled = false
  }
  setPorts(s, id, true, cx)
  bringAllUp(s, id, cx)
}

/** The node has ended: nothing stays, and its adapters fall silent. */
export function nodeEnded(s: IpState, id: NodeId, cx: Cx): void {
  const node = s.nodes[id]!
  node.up = node.hung = node.restricted = false
  for (const name of node.interfaces) takeDown(s, name, 'node down', false, cx)
  setPorts(s, id, false, cx)
}

/** TCP/IP has ended, the partition and its adapters have not. */
export function nodeRestricted(s: IpState, id: NodeId, cx: Cx): void {
  const node = s.nodes[id]!
  node.restricted = true
  for (const name of node.interfaces) takeDown(s, name, 'node down', false, cx)
}

export function nodeHung(s: IpState, id: NodeId): void {
  s.nodes[id]!.hung = true
}

/** What has changed meanwhile is noticed now, and timers that have fired meanwhile have their effect. */
export function nodeResumed(s: IpState, id: NodeId, cx: Cx): void {
  const node = s.nodes[id]!
  node.hung = false
  for (const name of node.interfaces) {
    settle(s, name, 'carrier', cx)
    thawNeighbours(s, name, cx)
    const i = s.interfaces[name]!
    if (!i.running) continue
    if (i.reportTimer === null) report(s, name, cx)
    resumeDad(s, name, cx)
  }
}

/** `ip link set up`, `down`. */
export function switchInterface(s: IpState, id: InterfaceId, up: boolean, cx: Cx): void {
  const i = s.interfaces[id]!
  if (i.up === up) return
  i.up = up
  cx.emit({ type: 'net.setPort', port: id, up })
  if (up) return bringUp(s, id, cx)
  takeDown(s, id, 'switched off', i.keepAddresses, cx)
  // Somebody has seen to it (RFC 4862 5.4.5); Linux wants to be told in so many words.
  if (s.nodes[i.node]!.profile === 'rfc') i.disabled = false
}

/** IPv6 ends on the interface (ND-86): it sends nothing any more and has no address. */
export function disableInterface(s: IpState, id: InterfaceId, cx: Cx): void {
  const i = s.interfaces[id]!
  if (i.disabled) return
  i.disabled = true
  takeDown(s, id, 'disabled', false, cx)
  cx.emit({ type: 'ip.disabled', interface: id })
}

/** The adapter has found or lost its carrier. */
export function carrierChanged(s: IpState, id: InterfaceId, cx: Cx): void {
  if (s.interfaces[id] !== undefined) settle(s, id, 'carrier', cx)
}

/** A router listens to ff02::2 (ND-6) and for the anycast addresses of its prefixes. */
export function setForwarding(s: IpState, id: NodeId, on: boolean, cx: Cx): void {
  const node = s.nodes[id]!
  if (node.forwarding === on) return
  node.forwarding = on
  cx.emit({ type: 'ip.forwardingChanged', node: id, on })
  for (const name of node.interfaces) {
    const { groups, addresses } = s.interfaces[name]!
    if (groups[ALL_NODES] === undefined) continue
    if (on) joinGroup(s, name, ALL_ROUTERS, cx)
    else leaveGroup(s, name, ALL_ROUTERS, cx)
    for (const address of keysOf(addresses)) setAnycast(s, name, address, cx)
  }
}

function setPorts(s: IpState, id: NodeId, up: boolean, cx: Cx): void {
  for (const port of s.nodes[id]!.interfaces) if (s.interfaces[port]!.initiallyUp || !up) cx.emit({ type: 'net.setPort', port, up })
}

/** A node starts with the addresses of its configuration. */
function bringAllUp(s: IpState, id: NodeId, cx: Cx): void {
  if (s.nodes[id]!.restricted) return
  for (const name of s.nodes[id]!.interfaces) {
    const i = s.interfaces[name]!
    bringUp(s, name, cx)
    for (const { address, length, dad } of i.staticAddresses) if (i.addresses[address] === undefined) addAddress(s, name, { address, length, dad }, cx)
  }
}

/** Groups, what has stayed of its addresses, routes configured by hand; and then it runs if there is a carrier. */
function bringUp(s: IpState, id: InterfaceId, cx: Cx): void {
  const i = s.interfaces[id]!, node = s.nodes[i.node]!
  if (!i.up || i.disabled || !node.up) return
  joinGroup(s, id, ALL_NODES, cx)
  if (node.forwarding) joinGroup(s, id, ALL_ROUTERS, cx)
  for (const address of newestFirst(i)) {
    const a = i.addresses[address]!
    joinGroup(s, id, groupOf(address), cx)
    addOnLinkRoute(s, id, address, a, cx)
    // One that is not probed is there at once, carrier or not.
    if (!isTentative(a)) beginDad(s, id, address, cx)
  }
  for (const { destination, via, interface: through } of node.staticRoutes)
    if (through === id) addRoute(s, { type: 'ip.addRoute', node: i.node, destination, via, interface: id, origin: 'static' }, cx)
  settle(s, id, 'carrier', cx)
}

/** Looks whether the interface runs, and tells when that has changed. */
function settle(s: IpState, id: InterfaceId, because: Because, cx: Cx): void {
  const i = s.interfaces[id]!, node = s.nodes[i.node]!
  if (node.hung) return
  const runs = i.up && !i.disabled && node.up && !node.restricted && (cx.world.net.ports[id]?.carrier ?? false)
  if (runs === i.running) return
  i.running = runs
  if (!runs) return stop(s, id, because, cx)
  cx.emit({ type: 'ip.interfaceUp', interface: id })
  // Whoever learns from reports may be another than before. By RFC 4862 5.4.2 hosts that start together do not report at the same time.
  noteAll(s, id)
  scheduleReport(s, id, node.profile === 'rfc' ? SECOND : 0, cx)
  for (const [address, a] of entriesOf(i.addresses)) if (isTentative(a)) beginDad(s, id, address, cx)
}

/** Packets no longer come and go; addresses that are being probed wait until it runs again. */
function stop(s: IpState, id: InterfaceId, because: Because, cx: Cx): void {
  const i = s.interfaces[id]!
  for (const [, a] of entriesOf(i.addresses)) stopTimer(a, cx)
  if (i.reportTimer !== null) cx.cancel(i.reportTimer)
  i.reportTimer = null
  cx.emit({ type: 'ip.interfaceDown', interface: id, because })
  // Linux forgets neighbours with the carrier (ndisc_evict_nocarrier; recorded in l07).
  if (because === 'carrier' && s.nodes[i.node]!.profile === 'linux') flushNeighbours(s, id, cx)
}

/** As the kernel keeps them, the link-local ones at the end. */
function newestFirst({ addresses }: Interface): Ipv6Text[] {
  const all = keysOf(addresses).toReversed(), isLocal = (address: Ipv6Text): boolean => address.startsWith('fe80:')
  return [...all.filter(address => !isLocal(address)), ...all.filter(isLocal)]
}

/** Stops and forgets: routes, neighbours, groups, and addresses, the newest first; `keep`: those configured by hand stay. */
function takeDown(s: IpState, id: InterfaceId, because: Because, keep: boolean, cx: Cx): void {
  const i = s.interfaces[id]!
  i.running = false
  if (i.groups[ALL_NODES] !== undefined) stop(s, id, because, cx)
  flushNeighbours(s, id, cx)
  flushInterface(s, id, cx)
  for (const address of newestFirst(i)) {
    const a = i.addresses[address]!
    if (!keep || a.origin !== 'static' || address.startsWith('fe80:')) dropAddress(s, id, address, cx)
    else {
      a.anycast = null
      if (!needsDad(s, id, a) || isTentative(a)) continue
      a.state = 'tentative'
      cx.emit({ type: 'ip.addressChanged', interface: id, address, length: a.length, state: a.state, origin: a.origin })
    }
  }
  forgetGroups(s, id, cx)
}
