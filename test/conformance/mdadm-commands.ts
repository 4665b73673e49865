/** What a line of mdadm asks of the model: requests in the order in which the tool makes them, until one is refused. */
import { detail } from '../../src/console/views/detail.ts'
import type { ArrayId } from '../../src/models/md/state.ts'
import { bare, bytesOf, GUEST, type Machine, type Outcome, type Request } from './machine.ts'
import type { MdadmLine } from './mdadm-line.ts'

export function mdadm(m: Machine, line: MdadmLine, into: string | undefined, result: Outcome): number {
  if (line.unknown.length > 0) result.unmapped.push(`mdadm option ${line.unknown.join(', ')}`)
  const { options, devices } = line, guest = GUEST
  switch (line.mode) {
    case 'create': return create(m, line)
    case 'assemble': return assemble(m, line)
    case 'manage': return manage(m, line, result)
    case 'grow': return grow(m, line, result)
    case 'incremental': {
      if (options.fail === true || options.force === true) return m.answer(m.do({ type: 'md.incrementalFail', guest, device: bare(devices[0] ?? '') }))
      if (options.scan === true) {
        let status = 0
        for (const id of m.world.md.guests[GUEST]!.arrays) if (m.world.md.arrays[id]!.state === 'inactive' && options.run === true) status ||= m.answer(m.do({ type: 'md.run', array: id }))
        return status
      }
      return m.answer(m.do({ type: 'md.incremental', guest, device: bare(devices[0] ?? ''), run: options.run === true }))
    }
    case 'stop': {
      const targets = options.scan === true || devices.length === 0 ? m.running() : devices.map(device => m.target(device))
      let status = 0
      for (const array of targets) status ||= m.answer(m.do({ type: 'md.stop', array }))
      return status
    }
    case 'run': case 'readonly': case 'readwrite': {
      let status = 0
      for (const device of devices) {
        const array = m.target(device)
        status ||= m.answer(m.do(line.mode === 'run' ? { type: 'md.run', array } : { type: 'md.setMode', array, mode: line.mode as 'readonly' }))
      }
      return status
    }
    case 'zero': {
      let status = 0
      for (const device of devices) status ||= m.answer(m.do({ type: 'md.zeroSuperblock', guest, device: bare(device) }))
      return status
    }
    case 'action': return m.answer(m.do({ type: 'md.setSyncAction', array: m.target(devices[0] ?? ''), action: String(options.action) }))
    case 'detail': {
      if (options.scan === true || devices.length === 0) {
        if (into !== undefined && /mdadm\.conf$/.test(into)) m.known = m.running().sort((x, y) => m.nameOf(x) < m.nameOf(y) ? -1 : 1).map(array => ({ array, name: m.nameOf(array) }))
        result.mixed = true
        return 0
      }
      for (const device of devices) {
        const id = m.arrayOf(device)
        if (id === undefined || m.world.md.arrays[id]!.state === 'stopped') { result.mixed = true; return 1 }
        m.do({ type: 'md.open', array: id })
        if (options.brief === true || options.export === true) result.mixed = true
        else result.looks.push({ kind: 'detail', what: device, text: detail(m.world.scsi, m.world.md, m.world.md.arrays[id]!, m.sim.now) })
      }
      return 0
    }
    case 'examine':
      if (options.scan === true && into !== undefined && /mdadm\.conf$/.test(into)) m.known = m.written()
      result.mixed = true
      return 0
    case 'monitor':
      if (options.daemonise === true) m.do({ type: 'md.startMonitor', guest })
      result.mixed = true
      return 0
    case 'misc': case 'other': result.mixed = true; return 0
  }
}

function create(m: Machine, { options, devices }: MdadmLine): number {
  const [device = '', ...members] = devices, { name, link } = m.freshName(device)
  const chunk = options['bitmap-chunk']
  if (options['raid-devices'] === '1' && options.force !== true) return 2
  const status = m.answer(m.do({
    type: 'md.create', guest: GUEST, array: name as ArrayId, name, ...(link !== undefined && { link }), level: String(options.level ?? 'raid1').replace(/^raid/, ''), ...(options.metadata !== undefined && { metadata: metadataOf(options.metadata) }),
    devices: members.map(bare), raidDevices: Number(options['raid-devices'] ?? 0), spareDevices: Number(options['spare-devices'] ?? 0),
    bitmap: options.bitmap === undefined || options.bitmap === 'none' ? 'none' : 'internal', ...(typeof chunk === 'string' && { chunkKib: kibOf(chunk) }),
    assumeClean: options['assume-clean'] === true, ...(typeof options.name === 'string' ? { label: options.name } : /^\/dev\/md\/\D/.test(device) && { label: device.slice('/dev/md/'.length) }), ...(typeof options.size === 'string' && options.size !== 'max' && { sizeKib: kibOf(options.size) }),
  } as Request))
  const made = m.idOf(name)
  if (status === 0 && made !== undefined && typeof options.uuid === 'string') m.uuids.set(options.uuid, made)
  return status
}

function assemble(m: Machine, { options, devices }: MdadmLine): number {
  const [device, ...members] = devices
  if (device === undefined || members.length === 0) {
    // A single array without its devices: named in the configuration, or meant by its UUID, which only its superblocks know.
    const conf = options.config === 'partitions' || options.config === 'none' ? undefined : m.known, named = options.uuid !== undefined || options.name !== undefined
    const meant = named ? m.meant(options.uuid === undefined ? undefined : String(options.uuid), options.name === undefined ? undefined : String(options.name), device) : undefined
    const wanted = device === undefined ? undefined : m.freshName(device)
    const known = meant !== undefined ? [{ array: meant, ...(wanted !== undefined && { name: wanted.name, ...(wanted.link !== undefined && { link: wanted.link }) }) }]
      : device === undefined ? (named ? [] : conf) : (conf ?? []).filter(({ name }) => name === m.deviceName(device))
    if (known?.length === 0) return 1
    return m.answer(m.do({ type: 'md.assembleScan', guest: GUEST, run: options.run === true, ...(known !== undefined && { known }) } as Request))
  }
  const { name, link } = m.freshName(device)
  return m.answer(m.do({ type: 'md.assemble', guest: GUEST, name, ...(link !== undefined && { link }), devices: members.map(bare), run: options.run === true, force: options.force === true }))
}

function manage(m: Machine, { devices, steps }: MdadmLine, result: Outcome): number {
  const array = m.target(devices[0] ?? '')
  m.do({ type: 'md.open', array })
  if (!(devices[0] ?? '').startsWith('/')) return 1
  let status = 0
  let adding = false
  for (let i = 0; i < steps.length && status === 0; i++) {
    const { op, devices: members } = steps[i]!
    if (op === 'replace' && steps[i + 1]?.op === 'with') {
      status = m.answer(m.do({ type: 'md.replace', array, device: bare(members[0] ?? ''), with: bare(steps[i + 1]!.devices[0] ?? '') }))
      i++
      continue
    }
    if (members.length === 0) result.unmapped.push(`mdadm ${op} without a device`)
    for (const member of members) {
      if (status !== 0) break
      const device = member === 'faulty' ? 'failed' : bare(member), adds = op === 'add' || op === 're-add' || op === 'add-spare'
      // mdadm holds recovery back while it adds, so that with several devices the newest is taken; where somebody else held it back, it goes on afterwards.
      if (adds && !adding) {
        m.do({ type: 'md.freeze', array })
        adding = true
      }
      if (op === 're-add' && (device === 'failed' || device === 'missing')) { status = reAddAll(m, array, device); continue }
      // A name that is none of a file is the array's own, and means a member although /dev has it no more.
      const known = !member.startsWith('/') && device !== 'failed' && device !== 'detached'
      if (!/^sd[a-z]+\d+$|^failed$|^detached$/.test(device) || (known && op !== 'fail' && op !== 'remove')) { status = 1; break }
      status = m.answer(m.do(op === 'fail' ? { type: 'md.fail', array, device, known } : op === 'remove' ? { type: 'md.remove', array, device, known }
        : op === 're-add' ? { type: 'md.reAdd', array, device } : op === 'replace' ? { type: 'md.replace', array, device } : { type: 'md.add', array, device, reAdd: op !== 'add-spare' }))
    }
  }
  if (adding) m.do({ type: 'md.thaw', array })
  return status
}

/** `--re-add failed`: each failed member, as a new one where it cannot be taken back; `--re-add missing`: whatever partition can be taken back. */
function reAddAll(m: Machine, array: ArrayId, keyword: 'failed' | 'missing'): number {
  const { buses, devices, disks } = m.world.scsi
  if (keyword === 'missing') {
    for (const name of buses[GUEST]!.devices.toReversed().flatMap(id => disks[devices[id]!.disk]!.partitions.map(({ number }) => `${devices[id]!.name}${number}`).toReversed()))
      m.do({ type: 'md.reAdd', array, device: name })
    return 0
  }
  for (const { name: device } of (m.world.md.arrays[array]?.members ?? []).filter(one => one.faulty).sort((x, y) => x.number - y.number)) {
    if (m.do({ type: 'md.reAdd', array, device }) === undefined) continue
    m.do({ type: 'md.remove', array, device })
    const status = m.answer(m.do({ type: 'md.add', array, device, reAdd: true }))
    if (status !== 0) return status
  }
  return 0
}

function grow(m: Machine, { options, devices, steps }: MdadmLine, result: Outcome): number {
  const array = m.target(devices[0] ?? '')
  if (!(devices[0] ?? '').startsWith('/')) return 1
  if (options['raid-devices'] === '1' && options.force !== true) return 2
  m.do({ type: 'md.open', array })
  if (typeof options.bitmap === 'string') {
    const chunk = options['bitmap-chunk']
    return m.answer(m.do({ type: 'md.setBitmap', array, bitmap: options.bitmap === 'none' ? 'none' : 'internal', ...(typeof chunk === 'string' && { chunkKib: kibOf(chunk) }) } as Request))
  }
  for (const device of devices.slice(1)) if (options.auto === true || steps.length > 0) m.do({ type: 'md.add', array, device: bare(device), reAdd: true })
  for (const step of steps) for (const device of step.devices) m.do({ type: 'md.add', array, device: bare(device), reAdd: true })
  if (options['raid-devices'] === undefined && options.size === undefined) { result.unmapped.push('mdadm --grow'); return 0 }
  return m.answer(m.do({
    type: 'md.grow', array, ...(options['raid-devices'] !== undefined && { raidDevices: Number(options['raid-devices']) }),
    ...(typeof options.size === 'string' && { ...(options.size === 'max' ? { sizeKib: null } : { sizeKib: kibOf(options.size) }) }),
  } as Request))
}

const metadataOf = (value: string | true | undefined): string => {
  const text = value === undefined || value === true ? '1.2' : value
  return { '0': '0.90', '0.9': '0.90', '1': '1.2', default: '1.2' }[text] ?? text
}
const kibOf = (text: string): number => /^\d+$/.test(text) ? Number(text) : Math.ceil(bytesOf(text.replace(/i?B$/, '')) / 1024)
