/**
 * A Linux bridge, without spanning tree and without multicast snooping: it learns which addresses are behind which port, forgets them
 * after the ageing time (802.1D: 300 s), and floods what it does not know.
 *
 * Reflective relay (hairpin) is per port and relaxes only that nothing goes back where it came from, for all frames alike (VE-3).
 * Isolated ports reach only those that are not. Source: Linux 6 net/bridge/br_forward.c, br_fdb.c.
 */
import { table } from '../../base/id.ts'
import type { PortId } from '../net/ids.ts'
import { isGroupMac } from '../net/mac.ts'
import { isIn, type Switch, type SwitchPort, type Vlan, type VswitchState } from './state.ts'
import { hearers, type Arrival, type Way } from './way.ts'

/** 802.1D 7.12.6: spanning tree, pause frames, LLDP and the like stay on their link. */
const RESERVED = '01:80:c2:00:00:0'

export function bridgeWay(s: VswitchState, sw: Switch, frame: Arrival): Way {
  const { at, destination, now } = frame, key = `v${frame.vlan}` as const, port = s.ports[at]!, vlan = sw.vlans[key]!, learned = sw.learned[key]!
  if (destination.startsWith(RESERVED)) return 'reserved address'
  const mayTake = (id: PortId): boolean => (id !== at || port.relay) && !(port.isolated && s.ports[id]!.isolated)
  if (!frame.isGroup) {
    const known = learned[destination]
    if (known !== undefined && now - known.at < sw.ageing && isIn(sw, s.ports[known.port]!, frame.vlan)) {
      if (known.port === at && !port.relay) return 'not back'
      return mayTake(known.port) ? [known.port] : 'isolated'
    }
  }
  let members = vlan.members.length - (!port.relay && isMember(vlan, at, port) ? 1 : 0)
  if (port.isolated) members = vlan.members.filter(mayTake).length
  if (members === 0) return vlan.members.length > 1 ? 'isolated' : 'no member'
  return hearers(sw, vlan, frame, mayTake, members)
}

/** Whoever sends is behind the port by which it has come in, from now on. */
export function learn(sw: Switch, { at, vlan, source, now }: Arrival): void {
  const learned = sw.learned[`v${vlan}`] ??= table()
  if (isGroupMac(source)) return
  const known = learned[source]
  if (known === undefined) learned[source] = { port: at, at: now }
  else {
    known.port = at
    known.at = now
  }
}

const isMember = ({ through, open }: Vlan, at: PortId, { leadsTo }: SwitchPort): boolean => through[leadsTo] === at || open.includes(at)

/** What was behind a port that has lost its carrier is forgotten. */
export function forgetBehind(sw: Switch, port: PortId): void {
  for (const learned of Object.values(sw.learned)) for (const mac of Object.keys(learned)) if (learned[mac]!.port === port) delete learned[mac]
}
