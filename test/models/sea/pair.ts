/**
 * Two partitions with a shared Ethernet adapter each, stations a, b and c (VLAN 10) on their virtual switch, and x on the bridge outside.
 */
import { initialWorld } from '../../../src/core/model.ts'
import { createSim, type Sim } from '../../../src/core/sim.ts'
import type { Entry } from '../../../src/core/trace.ts'
import type { Micros } from '../../../src/base/time.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { ip } from '../../../src/models/ip/model.ts'
import { net } from '../../../src/models/net/model.ts'
import type { PortId } from '../../../src/models/net/ids.ts'
import { sea } from '../../../src/models/sea/model.ts'
import type { Sea, SeaId } from '../../../src/models/sea/state.ts'
import { vswitch } from '../../../src/models/vswitch/model.ts'
import type { Frame } from '../../../src/wire/frame.ts'
import type { DeepReadonly } from '../../../src/base/readonly.ts'

export type Written = Record<string, any>
type Event = { type: string } & Record<string, any>
const models = [hypervisor, net, vswitch, sea, ip] as const
export const TARGET = '2001:db8::1'
export const BROADCAST = 'ff:ff:ff:ff:ff:ff'
export const MACS: Readonly<Record<string, string>> = { a: '02:00:00:00:00:0a', b: '02:00:00:00:00:0b', c: '02:00:00:00:00:0c', x: '02:00:00:00:00:99' }

export interface PairOptions { both?: Written; one?: Written; two?: Written; mode?: 'veb' | 'vepa'; shared?: boolean; seed?: number; priorities?: readonly [number, number] }

export function sectionsOf({ both = {}, one = {}, two = {}, mode = 'veb', shared = false, priorities = [1, 2] }: PairOptions): Written {
  const trunk = (priority: number) => ({ trunk: priority, ...(!shared && { tagged: [10] }) })
  const second = (priority: number) => ({ vlan: 4094, tagged: [10], trunk: priority })
  const adapter = { trunks: shared ? ['ent1', 'ent2'] : ['ent1'], physical: 'ent0', control: 'ent3', ...both }
  return {
    hypervisor: { systems: { p: {} }, guests: { vios1: { on: 'p', os: 'vios', start: '60s', autoRestart: false }, vios2: { on: 'p', os: 'vios', start: '60s', autoRestart: false } } },
    net: { ports: Object.fromEntries(Object.entries(MACS).filter(([name]) => name !== 'x').map(([name, mac]) => [`${name}.eth0`, { mac }])) },
    vswitch: {
      switches: {
        ETHERNET0: { mode, ports: {
          a: {}, b: {}, c: { vlan: 10 }, 'vios1.ent1': trunk(priorities[0]), 'vios2.ent1': trunk(priorities[1]), 'vios1.ent3': { vlan: 4000 }, 'vios2.ent3': { vlan: 4000 },
          ...(shared && { 'vios1.ent2': second(priorities[0]), 'vios2.ent2': second(priorities[1]) }),
        } },
        outside: { profile: 'linux-bridge', ports: { x: {}, p1: {}, p2: {} } },
      },
      cables: [{ from: 'outside/p1', to: 'vios1.ent0' }, { from: 'outside/p2', to: 'vios2.ent0' }],
    },
    sea: { adapters: { sea1: { on: 'vios1', ...adapter, ...one }, sea2: { on: 'vios2', ...adapter, ...two } } },
    ip: { nodes: { x: { interfaces: { eth0: { mac: MACS['x'], addresses: [`${TARGET}/64`], dad: false } } } } },
  }
}

export class Pair {
  readonly sim: Sim<any, any>
  readonly events: (Event & { at: Micros })[] = []
  private handled = 0

  constructor(options: PairOptions = {}, each?: (pair: Pair) => void) {
    const sections = sectionsOf(options)
    const configs = Object.fromEntries(models.map(({ name, config }) => [name, (config as { parse(input: unknown): unknown }).parse(sections[name])]))
    this.sim = createSim({
      models, seed: options.seed ?? 1, world: initialWorld(models, configs as never),
      onEntry: ({ at, event }: Entry) => {
        this.events.push({ ...event, at } as Event & { at: Micros })
        if (++this.handled > 300_000) throw new Error('the storm does not end')
        if (this.sim !== undefined) each?.(this)
      },
    } as never)
    // The station outside listens to everything, as tcpdump there would.
    this.run(1_000_000)
  }
  sea(name: string): DeepReadonly<Sea> {
    return this.sim.world.sea.adapters[name as SeaId]
  }
  phases(): string[] {
    return [this.sea('sea1').phase, this.sea('sea2').phase]
  }
  run(micros: Micros): this {
    this.sim.runUntil(this.sim.now + micros)
    return this
  }
  do(type: string, fields: Written): string | undefined {
    return this.sim.dispatch({ type, ...fields })?.text
  }
  since(index: number, type: string): (Event & { at: Micros })[] {
    return this.events.slice(index).filter(event => event.type === type)
  }
  /** Who hears a frame: names of stations, and how often. */
  send(from: string, to: string, fields: Written = {}): { heard: Record<string, number>; frames: Frame[] } {
    const before = this.events.length
    const frame: Frame = { destination: MACS[to] ?? to, source: MACS[from]!, tags: [], payload: { kind: 'raw', etherType: 0x88b6, bytes: '00'.repeat(46) }, ...fields }
    this.do('net.transmit', { ports: [`${from}.eth0`], frame })
    this.run(1)
    const heard: Record<string, number> = {}, frames: Frame[] = []
    for (const { ports, frame: got } of this.since(before, 'net.arrived')) for (const port of ports as PortId[]) {
      const name = port.split('.')[0]!
      if (!(name in MACS) || port.includes('/') || got.payload.etherType !== 0x88b6) continue
      heard[name] = (heard[name] ?? 0) + 1
      frames.push(got)
    }
    return { heard, frames }
  }
  reaches(from: string, to: string): boolean {
    return (this.send(from, to).heard[to] ?? 0) > 0
  }
}
