/** Names on the wire: a port is one end of a cable, on a host's adapter (`i5a.eth0`) or on a switch (`ETHERNET0/i5a.eth0`). */
import type { Id } from '../../base/id.ts'

export type PortId = Id<'Port'>
export type LinkId = Id<'Link'>
