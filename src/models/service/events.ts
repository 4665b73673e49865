/** What the service model tells. It takes no requests: whether a service is up follows from what it needs. */
import { z } from 'zod'
import type { Micros } from '../../base/time.ts'
import type { NodeId } from '../ip/ids.ts'
import type { ArrayId } from '../md/state.ts'
import type { ServiceId } from './state.ts'

export const serviceRequests = z.never()

export type ServiceFact =
  /** `because` names the need that went away, in words. The entry's cause is the fact that took it away. */
  | { type: 'service.wentDown'; service: ServiceId; because: string }
  | { type: 'service.cameUp'; service: ServiceId; downMicros: Micros }
  /** Writes wait for a silent disk, or the guest hangs; not yet an outage, because the service tolerates it for a while. */
  | { type: 'service.stallBegan'; service: ServiceId; because: string }
  | { type: 'service.stallEnded'; service: ServiceId; stalledMicros: Micros }
  /** A stall has lasted as long as the service tolerates; the outage counts from its beginning. */
  | { type: 'service.patienceEnded'; service: ServiceId }
  /** From now on at most one good copy can be reached, whether md knows it or not. */
  | { type: 'service.exposureBegan'; array: ArrayId; copies: number }
  /** Two good copies again. The three parts add up to `micros`. */
  | { type: 'service.exposureEnded'; array: ArrayId; micros: Micros; detectionMicros: Micros; waitingMicros: Micros; recoveryMicros: Micros }
  /** A client has no address any more that it could use, no preferred one, no live default router. `own`: its own system is down or restricted. */
  | { type: 'service.addressLost'; client: NodeId; own: boolean; because: string }
  | { type: 'service.preferredLost'; client: NodeId; own: boolean; because: string }
  | { type: 'service.routerLost'; client: NodeId; own: boolean; because: string }
  /** It has one again. `micros`: by the doing of others; `ownMicros`: it was down itself. */
  | { type: 'service.addressRegained'; client: NodeId; micros: Micros; ownMicros: Micros }
  | { type: 'service.preferredRegained'; client: NodeId; micros: Micros; ownMicros: Micros }
  | { type: 'service.routerRegained'; client: NodeId; micros: Micros; ownMicros: Micros }
  /** The time for the next echo request. */
  | { type: 'service.pingDue'; reach: string }
