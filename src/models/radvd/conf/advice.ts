/**
 * What radvd takes without a word and is unwise, or worth knowing: the interface and its header of an advertisement.
 *
 * Each rule has a short name and a reason in one sentence; advice about prefixes, routes and name servers is in advice-options.ts.
 * Sources: RFC 4861 6.2, RFC 4191, RFC 8106, measured behaviour of radvd 2.19.
 */
import { inside } from './address.ts'
import { must } from '../../../base/assert.ts'
import type { Severity } from './issue.ts'
import type { Assignment, Block, BlockPlaces, Parsed } from './parse.ts'
import type { InterfaceConf } from './settings.ts'
import type { SettledInterface } from './start.ts'
import type { Place } from './tokens.ts'

/** Says something about a place. */
export type Say = (place: Place, severity: Severity, rule: string, text: string, suggestion?: string) => void

export interface Judging {
  readonly parsed: Parsed
  readonly one: InterfaceConf
  readonly settled: SettledInterface
  readonly say: Say
}

export const placesOf = (parsed: Parsed, block: Block): BlockPlaces => must(parsed.places.get(block), 'every block that was read has its places')
/** The assignment that counts. */
export const given = (parsed: Parsed, block: Block, option: string): Assignment | undefined => placesOf(parsed, block).options.get(option)?.at(-1)
/** Of the option, or of the block where its default comes from. */
export const placeOf = (parsed: Parsed, block: Block, option: string): Place => given(parsed, block, option) ?? placesOf(parsed, block).head

export function adviseInterface({ parsed, one, settled, say }: Judging): void {
  const { name } = one, max = one.maxRtrAdvIntervalSeconds, lifetime = settled.advDefaultLifetimeSeconds
  const at = (option: string): Place => placeOf(parsed, one, option)
  const raw = (option: string): number | undefined => given(parsed, one, option)?.number

  if (!one.advSendAdvert)
    say(at('AdvSendAdvert'), 'warning', 'send-off', `nothing is sent on ${name}: AdvSendAdvert is off${given(parsed, one, 'AdvSendAdvert') ? '' : ', which is the default'}`)
  else if (one.unicastOnly) say(at('UnicastOnly'), 'note', 'unicast-only', `no periodic advertisements on ${name}: hosts get one only when they solicit, and none at the end`)
  else if (one.clients.length > 0) say(placeOf(parsed, one, 'AdvSendAdvert'), 'note', 'clients', `only the ${one.clients.length} clients listed are served on ${name}, solicitations of others are ignored`)

  if (one.advSendAdvert && lifetime > 0) {
    if (!given(parsed, one, 'AdvDefaultPreference'))
      say(placesOf(parsed, one).head, 'warning', 'single-router', `if this is the only router on ${name} there is no redundancy: hosts keep a silent default router for up to ${lifetime} s. With a second one, give each an AdvDefaultPreference`)
    if (lifetime >= max && lifetime < 2 * max)
      say(at('AdvDefaultLifetime'), 'warning', 'lifetime-slack', `a router lifetime of ${lifetime} s is less than twice MaxRtrAdvInterval (${max}): one advertisement lost and hosts may be without a default router`)
  }
  if (lifetime === 0 && one.advDefaultPreference !== 0)
    say(at('AdvDefaultPreference'), 'warning', 'preference-ignored', 'with AdvDefaultLifetime 0 the preference is ignored by hosts (RFC 4191 2.2)')
  preference(one.advDefaultPreference, at('AdvDefaultPreference'), say)

  const hopLimit = raw('AdvCurHopLimit')
  if (hopLimit !== undefined && hopLimit > 255) say(at('AdvCurHopLimit'), 'warning', 'hop-limit', `radvd cuts ${hopLimit} to 8 bits without a word and sends ${one.advCurHopLimit}`)
  else if (one.advCurHopLimit > 0 && one.advCurHopLimit < 32) say(at('AdvCurHopLimit'), 'warning', 'hop-limit', `a hop limit of ${one.advCurHopLimit} keeps hosts from reaching what is further away`)

  const raMtu = raw('AdvRAMTU')
  if (raMtu !== undefined && raMtu !== one.advRaMtuOctets) say(at('AdvRAMTU'), 'note', 'ra-mtu', `radvd takes ${one.advRaMtuOctets} instead of ${raMtu}`)
  if (one.advLinkMtuOctets > 1500) say(at('AdvLinkMTU'), 'warning', 'link-mtu', `sets up only if the MTU of ${name} is at least ${one.advLinkMtuOctets}; Ethernet has 1500 unless it is told otherwise`)
  if (one.advRetransTimerMilliseconds > 0 && (one.advRetransTimerMilliseconds < 10 || one.advRetransTimerMilliseconds > 3_600_000))
    say(at('AdvRetransTimer'), 'warning', 'retrans-timer', `${one.advRetransTimerMilliseconds} ms is sent to hosts but not taken for the router itself, which accepts 10 to 3600000`)
  if (one.advReachableTimeMilliseconds > 0 && one.advReachableTimeMilliseconds < 100)
    say(at('AdvReachableTime'), 'warning', 'reachable-time', `${one.advReachableTimeMilliseconds} ms is sent to hosts but not taken for the router itself, which accepts 100 to 3600000`)

  if (one.advSendAdvert && one.prefixes.length === 0) say(placesOf(parsed, one).head, 'note', 'no-prefix', `no prefix on ${name}: hosts learn a router, but form no address from it`)
  if (one.advManagedFlag && one.prefixes.some(({ advAutonomous }) => advAutonomous))
    say(at('AdvManagedFlag'), 'note', 'managed', 'AdvManagedFlag does not keep hosts from forming addresses of their own as well: that takes AdvAutonomous off (RFC 4862 5.5.2)')
  for (const { block, address, place } of parsed.addressPlaces.get(one) ?? [])
    if (block === 'AdvRASrcAddress' && !inside(address, 'fe80::', 10))
      say(place, 'warning', 'source-address', `hosts ignore advertisements whose source is not link-local (RFC 4861 6.1.2), and ${address} is not`)
}

/** Also of a route. */
export function preference(value: number, place: Place, say: Say): void {
  if (value >= -1 && value <= 1) return
  const sent = ['medium', 'high', 'a reserved value', 'low'][value & 3]!
  say(place, 'warning', 'preference', `${value} is no preference: its two lowest bits are sent, which is ${sent}`, (value & 3) === 2 ? 'medium' : sent)
}

/** An option that is given again: only the last one counts. */
export function adviseRepeats({ places }: Parsed, say: Say): void {
  for (const { options } of places.values())
    for (const [option, all] of options)
      for (const again of all.slice(1)) say(again, 'warning', 'repeated-option', `${option} stands in this block more than once, the last one (${all.at(-1)!.text}) counts`)
}
