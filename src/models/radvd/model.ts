/**
 * Router advertisement daemons: processes of the systems they run on, which tell hosts of prefixes and of a router, on time or not.
 *
 * Two profiles (GEN-1): `rfc` is RFC 4861 6.2 as it is written, `radvd-2.19` what that program was measured to do. Both read a real
 * radvd.conf. They speak and hear through ip; when a daemon starts, ends or is lost is decided by its partition and its disks.
 * See README.md.
 */
import { entriesOf, keysOf } from '../../base/id.ts'
import type { Ipv6Text } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { defineModel, type } from '../../core/model.ts'
import type { RouterAdvertisement } from '../../wire/icmpv6.ts'
import { boot } from '../boot/model.ts'
import { hypervisor } from '../hypervisor/model.ts'
import type { GuestId } from '../hypervisor/ids.ts'
import type { InterfaceId, NodeId } from '../ip/ids.ts'
import type { NeighbourState } from '../ip/events.ts'
import { ip } from '../ip/model.ts'
import { isMessage, raFault, rsFault } from '../ip/validity.ts'
import { net } from '../net/model.ts'
import { slaac } from '../slaac/model.ts'
import { take } from '../span.ts'
import type { SwitchId } from '../vswitch/ids.ts'
import { vswitch } from '../vswitch/model.ts'
import { radvdConfig, type RadvdConfig } from './config.ts'
import { differences, news } from './consistency.ts'
import { contentOf } from './content.ts'
import { log, type Cx } from './context.ts'
import { awake, daemonIn, end, exit, goOn, leaveIfDone, planStart, profileOf, refuseStart, signal, speakerAt, start, systemUp, terminate, writeConf } from './daemon.ts'
import { radvdRequests, type RadvdFact } from './events.ts'
import { comesToRest, disturb, disturbNode, noteHeard } from './rest.ts'
import { earliest } from './schedule.ts'
import { deviceOf } from './sending.ts'
import { initialRadvd, type Daemon, type DaemonId, type RadvdState, type Speaker } from './state.ts'

export const radvd = defineModel({
  name: 'radvd',
  uses: [hypervisor, net, boot, vswitch, ip, slaac],
  config: radvdConfig,
  state: (config: RadvdConfig, world): RadvdState => initialRadvd(config, world),
  requests: radvdRequests,
  facts: type<RadvdFact>(),
  on: {
    'sim.started'(s, _, cx) {
      if (s.rest !== null) cx.emit({ type: 'net.watch' })
      for (const [name, d] of entriesOf(s.daemons)) if (d.startsWithSystem && systemUp(d, cx)) planStart(s, name, d.startAfter, cx)
    },
    'hypervisor.guestUp'(s, { guest }, cx) {
      disturbNode(s, nodeOf(guest), cx)
      for (const name of daemonsOf(s, guest)) if (daemonIn(s, name).startsWithSystem) planStart(s, name, daemonIn(s, name).startAfter, cx)
    },
    'hypervisor.shuttingDown'(s, { guest }, cx) {
      for (const name of daemonsOf(s, guest)) {
        const d = daemonIn(s, name)
        if (d.startTimer !== null) cx.cancel(d.startTimer)
        d.startTimer = null
        if (d.running && !d.stopping && d.stopTimer === null) d.stopTimer = cx.after(d.stopAfter, { type: 'radvd.stopDue', daemon: name })
      }
    },
    'hypervisor.guestDown'(s, { guest }, cx) {
      disturbNode(s, nodeOf(guest), cx)
      for (const name of daemonsOf(s, guest)) end(s, name, cx)
    },
    'hypervisor.guestHung': (s, { guest }, cx) => disturbNode(s, nodeOf(guest), cx),
    'hypervisor.restrictedEntered': (s, { guest }, cx) => disturbNode(s, nodeOf(guest), cx),
    'hypervisor.restrictedLeft': (s, { guest }, cx) => disturbNode(s, nodeOf(guest), cx),
    'hypervisor.guestMigrated': (s, { guest }, cx) => disturbNode(s, nodeOf(guest), cx),
    'hypervisor.guestResumed'(s, { guest }, cx) {
      disturbNode(s, nodeOf(guest), cx)
      for (const name of daemonsOf(s, guest)) goOn(s, name, cx)
    },
    // A program goes on with the pages it has in memory, until it needs one more.
    'boot.rootLost'(s, { guest }, cx) {
      for (const name of daemonsOf(s, guest)) {
        const d = daemonIn(s, name)
        if (d.running && d.diesAfter !== null && d.deathTimer === null)
          d.deathTimer = cx.after(take(d.diesAfter, s.assumed, cx, 'page fault', name), { type: 'radvd.pageNeeded', daemon: name })
      }
    },

    'radvd.start'(s, { daemon }, cx) {
      const no = refuseStart(s, daemon, cx)
      if (no !== undefined) return cx.refuse(no)
      planStart(s, daemon, 0, cx)
    },
    'radvd.signal'(s, { daemon, signal: which }, cx) {
      const d = s.daemons[daemon]
      if (d === undefined || !d.running || !awake(d, cx)) return cx.refuse({ status: 1, text: `kill: ${daemon}: No such process` })
      disturbNode(s, d.node, cx)
      signal(s, daemon, which, cx)
    },
    'radvd.writeConf'(s, { daemon, text }, cx) {
      const no = writeConf(s, daemon, text, cx)
      if (no !== undefined) cx.refuse(no)
    },

    'radvd.startDue'(s, { daemon }, cx) {
      const d = daemonIn(s, daemon)
      d.startTimer = null
      if (waits(d, 'radvd.startDue', cx)) return
      disturbNode(s, d.node, cx)
      if (!d.running) start(s, daemon, cx)
    },
    'radvd.stopDue'(s, { daemon }, cx) {
      const d = daemonIn(s, daemon)
      d.stopTimer = null
      if (waits(d, 'radvd.stopDue', cx)) return
      disturbNode(s, d.node, cx)
      if (d.running && !d.stopping) terminate(s, daemon, cx)
    },
    'radvd.pageNeeded'(s, { daemon }, cx) {
      const d = daemonIn(s, daemon)
      d.deathTimer = null
      if (waits(d, 'radvd.pageNeeded', cx)) return
      disturbNode(s, d.node, cx)
      if (d.running) exit(s, daemon, BUS_ERROR, 'its root file system cannot be read', cx)
    },
    'radvd.due'(s, { daemon, interface: id }, cx) {
      const x = speakerAt(s, daemon, id)
      if (x === undefined) return
      x.a.timer = null
      if (!awake(x.d, cx) || comesToRest(x, cx)) return
      const ceased = x.a.finals
      profileOf(x.d).due(x, cx)
      if (ceased > 0 && x.a.finals === 0) {
        if (!x.d.stopping) x.d.advertisers = x.d.advertisers.filter(a => a !== x.a)
        leaveIfDone(s, daemon, cx)
      }
    },

    'net.carrierChanged': (s, { port }, cx) => disturb(s, [port], cx),
    'net.altered': (s, { ports }, cx) => disturb(s, ports, cx),
    'vswitch.modeChanged': (s, { switch: name }, cx) => disturbSwitch(s, name, cx),
    'vswitch.relayChanged': (s, { port }, cx) => disturb(s, [port], cx),
    'vswitch.trunkChanged': (s, { switch: name }, cx) => disturbSwitch(s, name, cx),
    'ip.routeAdded': (s, { interface: id }, cx) => disturb(s, [id], cx),
    'ip.routeRemoved': (s, { interface: id }, cx) => disturb(s, [id], cx),
    'ip.parametersSet': (s, { interface: id }, cx) => disturb(s, [id], cx),
    'ip.routerFlagCleared': (s, { interface: id }, cx) => disturb(s, [id], cx),
    // Whoever answers all the time is confirmed by what it answers, and a router that is known learns nothing from an advertisement.
    'ip.neighbourChanged'(s, { interface: id, from, to }, cx) {
      if (isDoubtful(from) || isDoubtful(to)) disturb(s, [id], cx)
    },
    'ip.interfaceUp': (s, { interface: id }, cx) => changed(s, id, cx, x => profileOf(x.d).linkChanged(x, cx)),
    'ip.interfaceDown': (s, { interface: id }, cx) => changed(s, id, cx, x => profileOf(x.d).linkChanged(x, cx)),
    'ip.disabled': (s, { interface: id }, cx) => changed(s, id, cx, x => profileOf(x.d).addressesChanged(x, true, cx)),
    'ip.addressChanged': (s, { interface: id, state }, cx) => changed(s, id, cx, x => profileOf(x.d).addressesChanged(x, state !== 'tentative', cx)),
    'ip.addressRemoved': (s, { interface: id }, cx) => changed(s, id, cx, x => profileOf(x.d).addressesChanged(x, true, cx)),
    'ip.forwardingChanged'(s, { node }, cx) {
      disturbNode(s, node, cx)
      for (const name of s.byNode[node] ?? []) for (const a of [...daemonIn(s, name).advertisers]) {
        const x = speakerAt(s, name, a.interface)
        if (x !== undefined) profileOf(x.d).forwardingChanged(x, cx)
      }
    },
    'ip.received'(s, { interfaces, packet, from }, cx) {
      const { payload, source } = packet
      if (s.rest !== null) {
        if (payload.kind === 'RA') noteHeard(s, interfaces, packet, from, cx)
        else disturb(s, interfaces, cx)
      }
      if (payload.kind === 'RA') return compare(s, interfaces, payload, source, raFault(packet) === null, cx)
      if (!isMessage('RS', packet)) return
      const fault = rsFault(packet)
      for (const id of interfaces) each(s, id, cx, x => {
        if (!awake(x.d, cx)) return
        if (fault === null) profileOf(x.d).solicited(x, source, cx)
        else log(x.name, `received invalid RS from ${source}: ${fault}`, cx)
      })
    },
  },
  check: s => {
    for (const name of keysOf(s.daemons)) {
      const no = brokenRule(s.daemons[name]!)
      if (no !== undefined) return `${name} ${no}`
    }
    return undefined
  },
  deaf: s => Object.keys(s.daemons).length === 0,
})

/** 128 and the number of SIGBUS. */
const BUS_ERROR = 135

/** A system and its node have the same name. */
const nodeOf = (guest: GuestId): NodeId => guest as string as NodeId
const daemonsOf = (s: RadvdState, guest: GuestId): readonly DaemonId[] => s.byNode[nodeOf(guest)] ?? []

const isDoubtful = (state: NeighbourState | null): boolean => state === null || state === 'incomplete' || state === 'failed'

function disturbSwitch(s: RadvdState, name: SwitchId, cx: Cx): void {
  if (s.rest !== null) disturb(s, cx.world.vswitch.switches[name]!.ports, cx)
}

/** The system does nothing now: noted for later. */
function waits(d: Daemon, event: Daemon['missed'][number], cx: Cx): boolean {
  if (awake(d, cx)) return false
  if (systemUp(d, cx) && !d.missed.includes(event)) d.missed.push(event)
  return true
}

/** Something has happened to an interface. */
function changed(s: RadvdState, id: InterfaceId, cx: Cx, act: (speaker: Speaker) => void): void {
  disturb(s, [id], cx)
  each(s, id, cx, act)
}

/** Every daemon that advertises on an interface. */
function each(s: RadvdState, id: InterfaceId, cx: Cx, act: (speaker: Speaker) => void): void {
  const node = cx.world.ip.interfaces[id]?.node
  if (node === undefined) return
  for (const name of s.byNode[node] ?? []) {
    const x = speakerAt(s, name, id)
    if (x !== undefined) act(x)
  }
}

/** An advertisement reaches many hosts at once, of which few are ours. */
function compare(s: RadvdState, interfaces: readonly InterfaceId[], theirs: RouterAdvertisement, from: Ipv6Text, valid: boolean, cx: Cx): void {
  if (!valid) return
  for (const id of onRouters(s, interfaces, cx)) each(s, id, cx, x => {
    const { a } = x, device = deviceOf(cx.world.ip, a)
    if (a.settled === null || !a.settled.advSendAdvert || device === undefined || device.addresses[from] !== undefined) return
    for (const about of news(a, from, differences(contentOf(x, device, cx.now, a.settled.advDefaultLifetimeSeconds), theirs)))
      cx.emit({ type: 'radvd.disagreed', daemon: x.name, interface: a.interface, from, about })
  })
}

/** Those of nodes on which daemons may run. The list of those who hear a router stays the same object while they do, so this is remembered beside the slice. */
function onRouters({ byNode }: RadvdState, interfaces: readonly InterfaceId[], cx: Cx): readonly InterfaceId[] {
  const known = routersAmong.get(interfaces)
  if (known?.of === byNode) return known.found
  const found = interfaces.filter(id => byNode[cx.world.ip.interfaces[id]!.node] !== undefined)
  routersAmong.set(interfaces, { of: byNode, found })
  return found
}
const routersAmong = new WeakMap<readonly InterfaceId[], { readonly of: RadvdState['byNode']; readonly found: readonly InterfaceId[] }>()

function brokenRule(d: DeepReadonly<Daemon>): string | undefined {
  if (!d.running && d.advertisers.length > 0) return 'advertises without running'
  if (!d.running && (d.stopTimer !== null || d.deathTimer !== null || d.stopping)) return 'is about to end without running'
  for (const a of d.advertisers) {
    if (a.raCount > 3 || a.finals > 3 || a.formerFinals > 3) return `counts too many advertisements on ${a.interface}`
    if (a.timer !== null && earliest(a) === null) return `has a timer for nothing on ${a.interface}`
    if (a.source !== null && a.settled === null) return `advertises on ${a.interface} without settings`
  }
  return undefined
}
