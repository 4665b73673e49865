/** What a host configures by itself, told: routers, prefixes, routes, addresses made from prefixes, name servers, and what it does not believe. */
import { z } from 'zod'
import type { Ipv6Text } from '../../base/ipv6.ts'
import type { Micros } from '../../base/time.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { RoutePreference } from '../ip/events.ts'
import type { InterfaceId } from '../ip/ids.ts'
import type { NdFault } from '../ip/validity.ts'
import { portName } from '../net/config.ts'

/** An advertisement that these interfaces have taken in at that time. */
export interface Said { readonly interfaces: readonly InterfaceId[]; readonly packet: Ipv6Packet; readonly at: Micros }
const said = z.array(z.custom<Said>(value => typeof value === 'object' && value !== null && 'packet' in value, 'expected an advertisement, who heard it and when'))

export const slaacRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('slaac.solicit'), interface: portName }).describe('router solicitations begin anew'),
  z.strictObject({ type: z.literal('slaac.standStill'), said }).describe('lifetimes that end as these advertisements say do not run down: they are repeated in time, and not one by one'),
  z.strictObject({ type: z.literal('slaac.runDown'), said }).describe('lifetimes that stood still run on from these advertisements, the latest first'),
])
export type SlaacRequest = z.output<typeof slaacRequests>

/** Why a router leaves the default router list. */
export type RouterGone = 'lifetime zero' | 'expired' | 'no router any more' | 'we forward' | 'interface down'

export type SlaacFact =
  | { type: 'slaac.solicited'; interface: InterfaceId; attempt: number }
  /** An advertisement is invalid: for all who hear it. */
  | { type: 'slaac.raIgnored'; interfaces: readonly InterfaceId[]; from: Ipv6Text; because: NdFault }
  | { type: 'slaac.routerAdded'; interface: InterfaceId; router: Ipv6Text; preference: RoutePreference; lifetimeSeconds: number }
  /** The same router with another preference. */
  | { type: 'slaac.routerChanged'; interface: InterfaceId; router: Ipv6Text; preference: RoutePreference }
  | { type: 'slaac.routerRemoved'; interface: InterfaceId; router: Ipv6Text; because: RouterGone }
  | { type: 'slaac.prefixAdded'; interface: InterfaceId; prefix: string }
  | { type: 'slaac.prefixRemoved'; interface: InterfaceId; prefix: string; because: 'withdrawn' | 'expired' | 'interface down' }
  /** More specific routes of RFC 4191. */
  | { type: 'slaac.routeLearned'; interface: InterfaceId; destination: string; router: Ipv6Text; preference: RoutePreference }
  | { type: 'slaac.routeForgotten'; interface: InterfaceId; destination: string; router: Ipv6Text; because: 'withdrawn' | 'expired' | 'interface down' }
  | { type: 'slaac.addressFormed'; interface: InterfaceId; address: Ipv6Text; prefix: string; temporary: boolean }
  | { type: 'slaac.addressDeprecated'; interface: InterfaceId; address: Ipv6Text }
  | { type: 'slaac.addressRestored'; interface: InterfaceId; address: Ipv6Text }
  | { type: 'slaac.addressExpired'; interface: InterfaceId; address: Ipv6Text }
  /** Somebody else has it. `retries`: another identifier is tried. */
  | { type: 'slaac.addressFailed'; interface: InterfaceId; address: Ipv6Text; retries: boolean }
  | { type: 'slaac.namesChanged'; interface: InterfaceId; servers: readonly Ipv6Text[]; domains: readonly string[] }
  /** fec0::/10 is deprecated (RFC 3879), and works. Told once for each prefix. */
  | { type: 'slaac.siteLocalUsed'; interface: InterfaceId; prefix: string }
  /** The timer of an interface. */
  | { type: 'slaac.due'; interface: InterfaceId }
