/**
 * What may be asked of a router advertisement daemon, and what it tells.
 *
 * `advertised` is told once for each time the daemon speaks to somebody, even where the options need several messages.
 */
import { z } from 'zod'
import type { Ipv6Text } from '../../base/ipv6.ts'
import { id } from '../schema.ts'
import type { InterfaceId } from '../ip/ids.ts'
import type { DaemonId } from './ids.ts'
import type { Obstacle } from './state.ts'

const daemon = id<DaemonId>('a radvd')
export const SIGNALS = ['TERM', 'INT', 'HUP', 'USR1', 'KILL'] as const
export type Signal = (typeof SIGNALS)[number]

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
  /** The files it needs cannot be read. */
  | { type: 'radvd.startFailed'; daemon: DaemonId; because: string }
  | { type: 'radvd.logged'; daemon: DaemonId; text: string }
  | { type: 'radvd.reloaded'; daemon: DaemonId }
  | { type: 'radvd.exited'; daemon: DaemonId; status: number; because: string }
  | { type: 'radvd.advertised'; daemon: DaemonId; interface: InterfaceId; to: Ipv6Text; occasion: RaOccasion; routerLifetimeSeconds: number }
  | { type: 'radvd.sendFailed'; daemon: DaemonId; interface: InterfaceId }
  /** Another router on the link says something else (RFC 4861 6.2.7). Told once for each router and subject. */
  | { type: 'radvd.disagreed'; daemon: DaemonId; interface: InterfaceId; from: Ipv6Text; about: string }
  /** Fidelity state: the segment of this interface is steady, and is not at rest all the same. Told once for each reason in a row. */
  | { type: 'radvd.keptSending'; daemon: DaemonId; interface: InterfaceId; because: Obstacle }
  /** The time has come to be started, to be told TERM, to need a page that cannot be read. */
  | { type: 'radvd.startDue'; daemon: DaemonId }
  | { type: 'radvd.stopDue'; daemon: DaemonId }
  | { type: 'radvd.pageNeeded'; daemon: DaemonId }
  /** The timer of an interface. */
  | { type: 'radvd.due'; daemon: DaemonId; interface: InterfaceId }
