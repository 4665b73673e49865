/** What the operator model tells. What operators do is in the requests they send to the models below. */
import { z } from 'zod'
import type { Micros } from '../../base/time.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { DiskId } from '../scsi/state.ts'
import type { OperatorId } from './ids.ts'

export const operatorRequests = z.never()

/** How a round of work ended. `healthy`: a look showed that there was nothing to do. */
export type Outcome = 'done' | 'healthy' | 'gaveUp'

export type OperatorFact =
  /** The time of a trigger `at` or `every` has come. */
  | { type: 'operator.clockStruck'; clock: number }
  /** The look at mdstat of somebody who polls. */
  | { type: 'operator.looked'; operator: OperatorId }
  /** A round begins, over these disks; with none, over what a look shows as lost. */
  | { type: 'operator.started'; operator: OperatorId; disks: readonly DiskId[] }
  /** The time a step takes is over: its commands are given now. `step` is its name, `turn` its place; last comes a look. */
  | { type: 'operator.stepDone'; operator: OperatorId; step: string; turn: number }
  /** A command of the step before had no effect: the system said no. */
  | { type: 'operator.stepRefused'; operator: OperatorId; step: string; target: string }
  | { type: 'operator.slipped'; operator: OperatorId; step: string; slip: string }
  /** What a step waited for has come. */
  | { type: 'operator.waitEnded'; operator: OperatorId; step: string }
  | { type: 'operator.waitTimedOut'; operator: OperatorId; step: string }
  /** A script is to be started now; whoever runs the shell hears this. */
  | { type: 'operator.scriptDue'; operator: OperatorId; guest: GuestId; script: string }
  | { type: 'operator.finished'; operator: OperatorId; outcome: Outcome; micros: Micros }
