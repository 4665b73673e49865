/**
 * blkid and wipefs: signatures on devices, read from them. blkid keeps no cache here. Source: util-linux 2.38 blkid.c, wipefs.c; 2 where nothing is found.
 */
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import { failed } from '../../shell/kernel/errno.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { getopt } from '../../shell/tools/options.ts'
import { blockNames } from '../files/block.ts'
import type { Partition } from '../partition.ts'
import { raidOn } from '../signatures.ts'
import { through } from '../volumes.ts'
import { byTag, holds, inUse, partUuid, targetAt, type Target } from './device.ts'

function* tagsOf(partition: Partition, p: Process, target: Target): Run<[string, string][]> {
  const held = yield* holds(partition, p, target), tags: [string, string][] = [], { block } = target
  if (held !== null && !failed(held)) {
    if (held.type === 'linux_raid_member') {
      tags.push(['UUID', held.uuid])
      if (held.subUuid !== undefined) tags.push(['UUID_SUB', held.subUuid])
      if (held.label !== '') tags.push(['LABEL', held.label])
    } else {
      if (held.label !== '') tags.push(['LABEL', held.label])
      tags.push(['UUID', held.uuid])
      if (held.blockSize !== undefined) tags.push(['BLOCK_SIZE', String(held.blockSize)])
    }
    tags.push(['TYPE', held.type])
  } else if (block?.kind === 'disk' && !partition.door.world.scsi.disks[block.disk]!.blank && !failed(held)) tags.push(['PTTYPE', 'dos'])
  if (block?.kind === 'partition') tags.push(['PARTUUID', partUuid(block)])
  return tags
}

export const blkid = (partition: Partition): Command => defineCommand({
  name: 'blkid', dir: '/usr/sbin', cost: 1_000,
  *run(p) {
    const o = getopt(p.argv, { short: 'c:dghilL:n:o:O:ps:S:t:u:U:w:vV', long: { output: 'o:', 'match-tag': 's:', 'match-token': 't:', label: 'L:', uuid: 'U:', probe: 'p', 'cache-file': 'c:', 'garbage-collect': 'g', 'list-filesystems': 'k', 'list-one': 'l', info: 'i', version: 'V', help: 'h' } })
    if (typeof o === 'string') { yield* p.err(`blkid: ${o}\nTry 'blkid --help' for more information.\n`); return 4 }
    if (o.has('V')) { yield* p.out('blkid from util-linux 2.38.1  (libblkid 2.38.1, 04-Aug-2022)\n'); return 0 }
    if (o.has('g')) return 0
    for (const [key, tag] of [['L', 'LABEL'], ['U', 'UUID']] as const) if (o.get(key) !== undefined) {
      const path = yield* byTag(partition, p, tag, o.get(key)!)
      if (path === null) return 2
      yield* p.out(`${path}\n`)
      return 0
    }
    const token = /^([A-Z_]+)="?([^"]*)"?$/.exec(o.get('t') ?? ''), format = o.get('o') ?? 'full', wanted = o.every('s')
    let found = 0, blocks = 0
    for (const path of o.operands.length > 0 ? o.operands : [...blockNames(partition.door.world, partition.guest)].map(name => `/dev/${name}`)) {
      const target = targetAt(partition, p, path)
      if (target === undefined || failed(target)) { if (o.has('p')) yield* p.err(`blkid: error: ${path}: ${target === undefined ? 'Operation not supported' : target.text}\n`); continue }
      let tags = yield* tagsOf(partition, p, target)
      if (!tags.some(([tag]) => tag === 'TYPE' || tag === 'PTTYPE' || tag === 'PARTUUID')) continue
      if (token !== null && !tags.some(([tag, value]) => tag === token[1] && value === token[2])) continue
      if (o.has('p')) tags = tags.filter(([tag]) => tag !== 'PARTUUID')
      if (wanted.length > 0) tags = tags.filter(([tag]) => wanted.includes(tag))
      if (tags.length === 0) continue
      found++
      if (format === 'value') yield* p.out(tags.map(([, value]) => `${value}\n`).join(''))
      else if (format === 'device') yield* p.out(`${path}\n`)
      else if (format === 'export' || format === 'udev') yield* p.out(`${blocks++ > 0 ? '\n' : ''}${format === 'udev' ? '' : `DEVNAME=${path}\n`}${tags.map(([tag, value]) => `${format === 'udev' ? `ID_FS_${tag}` : tag}=${value.replaceAll(' ', '\\ ')}\n`).join('')}`)
      else yield* p.out(`${path}: ${tags.map(([tag, value]) => `${tag}="${value}"`).join(' ')}\n`)
      if (o.has('l')) break
    }
    return found > 0 || (o.operands.length === 0 && token === null) ? 0 : 2
  },
})

export const wipefs = (partition: Partition): Command => defineCommand({
  name: 'wipefs', dir: '/usr/sbin', cost: 1_000,
  *run(p) {
    const o = getopt(p.argv, { short: 'abfhiJnO:o:pqt:V', long: { all: 'a', backup: 'b', force: 'f', noheadings: 'i', json: 'J', 'no-act': 'n', offset: 'o:', output: 'O:', parsable: 'p', quiet: 'q', types: 't:', version: 'V', lock: '(lock)::' } })
    if (typeof o === 'string') { yield* p.err(`wipefs: ${o}\nTry 'wipefs --help' for more information.\n`); return 1 }
    if (o.has('V')) { yield* p.out('wipefs from util-linux 2.38.1\n'); return 0 }
    if (o.operands.length === 0) { yield* p.err("wipefs: no device specified\nTry 'wipefs --help' for more information.\n"); return 1 }
    const odd = ['J', 'O', 'o', 'p', 't', 'b'].find(key => o.has(key))
    if (odd !== undefined) { yield* p.err(`hotspare: wipefs -${odd} is not modelled\n`); return 1 }
    const rows: string[][] = []
    for (const path of o.operands) {
      const target = targetAt(partition, p, path)
      if (target === undefined || failed(target)) { yield* p.err(`wipefs: error: ${path}: probing initialization failed: ${target === undefined ? 'Inappropriate ioctl for device' : target.text}\n`); return 1 }
      if (o.has('a') && !target.isFile && inUse(partition, target.name) !== null && !o.has('f')) { yield* p.err(`wipefs: error: ${path}: probing initialization failed: Device or resource busy\n`); return 1 }
      for (;;) {
        const held = yield* holds(partition, p, target)
        if (failed(held)) { yield* p.err(`wipefs: error: ${path}: probing initialization failed: ${held.text}\n`); return 1 }
        const table = held === null && target.block?.kind === 'disk' && !partition.door.world.scsi.disks[target.block.disk]!.blank
        if (held === null && !table) break
        const raid = target.block?.kind === 'partition' ? raidOn(partition.door.world, target.block.disk, target.block.number) : undefined
        const at = table ? 0x1fe : held!.type === 'linux_raid_member' ? raid!.at : held!.signature!.at, magic = table ? '\x55\xaa' : held!.type === 'linux_raid_member' ? '\xfc\x4e\x2b\xa9' : held!.signature!.magic
        rows.push([target.isFile ? path : target.name, `0x${at.toString(16)}`, table ? 'dos' : held!.type, held?.uuid ?? '', held?.label ?? ''])
        if (!o.has('a')) break
        if (!o.has('n')) {
          if (table) { yield* p.err(`hotspare: wipefs of the partition table of ${path} is not modelled\n`); return 1 }
          const no = yield* through(target.device.write(at, '\0'.repeat(magic.length), p))
          if (no !== undefined) { yield* p.err(`wipefs: error: ${path}: failed to erase ${held!.type} magic string at offset 0x${at.toString(16).padStart(8, '0')}: ${no.text}\n`); return 1 }
        }
        if (!o.has('q')) yield* p.out(`${path}: ${magic.length} bytes were erased at offset 0x${at.toString(16).padStart(8, '0')} (${table ? 'dos' : held!.type}): ${[...magic].map(c => c.charCodeAt(0).toString(16).padStart(2, '0')).join(' ')}\n`)
        if (o.has('n')) break
      }
    }
    if (o.has('a') || rows.length === 0) return 0
    if (!o.has('i')) rows.unshift(['DEVICE', 'OFFSET', 'TYPE', 'UUID', 'LABEL'])
    const widths = rows[0]!.map((_c, i) => Math.max(...rows.map(row => row[i]!.length)))
    yield* p.out(rows.map(row => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join(' ')}\n`).join(''))
    return 0
  },
})
