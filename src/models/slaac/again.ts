/**
 * The same advertisement once more. Routers repeat theirs every few minutes, to hundreds of hosts, and mostly nothing comes of it but later
 * ends of lifetimes. So which ends those are is remembered beside the slice, and the next time only they are written.
 *
 * Rules: an advertisement is repeated if its source and all it says are equal and the same hosts have heard it; nothing else has changed
 * about hosts or the stacks below since, and these ends are where it has put them; and the last time nothing was sent, set or drawn
 * because of it. Then the same hosts would do the same. Left out, and so always taken in step by step, is what depends on when it comes: valid lifetimes up to two hours (ND-63),
 * withdrawals and ends (zeros), temporary addresses, routes and names.
 */
import { HOUR, type Micros } from '../../base/time.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import { endOf, type Advice, type PrefixAdvice } from './advice.ts'
import type { Cx } from './context.ts'
import type { FormedAddress, HostInterface, InterfaceId, SlaacState } from './state.ts'

/** What all of these last for from now on, whenever that is. */
interface Kept { readonly lifetime: Micros; readonly of: { until: Micros }[] }
interface KeptAddresses { readonly valid: Micros; readonly preferred: Micros; readonly of: FormedAddress[] }
interface Repeat {
  /** The table it was found in: another simulation has another one, and a draft is another each time. */
  readonly of: SlaacState['interfaces']
  readonly said: string
  readonly revision: number
  readonly revisionBelow: number
  heardAt: Micros
  readonly kept: readonly Kept[]
  readonly addresses: readonly KeptAddresses[]
}

/** By the list of those who heard it, which stays the same object while they do; for each router the last. */
const repeats = new WeakMap<readonly InterfaceId[], Map<string, Repeat>>()
/** Shorter lists are not worth remembering, and no link has so many routers. */
const FEW = 8, MOST_ROUTERS = 16
/** Up to here a valid lifetime may be refused. */
const TWO_HOURS = 2 * HOUR

export const isWorthRemembering = (interfaces: readonly InterfaceId[]): boolean => interfaces.length >= FEW

/** Equal for equal advertisements. */
export const textOf = ({ destination, payload }: Ipv6Packet): string => `${destination} ${JSON.stringify(payload)}`

/** True: that was all there was to do. */
export function keepOn(s: SlaacState, interfaces: readonly InterfaceId[], router: string, said: string, cx: Cx): boolean {
  const known = repeats.get(interfaces)?.get(router)
  if (known === undefined || known.said !== said || known.of !== s.interfaces || known.revision !== s.revision || known.revisionBelow !== cx.world.ip.revision) return false
  if (!known.kept.every(kept => keep(kept, known.heardAt, cx.now)) || !known.addresses.every(kept => keepAddresses(kept, known.heardAt, cx.now))) return false
  known.heardAt = cx.now
  return true
}

// False: another router has moved an end, so that it has to be looked at closely. What is written by then is right in any case.

function keep({ lifetime, of }: Kept, before: Micros, now: Micros): boolean {
  const old = endOf(lifetime, before), until = endOf(lifetime, now)
  for (const each of of) {
    if (each.until !== old) return false
    each.until = until
  }
  return true
}

function keepAddresses({ valid, preferred, of }: KeptAddresses, before: Micros, now: Micros): boolean {
  const oldValid = endOf(valid, before), oldPreferred = endOf(preferred, before), validUntil = endOf(valid, now), preferredUntil = endOf(preferred, now)
  for (const a of of) {
    if (a.validUntil !== oldValid || a.preferredUntil !== oldPreferred) return false
    a.validUntil = validUntil
    a.preferredUntil = preferredUntil
  }
  return true
}

/** The advertisement has just been taken in, and nothing was sent, set or drawn. */
export function remember(s: SlaacState, interfaces: readonly InterfaceId[], said: string, ra: Advice, cx: Cx): void {
  const hosts = interfaces.map(id => s.interfaces[id]!)
  if (!isRegular(ra) || hosts.some(({ rules }) => rules.temporary !== 'off')) return
  const known = repeats.get(interfaces) ?? new Map<string, Repeat>()
  if (known.size >= MOST_ROUTERS) known.clear()
  known.set(ra.router, {
    of: s.interfaces, said, revision: s.revision, revisionBelow: cx.world.ip.revision, heardAt: cx.now,
    kept: [routersKept(hosts, ra, cx.now), ...ra.prefixes.map(option => prefixesKept(hosts, option, cx.now))],
    addresses: ra.prefixes.map(option => addressesKept(hosts, option, cx.now)),
  })
  repeats.set(interfaces, known)
}

/** Its lifetimes count from the moment it comes and from nothing else. */
function isRegular({ lifetime, prefixes, routes, servers, domains }: Advice): boolean {
  return lifetime > 0 && routes.length + servers.length + domains.length === 0 && prefixes.every(({ valid, preferred }) => valid > TWO_HOURS && preferred > 0)
    && new Set(prefixes.map(({ prefix }) => prefix)).size === prefixes.length
}

// Whose end is where this advertisement would have put it, now, has it from this advertisement.

function routersKept(hosts: readonly HostInterface[], { router, lifetime }: Advice, now: Micros): Kept {
  const until = endOf(lifetime, now)
  return { lifetime, of: hosts.flatMap(({ routers }) => routers.filter(each => each.address === router && each.until === until)) }
}

function prefixesKept(hosts: readonly HostInterface[], { prefix, onLink, valid }: PrefixAdvice, now: Micros): Kept {
  const until = endOf(valid, now)
  return { lifetime: valid, of: onLink ? hosts.flatMap(({ prefixes }) => prefixes.filter(each => each.prefix === prefix && each.until === until)) : [] }
}

function addressesKept(hosts: readonly HostInterface[], { prefix, autonomous, valid, preferred }: PrefixAdvice, now: Micros): KeptAddresses {
  const validUntil = endOf(valid, now), preferredUntil = endOf(preferred, now)
  const isKept = (a: FormedAddress): boolean => a.prefix === prefix && a.validUntil === validUntil && a.preferredUntil === preferredUntil
  return { valid, preferred, of: autonomous ? hosts.flatMap(({ addresses }) => addresses.filter(isKept)) : [] }
}
