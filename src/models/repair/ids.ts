/** Names of crews and of kinds of spare parts, as the compiler tells them apart; and of the rules whose repairs these are. */
import type { Id } from '../../base/id.ts'

export type CrewId = Id<'Crew'>
export type PartId = Id<'Part'>
export type FaultId = Id<'Fault'>
