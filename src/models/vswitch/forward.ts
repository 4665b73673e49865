/**
 * The way of a frame through a switch: into which VLAN it comes in, to whom it goes, in what form it leaves.
 *
 * Who gets it is decided by the profile (powervm.ts, bridge.ts, macvlan.ts). Frames of the PVID leave a port without a tag, those of
 * other VLANs with one (VE-21). Nothing is asked of ports one by one that does not listen, and what a station keeps sending to a large
 * group goes the way it went before, which is remembered beside the slice until something changes.
 */
import type { MacText } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import type { Context } from '../../core/model.ts'
import type { Frame } from '../../wire/frame.ts'
import type { NetRequest } from '../net/events.ts'
import type { PortId } from '../net/ids.ts'
import { isGroupMac } from '../net/mac.ts'
import type { NetState } from '../net/state.ts'
import { bridgeWay, learn } from './bridge.ts'
import type { SwitchDrop, VswitchFact, VswitchRequest } from './events.ts'
import { macvlanWay } from './macvlan.ts'
import { powervmWay } from './powervm.ts'
import { refresh, type Switch, type SwitchPort, type VswitchState } from './state.ts'
import type { Arrival } from './way.ts'

export type Cx = Context<{ net: NetState; vswitch: VswitchState }, NetRequest | VswitchRequest | VswitchFact>

const WAYS = { powervm: powervmWay, 'linux-bridge': bridgeWay, 'linux-macvlan': macvlanWay } as const
/** VE-48: so often may a frame come in by the same port, and so many frames within a second may go round at all. */
const MOST_ROUNDS = 4
const MOST_GOING_ROUND = 200
const STORM: Micros = SECOND

export function takeIn(s: VswitchState, at: PortId, frame: Frame, trail: readonly PortId[] | undefined, cx: Cx): void {
  const port = s.ports[at]!, sw = s.switches[port.switch]!
  sw.taken++
  if (sw.stale) refresh(s, sw, cx.world.net)
  const vlan = vlanOf(sw, port, frame)
  if (vlan === undefined) return drop(sw, port.switch, at, 'not in VLAN', cx)
  if (trail !== undefined && goesRound(s, at, trail)) {
    tellLoop(s, at, trail, cx)
    if (isSpent(s, at, trail, cx.now)) return drop(sw, port.switch, at, 'frame budget', cx)
  }
  const arrival = arrivalOf(at, vlan, frame, cx)
  if (sw.profile === 'linux-bridge') learn(sw, arrival)
  const flow = trail === undefined && arrival.isGroup ? flows.get(sw)?.get(at) : undefined
  if (flow !== undefined && flow.revision === sw.revision && isSameFlow(flow, arrival, frame)) {
    sw.passedOn++
    sw.unheard += flow.unheard
    return transmit(flow, vlan, frame, [at], cx)
  }
  const { unheard } = sw, way = WAYS[sw.profile](s, sw, arrival)
  if (typeof way === 'string') {
    // Reflected to a switch that had passed it on to its other stations already, so to it they are all its own: a loop.
    if (way === 'reflected' && sw.mode !== 'vepa' && trail?.some(id => s.ports[id]?.switch === port.switch) === true) tellLoop(s, at, trail, cx)
    return drop(sw, port.switch, at, way, cx)
  }
  sw.passedOn++
  if (way.length === 0) return
  const split = splitByTag(s, sw, way, vlan)
  if (trail === undefined && arrival.isGroup && way.length >= FEW && frame.tags.length === 0) {
    const { source, destination, net: { revision } } = arrival, known = flows.get(sw) ?? new Map<PortId, Flow>()
    known.set(at, { ...split, source, destination, vlan, revision: sw.revision, netRevision: revision, unheard: sw.unheard - unheard })
    flows.set(sw, known)
  }
  transmit(split, vlan, frame, trail === undefined ? [at] : [...trail, at], cx)
}

/** What has come in at a port went this way. */
interface Flow extends Split {
  readonly source: MacText
  readonly destination: MacText
  readonly vlan: number
  readonly revision: number
  readonly netRevision: number
  readonly unheard: number
}
/** By switch, a draft being another one each time, and port. */
const flows = new WeakMap<Switch, Map<PortId, Flow>>()
/** Shorter lists are not worth remembering. */
const FEW = 8

const isSameFlow = (flow: Flow, { destination, source, vlan, net }: Arrival, { tags }: Frame): boolean =>
  flow.destination === destination && flow.source === source && flow.vlan === vlan && flow.netRevision === net.revision && tags.length === 0

function arrivalOf(at: PortId, vlan: number, frame: Frame, cx: Cx): Arrival {
  return { at, vlan, destination: frame.destination, source: frame.source, isGroup: isGroupMac(frame.destination), now: cx.now, net: cx.world.net as DeepReadonly<NetState> }
}

/** VE-20: without a tag it is of the PVID, with one of the tag's VLAN if the port is in it. A priority tag says nothing of VLANs. */
function vlanOf(sw: Switch, { pvid, tagged }: SwitchPort, { tags }: Frame): number | undefined {
  if (!sw.vlanAware) return 0
  const tag = tags[0]
  if (tag === undefined || tag.provider === true || tag.vlan === 0) return pvid
  return tagged.includes(tag.vlan) || (sw.profile === 'linux-bridge' && tag.vlan === pvid) ? tag.vlan : undefined
}

/** The ports through which it leaves as it came, without a tag, and with one. */
interface Split { readonly same: PortId[]; readonly plain: PortId[]; readonly tagged: PortId[] }

function splitByTag(s: VswitchState, sw: Switch, ports: PortId[], vlan: number): Split {
  if (!sw.vlanAware) return { same: ports, plain: [], tagged: [] }
  const plain = ports.filter(id => s.ports[id]!.pvid === vlan)
  return { same: [], plain, tagged: plain.length < ports.length ? ports.filter(id => s.ports[id]!.pvid !== vlan) : [] }
}

function transmit({ same, plain, tagged }: Split, vlan: number, frame: Frame, trail: readonly PortId[], cx: Cx): void {
  if (same.length > 0) cx.emit({ type: 'net.transmit', ports: same, frame, trail })
  if (plain.length > 0) cx.emit({ type: 'net.transmit', ports: plain, frame: withoutTag(frame), trail })
  if (tagged.length > 0) cx.emit({ type: 'net.transmit', ports: tagged, frame: withTag(frame, vlan), trail })
}

const hasTag = ({ tags: [first] }: Frame): boolean => first !== undefined && first.provider !== true
const withoutTag = (frame: Frame): Frame => hasTag(frame) ? { ...frame, tags: frame.tags.slice(1) } : frame
/** Priority and drop eligibility are kept. */
function withTag(frame: Frame, vlan: number): Frame {
  if (!hasTag(frame)) return { ...frame, tags: [{ vlan, priority: 0, dropEligible: false }, ...frame.tags] }
  return frame.tags[0]!.vlan === vlan ? frame : { ...frame, tags: [{ ...frame.tags[0]!, vlan }, ...frame.tags.slice(1)] }
}

function drop(sw: Switch, name: SwitchPort['switch'], port: PortId, reason: SwitchDrop, cx: Cx): void {
  sw.dropped[reason] = (sw.dropped[reason] ?? 0) + 1
  cx.emit({ type: 'vswitch.dropped', switch: name, port, reason })
}

/** By a port for the second time, or into a switch for the third: in a sound network a frame comes twice at most, reflected to a VEPA. */
function goesRound(s: VswitchState, at: PortId, trail: readonly PortId[]): boolean {
  if (trail.length < 2) return false
  let visits = 0
  for (const id of trail) {
    if (id === at) return true
    if (s.ports[id]?.switch === s.ports[at]!.switch) visits++
  }
  return visits > 1
}

/** Once for each set of switches, until something changes there. */
function tellLoop(s: VswitchState, at: PortId, trail: readonly PortId[], cx: Cx): void {
  const from = trail.findIndex(id => s.ports[id]?.switch === s.ports[at]!.switch && (id === at || !trail.includes(at)))
  const cycle = trail.slice(from), key = [...new Set(cycle.map(id => s.ports[id]?.switch ?? id))].sort().join('+')
  if (s.loops[key] !== undefined) return
  s.loops[key] = [...cycle]
  s.storm = { since: cx.now, frames: 0 }
  cx.emit({ type: 'vswitch.loopFound', cycle })
}

function isSpent(s: VswitchState, at: PortId, trail: readonly PortId[], now: Micros): boolean {
  if (now - s.storm.since >= STORM) s.storm = { since: now, frames: 0 }
  s.storm.frames++
  return s.storm.frames > MOST_GOING_ROUND || trail.reduce((rounds, id) => rounds + (id === at ? 1 : 0), 0) >= MOST_ROUNDS
}

/** Something has changed about a switch: a loop through it is told again if it is still there. */
export function forgetLoops(s: VswitchState, name: SwitchPort['switch']): void {
  for (const key of Object.keys(s.loops)) if (key.split('+').includes(name)) delete s.loops[key]
}
