/** The events of faults, told: a row for each, with its sentence, how much it matters, and its fields. */
import type { FaultFact } from '../../models/fault/events.ts'
import type { FactRows } from './telling.ts'

export const faultFacts: FactRows<FaultFact> = {
  'fault.struck': { weight: 1, fields: { fault: 'fault', thing: 'text' }, says: e => `the fault "${e.fault}" strikes${e.thing === '' ? '' : ` ${e.thing}`}` },
  'fault.skipped': { weight: 1, fields: { fault: 'fault', thing: 'text' }, says: e => `"${e.fault}" lets ${e.thing} go by this time: an array that lives there lacks a copy` },
  'fault.mended': { weight: 2, fields: { fault: 'fault', thing: 'text' }, says: e => `what the fault "${e.fault}" broke${e.thing === '' ? '' : ` at ${e.thing}`} is mended` },
}
