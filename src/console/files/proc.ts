/**
 * What /proc says of disks, mirrors and file systems, and the files there that are written to: /proc/scsi/scsi, the speed limits, sysrq-trigger.
 * Source: Linux 6.1 drivers/scsi/scsi_proc.c, drivers/md/md.c, block/genhd.c, fs/proc_namespace.c, mm/swapfile.c; recordings s20, s14.
 */
import type { AnyEvent } from '../../core/model.ts'
import { E, type Failure } from '../../shell/kernel/errno.ts'
import { dynFile, type DynFile } from '../../shell/kernel/tree.ts'
import { ask, notModelled } from '../answers.ts'
import { networkOf } from '../commands/ip.ts'
import type { Partition } from '../partition.ts'
import { mdstat } from '../views/mdstat.ts'
import { procPartitions } from '../views/partitions.ts'
import { procScsi, type Inquiry } from '../views/scsi-proc.ts'
import { blockNamed, blockNames } from './block.ts'
import { ifInet6 } from './net.ts'
import { textFile } from './nodes.ts'

/** Path below /proc → file. */
export function procFiles(partition: Partition, { inquiry, scsiProc }: { inquiry: Inquiry; scsiProc: boolean }): Record<string, () => DynFile> {
  const { door, guest } = partition
  return {
    mdstat: () => textFile(() => mdstat(door.world.md, guest, door.now)),
    partitions: () => textFile(() => procPartitions(door.world.scsi, door.world.md, guest)),
    ...(scsiProc && { 'scsi/scsi': () => dynFile({ read: () => procScsi(door.world.scsi, guest, inquiry), write: bytes => writeProcScsi(partition, bytes) }, 0o644) }),
    'scsi/device_info': () => textFile(() => ''),
    ...(networkOf(partition) !== undefined && { 'net/if_inet6': () => textFile(() => ifInet6(partition)) }),
    mounts: () => textFile(() => procMounts(partition)),
    'sysrq-trigger': () => dynFile({ write: bytes => sysrq(partition, bytes.charAt(0)) }, 0o200),
    swaps: () => textFile(() => procSwaps(partition)),
    diskstats: () => textFile(() => diskstats(partition)),
    devices: () => textFile(() => DEVICES),
    filesystems: () => textFile(() => FILESYSTEMS),
    'sys/dev/raid/speed_limit_min': () => limit(partition, 'min'),
    'sys/dev/raid/speed_limit_max': () => limit(partition, 'max'),
  }
}

/** `scsi add-single-device H C T L` and its opposite: numbers as simple_strtoul reads them, what is missing is 0. Anything else is EINVAL. */
function writeProcScsi(partition: Partition, bytes: string): undefined | Failure {
  const [, verb] = /^scsi (add|remove)-single-device/.exec(bytes) ?? []
  if (verb === undefined) return E.EINVAL
  let rest = bytes.slice('scsi -single-device'.length + verb.length + 1)
  const number = (): number => {
    const [digits = ''] = /^(0[xX][\da-fA-F]+|\d+)/.exec(rest) ?? []
    rest = rest.slice(digits.length + 1)
    return digits === '' ? 0 : /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
  }
  const host = number(), channel = number(), id = number(), lun = number()
  return ask(partition, { type: verb === 'add' ? 'scsi.addDevice' : 'scsi.removeDevice', guest: partition.guest, host, channel, id, lun } as never)
}

/** proc_dointvec: one whole number, whatever white space there is around it. */
function limit(partition: Partition, which: 'min' | 'max'): DynFile {
  const { door, guest } = partition
  return dynFile({
    read: () => { const g = door.world.md.guests[guest]; return `${which === 'min' ? g?.speedMin ?? 1000 : g?.speedMax ?? 200_000}\n` },
    write(bytes) {
      const word = bytes.trim()
      if (word === '') return undefined
      if (!/^-?\d{1,10}(\s|$)/.test(word)) return E.EINVAL
      return ask(partition, { type: 'md.setSpeedLimit', guest, [which]: Math.max(0, Number.parseInt(word, 10)) } as never)
    },
  }, 0o644)
}

/** Spaces, tabs, line ends and backslashes in names are octal, as seq_path does. */
const escaped = (name: string): string => name.replace(/[ \t\n\\]/g, char => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)

/** The file system that the partition runs from: the array that boots, or memory where there is no such thing. */
export function rootMount({ door, guest }: Partition): { source: string; type: string; options: string } {
  const { boot, md } = door.world, here = boot?.guests[guest], root = here?.root == null ? undefined : md.arrays[here.root]
  const ro = here?.rootState === 'read-only'
  return root === undefined ? { source: 'rootfs', type: 'rootfs', options: 'rw' } : { source: `/dev/${root.name}`, type: 'ext4', options: `${ro ? 'ro' : 'rw'},relatime,errors=remount-ro` }
}
const ALWAYS = `sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0
proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0
udev /dev devtmpfs rw,nosuid,relatime 0 0
devpts /dev/pts devpts rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=000 0 0
tmpfs /run tmpfs rw,nosuid,nodev,noexec,relatime,size=10%,mode=755 0 0
`
function procMounts(partition: Partition): string {
  const { source, type, options } = rootMount(partition)
  return `${ALWAYS}${source} / ${type} ${options} 0 0\n` + partition.mounts.map(m => `${escaped(m.source)} ${escaped(m.target)} ${m.type} ${m.options} 0 0\n`).join('')
}

export function procSwaps({ swaps }: Partition): string {
  return 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' +
    swaps.map(({ path, sizeKib, usedKib, priority }) => `${escaped(path)}${' '.repeat(Math.max(1, 40 - path.length))}partition\t${sizeKib}${sizeKib < 1e7 ? '\t' : ''}\t${usedKib}${usedKib < 1e7 ? '\t' : ''}\t${priority}\n`).join('')
}

/** Nothing is counted: every device with zeros. */
function diskstats({ door, guest }: Partition): string {
  let text = ''
  for (const name of blockNames(door.world, guest)) {
    const { major, minor } = blockNamed(door.world, guest, name)!
    text += `${String(major).padStart(4)} ${String(minor).padStart(7)} ${name}${' 0'.repeat(17)}\n`
  }
  return text
}

const DEVICES = `Character devices:
  1 mem
  4 /dev/vc/0
  4 tty
  5 /dev/tty
  5 /dev/console
  5 /dev/ptmx
 10 misc
 13 input
 21 sg
136 pts
229 hvc

Block devices:
  7 loop
  8 sd
  9 md
 65 sd
 66 sd
 67 sd
 68 sd
 69 sd
 70 sd
 71 sd
128 sd
129 sd
130 sd
131 sd
132 sd
133 sd
134 sd
135 sd
254 mdp
259 blkext
`
const FILESYSTEMS = ['sysfs', 'tmpfs', 'bdev', 'proc', 'cgroup', 'cgroup2', 'devtmpfs', 'debugfs', 'securityfs', 'sockfs', 'pipefs', 'ramfs', 'devpts', 'mqueue'].map(name => `nodev\t${name}\n`).join('') + '\text3\n\text2\n\text4\n'

/** `b` reboots at once, `c` crashes, both without shutting down; `s` and `u` (sync, remount) have nothing to do that the models know. */
function sysrq(partition: Partition, key: string): Failure | undefined {
  if (key === 's' || key === 'u') return undefined
  if ((key === 'b' || key === 'c') && partition.door.world.hypervisor !== undefined) {
    return ask(partition, { type: 'hypervisor.crash', guest: partition.guest, restart: true } as AnyEvent)
  }
  return notModelled(partition, `sysrq ${key}`)
}
