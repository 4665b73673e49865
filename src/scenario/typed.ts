/**
 * The section `typed` of a scenario: what somebody typed at the partitions, and did besides, each at its time. It is how a session at the console
 * is kept. Each step is taken when everything of its instant is over, so that the same steps give the same run to the last event.
 */
import { z } from 'zod'
import type { Micros } from '../base/time.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import { duration, id } from '../models/schema.ts'
import type { SimRequest } from '../models/stack.ts'

/** `interrupt` is Ctrl-C, `end` is Ctrl-D. */
const KEYS = ['interrupt', 'end'] as const
export type Key = (typeof KEYS)[number]

export type TypedInput<R = unknown> = { at: string } & (
  | { login: string } | { on: string; line: string } | { on: string; key: Key } | { do: R | R[] })

export type Typed =
  | { readonly at: Micros; readonly kind: 'login'; readonly guest: GuestId }
  | { readonly at: Micros; readonly kind: 'line'; readonly guest: GuestId; readonly line: string }
  | { readonly at: Micros; readonly kind: 'key'; readonly guest: GuestId; readonly key: Key }
  | { readonly at: Micros; readonly kind: 'do'; readonly requests: readonly SimRequest[]; /** The same in the words of a scenario. */ readonly written?: unknown }

/** As the schema gives it. */
export interface TypedStep { at: Micros; login?: GuestId | undefined; on?: GuestId | undefined; line?: string | undefined; key?: Key | undefined; do?: SimRequest | SimRequest[] | undefined }

const guest = id<GuestId>('a guest')

export const typedSteps = (requests: z.ZodType) => z.array(z.strictObject({
  at: duration.describe('since the start of the run; when everything of this instant is over'),
  login: guest.optional().describe('somebody logs in as root'),
  on: guest.optional().describe('where it is typed'),
  line: z.string().regex(/^[^\n]*$/, 'expected one line').optional(),
  key: z.enum(KEYS).optional().describe('interrupt: Ctrl-C; end: Ctrl-D'),
  do: requests.optional().describe('one request, or several in this order'),
}).check(({ value, issues }) => {
  const given = (['login', 'line', 'key', 'do'] as const).filter(key => value[key] !== undefined)
  const complain = (message: string, path: string[] = []) => issues.push({ code: 'custom', path, message, input: value })
  if (given.length !== 1) complain(`expected one of login, line, key and do${given.length > 1 ? `, found ${given.join(' and ')}` : ''}`)
  const types = value.line !== undefined || value.key !== undefined
  if (types && value.on === undefined) complain(`expected on beside ${value.line !== undefined ? 'line' : 'key'}: the partition where it is typed`)
  if (!types && value.on !== undefined && given.length === 1) complain('expected on only beside line or key', ['on'])
}))

export function typedOf(steps: readonly TypedStep[]): Typed[] {
  return steps.map(({ at, login, on, line, key, do: requests }): Typed =>
    login !== undefined ? { at, kind: 'login', guest: login }
    : line !== undefined ? { at, kind: 'line', guest: on!, line }
    : key !== undefined ? { at, kind: 'key', guest: on!, key }
    : { at, kind: 'do', requests: Array.isArray(requests) ? requests : [requests!] }).sort((a, b) => a.at - b.at)
}
