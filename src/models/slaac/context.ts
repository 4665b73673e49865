/** What the handlers of hosts get besides their slice: the stacks below, and what may be asked of them. */
import type { Context } from '../../core/model.ts'
import type { HypervisorState } from '../hypervisor/state.ts'
import type { HypervisorRequest } from '../hypervisor/events.ts'
import type { IpRequest } from '../ip/events.ts'
import type { IpState } from '../ip/state.ts'
import type { NetRequest } from '../net/events.ts'
import type { NetState } from '../net/state.ts'
import type { SlaacFact, SlaacRequest } from './events.ts'
import type { SlaacState } from './state.ts'

export type Cx = Context<{ hypervisor: HypervisorState; net: NetState; ip: IpState; slaac: SlaacState }, HypervisorRequest | NetRequest | IpRequest | SlaacFact | SlaacRequest>
