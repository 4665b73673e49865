/**
 * A Linux partition as its commands see it: the shell's machine on one side, the simulated world on the other.
 *
 * Commands of the console are functions of a partition (`(partition) => defineCommand(…)`): they look names up in `world`, ask the models through
 * `dispatch`, and put the answer, or the refusal's own words, into the streams of their process. Nothing here changes the world in another way.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import type { Micros } from '../base/time.ts'
import type { AnyEvent, Refusal } from '../core/model.ts'
import type { BootState } from '../models/boot/state.ts'
import type { GuestId, HypervisorState } from '../models/hypervisor/state.ts'
import type { MdState } from '../models/md/state.ts'
import type { ScsiState } from '../models/scsi/state.ts'
import type { Machine } from '../shell/kernel/machine.ts'

/** As much of the world as the console knows. A stack without the upper models has no more than a bus and mirrors. */
export interface ConsoleWorld { readonly scsi: ScsiState; readonly md: MdState; readonly hypervisor?: HypervisorState; readonly boot?: BootState; readonly [model: string]: unknown }

/** The one way in and out of the simulation; `createSim` and a recording fit. */
export interface Door {
  readonly now: Micros
  readonly world: DeepReadonly<ConsoleWorld>
  dispatch(request: AnyEvent): Refusal | undefined
}

export interface Partition {
  readonly guest: GuestId
  readonly door: Door
  readonly machine: Machine
}
