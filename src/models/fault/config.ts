/**
 * The section `faults:` of a scenario: what breaks, or is shut down, by itself.
 *
 * One rule has one kind of fault, the things it strikes, and a clock. `upFor`, or its mean in `mttf`, `mtbf` or `afr`, is a clock that
 * starts anew whenever the thing works again (a time to failure); `every`, `on` and `cron` go by the calendar, whatever state the thing is
 * in. Each thing has a clock of its own, unless the rule says `together`: then one stroke hits them all (a common cause), each with the
 * probability `chance`; `beta` makes a share of the failures common causes.
 */
import { z } from 'zod'
import { DAY_WANTED, parseCron, parseDayAndTime } from '../../base/cron.ts'
import { distribution, duration, id, probability } from '../schema.ts'
import type { GuestId, SystemId } from '../hypervisor/state.ts'
import type { ComponentId } from '../component/ids.ts'
import type { CrewId, PartId } from '../repair/ids.ts'
import type { DiskId } from '../scsi/state.ts'
import type { FaultId } from './ids.ts'
import { LIVES, lifeWords, troubleOf } from './life.ts'

const guests = z.array(id<GuestId>('a guest')).min(1)

/** What strikes. Exactly one of these names the things. */
export const KINDS = ['ipl', 'crash', 'hang', 'restrict', 'systemIpl', 'failDisk', 'loseSpace', 'fail'] as const
const CLOCKS = ['every', 'on', 'cron', ...LIVES] as const
/** What is planned, and needs nobody to repair it. */
export const PLANNED: readonly FaultKind[] = ['ipl', 'restrict', 'systemIpl']
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
  fail: z.array(id<ComponentId>('a component')).min(1).optional().describe('something outside the stack fails: a power feed, a SAN, the hardware of a host'),
  every: distribution.optional().describe('by the calendar: the time from one stroke to the next'),
  ...lifeWords,
  on: z.string().refine(text => parseDayAndTime(text) !== undefined, DAY_WANTED).optional().describe('by the calendar: Sun 02:00, Mon-Fri 22:00, first Sun 02:00, daily 02:00; UTC'),
  cron: z.string().superRefine((text, cx) => {
    const cron = parseCron(text)
    if (typeof cron === 'string') cx.addIssue({ code: 'custom', message: cron, input: text })
  }).optional().describe('by the calendar, as in a crontab'),
  at: duration.optional().describe('the first stroke of a calendar; default: after one period'),
  stagger: duration.optional().describe('a calendar strikes the things one after the other, this far apart'),
  together: z.boolean().optional().describe('one clock for all: a common cause'),
  chance: probability.optional().describe('with which each thing is really hit; default 1'),
  unless: z.literal('degraded', 'expected degraded').optional().describe('a host is spared this turn while an array that lives on its disks lacks a copy'),
  lasts: distribution.optional().describe('how long the thing is down, hung, restricted or broken; default: what the models say; with a crew or a part: how long the repair itself takes'),
  crew: id<CrewId>('a crew').optional().describe('the repair waits for somebody of this crew'),
  part: id<PartId>('a spare part').optional().describe('the repair takes such a part, or waits for the delivery'),
}).check(cx => {
  const given = KINDS.filter(kind => cx.value[kind] !== undefined)
  const complain = (message: string) => cx.issues.push({ code: 'custom', message, input: cx.value })
  if (given.length !== 1) complain(`expected exactly one of ${KINDS.join(', ')}${given.length > 1 ? `, found ${given.join(' and ')}` : ''}`)
  if (CLOCKS.filter(clock => cx.value[clock] !== undefined).length !== 1) complain('expected one clock: every, on or cron (by the calendar), or upFor, mttf, mtbf or afr (time to failure)')
  const lives = LIVES.some(each => cx.value[each] !== undefined)
  if (lives && (cx.value.at !== undefined || cx.value.stagger !== undefined || cx.value.together))
    complain('expected every instead of upFor, mttf, mtbf or afr together with at, stagger or together: these belong to a calendar')
  if (cx.value.every === undefined && !lives && cx.value.at !== undefined) complain('expected at beside every: on and cron say themselves when')
  const planned = given.some(kind => PLANNED.includes(kind)), repaired = cx.value.crew !== undefined || cx.value.part !== undefined
  if (cx.value.unless !== undefined && (!planned || lives)) complain(`expected unless only with ${PLANNED.join(', ')} by a calendar: nothing breaks by appointment`)
  if (repaired && planned) complain(`expected no crew and no part: ${PLANNED.join(', ')} are planned, and need no repair`)
  if (repaired && cx.value.lasts === undefined) complain('expected lasts beside crew or part: how long the repair itself takes')
  if (cx.value.every === 0) complain('expected a time longer than 0s from one stroke to the next')
  troubleOf(cx.value, given[0] === undefined ? 0 : cx.value[given[0]]!.length, repaired, cx.value.chance !== undefined).forEach(complain)
  if (cx.value.together && cx.value.stagger !== undefined) complain('expected together or stagger, not both')
})

export const faultConfig = z.record(id<FaultId>('a fault rule'), faultRule).default({})
export type FaultConfig = z.output<typeof faultConfig>
