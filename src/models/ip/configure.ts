/**
 * How an address comes to an interface: by a request, or from the configuration when the interface comes up. It is tentative, or
 * optimistic where that was asked for and it was not typed by hand without saying so (ND-90), and then goes through its probes.
 */
import { insertAddress } from './addresses.ts'
import type { Cx } from './context.ts'
import { beginDad, needsDad } from './dad.ts'
import type { IpRequest } from './events.ts'
import type { Address, InterfaceId, IpState } from './state.ts'

type Request = Extract<IpRequest, { type: 'ip.addAddress' }>
export type NewAddress = Omit<Request, 'type' | 'interface'>

/** The address is not there yet. */
export function addAddress(s: IpState, id: InterfaceId, given: NewAddress, cx: Cx): void {
  const { address, length = 64, origin = 'static', dad = true, delayed = true, optimistic = false, deprecated = false } = given
  const a: Address = {
    length, origin, state: 'tentative', deprecated, probesLeft: 0, nonce: '', timer: null, dad, delayed, anycast: null,
    onLinkRoute: given.onLinkRoute ?? (origin === 'static' || origin === 'link-local'),
  }
  const probed = needsDad(s, id, a), { profile } = s.nodes[s.interfaces[id]!.node]!
  if (optimistic && probed) a.state = 'optimistic'
  insertAddress(s, id, address, a, probed && delayed && profile === 'rfc', cx)
  if (probed) cx.emit({ type: 'ip.addressChanged', interface: id, address, length, state: a.state, origin })
  beginDad(s, id, address, cx)
}
