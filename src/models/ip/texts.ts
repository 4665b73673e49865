/** What `ip` of iproute2 says when it cannot: words and exit statuses as on Linux 6.18. */
import type { Refusal } from '../../core/model.ts'
import type { InterfaceId, NodeId } from './state.ts'

export const noSuchDevice = (id: InterfaceId): Refusal => ({ status: 1, text: `Cannot find device "${id.slice(id.indexOf('.') + 1)}"` })
export const noSuchNode = (node: NodeId): Refusal => ({ status: 1, text: `there is no node ${node}` })
/** Nobody is there to type it. */
export const doesNotAnswer = (node: NodeId): Refusal => ({ status: 255, text: `${node} does not answer` })
export const EXISTS: Refusal = { status: 2, text: 'RTNETLINK answers: File exists' }
export const DISABLED: Refusal = { status: 2, text: 'RTNETLINK answers: Permission denied' }
export const NO_SUCH_ADDRESS: Refusal = { status: 2, text: 'RTNETLINK answers: Cannot assign requested address' }
export const NO_SUCH_ROUTE: Refusal = { status: 2, text: 'RTNETLINK answers: No such process' }
