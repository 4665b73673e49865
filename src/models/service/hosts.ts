/**
 * What a change on the network means for the needs of services and the books of clients: whose node it is, and what is to be looked at.
 */
import type { Ipv6Text } from '../../base/ipv6.ts'
import { table } from '../../base/id.ts'
import type { NeighbourState } from '../ip/events.ts'
import type { InterfaceId, NodeId } from '../ip/state.ts'
import { lookAtClient } from './clients.ts'
import type { ServiceConfig } from './config.ts'
import { routerKey } from './holdings.ts'
import { look, type Cx } from './look.ts'
import { addressKey, leavesOf } from './network.ts'
import type { ServiceState } from './state.ts'

/** Whose addresses services need, and how they say so. */
export function initialNeeds(config: ServiceConfig): Pick<ServiceState, 'addressNeeds'> {
  const addressNeeds = table<NodeId, string[]>()
  for (const need of leavesOf(config)) {
    if (!('preferredAddress' in need)) continue
    const { preferredAddress } = need, node = typeof preferredAddress === 'string' ? preferredAddress : preferredAddress.of, key = addressKey(preferredAddress)
    if (!(addressNeeds[node] ??= []).includes(key)) addressNeeds[node].push(key)
  }
  return { addressNeeds }
}

/** Everything that is booked or needed of a node; `because`: what has happened to it. */
export function lookAtNode(s: ServiceState, node: NodeId, because: string, cx: Cx): void {
  if (cx.world.ip.nodes[node] === undefined) return
  for (const key of s.addressNeeds[node] ?? []) look(s, 'preferredAddress', key, cx)
  look(s, 'defaultRouter', node, cx)
  lookAtClient(s, node, because, cx)
}

export function lookAtInterface(s: ServiceState, id: InterfaceId, because: string, cx: Cx): void {
  const { node, running } = cx.world.ip.interfaces[id]!
  // What was silent on a link that is gone may answer on the next.
  const silent = s.silent[node]
  if (silent !== undefined && !running) s.silent[node] = silent.filter(key => !key.endsWith(` ${id}`))
  lookAtNode(s, node, because, cx)
}

/** A router is silent when it was asked for in vain, and no longer when it is heard. */
export function lookAtNeighbour(s: ServiceState, id: InterfaceId, address: Ipv6Text, from: NeighbourState | null, to: NeighbourState | null, cx: Cx): void {
  const { node, running } = cx.world.ip.interfaces[id]!, silent = s.silent[node]
  if (silent === undefined || !running) return
  const key = routerKey(id, address), known = silent.includes(key)
  const failed = (from === 'incomplete' || from === 'probe') && (to === null || to === 'failed')
  const heard = to === 'reachable' || to === 'stale' || to === 'delay'
  if (failed && !known && isRouter(cx, node, address)) silent.push(key)
  else if (heard && known) s.silent[node] = silent.filter(each => each !== key)
  else return
  lookAtNode(s, node, `${address} does not answer`, cx)
}

const isRouter = (cx: Cx, node: NodeId, address: Ipv6Text): boolean => cx.world.ip.nodes[node]!.routes.some(({ via }) => via === address)
