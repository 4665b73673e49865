/**
 * A wire for tests of stacks alone: a hub in place of `net`, with a delay of each copy that the test chooses. It filters as adapters do,
 * may reflect what a port sends, and may cut ports off without telling them.
 */
import { createSim, type Sim } from '../../../src/core/sim.ts'
import { defineModel, initialWorld, type, type AnyEvent, type Refusal, type RequestOf, type WorldOf } from '../../../src/core/model.ts'
import type { Micros } from '../../../src/base/time.ts'
import { netConfig, type NetConfig } from '../../../src/models/net/config.ts'
import { netRequests, type NetFact } from '../../../src/models/net/events.ts'
import { initialNet, type NetState, type PortId } from '../../../src/models/net/state.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { ip } from '../../../src/models/ip/model.ts'
import type { IpProfile } from '../../../src/models/ip/config.ts'
import { groupMac } from '../../../src/models/ip/transmit.ts'
import { decodeFrame, encodeFrame } from '../../../src/wire/frame.ts'
import type { Icmpv6 } from '../../../src/wire/icmpv6.ts'
import type { Ipv6Packet } from '../../../src/wire/ipv6.ts'

export interface Wire {
  /** How long a copy is under way; `undefined`: it is lost. */
  readonly delay?: (from: string, to: string, copy: number) => Micros | undefined
  /** What a port sends comes back to it. */
  readonly reflects?: boolean
}

export const hub = ({ delay = () => 0, reflects = false }: Wire) => {
  let copies = 0
  return defineModel({
    name: 'net', uses: [], config: netConfig,
    state: (config: NetConfig): NetState => {
      const state = initialNet(config)
      for (const port of Object.values(state.ports)) port.carrier = port.up
      return state
    },
    requests: netRequests, facts: type<NetFact>(),
    on: {
      'net.transmit'(s, { ports: [from], frame }, cx) {
        if (!s.ports[from!]!.carrier) return
        for (const to of Object.keys(s.ports) as PortId[]) {
          if (to === from && !reflects) continue
          const after = delay(from!, to, copies++)
          if (after !== undefined) cx.after(after, { type: 'net.landed', ports: [to], frame })
        }
      },
      'net.landed'(s, { ports: [to], frame }, cx) {
        const port = s.ports[to!]!, { destination } = frame
        if (port.carrier && (destination === port.mac || s.groups[destination]?.includes(to!))) cx.emit({ type: 'net.arrived', ports: [to!], frame })
      },
      'net.setPort'(s, { port, up }, cx) {
        s.ports[port]!.up = up
        carrier(s, port, up, cx)
      },
      // Stands for the cable of a port here: links are named after nothing else.
      'net.setLink': (s, { link, up }, cx) => carrier(s, link as string as PortId, up && s.ports[link as string as PortId]!.up, cx),
      // As often as it was joined, as the wire counts it.
      'net.join'(s, { port, group }) {
        (s.groups[group] ??= []).push(port)
      },
      'net.leave'(s, { port, group }) {
        const members = s.groups[group]!
        members.splice(members.indexOf(port), 1)
      },
      // Comes in at the port, as if another machine had sent it.
      'net.inject': (_, { port, hex }, cx) => cx.emit({ type: 'net.landed', ports: [port], frame: decodeFrame(Buffer.from(hex, 'hex'))! }),
      'net.cut': () => {}, 'net.mend': () => {}, 'net.setLoss': () => {}, 'net.watch': () => {},
    },
  })
}

function carrier(s: NetState, port: PortId, up: boolean, cx: { emit(event: NetFact): void }): void {
  if (s.ports[port]!.carrier === up) return
  s.ports[port]!.carrier = up
  cx.emit({ type: 'net.carrierChanged', port, up })
}

type Models = readonly [typeof hypervisor, ReturnType<typeof hub>, typeof ip]
export interface Told { readonly at: Micros; readonly event: AnyEvent & Record<string, any>; readonly refusal?: Refusal }
export interface Lab {
  readonly sim: Sim<WorldOf<Models>, RequestOf<Models[number]>>
  readonly told: readonly Told[]
  ask(request: object): Refusal | undefined
  run(micros: Micros): void
  all(type: string): Told[]
  /** Packets sent through an interface, of one kind. */
  sent(interfaceName: string, kind: Ipv6Packet['payload']['kind']): { at: Micros; packet: Ipv6Packet }[]
  states(interfaceName: string): Record<string, string>
}

export function lab(sections: { ip: unknown; hypervisor?: unknown }, { seed = 1, ...wire }: Wire & { seed?: string | number } = {}): Lab {
  const models = [hypervisor, hub(wire), ip] as Models, told: Told[] = []
  const world = initialWorld(models, { hypervisor: hypervisor.config.parse(sections.hypervisor ?? {}), net: netConfig.parse({}), ip: ip.config.parse(sections.ip) })
  const sim: Lab['sim'] = createSim({
    models, world, seed, onEntry: ({ at, event, refusal }) => {
      told.push({ at, event: event as never, ...(refusal && { refusal }) })
      const [broken] = sim === undefined ? [] : sim.check()
      if (broken !== undefined) throw new Error(`after ${event.type} at ${at}: ${broken}`)
    },
  })
  sim.runUntil(0)
  return {
    sim, told,
    ask: request => sim.dispatch(request as never),
    run: micros => sim.runUntil(sim.now + micros),
    all: type => told.filter(({ event }) => event.type === type),
    sent: (name, kind) => told.filter(({ event }) => event.type === 'net.transmit' && event.ports[0] === name && event.frame.payload.payload?.kind === kind)
      .map(({ at, event }) => ({ at, packet: event.frame.payload as Ipv6Packet })),
    states: name => Object.fromEntries(Object.entries(sim.world.ip.interfaces[name as never]!.addresses as Record<string, { state: string }>).map(([address, { state }]) => [address, state])),
  }
}

export const PROFILES: readonly IpProfile[] = ['rfc', 'linux']
export const CLONE = '02:00:00:00:0c:dd', LINK_LOCAL = 'fe80::ff:fe00:cdd'

/** Hosts h0, h1, … with one interface each. */
export const hosts = (count: number, node: object = {}, eth0: object = {}): { ip: unknown } =>
  ({ ip: { nodes: Object.fromEntries(Array.from({ length: count }, (_, n) => [`h${n}`, { interfaces: { eth0 }, ...node }])) } })

/** Lets a message of neighbour discovery, made by a stranger, come in at an interface; `change` makes it a wrong one. */
export function hear(l: Lab, interfaceName: string, source: string, destination: string, message: Icmpv6, change: Partial<Ipv6Packet> = {}): void {
  const payload: Ipv6Packet = { kind: 'ipv6', source, destination, hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [], payload: message, ...change }
  const mac = destination.startsWith('ff') ? groupMac(destination) : l.sim.world.ip.interfaces[interfaceName as never]!.mac
  const bytes = encodeFrame({ destination: mac, source: '02:00:00:00:ee:01', tags: [], payload })
  l.ask({ type: 'net.inject', port: interfaceName, hex: Buffer.from(bytes).toString('hex') })
}
