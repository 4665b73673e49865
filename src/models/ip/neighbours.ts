/**
 * The neighbour cache: address resolution and neighbour unreachability detection (RFC 4861 7.2 and 7.3, ND-101 to ND-110).
 *
 * A neighbour is confirmed by a solicited advertisement alone: there is no upper layer here that would know. Each entry has one timer,
 * which is not taken back when its deadline moves away but sets itself again when it comes too early. Profile `linux` keeps a neighbour
 * that did not answer as `failed` and goes from `reachable` straight to `delay` where it is in use, as Linux was recorded to do.
 */
import type { Ipv6Text, MacText } from '../../base/ipv6.ts'
import { copy } from '../../base/readonly.ts'
import { MILLISECOND, SECOND, type Micros } from '../../base/time.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { NeighbourAdvertisement } from '../../wire/icmpv6.ts'
import { entriesOf } from '../../base/id.ts'
import type { Cx } from './context.ts'
import { groupOf } from './kinds.ts'
import { transmit, transmitTo } from './transmit.ts'
import type { NeighbourState } from './events.ts'
import { isFrozen, type Interface, type InterfaceId, type IpState, type Neighbour } from './state.ts'

/** RFC 4861 section 10. */
const MAX_SOLICITATIONS = 3, DELAY_FIRST_PROBE: Micros = 5 * SECOND
/** Packets that wait for one address; a further one pushes out the oldest (ND-104). */
export const QUEUE_LENGTH = 3
/** Entries of an interface (ND-110), the limit of Linux. */
export const MAX_NEIGHBOURS = 1024
/** ND-48: a new draw "at least every few hours". */
const REDRAW: Micros = 2 * 3600 * SECOND
const NONE: readonly Ipv6Packet[] = []

/** Sends a packet to a neighbour, which is resolved first where that is needed. */
export function sendTo(s: IpState, id: InterfaceId, address: Ipv6Text, packet: Ipv6Packet, cx: Cx): void {
  const i = s.interfaces[id]!
  if (!i.running || isFrozen(s, id)) return
  const n = i.neighbours[address] ?? create(s, id, address, cx)
  if (n === undefined) return drop(i, packet, cx)
  n.usedAt = cx.now
  switch (n.state) {
    case 'incomplete': return wait(s, id, address, n, packet, cx)
    case 'failed':
      change(id, address, n, 'incomplete', cx)
      n.probes = 0
      return wait(s, id, address, n, packet, cx)
    case 'stale':
      change(id, address, n, 'delay', cx)
      arm(id, address, n, cx.now + DELAY_FIRST_PROBE, cx)
  }
  transmitTo(s, id, n.mac!, packet, cx)
}

/** Somebody has told its link-layer address by the way: in a solicitation, or a router in its advertisement. `router`: null where that says nothing. */
export function learn(s: IpState, id: InterfaceId, address: Ipv6Text, mac: MacText, router: boolean | null, cx: Cx): void {
  const i = s.interfaces[id]!
  let n = i.neighbours[address]
  if (n === undefined) {
    n = insert(s, id, address, 'stale', cx)
    if (n === undefined) return
    n.mac = mac
    if (router !== null) n.router = router
    return tell(id, address, n, null, cx)
  }
  if (n.mac !== mac) {
    n.mac = mac
    settle(n)
    change(id, address, n, 'stale', cx)
    release(s, id, address, n, cx)
  }
  if (router !== null) setRouter(id, address, n, router, cx)
}

/** A router has advertised itself without its link-layer address. */
export function knowRouter(s: IpState, id: InterfaceId, address: Ipv6Text, cx: Cx): void {
  const n = s.interfaces[id]!.neighbours[address]
  if (n !== undefined) setRouter(id, address, n, true, cx)
}

/** A valid neighbour advertisement, in every state of the entry (ND-101). */
export function hearAdvertisement(s: IpState, id: InterfaceId, na: NeighbourAdvertisement, mac: MacText | null, cx: Cx): void {
  const i = s.interfaces[id]!, address = na.target, n = i.neighbours[address]
  if (n === undefined) return
  if (n.state === 'incomplete' || n.state === 'failed') {
    // What has failed is asked for again by nobody, unless a router is probed.
    if (mac === null || n.dueAt === null) return
    n.mac = mac
    if (na.solicited) confirm(s, id, address, n, cx)
    else {
      settle(n)
      change(id, address, n, 'stale', cx)
    }
    setRouter(id, address, n, na.router, cx)
    return release(s, id, address, n, cx)
  }
  const other = mac !== null && mac !== n.mac
  if (other && !na.override) {
    if (n.state !== 'reachable') return
    settle(n)
    return change(id, address, n, 'stale', cx)
  }
  if (other) n.mac = mac
  if (na.solicited) confirm(s, id, address, n, cx)
  else if (other) {
    settle(n)
    change(id, address, n, 'stale', cx)
  }
  setRouter(id, address, n, na.router, cx)
}

/** The timer of an entry. Returns the packets that will never reach the neighbour, now that it has not answered. */
export function expire(s: IpState, id: InterfaceId, address: Ipv6Text, cx: Cx): readonly Ipv6Packet[] {
  const i = s.interfaces[id]!, n = i.neighbours[address]
  if (n === undefined) return NONE
  n.timer = null
  if (n.dueAt === null || isFrozen(s, id)) return NONE
  if (cx.now < n.dueAt) {
    arm(id, address, n, n.dueAt, cx)
    return NONE
  }
  switch (n.state) {
    case 'reachable':
      if (s.nodes[i.node]!.profile === 'linux' && cx.now < n.usedAt + DELAY_FIRST_PROBE) {
        change(id, address, n, 'delay', cx)
        arm(id, address, n, cx.now + DELAY_FIRST_PROBE, cx)
      } else {
        settle(n)
        change(id, address, n, 'stale', cx)
      }
      return NONE
    case 'delay':
      n.probes = 0
      change(id, address, n, 'probe', cx)
      solicit(s, id, address, n, cx)
      return NONE
    case 'probe':
    case 'incomplete':
      if (n.probes >= MAX_SOLICITATIONS) return fail(s, id, address, n, cx)
      solicit(s, id, address, n, cx)
      return NONE
    default:
      settle(n)
      return NONE
  }
}

/** One solicitation to a router that is not used because it does not answer (ND-33); whether it is due is the caller's business. */
export function probeRouter(s: IpState, id: InterfaceId, address: Ipv6Text, cx: Cx): void {
  const i = s.interfaces[id]!
  if (!i.running || isFrozen(s, id)) return
  const n = i.neighbours[address] ?? insert(s, id, address, 'incomplete', cx)
  if (n === undefined || n.dueAt !== null) return
  if (n.state !== 'incomplete' && n.state !== 'failed') return
  if (n.solicitedAt === null) tell(id, address, n, null, cx)
  n.probes = MAX_SOLICITATIONS - 1
  solicit(s, id, address, n, cx)
}

/** Nothing is known of anybody any more. */
export function flushNeighbours(s: IpState, id: InterfaceId, cx: Cx): void {
  for (const [address] of entriesOf(s.interfaces[id]!.neighbours)) remove(s, id, address, cx)
}

/** The node goes on after it has hung: what was due meanwhile is due now. */
export function thawNeighbours(s: IpState, id: InterfaceId, cx: Cx): void {
  for (const [address, n] of entriesOf(s.interfaces[id]!.neighbours))
    if (n.timer === null && n.dueAt !== null) arm(id, address, n, n.dueAt, cx)
}

/** ND-48: anew when a router gives another base, and every few hours. */
export function drawReachableTime(s: IpState, id: InterfaceId, cx: Cx): void {
  const i = s.interfaces[id]!
  i.reachableMillis = Math.max(1, Math.round(i.baseReachableMillis * (0.5 + cx.rng('reachable time', id).uniform())))
  i.reachableDrawnAt = cx.now
}

function wait(s: IpState, id: InterfaceId, address: Ipv6Text, n: Neighbour, packet: Ipv6Packet, cx: Cx): void {
  // Only a probe of a router is under way: now the address is wanted.
  if (n.queue.length === 0 && n.probes > 1) n.probes = 1
  n.queue.push(packet)
  if (n.queue.length > QUEUE_LENGTH) drop(s.interfaces[id]!, n.queue.shift()!, cx)
  if (n.dueAt === null) solicit(s, id, address, n, cx)
}

function drop(i: Interface, packet: Ipv6Packet, cx: Cx): void {
  cx.emit({ type: 'ip.packetDropped', node: i.node, reason: 'unreachable neighbour', destination: packet.destination })
}

/** Sends what has waited. */
function release(s: IpState, id: InterfaceId, address: Ipv6Text, n: Neighbour, cx: Cx): void {
  if (n.queue.length === 0) return
  // Copies: what goes out with an event is no piece of a slice.
  for (const packet of n.queue.splice(0)) sendTo(s, id, address, copy(packet), cx)
}

function confirm(s: IpState, id: InterfaceId, address: Ipv6Text, n: Neighbour, cx: Cx): void {
  const i = s.interfaces[id]!
  if (i.reachableDrawnAt === null || cx.now - i.reachableDrawnAt > REDRAW) drawReachableTime(s, id, cx)
  n.confirmedAt = cx.now
  n.probes = 0
  change(id, address, n, 'reachable', cx)
  arm(id, address, n, cx.now + i.reachableMillis * MILLISECOND, cx)
}

/** All solicitations are out and nobody has answered. */
function fail(s: IpState, id: InterfaceId, address: Ipv6Text, n: Neighbour, cx: Cx): readonly Ipv6Packet[] {
  const waiting = n.queue.splice(0), { node } = s.interfaces[id]!
  for (const route of s.nodes[node]!.routes) if (route.via === address && route.interface === id) route.probedAt = n.solicitedAt
  if (s.nodes[node]!.profile === 'linux') {
    n.mac = null
    settle(n)
    change(id, address, n, 'failed', cx)
  } else remove(s, id, address, cx)
  return waiting
}

/** At most one in each RetransTimer (ND-107): one that would come too early waits. */
function solicit(s: IpState, id: InterfaceId, address: Ipv6Text, n: Neighbour, cx: Cx): void {
  const i = s.interfaces[id]!, retrans = i.retransMillis * MILLISECOND
  if (n.solicitedAt !== null && cx.now < n.solicitedAt + retrans) return arm(id, address, n, n.solicitedAt + retrans, cx)
  n.probes++
  n.solicitedAt = cx.now
  arm(id, address, n, cx.now + retrans, cx)
  const source = sourceOf(i, n.queue[0])
  if (source === undefined) return
  const packet: Ipv6Packet = {
    kind: 'ipv6', source, destination: n.state === 'probe' ? address : groupOf(address), hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
    payload: { kind: 'NS', code: 0, target: address, options: i.addresses[source]!.state === 'optimistic' ? [] : [{ kind: 'source-link-layer', address: i.mac }] },
  }
  if (n.state === 'probe') transmitTo(s, id, n.mac!, packet, cx)
  else transmit(s, id, packet, cx)
}

/** The source of the packet that waits, where that is ours (RFC 4861 7.2.2); otherwise the link-local address; an optimistic one only for want of another (ND-90). */
function sourceOf(i: Interface, waiting: Ipv6Packet | undefined): Ipv6Text | undefined {
  if (waiting !== undefined && isSettled(i, waiting.source)) return waiting.source
  let other: Ipv6Text | undefined, optimistic: Ipv6Text | undefined
  for (const [address, { origin, state }] of entriesOf(i.addresses)) {
    if (state === 'preferred' || state === 'deprecated') {
      if (origin === 'link-local') return address
      other ??= address
    } else if (state === 'optimistic') optimistic ??= address
  }
  return other ?? optimistic
}

function isSettled(i: Interface, address: Ipv6Text): boolean {
  const state = i.addresses[address]?.state
  return state === 'preferred' || state === 'deprecated'
}

function create(s: IpState, id: InterfaceId, address: Ipv6Text, cx: Cx): Neighbour | undefined {
  const n = insert(s, id, address, 'incomplete', cx)
  if (n !== undefined) tell(id, address, n, null, cx)
  return n
}

/** A new entry, if there is room or somebody can give way. What is a router by a route of ours is taken for one. */
function insert(s: IpState, id: InterfaceId, address: Ipv6Text, state: NeighbourState, cx: Cx): Neighbour | undefined {
  const i = s.interfaces[id]!
  if (Object.keys(i.neighbours).length >= MAX_NEIGHBOURS) {
    const victim = leastWanted(i)
    if (victim === undefined) return undefined
    remove(s, id, victim, cx)
  }
  const router = s.nodes[i.node]!.routes.some(({ via, interface: through }) => via === address && through === id)
  return i.neighbours[address] = {
    mac: null, state, router, confirmedAt: null, usedAt: cx.now, solicitedAt: null, probes: 0, dueAt: null, timerAt: 0, timer: null, queue: [],
  }
}

/** ND-110: first what failed or is being resolved, then what was never confirmed, then what was confirmed longest ago; never what is in use. */
function leastWanted(i: Interface): Ipv6Text | undefined {
  let best: Ipv6Text | undefined, least: readonly [number, Micros] = [Infinity, 0]
  for (const [address, n] of entriesOf(i.neighbours)) {
    const rank: readonly [number, Micros] | undefined = n.state === 'failed' ? [0, n.usedAt] : n.state === 'incomplete' ? [1, n.usedAt]
      : n.state !== 'stale' ? undefined : n.confirmedAt === null ? [2, n.usedAt] : [3, n.confirmedAt]
    if (rank !== undefined && (rank[0] < least[0] || rank[0] === least[0] && rank[1] < least[1])) {
      best = address
      least = rank
    }
  }
  return best
}

function remove(s: IpState, id: InterfaceId, address: Ipv6Text, cx: Cx): void {
  const i = s.interfaces[id]!, n = i.neighbours[address]!
  if (n.timer !== null) cx.cancel(n.timer)
  for (const packet of n.queue) drop(i, packet, cx)
  delete i.neighbours[address]
  cx.emit({ type: 'ip.neighbourChanged', interface: id, address, from: n.state, to: null, router: n.router })
}

function change(id: InterfaceId, address: Ipv6Text, n: Neighbour, to: NeighbourState, cx: Cx): void {
  const from = n.state
  if (from === to) return
  n.state = to
  tell(id, address, n, from, cx)
}

function tell(id: InterfaceId, address: Ipv6Text, n: Neighbour, from: NeighbourState | null, cx: Cx): void {
  cx.emit({ type: 'ip.neighbourChanged', interface: id, address, from, to: n.state, router: n.router })
}

function setRouter(id: InterfaceId, address: Ipv6Text, n: Neighbour, router: boolean, cx: Cx): void {
  if (n.router === router) return
  n.router = router
  if (!router) cx.emit({ type: 'ip.routerFlagCleared', interface: id, address })
}

/** Nothing is due any more; a timer that still runs finds that when it comes. */
function settle(n: Neighbour): void {
  n.dueAt = null
}

function arm(id: InterfaceId, address: Ipv6Text, n: Neighbour, at: Micros, cx: Cx): void {
  n.dueAt = Math.max(at, cx.now)
  if (n.timer !== null) {
    if (n.timerAt <= n.dueAt) return
    cx.cancel(n.timer)
  }
  n.timerAt = n.dueAt
  n.timer = cx.after(n.timerAt - cx.now, { type: 'ip.neighbourDue', interface: id, address })
}
