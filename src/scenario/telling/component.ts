/** The events of components, told: a row for each, with its sentence, how much it matters, and its fields. */
import type { ComponentFact, ComponentRequest } from '../../models/component/events.ts'
import type { FactRows, RequestRows } from './telling.ts'

export const componentRequests: RequestRows<ComponentRequest> = {
  'component.fail': { weight: 3, says: e => `${e.component} is to fail` },
  'component.repair': { weight: 3, says: e => `${e.component} is to work again` },
}

export const componentFacts: FactRows<ComponentFact> = {
  'component.failed': { weight: 1, fields: { component: 'component' }, says: e => `${e.component} has failed` },
  'component.repaired': { weight: 1, fields: { component: 'component' }, says: e => `${e.component} is repaired` },
  'component.starved': { weight: 1, fields: { component: 'component', kind: 'text' }, says: e => `${e.component} stops: no ${e.kind} of it works any more` },
  'component.fedAgain': { weight: 1, fields: { component: 'component' }, says: e => `${e.component} has all it needs again` },
}
