/** The events of the operators, told: a row for each, with its sentence, how much it matters, and its fields. */
import type { OperatorFact } from '../../models/operator/events.ts'
import { and, time, type FactRows } from './telling.ts'

const OUTCOMES = { done: 'has finished', healthy: 'finds nothing to do', gaveUp: 'gives up' } as const

export const operatorFacts: FactRows<OperatorFact> = {
  'operator.clockStruck': { weight: 3, fields: { clock: 'number' }, says: () => 'a clock of the operators strikes' },
  'operator.looked': { weight: 3, fields: { operator: 'operator' }, says: e => `${e.operator} looks at the mirrors` },
  'operator.scriptDue': { weight: 2, fields: { operator: 'operator', guest: 'guest', script: 'text' }, says: e => `${e.operator} calls ${e.script} on ${e.guest}` },
  'operator.started': { weight: 2, fields: { operator: 'operator', disks: 'list' }, says: e => `${e.operator} starts to recover ${and(e.disks)}` },
  'operator.stepDone': { weight: 3, fields: { operator: 'operator', step: 'text', turn: 'number' }, says: e => `${e.operator}: ${e.step}` },
  'operator.stepRefused': { weight: 1, fields: { operator: 'operator', step: 'text', target: 'text' }, says: e => `${e.operator}: ${e.step} has no effect on ${e.target}` },
  'operator.slipped': { weight: 1, fields: { operator: 'operator', step: 'text', slip: 'text' }, says: e => `${e.operator} slips at "${e.step}": ${e.slip}` },
  'operator.waitEnded': { weight: 3, fields: { operator: 'operator', step: 'text' }, says: e => `${e.operator} has waited for "${e.step}" and goes on` },
  'operator.waitTimedOut': { weight: 2, fields: { operator: 'operator', step: 'text' }, says: e => `${e.operator} waits no longer for "${e.step}"` },
  'operator.finished': { weight: 2, fields: { operator: 'operator', outcome: 'text', micros: 'micros' }, says: e => `${e.operator} ${OUTCOMES[e.outcome]} after ${time(e.micros)}` },
}
