/**
 * /sys below the adapters: a virtual I/O device for each SCSI host, the host, its targets and devices, and on each device its disk.
 *
 * Everything lies once, under /sys/devices/vio; classes and buses are links to it. Rules: a write is what the kernel makes of it, EINVAL
 * included; `state` wants its word with a line end; a device that is gone takes its directory with it.
 * Source: Linux 6.1 drivers/scsi/scsi_sysfs.c, drivers/scsi/ibmvscsi/ibmvscsi.c; recordings s20, p01.
 */
import { answers, type Os } from '../../models/hypervisor/state.ts'
import { deviceAt, type DeviceId } from '../../models/scsi/state.ts'
import { E, type Failure } from '../../shell/kernel/errno.ts'
import { dynFile, type Directory, type Node } from '../../shell/kernel/tree.ts'
import { ask } from '../answers.ts'
import type { Partition } from '../partition.ts'
import type { Inquiry } from '../views/scsi-proc.ts'
import { attribute, lazy, link, listing } from './nodes.ts'
import { diskDirectory } from './sys-block.ts'

export interface Adapters { readonly driver: string; readonly inquiry: Inquiry; /** Commands a disk takes at a time. */ readonly queueDepth: number; /** Seconds; absent: as the model has it. */ readonly timeout?: number }

/** The unit address of the virtual device that a host is. */
export const unitOf = (host: number): string => (0x30000002 + host).toString(16)
export const hostPath = (host: number): string => `devices/vio/${unitOf(host)}/host${host}`
export function addressOf({ door }: Partition, device: DeviceId): string {
  const { host, channel, id, lun } = door.world.scsi.disks[door.world.scsi.devices[device]!.disk]!
  return `${host}:${channel}:${id}:${lun}`
}
/** `devices/vio/30000003/host1/target1:0:0/1:0:0:0`. */
export const devicePath = (address: string): string => `${hostPath(Number(address.split(':')[0]))}/target${address.slice(0, address.lastIndexOf(':'))}/${address}`

export const hostsOf = ({ door, guest }: Partition): readonly number[] => { const bus = door.world.scsi.buses[guest]; return bus?.up ? bus.hosts : [] }
const devicesOf = ({ door, guest }: Partition): readonly DeviceId[] => door.world.scsi.buses[guest]?.devices ?? []
export const addressesOf = (partition: Partition): string[] => devicesOf(partition).map(device => addressOf(partition, device))
function deviceOf({ door, guest }: Partition, address: string): DeviceId | undefined {
  const [host, channel, id, lun] = address.split(':').map(Number) as [number, number, number, number]
  return deviceAt(door.world.scsi, guest, host, channel, id, lun)
}

/** /sys/devices/vio. */
export function vioDirectory(partition: Partition, adapters: Adapters): Directory {
  return listing({
    names: () => hostsOf(partition).map(unitOf), has: name => hostsOf(partition).some(host => unitOf(host) === name),
    make: name => {
      const host = Number.parseInt(name, 16) - 0x30000002
      return lazy({
        name: () => attribute(() => 'v-scsi'), devspec: () => attribute(() => `/vdevice/v-scsi@${name}`), modalias: () => attribute(() => 'vio:Tv-scsiSIBM,v-scsi'),
        driver: () => link(`../../../bus/vio/drivers/${adapters.driver}`), [`host${host}`]: () => hostDirectory(partition, host, adapters),
      })
    },
  })
}

function hostDirectory(partition: Partition, host: number, adapters: Adapters): Directory {
  const { door, guest } = partition
  const here = () => addressesOf(partition).filter(address => address.startsWith(`${host}:`))
  const targets = () => new Set(here().map(address => `target${address.slice(0, address.lastIndexOf(':'))}`))
  const fixed: Record<string, () => Node> = { scsi_host: () => lazy({ [`host${host}`]: () => hostAttributes(partition, host, adapters) }) }
  return listing({
    *names() { yield* Object.keys(fixed); yield* targets() },
    make: name => fixed[name]?.() ?? listing({
      names: () => here().filter(address => address.startsWith(name.slice('target'.length) + ':')),
      key: address => deviceAtKey(partition, address),
      make: address => deviceDirectory(partition, address, door.world.scsi.devices[deviceOf(partition, address)!]!.name, adapters),
    }),
    has: name => Object.hasOwn(fixed, name) || targets().has(name),
    key: name => name.startsWith('target') ? guest : '',
  })
}
const deviceAtKey = (partition: Partition, address: string): string => deviceOf(partition, address) ?? ''

/** What a server says it is: 3 is AIX (and VIOS), 2 Linux; nobody has looked what an IBM i says, 1 is assumed. */
export const osOf = (os: Os | undefined): number => os === 'ibm-i' ? 1 : os === 'linux' ? 2 : 3
/** What the server at the other end has said of itself at login. */
function server({ door, guest }: Partition, host: number): { name: string; number: number; os: number } {
  const { vscsi, hypervisor } = door.world
  for (const nwsd of Object.values(vscsi?.nwsds ?? {})) {
    if (nwsd.client !== guest || nwsd.adapter.scsiHost !== host || nwsd.adapter.requestLimit < 0) continue
    const partition = hypervisor?.guests[nwsd.host]
    return { name: nwsd.host, number: Object.keys(hypervisor?.guests ?? {}).indexOf(nwsd.host) + 1, os: osOf(partition?.os) }
  }
  return { name: vscsi === undefined ? 'qemu' : '', number: 0, os: vscsi === undefined ? 2 : 0 }
}

function hostAttributes(partition: Partition, host: number, { driver, queueDepth }: Adapters): Directory {
  const { door, guest } = partition
  const fixed = (text: string) => () => attribute(() => text)
  return lazy({
    device: () => link('../../../host' + host), subsystem: () => link('../../../../../../class/scsi_host'),
    active_mode: fixed('Initiator'), supported_mode: fixed('Initiator'), can_queue: fixed('100'), cmd_per_lun: fixed(String(queueDepth)), eh_deadline: fixed('off'),
    host_busy: fixed('0'), nr_hw_queues: fixed('1'), proc_name: fixed(driver), prot_capabilities: fixed('0'), prot_guard_type: fixed('0'), sg_prot_tablesize: fixed('0'),
    sg_tablesize: fixed('255'), unique_id: fixed(driver === 'ibmvscsi' ? '0' : String(host)), use_blk_mq: fixed('1'), state: fixed('running'),
    scan: () => attribute(null, word => scan(partition, host, word)),
    ...(driver === 'ibmvscsi' && {
      partition_name: () => attribute(() => server(partition, host).name), partition_number: () => attribute(() => String(server(partition, host).number)),
      srp_version: fixed('16.a'), mad_version: fixed('1'), os_type: () => attribute(() => String(server(partition, host).os)),
      vhost_loc: fixed(''), vhost_name: fixed(''), config: () => attribute(() => ''),
    }),
    host_reset: () => attribute(null, () => door.world.scsi.buses[guest]?.up && (door.world.hypervisor === undefined || answers(door.world.hypervisor.guests[guest]!)) ? E.EOPNOTSUPP : E.EINVAL),
  })
}

/** Three words, each `-` or a number; anything else, more words too, is EINVAL. */
function scan(partition: Partition, host: number, word: string): undefined | Failure {
  const words = word.trim().split(/\s+/)
  if (words.length !== 3 || words.some(each => !/^(-|0[xX][\da-fA-F]{1,8}|\d{1,10})$/.test(each))) return E.EINVAL
  const [channel, id, lun] = words.map(each => each === '-' ? undefined : /^0\d/.test(each) ? Number.parseInt(each, 8) : Number(each))
  return ask(partition, { type: 'scsi.scan', guest: partition.guest, host, ...(channel !== undefined && { channel }), ...(id !== undefined && { id }), ...(lun !== undefined && { lun }) } as never)
}

function deviceDirectory(partition: Partition, address: string, name: string, { inquiry, queueDepth, timeout }: Adapters): Directory {
  const { door, guest } = partition, fixed = (text: string) => () => attribute(() => text)
  const device = () => { const id = deviceOf(partition, address); return id === undefined ? undefined : door.world.scsi.devices[id] }
  return lazy({
    subsystem: () => link(`../../../../../../bus/scsi`), generic: () => link(`scsi_generic/sg${device()?.letter ?? 0}`),
    vendor: fixed(inquiry.vendor.padEnd(8)), model: fixed(inquiry.model.padEnd(16)), rev: fixed(inquiry.revision.padEnd(4)), type: fixed('0'), scsi_level: fixed(String(inquiry.ansi + 1)),
    queue_depth: fixed(String(queueDepth)), queue_type: fixed('simple'), queue_ramp_up_period: fixed('120000'), device_blocked: fixed('0'), device_busy: fixed('0'), eh_timeout: fixed('10'),
    iocounterbits: fixed('32'), iorequest_cnt: fixed('0x0'), iodone_cnt: fixed('0x0'), ioerr_cnt: fixed('0x0'), blacklist: fixed(''), modalias: fixed('scsi:t-0x00'), evt_media_change: fixed('0'),
    state: () => dynFile({
      read: () => `${device()?.state ?? 'deleted'}\n`,
      write: bytes => {
        const [, word] = /^(running|offline)\n/.exec(bytes) ?? []
        return word === undefined ? E.EINVAL : ask(partition, { type: 'scsi.setState', guest, name, state: word } as never)
      },
    }, 0o644),
    timeout: () => attribute(() => String(timeout ?? Math.round((device()?.timeoutMicros ?? 0) / 1e6)), word => /^\d{1,6}$/.test(word.trim()) && Number(word) > 0 ? ask(partition, { type: 'scsi.setTimeout', guest, name, seconds: Number(word) } as never) : E.EINVAL),
    delete: () => attribute(null, () => ask(partition, { type: 'scsi.deleteDevice', guest, name } as never)),
    // Asks the disk for its size again: it has not changed.
    rescan: () => attribute(null, () => undefined),
    block: () => lazy({ [name]: () => diskDirectory(partition, name) }),
    scsi_disk: () => lazy({ [address]: () => lazy({ device: () => link(`../../../${address}`), cache_type: fixed('write back'), FUA: fixed('0'), allow_restart: fixed('1'), manage_start_stop: fixed('0'), max_medium_access_timeouts: fixed('2'), provisioning_mode: fixed('full'), thin_provisioning: fixed('0'), protection_type: fixed('0') }) }),
    scsi_device: () => lazy({ [address]: () => lazy({ device: () => link(`../../../${address}`) }) }),
    scsi_generic: () => lazy({ [`sg${device()?.letter ?? 0}`]: () => lazy({ device: () => link(`../../../${address}`), dev: () => attribute(() => `21:${device()?.letter ?? 0}`) }) }),
  })
}
