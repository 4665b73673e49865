/**
 * Why a segment goes on frame by frame although it is steady: its advertisements do more than to repeat themselves, or it cannot be known for
 * certain what they do. The first reason found is told, once, and counted.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import { adviceOf, type Advice } from '../slaac/advice.ts'
import type { Said } from '../slaac/events.ts'
import { isAsSaid } from '../slaac/still.ts'
import type { Cx } from './context.ts'
import type { Obstacle, RadvdState, SegmentId, Speaker } from './state.ts'

/** What lies in the daemons and their files. */
export function conditionOf(asked: readonly Speaker[]): Obstacle | null {
  for (const { name, d, a } of asked) {
    if (a.settled!.unicastOnly || a.settled!.clients.length > 0) return 'not to all'
    if (a.settled!.prefixes.some(({ decrementLifetimes }) => decrementLifetimes)) return 'shrinking lifetimes'
    if (d.deprecateRemembered) return 'remembered prefixes'
    // They draw the same numbers, and so depend on each other for ever.
    if (d.profile === 'radvd-2.19' && asked.some(other => other.name !== name && other.d.sequence === d.sequence)) return 'in step'
  }
  return null
}

/** What lies in the network and its hosts. */
export function obstacleOf(s: RadvdState, asked: readonly Speaker[], said: readonly Said[], segment: SegmentId, cx: Cx): Obstacle | null {
  const { net, slaac } = cx.world, { segmentOf } = s.rest!
  if (asked.some(x => endsEarly(x))) return 'lifetimes shorter than the interval'
  if (differ(said)) return 'other lifetimes'
  for (const { interfaces } of said) for (const id of interfaces) {
    if (segmentOf[id] !== segment) return 'heard elsewhere'
    if (slaac.interfaces[id]!.rules.temporary !== 'off') return 'temporary addresses'
  }
  for (const { ends, loss } of Object.values(net.links)) if (loss > 0 && segmentOf[ends[0]] === segment) return 'lost frames'
  for (const [port, { captured }] of Object.entries(net.ports)) if (captured && segmentOf[port as never] === segment) return 'captured'
  if (asked.some((x, n) => isShared(x, asked.slice(n + 1), segment, cx))) return 'address of two'
  return isAsSaid(slaac, said) ? null : 'otherwise set'
}

const adviceIn = (packet: DeepReadonly<Ipv6Packet>): Advice[] => packet.payload.kind === 'RA' ? [adviceOf(packet as Ipv6Packet, packet.payload as never)] : []

/** What an advertisement sets, by what it sets it for; the routers' own lifetimes and routes are nobody else's. */
function lifetimesOf({ router, lifetime, prefixes, routes, servers, domains }: Advice): [of: string, lifetime: Micros][] {
  return [
    [router, lifetime], ...prefixes.flatMap(({ prefix, valid, preferred }): [string, Micros][] => [[`${prefix} valid`, valid], [`${prefix} preferred`, preferred]]),
    ...routes.map(({ destination, lifetime: by }): [string, Micros] => [`${router} ${destination}`, by]), ...[...servers, ...domains].map(({ name, lifetime: by }): [string, Micros] => [name, by]),
  ]
}

const endsEarly = ({ a }: Speaker): boolean => a.heard.flatMap(({ packet }) => adviceIn(packet)).flatMap(lifetimesOf)
  .some(([, lifetime]) => lifetime > 0 && lifetime < a.settled!.maxRtrAdvIntervalSeconds * SECOND)

function differ(said: readonly Said[]): boolean {
  const known = new Map<string, Micros>()
  for (const [of, lifetime] of said.flatMap(({ packet }) => adviceIn(packet)).flatMap(lifetimesOf)) {
    if ((known.get(of) ?? lifetime) !== lifetime) return true
    known.set(of, lifetime)
  }
  return false
}

/** Somebody else has its hardware address, or one of its addresses, or advertises in its name. */
function isShared({ s, a }: Speaker, others: readonly Speaker[], segment: SegmentId, cx: Cx): boolean {
  const { segmentOf } = s.rest!, { interfaces } = cx.world.ip, own = interfaces[a.interface]!
  return others.some(other => other.a.interface === a.interface)
    || Object.entries(interfaces).some(([id, other]) => id !== a.interface && segmentOf[id as never] === segment
      && (other.mac === own.mac || Object.keys(own.addresses).some(address => other.addresses[address as never] !== undefined)))
}
