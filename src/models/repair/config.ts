/**
 * The section `repair:` of a scenario: crews and spare parts, where these are scarce. A rule of `faults` names the crew and the part that
 * its repairs need.
 */
import { z } from 'zod'
import { hours } from '../hours.ts'
import { distribution, id } from '../schema.ts'
import type { CrewId, PartId } from './ids.ts'

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
