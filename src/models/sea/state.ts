/**
 * The slice of shared Ethernet adapters: what each bridges, and what it knows of its peer. How it begins stands in initial.ts.
 *
 * For the trunks of an adapter there are lists in their order (`active`); a keep-alive says the same of the peer's, by their places.
 */
import type { Ipv6Text, MacText } from '../../base/ipv6.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { DefaultId } from '../defaults.ts'
import type { GuestId, HypervisorState } from '../hypervisor/state.ts'
import type { PortId } from '../net/ids.ts'
import type { NetState } from '../net/state.ts'
import type { SwitchId } from '../vswitch/ids.ts'
import type { VswitchState } from '../vswitch/state.ts'
import type { MODES } from './config.ts'
import type { SeaPhase } from './events.ts'
import type { SeaId } from './ids.ts'

export type { SeaId } from './ids.ts'
export type Mode = (typeof MODES)[number]

/** What the last keep-alive of the peer said. */
export interface Peer {
  heardAt: Micros
  priority: number
  /** Has a link, its target answers, and it is not set standby. */
  able: boolean
  sharing: boolean
  /** For each trunk in turn: does it bridge it? */
  active: boolean[]
}
export interface Sea {
  guest: GuestId
  /** On the partition, with the port of the virtual switch that leads there. */
  trunks: { port: PortId; switch: SwitchId; switchPort: PortId }[]
  physical: PortId
  control: PortId | null
  /** Of its first trunk. */
  priority: number
  mode: Mode
  failBack: boolean
  keepAlive: Micros
  missed: number
  linkDelay: Micros
  announce: boolean
  spanningTree: Micros
  /** The partition is up; false also while it hangs. */
  running: boolean
  phase: SeaPhase
  /** For each trunk in turn: is it bridged? */
  active: boolean[]
  /** null: none has been heard, or not for too long. */
  peer: Peer | null
  /** While it is starting: until then it waits to hear from a peer. */
  listensUntil: Micros
  blockedUntil: Micros
  /** Its own address, with which it asks its target. */
  mac: MacText
  target: Ipv6Text | null
  /** Questions since the last answer. */
  unanswered: number
  timer: TimerId | null
  linkTimer: TimerId | null
  bridged: number
  notBridged: number
}
export interface SeaState {
  adapters: Record<SeaId, Sea>
  /** By port: whose it is. */
  ports: Record<PortId, SeaId>
  /** By guest: its adapters. Most guests have none, and most events of guests are no business of ours. */
  byGuest: Record<GuestId, SeaId[]>
  assumed: DefaultId[]
}
export interface Below { hypervisor: HypervisorState; net: NetState; vswitch: VswitchState }
