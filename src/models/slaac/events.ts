/** What a host configures by itself, told: routers, prefixes, addresses made from them, and what it does not believe. */
import { z } from 'zod'
import type { Ipv6Text } from '../../base/ipv6.ts'
import type { InterfaceId } from '../ip/ids.ts'
import type { RoutePreference } from '../ip/events.ts'
import { portName } from '../net/config.ts'

export const slaacRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('slaac.solicit'), interface: portName }).describe('router solicitations begin anew'),
])
export type SlaacRequest = z.output<typeof slaacRequests>

/** Why an advertisement, or an option of it, is not used. */
export type RaFault =
  | 'hop limit' | 'source not link-local' | 'checksum' | 'code' | 'too short' | 'option of length zero' | 'option too long' | 'fragmented'
  | 'own address' | 'not accepted' | 'hop limit too low' | 'lifetime too short'

export type SlaacFact =
  | { type: 'slaac.solicited'; interface: InterfaceId; attempt: number }
  | { type: 'slaac.raIgnored'; interface: InterfaceId; from: Ipv6Text; because: RaFault }
  | { type: 'slaac.routerAdded'; interface: InterfaceId; router: Ipv6Text; preference: RoutePreference; lifetimeSeconds: number }
  | { type: 'slaac.routerRemoved'; interface: InterfaceId; router: Ipv6Text; because: 'lifetime zero' | 'expired' | 'no router any more' | 'interface down' }
  | { type: 'slaac.prefixAdded'; interface: InterfaceId; prefix: string }
  | { type: 'slaac.prefixRemoved'; interface: InterfaceId; prefix: string; because: 'withdrawn' | 'expired' | 'interface down' }
  | { type: 'slaac.addressFormed'; interface: InterfaceId; address: Ipv6Text; prefix: string; temporary: boolean }
  | { type: 'slaac.addressDeprecated'; interface: InterfaceId; address: Ipv6Text }
  | { type: 'slaac.addressRestored'; interface: InterfaceId; address: Ipv6Text }
  | { type: 'slaac.addressExpired'; interface: InterfaceId; address: Ipv6Text }
