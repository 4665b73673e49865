/**
 * The router advertisements that radvd 2.19 makes of an interface's settings, as messages: in its order of options, split where they
 * do not fit, and with what it says last when it is stopped.
 *
 * Lifetimes that shrink are the caller's: it gives the settings as they are now. `::/64`, which stands for the prefixes of the interface,
 * sends nothing unless the caller has put those in its place.
 * Source: radvd 2.19 as recorded (sixty configurations, first and last advertisement of each).
 */
import { parseIpv6, type MacText } from '../../base/ipv6.ts'
import { join, of16, of32, toHex } from '../../wire/bytes.ts'
import type { RouterAdvertisement } from '../../wire/icmpv6.ts'
import { encodeName } from '../../wire/names.ts'
import { encodeOption, OPTION_TYPES, preferenceOf, type NdOption } from '../../wire/nd-option.ts'
import type { SettledInterface } from './conf/start.ts'

/** In the option of RFC 6275 the interval is whole milliseconds. */
const MILLIS = 1000
const HEADER_OCTETS = 16
/**
 * What AdvRAMTU loses: the IPv6 header, and once more the header of the message, which is counted again with its options. The recordings
 * show only that it is between 49 and 80.
 */
const AROUND_OCTETS = 56
const CONTEXT_OPTION = 34, AUTHORITATIVE_BORDER_ROUTER_OPTION = 35
/** A deprecated prefix is valid for two hours more at most: hosts would not take less from anybody. */
const DEPRECATED_VALID_SECONDS = 7200

/** `final`: the advertisement that radvd sends when it is told to stop. */
export function advertisements(conf: SettledInterface, mac: MacText, moment: 'running' | 'final' = 'running'): RouterAdvertisement[] {
  const final = moment === 'final'
  const head = {
    kind: 'RA' as const, hopLimit: conf.advCurHopLimit, managed: conf.advManagedFlag, otherConfig: conf.advOtherConfigFlag, homeAgent: conf.advHomeAgentFlag,
    preference: preferenceOf(conf.advDefaultPreference & 3), routerLifetimeSeconds: final ? 0 : conf.advDefaultLifetimeSeconds,
    reachableTimeMillis: conf.advReachableTimeMilliseconds, retransTimerMillis: conf.advRetransTimerMilliseconds,
  }
  return split(optionsOf(conf, mac, final), conf.advRaMtuOctets).map(options => ({ ...head, options }))
}

function optionsOf(conf: SettledInterface, mac: MacText, final: boolean): NdOption[] {
  const ending = (seconds: number, withdrawn: boolean): number => final && withdrawn ? 0 : seconds
  return [
    ...conf.prefixes.filter(({ prefix, length }) => prefix !== '::' || length !== 64).map((each): NdOption => ({
      kind: 'prefix', prefix: each.prefix, length: each.length, onLink: each.advOnLink, autonomous: each.advAutonomous, routerAddress: each.advRouterAddr, dhcpv6PdPreferred: false,
      validSeconds: final && each.deprecatePrefix ? Math.min(each.advValidLifetimeSeconds, DEPRECATED_VALID_SECONDS) : each.advValidLifetimeSeconds,
      preferredSeconds: ending(each.advPreferredLifetimeSeconds, each.deprecatePrefix),
    })),
    ...conf.routes.map((each): NdOption => ({
      kind: 'route', prefix: each.prefix, length: each.length, preference: preferenceOf(each.advRoutePreference & 3), lifetimeSeconds: ending(each.advRouteLifetimeSeconds, each.removeRoute), units: 3,
    })),
    ...conf.rdnss.map((each): NdOption => ({ kind: 'rdnss', lifetimeSeconds: ending(each.advRdnssLifetimeSeconds, each.flushRdnss), servers: [...each.servers] })),
    ...conf.dnssl.map((each): NdOption => searchOption(ending(each.advDnsslLifetimeSeconds, each.flushDnssl), each.suffixes)),
    ...(conf.advLinkMtuOctets === 0 ? [] : [{ kind: 'mtu' as const, mtu: conf.advLinkMtuOctets }]),
    ...(conf.advSourceLlAddress ? [{ kind: 'source-link-layer' as const, address: mac }] : []),
    ...(conf.advIntervalOpt ? [{ kind: 'interval' as const, intervalMillis: Math.trunc(conf.maxRtrAdvIntervalSeconds * MILLIS) }] : []),
    ...(conf.advHomeAgentInfo && tellsOfHomeAgent(conf) ? [{ kind: 'home-agent' as const, mobileRouters: conf.advMobRtrSupportFlag, preference: conf.homeAgentPreference, lifetimeSeconds: conf.homeAgentLifetimeSeconds }] : []),
    ...conf.lowpan.map((each): NdOption => ({
      kind: 'unknown', type: CONTEXT_OPTION,
      bytes: toHex(Uint8Array.of(each.contextLengthBits, (each.compression ? 0x10 : 0) | each.contextId, 0, 0, ...of16(each.lifetimeMinutes), ...new Uint8Array(16))),
    })),
    ...conf.abro.map((each): NdOption => ({
      kind: 'unknown', type: AUTHORITATIVE_BORDER_ROUTER_OPTION,
      bytes: toHex(Uint8Array.of(...of16(each.versionLow), ...of16(each.versionHigh), ...of16(each.validLifetimeMinutes), ...parseIpv6(each.borderRouter) ?? [])),
    })),
  ]
}

/** radvd 2.19 takes labels of more than 63 characters and sends them with the length they have: nobody can read that option. */
function searchOption(lifetimeSeconds: number, names: readonly string[]): NdOption {
  if (names.every(name => encodeName(name) !== undefined)) return { kind: 'dnssl', lifetimeSeconds, names: [...names] }
  const labels = names.flatMap(name => [...name.split('.').map(label => Uint8Array.of(label.length, ...Array.from(label, character => character.charCodeAt(0)))), Uint8Array.of(0)])
  return { kind: 'unknown', type: OPTION_TYPES.dnssl, bytes: toHex(join(of16(0), of32(lifetimeSeconds), ...labels)) }
}

/** Information that hosts would assume anyway (RFC 6275 7.4) is not sent. */
const tellsOfHomeAgent = (conf: SettledInterface): boolean =>
  conf.advMobRtrSupportFlag || conf.homeAgentPreference !== 0 || conf.homeAgentLifetimeSeconds !== conf.advDefaultLifetimeSeconds

/** Each message has the whole header; an option is never cut in two. */
function split(options: readonly NdOption[], mtuOctets: number): NdOption[][] {
  const messages: NdOption[][] = [[]]
  let octets = HEADER_OCTETS
  for (const option of options) {
    const size = encodeOption(option).length
    if (octets + size > mtuOctets - AROUND_OCTETS && messages.at(-1)!.length > 0) {
      messages.push([])
      octets = HEADER_OCTETS
    }
    messages.at(-1)!.push(option)
    octets += size
  }
  return messages
}
