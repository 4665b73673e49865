/**
 * The default router list (ND-45, ND-46) and the more specific routes of RFC 4191 (ND-30 to ND-32).
 *
 * Keyed by the source of the advertisement; a lifetime of zero removes at once. Both lists are bounded: when one is full, those who are in it
 * stay, so that a flood of invented routers does not push out the real one. An advertisement from an address of our own is no router (as
 * recorded). For hosts of class C an option for ::/0 has the last word over the header.
 */
import type { Ipv6Text } from '../../base/ipv6.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import { INFINITE_SECONDS } from '../../wire/nd-option.ts'
import type { RoutePreference } from '../ip/events.ts'
import { endOf, type Advice, type RouteAdvice } from './advice.ts'
import { note } from './clock.ts'
import type { Cx } from './context.ts'
import type { RouterGone } from './events.ts'
import type { HostInterface, InterfaceId } from './state.ts'

const DEFAULT_ROUTE = '::/0'
/** The metric of Linux for all that routers say. */
const METRIC = 1024
const MOST_ROUTES = 256

export function hearRouter(i: HostInterface, id: InterfaceId, ra: Advice, cx: Cx): void {
  const { rules } = i, ownVoice = !rules.acceptRaFromLocal && isOwn(id, ra.router, cx)
  if (rules.useDefaultRouter && !ownVoice) {
    const option = rules.hostClass === 'C' && rules.minRouteInfoLength === 0 ? defaultOption(i, ra) : undefined
    if (option !== undefined) setRouter(i, id, ra.router, option.lifetime, option.preference, cx)
    else if (!isTooShort(i, ra.lifetime)) setRouter(i, id, ra.router, ra.lifetime, rules.hostClass === 'A' ? 'medium' : ra.preference, cx)
  }
  if (rules.hostClass !== 'C' || ownVoice) return
  for (const route of ra.routes)
    if (route.length > 0 && route.length >= rules.minRouteInfoLength && route.length <= rules.maxRouteInfoLength && !isTooShort(i, route.lifetime)) setRoute(i, id, ra.router, route, cx)
}

/** ND-44 has been asked already: is it our own address, assigned to this interface? */
export function isOwn(id: InterfaceId, address: Ipv6Text, cx: Cx): boolean {
  const state = cx.world.ip.interfaces[id]!.addresses[address]?.state
  return state !== undefined && state !== 'tentative' && state !== 'duplicate'
}

/** accept_ra_min_lft: what is withdrawn is withdrawn nevertheless. */
export const isTooShort = ({ rules: { minLifetime } }: HostInterface, lifetime: Micros): boolean => lifetime > 0 && lifetime < minLifetime

/** The router leaves the list, and its routes go with the next advertisement or by themselves. */
export function removeRouter(i: HostInterface, id: InterfaceId, router: Ipv6Text, because: RouterGone, cx: Cx): void {
  if (i.routers[router] === undefined) return
  delete i.routers[router]
  cx.emit({ type: 'ip.removeRoute', node: i.node, destination: DEFAULT_ROUTE, via: router, interface: id })
  cx.emit({ type: 'slaac.routerRemoved', interface: id, router, because })
}

export function removeRoute(i: HostInterface, id: InterfaceId, key: string, because: 'withdrawn' | 'expired', cx: Cx): void {
  const { destination, router } = i.routes[key]!
  delete i.routes[key]
  cx.emit({ type: 'ip.removeRoute', node: i.node, destination, via: router, interface: id })
  cx.emit({ type: 'slaac.routeForgotten', interface: id, destination, router, because })
}

function defaultOption(i: HostInterface, { routes }: Advice): RouteAdvice | undefined {
  return routes.length === 0 ? undefined : routes.findLast(({ length, lifetime }) => length === 0 && !isTooShort(i, lifetime))
}

function setRouter(i: HostInterface, id: InterfaceId, router: Ipv6Text, lifetime: Micros, preference: RoutePreference, cx: Cx): void {
  if (lifetime === 0) return removeRouter(i, id, router, 'lifetime zero', cx)
  const known = i.routers[router], until = endOf(lifetime, cx.now)
  if (known === undefined) {
    if (Object.keys(i.routers).length >= i.rules.maxRouters) return
    i.routers[router] = { until, preference }
    addRoute(i, id, DEFAULT_ROUTE, router, preference, cx)
    cx.emit({ type: 'slaac.routerAdded', interface: id, router, preference, lifetimeSeconds: Math.min(INFINITE_SECONDS, Math.round(lifetime / SECOND)) })
  } else {
    known.until = until
    if (known.preference !== preference) {
      known.preference = preference
      addRoute(i, id, DEFAULT_ROUTE, router, preference, cx)
      cx.emit({ type: 'slaac.routerChanged', interface: id, router, preference })
    }
  }
  note(i, id, until, cx)
}

function setRoute(i: HostInterface, id: InterfaceId, router: Ipv6Text, { destination, lifetime, preference }: RouteAdvice, cx: Cx): void {
  const key = `${destination} ${router}`, known = i.routes[key], until = endOf(lifetime, cx.now)
  if (lifetime === 0) {
    if (known !== undefined) removeRoute(i, id, key, 'withdrawn', cx)
    return
  }
  if (known === undefined && Object.keys(i.routes).length >= MOST_ROUTES) return
  if (known?.preference !== preference) {
    addRoute(i, id, destination, router, preference, cx)
    cx.emit({ type: 'slaac.routeLearned', interface: id, destination, router, preference })
  }
  i.routes[key] = { destination, router, until, preference }
  note(i, id, until, cx)
}

function addRoute(i: HostInterface, id: InterfaceId, destination: string, via: Ipv6Text, preference: RoutePreference, cx: Cx): void {
  cx.emit({ type: 'ip.addRoute', node: i.node, destination, via, interface: id, metric: METRIC, preference, origin: 'ra' })
}
