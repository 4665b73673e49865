/** What may be asked of the bus, and what it tells. Requests from above name a disk (its path changes) or what a guest addresses. */
import { z } from 'zod'
import type { GuestId } from '../hypervisor/state.ts'
import { id } from '../schema.ts'
import type { DeviceId, DiskId } from './ids.ts'
import type { Escalation } from './state.ts'

const guest = id<GuestId>('a guest'), disk = id<DiskId>('a disk'), device = id<DeviceId>('a device')
const number = z.number().int().nonnegative()
const wild = number.optional().describe('absent: every one')
const name = z.string().regex(/^sd[a-z]+$/, 'expected the name of a device such as sdb')
const request = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) => z.strictObject({ type: z.literal(type), ...shape })

export const scsiRequests = z.discriminatedUnion('type', [
  /** The path: commands fail at once · wait · fail except INQUIRY and flush · work again. */
  request('scsi.losePath', { disk }),
  request('scsi.silencePath', { disk }),
  request('scsi.breakMedium', { disk }),
  request('scsi.restorePath', { disk }),
  /** The content of the disk is gone, with its partition table: the storage space was created anew. */
  request('scsi.blankDisk', { disk }),
  /** The partition table is written again, as the layout says: what an installer or sfdisk does. */
  request('scsi.partitionDisk', { disk }),

  /** `echo "- - -" > /sys/class/scsi_host/hostN/scan`. */
  request('scsi.scan', { guest, host: number, channel: wild, id: wild, lun: wild }),
  /** `scsi add-single-device`, `scsi remove-single-device` in /proc/scsi/scsi. */
  request('scsi.addDevice', { guest, host: number, channel: number, id: number, lun: number }),
  request('scsi.removeDevice', { guest, host: number, channel: number, id: number, lun: number }),
  /** `echo 1 > /sys/block/sdb/device/delete`, and what a hot-unplug event does. */
  request('scsi.deleteDevice', { guest, name }),
  request('scsi.setState', { guest, name, state: z.enum(['running', 'offline']) }),
  request('scsi.setTimeout', { guest, name, seconds: z.number().int().positive() }),
  /** `blockdev --rereadpt`. */
  request('scsi.readTable', { guest, name }),

  /** A command has been issued to a silent device: its error handling runs. */
  request('scsi.awaitCommand', { device }),
  /** Somebody keeps a partition of the device open, or lets go. */
  request('scsi.hold', { device }),
  request('scsi.release', { device }),
  /** The guest ended: its devices and names are gone. */
  request('scsi.busDown', { guest }),
  /** The guest boots: hosts are probed in order and reachable disks get names from sda on. */
  request('scsi.busUp', { guest }),
])
export type ScsiRequest = z.output<typeof scsiRequests>

export type ScsiFact =
  /** `device` is empty where the guest knows none for this disk. */
  | { type: 'scsi.pathLost'; disk: DiskId; device: DeviceId | '' }
  | { type: 'scsi.pathSilent'; disk: DiskId; device: DeviceId | '' }
  | { type: 'scsi.pathRestored'; disk: DiskId; device: DeviceId | '' }
  | { type: 'scsi.mediumBroken'; disk: DiskId; device: DeviceId | '' }
  | { type: 'scsi.diskBlanked'; disk: DiskId }
  | { type: 'scsi.deviceAdded'; guest: GuestId; device: DeviceId; disk: DiskId; name: string }
  | { type: 'scsi.deviceRemoved'; guest: GuestId; device: DeviceId; disk: DiskId; name: string }
  /** Error handling has gone a step further. */
  | { type: 'scsi.escalated'; device: DeviceId; step: Escalation }
  /** Error handling gave up, or an operator set the state. */
  | { type: 'scsi.deviceOffline'; device: DeviceId }
  | { type: 'scsi.deviceRunning'; device: DeviceId }
  /** What waited on a silent device has failed, or has been done. */
  | { type: 'scsi.commandsFailed'; device: DeviceId }
  | { type: 'scsi.commandsCompleted'; device: DeviceId }
  /** The guest's bus has gone down with it, or is up again with the disks that could be reached. */
  | { type: 'scsi.busWentDown'; guest: GuestId }
  | { type: 'scsi.busCameUp'; guest: GuestId }
