/**
 * Do the routers of a link agree? (RFC 4861 6.2.7) Reported, never acted on.
 *
 * Zero says nothing and agrees with everything. Prefixes are compared only where both advertise the same one; lifetimes that shrink by
 * the moments at which they end, with a second for rounding. The preference, routes and name servers may well differ.
 */
import type { RouterAdvertisement } from '../../wire/icmpv6.ts'
import type { SettledInterface } from './conf/start.ts'
import type { Advertiser } from './state.ts'
import type { Ipv6Text } from '../../base/ipv6.ts'

const MOST_ROUTERS = 16
const ROUNDING_SECONDS = 2

/** What they disagree about, in the words of radvd.conf. */
export function differences(ours: SettledInterface, theirs: RouterAdvertisement): string[] {
  const found: string[] = [], differ = (a: number, b: number): boolean => a !== 0 && b !== 0 && a !== b
  if (differ(ours.advCurHopLimit, theirs.hopLimit)) found.push('AdvCurHopLimit')
  if (ours.advManagedFlag !== theirs.managed) found.push('AdvManagedFlag')
  if (ours.advOtherConfigFlag !== theirs.otherConfig) found.push('AdvOtherConfigFlag')
  if (differ(ours.advReachableTimeMilliseconds, theirs.reachableTimeMillis)) found.push('AdvReachableTime')
  if (differ(ours.advRetransTimerMilliseconds, theirs.retransTimerMillis)) found.push('AdvRetransTimer')
  for (const option of theirs.options) {
    if (option.kind === 'mtu' && differ(ours.advLinkMtuOctets, option.mtu)) found.push('AdvLinkMTU')
    if (option.kind !== 'prefix') continue
    const own = ours.prefixes.find(({ prefix, length }) => prefix === option.prefix && length === option.length)
    if (own === undefined) continue
    const apart = own.decrementLifetimes ? ROUNDING_SECONDS : 0
    if (Math.abs(own.advValidLifetimeSeconds - option.validSeconds) > apart) found.push(`AdvValidLifetime of ${own.prefix}/${own.length}`)
    if (Math.abs(own.advPreferredLifetimeSeconds - option.preferredSeconds) > apart) found.push(`AdvPreferredLifetime of ${own.prefix}/${own.length}`)
  }
  return found
}

/** Those that were not found before; what agrees again is forgotten. Of too many routers the first are remembered. */
export function news(a: Advertiser, from: Ipv6Text, found: readonly string[]): string[] {
  const before = a.disagreements[from] ?? []
  if (found.length === 0) delete a.disagreements[from]
  else if (a.disagreements[from] !== undefined || Object.keys(a.disagreements).length < MOST_ROUTERS) a.disagreements[from] = [...found]
  else return []
  return found.filter(about => !before.includes(about))
}
