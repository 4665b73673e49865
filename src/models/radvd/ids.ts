/** Names of router advertisement daemons. */
import type { Id } from '../../base/id.ts'

export type DaemonId = Id<'Daemon'>
