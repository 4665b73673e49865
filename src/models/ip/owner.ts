/**
 * Whose a packet is. A node takes what is for an address of any of its interfaces, whichever it comes in by (the weak model of RFC 1122),
 * apart from addresses of the link, which mean their own link only; and what is for its loopback addresses and for groups it has joined.
 */
import type { Ipv6Text } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { ALL_NODES, isLinkLocal, LOOPBACK } from './kinds.ts'
import { isUsable, type Interface, type InterfaceId, type IpState, type NodeId } from './state.ts'

type Read<T> = DeepReadonly<T>

/** May the node be spoken to by this unicast address, on this interface? */
export function ownsOn(s: Read<IpState>, id: InterfaceId, address: Ipv6Text): boolean {
  const i = s.interfaces[id]!, own = i.addresses[address]
  return own !== undefined ? isUsable(own) : isAnycastOf(i, address) || !isLinkLocal(address) && owns(s, i.node, address)
}

/** Is it an address of the node, whatever the interface? */
export function owns(s: Read<IpState>, node: NodeId, address: Ipv6Text): boolean {
  if (address === LOOPBACK) return true
  const { loopback, interfaces } = s.nodes[node]!
  return loopback.includes(address) || interfaces.some(id => {
    const i = s.interfaces[id]!, own = i.addresses[address]
    return own !== undefined ? isUsable(own) : isAnycastOf(i, address)
  })
}

/** The subnet-router anycast address of one of its prefixes. */
export function isAnycastOf(i: Read<Interface>, address: Ipv6Text): boolean {
  for (const own in i.addresses) if (i.addresses[own]!.anycast === address) return isUsable(i.addresses[own]!)
  return false
}

export const listensTo = (i: Read<Interface>, group: Ipv6Text): boolean => group === ALL_NODES || i.groups[group] !== undefined
