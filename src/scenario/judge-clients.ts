/**
 * Expectations about clients: for how long they were without an address or a router by the doing of others, what they have at a time,
 * and whom they reach, as the echo requests of the run have told.
 */
import { canonicalIpv6, isWithin, parseIpv6, parsePrefix } from '../base/ipv6.ts'
import { must } from '../base/assert.ts'
import type { DeepReadonly } from '../base/readonly.ts'
import type { NodeId } from '../models/ip/state.ts'
import { timesWithout, withoutByItself, withoutMicros } from '../models/service/clients.ts'
import { isGlobal, routersOf } from '../models/service/holdings.ts'
import type { Holding } from '../models/service/state.ts'
import type { World } from '../models/stack.ts'
import { bounds, lastSeq, lookAt, together, when, type Evidence, type Judgement, type Part } from './evidence.ts'
import { ADDRESS_STATES, type Expectation } from './expectation.ts'
import { fitsCount, type Count } from './judge-events.ts'
import { exactly, plural } from './text.ts'

type Of<K extends string> = Extract<Expectation, Record<K, unknown>>
type ClientExpectation = Of<'client'>

const WITHOUT: Readonly<Record<Holding, string>> = { address: 'without a global address', preferred: 'without a preferred address', router: 'without a live default router' }
const KEEPS: Readonly<Record<Holding, string>> = { address: 'keeps its address', preferred: 'keeps a preferred address', router: 'keeps its router' }
const LOST: Readonly<Record<Holding, string>> = { address: 'service.addressLost', preferred: 'service.preferredLost', router: 'service.routerLost' }

export function judgeClient(e: ClientExpectation, evidence: Evidence): Judgement {
  const client = e.client as NodeId, parts: Part[] = [], world = lookAt(evidence, e.at)
  let cause: number | null = null
  const blame = (some: readonly Part[], type: string) => {
    parts.push(...some)
    if (some.some(part => !part.met)) cause ??= lastSeq(evidence, e.at, event => event.type === type && 'client' in event && event.client === client)
  }
  blame(without(e, 'address', evidence, e.withoutAddressAtLeast, e.withoutAddressAtMost, e.withoutAddressBetween), LOST.address)
  blame(without(e, 'preferred', evidence, e.withoutPreferredAtLeast, e.withoutPreferredAtMost, e.withoutPreferredBetween), LOST.preferred)
  blame(without(e, 'router', evidence, e.withoutRouterAtLeast, e.withoutRouterAtMost, e.withoutRouterBetween), LOST.router)
  const states = parts.length
  if (e.preferredIn !== undefined) {
    const at = e.by ?? e.at, best = bestIn(lookAt(evidence, at), client, e.preferredIn)
    blame([{ says: `has a preferred address in ${e.preferredIn}${e.by === undefined ? '' : ` ${when(e.by).replace('at ', 'by ')}`}`, met: best === 'preferred', figure: inWords(best) }], LOST.preferred)
  }
  if (e.address !== undefined) {
    const best = bestIn(world, client, e.in), place = e.in === undefined ? '' : ` in ${e.in}`
    blame([{ says: e.address === 'none' ? `has no global address${place}` : `has ${a(e.address)} global address${place}`, met: best === e.address, figure: inWords(best) }], LOST.address)
  }
  if (e.router !== undefined || parts.length === 0) {
    const routers = routersOf(world.ip, client, world.service.silent[client] ?? []), wanted = e.router ?? true
    const met = typeof wanted === 'string' ? routers.includes(wanted) : wanted === routers.length > 0
    const says = wanted === false ? 'has no live default router' : wanted === true ? 'has a live default router' : `has the live default router ${wanted}`
    blame([{ says, met, figure: routers.length === 0 ? 'no router' : `router ${named(routers)}` }], LOST.router)
  }
  return together(e.client, parts, cause, parts.length > states && (e.by === undefined || e.at !== undefined) ? when(e.at) : '')
}

function without(e: ClientExpectation, holding: Holding, { world, until }: Evidence, least: number | undefined, most: number | undefined, between: readonly [number, number] | undefined): Part[] {
  if (least === undefined && most === undefined && between === undefined) return []
  const book = world.service.clients[e.client as NodeId]?.[holding]
  const micros = book === undefined ? 0 : withoutMicros(book, until), own = book === undefined ? 0 : withoutByItself(book, until)
  const figure = book === undefined ? 'it configures no addresses itself' : book.firstAt === null ? 'it never had one'
    : micros === 0 ? own === 0 ? 'all the time' : 'all the time but its own downtime'
    : `${exactly(micros)} without, ${plural(timesWithout(book, until), 'time')}${own === 0 ? '' : ` (and ${exactly(own)} of its own downtime)`}`
  // Who never had one has not kept it either.
  const kept = most === 0 ? [{ says: KEEPS[holding], met: micros === 0, figure }] : []
  return [...kept, ...bounds(`is ${WITHOUT[holding]}`, micros, figure, least, most === 0 ? undefined : most, between)].map(part => book === undefined || book.firstAt === null ? { ...part, met: false } : part)
}

/** The best of its global addresses. */
function bestIn({ ip }: DeepReadonly<World>, client: NodeId, prefix?: string): (typeof ADDRESS_STATES)[number] {
  const within = prefix === undefined ? undefined : must(parsePrefix(prefix), 'a prefix of an expectation has been parsed')
  const states = (ip.nodes[client]?.interfaces ?? []).flatMap(id => {
    const { running, addresses } = ip.interfaces[id]!
    return running ? Object.entries(addresses).flatMap(([address, { state }]) => isGlobal(address) && (within === undefined || isWithin(parseIpv6(address)!, within)) ? [state] : []) : []
  })
  return states.includes('preferred') ? 'preferred' : states.includes('deprecated') ? 'deprecated' : states.includes('tentative') || states.includes('optimistic') ? 'tentative' : 'none'
}

/** A flooded host has very many. */
const named = (routers: readonly string[]): string => routers.length <= 4 ? routers.join(', ') : `${routers.slice(0, 3).join(', ')} and ${routers.length - 3} more`
const a = (state: string): string => `a ${state}`
const inWords = (state: string): string => state === 'none' ? 'it has none' : `it has ${a(state)} one`

export function judgeReach(e: Of<'reaches'>, evidence: Evidence): Judgement {
  const addresses = addressesOf(e.reaches, evidence), until = e.at ?? Infinity, parts: Part[] = []
  const asked = evidence.trace.filter(({ event }) => (event.type === 'ip.replied' || event.type === 'ip.pingLost') && event.node === e.from && addresses.has(event.to))
  const last = asked.findLast(({ at }) => at <= until), answered = last?.event.type === 'ip.replied'
  if (e.lost !== undefined) {
    const first = asked.findIndex(({ event }) => event.type === 'ip.replied'), since = first < 0 ? [] : asked.slice(first), lost = since.filter(({ event }) => event.type === 'ip.pingLost').length
    parts.push({ says: `loses ${lostInWords(e.lost)}`, met: first >= 0 && fitsCount(lost, e.lost), figure: asked.length === 0 ? 'nobody has asked' : first < 0 ? 'none was ever answered' : `${lost} of ${plural(since.length, 'echo request')} lost` })
  }
  const looks = e.answered !== undefined || parts.length === 0
  if (looks) {
    const wanted = e.answered ?? true
    parts.push({ says: wanted ? 'gets answers' : 'gets no answer', met: last !== undefined && answered === wanted, figure: last === undefined ? 'nobody has asked' : answered ? 'answered' : 'lost' })
  }
  return together(`${e.from}, asking ${e.reaches},`, parts, asked.findLast(({ at, event }) => at <= until && event.type === 'ip.pingLost')?.seq ?? null, looks ? when(e.at) : '')
}

const lostInWords = (wanted: Count): string => typeof wanted === 'number' ? wanted === 0 ? 'no echo request' : plural(wanted, 'echo request') : `${wanted[0]} to ${wanted[1]} echo requests`

/** All that a node was ever called. */
function addressesOf(to: string, { start, world, trace }: Evidence): ReadonlySet<string> {
  if (to.includes(':')) return new Set([canonicalIpv6(to) ?? to])
  const node = world.ip.nodes[to as NodeId], found = new Set<string>(node?.loopback ?? [])
  for (const id of node?.interfaces ?? []) for (const { address } of start.ip.interfaces[id]!.staticAddresses) found.add(address)
  for (const { event } of trace) if (event.type === 'ip.addressChanged' && node?.interfaces.includes(event.interface)) found.add(event.address)
  return found
}
