/**
 * --detail in all its forms: text, --brief, --export, --test. What the kernel tells (counts, states, slots) stands beside what a superblock tells (name,
 * UUID, events); the latter is missing where no member in sync can be read (recordings s09, s10). Source: mdadm 4.2 Detail.c, read as facts.
 */
import { isClean, syncProgress, type ArrayView, type MemberView } from '../../../models/md/state.ts'
import { failed } from '../../../shell/kernel/errno.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import { humanSize } from './size.ts'
import { answers, isLocal, minorOf, superOn, type Super } from './super.ts'
import type { Tool } from './tool.ts'

export function* detail(t: Tool, path: string): Run {
  const { line } = t, refused = line.test ? 4 : 1, dev = t.device(path)
  if (failed(dev)) { t.say(`cannot open ${path}: ${dev.text}`); return refused }
  const no = dev.kind === 'block' ? t.openable(dev) : undefined
  if (no !== undefined) { t.say(`cannot open ${path}: ${no.text}`); return refused }
  if (dev.kind !== 'md') { t.say(`${path} does not appear to be an md device`); return refused }
  if (dev.array === undefined) { t.say(`Array associated with md device ${path} does not exist.`); return refused }
  t.ask({ type: 'md.open', array: dev.array })
  const a = t.array(dev.array), found = yield* superOf(t, a)
  if (line.export > 0) { t.out(exported(t, a, found)); return 0 }
  const there = available(t, a), enough = there.some(Boolean)
  t.out(line.brief ? briefly(t, path, a, found) : text(t, path, a, found, there))
  yield* t.flush()
  if (!line.test) return 0
  return a.state === 'inactive' ? 1 : !enough ? 2 : there.every(Boolean) ? 0 : 1
}

/** The first member in sync whose superblock can be read. */
function* superOf(t: Tool, a: ArrayView): Run<Super | null> {
  for (const m of a.members.toSorted((x, y) => x.number - y.number)) {
    if (a.state === 'active' && (!m.inSync || m.faulty)) continue
    const path = t.memberPath(m), dev = path === null ? null : t.device(path)
    if (dev === null || failed(dev) || dev.kind !== 'sd' || t.openable(dev) !== undefined || !(yield* answers(t, dev))) continue
    const found = superOn(t, dev)
    if (found !== null) return found
  }
  return null
}
/** For each slot: a member in sync whose device is still on the bus. */
export function available(t: Tool, a: ArrayView): boolean[] {
  return Array.from({ length: a.raidDevices }, (_, slot) => a.members.some(m => m.slot === slot && m.inSync && t.world.scsi.devices[m.device] !== undefined && t.world.scsi.devices[m.device]!.state !== 'removed'))
}

function exported(t: Tool, a: ArrayView, found: Super | null): string {
  const named = t.pathOf(a.name), rows = ['MD_LEVEL=raid1', `MD_DEVICES=${a.raidDevices}`, `MD_METADATA=${a.metadata === 'none' ? '' : a.metadata}`]
  if (found !== null || named !== `/dev/${a.name}`) rows.push(`MD_UUID=${a.uuid}`)
  if (named.startsWith('/dev/md/')) rows.push(`MD_DEVNAME=${named.slice(8)}`)
  if (found !== null && a.metadata !== '0.90') rows.push(`MD_NAME=${a.label}`)
  if (!t.line.noDevices) for (const m of a.members.toSorted((x, y) => y.number - x.number)) {
    const name = `dev-${m.name}`.replace(/[^A-Za-z0-9]/g, '_'), path = t.memberPath(m)
    rows.push(`MD_DEVICE_${name}_ROLE=${m.slot >= 0 ? m.slot : 'spare'}`)
    if (path !== null) rows.push(`MD_DEVICE_${name}_DEV=${path}`)
  }
  return `${rows.join('\n')}\n`
}

function briefly(t: Tool, path: string, a: ArrayView, found: Super | null): string {
  const { line } = t, verbose = line.verbose > 0, spares = line.noDevices || a.state === 'inactive' ? 0 : a.members.filter(m => !m.faulty && !m.inSync).length
  let text = `${a.state === 'inactive' ? 'INACTIVE-ARRAY' : 'ARRAY'} ${path}`
  if (verbose) text += a.state === 'inactive' ? ` num-devices=${a.members.length}` : ` level=raid1 num-devices=${a.raidDevices}`
  text += ` metadata=${a.metadata === 'none' ? '' : a.metadata}${a.bitmap?.file == null ? '' : ` bitmap=${a.bitmap.file}`}${spares > 0 ? ` spares=${spares}` : ''}`
  if (found !== null) text += `${a.metadata === '0.90' ? '' : ` name=${/\s/.test(a.label) ? `"${a.label}"` : a.label}`} UUID=${a.uuid}`
  const devices = a.members.flatMap(m => t.memberPath(m) ?? []).sort()
  if (verbose && !line.noDevices && devices.length > 0) text += `\n   devices=${devices.join(',')}`
  return `${text}\n`
}

function text(t: Tool, path: string, a: ArrayView, found: Super | null, there: readonly boolean[]): string {
  const inactive = a.state === 'inactive', failedCount = a.members.filter(m => m.faulty).length, active = a.members.filter(m => m.inSync).length, working = a.members.length - failedCount
  const size = `${a.sizeKib}${humanSize(a.sizeKib * 1024)}`, p = syncProgress(a, t.now)
  const bare = a.metadata === 'none', rows: (readonly [string, string] | null)[] = [['Version', bare ? '' : a.metadata]]
  if (!inactive) rows.push(['Creation Time', t.ctime(a.createdAt)])
  if (!inactive || found !== null) rows.push(['Raid Level', 'raid1'])
  if (!inactive) rows.push(['Array Size', size], ['Used Dev Size', size], ['Raid Devices', String(a.raidDevices)])
  rows.push(['Total Devices', String(a.members.length)])
  if (a.metadata === '0.90') rows.push(['Preferred Minor', String(minorOf(a))])
  if (!bare) rows.push(['Persistence', 'Superblock is persistent'])
  rows.push(null)
  if (!inactive && a.bitmap !== null) rows.push(['Intent Bitmap', a.bitmap.file ?? 'Internal'], null)
  if (!inactive && !bare) rows.push(['Update Time', t.ctime(a.updatedAt)])
  rows.push(['State', inactive ? 'inactive' : `${stateText(t, a, there)} `])
  if (!inactive) rows.push(['Active Devices', String(active)])
  rows.push(['Working Devices', String(working)])
  if (!inactive) rows.push(['Failed Devices', String(failedCount)], ['Spare Devices', String(working - active)])
  rows.push(null)
  if (!inactive) rows.push(['Consistency Policy', a.bitmap === null ? 'resync' : 'bitmap'], null)
  if (p !== undefined && !p.delayed) rows.push([`${{ recovery: 'Rebuild', resync: 'Resync', repair: 'Resync', check: 'Check' }[p.action]} Status`, `${Math.floor(p.fraction * 100)}% complete`], null)
  if (found !== null) {
    const local = isLocal(found, t.homehost) ? `(local to host ${t.homehost})` : ''
    if (a.metadata !== '0.90') rows.push(['Name', a.label + (local === '' ? '' : `  ${local}`)])
    rows.push(['UUID', a.uuid + (a.metadata === '0.90' && local !== '' ? ` ${local}` : '')], ['Events', a.metadata === '0.90' ? `0.${found.sb.events}` : String(found.sb.events)], null)
  }
  const head = rows.map(row => row === null ? '\n' : `${row[0].padStart(18)} : ${row[1]}\n`).join('')
  if (t.line.noDevices) return `${path}:\n${head}`
  return `${path}:\n${head}    Number   Major   Minor   RaidDevice${inactive ? '' : ' State'}\n${inactive ? `\n${a.members.map(m => inactiveRow(t, m)).join('')}` : memberRows(t, a)}`
}

const cell = (value: number | null): string => String(value ?? '-').padStart(8)
function inactiveRow(t: Tool, m: MemberView): string {
  const [major, minor] = t.numbers(m)
  return `${cell(null)}   ${String(major).padStart(5)}    ${String(minor).padStart(5)}        -        ${t.memberPath(m) ?? 'missing'}\n`
}
function memberRows(t: Tool, a: ArrayView): string {
  let text = ''
  for (let slot = 0; slot < a.raidDevices; slot++) {
    const here = a.members.filter(m => m.slot === slot).sort((x, y) => x.number - y.number)
    if (here.length === 0) text += `${cell(null)}   ${'0'.padStart(5)}    ${'0'.padStart(5)}    ${String(slot).padStart(5)}      removed\n`
    for (const m of here) text += memberRow(t, m, slot)
  }
  const others = a.members.filter(m => m.slot < 0).sort((x, y) => x.number - y.number)
  return others.length === 0 ? text : `${text}\n${others.map(m => memberRow(t, m, null)).join('')}`
}
function memberRow(t: Tool, m: MemberView, slot: number | null): string {
  const [major, minor] = t.numbers(m), flags = (m.writeMostly ? ' writemostly' : '') + (m.failfast ? ' failfast' : '')
  const words = m.faulty ? ` faulty${flags}` : m.inSync ? ` active sync${flags}` : `${flags} spare${m.slot < 0 ? '' : ' rebuilding'}`
  return `${cell(m.number)}   ${String(major).padStart(5)}    ${String(minor).padStart(5)}    ${String(slot ?? '-').padStart(5)}     ${words}   ${t.memberPath(m) ?? 'missing'}\n`
}

/** A member in sync whose device is gone makes mdadm call the array degraded, or failed if it was the last, whatever the kernel thinks (VS-95). */
function stateText(t: Tool, a: ArrayView, there: readonly boolean[]): string {
  const p = syncProgress(a, t.now)
  const doing = p === undefined ? (a.resyncKib === null ? '' : ', resyncing (PENDING)') : p.delayed ? ', resyncing (DELAYED)' : { recovery: ', recovering', resync: ', resyncing', repair: ', resyncing', check: ', checking' }[p.action]
  return `${isClean(a, t.now) ? 'clean' : 'active'}${there.every(Boolean) ? '' : there.some(Boolean) ? ', degraded' : ', FAILED'}${doing}`
}

/** `--detail --scan`: all that /proc/mdstat shows, by the names under which they were made. */
export function* detailScan(t: Tool): Run {
  let status = 0
  for (const { a } of t.arrays().reverse()) status |= yield* detail(t, scanName(t, a.name))
  return status
}
export function scanName(t: Tool, devnm: string): string {
  const path = t.pathOf(devnm), dev = t.device(path)
  return !failed(dev) && dev.kind === 'md' && dev.name === devnm ? path : `/dev/${devnm}`
}
