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
import type { HostInterface, InterfaceId, LearnedRoute, Router } from './state.ts'

const DEFAULT_ROUTE = '::/0'
/** The metric of Linux for all that routers say. */
const METRIC = 1024
const MOST_ROUTES = 256

/** `ownVoice`: the source is an address of ours. */
export function hearRouter(i: HostInterface, id: InterfaceId, ra: Advice, ownVoice: boolean, cx: Cx): void {
  const { rules } = i
  if (rules.useDefaultRouter && !ownVoice) {
    const option = rules.hostClass === 'C' && rules.minRouteInfoLength === 0 ? defaultOption(i, ra) : undefined
    if (option !== undefined) setRouter(i, id, ra.router, option.lifetime, option.preference, cx)
    else if (!isTooShort(i, ra.lifetime)) setRouter(i, id, ra.router, ra.lifetime, rules.hostClass === 'A' ? 'medium' : ra.preference, cx)
  }
  if (rules.hostClass !== 'C' || ownVoice) return
  for (const route of ra.routes)
    if ((!route.undersized || rules.profile === 'linux') && route.length > 0 && route.length >= rules.minRouteInfoLength && route.length <= rules.maxRouteInfoLength && !isTooShort(i, route.lifetime)) setRoute(i, id, ra.router, route, cx)
}

/** accept_ra_min_lft: what is withdrawn is withdrawn nevertheless. */
export const isTooShort = ({ rules: { minLifetime } }: HostInterface, lifetime: Micros): boolean => lifetime > 0 && lifetime < minLifetime

/** The router leaves the list, and its routes go with the next advertisement or by themselves. */
export function removeRouter(i: HostInterface, id: InterfaceId, router: Ipv6Text, because: RouterGone, cx: Cx): void {
  const at = i.routers.findIndex(({ address }) => address === router)
  if (at < 0) return
  i.routers.splice(at, 1)
  cx.emit({ type: 'ip.removeRoute', node: i.node, destination: DEFAULT_ROUTE, via: router, interface: id })
  cx.emit({ type: 'slaac.routerRemoved', interface: id, router, because })
}

export function removeRoute(i: HostInterface, id: InterfaceId, route: LearnedRoute, because: 'withdrawn' | 'expired', cx: Cx): void {
  const { destination, router } = route
  i.routes.splice(i.routes.indexOf(route), 1)
  cx.emit({ type: 'ip.removeRoute', node: i.node, destination, via: router, interface: id })
  cx.emit({ type: 'slaac.routeForgotten', interface: id, destination, router, because })
}

function defaultOption(i: HostInterface, { routes }: Advice): RouteAdvice | undefined {
  return routes.length === 0 ? undefined : routes.findLast(({ length, lifetime }) => length === 0 && !isTooShort(i, lifetime))
}

function setRouter(i: HostInterface, id: InterfaceId, router: Ipv6Text, lifetime: Micros, preference: RoutePreference, cx: Cx): void {
  if (lifetime === 0) return removeRouter(i, id, router, 'lifetime zero', cx)
  const known = routerNamed(i, router), until = endOf(lifetime, cx.now)
  if (known === undefined) {
    if (i.routers.length >= i.rules.maxRouters) return
    i.routers.push({ address: router, until, preference })
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

function routerNamed({ routers }: HostInterface, router: Ipv6Text): Router | undefined {
  for (const known of routers) if (known.address === router) return known
  return undefined
}

function setRoute(i: HostInterface, id: InterfaceId, router: Ipv6Text, { destination, lifetime, preference }: RouteAdvice, cx: Cx): void {
  const known = i.routes.find(route => route.destination === destination && route.router === router), until = endOf(lifetime, cx.now)
  if (lifetime === 0) {
    if (known !== undefined) removeRoute(i, id, known, 'withdrawn', cx)
    return
  }
  if (known === undefined && i.routes.length >= MOST_ROUTES) return
  if (known?.preference !== preference) {
    addRoute(i, id, destination, router, preference, cx)
    cx.emit({ type: 'slaac.routeLearned', interface: id, destination, router, preference })
  }
  if (known === undefined) i.routes.push({ destination, router, until, preference })
  else Object.assign(known, { until, preference })
  note(i, id, until, cx)
}

function addRoute(i: HostInterface, id: InterfaceId, destination: string, via: Ipv6Text, preference: RoutePreference, cx: Cx): void {
  cx.emit({ type: 'ip.addRoute', node: i.node, destination, via, interface: id, metric: METRIC, preference, origin: 'ra' })
}
