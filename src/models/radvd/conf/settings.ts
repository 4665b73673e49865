/**
 * What a radvd.conf says, as plain data: one record per interface, with its prefixes, routes, name servers and search lists in the
 * order in which radvd sends them.
 *
 * A `null` is what radvd decides only when it sets the interface up, from values that may stand further down in the file. All other
 * defaults are filled in when a block is read, which is why a block above `MaxRtrAdvInterval` gets lifetimes made from the default
 * of 600 seconds. Numbers are already cut to the width of radvd's own fields (a hop limit of 256 is 0).
 * Source: defaults of radvd 2.19; the table of RFC 4861 6.2.1 where the two agree.
 */

export const INFINITE = 4_294_967_295

export interface RadvdConf { interfaces: InterfaceConf[] }

export interface InterfaceConf {
  /** At most 15 characters; radvd cuts longer names. */
  name: string
  ignoreIfMissing: boolean
  advSendAdvert: boolean
  unicastOnly: boolean
  advRaSolicitedUnicast: boolean
  maxRtrAdvIntervalSeconds: number
  /** null: 0.33 of the maximum. */
  minRtrAdvIntervalSeconds: number | null
  minDelayBetweenRasSeconds: number
  advManagedFlag: boolean
  advOtherConfigFlag: boolean
  /** 0: no MTU option. */
  advLinkMtuOctets: number
  /** The size above which an advertisement is split. */
  advRaMtuOctets: number
  advReachableTimeMilliseconds: number
  advRetransTimerMilliseconds: number
  advCurHopLimit: number
  /** null: three times the maximum interval. */
  advDefaultLifetimeSeconds: number | null
  /** -1 low, 0 medium, 1 high; any other negative number is taken too and its two lowest bits are sent. */
  advDefaultPreference: number
  advSourceLlAddress: boolean
  advHomeAgentFlag: boolean
  advHomeAgentInfo: boolean
  advIntervalOpt: boolean
  advMobRtrSupportFlag: boolean
  /** null: the default lifetime. */
  homeAgentLifetimeSeconds: number | null
  homeAgentPreference: number
  prefixes: PrefixConf[]
  routes: RouteConf[]
  rdnss: RdnssConf[]
  dnssl: DnsslConf[]
  /** Not empty: unicast to these only. In radvd's order, the last of a block first. */
  clients: string[]
  /** Not empty: the source is the first address of the interface that is among these. */
  sourceAddresses: string[]
  lowpan: LowpanConf[]
  abro: AbroConf[]
}

export interface PrefixConf {
  /** With its host bits: radvd sends them. `::` with length 64 stands for the prefixes that the interface has. */
  prefix: string
  length: number
  advOnLink: boolean
  advAutonomous: boolean
  advRouterAddr: boolean
  advValidLifetimeSeconds: number
  advPreferredLifetimeSeconds: number
  deprecatePrefix: boolean
  decrementLifetimes: boolean
  base6Interface: string | null
  base6to4Interface: string | null
}

export interface RouteConf {
  prefix: string
  length: number
  advRouteLifetimeSeconds: number
  /** As `advDefaultPreference`. */
  advRoutePreference: number
  removeRoute: boolean
}

export interface RdnssConf { servers: string[]; advRdnssLifetimeSeconds: number; flushRdnss: boolean }
export interface DnsslConf { suffixes: string[]; advDnsslLifetimeSeconds: number; flushDnssl: boolean }

/** RFC 6775 4.2; lifetime in units of 60 seconds. */
export interface LowpanConf { contextLengthBits: number; compression: boolean; contextId: number; lifetimeMinutes: number }
/** RFC 6775 4.3; lifetime in units of 60 seconds. */
export interface AbroConf { borderRouter: string; versionLow: number; versionHigh: number; validLifetimeMinutes: number }

export const interfaceDefaults = (name: string): InterfaceConf => ({
  name,
  ignoreIfMissing: true, advSendAdvert: false, unicastOnly: false, advRaSolicitedUnicast: true,
  maxRtrAdvIntervalSeconds: 600, minRtrAdvIntervalSeconds: null, minDelayBetweenRasSeconds: 3,
  advManagedFlag: false, advOtherConfigFlag: false, advLinkMtuOctets: 0, advRaMtuOctets: 1280,
  advReachableTimeMilliseconds: 0, advRetransTimerMilliseconds: 0, advCurHopLimit: 64,
  advDefaultLifetimeSeconds: null, advDefaultPreference: 0, advSourceLlAddress: true,
  advHomeAgentFlag: false, advHomeAgentInfo: false, advIntervalOpt: false, advMobRtrSupportFlag: false,
  homeAgentLifetimeSeconds: null, homeAgentPreference: 0,
  prefixes: [], routes: [], rdnss: [], dnssl: [], clients: [], sourceAddresses: [], lowpan: [], abro: [],
})

export const prefixDefaults = (prefix: string, length: number): PrefixConf => ({
  prefix, length, advOnLink: true, advAutonomous: true, advRouterAddr: false,
  advValidLifetimeSeconds: 86_400, advPreferredLifetimeSeconds: 14_400,
  deprecatePrefix: false, decrementLifetimes: false, base6Interface: null, base6to4Interface: null,
})

/** Three times the maximum interval as read so far; fractions are cut. */
export const routeDefaults = (prefix: string, length: number, maxSeconds: number): RouteConf =>
  ({ prefix, length, advRouteLifetimeSeconds: unsigned(3 * maxSeconds), advRoutePreference: 0, removeRoute: true })

/** The maximum interval as read so far. The manual page of 2.19 says twice that; 2.20 takes three times. */
export const rdnssDefaults = (maxSeconds: number): RdnssConf =>
  ({ servers: [], advRdnssLifetimeSeconds: unsigned(maxSeconds), flushRdnss: true })

export const dnsslDefaults = (maxSeconds: number): DnsslConf =>
  ({ suffixes: [], advDnsslLifetimeSeconds: unsigned(maxSeconds), flushDnssl: true })

/** A number as it fits into an unsigned field of 32 bits. */
export const unsigned = (value: number): number => Math.trunc(value) >>> 0
