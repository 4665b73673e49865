/**
 * Changing the mode of a switch, and the names under which a console shows things (VE-23).
 *
 * From VEB to VEPA the stations lose each other at once where the adjacent bridge does not reflect (VE-5): the request is refused with
 * the pairs that it would cut, unless it says that it is meant. Isolation on purpose is such a change as well (VE-6).
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Refusal } from '../../core/model.ts'
import { peerOf, type NetState } from '../net/state.ts'
import type { PortId } from '../net/ids.ts'
import { MGMTSWITCH } from './layout.ts'
import type { Mode, Switch, SwitchId, SwitchPort, VswitchState } from './state.ts'

type View = DeepReadonly<VswitchState>
/** Two stations that reach each other now. */
export type Pair = readonly [PortId, PortId]

const MODES_OF = { powervm: ['veb', 'vepa'], 'linux-bridge': [], 'linux-macvlan': ['bridge', 'vepa', 'private'] } as const
const MOST_NAMED = 10

/** The pairs of stations, by their adapters, that would no longer reach each other if the switch sent everything to its uplink. */
export function pairsCut(s: View, name: SwitchId, net: DeepReadonly<NetState>): Pair[] {
  const sw = s.switches[name]
  if (sw === undefined || (sw.mode !== 'veb' && sw.mode !== 'bridge')) return []
  const cut: Pair[] = []
  sw.ports.forEach((a, n) => {
    for (const b of sw.ports.slice(n + 1)) {
      const shared = sharedVlans(s.ports[a]!, s.ports[b]!, sw.vlanAware)
      if (shared.length > 0 && shared.every(vlan => isCut(s, sw, vlan, a, b, net))) cut.push([s.ports[a]!.leadsTo, s.ports[b]!.leadsTo])
    }
  })
  return cut
}

function isCut(s: View, sw: DeepReadonly<Switch>, vlan: number, a: PortId, b: PortId, net: DeepReadonly<NetState>): boolean {
  const { uplinks } = sw.vlans[`v${vlan}`]!
  if (uplinks.includes(a) || uplinks.includes(b)) return false
  return !uplinks.some(uplink => s.ports[peerOf(net, uplink)!]?.relay === true)
}

function sharedVlans(a: DeepReadonly<SwitchPort>, b: DeepReadonly<SwitchPort>, aware: boolean): number[] {
  return aware ? [a.pvid, ...a.tagged].filter(vlan => b.pvid === vlan || b.tagged.includes(vlan)) : [0]
}

/** Why a change of the mode is not made; undefined where it is. */
export function refusalOf(name: SwitchId, sw: DeepReadonly<Switch>, mode: Mode, cut: readonly Pair[], anyway: boolean): Refusal | undefined {
  const modes: readonly string[] = MODES_OF[sw.profile]
  if (!modes.includes(mode)) return { status: 1, text: `vswitch: ${name} is a ${sw.profile} and has ${modes.length === 0 ? 'no modes' : `the modes ${modes.join(', ')}`}` }
  if (sw.name === MGMTSWITCH && mode !== 'vepa' && !anyway) return { status: 1, text: `vswitch: ${MGMTSWITCH} must be VEPA, or partitions reach each other and RMC through NovaLink is not supported` }
  if (cut.length === 0) return undefined
  const named = cut.slice(0, MOST_NAMED).map(([a, b]) => `${a} and ${b}`).join(', '), more = cut.length > MOST_NAMED ? ` and ${cut.length - MOST_NAMED} more pairs` : ''
  return { status: 1, text: `vswitch: the adjacent bridge does no reflective relay, so this would cut ${named}${more} from each other` }
}

/** As HMC and NovaLink write it. */
export const shownMode = (mode: Mode): string => mode === 'veb' ? 'Veb' : mode === 'vepa' ? 'Vepa' : mode
/** `VLAN4094-MGMTSWITCH`. */
export const networkName = (vlan: number, switchName: string): string => `VLAN${vlan}-${switchName}`
