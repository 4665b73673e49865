/**
 * A guest's SCSI bus: paths, devices, names, scans, error handling. It does not know what is at the other end of a path.
 *
 * Rules: a scan never touches a device that is there, whatever its state (VS-92); the name is the lowest letter free at scan time and
 * stays taken while somebody holds the device (VS-9, VS-93); a silent device is given up only by error handling, and only after a
 * command was sent to it (VS-5); a device that went offline stays so although its path is back (VS-7).
 * Source: Linux 6.1 drivers/scsi, and the recordings s05 to s08, s19, s20, p01.
 */
import type { Context } from '../../core/model.ts'
import { defineModel, type } from '../../core/model.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { scsiConfig, type ScsiConfig } from './config.ts'
import { scsiRequests, type ScsiFact, type ScsiRequest } from './events.ts'
import { attach, deviceAt, deviceNamed, initialScsi, signature, type DeviceId, type DiskId, type Escalation, type Path, type ScsiState } from './state.ts'

type Cx = Context<{ scsi: ScsiState }, ScsiRequest | ScsiFact>

const NO_SUCH_FILE = { status: 1, text: 'No such file or directory' }
const NO_SUCH_ADDRESS = { status: 1, text: 'No such device or address' }
const INVALID = { status: 1, text: 'Invalid argument' }

export const scsi = defineModel({
  name: 'scsi',
  uses: [],
  config: scsiConfig,
  state: (config: ScsiConfig): ScsiState => initialScsi(config),
  requests: scsiRequests,
  facts: type<ScsiFact>(),
  on: {
    'scsi.losePath'(s, { disk }, cx) {
      const device = setPath(s, disk, 'lost', cx)
      if (device === undefined) return
      cx.emit({ type: 'scsi.pathLost', disk, device })
      if (device !== '') endWaiting(s, device, 'scsi.commandsFailed', cx)
    },
    'scsi.silencePath'(s, { disk }, cx) {
      const device = setPath(s, disk, 'silent', cx)
      if (device !== undefined) cx.emit({ type: 'scsi.pathSilent', disk, device })
    },
    'scsi.breakMedium'(s, { disk }, cx) {
      const device = setPath(s, disk, 'broken', cx)
      if (device === undefined) return
      cx.emit({ type: 'scsi.mediumBroken', disk, device })
      if (device !== '') endWaiting(s, device, 'scsi.commandsFailed', cx)
    },
    'scsi.restorePath'(s, { disk }, cx) {
      const device = setPath(s, disk, 'ok', cx)
      if (device === undefined) return
      cx.emit({ type: 'scsi.pathRestored', disk, device })
      if (device !== '') endWaiting(s, device, 'scsi.commandsCompleted', cx)
    },
    'scsi.blankDisk'(s, { disk }, cx) {
      const d = s.disks[disk]
      if (d === undefined) return cx.refuse(NO_SUCH_ADDRESS)
      d.generation++
      d.blank = true
      cx.emit({ type: 'scsi.diskBlanked', disk })
    },
    'scsi.partitionDisk'(s, { disk }, cx) {
      const d = s.disks[disk]
      if (d === undefined || d.path !== 'ok') return cx.refuse(NO_SUCH_ADDRESS)
      d.blank = false
      if (d.device !== null) s.devices[d.device]!.partitioned = true
    },

    'scsi.scan'(s, { guest, host, channel, id, lun }, cx) {
      const bus = s.buses[guest]
      if (bus === undefined || !bus.up || !bus.hosts.includes(host)) return cx.refuse(NO_SUCH_FILE)
      if ((channel ?? 0) > 0) return cx.refuse(INVALID)
      scan(s, guest, host, id, lun, cx)
    },
    'scsi.addDevice'(s, { guest, host, channel, id, lun }, cx) {
      const bus = s.buses[guest]
      if (bus === undefined || !bus.up || !bus.hosts.includes(host)) return cx.refuse(NO_SUCH_ADDRESS)
      if (channel > 0) return cx.refuse(INVALID)
      scan(s, guest, host, id, lun, cx)
    },
    'scsi.removeDevice'(s, { guest, host, channel, id, lun }, cx) {
      const device = s.buses[guest]?.up ? deviceAt(s, guest, host, channel, id, lun) : undefined
      if (device === undefined) return cx.refuse(NO_SUCH_ADDRESS)
      removeDevice(s, device as DeviceId, cx)
    },
    'scsi.deleteDevice'(s, { guest, name }, cx) {
      const device = deviceNamed(s, guest, name)
      if (device === undefined) return cx.refuse(NO_SUCH_FILE)
      removeDevice(s, device, cx)
    },
    'scsi.setState'(s, { guest, name, state }, cx) {
      const device = deviceNamed(s, guest, name)
      if (device === undefined) return cx.refuse(NO_SUCH_FILE)
      const d = s.devices[device]!
      if (d.state === state) return
      d.state = state
      if (state === 'running') return cx.emit({ type: 'scsi.deviceRunning', device })
      endWaiting(s, device, 'scsi.commandsFailed', cx)
      cx.emit({ type: 'scsi.deviceOffline', device })
    },
    'scsi.setTimeout'(s, { guest, name, seconds }, cx) {
      const device = deviceNamed(s, guest, name)
      if (device === undefined) return cx.refuse(NO_SUCH_FILE)
      s.devices[device]!.timeoutMicros = seconds * 1_000_000
    },
    'scsi.readTable'(s, { guest, name }, cx) {
      const device = deviceNamed(s, guest, name)
      if (device === undefined) return cx.refuse(NO_SUCH_FILE)
      const d = s.devices[device]!, disk = s.disks[d.disk]!
      if (d.holders > 0) return cx.refuse({ status: 1, text: 'Device or resource busy' })
      d.partitioned = d.state === 'running' && disk.path === 'ok' && !disk.blank
    },

    'scsi.awaitCommand'(s, { device }, cx) {
      const d = s.devices[device]
      if (d === undefined || d.escalation !== null) return
      const { path } = s.disks[d.disk]!
      if (d.state !== 'running' || path === 'lost' || path === 'broken') return cx.emit({ type: 'scsi.commandsFailed', device })
      if (path === 'ok') return cx.emit({ type: 'scsi.commandsCompleted', device })
      d.escalation = 'timeout'
      d.timer = cx.after(d.timeoutMicros, { type: 'scsi.escalated', device, step: 'abort' })
    },
    'scsi.escalated'(s, { device, step }, cx) {
      const d = s.devices[device]
      if (d === undefined || d.escalation === null) return
      d.escalation = step
      const { timing } = s, next = NEXT[step]
      d.timer = next === undefined ? cx.after(timing.hostReset, { type: 'scsi.deviceOffline', device })
        : cx.after(step === 'abort' ? timing.abort : timing.reset, { type: 'scsi.escalated', device, step: next })
    },
    'scsi.deviceOffline'(s, { device }, cx) {
      const d = s.devices[device]
      if (d === undefined || d.escalation === null) return
      d.state = 'offline'
      d.timer = null
      endWaiting(s, device, 'scsi.commandsFailed', cx)
    },

    'scsi.hold'(s, { device }) {
      const d = s.devices[device]
      if (d !== undefined) d.holders++
    },
    'scsi.release'(s, { device }) {
      const d = s.devices[device]
      if (d === undefined) return
      d.holders--
      if (d.holders === 0 && d.state === 'removed') forget(s, device)
    },

    'scsi.busDown'(s, { guest }, cx) {
      const bus = s.buses[guest]
      if (bus === undefined || !bus.up) return
      for (const device of bus.letters) {
        if (device === null) continue
        const { timer } = s.devices[device]!
        if (timer !== null) cx.cancel(timer)
        delete s.devices[device]
      }
      for (const disk of bus.disks) s.disks[disk]!.device = null
      bus.up = false
      bus.letters = []
      bus.devices = []
      cx.emit({ type: 'scsi.busWentDown', guest })
    },
    'scsi.busUp'(s, { guest }, cx) {
      const bus = s.buses[guest]
      if (bus === undefined || bus.up) return
      bus.up = true
      for (const disk of bus.disks) if (isThere(s.disks[disk]!.path)) attach(s, disk, cx.now)
      cx.emit({ type: 'scsi.busCameUp', guest })
    },
  },
  check: s => {
    for (const guest of Object.keys(s.buses) as GuestId[]) {
      const bus = s.buses[guest]!
      for (const [letter, device] of bus.letters.entries())
        if (device !== null && s.devices[device]?.letter !== letter) return `${guest}: a name belongs to no device, or to two`
      for (const device of bus.devices) {
        const d = s.devices[device]
        if (d === undefined || d.state === 'removed') return `${guest}: a device is on the bus and is not`
        if (s.disks[d.disk]!.device !== device) return `${guest}: two devices for one disk`
        if (s.disks[d.disk]!.path !== d.path) return `${guest}: a device takes another path than its disk`
      }
    }
    for (const device of Object.keys(s.devices) as DeviceId[])
      if (s.devices[device]!.holders < 0) return `${device}: let go more often than held`
    return undefined
  },
  signature,
})

const NEXT: Readonly<Record<Escalation, Escalation | undefined>> = { timeout: 'abort', abort: 'reset', reset: 'hostReset', hostReset: undefined }
/** Whether INQUIRY is answered, so that a scan finds the disk. */
const isThere = (path: Path): boolean => path === 'ok' || path === 'broken'

/** The device of the disk, empty if the guest has none; undefined where nothing changes. */
function setPath(s: ScsiState, disk: DiskId, path: Path, cx: Cx): DeviceId | '' | undefined {
  const d = s.disks[disk]
  if (d === undefined) {
    cx.refuse(NO_SUCH_ADDRESS)
    return undefined
  }
  if (d.path === path) return undefined
  d.path = path
  if (d.device !== null) s.devices[d.device]!.path = path
  return d.device ?? ''
}

function endWaiting(s: ScsiState, device: DeviceId, how: 'scsi.commandsFailed' | 'scsi.commandsCompleted', cx: Cx): void {
  const d = s.devices[device]!
  if (d.escalation === null) return
  if (d.timer !== null) cx.cancel(d.timer)
  d.escalation = null
  d.timer = null
  cx.emit({ type: how, device })
}

/** A disk that is there already is passed over, and one that does not answer is not found: both without a complaint. */
function scan(s: ScsiState, guest: GuestId, host: number, id: number | undefined, lun: number | undefined, cx: Cx): void {
  for (const disk of s.buses[guest]!.disks) {
    const d = s.disks[disk]!
    if (d.host !== host || d.device !== null || !isThere(d.path)) continue
    if ((id !== undefined && id !== d.id) || (lun !== undefined && lun !== d.lun)) continue
    const device = attach(s, disk, cx.now)
    cx.emit({ type: 'scsi.deviceAdded', guest, device, disk, name: s.devices[device]!.name })
  }
}

function removeDevice(s: ScsiState, device: DeviceId, cx: Cx): void {
  const d = s.devices[device]!, bus = s.buses[d.guest]!, { guest, disk, name } = d
  bus.devices.splice(bus.devices.indexOf(device), 1)
  s.disks[disk]!.device = null
  d.state = 'removed'
  endWaiting(s, device, 'scsi.commandsFailed', cx)
  cx.emit({ type: 'scsi.deviceRemoved', guest, device, disk, name })
  if (d.holders === 0) forget(s, device)
}

/** Nobody has it open any more: its letter is free again. */
function forget(s: ScsiState, device: DeviceId): void {
  const d = s.devices[device]!
  s.buses[d.guest]!.letters[d.letter] = null
  delete s.devices[device]
}
