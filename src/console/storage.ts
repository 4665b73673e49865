/**
 * Bytes of block devices: what reading and writing /dev/sdb3 or /dev/md1 comes to. Whether it works is for the models to say (scsi, md); what lies
 * there is kept here, beside the simulation.
 *
 * Not yet: content. What is written counts as written, and everything reads as zeros.
 */
import type { AnyEvent } from '../core/model.ts'
import { outcome } from '../models/scsi/state.ts'
import { E, type Failure } from '../shell/kernel/errno.ts'
import type { BlockDevice } from '../shell/kernel/tree.ts'
import type { Run } from '../shell/kernel/wait.ts'
import { errnoOf } from './answers.ts'
import { blockNamed, type BlockName } from './files/block.ts'
import type { Partition } from './partition.ts'

export function blockDeviceOf(partition: Partition, name: string): BlockDevice {
  const { door, guest } = partition, named = (): BlockName | undefined => blockNamed(door.world, guest, name)
  return {
    size: () => (named()?.sizeKib ?? 0) * 1024,
    open() {
      const block = named()
      if (block === undefined) return E.ENXIO
      if (block.kind === 'array') return void door.dispatch({ type: 'md.open', array: block.array } as never as AnyEvent)
      return door.world.scsi.devices[block.device]!.state === 'running' ? undefined : E.ENXIO
    },
    read: (offset, length) => transfer(partition, named, { offset, length, writes: false }, () => '\0'.repeat(length)),
    write: (offset, bytes) => transfer(partition, named, { offset, length: bytes.length, writes: true }, () => undefined),
  }
}

/** An array that waits for a silent disk makes its users wait. */
function* transfer<T>({ door, guest, touched }: Partition, named: () => BlockName | undefined, { offset, length, writes }: { offset: number; length: number; writes: boolean }, done: () => T): Run<T | Failure> {
  const block = named(), at = { atKib: Math.floor(offset / 1024), kib: Math.max(1, Math.ceil(length / 1024)) }
  if (block === undefined) return E.EIO
  if (block.kind === 'array') {
    const refusal = door.dispatch({ type: writes ? 'md.write' : 'md.read', array: block.array, ...at } as never as AnyEvent)
    if (refusal !== undefined) return errnoOf(refusal, E.EIO)
    const stalled = (): boolean => door.world.md.arrays[block.array]?.access.stalled === true
    if (stalled()) yield { kind: 'world', ready: () => !stalled() }
    const { readable, writable } = door.world.md.arrays[block.array]!.access
    return (writes ? writable : readable) ? done() : E.EIO
  }
  touched(block.disk)
  const silent = (): boolean => outcome(door.world.scsi, block.device, writes ? 'write' : 'read') === 'silent'
  if (silent()) {
    door.dispatch({ type: 'scsi.awaitCommand', device: block.device } as never as AnyEvent)
    yield { kind: 'world', ready: () => !silent() }
  }
  if (outcome(door.world.scsi, block.device, writes ? 'write' : 'read') !== 'ok') return E.EIO
  if (writes && block.kind === 'partition') {
    const refusal = door.dispatch({ type: 'md.writePlace', guest, device: block.name, ...at } as never as AnyEvent)
    if (refusal !== undefined) return errnoOf(refusal, E.EIO)
  }
  return done()
}
