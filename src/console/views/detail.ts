/**
 * mdadm --detail, the parts that follow from the state of the array (mdadm 4.2 Detail.c). Times, UUIDs and the host's name are not
 * modelled here; the tool that prints them adds them.
 */
import type { Micros } from '../../base/time.ts'
import { isClean, syncProgress, type ArrayView, type MdView, type MemberView } from '../../models/md/state.ts'
import type { ScsiView } from '../../models/scsi/state.ts'
import { letterOf, pathOf, sdNumbers } from './names.ts'

export interface DetailRow { readonly number: number | null; readonly major: number; readonly minor: number; readonly slot: number | null; readonly state: string }

export function detail(scsi: ScsiView, _md: MdView, a: ArrayView, now: Micros): string {
  if (a.state === 'inactive') return inactive(a)
  const failed = a.members.filter(m => m.faulty).length, active = a.members.filter(m => m.inSync).length, working = a.members.length - failed
  const p = syncProgress(a, now), pairs: [string, string][] = [
    ['Version', a.metadata], ['Raid Level', 'raid1'], ['Array Size', sizeText(a.sizeKib)], ['Used Dev Size', sizeText(a.sizeKib)],
    ['Raid Devices', String(a.raidDevices)], ['Total Devices', String(a.members.length)],
    ...(a.metadata === '0.90' ? [['Preferred Minor', a.name.slice(2)] as [string, string]] : []),
    ['Persistence', 'Superblock is persistent'], ...(a.bitmap === null ? [] : [['Intent Bitmap', 'Internal'] as [string, string]]),
    ['State', `${stateText(scsi, a, now)} `],
    ['Active Devices', String(active)], ['Working Devices', String(working)], ['Failed Devices', String(failed)], ['Spare Devices', String(working - active)],
    ['Consistency Policy', a.bitmap === null ? 'resync' : 'bitmap'],
    ...(p === undefined || p.delayed ? [] : [[`${{ recovery: 'Rebuild', resync: 'Resync', repair: 'Resync', check: 'Check' }[p.action]} Status`, `${Math.floor(p.fraction * 100)}% complete`] as [string, string]]),
  ]
  return `/dev/${a.name}:\n${pairs.map(([name, value]) => `${name.padStart(18)} : ${value}\n`).join('')}\n    Number   Major   Minor   RaidDevice State\n` +
    rowBlocks(scsi, a).map(rows => rows.map(rowText).join('')).join('\n')
}

/** An array that was put together but not started. */
function inactive(a: ArrayView): string {
  const pairs = [['Version', a.metadata], ['Raid Level', 'raid1'], ['Total Devices', String(a.members.length)], ['Persistence', 'Superblock is persistent'], ['State', 'inactive'], ['Working Devices', String(a.members.length)]]
  const rows = a.members.map(m => {
    const [major, minor] = sdNumbers(letterOf(m.name), m.partition)
    return `${'-'.padStart(8)} ${String(major).padStart(7)}  ${String(minor).padStart(7)}    ${'-'.padStart(5)}        /dev/${m.name}\n`
  })
  return `/dev/${a.name}:\n${pairs.map(([name, value]) => `${name!.padStart(18)} : ${value!}\n`).join('')}\n    Number   Major   Minor   RaidDevice\n\n${rows.join('')}`
}

/** Slots first, then those without. */
function rowBlocks(scsi: ScsiView, a: ArrayView): DetailRow[][] {
  const all = detailRows(scsi, a), slots = all.filter(row => row.slot !== null), others = all.filter(row => row.slot === null)
  return others.length === 0 ? [slots] : [slots, others]
}

function detailRows(scsi: ScsiView, a: ArrayView): DetailRow[] {
  const rows: DetailRow[] = []
  for (let slot = 0; slot < a.raidDevices; slot++) {
    const here = a.members.filter(m => m.slot === slot).sort((x, y) => x.number - y.number)
    if (here.length === 0) rows.push({ number: null, major: 0, minor: 0, slot, state: 'removed' })
    for (const m of here) rows.push(rowOf(scsi, a, m, slot))
  }
  for (const m of a.members.filter(one => one.slot < 0).sort((x, y) => x.number - y.number)) rows.push(rowOf(scsi, a, m, null))
  return rows
}

function rowOf(scsi: ScsiView, a: ArrayView, m: MemberView, slot: number | null): DetailRow {
  const [major, minor] = sdNumbers(letterOf(m.name), m.partition), path = pathOf(scsi, a.guest, m) ?? 'missing'
  const words = m.faulty ? 'faulty' : m.inSync ? 'active sync' : m.slot < 0 ? 'spare' : m.replacement ? 'spare rebuilding' : 'spare rebuilding'
  return { number: m.number, major, minor, slot, state: `${words}   ${path}` }
}

const rowText = ({ number, major, minor, slot, state }: DetailRow): string =>
  `${String(number ?? '-').padStart(8)} ${String(major).padStart(7)}  ${String(minor).padStart(7)}    ${String(slot ?? '-').padStart(5)}      ${state}\n`

/** A member in sync whose device is gone from /dev makes mdadm call the array degraded, or failed if it was the last, whatever the kernel thinks (VS-95). */
function stateText(scsi: ScsiView, a: ArrayView, now: Micros): string {
  let there = 0
  for (let slot = 0; slot < a.raidDevices; slot++) if (a.members.some(m => m.slot === slot && m.inSync && !m.replacement && pathOf(scsi, a.guest, m) !== undefined)) there++
  const p = syncProgress(a, now)
  const doing = p === undefined ? '' : p.delayed ? ', resyncing (DELAYED)' : { recovery: ', recovering', resync: ', resyncing', repair: ', resyncing', check: ', checking' }[p.action]
  return `${isClean(a, now) ? 'clean' : 'active'}${there === a.raidDevices ? '' : there === 0 ? ', FAILED' : ', degraded'}${doing === '' && a.resyncKib !== null ? ', resyncing (PENDING)' : doing}`
}

/** `92160 (90.00 MiB 94.37 MB)`. */
export function sizeText(kib: number): string {
  const bytes = kib * 1024
  if (bytes < 5000 * 1024) return String(kib)
  const big = (unit: number, name: string) => `${(Math.floor(bytes / unit * 100 + 0.5) / 100).toFixed(2)} ${name}`
  return `${kib} (${bytes < 2 * 2 ** 30 ? big(2 ** 20, 'MiB') : big(2 ** 30, 'GiB')} ${bytes < 2 * 2 ** 30 ? big(1e6, 'MB') : big(1e9, 'GB')})`
}
