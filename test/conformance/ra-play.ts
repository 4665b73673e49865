/**
 * A recorded table of frames, played to hosts: the topology of its timeline, its commands and frames at their times, and what a host then
 * knows in the words of `ip -6 addr`, `ip -6 route` and sysctl. Ten simulated seconds pass before the timeline begins, as the recorder
 * had its hosts up before it did.
 */
import { parse } from 'yaml'
import { SECOND } from '../../src/base/time.ts'
import { createSim, type Sim } from '../../src/core/sim.ts'
import { initialWorld, type RequestOf, type WorldOf } from '../../src/core/model.ts'
import { hypervisor } from '../../src/models/hypervisor/model.ts'
import { ip } from '../../src/models/ip/model.ts'
import type { InterfaceId } from '../../src/models/ip/state.ts'
import { net } from '../../src/models/net/model.ts'
import { slaac } from '../../src/models/slaac/model.ts'
import { NEVER, secondsLeft } from '../../src/models/slaac/state.ts'
import { vswitch } from '../../src/models/vswitch/model.ts'
import { settingsOf } from './ra-sysctl.ts'
import { sectionsOf, type RaTopology } from './ra-topology.ts'

const models = [hypervisor, net, vswitch, ip, slaac] as const
type Action = { readonly t: number; readonly do: string; readonly ns: string; readonly dev?: string; readonly label?: string; readonly frame?: string; readonly command?: string }
export interface Timeline { readonly topology: RaTopology; readonly timeline: readonly Action[] }

export interface ShownAddress { readonly address: string; readonly state: string; readonly valid: number | null; readonly preferred: number | null; readonly preferredEnds: number | null }
export interface ShownRoute { readonly destination: string; readonly via: string | null; readonly preference: string; readonly expires: number | null }

const BEFORE = 10

export class Player {
  readonly actions: readonly Action[]
  private readonly sim: Sim<WorldOf<typeof models>, RequestOf<(typeof models)[number]>>
  private readonly portOf: (namespace: string, device: string) => string
  private next = 0

  constructor(text: string) {
    const { topology, timeline } = parse(text) as Timeline
    this.actions = timeline
    // A veth takes the frames of all groups.
    const promiscuous = topology.links.flatMap(link => link.kind === 'veth' ? [link.a, link.b] : [])
    const { sections, portOf } = sectionsOf(topology, { promiscuous }), hosts: Record<string, unknown> = {}, disabled: string[] = []
    this.portOf = portOf
    for (const [name, { role, sysctl }] of Object.entries(topology.namespaces)) {
      if (role === 'switch') continue
      const settings = settingsOf(sysctl ?? {})
      hosts[name] = settings.host
      if (settings.disabled) disabled.push(`${name}.eth0`)
    }
    const world = initialWorld(models, {
      hypervisor: hypervisor.config.parse({}), net: net.config.parse(sections.net), vswitch: vswitch.config.parse(sections.vswitch),
      ip: ip.config.parse(sections.ip), slaac: slaac.config.parse({ hosts }),
    })
    this.sim = createSim({ models, world, seed: 1 })
    for (const id of disabled) this.sim.dispatch({ type: 'ip.disable', interface: id as InterfaceId })
    this.until(0)
  }

  /** Everything before and at this time of the timeline. */
  until(t: number): void {
    for (; this.next < this.actions.length && this.actions[this.next]!.t <= t; this.next++) this.act(this.actions[this.next]!)
    this.to(t)
  }

  /** The addresses of a host, link-local ones included; what is being probed or has failed is there too. */
  addresses(host: string): ShownAddress[] {
    const id = `${host}.eth0` as InterfaceId, { now, world } = this.sim, { addresses } = world.slaac.interfaces[id]!
    return Object.entries(world.ip.interfaces[id]!.addresses).map(([address, { state }]) => {
      const formed = addresses.find(a => a.address === address)
      return {
        address, state, valid: formed === undefined ? null : secondsLeft(formed.validUntil, now), preferred: formed === undefined ? null : secondsLeft(formed.preferredUntil, now),
        preferredEnds: formed === undefined || formed.preferredUntil === NEVER ? null : (formed.preferredUntil - now) / SECOND,
      }
    })
  }
  routes(host: string): ShownRoute[] {
    const id = `${host}.eth0` as InterfaceId, { now, world } = this.sim, known = world.slaac.interfaces[id]!
    return world.ip.nodes[host as never]!.routes.map(({ destination, via, preference }) => {
      const until = via === null ? known.prefixes.find(({ prefix }) => prefix === destination)?.until
        : (known.routes.find(route => route.destination === destination && route.router === via) ?? known.routers.find(router => destination === '::/0' && router.address === via))?.until
      return { destination, via, preference, expires: until === undefined ? null : secondsLeft(until, now) }
    })
  }
  /** mtu, hop limit, base reachable and retransmission time of the interface. */
  parameters(host: string): readonly [number, number, number, number] {
    const { mtu, hopLimit, baseReachableMillis, retransMillis } = this.sim.world.ip.interfaces[`${host}.eth0` as InterfaceId]!
    return [mtu, hopLimit, baseReachableMillis, retransMillis]
  }
  /** The prefix that an address was made from. */
  prefixOf(host: string, address: string): string | undefined {
    return this.sim.world.slaac.interfaces[`${host}.eth0` as InterfaceId]!.addresses.find(a => a.address === address)?.prefix
  }

  private act({ t, do: verb, ns, dev, frame, command }: Action): void {
    this.to(t)
    if (verb === 'send_frame') this.sim.dispatch({ type: 'net.inject', port: this.portOf(ns, dev!) as InterfaceId, hex: frame! })
    const [, address, length, device] = /^ip -6 addr add ([0-9a-f:]+)\/(\d+) dev (\w+)$/.exec(command ?? '') ?? []
    if (address !== undefined) this.sim.dispatch({ type: 'ip.addAddress', interface: `${ns}.${device}` as InterfaceId, address, length: Number(length) })
  }
  private to(t: number): void {
    this.sim.runUntil(Math.round((t + BEFORE) * SECOND))
  }
}
