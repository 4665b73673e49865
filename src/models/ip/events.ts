/**
 * What may be asked of a node's IPv6 stack, and what it tells: interfaces, addresses with their states, routes, neighbours, echo.
 *
 * Addresses are in canonical text, prefixes `2001:db8::/64`. Lifetimes are not kept here: whoever configures an address or a route
 * (slaac, a person) removes it again.
 */
import { z } from 'zod'
import type { Ipv6Text, MacText } from '../../base/ipv6.ts'
import type { Micros } from '../../base/time.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import { duration, id } from '../schema.ts'
import { portName } from '../net/config.ts'
import type { InterfaceId, NodeId } from './ids.ts'
import { ipv6Address, ipv6Prefix } from './words.ts'

const node = id<NodeId>('a node'), interfaceName = portName.describe('an interface, such as router.eth0')
export const ORIGINS = ['link-local', 'ra', 'temporary', 'static'] as const
export type AddressOrigin = (typeof ORIGINS)[number]
export const PREFERENCES = ['low', 'medium', 'high'] as const
export type RoutePreference = (typeof PREFERENCES)[number]

export const ipRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ip.setInterface'), interface: interfaceName, up: z.boolean() }).describe('ip link set … up, down'),
  z.strictObject({ type: z.literal('ip.setForwarding'), node, on: z.boolean() }).describe('net.ipv6.conf.all.forwarding'),
  z.strictObject({ type: z.literal('ip.disable'), interface: interfaceName, because: z.string().optional() }).describe('IPv6 is switched off on the interface: its link-local address is a duplicate'),
  z.strictObject({
    type: z.literal('ip.addAddress'), interface: interfaceName, address: ipv6Address, length: z.number().int().min(0).max(128).optional().describe('default 64'),
    origin: z.enum(ORIGINS).optional().describe('default static'),
    dad: z.boolean().optional().describe('default true, unless the interface sends no probes'),
    delayed: z.boolean().optional().describe('wait a random delay of up to a second before the first probe (RFC 4862 5.4.2); default true'),
    optimistic: z.boolean().optional().describe('usable while it is probed (RFC 4429)'),
    deprecated: z.boolean().optional(),
    onLinkRoute: z.boolean().optional().describe('a route to the prefix comes with it; default only for static and link-local ones'),
  }).describe('ip -6 addr add'),
  z.strictObject({ type: z.literal('ip.removeAddress'), interface: interfaceName, address: ipv6Address }).describe('ip -6 addr del'),
  z.strictObject({ type: z.literal('ip.setDeprecated'), interface: interfaceName, address: ipv6Address, deprecated: z.boolean() }),
  z.strictObject({
    type: z.literal('ip.addRoute'), node, destination: ipv6Prefix, via: ipv6Address.nullable().optional().describe('null: on link'), interface: interfaceName,
    metric: z.number().int().nonnegative().optional().describe('default 1024; 256 for what is on link'), preference: z.enum(PREFERENCES).optional(),
    origin: z.enum(['kernel', 'ra', 'static']).optional(),
  }).describe('ip -6 route add; a route that is there already gets the new metric and preference'),
  z.strictObject({ type: z.literal('ip.removeRoute'), node, destination: ipv6Prefix, via: ipv6Address.nullable().optional(), interface: interfaceName }),
  /** What a router says about the link. */
  z.strictObject({
    type: z.literal('ip.setParameters'), interface: interfaceName,
    hopLimit: z.number().int().min(1).max(255).optional(), baseReachableMillis: z.number().int().positive().optional(),
    retransMillis: z.number().int().positive().optional(), mtu: z.number().int().min(1280).optional(),
    preferTemporary: z.boolean().optional().describe('of two equal source addresses the temporary one (RFC 6724 rule 7); default true in profile rfc, false in profile linux'),
  }),
  /** To a group, or to a neighbour that is resolved first; with source, hop limit and all as given. No routing. */
  z.strictObject({
    type: z.literal('ip.sendOnLink'), interface: interfaceName,
    packet: z.custom<Ipv6Packet>(value => typeof value === 'object' && value !== null && 'hopLimit' in value, 'expected a packet'),
    loop: z.boolean().optional().describe('a packet to a group is heard by the interface itself too (IPV6_MULTICAST_LOOP); default false'),
  }),
  z.strictObject({
    type: z.literal('ip.announce'), interface: interfaceName, address: ipv6Address, times: z.number().int().min(1).max(3).optional().describe('RetransTimer apart; default 3'),
  }).describe('unsolicited neighbour advertisements, as after a change of the adapter (ndisc_notify)'),
  z.strictObject({
    type: z.literal('ip.ping'), node, to: ipv6Address, interface: interfaceName.optional(), timeout: duration.optional().describe('default 1s'),
  }).describe('one echo request, and its answer or none'),
])
export type IpRequest = z.output<typeof ipRequests>

/** As `ip -6 addr` shows them; `duplicate` is `dadfailed`. */
export type AddressState = 'tentative' | 'optimistic' | 'preferred' | 'deprecated' | 'duplicate'
/** Neighbour cache states of RFC 4861 7.3.2; Linux also keeps who did not answer. */
export type NeighbourState = 'incomplete' | 'reachable' | 'stale' | 'delay' | 'probe' | 'failed'

export type IpFact =
  /** Carrier there and switched on: addresses can be configured. Also for nodes whose system has come up. */
  | { type: 'ip.interfaceUp'; interface: InterfaceId }
  /** `carrier`: only the carrier is gone, addresses stay (as the profile has it); otherwise they are flushed. */
  | { type: 'ip.interfaceDown'; interface: InterfaceId; because: 'carrier' | 'switched off' | 'node down' | 'disabled' }
  | { type: 'ip.addressChanged'; interface: InterfaceId; address: Ipv6Text; length: number; state: AddressState; origin: AddressOrigin }
  | { type: 'ip.addressRemoved'; interface: InterfaceId; address: Ipv6Text; length: number; state: AddressState; origin: AddressOrigin }
  /** Somebody else has the address, or wants it too. `from`: the link-layer address heard. */
  | { type: 'ip.duplicateFound'; interface: InterfaceId; address: Ipv6Text; from: MacText }
  /** The wait before a probe, or between probes, is over. */
  | { type: 'ip.dadDue'; interface: InterfaceId; address: Ipv6Text }
  | { type: 'ip.reportDue'; interface: InterfaceId }
  | { type: 'ip.disabled'; interface: InterfaceId }
  | { type: 'ip.routeAdded'; node: NodeId; destination: string; via: Ipv6Text | null; interface: InterfaceId; metric: number; preference: RoutePreference }
  | { type: 'ip.routeRemoved'; node: NodeId; destination: string; via: Ipv6Text | null; interface: InterfaceId; metric: number; preference: RoutePreference }
  | { type: 'ip.neighbourChanged'; interface: InterfaceId; address: Ipv6Text; from: NeighbourState | null; to: NeighbourState | null; router: boolean }
  /** A router has said that it is none any more: it leaves the default router list (RFC 4861 7.2.5). */
  | { type: 'ip.routerFlagCleared'; interface: InterfaceId; address: Ipv6Text }
  /** The timer of a neighbour entry. */
  | { type: 'ip.neighbourDue'; interface: InterfaceId; address: Ipv6Text }
  | { type: 'ip.forwardingChanged'; node: NodeId; on: boolean }
  /** A router solicitation or advertisement has come to these interfaces, which are up; nothing else about it is checked yet. */
  | { type: 'ip.received'; interfaces: readonly InterfaceId[]; packet: Ipv6Packet; from: MacText }
  /** Told only while somebody watches (`net.watch`). */
  | { type: 'ip.parametersSet'; interface: InterfaceId }
  | { type: 'ip.packetDropped'; node: NodeId; reason: 'no route' | 'hop limit' | 'unreachable neighbour' | 'no source address' | 'not forwarding'; destination: Ipv6Text }
  | { type: 'ip.pinged'; node: NodeId; to: Ipv6Text; sequence: number }
  | { type: 'ip.replied'; node: NodeId; to: Ipv6Text; sequence: number; micros: Micros }
  | { type: 'ip.pingLost'; node: NodeId; to: Ipv6Text; sequence: number; because: 'timeout' | 'unreachable' }
