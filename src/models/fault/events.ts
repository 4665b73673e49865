/** What the fault model tells. It takes no requests; what it does to the system, it requests of the models below. */
import { z } from 'zod'
import type { FaultId } from './ids.ts'

export const faultRequests = z.never()

export type FaultFact =
  /** The clock of a rule has run out for one thing, or for all of them (`thing` is then empty). */
  | { type: 'fault.struck'; fault: FaultId; thing: string }
  /** A calendar's turn was let go by, because of what the rule says in `unless`. */
  | { type: 'fault.skipped'; fault: FaultId; thing: string }
  /** What the rule broke is mended again. */
  | { type: 'fault.mended'; fault: FaultId; thing: string }
