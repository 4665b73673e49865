/**
 * What each option does to its block. The last assignment of an option wins; the width of radvd's own fields is applied here.
 *
 * Source: the actions of the grammar of radvd 2.19.
 */
import type { AbroConf, DnsslConf, InterfaceConf, LowpanConf, PrefixConf, RdnssConf, RouteConf } from './settings.ts'
import type { OptionOf } from './vocabulary.ts'

/** The value as a number (a switch is 0 or 1), and its text for names. */
export interface Value { readonly number: number; readonly text: string }
type Assign<Block, Option extends string> = Readonly<Record<Option, (block: Block, value: Value) => void>>

const on = ({ number }: Value): boolean => number === 1
const octet = ({ number }: Value): number => number & 0xff
const short = ({ number }: Value): number => number & 0xffff
/** Fields that say "not set" with -1 are signed: a value of 2³¹ or more counts as not set. */
const signedOrNull = ({ number }: Value): number | null => number >= 2 ** 31 ? null : number
const within = (least: number, most: number, value: number): number => Math.min(most, Math.max(least, value))
/** Names of interfaces are cut to 15 characters. */
export const interfaceName = (text: string): string => text.slice(0, 15)

export const assignInterface: Assign<InterfaceConf, OptionOf<'interface'>> = {
  IgnoreIfMissing: (b, v) => { b.ignoreIfMissing = on(v) },
  AdvSendAdvert: (b, v) => { b.advSendAdvert = on(v) },
  UnicastOnly: (b, v) => { b.unicastOnly = on(v) },
  AdvRASolicitedUnicast: (b, v) => { b.advRaSolicitedUnicast = on(v) },
  MaxRtrAdvInterval: (b, v) => { b.maxRtrAdvIntervalSeconds = v.number },
  MinRtrAdvInterval: (b, v) => { b.minRtrAdvIntervalSeconds = v.number },
  MinDelayBetweenRAs: (b, v) => { b.minDelayBetweenRasSeconds = v.number },
  AdvManagedFlag: (b, v) => { b.advManagedFlag = on(v) },
  AdvOtherConfigFlag: (b, v) => { b.advOtherConfigFlag = on(v) },
  AdvLinkMTU: (b, v) => { b.advLinkMtuOctets = v.number },
  AdvRAMTU: (b, v) => { b.advRaMtuOctets = within(1280, 131_072, v.number) },
  AdvReachableTime: (b, v) => { b.advReachableTimeMilliseconds = v.number },
  AdvRetransTimer: (b, v) => { b.advRetransTimerMilliseconds = v.number },
  AdvCurHopLimit: (b, v) => { b.advCurHopLimit = octet(v) },
  AdvDefaultLifetime: (b, v) => { b.advDefaultLifetimeSeconds = signedOrNull(v) },
  AdvDefaultPreference: (b, v) => { b.advDefaultPreference = v.number },
  AdvSourceLLAddress: (b, v) => { b.advSourceLlAddress = on(v) },
  AdvHomeAgentFlag: (b, v) => { b.advHomeAgentFlag = on(v) },
  AdvHomeAgentInfo: (b, v) => { b.advHomeAgentInfo = on(v) },
  AdvIntervalOpt: (b, v) => { b.advIntervalOpt = on(v) },
  AdvMobRtrSupportFlag: (b, v) => { b.advMobRtrSupportFlag = on(v) },
  HomeAgentLifetime: (b, v) => { b.homeAgentLifetimeSeconds = signedOrNull(v) },
  HomeAgentPreference: (b, v) => { b.homeAgentPreference = short(v) },
}

export const assignPrefix: Assign<PrefixConf, OptionOf<'prefix'>> = {
  AdvOnLink: (b, v) => { b.advOnLink = on(v) },
  AdvAutonomous: (b, v) => { b.advAutonomous = on(v) },
  AdvRouterAddr: (b, v) => { b.advRouterAddr = on(v) },
  AdvValidLifetime: (b, v) => { b.advValidLifetimeSeconds = v.number },
  AdvPreferredLifetime: (b, v) => { b.advPreferredLifetimeSeconds = v.number },
  DeprecatePrefix: (b, v) => { b.deprecatePrefix = on(v) },
  DecrementLifetimes: (b, v) => { b.decrementLifetimes = on(v) },
  Base6Interface: (b, v) => { b.base6Interface = interfaceName(v.text) },
  Base6to4Interface: (b, v) => { b.base6to4Interface = interfaceName(v.text) },
}

export const assignRoute: Assign<RouteConf, OptionOf<'route'>> = {
  AdvRouteLifetime: (b, v) => { b.advRouteLifetimeSeconds = v.number },
  AdvRoutePreference: (b, v) => { b.advRoutePreference = v.number },
  RemoveRoute: (b, v) => { b.removeRoute = on(v) },
}

export const assignRdnss: Assign<RdnssConf, OptionOf<'RDNSS'>> = {
  // Below the maximum interval 2.19 prints an error and keeps the value all the same.
  AdvRDNSSLifetime: (b, v) => { b.advRdnssLifetimeSeconds = v.number },
  FlushRDNSS: (b, v) => { b.flushRdnss = on(v) },
  AdvRDNSSPreference: () => {},
  AdvRDNSSOpen: () => {},
}

/** `maxSeconds`: the maximum interval as read so far. */
export const assignDnssl = (maxSeconds: number): Assign<DnsslConf, OptionOf<'DNSSL'>> => ({
  // Unlike that of RDNSS, a value that is too small is raised.
  AdvDNSSLLifetime: (b, v) => { b.advDnsslLifetimeSeconds = v.number !== 0 && v.number < maxSeconds ? Math.trunc(maxSeconds) : v.number },
  FlushDNSSL: (b, v) => { b.flushDnssl = on(v) },
})

export const assignLowpan: Assign<LowpanConf, OptionOf<'lowpanco'>> = {
  AdvContextLength: (b, v) => { b.contextLengthBits = octet(v) },
  AdvContextCompressionFlag: (b, v) => { b.compression = on(v) },
  AdvContextID: (b, v) => { b.contextId = octet(v) },
  AdvLifeTime: (b, v) => { b.lifetimeMinutes = short(v) },
}

export const assignAbro: Assign<AbroConf, OptionOf<'abro'>> = {
  AdvVersionLow: (b, v) => { b.versionLow = short(v) },
  AdvVersionHigh: (b, v) => { b.versionHigh = short(v) },
  AdvValidLifeTime: (b, v) => { b.validLifetimeMinutes = short(v) },
}
