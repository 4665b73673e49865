/** The events of the hypervisor, told: a row for each, with its sentence, how much it matters, and its fields. */
import type { HypervisorFact, HypervisorRequest } from '../../models/hypervisor/events.ts'
import { time, type FactRows, type RequestRows } from './telling.ts'

const ENDS = { ipl: 'for its IPL', shutdown: 'after its shutdown', crash: 'by a crash', system: 'with its managed system', hard: 'by a hard power-off' } as const
const lasting = (down?: number, takes?: number) => down !== undefined ? `, down for ${time(down)}` : takes !== undefined ? `, the start takes ${time(takes)}` : ''

export const hypervisorRequests: RequestRows<HypervisorRequest> = {
  'hypervisor.powerOn': { weight: 1, says: e => `${e.guest} is powered on` },
  'hypervisor.powerOff': { weight: 1, says: e => `${e.guest} is powered off${e.how === undefined ? '' : ` (${e.how})`}${e.restart ? ' and restarted' : ''}` },
  'hypervisor.ipl': { weight: 1, says: e => `${e.guest} IPLs${lasting(e.down, e.takes)}` },
  'hypervisor.crash': { weight: 1, says: e => `${e.guest} crashes${lasting(e.down, e.takes)}` },
  'hypervisor.hang': { weight: 1, says: e => `${e.guest} hangs: it answers no more, and nothing tells anyone` },
  'hypervisor.resume': { weight: 1, says: e => `${e.guest} is to go on` },
  'hypervisor.suspend': { weight: 1, says: e => `${e.guest} is suspended` },
  'hypervisor.migrate': { weight: 1, says: e => `${e.guest} migrates to ${e.to}` },
  'hypervisor.enterRestricted': { weight: 1, says: e => `${e.guest} is put into restricted state` },
  'hypervisor.leaveRestricted': { weight: 1, says: e => `${e.guest} is taken out of restricted state` },
  'hypervisor.attendIpl': { weight: 1, says: e => `an operator attends the manual IPL of ${e.guest}` },
  'hypervisor.bootFromFirmware': { weight: 1, says: e => `${e.guest} is booted from open firmware` },
  'hypervisor.setRmc': { weight: 2, says: e => `RMC of ${e.guest} is ${e.active ? 'active' : 'lost'}` },
  'hypervisor.delete': { weight: 1, says: e => `${e.guest} is deleted` },
  'hypervisor.loseManagement': { weight: 1, says: e => `the management connection to ${e.system} is cut` },
  'hypervisor.restoreManagement': { weight: 1, says: e => `the management connection to ${e.system} is mended` },
  'hypervisor.systemIpl': { weight: 1, says: e => `the managed system ${e.system} IPLs, with every partition on it` },
  'hypervisor.systemPowerOff': { weight: 1, says: e => `the managed system ${e.system} loses its power` },
  'hypervisor.systemPowerOn': { weight: 1, says: e => `the managed system ${e.system} is powered on` },
  'hypervisor.loadOs': { weight: 3, says: e => `${e.guest} loads its operating system${e.stuck === undefined ? '' : `, which will not come up: ${e.stuck}`}` },
  'hypervisor.stopInFirmware': { weight: 3, says: e => `${e.guest} has to stay in open firmware: ${e.reason}` },
}

export const hypervisorFacts: FactRows<HypervisorFact> = {
  'hypervisor.stateChanged': { weight: 2, fields: { guest: 'guest', from: 'text', to: 'text' }, says: e => `${e.guest} goes from ${e.from} to ${e.to}` },
  'hypervisor.shuttingDown': { weight: 3, fields: { guest: 'guest', how: 'text' }, says: e => `${e.guest} shuts down` },
  'hypervisor.powerOffTimedOut': { weight: 2, fields: { guest: 'guest', how: 'text' }, says: e => `${e.guest} has not ended by ${e.how}; the next way is tried` },
  'hypervisor.guestDown': { weight: 2, fields: { guest: 'guest', how: 'text', orderly: 'flag' }, says: e => `${e.guest} has ended ${ENDS[e.how]}` },
  'hypervisor.guestStarting': { weight: 3, fields: { guest: 'guest' }, says: e => `${e.guest} starts` },
  'hypervisor.firmwareReached': { weight: 3, fields: { guest: 'guest' }, says: e => `${e.guest} has reached its firmware and looks for a disk to boot from` },
  'hypervisor.guestUp': { weight: 1, fields: { guest: 'guest' }, says: e => `${e.guest} is up` },
  'hypervisor.startStuck': { weight: 1, fields: { guest: 'guest', reason: 'text' }, says: e => `${e.guest} does not come up: ${e.reason}` },
  'hypervisor.iplStopped': { weight: 1, fields: { guest: 'guest' }, says: e => `the manual IPL of ${e.guest} waits for an operator` },
  'hypervisor.guestHung': { weight: 3, fields: { guest: 'guest' }, says: e => `${e.guest} hangs` },
  'hypervisor.guestResumed': { weight: 1, fields: { guest: 'guest' }, says: e => `${e.guest} answers again` },
  'hypervisor.restrictedEntered': { weight: 2, fields: { guest: 'guest' }, says: e => `${e.guest} is in restricted state: its network stops, the disks it serves do not` },
  'hypervisor.restrictedLeft': { weight: 2, fields: { guest: 'guest' }, says: e => `${e.guest} has left restricted state` },
  'hypervisor.guestMigrated': { weight: 1, fields: { guest: 'guest', from: 'system', to: 'system' }, says: e => `${e.guest} now runs on ${e.to}` },
  'hypervisor.guestDeleted': { weight: 2, fields: { guest: 'guest' }, says: e => `${e.guest} is gone` },
  'hypervisor.managementLost': { weight: 2, fields: { system: 'system' }, says: e => `nobody sees the partitions of ${e.system} any more; they go on` },
  'hypervisor.managementRestored': { weight: 2, fields: { system: 'system' }, says: e => `the partitions of ${e.system} are seen again` },
  'hypervisor.systemDown': { weight: 1, fields: { system: 'system' }, says: e => `the managed system ${e.system} is down` },
  'hypervisor.systemUp': { weight: 1, fields: { system: 'system' }, says: e => `the managed system ${e.system} is up` },
}
