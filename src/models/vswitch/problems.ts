/**
 * What is wrong with a section that every single value of which is right: what a managed system refuses to configure (VE-20, VE-22,
 * VE-24, VE-60), settings of another profile, cables without ends or with one too many.
 */
import { entriesOf } from '../../base/id.ts'
import type { PortId } from '../net/ids.ts'
import type { SwitchId } from './ids.ts'
import { MGMT_VLAN, MGMTSWITCH, partsOf, plannedPorts, UPLINK, type PlannedPort } from './layout.ts'
import { MOST_TAGGED, type PortConfig, type PROFILES, type SwitchConfig, type VswitchConfig } from './shape.ts'

interface Problem { readonly path: (string | number)[]; readonly message: string; readonly input: unknown }
type Report = (path: (string | number)[], message: string, input: unknown) => void
type Profile = (typeof PROFILES)[number]

/** VE-22. */
export const MOST_SWITCHES = 16
const MODES_OF: Readonly<Record<Profile, readonly string[]>> = { powervm: ['veb', 'vepa'], 'linux-bridge': [], 'linux-macvlan': ['bridge', 'vepa', 'private'] }
/** Settings that only some profile knows. */
const ONLY: readonly (readonly [key: keyof PortConfig, profiles: readonly Profile[]])[] = [
  ['relay', ['linux-bridge']], ['isolated', ['linux-bridge']], ['trunk', ['powervm']], ['promiscuous', ['powervm']], ['allowed', ['powervm']],
  ['vlan', ['powervm', 'linux-bridge']], ['tagged', ['powervm', 'linux-bridge']],
]

export function problemsOf(config: VswitchConfig): Problem[] {
  const problems: Problem[] = []
  const report: Report = (path, message, input) => void problems.push({ path, message, input })
  checkCables(config, report)
  checkSystems(config, report)
  const ports = plannedPorts(config)
  for (const [name, own] of entriesOf(config.switches)) checkSwitch(name, own, ports.filter(port => port.switch === name), report)
  checkLinkedOnce(ports, report)
  return problems
}

function checkCables({ switches, cables }: VswitchConfig, report: Report): void {
  const used = new Set<PortId>()
  cables.forEach(({ from, to }, index) => {
    for (const [key, end] of [['from', from], ['to', to]] as const) {
      const path = ['cables', index, key], parts = partsOf(end)
      if (used.has(end)) report(path, 'expected a port that no cable is plugged into yet', end)
      used.add(end)
      if (parts === undefined) {
        if (key === 'from') report(path, 'expected a port of a switch, such as ETHERNET0/uplink; an adapter stands at the other end', end)
        continue
      }
      const at = switches[parts.switch]
      if (at === undefined) report(path, `expected a port of a switch that there is: ${Object.keys(switches).join(', ') || 'none'}`, end)
      else if (at.ports[parts.key] === undefined && parts.key !== UPLINK) report(path, `expected a port that ${parts.switch} lists under ports, or ${parts.switch}/${UPLINK}`, end)
    }
    if (partsOf(from)?.switch !== undefined && partsOf(from)!.switch === partsOf(to)?.switch) report(['cables', index, 'to'], 'expected a port of another switch', to)
  })
}

/** VE-22: 1 to 16 virtual switches on a managed system, each with its own id and name. */
function checkSystems({ switches }: VswitchConfig, report: Report): void {
  const counts = new Map<string, number>(), taken = new Set<string>()
  for (const [name, { profile, on, id, name: shown }] of entriesOf(switches)) {
    if ((profile ?? 'powervm') !== 'powervm') continue
    const system = on ?? '', count = (counts.get(system) ?? 0) + 1
    counts.set(system, count)
    if (count === MOST_SWITCHES + 1) report(['switches', name], `expected at most ${MOST_SWITCHES} virtual switches on a managed system`, switches[name])
    for (const [key, what] of [['id', id], ['name', shown ?? name]] as const) {
      if (what === undefined) continue
      if (taken.has(`${system} ${what}`)) report(['switches', name, ...(key === 'id' || shown !== undefined ? [key] : [])], `expected ${key === 'id' ? 'an id' : 'a name'} that no other switch of the managed system has`, what)
      taken.add(`${system} ${what}`)
    }
    if (id !== undefined && (id === 0) !== ((shown ?? name) === 'ETHERNET0')) report(['switches', name, 'id'], 'expected 0 for ETHERNET0, and for no other', id)
  }
}

function checkSwitch(name: SwitchId, own: SwitchConfig, ports: readonly PlannedPort[], report: Report): void {
  const path = ['switches', name], profile = own.profile ?? 'powervm', modes = MODES_OF[profile]
  if (own.mode !== undefined && !modes.includes(own.mode)) report([...path, 'mode'], modes.length === 0 ? `expected none with profile ${profile}` : `expected ${modes.join(' or ')} with profile ${profile}`, own.mode)
  if (own.ageing !== undefined && profile !== 'linux-bridge') report([...path, 'ageing'], 'expected only with profile linux-bridge: other switches know addresses by registration', own.ageing)
  for (const [key, port] of Object.entries(own.ports)) for (const [setting, profiles] of ONLY)
    if (port[setting] !== undefined && !profiles.includes(profile)) report([...path, 'ports', key, setting], `expected only with profile ${profiles.join(' or ')}`, port[setting])
  if (profile === 'linux-macvlan' && ports.filter(({ cable }) => cable).length !== 1) report(path, 'expected one cable: that of the adapter on which the macvlan devices lie', own)
  if (profile !== 'powervm') return
  for (const { key, pvid, tagged } of ports) checkVlans([...path, 'ports', key], pvid, tagged, report, own.ports[key]?.tagged)
  checkTrunks(path, ports, report)
  checkManagement(name, own, path, ports, report)
}

/** VE-20. */
function checkVlans(path: string[], pvid: number, tagged: readonly number[], report: Report, written: readonly number[] | undefined): void {
  if (written === undefined) return
  if (tagged.length > MOST_TAGGED) report([...path, 'tagged'], `expected at most ${MOST_TAGGED} additional VLANs`, written)
  if (new Set(tagged).size < tagged.length) report([...path, 'tagged'], 'expected each VLAN once', written)
  if (tagged.includes(pvid)) report([...path, 'tagged'], `expected VLANs other than ${pvid}, whose frames carry no tag here`, written)
}

/** VE-24: two trunks of one switch and VLAN never have the same priority. */
function checkTrunks(path: string[], ports: readonly PlannedPort[], report: Report): void {
  const first = new Map<string, string>()
  for (const { key, trunk, pvid, tagged, own } of ports) {
    if (trunk === null) continue
    for (const vlan of [pvid, ...tagged]) {
      const other = first.get(`${vlan} ${trunk}`)
      first.set(`${vlan} ${trunk}`, key)
      if (other === undefined) continue
      report([...path, 'ports', key, ...(own.trunk === undefined ? [] : ['trunk'])], `expected a priority of its own: ${other} is a trunk of VLAN ${vlan} with priority ${trunk} as well`, own.trunk)
      break
    }
  }
}

/** VE-60: RMC through NovaLink works only over a switch of exactly this name, mode and VLAN. */
function checkManagement(name: SwitchId, own: SwitchConfig, path: string[], ports: readonly PlannedPort[], report: Report): void {
  const shown = own.name ?? name
  if (shown !== MGMTSWITCH) {
    if (shown.toUpperCase() === MGMTSWITCH) report(path, `expected exactly the name ${MGMTSWITCH}: RMC through NovaLink uses no other`, shown)
    return
  }
  if (own.mode === 'veb') report([...path, 'mode'], `expected vepa: ${MGMTSWITCH} keeps the partitions apart`, own.mode)
  for (const { key, pvid, tagged } of ports)
    if (pvid !== MGMT_VLAN || tagged.length > 0) report([...path, 'ports', key], `expected VLAN ${MGMT_VLAN} and no other: RMC through NovaLink uses it`, own.ports[key])
}

/** An adapter has one link. */
function checkLinkedOnce(ports: readonly PlannedPort[], report: Report): void {
  const linked = new Map<PortId, string>()
  for (const { key, switch: name, leadsTo } of ports) {
    if (partsOf(leadsTo) !== undefined) continue
    const other = linked.get(leadsTo)
    if (other !== undefined) report(['switches', name, 'ports', key], `expected an adapter that has no link yet: ${leadsTo} is linked to ${other}`, key)
    linked.set(leadsTo, name)
  }
}
