/**
 * The section `ip:` of a scenario: who speaks IPv6, through which interfaces, and by which rules.
 *
 * A node that is called like a guest is the system of that guest and is up when it is. Every interface brings a port of its name
 * (`router.eth0`) to the wire. Left out, a MAC address is made from the name, by the rule of PowerVM (VE-28).
 */
import { z } from 'zod'
import { id } from '../schema.ts'
import { mac, portName } from '../net/config.ts'
import type { NodeId } from './ids.ts'
import { ipv6Address, ipv6AddressWithLength, ipv6Prefix } from './words.ts'

/** GEN-1: the standards, or what Linux 6.18 was measured to do. */
export const PROFILES = ['rfc', 'linux'] as const
export type IpProfile = (typeof PROFILES)[number]

export const interfaceConfig = z.strictObject({
  mac: mac.optional(),
  mtu: z.number().int().min(1280).max(65_535).optional().describe('default 1500'),
  up: z.boolean().optional().describe('switched on when the node comes up; default true'),
  addresses: z.array(ipv6AddressWithLength).optional().describe('configured by hand'),
  dad: z.boolean().optional().describe('probe the addresses configured by hand; default true'),
  dadProbes: z.number().int().min(0).max(10).optional().describe('DupAddrDetectTransmits; default 1, 0: no duplicate address detection'),
  enhancedDad: z.boolean().optional().describe('nonces in probes (RFC 7527); default true'),
  acceptDad: z.union([z.literal(0), z.literal(1), z.literal(2)]).optional().describe('2: a duplicate link-local address switches IPv6 off; default 2 in profile rfc, 1 in profile linux'),
  keepAddresses: z.boolean().optional().describe('addresses configured by hand survive switching off (keep_addr_on_down); default true in profile rfc, false in profile linux'),
})

export const ipConfig = z.strictObject({
  nodes: z.record(id<NodeId>('a node'), z.strictObject({
    profile: z.enum(PROFILES).optional().describe('default rfc'),
    forwarding: z.boolean().optional().describe('a router; default false'),
    interfaces: z.record(id('an interface'), interfaceConfig.prefault({})).optional().describe('default: eth0'),
    loopback: z.array(ipv6Address).optional().describe('addresses that answer whatever interface is down'),
    routes: z.array(z.strictObject({ to: ipv6Prefix, via: ipv6Address.optional(), interface: portName })).optional(),
  }).prefault({})).default({}),
}).prefault({})
export type InterfaceConfig = z.output<typeof interfaceConfig>
export type IpConfig = z.output<typeof ipConfig>
