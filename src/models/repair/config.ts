/**
 * The section `repair:` of a scenario: crews and spare parts, where these are scarce. A rule of `faults` names the crew and the part that
 * its repairs need.
 */
import { z } from 'zod'
import { HOURS_WANTED, parseHours } from '../../base/hours.ts'
import { distribution, id } from '../schema.ts'
import type { CrewId, PartId } from './ids.ts'

/** `Mon-Fri 08:00-18:00`, kept as the spans of a week. */
export const hours = z.string({ error: HOURS_WANTED }).transform((text, cx) => {
  const parsed = parseHours(text)
  if (parsed === undefined) cx.addIssue({ code: 'custom', message: HOURS_WANTED, input: text })
  return parsed ?? []
}).meta({ description: 'hours of a week such as Mon-Fri 08:00-18:00, UTC' })

export const repairConfig = z.strictObject({
  crews: z.record(id<CrewId>('a crew'), z.strictObject({
    size: z.number().int().positive().default(1).describe('how many repairs it does at a time; default 1'),
    hours: hours.optional().describe('in which it begins repairs; default: always'),
  }).prefault({})).default({}),
  parts: z.record(id<PartId>('a spare part'), z.strictObject({
    stock: z.number().int().nonnegative().describe('how many there are at the beginning, and shall be'),
    leadTime: distribution.describe('from the order of a new one to its delivery'),
  })).default({}),
}).prefault({})
export type RepairConfig = z.output<typeof repairConfig>
