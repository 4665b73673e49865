/** What may be asked of those who repair, and what they tell. A repair is that of one thing, which one rule of `faults` has broken. */
import { z } from 'zod'
import type { Micros } from '../../base/time.ts'
import { duration, id } from '../schema.ts'
import type { CrewId, FaultId, PartId } from './ids.ts'

export const repairRequests = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('repair.order'), fault: id<FaultId>('a fault rule'), thing: z.string(), takes: duration,
    crew: id<CrewId>('a crew').optional(), part: id<PartId>('a spare part').optional(),
  }),
])
export type RepairRequest = z.output<typeof repairRequests>

export type RepairFact =
  /** The store is empty: the repair waits for a delivery. */
  | { type: 'repair.partAwaited'; fault: FaultId; thing: string; part: PartId }
  /** Nobody of the crew is free, or on duty. */
  | { type: 'repair.crewAwaited'; fault: FaultId; thing: string; crew: CrewId }
  /** How long it has waited for its part, and then for its crew. */
  | { type: 'repair.started'; fault: FaultId; thing: string; partMicros: Micros; crewMicros: Micros }
  | { type: 'repair.finished'; fault: FaultId; thing: string }
  | { type: 'repair.delivered'; part: PartId }
  /** The hours of a crew for which repairs wait have begun. */
  | { type: 'repair.shiftBegan'; crew: CrewId }
