/**
 * A schedule of faults: plain data, drawn by draw.ts, run by runner.ts, made smaller by minimize.ts, and written into a scenario by save.ts.
 * Times are whole seconds from the start of the run; a fault may instead strike before a statement of a script, at whatever time that comes.
 */
import { formatDuration, type Micros } from '../base/time.ts'
import type { GuestId, SystemId } from '../models/hypervisor/state.ts'
import type { SimRequest } from '../models/stack.ts'
import type { NwsdId } from '../models/vscsi/ids.ts'
import type { Varied } from '../scenario/vary.ts'

/** Before the so-many-th statement of the so-many-th start of a script, both counted from 1. */
export interface InScript { readonly script: string; readonly start: number; readonly statement: number }
export interface Fault {
  readonly kind: Varied
  /** A host, a partition with mirrors, or a managed system. */
  readonly target: string
  readonly at: Micros | InScript
  readonly lasts: Micros
}
export interface Schedule {
  readonly faults: readonly Fault[]
  /** From what calls a script to its start; null: as the scenario says. */
  readonly delay: Micros | null
  /** The order of processes that can run at once is drawn. */
  readonly drawnOrder: boolean
}

/** What the fault asks of the models, and what ends it, if it does not end by itself. */
export function requestsOf(fault: Fault, nwsds: readonly NwsdId[]): { begin: SimRequest[]; end: SimRequest[] } {
  const guest = fault.target as GuestId, down = fault.lasts
  switch (fault.kind) {
    case 'ipl': case 'clientIpl': return { begin: [{ type: 'hypervisor.ipl', guest, down }], end: [] }
    case 'crash': case 'clientCrash': return { begin: [{ type: 'hypervisor.crash', guest, down }], end: [] }
    case 'hang': return { begin: [{ type: 'hypervisor.hang', guest }], end: [{ type: 'hypervisor.resume', guest }] }
    case 'restrict': return { begin: [{ type: 'hypervisor.enterRestricted', guest }], end: [{ type: 'hypervisor.leaveRestricted', guest }] }
    case 'varyOff': return { begin: nwsds.map(nwsd => ({ type: 'vscsi.varyOff', nwsd })), end: nwsds.map(nwsd => ({ type: 'vscsi.varyOn', nwsd })) }
    case 'systemIpl': return { begin: [{ type: 'hypervisor.systemIpl', system: fault.target as SystemId, takes: down }], end: [] }
  }
}

const VERBS: Readonly<Record<Varied, string>> = {
  ipl: 'IPLs', clientIpl: 'is restarted', crash: 'crashes', clientCrash: 'crashes', hang: 'hangs', restrict: 'enters the restricted state', varyOff: 'has its NWSDs varied off', systemIpl: 'is powered off',
}
/** `i5a IPLs at 3h12m, for 25m`. */
export function wordsOf({ kind, target, at, lasts }: Fault): string {
  const when = typeof at === 'number' ? `at ${formatDuration(at)}` : `before statement ${at.statement} of ${at.start === 1 ? '' : `start ${at.start} of `}${at.script}`
  return `${target} ${VERBS[kind]} ${when}, for ${formatDuration(lasts)}`
}
