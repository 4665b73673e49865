/** --grow of a RAID1: number of devices, size, write-intent bitmap. Source: mdadm 4.2 mdadm.c, Grow.c Grow_reshape, Grow_addbitmap, read as facts; recordings s03, s21. */
import type { ArrayId } from '../../../models/md/state.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import { absolute, createBitmapFile, delayOf, fileChunk } from './bitmap-file.ts'
import { manageDevices } from './manage.ts'
import { levelName } from './texts.ts'
import type { Tool } from './tool.ts'

export function* grow(t: Tool, id: ArrayId): Run {
  const { line } = t, [array, ...more] = line.devices, path = array!.name, shape = line.sizeKib !== 0 || line.raidDevices !== 0 || line.chunkKib !== 0 || line.layout !== null
  if (line.arraySize !== 0) return t.unmodelled('option --array-size')
  if (more.length > 0 && line.raidDevices === 0 && line.level === null) {
    t.say(line.sizeKib !== 0 || line.chunkKib !== 0 || line.layout !== null || line.bitmap !== null ? '--add cannot be used with other geometry changes in --grow mode'
      : t.array(id).state === 'active' ? 'can only add devices to linear arrays' : `cannot get array info for ${path}`)
    return 1
  }
  if (line.bitmap !== null) {
    if (!shape && more.length === 0) return bitmap(t, id, path)
    t.say('--bitmap changes cannot be used with other geometry changes in --grow mode')
    return 1
  }
  if (line.continues) return t.unmodelled('option --continue')
  if (shape || line.level !== null || line.dataOffset !== null) return yield* reshape(t, id, path)
  if (line.policy !== null) return t.unmodelled('--grow with --consistency-policy')
  t.say('no changes to --grow')
  return 0
}

function bitmap(t: Tool, id: ArrayId, path: string): number {
  const { line } = t, a = t.array(id)
  if (line.bitmap === 'clustered') return t.unmodelled('a cluster')
  if (a.bitmap !== null && a.bitmap.file !== null) {
    if (line.bitmap !== 'none') { t.say(`${path} already has a bitmap (${a.bitmap.file})`); return 1 }
    if (t.ask({ type: 'md.setBitmap', array: id, bitmap: 'none' }) === undefined) return 0
    t.say(`failed to remove bitmap ${a.bitmap.file}`)
    return 1
  }
  if (a.state !== 'active') { t.say(`cannot get array status for ${path}`); return 1 }
  if (line.bitmap === 'none') {
    if (a.bitmap === null) { t.say(`no bitmap found on ${path}`); return 1 }
    if (t.ask({ type: 'md.setBitmap', array: id, bitmap: 'none' }) === undefined) return 0
    t.say('failed to remove internal bitmap.')
    return 1
  }
  if (a.bitmap !== null) { t.say(`bitmap already present on ${path}`); return 1 }
  if (line.bitmap!.includes('/')) return inFile(t, id, path)
  if (a.metadata === 'none') { t.say('Internal bitmaps not supported with 0.90 metadata'); return 1 }
  const chunkKib = line.bitmapChunk === null ? undefined : line.bitmapChunk / 1024
  if (chunkKib !== undefined && chunkKib < leastChunk(a.sizeKib)) { t.say('failed to create internal bitmap - chunksize problem.'); return 1 }
  if (t.ask({ type: 'md.setBitmap', array: id, bitmap: 'internal', chunkKib, bitmapDelay: delayOf(t) }) === undefined) return 0
  t.say('Cannot add bitmap while array is resyncing or reshaping etc.')
  t.say('failed to set internal bitmap.')
  return 1
}
function inFile(t: Tool, id: ArrayId, path: string): number {
  const { line } = t, a = t.array(id), chunkKib = fileChunk(line.bitmapChunk, a.sizeKib)
  if (a.metadata === 'none') { t.say('cannot find UUID for array!'); return 1 }
  if (!createBitmapFile(t, line.bitmap!, a.uuid, chunkKib, a.sizeKib)) return 1
  if (t.ask({ type: 'md.setBitmap', array: id, bitmap: 'internal', chunkKib, bitmapFile: absolute(t, line.bitmap!), bitmapDelay: delayOf(t) }) === undefined) return 0
  t.say('Cannot add bitmap while array is resyncing or reshaping etc.')
  t.say(`Cannot set bitmap file for ${path}: Device or resource busy`)
  return 1
}
/** So large that the bits fit into what is reserved for them, 4 KiB at least. */
export function leastChunk(sizeKib: number): number {
  let chunk = 4
  for (let bits = Math.floor(sizeKib / chunk) + 1; bits > (4096 - 256) * 8; bits = Math.ceil(bits / 2)) chunk *= 2
  return chunk
}

function* reshape(t: Tool, id: ArrayId, path: string): Run {
  const { line } = t, a = t.array(id), added = line.devices.slice(1), no = (text: string): number => { t.say(text); return 1 }
  if (a.state !== 'active') return no(`${path} is not an active md array - aborting`)
  if (line.level !== null && line.chunkKib !== 0) return no('Cannot change array level in the same operation as changing chunk size.')
  if (line.dataOffset !== null) return no('--grow --data-offset not yet supported')
  if (line.sizeKib !== 0 && (line.chunkKib !== 0 || line.level !== null || line.layout !== null || line.raidDevices !== 0))
    return no('cannot change component size at the same time as other changes.\n   Change size first, then check data is intact before making other changes.')
  const spares = a.members.filter(m => !m.faulty && !m.inSync).length, more = line.raidDevices - a.raidDevices
  if (more > 0 && spares + added.length < more && !line.force)
    return no(`Need ${more} spare${more === 1 ? '' : 's'} to avoid degraded array, and only have ${spares + added.length}.\n       Use --force to over-ride this check.`)
  if (a.sync !== null && a.sync.action !== 'recovery') return no(`${path} is performing resync/recovery and cannot be reshaped`)
  t.ask({ type: 'md.freeze', array: id })
  const status = yield* change(t, id, path)
  t.ask({ type: 'md.thaw', array: id })
  return status
}
function* change(t: Tool, id: ArrayId, path: string): Run {
  const { line } = t, before = t.array(id).sizeKib, added = line.devices.slice(1)
  if (line.sizeKib !== 0 && line.sizeKib !== before) {
    const refusal = t.ask({ type: 'md.grow', array: id, sizeKib: line.sizeKib === 'max' ? null : line.sizeKib })
    if (refusal !== undefined) { t.say(`Cannot set device size for ${path}: ${refusal.text.slice(refusal.text.lastIndexOf(':') + 1).trim()}`); return 1 }
    const { sizeKib } = t.array(id)
    if (line.verbose >= 0) t.say(`component size of ${path} ${sizeKib === before ? 'unchanged at' : 'has been set to'} ${sizeKib}K`)
    return 0
  }
  const { raidDevices } = t.array(id)
  if ((line.level === null || line.level === 1) && line.layout === null && line.chunkKib === 0 && (line.raidDevices === 0 || line.raidDevices === raidDevices)) {
    if (line.verbose >= 0) t.say(`${path}: no change requested`)
    return 0
  }
  if (line.level !== null && line.level !== 1) { t.unmodelled(`a change of level to ${levelName(line.level)}`); return 1 }
  if (line.chunkKib !== 0 || line.layout !== null) { t.say(`Cannot change ${line.chunkKib !== 0 ? 'chunk size' : 'layout'} of a RAID1: it has none`); return 1 }
  if (added.length > 0 && (yield* manageDevices(t, id, path, added, true)) !== 0) return 1
  if (t.ask({ type: 'md.grow', array: id, raidDevices: line.raidDevices }) !== undefined) { t.say('failed to set raid disks'); return 1 }
  if (line.verbose >= 0) t.out(`raid_disks for ${path} set to ${line.raidDevices}\n`)
  return 0
}
