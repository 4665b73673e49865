/** All events of the stack, told: sentences, weights, and the fields of facts. A model's rows are in the file of its name. */
import type { AnyEvent } from '../../core/model.ts'
import type { SimEvent } from '../../models/stack.ts'
import { bootFacts, bootRequests } from './boot.ts'
import { componentFacts, componentRequests } from './component.ts'
import { faultFacts } from './fault.ts'
import { hypervisorFacts, hypervisorRequests } from './hypervisor.ts'
import { ipFacts, ipRequests } from './ip.ts'
import { mdFacts, mdRequests } from './md.ts'
import { netFacts, netRequests } from './net.ts'
import { operatorFacts } from './operator.ts'
import { radvdFacts, radvdRequests } from './radvd.ts'
import { repairFacts, repairRequests } from './repair.ts'
import { scsiFacts, scsiRequests } from './scsi.ts'
import { seaFacts, seaRequests } from './sea.ts'
import { serviceFacts } from './service.ts'
import { slaacFacts, slaacRequests } from './slaac.ts'
import type { Kind, Weight } from './telling.ts'
import { terminalFacts, terminalRequests } from './terminal.ts'
import { vscsiFacts, vscsiRequests } from './vscsi.ts'
import { vswitchFacts, vswitchRequests } from './vswitch.ts'

export type { Kind, Weight } from './telling.ts'

interface AnyRow { readonly weight: Weight | ((event: never) => Weight); readonly label?: string; readonly says: (event: never) => string; readonly fields?: Readonly<Record<string, Kind>> }

const facts = {
  ...hypervisorFacts, ...netFacts, ...scsiFacts, ...vscsiFacts, ...mdFacts, ...bootFacts, ...vswitchFacts, ...seaFacts, ...ipFacts, ...slaacFacts, ...radvdFacts, ...componentFacts, ...serviceFacts, ...terminalFacts, ...operatorFacts, ...repairFacts, ...faultFacts,
}
const requests = { ...hypervisorRequests, ...netRequests, ...scsiRequests, ...vscsiRequests, ...mdRequests, ...bootRequests, ...vswitchRequests, ...seaRequests, ...ipRequests, ...slaacRequests, ...radvdRequests, ...componentRequests, ...terminalRequests, ...repairRequests }
const start = { 'sim.started': { weight: 3, says: () => 'the run begins' } } as const
/** The compiler asks for a row for every event of the stack. */
const rows: { readonly [T in SimEvent['type']]: AnyRow } = { ...start, ...facts, ...requests }
const byType: ReadonlyMap<string, AnyRow> = new Map(Object.entries(rows))

/** What a sentence is for an event of a model that this table does not know: its type and its fields. */
const plain = ({ type, ...fields }: AnyEvent) => `${type} ${Object.entries(fields).map(([key, value]) => `${key} ${String(value)}`).join(', ')}`.trimEnd()

/** What happened, as a sentence without a full stop. */
export const sentence = (event: AnyEvent): string => byType.get(event.type)?.says(event as never) ?? plain(event)
export const weightOf = (event: AnyEvent): Weight => {
  const weight = byType.get(event.type)?.weight ?? 2
  return typeof weight === 'function' ? weight(event as never) : weight
}

export const labelOf = (event: AnyEvent): string | undefined => byType.get(event.type)?.label

/** The fields that facts have, by type; requests have schemas of their own. */
export const factFields: ReadonlyMap<string, Readonly<Record<string, Kind>>> = new Map(Object.entries(facts).map(([type, { fields }]) => [type, fields]))
export const requestTypes: readonly string[] = Object.keys(requests)
export const eventTypes: readonly string[] = [...factFields.keys(), ...requestTypes]
