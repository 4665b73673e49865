/**
 * Router solicitations: when the link-local address is usable the first one goes out, after a random delay unless duplicate address
 * detection has had one (ND-40); more follow at fixed or doubling gaps (ND-41), until an advertisement answers (ND-43).
 *
 * Linux, as recorded: any advertisement that it accepts stops them, and they do not begin again when a lost carrier comes back.
 */
import { type Ipv6Text } from '../../base/ipv6.ts'
import type { Micros } from '../../base/time.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import { note } from './clock.ts'
import type { Cx } from './context.ts'
import { NEVER, type HostInterface, type InterfaceId } from './state.ts'

const ALL_ROUTERS: Ipv6Text = 'ff02::2'

/** `delayed`: whoever calls has just waited for a random time. */
export function beginSolicitation(i: HostInterface, id: InterfaceId, delayed: boolean, cx: Cx): void {
  const { rules } = i
  i.solicited = 0
  i.solicitGap = 0
  if (rules.solicitations === 0 || !listens(i)) return
  // Drawn whether it is needed or not: then equal seeds stay comparable.
  const delay = cx.rng('solicitation delay', id).sample({ uniform: [0, rules.solicitationDelay] })
  i.solicitAt = cx.now + (delayed && !rules.rsDelayAfterDad ? 0 : delay)
  note(i, id, i.solicitAt, cx)
}

/** Does it process advertisements? A router does not, unless it is told to. */
export const listens = ({ rules: { acceptRa }, forwards }: HostInterface): boolean => acceptRa === 'forwarding' || acceptRa === 'on' && !forwards

/** The time has come. */
export function solicit(i: HostInterface, id: InterfaceId, cx: Cx): void {
  const { rules } = i
  i.solicited++
  cx.emit({ type: 'ip.sendOnLink', interface: id, packet: solicitation(id, cx) })
  cx.emit({ type: 'slaac.solicited', interface: id, attempt: i.solicited })
  i.solicitAt = i.answered || rules.solicitations !== null && i.solicited >= rules.solicitations ? NEVER : cx.now + nextGap(i, id, cx)
  note(i, id, i.solicitAt, cx)
}

/** ND-43: the first valid advertisement of a router that is one; Linux takes any, but none from before its first solicitation. */
export function answered(i: HostInterface, lifetime: Micros): void {
  if (i.rules.profile === 'linux' ? i.solicited === 0 : lifetime === 0) return
  i.answered = true
  if (i.solicited > 0) i.solicitAt = NEVER
}

const JITTER = 0.1

/** RFC 7559 2: RT = IRT + RAND * IRT, then 2 * RT + RAND * RT, and from MRT on MRT + RAND * MRT. */
function nextGap(i: HostInterface, id: InterfaceId, cx: Cx): Micros {
  const { backOff, solicitationInterval: first, maxSolicitationInterval: most } = i.rules
  if (!backOff) return first
  const jitter = JITTER * (2 * cx.rng('solicitation gap', id).uniform() - 1), last = i.solicitGap
  const gap = last === 0 ? first + jitter * first : 2 * last + jitter * last
  i.solicitGap = Math.round(gap > most ? most + jitter * most : gap)
  return i.solicitGap
}

/** ND-42: from the link-local address with the link-layer address, or from nobody without. */
function solicitation(id: InterfaceId, cx: Cx): Ipv6Packet {
  const { mac, addresses } = cx.world.ip.interfaces[id]!
  const source = Object.keys(addresses).find(address => address.startsWith('fe80:') && (addresses[address]!.state === 'preferred' || addresses[address]!.state === 'deprecated'))
  return {
    kind: 'ipv6', source: source ?? '::', destination: ALL_ROUTERS, hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
    payload: { kind: 'RS', code: 0, options: source === undefined ? [] : [{ kind: 'source-link-layer', address: mac }] },
  }
}
