/** Names of operators, as the compiler tells them apart from the names of what they work on. */
import type { Id } from '../../base/id.ts'

export type OperatorId = Id<'Operator'>
