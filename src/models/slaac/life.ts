/**
 * What happens to an interface: it comes up and gets a link-local address, its addresses pass or fail duplicate address detection,
 * lifetimes end, it goes down.
 *
 * Switched off, or with its node, it forgets everything; when only the carrier is lost it forgets nothing, and lifetimes run on. While
 * its node hangs nothing ends: what is due then is dealt with when it goes on.
 */
import type { Ipv6Text } from '../../base/ipv6.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import type { AddressState } from '../ip/events.ts'
import { conflicted, expire, prefer, tryNext } from './addresses.ts'
import { earliest, note, stopClock, windUp } from './clock.ts'
import type { Cx } from './context.ts'
import { linkLocalFor, MOST_CONFLICTS } from './identifiers.ts'
import { expireNames, tell } from './names.ts'
import { removePrefix } from './prefixes.ts'
import { removeRoute, removeRouter } from './routers.ts'
import { beginSolicitation, listens, solicit } from './solicit.ts'
import { blank, NEVER, type HostInterface, type InterfaceId, type SlaacState } from './state.ts'
import { assigned, renew, temporaryConflicted } from './temporary.ts'

const IDGEN_DELAY = SECOND

export function cameUp(i: HostInterface, id: InterfaceId, cx: Cx): void {
  const { temporary, profile } = i.rules, prefers = temporary === 'preferred'
  if (temporary !== 'off' && cx.world.ip.interfaces[id]!.preferTemporary !== prefers) cx.emit({ type: 'ip.setParameters', interface: id, preferTemporary: prefers })
  if (i.linkLocal === null) return formLinkLocal(i, id, 0, cx)
  // The carrier is back, perhaps on another link (ND-43).
  if (profile === 'rfc') i.answered = false
  if (profile === 'rfc' && isUsable(cx.world.ip.interfaces[id]!.addresses[i.linkLocal]?.state)) beginSolicitation(i, id, false, cx)
}

export function wentDown(i: HostInterface, id: InterfaceId, because: 'carrier' | 'switched off' | 'node down' | 'disabled', cx: Cx): void {
  // Nobody would hear them. Those of Linux run on, and go nowhere.
  if (because === 'carrier' && i.rules.profile === 'rfc') i.solicitAt = NEVER
  if (because === 'carrier') return
  stopClock(i, cx)
  const { routers, prefixes, routes, servers, domains } = i
  takeBack(i, id, cx)
  Object.assign(i, blank(), { desync: i.desync })
  for (const { address } of routers) cx.emit({ type: 'slaac.routerRemoved', interface: id, router: address, because: 'interface down' })
  for (const { prefix } of prefixes) cx.emit({ type: 'slaac.prefixRemoved', interface: id, prefix, because: 'interface down' })
  for (const { destination, router } of routes) cx.emit({ type: 'slaac.routeForgotten', interface: id, destination, router, because: 'interface down' })
  if (Object.keys(servers).length + Object.keys(domains).length > 0) tell(i, id, cx)
}

/** The stack has forgotten all; what was asked for at this very time came after that. */
function takeBack({ node, routers, prefixes, routes, addresses }: HostInterface, id: InterfaceId, cx: Cx): void {
  const below = cx.world.ip.interfaces[id]!
  for (const { destination, via, interface: through } of cx.world.ip.nodes[node]!.routes) {
    if (through !== id) continue
    const ours = via === null ? prefixes.some(({ prefix }) => prefix === destination)
      : routers.some(({ address }) => address === via && destination === '::/0') || routes.some(route => route.destination === destination && route.router === via)
    if (ours) cx.emit({ type: 'ip.removeRoute', node, destination, via, interface: id })
  }
  for (const { address } of addresses) if (below.addresses[address] !== undefined) cx.emit({ type: 'ip.removeAddress', interface: id, address })
}

function formLinkLocal(i: HostInterface, id: InterfaceId, conflicts: number, cx: Cx): void {
  const address = linkLocalFor(i, id, conflicts, cx)
  if (address === null) return
  i.linkLocal = address
  i.linkLocalConflicts = conflicts
  const there = cx.world.ip.interfaces[id]!.addresses[address]
  if (there === undefined) cx.emit({ type: 'ip.addAddress', interface: id, address, origin: 'link-local', optimistic: i.rules.optimisticDad })
  // Somebody has configured it by hand.
  else if (isUsable(there.state)) beginSolicitation(i, id, false, cx)
}

export function addressChanged(i: HostInterface, id: InterfaceId, address: Ipv6Text, state: AddressState, cx: Cx): void {
  const a = i.addresses.find(one => one.address === address)
  if (address === i.linkLocal) {
    if (state === 'duplicate') linkLocalConflicted(i, id, address, cx)
    else if (isUsable(state) && i.solicited === 0 && i.solicitAt === NEVER) beginSolicitation(i, id, hasWaited(i, id, cx), cx)
  } else if (a !== undefined) {
    if (state === 'duplicate') (a.of === null ? conflicted : temporaryConflicted)(i, id, a, cx)
    else if (isUsable(state) && !a.assigned) assigned(i, id, a, cx)
  }
}

/** Somebody else has removed it: a person. */
export function addressRemoved(i: HostInterface, address: Ipv6Text): void {
  i.addresses = i.addresses.filter(a => a.address !== address)
  if (address === i.linkLocal) i.linkLocal = null
}

/** Something ends now, or would have ended if it had not been extended. */
export function due(s: SlaacState, i: HostInterface, id: InterfaceId, cx: Cx): void {
  i.timer = null
  if (cx.world.ip.nodes[i.node]!.hung) return
  if (earliest(i) > cx.now) return windUp(i, id, cx)
  s.revision++
  if (i.solicitAt <= cx.now) solicit(i, id, cx)
  const over = ({ until }: { until: Micros }): boolean => until <= cx.now
  for (const { address } of i.routers.filter(over)) removeRouter(i, id, address, 'expired', cx)
  for (const route of i.routes.filter(over)) removeRoute(i, id, route, 'expired', cx)
  for (const prefix of i.prefixes.filter(over)) removePrefix(i, id, prefix, 'expired', cx)
  for (const a of [...i.addresses]) {
    if (a.renewAt <= cx.now) renew(i, id, a, cx)
    if (a.validUntil <= cx.now) expire(i, id, a, cx)
    else if (a.preferredUntil <= cx.now && !a.deprecated) prefer(i, id, a, a.preferredUntil, cx)
  }
  retryDue(s, i, id, cx)
  expireNames(i, id, cx)
  windUp(i, id, cx)
}

/** The node goes on: what has ended meanwhile ends now. */
export function resumed(s: SlaacState, i: HostInterface, id: InterfaceId, cx: Cx): void {
  if (i.timer === null && i.timerAt !== NEVER) due(s, i, id, cx)
}

/** It begins or ceases to forward (ND-43: a change of roles). */
export function roleChanged(i: HostInterface, id: InterfaceId, forwards: boolean, cx: Cx): void {
  i.forwards = forwards
  i.answered = false
  if (!listens(i)) {
    i.solicitAt = NEVER
    for (const { address } of [...i.routers]) removeRouter(i, id, address, 'we forward', cx)
  } else if (i.linkLocal !== null && isUsable(cx.world.ip.interfaces[id]!.addresses[i.linkLocal]?.state)) beginSolicitation(i, id, false, cx)
}

function linkLocalConflicted(i: HostInterface, id: InterfaceId, address: Ipv6Text, cx: Cx): void {
  const retries = i.rules.addressGeneration !== 'eui64' && i.linkLocalConflicts < MOST_CONFLICTS
  cx.emit({ type: 'slaac.addressFailed', interface: id, address, retries })
  if (!retries) return
  const at = cx.now + IDGEN_DELAY
  i.retries.push({ at, prefix: 'fe80::/64', router: '', linkLocal: true, conflicts: i.linkLocalConflicts + 1, validUntil: NEVER, preferredUntil: NEVER })
  note(i, id, at, cx)
}

function retryDue(s: SlaacState, i: HostInterface, id: InterfaceId, cx: Cx): void {
  if (i.retries.length === 0) return
  const now = i.retries.filter(({ at }) => at <= cx.now)
  i.retries = i.retries.filter(({ at }) => at > cx.now)
  for (const retry of now)
    if (retry.linkLocal) formLinkLocal(i, id, retry.conflicts, cx)
    else tryNext(s, i, id, { prefix: retry.prefix, router: retry.router, validUntil: retry.validUntil, preferredUntil: retry.preferredUntil, conflicts: retry.conflicts }, cx)
}

const isUsable = (state: AddressState | undefined): boolean => state === 'preferred' || state === 'deprecated'

/** ND-40: has a random time passed since the interface came up? Linux asks no such question. */
function hasWaited(i: HostInterface, id: InterfaceId, cx: Cx): boolean {
  const { dadProbes, acceptDad } = cx.world.ip.interfaces[id]!
  return i.rules.profile === 'linux' || dadProbes > 0 && acceptDad > 0 && !i.rules.optimisticDad
}

