/**
 * The slice of the SCSI bus: the disks at the far end of paths, and each guest's devices, names and order.
 *
 * A *disk* is a storage space and keeps its content; a *device* is one attachment of it on a guest's bus, new with each scan. A name
 * (`sdb`) is the lowest letter free at scan time and stays taken until the device is removed *and* nobody holds it any more.
 * Source: Linux drivers/scsi (scsi_scan.c, scsi_sysfs.c, sd.c) 6.1.
 */
import { table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Kib, Micros } from '../../base/time.ts'
import type { TimerId } from '../../core/model.ts'
import { DEFAULTS, orDefault, type DefaultId } from '../defaults.ts'
import type { GuestId } from '../hypervisor/state.ts'
import type { ScsiConfig } from './config.ts'
import type { DiskId, DeviceId } from './ids.ts'
import { without } from '../../core/signature.ts'

export type { DiskId, DeviceId, BusHostId } from './ids.ts'

/**
 * `ok`; `lost`: every command fails at once; `silent`: commands wait for error handling; `broken`: INQUIRY and flush answer, reads
 * and writes fail.
 */
export type Path = 'ok' | 'lost' | 'silent' | 'broken'
/** What a command to a device comes to. `silent`: nothing, until error handling gives up or the path is back. */
export type Outcome = 'ok' | 'error' | 'silent'

/** Partition numbers begin at 1 and follow the order of the layout. */
export interface Partition { readonly name: string; readonly number: number; readonly sizeKib: Kib }
export interface Disk {
  readonly guest: GuestId
  readonly host: number
  readonly channel: number
  readonly id: number
  readonly lun: number
  readonly sizeKib: Kib
  path: Path
  /** The device through which the guest knows it now, null if none. */
  device: DeviceId | null
  /** Counts how often the content was lost: 0 as built. */
  generation: number
  /** Without a partition table since then. */
  blank: boolean
  partitions: Partition[]
}
export interface Device {
  readonly disk: DiskId
  readonly guest: GuestId
  readonly name: string
  /** 0 for sda: the place of its name among the letters. */
  readonly letter: number
  /** When it was found: /proc/partitions lists in this order, arrays among disks. */
  readonly since: Micros
  /** `removed`: gone from the bus, but held, so that its name is still taken. */
  state: 'running' | 'offline' | 'removed'
  /** That of its disk, here too because every command asks for it. */
  path: Path
  /** The kernel has read the partition table. A disk found too early has none until it is deleted and scanned again. */
  partitioned: boolean
  timeoutMicros: Micros
  /** Partitions that arrays, file systems or swap keep open. */
  holders: number
  /** Commands wait for a silent disk; error handling is at this step. */
  escalation: Escalation | null
  timer: TimerId | null
}
/** The steps of error handling, each after the one before has failed. */
export type Escalation = 'timeout' | 'abort' | 'reset' | 'hostReset'

export interface Bus {
  up: boolean
  /** Host numbers in probing order. */
  hosts: number[]
  /** In the order of /proc/scsi/scsi: a device scanned later comes later. */
  devices: DeviceId[]
  /** Who has sda, sdb, …; null where a letter is free. */
  letters: (DeviceId | null)[]
  /** How many devices there have ever been: part of the next one's id. */
  scanned: number
  disks: DiskId[]
}
export interface ScsiState {
  disks: Record<DiskId, Disk>
  devices: Record<DeviceId, Device>
  buses: Record<GuestId, Bus>
  timing: { timeout: Micros; abort: Micros; reset: Micros; hostReset: Micros }
  assumed: DefaultId[]
}

/** A readable view of the slice, whichever way it is held. */
export type ScsiView = DeepReadonly<ScsiState>

/** Where the first partition begins, in KiB: before it lies the partition table. */
const TABLE_KIB: Kib = 1024

export function initialScsi(config: ScsiConfig): ScsiState {
  const s: ScsiState = { disks: table(), devices: table(), buses: table(), timing: timingOf(config), assumed: [] }
  s.assumed = assumedOf(config)
  for (const { disk, guest, host, sizeKib, reachable } of config.disks) {
    const bus = (s.buses[guest] ??= { up: true, hosts: [], devices: [], letters: [], scanned: 0, disks: [] })
    if (!bus.hosts.includes(host)) bus.hosts.push(host)
    const lun = bus.disks.filter(other => s.disks[other]!.host === host).length
    bus.disks.push(disk)
    s.disks[disk] = {
      guest, host, channel: 0, id: lun, lun: 0, sizeKib, path: reachable === false ? 'lost' : 'ok', device: null, generation: 0, blank: false,
      partitions: partition(config.layout[guest] ?? {}, sizeKib),
    }
  }
  for (const guest of config.hosts ? Object.keys(config.hosts) as GuestId[] : []) {
    const bus = (s.buses[guest] ??= { up: true, hosts: [], devices: [], letters: [], scanned: 0, disks: [] })
    for (const host of config.hosts![guest]!) if (!bus.hosts.includes(host)) bus.hosts.push(host)
  }
  for (const guest of Object.keys(s.buses) as GuestId[]) {
    const bus = s.buses[guest]!
    bus.hosts.sort((a, b) => a - b)
    bus.disks.sort((a, b) => s.disks[a]!.host - s.disks[b]!.host || s.disks[a]!.id - s.disks[b]!.id)
    for (const disk of bus.disks) if (s.disks[disk]!.path === 'ok') attach(s, disk, 0)
  }
  for (const disk of config.held) {
    const device = s.disks[disk]?.device
    if (device != null) s.devices[device]!.holders++
  }
  return s
}

/** Partitions in the order of the layout; `rest` takes what is left. */
export function partition(layout: Readonly<Record<string, Kib | 'rest'>>, sizeKib: Kib): Partition[] {
  const entries = Object.entries(layout)
  let fixed = 0
  for (const [, size] of entries) if (size !== 'rest') fixed += size
  return entries.map(([name, size], i) => ({ name, number: i + 1, sizeKib: size === 'rest' ? Math.max(0, sizeKib - TABLE_KIB - fixed) : size }))
}

/** The device that a scan makes of a reachable disk: the lowest free letter, the last place on the bus. For this model's handlers only. */
export function attach(s: ScsiState, disk: DiskId, now: Micros): DeviceId {
  const d = s.disks[disk]!, bus = s.buses[d.guest]!
  let letter = 0
  while (letter < bus.letters.length && bus.letters[letter] !== null) letter++
  const name = sdName(letter), device = `${d.guest}.${name}.${++bus.scanned}` as DeviceId
  bus.letters[letter] = device
  bus.devices.push(device)
  d.device = device
  s.devices[device] = {
    disk, guest: d.guest, name, letter, since: now, state: 'running', path: d.path, partitioned: d.path === 'ok' && !d.blank, timeoutMicros: s.timing.timeout, holders: 0,
    escalation: null, timer: null,
  }
  return device
}

/** sda … sdz, sdaa … */
export function sdName(letter: number): string {
  let name = ''
  for (let rest = letter; rest >= 0; rest = Math.floor(rest / 26) - 1) name = String.fromCharCode(97 + rest % 26) + name
  return `sd${name}`
}

/** The reverse, where there is one: 1 for sdb. */
function letterOf(name: string): number {
  if (!name.startsWith('sd')) return -1
  let letter = -1
  for (let i = 2; i < name.length; i++) {
    const of = name.charCodeAt(i) - 97
    if (of < 0 || of > 25) return -1
    letter = (letter + 1) * 26 + of
  }
  return letter
}

function firstDigit(name: string): number {
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) >= 48 && name.charCodeAt(i) <= 57) return i
  return -1
}

// Pure questions.

/** What a command to a device comes to now. */
export function outcome(s: ScsiView, device: DeviceId, kind: 'read' | 'write' | 'flush'): Outcome {
  const d = s.devices[device]
  if (d === undefined || d.state !== 'running') return 'error'
  switch (d.path) {
    case 'ok': return 'ok'
    case 'lost': return 'error'
    case 'silent': return 'silent'
    case 'broken': return kind === 'flush' ? 'ok' : 'error'
  }
}

/** The device that a guest calls `sdb` and that is on its bus. */
export function deviceNamed(s: ScsiView, guest: GuestId, name: string): DeviceId | undefined {
  const bus = s.buses[guest]
  if (bus === undefined || !bus.up) return undefined
  const device = bus.letters[letterOf(name)]
  return device == null || s.devices[device]!.state === 'removed' ? undefined : device
}

export interface PartitionRef { readonly device: DeviceId; readonly disk: DiskId; readonly number: number; readonly sizeKib: Kib }
/** What a guest calls `sdb3`: undefined without the device or without the partition. */
export function partitionNamed(s: ScsiView, guest: GuestId, name: string): PartitionRef | undefined {
  const at = firstDigit(name)
  if (at <= 0) return undefined
  const device = deviceNamed(s, guest, name.slice(0, at)), number = Number(name.slice(at))
  if (device === undefined || !s.devices[device]!.partitioned) return undefined
  const { disk } = s.devices[device]!
  const found = diskPartition(s, disk, number)
  return found && { device, disk, number, sizeKib: found.sizeKib }
}

/** A partition of a disk by its number, whether or not a guest sees the disk now. */
export function diskPartition(s: ScsiView, disk: DiskId, number: number): Partition | undefined {
  return s.disks[disk]?.partitions[number - 1]
}

/** A partition of a disk by the name it has in the layout, `root`. */
export function partitionCalled(s: ScsiView, disk: DiskId, name: string): Partition | undefined {
  for (const one of s.disks[disk]?.partitions ?? []) if (one.name === name) return one
  return undefined
}

/** The device at a bus address, whatever its state. */
export function deviceAt(s: ScsiView, guest: GuestId, host: number, channel: number, id: number, lun: number): DeviceId | undefined {
  for (const device of s.buses[guest]?.devices ?? []) {
    const d = s.disks[s.devices[device]!.disk]!
    if (d.host === host && d.channel === channel && d.id === id && d.lun === lun) return device
  }
  return undefined
}

function timingOf(config: ScsiConfig): ScsiState['timing'] {
  const own = config.errorHandling ?? {}
  return {
    timeout: own.timeout ?? DEFAULTS['DD-51'].value, abort: own.abort ?? DEFAULTS['DD-51.abort'].value,
    reset: own.reset ?? DEFAULTS['DD-51.reset'].value, hostReset: own.hostReset ?? DEFAULTS['DD-51.host'].value,
  }
}
function assumedOf(config: ScsiConfig): DefaultId[] {
  const own = config.errorHandling ?? {}, assumed: DefaultId[] = []
  orDefault(own.timeout, 'DD-51', assumed)
  orDefault(own.abort, 'DD-51.abort', assumed)
  orDefault(own.reset, 'DD-51.reset', assumed)
  orDefault(own.hostReset, 'DD-51.host', assumed)
  return assumed
}

const bare = without<ScsiView>({ books: ['devices', 'device', 'letters', 'scanned', 'assumed'] })
const bareDevice = without<DeepReadonly<Device>>({ books: ['since'], timers: ['timer'] })
/** A device without its number among all scans: its name is its own for as long as anybody holds it. */
const short = (device: DeviceId | null): string | null => device && device.slice(0, device.lastIndexOf('.'))
export const signature = (s: ScsiView): unknown => [
  bare(s), Object.values(s.disks).map(({ device }) => short(device)), Object.entries(s.devices).map(([id, device]) => [short(id as DeviceId), bareDevice(device)]),
  Object.values(s.buses).map(({ devices, letters }) => [devices.map(short), letters.map(short)]),
]
