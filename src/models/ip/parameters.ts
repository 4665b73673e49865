/**
 * What a router says about the link and is taken over: hop limit, times of neighbour discovery, MTU (RFC 4861 6.3.4).
 */
import type { Cx } from './context.ts'
import type { IpRequest } from './events.ts'
import { drawReachableTime } from './neighbours.ts'
import type { IpState } from './state.ts'
import * as texts from './texts.ts'

/** What is left out stays as it is (ND-47); an MTU that the adapter has not is no MTU of the link (ND-49). */
export function setParameters(s: IpState, r: Extract<IpRequest, { type: 'ip.setParameters' }>, cx: Cx): void {
  const i = s.interfaces[r.interface]
  if (i === undefined) return cx.refuse(texts.noSuchDevice(r.interface))
  i.hopLimit = r.hopLimit ?? i.hopLimit
  i.retransMillis = r.retransMillis ?? i.retransMillis
  i.preferTemporary = r.preferTemporary ?? i.preferTemporary
  if (r.mtu !== undefined && r.mtu <= i.linkMtu) i.mtu = r.mtu
  if (cx.world.net.watched) cx.emit({ type: 'ip.parametersSet', interface: r.interface })
  if (r.baseReachableMillis === undefined || r.baseReachableMillis === i.baseReachableMillis) return
  i.baseReachableMillis = r.baseReachableMillis
  drawReachableTime(s, r.interface, cx)
}
