/**
 * A guest with disks on hosts 1, 2, 3 … and a person at its console: commands as they are typed, time in seconds, looks as words.
 * Disks are those of the recordings: 128 MiB with PReP, swap and root partitions.
 */
import { mdstatOf } from '../../conformance/looks.ts'
import { Guest, GUEST, type Ran } from '../../conformance/md-guest.ts'
import { mdstat } from '../../../src/console/views/mdstat.ts'
import { arrayState } from '../../../src/console/views/md-sysfs.ts'
import { arrayNamed, type ArrayView } from '../../../src/models/md/state.ts'
import { deviceNamed, type DiskId } from '../../../src/models/scsi/state.ts'

export class Session extends Guest {
  constructor(hosts: number, { hotplug = false, mib = 128, speed = 20_000 } = {}) {
    super({ diskMib: Array.from({ length: hosts }, () => mib), hotplug, vscsi: false })
    this.type(`echo ${speed} > /proc/sys/dev/raid/speed_limit_max`)
  }
  /** Types a line, waits a moment, and returns its exit status; 0 for a command that waits for a disk and goes on in the background. */
  type(line: string): number { return this.print(line).status ?? 0 }
  /** The same, with what it prints. */
  print(line: string): Ran {
    const ran = this.run(line, this.now, this.now + 0.3, 0)
    if (/command not found/.test(ran.err)) throw new Error(`not there: ${ran.err}`)
    return ran
  }
  wait(seconds: number): void { this.advance(this.now + seconds) }
  /** Creates a mirror on partition 3 of the named disks and lets it become clean. */
  mirror(disks: string, { raidDevices = 2, metadata = '1.2', partition = 3, name = 'md1', more = '' } = {}): void {
    const members = [...disks].map(letter => letter === '-' ? 'missing' : `/dev/sd${letter}${partition}`)
    this.type(`mdadm --create /dev/${name} --run --metadata=${metadata} --level=1 --assume-clean ${more} --raid-devices=${raidDevices} --spare-devices=${members.length - raidDevices} ${members.join(' ')}`)
    this.wait(1)
  }
  /** `sdc3[2](S) sdb3[1] sda3[0] | [2/2] [UU]`, with what goes on. */
  look(name = 'md1'): string {
    const line = mdstatOf(mdstat(this.world.md, GUEST, this.sim.now)).find(one => one.startsWith(`${name} :`)) ?? ''
    return line.replace(/^md\d+ : (in)?active ?(\([a-z-]+\))? ?(raid1 )?/, (_, inactive: string | undefined, mode: string | undefined) => `${inactive === undefined ? '' : 'inactive '}${mode === undefined ? '' : `${mode} `}`)
      .replace(/ \| \d+ blocks(?: super [\d.]+)?/, ' |')
  }
  array(name = 'md1'): ArrayView { return this.world.md.arrays[arrayNamed(this.world.md, GUEST, name)!]! }
  state(name = 'md1'): string { return arrayState(this.array(name), this.sim.now) }
  write(name = 'md1'): number { return this.type(`dd if=/dev/zero of=/dev/${name} bs=4k count=1 oflag=direct`) }
  read(name = 'md1'): number { return this.type(`dd if=/dev/${name} of=/dev/null bs=4k count=1 iflag=direct`) }
  /** Names on the bus by host number from 1. */
  names(): Record<string, string> {
    return Object.fromEntries(this.world.scsi.buses[GUEST]!.devices.map(device => [this.world.scsi.devices[device]!.disk, this.world.scsi.devices[device]!.name]))
  }
  silence(host: number): void { this.do({ type: 'scsi.silencePath', disk: `d${host}` as DiskId }) }
  blank(host: number): void { this.do({ type: 'scsi.blankDisk', disk: `d${host}` as DiskId }) }
  stateOf(name: string): string | undefined {
    const device = deviceNamed(this.world.scsi, GUEST, name)
    return device === undefined ? undefined : this.world.scsi.devices[device]!.state
  }
  /** The seed's steps for the disk of one host, which is back. */
  recover(host: number, name: string, arrays: readonly [array: string, partition: number][]): void {
    for (const [array, part] of arrays) this.type(`mdadm /dev/${array} -f /dev/${name}${part}`)
    for (const [array, part] of arrays) this.type(`mdadm /dev/${array} --remove /dev/${name}${part}`)
    this.type(`echo "scsi remove-single-device ${host - 1} 0 0 0" > /proc/scsi/scsi`)
    this.type(`echo "- - -" > /sys/class/scsi_host/host${host - 1}/scan`)
    const now = this.names()[`d${host}`]
    for (const [array, part] of arrays) this.type(`mdadm /dev/${array} -a /dev/${now}${part}`)
  }
}
