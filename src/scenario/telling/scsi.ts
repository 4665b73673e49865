/** The events of the SCSI bus, told. A device id is `guest.name.count`; people know the name. */
import type { ScsiFact, ScsiRequest } from '../../models/scsi/events.ts'
import type { FactRows, RequestRows } from './telling.ts'

const named = (device: string) => device.split('.').at(-2) ?? device
const known = (device: string) => device === '' ? '' : ` (${named(device)})`
const ESCALATIONS = { timeout: 'has waited in vain', abort: 'is aborted in vain', reset: 'is reset in vain', hostReset: 'has its adapter reset in vain' } as const

export const scsiRequests: RequestRows<ScsiRequest> = {
  'scsi.losePath': { weight: 3, says: e => `the path to ${e.disk} is cut` },
  'scsi.silencePath': { weight: 3, says: e => `the path to ${e.disk} falls silent` },
  'scsi.breakMedium': { weight: 1, says: e => `the medium of ${e.disk} breaks` },
  'scsi.restorePath': { weight: 3, says: e => `the path to ${e.disk} is mended` },
  'scsi.blankDisk': { weight: 3, says: e => `${e.disk} loses its content` },
  'scsi.partitionDisk': { weight: 2, says: e => `${e.disk} is partitioned anew` },
  'scsi.scan': { weight: 2, says: e => `${e.guest} scans host${e.host} for disks` },
  'scsi.addDevice': { weight: 2, says: e => `${e.guest} adds the device ${e.host} ${e.channel} ${e.id} ${e.lun}` },
  'scsi.removeDevice': { weight: 2, says: e => `${e.guest} removes the device ${e.host} ${e.channel} ${e.id} ${e.lun}` },
  'scsi.deleteDevice': { weight: 2, says: e => `${e.guest} deletes ${e.name}` },
  'scsi.setState': { weight: 2, says: e => `${e.guest} sets ${e.name} ${e.state}` },
  'scsi.setTimeout': { weight: 2, says: e => `${e.guest} sets the timeout of ${e.name} to ${e.seconds} s` },
  'scsi.readTable': { weight: 2, says: e => `${e.guest} reads the partition table of ${e.name} again` },
  'scsi.awaitCommand': { weight: 3, says: e => `a command waits on ${named(e.device)}, which is silent` },
  'scsi.hold': { weight: 3, says: e => `${named(e.device)} is taken into use` },
  'scsi.release': { weight: 3, says: e => `${named(e.device)} is let go` },
  'scsi.busDown': { weight: 3, says: e => `the bus of ${e.guest} goes down with it` },
  'scsi.busUp': { weight: 3, says: e => `${e.guest} probes its adapters for disks` },
}

export const scsiFacts: FactRows<ScsiFact> = {
  'scsi.pathLost': { weight: 2, fields: { disk: 'disk', device: 'text' }, says: e => `${e.disk}${known(e.device)} is gone: every command to it fails at once` },
  'scsi.pathSilent': { weight: 2, fields: { disk: 'disk', device: 'text' }, says: e => `${e.disk}${known(e.device)} is silent: commands to it wait` },
  'scsi.pathRestored': { weight: 2, fields: { disk: 'disk', device: 'text' }, says: e => `${e.disk}${known(e.device)} can be reached again` },
  'scsi.mediumBroken': { weight: 2, fields: { disk: 'disk', device: 'text' }, says: e => `${e.disk}${known(e.device)} answers, but can be neither read nor written` },
  'scsi.diskBlanked': { weight: 2, fields: { disk: 'disk' }, says: e => `${e.disk} is empty` },
  'scsi.deviceAdded': { weight: 2, fields: { guest: 'guest', device: 'text', disk: 'disk', name: 'text' }, says: e => `${e.guest} finds ${e.disk} and calls it ${e.name}` },
  'scsi.deviceRemoved': { weight: 3, fields: { guest: 'guest', device: 'text', disk: 'disk', name: 'text' }, says: e => `${e.guest} no longer knows ${e.disk} as ${e.name}` },
  'scsi.escalated': { weight: 2, fields: { device: 'text', step: 'text' }, says: e => `a command to ${named(e.device)} ${ESCALATIONS[e.step]}` },
  'scsi.deviceOffline': { weight: 1, fields: { device: 'text' }, says: e => `${named(e.device)} is set offline, and stays so until somebody acts` },
  'scsi.deviceRunning': { weight: 2, fields: { device: 'text' }, says: e => `${named(e.device)} is set running` },
  'scsi.commandsFailed': { weight: 3, fields: { device: 'text' }, says: e => `what waited on ${named(e.device)} has failed` },
  'scsi.commandsCompleted': { weight: 3, fields: { device: 'text' }, says: e => `what waited on ${named(e.device)} is done` },
  'scsi.busWentDown': { weight: 3, fields: { guest: 'guest' }, says: e => `the bus of ${e.guest} is down` },
  'scsi.busCameUp': { weight: 3, fields: { guest: 'guest' }, says: e => `${e.guest} has probed its adapters` },
}
