/**
 * What shared Ethernet adapters and the switches they are plugged into must agree on: trunks that are trunks, one pair for a VLAN (VE-26),
 * PVIDs of additional trunks that nobody else uses (VE-21, VE-27), a control channel apart (VE-43), priorities 1 and 2 for sharing (VE-41).
 */
import { entriesOf } from '../../base/id.ts'
import type { GuestId } from '../hypervisor/ids.ts'
import { plannedPorts, type PlannedPort } from '../vswitch/layout.ts'
import type { VswitchConfig } from '../vswitch/config.ts'
import type { SeaConfig, SeaSection } from './config.ts'
import type { SeaId } from './ids.ts'

export interface SeaProblem { readonly path: readonly (string | number)[]; readonly found: string; readonly expected: string }
type Report = (path: readonly (string | number)[], found: string, expected: string) => void

export const HIGHEST_VLAN = 4094

export function seaProblems({ adapters }: SeaSection, vswitch: VswitchConfig, guests: readonly GuestId[] | undefined): SeaProblem[] {
  const problems: SeaProblem[] = [], ports = plannedPorts(vswitch), own = entriesOf(adapters)
  const report: Report = (path, found, expected) => void problems.push({ path, found, expected })
  checkUsedOnce(own, report)
  for (const [id, sea] of own) {
    if (guests !== undefined && !guests.includes(sea.on)) report([id, 'on'], `found the guest "${sea.on}"`, `expected ${guests.join(', ') || 'one that there is'}`)
    sea.trunks.forEach((trunk, n) => checkTrunk(id, sea, n, portOf(sea, trunk, ports), ports, own, report))
    checkControl(id, sea, ports, report)
    checkPhysical(id, sea, ports, report)
    if (sea.mode === 'sharing') checkPriorities(id, sea, ports, report)
  }
  checkPairs(own, ports, report)
  return problems
}

/** VE-27: unused PVIDs are taken from 4094 downwards, and 1 never is. */
export function unusedPvid(used: Iterable<number>): number | undefined {
  const taken = new Set(used)
  for (let vlan = HIGHEST_VLAN; vlan > 1; vlan--) if (!taken.has(vlan)) return vlan
  return undefined
}

const portOf = ({ on }: SeaConfig, adapter: string, ports: readonly PlannedPort[]): PlannedPort | undefined => ports.find(({ leadsTo }) => leadsTo === `${on}.${adapter}`)
const vlansOf = ({ pvid, tagged }: PlannedPort): number[] => [pvid, ...tagged]

function checkUsedOnce(own: readonly (readonly [SeaId, SeaConfig])[], report: Report): void {
  const used = new Map<string, SeaId>()
  for (const [id, { on, trunks, physical, control }] of own) for (const name of [...trunks, physical, ...(control === undefined ? [] : [control])]) {
    const other = used.get(`${on}.${name}`)
    if (other !== undefined && other !== id) report([id], `found the adapter ${name} of ${on}`, `expected one of its own: ${other} has it`)
    used.set(`${on}.${name}`, id)
  }
}

function checkTrunk(id: SeaId, sea: SeaConfig, n: number, at: PlannedPort | undefined, ports: readonly PlannedPort[], own: readonly (readonly [SeaId, SeaConfig])[], report: Report): void {
  const path = [id, 'trunks', n], name = `${sea.on}.${sea.trunks[n]!}`
  if (at === undefined) return report(path, `found the trunk ${name}`, 'but no switch has a port that leads to it')
  if (at.trunk === null) return report(path, `found ${name}, which is no trunk`, `expected a priority for it: trunk: 1 at the port ${at.key} of ${at.switch}`)
  if (n === 0) return
  const trunks = new Set(own.flatMap(([, { on, trunks: each }]) => each.map(trunk => `${on}.${trunk}`)))
  const others = ports.filter(port => port.switch === at.switch && port !== at), clients = others.filter(({ leadsTo }) => !trunks.has(leadsTo))
  if (at.pvid !== 1 && !clients.some(port => vlansOf(port).includes(at.pvid))) return
  report(path, `found the PVID ${at.pvid} at an additional trunk`, `expected one that nobody uses, such as ${String(unusedPvid(others.flatMap(vlansOf)))}: its tag is stripped on the way out`)
}

function checkControl(id: SeaId, sea: SeaConfig, ports: readonly PlannedPort[], report: Report): void {
  if (sea.control === undefined) return
  const at = portOf(sea, sea.control, ports), path = [id, 'control']
  if (at === undefined) return report(path, `found the control channel ${sea.on}.${sea.control}`, 'but no switch has a port that leads to it')
  const bridged = sea.trunks.map(trunk => portOf(sea, trunk, ports)).find(trunk => trunk?.switch === at.switch && vlansOf(trunk).includes(at.pvid))
  if (bridged !== undefined) report(path, `found the control channel in VLAN ${at.pvid}`, `expected a VLAN of its own: the trunk ${bridged.leadsTo} bridges this one`)
}

function checkPhysical(id: SeaId, sea: SeaConfig, ports: readonly PlannedPort[], report: Report): void {
  const at = portOf(sea, sea.physical, ports)
  if (at !== undefined && at.trunk !== null) report([id, 'physical'], `found ${at.leadsTo}, which is a trunk of ${at.switch}`, 'expected an adapter whose cable leads outside')
}

function checkPriorities(id: SeaId, sea: SeaConfig, ports: readonly PlannedPort[], report: Report): void {
  sea.trunks.forEach((trunk, n) => {
    const priority = portOf(sea, trunk, ports)?.trunk
    if (typeof priority === 'number' && priority > 2) report([id, 'trunks', n], `found the priority ${priority} with mode sharing`, 'expected 1 or 2')
  })
}

/** VE-26: a VLAN of a switch belongs to one pair at most, at the same place among the trunks of both. */
function checkPairs(own: readonly (readonly [SeaId, SeaConfig])[], ports: readonly PlannedPort[], report: Report): void {
  const owners = new Map<string, { id: SeaId; trunk: number }[]>(), partner = new Map<SeaId, SeaId>(), told = new Set<SeaId>()
  for (const [id, sea] of own) sea.trunks.forEach((name, trunk) => {
    const at = portOf(sea, name, ports)
    if (at === undefined || at.trunk === null) return
    for (const vlan of vlansOf(at)) {
      const key = `VLAN ${vlan} of ${at.switch}`, before = owners.get(key) ?? []
      owners.set(key, [...before, { id, trunk }])
      const [first] = before
      if (first === undefined || first.id === id || told.has(id)) continue
      const known = partner.get(first.id), mine = partner.get(id)
      if ((known !== undefined && known !== id) || (mine !== undefined && mine !== first.id)) {
        told.add(id)
        report([id, 'trunks', trunk], `found ${key}`, `expected a VLAN that no other pair has: ${before.map(each => each.id).join(' and ')} has it`)
      } else if (first.trunk !== trunk) {
        told.add(id)
        report([id, 'trunks', trunk], `found ${key} at trunk ${trunk + 1}`, `expected it at trunk ${first.trunk + 1}, as at its peer ${first.id}`)
      }
      partner.set(first.id, known ?? id)
      partner.set(id, mine ?? first.id)
    }
  })
}
