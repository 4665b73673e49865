/**
 * A router advertisement as a host needs it, made once for all who hear it: prefixes and routes in canonical text, lifetimes in
 * microseconds, and what every host would ignore left out.
 *
 * Ignored are the link-local prefix (ND-56) and groups, a preferred lifetime above the valid one (ND-60), impossible lengths, and routes
 * of reserved preference (ND-31). Of two MTU options Linux heeds the first, and it reads prefix options that are too long (as recorded).
 */
import { formatPrefix, isLinkLocal, isMulticast, masked, parseIpv6, type Ipv6Text } from '../../base/ipv6.ts'
import { must } from '../../base/assert.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import type { RouterAdvertisement } from '../../wire/icmpv6.ts'
import { decodeOptions, INFINITE_SECONDS, type NdOption } from '../../wire/nd-option.ts'
import { ofHex } from '../../wire/bytes.ts'
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
export interface RouteAdvice { readonly destination: string; readonly length: number; readonly preference: RoutePreference; readonly lifetime: Micros }
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
  }
}

/** When a lifetime that begins now ends. */
export const endOf = (lifetime: Micros, now: Micros): Micros => lifetime === NEVER ? NEVER : now + lifetime

const lifetimeOf = (seconds: number): Micros => seconds === INFINITE_SECONDS ? NEVER : seconds * SECOND
const PREFIX_OPTION = 3, PREFIX_UNITS = 4

function prefixOf(option: NdOption): PrefixAdvice[] {
  const oversized = option.kind === 'unknown' && option.type === PREFIX_OPTION, whole = oversized ? cutToSize(option.bytes) : option
  if (whole?.kind !== 'prefix' || whole.length > 128 || whole.preferredSeconds > whole.validSeconds) return []
  const { prefix, bytes } = canonical(whole.prefix, whole.length)
  if (isLinkLocal(bytes) || isMulticast(bytes)) return []
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

function routeOf(option: NdOption): RouteAdvice[] {
  if (option.kind !== 'route' || option.preference === 'reserved') return []
  const { prefix } = canonical(option.prefix, option.length)
  return [{ destination: prefix, length: option.length, preference: option.preference, lifetime: lifetimeOf(option.lifetimeSeconds) }]
}

/** The same few prefixes come again and again; the result depends on the text alone. */
const known = new Map<string, { prefix: string; bytes: Uint8Array }>()
const MOST_REMEMBERED = 4096

function canonical(address: Ipv6Text, length: number): { prefix: string; bytes: Uint8Array } {
  const text = `${address}/${length}`, found = known.get(text)
  if (found !== undefined) return found
  if (known.size >= MOST_REMEMBERED) known.clear()
  const bytes = masked(must(parseIpv6(address), 'a packet holds well-formed addresses'), length), made = { prefix: formatPrefix({ address: bytes, length }), bytes }
  known.set(text, made)
  return made
}
