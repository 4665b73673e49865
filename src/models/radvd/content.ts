/**
 * What an interface advertises at this moment: the settings of its file with lifetimes that have shrunk, `::/64` replaced by the
 * prefixes the interface has (RD-25), and what is left of prefixes that were advertised before.
 *
 * Lifetimes that shrink: radvd 2.19 takes off whole seconds at each advertisement and forgets the rest, and leaves a prefix out as soon
 * as its preferred lifetime is over; profile rfc counts from one moment and goes on until the prefix is invalid.
 */
import { commonPrefixLength, formatIpv6, masked, parseIpv6, type Ipv6Text } from '../../base/ipv6.ts'
import { must } from '../../base/assert.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import { isTentative, type Interface } from '../ip/state.ts'
import { INFINITE, prefixDefaults, type PrefixConf } from './conf/settings.ts'
import type { SettledInterface } from './conf/start.ts'
import type { Advertiser, Remembered, Remaining, Speaker } from './state.ts'

/** What a prefix may at most stay valid for once it is not wanted any more: hosts take no less from anybody (RFC 4862 5.5.3). */
const DEPRECATED_SECONDS = 7200
const MOST_REMEMBERED = 64
const EVERY_PREFIX = { prefix: '::', length: 64 }
const bytesOf = (address: Ipv6Text): Uint8Array => must(parseIpv6(address), 'addresses were checked when they were read')
export const isLinkLocalText = (address: Ipv6Text): boolean => /^fe[89ab]/.test(address)

/** The settings, with the router lifetime that is true now. */
export function contentOf({ d, a }: Speaker, device: DeepReadonly<Interface>, now: Micros, routerLifetimeSeconds: number): SettledInterface {
  const settled = must(a.settled, 'only an interface that was set up advertises'), rfc = d.profile === 'rfc'
  const prefixes = settled.prefixes.flatMap((each, n): PrefixConf[] => {
    const left = each.decrementLifetimes ? rfc ? remainingAt(each, now - a.shrinkFrom) : a.remaining[n]! : undefined
    if (left !== undefined && (rfc ? left.validSeconds : left.preferredSeconds) === 0) return []
    const shown = left === undefined ? each : { ...each, advValidLifetimeSeconds: left.validSeconds, advPreferredLifetimeSeconds: left.preferredSeconds }
    return each.prefix === EVERY_PREFIX.prefix && each.length === EVERY_PREFIX.length ? prefixesOf(device, shown) : [shown]
  })
  if (!rfc) return { ...settled, advDefaultLifetimeSeconds: routerLifetimeSeconds, prefixes }
  const wanted = prefixes.filter(({ prefix, length }) => !(isLinkLocalText(prefix) && length >= 10))
  if (d.deprecateRemembered) wanted.push(...unwanted(d.remembered[a.interface] ?? [], wanted, now))
  return {
    ...settled, advDefaultLifetimeSeconds: routerLifetimeSeconds, prefixes: wanted,
    // A router that is none has no preference (RFC 4191 2.2).
    advDefaultPreference: routerLifetimeSeconds === 0 ? 0 : settled.advDefaultPreference,
  }
}

/** One option for each prefix that the interface has an address in; link-local ones are left out. */
function prefixesOf(device: DeepReadonly<Interface>, like: PrefixConf): PrefixConf[] {
  const found: PrefixConf[] = []
  for (const [address, entry] of Object.entries(device.addresses)) {
    const { length } = entry
    if (isLinkLocalText(address) || isTentative(entry) || entry.state === 'duplicate') continue
    const prefix = like.advRouterAddr ? address : formatIpv6(masked(bytesOf(address), length))
    if (!found.some(other => other.length === length && commonPrefixLength(bytesOf(other.prefix), bytesOf(prefix)) >= length)) found.push({ ...like, prefix, length })
  }
  return found
}

function remainingAt({ advValidLifetimeSeconds: valid, advPreferredLifetimeSeconds: preferred }: PrefixConf, elapsed: Micros): Remaining {
  const seconds = Math.floor(elapsed / SECOND)
  return { validSeconds: less(valid, seconds), preferredSeconds: less(preferred, seconds) }
}
const less = (lifetime: number, seconds: number): number => lifetime === INFINITE ? lifetime : Math.max(0, lifetime - seconds)

/** An advertisement of radvd 2.19 is about to be made. As measured, infinity shrinks too; what the last one deprecates does not. */
export function shrink(a: Advertiser, final: boolean, now: Micros): void {
  const seconds = Math.floor((now - a.shrinkFrom) / SECOND)
  a.shrinkFrom = now
  a.conf.prefixes.forEach(({ decrementLifetimes, deprecatePrefix }, n) => {
    const left = a.remaining[n]!
    if (!decrementLifetimes || final && deprecatePrefix || left.preferredSeconds === 0) return
    left.validSeconds = Math.max(0, left.validSeconds - seconds)
    left.preferredSeconds = Math.max(0, left.preferredSeconds - seconds)
  })
}

/** SIGUSR1: lifetimes are full again. radvd 2.19 goes on counting from its last advertisement. */
export function refill({ d, a }: Speaker, now: Micros): void {
  if (d.profile === 'rfc') a.shrinkFrom = now
  a.conf.prefixes.forEach((each, n) => {
    a.remaining[n] = { validSeconds: each.advValidLifetimeSeconds, preferredSeconds: each.advPreferredLifetimeSeconds }
  })
}

const same = (a: { prefix: Ipv6Text; length: number }, b: { prefix: Ipv6Text; length: number }): boolean => a.length === b.length && a.prefix === b.prefix

/** Hosts have these from us now, until then. */
export function remember({ d, a }: Speaker, content: SettledInterface, now: Micros): void {
  if (!d.deprecateRemembered) return
  const list = (d.remembered[a.interface] ?? []).filter(({ validUntil }) => validUntil > now)
  for (const each of content.prefixes) {
    if (each.advPreferredLifetimeSeconds === 0) continue
    const known = list.find(other => same(other, each)), validUntil = now + each.advValidLifetimeSeconds * SECOND
    if (known !== undefined) known.validUntil = Math.max(known.validUntil, validUntil)
    else list.push({ prefix: each.prefix, length: each.length, onLink: each.advOnLink, autonomous: each.advAutonomous, validUntil })
  }
  d.remembered[a.interface] = list.slice(-MOST_REMEMBERED)
}

/** Prefixes that hosts may still have from us and that are no longer in the file: deprecated (RFC 9096). */
const unwanted = (remembered: readonly Remembered[], wanted: readonly PrefixConf[], now: Micros): PrefixConf[] => remembered
  .filter(old => old.validUntil > now && !wanted.some(each => same(each, old)))
  .map(({ prefix, length, onLink, autonomous, validUntil }) => ({
    ...prefixDefaults(prefix, length), advOnLink: onLink, advAutonomous: autonomous,
    advPreferredLifetimeSeconds: 0, advValidLifetimeSeconds: Math.min(DEPRECATED_SECONDS, Math.ceil((validUntil - now) / SECOND)),
  }))

/** RFC 9096: addresses live no longer than three advertisements without a word from the router, and are invalid after twice that. */
export function shortened(settled: SettledInterface): SettledInterface {
  const preferred = Math.ceil(Math.max(settled.advDefaultLifetimeSeconds, 3 * settled.maxRtrAdvIntervalSeconds))
  return {
    ...settled, prefixes: settled.prefixes.map(each => ({
      ...each, advPreferredLifetimeSeconds: Math.min(each.advPreferredLifetimeSeconds, preferred), advValidLifetimeSeconds: Math.min(each.advValidLifetimeSeconds, 2 * preferred),
    })),
  }
}
