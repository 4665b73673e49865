/**
 * What may be asked of ports and links, and what they tell. A frame is plain data (`src/wire`) made by its sender and shared by all who
 * see it: nobody changes one, a switch that sets or strips a tag makes another.
 */
import { z } from 'zod'
import type { Frame } from '../../wire/frame.ts'
import { id, probability } from '../schema.ts'
import type { LinkId, PortId } from './ids.ts'

const port = id<PortId>('a port').or(z.string().regex(/^[A-Za-z][\w.-]*\/[A-Za-z][\w.-]*$/, 'expected the name of a port').transform(text => text as PortId))
const link = z.string().min(1).transform(text => text as LinkId)
const frame = z.custom<Frame>(value => typeof value === 'object' && value !== null && 'destination' in value && 'payload' in value, 'expected a frame')

export const netRequests = z.discriminatedUnion('type', [
  /** A copy of the frame leaves each of these ports; nothing happens at a port that is down. `trail`: the ports of switches by which it has come in so far. */
  z.strictObject({ type: z.literal('net.transmit'), ports: z.array(port), frame, trail: z.array(port).readonly().optional() }),
  z.strictObject({ type: z.literal('net.inject'), port, hex: z.string().regex(/^([0-9a-f]{2})+$/i, 'expected the bytes of a frame in hexadecimal') })
    .describe('a frame, as bytes, leaves this port: for what no model would send'),
  z.strictObject({ type: z.literal('net.setPort'), port, up: z.boolean() }).describe('the adapter is switched on or off by its owner'),
  z.strictObject({ type: z.literal('net.setLink'), link, up: z.boolean() }).describe('the cable is plugged in or pulled: both ends see it'),
  z.strictObject({ type: z.literal('net.cut'), link, towards: port.optional().describe('only frames towards this end are lost') }).describe('frames are lost, and nobody is told'),
  z.strictObject({ type: z.literal('net.mend'), link }),
  z.strictObject({ type: z.literal('net.setLoss'), link, loss: probability }),
  z.strictObject({ type: z.literal('net.join'), port, group: z.string() }).describe('the adapter lets frames to this group address pass'),
  z.strictObject({ type: z.literal('net.leave'), port, group: z.string() }),
  z.strictObject({ type: z.literal('net.watch') }).describe('from now on net.altered tells what nobody on the wire is told'),
])
export type NetRequest = z.output<typeof netRequests>

/** Why a copy of a frame came to its end before it reached anybody. */
export type DropReason = 'port down' | 'no link' | 'link down' | 'cut' | 'lost' | 'not for this adapter'

export type NetFact =
  /** Copies have reached these ports, all at this moment, and their adapters have let them pass. */
  | { type: 'net.arrived'; ports: readonly PortId[]; frame: Frame; trail?: readonly PortId[] | undefined }
  /** Copies that are under way on links with a latency. */
  | { type: 'net.landed'; ports: readonly PortId[]; frame: Frame; trail?: readonly PortId[] | undefined }
  /** Copies that captured ports see and their adapters do not let pass; nobody else listens. */
  | { type: 'net.overheard'; ports: readonly PortId[]; frame: Frame }
  /** `ports` are those that the copies had left. Copies to groups that a port has not joined are only counted. */
  | { type: 'net.dropped'; ports: readonly PortId[]; reason: DropReason }
  /** Frames may fare otherwise at these ports from now on, or somebody has sent what no model would. Only told once somebody watches. */
  | { type: 'net.altered'; ports: readonly PortId[] }
  /** The port and what is at the other end of its link are both up, or no longer. */
  | { type: 'net.carrierChanged'; port: PortId; up: boolean }
