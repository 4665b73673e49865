/**
 * A router advertisement as a host needs it, made once for all who hear it: prefixes and routes in canonical text, lifetimes in
 * microseconds, and what every host would ignore left out.
 *
 * Ignored are the link-local prefix (ND-56) and groups, as sent and not as cut to their length, a preferred lifetime above the valid one
 * (ND-60), impossible lengths, and routes of reserved preference (ND-31). Of two MTU options Linux heeds the first, it reads prefix options
 * that are too long, and of routes that are too short for their length it reads on in what follows; a link-layer address of another size
 * ends its reading behind the default router and the times (as measured).
 */
import { formatPrefix, isLinkLocal, isMulticast, masked, parseIpv6, type Ipv6Text } from '../../base/ipv6.ts'
import { must } from '../../base/assert.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import type { RouterAdvertisement } from '../../wire/icmpv6.ts'
import { decodeOptions, encodeOptions, INFINITE_SECONDS, type NdOption } from '../../wire/nd-option.ts'
import { join, ofHex } from '../../wire/bytes.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { RoutePreference } from '../ip/events.ts'
import { NEVER } from './state.ts'

export interface PrefixAdvice {
  /** `2001:db8::/64`. */
  readonly prefix: string
  readonly bytes: Uint8Array
  readonly length: number
  readonly onLink: boolean
  readonly autonomous: boolean
  readonly valid: Micros
  readonly preferred: Micros
  /** An option with more octets than it should have. */
  readonly oversized: boolean
}
export interface RouteAdvice {
  readonly destination: string
  readonly length: number
  readonly preference: RoutePreference
  readonly lifetime: Micros
  /** An option with fewer octets than its length needs. */
  readonly undersized: boolean
}
export interface Advice {
  readonly router: Ipv6Text
  readonly toGroup: boolean
  readonly lifetime: Micros
  readonly preference: RoutePreference
  readonly hopLimit: number
  readonly reachableMillis: number
  readonly retransMillis: number
  readonly prefixes: readonly PrefixAdvice[]
  /** A prefix has no preferred lifetime left. */
  readonly deprecates: boolean
  readonly routes: readonly RouteAdvice[]
  readonly firstMtu: number | null
  readonly lastMtu: number | null
  readonly servers: readonly { readonly name: Ipv6Text; readonly lifetime: Micros }[]
  readonly domains: readonly { readonly name: string; readonly lifetime: Micros }[]
  /** The first link-layer address is not of six octets. */
  readonly strangeAddress: boolean
}

export function adviceOf(packet: Ipv6Packet, ra: RouterAdvertisement): Advice {
  const prefixes = ra.options.flatMap(prefixOf), mtus = ra.options.flatMap(option => option.kind === 'mtu' ? [option.mtu] : [])
  return {
    router: packet.source, toGroup: packet.destination.startsWith('ff'),
    lifetime: ra.routerLifetimeSeconds * SECOND, preference: ra.preference === 'reserved' ? 'medium' : ra.preference,
    hopLimit: ra.hopLimit, reachableMillis: ra.reachableTimeMillis, retransMillis: ra.retransTimerMillis,
    prefixes, deprecates: prefixes.some(({ preferred }) => preferred === 0), routes: ra.options.flatMap(routeOf),
    firstMtu: mtus[0] ?? null, lastMtu: mtus.at(-1) ?? null,
    servers: ra.options.flatMap(option => option.kind === 'rdnss' ? option.servers.map(name => ({ name, lifetime: lifetimeOf(option.lifetimeSeconds) })) : []),
    domains: ra.options.flatMap(option => option.kind === 'dnssl' ? option.names.map(name => ({ name, lifetime: lifetimeOf(option.lifetimeSeconds) })) : []),
    strangeAddress: ra.options.find(isLinkLayer)?.kind === 'unknown',
  }
}

const isLinkLayer = (option: NdOption): boolean => option.kind === 'source-link-layer' || option.kind === 'unknown' && option.type === LINK_LAYER_OPTION

/** What is left of it for those who stop reading early. */
export const withoutOptions = (ra: Advice): Advice => ({ ...ra, prefixes: [], routes: [], deprecates: false, firstMtu: null, lastMtu: null, servers: [], domains: [] })

/** When a lifetime that begins now ends. */
export const endOf = (lifetime: Micros, now: Micros): Micros => lifetime === NEVER ? NEVER : now + lifetime

const lifetimeOf = (seconds: number): Micros => seconds === INFINITE_SECONDS ? NEVER : seconds * SECOND
const LINK_LAYER_OPTION = 1, PREFIX_OPTION = 3, PREFIX_UNITS = 4, ROUTE_OPTION = 24, ROUTE_UNITS = 3

function prefixOf(option: NdOption): PrefixAdvice[] {
  const oversized = option.kind === 'unknown' && option.type === PREFIX_OPTION, whole = oversized ? cutToSize(option.bytes) : option
  if (whole?.kind !== 'prefix' || whole.length > 128 || whole.preferredSeconds > whole.validSeconds) return []
  const { prefix, bytes } = canonical(whole.prefix, whole.length), sent = parsed(whole.prefix)
  if (isLinkLocal(sent) || isMulticast(sent)) return []
  return [{
    prefix, bytes, length: whole.length, onLink: whole.onLink, autonomous: whole.autonomous, oversized,
    valid: lifetimeOf(whole.validSeconds), preferred: lifetimeOf(whole.preferredSeconds),
  }]
}

/** The option that an oversized one begins with; `bytes` is what follows type and length. */
function cutToSize(bytes: string): NdOption | undefined {
  const octets = ofHex(bytes)
  if (octets.length < 8 * PREFIX_UNITS) return undefined
  return decodeOptions(Uint8Array.of(PREFIX_OPTION, PREFIX_UNITS, ...octets.subarray(0, 8 * PREFIX_UNITS - 2)))[0]
}

function routeOf(option: NdOption, at: number, all: readonly NdOption[]): RouteAdvice[] {
  const undersized = option.kind === 'unknown' && option.type === ROUTE_OPTION, whole = undersized ? readOn(option.bytes, all.slice(at + 1)) : option
  if (whole?.kind !== 'route' || whole.preference === 'reserved') return []
  const { prefix } = canonical(whole.prefix, whole.length)
  return [{ destination: prefix, length: whole.length, preference: whole.preference, lifetime: lifetimeOf(whole.lifetimeSeconds), undersized }]
}

/** The route that such an option and what follows it make; one unit does not do for more than 64 bits. */
function readOn(bytes: string, rest: readonly NdOption[]): NdOption | undefined {
  const octets = ofHex(bytes), units = (octets.length + 2) / 8
  if (units >= ROUTE_UNITS || octets[0]! > 64 * units) return undefined
  return decodeOptions(join(Uint8Array.of(ROUTE_OPTION, ROUTE_UNITS), octets, encodeOptions(rest), new Uint8Array(16)).slice(0, 8 * ROUTE_UNITS))[0]
}

/** The same few prefixes come again and again; the result depends on the text alone. */
const known = new Map<string, { prefix: string; bytes: Uint8Array }>()
const MOST_REMEMBERED = 4096

function canonical(address: Ipv6Text, length: number): { prefix: string; bytes: Uint8Array } {
  const text = `${address}/${length}`, found = known.get(text)
  if (found !== undefined) return found
  if (known.size >= MOST_REMEMBERED) known.clear()
  const bytes = masked(parsed(address), length), made = { prefix: formatPrefix({ address: bytes, length }), bytes }
  known.set(text, made)
  return made
}

const parsed = (address: Ipv6Text): Uint8Array => must(parseIpv6(address), 'a packet holds well-formed addresses')
