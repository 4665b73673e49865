/**
 * The section `operators:` of a scenario: people, or their scripts, who bring a disk back into its mirrors.
 *
 * An operator begins upon something that happens (`when`) or that is noticed (`noticedBy`), after a delay, and takes its steps one
 * after the other. The founding steps act on every partition of the lost disk in every array, under the names these have at that
 * moment. Steps take time; people slip. Without `when` and without `noticedBy` nobody ever comes: silent degradation.
 */
import { z } from 'zod'
import { parseCron } from '../../base/cron.ts'
import { hours } from '../hours.ts'
import { distribution, duration, id, probability } from '../schema.ts'
import { bootRequests } from '../boot/events.ts'
import { hypervisorRequests } from '../hypervisor/events.ts'
import { mdRequests } from '../md/events.ts'
import { scsiRequests } from '../scsi/events.ts'
import { vscsiRequests } from '../vscsi/events.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { ArrayId } from '../md/state.ts'
import { textOrFile } from '../terminal/config.ts'
import type { DiskId } from '../scsi/state.ts'
import type { OperatorId } from './ids.ts'
import { foreignInterpreter } from './interpreter.ts'
import { FACT_FIELDS, type HeardFact, type Pattern } from './heard.ts'

/** The founding procedure, in its order. */
export const FOUNDING_STEPS = ['fail', 'remove', 'removeDevice', 'waitForHost', 'scan', 'add', 'watch'] as const
/** `restart` is ours, for what the article does not speak of: a mirror that lost its last copy. */
const STEPS = [...FOUNDING_STEPS, 'restart'] as const
export type FoundingStep = (typeof STEPS)[number]

const field = z.union([z.string(), z.number(), z.boolean()])

/** A fact, with the fields that must be equal: `{ type: hypervisor.guestUp, guest: i5a }`. */
export const pattern = z.object({ type: z.enum(Object.keys(FACT_FIELDS) as [HeardFact, ...HeardFact[]]) }).catchall(field)
  .check(cx => {
    const known: readonly string[] = FACT_FIELDS[cx.value.type] ?? []
    for (const name of Object.keys(cx.value))
      if (name !== 'type' && !known.includes(name))
        cx.issues.push({ code: 'unrecognized_keys', keys: [name], message: `expected one of ${known.join(', ')} of ${cx.value.type}`, input: cx.value })
  }).transform(value => value as Pattern)

const trigger = z.union([
  pattern,
  z.strictObject({ at: duration }),
  z.strictObject({ cron: z.string().transform((text, cx) => {
    const cron = parseCron(text)
    if (typeof cron === 'string') cx.addIssue({ code: 'custom', message: cron, input: text })
    return text
  }).describe('as in a crontab, by the clock of the partition') }),
  z.strictObject({ every: duration.refine(period => period > 0, 'expected a period longer than 0s'), at: duration.optional() }),
])

const request = z.discriminatedUnion('type', [hypervisorRequests, scsiRequests, vscsiRequests, mdRequests, bootRequests])
const founding = z.enum(STEPS)
const disks = z.array(id<DiskId>('a storage space')).min(1)
const arrays = z.array(id<ArrayId>('an array')).min(1)

const step = z.union([
  founding,
  z.strictObject({
    step: founding,
    takes: distribution.optional(),
    disks: disks.optional().describe('instead of the disks of this round'),
    arrays: arrays.optional().describe('instead of all arrays with a partition on the disk'),
    timeout: duration.optional().describe('of a wait; after it the operator gives up'),
  }),
  z.strictObject({ pause: distribution }),
  z.strictObject({ waitFor: pattern, timeout: duration.optional() }),
  z.strictObject({ do: request, takes: distribution.optional() }),
])

/** What only a procedure has. */
export const PROCEDURE = ['disks', 'arrays', 'takes', 'timeout', 'restart', 'shortRemove', 'slips'] as const

const likelihood = z.union([probability, z.partialRecord(founding, probability)])
export const slips = z.strictObject({
  skip: likelihood.optional().describe('the step is forgotten'),
  wrongHalf: likelihood.optional().describe('the step is done to another disk of the mirror, the good one'),
  twice: likelihood.optional().describe('the commands are given twice'),
  swap: likelihood.optional().describe('the step changes places with the next'),
})

/** How long until somebody begins: the same at any time, or by the hour at which it is noticed. */
const response = z.union([z.strictObject({
  byHour: z.array(z.strictObject({ hours, after: distribution })).min(1).describe('the first of these within whose hours it is noticed'),
  otherwise: distribution.describe('outside all of these hours'),
}), distribution], { error: 'expected a duration or distribution, or { byHour: [{ hours: Mon-Fri 08:00-18:00, after: 10m }], otherwise: 2h }' })

export const operatorConfig = z.array(z.strictObject({
  name: id<OperatorId>('an operator').optional(),
  on: id<GuestId>('a guest').describe('whose arrays the operator cares for'),
  when: z.union([trigger, z.array(trigger)]).optional(),
  noticedBy: z.union([
    z.literal('monitor').describe('mdadm --monitor tells of every failed member at once'),
    z.strictObject({ poll: duration.refine(period => period > 0, 'expected a period longer than 0s') }).describe('somebody looks at mdstat this often'),
  ]).optional(),
  after: response.optional().describe('from the event or the look to the first step'),
  do: z.union([z.literal('recover'), z.array(step).min(1)]).default('recover'),
  run: textOrFile.optional().describe('a script, instead of a procedure: the name of a file beside the scenario, which runs in the shell of the partition'),
  args: z.array(z.string()).optional().describe('what the script is called with; a monitor calls it with event, array and device'),
  disks: disks.optional().describe('which disks to care for; default: those that the event or a look shows as lost'),
  arrays: arrays.optional(),
  takes: distribution.optional().describe('what each step takes; default 1s, a script'),
  timeout: duration.optional().describe('how long to wait for a host or a recovery; default: as long as it takes'),
  careful: z.boolean().default(true).describe('looks first: does nothing on a healthy system, never fails the last good copy'),
  restart: z.boolean().default(false).describe('recover also stops and assembles a mirror that lost its last copy, or boots the guest that uses it'),
  shortRemove: z.boolean().default(false).describe('removes with the short -r, as the founding article writes it'),
  rounds: z.number().int().positive().optional().describe('stops after so many rounds; default: never'),
  slips: slips.optional(),
}).check(({ value, issues }) => {
  const complain = (key: string, message: string) => issues.push({ code: 'custom', path: [key], message, input: value })
  const foreign = value.run === undefined ? null : foreignInterpreter(value.run.text)
  if (foreign !== null) complain('run', `expected a script for bash or sh: ${foreign}, which its first line names, is not modelled`)
  if (value.run === undefined && value.args !== undefined) complain('args', 'expected run beside args: only a script has arguments')
  if (value.run !== undefined) for (const key of PROCEDURE) if (value[key] !== undefined && value[key] !== false) complain(key, `expected run or ${key}: a script knows its own procedure`)
})).default([])
export type OperatorConfig = z.output<typeof operatorConfig>
export type Response = z.output<typeof response>
export type StepConfig = z.output<typeof step>
export type RequestOfStep = z.output<typeof request>
