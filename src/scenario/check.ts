/**
 * What the parts of a scenario say about each other: names of things that do not exist, hosts on another managed system than their
 * client, members smaller than their array, times after the end. Works on what was written, so that it finds its problems even where
 * the schema has found others.
 */
import { table } from '../base/id.ts'
import { formatDuration } from '../base/time.ts'
import type { Model } from '../core/model.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import { size } from '../models/schema.ts'
import { powerControlLint } from '../models/vscsi/causes.ts'
import { describe, listed, unknownName, type Path, type Problem } from './issue.ts'
import { A, isRecord, keyMustExist, mustExist, namesOf, type NameKind, type Names, type Report } from './names.ts'
import { checkNetwork } from './check-net.ts'
import { checkNodes } from './check-nodes.ts'
import { checkEvent, checkRequest, madeLater } from './check-events.ts'

export function crossCheck(input: unknown, models: readonly Model[]): Problem[] {
  const problems: Problem[] = [], known = new Set<string>()
  const report: Report = problem => {
    const place = JSON.stringify(problem.path)
    if (!known.has(place)) problems.push(problem)
    known.add(place)
  }
  const has = (model: string) => models.some(({ name }) => name === model)
  const names = namesOf(input, models.map(({ name }) => name))
  if (has('hypervisor')) checkGuests(names, report)
  if (has('vscsi')) checkSpaces(names, report)
  if (has('md')) checkArrays(names, report)
  if (has('boot')) checkBoot(names, report)
  if (has('service')) for (const [service, section] of names.entries('system', 'service', 'services')) if (isRecord(section)) checkNeeds(section['needs'], ['system', 'service', 'services', service, 'needs'], names, report)
  if (has('component')) checkComponents(names, report)
  if (has('ip')) checkNodes(names, report)
  if (has('operator')) checkOperators(names, report)
  if (has('fault')) checkFaults(names, report)
  if (has('net')) checkNetwork(models, names, report)
  checkTimeline(names, report)
  checkTyped(names, report)
  checkExpectations(names, report)
  checkVaried(names, report)
  return problems
}

function checkGuests(names: Names, report: Report): void {
  const guests = ['system', 'hypervisor', 'guests'] as const
  for (const [guest] of names.entries(...guests)) mustExist('system', [...guests, guest, 'on'], names, report)
  for (const [guest] of names.entries('system', 'scsi', 'layout')) keyMustExist('guest', ['system', 'scsi', 'layout', guest], names, report)
  names.list('system', 'scsi', 'disks').forEach((_, index) => mustExist('guest', ['system', 'scsi', 'disks', index, 'guest'], names, report))
}

function checkSpaces(names: Names, report: Report): void {
  const vscsi = ['system', 'vscsi'] as const
  const systemOf = (guest: string | undefined) => guest === undefined ? undefined : names.text('system', 'hypervisor', 'guests', guest, 'on')
  const powering: Record<string, { to: GuestId; powerControl: boolean }> = table()
  for (const section of ['spaces', 'nwsds'] as const) for (const [name] of names.entries(...vscsi, section)) {
    const path = [...vscsi, section, name], host = names.text(...path, 'host'), client = names.text(...path, 'to')
    mustExist('guest', [...path, 'host'], names, report)
    mustExist('guest', [...path, 'to'], names, report)
    const [here, there] = [systemOf(host), systemOf(client)]
    if (host !== undefined && host === client) report({ path: [...path, 'host'], at: 'value', found: `found ${describe(host)} as host and client`, expected: 'expected two different guests' })
    else if (here !== undefined && there !== undefined && here !== there && names.of('system')?.includes(here) && names.of('system')?.includes(there))
      report({ path: [...path, 'host'], at: 'value', found: `found the host ${describe(host)} on the managed system "${here}"`, expected: `expected one on "${there}", as its client ${client}: virtual SCSI does not leave a managed system` })
    if (section === 'nwsds' && client !== undefined) powering[name] = { to: client as GuestId, powerControl: names.at(...path, 'powerControl') === true }
  }
  for (const { client, nwsds: [first, ...others] } of powerControlLint(powering)) for (const name of others)
    report({ path: [...vscsi, 'nwsds', name, 'powerControl'], at: 'value', found: `found power control over ${client} a second time`, expected: `expected it on one NWSD at most, and ${first} has it; better none, with several hosts` })
  for (const [host] of names.entries(...vscsi, 'asps')) keyMustExist('guest', [...vscsi, 'asps', host], names, report)
}

function checkArrays(names: Names, report: Report): void {
  for (const [array] of names.entries('system', 'md', 'arrays')) {
    const path: Path = ['system', 'md', 'arrays', array], guest = names.text(...path, 'on'), seen = new Map<string, string>()
    mustExist('guest', [...path, 'on'], names, report)
    const stated = names.text(...path, 'size')
    let size = stated === undefined ? undefined : kib(stated)
    for (const list of ['members', 'spares'] as const) names.list(...path, list).forEach((place, index) => {
      if (typeof place !== 'string' || !place.includes('/')) return
      const at = [...path, list, index], [disk = '', partition = ''] = place.split('/'), disks = names.of('disk')
      if (disks === undefined) return
      if (!disks.includes(disk)) return report(unknownName(at, 'the disk', disk, disks))
      const owner = ownerOf(disk, names)
      if (owner !== undefined && guest !== undefined && owner !== guest)
        return report({ path: at, at: 'value', found: `found the disk "${disk}", which is linked to ${owner}`, expected: `expected one that is linked to ${guest}, whose array this is` })
      if (seen.has(place)) return report({ path: at, at: 'value', found: `found ${describe(place)} a second time`, expected: 'expected each partition once' })
      seen.set(place, place)
      const layout = guest === undefined ? [] : names.entries('system', 'scsi', 'layout', guest).map(([key]) => key)
      if (guest !== undefined && !layout.includes(partition) && !(names.misspelt && layout.length === 0))
        return report({ ...unknownName(at, 'the partition', partition, layout), ...(layout.length === 0 && { expected: `but system.scsi.layout gives the disks of ${guest} none` }) })
      const own = guest === undefined ? undefined : partitionSize(disk, partition, guest, names)
      if (own === undefined) return
      size ??= own
      if (own < size) report({
        path: at, at: 'value', found: `found ${describe(place)} of ${own} KiB in an array of ${size} KiB`,
        expected: `mdadm would say "${place} not large enough to join array"; name the smallest partition first, or give the array a size`,
      })
    })
    const members = names.list(...path, 'members').length, devices = names.at(...path, 'raidDevices') ?? 2
    if (typeof devices === 'number' && members > 0 && members !== devices)
      report({ path: [...path, 'members'], at: 'value', found: `found ${members} ${members === 1 ? 'member' : 'members'} for ${devices} raid devices`, expected: 'expected one for each, the word missing for a place that is empty; more disks are spares' })
  }
}

const ownerOf = (disk: string, names: Names): string | undefined => names.text('system', 'vscsi', 'spaces', disk, 'to')
  ?? names.list('system', 'scsi', 'disks').flatMap(each => isRecord(each) && each['disk'] === disk && typeof each['guest'] === 'string' ? each['guest'] : [])[0]

const kib = (text: string): number | undefined => {
  const parsed = size.safeParse(text)
  return parsed.success ? parsed.data : undefined
}

/** The size of a partition of a disk by the layout; what a partition table itself takes does not matter for comparing. */
function partitionSize(disk: string, partition: string, guest: string, names: Names): number | undefined {
  const wanted = names.text('system', 'scsi', 'layout', guest, partition)
  if (wanted === undefined) return undefined
  if (wanted !== 'rest') return kib(wanted)
  const space: Path = ['system', 'vscsi', 'spaces', disk], gib = names.at(...space, 'sizeGib'), text = names.text(...space, 'size')
  let left = typeof gib === 'number' ? Math.round(gib * 1024 ** 2) : text === undefined ? undefined : kib(text)
  for (const [, each] of names.entries('system', 'scsi', 'layout', guest)) if (left !== undefined && typeof each === 'string' && each !== 'rest') left -= kib(each) ?? 0
  return left
}

function checkBoot(names: Names, report: Report): void {
  for (const [guest] of names.entries('system', 'boot', 'guests')) {
    const path: Path = ['system', 'boot', 'guests', guest]
    keyMustExist('guest', path, names, report)
    for (const key of ['root', 'swap']) mustExist('array', [...path, key], names, report)
    names.list(...path, 'bootOrder').forEach((_, index) => mustExist('disk', [...path, 'bootOrder', index], names, report))
    for (const [disk] of names.entries(...path, 'prep')) keyMustExist('disk', [...path, 'prep', disk], names, report)
  }
}

const NEEDS: Readonly<Record<string, NameKind>> = {
  guest: 'guest', rootReadable: 'guest', rootWritable: 'guest', arrayReadable: 'array', arrayWritable: 'array', arrayRedundant: 'array', disk: 'disk', service: 'service', component: 'component',
  preferredAddress: 'node', defaultRouter: 'node', of: 'node', from: 'node', to: 'node',
}
function checkNeeds(needs: unknown, path: Path, names: Names, report: Report): void {
  if (Array.isArray(needs)) return needs.forEach((need, index) => checkNeeds(need, [...path, index], names, report))
  if (!isRecord(needs)) return
  if (typeof needs['from'] === 'string' && needs['from'] === needs['to']) report({ path: [...path, 'to'], at: 'value', found: `found ${describe(needs['to'])} at both ends`, expected: 'expected another node than the one that asks' })
  for (const [key, value] of Object.entries(needs)) {
    if (typeof value !== 'string') checkNeeds(value, [...path, key], names, report)
    // An address is no name.
    else if (NEEDS[key] && !value.includes(':')) mustExist(NEEDS[key], [...path, key], names, report)
  }
}

/** What a component feeds exists, is one thing only, and is not what feeds it. */
function checkComponents(names: Names, report: Report): void {
  const kinds = ['guest', 'system', 'component'] as const
  const all = kinds.some(kind => names.of(kind) === undefined) ? undefined : kinds.flatMap(kind => [...names.of(kind)!])
  for (const [component] of names.entries('system', 'component')) names.list('system', 'component', component, 'feeds').forEach((fed, index) => {
    const path: Path = ['system', 'component', component, 'feeds', index]
    if (typeof fed !== 'string' || all === undefined) return
    const meant = kinds.filter(kind => names.of(kind)!.includes(fed))
    if (meant.length === 0) report(unknownName(path, 'the guest, managed system or component', fed, all))
    else if (meant.length > 1) report({ path, at: 'value', found: `found ${describe(fed)}, which is ${listed(meant.map(kind => A[kind]), 'and')} of that name`, expected: 'expected the name of one thing' })
    else if (reaches(fed, component, names)) report({ path, at: 'value', found: `found ${describe(fed)}, which feeds ${component}`, expected: 'expected a component not to feed itself, in whatever way' })
  })
}

function reaches(from: string, to: string, names: Names, seen = new Set<string>()): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  return names.list('system', 'component', from, 'feeds').some(fed => typeof fed === 'string' && reaches(fed, to, names, seen))
}

function checkOperators(names: Names, report: Report): void {
  names.list('operators').forEach((operator, index) => {
    if (!isRecord(operator)) return
    const path: Path = ['operators', index]
    mustExist('guest', [...path, 'on'], names, report)
    namesIn('disk', [...path, 'disks'], names, report)
    namesIn('array', [...path, 'arrays'], names, report)
    const triggers = Array.isArray(operator['when']) ? operator['when'].map((_, each): Path => [...path, 'when', each]) : [[...path, 'when']]
    for (const trigger of triggers) if (names.text(...trigger, 'type') !== undefined) checkEvent(trigger, names, report)
    names.list(...path, 'do').forEach((step, turn) => {
      if (!isRecord(step)) return
      namesIn('disk', [...path, 'do', turn, 'disks'], names, report)
      namesIn('array', [...path, 'do', turn, 'arrays'], names, report)
      if (isRecord(step['waitFor'])) checkEvent([...path, 'do', turn, 'waitFor'], names, report)
      if (isRecord(step['do'])) checkRequest([...path, 'do', turn, 'do'], names, report)
    })
  })
}

function namesIn(kind: NameKind, path: Path, names: Names, report: Report): void {
  names.list(...path).forEach((_, index) => mustExist(kind, [...path, index], names, report))
}

function checkFaults(names: Names, report: Report): void {
  for (const [fault] of names.entries('faults')) {
    for (const key of ['ipl', 'crash', 'hang', 'restrict']) namesIn('guest', ['faults', fault, key], names, report)
    namesIn('system', ['faults', fault, 'systemIpl'], names, report)
    namesIn('component', ['faults', fault, 'fail'], names, report)
    for (const key of ['crew', 'part'] as const) mustExist(key, ['faults', fault, key], names, report)
    namesIn('disk', ['faults', fault, 'loseSpace'], names, report)
    names.list('faults', fault, 'failDisk').forEach((asp, index) => {
      const host = typeof asp === 'string' ? asp.split('/')[0] : undefined, known = names.of('guest')
      if (host !== undefined && known !== undefined && !known.includes(host)) report(unknownName(['faults', fault, 'failDisk', index], A.guest, host, known))
    })
  }
}

function notAfterEnd(path: Path, names: Names, report: Report): void {
  const at = names.time(...path), until = names.time('until')
  if (at !== undefined && until !== undefined && at > until)
    report({ path, at: 'value', found: `found ${formatDuration(at)}`, expected: `expected a time before the end of the run, ${formatDuration(until)}` })
}

function checkTimeline(names: Names, report: Report): void {
  names.list('timeline').forEach((step, index) => {
    const path: Path = ['timeline', index]
    if (!isRecord(step)) return
    notAfterEnd([...path, 'at'], names, report)
    if (Array.isArray(step['do'])) step['do'].forEach((_, turn) => checkRequest([...path, 'do', turn], names, report))
    else if (isRecord(step['do'])) checkRequest([...path, 'do'], names, report)
    const at = names.time(...path, 'at'), to = names.time(...path, 'to')
    if (at !== undefined && to !== undefined && to < at) report({ path: [...path, 'to'], at: 'value', found: `found ${formatDuration(to)}`, expected: `expected a time after the first, ${formatDuration(at)}` })
    if (step['to'] !== undefined && step['every'] === undefined) report({ path: [...path, 'to'], at: 'key', found: 'found the key "to"', expected: 'expected it only together with every' })
  })
}

function checkTyped(names: Names, report: Report): void {
  names.list('typed').forEach((step, index) => {
    const path: Path = ['typed', index]
    if (!isRecord(step)) return
    notAfterEnd([...path, 'at'], names, report)
    for (const key of ['login', 'on']) {
      const guest = names.text(...path, key), os = guest === undefined ? undefined : names.text('system', 'hypervisor', 'guests', guest, 'os')
      mustExist('guest', [...path, key], names, report)
      if (os !== undefined && os !== 'linux') report({ path: [...path, key], at: 'value', found: `found ${describe(guest)}, which runs ${os}`, expected: 'expected a partition that runs linux: no other has a shell here' })
    }
    if (Array.isArray(step['do'])) step['do'].forEach((_, turn) => checkRequest([...path, 'do', turn], names, report))
    else if (isRecord(step['do'])) checkRequest([...path, 'do'], names, report)
  })
}

function checkVaried(names: Names, report: Report): void {
  namesIn('guest', ['vary', 'hosts'], names, report)
  namesIn('service', ['promise', 'services'], names, report)
  for (const [guest] of names.entries('system', 'terminal', 'files')) keyMustExist('guest', ['system', 'terminal', 'files', guest], names, report)
}

const PAIRS = ['downBetween', 'withoutAddressBetween', 'withoutPreferredBetween', 'withoutRouterBetween', 'lost', 'exposedBetween', 'outages', 'exposures', 'times'] as const
function checkExpectations(names: Names, report: Report): void {
  names.list('expect').forEach((e, index) => {
    if (!isRecord(e)) return
    const path: Path = ['expect', index]
    for (const kind of ['service', 'disk', 'guest', 'nwsd'] as const) mustExist(kind, [...path, kind], names, report)
    if (!madeLater(names)) mustExist('array', [...path, 'array'], names, report)
    mustExist('disk', [...path, 'bootedFrom'], names, report)
    mustExist('node', [...path, 'client'], names, report)
    if (e['reaches'] !== undefined) for (const key of ['from', 'reaches']) if (!names.text(...path, key)?.includes(':')) mustExist('node', [...path, key], names, report)
    for (const key of ['at', 'by', 'inSyncBy', 'from']) notAfterEnd([...path, key], names, report)
    for (const key of ['happens', 'after', 'never', 'refused']) if (isRecord(e[key])) checkEvent([...path, key], names, report)
    if (e['within'] !== undefined && e['after'] === undefined) report({ path: [...path, 'within'], at: 'key', found: 'found the key "within"', expected: 'expected it only together with after' })
    for (const key of PAIRS) {
      const pair = names.list(...path, key), [least, most] = pair.map((each, turn) => typeof each === 'number' ? each : names.time(...path, key, turn))
      if (least !== undefined && most !== undefined && least > most)
        report({ path: [...path, key], at: 'value', found: `found ${listed(pair.map(String), 'and')}`, expected: 'expected the least first, then the most' })
    }
  })
}
