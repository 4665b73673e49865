/**
 * Temporary addresses (RFC 8981, and RFC 4941 as Linux has it): beside each public address one with a random identifier, followed by
 * another some seconds before it is deprecated.
 *
 * No temporary address outlives its public one, is valid for longer than temporaryValid, or preferred for longer than temporaryPreferred
 * less a random share (DESYNC_FACTOR), so that hosts do not change theirs together. One that is a duplicate is replaced at once; after
 * three in a row the host does without.
 */
import { parseIpv6, type Ipv6Text } from '../../base/ipv6.ts'
import { MILLISECOND, SECOND, type Micros } from '../../base/time.ts'
import { note } from './clock.ts'
import type { Cx } from './context.ts'
import { randomAddress } from './identifiers.ts'
import { NEVER, type FormedAddress, type HostInterface, type InterfaceId } from './state.ts'

/** TEMP_IDGEN_RETRIES. */
const MOST_FAILURES = 3
const LEAST_ADVANCE = 2 * SECOND
/** Of RetransTimer, as the kernel takes it. */
const LEAST_RETRANS_MILLIS = 10

/** A new one beside this public address, if it would live for long enough to be worth it. */
export function makeTemporary(i: HostInterface, id: InterfaceId, a: FormedAddress, cx: Cx): void {
  const { rules } = i, of = a.address
  if (rules.temporary === 'off' || a.failures >= MOST_FAILURES || hasFresh(i, of)) return
  const validUntil = Math.min(a.validUntil, cx.now + rules.temporaryValid)
  const preferredLimit = cx.now + rules.temporaryPreferred - desyncOf(i, id, cx), preferredUntil = Math.min(a.preferredUntil, validUntil, preferredLimit)
  if (preferredUntil - cx.now <= advanceOf(id, cx)) return
  const address = randomAddress(id, parseIpv6(of)!, cx)
  i.addresses.push({
    address, prefix: a.prefix, router: a.router, validUntil, preferredUntil, deprecated: false, conflicts: 0, of, createdAt: cx.now, preferredLimit,
    assigned: false, renewAt: NEVER, renewed: false, failures: 0,
  })
  cx.emit({ type: 'ip.addAddress', interface: id, address, length: 64, origin: 'temporary', optimistic: rules.optimisticDad })
  cx.emit({ type: 'slaac.addressFormed', interface: id, address, prefix: a.prefix, temporary: true })
  note(i, id, preferredUntil, cx)
}

/** The public address has new lifetimes: so have its temporary ones, within their bounds. */
export function refreshTemporary(i: HostInterface, id: InterfaceId, a: FormedAddress, cx: Cx): void {
  const { rules, addresses } = i
  let any = false
  for (const t of addresses) {
    const { address } = t
    if (t.of !== a.address) continue
    any = true
    t.router = a.router
    t.validUntil = Math.min(a.validUntil, t.createdAt + rules.temporaryValid)
    const preferredUntil = Math.min(a.preferredUntil, t.validUntil, t.preferredLimit), deprecated = preferredUntil <= cx.now
    t.preferredUntil = preferredUntil
    if (deprecated !== t.deprecated) {
      t.deprecated = deprecated
      cx.emit({ type: 'ip.setDeprecated', interface: id, address, deprecated })
      cx.emit({ type: deprecated ? 'slaac.addressDeprecated' : 'slaac.addressRestored', interface: id, address })
    }
    if (t.assigned) planRenewal(i, id, t, cx)
    note(i, id, Math.min(t.validUntil, t.deprecated ? NEVER : preferredUntil), cx)
  }
  if (!any && !a.deprecated) makeTemporary(i, id, a, cx)
}

/** The address has passed duplicate address detection: now it can be replaced in time. */
export function assigned(i: HostInterface, id: InterfaceId, a: FormedAddress, cx: Cx): void {
  a.assigned = true
  if (a.of === null) return
  const public_ = publicOf(i, a)
  if (public_ !== undefined) public_.failures = 0
  planRenewal(i, id, a, cx)
}

/** Its successor comes. */
export function renew(i: HostInterface, id: InterfaceId, a: FormedAddress, cx: Cx): void {
  a.renewed = true
  a.renewAt = NEVER
  const public_ = publicOf(i, a)
  if (public_ !== undefined) makeTemporary(i, id, public_, cx)
}

/** Somebody else has this random address: another one, unless that has happened too often. */
export function temporaryConflicted(i: HostInterface, id: InterfaceId, a: FormedAddress, cx: Cx): void {
  const { address } = a, public_ = publicOf(i, a)
  i.addresses.splice(i.addresses.indexOf(a), 1)
  if (public_ !== undefined) public_.failures++
  cx.emit({ type: 'ip.removeAddress', interface: id, address })
  cx.emit({ type: 'slaac.addressFailed', interface: id, address, retries: public_ !== undefined && public_.failures < MOST_FAILURES })
  if (public_ !== undefined) makeTemporary(i, id, public_, cx)
}

function planRenewal(i: HostInterface, id: InterfaceId, a: FormedAddress, cx: Cx): void {
  if (a.renewed || a.deprecated) return
  a.renewAt = a.preferredUntil - advanceOf(id, cx)
  note(i, id, a.renewAt, cx)
}

const publicOf = ({ addresses }: HostInterface, { of }: FormedAddress): FormedAddress | undefined => addresses.find(({ address }) => address === of)

/** Is there one that does not need a successor yet? */
function hasFresh(i: HostInterface, of: Ipv6Text): boolean {
  return i.addresses.some(a => a.of === of && !a.renewed && !a.deprecated)
}

/** REGEN_ADVANCE: long enough for three identifiers to be probed. */
function advanceOf(id: InterfaceId, cx: Cx): Micros {
  const { dadProbes, retransMillis } = cx.world.ip.interfaces[id]!
  return LEAST_ADVANCE + MOST_FAILURES * dadProbes * Math.max(retransMillis, LEAST_RETRANS_MILLIS) * MILLISECOND
}

function desyncOf(i: HostInterface, id: InterfaceId, cx: Cx): Micros {
  const { temporaryMaxDesync, temporaryPreferred, profile } = i.rules
  const most = Math.max(0, Math.min(temporaryMaxDesync, temporaryPreferred - advanceOf(id, cx)))
  // RFC 8981 draws it for each address, Linux once for each interface.
  if (i.desync === null || profile === 'rfc') i.desync = cx.rng('desync', id).sample({ uniform: [0, most] })
  return i.desync
}
