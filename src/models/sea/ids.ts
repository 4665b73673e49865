/** Names of shared Ethernet adapters. */
import type { Id } from '../../base/id.ts'

export type SeaId = Id<'Sea'>
