/**
 * The slice of the service model, and questions about it.
 *
 * The needs of all services form one network of counting nodes: a leaf is a fact about the system, a node is met when enough of its
 * children are. A change of one fact touches only the nodes above it; nothing is ever evaluated as a whole. Each node counts twice:
 * children that are met, and children that are met or merely wait (a silent disk, a hung guest), for services that tolerate a stall.
 */
import type { Id } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { Ipv6Text } from '../../base/ipv6.ts'
import type { NodeId } from '../ip/state.ts'
import type { ArrayId } from '../md/state.ts'
import { without } from '../../core/signature.ts'

export type ServiceId = Id<'Service'>

/** `new`: has not been up yet, so that nothing is booked. `waiting`: stalled, within its tolerance. */
export type ServiceStatus = 'new' | 'up' | 'waiting' | 'down'
export interface Outage { from: Micros; to: Micros | null; because: string }
export interface Service {
  status: ServiceStatus
  /** In this status since. A stall that becomes an outage keeps the time of the stall. */
  since: Micros
  because: string
  /** Counts and sums are exact; the list keeps the first ones. */
  outages: number
  downMicros: Micros
  longestMicros: Micros
  /** Time in which its needs were met only by what waits, tolerated or not; a stall under way is not yet counted. */
  stalls: number
  stalledMicros: Micros
  stalledSince: Micros | null
  list: Outage[]
  stallTolerance: Micros
  patience: TimerId | null
  /** Its node in the network. */
  root: number
}

export type LeafKind =
  | 'guest' | 'arrayReadable' | 'arrayWritable' | 'arrayRedundant' | 'rootReadable' | 'rootWritable' | 'disk' | 'service' | 'component'
  | 'preferredAddress' | 'defaultRouter' | 'reaches'
export type Truth = 'no' | 'waits' | 'yes'
export interface Leaf { truth: Truth; nodes: number[] }
export interface Node {
  /** The node above, -1 for the one that is the service itself. */
  parent: number
  service: ServiceId
  needed: number
  met: number
  metOrWaits: number
}

/** What an array on one copy is going through: nobody knows yet, nothing runs, or a recovery runs. */
export type ExposurePhase = 'detection' | 'waiting' | 'recovery'
export interface ExposureEntry { from: Micros; to: Micros; detectionMicros: Micros; waitingMicros: Micros; recoveryMicros: Micros }
export interface Exposure {
  /** Members that md counts in sync and whose disk can be reached. */
  copies: number
  /** null while two copies or more can be reached. */
  phase: ExposurePhase | null
  /** When the present phase began. */
  since: Micros
  /** When the present exposure began, and how it has been spent so far; all sums below include ended exposures only. */
  current: ExposureEntry | null
  times: number
  micros: Micros
  detectionMicros: Micros
  waitingMicros: Micros
  recoveryMicros: Micros
  longestMicros: Micros
  list: ExposureEntry[]
}

/** What a client may have and lose: any usable address, a preferred one, a live default router. */
export const HOLDINGS = ['address', 'preferred', 'router'] as const
export type Holding = (typeof HOLDINGS)[number]
/** `ownMicros` of it the client was down itself. */
export interface Lack { from: Micros; to: Micros; ownMicros: Micros; because: string }
export interface HoldingBook {
  /** null: it never had one, and nothing is booked. */
  firstAt: Micros | null
  has: boolean
  /** When the present lack began, and why. */
  since: Micros
  because: string
  /** Up to here the present lack is in the columns. */
  chargedTo: Micros
  /** Its own system is down or restricted: the time is its own. */
  itselfDown: boolean
  /** And so it is up to here, because it has only just come up. */
  ownUntil: Micros
  othersMicros: Micros
  ownMicros: Micros
  /** Lacks that are over, by whose doing; a lack may be both. */
  times: number
  ownTimes: number
  /** Of the present lack, what others have done; and the longest of them. */
  otherwiseMicros: Micros
  longestMicros: Micros
  list: Lack[]
}
export type Client = Record<Holding, HoldingBook>

/** Whether one reaches another, as echo requests have told. */
export interface Reach {
  from: NodeId
  /** A node, or an address. */
  to: string
  everyMicros: Micros
  timeoutMicros: Micros
  lostLimit: number
  /** null: never yet. */
  answered: boolean | null
  lostInRow: number
  /** Where it was asked last. */
  known: Ipv6Text | null
  /** The request that is under way. */
  asked: Ipv6Text | null
  sequence: number | null
  sent: number
  lost: number
}

export interface ServiceState {
  services: Record<ServiceId, Service>
  nodes: Node[]
  leaves: Record<LeafKind, Record<string, Leaf>>
  exposure: Record<ArrayId, Exposure>
  clients: Record<NodeId, Client>
  /** Routers that were asked for in vain and have not been heard since, by the node that asked. */
  silent: Record<NodeId, string[]>
  /** The needs of preferred addresses, by node. */
  addressNeeds: Record<NodeId, string[]>
  reaches: Record<string, Reach>
  reachesOf: Record<NodeId, string[]>
}

/** How many outages and exposures are kept with their times. */
export const KEPT = 64

type Read<T> = DeepReadonly<T>

/** Time down until `now`, the present outage included. */
export const downtime = (s: Read<Service>, now: Micros): Micros => s.downMicros + (s.status === 'down' ? now - s.since : 0)
export const longestOutage = (s: Read<Service>, now: Micros): Micros => s.status === 'down' && now - s.since > s.longestMicros ? now - s.since : s.longestMicros
/** Mean time to repair of the outages so far; 0 without one. */
export const meanOutage = (s: Read<Service>, now: Micros): Micros => s.outages === 0 ? 0 : Math.round(downtime(s, now) / s.outages)
export const availability = (s: Read<Service>, now: Micros): number => now === 0 ? 1 : 1 - downtime(s, now) / now
/** Time on one copy until `now`, the present exposure included. */
export const exposedTime = (e: Read<Exposure>, now: Micros): Micros => e.micros + (e.current === null ? 0 : now - e.current.from)

/** Only what it counts with: the nodes follow from the leaves, and what is booked from what has happened. */
export const signature: (slice: Read<ServiceState>) => unknown = without({
  books: ['nodes', 'since', 'because', 'outages', 'downMicros', 'longestMicros', 'stalls', 'stalledMicros', 'stalledSince', 'list', 'current', 'times', 'micros',
    'detectionMicros', 'waitingMicros', 'recoveryMicros', 'chargedTo', 'ownUntil', 'othersMicros', 'ownMicros', 'ownTimes', 'otherwiseMicros', 'sent', 'lost'],
  timers: ['patience', 'firstAt', 'sequence'],
})
