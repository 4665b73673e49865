/**
 * The slice of the router advertisement daemons: each with its file, whether it runs, and what it knows of each interface in its file.
 *
 * Times are deadlines, not timers: an interface has one timer, which fires no later than its earliest deadline and looks again.
 */
import { entriesOf, table, type Id } from '../../base/id.ts'
import type { Ipv6Text } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { DefaultId } from '../defaults.ts'
import type { InterfaceId, NodeId } from '../ip/ids.ts'
import type { NetState, PortId } from '../net/state.ts'
import { spanOf, type Span } from '../span.ts'
import type { VswitchState } from '../vswitch/state.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import { confOf, type RadvdConfig, type RadvdProfile } from './config.ts'
import type { InterfaceConf } from './conf/settings.ts'
import type { SettledInterface } from './conf/start.ts'
import type { DaemonId } from './ids.ts'

export type { DaemonId } from './ids.ts'

/** Of a prefix with DecrementLifetimes: what is left, as of `shrinkFrom` of its interface. */
export interface Remaining { validSeconds: number; preferredSeconds: number }
/** A prefix that hosts may have from us. */
export interface Remembered { prefix: Ipv6Text; length: number; onLink: boolean; autonomous: boolean; validUntil: Micros }

export interface Advertiser {
  interface: InterfaceId
  /** As read. */
  conf: InterfaceConf
  /** As it is sent; null: not set up, nothing can be sent. */
  settled: SettledInterface | null
  /** Advertisements of the initial phase that were sent, up to three. */
  raCount: number
  /** The next multicast advertisement; null: none is planned. */
  dueAt: Micros | null
  timer: TimerId | null
  timerAt: Micros
  lastMulticastAt: Micros | null
  /** Lifetimes that shrink do so from here: the last advertisement of any kind (radvd-2.19), or when they were full (rfc). */
  shrinkFrom: Micros
  /** One for each prefix of the file. */
  remaining: Remaining[]

  // Profile radvd-2.19.
  /** Something happened to the interface since it was set up. */
  changed: boolean
  /** The addresses that it has seen: others are a reason to set the interface up again. */
  known: Ipv6Text[]

  // Profile rfc.
  /** Unicast answers that wait. */
  replies: { to: Ipv6Text; at: Micros }[]
  /** The planned multicast advertisement answers somebody. */
  solicited: boolean
  /** The address it advertises from; null: it is not an advertising interface now. */
  source: Ipv6Text | null
  /** Advertisements with a router lifetime of 0 that are still to be sent: from here on it ceases. 0: it does not. */
  finals: number
  /** The same from an address that is no longer ours. */
  formerSource: Ipv6Text | null
  formerFinals: number
  /** What other routers were found to disagree about, by router. */
  disagreements: Record<Ipv6Text, string[]>

  // Fidelity state.
  /** Who took in its last multicast advertisement. */
  heard: Heard[]
  /** Its advertisements are not sent one by one. */
  resting: boolean
}
/** One message of an advertisement. `delay`: from its sending. */
export interface Heard { interfaces: InterfaceId[]; packet: Ipv6Packet; delay: Micros }

/** What is joined by links and switches, whether they work or not: advertisements go no further. */
export interface Segment {
  resting: boolean
  /** When something last happened here that may be more than a repetition. */
  disturbedAt: Micros
  /** Why it does not come to rest; null: it does. */
  obstacle: Obstacle | null
  rests: number
  /** Advertisements that were sent nevertheless, by the reason why. */
  frames: Record<Obstacle | 'changing', number>
}
export type SegmentId = Id<'Segment'>
export type Obstacle =
  | 'not to all' | 'shrinking lifetimes' | 'lifetimes shorter than the interval' | 'remembered prefixes' | 'in step' | 'other lifetimes'
  | 'temporary addresses' | 'lost frames' | 'captured' | 'heard elsewhere' | 'address of two' | 'otherwise set'


export interface Daemon {
  node: NodeId
  profile: RadvdProfile
  file: string
  /** Of the file as it is now; what is in use was read at the start or at the last HUP. */
  text: string
  startsWithSystem: boolean
  startAfter: Micros
  stopAfter: Micros
  /** null: a root that cannot be read does not end it. */
  diesAfter: Span | null
  finalAdvertisements: number
  deprecateRemembered: boolean
  shortPrefixLifetimes: boolean

  running: boolean
  /** Has been told TERM and sends its last advertisements. */
  stopping: boolean
  advertisers: Advertiser[]
  startTimer: TimerId | null
  stopTimer: TimerId | null
  deathTimer: TimerId | null
  /** What became due while its system did nothing. */
  missed: ('radvd.startDue' | 'radvd.stopDue' | 'radvd.pageNeeded')[]
  /** On its disk: survives restarts. By interface. */
  remembered: Record<InterfaceId, Remembered[]>

  // Profile radvd-2.19.
  /** The one time that the process notices that forwarding is off is used up (RD-36). */
  forwardingNoticed: boolean
  /** The sequence of random numbers it draws from, and how many it has drawn. */
  sequence: string
  drawn: number
}

/** The random numbers that daemons started in the same second have in common: the latest of them, and how many came before. */
export interface Sequence { before: number; numbers: number[]; users: number }

/** An interface of a daemon, and all that belongs to it. */
export interface Speaker { readonly s: RadvdState; readonly name: DaemonId; readonly d: Daemon; readonly a: Advertiser }

export interface RadvdState {
  daemons: Record<DaemonId, Daemon>
  /** The daemons of a guest or node, by its name. */
  byNode: Record<NodeId, DaemonId[]>
  sequences: Record<string, Sequence>
  assumed: DefaultId[]
  /** null: fidelity frames. */
  rest: { segmentOf: Record<PortId, SegmentId>; segments: Record<SegmentId, Segment> } | null
}

export function initialRadvd(config: RadvdConfig, world: Wires): RadvdState {
  const state: RadvdState = { daemons: table(), byNode: table(), sequences: table(), assumed: [], rest: config.fidelity === 'state' ? segmentsOf(world) : null }
  for (const [name, given] of entriesOf(config.daemons)) {
    const { file, text } = confOf(given)
    state.daemons[name] = {
      node: given.on, profile: given.profile ?? 'rfc', file, text,
      startsWithSystem: given.start ?? true, startAfter: given.startAfter ?? 0, stopAfter: given.stopAfter ?? 0,
      diesAfter: given.afterRootLoss === 'keeps running' ? null : spanOf(given.afterRootLoss?.diesAfter, 'DD-57'),
      finalAdvertisements: given.finalAdvertisements ?? 3, deprecateRemembered: given.deprecateRememberedPrefixes ?? false, shortPrefixLifetimes: given.shortPrefixLifetimes ?? false,
      running: false, stopping: false, advertisers: [], startTimer: null, stopTimer: null, deathTimer: null, missed: [], remembered: table(),
      forwardingNoticed: false, sequence: '', drawn: 0,
    }
    ;(state.byNode[given.on] ??= []).push(name)
  }
  return state
}

export const advertiserOf = (d: Daemon, id: InterfaceId): Advertiser | undefined => {
  for (const a of d.advertisers) if (a.interface === id) return a
  return undefined
}

export function newAdvertiser(id: InterfaceId, conf: InterfaceConf, now: Micros): Advertiser {
  return {
    interface: id, conf, settled: null, raCount: 0, dueAt: null, timer: null, timerAt: 0, lastMulticastAt: null, shrinkFrom: now,
    remaining: conf.prefixes.map(each => ({ validSeconds: each.advValidLifetimeSeconds, preferredSeconds: each.advPreferredLifetimeSeconds })),
    changed: false, known: [], replies: [], solicited: false, source: null, finals: 0, formerSource: null, formerFinals: 0, disagreements: table(),
    heard: [], resting: false,
  }
}

type Wires = DeepReadonly<{ net: NetState; vswitch: VswitchState }>

/** A segment is called after the first of its ports. */
function segmentsOf({ net, vswitch }: Wires): NonNullable<RadvdState['rest']> {
  const above = new Map<string, string>(), top = (name: string): string => {
    let at = name
    for (let next = above.get(at); next !== undefined; next = above.get(at)) at = next
    return at
  }
  const join = (a: string, b: string): void => { if (top(a) !== top(b)) above.set(top(b), top(a)) }
  for (const { ends: [a, b] } of Object.values(net.links)) join(a, b)
  for (const [port, { switch: name }] of entriesOf(vswitch.ports)) join(`switch ${name}`, port)
  const segmentOf = table<PortId, SegmentId>(), segments = table<SegmentId, Segment>(), named = new Map<string, SegmentId>()
  for (const port of Object.keys(net.ports) as PortId[]) {
    const name = named.get(top(port)) ?? port as string as SegmentId
    named.set(top(port), name)
    segmentOf[port] = name
    segments[name] ??= { resting: false, disturbedAt: 0, obstacle: null, rests: 0, frames: table() }
  }
  return { segmentOf, segments }
}
