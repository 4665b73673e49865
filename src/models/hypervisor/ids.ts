/** Names of managed systems and of partitions, as the compiler tells them apart. */
import type { Id } from '../../base/id.ts'

export type GuestId = Id<'Guest'>
export type SystemId = Id<'System'>
