/** The events of the mirrors, told. A request is told as the command of which it is the effect. */
import type { MdFact, MdRequest } from '../../models/md/events.ts'
import { and, type FactRows, type RequestRows } from './telling.ts'

const sync = { array: 'array', action: 'text', device: 'text' } as const
const STARTS = { recovery: 'copies to', resync: 'resynchronizes', check: 'is checked', repair: 'is repaired' } as const
const ENDS = { recovery: 'has been recovered', resync: 'has been resynchronized', check: 'has been checked', repair: 'has been repaired' } as const
const LOSSES = {
  stale: 'it reads from a copy that had been left behind', blank: 'it reads from a disk that lost its content', unsynced: 'it reads from a copy that was never finished',
} as const
const onto = (device: string) => device === '' ? '' : ` ${device}`

export const mdRequests: RequestRows<MdRequest> = {
  'md.create': { weight: 1, says: e => `${e.guest} creates ${e.array} from ${and(e.devices)}` },
  'md.build': { weight: 1, says: e => `${e.guest} builds ${e.array} without superblocks from ${and(e.devices)}` },
  'md.assemble': { weight: 1, says: e => `${e.guest} assembles ${e.name} from ${and(e.devices)}` },
  'md.assembleScan': { weight: 3, says: e => `${e.guest} assembles its arrays` },
  'md.incremental': { weight: 2, says: e => `${e.guest} offers ${e.device} to its arrays` },
  'md.incrementalFail': { weight: 2, says: e => `${e.guest} takes ${e.device} out of its arrays` },
  'md.run': { weight: 1, says: e => `${e.array} is run` },
  'md.stop': { weight: 1, says: e => `${e.array} is stopped` },
  'md.setMode': { weight: 2, says: e => `${e.array} is set ${e.mode}` },
  'md.fail': { weight: 2, says: e => `mdadm ${e.array} --fail ${e.device}` },
  'md.remove': { weight: 2, says: e => `mdadm ${e.array} --remove ${e.device}` },
  'md.add': { weight: 2, says: e => `mdadm ${e.array} --add ${e.device}` },
  'md.reAdd': { weight: 2, says: e => `mdadm ${e.array} --re-add ${e.device}` },
  'md.setFlags': { weight: 2, says: e => `${e.device} of ${e.array} is ${[e.writeMostly === undefined ? '' : e.writeMostly ? 'read last' : 'read like the others', e.failfast === undefined ? '' : e.failfast ? 'to fail fast' : 'not to fail fast'].filter(Boolean).join(' and ')} from now on` },
  'md.replace': { weight: 2, says: e => `mdadm ${e.array} --replace ${e.device}${e.with === undefined ? '' : ` --with ${e.with}`}` },
  'md.freeze': { weight: 3, says: e => `the recovery of ${e.array} is held back` },
  'md.thaw': { weight: 3, says: e => `the recovery of ${e.array} may go on` },
  'md.grow': { weight: 1, says: e => `${e.array} is given ${[e.raidDevices === undefined ? '' : `${e.raidDevices} raid devices`, e.sizeKib === undefined ? '' : `${e.sizeKib} KiB`].filter(Boolean).join(' and ')}` },
  'md.setBitmap': { weight: 1, says: e => `${e.array} gets ${e.bitmap === 'none' ? 'no bitmap any more' : 'a write-intent bitmap'}` },
  'md.zeroSuperblock': { weight: 2, says: e => `${e.guest} wipes the superblock of ${e.device}` },
  'md.updateSuperblock': { weight: 2, says: e => `${e.guest} changes the superblock of ${e.device}` },
  'md.setSyncAction': { weight: 2, says: e => `${e.action} is asked of ${e.array}` },
  'md.setSyncRange': { weight: 2, says: e => `the range to synchronize of ${e.array} is set` },
  'md.setArraySpeed': { weight: 2, says: e => `the speed limits of ${e.array} are set` },
  'md.setSpeedLimit': { weight: 2, says: e => `the speed limits of ${e.guest} are set` },
  'md.setBusy': { weight: 2, says: e => `${e.array} is ${e.busy ? 'busy: a recovery goes slowly' : 'no longer busy'}` },
  'md.read': { weight: 2, says: e => `something is read from ${e.array}` },
  'md.write': { weight: 2, says: e => `something is written to ${e.array}` },
  'md.writePlace': { weight: 1, says: e => `${e.guest} writes to ${e.device} behind the back of its array` },
  'md.open': { weight: 3, says: e => `${e.array} is opened` },
  'md.hold': { weight: 3, says: e => `${e.array} is taken into use` },
  'md.release': { weight: 3, says: e => `${e.array} is let go` },
  'md.setIo': { weight: 2, says: e => `${e.array} is ${e.commitEveryMicros === null ? 'idle' : 'written'} from now on` },
  'md.powerDown': { weight: 3, says: e => `the arrays of ${e.guest} end with it` },
  'md.startMonitor': { weight: 2, says: e => `mdadm --monitor starts on ${e.guest}` },
  'md.stopMonitor': { weight: 2, says: e => `mdadm --monitor stops on ${e.guest}` },
}

export const mdFacts: FactRows<MdFact> = {
  'md.memberFailed': { weight: 1, fields: { array: 'array', device: 'text', disk: 'disk', member: 'number' }, says: e => `${e.array} drops ${e.device} (${e.disk})` },
  'md.memberAdded': { weight: 2, fields: { array: 'array', device: 'text', disk: 'disk', member: 'number', as: 'text' }, says: e => `${e.device} (${e.disk}) is ${e.as} to ${e.array}` },
  'md.memberRemoved': { weight: 3, fields: { array: 'array', device: 'text', disk: 'disk', member: 'number' }, says: e => `${e.device} (${e.disk}) is removed from ${e.array}` },
  'md.syncStarted': { weight: 1, fields: sync, says: e => `${e.array} ${STARTS[e.action]}${onto(e.device)}` },
  'md.syncDelayed': { weight: 2, fields: { array: 'array', action: 'text', behind: 'array' }, says: e => `the ${e.action} of ${e.array} waits for that of ${e.behind}, on the same disks` },
  'md.syncInterrupted': { weight: 2, fields: { array: 'array', action: 'text' }, says: e => `the ${e.action} of ${e.array} is interrupted` },
  'md.syncDone': { weight: 1, fields: sync, says: e => e.device === '' ? `${e.array} ${ENDS[e.action]}` : `${e.device} is in sync` },
  'md.redundancyChanged': { weight: 3, fields: { array: 'array', inSync: 'number', of: 'number' }, says: e => `${e.inSync} of ${e.of} members of ${e.array} are in sync` },
  'md.accessChanged': {
    weight: 2, fields: { array: 'array', readable: 'flag', writable: 'flag', stalled: 'flag' },
    says: e => e.stalled ? `${e.array} stalls: its I/O waits` : e.writable ? `${e.array} can be written` : e.readable ? `${e.array} can be read but not written` : `${e.array} can be neither read nor written`,
  },
  'md.arrayStarted': { weight: 2, fields: { array: 'array' }, says: e => `${e.array} is started` },
  'md.arrayStopped': { weight: 2, fields: { array: 'array' }, says: e => `${e.array} is stopped` },
  'md.arrayBroken': { weight: 1, fields: { array: 'array' }, says: e => `the last copy in ${e.array} fails: broken, it refuses writes until it is stopped and assembled` },
  'md.dataLost': { weight: 0, label: 'DATA LOST', fields: { array: 'array', because: 'text' }, says: e => `a write that ${e.array} had acknowledged is gone: ${LOSSES[e.because]}` },
  'md.ioDue': { weight: 3, fields: { array: 'array' }, says: e => `${e.array} is used, and so meets the lost disk` },
  'md.syncReached': { weight: 3, fields: { array: 'array' }, says: e => `a sync of ${e.array} reaches the end of its stretch` },
  'md.busyButFailed': { weight: 1, fields: { array: 'array', device: 'text' }, says: e => `mdadm says that ${e.device} of ${e.array} is busy, and yet it is done` },
  'md.readIssued': { weight: 3, fields: { array: 'array' }, says: e => `${e.array} is read` },
  'md.writeIssued': { weight: 3, fields: { array: 'array', atKib: 'number', kib: 'number' }, says: e => `${e.array} is written` },
  'md.monitorLooked': { weight: 3, fields: { guest: 'guest' }, says: e => `mdadm --monitor looks at the arrays of ${e.guest}` },
}
