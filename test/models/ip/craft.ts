/** Messages made by hand, a node that says them to a host under test, and looks at what the host knows and sends. */
import type { Icmpv6 } from '../../../src/wire/icmpv6.ts'
import type { Ipv6Packet } from '../../../src/wire/ipv6.ts'
import type { NdOption } from '../../../src/wire/nd-option.ts'
import { groupMac } from '../../../src/models/ip/transmit.ts'
import { groupOf, isGroup } from '../../../src/models/ip/kinds.ts'
import type { Interface } from '../../../src/models/ip/state.ts'
import { lab, type Lab, type Wire } from './hub.ts'

export const HOST = 'fe80::2', PEER = 'fe80::1', HOST_MAC = '02:00:00:00:0c:02', MAC = '02:00:00:00:0a:01', OTHER_MAC = '02:00:00:00:0a:99'
export const SECOND = 1_000_000

export const packet = (source: string, destination: string, payload: Icmpv6, hopLimit = 255): Ipv6Packet =>
  ({ kind: 'ipv6', source, destination, hopLimit, trafficClass: 0, flowLabel: 0, extensions: [], payload })
export const sourceOption = (address: string): NdOption => ({ kind: 'source-link-layer', address })
export const targetOption = (address: string): NdOption => ({ kind: 'target-link-layer', address })

export const ns = (target: string, options: readonly NdOption[] = [], source = PEER, destination = groupOf(target)): Ipv6Packet =>
  packet(source, destination, { kind: 'NS', code: 0, target, options })
export interface NaFlags { readonly router?: boolean; readonly solicited?: boolean; readonly override?: boolean }
export const na = (target: string, { router = false, solicited = false, override = false }: NaFlags, options: readonly NdOption[] = [], destination = HOST): Ipv6Packet =>
  packet(target, destination, { kind: 'NA', code: 0, router, solicited, override, target, options })
export const ra = (options: readonly NdOption[] = [], source = PEER): Ipv6Packet => packet(source, 'ff02::1', {
  kind: 'RA', code: 0, hopLimit: 64, managed: false, otherConfig: false, homeAgent: false, preference: 'medium',
  routerLifetimeSeconds: 1800, reachableTimeMillis: 0, retransTimerMillis: 0, options,
})
export const rs = (options: readonly NdOption[] = [], source = PEER, destination = 'ff02::2'): Ipv6Packet => packet(source, destination, { kind: 'RS', code: 0, options })

/** A host with a link-local address that needs no probes, and a silent port beside it. */
export interface Bench extends Lab {
  /** The peer says it to whom it is for. */
  say(packet: Ipv6Packet, mac?: string): void
  ping(to?: string): void
  readonly host: Interface
  entry(address?: string): { state: string; mac: string | null; router: boolean } | null
  /** Solicitations of the host, unicast or multicast. */
  solicitations(target?: string): { at: number; to: string; packet: Ipv6Packet }[]
}

export function bench(host: object = {}, { more = {}, ...wire }: Wire & { seed?: string | number; more?: object } = {}): Bench {
  const l = lab({ ip: { nodes: {
    host: { interfaces: { eth0: { mac: HOST_MAC, addresses: [`${HOST}/64`], dad: false } }, ...host },
    peer: { interfaces: { eth0: { mac: MAC } } },
    ...more,
  } } }, wire)
  l.run(2 * SECOND)
  return {
    ...l,
    say(said, mac = MAC) {
      const destination = isGroup(said.destination) ? groupMac(said.destination) : HOST_MAC
      l.ask({ type: 'net.transmit', ports: ['peer.eth0'], frame: { destination, source: mac, tags: [], payload: said } })
      l.run(0)
    },
    ping(to = PEER) {
      l.ask({ type: 'ip.ping', node: 'host', to })
      l.run(0)
    },
    get host() { return l.sim.world.ip.interfaces['host.eth0' as never]! as Interface },
    entry(address = PEER) {
      const n = (l.sim.world.ip.interfaces['host.eth0' as never]! as Interface).neighbours[address]
      return n === undefined ? null : { state: n.state, mac: n.mac, router: n.router }
    },
    solicitations: (target = PEER) => l.sent('host.eth0', 'NS').filter(({ packet: { payload } }) => payload.kind === 'NS' && payload.target === target)
      .map(({ at, packet: sent }) => ({ at, to: sent.destination, packet: sent })),
  }
}
