/**
 * Addresses made from prefixes, and their lifetimes (RFC 4862 5.5.3 and 5.5.4; ND-60 to ND-66).
 *
 * The preferred lifetime is always that of the option. The valid lifetime is too, if it is above two hours or extends what remains; otherwise
 * what remains stays, cut to two hours (ND-63). Whoever honours all valid lifetimes has no such rule (ND-64).
 * Linux knows an address by the identifier without conflicts: a stable one that came after a duplicate is not refreshed, and the first is
 * tried again at every advertisement (as recorded).
 */
import { parseIpv6, type Ipv6Text } from '../../base/ipv6.ts'
import { HOUR, SECOND, type Micros } from '../../base/time.ts'
import { endOf, type Advice, type PrefixAdvice } from './advice.ts'
import { note } from './clock.ts'
import type { Cx } from './context.ts'
import { addressFor, isStable, MOST_CONFLICTS } from './identifiers.ts'
import { tellSiteLocal } from './prefixes.ts'
import { NEVER, type FormedAddress, type HostInterface, type InterfaceId, type SlaacState } from './state.ts'
import { makeTemporary, refreshTemporary } from './temporary.ts'

const TWO_HOURS = 2 * HOUR
const IDGEN_DELAY = SECOND
const IDENTIFIER_BITS = 64

/** ND-60: an option with A=1 whose lifetimes make sense. */
export function hearAutonomous(s: SlaacState, i: HostInterface, id: InterfaceId, ra: Advice, option: PrefixAdvice, cx: Cx): void {
  const { prefix, bytes, length, valid, preferred } = option
  // ND-61: with another length, prefix and identifier are no address together.
  if (length + IDENTIFIER_BITS !== 128) return
  const known = addressOf(i, prefix)
  if (known !== undefined) {
    if (known.router !== ra.router) {
      known.router = ra.router
      s.revision++
    }
    refresh(i, id, known, valid, preferred, cx)
  } else if (valid > 0 && !i.givenUp.includes(prefix) && hasRoom(i, id, cx)) {
    const address = addressFor(i, id, bytes, 0, cx), origin = { prefix, router: ra.router, validUntil: endOf(valid, cx.now), preferredUntil: endOf(preferred, cx.now), conflicts: 0 }
    if (isFree(id, address, cx)) form(s, i, id, address, origin, ra.toGroup, cx)
  }
}

/** The public address that the prefix has led to. */
function addressOf({ addresses, rules: { profile } }: HostInterface, prefix: string): FormedAddress | undefined {
  for (const a of addresses) if (a.prefix === prefix && a.of === null && (a.conflicts === 0 || profile === 'rfc')) return a
  return undefined
}

type Origin = Pick<FormedAddress, 'prefix' | 'router' | 'validUntil' | 'preferredUntil' | 'conflicts'>

/** `toAll`: many hosts may be doing this at the same time. */
export function form(s: SlaacState, i: HostInterface, id: InterfaceId, address: Ipv6Text, origin: Origin, toAll: boolean, cx: Cx): void {
  const deprecated = origin.preferredUntil <= cx.now
  const a = { ...origin, address, deprecated, of: null, createdAt: cx.now, preferredLimit: NEVER, assigned: false, renewAt: NEVER, renewed: false, failures: 0 }
  i.addresses.push(a)
  cx.emit({
    type: 'ip.addAddress', interface: id, address, length: IDENTIFIER_BITS, origin: 'ra', deprecated, optimistic: i.rules.optimisticDad,
    delayed: toAll || i.rules.profile === 'linux',
  })
  cx.emit({ type: 'slaac.addressFormed', interface: id, address, prefix: origin.prefix, temporary: false })
  tellSiteLocal(s, id, origin.prefix, cx)
  note(i, id, Math.min(origin.validUntil, deprecated ? NEVER : origin.preferredUntil), cx)
  makeTemporary(i, id, a, cx)
}

/** ND-63: when an address ends that would have ended at `until`. */
export function validAfter(until: Micros, advertised: Micros, now: Micros, honourAll: boolean): Micros {
  const end = endOf(advertised, now)
  if (honourAll || advertised > TWO_HOURS || end > until) return end
  return Math.min(until, now + TWO_HOURS)
}

function refresh(i: HostInterface, id: InterfaceId, a: FormedAddress, valid: Micros, preferred: Micros, cx: Cx): void {
  a.validUntil = validAfter(a.validUntil, valid, cx.now, i.rules.honourAllValidLifetimes)
  // An address that is to be deprecated is, when the whole advertisement has been read.
  if (preferred === 0) a.preferredUntil = cx.now
  else prefer(i, id, a, endOf(preferred, cx.now), cx)
  note(i, id, a.validUntil, cx)
  if (i.rules.temporary !== 'off') refreshTemporary(i, id, a, cx)
}

/** ND-62: the address is preferred until then; for no time at all: it is deprecated. */
export function prefer(i: HostInterface, id: InterfaceId, a: FormedAddress, until: Micros, cx: Cx): void {
  a.preferredUntil = until
  const deprecated = until <= cx.now
  if (deprecated !== a.deprecated) {
    a.deprecated = deprecated
    cx.emit({ type: 'ip.setDeprecated', interface: id, address: a.address, deprecated })
    cx.emit({ type: deprecated ? 'slaac.addressDeprecated' : 'slaac.addressRestored', interface: id, address: a.address })
  }
  if (!deprecated) note(i, id, until, cx)
}

/** ND-62: those that an advertisement leaves no preferred lifetime; after the routes that it has withdrawn, as Linux does. */
export function deprecateEnded(i: HostInterface, id: InterfaceId, cx: Cx): void {
  for (const a of i.addresses) if (!a.deprecated && a.preferredUntil <= cx.now) prefer(i, id, a, a.preferredUntil, cx)
}

/** Its valid lifetime has ended. */
export function expire(i: HostInterface, id: InterfaceId, a: FormedAddress, cx: Cx): void {
  i.addresses.splice(i.addresses.indexOf(a), 1)
  cx.emit({ type: 'ip.removeAddress', interface: id, address: a.address })
  cx.emit({ type: 'slaac.addressExpired', interface: id, address: a.address })
}

/** ND-86: somebody else has it. A stable identifier has another to try, a second later. */
export function conflicted(i: HostInterface, id: InterfaceId, a: FormedAddress, cx: Cx): void {
  const { address, prefix, router, validUntil, preferredUntil, conflicts } = a, retries = isStable(i) && conflicts < MOST_CONFLICTS
  i.addresses.splice(i.addresses.indexOf(a), 1)
  cx.emit({ type: 'ip.removeAddress', interface: id, address })
  cx.emit({ type: 'slaac.addressFailed', interface: id, address, retries })
  if (retries) {
    const at = cx.now + IDGEN_DELAY
    i.retries.push({ at, prefix, router, linkLocal: false, conflicts: conflicts + 1, validUntil, preferredUntil })
    note(i, id, at, cx)
  }
  if (i.rules.profile === 'linux' || !isStable(i)) return
  // No advertisement may try it again meanwhile, or ever.
  i.givenUp.push(prefix)
}

/** The next identifier for a prefix whose last one was a duplicate. */
export function tryNext(s: SlaacState, i: HostInterface, id: InterfaceId, origin: Origin, cx: Cx): void {
  const { prefix, validUntil, conflicts } = origin, address = addressFor(i, id, parseIpv6(prefix.slice(0, prefix.indexOf('/')))!, conflicts, cx)
  if (validUntil <= cx.now || !hasRoom(i, id, cx) || !isFree(id, address, cx)) return
  i.givenUp = i.givenUp.filter(other => other !== prefix)
  form(s, i, id, address, origin, true, cx)
}

/** The remedy against flash renumbering: the router has spoken of prefixes, and not of this one. */
export function deprecateUnadvertised(i: HostInterface, id: InterfaceId, { router, prefixes }: Advice, cx: Cx): void {
  if (!prefixes.some(({ autonomous }) => autonomous)) return
  for (const a of i.addresses) if (!a.deprecated && a.router === router && !prefixes.some(({ prefix }) => prefix === a.prefix)) prefer(i, id, a, cx.now, cx)
}

/** Every address counts, also the link-local one and those configured by hand. */
function hasRoom(i: HostInterface, id: InterfaceId, cx: Cx): boolean {
  const { maxAddresses } = i.rules
  if (maxAddresses === 0) return true
  const others = cx.world.ip.interfaces[id]!.addresses
  let count = i.addresses.length
  // Those that were asked for just now are not there yet.
  for (const address in others) if (!i.addresses.some(a => a.address === address)) count++
  return count < maxAddresses
}

/** One that was configured by hand stays what it is, and what is there already is not formed twice. */
const isFree = (id: InterfaceId, address: Ipv6Text, cx: Cx): boolean => cx.world.ip.interfaces[id]!.addresses[address] === undefined
