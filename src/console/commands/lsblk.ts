/**
 * lsblk of util-linux 2.38: the tree of disks, partitions and arrays. In the C locale lines are drawn with `|-` and '`-'. What a device holds is read from it,
 * as lsblk does without udev. Source: lsblk.c, libsmartcols; recording s01.
 */
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { failed } from '../../shell/kernel/errno.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { getopt } from '../../shell/tools/options.ts'
import { blockNamed, blockNames, type BlockName } from '../files/block.ts'
import { holdersOf } from '../files/sys-block.ts'
import type { Partition } from '../partition.ts'
import { labelId, typeOf } from '../signatures.ts'
import { volumes } from '../volumes.ts'
import { holds, humanSize, mountpointsOf, partUuid, targetAt, type Held } from './device.ts'
import { loopsOf } from './loops.ts'

/** Columns that are known, and which are right-aligned. */
const RIGHT = new Set(['SIZE', 'RO', 'RM', 'RA', 'ROTA', 'RQ-SIZE', 'PHY-SEC', 'LOG-SEC', 'MIN-IO', 'OPT-IO', 'FSAVAIL', 'FSUSE%', 'FSSIZE', 'FSUSED', 'START', 'ALIGNMENT', 'RAND'])
const DEFAULT = ['NAME', 'MAJ:MIN', 'RM', 'SIZE', 'RO', 'TYPE', 'MOUNTPOINTS'], FS = ['NAME', 'FSTYPE', 'FSVER', 'LABEL', 'UUID', 'FSAVAIL', 'FSUSE%', 'MOUNTPOINTS']
const KNOWN = ['NAME', 'KNAME', 'PATH', 'MAJ:MIN', 'RM', 'SIZE', 'RO', 'TYPE', 'MOUNTPOINT', 'MOUNTPOINTS', 'FSTYPE', 'FSVER', 'LABEL', 'UUID', 'FSAVAIL', 'FSUSE%', 'FSSIZE', 'FSUSED', 'PARTTYPE', 'PARTUUID', 'PARTLABEL', 'PTTYPE', 'PTUUID',
  'PKNAME', 'MODEL', 'SERIAL', 'VENDOR', 'REV', 'STATE', 'OWNER', 'GROUP', 'MODE', 'TRAN', 'HCTL', 'ROTA', 'START', 'PHY-SEC', 'LOG-SEC', 'MIN-IO', 'OPT-IO', 'SCHED', 'RQ-SIZE', 'RA', 'ALIGNMENT', 'RAND', 'WWN', 'SUBSYSTEMS', 'HOTPLUG', 'PARTFLAGS', 'DISC-ALN', 'DISC-GRAN', 'DISC-MAX', 'DISC-ZERO']
interface Item { readonly name: string; readonly parent: string | null; readonly depth: number; readonly lead: string; readonly children: Item[] }

export const lsblk = (partition: Partition): Command => defineCommand({
  name: 'lsblk',
  *run(p) {
    const o = getopt(p.argv, { short: 'abdDe:E:fhI:iJlMmnNo:OpPrsStTVvx:yzw:A', long: {
      all: 'a', bytes: 'b', nodeps: 'd', discard: 'D', exclude: 'e:', fs: 'f', include: 'I:', ascii: 'i', json: 'J', list: 'l', perms: 'm', noheadings: 'n', output: 'o:', 'output-all': 'O', paths: 'p', pairs: 'P', raw: 'r', inverse: 's',
      scsi: 'S', topology: 't', version: 'V', sort: 'x:', zoned: 'z', merge: 'M', dedup: 'E:', shell: 'y', tree: 'T::', width: 'w:', noempty: 'A', nvme: 'N', virtio: 'v', sysroot: '(sysroot):', help: 'h',
    } })
    if (typeof o === 'string') { yield* p.err(`lsblk: ${o}\nTry 'lsblk --help' for more information.\n`); return 1 }
    if (o.has('V')) { yield* p.out('lsblk from util-linux 2.38.1\n'); return 0 }
    const odd = ['D', 'O', 'z', 't', 'm', 'x', 'N', 'v', '(sysroot)'].find(key => o.has(key))
    if (odd !== undefined) { yield* p.err(`hotspare: lsblk -${odd} is not modelled\n`); return 1 }
    let columns = o.has('f') ? FS : o.has('S') ? ['NAME', 'HCTL', 'TYPE', 'VENDOR', 'MODEL', 'REV', 'SERIAL', 'TRAN'] : DEFAULT
    for (const given of o.every('o')) columns = given.startsWith('+') ? [...columns, ...given.slice(1).toUpperCase().split(',')] : given.toUpperCase().split(',')
    const bad = columns.find(each => !KNOWN.includes(each))
    if (bad !== undefined) { yield* p.err(`lsblk: unknown column: ${bad}\n`); return 1 }
    const how = { paths: o.has('p'), bytes: o.has('b'), inverse: o.has('s'), flat: o.has('l', 'r', 'P', 'd', 'S') }
    let status = 0, found = 0
    const tops: string[] = []
    for (const path of o.operands) {
      const target = targetAt(partition, p, path)
      if (target === undefined || failed(target) || target.isFile) { yield* p.err(`lsblk: ${path}: not a block device\n`); status = 32; continue }
      tops.push(target.name)
      found++
    }
    if (status !== 0 && found > 0) status = 64
    const items = o.operands.length > 0 ? tops.map(name => itemOf(partition, name, how.inverse)) : every(partition, how.inverse, o.has('S'))
    const lines: string[][] = [], list: Item[] = []
    const walk = (item: Item): void => {
      if (!how.flat || how.inverse || !list.some(each => each.name === item.name)) list.push(item)
      if (!o.has('d', 'S')) for (const child of item.children) walk(child)
    }
    for (const item of items) walk(item)
    for (const item of list) lines.push(yield* cells(partition, p, item, columns, how))
    if (lines.length === 0) return status
    if (o.has('J')) { yield* p.out(json(items, columns, new Map(list.map((item, i) => [item, lines[i]!])), o.has('d'))); return status }
    if (o.has('P')) { yield* p.out(lines.map(line => `${line.map((text, i) => `${columns[i]!}="${text.replaceAll('\n', '\\x0a')}"`).join(' ')}\n`).join('')); return status }
    if (o.has('r')) { yield* p.out([...(o.has('n') ? [] : [columns]), ...lines].map(line => `${line.map(text => text.replaceAll('\n', '\\x0a').replaceAll(' ', '\\x20')).join(' ')}\n`).join('')); return status }
    yield* p.out(table(columns, lines, !o.has('n'), o.has('f') || columns.includes('FSTYPE')))
    return status
  },
})

/** Columns side by side; the last one is not padded, and neither is an empty end of a line. */
function table(columns: readonly string[], lines: readonly string[][], head: boolean, _fs: boolean): string {
  const all = head ? [[...columns], ...lines] : lines, widths = columns.map((column, i) => Math.max(...all.flatMap(line => line[i]!.split('\n').map(part => part.length)), column === 'MAJ:MIN' ? 7 : column === 'SIZE' ? 5 : 0))
  let text = ''
  for (const line of all) {
    const parts = line.map(cell => cell.split('\n')), rows = Math.max(...parts.map(part => part.length))
    for (let row = 0; row < rows; row++) text += `${columns.map((column, i) => {
      const cell = parts[i]![row] ?? '', last = i === columns.length - 1, width = widths[i]!
      return RIGHT.has(column) ? cell.padStart(width) : column === 'MAJ:MIN' && cell !== 'MAJ:MIN' ? centred(cell, last ? 0 : width) : last ? cell : cell.padEnd(width)
    }).join(' ')}\n`
  }
  return text
}
/** The colon of `8:16` stays in place. */
const centred = (cell: string, width: number): string => { const [major, minor = ''] = cell.split(':'); return cell === '' ? ' '.repeat(width) : `${major!.padStart(3)}:${minor}`.padEnd(width) }

function every(partition: Partition, inverse: boolean, scsi: boolean): Item[] {
  const { door, guest } = partition, names = [...blockNames(door.world, guest, false)].filter(name => !name.startsWith('md') || parentsOf(partition, name).length === 0)
  const loops = scsi ? [] : [...loopsOf(partition).keys()].sort((a, b) => a - b).map(n => `loop${n}`)
  if (inverse) return [...blockNames(door.world, guest)].filter(name => childrenOf(partition, name).length === 0).map(name => itemOf(partition, name, true))
  return [...loops, ...names.filter(name => !scsi || name.startsWith('sd')).sort((a, b) => order(partition, a) - order(partition, b))].map(name => itemOf(partition, name, false))
}
/** By device number. */
const order = ({ door, guest }: Partition, name: string): number => { const b = blockNamed(door.world, guest, name); return b === undefined ? 0 : b.major * 4096 + b.minor }
function childrenOf(partition: Partition, name: string): string[] {
  const { door, guest } = partition, block = blockNamed(door.world, guest, name)
  if (block?.kind === 'disk') return door.world.scsi.devices[block.device]!.partitioned ? door.world.scsi.disks[block.disk]!.partitions.map(({ number }) => `${name}${number}`) : []
  return block?.kind === 'partition' ? holdersOf(partition, name) : []
}
function parentsOf(partition: Partition, name: string): string[] {
  const { door, guest } = partition, block = blockNamed(door.world, guest, name)
  if (block?.kind === 'partition') return [name.replace(/\d+$/, '')]
  return block?.kind === 'array' ? door.world.md.arrays[block.array]!.members.map(m => m.name).filter(each => blockNamed(door.world, guest, each) !== undefined).sort() : []
}
function itemOf(partition: Partition, name: string, inverse: boolean, parent: string | null = null, depth = 0, lead = '', last = true): Item {
  const next = inverse ? parentsOf(partition, name) : childrenOf(partition, name), indent = depth === 0 ? '' : lead + (last ? '  ' : '| ')
  return { name, parent, depth, lead: depth === 0 ? '' : `${lead}${last ? '`-' : '|-'}`, children: next.map((child, i) => itemOf(partition, child, inverse, name, depth + 1, indent, i === next.length - 1)) }
}

function* cells(partition: Partition, p: Process, item: Item, columns: readonly string[], how: { paths: boolean; bytes: boolean; flat: boolean }): Run<string[]> {
  const { door, guest } = partition, { name } = item, block = blockNamed(door.world, guest, name), loop = loopsOf(partition).get(/^loop\d+$/.test(name) ? Number(name.slice(4)) : -1)
  const target = targetAt(partition, p, `/dev/${name}`), bytes = target === undefined || failed(target) ? (block?.sizeKib ?? 0) * 1024 : target.device.size()
  let held: Held | null = null
  if (columns.some(each => /^(FSTYPE|FSVER|LABEL|UUID|FSAVAIL|FSUSE%|FSSIZE|FSUSED)$/.test(each)) && target !== undefined && !failed(target)) { const found = yield* holds(partition, p, target); held = failed(found) ? null : found }
  const disk = block?.kind === 'disk' || block?.kind === 'partition' ? block : undefined, part = block?.kind === 'partition' ? block : undefined, device = block?.kind === 'disk' ? door.world.scsi.devices[block.device] : undefined
  const fact = function* (file: string): Run<string> { const text = yield* p.readFile(`/sys/block/${name}/${file}`); return failed(text) ? '' : text.trim() }
  const show = (n: number): string => (how.bytes ? String(n) : humanSize(n)), table = disk !== undefined && !door.world.scsi.disks[disk.disk]!.blank
  const mounts = mountpointsOf(partition, name), volume = partition.mounts.flatMap(mount => volumes.get(mount) ?? []).find(each => each.name === name), used = volume === undefined ? 0 : (14 + volume.count(1024).blocks) * 1024
  const row: string[] = []
  for (const column of columns) {
    switch (column) {
      case 'NAME': row.push(`${how.flat ? '' : item.lead}${how.paths ? '/dev/' : ''}${name}`); break
      case 'KNAME': row.push(`${how.paths ? '/dev/' : ''}${name}`); break
      case 'PATH': row.push(`/dev/${name}`); break
      case 'MAJ:MIN': row.push(block === undefined ? loop === undefined ? '' : `7:${loop.number}` : `${block.major}:${block.minor}`); break
      case 'RM': case 'RAND': case 'ALIGNMENT': case 'HOTPLUG': case 'OPT-IO': row.push('0'); break
      case 'SIZE': row.push(show(bytes)); break
      case 'RO': row.push((block?.kind === 'array' && door.world.md.arrays[block.array]!.mode === 'ro') || loop?.readOnly ? '1' : '0'); break
      case 'TYPE': row.push(typeText(block)); break
      case 'MOUNTPOINT': row.push(mounts[0] ?? ''); break
      case 'MOUNTPOINTS': row.push(mounts.join('\n')); break
      case 'FSTYPE': row.push(held?.type ?? ''); break
      case 'FSVER': row.push(held === null ? '' : held.type.startsWith('ext') ? '1.0' : held.type === 'swap' ? '1' : held.type === 'linux_raid_member' && part !== undefined ? versionOf(partition, part) : ''); break
      case 'LABEL': row.push(held?.label ?? ''); break
      case 'UUID': row.push(held?.uuid ?? ''); break
      case 'FSSIZE': row.push(volume === undefined ? '' : show(bytes)); break
      case 'FSUSED': row.push(volume === undefined ? '' : show(used)); break
      case 'FSAVAIL': row.push(volume === undefined ? '' : show(Math.floor(bytes * 0.9) - used)); break
      case 'FSUSE%': row.push(volume === undefined ? '' : `${Math.round(used * 100 / bytes)}%`); break
      case 'PARTUUID': row.push(part === undefined ? '' : partUuid(part)); break
      case 'PARTTYPE': row.push(part === undefined ? '' : `0x${typeOf(door.world.scsi.disks[part.disk]!.partitions[part.number - 1]!.name).toString(16)}`); break
      case 'PARTFLAGS': row.push(part?.number === 1 ? '0x80' : ''); break
      case 'PTTYPE': row.push(table ? 'dos' : ''); break
      case 'PTUUID': row.push(table ? labelId(disk.disk).toString(16).padStart(8, '0') : ''); break
      case 'PKNAME': row.push(item.parent === null ? '' : `${how.paths ? '/dev/' : ''}${item.parent}`); break
      case 'MODEL': row.push(yield* fact('device/model')); break
      case 'VENDOR': row.push((yield* fact('device/vendor')).padEnd(8)); break
      case 'REV': row.push(yield* fact('device/rev')); break
      case 'STATE': row.push(device?.state ?? ''); break
      case 'HCTL': row.push(disk === undefined || part !== undefined ? '' : (d => `${d.host}:${d.channel}:${d.id}:${d.lun}`)(door.world.scsi.disks[disk.disk]!)); break
      case 'START': row.push(part === undefined ? '' : String(part.startKib * 2)); break
      case 'ROTA': row.push(block?.kind === 'array' || loop !== undefined ? '0' : '1'); break
      case 'PHY-SEC': case 'LOG-SEC': case 'MIN-IO': row.push('512'); break
      case 'RA': row.push('128'); break
      case 'RQ-SIZE': row.push('64'); break
      case 'SCHED': row.push(block?.kind === 'array' ? '' : 'mq-deadline'); break
      case 'OWNER': row.push('root'); break
      case 'GROUP': row.push('disk'); break
      case 'MODE': row.push('brw-rw----'); break
      default: row.push('')
    }
  }
  return row
}
const typeText = (block: BlockName | undefined): string => (block === undefined ? 'loop' : block.kind === 'disk' ? 'disk' : block.kind === 'partition' ? 'part' : 'raid1')
function versionOf({ door }: Partition, block: BlockName & { kind: 'partition' }): string {
  const { md } = door.world, stored = Object.values(md.arrays).find(a => a.members.some(m => m.disk === block.disk && m.partition === block.number))
  return stored?.metadata === '0.90' ? '0.90.0' : stored?.metadata ?? '1.2'
}

function json(items: readonly Item[], columns: readonly string[], lines: ReadonlyMap<Item, readonly string[]>, flat: boolean): string {
  const value = (column: string, text: string): string => {
    if (column === 'MOUNTPOINTS') return `[\n${text.split('\n').map(each => `              ${each === '' ? 'null' : JSON.stringify(each)}`).join(',\n')}\n          ]`
    if (/^(RM|RO|ROTA|HOTPLUG|RAND)$/.test(column)) return text === '1' ? 'true' : 'false'
    if (text === '') return 'null'
    return (column === 'SIZE' && /^\d+$/.test(text)) || /^(START|RA|RQ-SIZE|PHY-SEC|LOG-SEC|MIN-IO|OPT-IO|ALIGNMENT)$/.test(column) ? text : JSON.stringify(text.replace(/^[ |`-]*(?=[a-z/])/, ''))
  }
  const one = (item: Item, pad: string): string => {
    const line = lines.get(item) ?? [], body = columns.map((column, i) => `${pad}   ${JSON.stringify(column.toLowerCase())}: ${value(column, line[i] ?? '')}`)
    if (!flat && item.children.length > 0) body.push(`${pad}   "children": [\n${item.children.map(child => one(child, `${pad}      `)).join(',')}\n${pad}   ]`)
    return `${pad}{\n${body.join(',\n')}\n${pad}}`
  }
  return `{\n   "blockdevices": [\n${items.map(item => one(item, '      ')).join(',')}\n   ]\n}\n`
}
