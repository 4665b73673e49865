/**
 * What radvd 2.19 finds out about an interface only when it sets it up: ranges, and how values fit together.
 *
 * A fault here does not stop the daemon: with IgnoreIfMissing on it logs the reason and sends nothing on that interface, with it off it
 * exits with status 1. Mobile IPv6 (its flags, or a prefix with AdvRouterAddr) lowers the limits of the intervals.
 * A daemon of profile rfc has the limits of RFC 4861 as RFC 8319 widened them, and a default minimum that keeps its own bound.
 * Source: the set-up checks of radvd 2.19; texts measured at start-up. RFC 4861 6.2.1 with erratum 3154, RFC 8319.
 */
import type { InterfaceConf } from './settings.ts'
import type { OptionOf } from './vocabulary.ts'

/** An interface as it runs: everything that was left open is decided. */
export interface SettledInterface extends InterfaceConf {
  minRtrAdvIntervalSeconds: number
  advDefaultLifetimeSeconds: number
  homeAgentLifetimeSeconds: number
}

export interface StartFault { readonly option: OptionOf<'interface'>; readonly text: string }

export interface StartUp {
  readonly settled: SettledInterface
  /** Any of these and nothing is sent on the interface. */
  readonly faults: readonly StartFault[]
  /** All that radvd logs about the interface's settings, faults included. */
  readonly says: readonly string[]
  readonly mobileIpv6: boolean
}

interface Limits { readonly defaultMin: (max: number) => number; readonly mostMax: number; readonly mostLifetime: number }
const LIMITS: Readonly<Record<'radvd-2.19' | 'rfc', Limits>> = {
  'radvd-2.19': { defaultMin: max => 0.33 * max, mostMax: 1800, mostLifetime: 9000 },
  rfc: { defaultMin: max => max < 9 ? 0.75 * max : Math.max(3, 0.33 * max), mostMax: 65_535, mostLifetime: 65_535 },
}

/** `maxMtuOctets`: the MTU of the device; null if it is not known, then no upper limit holds. */
export function startUp(conf: InterfaceConf, device: { readonly maxMtuOctets: number | null } = { maxMtuOctets: null }, profile: keyof typeof LIMITS = 'radvd-2.19'): StartUp {
  const { defaultMin, mostMax, mostLifetime } = LIMITS[profile]
  const { name, maxRtrAdvIntervalSeconds: max } = conf
  const flags = conf.advHomeAgentFlag || conf.advHomeAgentInfo || conf.advIntervalOpt
  const mobileIpv6 = flags || conf.prefixes.some(({ advRouterAddr }) => advRouterAddr)
  const min = conf.minRtrAdvIntervalSeconds ?? defaultMin(max)
  const lifetime = conf.advDefaultLifetimeSeconds ?? Math.min(Math.max(1, asInt(3 * max)), profile === 'rfc' ? mostLifetime : Infinity)
  const homeAgentLifetime = conf.homeAgentLifetimeSeconds ?? lifetime
  const settled: SettledInterface = { ...conf, minRtrAdvIntervalSeconds: min, advDefaultLifetimeSeconds: lifetime, homeAgentLifetimeSeconds: homeAgentLifetime }

  const says: string[] = [], faults: StartFault[] = []
  const fault = (option: OptionOf<'interface'>, text: string): void => {
    says.push(text)
    faults.push({ option, text })
  }
  for (const { length } of conf.prefixes) if (length !== 64) says.push(`${name} prefix length should be: 64`)
  if (flags) says.push('using Mobile IPv6 extensions')

  const leastMin = mobileIpv6 ? 0.03 : 3, leastMax = mobileIpv6 ? 0.07 : 4, leastDelay = mobileIpv6 ? 0.03 : 3
  if (min < leastMin || min > 0.75 * max)
    fault('MinRtrAdvInterval', `MinRtrAdvInterval for ${name} (${hundredths(min)}) must be at least ${hundredths(leastMin)} but no more than 3/4 of MaxRtrAdvInterval (${hundredths(0.75 * max)})`)
  if (max < leastMax || max > mostMax)
    fault('MaxRtrAdvInterval', `MaxRtrAdvInterval for ${name} (${hundredths(max)}) must be between ${hundredths(leastMax)} and ${mostMax}`)
  if (conf.minDelayBetweenRasSeconds < leastDelay)
    fault('MinDelayBetweenRAs', `MinDelayBetweenRAs for ${name} (${hundredths(conf.minDelayBetweenRasSeconds)}) must be at least ${hundredths(leastDelay)}`)
  const mtu = conf.advLinkMtuOctets
  if (mtu !== 0 && (mtu < 1280 || (device.maxMtuOctets !== null && mtu > device.maxMtuOctets)))
    fault('AdvLinkMTU', `AdvLinkMTU for ${name} (${mtu}) must be zero or between 1280 and ${device.maxMtuOctets ?? 4_294_967_295}`)
  if (conf.advReachableTimeMilliseconds > 3_600_000)
    fault('AdvReachableTime', `AdvReachableTime for ${name} (${conf.advReachableTimeMilliseconds}) must not be greater than 3600000`)
  if (lifetime !== 0 && (lifetime > mostLifetime || lifetime < Math.max(1, max)))
    fault('AdvDefaultLifetime', `AdvDefaultLifetime for ${name} (${lifetime}) must be zero or between ${Math.trunc(Math.max(1, max))} and ${mostLifetime}`)
  if (conf.advHomeAgentInfo && (homeAgentLifetime > 65_520 || homeAgentLifetime < 1))
    fault('HomeAgentLifetime', `HomeAgentLifetime for ${name} (${homeAgentLifetime}) must be between 1 and 65520`)
  if (conf.advHomeAgentInfo && !conf.advHomeAgentFlag) fault('AdvHomeAgentInfo', `AdvHomeAgentFlag for ${name} must be set with HomeAgentInfo`)
  if (conf.advMobRtrSupportFlag && !conf.advHomeAgentInfo) fault('AdvMobRtrSupportFlag', `AdvHomeAgentInfo for ${name} must be set with AdvMobRtrSupportFlag`)

  // Said, but nothing is refused. The length of the route is not looked at.
  for (const { prefix, advRouteLifetimeSeconds } of conf.routes)
    if (prefix === '::' && (advRouteLifetimeSeconds === 0) !== (lifetime === 0))
      says.push(`route 0::/0 lifetime (${advRouteLifetimeSeconds}) conflicts with AdvDefaultLifetime (${lifetime}), default routes will flap!`)
  return { settled, faults, says, mobileIpv6 }
}

/** As C prints `%.2f`: an exact tie goes to the even neighbour, where toFixed goes up. */
export function hundredths(value: number): string {
  if (value >= 1e21) return `${BigInt(value)}.00`
  const eighths = value * 8, tie = Number.isInteger(eighths) && (eighths % 8 === 1 || eighths % 8 === 5)
  return (tie ? Math.floor(value * 100) / 100 : value).toFixed(2)
}

/** A number of seconds in a signed field; what does not fit becomes negative. */
const asInt = (value: number): number => value >= 2 ** 31 ? -(2 ** 31) : Math.trunc(value)
