/**
 * The facts upon which an operator may begin or go on, with the fields a pattern may name. An explicit list: the core has no
 * wildcards, and a misspelt field in a scenario is to be reported, not to wait for ever. The compiler checks it against the facts.
 */
import type { FactOf } from '../../core/model.ts'
import type { boot } from '../boot/model.ts'
import type { hypervisor } from '../hypervisor/model.ts'
import type { md } from '../md/model.ts'
import type { scsi } from '../scsi/model.ts'
import type { service } from '../service/model.ts'
import type { terminal } from '../terminal/model.ts'
import type { vscsi } from '../vscsi/model.ts'
import type { OperatorFact } from './events.ts'

type Fact = FactOf<typeof hypervisor> | FactOf<typeof scsi> | FactOf<typeof vscsi> | FactOf<typeof md> | FactOf<typeof boot>
  | FactOf<typeof service> | FactOf<typeof terminal> | OperatorFact
type Fields = { readonly [T in Fact['type']]?: readonly Exclude<keyof Extract<Fact, { type: T }>, 'type'>[] }

export const FACT_FIELDS = {
  'hypervisor.stateChanged': ['guest', 'from', 'to'],
  'hypervisor.guestDown': ['guest', 'how'],
  'hypervisor.guestUp': ['guest'],
  'hypervisor.guestHung': ['guest'],
  'hypervisor.guestResumed': ['guest'],
  'hypervisor.restrictedEntered': ['guest'],
  'hypervisor.restrictedLeft': ['guest'],
  'hypervisor.systemUp': ['system'],
  'scsi.pathLost': ['disk'],
  'scsi.pathSilent': ['disk'],
  'scsi.pathRestored': ['disk'],
  'scsi.mediumBroken': ['disk'],
  'scsi.deviceAdded': ['guest', 'disk', 'name'],
  'scsi.deviceRemoved': ['guest', 'disk', 'name'],
  'vscsi.nwsdChanged': ['nwsd', 'state'],
  'vscsi.nwsdLeftOff': ['nwsd'],
  'vscsi.loggedIn': ['nwsd', 'guest'],
  'vscsi.diskAbsorbed': ['host', 'asp'],
  'vscsi.aspLost': ['host', 'asp'],
  'vscsi.spaceLost': ['space'],
  'md.memberFailed': ['array', 'device', 'disk'],
  'md.syncStarted': ['array', 'action'],
  'md.syncDone': ['array', 'action'],
  'md.syncInterrupted': ['array', 'action'],
  'md.redundancyChanged': ['array', 'inSync', 'of'],
  'md.accessChanged': ['array', 'readable', 'writable', 'stalled'],
  'md.arrayStarted': ['array'],
  'md.arrayStopped': ['array'],
  'md.arrayBroken': ['array'],
  'md.dataLost': ['array'],
  'boot.bootedFrom': ['guest', 'disk'],
  'boot.noBootDevice': ['guest'],
  'boot.rootLost': ['guest'],
  'boot.rootReadOnly': ['guest'],
  'boot.rootRestored': ['guest'],
  'service.wentDown': ['service'],
  'service.cameUp': ['service'],
  'service.exposureBegan': ['array'],
  'service.exposureEnded': ['array'],
  'terminal.closed': ['guest', 'script', 'status', 'how'],
  'operator.finished': ['operator', 'outcome'],
} as const satisfies Fields

export type HeardFact = keyof typeof FACT_FIELDS
export type Heard = Extract<Fact, { type: HeardFact }>
/** A fact to be told apart by its type, and by fields that must be equal. */
export type Pattern = { readonly type: HeardFact } & { readonly [field: string]: string | number | boolean }

export function matches(pattern: Pattern, event: Heard): boolean {
  for (const field in pattern) if ((event as Readonly<Record<string, unknown>>)[field] !== pattern[field]) return false
  return true
}
