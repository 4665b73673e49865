/**
 * Default durations, speeds and timeouts, one row each, with where they come from.
 *
 * A row of kind `P` is a planning default: a reasonable figure without authority, to be replaced by the user's own. Whoever uses a row
 * notes its id in the slice (`assumed`), so that a result that rests on a planning default can say so.
 */
import { HOUR, MILLISECOND, MINUTE, SECOND, type Micros } from '../base/time.ts'

/** N standard, I implementation, V vendor text, M measured, P planning default. */
export type DefaultKind = 'N' | 'I' | 'V' | 'M' | 'P'
export interface Default {
  readonly what: string
  readonly value: number
  readonly unit: 'µs' | 'KiB/s'
  readonly kind: DefaultKind
  /** Within these a planner's own figure will usually lie; a conclusion that changes inside says so. */
  readonly range?: readonly [number, number]
}

const time = (what: string, value: Micros, kind: DefaultKind, range?: readonly [Micros, Micros]): Default =>
  ({ what, value, unit: 'µs', kind, ...(range && { range }) })

export const DEFAULTS = {
  'DD-22': time('SEA keep-alives, of which three are missed before failover', 500 * MILLISECOND, 'P', [300 * MILLISECOND, 700 * MILLISECOND]),
  'DD-30': time('power-off job timeout', 30 * MINUTE, 'I'),
  'DD-32': time('managed system IPL to standby', 10 * MINUTE, 'P', [5 * MINUTE, 30 * MINUTE]),
  'DD-33': time('Linux partition start to services', 90 * SECOND, 'P', [30 * SECOND, 240 * SECOND]),
  'DD-34': time('Linux orderly shutdown', 30 * SECOND, 'P', [5 * SECOND, 120 * SECOND]),
  'DD-35': time('VIOS start to storage served', 4 * MINUTE, 'P', [2 * MINUTE, 10 * MINUTE]),
  'DD-36': time('IBM i normal IPL, small partition', 10 * MINUTE, 'P', [5 * MINUTE, 25 * MINUTE]),
  'DD-37': time('IBM i abnormal IPL', 30 * MINUTE, 'P', [10 * MINUTE, 4 * HOUR]),
  'DD-38': time('IBM i PWRDWNSYS, controlled', 5 * MINUTE, 'P', [MINUTE, 30 * MINUTE]),
  'DD-39': time('NWSD vary on after the host is up', 30 * SECOND, 'P', [10 * SECOND, 120 * SECOND]),
  'DD-50': time('vSCSI crash to the error at md, after the next I/O', 50 * MILLISECOND, 'P', [0, 50 * MILLISECOND]),
  'DD-51': time('vSCSI disk command timeout', 120 * SECOND, 'I'),
  'DD-51.abort': time('vSCSI abort of a command', 60 * SECOND, 'I', [60 * SECOND, 120 * SECOND]),
  'DD-51.reset': time('vSCSI LUN reset', 60 * SECOND, 'I', [60 * SECOND, 120 * SECOND]),
  'DD-51.host': time('vSCSI host reset, waiting for a new login', 300 * SECOND, 'I', [0, 300 * SECOND]),
  'DD-52': time('vSCSI initialisation wait at boot', 300 * SECOND, 'I'),
  'DD-54': { what: 'md recovery speed', value: 50_000, unit: 'KiB/s', kind: 'P', range: [1_000, 200_000] },
  'DD-54.min': { what: 'md speed_limit_min', value: 1_000, unit: 'KiB/s', kind: 'I' },
  'DD-54.max': { what: 'md speed_limit_max', value: 200_000, unit: 'KiB/s', kind: 'I' },
  'DD-56': time('file system commit (ext3/4)', 5 * SECOND, 'I'),
  'DD-57': time('a root that cannot be read to the end of a daemon, at its next page fault', 0, 'P', [0, 10 * MINUTE]),
} as const satisfies Record<string, Default>

export type DefaultId = keyof typeof DEFAULTS

/** The user's own value, or the default, whose id is then noted among the assumptions. */
export function orDefault<T>(own: T | undefined, id: DefaultId, assumed: DefaultId[]): T | number {
  if (own !== undefined) return own
  if (!assumed.includes(id)) assumed.push(id)
  return DEFAULTS[id].value
}
