/**
 * Linux md RAID1 with hot spares, true to recordings of kernel 6.1 and mdadm 4.2.
 *
 * This file says what is heard and who answers; the rules stand in the files named after them: members (requests of mdadm), io (reads,
 * writes, when a loss is noticed), failure (faulty members, superblock writes), recovery and sync (what is copied, when, how far),
 * assembly (begin and end of arrays), superblock, bitmap, shadow (what is on the disks), access (what users get).
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import { defineModel, type } from '../../core/model.ts'
import { memberNamed, placeOf, signature, type ArrayId, type MdArray, type MdState } from './state.ts'
import { partitionNamed, type DiskId, type ScsiState } from '../scsi/state.ts'
import { scsi } from '../scsi/model.ts'
import { tellAccess, type Cx } from './access.ts'
import { guestOf, initialMd } from './arrays.ts'
import { assemble, assembleScan, incremental, incrementalFail, powerDown, runInactive, stop } from './assembly.ts'
import { newBitmap } from './bitmap.ts'
import { build, create } from './creation.ts'
import { mdConfig, type MdConfig } from './config.ts'
import { mdRequests, type MdFact } from './events.ts'
import { failMember } from './failure.ts'
import { ioDue, open, pathChanged, read, settle, waitingEnded, write } from './io.ts'
import { add, fail, failAllTheSame, grow, no, noArray, remove, replace, setFlags, take, userOf } from './members.ts'
import { expectMonitor, monitorLooks } from './monitor.ts'
import { finishSync, lose, noticeBySync, react } from './recovery.ts'
import { ruleBroken } from './rules.ts'
import { storedAt } from './shadow.ts'
import { dataOffsetKib, rewrite, writeDownAll } from './superblock.ts'
import { interruptSync, pace, paceGuest } from './sync.ts'

const EIO = { status: 1, text: 'Input/output error' }
const BUSY = { status: 1, text: 'Device or resource busy' }
const INVALID = { status: 1, text: 'Invalid argument' }

export const md = defineModel({
  name: 'md',
  uses: [scsi],
  config: mdConfig,
  contributes: (config: MdConfig) => ({ scsi: { held: heldBy(config) } }),
  state: (config: MdConfig, world: DeepReadonly<{ scsi: ScsiState }>): MdState => initialMd(config, world.scsi),
  requests: mdRequests,
  facts: type<MdFact>(),
  on: {
    'md.create'(s, request, cx) { create(s, request, cx) },
    'md.build'(s, request, cx) { build(s, request, cx) },
    'md.assemble'(s, request, cx) { assemble(s, request, cx) },
    'md.assembleScan'(s, request, cx) { assembleScan(s, request, cx) },
    'md.incremental'(s, request, cx) { incremental(s, request, cx) },
    'md.incrementalFail'(s, { guest, device }, cx) {
      const id = incrementalFail(s, guest, device, cx)
      if (id === undefined) return
      const a = s.arrays[id]!
      settle(s, a, cx.now)
      if (a.openers === 0 && a.mode === 'rw') {
        interruptSync(s, id, a, cx)
        writeDownAll(s, id, a, cx.now)
        a.mode = 'auto'
      }
      for (const m of a.members) if (m.name === device) failMember(s, id, a, m, cx)
      react(s, id, a, cx)
      for (const m of a.members.slice()) if (m.name === device && m.faulty && m.slot < 0) take(s, id, a, m, cx)
      react(s, id, a, cx)
    },
    'md.run'(s, { array }, cx) {
      const a = s.arrays[array]
      if (a === undefined || a.state === 'stopped') return cx.refuse(noArray(a?.name ?? array))
      if (a.state === 'inactive') runInactive(s, array, a, cx)
    },
    'md.stop'(s, { array }, cx) { stop(s, array, cx) },
    'md.setMode'(s, { array, mode }, cx) {
      const a = active(s, array, cx)
      if (a === undefined) return
      const to = mode === 'readwrite' ? 'rw' : mode === 'readonly' ? 'ro' : 'auto'
      if (a.mode === to) return to === 'auto' ? undefined : cx.refuse(no(`failed to set ${mode === 'readonly' ? 'readonly' : 'writable'} for /dev/${a.name}: Invalid argument`))
      if (to !== 'rw' && a.openers > 0) return cx.refuse(no(`failed to set readonly for /dev/${a.name}: Device or resource busy`))
      settle(s, a, cx.now)
      if (to !== 'rw') {
        interruptSync(s, array, a, cx)
        writeDownAll(s, array, a, cx.now)
      }
      a.mode = to
      react(s, array, a, cx)
    },

    'md.fail'(s, { array, device, known }, cx) { fail(s, array, device, known === true, cx) },
    'md.busyButFailed'(s, { array, device }, cx) { failAllTheSame(s, array, device, cx) },
    'md.remove'(s, { array, device, known }, cx) { remove(s, array, device, known === true, cx) },
    'md.add'(s, { array, device, reAdd, writeMostly, failfast }, cx) { add(s, array, device, reAdd === false ? 'add-spare' : 'add', { writeMostly, failfast }, cx) },
    'md.reAdd'(s, { array, device, writeMostly, failfast }, cx) { add(s, array, device, 're-add', { writeMostly, failfast }, cx) },
    'md.setFlags'(s, { array, device, ...flags }, cx) {
      const a = active(s, array, cx), m = a?.members[memberNamed(a, device)]
      if (a === undefined || m === undefined) return a && cx.refuse({ status: 1, text: 'No such device' })
      settle(s, a, cx.now)
      setFlags(m, flags)
      a.changed = true
      react(s, array, a, cx)
    },
    'md.replace'(s, { array, device, with: by }, cx) { replace(s, array, device, by, cx) },
    'md.freeze'(s, { array }, cx) {
      const a = active(s, array, cx)
      if (a === undefined || a.frozen || (a.sync !== null && a.sync.action !== 'recovery')) return
      a.frozen = true
      interruptSync(s, array, a, cx)
    },
    'md.thaw'(s, { array }, cx) {
      const a = active(s, array, cx)
      if (a === undefined || !a.frozen) return
      a.frozen = false
      react(s, array, a, cx)
    },
    'md.grow'(s, { array, raidDevices, sizeKib }, cx) { grow(s, array, raidDevices, sizeKib, cx) },
    'md.setBitmap'(s, { array, bitmap, chunkKib, bitmapFile, bitmapDelay }, cx) {
      const a = active(s, array, cx)
      if (a === undefined) return
      if (bitmap !== 'none' && a.bitmap !== null) return cx.refuse(no(`Internal bitmap already present on /dev/${a.name}`))
      if (a.sync !== null) return cx.refuse(no('failed to set internal bitmap.'))
      settle(s, a, cx.now)
      a.bitmap = bitmap === 'none' ? null : newBitmap({ chunkKib, delay: bitmapDelay, file: bitmapFile }, a.events, cx.now)
      a.changed = true
      react(s, array, a, cx)
    },
    'md.zeroSuperblock'(s, { guest, device }, cx) {
      const ref = partitionNamed(cx.world.scsi, guest, device)
      if (ref === undefined) return cx.refuse(no(`Couldn't open /dev/${device} for write - not zeroing`))
      if (userOf(s, ref) !== undefined) return cx.refuse(no(`Couldn't open /dev/${device} for write - not zeroing`, 2))
      const stored = s.places[placeOf(ref.disk, ref.number)]
      if (stored != null) stored.superblock = null
    },
    'md.updateSuperblock'(s, { guest, device, ...change }, cx) {
      const ref = partitionNamed(cx.world.scsi, guest, device), stored = ref && s.places[placeOf(ref.disk, ref.number)]
      if (stored?.superblock == null) return cx.refuse(INVALID)
      if (userOf(s, ref!) !== undefined) return cx.refuse(BUSY)
      rewrite(s, stored, change)
    },

    'md.setSyncAction'(s, { array, action }, cx) {
      const a = active(s, array, cx)
      if (a === undefined) return
      if (action === 'idle' || action === 'frozen') {
        a.frozen = action === 'frozen'
        a.wanted = null
        interruptSync(s, array, a, cx)
        if (a.mode === 'auto') a.mode = 'rw'
        return react(s, array, a, cx)
      }
      if (a.sync !== null) return cx.refuse(BUSY)
      if (action !== 'check' && action !== 'repair' && action !== 'resync' && action !== 'recover') return cx.refuse(INVALID)
      settle(s, a, cx.now)
      a.frozen = false
      if (a.mode === 'auto') a.mode = 'rw'
      if (action === 'check' || action === 'repair') a.wanted = action
      react(s, array, a, cx)
    },
    'md.setSyncRange'(s, { array, minKib, maxKib }, cx) {
      const a = active(s, array, cx)
      if (a === undefined) return
      pace(s, array, a, cx)
      if (minKib !== undefined) a.syncMinKib = minKib
      if (maxKib !== undefined) a.syncMaxKib = maxKib
      pace(s, array, a, cx)
    },
    'md.setArraySpeed'(s, { array, min, max }, cx) {
      const a = active(s, array, cx)
      if (a === undefined) return
      if (min !== undefined) a.speedMin = min
      if (max !== undefined) a.speedMax = max
      pace(s, array, a, cx)
    },
    'md.setSpeedLimit'(s, { guest, min, max, rate }, cx) {
      const g = guestOf(s, guest)
      if (min !== undefined) g.speedMin = min
      if (max !== undefined) g.speedMax = max
      if (rate !== undefined) {
        g.rate = rate
        g.rateAssumed = false
      }
      paceGuest(s, guest, cx)
    },
    'md.setBusy'(s, { array, busy }, cx) {
      const a = active(s, array, cx)
      if (a === undefined) return
      a.busy = busy
      pace(s, array, a, cx)
    },

    'md.read'(s, { array }, cx) {
      const a = active(s, array, cx)
      if (a === undefined) return
      // A read may find failed disks, which is then no longer the same request: what it does comes as an event of its own.
      if (!a.access.readable) cx.refuse(EIO)
      cx.emit({ type: 'md.readIssued', array })
    },
    'md.readIssued'(s, { array }, cx) {
      const a = s.arrays[array]
      if (a?.state === 'active') {
        open(s, array, a, cx)
        read(s, array, a, cx)
      }
    },
    'md.write'(s, { array, atKib, kib, buffered }, cx) {
      const a = active(s, array, cx)
      if (a === undefined) return
      if (!a.access.writable && !buffered) cx.refuse(EIO)
      cx.emit({ type: 'md.writeIssued', array, atKib: atKib ?? 0, kib: kib ?? a.sizeKib })
    },
    'md.writeIssued'(s, { array, atKib, kib }, cx) {
      const a = s.arrays[array]
      if (a?.state === 'active') {
        open(s, array, a, cx)
        write(s, array, a, cx, atKib, kib)
      }
    },
    'md.writePlace'(s, { guest, device, atKib, kib }, cx) {
      const ref = partitionNamed(cx.world.scsi, guest, device)
      if (ref === undefined) return cx.refuse({ status: 1, text: 'No such file or directory' })
      const id = userOf(s, ref)
      if (id === undefined) {
        const stored = storedAt(s, placeOf(ref.disk, ref.number)), at = atKib ?? 0, end = at + (kib ?? ref.sizeKib)
        // Whether the superblock goes with it depends on where it lies: 4 KiB from the beginning, or at the end.
        if (stored.superblock !== null && (stored.superblock.metadata === '1.2' ? at <= 4 && end > 4 : stored.superblock.metadata === '1.1' ? at === 0 : end > ref.sizeKib - 64)) stored.superblock = null
        stored.content = null
        return
      }
      const a = s.arrays[id]!, offset = dataOffsetKib(a.metadata, ref.sizeKib), from = Math.max(0, (atKib ?? 0) - offset)
      a.differences.push({ place: placeOf(ref.disk, ref.number), fromKib: from, toKib: Math.min(a.sizeKib, from + (kib ?? a.sizeKib)) })
    },
    'md.open'(s, { array }, cx) {
      const a = s.arrays[array]
      if (a?.state === 'active') open(s, array, a, cx)
    },
    'md.hold'(s, { array }, cx) {
      const a = active(s, array, cx)
      if (a === undefined) return
      open(s, array, a, cx)
      a.openers++
    },
    'md.release'(s, { array }) {
      const a = s.arrays[array]
      if (a !== undefined && a.openers > 0) a.openers--
    },
    'md.setIo'(s, { array, commitEveryMicros }, cx) {
      const a = active(s, array, cx)
      if (a === undefined) return
      settle(s, a, cx.now)
      a.io = commitEveryMicros === null ? { kind: 'idle' } : { kind: 'commit', every: commitEveryMicros, touchedKib: a.sizeKib }
      pathChanged(s, a.members[0]!.disk, cx)
    },

    'md.powerDown'(s, { guest, how }, cx) { powerDown(s, guest, how === 'orderly', cx) },
    'md.startMonitor'(s, { guest }, cx) {
      guestOf(s, guest).monitor = true
      expectMonitor(s, guest, cx)
    },
    'md.stopMonitor'(s, { guest }) { guestOf(s, guest).monitor = false },
    'md.monitorLooked'(s, { guest }, cx) { monitorLooks(s, guest, cx) },

    'md.ioDue'(s, { array }, cx) { ioDue(s, array, s.arrays[array]!, cx) },
    'md.syncReached'(s, { array }, cx) {
      const a = s.arrays[array]!
      if (a.sync === null || a.sync.phase !== 'running') return
      a.sync.timer = null
      if (a.syncMaxKib !== null && a.syncMaxKib < a.sizeKib && a.sync.copies !== 'nothing') return
      finishSync(s, array, a, cx)
    },
    'md.syncStarted'(s, { array }, cx) { noticeBySync(s, array, s.arrays[array]!, cx) },
    'md.memberFailed'(s, { array }, cx) {
      const { guest, spareGroup } = s.arrays[array]!
      if (spareGroup !== null) expectMonitor(s, guest, cx)
    },

    'scsi.pathLost'(s, { disk }, cx) { pathChanged(s, disk, cx) },
    'scsi.pathSilent'(s, { disk }, cx) { pathChanged(s, disk, cx) },
    'scsi.mediumBroken'(s, { disk }, cx) { pathChanged(s, disk, cx) },
    'scsi.pathRestored'(s, { disk }, cx) { pathRestored(s, disk, cx) },
    'scsi.deviceRemoved'(s, { disk }, cx) { pathChanged(s, disk, cx) },
    'scsi.deviceOffline'(s, { device }, cx) {
      const disk = cx.world.scsi.devices[device]?.disk
      if (disk !== undefined) pathChanged(s, disk, cx)
    },
    'scsi.deviceRunning'(s, { device }, cx) {
      const disk = cx.world.scsi.devices[device]?.disk
      if (disk !== undefined) pathRestored(s, disk, cx)
    },
    'scsi.commandsFailed'(s, { device }, cx) { waitingEnded(s, device, true, cx) },
    'scsi.commandsCompleted'(s, { device }, cx) { waitingEnded(s, device, false, cx) },
    'scsi.diskBlanked'(s, { disk }, cx) {
      for (const { number } of cx.world.scsi.disks[disk]!.partitions) {
        const stored = s.places[placeOf(disk, number)]
        if (stored === undefined) continue
        stored.superblock = null
        stored.content = null
      }
      for (const id of s.arraysOn[disk] ?? []) {
        const a = s.arrays[id]!
        settle(s, a, cx.now)
        for (const m of a.members) {
          if (m.disk !== disk) continue
          m.hollow = true
          if (m.inSync) lose(a, id, 'blank', cx)
        }
        tellAccess(id, a, cx)
      }
    },
  },
  check: s => ruleBroken(s),
  signature,
})

function active(s: MdState, id: ArrayId, cx: Cx): MdArray | undefined {
  const a = s.arrays[id]
  if (a !== undefined && a.state === 'active') return a
  cx.refuse(noArray(a?.name ?? id))
  return undefined
}

/** Nothing happens to a member that was failed; one that nobody missed is simply there again. */
function pathRestored(s: MdState, disk: DiskId, cx: Cx): void {
  for (const id of s.arraysOn[disk] ?? []) tellAccess(id, s.arrays[id]!, cx)
}

/** For each partition in use at the start, its disk. */
function heldBy(config: MdConfig): DiskId[] {
  const held: DiskId[] = []
  for (const array of Object.values(config.arrays))
    for (const place of [...array.members, ...array.spares]) if (place !== 'missing') held.push(place.disk)
  return held
}
