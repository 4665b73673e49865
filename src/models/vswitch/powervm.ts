/**
 * The virtual switch of a POWER hypervisor, after the forwarding table F1 to F13: stations are known by registration, and only the
 * active trunk (uplink) gets what is for nobody here.
 *
 * VEB: stations also reach each other inside. VEPA: everything goes to the uplink, and what comes back is kept from its sender by its
 * source address (802.1Qbg). That check knows registered addresses only: a station with another one hears itself (VE-4).
 */
import type { PortId } from '../net/ids.ts'
import { isIn, type Switch, type Vlan, type VswitchState } from './state.ts'
import { hearers, type Arrival, type Way } from './way.ts'

export function powervmWay(s: VswitchState, sw: Switch, frame: Arrival): Way {
  const vlan = sw.vlans[`v${frame.vlan}`]!, port = s.ports[frame.at]!
  if (vlan.uplinks.includes(frame.at)) return fromUplink(s, sw, vlan, frame)
  // A standby trunk is a station like others for the adapter itself; what it would bridge ends here.
  if (port.trunk !== null && !port.registered.includes(frame.source)) return 'standby trunk'
  return sw.mode === 'vepa' ? toUplink(vlan) : fromStation(s, sw, vlan, frame)
}

/** VEB: F1 to F5, F11. */
function fromStation(s: VswitchState, sw: Switch, vlan: Vlan, frame: Arrival): Way {
  const { at, destination } = frame
  if (frame.isGroup) {
    const others = vlan.members.length - 1
    if (others + vlan.uplinks.length === 0) return 'no member'
    return [...vlan.uplinks, ...hearers(sw, vlan, frame, id => id !== at, others)]
  }
  const known = stationsOf(s, sw, frame, destination)
  const others = known.filter(id => id !== at)
  if (others.length > 0) return others
  if (known.length > 0) return 'own address'
  const open = promiscuous(s, vlan, at)
  return vlan.uplinks.length + open.length > 0 ? [...vlan.uplinks, ...open] : 'no uplink'
}

/** VEPA: F1 to F5, F11, F12. */
const toUplink = (vlan: Vlan): Way => vlan.uplinks.length > 0 ? [...vlan.uplinks] : 'no uplink'

/** F6 to F10, F13. Two trunks that are active at once make a loop, which is theirs (VE-43). */
function fromUplink(s: VswitchState, sw: Switch, vlan: Vlan, frame: Arrival): Way {
  const { at, destination, source } = frame, others = vlan.uplinks.filter(id => id !== at)
  // A station that is down has sent nothing: whoever else has its address is not taken for an echo.
  const senders = stationsOf(s, sw, frame, source).filter(id => vlan.members.includes(id))
  if (frame.isGroup) {
    if (senders.length > 0 && sw.mode === 'veb') return 'reflected'
    const heard = vlan.members.length - senders.length
    if (heard + others.length === 0) return senders.length > 0 ? 'reflected' : 'no member'
    return [...others, ...hearers(sw, vlan, frame, id => !senders.includes(id), heard)]
  }
  const known = stationsOf(s, sw, frame, destination).filter(id => id !== at)
  if (known.length > 0) {
    const meant = sw.mode === 'veb' ? known : known.filter(id => !senders.includes(id))
    return meant.length > 0 ? meant : 'reflected'
  }
  const open = [...others, ...promiscuous(s, vlan, at)]
  return open.length > 0 ? open : 'unregistered'
}

/** Where in this VLAN the address is registered. */
function stationsOf(s: VswitchState, sw: Switch, { vlan }: Arrival, mac: string): PortId[] {
  return (sw.stations[mac] ?? []).filter(id => isIn(sw, s.ports[id]!, vlan))
}

/** F4, F7. */
const promiscuous = (s: VswitchState, vlan: Vlan, except: PortId): PortId[] => vlan.members.filter(id => id !== except && s.ports[id]!.promiscuous)
