/**
 * blockdev, partprobe, udevadm, losetup, sfdisk, fdisk -l: small questions about block devices, and the partition table. Nothing runs as udev here: events are
 * over when they are asked for. Source: util-linux 2.38, parted 3.5, systemd 252.
 */
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { failed } from '../../shell/kernel/errno.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { getopt } from '../../shell/tools/options.ts'
import { startOf } from '../files/block.ts'
import type { Partition } from '../partition.ts'
import { labelId, typeOf } from '../signatures.ts'
import { fullPath, humanSize, inUse, targetAt, unmodelled } from './device.ts'
import { attachLoop, detachLoop, freeLoop, loopsOf } from './loops.ts'

export const blockdev = (partition: Partition): Command => defineCommand({
  name: 'blockdev', dir: '/usr/sbin',
  *run(p) {
    const words = p.argv.slice(1), commands = words.filter(word => word.startsWith('-') && word !== '-v' && word !== '-q'), devices: string[] = []
    for (let i = 0; i < words.length; i++) if (/^--set(bsz|ra|fra)$/.test(words[i]!)) i++; else if (!words[i]!.startsWith('-')) devices.push(words[i]!)
    if (words.includes('-V') || words.includes('--version')) { yield* p.out('blockdev from util-linux 2.38.1\n'); return 0 }
    if (words.length === 0) { yield* p.err("blockdev: not enough arguments\nTry 'blockdev --help' for more information.\n"); return 1 }
    if (words.includes('--report')) return yield* unmodelled(p, '--report')
    if (devices.length === 0) { yield* p.err("blockdev: no device specified\nTry 'blockdev --help' for more information.\n"); return 1 }
    for (const path of devices) {
      const target = targetAt(partition, p, path)
      if (target === undefined || failed(target)) { yield* p.err(`blockdev: cannot open ${path}: ${target === undefined ? 'Inappropriate ioctl for device' : target.text}\n`); return 1 }
      const no = target.device.open?.(p, false)
      if (no !== undefined) { yield* p.err(`blockdev: cannot open ${path}: ${no.text}\n`); return 1 }
      const { block } = target, bytes = target.device.size(), array = block?.kind === 'array' ? partition.door.world.md.arrays[block.array] : undefined
      const fail = function* (text: string): Run { yield* p.err(`blockdev: ioctl error on ${text}\n`); return 1 }
      for (const command of commands) {
        switch (command) {
          case '--getsize64': yield* p.out(`${bytes}\n`); break
          case '--getsz': case '--getsize': yield* p.out(`${bytes / 512}\n`); break
          case '--getss': case '--getpbsz': case '--getiomin': yield* p.out('512\n'); break
          case '--getbsz': yield* p.out('4096\n'); break
          case '--getioopt': case '--getalignoff': case '--getdiscardzeroes': yield* p.out('0\n'); break
          case '--getmaxsect': yield* p.out('2560\n'); break
          case '--getra': case '--getfra': yield* p.out('256\n'); break
          case '--getro': yield* p.out(array?.mode === 'ro' ? '1\n' : '0\n'); break
          case '--flushbufs': case '--setra': case '--setfra': case '--setbsz': break
          case '--setro': case '--setrw': {
            if (block?.kind !== 'array') return yield* unmodelled(p, `${command} of a disk`)
            const refusal = array!.mode === (command === '--setro' ? 'ro' : 'rw') ? undefined : partition.door.dispatch({ type: 'md.setMode', array: block.array, mode: command === '--setro' ? 'readonly' : 'readwrite' } as never)
            if (refusal !== undefined) return yield* fail(`BLKROSET: Device or resource busy`)
            break
          }
          case '--rereadpt': {
            if (block?.kind === 'array') break
            if (block?.kind !== 'disk') return yield* fail('BLKRRPART: Invalid argument')
            const refusal = partition.door.dispatch({ type: 'scsi.readTable', guest: partition.guest, name: block.name } as never)
            if (refusal !== undefined) return yield* fail(`BLKRRPART: ${refusal.text}`)
            break
          }
          default:
            yield* p.err(`blockdev: Unknown command: ${command}\n`)
            return 1
        }
      }
    }
    return 0
  },
})

export const partprobe = (partition: Partition): Command => defineCommand({
  name: 'partprobe', dir: '/usr/sbin',
  *run(p) {
    const o = getopt(p.argv, { short: 'dshv', long: { 'dry-run': 'd', summary: 's', version: 'v', help: 'h' } })
    if (typeof o === 'string') { yield* p.err(`partprobe: ${o}\n`); return 1 }
    const names = o.operands.length > 0 ? o.operands : (partition.door.world.scsi.buses[partition.guest]?.devices ?? []).map(device => `/dev/${partition.door.world.scsi.devices[device]!.name}`)
    for (const path of names) {
      const target = targetAt(partition, p, path)
      if (target === undefined || failed(target)) { yield* p.err(`Error: Could not stat device ${path} - No such file or directory.\n`); return 1 }
      // Partitions in use stay as they are; partprobe then finds nothing to change.
      if (target.block?.kind === 'disk' && !o.has('d')) partition.door.dispatch({ type: 'scsi.readTable', guest: partition.guest, name: target.block.name } as never)
    }
    return 0
  },
})

export const udevadm = (partition: Partition): Command => defineCommand({
  name: 'udevadm',
  *run(p) {
    const [, verb, ...rest] = p.argv
    switch (verb) {
      case 'settle': case 'trigger': case 'control': return 0
      case '--version': case 'version': case '-V': yield* p.out('252\n'); return 0
      case 'info': {
        const name = rest.find((word, i) => word.startsWith('/') || /^(-n|--name|-p|--path)$/.test(rest[i - 1] ?? ''))?.replace(/^--(name|path)=/, '') ?? ''
        const target = targetAt(partition, p, name.startsWith('/') ? name : `/dev/${name}`)
        if (target === undefined || failed(target) || target.block === undefined) { yield* p.err(`Unknown device "${name}": No such device\n`); return 1 }
        const query = /(?:-q|--query)[= ]?(\w+)/.exec(rest.join(' '))?.[1] ?? 'all', link = p.find(`/sys/class/block/${target.name}`, false)
        const path = !failed(link) && link.kind === 'symlink' ? link.target.replace(/^(\.\.\/)+/, '/') : ''
        if (query === 'name') yield* p.out(`${target.name}\n`)
        else if (query === 'path') yield* p.out(`${path}\n`)
        else if (query === 'symlink') yield* p.out('\n')
        else {
          const pad = query === 'property' ? '' : 'E: ', { block } = target
          yield* p.out(`${pad === '' ? '' : `P: ${path}\nN: ${target.name}\n`}${pad}DEVPATH=${path}\n${pad}DEVNAME=/dev/${target.name}\n${pad}DEVTYPE=${block.kind === 'partition' ? 'partition' : 'disk'}\n${pad}MAJOR=${block.major}\n${pad}MINOR=${block.minor}\n${pad}SUBSYSTEM=block\n`)
        }
        return 0
      }
      default: return yield* unmodelled(p, verb ?? '')
    }
  },
})

export const losetup = (partition: Partition): Command => defineCommand({
  name: 'losetup', dir: '/usr/sbin',
  *run(p) {
    const o = getopt(p.argv, { short: 'ac:dDfj:lLno:O:Pb:rJvVh', long: { all: 'a', detach: 'd', 'detach-all': 'D', find: 'f', 'set-capacity': 'c:', associated: 'j:', list: 'l', nooverlap: 'L', offset: 'o:', output: 'O:', partscan: 'P', 'read-only': 'r', show: '(show)', sizelimit: '(limit):', noheadings: 'n', raw: '(raw)', json: 'J', 'direct-io': '(dio)::', 'sector-size': 'b:' } })
    if (typeof o === 'string') { yield* p.err(`losetup: ${o}\nTry 'losetup --help' for more information.\n`); return 1 }
    const loops = loopsOf(partition), numberOf = (path: string): number => Number(/^(?:\/dev\/)?loop(\d+)$/.exec(path)?.[1] ?? -1), full = (path: string): string => fullPath(p, path)
    const line = (n: number): string => { const loop = loops.get(n)!; return `/dev/loop${n}: []: (${loop.backing})${loop.offset > 0 ? `, offset ${loop.offset}` : ''}\n` }
    if (o.has('D')) { for (const n of [...loops.keys()]) detachLoop(partition, n); return 0 }
    if (o.has('d')) {
      let status = 0
      for (const path of o.operands) {
        const n = numberOf(path)
        if (loops.has(n) && inUse(partition, `loop${n}`) === null) detachLoop(partition, n)
        else if (loops.has(n)) loops.get(n)!.autoclear = true
        else { yield* p.err(`losetup: ${path}: detach failed: No such device or address\n`); status = 1 }
      }
      return status
    }
    const [first, second] = o.operands, file = o.has('f') ? first : second
    if (file === undefined) {
      if (o.has('f') && first === undefined) { yield* p.out(`/dev/loop${freeLoop(partition)}\n`); return 0 }
      if (o.get('j') !== undefined || o.has('a')) { yield* p.out([...loops.keys()].sort((a, b) => a - b).filter(n => o.get('j') === undefined || loops.get(n)!.backing === full(o.get('j')!)).map(line).join('')); return 0 }
      if (first !== undefined) {
        if (loops.has(numberOf(first))) { yield* p.out(line(numberOf(first))); return 0 }
        yield* p.err(`losetup: ${first}: failed to use device: No such device\n`)
        return 1
      }
      if (loops.size > 0) {
        const rows = [['NAME', 'SIZELIMIT', 'OFFSET', 'AUTOCLEAR', 'RO', 'BACK-FILE', 'DIO', 'LOG-SEC'], ...[...loops.values()].map(l => [`/dev/loop${l.number}`, String(l.limit), String(l.offset), l.autoclear ? '1' : '0', l.readOnly ? '1' : '0', l.backing, '0', '512'])]
        const widths = rows[0]!.map((_c, i) => Math.max(...rows.map(row => row[i]!.length)))
        yield* p.out(rows.map(row => `${row.map((cell, i) => (i === 0 || i === 5 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' ')}\n`).join(''))
      }
      return 0
    }
    const node = p.find(file), number = o.has('f') ? freeLoop(partition) : numberOf(first!)
    if (failed(node)) { yield* p.err(`losetup: ${file}: failed to set up loop device: ${node.text}\n`); return 1 }
    if (node.kind !== 'file') { yield* p.err(`losetup: ${file}: failed to set up loop device: Invalid argument\n`); return 1 }
    if (number < 0 || loops.has(number)) { yield* p.err(`losetup: ${first}: failed to set up loop device: Device or resource busy\n`); return 1 }
    attachLoop(partition, node, full(file), { number, readOnly: o.has('r'), offset: Number(o.get('o') ?? 0), limit: Number(o.get('(limit)') ?? 0) })
    if (o.has('(show)')) yield* p.out(`/dev/loop${number}\n`)
    return 0
  },
})

/** The lines of a dump, for whoever reads one back: number, start, size, type. */
function rowsOf(partition: Partition, disk: Parameters<typeof labelId>[0], name: string): { device: string; start: number; size: number; type: number; boot: boolean }[] {
  const { scsi } = partition.door.world
  return scsi.disks[disk]!.partitions.map(one => ({ device: `/dev/${name}${one.number}`, start: startOf(scsi, disk, one.number) * 2, size: one.sizeKib * 2, type: typeOf(one.name), boot: one.number === 1 }))
}

export const sfdisk = (partition: Partition): Command => defineCommand({
  name: 'sfdisk', dir: '/usr/sbin',
  *run(p) {
    const o = getopt(p.argv, { short: 'aAbdfFgJlN:no:O:qrsTuvVwX:Y:h', long: { dump: 'd', list: 'l', force: 'f', 'no-reread': '(r)', 'no-act': 'n', quiet: 'q', json: 'J', 'show-size': 's', reorder: 'r', append: 'a', wipe: 'w:', 'wipe-partitions': '(w):', verify: 'V', 'part-type': '(t)', delete: '(delete)', activate: 'A', 'no-tell-kernel': '(k)', backup: 'b', label: 'X:' } })
    if (typeof o === 'string') { yield* p.err(`sfdisk: ${o}\nTry 'sfdisk --help' for more information.\n`); return 1 }
    const odd = ['A', 'J', 'F', 'g', 'N', 'r', 'T', '(t)', '(delete)', 'a'].find(key => o.has(key))
    if (odd !== undefined) return yield* unmodelled(p, odd.startsWith('(') ? 'with this option' : `-${odd}`)
    const path = o.operands[0]
    if (path === undefined) { yield* p.err('sfdisk: no disk device specified\n'); return 1 }
    const target = targetAt(partition, p, path)
    if (target === undefined || failed(target)) { yield* p.err(`sfdisk: cannot open ${path}: ${target === undefined ? 'Inappropriate ioctl for device' : target.text}\n`); return 1 }
    if (target.block?.kind !== 'disk') return yield* unmodelled(p, 'of anything but a whole disk')
    const { disk, name } = target.block, d = partition.door.world.scsi.disks[disk]!, read = target.device.open?.(p, true)
    if (read !== undefined || d.path !== 'ok') { yield* p.err(`sfdisk: cannot open ${path}: ${read?.text ?? 'Input/output error'}\n`); return 1 }
    const rows = rowsOf(partition, disk, name)
    if (o.has('s')) { yield* p.out(`${d.sizeKib}\n`); return 0 }
    if (o.has('d')) {
      if (d.blank) { yield* p.err(`sfdisk: ${path}: does not contain a recognized partition table\n`); return 1 }
      const wide = (n: number): string => String(n).padStart(11)
      yield* p.out(`label: dos\nlabel-id: 0x${labelId(disk).toString(16).padStart(8, '0')}\ndevice: ${path}\nunit: sectors\nsector-size: 512\n\n${rows.map(row => `${row.device} : start=${wide(row.start)}, size=${wide(row.size)}, type=${row.type.toString(16)}${row.boot ? ', bootable' : ''}\n`).join('')}`)
      return 0
    }
    if (o.has('l')) return yield* listDisk(partition, p, path, name, disk)
    const text = yield* p.readAll(0)
    if (failed(text)) { yield* p.err(`sfdisk: ${text.text}\n`); return 1 }
    if (!o.has('f') && !d.blank && inUse(partition, name) !== null) {
      yield* p.out('Checking that no-one is using this disk right now ... FAILED\n\n')
      yield* p.err('This disk is currently in use - repartitioning is probably a bad idea.\nUmount all file systems, and swapoff all swap partitions on this disk.\nUse the --no-reread flag to suppress this check.\n\nsfdisk: Use the --force flag to overrule all checks.\n')
      return 1
    }
    const given = [...text.matchAll(/start= *(\d+), *size= *(\d+)/g)].map(([, start, size]) => `${start} ${size}`)
    if (given.join() !== rows.map(row => `${row.start} ${row.size}`).join()) return yield* unmodelled(p, `with another layout than that of the disks of this guest`)
    if (o.has('n')) return 0
    const refusal = partition.door.dispatch({ type: 'scsi.partitionDisk', disk } as never)
    if (refusal !== undefined) { yield* p.err(`sfdisk: failed to write disk label: Input/output error\n`); return 1 }
    if (!o.has('q')) yield* p.out('Checking that no-one is using this disk right now ... OK\n\nThe partition table has been altered.\nCalling ioctl() to re-read partition table.\nSyncing disks.\n')
    return 0
  },
})

export const fdisk = (partition: Partition): Command => defineCommand({
  name: 'fdisk', dir: '/usr/sbin',
  *run(p) {
    const listed = p.argv.some(word => /^-\w*l/.test(word) || word === '--list'), given = p.argv.slice(1).filter(word => !word.startsWith('-'))
    if (!listed) return yield* unmodelled(p, 'without -l')
    const { scsi } = partition.door.world
    for (const path of given.length > 0 ? given : (scsi.buses[partition.guest]?.devices ?? []).map(device => `/dev/${scsi.devices[device]!.name}`)) {
      const target = targetAt(partition, p, path)
      if (target === undefined || failed(target)) { yield* p.err(`fdisk: cannot open ${path}: ${target === undefined ? 'Inappropriate ioctl for device' : target.text}\n`); return 1 }
      if (target.block?.kind === 'disk') yield* listDisk(partition, p, path, target.name, target.block.disk)
    }
    return 0
  },
})
const TYPES: Readonly<Record<number, string>> = { 0x41: 'PPC PReP Boot', 0xfd: 'Linux raid autodetect' }
function* listDisk(partition: Partition, p: Process, path: string, name: string, disk: Parameters<typeof labelId>[0]): Run {
  const d = partition.door.world.scsi.disks[disk]!, bytes = d.sizeKib * 1024, size = humanSize(bytes).replace(/([KMGT])$/, ' $1iB')
  yield* p.out(`Disk ${path}: ${size}, ${bytes} bytes, ${bytes / 512} sectors\nDisk model: VDASD           \nUnits: sectors of 1 * 512 = 512 bytes\nSector size (logical/physical): 512 bytes / 512 bytes\nI/O size (minimum/optimal): 512 bytes / 512 bytes\n`)
  if (d.blank) return 0
  yield* p.out(`Disklabel type: dos\nDisk identifier: 0x${labelId(disk).toString(16).padStart(8, '0')}\n\n`)
  const rows = [['Device', 'Boot', 'Start', 'End', 'Sectors', 'Size', 'Id', 'Type'], ...rowsOf(partition, disk, name).map(row => [row.device, row.boot ? '*' : '', String(row.start), String(row.start + row.size - 1), String(row.size), humanSize(row.size * 512), row.type.toString(16), TYPES[row.type]!])]
  const widths = rows[0]!.map((_c, i) => Math.max(...rows.map(row => row[i]!.length)))
  yield* p.out(`${rows.map(row => `${row.map((cell, i) => (i === 7 ? cell : i >= 2 && i <= 6 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(' ')}\n`).join('')}`)
  return 0
}
