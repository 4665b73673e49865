/** The events of repairs, told: a row for each, with its sentence, how much it matters, and its fields. */
import type { RepairFact, RepairRequest } from '../../models/repair/events.ts'
import { time, type FactRows, type RequestRows } from './telling.ts'

const waited = ({ partMicros, crewMicros }: { partMicros: number; crewMicros: number }): string =>
  [...partMicros > 0 ? [`${time(partMicros)} for its part`] : [], ...crewMicros > 0 ? [`${time(crewMicros)} for its crew`] : []].join(' and ')

export const repairRequests: RequestRows<RepairRequest> = {
  'repair.order': { weight: 2, says: e => `${e.thing} is to be repaired${e.crew === undefined ? '' : ` by the crew ${e.crew}`}${e.part === undefined ? '' : `, with a part ${e.part}`}` },
}

const fields = { fault: 'fault', thing: 'text' } as const
export const repairFacts: FactRows<RepairFact> = {
  'repair.partAwaited': { weight: 1, fields: { ...fields, part: 'part' }, says: e => `the repair of ${e.thing} waits for a part: no ${e.part} is left` },
  'repair.crewAwaited': { weight: 1, fields: { ...fields, crew: 'crew' }, says: e => `the repair of ${e.thing} waits for the crew ${e.crew}` },
  'repair.started': {
    weight: 1, fields: { ...fields, partMicros: 'micros', crewMicros: 'micros' },
    says: e => `the repair of ${e.thing} begins${waited(e) === '' ? '' : ` after waiting ${waited(e)}`}`,
  },
  'repair.finished': { weight: 2, fields, says: e => `the repair of ${e.thing} is finished` },
  'repair.delivered': { weight: 2, fields: { part: 'part' }, says: e => `a part ${e.part} is delivered` },
  'repair.shiftBegan': { weight: 2, fields: { crew: 'crew' }, says: e => `the crew ${e.crew} begins its shift` },
}
