/**
 * The slice of the IPv6 stacks: nodes, their interfaces with addresses, groups and neighbours, and their routes.
 */
import { entriesOf, table } from '../../base/id.ts'
import type { Ipv6Text, MacText } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { GuestId, HypervisorState } from '../hypervisor/state.ts'
import { macsOfNames } from '../net/mac.ts'
import type { InterfaceConfig, IpConfig, IpProfile } from './config.ts'
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
  /** Is probed, again too when its interface comes back. */
  dad: boolean
  /** Waits a random time before its first probe. */
  delayed: boolean
  /** The subnet-router anycast address that a router has together with it (RFC 4291 2.6.1), while it is usable. */
  anycast: Ipv6Text | null
}
/** A change of a group that routers and switches have still to be told of. */
export interface GroupChange {
  record: 'to-exclude' | 'to-include'
  /** In so many reports. */
  left: number
}
export interface Neighbour {
  mac: MacText | null
  state: NeighbourState
  router: boolean
  /** When reachability was last confirmed; null: never. */
  confirmedAt: Micros | null
  /** When a packet was last sent to it, or wanted to be. */
  usedAt: Micros
  solicitedAt: Micros | null
  /** Solicitations sent in this state. */
  probes: number
  /** When its state ends by itself; null: never. The timer may come earlier and then sets itself again. */
  dueAt: Micros | null
  timerAt: Micros
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
  /** What the adapter can carry: what routers say may be less (ND-49). */
  linkMtu: number
  /** Switched on. */
  up: boolean
  /** Switched on when its node comes up. */
  initiallyUp: boolean
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
  /** When the reachable time was drawn; null: not yet. */
  reachableDrawnAt: Micros | null
  retransMillis: number
  /** Of two equal sources the temporary one (RFC 6724 rule 7; use_tempaddr=2). */
  preferTemporary: boolean
  addresses: Record<Ipv6Text, Address>
  /** Groups joined, with how many reasons there are for each. */
  groups: Record<Ipv6Text, number>
  /** Of RFC 3810 6.1, oldest first; the timer is that of the next report. */
  changes: Record<Ipv6Text, GroupChange>
  reportTimer: TimerId | null
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
  /** When its router last failed to answer, or was probed because of that. */
  probedAt: Micros | null
}
/** An echo request whose answer is waited for. */
export interface Ping {
  to: Ipv6Text
  sequence: number
  sentAt: Micros
  timer: TimerId
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
  /** Configured by hand: there whenever their interface is. */
  staticRoutes: { destination: string; via: Ipv6Text | null; interface: InterfaceId }[]
  /** The number of the next echo request. */
  sequence: number
  pings: Ping[]
  /** How often a router was chosen among several of which none is known to be reachable. */
  turns: number
}
export interface IpState {
  nodes: Record<NodeId, Node>
  interfaces: Record<InterfaceId, Interface>
  /** How often anything has changed here, see ../revision.ts. */
  revision: number
}

/** What an interface begins with, and goes back to when its node starts anew. */
export const FRESH = { hopLimit: 64, baseReachableMillis: 30_000, reachableMillis: 30_000, reachableDrawnAt: null, retransMillis: 1000 } as const
const DEFAULT_MTU = 1500

export function initialIp(config: IpConfig, hypervisor: DeepReadonly<HypervisorState>): IpState {
  const state: IpState = { nodes: table(), interfaces: table(), revision: 0 }, macs = macsOf(config)
  for (const [id, given] of entriesOf(config.nodes)) {
    const guest = hypervisor.guests[id as string as GuestId], profile = given.profile ?? 'rfc', interfaces: InterfaceId[] = []
    for (const [name, port] of interfacesOf(given)) {
      const interfaceId = nameOf(id, name)
      interfaces.push(interfaceId)
      state.interfaces[interfaceId] = {
        node: id, name, mac: macs.get(interfaceId)!, mtu: port.mtu ?? DEFAULT_MTU, linkMtu: port.mtu ?? DEFAULT_MTU, up: port.up ?? true, initiallyUp: port.up ?? true, running: false, disabled: false,
        dadProbes: port.dadProbes ?? 1, enhancedDad: port.enhancedDad ?? true, acceptDad: port.acceptDad ?? (profile === 'rfc' ? 2 : 1),
        keepAddresses: port.keepAddresses ?? profile === 'rfc', ...FRESH, preferTemporary: profile === 'rfc',
        addresses: table(), groups: table(), changes: table(), reportTimer: null, neighbours: table(),
        staticAddresses: (port.addresses ?? []).map(({ address, length }) => ({ address, length, dad: port.dad ?? true })),
      }
    }
    state.nodes[id] = {
      profile, guest: guest === undefined ? null : id as string as GuestId, forwarding: given.forwarding ?? false,
      up: guest?.up ?? true, hung: guest?.hung ?? false, restricted: guest?.restricted ?? false, interfaces, loopback: [...given.loopback ?? []], routes: [],
      staticRoutes: (given.routes ?? []).map(({ to, via, interface: through }) => ({ destination: to, via: via ?? null, interface: through })),
      sequence: 0, pings: [], turns: 0,
    }
  }
  return state
}

/** The ports that the interfaces bring to the wire. */
export function portsOf(config: IpConfig): Record<InterfaceId, { mac: MacText; up: boolean }> {
  const ports = table<InterfaceId, { mac: MacText; up: boolean }>(), macs = macsOf(config)
  for (const [id, given] of entriesOf(config.nodes))
    for (const [name, { up }] of interfacesOf(given)) ports[nameOf(id, name)] = { mac: macs.get(nameOf(id, name))!, up: up ?? true }
  return ports
}

type NodeConfig = IpConfig['nodes'][NodeId]

const nameOf = (node: NodeId, name: string): InterfaceId => `${node}.${name}` as InterfaceId
const interfacesOf = (node: NodeConfig): [string, InterfaceConfig][] => node.interfaces === undefined ? [['eth0', {}]] : Object.entries<InterfaceConfig>(node.interfaces)

/** MAC addresses by interface: as configured, clones included, or made from the name and like no other. */
function macsOf(config: IpConfig): Map<string, MacText> {
  const given = new Map<string, MacText>(), unnamed: string[] = []
  for (const [id, node] of entriesOf(config.nodes)) for (const [name, { mac }] of interfacesOf(node))
    if (mac === undefined) unnamed.push(nameOf(id, name))
    else given.set(nameOf(id, name), mac)
  return new Map([...given, ...macsOfNames(unnamed, given.values())])
}

type Read<T> = DeepReadonly<T>

/** May be a source and a destination: assigned, or optimistic. */
export const isUsable = ({ state }: Read<Address>): boolean => state === 'preferred' || state === 'deprecated' || state === 'optimistic'
/** Assigned for good: its probes are over. */
export const isAssigned = ({ state }: Read<Address>): boolean => state === 'preferred' || state === 'deprecated'
/** Is being probed, or waits to be. */
export const isTentative = ({ state }: Read<Address>): boolean => state === 'tentative' || state === 'optimistic'
/** Its node executes nothing: frames are lost, timers wait until it goes on. */
export const isFrozen = (s: Read<IpState>, id: InterfaceId): boolean => s.nodes[s.interfaces[id]!.node]!.hung

/** The first address of the link that is assigned; undefined while there is none. */
export function linkLocal(i: Read<Interface>): Ipv6Text | undefined {
  for (const address in i.addresses) if (address.startsWith('fe80:') && isAssigned(i.addresses[address]!)) return address
  return undefined
}
