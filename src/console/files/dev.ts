/**
 * Disks, partitions and arrays in /dev, as devtmpfs has them: there while the kernel knows the device. /dev/md holds the links that mdadm made.
 * What a script deletes stays away until the device comes anew. Source: drivers/base/devtmpfs.c; recordings s06, s15, s20.
 */
import { blockDevice, charDevice, symlink, type Caller, type Directory, type Node } from '../../shell/kernel/tree.ts'
import type { Partition } from '../partition.ts'
import { blockDeviceOf } from '../storage.ts'
import { blockNamed, blockNames, identityOf } from './block.ts'
import { listing } from './nodes.ts'

/** Lays them over what is in /dev already. */
export function addDevices(dev: Directory, partition: Partition): void {
  const { door, guest } = partition, { get, list, set, delete: drop } = dev
  const made = new Map<string, { readonly identity: string; readonly node: Node }>(), gone = new Map<string, string>()
  const nodeOf = (name: string): Node | undefined => {
    const block = blockNamed(door.world, guest, name)
    if (block === undefined) return undefined
    const identity = identityOf(block), known = made.get(name)
    if (gone.get(name) === identity) return undefined
    if (known?.identity === identity) return known.node
    const node = blockDevice(block.major, block.minor, blockDeviceOf(partition, name))
    made.set(name, { identity, node })
    return node
  }
  const links = linkDirectory(partition), hasLinks = () => Object.keys(door.world.md.guests[guest]?.links ?? {}).length > 0
  links.parent = dev
  const looks = /^(sd[a-z]+\d*|md\d+)$/
  dev.get = name => (looks.test(name) ? nodeOf(name) : undefined) ?? get(name) ?? (name === 'md' && hasLinks() ? links : undefined)
  dev.list = function* () {
    const own = new Map(list())
    yield* own
    if (!own.has('md') && hasLinks()) yield ['md', links] as const
    for (const name of blockNames(door.world, guest)) {
      const node = own.has(name) ? undefined : nodeOf(name)
      if (node !== undefined) yield [name, node] as const
    }
  }
  dev.set = (name, node) => set!(name, node)
  dev.delete = name => {
    if (nodeOf(name) !== undefined) gone.set(name, identityOf(blockNamed(door.world, guest, name)))
    drop!(name)
  }
  dev.set('kmsg', kmsg(partition))
}

function linkDirectory({ door, guest }: Partition): Directory {
  const links = () => door.world.md.guests[guest]?.links ?? {}
  return listing({ names: () => Object.keys(links()), has: name => Object.hasOwn(links(), name), key: name => links()[name]!, make: name => symlink(`/dev/${links()[name]!}`) })
}

/** What is written becomes a line of the log; who reads gets what was said so far, and then the end. */
function kmsg(partition: Partition): Node {
  const read = new WeakMap<Caller, number>()
  return charDevice(1, 11, {
    read(p, max) {
      const from = read.get(p) ?? 0, lines = partition.log.kernel.slice(from, from + Math.max(1, Math.floor(max / 256)))
      read.set(p, from + lines.length)
      return lines.map(({ at, level, text }, i) => `${level},${from + i},${at - partition.machine.bootedAt},-;${text}\n`).join('')
    },
    write(bytes) {
      const [, level, text = ''] = /^(?:<(\d+)>)?([^]*)$/.exec(bytes.replace(/\n$/, '')) ?? []
      partition.log.kernelSays(text, level === undefined ? 4 : Number(level) & 7)
      return undefined
    },
  }, 0o644)
}
