/**
 * --assemble: from devices, by identity, by configuration file, or whatever is found.
 *
 * The newest event count decides; a member that calls the newest one failed is ignored; fewer members than the superblock counts are started only by a scan,
 * --run or --force (recordings s15, s17). Source: mdadm 4.2 Assemble.c, mdadm.c scan_assemble, read as facts.
 */
import { labelOf } from '../../../models/md/arrays.ts'
import type { ArrayId } from '../../../models/md/state.ts'
import { arrayUuid, homeWords } from '../../../models/md/uuid.ts'
import { failed } from '../../../shell/kernel/errno.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import { arrayLineFor, nameIsFree, type ArrayLine } from './conf.ts'
import { absolute, readHead } from './bitmap-file.ts'
import { chooseDevice, type Chosen } from './naming.ts'
import { candidates, selectDevices, type Candidate, type Ident } from './select.ts'
import { isLocal, nameOf, superOn, type Super } from './super.ts'
import type { Tool } from './tool.ts'

const NO_IDENT: Ident = { uuid: null, name: '', superMinor: null, level: null, raidDevices: null, devices: null, metadata: null }
/** `--update`: what each format understands; the rest is not modelled, or refused by the format. */
const UNDERSTOOD = { old: ['super-minor', 'summaries', 'resync', 'uuid', 'homehost'], recent: ['resync', 'uuid', 'name', 'homehost', 'devicesize', 'bbl', 'no-bitmap'] }

export function* assembleMain(t: Tool): Run {
  const { line } = t, [array, ...components] = line.devices
  if (line.update !== null && !UNDERSTOOD.old.includes(line.update) && !UNDERSTOOD.recent.includes(line.update)) return t.unmodelled(`option --update=${line.update}`)
  if (line.backupFile !== null || line.nodes > 0) return t.unmodelled(line.nodes > 0 ? 'a cluster' : 'option --backup-file')
  if (!line.scan && line.run === -1) { t.say('--no-degraded not meaningful without a --scan assembly.'); return 1 }
  const ident: Ident = { ...NO_IDENT, uuid: line.uuid, name: line.name, superMinor: line.superMinor === 'dev' ? minorOfPath(t, array!.name) : line.superMinor }
  if (!line.scan && (line.devices.length > 1 || ident.uuid !== null || ident.superMinor !== null || ident.name !== ''))
    return yield* assemble(t, array!.name, ident, components.length === 0 ? null : candidates(components.map(({ name }) => name)), true)
  if (line.devices.length > 0) {
    if (line.scan && line.update !== null && line.devices.length > 1) { t.say('can only update a single array at a time'); return 1 }
    let status = 0
    for (const { name } of line.scan ? line.devices : [array!]) {
      const known = arrayLineFor(t.conf, name)
      if (known === undefined) t.say(`${name} not identified in config file.`)
      status |= known === undefined ? 1 : yield* assemble(t, name, known, null, false)
    }
    return status
  }
  if (line.update !== null) { t.say('--update not meaningful with a --scan assembly.'); return 1 }
  return yield* scan(t, ident)
}
function minorOfPath(t: Tool, path: string): number {
  const dev = t.device(path)
  return failed(dev) || dev.kind !== 'md' ? -1 : Number(dev.name.slice(2))
}

function* scan(t: Tool, ident: Ident): Run {
  const { arrays } = t.conf, given = new Map<string, ArrayLine>()
  for (const a of arrays) {
    if (a.devname === null || a.devname === '<ignore>') continue
    const other = given.get(a.devname)
    if (other !== undefined) {
      t.say(a.uuid !== null && other.uuid !== null ? `Devices UUID-${other.uuid} and UUID-${a.uuid} have the same name: ${a.devname}` : `Device ${a.devname} given twice in config file`)
      t.say('Duplicate MD device names in conf file were found.')
      return 1
    }
    given.set(a.devname, a)
  }
  if (t.devices().length === 0) { t.say('No devices listed in conf file were found.'); return 1 }
  let count = 0, status = 0
  for (let failures = true, successes = true; failures && successes;) {
    failures = successes = false
    status = 0
    for (const a of arrays) {
      if (a.assembled || a.devname?.toLowerCase() === '<ignore>') continue
      const answer = yield* assemble(t, a.devname, a, null, false)
      if (answer === 0) successes = a.assembled = true
      else failures = true
      status |= answer
      count++
    }
  }
  if (t.homehost === null || count > 0) {
    if (count > 0 || status !== 0) return status
    t.say('No arrays found in config file')
    return 1
  }
  for (let again = true; again;) {
    const list = candidates(t.devices())
    again = false
    for (let answer = 0; answer !== 2;) {
      answer = yield* assemble(t, null, ident, list, false)
      if (answer === 0) { count++; again = true }
    }
  }
  if (count > 0) return 0
  t.say('No arrays found in config file or automatically')
  return 1
}

interface Device extends Candidate { found: Super; uptodate: boolean }
const isActive = ({ found: { sb } }: Device): boolean => typeof sb.role === 'number'
/** Those that this superblock counts as active: working_disks. */
const counted = ({ sb }: Super): number => [...sb.arrayState].reduce((n, letter) => n + (letter === 'A' ? 1 : letter === 'R' ? 2 : 0), 0)

/** 0: it runs; 1: it does not; 2: there was nothing to try. */
export function* assemble(t: Tool, mddev: string | null, ident: Ident, given: Candidate[] | null, inArgv: boolean): Run {
  const { line } = t, auto = mddev === null && ident.uuid === null && ident.superMinor === null && ident.name === ''
  if (given === null && ident.uuid === null && (ident.superMinor ?? -1) < 0 && ident.name === '' && ident.devices === null) {
    t.say(`No identity information available for ${mddev ?? 'further assembly'} - cannot assemble.`)
    return 1
  }
  const list = given ?? candidates(t.devices()), partial = line.run >= 0 && (line.force || given === null || auto)
  for (;;) {
    if (line.verbose > 0) t.say(`looking for devices for ${mddev ?? 'further assembly'}`)
    const first = yield* selectDevices(t, list, ident, inArgv && given !== null && mddev !== null, auto)
    if (first === false) return 1
    if (first === null) return 2
    const chosen = place(t, mddev, first, auto)
    if (chosen === null && auto) continue
    if (chosen === null) return 1
    const devices = list.filter((one): one is Device => one.used === 1 && one.found !== null)
    if (line.update !== null && !update(t, chosen, line.update, ident, devices)) return 1
    const answer = load(t, chosen, first, devices.map(one => ({ ...one, uptodate: false })), inArgv, partial)
    yield* t.flush()
    return answer
  }
}

/** Superblocks are changed before they are used; what was read of them is read again. */
function update(t: Tool, { devnm }: Chosen, what: string, ident: Ident, devices: readonly Device[]): boolean {
  const first = devices[0]?.found, old = first?.sb.metadata === '0.90'
  if (first !== undefined && !UNDERSTOOD[old ? 'old' : 'recent'].includes(what)) {
    t.say(`--update=${what} not understood for ${old ? '0.90' : '1.x'} metadata`)
    return false
  }
  for (const one of devices) {
    const { sb, dev } = one.found, name = sb.label.slice(sb.label.indexOf(':') + 1)
    const label = what === 'name' ? labelOf(t.homehost ?? '', ident.name === '' ? devnm.replace(/^md/, '') : ident.name) : what === 'homehost' ? labelOf(t.homehost ?? '', name) : undefined
    const renewed = what === 'uuid' ? ident.uuid ?? arrayUuid(`${sb.array} at ${t.now}` as ArrayId, sb.metadata, t.homehost ?? '')
      : what === 'homehost' && old ? [...one.found.uuid.split(':').slice(0, 2), ...homeWords(t.homehost ?? '')].join(':') : undefined
    const refusal = t.ask({ type: 'md.updateSuperblock', guest: t.guest, device: dev.name, label, uuid: renewed, dirty: what === 'resync' ? true : undefined, bitmap: what === 'no-bitmap' ? false : undefined })
    if (refusal !== undefined) { t.say(`cannot re-read metadata from ${one.name} - aborting`); return false }
    one.found = superOn(t, dev) ?? one.found
  }
  return true
}

/** The md device and its name; null after a complaint. */
function place(t: Tool, mddev: string | null, first: Super, auto: boolean): Chosen | null {
  const { a } = first
  if (a.state === 'active') {
    t.say(`Found some drive for an array that is already active: ${t.pathOf(a.name)}`)
    t.say('giving up.')
    return null
  }
  if (a.state === 'inactive') {
    const path = t.pathOf(a.name)
    if (t.line.verbose > 0 || mddev === null || mddev !== path) t.say(`Merging with already-assembled ${path}`)
    return { devnm: a.name, path, link: path.startsWith('/dev/md/') ? path.slice(8) : undefined }
  }
  let name = nameOf(first), local = isLocal(first, t.homehost) || name.startsWith('any:')
  if (local) name = name.slice(name.indexOf(':') + 1)
  if (!auto) local = true
  if (name !== '' && !local && !t.requireHomehost && nameIsFree(t.conf, name)) local = true
  if (local) name = name.slice(name.indexOf(':') + 1)
  return chooseDevice(t, mddev, name, local ? 'local' : 'foreign')
}

function load(t: Tool, chosen: Chosen, first: Super, devices: Device[], inArgv: boolean, partial: boolean): number {
  const { line } = t, { path } = chosen, raid = first.sb.raidDevices, best: (Device | undefined)[] = []
  const stopped = first.a.state === 'inactive' ? joined(t, first, devices) : undefined
  let recent: Device | undefined, spare = raid * 2
  for (const one of devices) {
    const { sb, dev } = one.found
    if (line.verbose > 0) t.say(`${one.name} is identified as a member of ${path}, slot ${isActive(one) ? sb.role : -1}${sb.replacement ? ' replacement' : ''}.`)
    if (isActive(one) && !sb.replacement && (recent === undefined || sb.events > recent.found.sb.events)) recent = one
    const at = typeof sb.role === 'number' ? sb.role * 2 + (sb.replacement ? 1 : 0) : spare++, other = best[at]
    if (other !== undefined && other.found.sb.events === sb.events && other.found.dev.number !== dev.number && sb.metadata === '0.90') {
      t.say(`WARNING ${other.name} and ${one.name} appear to have very similar superblocks.\n      If they are really different, please --zero the superblock on one\n` +
        `      If they are the same or overlap, please remove one from ${inArgv ? 'the list' : 'the\n      DEVICE list in mdadm.conf'}.`)
      t.partition.log.kernelSays(`md: ${chosen.devnm} stopped.`)
      return 1
    }
    if (other === undefined || other.found.sb.events < sb.events) best[at] = one
  }
  if (devices.length === 0) { t.say(`no devices found for ${path}`); return 1 }
  const newest = recent ?? devices[0]!, { events, role } = newest.found.sb, slots = Array<boolean>(raid).fill(false)
  let ok = 0, spares = 0, rebuilding = 0
  for (const [i, one] of best.entries()) {
    if (one === undefined) continue
    const { sb } = one.found
    if (!isActive(one)) {
      if (sb.role === 'faulty') continue
      one.uptodate = true
      spares++
      continue
    }
    if (one !== newest && !line.force && typeof role === 'number' && sb.arrayState[role] === '.') {
      if (line.verbose > -1) t.say(`ignoring ${one.name} as it reports ${newest.name} as failed`)
      best[i] = undefined
      continue
    }
    if (sb.events + 1 < events || sb.events > events) continue
    one.uptodate = true
    if (sb.recoveredKib !== null) rebuilding++
    else if (i % 2 === 0 || !slots[i >> 1]) { if (!slots[i >> 1]) ok++; slots[i >> 1] = true }
  }
  const choice = best.find((one, i) => one !== undefined && i % 2 === 0 && one.uptodate && one.found.sb.events >= events)
  if (choice === undefined) { t.say(`No suitable drives found for ${path}`); return 1 }
  // In the order in which they are added; with 1.x the kernel takes each number once.
  const order = [...best.filter((one): one is Device => one !== undefined && one !== choice), choice], numbers = new Set<number>(), added: Device[] = []
  if (first.sb.metadata !== '0.90') numbers.add(choice.found.sb.number)
  for (const one of order) {
    const { number } = one.found.sb
    if (one !== choice && first.sb.metadata !== '0.90' && numbers.has(number)) {
      t.say(`failed to add ${one.name} to ${path}: Device or resource busy`)
      if (isActive(one)) ok--
      else spares--
      continue
    }
    numbers.add(number)
    added.push(one)
    if (line.verbose > 0) t.say(`added ${one.name} to ${path} as ${isActive(one) ? one.found.sb.role : -1}${one.uptodate ? '' : ' (possibly out of date)'}${one.found.sb.replacement ? ' replacement' : ''}`)
  }
  return start(t, chosen, { raid, ok, spares, rebuilding, required: counted(choice.found), enough: slots.some(Boolean), partial, added, ...stopped === undefined ? {} : { stopped } })
}
/** An array that was put together but not started: its members are taken with the others. */
function joined(t: Tool, first: Super, devices: Device[]): () => void {
  const { a } = first
  for (const m of a.members) {
    const path = t.memberPath(m), dev = path === null ? null : t.device(path), sb = t.world.md.places[m.place]?.superblock
    if (dev !== null && !failed(dev) && dev.kind === 'sd' && sb != null) devices.unshift({ name: dev.path, used: 1, uptodate: false, found: { ...first, sb, dev } })
  }
  return () => void t.ask({ type: 'md.stop', array: first.array })
}

interface Ready { raid: number; ok: number; spares: number; rebuilding: number; required: number; enough: boolean; partial: boolean; added: readonly Device[]; stopped?: () => void }
function start(t: Tool, { devnm, path, link }: Chosen, { raid, ok, spares, rebuilding, required, enough, partial, added, stopped }: Ready): number {
  const { line } = t, drives = (n: number): string => `${n} drive${n === 1 ? '' : 's'}`, devices = added.map(one => one.found.dev.number === 0 ? '' : one.found.dev.name).filter(name => name !== '')
  const tail = `${rebuilding > 0 ? `${spares > 0 ? ',' : ' and'} ${rebuilding} rebuilding` : ''}${spares > 0 ? ` and ${spares} spare${spares === 1 ? '' : 's'}` : ''}`
  if (line.run === 1 || (line.run <= 0 && enough && (ok + rebuilding >= required || partial))) {
    stopped?.()
    // Who takes part has been decided; md need not be asked again.
    const head = line.bitmapFile === null ? null : readHead(t, line.bitmapFile)
    if (line.bitmapFile !== null && (head?.magic !== 0x6d746962 || head.uuid !== added.at(-1)!.found.uuid)) enough = false
    const intent = head === null ? {} : { bitmapFile: absolute(t, line.bitmapFile!), chunkKib: head.chunkKib, bitmapDelay: head.delay }
    const refusal = enough ? t.ask({ type: 'md.assemble', guest: t.guest, name: devnm, link, devices, run: true, force: true, ...intent }) : { text: 'Invalid argument', status: 1 }
    if (refusal !== undefined) {
      t.say(enough ? refusal.text.replace(/^mdadm: /, '') : `failed to RUN_ARRAY ${path}: Invalid argument`)
      if (!enough && head === null) t.say('Not enough devices to start the array.')
      return 1
    }
    t.setMap(devnm, path)
    const id = t.running(devnm)
    if (line.readonly > 0 && id !== undefined) t.ask({ type: 'md.setMode', array: id, mode: 'readonly' })
    if (line.verbose >= 0) t.say(`${path} has been started with ${drives(ok)}${ok < raid ? ` (out of ${raid})` : ''}${tail}.`)
    return 0
  }
  if (line.run === -1) {
    t.say(`${path} assembled from ${drives(ok)}${ok === raid ? '' : ` (out of ${raid})`}, but not started.`)
    for (const device of devices) t.ask({ type: 'md.incremental', guest: t.guest, device, name: devnm, link })
    t.setMap(devnm, path)
    return 0
  }
  if (line.verbose >= -1) {
    const why = !enough ? 'not enough to start the array.' : `${required === raid ? `need all ${required} to start it` : `need ${required} to start`} (use --run to insist).`
    t.say(`${path} assembled from ${drives(ok)}${tail} - ${why}`)
  }
  // It was cleared before the members were added, and again when they were given up.
  for (let i = 0; i < 2; i++) t.partition.log.kernelSays(`md: ${devnm} stopped.`)
  return 1
}
