/**
 * What is typed at partitions and printed there, as events of the run: a transcript is a look at the trace. The shell stands outside and sends these
 * requests beside those that its commands make of the other models; whatever a command brings about has its `terminal.enter` as cause.
 * Text is what a person would see; bytes that are no UTF-8 are shown as U+FFFD.
 */
import { z } from 'zod'
import type { Micros } from '../../base/time.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { id } from '../schema.ts'
import type { SessionId } from './ids.ts'

const session = id<SessionId>('a session'), guest = id<GuestId>('a guest')
const line = z.number().int().positive().nullable()
const request = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) => z.strictObject({ type: z.literal(type), ...shape })

/** `killed`: by a signal. `runaway`: it was stopped, for it would have gone on for ever. `guestDown`: the partition went down under it. */
export const ENDS = ['ended', 'killed', 'runaway', 'guestDown'] as const
export type End = (typeof ENDS)[number]

export const terminalRequests = z.discriminatedUnion('type', [
  /** A script is started, or somebody logs in. `by`: the operator, or who else. */
  request('terminal.open', { session, guest, script: z.string(), by: z.string(), args: z.array(z.string()).optional() }),
  /** A command is about to run: its words as expanded with its redirections, and the line of the script. */
  request('terminal.enter', { session, line, command: z.string() }),
  request('terminal.print', { session, line, stream: z.enum(['stdout', 'stderr', 'hint']).describe('hint: ours, not of the simulated machine; nothing there can read it'), text: z.string() }),
  request('terminal.close', { session, status: z.number().int().min(0).max(255), how: z.enum(ENDS), message: z.string().optional(), line: line.optional() }),
])
export type TerminalRequest = z.output<typeof terminalRequests>

export type TerminalFact =
  | { type: 'terminal.closed'; session: SessionId; guest: GuestId; script: string; status: number; how: End; micros: Micros }
