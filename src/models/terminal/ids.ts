/** Names of sessions, as the compiler tells them apart from other names. */
import type { Id } from '../../base/id.ts'

/** `s1`, `s2`, …: one start of a script, or one login. */
export type SessionId = Id<'Session'>
