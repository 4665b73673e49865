/** The events of shared Ethernet adapters, told: who is active now, and for which of the reasons. */
import type { SeaFact, SeaPhase, SeaReason, SeaRequest } from '../../models/sea/events.ts'
import { and, type FactRows, type RequestRows } from './telling.ts'

const PHASES: Readonly<Record<SeaPhase, string>> = {
  down: 'is down', starting: 'is up and listens for its peer', primary: 'is active', sharing: 'is active for its part', backup: 'is the backup', limbo: 'cannot be active (limbo)', standby: 'stands by',
}
const BECAUSE: Readonly<Record<SeaReason, string>> = {
  'keep-alives missed': 'no keep-alive has come from its peer', 'link lost': 'its link outside is lost', 'set by hand': 'somebody has said so', 'target silent': 'its target does not answer',
  'link back': 'its link outside is there', 'target answers': 'its target answers', 'peer heard': 'so the two have agreed', alone: 'there is no peer',
  'partition ended': 'its partition has ended', 'partition started': 'its partition has started',
}

export const seaRequests: RequestRows<SeaRequest> = { 'sea.setMode': { weight: 1, says: e => `${e.sea} is set to mode ${e.mode}` } }

export const seaFacts: FactRows<SeaFact> = {
  'sea.stateChanged': {
    weight: 1, fields: { sea: 'sea', from: 'text', to: 'text', trunks: 'list', because: 'text' },
    says: e => `${e.sea} ${PHASES[e.to]}${e.to === 'sharing' ? ` (${and(e.trunks)})` : ''}: ${BECAUSE[e.because]}`,
  },
  'sea.modeChanged': { weight: 2, fields: { sea: 'sea', mode: 'text' }, says: e => `the mode of ${e.sea} is ${e.mode}` },
  'sea.announced': { weight: 2, fields: { sea: 'sea', addresses: 'number' }, says: e => `${e.sea} tells the switch outside of ${e.addresses} ${e.addresses === 1 ? 'address' : 'addresses'} behind it` },
  'sea.keepAliveDue': { weight: 3, fields: { sea: 'sea' }, says: e => `${e.sea} looks after its peer` },
  'sea.linkDue': { weight: 3, fields: { sea: 'sea' }, says: e => `the physical adapter of ${e.sea} comes up` },
}
