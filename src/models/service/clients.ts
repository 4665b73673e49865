/**
 * The books of the clients: for how long each host had no usable address, no preferred one, no live default router, and why.
 *
 * A host is a client if it does not forward and has no address of more than link-local scope configured by hand. Nothing is booked
 * before it first had what it lacks. Two columns: time in which its own system was down or restricted is its own, and so is the time
 * that it then takes to find a router, 15 s at most: three solicitations 4 s apart after a delay of a second, and two probes at the end
 * (RFC 4861 6.3.7, RFC 4862 5.4). All other time is the doing of others.
 */
import { entriesOf, table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import type { IpState, NodeId } from '../ip/state.ts'
import type { ServiceFact } from './events.ts'
import { hasPreferred, hasRouter, hasUsable, isGlobal, isItselfDown } from './holdings.ts'
import { HOLDINGS, KEPT, type Client, type Holding, type HoldingBook, type ServiceState } from './state.ts'

interface Cx { readonly now: Micros; readonly world: DeepReadonly<{ ip: IpState }>; emit(event: ServiceFact): void }

/** As long as an attempt to find a router may take. */
const FINDING = 15 * SECOND

const LOST = { address: 'service.addressLost', preferred: 'service.preferredLost', router: 'service.routerLost' } as const
const REGAINED = { address: 'service.addressRegained', preferred: 'service.preferredRegained', router: 'service.routerRegained' } as const

export function initialClients(ip: DeepReadonly<IpState>): Record<NodeId, Client> {
  const clients = table<NodeId, Client>()
  for (const [id, node] of entriesOf(ip.nodes)) {
    if (node.forwarding || node.interfaces.some(name => ip.interfaces[name]!.staticAddresses.some(({ address }) => isGlobal(address)))) continue
    clients[id] = { address: newBook(), preferred: newBook(), router: newBook() }
  }
  return clients
}

const newBook = (): HoldingBook => ({
  firstAt: null, has: false, since: 0, because: '', chargedTo: 0, itselfDown: false, ownUntil: 0, othersMicros: 0, ownMicros: 0,
  times: 0, ownTimes: 0, otherwiseMicros: 0, longestMicros: 0, list: [],
})

/** Looks at what a client has now. `because`: what has just happened to it. */
export function lookAtClient(s: ServiceState, node: NodeId, because: string, cx: Cx): void {
  const client = s.clients[node]
  if (client === undefined) return
  const { ip } = cx.world, down = isItselfDown(ip, node)
  for (const holding of HOLDINGS) book(client[holding], holding, node, has(s, ip, holding, node), down, because, cx)
}

function has(s: ServiceState, ip: DeepReadonly<IpState>, holding: Holding, node: NodeId): boolean {
  switch (holding) {
    case 'address': return hasUsable(ip, node)
    case 'preferred': return hasPreferred(ip, node)
    case 'router': return hasRouter(ip, node, s.silent[node] ?? [])
  }
}

function book(b: HoldingBook, holding: Holding, client: NodeId, has: boolean, down: boolean, because: string, cx: Cx): void {
  if (b.firstAt === null) {
    if (!has) return
    b.firstAt = cx.now
    b.has = true
    return
  }
  if (has && b.has) return
  if (!has && b.has) return lose(b, holding, client, down, down ? 'its own downtime' : because, cx)
  charge(b, cx.now)
  if (has) return regain(b, holding, client, cx)
  if (down !== b.itselfDown) b.ownUntil = down ? 0 : cx.now + FINDING
  b.itselfDown = down
}

function lose(b: HoldingBook, holding: Holding, client: NodeId, down: boolean, because: string, cx: Cx): void {
  b.has = false
  b.since = b.chargedTo = cx.now
  b.itselfDown = down
  b.ownUntil = b.otherwiseMicros = 0
  b.because = because
  cx.emit({ type: LOST[holding], client, own: down, because } as ServiceFact)
}

function regain(b: HoldingBook, holding: Holding, client: NodeId, cx: Cx): void {
  const micros = b.otherwiseMicros, ownMicros = cx.now - b.since - micros
  b.has = true
  b.itselfDown = false
  if (b.list.length < KEPT) b.list.push({ from: b.since, to: cx.now, ownMicros, because: b.because })
  if (micros > 0) b.times++
  if (ownMicros > 0) b.ownTimes++
  if (micros > b.longestMicros) b.longestMicros = micros
  cx.emit({ type: REGAINED[holding], client, micros, ownMicros } as ServiceFact)
}

/** Up to now, to whom it belongs. */
function charge(b: HoldingBook, now: Micros): void {
  const own = ownPart(b, now), others = now - b.chargedTo - own
  b.ownMicros += own
  b.othersMicros += others
  b.otherwiseMicros += others
  b.chargedTo = now
}

const ownPart = ({ itselfDown, chargedTo, ownUntil }: DeepReadonly<HoldingBook>, now: Micros): Micros =>
  itselfDown ? now - chargedTo : Math.max(0, Math.min(now, ownUntil) - chargedTo)

type Book = DeepReadonly<HoldingBook>
const open = (b: Book): boolean => b.firstAt !== null && !b.has

/** Time without, by the doing of others, until `now`. */
export const withoutMicros = (b: Book, now: Micros): Micros => b.othersMicros + (open(b) ? now - b.chargedTo - ownPart(b, now) : 0)
/** The same, by its own doing: it was down itself. */
export const withoutByItself = (b: Book, now: Micros): Micros => b.ownMicros + (open(b) ? ownPart(b, now) : 0)
const present = (b: Book, now: Micros): Micros => open(b) ? b.otherwiseMicros + now - b.chargedTo - ownPart(b, now) : 0
/** How often, and the longest of them, by the doing of others. */
export const timesWithout = (b: Book, now: Micros): number => b.times + (present(b, now) > 0 ? 1 : 0)
export const longestWithout = (b: Book, now: Micros): Micros => Math.max(b.longestMicros, present(b, now))

export function misbookedClient(s: DeepReadonly<ServiceState>): string | undefined {
  for (const [id, client] of entriesOf(s.clients)) for (const holding of HOLDINGS) {
    const b = client[holding]
    if (b.firstAt === null && b.has) return `${id} has what it never had`
    if (b.list.length < KEPT && b.list.reduce((sum, { from, to }) => sum + to - from, 0) !== b.ownMicros + b.othersMicros - (b.has || b.firstAt === null ? 0 : b.chargedTo - b.since))
      return `the times without ${holding} of ${id} are not the sum of its columns`
  }
  return undefined
}
