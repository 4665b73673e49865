/**
 * The slice of the operator model: each operator with the procedure as configured and the round of work at hand, if any; which facts
 * somebody waits for; and how long each array was exposed without anybody knowing.
 */
import type { Distribution } from '../../base/distribution.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { ArrayId } from '../md/state.ts'
import type { DiskId } from '../scsi/state.ts'
import type { FoundingStep, RequestOfStep, Response } from './config.ts'
import type { Pattern } from './heard.ts'
import type { OperatorId } from './ids.ts'
import { without } from '../../core/signature.ts'

export type { OperatorId } from './ids.ts'

export type Slip = 'skip' | 'wrongHalf' | 'twice' | 'swap'

export interface FoundingPart { kind: FoundingStep; takes: Distribution; disks: DiskId[] | null; arrays: ArrayId[] | null; timeout: Micros | null }
export type Step =
  | FoundingPart
  | { kind: 'pause'; takes: Distribution }
  | { kind: 'waitFor'; pattern: Pattern; timeout: Micros | null }
  | { kind: 'do'; takes: Distribution; request: RequestOfStep }

/** One round of work. */
export interface Round {
  began: Micros
  disks: DiskId[]
  /** Indexes into the operator's steps: slips change their order. */
  order: number[]
  turn: number
  /** The end of the present step's own time. */
  timer: TimerId | null
  /** What the step at `turn` waits for before its own time begins. */
  waits: 'host' | 'sync' | 'fact' | null
  timeout: TimerId | null
  slip: Slip | null
  /** The name each of the disks had when last seen: what a person types who has no newer one. */
  names: string[]
  /** What the last commands should have brought about, looked at one step later. */
  expects: Expectation[]
}
export interface Expectation { step: FoundingStep; array: ArrayId | null; disk: DiskId; target: string }

export interface Operator {
  on: GuestId
  /** The script that is run instead of a procedure. */
  script: string | null
  disks: DiskId[] | null
  arrays: ArrayId[] | null
  steps: Step[]
  after: Response
  poll: Micros | null
  /** The next look at mdstat, if there is anything to see. */
  look: TimerId | null
  careful: boolean
  /** Its procedure has a remedy for a broken mirror, so that one counts as sick. */
  restarts: boolean
  shortRemove: boolean
  /** null: without end. */
  roundsLeft: number | null
  /** Never slips. */
  steady: boolean
  slips: Record<Slip, number | Partial<Record<FoundingStep, number>>>
  round: Round | null
  /** The round that begins after the delay. */
  begins: TimerId | null
  /** Work that has come up meanwhile: disks, or none to look for what is lost. */
  next: DiskId[][]
  rounds: number
  healthy: number
  gaveUp: number
  refused: number
  slipped: number
}

/** How long an array was exposed and no operator had begun to care. */
export interface Silence { since: Micros | null; times: number; micros: Micros; longestMicros: Micros }

/** Where a disk belongs, as people who installed the system know it. */
export interface Place { array: ArrayId; partition: number }

export interface Trigger { operator: OperatorId; pattern: Pattern }

export interface OperatorState {
  operators: Record<OperatorId, Operator>
  /** By type of fact: who begins upon it, and who waits for it now. */
  triggers: Record<string, Trigger[]>
  waiting: Record<string, OperatorId[]>
  clocks: { operator: OperatorId; at: Micros; every: Micros | null; cron: string | null }[]
  /** What people know who installed the system. */
  places: Record<DiskId, Place[]>
  disksOf: Record<GuestId, DiskId[]>
  arraysOf: Record<GuestId, ArrayId[]>
  /** By guest: the operators who care for its arrays. */
  caring: Record<GuestId, OperatorId[]>
  silence: Record<ArrayId, Silence>
}

/** Time in which the array was exposed and nobody had taken notice, the present one included. */
export const silentTime = (s: { readonly [K in keyof Silence]: Silence[K] }, now: Micros): Micros => s.micros + (s.since === null ? 0 : now - s.since)

const bare = without<DeepReadonly<OperatorState>>({
  books: ['silence', 'began', 'rounds', 'healthy', 'gaveUp', 'refused', 'slipped'], timers: ['timer', 'timeout', 'look', 'begins'],
})
/** Who comes by the hour looks at the clock. */
export const signature = (s: DeepReadonly<OperatorState>): unknown =>
  Object.values(s.operators).some(({ after }) => typeof after === 'object' && 'byHour' in after) ? undefined : bare(s)
