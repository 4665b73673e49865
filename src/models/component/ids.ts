/** Names of components, as the compiler tells them apart from other names. */
import type { Id } from '../../base/id.ts'

export type ComponentId = Id<'Component'>
