/**
 * Block devices in sysfs: the directory of a disk with its partitions, and of an array. What a queue or a counter would say is not modelled:
 * the usual constants stand there, for scripts that read them.
 * Source: Linux 6.1 block/genhd.c, block/partitions/core.c, block/holder.c, Documentation/ABI/stable/sysfs-block.
 */
import type { MdView } from '../../models/md/state.ts'
import type { Directory, Node } from '../../shell/kernel/tree.ts'
import type { Partition } from '../partition.ts'
import { blockNamed, blockNames, type BlockName } from './block.ts'
import { mdDirectory } from './sys-md.ts'
import { attribute, lazy, link, listing } from './nodes.ts'

const ZEROS = Array.from({ length: 17 }, () => '0'.padStart(8)).join(' ')

/** What disks, partitions and arrays all have. */
function common(partition: Partition, name: string, depth: number): Record<string, () => Node> {
  const { door, guest } = partition, block = (): BlockName | undefined => blockNamed(door.world, guest, name)
  return {
    dev: () => attribute(() => { const b = block(); return b === undefined ? '' : `${b.major}:${b.minor}` }), size: () => attribute(() => String((block()?.sizeKib ?? 0) * 2)),
    ro: () => attribute(() => readOnly(partition, name) ? '1' : '0'), stat: () => attribute(() => ZEROS), inflight: () => attribute(() => '       0        0'),
    alignment_offset: () => attribute(() => '0'), discard_alignment: () => attribute(() => '0'), subsystem: () => link(`${'../'.repeat(depth)}class/block`),
    holders: () => listing({ names: () => holdersOf(partition, name), make: array => link(`${'../'.repeat(depth + 1)}devices/virtual/block/${array}`) }),
    uevent: () => attribute(() => uevent(block(), name)),
    power: () => lazy({ control: () => attribute(() => 'auto') }),
  }
}
const uevent = (b: BlockName | undefined, name: string): string =>
  b === undefined ? '' : `MAJOR=${b.major}\nMINOR=${b.minor}\nDEVNAME=${name}\nDEVTYPE=${b.kind === 'partition' ? `partition\nPARTN=${b.number}` : 'disk'}`
const readOnly = ({ door, guest }: Partition, name: string): boolean => {
  const b = blockNamed(door.world, guest, name)
  return b?.kind === 'array' && door.world.md.arrays[b.array]!.mode === 'ro'
}

/** Arrays that have a member on it, by name. */
export function holdersOf({ door, guest }: Partition, name: string): string[] {
  const { md } = door.world
  return runningArrays(md, guest).filter(a => a.members.some(m => m.name === name)).map(a => a.name).sort()
}
const runningArrays = (md: MdView, guest: Partition['guest']) => (md.guests[guest]?.arrays ?? []).map(id => md.arrays[id]!).filter(a => a.state !== 'stopped')

const queue = (rotational: boolean): Directory => {
  const fixed: Readonly<Record<string, string>> = {
    rotational: rotational ? '1' : '0', logical_block_size: '512', physical_block_size: '512', hw_sector_size: '512', minimum_io_size: '512', optimal_io_size: '0', max_sectors_kb: '1280',
    max_hw_sectors_kb: '32767', max_segments: '128', nr_requests: '64', read_ahead_kb: '128', scheduler: '[mq-deadline] none', write_cache: 'write back', add_random: '0', iostats: '1',
    nomerges: '0', rq_affinity: '1', fua: '0', zoned: 'none', discard_granularity: '0', discard_max_bytes: '0', dax: '0', wbt_lat_usec: '75000', io_poll: '0',
  }
  return lazy(Object.fromEntries(Object.entries(fixed).map(([file, text]) => [file, () => attribute(() => text)])))
}
const whole = (): Record<string, () => Node> => ({
  removable: () => attribute(() => '0'), range: () => attribute(() => '16'), ext_range: () => attribute(() => '256'), capability: () => attribute(() => '0'), hidden: () => attribute(() => '0'),
  events: () => attribute(() => ''), events_async: () => attribute(() => ''), events_poll_msecs: () => attribute(() => '-1'), diskseq: () => attribute(() => '1'), bdi: () => lazy({ read_ahead_kb: () => attribute(() => '128') }),
})

/** /sys/devices/vio/…/block/sdb. */
export function diskDirectory(partition: Partition, name: string): Directory {
  const { door, guest } = partition
  const fixed: Record<string, () => Node> = {
    ...common(partition, name, 8), ...whole(), device: () => { const b = blockNamed(door.world, guest, name); return link(`../../../${b?.kind === 'disk' ? addressOf(partition, b) : ''}`) }, queue: () => queue(true), slaves: () => lazy({}),
  }
  const parts = () => [...blockNames(door.world, guest)].filter(one => one !== name && one.startsWith(name) && /^\d+$/.test(one.slice(name.length)))
  return listing({
    *names() { yield* Object.keys(fixed); yield* parts() }, has: one => Object.hasOwn(fixed, one) || parts().includes(one),
    make: one => fixed[one]?.() ?? partitionDirectory(partition, one),
  })
}
function addressOf({ door }: Partition, { disk }: BlockName & { kind: 'disk' }): string {
  const { host, channel, id, lun } = door.world.scsi.disks[disk]!
  return `${host}:${channel}:${id}:${lun}`
}

function partitionDirectory(partition: Partition, name: string): Directory {
  const { door, guest } = partition
  const part = () => { const b = blockNamed(door.world, guest, name); return b?.kind === 'partition' ? b : undefined }
  return lazy({
    ...common(partition, name, 9), partition: () => attribute(() => String(part()?.number ?? 0)), start: () => attribute(() => String((part()?.startKib ?? 0) * 2)),
  })
}

/** /sys/devices/virtual/block. */
export function virtualBlock(partition: Partition): Directory {
  const { door, guest } = partition
  const names = () => [...blockNames(door.world, guest, false)].filter(name => name.startsWith('md'))
  return listing({
    names, key: name => { const b = blockNamed(door.world, guest, name); return b?.kind === 'array' ? b.array : '' },
    has: name => blockNamed(door.world, guest, name)?.kind === 'array',
    make: name => lazy({
      ...common(partition, name, 4), ...whole(), queue: () => queue(false), md: () => mdDirectory(partition, name),
      slaves: () => listing({
        names: () => { const b = blockNamed(door.world, guest, name); return b?.kind === 'array' ? door.world.md.arrays[b.array]!.members.map(m => m.name).sort() : [] },
        make: member => link(`../../../../../class/block/${member}`),
      }),
    }),
  })
}
