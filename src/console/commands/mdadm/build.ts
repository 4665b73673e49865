/** --build: an array without superblocks. Nothing is checked but that there are devices. Source: mdadm 4.2 Build.c, read as facts. */
import type { ArrayId } from '../../../models/md/state.ts'
import { failed } from '../../../shell/kernel/errno.ts'
import { absolute, createBitmapFile, delayOf, fileChunk, readHead } from './bitmap-file.ts'
import { flagged, nameOf } from './create.ts'
import { chooseDevice } from './naming.ts'
import { levelName } from './texts.ts'
import type { Tool } from './tool.ts'

const NO_UUID = '00000000:00000000:00000000:00000000'

export function build(t: Tool): number {
  const { line } = t, [array, ...components] = line.devices, bitmap = line.bitmap === 'none' ? null : line.bitmap
  if (line.level === null) { t.say('a RAID level is needed to Build an array.'); return 1 }
  for (const { name } of components) {
    const dev = name === 'missing' ? null : t.device(name)
    if (dev === null) continue
    if (failed(dev)) { t.say(`stat failed for ${name}: ${dev.text}`); return 1 }
    if (dev.kind === 'other') { t.say(`${name} is not a block device.`); return 1 }
  }
  if (line.raidDevices !== components.length) { t.say(`requested ${line.raidDevices} devices in array but listed ${components.length}`); return 1 }
  const chosen = chooseDevice(t, array!.name, null, 'local')
  if (chosen === null) return 1
  if (bitmap !== null && line.level <= 0) { t.say(`bitmaps not meaningful with level ${levelName(line.level)}`); return 1 }
  if (line.level !== 1) return t.unmodelled(`RAID level ${levelName(line.level)}`)
  if (line.writeBehind !== null) return t.unmodelled('option --write-behind')
  let least = typeof line.sizeKib === 'number' && line.sizeKib > 0 ? line.sizeKib : Infinity
  for (const { name } of components) {
    const dev = name === 'missing' ? null : t.device(name)
    if (dev === null || failed(dev)) continue
    const no = t.openable(dev, true)
    if (no !== undefined) { t.say(`Cannot open ${name}: ${no.text}`); return 1 }
    if (dev.kind !== 'sd' || dev.number === 0) return t.unmodelled(`${dev.kind === 'md' ? 'an array' : 'a whole disk'} (${name}) as a member`)
    least = Math.min(least, dev.sizeKib)
  }
  const file = bitmap === null ? undefined : absolute(t, bitmap), there = bitmap === null ? null : readHead(t, bitmap), chunkKib = there?.chunkKib ?? fileChunk(line.bitmapChunk, least)
  if (bitmap !== null && there === null && !createBitmapFile(t, bitmap, NO_UUID, chunkKib, least)) return 1
  if (there !== null && there.magic !== 0x6d746962) { t.say('RUN_ARRAY failed: Invalid argument'); return 1 }
  const { writeMostly } = flagged(t, components)
  const refusal = t.ask({
    type: 'md.build', guest: t.guest, array: chosen.devnm as ArrayId, name: chosen.devnm, link: chosen.link, devices: components.map(({ name }) => nameOf(t, name)), assumeClean: line.assumeClean,
    sizeKib: typeof line.sizeKib === 'number' && line.sizeKib > 0 ? line.sizeKib : undefined, chunkKib: file === undefined ? undefined : chunkKib, bitmapFile: file, bitmapDelay: file === undefined ? undefined : there?.delay ?? delayOf(t), writeMostly,
  })
  if (refusal !== undefined) { t.say(refusal.text.replace(/^mdadm: /, '')); return refusal.status }
  t.setMap(chosen.devnm, chosen.path)
  if (line.verbose >= 0) t.say(`array ${chosen.path} built and started.`)
  return 0
}
