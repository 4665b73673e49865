/**
 * What the kernel logs about mirrors and disks, in its own words: from what md and scsi are asked and tell, lines for the guest it happens on.
 *
 * Failed commands of a disk are logged once for each failure that comes of them; how often the real driver repeats itself, sectors and tags are
 * chance there and constants here. Source: Linux 6.1 drivers/md/{md,raid1,md-bitmap}.c, drivers/scsi/sd.c; the kernel lines of the recordings.
 */
import type { DeepReadonly } from '../base/readonly.ts'
import type { Micros } from '../base/time.ts'
import type { AnyEvent, Refusal } from '../core/model.ts'
import type { GuestId } from '../models/hypervisor/state.ts'
import type { MdFact, MdRequest } from '../models/md/events.ts'
import { placeOf, type ArrayId, type ArrayView, type MemberView, type SyncAction } from '../models/md/state.ts'
import type { ScsiFact, ScsiRequest } from '../models/scsi/events.ts'
import type { VscsiFact } from '../models/vscsi/events.ts'
import { outcome, partitionNamed, type DeviceId, type DiskId } from '../models/scsi/state.ts'
import { osOf, unitOf } from './files/sys-scsi.ts'
import type { ConsoleWorld } from './partition.ts'
import { VDASD, type Inquiry } from './views/scsi-proc.ts'

type World = DeepReadonly<ConsoleWorld>
/** As much of an entry of the trace as is needed. */
export interface Heard { readonly at: Micros; readonly seq: number; readonly cause: number; readonly event: AnyEvent; readonly refusal?: Refusal }
export type Say = (guest: GuestId, text: string, level: number, at: Micros) => void

const CRIT = 2, ERR = 3
const NAMES: Readonly<Record<SyncAction, string>> = { recovery: 'recovery', resync: 'resync', check: 'data-check', repair: 'requested-resync' }

export class KernelVoice {
  private readonly world: () => World
  private readonly tell: Say
  private at: Micros = 0
  private readonly inquiry: Inquiry
  /** The last requests, by number: whose doing a fact is. */
  private readonly asked = new Map<number, MdRequest | MdFact>()
  private readonly running = new Set<ArrayId>()
  /** Started, and how many copies there are comes next. */
  private starting: { readonly array: ArrayId; readonly by: MdRequest | MdFact | undefined } | null = null
  /** What is being copied. */
  private readonly copying = new Map<ArrayId, SyncAction>()
  /** Not read since it was started. */
  private readonly unscanned = new Set<ArrayId>()
  /** What comes when the failure that follows has been told. */
  private after: { readonly guest: GuestId; readonly lines: readonly string[] } | null = null
  /** Members whose failure has been told. */
  private readonly dropped = new Set<string>()
  private readonly copies = new Map<ArrayId, number>()
  /** A member has failed: how many are left is told next, if it counted. */
  private failing: { readonly array: ArrayId; readonly device: string } | null = null
  /** Their first command after a reset is answered with a unit attention. */
  private readonly attention = new Set<DiskId>()
  private readonly lost = new Set<DiskId>()
  private readonly driver: string

  constructor(world: () => World, say: Say, { inquiry = VDASD, driver = 'ibmvscsi' }: { inquiry?: Inquiry; driver?: string } = {}) {
    this.world = world
    this.tell = say
    this.inquiry = inquiry
    this.driver = driver
  }

  private say(guest: GuestId, text: string, level = 6): void { this.tell(guest, text, level, this.at) }

  hear(entry: Heard): void {
    const { type } = entry.event
    if (this.failing !== null || (this.after !== null && entry.event.type !== 'md.memberFailed')) this.flush(entry.event)
    this.at = entry.at
    if (type.startsWith('md.')) this.md(entry.event as MdRequest | MdFact, entry)
    else if (type.startsWith('vscsi.')) this.vscsi(entry.event as VscsiFact)
    else if (type.startsWith('scsi.')) this.scsi(entry.event as ScsiFact | ScsiRequest)
  }

  private md(event: MdRequest | MdFact, { seq, cause, refusal }: Heard): void {
    const { md } = this.world()
    switch (event.type) {
      case 'md.create': case 'md.assemble': case 'md.assembleScan': case 'md.incremental': case 'md.run': case 'md.fail': case 'md.powerDown': case 'md.incrementalFail': case 'md.busyButFailed':
        this.asked.set(seq, event)
        if (this.asked.size > 32) for (const old of this.asked.keys()) { this.asked.delete(old); break }
        // mdadm stops whatever has the name before it begins, and again when it gives up.
        if (event.type === 'md.assemble' && refusal?.text.includes('assembled from')) for (let i = 0; i < 2; i++) this.say(event.guest, `md: ${event.name} stopped.`)
        return
      case 'md.stop': {
        const a = md.arrays[event.array]
        if (refusal === undefined && a !== undefined && !this.runs(event.array)) this.say(a.guest, `md: ${a.name} stopped.`)
        return
      }
      case 'md.grow': {
        const a = md.arrays[event.array]
        if (refusal?.text.includes('failed to set raid disks') && a !== undefined) this.say(a.guest, 'md: couldn\'t update array info. -16', ERR)
        return
      }
      case 'md.setBitmap': {
        const a = md.arrays[event.array]
        if (refusal !== undefined || a?.bitmap == null || event.bitmap !== 'internal') return
        this.say(a.guest, `${a.name}: bitmap file is out of date (0 < ${a.events}) -- forcing full recovery`, 4)
        this.say(a.guest, `${a.name}: bitmap file is out of date, doing full recovery`, 4)
        return
      }
      case 'md.arrayStarted':
        this.running.add(event.array)
        this.unscanned.add(event.array)
        this.starting = { array: event.array, by: this.asked.get(cause) }
        return
      case 'md.arrayStopped': return this.stopped(event.array, this.asked.get(cause))
      case 'md.redundancyChanged': {
        const a = md.arrays[event.array]!
        if (this.starting?.array === event.array) this.started(event.array, a, event.inSync, event.of, this.starting.by)
        this.starting = null
        this.copies.set(event.array, event.inSync)
        return
      }
      case 'md.memberFailed': return this.failed(event, cause)
      case 'md.syncStarted':
        this.copying.set(event.array, event.action)
        return this.of(event.array, a => this.say(a.guest, `md: ${NAMES[event.action]} of RAID array ${a.name}`))
      case 'md.syncDelayed':
        return this.of(event.array, a => this.say(a.guest, `md: delaying ${NAMES[event.action]} of ${a.name} until ${md.arrays[event.behind]?.name ?? event.behind} has finished (they share one or more physical units)`))
      case 'md.syncDone':
        this.copying.delete(event.array)
        return this.of(event.array, a => this.say(a.guest, `md: ${a.name}: ${NAMES[event.action]} done.`))
      case 'md.syncInterrupted':
        this.copying.delete(event.array)
        return this.of(event.array, a => this.say(a.guest, `md: ${a.name}: ${NAMES[event.action]} interrupted.`))
      case 'md.arrayBroken':
        return this.of(event.array, a => {
          this.deadDisks(a)
          const source = a.members.find(m => m.inSync)
          if (this.copying.get(event.array) === 'recovery' && source !== undefined) this.say(a.guest, `md/raid1:${a.name}: ${source.name}: unrecoverable I/O read error for block 0`, ERR)
        })
      case 'md.memberAdded': return this.touched(event.disk)
      case 'md.open': case 'md.hold': return this.of(event.array, a => this.read(event.array, a, false))
      case 'md.readIssued': return this.of(event.array, a => { this.read(event.array, a, true); this.touchedBy(a, true) })
      case 'md.writeIssued': return this.of(event.array, a => { this.read(event.array, a, false); this.touchedBy(a, false) })
    }
  }
  private runs(array: ArrayId): boolean { return this.running.has(array) || this.world().md.arrays[array]?.startedAt === 0 }
  private of(array: ArrayId, tell: (a: ArrayView) => void): void {
    const a = this.world().md.arrays[array]
    if (a !== undefined) tell(a)
  }

  private started(array: ArrayId, a: ArrayView, inSync: number, of: number, by: MdRequest | MdFact | undefined): void {
    const { guest, name } = a
    if (by?.type === 'md.assemble' || by?.type === 'md.assembleScan') this.say(guest, `md: ${name} stopped.`)
    for (const device of this.stale(array, a, by)) this.say(guest, `md: kicking non-fresh ${device} from array!`)
    if (a.resyncKib !== null) this.say(guest, `md/raid1:${name}: not clean -- starting background reconstruction`, ERR)
    this.say(guest, `md/raid1:${name}: active with ${inSync} out of ${of} mirrors`)
    this.say(guest, `${name}: detected capacity change from 0 to ${a.sizeKib * 2}`)
  }
  /** What belongs to the array, is older than the rest, and so was left out. */
  private stale(array: ArrayId, a: ArrayView, by: MdRequest | MdFact | undefined): string[] {
    if (by?.type !== 'md.assemble' && by?.type !== 'md.assembleScan') return []
    const { scsi, md } = this.world(), names = by.type === 'md.assemble' ? by.devices : partitionsOf(this.world(), a.guest)
    return names.filter(name => {
      const ref = partitionNamed(scsi, a.guest, name), sb = ref && md.places[placeOf(ref.disk, ref.number)]?.superblock
      if (sb == null || sb.array !== array || typeof sb.role !== 'number' || a.members.some(m => m.device === ref!.device || (m.slot === sb.role && m.inSync))) return false
      // Whom the most recent one calls missing although it counts as many events mdadm itself leaves out.
      return sb.events + 1 < a.events
    })
  }
  private stopped(array: ArrayId, by: MdRequest | MdFact | undefined): void {
    this.running.delete(array)
    if (by?.type === 'md.powerDown') return
    this.of(array, a => {
      this.say(a.guest, `${a.name}: detected capacity change from ${a.sizeKib * 2} to 0`)
      this.say(a.guest, `md: ${a.name} stopped.`)
    })
  }

  private failed(event: Extract<MdFact, { type: 'md.memberFailed' }>, cause: number): void {
    const a = this.world().md.arrays[event.array]
    if (a === undefined) return
    const m = a.members.find(one => one.name === event.device), asked = this.asked.has(cause)
    // A member whose replacement is ready goes without a word: nothing is wrong with its disk.
    if (m !== undefined && !asked && !m.hollow && outcome(this.world().scsi, m.device, 'write') === 'ok') return
    if (m !== undefined) this.dropped.add(m.device + m.name)
    if (m !== undefined && !asked) this.deadCommand(a.guest, m.device, m.disk)
    this.failing = { array: event.array, device: event.device }
  }
  /** Nothing more comes for now. */
  flush(next?: AnyEvent): void {
    if (this.failing !== null) this.tellFailure(next)
    else if (this.after !== null) {
      for (const text of this.after.lines) this.say(this.after.guest, text, ERR)
      this.after = null
    }
  }
  private tellFailure(next?: AnyEvent): void {
    if (this.failing === null) return
    const { array, device } = this.failing, a = this.world().md.arrays[array]!
    this.failing = null
    const left = next?.type === 'md.redundancyChanged' && (next as unknown as { array: ArrayId }).array === array ? (next as unknown as { inSync: number }).inSync : this.copies.get(array) ?? a.inSync
    this.say(a.guest, `md/raid1:${a.name}: Disk failure on ${device}, disabling device.`, CRIT)
    this.say(a.guest, `md/raid1:${a.name}: Operation continuing on ${left} devices.`, CRIT)
  }
  /** Reads of dead members: of a user, or the look for a partition table at the first open after a start. */
  private read(array: ArrayId, a: ArrayView, asked: boolean): void {
    if (!this.unscanned.delete(array) && !asked) return
    const { scsi } = this.world(), slotOf = (m: MemberView): number => m.slot >= 0 ? m.slot : m.faulty ? m.savedSlot : -1
    const readers = a.members.filter(m => slotOf(m) >= 0 && !m.replacement && (m.inSync || this.failedNow(m))).sort((x, y) => slotOf(x) - slotOf(y))
    // The last one that is left fails without a word.
    if (readers.length < 2) return
    for (const [i, m] of readers.entries()) {
      if (outcome(scsi, m.device, 'read') !== 'error') return
      const next = readers[i + 1], text = `md/raid1:${a.name}: ${m.name}: rescheduling sector 0`
      if (next === undefined) this.after = { guest: a.guest, lines: [text, `md/raid1:${a.name}: ${m.name}: unrecoverable I/O read error for block 0`] }
      else {
        this.say(a.guest, text, ERR)
        this.say(a.guest, `md/raid1:${a.name}: redirecting sector 0 to other mirror: ${next.name}`, ERR)
      }
    }
  }
  /** It was in sync until this very read. */
  private failedNow(m: MemberView): boolean { return m.faulty && m.savedSlot >= 0 && outcome(this.world().scsi, m.device, 'read') === 'error' && !this.dropped.has(m.device + m.name) }
  private deadDisks(a: ArrayView): void {
    for (const m of a.members) if (m.inSync && outcome(this.world().scsi, m.device, 'write') === 'error') this.deadCommand(a.guest, m.device, m.disk)
  }
  /** A flush and the superblock that was to follow it. */
  private deadCommand(guest: GuestId, device: DeviceId, disk: DiskId): void {
    const { scsi } = this.world(), d = scsi.devices[device]
    if (outcome(scsi, device, 'write') === 'ok') return
    if (d !== undefined && d.state !== 'removed') {
      const address = this.address(disk)
      if (d.state === 'offline') this.say(guest, `sd ${address}: rejecting I/O to offline device`, ERR)
      else if (d.path === 'broken') {
        this.say(guest, `sd ${address}: [${d.name}] tag#0 FAILED Result: hostbyte=DID_OK driverbyte=DRIVER_OK cmd_age=0s`)
        this.say(guest, `sd ${address}: [${d.name}] tag#0 Sense Key : Aborted Command [current] `)
        this.say(guest, `sd ${address}: [${d.name}] tag#0 Add. Sense: I/O process terminated`)
      } else {
        this.say(guest, `sd ${address}: [${d.name}] tag#0 FAILED Result: hostbyte=${this.hostbyte} driverbyte=DRIVER_OK cmd_age=0s`)
        this.say(guest, `sd ${address}: [${d.name}] tag#0 CDB: Synchronize Cache(10) 35 00 00 00 00 00 00 00 00 00`)
      }
      this.say(guest, `I/O error, dev ${d.name}, sector 8 op 0x1:(WRITE) flags 0x9800 phys_seg 1 prio class 2`, ERR)
    }
    this.say(guest, 'md: super_written gets error=-5', ERR)
  }

  /** ibmvscsi fails what has no partner with DID_ERROR; an emulated adapter says that the target is gone. */
  private get hostbyte(): string { return this.driver === 'ibmvscsi' ? 'DID_ERROR' : 'DID_BAD_TARGET' }

  private address(disk: DiskId): string {
    const { host, channel, id, lun } = this.world().scsi.disks[disk]!
    return `${host}:${channel}:${id}:${lun}`
  }
  private scsi(event: ScsiFact | ScsiRequest): void {
    const { scsi } = this.world()
    switch (event.type) {
      case 'scsi.deviceAdded': return this.found(event.guest, event.device, event.disk, event.name)
      case 'scsi.deviceRemoved': {
        const address = this.address(event.disk), { path } = scsi.disks[event.disk]!
        this.say(event.guest, `sd ${address}: [${event.name}] Synchronizing SCSI cache`, 5)
        if (path === 'lost' || path === 'silent') this.say(event.guest, `sd ${address}: [${event.name}] Synchronize Cache(10) failed: Result: hostbyte=${this.hostbyte} driverbyte=DRIVER_OK`)
        return
      }
      case 'scsi.pathRestored':
        // A medium that failed under a disk that still answered has not been reset.
        if (this.lost.delete(event.disk)) this.attention.add(event.disk)
        return
      case 'scsi.pathLost': this.lost.add(event.disk); return
      case 'scsi.scan': return this.scanned(event)
      case 'scsi.busCameUp': {
        for (const host of scsi.buses[event.guest]!.hosts) this.say(event.guest, `scsi host${host}: ${this.driver === 'ibmvscsi' ? 'IBM POWER Virtual SCSI Adapter 1.5.9' : 'Virtio SCSI HBA'}`)
        for (const disk of scsi.buses[event.guest]!.disks) if (scsi.disks[disk]!.path !== 'ok') this.lost.add(disk)
        for (const device of scsi.buses[event.guest]!.devices) {
          this.attention.add(scsi.devices[device]!.disk)
          this.found(event.guest, device, scsi.devices[device]!.disk, scsi.devices[device]!.name)
        }
        return
      }
      case 'scsi.escalated': {
        const d = scsi.devices[event.device]
        if (d === undefined) return
        const address = this.address(d.disk), { host } = scsi.disks[d.disk]!
        if (event.step === 'abort') this.say(d.guest, `sd ${address}: aborting command. lun 0x8000000000000000, tag 0x0`)
        else if (event.step === 'reset') this.say(d.guest, `sd ${address}: resetting device. lun 0x8000000000000000`)
        else if (event.step === 'hostReset') this.say(d.guest, `ibmvscsi ${unitOf(host)}: Resetting connection due to error recovery`, ERR)
        return
      }
      case 'scsi.deviceOffline': {
        const d = scsi.devices[event.device]
        if (d !== undefined && d.path === 'silent') this.say(d.guest, `sd ${this.address(d.disk)}: Device offlined - not ready after error recovery`)
      }
    }
  }
  /** The driver of the virtual adapter, as drivers/scsi/ibmvscsi/ibmvscsi.c words it. */
  private vscsi(event: VscsiFact): void {
    if (event.type !== 'vscsi.transportEvent' && event.type !== 'vscsi.loggedIn') return
    const { vscsi, hypervisor } = this.world(), nwsd = vscsi!.nwsds[event.nwsd]!, say = (text: string, level = 6): void => this.say(event.guest, `ibmvscsi ${unitOf(nwsd.adapter.scsiHost)}: ${text}`, level)
    if (event.type === 'vscsi.transportEvent') return event.event === 'migrated' ? say('Re-enabling adapter!') : say('Virtual adapter failed rc 2!', ERR)
    const os = hypervisor?.guests[nwsd.host]?.os
    say('partner initialized')
    say(`host srp version: 16.a, host partition ${nwsd.host} (${Object.keys(hypervisor?.guests ?? {}).indexOf(nwsd.host) + 1}), OS ${osOf(os)}, max io 1048576`)
    say('sent SRP login')
    say('SRP_LOGIN succeeded')
  }
  private found(guest: GuestId, device: DeviceId, disk: DiskId, name: string): void {
    const { scsi } = this.world(), address = this.address(disk), d = scsi.disks[disk]!, { vendor, model, revision, ansi } = this.inquiry
    const sd = (text: string, level = 5): void => this.say(guest, `sd ${address}: ${text}`, level)
    this.say(guest, `scsi ${address}: Direct-Access     ${vendor.padEnd(8)} ${model.padEnd(16)} ${revision.padEnd(4)} PQ: 0 ANSI: ${ansi}`, 5)
    if (this.attention.delete(disk)) sd('Power-on or device reset occurred', 6)
    sd(`Attached scsi generic sg${scsi.devices[device]?.letter ?? 0} type 0`)
    sd(`[${name}] ${d.sizeKib * 2} 512-byte logical blocks: (${decimal(d.sizeKib * 1024, 1000)}/${decimal(d.sizeKib * 1024, 1024)})`)
    sd(`[${name}] Write Protect is off`)
    sd(`[${name}] Mode Sense: 63 00 00 08`, 7)
    sd(`[${name}] Write cache: enabled, read cache: enabled, doesn't support DPO or FUA`)
    if (scsi.devices[device]?.partitioned) this.say(guest, ` ${name}:${d.partitions.map(({ number }) => ` ${name}${number}`).join('')}`)
    else if (d.path === 'broken') {
      this.say(guest, `Buffer I/O error on dev ${name}, logical block 0, async page read`, ERR)
      this.say(guest, `Dev ${name}: unable to read RDB block 0`, ERR)
      this.say(guest, ` ${name}: unable to read partition table`)
    }
    sd(`[${name}] Attached SCSI disk`)
  }

  /** A disk that was given up cannot say what other units there are: the kernel tries them one by one. */
  private scanned({ guest, host }: { guest: GuestId; host: number }): void {
    const { scsi } = this.world()
    for (const device of scsi.buses[guest]?.devices ?? [])
      if (scsi.devices[device]!.state === 'offline' && scsi.disks[scsi.devices[device]!.disk]!.host === host) this.say(guest, `scsi host${host}: scsi scan: INQUIRY result too short (5), using 36`)
  }

  private touchedBy(a: ArrayView, reads: boolean): void {
    if (this.attention.size === 0) return
    for (let slot = 0; slot < a.raidDevices; slot++) {
      const m = a.members.find(one => one.slot === slot && !one.faulty)
      if (m === undefined) continue
      this.touched(m.disk)
      if (reads) return
    }
  }
  /** A command reaches a disk, now. */
  touch(disk: DiskId, at: Micros): void {
    this.flush()
    this.at = at
    this.touched(disk)
  }
  private touched(disk: DiskId): void {
    const d = this.world().scsi.disks[disk]
    if (d === undefined || d.path !== 'ok' || !this.attention.delete(disk)) return
    this.say(d.guest, `sd ${this.address(disk)}: Power-on or device reset occurred`)
  }
}

function partitionsOf({ scsi }: World, guest: GuestId): string[] {
  return (scsi.buses[guest]?.devices ?? []).flatMap(device => scsi.disks[scsi.devices[device]!.disk]!.partitions.map(({ number }) => `${scsi.devices[device]!.name}${number}`))
}

const UNITS = ['', 'K', 'M', 'G', 'T', 'P']
/** string_get_size: three significant digits, `134 MB`, `128 MiB`, `1.05 GB`. */
export function decimal(bytes: number, base: 1000 | 1024): string {
  let unit = 0, value = bytes
  while (value >= base && unit < UNITS.length - 1) { value /= base; unit++ }
  const digits = value >= 100 || unit === 0 ? 0 : value >= 10 ? 1 : 2
  // The kernel rounds to the digits it shows, halves up.
  const factor = digits === 0 ? 1 : digits === 1 ? 10 : 100, rounded = Math.floor(value * factor + 0.5)
  const text = digits === 0 ? String(rounded) : `${Math.floor(rounded / factor)}.${String(rounded % factor).padStart(digits, '0')}`
  return `${text} ${UNITS[unit]!}${base === 1024 && unit > 0 ? 'i' : ''}B`
}
