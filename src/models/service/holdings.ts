/**
 * What a node has of what it needs to speak with the world: an address of more than link-local scope, and a default router that answers.
 *
 * Only what is on an interface that runs counts. A *usable* address may be a source or destination (preferred or deprecated); one that is
 * still being probed is neither. A default router is *live* unless it was asked for in vain and has not been heard since.
 */
import { isWithin, parseIpv6, parsePrefix, type Ipv6Text } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { isAssigned, type InterfaceId, type IpState, type NodeId } from '../ip/state.ts'

type Ip = DeepReadonly<IpState>

const LINK_LOCAL = /^fe[89ab][0-9a-f]:/
export const isGlobal = (address: Ipv6Text): boolean => !LINK_LOCAL.test(address) && address !== '::1'

/** Its addresses of more than link-local scope that are assigned, on interfaces that run. */
function assignedTo(ip: Ip, node: NodeId): { address: Ipv6Text; preferred: boolean }[] {
  const found: { address: Ipv6Text; preferred: boolean }[] = []
  for (const id of ip.nodes[node]?.interfaces ?? []) {
    const i = ip.interfaces[id]!
    if (i.running) for (const address in i.addresses)
      if (isAssigned(i.addresses[address]!) && isGlobal(address)) found.push({ address, preferred: i.addresses[address]!.state === 'preferred' })
  }
  return found
}

export const hasUsable = (ip: Ip, node: NodeId): boolean => assignedTo(ip, node).length > 0

export function hasPreferred(ip: Ip, node: NodeId, prefix?: string): boolean {
  const within = prefix === undefined ? undefined : parsePrefix(prefix)
  return assignedTo(ip, node).some(({ address, preferred }) => preferred && (within === undefined || isWithin(parseIpv6(address)!, within)))
}

/** Where others reach the node: its first preferred address, else a deprecated one; undefined: it has none. */
export function addressOf(ip: Ip, node: NodeId): Ipv6Text | undefined {
  const assigned = assignedTo(ip, node)
  return (assigned.find(({ preferred }) => preferred) ?? assigned[0])?.address
}

/** Its live default routers. `silent`: those that were asked for in vain, as `routerKey` writes them. */
export const routersOf = (ip: Ip, node: NodeId, silent: readonly string[]): Ipv6Text[] => (ip.nodes[node]?.routes ?? []).flatMap(({ destination, via, interface: id }) =>
  destination === '::/0' && via !== null && ip.interfaces[id]!.running && !silent.includes(routerKey(id, via)) ? [via] : [])
export const hasRouter = (ip: Ip, node: NodeId, silent: readonly string[]): boolean => routersOf(ip, node, silent).length > 0

export const routerKey = (id: InterfaceId, router: Ipv6Text): string => `${router} ${id}`

/** Its system does not run, or its TCP/IP is ended: what it lacks then it lacks by its own doing. */
export function isItselfDown(ip: Ip, node: NodeId): boolean {
  const { up, restricted } = ip.nodes[node]!
  return !up || restricted
}
