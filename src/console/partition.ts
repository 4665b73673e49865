/**
 * A Linux partition as its commands see it: the shell's machine on one side, the simulated world on the other.
 *
 * Commands of the console are functions of a partition (`(partition) => defineCommand(…)`): they look names up in `world`, ask the models through
 * `dispatch`, and put the answer, or the refusal's own words, into the streams of their process. Nothing here changes the world in another way.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import type { Kib, Micros } from '../base/time.ts'
import type { AnyEvent, Refusal } from '../core/model.ts'
import type { BootState } from '../models/boot/state.ts'
import type { GuestId, HypervisorState } from '../models/hypervisor/state.ts'
import type { MdState } from '../models/md/state.ts'
import type { DiskId, ScsiState } from '../models/scsi/state.ts'
import type { TerminalState } from '../models/terminal/model.ts'
import type { VscsiState } from '../models/vscsi/state.ts'
import type { Kernel } from '../shell/kernel/kernel.ts'
import type { Machine } from '../shell/kernel/machine.ts'
import type { PartitionLog } from './log.ts'
import type { Media } from './media.ts'

/** As much of the world as the console knows. A stack without the upper models has no more than a bus and mirrors. */
export interface ConsoleWorld {
  readonly scsi: ScsiState; readonly md: MdState
  readonly hypervisor?: HypervisorState; readonly vscsi?: VscsiState; readonly boot?: BootState; readonly terminal?: TerminalState; readonly [model: string]: unknown
}

/** The one way in and out of the simulation; `createSim` and a recording fit. */
export interface Door {
  readonly now: Micros
  readonly world: DeepReadonly<ConsoleWorld>
  /** `cause`: the number of the entry of the trace that this follows from. */
  dispatch(request: AnyEvent, cause?: number): Refusal | undefined
}

/** What is mounted besides the root and what every Linux has; in the order in which it was mounted. */
export interface Mount { readonly source: string; readonly target: string; readonly type: string; options: string }
export interface Swap { readonly path: string; readonly sizeKib: Kib; usedKib: Kib; readonly priority: number }
export interface Partition {
  readonly guest: GuestId
  readonly door: Door
  readonly machine: Machine
  readonly kernel: Kernel
  /** What lies on the disks of the whole simulation. */
  readonly media: Media
  /** In memory, gone with the next restart: who mounts and unmounts keeps them. */
  readonly mounts: Mount[]
  readonly swaps: Swap[]
  /** What its kernel and its programs say: dmesg, journal, /var/log/syslog. */
  readonly log: PartitionLog
  /** A command of somebody's reaches this disk: to be called by whoever looks at a device in another way than through a request of md. */
  touched(disk: DiskId): void
}
