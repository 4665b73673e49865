/**
 * Services, what they need, and the books: outages with their cause, stalls, and the time each array spent on one copy.
 *
 * It only listens. The fact that changes a need has the outage as its effect, so that the cause of `service.wentDown` in the trace is
 * the event that opened the outage. Sources: ARCHITECTURE.md; definitions of availability as in IEC 61703.
 */
import { defineModel, type } from '../../core/model.ts'
import { table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { boot } from '../boot/model.ts'
import { component } from '../component/model.ts'
import { hypervisor } from '../hypervisor/model.ts'
import type { GuestId } from '../hypervisor/state.ts'
import { ip } from '../ip/model.ts'
import type { NodeId } from '../ip/state.ts'
import { md } from '../md/model.ts'
import type { ArrayId } from '../md/state.ts'
import { scsi } from '../scsi/model.ts'
import type { DeviceId, DiskId } from '../scsi/state.ts'
import { goDown } from './booking.ts'
import { initialClients, misbookedClient } from './clients.ts'
import { serviceConfig, type ServiceConfig } from './config.ts'
import { serviceRequests, type ServiceFact } from './events.ts'
import { beginExposed, recount } from './exposure.ts'
import { initialNeeds, lookAtInterface, lookAtNeighbour, lookAtNode } from './hosts.ts'
import { look, set, truthOf, type Below, type Cx } from './look.ts'
import { buildNetwork, isMet, LEAF_KINDS, miscounted, setLeaf } from './network.ts'
import { ask, hear, initialReaches, noteSent, reachesOf } from './reach.ts'
import { signature, type Service, type ServiceId, type ServiceState } from './state.ts'

export const service = defineModel({
  name: 'service',
  uses: [hypervisor, scsi, md, boot, ip, component],
  config: serviceConfig,
  state: (config: ServiceConfig, world): ServiceState => initialServices(config, world),
  requests: serviceRequests,
  facts: type<ServiceFact>(),
  on: {
    'sim.started'(s, _event, cx) {
      for (const [reach, { everyMicros }] of Object.entries(s.reaches)) cx.after(everyMicros, { type: 'service.pingDue', reach })
    },

    // An orderly shutdown stops the services before the partition ends.
    'hypervisor.shuttingDown': (s, { guest }, cx) => lookAtGuest(s, guest, 'is shutting down', cx),
    'hypervisor.guestDown': (s, { guest }, cx) => lookAtGuest(s, guest, 'is down', cx),
    'hypervisor.guestUp': (s, { guest }, cx) => lookAtGuest(s, guest, '', cx),
    'hypervisor.guestHung': (s, { guest }, cx) => lookAtGuest(s, guest, 'hangs', cx),
    'hypervisor.guestResumed': (s, { guest }, cx) => lookAtGuest(s, guest, '', cx),
    'hypervisor.restrictedEntered': (s, { guest }, cx) => lookAtNode(s, guest as string as NodeId, 'restricted', cx),
    'hypervisor.restrictedLeft': (s, { guest }, cx) => lookAtNode(s, guest as string as NodeId, '', cx),

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

    'ip.interfaceUp': (s, { interface: id }, cx) => lookAtInterface(s, id, '', cx),
    'ip.interfaceDown': (s, { interface: id, because }, cx) => lookAtInterface(s, id, because === 'carrier' ? `${id} has no carrier` : because === 'node down' ? 'down itself' : `${id} is ${because}`, cx),
    'ip.addressChanged': (s, { interface: id, address, state }, cx) => lookAtInterface(s, id, `${address} is ${state}`, cx),
    'ip.addressRemoved': (s, { interface: id, address }, cx) => lookAtInterface(s, id, `${address} is removed`, cx),
    'ip.routeAdded': (s, { node, via, destination }, cx) => { if (via !== null && destination === '::/0') lookAtNode(s, node, '', cx) },
    'ip.routeRemoved': (s, { node, via, destination }, cx) => { if (via !== null && destination === '::/0') lookAtNode(s, node, `the default route via ${via} is gone`, cx) },
    'ip.neighbourChanged': (s, { interface: id, address, from, to }, cx) => lookAtNeighbour(s, id, address, from, to, cx),
    'ip.pinged': (s, { node, to, sequence }) => noteSent(s, node, to, sequence),
    'ip.replied': (s, { node, to, sequence }, cx) => hear(s, node, to, sequence, true, cx),
    'ip.pingLost': (s, { node, to, sequence }, cx) => hear(s, node, to, sequence, false, cx),

    'component.failed': (s, { component }, cx) => look(s, 'component', component, cx),
    'component.repaired': (s, { component }, cx) => look(s, 'component', component, cx),
    'component.starved': (s, { component }, cx) => look(s, 'component', component, cx),
    'component.fedAgain': (s, { component }, cx) => look(s, 'component', component, cx),

    'service.pingDue': (s, { reach }, cx) => ask(s, reach, cx),
    'service.patienceEnded'(s, { service }, cx) {
      const v = s.services[service]!
      v.patience = null
      goDown(service, v, v.since, v.because, cx)
    },
  },
  check: s => miscounted(s) ?? misbooked(s) ?? misbookedClient(s),
  signature,
})

function initialServices(config: ServiceConfig, world: DeepReadonly<Below>): ServiceState {
  const { nodes, leaves, roots } = buildNetwork(config)
  const reaches = initialReaches(config)
  const s: ServiceState = {
    services: table(), nodes, leaves, exposure: table(),
    clients: initialClients(world.ip), silent: table(), ...initialNeeds(config), reaches, reachesOf: reachesOf(reaches),
  }
  for (const node of [...Object.keys(s.clients), ...Object.keys(leaves.defaultRouter)] as NodeId[]) s.silent[node] = []
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

function lookAtGuest(s: ServiceState, guest: GuestId, words: string, cx: Cx): void {
  if (s.leaves.guest[guest] !== undefined) set(s, 'guest', guest, truthOf(s, cx.world, 'guest', guest), words, cx)
  lookAtRoot(s, guest, cx)
  lookAtNode(s, guest as string as NodeId, words, cx)
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
