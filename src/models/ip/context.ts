/** What the handlers of the stacks get besides their slice: partitions and the wire, and what may be asked of the wire. */
import type { Context } from '../../core/model.ts'
import type { HypervisorState } from '../hypervisor/state.ts'
import type { HypervisorRequest } from '../hypervisor/events.ts'
import type { NetRequest } from '../net/events.ts'
import type { NetState } from '../net/state.ts'
import type { IpFact, IpRequest } from './events.ts'
import type { IpState } from './state.ts'

export type Cx = Context<{ hypervisor: HypervisorState; net: NetState; ip: IpState }, HypervisorRequest | NetRequest | IpFact | IpRequest>
