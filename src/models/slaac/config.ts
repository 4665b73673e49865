/**
 * The section `slaac:` of a scenario: how hosts configure themselves, by node (`c1`) or by interface (`c1.eth0`, which wins).
 *
 * Every interface of every node is there without being named; what is left out follows the node's profile: the standards, or Linux 6.18.
 * Fields are named after what they do; the sysctl of Linux that does the same is in the description.
 */
import { z } from 'zod'
import { parseIpv6, parseMac } from '../../base/ipv6.ts'
import { DAY, HOUR, MINUTE, SECOND, type Micros } from '../../base/time.ts'
import { toHex } from '../../wire/bytes.ts'
import type { IpProfile } from '../ip/config.ts'
import { ipv6Address } from '../ip/words.ts'
import { mac, portName } from '../net/config.ts'
import { duration } from '../schema.ts'

/** RFC 7217 calls the second half of a stable address F; `random`: a secret of the run, drawn once. */
export const ADDRESS_GENERATION = ['eui64', 'none', 'stable-privacy', 'random'] as const
const count = z.number().int().nonnegative()
const length = z.number().int().min(0).max(128)

export const hostConfig = z.strictObject({
  solicitations: z.union([count, z.literal('unlimited')]).optional().describe('router_solicitations; default 3, in profile linux unlimited (RFC 7559)'),
  backOff: z.boolean().optional().describe('gaps between solicitations double (RFC 7559); default: where their number is unlimited, and in profile linux'),
  solicitationDelay: duration.optional().describe('router_solicitation_delay; default 1s'),
  solicitationInterval: duration.optional().describe('router_solicitation_interval; default 4s'),
  maxSolicitationInterval: duration.optional().describe('router_solicitation_max_interval; default 1h'),
  rsDelayAfterDad: z.boolean().optional().describe('the random delay of the first solicitation is drawn although duplicate address detection has had one; default false'),
  acceptRa: z.enum(['off', 'on', 'forwarding']).optional().describe('accept_ra 0, 1, 2: never, unless it forwards, always; default on'),
  acceptRaFromLocal: z.boolean().optional().describe('accept_ra_from_local: a router with an address of our own; default false'),
  autoconfigure: z.boolean().optional().describe('autoconf; default true'),
  useDefaultRouter: z.boolean().optional().describe('accept_ra_defrtr; default true'),
  usePrefixes: z.boolean().optional().describe('accept_ra_pinfo; default true'),
  acceptMtu: z.boolean().optional().describe('accept_ra_mtu; default true'),
  useRouterPreference: z.boolean().optional().describe('accept_ra_rtr_pref; false is host class A'),
  hostClass: z.enum(['A', 'B', 'C']).optional().describe('RFC 4191 3: A no preferences and no routes, B preferences, C both; default C'),
  minRouteInfoLength: length.optional().describe('accept_ra_rt_info_min_plen; default 0'),
  maxRouteInfoLength: length.optional().describe('accept_ra_rt_info_max_plen; default 128, in profile linux 0: only a default route'),
  minHopLimit: z.number().int().min(0).optional().describe('accept_ra_min_hop_limit; default 1'),
  minLifetime: duration.optional().describe('accept_ra_min_lft: shorter lifetimes, 0 apart, are ignored; default 0s'),
  maxAddresses: count.optional().describe('max_addresses, the link-local one included; 0: no limit; default 16'),
  maxRouters: z.number().int().min(2, 'expected at least 2: a host remembers two routers (RFC 4861 6.3.4)').optional().describe('default 64'),
  maxPrefixes: z.number().int().min(1).optional().describe('default 256'),
  maxServers: z.number().int().min(3, 'expected at least 3 (RFC 8106 5.3.1)').optional().describe('recursive name servers, and search domains; default 3'),
  addressGeneration: z.enum(ADDRESS_GENERATION).optional().describe('addr_gen_mode 0, 1, 2, 3; default eui64'),
  stableSecret: ipv6Address.optional().describe('stable_secret, 128 bits written as an address; with addressGeneration stable-privacy'),
  permanentAddress: z.union([z.literal('none'), mac]).optional().describe('the hardware address in the hash of stable-privacy; none: as with a veth; default that of the interface'),
  token: ipv6Address.optional().describe('ip token: the second half of every address that is formed'),
  temporary: z.enum(['off', 'on', 'preferred']).optional().describe('use_tempaddr; default off'),
  temporaryPreferred: duration.optional().describe('temp_prefered_lft; default 1d'),
  temporaryValid: duration.optional().describe('temp_valid_lft; default 2d, in profile linux 7d'),
  temporaryMaxDesync: duration.optional().describe('max_desync_factor; default 0.4 of temporaryPreferred, in profile linux 10m'),
  optimisticDad: z.boolean().optional().describe('optimistic_dad (RFC 4429); default false'),
  honourAllValidLifetimes: z.boolean().optional().describe('ra_honor_pio_life: no two-hour rule, as Linux was for a time; default false'),
  deprecateUnadvertised: z.boolean().optional().describe('an address whose router goes on to advertise other prefixes without its own is deprecated at once (against flash renumbering); default false'),
})
export type HostConfig = z.output<typeof hostConfig>

export const slaacConfig = z.strictObject({
  hosts: z.record(portName, hostConfig.prefault({})).default({}).describe('by node, or by interface'),
}).prefault({})
export type SlaacConfig = z.output<typeof slaacConfig>

type Known = { [K in keyof Settled]-?: Exclude<Settled[K], undefined> }
type Settled = Omit<HostConfig, 'solicitations' | 'useRouterPreference' | 'stableSecret' | 'permanentAddress' | 'token'>
/** What an interface goes by, with nothing left open. Durations in microseconds, secrets as hexadecimal text. */
export type Rules = Known & {
  profile: IpProfile
  /** null: without end. */
  solicitations: number | null
  /** 16 octets; null: drawn when it is needed. */
  stableSecret: string | null
  /** 6 octets. */
  permanentAddress: string
  /** The last 8 octets of an address; null: none. */
  token: string | null
}

const octets = (address: string): string => toHex(parseIpv6(address)!)
const MAX_DESYNC_SHARE = 0.4

/** RFC 8981 for profile rfc, RFC 4941 with the numbers of the kernel for profile linux. */
export function rulesOf(profile: IpProfile, hardware: string, given: HostConfig): Rules {
  const { solicitations, useRouterPreference, stableSecret, permanentAddress = hardware, token, ...rest } = given, linux = profile === 'linux'
  const temporaryPreferred: Micros = given.temporaryPreferred ?? DAY
  return {
    profile,
    solicitations: solicitations === undefined ? linux ? null : 3 : solicitations === 'unlimited' ? null : solicitations,
    backOff: linux || solicitations === 'unlimited', solicitationDelay: SECOND, solicitationInterval: 4 * SECOND, maxSolicitationInterval: HOUR, rsDelayAfterDad: false,
    acceptRa: 'on', acceptRaFromLocal: false, autoconfigure: true, useDefaultRouter: true, usePrefixes: true, acceptMtu: true,
    hostClass: useRouterPreference === false ? 'A' : 'C', minRouteInfoLength: 0, maxRouteInfoLength: linux ? 0 : 128, minHopLimit: 1, minLifetime: 0,
    maxAddresses: 16, maxRouters: 64, maxPrefixes: 256, maxServers: 3,
    addressGeneration: 'eui64', stableSecret: stableSecret === undefined ? null : octets(stableSecret),
    permanentAddress: toHex(permanentAddress === 'none' ? new Uint8Array(6) : parseMac(permanentAddress)!), token: token === undefined ? null : octets(token).slice(16),
    temporary: 'off', temporaryPreferred, temporaryValid: linux ? 7 * DAY : 2 * DAY, temporaryMaxDesync: linux ? 10 * MINUTE : Math.round(MAX_DESYNC_SHARE * temporaryPreferred),
    optimisticDad: false, honourAllValidLifetimes: false, deprecateUnadvertised: false,
    // Whoever writes a field gives it a value.
    ...rest as Partial<Known>,
    // Measured with Linux 6.18, which makes up no secret: no link-local address, and global ones of the hardware address.
    ...(linux && given.addressGeneration === 'stable-privacy' && stableSecret === undefined && { addressGeneration: 'none' }),
  }
}
