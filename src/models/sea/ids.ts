/** Names of shared Ethernet adapters, as a scenario gives them: `sea1`, or `ent8` as on their partition. */
import type { Id } from '../../base/id.ts'

export type SeaId = Id<'Sea'>
