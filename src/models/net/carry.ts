/**
 * How copies of a frame get from one end of a link to the other.
 *
 * Rules: a copy is sent, then delivered, dropped for one reason, or under way; nothing is decided twice. What a link does to a frame
 * (cut, loss, waiting for bandwidth) is decided as it leaves; whether the far end is up is asked again when it lands.
 *
 * A switch sends what is for a group from the same list of ports again and again. Where all copies of such a list have arrived at once,
 * that is remembered beside the slice: while nothing has changed about any port or link the next frame only counts. The list that
 * is told is then the same object too, so that those above may do likewise.
 */
import type { MacText } from '../../base/ipv6.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import type { Context } from '../../core/model.ts'
import { lengthOfFrame, type Frame } from '../../wire/frame.ts'
import type { DropReason, NetFact } from './events.ts'
import type { PortId } from './ids.ts'
import { isGroupMac } from './mac.ts'
import type { Link, NetState, Port } from './state.ts'

type Cx = Pick<Context<{ net: NetState }, NetFact>, 'now' | 'emit' | 'after' | 'rng'>
type Trail = readonly PortId[] | undefined

const BROADCAST: MacText = 'ff:ff:ff:ff:ff:ff'

export function carry(s: NetState, ports: readonly PortId[], frame: Frame, trail: Trail, cx: Cx): void {
  const octets = lengthOfFrame(frame), passage = passages.get(ports)
  if (passage !== undefined && passage.of === s.ports && passage.revision === s.revision && passage.destination === frame.destination) {
    pass(s, passage, octets)
    return cx.emit(arrivalOf('net.arrived', passage.arrived, frame, trail))
  }
  const group = isGroupMac(frame.destination), arrived: PortId[] = []
  let sure = group && ports.length >= FEW
  let later: Map<Micros, PortId[]> | undefined, overheard: Map<Micros, PortId[]> | undefined, drops: Map<DropReason, PortId[]> | undefined
  for (let n = 0; n < ports.length; n++) {
    const from = ports[n]!, port = s.ports[from]
    s.sent++
    const link = port === undefined || port.link === null ? undefined : s.links[port.link]!
    const towards = link !== undefined && link.ends[0] === from ? 1 : 0
    const peer = link === undefined ? undefined : s.ports[link.ends[towards]]
    const meant = peer === undefined || letsPass(peer, frame.destination, group), reason = whyNot(port, link, peer, towards, meant, cx)
    if (port !== undefined && port.up) {
      port.sentFrames++
      port.sentOctets += octets
    }
    if (reason !== undefined) {
      s.dropped[reason]++
      drops = listed(drops, reason, from)
    } else if (!meant) {
      s.dropped['not for this adapter']++
      if (peer!.captured) overheard = listed(overheard, link!.latency, link!.ends[towards])
    } else {
      if (link!.loss > 0 || link!.bandwidth !== null) sure = false
      const delay = link!.latency + (link!.bandwidth === null ? 0 : queueing(link!, towards, octets, cx.now))
      if (delay === 0) {
        take(s, peer!, octets)
        arrived.push(link!.ends[towards])
      } else {
        s.underWay++
        later = listed(later, delay, link!.ends[towards])
      }
    }
  }
  if (sure && arrived.length === ports.length) remember(s, ports, arrived, frame.destination)
  if (arrived.length > 0) cx.emit(arrivalOf('net.arrived', arrived, frame, trail))
  if (later !== undefined) for (const [delay, to] of later) cx.after(delay, arrivalOf('net.landed', to, frame, trail))
  if (overheard !== undefined) for (const [delay, at] of overheard) cx.after(delay, { type: 'net.overheard', ports: at, frame })
  if (drops !== undefined) for (const [reason, from] of drops) cx.emit({ type: 'net.dropped', ports: from, reason })
}

/** Where the copies of one list of ports arrive, all of them and at once. */
interface Passage {
  /** The table that it was found in: another simulation has another one, and a draft is another each time. */
  readonly of: NetState['ports']
  readonly revision: number
  readonly destination: MacText
  readonly arrived: readonly PortId[]
  readonly from: readonly Port[]
  readonly to: readonly Port[]
}
/** Beside the slice, for they follow from it alone. */
const passages = new WeakMap<readonly PortId[], Passage>()
/** Shorter lists are not worth remembering. */
const FEW = 8

function remember(s: NetState, ports: readonly PortId[], arrived: readonly PortId[], destination: MacText): void {
  passages.set(ports, { of: s.ports, revision: s.revision, destination, arrived, from: ports.map(id => s.ports[id]!), to: arrived.map(id => s.ports[id]!) })
}

function pass(s: NetState, { from, to }: Passage, octets: number): void {
  s.sent += from.length
  s.delivered += to.length
  for (let n = 0; n < from.length; n++) {
    const near = from[n]!, far = to[n]!
    near.sentFrames++
    near.sentOctets += octets
    far.receivedFrames++
    far.receivedOctets += octets
  }
}

/** Copies come to the end of their link: the far adapter may have been switched off, or the cable pulled, in the meantime. */
export function land(s: NetState, ports: readonly PortId[], frame: Frame, trail: Trail, cx: Cx): void {
  const octets = lengthOfFrame(frame), arrived: PortId[] = [], lost: PortId[] = []
  for (const to of ports) {
    const port = s.ports[to]!
    s.underWay--
    if (port.carrier) {
      take(s, port, octets)
      arrived.push(to)
    } else {
      s.dropped['link down']++
      lost.push(to)
    }
  }
  if (arrived.length > 0) cx.emit(arrivalOf('net.arrived', arrived, frame, trail))
  if (lost.length > 0) cx.emit({ type: 'net.dropped', ports: lost, reason: 'link down' })
}

function whyNot(port: Port | undefined, link: Link | undefined, peer: Port | undefined, towards: 0 | 1, meant: boolean, cx: Cx): DropReason | undefined {
  if (port === undefined || !port.up) return 'port down'
  if (link === undefined || peer === undefined) return 'no link'
  if (!link.up || !peer.up) return 'link down'
  if (link.cut[towards]) return 'cut'
  // Drawn only for what somebody would get, where something can be lost: other links and onlookers draw nothing.
  if (meant && link.loss > 0 && cx.rng('loss', port.link!).chance(link.loss)) return 'lost'
  return undefined
}

/** The filter of the receiving adapter. */
function letsPass(peer: Port, destination: MacText, group: boolean): boolean {
  if (peer.mac === null || peer.promiscuous || peer.mac === destination) return true
  return group && (peer.joined[destination] !== undefined || destination === BROADCAST)
}

function take(s: NetState, port: Port, octets: number): void {
  s.delivered++
  port.receivedFrames++
  port.receivedOctets += octets
}

/** The wait until the link is free, and the time to put the frame on it. */
function queueing(link: Link, towards: 0 | 1, octets: number, now: Micros): Micros {
  const begin = Math.max(now, link.busyUntil[towards]), end = begin + Math.ceil(8 * octets * SECOND / link.bandwidth!)
  link.busyUntil[towards] = end
  return end - now
}

function arrivalOf<T extends 'net.arrived' | 'net.landed'>(type: T, ports: readonly PortId[], frame: Frame, trail: Trail) {
  return trail === undefined ? { type, ports, frame } : { type, ports, frame, trail }
}

function listed<K>(lists: Map<K, PortId[]> | undefined, key: K, port: PortId): Map<K, PortId[]> {
  const result = lists ?? new Map<K, PortId[]>(), list = result.get(key)
  if (list === undefined) result.set(key, [port])
  else list.push(port)
  return result
}
