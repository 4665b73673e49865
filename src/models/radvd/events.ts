/** What may be asked of a router advertisement daemon, and what it tells. */
import { z } from 'zod'
import type { Ipv6Text } from '../../base/ipv6.ts'
import { id } from '../schema.ts'
import type { InterfaceId } from '../ip/ids.ts'
import type { DaemonId } from './ids.ts'

const daemon = id<DaemonId>('a radvd')
export const SIGNALS = ['TERM', 'INT', 'HUP', 'USR1', 'KILL'] as const

export const radvdRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('radvd.start'), daemon }),
  z.strictObject({ type: z.literal('radvd.signal'), daemon, signal: z.enum(SIGNALS) }),
  z.strictObject({ type: z.literal('radvd.writeConf'), daemon, text: z.string().describe('the text of a radvd.conf') }).describe('the file changes; the daemon reads it when it starts or is told HUP'),
])
export type RadvdRequest = z.output<typeof radvdRequests>

/** Why an advertisement goes out. */
export type RaOccasion = 'periodic' | 'solicited' | 'final'

export type RadvdFact =
  | { type: 'radvd.started'; daemon: DaemonId }
  | { type: 'radvd.logged'; daemon: DaemonId; text: string }
  | { type: 'radvd.exited'; daemon: DaemonId; status: number; because: string }
  | { type: 'radvd.advertised'; daemon: DaemonId; interface: InterfaceId; to: Ipv6Text; occasion: RaOccasion; routerLifetimeSeconds: number }
  | { type: 'radvd.sendFailed'; daemon: DaemonId; interface: InterfaceId }
