/**
 * What may be asked of md, and what it tells. Requests are what mdadm or a write to /proc and /sys asks of the kernel; a refusal
 * carries exit status and words of the real tool. Arrays are named by their id, members by their device name (`sdb3`).
 */
import { z } from 'zod'
import type { Kib, KibPerSecond } from '../../base/time.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { id } from '../schema.ts'
import type { DiskId } from '../scsi/state.ts'
import type { ArrayId, SyncAction } from './state.ts'

const guest = id<GuestId>('a guest'), array = id<ArrayId>('an array')
const device = z.string().regex(/^sd[a-z]+\d*$/, 'expected the name of a partition such as sdb3')
const mdName = z.string().regex(/^md\d+$/, 'expected the name of an array device such as md1')
const kib = z.number().int().nonnegative().transform((value): Kib => value)
const speed = z.number().int().nonnegative().transform((value): KibPerSecond => value)
/** A write-intent bitmap; in a file of the guest if it has a name. The delay is that of the daemon that clears it, in seconds. */
const intent = { chunkKib: kib.optional(), bitmapFile: z.string().optional(), bitmapDelay: z.number().int().positive().optional() }
const flags = { writeMostly: z.boolean().optional(), failfast: z.boolean().optional() }
const request = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) => z.strictObject({ type: z.literal(type), ...shape })

export const mdRequests = z.discriminatedUnion('type', [
  /** `mdadm --create`. `devices` begins with the raid devices, then come the spares; `name` is the device, `label` what --name gives. */
  request('md.create', {
    guest, array, name: mdName.optional(), link: z.string().optional().describe('its name under /dev/md'), label: z.string().optional(),
    homehost: z.string().optional().describe('before the label in the superblock; empty: none'), uuid: z.string().optional(), level: z.union([z.string(), z.number()]).optional(),
    metadata: z.enum(['0.90', '1.0', '1.1', '1.2']).optional(), devices: z.array(z.union([device, z.literal('missing')])),
    raidDevices: z.number().int().positive(), spareDevices: z.number().int().nonnegative().optional(),
    bitmap: z.enum(['none', 'internal']).optional(), ...intent, assumeClean: z.boolean().optional(), sizeKib: kib.optional(), writeMostly: z.array(device).optional(), failfast: z.array(device).optional(),
  }),
  /** `mdadm --build`: an array of which nothing on the disks tells. */
  request('md.build', {
    guest, array, name: mdName, link: z.string().optional(), devices: z.array(z.union([device, z.literal('missing')])), assumeClean: z.boolean().optional(), sizeKib: kib.optional(), ...intent, writeMostly: z.array(device).optional(),
  }),
  /** `mdadm --assemble [--run] [--force] /dev/md1 devices…`. */
  request('md.assemble', { guest, name: mdName, link: z.string().optional(), devices: z.array(device), run: z.boolean().optional(), force: z.boolean().optional(), ...intent }),
  /** `mdadm --assemble --scan`; `known` are the ARRAY lines of a configuration file, in order. */
  request('md.assembleScan', { guest, known: z.array(z.strictObject({ array, name: mdName.optional(), link: z.string().optional() })).optional(), run: z.boolean().optional() }),
  /** `mdadm --incremental [--run] /dev/sdb3`, `mdadm --incremental --fail sdb3`. */
  request('md.incremental', { guest, device, run: z.boolean().optional(), name: mdName.optional(), link: z.string().optional() }),
  request('md.incrementalFail', { guest, device }),
  /** `mdadm --run /dev/md1`, `--stop /dev/md1`, `--readonly`, `--readwrite`. */
  request('md.run', { array }),
  request('md.stop', { array }),
  request('md.setMode', { array, mode: z.enum(['readwrite', 'readonly', 'auto']) }),

  /** `device` of fail and remove may be `failed` or `detached`. `known`: it is the name by which the array knows it, /dev need not have it any more. */
  request('md.fail', { array, device: z.string(), known: z.boolean().optional() }),
  request('md.remove', { array, device: z.string(), known: z.boolean().optional() }),
  request('md.add', { array, device, reAdd: z.boolean().optional().describe('false: --add-spare, never a re-add'), ...flags }),
  request('md.reAdd', { array, device, ...flags }),
  request('md.setFlags', { array, device, ...flags }),
  request('md.replace', { array, device, with: device.optional() }),
  /** mdadm holds recovery back while it works through several devices of one command. */
  request('md.freeze', { array }),
  request('md.thaw', { array }),
  request('md.grow', { array, raidDevices: z.number().int().positive().optional(), sizeKib: kib.nullable().optional().describe('null: as large as the smallest member allows') }),
  request('md.setBitmap', { array, bitmap: z.enum(['none', 'internal']), ...intent }),
  request('md.zeroSuperblock', { guest, device }),
  /** `mdadm --assemble --update=…`, before the members are taken. `uuid` is the whole array's. */
  request('md.updateSuperblock', { guest, device, label: z.string().optional(), uuid: z.string().optional(), dirty: z.boolean().optional(), bitmap: z.literal(false).optional() }),

  /** Writes to sync_action, sync_max, sync_min, sync_speed_max and the like; absent values stay, null is the word `system` or `max`. */
  request('md.setSyncAction', { array, action: z.string() }),
  request('md.setSyncRange', { array, minKib: kib.optional(), maxKib: kib.nullable().optional() }),
  request('md.setArraySpeed', { array, min: speed.nullable().optional(), max: speed.nullable().optional() }),
  /** /proc/sys/dev/raid/speed_limit_*, and what the disks of the guest give. */
  request('md.setSpeedLimit', { guest, min: speed.optional(), max: speed.optional(), rate: speed.optional() }),
  /** Foreground I/O begins or ends: the sync falls towards its lower limit. */
  request('md.setBusy', { array, busy: z.boolean() }),

  /** One I/O of a user: refused with the words for EIO when it fails. Buffered writes succeed even where the data is lost later. */
  request('md.read', { array, atKib: kib.optional(), kib: kib.optional() }),
  request('md.write', { array, atKib: kib.optional(), kib: kib.optional(), buffered: z.boolean().optional() }),
  /** A raw write to a partition behind the array's back. */
  request('md.writePlace', { guest, device, atKib: kib.optional(), kib: kib.optional() }),
  /** Somebody opens the array for a moment, or keeps it open (mount, swapon) and lets go. */
  request('md.open', { array }),
  request('md.hold', { array }),
  request('md.release', { array }),
  /** How an array is used from now on. */
  request('md.setIo', { array, commitEveryMicros: z.number().int().positive().nullable() }),

  /** The guest ended; an orderly end marks the arrays clean. */
  request('md.powerDown', { guest, how: z.enum(['orderly', 'crash']) }),
  request('md.startMonitor', { guest }),
  request('md.stopMonitor', { guest }),
])
export type MdRequest = z.output<typeof mdRequests>

export type MdFact =
  | { type: 'md.memberFailed'; array: ArrayId; device: string; disk: DiskId; member: number }
  | { type: 'md.memberAdded'; array: ArrayId; device: string; disk: DiskId; member: number; as: 'added' | 're-added' }
  | { type: 'md.memberRemoved'; array: ArrayId; device: string; disk: DiskId; member: number }
  /** `device` is the first member that is being rebuilt, empty for a resync of members already in sync. */
  | { type: 'md.syncStarted'; array: ArrayId; action: SyncAction; device: string }
  | { type: 'md.syncDelayed'; array: ArrayId; action: SyncAction; behind: ArrayId }
  | { type: 'md.syncInterrupted'; array: ArrayId; action: SyncAction }
  | { type: 'md.syncDone'; array: ArrayId; action: SyncAction; device: string }
  /** How many members md counts in sync, whether it can reach them or not, of how many it should have. */
  | { type: 'md.redundancyChanged'; array: ArrayId; inSync: number; of: number }
  /** What a user of the array gets. While it is stalled, I/O waits: it neither fails nor returns. */
  | { type: 'md.accessChanged'; array: ArrayId; readable: boolean; writable: boolean; stalled: boolean }
  | { type: 'md.arrayStarted'; array: ArrayId }
  | { type: 'md.arrayStopped'; array: ArrayId }
  /** The last member failed: writes are refused until the array is stopped and assembled. */
  | { type: 'md.arrayBroken'; array: ArrayId }
  /** An acknowledged write is not on what the array now reads from. */
  | { type: 'md.dataLost'; array: ArrayId; because: 'stale' | 'blank' | 'unsynced' }
  /** The next I/O to a path that was lost: this is when a failure is noticed. */
  | { type: 'md.ioDue'; array: ArrayId }
  /** A sync has reached its end, or the point where it waits (sync_max, or a pause by the speed limit). */
  | { type: 'md.syncReached'; array: ArrayId }
  /** What a read or a write of a user does, which may be that it finds a disk gone. */
  | { type: 'md.readIssued'; array: ArrayId }
  | { type: 'md.writeIssued'; array: ArrayId; atKib: Kib; kib: Kib }
  /** mdadm was told that the last member cannot be made faulty, and yet the array is broken, or the member faulty, from then on (VS-82). */
  | { type: 'md.busyButFailed'; array: ArrayId; device: string }
  /** The monitor has looked at the arrays of a guest. */
  | { type: 'md.monitorLooked'; guest: GuestId }
