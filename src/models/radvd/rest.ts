/**
 * Fidelity state: a steady network does without its advertisements. They change nothing while routers go on and hosts listen, but cost
 * thousands of events a year; so their timers stop, and the lifetimes that they would have renewed stand still.
 *
 * A segment comes to rest when every router of it has advertised to all since anything last happened there, and none of that had an effect:
 * obstacles.ts says what else must hold. Whatever happens to it, its stations or its daemons ends the rest before it does anything else:
 * the last advertisement and the next one of every router are then drawn, and all goes on from there, frame by frame, as it would have.
 * The first intervals of a rest are drawn one by one from the stream that frames would have used, so that a short rest has the very course
 * it would have had; after a long one the interval under way is drawn with a weight of its length, and a moment within it.
 */
import { entriesOf } from '../../base/id.ts'
import type { Ipv6Text, MacText } from '../../base/ipv6.ts'
import { copy, type DeepReadonly } from '../../base/readonly.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { InterfaceId, NodeId } from '../ip/ids.ts'
import type { Interface } from '../ip/state.ts'
import type { PortId } from '../net/ids.ts'
import type { Said } from '../slaac/events.ts'
import type { Cx } from './context.ts'
import { awake, profileOf } from './daemon.ts'
import { conditionOf, obstacleOf } from './obstacles.ts'
import { arm, disarm } from './schedule.ts'
import { ALL_NODES, deviceOf } from './sending.ts'
import type { RadvdState, SegmentId, Speaker } from './state.ts'

/** So many intervals are drawn one by one: then, unless they are nearly equal, nobody can tell any more when they began. */
const DRAWN_SINGLY = 16
/** What was sent so long ago has arrived, and has had its effect. */
const SETTLED: Micros = SECOND

/** Something happens to these ports that may be more than a repetition. */
export function disturb(s: RadvdState, ports: readonly PortId[], cx: Cx): void {
  if (s.rest === null) return
  for (const port of ports) {
    const id = s.rest.segmentOf[port]
    if (id === undefined) continue
    const segment = s.rest.segments[id]!
    segment.disturbedAt = cx.now
    if (segment.resting) rouse(s, id, cx)
  }
}

export function disturbNode(s: RadvdState, node: NodeId, cx: Cx): void {
  if (s.rest !== null) disturb(s, cx.world.ip.nodes[node]?.interfaces ?? [], cx)
}

/** These have heard an advertisement: of one of ours to all it is noted by whom, any other is an event. */
export function noteHeard(s: RadvdState, interfaces: readonly InterfaceId[], packet: Ipv6Packet, from: MacText, cx: Cx): void {
  const a = packet.destination === ALL_NODES ? speakers(s, null, cx).find(x => speaksFrom(deviceOf(cx.world.ip, x.a), packet.source, from))?.a : undefined
  if (a === undefined || a.resting || a.lastMulticastAt === null) disturb(s, interfaces, cx)
  else a.heard.push({ interfaces: [...interfaces], packet, delay: cx.now - a.lastMulticastAt })
}

const speaksFrom = (device: DeepReadonly<Interface> | undefined, source: Ipv6Text, mac: MacText): boolean => device?.mac === mac && device.addresses[source] !== undefined

/** An advertisement is due. True: it is not sent, for its segment is at rest from now on. */
export function comesToRest(x: Speaker, cx: Cx): boolean {
  const { s, name, a } = x
  if (s.rest === null || a.dueAt === null || cx.now < a.dueAt) return false
  const id = s.rest.segmentOf[a.interface]!, segment = s.rest.segments[id]!
  // It has found its interface ready only now.
  if (segment.resting) disturb(s, [a.interface], cx)
  const all = speakers(s, id, cx)
  if (!all.some(each => each.a === a)) return false
  const asked = all.filter(each => each.a.settled!.advSendAdvert), condition = conditionOf(asked)
  if (condition === null && !isSettled(asked, id, segment.disturbedAt, cx)) {
    segment.frames.changing = (segment.frames.changing ?? 0) + 1
    return false
  }
  const said = saidBy(asked), obstacle = condition ?? obstacleOf(s, asked, said, id, cx)
  if (obstacle !== null) {
    segment.frames[obstacle] = (segment.frames[obstacle] ?? 0) + 1
    if (segment.obstacle !== obstacle) cx.emit({ type: 'radvd.keptSending', daemon: name, interface: a.interface, because: obstacle })
    segment.obstacle = obstacle
    return false
  }
  segment.obstacle = null
  segment.resting = true
  segment.rests++
  for (const each of all) {
    each.a.resting = true
    disarm(each.a, cx)
  }
  if (said.length > 0) cx.emit({ type: 'slaac.standStill', said })
  return true
}

/** Those that advertise on a segment, or on any. */
function speakers(s: RadvdState, segment: SegmentId | null, cx: Cx): Speaker[] {
  const found: Speaker[] = []
  for (const [name, d] of entriesOf(s.daemons)) {
    if (!d.running || !awake(d, cx)) continue
    for (const a of d.advertisers)
      if (a.settled !== null && (d.profile !== 'rfc' || a.source !== null) && (segment === null || s.rest!.segmentOf[a.interface] === segment)) found.push({ s, name, d, a })
  }
  return found
}

/** Has everybody said the same once more, and to no effect? */
function isSettled(asked: readonly Speaker[], segment: SegmentId, disturbedAt: Micros, cx: Cx): boolean {
  const before = arrivedBy(asked, segment, cx)
  return disturbedAt <= before && asked.every(({ a: { raCount, finals, formerFinals, solicited, replies, dueAt, lastMulticastAt } }) =>
    raCount === 3 && finals + formerFinals + replies.length === 0 && !solicited && dueAt !== null && lastMulticastAt !== null && lastMulticastAt > disturbedAt && lastMulticastAt <= before)
}

/** What was sent by then has arrived: no way is longer than all links together, and none of them has a queue. */
function arrivedBy([first]: readonly Speaker[], segment: SegmentId, cx: Cx): Micros {
  if (first === undefined) return cx.now
  let way = SETTLED, busy = 0
  for (const { ends, latency, busyUntil } of Object.values(cx.world.net.links)) {
    if (first.s.rest!.segmentOf[ends[0]] !== segment) continue
    way += latency
    busy = Math.max(busy, ...busyUntil)
  }
  return busy + way > cx.now ? 0 : cx.now - way
}

const saidBy = (asked: readonly Speaker[]): Said[] =>
  asked.flatMap(({ a }) => a.heard.map(({ interfaces, packet, delay }) => ({ interfaces: [...interfaces], packet: copy(packet), at: a.lastMulticastAt! + delay })))

/** The rest is over: as if all had advertised all the time. */
function rouse(s: RadvdState, id: SegmentId, cx: Cx): void {
  const { segmentOf, segments } = s.rest!, roused: Speaker[] = []
  segments[id]!.resting = false
  for (const [name, d] of entriesOf(s.daemons)) for (const a of d.advertisers)
    if (a.resting && segmentOf[a.interface] === id) roused.push({ s, name, d, a })
  for (const x of roused) {
    x.a.resting = false
    goOn(x, cx)
    arm(x, cx)
  }
  const said = saidBy(roused).sort((one, other) => other.at - one.at)
  if (said.length > 0) cx.emit({ type: 'slaac.runDown', said })
  if (Object.values(cx.world.vswitch.switches).some(({ profile, ports: [port] }) => profile === 'linux-bridge' && port !== undefined && segmentOf[port] === id))
    for (const { a } of roused) if (a.lastMulticastAt !== null) cx.emit({ type: 'vswitch.refresh', adapter: a.interface, at: a.lastMulticastAt })
}

/** When it has last advertised, and when it does so next. */
function goOn(x: Speaker, cx: Cx): void {
  const { a, d } = x, { interval } = profileOf(d)
  let last = a.lastMulticastAt ?? cx.now, next = a.dueAt!
  for (let n = 0; next < cx.now && n < DRAWN_SINGLY; n++) {
    last = next
    next += interval(x, cx)
  }
  if (next < cx.now) [last, next] = underWay(x, cx)
  a.lastMulticastAt = last
  a.dueAt = next
}

/**
 * The interval into which any moment falls, and where: the longer it is the likelier, and no moment within it is likelier than another. A
 * larger number of either stream gives a later advertisement.
 */
function underWay({ a }: Speaker, cx: Cx): [last: Micros, next: Micros] {
  const { minRtrAdvIntervalSeconds: min, maxRtrAdvIntervalSeconds: max } = a.settled!
  const length = Math.sqrt(min * min + cx.rng('ra length', a.interface).uniform() * (max * max - min * min)), left = length * cx.rng('ra wait', a.interface).uniform()
  return [cx.now - Math.round((length - left) * SECOND), cx.now + Math.round(left * SECOND)]
}
