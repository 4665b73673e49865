/**
 * Why nothing came. A lifetime that ends, a neighbour that does not answer, an echo request that is lost: the clock that says so was set by
 * the last thing that was heard, which explains nothing. What explains it is the first thing after it that could silence the other side.
 */
import type { Entry } from '../core/trace.ts'
import type { SimEvent } from '../models/stack.ts'

type Trace = readonly Entry<SimEvent>[]

/** The event that silenced the other side, and how many links of the chain (from its end) come after it. */
export function silencerOf(trace: Trace, chain: Trace): { seq: number; links: number } | undefined {
  const at = chain.findIndex(({ event }) => waited(event)), clock = chain[at]
  if (clock === undefined) return undefined
  const node = nodeOf(clock.event), routers = routersIn(trace)
  const since = (from: number) => trace.find(entry => entry.seq !== clock.seq && entry.at >= from && entry.at <= clock.at && before(trace, entry, clock) && silences(entry.event, node, routers))
  const silencer = since(lastHeard(trace, clock, node)) ?? (clock.event.type === 'ip.neighbourDue' ? since(lastAnswered(trace, clock)) : undefined)
    ?? (clock.event.type === 'ip.pingLost' && clock.event.because === 'unreachable' ? routerLost(trace, clock, node) : undefined)
  return silencer && { seq: silencer.seq, links: at + 1 }
}

/** Who has no router does not even ask; it may have lost it while the last answer was still under way. */
function routerLost(trace: Trace, clock: Entry<SimEvent>, node: string): Entry<SimEvent> | undefined {
  const last = trace.findLast(entry => entry.at <= clock.at && (entry.event.type === 'slaac.routerRemoved' || entry.event.type === 'slaac.routerAdded')
    && entry.event.interface.startsWith(`${node}.`) && before(trace, entry, clock))
  return last?.event.type === 'slaac.routerRemoved' ? last : undefined
}

/** Nothing has come, and so this happens. */
function waited(event: SimEvent): boolean {
  switch (event.type) {
    case 'ip.pingLost': case 'ip.neighbourDue': case 'slaac.due': return true
    default: return false
  }
}

const nodeOf = (event: SimEvent): string => 'node' in event ? String(event.node) : 'interface' in event && typeof event.interface === 'string' ? event.interface.split('.')[0]! : ''

/** When the node last heard what it has now waited for in vain: an answer, an advertisement. */
function lastHeard(trace: Trace, clock: Entry<SimEvent>, node: string): number {
  const heard = trace.findLast(({ at, event }) => at < clock.at && (clock.event.type === 'ip.pingLost' ? event.type === 'ip.replied' && event.node === node
    : event.type === 'ip.received' && event.packet.payload.kind === 'RA' && event.interfaces.some(id => id.startsWith(`${node}.`))))
  return Math.max(heard?.at ?? 0, clock.event.type === 'ip.pingLost' ? 0 : heardAtRest(trace, clock.at, node))
}

/** The last advertisement of a router that did not send them one by one (fidelity state). */
function heardAtRest(trace: Trace, until: number, node: string): number {
  const said = trace.findLast(({ at, event }) => at < until && event.type === 'slaac.runDown' && event.said.some(each => isAmong(node, each)))?.event
  return said?.type === 'slaac.runDown' ? Math.max(...said.said.filter(each => isAmong(node, each)).map(({ at }) => at)) : 0
}
const isAmong = (node: string, { interfaces }: { readonly interfaces: readonly string[] }): boolean => interfaces.some(id => id.startsWith(`${node}.`))

/** A router that is heard all the time may still not hear who asks it. */
function lastAnswered(trace: Trace, { at: until, event: asked }: Entry<SimEvent>): number {
  return trace.findLast(({ at, event }) => at < until && event.type === 'ip.neighbourChanged' && event.to === 'reachable'
    && asked.type === 'ip.neighbourDue' && event.interface === asked.interface && event.address === asked.address)?.at ?? until
}

const before = (trace: Trace, entry: Entry, clock: Entry): boolean => entry.at < clock.at || trace.indexOf(entry as never) < trace.indexOf(clock as never)

const routersIn = (trace: Trace): ReadonlySet<string> => new Set(trace.flatMap(({ event }) => event.type === 'radvd.advertised' ? [event.interface.split('.')[0]!] : []))

function silences(event: SimEvent, node: string, routers: ReadonlySet<string>): boolean {
  switch (event.type) {
    case 'hypervisor.guestDown': case 'hypervisor.guestHung': case 'hypervisor.shuttingDown': return event.guest === node || routers.has(event.guest)
    case 'radvd.exited': return true
    case 'ip.interfaceDown': return routers.has(event.interface.split('.')[0]!) || event.interface.startsWith(`${node}.`)
    case 'ip.forwardingChanged': return !event.on
    case 'net.cut': case 'vswitch.modeChanged': case 'vswitch.relayChanged': case 'vswitch.trunkChanged': return true
    case 'net.setLink': case 'net.setPort': return !event.up
    case 'net.setLoss': return event.loss > 0
    default: return false
  }
}
