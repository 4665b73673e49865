/**
 * One host under test, called h, at a cable whose other end, inj.i0, sends whatever a test makes: the real wire and the real stack below.
 * After every event all rules of all models are asked.
 */
import { SECOND, type Micros } from '../../../src/base/time.ts'
import { createSim, type Sim } from '../../../src/core/sim.ts'
import { initialWorld, type AnyEvent, type Refusal, type RequestOf, type WorldOf } from '../../../src/core/model.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { ip } from '../../../src/models/ip/model.ts'
import { net } from '../../../src/models/net/model.ts'
import { slaac } from '../../../src/models/slaac/model.ts'
import { groupMac } from '../../../src/models/ip/transmit.ts'
import type { HostInterface } from '../../../src/models/slaac/state.ts'
import { toHex } from '../../../src/wire/bytes.ts'
import { encodeFrame } from '../../../src/wire/frame.ts'
import type { RouterAdvertisement } from '../../../src/wire/icmpv6.ts'
import type { Ipv6Packet } from '../../../src/wire/ipv6.ts'
import type { NdOption } from '../../../src/wire/nd-option.ts'

export { SECOND }
export const HOUR = 3600 * SECOND
export const DAY = 24 * HOUR
export const MAC = '02:00:00:00:0c:01', ROUTER_MAC = '02:00:00:00:be:10', ROUTER = 'fe80::ff:fe00:beef', OTHER = 'fe80::bad:2'
export const LINK_LOCAL = 'fe80::ff:fe00:c01', PREFIX = '2001:db8:1::', ADDRESS = '2001:db8:1::ff:fe00:c01', PREFIX_64 = `${PREFIX}/64`
export const ETH0 = 'h.eth0' as never

const models = [hypervisor, net, ip, slaac] as const
export interface Told { readonly at: Micros; readonly event: AnyEvent & Record<string, any> }
export interface Lab {
  readonly sim: Sim<WorldOf<typeof models>, RequestOf<(typeof models)[number]>>
  readonly told: readonly Told[]
  readonly host: HostInterface
  ask(request: object): Refusal | undefined
  run(micros: Micros): void
  all(type: string): Told[]
  /** Lets the other end say it. */
  say(packet: Ipv6Packet, to?: string): void
  /** `default via …` and the like, in the order of the table; the link-local prefix is left out. */
  routes(): string[]
  states(): Record<string, string>
  /** Seconds that an address stays valid and preferred. */
  lifetimes(address?: string): [valid: number, preferred: number]
}

export function lab(host: object = {}, { profile = 'rfc', forwarding = false, seed = 1, eth0 = {}, up = true, guest = false }:
{ profile?: 'rfc' | 'linux'; forwarding?: boolean; seed?: number; eth0?: object; up?: boolean; guest?: boolean } = {}): Lab {
  const told: Told[] = []
  const world = initialWorld(models, {
    hypervisor: hypervisor.config.parse(guest ? { systems: { power5: {} }, guests: { h: { on: 'power5', os: 'linux' } } } : {}),
    net: net.config.parse({ ports: { 'inj.i0': { mac: ROUTER_MAC } }, links: { cable: { ends: ['h.eth0', 'inj.i0'] } } }),
    ip: ip.config.parse({ nodes: { h: { profile, forwarding, interfaces: { eth0: { mac: MAC, up, ...eth0 } } } } }),
    slaac: slaac.config.parse({ hosts: { h: host } }),
  })
  const sim: Lab['sim'] = createSim({
    models, world, seed, onEntry: ({ at, event }) => {
      told.push({ at, event: event as never })
      const [broken] = sim === undefined ? [] : sim.check()
      if (broken !== undefined) throw new Error(`after ${event.type} at ${at}: ${broken}`)
    },
  })
  sim.runUntil(0)
  return {
    sim, told,
    get host() { return sim.world.slaac.interfaces[ETH0] as HostInterface },
    ask: request => sim.dispatch(request as never),
    run: micros => sim.runUntil(sim.now + micros),
    all: kind => told.filter(({ event }) => event.type === kind),
    say(packet, to = packet.destination.startsWith('ff') ? groupMac(packet.destination) : MAC) {
      const hex = toHex(encodeFrame({ destination: to, source: ROUTER_MAC, tags: [], payload: packet }))
      sim.dispatch({ type: 'net.inject', port: 'inj.i0', hex } as never)
    },
    routes: () => sim.world.ip.nodes['h' as never]!.routes.filter(({ destination }) => !destination.startsWith('fe80')).map(({ destination, via, preference }) =>
      `${destination}${via === null ? '' : ` via ${via}`}${preference === 'medium' ? '' : ` ${preference}`}`),
    states: () => Object.fromEntries(Object.entries(sim.world.ip.interfaces[ETH0]!.addresses as Record<string, { state: string }>).map(([address, { state }]) => [address, state])),
    lifetimes(address = ADDRESS) {
      const { validUntil, preferredUntil } = sim.world.slaac.interfaces[ETH0]!.addresses.find(a => a.address === address)!
      return [(validUntil - sim.now) / SECOND, Math.max(0, preferredUntil - sim.now) / SECOND]
    },
  }
}

/** A lab in which the host has its link-local address. */
export function ready(...given: Parameters<typeof lab>): Lab {
  const l = lab(...given)
  l.run(10 * SECOND)
  return l
}

type Header = Partial<Omit<RouterAdvertisement, 'kind' | 'options'>>
export const ra = (options: readonly NdOption[] = [], header: Header = {}, source = ROUTER, destination = 'ff02::1'): Ipv6Packet => ({
  kind: 'ipv6', source, destination, hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
  payload: {
    kind: 'RA', code: 0, hopLimit: 0, managed: false, otherConfig: false, homeAgent: false, preference: 'medium',
    routerLifetimeSeconds: 1800, reachableTimeMillis: 0, retransTimerMillis: 0, options, ...header,
  },
})

export interface PioLike { prefix?: string; length?: number; onLink?: boolean; autonomous?: boolean; valid?: number; preferred?: number }
export const pio = ({ prefix = PREFIX, length = 64, onLink = true, autonomous = true, valid = 86_400, preferred = 14_400 }: PioLike = {}): NdOption =>
  ({ kind: 'prefix', prefix, length, onLink, autonomous, routerAddress: false, dhcpv6PdPreferred: false, validSeconds: valid, preferredSeconds: preferred })
export const rio = (prefix: string, length: number, lifetimeSeconds: number, preference: 'high' | 'medium' | 'low' | 'reserved' = 'medium'): NdOption =>
  ({ kind: 'route', prefix, length, preference, lifetimeSeconds, units: 3 })
/** Without an address for which somebody answers: what the other end says of one being taken. */
export const taken = (target: string): Ipv6Packet => ({
  kind: 'ipv6', source: target, destination: 'ff02::1', hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
  payload: { kind: 'NA', code: 0, router: false, solicited: false, override: true, target, options: [{ kind: 'target-link-layer', address: '02:00:00:00:ee:01' }] },
})
