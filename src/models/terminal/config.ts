/**
 * The section `terminal` of a scenario: what a login finds on the partitions, and how much time shells take.
 */
import { z } from 'zod'
import type { GuestId } from '../hypervisor/state.ts'
import { duration, id } from '../schema.ts'

const path = z.string().regex(/^\/[^\0]*[^\0/]$/, 'expected the absolute path of a file, such as /etc/mdadm/mdadm.conf')
/** A text, or a file beside the scenario; see scenario/beside.ts. */
export const textOrFile = z.union([z.string().transform(text => ({ file: null as string | null, text })), z.strictObject({ file: z.string().nullable(), text: z.string() })])

export const terminalConfig = z.strictObject({
  /** What the clocks of all partitions show when the run begins. */
  date: z.string().regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?$/, 'expected a date in UTC such as 2026-01-05 or 2026-01-05T08:00Z').default('2026-01-05T00:00Z'),
  files: z.record(id<GuestId>('a guest'), z.record(path, textOrFile)).default({}).describe('files on partitions, by guest and path: a text, or the name of a file beside the scenario'),
  /** Processes that can run in the same instant: in the order in which they became able to, or in one drawn from the seed. */
  order: z.enum(['fifo', 'drawn']).default('fifo'),
  cpu: z.strictObject({ statement: duration, fork: duration, exec: duration }).partial().default({}).describe('virtual CPU time of a statement, of a fork and of starting a program'),
}).prefault({})
export type TerminalConfig = z.output<typeof terminalConfig>
