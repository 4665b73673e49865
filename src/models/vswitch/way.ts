/**
 * What a profile is asked about a frame, and what it may answer: the ports through which it leaves, or why it leaves through none.
 *
 * Members that do not listen are counted, not named: a frame to a group goes to those who joined it (the filter in each adapter would
 * drop the others), one to an address nobody knows goes to those whose address it is.
 */
import type { MacText } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { NetState } from '../net/state.ts'
import type { PortId } from '../net/ids.ts'
import type { SwitchDrop } from './events.ts'
import type { Switch, Vlan } from './state.ts'

export interface Arrival {
  readonly at: PortId
  readonly vlan: number
  readonly destination: MacText
  readonly source: MacText
  readonly isGroup: boolean
  readonly now: Micros
  readonly net: DeepReadonly<NetState>
}
/** An empty list: it went to members of whom none listens. */
export type Way = PortId[] | SwitchDrop

const BROADCAST = 'ff:ff:ff:ff:ff:ff'
const MUCH_LARGER = 4

/** Those of the VLAN's members who hear a frame for a group, or flooded; `members` that do not are counted as unheard. */
export function hearers(sw: Switch, vlan: Vlan, { destination, isGroup, net }: Arrival, isMeant: (port: PortId) => boolean, members: number): PortId[] {
  let heard: PortId[]
  if (destination === BROADCAST) heard = vlan.members.filter(isMeant)
  else {
    heard = vlan.open.filter(isMeant)
    if (isGroup) hearGroup(vlan, net, destination, isMeant, heard)
    else for (const port of sw.stations[destination] ?? []) if (vlan.members.includes(port) && !vlan.open.includes(port) && isMeant(port)) heard.push(port)
  }
  sw.unheard += members - heard.length
  for (const port of vlan.captured) if (isMeant(port) && !heard.includes(port)) heard.push(port)
  return heard
}

/** The group is of the whole network: where it is much larger than the VLAN the members are asked, not those who joined. */
function hearGroup({ members, through }: Vlan, { groups, ports }: DeepReadonly<NetState>, group: MacText, isMeant: (port: PortId) => boolean, heard: PortId[]): void {
  const joined = groups[group]
  if (joined === undefined) return
  if (joined.length <= MUCH_LARGER * members.length)
    for (const adapter of joined) {
      const port = through[adapter]
      if (port !== undefined && isMeant(port)) heard.push(port)
    }
  else for (const adapter in through) {
    const port = through[adapter as PortId]!
    if (ports[adapter as PortId]!.joined[group] !== undefined && isMeant(port)) heard.push(port)
  }
}
