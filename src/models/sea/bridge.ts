/**
 * The bridge inside a shared Ethernet adapter: between its trunks and its physical adapter, addresses and tags as they are (VE-40).
 *
 * What comes in from outside goes to the trunk that has the frame's VLAN, without a tag to the first one. Only trunks that it is active for
 * are bridged, and the control channel never.
 */
import type { Frame } from '../../wire/frame.ts'
import type { PortId } from '../net/ids.ts'
import { announcementOf } from './frames.ts'
import type { Cx } from './context.ts'
import type { Sea, SeaId } from './state.ts'

export function bridge(sea: Sea, at: PortId, frame: Frame, trail: readonly PortId[] | undefined, cx: Cx): void {
  const to = at === sea.physical ? trunkFor(sea, frame, cx) : sea.active[sea.trunks.findIndex(({ port }) => port === at)] === true ? sea.physical : undefined
  if (to === undefined || cx.now < sea.blockedUntil) {
    sea.notBridged++
    return
  }
  sea.bridged++
  cx.emit({ type: 'net.transmit', ports: [to], frame, trail: trail === undefined ? [at] : [...trail, at] })
}

function trunkFor(sea: Sea, { tags: [tag] }: Frame, cx: Cx): PortId | undefined {
  const n = tag === undefined || tag.vlan === 0 ? 0 : sea.trunks.findIndex(({ switchPort }) => cx.world.vswitch.ports[switchPort]?.tagged.includes(tag.vlan) === true)
  return sea.active[n] === true ? sea.trunks[n]!.port : undefined
}

/** VE-45: what is behind the trunks it has just taken over. Stations are registered, so all are known, also those that are silent. */
export function announce(id: SeaId, sea: Sea, taken: readonly number[], cx: Cx): void {
  const { switches, ports } = cx.world.vswitch, sent = new Set<string>()
  for (const n of taken) {
    const { switch: name, switchPort } = sea.trunks[n]!, trunk = ports[switchPort]
    if (trunk === undefined) continue
    for (const member of switches[name]!.ports) {
      const station = ports[member]!
      if (station.trunk !== null || station.bridged) continue
      for (const vlan of [station.pvid, ...station.tagged]) if (vlan === trunk.pvid || trunk.tagged.includes(vlan)) for (const mac of station.registered) {
        if (sent.has(`${mac} ${vlan}`)) continue
        sent.add(`${mac} ${vlan}`)
        if (cx.now >= sea.blockedUntil) cx.emit({ type: 'net.transmit', ports: [sea.physical], frame: announcementOf(mac, vlan === trunk.pvid ? undefined : vlan) })
      }
    }
  }
  if (sent.size > 0 && cx.now >= sea.blockedUntil) cx.emit({ type: 'sea.announced', sea: id, addresses: sent.size })
}
