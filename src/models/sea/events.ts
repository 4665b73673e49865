/** What may be asked of shared Ethernet adapters, and what they tell. Keep-alives are frames: the wire tells of them. */
import { z } from 'zod'
import { id } from '../schema.ts'
import type { PortId } from '../net/ids.ts'
import { MODES } from './config.ts'
import type { SeaId } from './ids.ts'

export const seaRequests = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('sea.setMode'), sea: id<SeaId>('a shared Ethernet adapter'), mode: z.enum(MODES) })
    .describe('ha_mode; standby gives up the active role on purpose, auto takes part again'),
])
export type SeaRequest = z.output<typeof seaRequests>

/**
 * `starting`: listens whether there is a peer. `limbo`: waits for its link, or for its target to answer. `sharing`: bridges its part of the
 * trunks, the peer the others.
 */
export type SeaPhase = 'down' | 'starting' | 'primary' | 'sharing' | 'backup' | 'limbo' | 'standby'

/** VE-42, and what else may change who is active. */
export type SeaReason =
  | 'keep-alives missed' | 'link lost' | 'set by hand' | 'target silent'
  | 'link back' | 'target answers' | 'peer heard' | 'alone' | 'partition ended' | 'partition started'

export type SeaFact =
  /** `trunks`: those that it bridges from now on. */
  | { type: 'sea.stateChanged'; sea: SeaId; from: SeaPhase; to: SeaPhase; trunks: readonly PortId[]; because: SeaReason }
  | { type: 'sea.modeChanged'; sea: SeaId; mode: string }
  /** It has told the outer switch that so many addresses are behind it now. */
  | { type: 'sea.announced'; sea: SeaId; addresses: number }
  /** The moment to send a keep-alive, to ask the target, and to see whether the peer has been heard. */
  | { type: 'sea.keepAliveDue'; sea: SeaId }
  /** Its physical adapter has a link now. */
  | { type: 'sea.linkDue'; sea: SeaId }
