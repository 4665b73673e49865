/** The events of virtual SCSI, told: a row for each, with its sentence, how much it matters, and its fields. */
import type { VscsiFact, VscsiRequest } from '../../models/vscsi/events.ts'
import type { FactRows, RequestRows } from './telling.ts'

export const vscsiRequests: RequestRows<VscsiRequest> = {
  'vscsi.varyOn': { weight: 1, says: e => `the NWSD ${e.nwsd} is varied on` },
  'vscsi.varyOff': { weight: 1, says: e => `the NWSD ${e.nwsd} is varied off` },
  'vscsi.setOnline': { weight: 1, says: e => `the NWSD ${e.nwsd} is set to ONLINE(${e.online === 'auto' ? '*YES' : '*NO'})` },
  'vscsi.failDisk': { weight: 1, says: e => `a physical disk fails in ${e.asp} of ${e.host}` },
  'vscsi.repairDisk': { weight: 1, says: e => `a physical disk of ${e.asp} of ${e.host} is replaced` },
  'vscsi.loseSpace': { weight: 1, says: e => `the storage space ${e.space} is lost` },
  'vscsi.recreateSpace': { weight: 1, says: e => `an empty storage space takes the place of ${e.space}` },
  'vscsi.migrateClient': { weight: 1, says: e => `${e.guest} moves, and its adapters with it` },
}

export const vscsiFacts: FactRows<VscsiFact> = {
  'vscsi.nwsdChanged': { weight: 3, fields: { nwsd: 'nwsd', state: 'text' }, says: e => `the NWSD ${e.nwsd} is ${e.state}` },
  'vscsi.nwsdLeftOff': { weight: 1, fields: { nwsd: 'nwsd' }, says: e => `the NWSD ${e.nwsd} stays varied off: it is ONLINE(*NO) and nobody varies it on` },
  'vscsi.transportEvent': { weight: 3, fields: { nwsd: 'nwsd', guest: 'guest', event: 'text' }, says: e => e.event === 'closed' ? `${e.guest} is told that the server behind ${e.nwsd} has gone` : `${e.guest} is told that it has been moved (${e.nwsd})` },
  'vscsi.loggedIn': { weight: 3, fields: { nwsd: 'nwsd', guest: 'guest', requestLimit: 'number', fastFail: 'flag' }, says: e => `${e.guest} has logged in to ${e.nwsd} again, by itself` },
  'vscsi.diskAbsorbed': { weight: 1, fields: { host: 'guest', asp: 'text', failed: 'number' }, says: e => `the protection of ${e.asp} of ${e.host} makes up for it` },
  'vscsi.aspLost': { weight: 1, fields: { host: 'guest', asp: 'text' }, says: e => `${e.asp} of ${e.host} is lost with all that lies in it` },
  'vscsi.diskRepaired': { weight: 2, fields: { host: 'guest', asp: 'text', failed: 'number' }, says: e => `${e.asp} of ${e.host} has its disk back` },
  'vscsi.spaceLost': { weight: 1, fields: { space: 'disk' }, says: e => `the storage space ${e.space} is gone with its content` },
  'vscsi.spaceRecreated': { weight: 2, fields: { space: 'disk' }, says: e => `the storage space ${e.space} is there again, empty` },
  'vscsi.clientSettled': { weight: 2, fields: { guest: 'guest' }, says: e => `${e.guest} has moved` },
}
