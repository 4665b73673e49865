/**
 * The slice of the switches: ports, who is registered where, what bridges have learned, what came of the frames that came in.
 *
 * For every VLAN a switch keeps who is in it now (with a carrier) and through which of its ports each adapter is reached, so that a
 * frame to a group costs as much as the group has listeners. A station that comes or goes is entered or taken out; when a trunk or a
 * cable does the lists are made anew, when they are next needed. Each frame taken in was passed on or dropped for a reason that is counted.
 */
import { entriesOf, keysOf, table } from '../../base/id.ts'
import type { MacText } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { SECOND, type Micros } from '../../base/time.ts'
import type { NetState } from '../net/state.ts'
import type { PortId } from '../net/ids.ts'
import type { SwitchId } from './ids.ts'
import { MGMTSWITCH, plannedPorts, type PlannedPort } from './layout.ts'
import type { MODES, PROFILES, SwitchConfig, VswitchConfig } from './shape.ts'

export type { SwitchId } from './ids.ts'
export type Profile = (typeof PROFILES)[number]
export type Mode = (typeof MODES)[number]
/** `v10`, so that it does not look like an integer; `v0` where VLANs are not looked at. */
export type VlanKey = `v${number}`

export interface SwitchPort {
  switch: SwitchId
  /** Its place among the ports of the switch: the lists of members are in this order. */
  rank: number
  leadsTo: PortId
  /** It leads to a switch, not to an adapter. */
  bridged: boolean
  pvid: number
  tagged: number[]
  trunk: { priority: number; state: 'auto' | 'active' | 'standby' } | null
  relay: boolean
  isolated: boolean
  promiscuous: boolean
  /** Of the adapter and those allowed beside it; empty where the adapter has none. */
  registered: MacText[]
}
export interface Vlan {
  /** All ports in it that have a carrier, active trunks left out. */
  members: PortId[]
  /** Active trunks; on a macvlan switch the adapter below. */
  uplinks: PortId[]
  /** Members that hear everything: behind them is another switch, or an adapter without a filter. */
  open: PortId[]
  /** Other members at which somebody looks at what passes: they are sent what is flooded, too. */
  captured: PortId[]
  /** From an adapter to the member that leads to it. */
  through: Record<PortId, PortId>
}
export interface Learned { port: PortId; at: Micros }
export interface Switch {
  /** As the system shows it. */
  name: string
  profile: Profile
  /** A Linux bridge has none: null. */
  mode: Mode | null
  /** 0 to 15 on its managed system; null outside. */
  id: number | null
  ageing: Micros
  /** Whether frames are told apart by VLAN at all. */
  vlanAware: boolean
  ports: PortId[]
  vlans: Record<VlanKey, Vlan>
  /** How often anything has changed that decides where frames go. */
  revision: number
  /** A carrier has come or gone: the lists of members must be made anew. */
  stale: boolean
  /** By registration (VE-29): who may be found at which ports. Several only where adapters share an address. */
  stations: Record<MacText, PortId[]>
  /** What a bridge has seen, by VLAN. */
  learned: Record<VlanKey, Record<MacText, Learned>>
  taken: number
  passedOn: number
  /** Only the reasons that there have been. */
  dropped: Record<string, number>
  /** Copies to members that do not listen to the group, or whose address it was not: nobody needs to carry them there. */
  unheard: number
}
export interface VswitchState {
  switches: Record<SwitchId, Switch>
  ports: Record<PortId, SwitchPort>
  /** Loops that were found and told, by the switches on them, until something changes there. */
  loops: Record<string, PortId[]>
  /** How many frames have gone round since then (VE-48). */
  storm: { since: Micros; frames: number }
}

const AGEING: Micros = 300 * SECOND

export function initialVswitch(config: VswitchConfig, net: DeepReadonly<NetState>): VswitchState {
  const s: VswitchState = { switches: table(), ports: table(), loops: table(), storm: { since: 0, frames: 0 } }
  const planned = plannedPorts(config), ids = idsOf(config)
  for (const [name, own] of entriesOf(config.switches)) s.switches[name] = blankSwitch(name, own, ids.get(name) ?? null)
  for (const plan of planned) {
    const sw = s.switches[plan.switch]!
    s.ports[plan.port] = portOf(plan, sw.ports.length, net)
    sw.ports.push(plan.port)
    if (sw.profile === 'linux-bridge' && (plan.own.vlan !== undefined || plan.own.tagged !== undefined)) sw.vlanAware = true
  }
  for (const plan of planned) s.ports[plan.port]!.bridged = s.ports[plan.leadsTo] !== undefined
  for (const sw of Object.values(s.switches)) {
    for (const port of sw.ports) for (const mac of s.ports[port]!.registered) (sw.stations[mac] ??= []).push(port)
    for (const port of sw.ports) for (const vlan of vlansOf(sw, s.ports[port]!)) sw.vlans[`v${vlan}`] ??= { members: [], uplinks: [], open: [], captured: [], through: table() }
    for (const key of keysOf(sw.vlans)) sw.vlans[key]!.uplinks = uplinksOf(s, sw, key, net)
    refresh(s, sw, net)
  }
  return s
}

function blankSwitch(name: SwitchId, { profile = 'powervm', mode, ageing, name: shown = name }: SwitchConfig, id: number | null): Switch {
  const usual = profile === 'linux-bridge' ? null : profile === 'linux-macvlan' || shown === MGMTSWITCH ? 'vepa' : 'veb'
  return {
    name: shown, profile, mode: mode ?? usual, id, ageing: ageing ?? AGEING, vlanAware: profile === 'powervm', ports: [], vlans: table(), revision: 0, stale: false,
    stations: table(), learned: table(), taken: 0, passedOn: 0, dropped: table(), unheard: 0,
  }
}

function portOf({ switch: name, leadsTo, cable, pvid, tagged, trunk, own }: PlannedPort, rank: number, net: DeepReadonly<NetState>): SwitchPort {
  const mac = net.ports[leadsTo]?.mac ?? null
  return {
    switch: name, rank, leadsTo, bridged: cable, pvid, tagged: [...tagged], trunk: trunk === null ? null : { priority: trunk, state: 'auto' },
    relay: own.relay ?? false, isolated: own.isolated ?? false, promiscuous: own.promiscuous ?? false,
    registered: [...new Set([...(mac === null ? [] : [mac]), ...(own.allowed ?? [])])],
  }
}

/** VE-22: ETHERNET0 is 0, the others take the lowest that is free on their managed system. */
function idsOf({ switches }: VswitchConfig): Map<SwitchId, number> {
  const own = entriesOf(switches).filter(([, { profile }]) => (profile ?? 'powervm') === 'powervm'), ids = new Map<SwitchId, number>()
  for (const [name, { id, name: shown }] of own) {
    if (id !== undefined) ids.set(name, id)
    else if ((shown ?? name) === 'ETHERNET0') ids.set(name, 0)
  }
  for (const [name, { on }] of own) {
    if (ids.has(name)) continue
    const taken = new Set(own.filter(([, other]) => other.on === on).map(([other]) => ids.get(other)))
    let id = 1
    while (taken.has(id)) id++
    ids.set(name, id)
  }
  return ids
}

const vlansOf = (sw: Switch, { pvid, tagged }: SwitchPort): number[] => sw.vlanAware ? [pvid, ...tagged] : [0]

/** Does the port belong to the VLAN? */
export const isIn = (sw: Switch, { pvid, tagged }: SwitchPort, vlan: number): boolean => !sw.vlanAware || pvid === vlan || tagged.includes(vlan)

/** Who is in each VLAN now. */
export function refresh(s: VswitchState, sw: Switch, net: DeepReadonly<NetState>): void {
  sw.stale = false
  sw.revision++
  for (const key of keysOf(sw.vlans)) {
    const vlan = sw.vlans[key]!
    vlan.members = []
    vlan.open = []
    vlan.captured = []
    vlan.through = table()
  }
  for (const id of sw.ports) if (net.ports[id]!.carrier) enter(s, sw, id, net)
}

/** The port has a carrier now. */
export function enter(s: VswitchState, sw: Switch, id: PortId, net: DeepReadonly<NetState>): void {
  const port = s.ports[id]!, far = net.ports[port.leadsTo]!, open = port.bridged || far.promiscuous || far.mac === null
  sw.revision++
  for (const number of vlansOf(sw, port)) {
    const vlan = sw.vlans[`v${number}`]!
    if (vlan.uplinks.includes(id) || !insert(s, vlan.members, id)) continue
    if (open) insert(s, vlan.open, id)
    else vlan.through[port.leadsTo] = id
    if (!open && (far.captured || net.ports[id]!.captured)) insert(s, vlan.captured, id)
  }
}

/** The port has no carrier any more. */
export function leave(s: VswitchState, sw: Switch, id: PortId): void {
  const port = s.ports[id]!
  sw.revision++
  for (const number of vlansOf(sw, port)) {
    const vlan = sw.vlans[`v${number}`]!
    for (const list of [vlan.members, vlan.open, vlan.captured]) {
      const at = list.indexOf(id)
      if (at >= 0) list.splice(at, 1)
    }
    delete vlan.through[port.leadsTo]
  }
}

/** At its rank, which mostly is the end; false: it is there. */
function insert(s: VswitchState, list: PortId[], id: PortId): boolean {
  const { rank } = s.ports[id]!
  let at = list.length
  while (at > 0 && s.ports[list[at - 1]!]!.rank > rank) at--
  if (at > 0 && list[at - 1] === id) return false
  if (at === list.length) list.push(id)
  else list.splice(at, 0, id)
  return true
}

/**
 * The trunks that are active in a VLAN: those that were told to be, otherwise the one of the lowest priority that has a carrier (VE-24).
 * The adapter below macvlan devices is their only uplink.
 */
export function uplinksOf(s: VswitchState, sw: Switch, key: VlanKey, net: DeepReadonly<NetState>): PortId[] {
  const vlan = Number(key.slice(1)), able = sw.ports.filter(id => net.ports[id]!.carrier && isIn(sw, s.ports[id]!, vlan))
  if (sw.profile === 'linux-macvlan') return able.filter(id => s.ports[id]!.bridged)
  const trunks = able.filter(id => s.ports[id]!.trunk !== null), told = trunks.filter(id => s.ports[id]!.trunk!.state === 'active')
  if (told.length > 0) return told
  let first: PortId | undefined
  for (const id of trunks) {
    const { priority, state } = s.ports[id]!.trunk!
    if (state === 'auto' && (first === undefined || priority < s.ports[first]!.trunk!.priority)) first = id
  }
  return first === undefined ? [] : [first]
}
