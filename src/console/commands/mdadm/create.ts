/**
 * --create: checks in mdadm's order, warnings that ask a question, and the request.
 *
 * The question is read from standard input; the end of that is a no, and so is anything but y five times. Source: mdadm 4.2 Create.c, util.c
 * check_ext2, check_raid, ask, read as facts; recordings s01, s11, s22.
 */
import type { Kib } from '../../../base/time.ts'
import type { ArrayId, Metadata } from '../../../models/md/state.ts'
import { dataOffsetKib, dataSizeKib } from '../../../models/md/superblock.ts'
import { partitionNamed } from '../../../models/scsi/state.ts'
import { failed } from '../../../shell/kernel/errno.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import { absolute, createBitmapFile, delayOf, fileChunk } from './bitmap-file.ts'
import type { DeviceArg } from './line-parts.ts'
import { chooseDevice } from './naming.ts'
import { createdAt, superOn } from './super.ts'
import { levelName } from './texts.ts'
import { ctime } from './ctime.ts'
import type { SdDev, Tool } from './tool.ts'

export function* create(t: Tool): Run {
  const { line } = t, [array, ...components] = line.devices, level = line.level
  if (level === null) { t.say('a RAID level is needed to create an array.'); return 1 }
  if (level === 6 && line.raidDevices < 4) { t.say('at least 4 raid-devices needed for level 6'); return 1 }
  if (level >= 4 && line.raidDevices < 2) { t.say(`at least 2 raid-devices needed for level ${level}`); return 1 }
  if (level <= 0 && line.spareDevices > 0) { t.say('This level does not support spare devices'); return 1 }
  const places = line.raidDevices + line.spareDevices
  if (components.length > places) { t.say(`You have listed more devices (${components.length}) than are in the array(${places})!`); return 1 }
  if (components.length < places) { t.say("You haven't given enough devices (real or missing) to create this array"); return 1 }
  if (line.bitmap !== null && level <= 0) { t.say(`bitmaps not meaningful with level ${levelName(level)}`); return 1 }
  if (level === 1 && line.chunkKib !== 0) { t.say('specifying chunk size is forbidden for this level'); return 1 }
  const lacking = notModelled(t, level)
  if (lacking !== null) return t.unmodelled(lacking)
  const names = components.map(({ name }) => name), checked = yield* check(t, names)
  if (typeof checked === 'number') return checked
  const { metadata, sizeKib, warned, bitmap, defaulted } = checked
  if (warned && line.run !== 1) {
    if (!(yield* ask(t, 'Continue creating array? '))) { t.say('create aborted.'); return 1 }
  } else if (warned && line.verbose > 0) t.say('creation continuing despite oddities due to --run')
  const chosen = chooseDevice(t, array!.name, line.name === '' ? null : line.name, 'local')
  if (chosen === null) return 1
  if (chosen.link !== undefined && t.mapByName(chosen.link) !== undefined) { t.say(`Array name ${chosen.path} is in use already.`); return 1 }
  if (defaulted && line.verbose >= 0 && line.metadata === null) t.say(`Defaulting to version ${metadata} metadata`)
  const inFile = line.bitmap?.includes('/') === true ? absolute(t, line.bitmap) : undefined, chunkKib = inFile !== undefined ? fileChunk(line.bitmapChunk, sizeKib) : line.bitmapChunk === null ? undefined : line.bitmapChunk / 1024
  if (inFile !== undefined && !line.force && !failed(t.p.find(line.bitmap!))) { t.say(`bitmap file ${line.bitmap} already exists, use --force to overwrite`); return 1 }
  const refusal = t.ask({
    type: 'md.create', guest: t.guest, array: chosen.devnm as ArrayId, name: chosen.devnm, link: chosen.link, label: line.name === '' ? labelOf(chosen.path) : line.name, homehost: t.homehost ?? '',
    uuid: line.uuid ?? undefined, level: 1, metadata, devices: names.map(name => nameOf(t, name)), raidDevices: line.raidDevices, spareDevices: line.spareDevices,
    bitmap: bitmap ? 'internal' : 'none', chunkKib, bitmapFile: inFile, bitmapDelay: bitmap || inFile !== undefined ? delayOf(t) : undefined, assumeClean: line.assumeClean, sizeKib,
    ...flagged(t, components),
  })
  if (refusal !== undefined) { for (const text of refusal.text.split('\n')) t.say(text.replace(/^mdadm: /, '')); return refusal.status }
  t.setMap(chosen.devnm, chosen.path)
  const id = t.running(chosen.devnm)
  if (inFile !== undefined && id !== undefined) createBitmapFile(t, line.bitmap!, t.array(id).uuid, chunkKib!, sizeKib)
  if (line.readonly > 0 && id !== undefined) t.ask({ type: 'md.setMode', array: id, mode: 'readonly' })
  if (line.verbose >= 0) t.say(`array ${chosen.path} started.`)
  return 0
}
/** Members by what they are to be. */
export function flagged(t: Tool, components: readonly DeviceArg[]): { writeMostly?: string[]; failfast?: string[] } {
  const named = (which: 'writeMostly' | 'failfast') => components.filter(one => one[which] === 'set' && one.name.toLowerCase() !== 'missing').map(({ name }) => nameOf(t, name))
  const [writeMostly, failfast] = [named('writeMostly'), named('failfast')]
  return { ...writeMostly.length > 0 && { writeMostly }, ...failfast.length > 0 && { failfast } }
}
/** `/dev/md0` → 0, `/dev/md/home` → home. */
const labelOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/^md_(?=.)|^md(?=\d)/, match => path.lastIndexOf('/') === 4 ? '' : match)
export function nameOf(t: Tool, path: string): string {
  if (path.toLowerCase() === 'missing') return 'missing'
  const dev = t.device(path)
  return !failed(dev) && dev.kind === 'sd' ? dev.name : path.replace(/^\/dev\//, '')
}

function notModelled(t: Tool, level: number): string | null {
  const { line } = t
  if (level !== 1) return `RAID level ${levelName(level)}`
  if (line.metadata === 'imsm' || line.metadata === 'ddf') return `${line.metadata} metadata`
  if (line.bitmap === 'clustered' || line.nodes > 0) return 'a cluster'
  if (line.writeBehind !== null) return 'option --write-behind'
  return line.dataOffset === null ? null : 'option --data-offset'
}

interface Checked { readonly metadata: Metadata; readonly sizeKib: Kib; readonly warned: boolean; readonly bitmap: boolean; readonly defaulted: boolean }
/** Each device by itself; a number is the exit status. */
function* check(t: Tool, names: readonly string[]): Run<Checked | number> {
  const { line } = t, asked = line.metadata ?? t.conf.metadata, metadata: Metadata = asked === null || asked === '1' ? '1.2' : asked as Metadata, defaulted = asked === null
  const front = metadata === '1.1' || metadata === '1.2', wanted = typeof line.sizeKib === 'number' ? line.sizeKib : 0
  let fail = false, warned = false, noted = false, missing = 0, offset: Kib | null = null
  let least: { name: string; kib: Kib } | null = null, most: { name: string; kib: Kib } | null = null
  for (const name of names) {
    if (name.toLowerCase() === 'missing') { missing++; continue }
    const dev = t.device(name), no = failed(dev) ? dev : dev.kind === 'other' ? undefined : t.openable(dev)
    if (failed(dev) || no !== undefined) { t.say(`cannot open ${name}: ${no!.text}`); return 2 }
    if (dev.kind === 'other') { t.say(`${name} is not a block device.`); return 2 }
    if (dev.kind !== 'sd' || dev.number === 0) return t.unmodelled(`${dev.kind === 'md' ? 'an array' : 'a whole disk'} (${name}) as a member`)
    const used = t.openable(dev, true)
    if (used !== undefined && defaulted) { t.say(`cannot open ${name}: ${used.text}`); return 2 }
    if (used !== undefined) {
      if (line.verbose >= 0) t.say(`super${metadata === '0.90' ? '0.90' : '1.x'} cannot open ${name}: ${used.text}`)
      t.say(`${name} is not suitable for this array.`)
      fail = true
      continue
    }
    // The first device decides where data begins on all of them.
    offset ??= dataOffsetKib(metadata, dev.sizeKib)
    const free = front ? Math.floor(dev.sizeKib - offset) : dataSize(metadata, dev.sizeKib)
    if (free <= 0) {
      if (front || metadata === '1.0') t.err(`device ${name} is too small (${dev.sizeKib - offset > 0 ? dev.sizeKib - offset : dev.sizeKib}K) for required metadata!\n`)
      if (defaulted) { t.say(`device ${name} not suitable for any style of array`); return 2 }
      t.say(`${name} is not suitable for this array.`)
      fail = true
      continue
    }
    if (wanted > 0 && free < wanted) { t.say(`${name} is smaller than given size. ${free}K < ${wanted}K + metadata`); fail = true; continue }
    if (most === null || free > most.kib) most = { name, kib: free }
    if (least === null || free < least.kib) least = { name, kib: free }
    if (line.run === 1 && line.verbose < 0) continue
    if (looksUsed(t, dev)) warned = true
    if (front && defaulted && !noted) {
      noted = warned = true
      t.say("Note: this array has metadata at the start and\n    may not be suitable as a boot device.  If you plan to\n    store '/boot' on this device please ensure that\n    your boot-loader understands md/v1.x metadata, or use\n    --metadata=0.90")
    }
    yield* t.flush()
  }
  if (missing === names.length) { t.say("Subdevs can't be all missing"); return 1 }
  if (fail || least === null || most === null) { t.say('create aborted'); return 1 }
  const rounded = wanted > 0 ? wanted : least.kib - least.kib % 64
  if (wanted === 0 && line.verbose > 0) t.say(`size set to ${rounded}K`)
  const auto = line.bitmap === null && line.policy !== 'resync' && rounded > 100 * 1024 * 1024
  if (auto && line.verbose > 0) t.say('automatically enabling write-intent bitmap on large array')
  if ((most.kib - rounded) * 100 > most.kib) {
    if (line.run !== 1 || line.verbose >= 0) t.say(`largest drive (${most.name}) exceeds size (${rounded}K) by more than 1%`)
    warned = true
  }
  return { metadata, sizeKib: rounded, warned, bitmap: auto || line.bitmap === 'internal', defaulted }
}
/** In KiB, not rounded: 0.90 in whole 64 KiB. */
function dataSize(metadata: Metadata, sizeKib: Kib): Kib {
  if (metadata === '0.90') return dataSizeKib('0.90', sizeKib)
  const sectors = sizeKib * 2, bitmap = sectors < 128 ? 0 : sectors - 128 >= 200 * 1024 * 1024 * 2 ? 256 : sectors - 8 > 8 * 1024 * 1024 * 2 ? 128 : 8
  return Math.floor((sectors - sectors % 8 - 24 - bitmap) / 2)
}

/** An ext file system, another array. */
function looksUsed(t: Tool, dev: SdDev): boolean {
  let warned = false
  const ref = partitionNamed(t.world.scsi, t.guest, dev.name), node = t.p.find(dev.path)
  if (ref !== undefined && !failed(node) && node.kind === 'block' && node.block !== undefined) {
    // Whoever keeps the bytes of devices knows whether a file system lies here.
    const block = node.block.read(1024, 1024, t.p)
    if (typeof block === 'string' && block.charCodeAt(56) === 0x53 && block.charCodeAt(57) === 0xef) {
      const word = (at: number): number => block.charCodeAt(at) + block.charCodeAt(at + 1) * 256 + block.charCodeAt(at + 2) * 65_536 + block.charCodeAt(at + 3) * 16_777_216
      t.say(`${dev.path} appears to contain an ext2fs file system`)
      t.err(`       size=${word(4) * 2 ** word(24)}K  mtime=${ctime(word(44))}\n`)
      warned = true
    }
  }
  const there = superOn(t, dev)
  if (there === null) return warned
  t.say(`${dev.path} appears to be part of a raid array:`)
  t.err(`       level=raid1 devices=${there.sb.raidDevices} ctime=${t.ctime(createdAt(there))}\n`)
  return true
}

/** Five times at the most. */
export function* ask(t: Tool, question: string): Run<boolean> {
  for (let i = 0; i < 5; i++) {
    t.err(question + (i > 0 ? '(y/n) ' : ''))
    yield* t.flush()
    const line = yield* readLine(t)
    if (line === null) return false
    if (/^[yY]/.test(line)) return true
    if (/^[nN]/.test(line)) return false
  }
  t.say("assuming 'no'")
  return false
}
/** fgets(3) of at most 99 bytes; null at the end. What stdio reads ahead is gone for whoever comes next, as in the real tool. */
function* readLine(t: Tool): Run<string | null> {
  for (let text = t.typed; ;) {
    const end = text.indexOf('\n')
    if (end >= 0 || text.length >= 99) {
      const cut = Math.min(end < 0 ? 99 : end + 1, 99)
      t.typed = text.slice(cut)
      return text.slice(0, cut)
    }
    const data = yield* t.p.read(0, 4096)
    if (failed(data) || data === '') { t.typed = ''; return text === '' ? null : text }
    text += data
  }
}
