/**
 * Macvlan devices of Linux on one adapter, in the modes bridge, vepa and private. Addresses are those of the devices; the adapter below
 * is the only way out, and VLAN tags are not looked at.
 *
 * Other than a PowerVM switch it gives a frame to its own address back to the sender, and in mode private it hands a reflected
 * frame of its own to whoever sent it. Source: Linux 6.18 drivers/net/macvlan.c, and what was measured of it.
 */
import type { PortId } from '../net/ids.ts'
import type { Switch, VswitchState } from './state.ts'
import { hearers, type Arrival, type Way } from './way.ts'

export function macvlanWay(_: VswitchState, sw: Switch, frame: Arrival): Way {
  const vlan = sw.vlans.v0!, { uplinks } = vlan, { at, destination } = frame
  const from = (mac: string): PortId[] => sw.stations[mac] ?? []
  if (!uplinks.includes(at)) {
    if (sw.mode === 'bridge') {
      if (frame.isGroup) {
        const others = vlan.members.length - 1
        return others + uplinks.length === 0 ? 'no member' : [...uplinks, ...hearers(sw, vlan, frame, id => id !== at, others)]
      }
      const [station] = from(destination)
      if (station !== undefined) return [station]
    }
    return uplinks.length > 0 ? [...uplinks] : 'no uplink'
  }
  if (!frame.isGroup) {
    const [station] = from(destination)
    return station !== undefined ? [station] : 'unregistered'
  }
  const [sender] = from(frame.source)
  if (sender !== undefined && sw.mode === 'private') return [sender]
  if (sender !== undefined && sw.mode === 'bridge') return 'reflected'
  const others = vlan.members.length - (sender === undefined ? 0 : 1)
  return others === 0 ? 'no member' : hearers(sw, vlan, frame, id => id !== sender, others)
}
