/**
 * What the section means: every port with what it leads to, with its VLANs and its priority as a trunk; and what that asks of the wire.
 *
 * The port `ETHERNET0/i5a.eth0` brings a link of its own name to the interface; a cable's link is called after its first end. A cable
 * of a PowerVM switch is a trunk unless it says otherwise; without a list it carries every VLAN that the switch has.
 */
import { entriesOf, table } from '../../base/id.ts'
import type { NetConfig } from '../net/config.ts'
import type { LinkId, PortId } from '../net/ids.ts'
import type { SwitchId } from './ids.ts'
import type { CableConfig, PortConfig, SwitchConfig, VswitchConfig } from './shape.ts'

/** VE-60. */
export const MGMTSWITCH = 'MGMTSWITCH'
export const MGMT_VLAN = 4094
/** A port that a cable may name without its being listed. */
export const UPLINK = 'uplink'

export interface PlannedPort {
  readonly port: PortId
  readonly switch: SwitchId
  /** As it is written under `ports`. */
  readonly key: string
  readonly leadsTo: PortId
  readonly cable: boolean
  readonly pvid: number
  readonly tagged: readonly number[]
  /** null: no trunk. */
  readonly trunk: number | null
  readonly own: PortConfig
}

/** `ETHERNET0/uplink` → ETHERNET0, uplink; undefined for the interface of a node. */
export function partsOf(port: string): { switch: SwitchId; key: string } | undefined {
  const slash = port.indexOf('/')
  return slash < 0 ? undefined : { switch: port.slice(0, slash) as SwitchId, key: port.slice(slash + 1) }
}

/** Every end of a cable, with the other. */
export function cableEnds({ cables }: VswitchConfig): Map<PortId, PortId> {
  return new Map(cables.flatMap(({ from, to }) => [[from, to], [to, from]] as const))
}

export function plannedPorts(config: VswitchConfig): PlannedPort[] {
  const ends = cableEnds(config)
  return entriesOf(config.switches).flatMap(([name, own]) => portsOf(name, own, ends))
}

export function portsOf(name: SwitchId, { profile, name: shown, ports }: SwitchConfig, ends: ReadonlyMap<PortId, PortId>): PlannedPort[] {
  const blank: PortConfig = {}, all = new Map(Object.entries(ports)), first = (shown ?? name) === MGMTSWITCH ? MGMT_VLAN : 1
  for (const end of ends.keys()) {
    const parts = partsOf(end)
    if (parts?.switch === name && !all.has(parts.key)) all.set(parts.key, blank)
  }
  const known = [...new Set([...all.values()].flatMap(({ vlan, tagged = [] }) => [vlan ?? first, ...tagged]))]
  return [...all].map(([key, own]) => {
    const end = `${name}/${key}` as PortId, cable = ends.has(end), full = key.includes('.') ? key : `${key}.eth0`, pvid = own.vlan ?? first
    const powervm = (profile ?? 'powervm') === 'powervm', trunk = powervm ? own.trunk ?? (cable ? 1 : false) : false
    return {
      port: cable ? end : `${name}/${full}` as PortId, switch: name, key, leadsTo: cable ? ends.get(end)! : full as PortId, cable, pvid,
      tagged: own.tagged ?? (cable && trunk !== false ? known.filter(vlan => vlan !== pvid).sort((a, b) => a - b) : []),
      trunk: trunk === false ? null : trunk, own,
    }
  })
}

/** The ports and links that the switches bring to the wire. */
export function wiring(config: VswitchConfig): Pick<NetConfig, 'ports' | 'links'> {
  const ports: NetConfig['ports'] = table(), links: NetConfig['links'] = table()
  for (const { port, leadsTo, cable, own } of plannedPorts(config)) {
    ports[port] = {}
    if (!cable) links[port as string as LinkId] = { ends: [port, leadsTo], ...cableOf(own) }
  }
  for (const cable of config.cables) links[cable.from as string as LinkId] = { ends: [cable.from, cable.to], ...cableOf(cable) }
  return { ports, links }
}

const cableOf = ({ latency, loss, bandwidth, up }: CableConfig | PortConfig) => ({ latency, loss, bandwidth, up })
