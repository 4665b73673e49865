/**
 * The tree of /sys: devices once, and the links of classes and buses to them. What lies in the directories is in the files beside this one.
 * Source: Linux 6.1 Documentation/filesystems/sysfs.rst, Documentation/ABI.
 */
import type { Directory, Node } from '../../shell/kernel/tree.ts'
import type { Partition } from '../partition.ts'
import { blockNamed, blockNames } from './block.ts'
import { netClass } from './net.ts'
import { attribute, lazy, link, listing } from './nodes.ts'
import { virtualBlock } from './sys-block.ts'
import { addressesOf, addressOf, devicePath, hostPath, hostsOf, unitOf, vioDirectory, type Adapters } from './sys-scsi.ts'

export function sysDirectory(partition: Partition, adapters: Adapters): Directory {
  const { door, guest } = partition
  const pathOf = (name: string): string | undefined => {
    const b = blockNamed(door.world, guest, name)
    if (b === undefined) return undefined
    if (b.kind === 'array') return `devices/virtual/block/${name}`
    const disk = door.world.scsi.devices[b.device]!.name
    return `${devicePath(addressOf(partition, b.device))}/block/${disk}${b.kind === 'partition' ? `/${name}` : ''}`
  }
  /** Links to what has these names, so many directories up. */
  const links = (up: number, names: () => Iterable<string>, path: (name: string) => string | undefined): Directory =>
    listing({ names, key: name => path(name) ?? '', make: name => link('../'.repeat(up) + (path(name) ?? '')) })
  const blocks = (parts: boolean) => () => [...blockNames(door.world, guest, parts)]
  const hosts = () => hostsOf(partition).map(host => `host${host}`), hostOf = (name: string) => Number(name.slice(4)), addresses = () => addressesOf(partition)
  const numbers = new Map<string, string>()
  const byNumber = () => {
    numbers.clear()
    for (const name of blockNames(door.world, guest)) { const b = blockNamed(door.world, guest, name)!; numbers.set(`${b.major}:${b.minor}`, name) }
    return [...numbers.keys()]
  }
  const classes: Record<string, () => Node> = {
    block: () => links(2, blocks(true), pathOf),
    scsi_host: () => links(2, hosts, name => `${hostPath(hostOf(name))}/scsi_host/${name}`),
    scsi_device: () => links(2, addresses, address => `${devicePath(address)}/scsi_device/${address}`),
    scsi_disk: () => links(2, addresses, address => `${devicePath(address)}/scsi_disk/${address}`),
    net: () => netClass(partition),
  }
  return lazy({
    block: () => links(1, blocks(false), pathOf),
    class: () => lazy(classes),
    bus: () => lazy({
      scsi: () => lazy({
        devices: () => links(3, () => [...addresses(), ...hosts(), ...new Set(addresses().map(address => `target${address.slice(0, address.lastIndexOf(':'))}`))], name =>
          name.startsWith('host') ? hostPath(hostOf(name)) : name.startsWith('target') ? devicePath(`${name.slice(6)}:0`).replace(/\/[^/]*$/, '') : devicePath(name)),
        drivers: () => lazy({ sd: () => links(4, addresses, devicePath) }),
      }),
      vio: () => lazy({
        devices: () => links(3, () => hostsOf(partition).map(unitOf), name => `devices/vio/${name}`),
        drivers: () => lazy({ [adapters.driver]: () => links(4, () => hostsOf(partition).map(unitOf), name => `devices/vio/${name}`) }),
      }),
    }),
    dev: () => lazy({ block: () => links(2, byNumber, number => pathOf(numbers.get(number) ?? ''))}),
    devices: () => lazy({ vio: () => vioDirectory(partition, adapters), virtual: () => lazy({ block: () => virtualBlock(partition) }), system: () => lazy({ cpu: () => lazy({ online: () => attribute(() => '0'), possible: () => attribute(() => '0'), present: () => attribute(() => '0') }) }) }),
    kernel: () => lazy({ uevent_seqnum: () => attribute(() => '1000') }),
    module: () => lazy({
      md_mod: () => lazy({ parameters: () => lazy({ start_ro: () => attribute(() => '0'), start_dirty_degraded: () => attribute(() => '0'), new_array: () => attribute(null, () => undefined), create_on_open: () => attribute(() => 'N') }) }),
      scsi_mod: () => lazy({ parameters: () => lazy({ scan: () => attribute(() => 'sync'), max_luns: () => attribute(() => '512') }) }), [adapters.driver]: () => lazy({}), raid1: () => lazy({}),
    }),
    fs: () => lazy({}), firmware: () => lazy({}), power: () => lazy({}),
  })
}
