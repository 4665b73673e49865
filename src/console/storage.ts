/**
 * Block devices: what reading and writing /dev/sdb3 or /dev/md1 comes to. Whether it works is for the models to say (scsi, md); the bytes are in media.ts,
 * and over them lies what the models know of superblocks, tables and boot images (signatures.ts).
 *
 * Rules: an array that waits for a silent disk makes its users wait; a raw write goes behind the array's back, and md is told where. A write at the
 * beginning of a disk is refused as not modelled unless it leaves the table as it is, or puts the one there that the disk is meant to have.
 * Simplified: there is no page cache, every write is through at once, so what a program without O_DIRECT would be told at fsync it is told by write.
 */
import type { AnyEvent } from '../core/model.ts'
import { placeOf } from '../models/md/state.ts'
import { outcome, type DiskId } from '../models/scsi/state.ts'
import { E, type Failure } from '../shell/kernel/errno.ts'
import type { BlockDevice } from '../shell/kernel/tree.ts'
import type { Run } from '../shell/kernel/wait.ts'
import { errnoOf, notModelled } from './answers.ts'
import { blockNamed, identityOf, startOf, type BlockName } from './files/block.ts'
import type { Media } from './media.ts'
import type { Partition } from './partition.ts'
import { isPrep, kernelIn, overlaid, overlays, TABLE_AT, tableBytes } from './signatures.ts'

/** The device that has this name now: it stays that one when the name goes to another. */
export function blockDeviceOf(partition: Partition, name: string): BlockDevice {
  const { door, guest } = partition, mine = identityOf(blockNamed(door.world, guest, name))
  const named = (): BlockName | undefined => { const block = blockNamed(door.world, guest, name); return identityOf(block) === mine ? block : undefined }
  return {
    size: () => (named()?.sizeKib ?? 0) * 1024,
    open() {
      const block = named()
      if (block === undefined) return E.ENXIO
      if (block.kind === 'array') return void door.dispatch({ type: 'md.open', array: block.array } as never as AnyEvent)
      return door.world.scsi.devices[block.device]!.state === 'running' ? undefined : E.ENXIO
    },
    read: (offset, length) => readBlock(partition, named, offset, length),
    write: (offset, bytes) => writeBlock(partition, named, offset, bytes),
  }
}

const stretch = (offset: number, length: number): { atKib: number; kib: number } => {
  const atKib = Math.floor(offset / 1024)
  return { atKib, kib: Math.max(1, Math.ceil((offset + length) / 1024) - atKib) }
}

function* readBlock(partition: Partition, named: () => BlockName | undefined, offset: number, length: number): Run<string | Failure> {
  const { door, media } = partition, no = yield* command(partition, named, offset, length, false), block = named()
  if (no !== undefined) return no
  if (block === undefined) return E.EIO
  if (block.kind === 'array') return media.readArray(door.world, block.array, offset, length) ?? E.EIO
  return overlaid(media.read({ disk: block.disk, at: origin(partition, block) + offset }, length), offset, overlays(door.world, block))
}

function* writeBlock(partition: Partition, named: () => BlockName | undefined, offset: number, bytes: string): Run<undefined | Failure> {
  const { door } = partition, no = yield* command(partition, named, offset, bytes.length, true), block = named()
  if (no !== undefined) return no
  if (block === undefined) return E.EIO
  if (block.kind === 'array') return kept(partition, media => media.writeArray(door.world, block.array, offset, bytes))
  if (block.kind === 'disk') return writeDisk(partition, block, offset, bytes)
  const told = tell(partition, block.name, block.disk, block.number, offset, bytes)
  return told ?? kept(partition, media => media.write({ disk: block.disk, at: origin(partition, block) + offset }, bytes))
}

/** The first byte that is not a zero makes somebody listen to what md copies. */
function kept({ media, door, log }: Partition, write: (media: Media) => boolean): undefined | Failure {
  const { used } = media, done = write(media)
  if (!used && media.used) media.attend(door.world)
  if (done) return undefined
  if (media.isFull) log.kernelSays(`hotspare: more than ${media.limit >> 20} MiB written to disks, which is as much as a run keeps`, 3)
  return E.EIO
}
const origin = ({ door }: Partition, block: BlockName): number => (block.kind === 'partition' ? startOf(door.world.scsi, block.disk, block.number) * 1024 : 0)

/** The I/O itself: what the models say to it, and who has to wait. */
function* command({ door, touched }: Partition, named: () => BlockName | undefined, offset: number, length: number, writes: boolean): Run<undefined | Failure> {
  const block = named()
  if (block === undefined) return E.EIO
  if (block.kind === 'array') {
    const { array } = block
    if (writes && door.world.md.arrays[array]!.mode === 'ro') return E.EPERM
    const refusal = door.dispatch({ type: writes ? 'md.write' : 'md.read', array, ...stretch(offset, length) } as never as AnyEvent)
    if (refusal !== undefined) return errnoOf(refusal, E.EIO)
    const stalled = (): boolean => door.world.md.arrays[array]?.access.stalled === true
    if (stalled()) yield { kind: 'world', ready: () => !stalled() }
    const { readable, writable } = door.world.md.arrays[array]!.access
    return (writes ? writable : readable) ? undefined : E.EIO
  }
  touched(block.disk)
  const silent = (): boolean => outcome(door.world.scsi, block.device, writes ? 'write' : 'read') === 'silent'
  if (silent()) {
    door.dispatch({ type: 'scsi.awaitCommand', device: block.device } as never as AnyEvent)
    yield { kind: 'world', ready: () => !silent() }
  }
  return outcome(door.world.scsi, block.device, writes ? 'write' : 'read') === 'ok' ? undefined : E.EIO
}

/** md hears of a raw write where it has something to lose; a boot image that is copied is copied in the model too. */
function tell(partition: Partition, name: string, disk: DiskId, number: number, offset: number, bytes: string): undefined | Failure {
  const { door, guest, log } = partition, { md } = door.world, stored = md.places[placeOf(disk, number)]
  const used = (md.arraysOn[disk] ?? []).some(id => md.arrays[id]!.members.some(m => m.disk === disk && m.partition === number))
  if (used || (stored !== undefined && (stored.superblock !== null || stored.content !== null))) {
    const refusal = door.dispatch({ type: 'md.writePlace', guest, device: name, ...stretch(offset, bytes.length) } as never as AnyEvent)
    if (refusal !== undefined) return errnoOf(refusal, E.EIO)
  }
  if (offset !== 0 || !isPrep(door.world, disk, number)) return undefined
  const kernel = kernelIn(bytes), preps = door.world.boot!.preps, here = preps[disk]!.kernel
  if (kernel === here || (kernel === undefined && here === null)) return undefined
  const from = (Object.keys(preps) as DiskId[]).find(each => preps[each]!.kernel === (kernel ?? null) && door.world.scsi.disks[each]?.guest === guest && door.world.scsi.disks[each]!.path === 'ok')
  const refusal = from === undefined ? undefined : door.dispatch({ type: 'boot.copyPrep', guest, from, to: disk } as never as AnyEvent)
  if (from === undefined) log.kernelSays(`hotspare: what was written to /dev/${name} is no boot image; that it cannot be booted from now is not modelled`, 3)
  return refusal === undefined ? undefined : errnoOf(refusal, E.EIO)
}

/** A write to a whole disk: the table, if it is in it, then what lies in partitions. */
function writeDisk(partition: Partition, block: BlockName & { kind: 'disk' }, offset: number, bytes: string): undefined | Failure {
  const { door, guest } = partition, disk = door.world.scsi.disks[block.disk]!, table = tableBytes(door.world, block.disk), end = offset + bytes.length
  if (offset < TABLE_AT + table.length && end > TABLE_AT) {
    const from = Math.max(0, TABLE_AT - offset), over = bytes.slice(from, TABLE_AT + table.length - offset), expected = table.slice(Math.max(0, offset - TABLE_AT)).slice(0, over.length)
    // The identifier of the label may come from the disk that it was copied from.
    const same = over.length <= 6 || over.slice(6) === expected.slice(6), blank = /^\0*$/.test(over)
    if (disk.blank ? !same && !blank : !same) return notModelled(partition, `another partition table on /dev/${block.name}, or none,`)
    if (disk.blank && same) {
      const refusal = door.dispatch({ type: 'scsi.partitionDisk', disk: block.disk } as never as AnyEvent)
      if (refusal !== undefined) return errnoOf(refusal, E.EIO)
    }
  }
  for (const { number, sizeKib } of disk.blank ? [] : disk.partitions) {
    const start = startOf(door.world.scsi, block.disk, number) * 1024, from = Math.max(start, offset), to = Math.min(start + sizeKib * 1024, end)
    const name = `${block.name}${number}`
    if (from >= to || blockNamed(door.world, guest, name) === undefined) continue
    const no = tell(partition, name, block.disk, number, from - start, bytes.slice(from - offset, to - offset))
    if (no !== undefined) return no
  }
  return kept(partition, media => media.write({ disk: block.disk, at: offset }, bytes))
}
