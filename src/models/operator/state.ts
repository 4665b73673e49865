/**
 * The slice of the operator model: each operator with the procedure as configured and the round of work at hand, if any; which facts
 * somebody waits for; and how long each array was exposed without anybody knowing.
 */
import type { Distribution } from '../../base/distribution.ts'
import type { Id } from '../../base/id.ts'
import type { Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { ArrayId } from '../md/state.ts'
import type { DiskId } from '../scsi/state.ts'
import type { FoundingStep, Pattern, RequestOfStep } from './config.ts'

export type OperatorId = Id<'Operator'>
export type Slip = 'skip' | 'wrongHalf' | 'twice' | 'swap'

export type Step =
  | { kind: FoundingStep; takes: Distribution; disks: DiskId[] | null; arrays: ArrayId[] | null; timeout: Micros | null }
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
  timer: TimerId | null
  /** What the step at `turn` waits for, apart from its own time. */
  waits: 'host' | 'sync' | 'fact' | 'guest' | null
  timeout: TimerId | null
  slip: Slip | null
  /** The name each disk had when last seen: what a person types who has not looked again. */
  names: Record<DiskId, string>
  /** What the last commands should have brought about, looked at one step later. */
  expects: Expectation[]
}
export interface Expectation { step: FoundingStep; array: ArrayId; disk: DiskId; target: string }

export interface Operator {
  on: GuestId
  disks: DiskId[] | null
  arrays: ArrayId[] | null
  steps: Step[]
  after: Distribution
  timeout: Micros | null
  poll: Micros | null
  /** The look that is due, if any. */
  look: TimerId | null
  careful: boolean
  shortRemove: boolean
  roundsLeft: number | null
  slips: Partial<Record<Slip, number | Partial<Record<FoundingStep, number>>>>
  round: Round | null
  /** Work that has come up meanwhile; null: look for what is lost. */
  next: (DiskId[] | null)[]
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

export interface OperatorState {
  operators: Record<OperatorId, Operator>
  /** By type of fact: who begins upon it. */
  triggers: Record<string, { operator: OperatorId; pattern: Pattern }[]>
  clocks: { operator: OperatorId; at: Micros; every: Micros | null }[]
  places: Record<DiskId, Place[]>
  disksOf: Record<GuestId, DiskId[]>
  /** By guest: the operators who care for it. */
  caring: Record<GuestId, OperatorId[]>
  /** Who has a round that waits for something, by type of fact. */
  waiting: Record<string, OperatorId[]>
  silence: Record<ArrayId, Silence>
}
