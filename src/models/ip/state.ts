/**
 * The slice of the IPv6 stacks: nodes, their interfaces with addresses, groups and neighbours, and their routes.
 */
import { table } from '../../base/id.ts'
import type { Ipv6Text, MacText } from '../../base/ipv6.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { GuestId } from '../hypervisor/ids.ts'
import type { IpConfig, IpProfile } from './config.ts'
import type { AddressOrigin, AddressState, NeighbourState, RoutePreference } from './events.ts'
import type { InterfaceId, NodeId } from './ids.ts'

export type { InterfaceId, NodeId } from './ids.ts'

export interface Address {
  length: number
  origin: AddressOrigin
  state: AddressState
  /** Becomes deprecated, not preferred, when its probes are over. */
  deprecated: boolean
  /** Probes still to be sent. */
  probesLeft: number
  /** Of RFC 7527: what our own probes carry, twelve hexadecimal digits; empty: they carry none. */
  nonce: string
  timer: TimerId | null
  onLinkRoute: boolean
}
export interface Neighbour {
  mac: MacText | null
  state: NeighbourState
  router: boolean
  /** When reachability was last confirmed. */
  confirmedAt: Micros
  probes: number
  timer: TimerId | null
  /** What waits for the address to be resolved, oldest first. */
  queue: Ipv6Packet[]
}
export interface Interface {
  node: NodeId
  /** `eth0`. */
  name: string
  mac: MacText
  mtu: number
  /** Switched on. */
  up: boolean
  /** Up, with a carrier, its node running and not restricted: packets come and go. */
  running: boolean
  /** IPv6 is off because of a duplicate link-local address. */
  disabled: boolean
  dadProbes: number
  enhancedDad: boolean
  acceptDad: 0 | 1 | 2
  keepAddresses: boolean
  hopLimit: number
  baseReachableMillis: number
  reachableMillis: number
  retransMillis: number
  addresses: Record<Ipv6Text, Address>
  /** Groups joined, with how many reasons there are for each. */
  groups: Record<Ipv6Text, number>
  neighbours: Record<Ipv6Text, Neighbour>
  staticAddresses: { address: Ipv6Text; length: number; dad: boolean }[]
}
export interface Route {
  /** Canonical prefix, `::/0` for the default route. */
  destination: string
  via: Ipv6Text | null
  interface: InterfaceId
  metric: number
  preference: RoutePreference
  origin: 'kernel' | 'ra' | 'static'
}
export interface Node {
  profile: IpProfile
  /** The partition it is the system of; null: a machine outside. */
  guest: GuestId | null
  forwarding: boolean
  /** Its system runs. */
  up: boolean
  /** It runs and does nothing. */
  hung: boolean
  /** Restricted state of IBM i: no network. */
  restricted: boolean
  interfaces: InterfaceId[]
  loopback: Ipv6Text[]
  routes: Route[]
  /** The number of the next echo request. */
  sequence: number
}
export interface IpState {
  nodes: Record<NodeId, Node>
  interfaces: Record<InterfaceId, Interface>
}

export function initialIp(config: IpConfig): IpState {
  void config
  return { nodes: table(), interfaces: table() }
}
