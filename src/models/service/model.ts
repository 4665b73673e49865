/**
 * Services, what they need, and the books: outages with their cause, stalls, and the time each array spent on one copy.
 *
 * It only listens. The fact that changes a need has the outage as its effect, so that the cause of `service.wentDown` in the trace is
 * the event that opened the outage. Sources: ARCHITECTURE.md; definitions of availability as in IEC 61703.
 */
import { defineModel, type } from '../../core/model.ts'
import { table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { WorldOf, Context } from '../../core/model.ts'
import { boot } from '../boot/model.ts'
import { rootAccess } from '../boot/state.ts'
import { hypervisor } from '../hypervisor/model.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { md } from '../md/model.ts'
import type { ArrayId } from '../md/state.ts'
import { scsi } from '../scsi/model.ts'
import type { DeviceId, DiskId } from '../scsi/state.ts'
import { goDown, reassess } from './booking.ts'
import { serviceConfig, type ServiceConfig } from './config.ts'
import { serviceRequests, type ServiceFact } from './events.ts'
import { beginExposed, recount } from './exposure.ts'
import { buildNetwork, isBearable, isMet, LEAF_KINDS, miscounted, setLeaf } from './network.ts'
import type { LeafKind, Service, ServiceId, ServiceState, Truth } from './state.ts'

type Below = WorldOf<readonly [typeof hypervisor, typeof scsi, typeof md, typeof boot]>
type Cx = Context<Below, ServiceFact>

export const service = defineModel({
  name: 'service',
  uses: [hypervisor, scsi, md, boot],
  config: serviceConfig,
  state: (config: ServiceConfig, world): ServiceState => initialServices(config, world),
  requests: serviceRequests,
  facts: type<ServiceFact>(),
  on: {
    // An orderly shutdown stops the services before the partition ends.
    'hypervisor.shuttingDown': (s, { guest }, cx) => lookAtGuest(s, guest, 'is shutting down', cx),
    'hypervisor.guestDown': (s, { guest }, cx) => lookAtGuest(s, guest, 'is down', cx),
    'hypervisor.guestUp': (s, { guest }, cx) => lookAtGuest(s, guest, '', cx),
    'hypervisor.guestHung': (s, { guest }, cx) => lookAtGuest(s, guest, 'hangs', cx),
    'hypervisor.guestResumed': (s, { guest }, cx) => lookAtGuest(s, guest, '', cx),

    'scsi.pathLost': (s, { disk }, cx) => lookAtDisk(s, disk, cx),
    'scsi.pathSilent': (s, { disk }, cx) => lookAtDisk(s, disk, cx),
    'scsi.pathRestored': (s, { disk }, cx) => lookAtDisk(s, disk, cx),
    'scsi.mediumBroken': (s, { disk }, cx) => lookAtDisk(s, disk, cx),
    'scsi.deviceRemoved': (s, { disk }, cx) => recountOn(s, disk, cx),
    'scsi.deviceOffline': (s, { device }, cx) => recountDevice(s, device, cx),
    'scsi.deviceRunning': (s, { device }, cx) => recountDevice(s, device, cx),

    'md.redundancyChanged': (s, { array }, cx) => recountArray(s, array, cx),
    'md.syncStarted': (s, { array }, cx) => recountArray(s, array, cx),
    'md.syncDelayed': (s, { array }, cx) => recountArray(s, array, cx),
    'md.syncInterrupted': (s, { array }, cx) => recountArray(s, array, cx),
    'md.accessChanged': (s, { array }, cx) => lookAtArray(s, array, cx),
    'md.arrayBroken': (s, { array }, cx) => lookAtArray(s, array, cx),
    'md.arrayStarted'(s, { array }, cx) {
      lookAtArray(s, array, cx)
      recountArray(s, array, cx)
    },
    'md.arrayStopped'(s, { array }, cx) {
      lookAtArray(s, array, cx)
      recountArray(s, array, cx)
    },

    'boot.rootReadOnly': (s, { guest }, cx) => lookAtRoot(s, guest, cx),
    'boot.rootLost': (s, { guest }, cx) => lookAtRoot(s, guest, cx),
    'boot.rootRestored': (s, { guest }, cx) => lookAtRoot(s, guest, cx),
    'boot.bootedFrom': (s, { guest }, cx) => lookAtRoot(s, guest, cx),

    'service.patienceEnded'(s, { service }, cx) {
      const v = s.services[service]!
      v.patience = null
      goDown(service, v, v.since, v.because, cx)
    },
  },
  check: s => miscounted(s) ?? misbooked(s),
})

function initialServices(config: ServiceConfig, world: DeepReadonly<Below>): ServiceState {
  const { nodes, leaves, roots } = buildNetwork(config)
  const s: ServiceState = { services: table(), nodes, leaves, exposure: table() }
  for (const array of Object.keys(world.md.arrays) as ArrayId[]) beginExposed(s, array, world)
  for (const [name, { stallTolerance }] of Object.entries(config.services))
    s.services[name as ServiceId] = newService(roots[name as ServiceId]!, stallTolerance ?? 0)
  const up = (id: ServiceId): void => {
    const v = s.services[id]!
    if (v.status !== 'new' || !isMet(nodes[v.root]!)) return
    v.status = 'up'
    setLeaf(s, 'service', id, 'yes', up)
  }
  for (const kind of LEAF_KINDS)
    if (kind !== 'service') for (const thing of Object.keys(leaves[kind])) setLeaf(s, kind, thing, truthOf(s, world, kind, thing), up)
  return s
}

const newService = (root: number, stallTolerance: number): Service => ({
  status: 'new', since: 0, because: '', outages: 0, downMicros: 0, longestMicros: 0, stalls: 0, stalledMicros: 0, stalledSince: null,
  list: [], stallTolerance, patience: null, root,
})

/** What is true of a thing, read from the slices below. Things that do not exist are never there. */
function truthOf(s: ServiceState, world: DeepReadonly<Below>, kind: LeafKind, thing: string): Truth {
  switch (kind) {
    case 'guest': {
      const guest = world.hypervisor.guests[thing as GuestId]
      return guest === undefined || !guest.up || guest.state === 'shutting down' ? 'no' : guest.hung ? 'waits' : 'yes'
    }
    case 'arrayReadable':
    case 'arrayWritable': {
      const array = world.md.arrays[thing as ArrayId]
      if (array === undefined || array.state !== 'active') return 'no'
      const { readable, writable, stalled } = array.access
      return !(kind === 'arrayReadable' ? readable : writable) ? 'no' : stalled ? 'waits' : 'yes'
    }
    case 'arrayRedundant': return (s.exposure[thing as ArrayId]?.copies ?? 0) >= 2 ? 'yes' : 'no'
    case 'rootReadable':
    case 'rootWritable': {
      const { readable, writable, stalled } = rootAccess(world.boot, thing as GuestId)
      return !(kind === 'rootReadable' ? readable : writable) ? 'no' : stalled ? 'waits' : 'yes'
    }
    case 'disk': {
      const path = world.scsi.disks[thing as DiskId]?.path
      return path === 'ok' ? 'yes' : path === 'silent' ? 'waits' : 'no'
    }
    case 'service': {
      const root = s.nodes[s.services[thing as ServiceId]?.root ?? -1]
      return root === undefined ? 'no' : isMet(root) ? 'yes' : isBearable(root) ? 'waits' : 'no'
    }
  }
}

/** The words for a need that is not met; those of a guest are the event's. */
const WORDS: Readonly<Record<LeafKind, readonly [no: string, waits: string]>> = {
  guest: ['is down', 'hangs'],
  arrayReadable: ['cannot be read', 'waits for a silent disk'],
  arrayWritable: ['cannot be written', 'waits for a silent disk'],
  arrayRedundant: ['has one good copy at most', 'has one good copy at most'],
  rootReadable: ['cannot read its root', 'waits for its root'],
  rootWritable: ['cannot write its root', 'waits for its root'],
  disk: ['cannot be reached', 'is silent'],
  service: ['is down', 'stalls'],
}

function look(s: ServiceState, kind: LeafKind, thing: string, cx: Cx): void {
  const leaf = s.leaves[kind][thing]
  if (leaf === undefined) return
  const truth = truthOf(s, cx.world, kind, thing)
  if (truth !== leaf.truth) set(s, kind, thing, truth, WORDS[kind][truth === 'waits' ? 1 : 0], cx)
}

function set(s: ServiceState, kind: LeafKind, thing: string, truth: Truth, words: string, cx: Cx): void {
  if (s.leaves[kind][thing] === undefined) return
  setLeaf(s, kind, thing, truth, id => {
    reassess(s, id, `${thing} ${words}`, cx)
    // Whoever needs this service goes the same way at once: a stall is passed on as a stall, for others may be more patient.
    look(s, 'service', id, cx)
  })
}

function lookAtGuest(s: ServiceState, guest: GuestId, words: string, cx: Cx): void {
  if (s.leaves.guest[guest] !== undefined) set(s, 'guest', guest, truthOf(s, cx.world, 'guest', guest), words, cx)
  lookAtRoot(s, guest, cx)
}

function lookAtRoot(s: ServiceState, guest: GuestId, cx: Cx): void {
  look(s, 'rootReadable', guest, cx)
  look(s, 'rootWritable', guest, cx)
}

function lookAtArray(s: ServiceState, array: ArrayId, cx: Cx): void {
  look(s, 'arrayReadable', array, cx)
  look(s, 'arrayWritable', array, cx)
  const guest = cx.world.boot.rootOf[array]
  if (guest !== undefined) lookAtRoot(s, guest, cx)
}

function lookAtDisk(s: ServiceState, disk: DiskId, cx: Cx): void {
  look(s, 'disk', disk, cx)
  recountOn(s, disk, cx)
}

function recountOn(s: ServiceState, disk: DiskId, cx: Cx): void {
  for (const array of cx.world.md.arraysOn[disk] ?? []) recountArray(s, array, cx)
}

function recountDevice(s: ServiceState, device: DeviceId, cx: Cx): void {
  const known = cx.world.scsi.devices[device]
  if (known !== undefined) recountOn(s, known.disk, cx)
}

function recountArray(s: ServiceState, array: ArrayId, cx: Cx): void {
  recount(s, array, cx.world, cx)
  look(s, 'arrayRedundant', array, cx)
}

function misbooked(s: DeepReadonly<ServiceState>): string | undefined {
  for (const [id, v] of Object.entries(s.services)) {
    const root = s.nodes[v.root]!
    if (v.status === 'up' && !isMet(root)) return `${id} is up without what it needs`
    if ((v.status === 'down' || v.status === 'waiting') && isMet(root)) return `${id} has all it needs and is not up`
    if ((v.patience !== null) !== (v.status === 'waiting')) return `${id} has a timer without waiting, or the reverse`
  }
  for (const [id, e] of Object.entries(s.exposure)) {
    if ((e.phase === null) !== (e.current === null)) return `${id} is exposed and is not`
    if (e.micros !== e.detectionMicros + e.waitingMicros + e.recoveryMicros) return `the exposure of ${id} is not the sum of its parts`
  }
  return undefined
}
