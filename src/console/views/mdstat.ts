/** /proc/mdstat as kernel 6.1 prints it (md.c md_seq_show, status_resync; raid1.c raid1_status; md-bitmap.c md_bitmap_status). */
import { MINUTE, SECOND, type Micros } from '../../base/time.ts'
import type { GuestId } from '../../models/hypervisor/state.ts'
import { isQuiet } from '../../models/md/bitmap.ts'
import { syncProgress, type ArrayView, type MdView, type MemberView } from '../../models/md/state.ts'

export function mdstat(md: MdView, guest: GuestId, now: Micros): string {
  const arrays = (md.guests[guest]?.arrays ?? []).map(id => md.arrays[id]!).filter(a => a.state !== 'stopped').sort((a, b) => b.order - a.order)
  return `Personalities : [raid1] \n${arrays.map(a => arrayText(a, now)).join('')}unused devices: <none>\n`
}

function arrayText(a: ArrayView, now: Micros): string {
  const members = a.members.map(m => ` ${m.name}[${m.number}]${flags(a, m)}`).join(''), version = a.metadata === '0.90' ? '' : a.metadata === 'none' ? ' super non-persistent' : ` super ${a.metadata}`
  if (a.state === 'inactive') return `${a.name} : inactive${members}\n      ${a.sizeKib * a.members.length} blocks${version}\n       \n`
  const mode = a.mode === 'auto' ? ' (auto-read-only)' : a.mode === 'ro' ? ' (read-only)' : ''
  const progress = syncLine(a, now), bitmap = bitmapLine(a, now)
  return `${a.name} : active${mode} raid1${members}\n      ${a.sizeKib} blocks${version} [${a.raidDevices}/${a.inSync}] [${slots(a)}]\n      ` +
    `${progress === '' ? '' : `${progress}\n      `}${bitmap === '' ? '' : bitmap}\n`
}

function flags(a: ArrayView, m: MemberView): string {
  const mostly = m.writeMostly ? '(W)' : ''
  if (m.faulty) return `${mostly}(F)`
  return `${mostly}${m.slot < 0 || a.state === 'inactive' ? '(S)' : ''}${m.replacement ? '(R)' : ''}`
}

export function slots(a: ArrayView): string {
  let text = ''
  for (let slot = 0; slot < a.raidDevices; slot++) text += a.members.some(m => m.slot === slot && m.inSync && !m.replacement) ? 'U' : '_'
  return text
}

function syncLine(a: ArrayView, now: Micros): string {
  const p = syncProgress(a, now)
  if (p === undefined) return a.resyncKib === null ? '' : '\tresync=PENDING'
  if (p.delayed) return '\tresync=DELAYED'
  const permille = Math.min(1000, Math.floor(p.fraction * 1000)), bar = Math.floor(permille / 50)
  const average = a.sync === null || now <= a.sync.startedAt ? p.rate : Math.floor((p.doneKib - a.sync.startKib) * SECOND / (now - a.sync.startedAt))
  const tenths = average === 0 ? 0 : Math.floor((p.ofKib - p.doneKib) / average * SECOND * 10 / MINUTE)
  const word = p.action === 'check' ? 'check' : p.action === 'recovery' ? 'recovery' : 'resync'
  return `[${'='.repeat(bar)}>${'.'.repeat(20 - bar)}]  ${word} =${String(Math.floor(permille / 10)).padStart(3)}.${permille % 10}% (${p.doneKib}/${p.ofKib}) ` +
    `finish=${Math.floor(tenths / 10)}.${tenths % 10}min speed=${average}K/sec`
}

/** Two bytes for each chunk; a page is in memory while a bit of it is set. */
function bitmapLine(a: ArrayView, now: Micros): string {
  const { bitmap } = a
  if (bitmap === null) return ''
  const pages = Math.ceil(Math.ceil(a.sizeKib / bitmap.chunkKib) / 2048)
  const used = isQuiet(a, now) ? 0 : bitmap.all ? pages : Math.min(pages, new Set(bitmap.dirty.map(chunk => Math.floor(chunk / 2048))).size + (bitmap.scatteredKib > 0 ? pages : 0))
  return `bitmap: ${used}/${pages} pages [${used * 4}KB], ${bitmap.chunkKib}KB chunk${bitmap.file === null ? '' : `, file: ${bitmap.file}`}\n`
}
