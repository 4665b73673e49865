/**
 * The slice of the hypervisor: managed systems, their partitions, the partition states and the only edges between them.
 *
 * The states and their texts are those of the management interface (pypowervm's enumeration). What is shown and what is are two
 * variables: a lost management connection changes the first only. `up`, `alive` and `hung` say what no state tells: a partition is
 * `running` as soon as its boot device was found, long before its system is up, and it goes on `running` while it hangs.
 */
import { entriesOf, table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import { DEFAULTS, type DefaultId } from '../defaults.ts'
import type { GuestConfig, HypervisorConfig } from './config.ts'
import type { PowerOff, PowerState } from './events.ts'
import { spanOf, type Span } from '../span.ts'
import type { GuestId, SystemId } from './ids.ts'
import { without } from '../../core/signature.ts'

export type { PowerState } from './events.ts'
export type { GuestId, SystemId } from './ids.ts'

export type Os = 'ibm-i' | 'linux' | 'vios'

/** What the management interface shows when it does not know: capital U here, and only here. */
export type ShownState = PowerState | 'Unknown' | 'not available'

/** From each state, the states that may follow. There is no other edge. */
export const EDGES: Readonly<Record<PowerState, readonly PowerState[]>> = {
  'not activated': ['starting', 'migrating not active'],
  'starting': ['running', 'open firmware'],
  'open firmware': ['running'],
  'running': ['shutting down', 'starting', 'error', 'suspending', 'migrating running'],
  'shutting down': ['not activated', 'starting'],
  'error': ['not activated'],
  'suspending': ['suspended'],
  'suspended': ['resuming'],
  'resuming': ['running'],
  'migrating running': ['running'],
  'migrating not active': ['not activated'],
  'hardware discovery': [],
}

export interface Ending {
  how: PowerOff
  restart: boolean
  /** Steps of an escalation that are left if this one fails. */
  next: PowerOff[]
  /** How long this step may take if there is a next one. */
  timeout: Micros
  /** Part of the end of the whole managed system. */
  system: boolean
}

export interface Guest {
  system: SystemId
  os: Os
  state: PowerState
  /** What the management interface shows. */
  shown: ShownState
  /** The partition executes: its adapters are registered, its memory is there. */
  alive: boolean
  /** Its operating system is up and services run. */
  up: boolean
  /** Executes nothing and tells nobody; also while suspended. */
  hung: boolean
  restricted: boolean
  rmc: boolean
  /** How the last run ended: decides which kind of IPL the next one is. */
  lastEnd: 'normal' | 'abnormal'
  /** The kernel is loaded and waits for its disks: it goes on when it is told. */
  held: boolean
  /** Why the system does not come up, or why the partition stays in open firmware. */
  stuck: string | null
  /** A manual IPL waits for its operator. */
  attended: boolean
  ending: Ending | null
  /** What the present phase ends with: shutdown, dump, start. */
  timer: TimerId | null
  /** How long the next start takes, where a request said so. */
  startMicros: Micros | null
  /** After a crash: how long the dump takes before the restart, or -1 for no restart. */
  dumpMicros: Micros
  deleted: boolean
  ipls: number
  abnormalIpls: number

  // From the scenario.
  virtualDisks: boolean
  servesStorage: boolean
  autoStart: boolean
  autoRestart: boolean
  priority: number
  iplSource: 'a' | 'b' | 'c' | 'd'
  keylock: 'normal' | 'manual'
  start: Span
  abnormalStart: Span
  shutdown: Span
  firmware: Span
  dumpTime: Span
}

export interface System {
  /** `ending`: about to IPL, its partitions shut down one wave after the other, clients of storage before its hosts. */
  phase: 'up' | 'ending' | 'down' | 'starting'
  managed: boolean
  /** In the order in which they start with the system: hosts of storage first, then by priority. */
  guests: GuestId[]
  /** Partitions whose end an ending system waits for. */
  waitsFor: number
  start: Span
  startMicros: Micros | null
  timer: TimerId | null
  ipls: number
}

export interface HypervisorState {
  systems: Record<SystemId, System>
  guests: Record<GuestId, Guest>
  powerOffTimeout: Micros
  /** Defaults that have been used so far. */
  assumed: DefaultId[]
}

export function initialHypervisor(config: HypervisorConfig): HypervisorState {
  const state: HypervisorState = {
    systems: table(), guests: table(), powerOffTimeout: config.powerOffTimeout ?? DEFAULTS['DD-30'].value, assumed: [],
  }
  for (const [system, { start }] of entriesOf(config.systems))
    state.systems[system] = {
      phase: 'up', managed: true, guests: [], waitsFor: 0, start: spanOf(start, 'DD-32'), startMicros: null, timer: null, ipls: 0,
    }
  for (const [id, given] of entriesOf(config.guests)) {
    state.guests[id] = guestOf(given)
    state.systems[given.on]?.guests.push(id)
  }
  for (const system of Object.values<System>(state.systems)) inStartOrder(state, system)
  return state
}

/** Equals stay in the order in which they came. */
export function inStartOrder(s: HypervisorState, system: System): void {
  const of = (id: GuestId) => s.guests[id]!
  system.guests.sort((a, b) => Number(of(b).servesStorage) - Number(of(a).servesStorage) || of(b).priority - of(a).priority)
}

function guestOf(given: GuestConfig): Guest {
  const { os } = given, runs = given.initially !== 'not activated'
  const start = os === 'ibm-i' ? spanOf(given.ipl, 'DD-36') : spanOf(given.start, os === 'vios' ? 'DD-35' : 'DD-33')
  return {
    system: given.on, os, state: runs ? 'running' : 'not activated', shown: runs ? 'running' : 'not activated',
    alive: runs, up: runs, hung: false, restricted: false, held: false, rmc: given.rmc ?? true, lastEnd: 'normal', stuck: null, attended: false,
    ending: null, timer: null, startMicros: null, dumpMicros: -1, deleted: false, ipls: 0, abnormalIpls: 0,
    virtualDisks: given.virtualDisks ?? false, servesStorage: given.servesStorage ?? false,
    autoStart: given.autoStart ?? true, autoRestart: given.autoRestart ?? true, priority: given.priority ?? (os === 'vios' ? 191 : 127),
    iplSource: given.iplSource ?? 'b', keylock: given.keylock ?? 'normal',
    start, abnormalStart: os === 'ibm-i' ? spanOf(given.abnormalIpl, 'DD-37') : start,
    shutdown: spanOf(given.shutdown, os === 'ibm-i' ? 'DD-38' : 'DD-34'),
    firmware: spanOf(given.firmware, null), dumpTime: spanOf(given.dumpTime, null),
  }
}

type Read<T> = DeepReadonly<T>

/** The operating system is up and answers. */
export const answers = (guest: Read<Guest>): boolean => guest.up && !guest.hung
/** TCP/IP of an IBM i in restricted state is stopped; its storage is not. */
export const hasNetwork = (guest: Read<Guest>): boolean => answers(guest) && !guest.restricted
/** Which IPL the next start will be: it follows from how the last run ended, nobody chooses it. */
export const iplKind = (guest: Read<Guest>): 'normal' | 'abnormal' => guest.os === 'ibm-i' ? guest.lastEnd : 'normal'

/** The reference code on the panel. `null`: not modelled for this state and system. */
export function referenceCode(guest: Read<Guest>): string | null {
  if (guest.state === 'not activated') return '00000000'
  if (guest.state === 'running' && guest.os === 'linux' && guest.up) return 'Linux ppc64le'
  return null
}

/** The last ones are as configured, the same in all states. */
const bare = without<Read<HypervisorState>>({
  books: ['ipls', 'abnormalIpls', 'assumed', 'dumpMicros', 'lastEnd', 'os', 'virtualDisks', 'servesStorage', 'autoStart', 'autoRestart', 'priority', 'start', 'abnormalStart',
    'shutdown', 'firmware', 'dumpTime'],
  timers: ['timer'],
})
/** How long a dump takes is set at the crash that asks for it, and how the last run ended counts only until the next is up. */
export const signature = (s: Read<HypervisorState>): unknown =>
  [bare(s), entriesOf(s.guests).flatMap(([id, g]) => !g.up && iplKind(g) === 'abnormal' ? [id] : [])]
