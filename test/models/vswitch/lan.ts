/**
 * Switches with adapters that send and hear, and nothing above them: what arrives where, copy for copy. The adapters are ports of the
 * wire with MAC addresses; whoever tests says what is sent.
 */
import { initialWorld } from '../../../src/core/model.ts'
import { createSim, type Sim } from '../../../src/core/sim.ts'
import type { Entry } from '../../../src/core/trace.ts'
import type { Micros } from '../../../src/base/time.ts'
import type { NetRequest } from '../../../src/models/net/events.ts'
import type { LinkId, PortId } from '../../../src/models/net/ids.ts'
import { net } from '../../../src/models/net/model.ts'
import type { VswitchRequest } from '../../../src/models/vswitch/events.ts'
import { vswitch } from '../../../src/models/vswitch/model.ts'
import type { Switch, SwitchId, VswitchState } from '../../../src/models/vswitch/state.ts'
import type { NetState } from '../../../src/models/net/state.ts'
import type { DeepReadonly } from '../../../src/base/readonly.ts'
import type { Frame } from '../../../src/wire/frame.ts'

export type Written = Record<string, any>
export interface Heard { readonly port: PortId; readonly frame: Frame; readonly at: Micros }
type Event = { type: string } & Record<string, any>

/** 02:00:00:00:00:01 and so on, by the order in which adapters are named. */
export const macOf = (n: number): string => `02:00:00:00:00:${(n + 1).toString(16).padStart(2, '0')}`
export const BROADCAST = 'ff:ff:ff:ff:ff:ff'
export const ALL_NODES = '33:33:00:00:00:01'
export const UNKNOWN = '02:00:00:00:ee:ee'

export interface Sent { readonly to?: string; readonly from?: string; readonly tag?: number; readonly priority?: number; readonly bytes?: number }

export class Lan {
  readonly sim: Sim<{ net: NetState; vswitch: VswitchState }, NetRequest | VswitchRequest>
  readonly events: Event[] = []
  readonly macs = new Map<string, string>()
  /** Events per run that no sound network needs: a storm that does not end is an error of the test. */
  private handled = 0

  constructor(section: Written, adapters: readonly (string | readonly [string, Written])[], wire: Written = {}) {
    const ports: Written = { ...wire['ports'] }
    adapters.forEach((adapter, n) => {
      const [name, settings] = typeof adapter === 'string' ? [adapter, {}] : adapter, full = name.includes('.') ? name : `${name}.eth0`
      this.macs.set(name, settings['mac'] ?? macOf(n))
      ports[full] = { mac: macOf(n), ...settings }
    })
    const configs = { net: net.config.parse({ ...wire, ports }), vswitch: vswitch.config.parse(section) }
    this.sim = createSim({
      models: [net, vswitch], seed: 1, world: initialWorld([net, vswitch], configs as never),
      onEntry: (entry: Entry) => {
        this.events.push(entry.event as Event)
        if (++this.handled > 200_000) throw new Error('the storm does not end')
      },
    } as never) as never
    this.run(0)
  }

  get world(): DeepReadonly<{ net: NetState; vswitch: VswitchState }> {
    return this.sim.world
  }
  switch(name: string): DeepReadonly<Switch> {
    return this.world.vswitch.switches[name as SwitchId]!
  }
  /** Let time pass. */
  run(micros: Micros): void {
    this.sim.runUntil(this.sim.now + micros)
  }
  do(request: NetRequest | VswitchRequest): string | undefined {
    return this.sim.dispatch(request)?.text
  }
  join(group: string, ...adapters: string[]): this {
    for (const adapter of adapters) this.do({ type: 'net.join', port: portOf(adapter), group })
    return this
  }
  setAdapter(adapter: string, up: boolean): void {
    this.do({ type: 'net.setPort', port: portOf(adapter), up })
  }
  setLink(link: string, up: boolean): void {
    this.do({ type: 'net.setLink', link: link as LinkId, up })
  }

  /** What was heard after an adapter sent a frame; `to` and `from` are adapters or addresses. */
  send(adapter: string, { to = BROADCAST, from = adapter, tag, priority = 0, bytes = 46 }: Sent): Heard[] {
    const before = this.events.length
    const frame: Frame = {
      destination: this.macs.get(to) ?? to, source: this.macs.get(from) ?? from, tags: tag === undefined ? [] : [{ vlan: tag, priority, dropEligible: false }],
      payload: { kind: 'raw', etherType: 0x88b5, bytes: '00'.repeat(bytes) },
    }
    this.do({ type: 'net.transmit', ports: [portOf(adapter)], frame })
    this.run(10_000)
    return this.heardSince(before)
  }
  /** The same, as copies per adapter; those who heard nothing are left out. */
  copies(adapter: string, sent: Sent): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { port } of this.send(adapter, sent)) {
      const name = [...this.macs.keys()].find(each => portOf(each) === port)!
      counts[name] = (counts[name] ?? 0) + 1
    }
    return counts
  }
  reasons(): string[] {
    return this.events.filter(({ type }) => type === 'vswitch.dropped').map(({ reason }) => String(reason))
  }
  loops(): string[][] {
    return this.events.filter(({ type }) => type === 'vswitch.loopFound').map(({ cycle }) => cycle as string[])
  }

  private heardSince(index: number): Heard[] {
    const adapters = new Set([...this.macs.keys()].map(portOf))
    return this.events.slice(index).flatMap(event => event.type === 'net.arrived'
      ? (event['ports'] as PortId[]).filter(port => adapters.has(port)).map(port => ({ port, frame: event['frame'] as Frame, at: this.sim.now })) : [])
  }
}

export const portOf = (adapter: string): PortId => (adapter.includes('.') ? adapter : `${adapter}.eth0`) as PortId
