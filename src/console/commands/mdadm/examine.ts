/** --examine, --examine-bitmap, --examine-badblocks and --query: what lies on devices. Source: mdadm 4.2 Examine.c, super0.c, super1.c, bitmap.c, Query.c, read as facts. */
import { changedChunks, bitmapOf } from './bits.ts'
import { SECOND } from '../../../base/time.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import { failed } from '../../../shell/kernel/errno.ts'
import { createdAt, examine, isLocal, isSynced, layoutOf, minorOf, startOf, type Super } from './super.ts'
import { readHead, userOf as bitmapUser } from './bitmap-file.ts'
import { humanChunk, humanSize, humanSizeBrief } from './size.ts'
import type { SdDev, Tool } from './tool.ts'
import { sha1Short } from '../../../models/md/uuid.ts'
import { letterOf, sdNumbers } from '../../views/names.ts'

interface Seen { readonly first: Super; spares: number; readonly devices: string[] }

export function* examineAll(t: Tool, names: readonly string[]): Run {
  const { line } = t, seen: Seen[] = []
  let status = 0
  for (const name of names) {
    const looked = yield* examine(t, name)
    if (failed(looked)) {
      if (!line.scan) { t.say(`cannot open ${name}: ${looked.text}`); status = 1 }
      continue
    }
    const { dev, found } = looked
    if (dev.kind === 'other' && t.fileText(name) === null) {
      if (!line.scan) { t.say(`cannot open ${name}: Invalid argument`); status = 1 }
      continue
    }
    if (found === 'nothing' || (line.metadata !== null && found !== 'mbr' && !matches(line.metadata, found.sb.metadata))) {
      if (!line.brief) { t.say(`No md superblock detected on ${name}.`); status = 1 }
    } else if (found === 'mbr') {
      if (line.brief) { if (!line.scan) t.say(`No brief listing for mbr on ${name}`) }
      else if (line.export === 0) t.out(`${name}:\n${mbrText(t, dev as SdDev)}`)
    } else if (line.brief) {
      const known = seen.find(one => one.first.array === found.array && one.first.sb.metadata === found.sb.metadata)
      const one = known ?? { first: found, spares: 0, devices: [] }
      if (known === undefined) seen.unshift(one)
      if (!isSynced(found)) one.spares++
      one.devices.push(name)
    } else t.out(line.export > 0 ? exported(found) : `${name}:\n${examined(t, found)}`)
    yield* t.flush()
  }
  for (const one of seen) t.out(briefly(t, one))
  return status
}
const matches = (asked: string, there: string): boolean => asked === there || (asked === '1' && there.startsWith('1.'))

function briefly(t: Tool, { first, spares, devices }: Seen): string {
  const { sb, uuid } = first, verbose = t.line.verbose > 0
  let text = ''
  if (sb.metadata === '0.90') text = `ARRAY /dev/md${minorOf(first.a)}${verbose ? ` level=raid1 num-devices=${sb.raidDevices}` : ''} UUID=${uuid}\n`
  else text = `ARRAY /dev/md/${sb.label.slice(sb.label.indexOf(':') + 1)} ${verbose ? ' level=raid1' : ''} metadata=${sb.metadata} ${verbose ? `num-devices=${sb.raidDevices} ` : ''}UUID=${uuid} name=${quoted(sb.label)}\n`
  if (spares > 0) text += `   spares=${spares}`
  if (verbose) text += `   devices=${devices.join(',')}`
  return spares > 0 || verbose ? `${text}\n` : text
}
const quoted = (name: string): string => (/[ \t"']/.test(name) || name === '' ? (name.includes("'") ? `"${name}"` : `'${name}'`) : name)

function exported(found: Super): string {
  const { sb, uuid } = found
  if (sb.metadata === '0.90') return `MD_LEVEL=raid1\nMD_DEVICES=${sb.raidDevices}\nMD_UUID=${uuid}\nMD_UPDATE_TIME=${Math.floor(createdAt(found) / 1e6)}\nMD_EVENTS=${sb.events}\n`
  return `MD_LEVEL=raid1\nMD_DEVICES=${sb.raidDevices}\nMD_NAME=${sb.label}\nMD_ARRAY_SIZE=${humanSizeBrief(sb.sizeKib * 1024, 'JEDEC')}\nMD_UUID=${uuid}\n` +
    `MD_UPDATE_TIME=${Math.floor(sb.updatedAt / 1e6)}\nMD_DEV_UUID=${found.deviceUuid}\nMD_EVENTS=${sb.events}\n`
}

/** A partition table of four entries; partition 1 as an installer makes it for a PReP boot. */
function mbrText(t: Tool, dev: SdDev): string {
  const { partitions } = t.world.scsi.disks[dev.disk]!
  return '   MBR Magic : aa55\n' + partitions.slice(0, 4).map(one =>
    `Partition[${one.number - 1}] : ${String(one.sizeKib * 2).padStart(12)} sectors at ${String(startOf(partitions, one.number) * 2).padStart(12)} (type ${one.name === 'prep' ? '41' : 'fd'})\n`).join('')
}

const pairs = (rows: readonly (readonly [string, string] | null)[], width: number): string => rows.map(row => row === null ? '\n' : `${row[0].padStart(width)} : ${row[1]}\n`).join('')
const checksum = (s: Super): string => sha1Short(`${s.deviceUuid.slice(0, 8)} ${s.sb.events} ${s.clean}`)[0]!.toString(16)

function examined(t: Tool, s: Super): string {
  return s.sb.metadata === '0.90' ? old(t, s) : recent(t, s)
}
function recent(t: Tool, s: Super): string {
  const { sb } = s, at = layoutOf(s), size = sb.sizeKib * 2, bytes = sb.sizeKib * 1024
  const features = (sb.bitmap ? 1 : 0) | (sb.recoveredKib !== null ? 2 : 0) | (sb.replacement ? 16 : 0)
  const rows: (readonly [string, string] | null)[] = [
    ['Magic', 'a92b4efc'], ['Version', sb.metadata], ['Feature Map', `0x${features.toString(16)}`], ['Array UUID', s.uuid], ['Name', `${sb.label}${isLocal(s, t.homehost) ? `  (local to host ${t.homehost})` : ''}`],
    ['Creation Time', t.ctime(createdAt(s))], ['Raid Level', 'raid1'], ['Raid Devices', String(sb.raidDevices)], null,
    ['Avail Dev Size', `${at.dataSize} sectors${humanSize(at.dataSize * 512)}`], ['Array Size', `${sb.sizeKib} KiB${humanSize(bytes)}`],
    ...(size === at.dataSize ? [] : [['Used Dev Size', `${size} sectors${humanSize(bytes)}`] as const]),
    ...(at.dataOffset === 0 ? [] : [['Data Offset', `${at.dataOffset} sectors`] as const]), ['Super Offset', `${at.superOffset} sectors`],
    ...(sb.recoveredKib === null ? [] : [['Recovery Offset', `${sb.recoveredKib * 2} sectors`] as const]),
    ...(at.spaceBefore === 0 && at.spaceAfter === 0 ? [] : [['Unused Space', `before=${at.spaceBefore} sectors, after=${at.spaceAfter} sectors`] as const]),
    ['State', s.clean ? 'clean' : 'active'], ['Device UUID', s.deviceUuid], null,
    ...(at.bitmapOffset === null ? [] : [['Internal Bitmap', `${at.bitmapOffset} sectors from superblock`] as const]),
    ...(sb.writeMostly || sb.failfast ? [['Flags', [sb.writeMostly && 'write-mostly', sb.failfast && 'failfast'].filter(Boolean).join(' ')] as const] : []), ['Update Time', t.ctime(sb.updatedAt)], ...(at.bblOffset === null ? [] : [['Bad Block Log', `512 entries available at offset ${at.bblOffset} sectors`] as const]),
    ['Checksum', `${checksum(s)} - correct`], ['Events', String(sb.events)], null, null,
  ]
  const role = typeof sb.role !== 'number' ? 'spare' : sb.replacement ? `Replacement device ${sb.role}` : `Active device ${sb.role}`
  return `${pairs(rows, 15)}   Device Role : ${role}\n   Array State : ${sb.arrayState} ('A' == active, '.' == missing, 'R' == replacing)\n`
}

/** 0.90 has a table of all devices: active ones by their slots, the others behind; empty slots count as failed. */
function old(t: Tool, s: Super): string {
  const { sb, a } = s, disks = sb.disks ?? [], own = disks.find(d => d.number === sb.number), size = `${sb.sizeKib}${humanSize(sb.sizeKib * 1024)}`
  const active = disks.filter(d => d.state === 'active').length, spare = disks.filter(d => d.state === 'spare').length, faulty = disks.filter(d => d.state === 'faulty').length
  const empty = Math.max(0, sb.raidDevices - active)
  const rows: (readonly [string, string] | null)[] = [
    ['Magic', 'a92b4efc'], ['Version', '0.90.00'], ['UUID', `${s.uuid}${isLocal(s, t.homehost) ? ` (local to host ${t.homehost})` : ''}`], ['Creation Time', t.ctime(createdAt(s))], ['Raid Level', 'raid1'],
    ['Used Dev Size', size], ['Array Size', size], ['Raid Devices', String(sb.raidDevices)], ['Total Devices', String(disks.length)], ['Preferred Minor', String(minorOf(a))], null,
    ['Update Time', t.ctime(sb.updatedAt)], ['State', s.clean ? 'clean' : 'active'], ...(sb.bitmap ? [['Internal Bitmap', 'present'] as const] : []), ['Active Devices', String(active)],
    ['Working Devices', String(active + spare)], ['Failed Devices', String(faulty + empty)], ['Spare Devices', String(spare)], ['Checksum', `${checksum(s)} - correct`], ['Events', String(sb.events)], null, null,
  ]
  const rowOf = (first: string, number: number): string => {
    const d = disks.find(one => one.number === number)
    if (d === undefined) return number < sb.raidDevices ? diskRow(first, number, 0, 0, number, ' faulty removed', '') : diskRow(first, 0, 0, 0, 0, ' spare', '')
    const [major, minor] = sdNumbers(letterOf(d.name), d.partition), words = { active: ' active sync', faulty: ' faulty', spare: '' }[d.state] + (d.writeMostly ? ' write-mostly' : '') + (d.failfast ? ' failfast' : '') + (d.state === 'spare' ? ' spare' : '')
    return diskRow(first, number, major, minor, d.state === 'active' ? d.slot : number, words, failed(t.device(`/dev/${d.name}`)) ? '' : `   /dev/${d.name}`)
  }
  let text = `${pairs(rows, 15)}      Number   Major   Minor   RaidDevice State\n${own === undefined ? '' : rowOf('this', own.number)}\n`
  for (let number = 0; number < sb.raidDevices + spare; number++) text += rowOf(String(number).padStart(4), number)
  return text
}
const diskRow = (first: string, number: number, major: number, minor: number, slot: number, words: string, path: string): string =>
  `${first.padStart(4)} ${String(number).padStart(5)}   ${String(major).padStart(5)}    ${String(minor).padStart(5)}    ${String(slot).padStart(5)}     ${words}${path}\n`

export function* examineBitmap(t: Tool, name: string): Run {
  const looked = yield* examine(t, name)
  if (failed(looked)) { t.say(`failed to open bitmap file ${name}: ${looked.text}`); return 1 }
  const { dev, found } = looked
  if (dev.kind === 'other') return examineFile(t, name)
  if (found === 'mbr') { t.say('No bitmap possible with mbr metadata'); return 1 }
  if (found === 'nothing') return noMagic(t, name, 0, 0)
  const bitmap = bitmapOf(found)
  if (bitmap === null) { t.say(`${name} doesn't have bitmap`); return 1 }
  return bitmapText(t, name, { uuid: found.uuid, events: found.sb.events, cleared: bitmap.eventsCleared, chunkKib: bitmap.chunkKib, delay: bitmap.daemon / SECOND, sizeKib: found.sb.sizeKib, dirty: changedChunks(found.a, found.sb.sizeKib, t.now) })
}
/** One in a file: what it says of itself, and what the array that has it knows. */
function examineFile(t: Tool, name: string): number {
  const head = readHead(t, name)
  if (head === null) { t.say(`failed to open bitmap file ${name}: Invalid argument`); return 1 }
  if (head.magic !== 0x6d746962) return noMagic(t, name, head.magic, head.version)
  const a = bitmapUser(t, name, head), set = [...head.bits].reduce((n, byte) => { for (let bits = byte.charCodeAt(0); bits > 0; bits >>= 1) n += bits & 1; return n }, 0)
  return bitmapText(t, name, { ...head, events: a?.events ?? 0, cleared: a?.bitmap?.eventsCleared ?? 0, dirty: a === undefined ? Math.min(set, Math.ceil(head.sizeKib / head.chunkKib)) : changedChunks(a, head.sizeKib, t.now) })
}
interface BitmapSeen { uuid: string; events: number; cleared: number; chunkKib: number; delay: number; sizeKib: number; dirty: number }
function bitmapText(t: Tool, name: string, { uuid, events, cleared, chunkKib, delay, sizeKib, dirty }: BitmapSeen): number {
  const bits = Math.ceil(sizeKib / chunkKib)
  const rows: (readonly [string, string])[] = [
    ['Filename', name], ['Magic', '6d746962'], ['Version', '4'], ['UUID', uuid], ['Events', String(events)], ['Events Cleared', String(cleared)], ['State', 'OK'],
    ['Chunksize', humanChunk(chunkKib * 1024)], ['Daemon', `${delay}s flush period`], ['Write Mode', 'Normal'], ['Sync Size', `${sizeKib}${humanSize(sizeKib * 1024)}`],
    ...(t.line.brief ? [] : [['Bitmap', `${bits} bits (chunks), ${dirty} dirty (${(100 * dirty / Math.max(1, bits)).toFixed(1)}%)`] as const]),
  ]
  t.out(pairs(rows, 16))
  return 0
}

function noMagic(t: Tool, name: string, magic: number, version: number): number {
  t.say('This is an md array.  To view a bitmap you need to examine\nmdadm: a member device, not the array.\nmdadm: Reporting bitmap that would be used if this array were used\nmdadm: as a member of some other array')
  t.out(`        Filename : ${name}\n           Magic : ${magic.toString(16).padStart(8, '0')}\n`)
  t.say(`invalid bitmap magic 0x${magic.toString(16)}, the bitmap file appears\nmdadm: to be corrupted or missing.`)
  t.out(`         Version : ${version}\n`)
  t.say(`unknown bitmap version ${version}, either the bitmap file\nmdadm: is corrupted or you need to upgrade your tools`)
  return 1
}

export function* examineBadblocks(t: Tool, name: string): Run {
  const looked = yield* examine(t, name)
  if (failed(looked)) { t.say(`cannot open ${name}: ${looked.text}`); return 1 }
  const { found } = looked
  if (found === 'nothing') { if (!t.line.brief) t.say(`No md superblock detected on ${name}`); return 1 }
  if (found === 'mbr' || found.sb.metadata === '0.90') { t.say(`${found === 'mbr' ? 'mbr' : '0.90'} metadata does not support badblocks`); return 1 }
  t.out(layoutOf(found).bblOffset === null ? `No bad-blocks list configured on ${name}\n` : `Bad-blocks list is empty in ${name}\n`)
  return 0
}

export function* query(t: Tool, name: string): Run {
  const looked = yield* examine(t, name)
  if (failed(looked)) { t.say(`cannot open ${name}: ${looked.text}`); return 1 }
  const { dev, found } = looked
  if (dev.kind === 'md') {
    if (dev.array === undefined) t.out(`${name}: is an md device which is not active\n`)
    else {
      const a = t.array(dev.array), spares = a.members.filter(m => !m.faulty && !m.inSync).length
      t.out(`${name}: ${humanSizeBrief(a.sizeKib * 1024, 'IEC')} raid1 ${a.raidDevices} devices, ${spares} spare${spares === 1 ? '' : 's'}. Use mdadm --detail for more detail.\n`)
    }
  } else t.out(`${name}: is not an md array\n`)
  if (found === 'nothing' || found === 'mbr') return 0
  const running = t.running(found.a.name) === found.array, a = found.a
  const member = running && dev.kind === 'sd' ? a.members.find(m => m.number === found.sb.number) : undefined
  const activity = !running ? 'inactive' : a.state !== 'active' ? 'undetected' : member !== undefined && dev.kind === 'sd' && member.device === dev.device && member.partition === dev.number ? 'active' : 'mismatch'
  t.out(`${name}: device ${found.sb.number} in ${found.sb.raidDevices} device ${activity} raid1 ${running ? t.pathOf(a.name) : 'array'}.  Use mdadm --examine for more detail.\n`)
  return 0
}
