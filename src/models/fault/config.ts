/**
 * The section `faults:` of a scenario: what breaks, or is shut down, by itself.
 *
 * One rule has one kind of fault, the things it strikes, and a clock. `upFor` is a clock that starts anew whenever the thing works
 * again (a time to failure); `every` goes by the calendar, whatever state the thing is in. Each thing has a clock of its own, unless
 * the rule says `together`: then one stroke hits them all (a common cause), each with the probability `chance`.
 */
import { z } from 'zod'
import { distribution, duration, id, probability } from '../schema.ts'
import type { GuestId, SystemId } from '../hypervisor/state.ts'
import type { DiskId } from '../scsi/state.ts'
import type { FaultId } from './ids.ts'

const guests = z.array(id<GuestId>('a guest')).min(1)

/** What strikes. Exactly one of these names the things. */
export const KINDS = ['ipl', 'crash', 'hang', 'restrict', 'systemIpl', 'failDisk', 'loseSpace'] as const
export type FaultKind = (typeof KINDS)[number]

export const faultRule = z.strictObject({
  ipl: guests.optional().describe('planned: orderly shutdown, then start'),
  crash: guests.optional().describe('the partition ends without warning and starts again; also for clients'),
  hang: guests.optional().describe('the partition stops answering, nothing tells anyone'),
  restrict: guests.optional().describe('restricted state: the host\'s network stops, its disks stay'),
  systemIpl: z.array(id<SystemId>('a managed system')).min(1).optional(),
  failDisk: z.array(z.string().regex(/^[A-Za-z][\w-]*\/[A-Za-z][\w-]*$/, 'expected host/asp, such as i5a/asp1')).min(1).optional()
    .describe('one physical disk in an ASP of a host fails: absorbed if the ASP is protected'),
  loseSpace: z.array(id<DiskId>('a storage space')).min(1).optional().describe('the storage space is gone with its content'),
  every: distribution.optional().describe('by the calendar: the time from one stroke to the next'),
  upFor: distribution.optional().describe('the time that a thing works before it is struck; counted anew from each return'),
  at: duration.optional().describe('the first stroke of a calendar; default: after one period'),
  stagger: duration.optional().describe('a calendar strikes the things one after the other, this far apart'),
  together: z.boolean().optional().describe('one clock for all: a common cause'),
  chance: probability.optional().describe('with which each thing is really hit; default 1'),
  lasts: distribution.optional().describe('how long the thing is down, hung, restricted or broken; default: what the models say'),
}).check(cx => {
  const given = KINDS.filter(kind => cx.value[kind] !== undefined)
  const complain = (message: string) => cx.issues.push({ code: 'custom', message, input: cx.value })
  if (given.length !== 1) complain(`expected exactly one of ${KINDS.join(', ')}${given.length > 1 ? `, found ${given.join(' and ')}` : ''}`)
  if ((cx.value.every === undefined) === (cx.value.upFor === undefined)) complain('expected one clock: every (by the calendar) or upFor (time to failure)')
  if (cx.value.upFor !== undefined && (cx.value.at !== undefined || cx.value.stagger !== undefined || cx.value.together))
    complain('expected every instead of upFor together with at, stagger or together: these belong to a calendar')
  if (cx.value.every === 0 || cx.value.upFor === 0) complain('expected a time longer than 0s from one stroke to the next')
  if (cx.value.together && cx.value.stagger !== undefined) complain('expected together or stagger, not both')
})

export const faultConfig = z.record(id<FaultId>('a fault rule'), faultRule).default({})
export type FaultConfig = z.output<typeof faultConfig>
