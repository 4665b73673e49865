/**
 * One router with a daemon, one host that asks it, a hub between them; and the partition and disks of the router where a test wants
 * them. What goes out is read from the packets that the daemon hands to the stack.
 */
import { z } from 'zod'
import { createSim, type Commit, type Sim } from '../../../src/core/sim.ts'
import { defineModel, initialWorld, type, type AnyEvent, type Refusal, type RequestOf, type WorldOf } from '../../../src/core/model.ts'
import { SECOND, type Micros } from '../../../src/base/time.ts'
import { boot } from '../../../src/models/boot/model.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { ip } from '../../../src/models/ip/model.ts'
import { md } from '../../../src/models/md/model.ts'
import { netConfig } from '../../../src/models/net/config.ts'
import { radvd } from '../../../src/models/radvd/model.ts'
import { scsi } from '../../../src/models/scsi/model.ts'
import { vscsi } from '../../../src/models/vscsi/model.ts'
import type { RouterAdvertisement } from '../../../src/wire/icmpv6.ts'
import { decodeFrame } from '../../../src/wire/frame.ts'
import { ofHex } from '../../../src/wire/bytes.ts'
import type { Ipv6Packet } from '../../../src/wire/ipv6.ts'
import { hub } from '../ip/hub.ts'
import { must } from '../../../src/base/assert.ts'

/** Nothing of the kind is here. */
const without = <const N extends string>(name: N) =>
  defineModel({ name, uses: [], config: z.strictObject({}).prefault({}), state: (_: object): Record<string, never> => ({}), requests: z.never(), facts: type<never>(), on: {} })
const models = [hypervisor, hub({}), scsi, vscsi, md, boot, without('vswitch'), ip, without('slaac'), radvd] as const
type Models = typeof models
type World = WorldOf<Models>

export const ROUTER = 'fe80::ff:fe00:a01', HOST = 'fe80::ff:fe00:c01', ALL = 'ff02::1'
export const PREFIX = 'fec0:301:0:1234::'
/** One interface with these options, advertising the founding prefix. */
export const eth0 = (options = '', prefix = `prefix ${PREFIX}/64 { };`): string => `interface eth0 { AdvSendAdvert on; ${options} ${prefix} };\n`
export const FAST = 'MinRtrAdvInterval 3; MaxRtrAdvInterval 4;'

export interface Ra {
  /** Seconds. */
  readonly at: number
  readonly from: string
  readonly to: string
  readonly lifetime: number
  readonly prefixes: readonly (readonly [prefix: string, valid: number, preferred: number])[]
  readonly message: RouterAdvertisement
}
export interface LabOptions {
  readonly profile?: 'rfc' | 'radvd-2.19'
  readonly conf?: string
  readonly daemon?: object
  readonly daemons?: object
  /** Of the router's eth0. */
  readonly port?: object
  readonly nodes?: object
  readonly forwarding?: boolean
  readonly sections?: { readonly hypervisor?: object; readonly vscsi?: object; readonly scsi?: object; readonly md?: object }
  readonly seed?: string | number
  readonly commit?: Commit<World>
  /** Look at the rules after every event; default true. */
  readonly checked?: boolean
}

export class Lab {
  readonly told: { at: Micros; event: AnyEvent & Record<string, any>; refusal?: Refusal }[] = []
  readonly sim: Sim<World, RequestOf<Models[number]>>

  constructor({ profile = 'radvd-2.19', conf = eth0(FAST), daemon = {}, daemons, port = {}, nodes = {}, forwarding = true, sections = {}, seed = 1, commit, checked = true }: LabOptions = {}) {
    const world = initialWorld(models, {
      hypervisor: hypervisor.config.parse(sections.hypervisor ?? {}), net: netConfig.parse({}), scsi: scsi.config.parse(sections.scsi ?? {}),
      vscsi: vscsi.config.parse(sections.vscsi ?? {}), md: md.config.parse(sections.md ?? {}), boot: boot.config.parse({}), vswitch: {}, slaac: {},
      ip: ip.config.parse({
        nodes: {
          router: { profile: 'linux', forwarding, interfaces: { eth0: { mac: '02:00:00:00:0a:01', addresses: [`${ROUTER}/64`], dad: false, ...port } } },
          c1: { interfaces: { eth0: { mac: '02:00:00:00:0c:01', addresses: [`${HOST}/64`], dad: false } } }, ...nodes,
        },
      }),
      radvd: radvd.config.parse({ daemons: daemons ?? { radvd: { on: 'router', profile, config: conf, ...daemon } } }),
    })
    this.sim = createSim({
      models, world, seed, ...(commit && { commit }),
      onEntry: ({ at, event, refusal }) => {
        this.told.push({ at, event: event as never, ...(refusal && { refusal }) })
        const broken = checked && this.sim !== undefined ? radvd.check!(this.sim.world.radvd) : undefined
        if (broken !== undefined) throw new Error(`after ${event.type} at ${at}: ${broken}`)
      },
    })
    this.sim.runUntil(0)
  }
  /** To a moment, in seconds since the start. */
  until(seconds: number): this {
    this.sim.runUntil(Math.round(seconds * SECOND))
    return this
  }
  ask(request: object): Refusal | undefined {
    return this.sim.dispatch(request as never)
  }
  signal(signal: string, daemon = 'radvd'): Refusal | undefined {
    return this.ask({ type: 'radvd.signal', daemon, signal })
  }
  write(text: string): Refusal | undefined {
    return this.ask({ type: 'radvd.writeConf', daemon: 'radvd', text })
  }
  /** The host asks for routers. */
  solicit(more: Partial<Ipv6Packet> & { options?: readonly object[] } = {}): void {
    const { options = [{ kind: 'source-link-layer', address: '02:00:00:00:0c:01' }], ...packet } = more
    this.ask({
      type: 'ip.sendOnLink', interface: 'c1.eth0',
      packet: {
        kind: 'ipv6', source: HOST, destination: 'ff02::2', hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
        payload: { kind: 'RS', code: 0, options: packet.source === '::' ? [] : options }, ...packet,
      },
    })
  }
  /** The host puts these bytes on the wire. */
  frame(hex: string): void {
    this.ask({ type: 'net.transmit', ports: ['c1.eth0'], frame: must(decodeFrame(ofHex(hex)), 'a recorded frame has a header') })
  }
  /** Another router on the link says something. */
  hear(payload: Partial<RouterAdvertisement>, source = HOST): void {
    this.ask({
      type: 'ip.sendOnLink', interface: 'c1.eth0',
      packet: {
        kind: 'ipv6', source, destination: ALL, hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
        payload: {
          kind: 'RA', code: 0, hopLimit: 64, managed: false, otherConfig: false, homeAgent: false, preference: 'medium', routerLifetimeSeconds: 1800,
          reachableTimeMillis: 0, retransTimerMillis: 0, options: [], ...payload,
        },
      },
    })
  }
  ras(from = 0, port = 'router.eth0'): Ra[] {
    return this.told.filter(({ at, event }) => at >= from * SECOND && event.type === 'ip.sendOnLink' && event.interface === port && event.packet.payload.kind === 'RA').map(({ at, event }) => {
      const packet = event.packet as Ipv6Packet, message = packet.payload as RouterAdvertisement
      return {
        at: at / SECOND, from: packet.source, to: packet.destination, lifetime: message.routerLifetimeSeconds, message,
        prefixes: message.options.flatMap(option => option.kind === 'prefix' ? [[option.prefix, option.validSeconds, option.preferredSeconds] as const] : []),
      }
    })
  }
  /** Advertisements that have really left the router: its neighbours are known by then. */
  sent(): { at: number; to: string }[] {
    return this.facts('net.transmit').filter(({ event }) => event.ports[0] === 'router.eth0' && event.frame.payload.payload?.kind === 'RA')
      .map(({ at, event }) => ({ at: at / SECOND, to: String(event.frame.payload.destination) }))
  }
  /** Times of the multicast ones, in seconds. */
  times(from = 0, port = 'router.eth0'): number[] {
    return this.ras(from, port).filter(({ to }) => to === ALL).map(({ at }) => at)
  }
  facts(type: string): { at: Micros; event: AnyEvent & Record<string, any> }[] {
    return this.told.filter(({ event }) => event.type === type)
  }
  get logged(): string[] {
    return this.facts('radvd.logged').map(({ event }) => String(event.text))
  }
  get running(): boolean {
    return (this.sim.world.radvd.daemons as Record<string, { running: boolean }>)['radvd']!.running
  }
}

/** Differences between neighbours. */
export const gaps = (times: readonly number[]): number[] => times.slice(1).map((time, n) => time - times[n]!)
