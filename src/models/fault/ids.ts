/** Names of rules, as the compiler tells them apart from the names of what the rules strike. */
import type { Id } from '../../base/id.ts'

export type FaultId = Id<'Fault'>
