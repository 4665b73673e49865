/** The files of /proc and /sys that are more than files: what writing a word to them asks of the model. */
import { FAST, GUEST, type Machine, type Outcome, type Request } from './machine.ts'

export function writeFile(m: Machine, file: string, value: string, result: Outcome): number {
  const word = value.trim(), guest = GUEST
  let match: RegExpExecArray | null
  if ((match = /^\/proc\/sys\/dev\/raid\/speed_limit_(min|max)$/.exec(file)) !== null) return m.answer(m.do({ type: 'md.setSpeedLimit', guest, [match[1]!]: Number(word), ...(match[1] === 'max' && { rate: FAST }) } as Request))
  if (file === '/proc/scsi/scsi') return procScsi(m, word)
  if ((match = /^\/sys\/class\/scsi_host\/host(\d+)\/scan$/.exec(file)) !== null) {
    const parts = word.split(/\s+/)
    if (parts.length !== 3 || parts.some(part => !/^(-|\d+)$/.test(part))) return 1
    const [channel, id, lun] = parts.map(part => part === '-' ? undefined : Number(part))
    return m.answer(m.do({ type: 'scsi.scan', guest, host: Number(match[1]), channel, id, lun } as Request))
  }
  if ((match = /^\/sys\/(?:block|class\/block)\/(sd[a-z]+)\/device\/(\w+)$/.exec(file)) !== null) return deviceWrite(m, match[1]!, match[2]!, word)
  if ((match = /^\/sys\/(?:class\/scsi_device|bus\/scsi\/devices|class\/scsi_disk)\/(\d+):(\d+):(\d+):(\d+)\/(?:device\/)?(\w+)$/.exec(file)) !== null) {
    const name = nameAt(m, Number(match[1]), Number(match[3]), Number(match[4]))
    return name === undefined ? 1 : deviceWrite(m, name, match[5]!, word)
  }
  if ((match = /^\/sys\/(?:block|class\/block)\/(md\d+)\/md\/(.+)$/.exec(file)) !== null) return arrayWrite(m, match[1]!, match[2]!, word, result)
  const mounted = m.mountOf(file)
  if (mounted !== undefined) {
    m.dirtyMounts.add(mounted)
    return 0
  }
  if (/^\/(run|tmp|etc|dev\/null|dev\/kmsg|root|var|proc\/sys\/(vm|kernel)|proc\/sysrq)/.test(file) || !file.startsWith('/')) return 0
  result.unmapped.push(`> ${file}`)
  return 0
}

function deviceWrite(m: Machine, name: string, file: string, word: string): number {
  if (file === 'delete') return m.answer(m.do({ type: 'scsi.deleteDevice', guest: GUEST, name }))
  if (file === 'state') return word === 'running' || word === 'offline' ? m.answer(m.do({ type: 'scsi.setState', guest: GUEST, name, state: word })) : 1
  if (file === 'timeout') return m.answer(m.do({ type: 'scsi.setTimeout', guest: GUEST, name, seconds: Number(word) }))
  return 0
}
function nameAt(m: Machine, host: number, id: number, lun: number): string | undefined {
  for (const device of m.world.scsi.buses[GUEST]!.devices) {
    const d = m.world.scsi.devices[device]!, disk = m.world.scsi.disks[d.disk]!
    if (disk.host === host && disk.id === id && disk.lun === lun) return d.name
  }
  return undefined
}

function procScsi(m: Machine, word: string): number {
  const [, verb, ...numbers] = /^scsi\s+(add|remove)-single-device\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)$/.exec(word) ?? []
  if (verb === undefined) return 1
  const [host, channel, id, lun] = numbers.map(Number) as [number, number, number, number]
  return m.answer(m.do({ type: verb === 'add' ? 'scsi.addDevice' : 'scsi.removeDevice', guest: GUEST, host, channel, id, lun }))
}

function arrayWrite(m: Machine, name: string, file: string, word: string, result: Outcome): number {
  const array = m.idOf(name)
  if (array === undefined) return 1
  const [, member, what] = /^dev-(sd\w+)\/(\w+)$/.exec(file) ?? []
  if (member !== undefined && what === 'state') {
    if (word === 'faulty') return m.answer(m.do({ type: 'md.fail', array, device: member }))
    if (word === 'remove') return m.answer(m.do({ type: 'md.remove', array, device: member }))
    if (word === 're-add') return m.answer(m.do({ type: 'md.reAdd', array, device: member }))
    if (word === 'want_replacement') return m.answer(m.do({ type: 'md.replace', array, device: member }))
  }
  switch (file) {
    case 'sync_action': return m.answer(m.do({ type: 'md.setSyncAction', array, action: word }))
    case 'sync_max': return m.answer(m.do({ type: 'md.setSyncRange', array, maxKib: word === 'max' ? null : Math.floor(Number(word) / 2) }))
    case 'sync_min': return m.answer(m.do({ type: 'md.setSyncRange', array, minKib: Math.floor(Number(word) / 2) }))
    case 'sync_speed_max': return m.answer(m.do({ type: 'md.setArraySpeed', array, max: word === 'system' ? null : Number(word) }))
    case 'sync_speed_min': return m.answer(m.do({ type: 'md.setArraySpeed', array, min: word === 'system' ? null : Number(word) }))
    case 'array_state': {
      const mode = { readonly: 'readonly', 'read-auto': 'auto', active: 'readwrite', clean: 'readwrite' }[word] as 'readonly' | 'auto' | 'readwrite' | undefined
      if (mode !== undefined) return m.answer(m.do({ type: 'md.setMode', array, mode }))
      if (word === 'clear' || word === 'inactive') return m.answer(m.do({ type: 'md.stop', array }))
      break
    }
    case 'safe_mode_delay': case 'sync_force_parallel': case 'stripe_cache_size': return 0
  }
  result.unmapped.push(`${word} > ${file}`)
  return 0
}
