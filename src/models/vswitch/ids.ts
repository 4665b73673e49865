/** Names of switches. A port of a switch is named after both: `ETHERNET0/i5a.eth0`. */
import type { Id } from '../../base/id.ts'

export type SwitchId = Id<'Switch'>
