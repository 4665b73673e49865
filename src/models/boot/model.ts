/**
 * Booting: the adapter between partitions and the buses and mirrors of the Linux systems in them.
 *
 * A partition boots from the first disk in its boot order that it can read and whose PREP partition holds a kernel. The kernel probes
 * its adapters, assembles what it finds and needs its root array. A root array that fails under a running system leaves it read-only or
 * without its programs until it is booted again, whatever the disks do meanwhile.
 * PREP partitions are not mirrored: `dd` copies one as of then, a kernel update writes one. See README.md.
 */
import { entriesOf } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { defineModel, type, type Context } from '../../core/model.ts'
import { DEFAULTS } from '../defaults.ts'
import type { HypervisorRequest } from '../hypervisor/events.ts'
import { hypervisor } from '../hypervisor/model.ts'
import type { GuestId, HypervisorState } from '../hypervisor/state.ts'
import type { MdRequest } from '../md/events.ts'
import { md } from '../md/model.ts'
import type { ArrayId, MdState } from '../md/state.ts'
import type { ScsiRequest } from '../scsi/events.ts'
import { scsi } from '../scsi/model.ts'
import { outcome, type DiskId, type ScsiState } from '../scsi/state.ts'
import { vscsi } from '../vscsi/model.ts'
import { bootConfig } from './config.ts'
import { bootRequests, type BootFact, type BootRequest } from './events.ts'
import { initialBoot, signature, type Boot, type BootState } from './state.ts'

type Reads = { hypervisor: HypervisorState; scsi: ScsiState; md: MdState; boot: BootState }
type Cx = Context<Reads, BootRequest | BootFact | HypervisorRequest | ScsiRequest | MdRequest>

export const boot = defineModel({
  name: 'boot',
  uses: [hypervisor, scsi, vscsi, md],
  config: bootConfig,
  state: initialBoot,
  requests: bootRequests,
  facts: type<BootFact>(),
  on: {
    'sim.started'(s, _, cx) {
      for (const [guest, b] of entriesOf(s.guests))
        if (b.rootState === 'absent') end(guest, true, cx)
        else hold(b, cx)
    },
    'hypervisor.guestDown'(s, { guest, orderly }, cx) {
      const b = s.guests[guest]
      if (b === undefined) return
      settle(b, cx)
      b.rootState = 'absent'
      b.stalled = false
      b.bootedFrom = null
      end(guest, orderly, cx)
    },
    'hypervisor.firmwareReached'(s, { guest }, cx) {
      const b = s.guests[guest]
      if (b === undefined) return cx.emit({ type: 'hypervisor.loadOs', guest })
      settle(b, cx)
      const disk = bootDisk(s, b, cx.world.scsi)
      if (disk === undefined) {
        cx.emit({ type: 'boot.noBootDevice', guest })
        return cx.emit({ type: 'hypervisor.stopInFirmware', guest, reason: 'no boot device' })
      }
      b.boots++
      b.bootedFrom = disk
      b.kernel = s.preps[disk]!.kernel!
      cx.emit({ type: 'boot.bootedFrom', guest, disk, kernel: b.kernel })
      if (b.kernel < b.newestKernel) cx.emit({ type: 'boot.oldKernelBooted', guest, disk, kernel: b.kernel, newest: b.newestKernel })
      b.waits = silentServers(guest, cx.world.scsi)
      if (b.waits.length > 0) cx.emit({ type: 'hypervisor.loadOs', guest, hold: true })
      proceed(b, guest, cx)
    },
    'boot.waitedForServer'(s, { guest }, cx) {
      const b = s.guests[guest]!
      b.timer = null
      b.waits.shift()
      proceed(b, guest, cx)
    },
    'scsi.pathRestored'(s, { disk }, cx) {
      const guest = cx.world.scsi.disks[disk]!.guest, b = s.guests[guest]
      if (b === undefined || b.rootState !== 'absent') return
      if (b.waits.length > 0) return stopWaiting(b, guest, disk, cx)
      if (b.timer === null && cx.world.hypervisor.guests[guest]?.state === 'open firmware')
        b.timer = cx.after(s.retry, { type: 'boot.retried', guest })
    },
    'scsi.pathLost'(s, { disk }, cx) {
      const guest = cx.world.scsi.disks[disk]!.guest, b = s.guests[guest]
      if (b !== undefined && b.waits.length > 0) stopWaiting(b, guest, disk, cx)
    },
    'scsi.diskBlanked'(s, { disk }) {
      const prep = s.preps[disk]
      if (prep !== undefined) prep.kernel = null
    },
    'boot.retried'(s, { guest }, cx) {
      s.guests[guest]!.timer = null
      cx.emit({ type: 'hypervisor.bootFromFirmware', guest })
    },
    'boot.arraysAssembled'(s, { guest }, cx) {
      const b = s.guests[guest]!
      if (b.bootedFrom === null || !inBoot(cx.world.hypervisor, guest)) return
      const access = b.root === null ? GOOD : accessOf(cx.world.md, b.root)
      if (!access.readable) {
        b.hurt = true
        cx.emit({ type: 'boot.rootMissing', guest })
        return cx.emit({ type: 'hypervisor.loadOs', guest, stuck: 'the root array was not found' })
      }
      b.rootState = access.writable ? 'good' : 'read-only'
      b.stalled = access.stalled
      hold(b, cx)
      if (b.rootState === 'read-only') {
        b.hurt = true
        cx.emit({ type: 'boot.rootReadOnly', guest })
      } else if (b.hurt) {
        b.hurt = false
        cx.emit({ type: 'boot.rootRestored', guest })
      }
      cx.emit({ type: 'hypervisor.loadOs', guest })
    },

    // A write to the last copy failed: the journal is aborted, the file system goes read-only and stays so.
    'md.arrayBroken'(s, { array }, cx) {
      const guest = s.rootOf[array]
      if (guest === undefined) return
      const b = s.guests[guest]!
      if (b.rootState !== 'good') return
      b.rootState = 'read-only'
      b.hurt = true
      cx.emit({ type: 'boot.rootReadOnly', guest })
      if (!accessOf(cx.world.md, array).readable) loseRoot(b, guest, cx)
    },
    'md.accessChanged'(s, { array, readable, stalled }, cx) {
      const guest = s.rootOf[array]
      if (guest !== undefined) {
        const b = s.guests[guest]!
        b.stalled = stalled && b.rootState !== 'absent'
        // A system whose root is read-only already is read from all the time.
        if (!readable && b.rootState === 'read-only') loseRoot(b, guest, cx)
      }
      const swapper = s.swapOf[array]
      if (swapper !== undefined && !readable && !stalled && cx.world.hypervisor.guests[swapper]?.up) {
        cx.emit({ type: 'boot.swapLost', guest: swapper })
        cx.emit({ type: 'hypervisor.crash', guest: swapper })
      }
    },
    'md.dataLost'(s, { array, because }, cx) {
      const guest = cx.world.md.arrays[array]!.guest, b = s.guests[guest]
      if (because === 'stale' && b?.bootedFrom !== null && b?.bootedFrom !== undefined)
        cx.emit({ type: 'boot.dataSplit', guest, array, disk: b.bootedFrom })
    },

    'boot.copyPrep'(s, { guest, from, to }, cx) {
      const b = s.guests[guest]
      if (b === undefined || cx.world.hypervisor.guests[guest]?.up !== true) return cx.refuse(notUp(guest))
      const no = refuseAccess(cx.world.scsi, guest, from, 'read') ?? refuseAccess(cx.world.scsi, guest, to, 'write')
      if (no !== undefined) return cx.refuse(no)
      const { kernel } = s.preps[from]!
      s.preps[to]!.kernel = kernel
      cx.emit({ type: 'boot.prepCopied', guest, from, to, kernel: kernel ?? -1 })
    },
    'boot.updateKernel'(s, { guest, disk }, cx) {
      const b = s.guests[guest]
      if (b === undefined || cx.world.hypervisor.guests[guest]?.up !== true) return cx.refuse(notUp(guest))
      const target = disk ?? b.bootedFrom
      if (b.rootState !== 'good' || target === null) return cx.refuse({ status: 1, text: 'Read-only file system' })
      const no = refuseAccess(cx.world.scsi, guest, target, 'write')
      if (no !== undefined) return cx.refuse(no)
      b.newestKernel++
      s.preps[target]!.kernel = b.newestKernel
      cx.emit({ type: 'boot.kernelUpdated', guest, disk: target, kernel: b.newestKernel })
    },
    'boot.setBootOrder'(s, { guest, order }, cx) {
      const b = s.guests[guest]
      if (b === undefined || order.some(disk => cx.world.scsi.disks[disk]?.guest !== guest)) return cx.refuse({ status: 1, text: 'no such boot device' })
      b.order = [...order]
    },
  },
  check: s => {
    for (const guest in s.guests) {
      const b = s.guests[guest as GuestId]!
      if (b.rootState !== 'absent' && b.bootedFrom === null && b.order.length > 0) return `${guest} runs a kernel from nowhere`
      if (b.kernel > b.newestKernel) return `${guest} runs a kernel from the future`
      if (b.stalled && b.rootState === 'absent') return `${guest} waits for a root it does not have`
      if (b.hurt === false && (b.rootState === 'lost')) return `${guest} has lost its root unnoticed`
    }
    return undefined
  },
  signature,
})

const GOOD = { readable: true, writable: true, stalled: false }
const GONE = { readable: false, writable: false, stalled: false }
function accessOf(world: DeepReadonly<MdState>, array: ArrayId): { readable: boolean; writable: boolean; stalled: boolean } {
  const a = world.arrays[array]
  return a === undefined || a.state !== 'active' ? GONE : a.access
}

const inBoot = (world: DeepReadonly<HypervisorState>, guest: GuestId): boolean => {
  const g = world.guests[guest]
  return g !== undefined && g.alive && (g.held || g.state === 'starting' || g.state === 'open firmware')
}

/** The first disk in the boot order that answers and holds a kernel. */
function bootDisk(s: BootState, b: Boot, world: DeepReadonly<ScsiState>): DiskId | undefined {
  for (const disk of b.order) if (world.disks[disk]!.path === 'ok' && s.preps[disk]!.kernel !== null) return disk
  return undefined
}

/** One silent disk of each server for whose login the booting kernel will wait. */
function silentServers(guest: GuestId, world: DeepReadonly<ScsiState>): DiskId[] {
  const waits: DiskId[] = [], hosts: number[] = []
  for (const disk of world.buses[guest]!.disks) {
    const { path, host } = world.disks[disk]!
    if (path !== 'silent' || hosts.includes(host)) continue
    hosts.push(host)
    waits.push(disk)
  }
  return waits
}

/** On to the next server that does not answer, or, when none is left, to the disks that were found. */
function proceed(b: Boot, guest: GuestId, cx: Cx): void {
  const [disk] = b.waits
  if (disk !== undefined) {
    b.timer = cx.after(DEFAULTS['DD-52'].value, { type: 'boot.waitedForServer', guest, disk })
    return
  }
  cx.emit({ type: 'scsi.busUp', guest })
  cx.emit({ type: 'md.assembleScan', guest, known: knownArrays(cx.world.md, guest), run: true })
  cx.emit({ type: 'boot.arraysAssembled', guest })
}

/** The ARRAY lines of the configuration that the installer wrote. */
const knownArrays = (world: DeepReadonly<MdState>, guest: GuestId) =>
  (world.guests[guest]?.arrays ?? []).map(array => ({ array, name: world.arrays[array]!.name }))

/** A server that the kernel waits for answers after all, or is known to be gone. */
function stopWaiting(b: Boot, guest: GuestId, disk: DiskId, cx: Cx): void {
  const { disks } = cx.world.scsi, { host } = disks[disk]!
  const i = b.waits.findIndex(other => disks[other]!.host === host)
  if (i < 0) return
  b.waits.splice(i, 1)
  if (i > 0) return
  if (b.timer !== null) cx.cancel(b.timer)
  b.timer = null
  proceed(b, guest, cx)
}

function settle(b: Boot, cx: Cx): void {
  if (b.timer !== null) cx.cancel(b.timer)
  b.timer = null
  b.waits = []
}

function end(guest: GuestId, orderly: boolean, cx: Cx): void {
  cx.emit({ type: 'md.powerDown', guest, how: orderly ? 'orderly' : 'crash' })
  cx.emit({ type: 'scsi.busDown', guest })
}

/** Root is mounted and swap is on: nobody stops those arrays. */
function hold(b: Boot, cx: Cx): void {
  if (b.root !== null) cx.emit({ type: 'md.hold', array: b.root })
  if (b.swap !== null && accessOf(cx.world.md, b.swap).readable) cx.emit({ type: 'md.hold', array: b.swap })
}

function loseRoot(b: Boot, guest: GuestId, cx: Cx): void {
  b.rootState = 'lost'
  b.hurt = true
  cx.emit({ type: 'boot.rootLost', guest })
}

const notUp = (guest: GuestId) => ({ status: 1, text: `${guest} is not running` })

/** What dd says of a PREP partition that it cannot open, read or write. */
function refuseAccess(world: DeepReadonly<ScsiState>, guest: GuestId, disk: DiskId, kind: 'read' | 'write') {
  const d = world.disks[disk], device = d?.guest === guest ? d.device : null
  if (device === null || d === undefined) return { status: 1, text: `dd: failed to open the PREP partition of ${disk}: No such file or directory` }
  const name = `/dev/${world.devices[device]!.name}1`
  if (d.partitions.length === 0) return { status: 1, text: `dd: failed to open '${name}': No such file or directory` }
  if (outcome(world, device, kind) !== 'ok') return { status: 1, text: `dd: error ${kind === 'read' ? 'reading' : 'writing'} '${name}': Input/output error` }
  return undefined
}
