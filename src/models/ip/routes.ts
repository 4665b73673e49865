/**
 * The routing table of a node, and the next hop of a packet (RFC 4861 5.2 and 6.3.6, RFC 4191 3.2 and 3.5).
 *
 * Routes are tried from the longest match down, then by metric, then by preference, then in the order in which they were added. The
 * first whose router may be reachable is used; a better one that is passed over is probed, at most once a minute. If none may be,
 * those of the longest match take turns, so that each is tried (ND-55). Nothing is taken to be on link without a route that says
 * so (ND-54). An interface that does not run has no routes. There is no destination cache: each packet asks anew.
 */
import { commonPrefixLength, isWithin, parseIpv6, parsePrefix, type Ipv6Prefix, type Ipv6Text } from '../../base/ipv6.ts'
import { must } from '../../base/assert.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { MINUTE } from '../../base/time.ts'
import type { Cx } from './context.ts'
import type { IpRequest, RoutePreference } from './events.ts'
import { isLinkLocal } from './kinds.ts'
import { probeRouter } from './neighbours.ts'
import type { InterfaceId, IpState, NodeId, Route } from './state.ts'
import * as texts from './texts.ts'

type Add = Extract<IpRequest, { type: 'ip.addRoute' }>
type Remove = Extract<IpRequest, { type: 'ip.removeRoute' }>
export interface NextHop { readonly interface: InterfaceId; readonly address: Ipv6Text }

/** The metrics of Linux. */
const METRIC = 1024, ON_LINK_METRIC = 256

/** A route to the same prefix through the same router and interface gets the new metric and preference in its place. */
export function addRoute(s: IpState, r: Add, cx: Cx): void {
  const node = s.nodes[r.node]
  if (node === undefined || !node.interfaces.includes(r.interface)) return cx.refuse(texts.noSuchDevice(r.interface))
  const via = r.via ?? null, metric = r.metric ?? (via === null ? ON_LINK_METRIC : METRIC), preference = r.preference ?? 'medium'
  let route = find(node.routes, r.destination, via, r.interface)
  if (route === undefined) {
    route = { destination: r.destination, via, interface: r.interface, metric, preference, origin: r.origin ?? 'static', probedAt: null }
    node.routes.push(route)
  } else if (route.metric === metric && route.preference === preference) return
  route.metric = metric
  route.preference = preference
  cx.emit({ type: 'ip.routeAdded', node: r.node, destination: r.destination, via, interface: r.interface, metric, preference })
}

export function removeRoute(s: IpState, r: Remove, cx: Cx): void {
  const node = s.nodes[r.node], route = node && find(node.routes, r.destination, r.via ?? null, r.interface)
  if (node === undefined || route === undefined) return cx.refuse(texts.NO_SUCH_ROUTE)
  node.routes.splice(node.routes.indexOf(route), 1)
  tellRemoved(r.node, route, cx)
}

/** The interface is gone, and all routes through it (order: l06, h02). */
export function flushInterface(s: IpState, id: InterfaceId, cx: Cx): void {
  const { node } = s.interfaces[id]!, { routes } = s.nodes[node]!
  for (const route of routes.filter(({ interface: through }) => through === id).sort(byTree)) {
    routes.splice(routes.indexOf(route), 1)
    tellRemoved(node, route, cx)
  }
}

/** In the order of the kernel's tree: the more specific of two that overlap first, and otherwise by the bits of their prefixes. */
function byTree({ destination: one }: Route, { destination: other }: Route): number {
  const a = parsePrefix(one)!, b = parsePrefix(other)!, common = commonPrefixLength(a.address, b.address)
  if (common >= Math.min(a.length, b.length)) return b.length - a.length
  return a.address[common >> 3]! - b.address[common >> 3]!
}

/**
 * Where a packet to a unicast address goes next; undefined: there is no route. `through` is the interface that the sender insists on,
 * which addresses of the link need.
 */
export function nextHop(s: IpState, node: NodeId, destination: Ipv6Text, through: InterfaceId | null, cx: Cx): NextHop | undefined {
  const n = s.nodes[node]!
  if (isLinkLocal(destination)) return through === null ? undefined : { interface: through, address: destination }
  const routes = matching(s, node, destination, through)
  for (const route of routes) {
    if (mayAnswer(s, route)) return hop(route, destination)
    if (route.probedAt !== null && cx.now < route.probedAt + MINUTE) continue
    // Used if it were reachable, and another is used instead.
    if (routes.some(other => mayAnswer(s, other))) {
      route.probedAt = cx.now
      probeRouter(s, route.interface, route.via!, cx)
    }
  }
  const equals = routes.filter(route => lengthOf(route) === lengthOf(routes[0]!) && route.metric === routes[0]!.metric)
  return equals.length === 0 ? undefined : hop(equals[n.profile === 'linux' ? 0 : n.turns++ % equals.length]!, destination)
}

/** ND-55: in any state but `incomplete`. Without an entry a router is suspect; Linux suspects only one that has failed. */
function mayAnswer(s: DeepReadonly<IpState>, { via, interface: id }: Route): boolean {
  if (via === null) return true
  const { node, neighbours } = s.interfaces[id]!, state = neighbours[via]?.state
  return s.nodes[node]!.profile === 'linux' ? state !== 'failed' : state !== undefined && state !== 'incomplete' && state !== 'failed'
}

const RANK: Readonly<Record<RoutePreference, number>> = { high: 0, medium: 1, low: 2 }

/** All routes to the destination, the best first. */
function matching(s: DeepReadonly<IpState>, node: NodeId, destination: Ipv6Text, through: InterfaceId | null): Route[] {
  const address = must(parseIpv6(destination), 'a destination is an address')
  return s.nodes[node]!.routes
    .filter(({ interface: id, destination: prefix }) => (through === null || id === through) && s.interfaces[id]!.running && isWithin(address, prefixOf(prefix)))
    .sort((a, b) => lengthOf(b) - lengthOf(a) || a.metric - b.metric || RANK[a.preference] - RANK[b.preference]) as Route[]
}

const hop = ({ via, interface: id }: Route, destination: Ipv6Text): NextHop => ({ interface: id, address: via ?? destination })

const lengthOf = ({ destination }: Route): number => prefixOf(destination).length

/** What the text of a prefix stands for; tables change seldom and are asked for every packet. */
const prefixes = new Map<string, Ipv6Prefix>()
const MOST_REMEMBERED = 4096
function prefixOf(text: string): Ipv6Prefix {
  const known = prefixes.get(text)
  if (known !== undefined) return known
  if (prefixes.size >= MOST_REMEMBERED) prefixes.clear()
  const prefix = must(parsePrefix(text), 'a route leads to a prefix')
  prefixes.set(text, prefix)
  return prefix
}

function find(routes: readonly Route[], destination: string, via: Ipv6Text | null, id: InterfaceId): Route | undefined {
  return routes.find(route => route.destination === destination && route.via === via && route.interface === id)
}

function tellRemoved(node: NodeId, { destination, via, interface: id, metric, preference }: Route, cx: Cx): void {
  cx.emit({ type: 'ip.routeRemoved', node, destination, via, interface: id, metric, preference })
}
