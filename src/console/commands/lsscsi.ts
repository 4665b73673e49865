/**
 * lsscsi 0.31: SCSI devices by address, with the names the kernel gave them. Read from the world that sysfs shows; what needs udev's links or vital product
 * data prints what the real tool prints without them. Source: lsscsi.c 0.31, the recordings.
 */
import { deviceNamed, type DeviceId } from '../../models/scsi/state.ts'
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { failed } from '../../shell/kernel/errno.ts'
import { out } from '../../shell/tools/io.ts'
import { getopt } from '../../shell/tools/options.ts'
import { hostsOf } from '../files/sys-scsi.ts'
import type { Partition } from '../partition.ts'
import { sdNumbers } from '../views/names.ts'
import { unmodelled } from './device.ts'

const LONG = {
  brief: 'b', classic: 'c', controllers: 'C', device: 'd', generic: 'g', help: 'h', hosts: 'H', kname: 'k', list: 'L', long: 'l', 'long-unit': 'U', lunhex: 'x', 'no-nvme': 'N', pdt: 'D', protection: 'p',
  protmode: 'P', scsi_id: 'i', size: 's', 'sz-lbs': 'S', sysfsroot: 'y:', transport: 't', unit: 'u', verbose: 'v', version: 'V', wwn: 'w',
}

export const lsscsi = (partition: Partition): Command => defineCommand({
  name: 'lsscsi',
  *run(p) {
    const o = getopt(p.argv, { short: 'bcCdDghHiklLNpPsStuUvVwxy:', long: LONG })
    if (typeof o === 'string') {
      yield* p.err(`lsscsi: ${o}\nUsage: lsscsi   [--brief] [--classic] [--controllers] [--device] [--generic] [--help] [--hosts] [--kname] [--list] [--long] [--size] [--transport] [<h:c:t:l>]\n`)
      return 1
    }
    if (o.has('V')) { yield* p.err('version: 0.31  2020/02/20 [svn: r160]\n'); return 0 }
    if (o.has('h')) { yield* p.err('hotspare: lsscsi [-b] [-c] [-d] [-g] [-H] [-k] [-l] [-L] [-s] [-t] [<h:c:t:l>]\n'); return 0 }
    const unknown = o.all.find(([key]) => 'DpPStuUwxyi'.includes(key) && key !== 't')?.[0]
    if (unknown !== undefined) return yield* unmodelled(p, `-${unknown}`)
    const { door, guest } = partition, { scsi } = door.world, filter = (o.operands[0] ?? '*:*:*:*').replace(/^\[|\]$/g, '').split(':')
    const file = function* (path: string) { const text = yield* p.readFile(path); return failed(text) ? '' : text.replace(/\n$/, '') }
    let text = ''
    if (o.has('H', 'C')) {
      for (const host of hostsOf(partition)) {
        const of = `/sys/class/scsi_host/host${host}/`
        text += `[${host}]    ${(yield* file(`${of}proc_name`)).padEnd(14)}${o.has('t') ? '' : ''}\n`
        if (o.has('l')) {
          const row: string[] = []
          for (const name of ['cmd_per_lun', 'host_busy', 'sg_tablesize', 'unchecked_isa_dma', 'can_queue', 'state']) { const value = yield* file(of + name); if (value !== '') row.push(`${name}=${value}`) }
          text += `  ${row.join(' ')}\n`
        }
      }
      return (yield* out(p, text)) ? 0 : 1
    }
    if (o.has('c')) text += 'Attached devices: \n'
    for (const device of sorted(partition)) {
      const d = scsi.devices[device]!, { host, channel, id, lun } = scsi.disks[d.disk]!, address = [host, channel, id, lun]
      if (address.some((n, i) => (filter[i] ?? '*') !== '*' && filter[i] !== '-' && Number(filter[i]) !== n)) continue
      const of = `/sys/bus/scsi/devices/${address.join(':')}/`, named = deviceNamed(scsi, guest, d.name) === device
      const [vendor, model, rev] = [yield* file(`${of}vendor`), yield* file(`${of}model`), yield* file(`${of}rev`)] as [string, string, string]
      if (o.has('c')) {
        const two = (n: number): string => String(n).padStart(2, '0')
        text += `Host: scsi${host} Channel: ${two(channel)} Target: ${two(id)} Lun: ${two(lun)}\n  Vendor: ${vendor.padEnd(8)} Model: ${model.padEnd(16)} Rev: ${rev.padEnd(4)}\n  Type:   Direct-Access                    ANSI SCSI revision: 05\n`
        continue
      }
      text += `[${address.join(':')}]`.padEnd(13)
      if (!o.has('b')) text += 'disk    '
      if (o.has('t')) text += ' '.repeat(32)
      else if (!o.has('b')) text += `${vendor.padEnd(8).slice(0, 8)} ${model.padEnd(16).slice(0, 16)} ${rev.padEnd(4).slice(0, 4)}  `
      text += named ? `/dev/${d.name}${o.has('d') ? `[${sdNumbers(d.letter, 0).join(':')}]` : ''} ` : '-        '
      if (o.has('g')) text += ` /dev/sg${d.letter}${o.has('d') ? `[21:${d.letter}]` : ''} `
      if (o.has('s')) text += ` ${decimal(scsi.disks[d.disk]!.sizeKib * 1024, o.every('s').length)}`
      text += '\n'
      if (o.has('l', 'L')) {
        const row: string[] = [], join = o.has('L') ? '\n  ' : ' '
        for (const name of ['state', 'queue_depth', 'scsi_level', 'type', 'device_blocked', 'timeout']) row.push(`${name}=${yield* file(of + name)}`)
        text += `  ${row.join(join)} \n`.replace(o.has('L') ? / \n$/ : /$^/, '\n')
      }
    }
    return (yield* out(p, text)) ? 0 : 1
  },
})

function sorted({ door, guest }: Partition): DeviceId[] {
  const { scsi } = door.world, key = (device: DeviceId): number[] => { const { host, channel, id, lun } = scsi.disks[scsi.devices[device]!.disk]!; return [host, channel, id, lun] }
  return [...scsi.buses[guest]?.devices ?? []].sort((x, y) => { const a = key(x), b = key(y), i = a.findIndex((n, at) => n !== b[at]); return i < 0 ? 0 : a[i]! - b[i]! })
}
/** `134MB`, `1.07GB` with one -s; powers of two with the second. */
function decimal(bytes: number, times: number): string {
  const base = times > 1 ? 1024 : 1000, units = times > 1 ? ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] : ['B', 'KB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes, unit = 0
  while (value >= base && unit < 5) { value /= base; unit++ }
  const text = value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : String(Math.floor(value))
  return `${text}${units[unit]}`.padStart(6)
}
