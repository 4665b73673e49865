/**
 * Neighbour solicitations and advertisements as they are heard by an interface, once they are known to be valid and not about an address
 * that is still being probed: what they teach the cache, and the answer (RFC 4861 7.2.3 to 7.2.5, ND-85, ND-109). And what is told without
 * having been asked for (7.2.6, ND-108).
 */
import type { Ipv6Text, MacText } from '../../base/ipv6.ts'
import { MILLISECOND, SECOND } from '../../base/time.ts'
import type { NeighbourSolicitation } from '../../wire/icmpv6.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { Cx } from './context.ts'
import type { IpRequest } from './events.ts'
import { ALL_NODES, isGroup, UNSPECIFIED } from './kinds.ts'
import { learn } from './neighbours.ts'
import { isAnycastOf } from './owner.ts'
import { putOnLink } from './send.ts'
import { selectSource } from './source.ts'
import { isAssigned, isUsable, type InterfaceId, type IpState } from './state.ts'
import * as texts from './texts.ts'

/** `mac`: the source link-layer option. */
export function hearSolicitation(s: IpState, id: InterfaceId, packet: Ipv6Packet, { target }: NeighbourSolicitation, mac: MacText | null, cx: Cx): void {
  const i = s.interfaces[id]!, own = i.addresses[target], anycast = own === undefined && isAnycastOf(i, target)
  // What we have asked ourselves, and what comes back, or somebody with an address of ours: nobody to be answered. One that we have lost to
  // somebody else is not ours.
  const asking = i.addresses[packet.source]
  if ((own === undefined ? !anycast : !isUsable(own)) || asking !== undefined && asking.state !== 'duplicate') return
  if (mac !== null) learn(s, id, packet.source, mac, null, cx)
  const answer = advertisement(s, id, packet, target, anycast, cx)
  if (answer === undefined) return
  if (anycast) cx.after(Math.floor(cx.rng('anycast delay', id).uniform() * SECOND), { type: 'ip.sendOnLink', interface: id, packet: answer })
  else putOnLink(s, id, answer, answer.destination, cx)
}

/**
 * The Router flag says whether the node forwards at this moment (ND-17). Linux leaves out address and Override flag where the question came
 * to it alone; the standard lets the address out only together with the flag, so that profile `rfc` always says both.
 */
function advertisement(s: IpState, id: InterfaceId, { source, destination }: Ipv6Packet, target: Ipv6Text, anycast: boolean, cx: Cx): Ipv6Packet | undefined {
  const i = s.interfaces[id]!, { profile, forwarding } = s.nodes[i.node]!, full = profile === 'rfc' || isGroup(destination), to = source === UNSPECIFIED ? ALL_NODES : source
  const from = anycast ? selectSource(s, id, to) : target
  if (from === undefined) {
    cx.emit({ type: 'ip.packetDropped', node: i.node, reason: 'no source address', destination: to })
    return undefined
  }
  return {
    kind: 'ipv6', source: from, destination: to, hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
    payload: {
      kind: 'NA', code: 0, router: forwarding, solicited: source !== UNSPECIFIED, override: full && !anycast && i.addresses[target]!.state !== 'optimistic',
      target, options: full ? [{ kind: 'target-link-layer', address: i.mac }] : [],
    },
  }
}

/** ND-108: at most three, RetransTimer apart, to all nodes. */
export function announce(s: IpState, { interface: id, address, times = 3 }: Extract<IpRequest, { type: 'ip.announce' }>, cx: Cx): void {
  const i = s.interfaces[id]
  if (i === undefined) return cx.refuse(texts.noSuchDevice(id))
  if (i.addresses[address] === undefined || !isAssigned(i.addresses[address])) return cx.refuse(texts.NO_SUCH_ADDRESS)
  putOnLink(s, id, {
    kind: 'ipv6', source: address, destination: ALL_NODES, hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
    payload: {
      kind: 'NA', code: 0, router: s.nodes[i.node]!.forwarding, solicited: false, override: true,
      target: address, options: [{ kind: 'target-link-layer', address: i.mac }],
    },
  }, ALL_NODES, cx)
  if (times > 1) cx.after(i.retransMillis * MILLISECOND, { type: 'ip.announce', interface: id, address, times: times - 1 })
}
