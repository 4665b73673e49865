/** Names on the bus, as the compiler tells them apart: a disk is what is at the far end of a path, a device one attachment of it. */
import type { Id } from '../../base/id.ts'

export type DiskId = Id<'Disk'>
export type DeviceId = Id<'ScsiDevice'>
/** A host adapter of a guest, `router.host1`. */
export type BusHostId = Id<'BusHost'>
