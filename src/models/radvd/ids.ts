/** Names of router advertisement daemons: each is one process of one node, whatever the program is called. */
import type { Id } from '../../base/id.ts'

export type DaemonId = Id<'Daemon'>
