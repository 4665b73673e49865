/**
 * One advertisement on its way out: to all nodes, or to one. Several messages where the options do not fit into one.
 *
 * Source is the link-local address, or the first of AdvRASrcAddress that the interface has (RD-40). From an address that is still
 * tentative nothing can be sent, nor through an interface that does not run. radvd 2.19 leaves the loop of multicast switched on, so that
 * its own system hears what it says to all (RD-49).
 */
import type { Ipv6Text } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { isUsable, type Interface, type IpState } from '../ip/state.ts'
import { advertisements } from './advertisement.ts'
import type { SettledInterface } from './conf/start.ts'
import { isLinkLocalText } from './content.ts'
import type { Cx } from './context.ts'
import type { RaOccasion } from './events.ts'
import type { Advertiser, Speaker } from './state.ts'

export const ALL_NODES: Ipv6Text = 'ff02::1'
const HOP_LIMIT = 255

export const deviceOf = (ip: DeepReadonly<IpState>, a: Advertiser): DeepReadonly<Interface> | undefined => ip.interfaces[a.interface]

/** The address it would send from, usable or not; null: it has none. */
export function sourceOf(device: DeepReadonly<Interface> | undefined, { conf }: Advertiser): Ipv6Text | null {
  if (device === undefined || device.disabled) return null
  for (const address in device.addresses)
    if (conf.sourceAddresses.length === 0 ? isLinkLocalText(address) : conf.sourceAddresses.includes(address)) return address
  return null
}

export function canSendFrom(device: DeepReadonly<Interface> | undefined, source: Ipv6Text | null): source is Ipv6Text {
  if (source === null || device === undefined || !device.running) return false
  const address = device.addresses[source]
  return address !== undefined && isUsable(address)
}

export interface Outgoing { readonly to: Ipv6Text; readonly occasion: RaOccasion; readonly source: Ipv6Text; readonly content: SettledInterface }

/** The interface runs. */
export function transmit({ name, d, a }: Speaker, { to, occasion, source, content }: Outgoing, device: DeepReadonly<Interface>, cx: Cx): void {
  if (to === ALL_NODES && a.heard.length > 0) a.heard = []
  for (const message of advertisements(content, device.mac, occasion === 'final' ? 'final' : 'running'))
    cx.emit({
      type: 'ip.sendOnLink', interface: a.interface, loop: d.profile === 'radvd-2.19' && to === ALL_NODES,
      packet: { kind: 'ipv6', source, destination: to, hopLimit: HOP_LIMIT, trafficClass: 0, flowLabel: 0, extensions: [], payload: { ...message, code: 0 } },
    })
  cx.emit({
    type: 'radvd.advertised', daemon: name, interface: a.interface, to, occasion,
    routerLifetimeSeconds: occasion === 'final' ? 0 : content.advDefaultLifetimeSeconds,
  })
}
