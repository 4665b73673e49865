/** A wire alone, with ports and cables as written, and what happens on it. */
import { initialWorld } from '../../../src/core/model.ts'
import { createSim, type Sim } from '../../../src/core/sim.ts'
import type { Entry } from '../../../src/core/trace.ts'
import type { Micros } from '../../../src/base/time.ts'
import type { NetFact, NetRequest } from '../../../src/models/net/events.ts'
import type { LinkId, PortId } from '../../../src/models/net/ids.ts'
import { net } from '../../../src/models/net/model.ts'
import type { NetState } from '../../../src/models/net/state.ts'
import type { Frame } from '../../../src/wire/frame.ts'

export type NetEvent = NetRequest | NetFact
export const port = (name: string): PortId => name as PortId
export const link = (name: string): LinkId => name as LinkId
export const BROADCAST = 'ff:ff:ff:ff:ff:ff'

/** 14 octets and the bytes. */
export const frameTo = (destination: string, bytes = 46, source = '02:00:00:00:00:99'): Frame =>
  ({ destination, source, tags: [], payload: { kind: 'raw', etherType: 0x88b5, bytes: '00'.repeat(bytes) } })

export class Wire {
  readonly sim: Sim<{ net: NetState }, NetRequest>
  readonly entries: Entry<NetEvent>[] = []

  constructor(section: unknown, seed: number | string = 1) {
    this.sim = createSim({
      models: [net], seed, world: initialWorld([net], { net: net.config.parse(section) }) as never,
      onEntry: (entry: Entry) => { this.entries.push(entry as Entry<NetEvent>) },
    } as never) as never
    this.sim.runUntil(0)
  }
  get net(): NetState {
    return this.sim.world.net as NetState
  }
  do(request: NetRequest): string | undefined {
    return this.sim.dispatch(request)?.text
  }
  run(micros: Micros): this {
    this.sim.runUntil(this.sim.now + micros)
    return this
  }
  /** A frame leaves these ports; what was heard of it at once. */
  send(frame: Frame, ...ports: string[]): string[] {
    const before = this.entries.length
    this.do({ type: 'net.transmit', ports: ports.map(port), frame })
    return this.heard(before)
  }
  heard(from = 0): string[] {
    return this.entries.slice(from).flatMap(({ event }) => event.type === 'net.arrived' ? [...event.ports] : [])
  }
  /** `lost a, b`: why copies came to their end, and which ports they had left. */
  drops(from = 0): string[] {
    return this.entries.slice(from).flatMap(({ event }) => event.type === 'net.dropped' ? [`${event.reason} ${event.ports.join(', ')}`] : [])
  }
}
