/** The events of the services, told: a row for each, with its sentence, how much it matters, and its fields. */
import type { ServiceFact } from '../../models/service/events.ts'
import { time, type FactRows } from './telling.ts'

/** Whose doing it was, in so many words. */
const after = ({ micros, ownMicros }: { micros: number; ownMicros: number }): string =>
  ownMicros === 0 ? `, after ${time(micros)}` : micros === 0 ? `, ${time(ownMicros)} after its own downtime began` : `, after ${time(ownMicros)} of its own downtime and ${time(micros)} more`

export const serviceFacts: FactRows<ServiceFact> = {
  'service.wentDown': { weight: 0, label: 'OUTAGE', fields: { service: 'service', because: 'text' }, says: e => `${e.service} is down: ${e.because}` },
  'service.cameUp': {
    // With nothing before it, it has only just begun.
    weight: e => e.downMicros === 0 ? 2 : 0, fields: { service: 'service', downMicros: 'micros' },
    says: e => e.downMicros === 0 ? `${e.service} is up` : `${e.service} is up again after ${time(e.downMicros)}`,
  },
  'service.stallBegan': { weight: 1, fields: { service: 'service', because: 'text' }, says: e => `${e.service} stalls: ${e.because}` },
  'service.stallEnded': { weight: 1, fields: { service: 'service', stalledMicros: 'micros' }, says: e => `${e.service} goes on after a stall of ${time(e.stalledMicros)}` },
  'service.patienceEnded': { weight: 2, fields: { service: 'service' }, says: e => `the users of ${e.service} wait no longer` },
  'service.exposureBegan': {
    weight: 2, fields: { array: 'array', copies: 'number' },
    says: e => e.copies === 0 ? `no good copy of ${e.array} is within reach` : `${e.array} is exposed: one good copy within reach, the next loss is an outage`,
  },
  'service.exposureEnded': {
    weight: 2, fields: { array: 'array', micros: 'micros', detectionMicros: 'micros', waitingMicros: 'micros', recoveryMicros: 'micros' },
    says: e => `${e.array} is safe again, after ${time(e.micros)} on one copy (${time(e.detectionMicros)} to notice, ${time(e.waitingMicros)} waiting, ${time(e.recoveryMicros)} copying)`,
  },
  'service.addressLost': { weight: e => e.own ? 2 : 1, fields: { client: 'node', own: 'flag', because: 'text' }, says: e => `${e.client} has no usable global address any more: ${e.because}` },
  'service.addressRegained': { weight: 1, fields: { client: 'node', micros: 'micros', ownMicros: 'micros' }, says: e => `${e.client} has a global address again${after(e)}` },
  'service.preferredLost': { weight: e => e.own ? 3 : 1, fields: { client: 'node', own: 'flag', because: 'text' }, says: e => `${e.client} has no preferred global address any more: ${e.because}` },
  'service.preferredRegained': { weight: e => e.ownMicros > 0 ? 3 : 1, fields: { client: 'node', micros: 'micros', ownMicros: 'micros' }, says: e => `${e.client} has a preferred global address again${after(e)}` },
  'service.routerLost': { weight: e => e.own ? 2 : 1, fields: { client: 'node', own: 'flag', because: 'text' }, says: e => `${e.client} has no live default router any more: ${e.because}` },
  'service.routerRegained': { weight: 1, fields: { client: 'node', micros: 'micros', ownMicros: 'micros' }, says: e => `${e.client} has a default router again${after(e)}` },
  'service.pingDue': { weight: 3, fields: { reach: 'text' }, says: e => `it is time to ask whether ${e.reach.split(' ')[0]} reaches ${e.reach.split(' ')[1]}` },
}
