/**
 * What tcpdump on each of some ports would have written, as one pcapng file: an interface per port, times of the simulation.
 *
 * Of a run's entries: what a port sends unless it is down then, what arrives at it, and what passes it without being meant for it
 * (`net.overheard`, which a run tells that was asked to capture). Frames that a link loses are seen where they leave.
 */
import { parseMac } from '../base/ipv6.ts'
import { initialWorld } from '../core/model.ts'
import type { Entry } from '../core/trace.ts'
import type { PortId } from '../models/net/ids.ts'
import type { SimEvent, World } from '../models/stack.ts'
import { joinAll, ofHex } from '../wire/bytes.ts'
import { encodeFrame } from '../wire/frame.ts'
import { captureFrame, captureHead, type CapturedPort } from '../wire/pcapng.ts'
import type { Scenario } from './build.ts'
import { simulate, type Options } from './run.ts'

/** All ports of a scenario: those of adapters first, then those of switches, which see the same frames once more. */
export function portsOf(scenario: Scenario): { readonly adapters: readonly PortId[]; readonly switches: readonly PortId[] } {
  const net = (initialWorld(scenario.models as never, scenario.configs as never) as Partial<World>).net
  const all = Object.keys(net?.ports ?? {}) as PortId[], isOfSwitch = (port: PortId) => port.includes('/')
  return { adapters: all.filter(port => !isOfSwitch(port)), switches: all.filter(isOfSwitch) }
}

/** Runs the scenario once more, listening; default: at all adapters. */
export function capture(scenario: Scenario, options: Pick<Options, 'seed' | 'until'> & { readonly ports?: readonly PortId[] } = {}): Uint8Array {
  const { ports = portsOf(scenario).adapters, ...how } = options
  const run = simulate(scenario, { ...how, capture: ports })
  return joinAll([...captureBlocks(run.trace, ports.map(name => {
    const mac = run.start.net?.ports[name]?.mac ?? null
    return { name, ...(mac !== null && { mac: parseMac(mac)! }) }
  }))])
}

/** The head, then each frame as often as it was seen: in the order of the entries, and in an entry that of its ports. */
function* captureBlocks(trace: readonly Entry<SimEvent>[], ports: readonly CapturedPort[]): Generator<Uint8Array> {
  yield captureHead(ports)
  const index = new Map(ports.map(({ name }, n) => [name, n])), silent = portsDown(trace)
  for (const { at, seq, event, refusal } of trace) {
    const seen = refusal === undefined ? sightOf(event) : undefined
    if (seen === undefined) continue
    const down = seen.direction === 'out' ? silent.get(seq) : undefined
    let bytes: Uint8Array | undefined
    for (const name of seen.ports) {
      const port = index.get(name)
      if (port !== undefined && !down?.includes(name)) yield captureFrame({ port, at, bytes: bytes ??= seen.bytes(), direction: seen.direction })
    }
  }
}

interface Sight { readonly ports: readonly PortId[]; readonly direction: 'in' | 'out'; readonly bytes: () => Uint8Array }

function sightOf(event: SimEvent): Sight | undefined {
  switch (event.type) {
    case 'net.transmit': return { ports: event.ports, direction: 'out', bytes: () => encodeFrame(event.frame) }
    case 'net.inject': return { ports: [event.port], direction: 'out', bytes: () => ofHex(event.hex) }
    case 'net.arrived': case 'net.overheard': return { ports: event.ports, direction: 'in', bytes: () => encodeFrame(event.frame) }
    default: return undefined
  }
}

/** By the transmission: who of its senders was down, so that nothing left there. */
function portsDown(trace: readonly Entry<SimEvent>[]): ReadonlyMap<number, readonly PortId[]> {
  const down = new Map<number, readonly PortId[]>()
  for (const { cause, event } of trace) if (event.type === 'net.dropped' && event.reason === 'port down') down.set(cause, event.ports)
  return down
}
