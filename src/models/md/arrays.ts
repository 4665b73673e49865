/** Arrays as the scenario describes them at the start, in sync and running; and the blank forms of arrays and guests. */
import { must } from '../../base/assert.ts'
import { entriesOf, table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Kib, Micros } from '../../base/time.ts'
import { DEFAULTS, orDefault } from '../defaults.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { partitionCalled, type DiskId, type ScsiState } from '../scsi/state.ts'
import { newBitmap } from './bitmap.ts'
import type { ArrayConfig, MdConfig } from './config.ts'
import { blankExtents } from './shadow.ts'
import { findSlotted, placeOf, type ArrayId, type Io, type MdArray, type MdGuest, type MdState, type Member, type Metadata } from './state.ts'
import { dataSizeKib, superblockOf } from './superblock.ts'
import { arrayUuid } from './uuid.ts'

/** What mdadm --monitor waits between two looks, unless it is told otherwise. */
const MONITOR_DELAY: Micros = 60_000_000
const TOUCHED_KIB: Kib = 1024 * 1024

export function initialMd(config: MdConfig, scsi: DeepReadonly<ScsiState>): MdState {
  const s: MdState = {
    arrays: table(), guests: table(), arraysOn: table(), places: table(), version: 0, monitorDelay: config.monitor?.delay ?? MONITOR_DELAY,
    busyShare: config.speed.busyShare ?? 0, profile: config.profile, assumed: [],
  }
  for (const guest of Object.keys(scsi.buses) as GuestId[]) s.guests[guest] = newGuest(config, s)
  for (const [id, one] of entriesOf(config.arrays)) begin(s, id, one, scsi)
  return s
}

function newGuest(config: MdConfig, s: MdState): MdGuest {
  const { speed } = config
  return {
    speedMin: orDefault(speed.limitMin, 'DD-54.min', s.assumed), speedMax: orDefault(speed.limitMax, 'DD-54.max', s.assumed),
    rate: speed.rate ?? DEFAULTS['DD-54'].value, rateAssumed: speed.rate === undefined, monitor: config.monitor !== undefined, monitorTimer: null, started: 0, links: {}, arrays: [], turns: 0,
  }
}

/** A guest that has a bus but no section of its own. */
export function guestOf(s: MdState, guest: GuestId): MdGuest {
  return (s.guests[guest] ??= {
    speedMin: DEFAULTS['DD-54.min'].value, speedMax: DEFAULTS['DD-54.max'].value, rate: DEFAULTS['DD-54'].value, rateAssumed: true, monitor: false,
    monitorTimer: null, started: 0, links: {}, arrays: [], turns: 0,
  })
}

/** `lpar1:root`; a name that has a host already, or is too long for one, stays as it is. */
export const labelOf = (homehost: string, name: string): string => (homehost === '' || name.includes(':') || homehost.length + 1 + name.length >= 32 ? name : `${homehost}:${name}`)

/** An id that no array has, or one whose array is gone for good. */
export function freshId(s: MdState, wanted: ArrayId): ArrayId {
  if (s.arrays[wanted] === undefined) return wanted
  for (let n = 2; ; n++) if (s.arrays[`${wanted}.${n}` as ArrayId] === undefined) return `${wanted}.${n}` as ArrayId
}

export interface Shape { id: ArrayId; guest: GuestId; name: string; label: string; metadata: Metadata; raidDevices: number; sizeKib: Kib; io?: Io; spareGroup?: string | null }
export function blankArray(s: MdState, { id, guest, name, label, metadata, raidDevices, sizeKib, io, spareGroup }: Shape): MdArray {
  return {
    guest, name, label, uuid: arrayUuid(id, metadata, label.includes(':') ? label.slice(0, label.indexOf(':')) : ''), createdAt: 0, updatedAt: 0, level: 1, metadata, raidDevices, sizeKib, state: 'stopped', mode: 'rw', broken: false, clean: true, lastWriteAt: -1e9, settledAt: 0,
    members: [], slotted: [], failed: 0, resyncKib: null, sync: null, frozen: false, wanted: null, bitmap: null, events: metadata === '0.90' ? 1 : 0, canDecrease: false,
    recoveryDisabled: false, fullSync: false, changed: false, untouched: false, openers: 0, scanned: false, io: io ?? { kind: 'idle' }, ioTimer: null, busy: false, startedAt: 0,
    waitsFor: [], access: { readable: false, writable: false, stalled: false }, inSync: 0, mismatches: 0, lastAction: 'none', speedMin: null, speedMax: null,
    syncMinKib: 0, syncMaxKib: null, spareGroup: spareGroup ?? null, order: 0, acknowledged: blankExtents(s.version), pendingWrite: false,
    differences: [], lostData: false,
  }
}

function ioOf(io: ArrayConfig['io']): Io {
  if (io === 'idle') return { kind: 'idle' }
  if ('commitEvery' in io) return { kind: 'commit', every: io.commitEvery, touchedKib: io.touches ?? TOUCHED_KIB }
  return { kind: 'drawn', every: io.every }
}

/** Where a member lies: the disk, the partition, and the device through which the guest sees it now, if it does. */
function locate(scsi: DeepReadonly<ScsiState>, { disk, partition }: { disk: DiskId; partition: string }) {
  const d = must(scsi.disks[disk], 'a member of an array lies on a disk of its guest')
  return { disk, device: d.device, name: d.device === null ? '' : scsi.devices[d.device]!.name, part: must(partitionCalled(scsi, disk, partition), 'the layout has the partition') }
}

function begin(s: MdState, id: ArrayId, config: ArrayConfig, scsi: DeepReadonly<ScsiState>): void {
  const guest = guestOf(s, config.on)
  const slots = config.members.map(place => place === 'missing' ? undefined : locate(scsi, place)), spares = config.spares.map(place => locate(scsi, place))
  const all = [...slots, ...spares]
  const sizes = all.flatMap(one => one === undefined ? [] : [dataSizeKib(config.metadata, one.part.sizeKib)])
  const a = blankArray(s, {
    id, guest: config.on, name: config.name ?? (/^md\d+$/.test(id) ? id : `md${guest.arrays.length}`), label: `${config.on}:${/^md\d+$/.test(id) ? id.slice(2) : id}`,
    metadata: config.metadata, raidDevices: config.raidDevices, sizeKib: config.size ?? Math.min(...sizes), io: ioOf(config.io), spareGroup: config.spareGroup ?? null,
  })
  a.state = 'active'
  a.events = 17
  a.order = ++guest.started
  a.scanned = true
  if (config.bitmap !== 'none') {
    a.bitmap = newBitmap(config.bitmap === 'internal' ? {} : { chunkKib: config.bitmap.chunk }, a.events, 0)
    a.bitmap.all = false
  }
  for (const [i, one] of all.entries()) {
    if (one === undefined) continue
    const spare = i >= slots.length, m: Member = {
      device: one.device!, disk: one.disk, partition: one.part.number, place: placeOf(one.disk, one.part.number), name: `${one.name}${one.part.number}`, number: i, slot: spare ? -1 : i, inSync: !spare,
      faulty: false, replacement: false, wantReplacement: false, writeMostly: false, failfast: false, recoveredKib: 0, savedSlot: -1, events: a.events, hollow: false, reAdded: false,
    }
    if (one.device === null) {
      // Out of reach from the start: a member that has been away since the others were last written.
      s.places[placeOf(one.disk, one.part.number)] = { superblock: { ...superblockOf(id, a, m, 0), events: a.events - 2 }, content: spare ? null : blankExtents(0), contentOf: id }
      continue
    }
    a.members.unshift(m)
    if (!spare) a.inSync++
    const on = (s.arraysOn[one.disk] ??= [])
    if (!on.includes(id)) on.push(id)
  }
  findSlotted(a)
  a.access = { readable: a.inSync > 0, writable: a.inSync > 0, stalled: false }
  guest.arrays.push(id)
  s.arrays[id] = a
}
