/**
 * The slice of the repair model: crews and who waits for them, stores and who waits for a delivery.
 *
 * Queues are first come, first served. What only counts and sums is in `books`.
 */
import type { Distribution } from '../../base/distribution.ts'
import type { Hours } from '../../base/hours.ts'
import { entriesOf, table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { RepairConfig } from './config.ts'
import type { CrewId, FaultId, PartId } from './ids.ts'
import { without } from '../../core/signature.ts'

export type { CrewId, PartId } from './ids.ts'

export interface Job {
  fault: FaultId
  thing: string
  takes: Micros
  crew: CrewId | null
  part: PartId | null
  /** In its present queue since. */
  since: Micros
  /** How long it has waited for its part. */
  partMicros: Micros
}
export interface Crew {
  size: number
  hours: Hours | null
  /** Who of them repairs nothing. */
  free: number
  queue: Job[]
  /** The beginning of its hours, if anybody waits for that. */
  shift: TimerId | null
  /** Repairs begun, the time these waited for the crew, and the time it has worked, repairs under way not counted. */
  books: { begun: number; waitedMicros: Micros; workedMicros: Micros }
}
export interface Part {
  /** How many there shall be: in the store or ordered for it. */
  target: number
  stock: number
  ordered: number
  leadTime: Distribution
  queue: Job[]
  books: { taken: number; shortages: number; waitedMicros: Micros }
}
export interface RepairState {
  crews: Record<CrewId, Crew>
  parts: Record<PartId, Part>
  /** Repairs that are being done. */
  underWay: Job[]
}

export function initialRepairs(config: RepairConfig): RepairState {
  const s: RepairState = { crews: table(), parts: table(), underWay: [] }
  for (const [id, { size, hours }] of entriesOf(config.crews))
    s.crews[id] = { size, hours: hours ?? null, free: size, queue: [], shift: null, books: { begun: 0, waitedMicros: 0, workedMicros: 0 } }
  for (const [id, { stock, leadTime }] of entriesOf(config.parts))
    s.parts[id] = { target: stock, stock, ordered: 0, leadTime, queue: [], books: { taken: 0, shortages: 0, waitedMicros: 0 } }
  return s
}

export function misplaced(s: DeepReadonly<RepairState>): string | undefined {
  for (const [id, { size, free, queue, hours, shift }] of entriesOf(s.crews)) {
    if (size - free !== s.underWay.filter(({ crew }) => crew === id).length) return `the crew ${id} repairs more or less than its members`
    if (hours === null && free > 0 && queue.length > 0) return `repairs wait for the crew ${id}, which is free`
    if (shift !== null && queue.length === 0) return `the crew ${id} is awaited and is not`
  }
  for (const [id, { target, stock, ordered, queue }] of entriesOf(s.parts)) {
    if (stock + ordered - queue.length !== target) return `parts ${id} have been lost or found`
    if (stock > 0 && queue.length > 0) return `repairs wait for parts ${id}, which are in the store`
  }
  return undefined
}

const bare = without<DeepReadonly<RepairState>>({ books: ['books', 'since', 'partMicros', 'underWay'] })
/** Repairs under way in no order; a crew with hours looks at the clock. */
export const signature = (s: DeepReadonly<RepairState>): unknown =>
  Object.values(s.crews).some(({ hours }) => hours !== null) ? undefined : [bare(s), s.underWay.map(({ fault, thing, crew }) => `${fault} ${thing} ${crew}`).sort()]
