/**
 * Names of what speaks IPv6. A node called like a guest is that guest's system; any other is a machine outside. An interface is the port
 * it sends through: `router.eth0`.
 */
import type { Id } from '../../base/id.ts'
import type { PortId } from '../net/ids.ts'

export type NodeId = Id<'Node'>
export type InterfaceId = PortId
