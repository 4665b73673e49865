/** What the handlers of the daemons get besides their slice, and how the two profiles are asked. */
import type { Ipv6Text } from '../../base/ipv6.ts'
import type { Micros } from '../../base/time.ts'
import type { Context } from '../../core/model.ts'
import type { BootState } from '../boot/state.ts'
import type { HypervisorState } from '../hypervisor/state.ts'
import type { IpRequest } from '../ip/events.ts'
import type { IpState } from '../ip/state.ts'
import type { NetRequest } from '../net/events.ts'
import type { NetState } from '../net/state.ts'
import type { SlaacRequest } from '../slaac/events.ts'
import type { SlaacState } from '../slaac/state.ts'
import type { VswitchRequest } from '../vswitch/events.ts'
import type { VswitchState } from '../vswitch/state.ts'
import type { RadvdFact, RadvdRequest } from './events.ts'
import type { DaemonId, RadvdState, Speaker } from './state.ts'

export type Cx = Context<
  { hypervisor: HypervisorState; net: NetState; boot: BootState; vswitch: VswitchState; ip: IpState; slaac: SlaacState; radvd: RadvdState },
  RadvdRequest | RadvdFact | NetRequest | VswitchRequest | IpRequest | SlaacRequest
>

/** What a profile does on its occasions, each for one interface. */
export interface Profile {
  /** From the start of the program to its first set-up. */
  readonly startUpMicros: number
  /** The file was read: false, the daemon cannot run like this. */
  readonly setUp: (speaker: Speaker, cx: Cx) => boolean
  /** All interfaces are set up. */
  readonly begin: (speaker: Speaker, cx: Cx) => void
  /** The next draw of the time between two advertisements to all. */
  readonly interval: (speaker: Speaker, cx: Cx) => Micros
  readonly due: (speaker: Speaker, cx: Cx) => void
  /** A valid solicitation; `::` for one that has no source. */
  readonly solicited: (speaker: Speaker, from: Ipv6Text, cx: Cx) => void
  /** The interface came up or went down. */
  readonly linkChanged: (speaker: Speaker, cx: Cx) => void
  /** An address of the interface was added or removed, or has become something else. `announced`: the system tells programs of it. */
  readonly addressesChanged: (speaker: Speaker, announced: boolean, cx: Cx) => void
  readonly forwardingChanged: (speaker: Speaker, cx: Cx) => void
}

export const log = (name: DaemonId, text: string, cx: Cx): void => cx.emit({ type: 'radvd.logged', daemon: name, text })
