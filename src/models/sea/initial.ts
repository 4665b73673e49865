/**
 * How shared Ethernet adapters begin: settled. Where two compete for the same trunks, the one of higher priority (the lower number) is
 * active, as if both had heard each other long ago.
 */
import { entriesOf, table } from '../../base/id.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { DEFAULTS, orDefault } from '../defaults.ts'
import type { PortId } from '../net/ids.ts'
import { macOfName } from '../net/mac.ts'
import { peerOf } from '../net/state.ts'
import type { SwitchId } from '../vswitch/ids.ts'
import type { VswitchState } from '../vswitch/state.ts'
import type { SeaSection } from './config.ts'
import { duty, hasLink, isAble, phaseOf } from './duty.ts'
import type { Below, Sea, SeaState } from './state.ts'

export function initialSea({ adapters }: SeaSection, world: DeepReadonly<Below>): SeaState {
  const s: SeaState = { adapters: table(), ports: table(), byGuest: table(), assumed: [] }
  for (const [id, own] of entriesOf(adapters)) {
    const port = (name: string): PortId => `${own.on}.${name}` as PortId
    const trunks = own.trunks.map(name => {
      const switchPort = peerOf(world.net, port(name)) ?? port(name)
      return { port: port(name), switchPort, switch: world.vswitch.ports[switchPort]?.switch ?? '' as SwitchId }
    })
    const guest = world.hypervisor.guests[own.on], running = guest === undefined || guest.up && !guest.hung
    const mode = own.mode ?? (own.control === undefined ? 'disabled' : 'auto')
    s.adapters[id] = {
      guest: own.on, trunks, physical: port(own.physical), control: own.control === undefined ? null : port(own.control),
      priority: world.vswitch.ports[trunks[0]!.switchPort]?.trunk?.priority ?? 1, mode, failBack: own.failBack ?? true,
      keepAlive: mode === 'disabled' ? own.keepAlive ?? DEFAULTS['DD-22'].value : orDefault(own.keepAlive, 'DD-22', s.assumed), missed: own.missed ?? 3,
      linkDelay: own.linkDelay ?? 0, announce: own.announce ?? true, spanningTree: own.spanningTree ?? 0, running, phase: running ? 'backup' : 'down',
      active: trunks.map(() => false), peer: null, listensUntil: 0, blockedUntil: 0, mac: macOfName(`${id} of ${own.on}`), target: own.target ?? null,
      unanswered: 0, timer: null, linkTimer: null, bridged: 0, notBridged: 0,
    }
    ;(s.byGuest[own.on] ??= []).push(id)
    for (const name of [own.physical, ...own.trunks, ...(own.control === undefined ? [] : [own.control])]) s.ports[port(name)] = id
  }
  settle(s, world)
  return s
}

/** Everybody knows everybody, then everybody decides. */
function settle(s: SeaState, world: DeepReadonly<Below>): void {
  const all = Object.values<Sea>(s.adapters)
  const peers = new Map(all.map(sea => [sea, all.find(other => other !== sea && other.running && other.control !== null && sea.control !== null && compete(sea, other, world.vswitch))]))
  for (const [sea, peer] of peers)
    if (peer !== undefined) sea.peer = { heardAt: 0, priority: peer.priority, able: isAble(peer, world.net), sharing: peer.mode === 'sharing', active: peer.trunks.map(() => false) }
  for (const sea of all) {
    sea.active = duty(sea, hasLink(sea, world.net))
    sea.phase = phaseOf(sea, hasLink(sea, world.net))
  }
  for (const [sea, peer] of peers) if (sea.peer !== null && peer !== undefined) sea.peer.active = [...peer.active]
}

/** Do their first trunks lead the same VLAN of the same switch? */
function compete(one: Sea, other: Sea, { ports }: DeepReadonly<VswitchState>): boolean {
  const a = ports[one.trunks[0]!.switchPort], b = ports[other.trunks[0]!.switchPort]
  if (a === undefined || b === undefined || a.switch !== b.switch) return false
  return [a.pvid, ...a.tagged].some(vlan => b.pvid === vlan || b.tagged.includes(vlan))
}
