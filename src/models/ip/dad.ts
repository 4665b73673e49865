/**
 * Duplicate address detection (RFC 4862 5.4), with nonces (RFC 7527) and optimistic addresses (RFC 4429).
 *
 * After a random delay of up to a second probes go out, RetransTimer apart; an address is unique when nothing was heard for RetransTimer
 * after the last (ND-83). Whoever hears another's probe while it waits or probes itself gives up without a word (ND-84), which is why
 * two clones started together leave one owner or none, never two (ND-88). A probe with the own nonce is a loop; without nonces a
 * reflected probe looks like another's (ND-87). Profile linux, as recorded: the report comes at once and only the probe waits, and
 * where no probes are sent the delay is waited for all the same. A timer that fires while the node hangs is taken up when it goes on.
 */
import type { Ipv6Text, MacText } from '../../base/ipv6.ts'
import { formatIpv6, linkLocalOf, parseMac } from '../../base/ipv6.ts'
import { MILLISECOND, SECOND, type Micros } from '../../base/time.ts'
import type { NdOption } from '../../wire/nd-option.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import { setState, stopTimer } from './addresses.ts'
import type { Cx } from './context.ts'
import { groupOf } from './kinds.ts'
import { isUntold, report } from './mld.ts'
import { isFrozen, isTentative, type Address, type Interface, type InterfaceId, type IpState } from './state.ts'
import { transmit } from './transmit.ts'

/** Does the address have to be probed before it is used? Profile linux goes through the motions even where no probe is sent. */
export function needsDad(s: IpState, id: InterfaceId, a: Address): boolean {
  const i = s.interfaces[id]!
  return a.dad && i.acceptDad > 0 && (i.dadProbes > 0 || s.nodes[i.node]!.profile === 'linux')
}

/** From the beginning; on an interface that does not run it waits until that starts. */
export function beginDad(s: IpState, id: InterfaceId, address: Ipv6Text, cx: Cx): void {
  const i = s.interfaces[id]!, a = i.addresses[address]!
  stopTimer(a, cx)
  if (!needsDad(s, id, a)) return assign(s, id, address, cx)
  a.probesLeft = i.dadProbes
  a.nonce = ''
  if (i.running) a.timer = cx.after(delayOf(a, id, address, cx), { type: 'ip.dadDue', interface: id, address })
}

/** Drawn whether it is needed or not: then equal seeds stay comparable. */
function delayOf(a: Address, id: InterfaceId, address: Ipv6Text, cx: Cx): Micros {
  const delay = cx.rng('dad delay', `${id}/${address}`).sample({ uniform: [0, SECOND] })
  // RFC 4429: an optimistic address is in use, the sooner its duplicate is found the better.
  return a.delayed && a.state !== 'optimistic' ? delay : 0
}

/** What waited while the carrier was gone begins anew; what waited while the node hung goes on where it was. */
export function resumeDad(s: IpState, id: InterfaceId, cx: Cx): void {
  const { addresses, running } = s.interfaces[id]!
  if (!running) return
  for (const address in addresses) {
    const a = addresses[address]!
    if (isTentative(a) && a.timer === null) a.timer = cx.after(0, { type: 'ip.dadDue', interface: id, address })
  }
}

/** The delay, or the time after a probe, is over. */
export function dadDue(s: IpState, id: InterfaceId, address: Ipv6Text, cx: Cx): void {
  const i = s.interfaces[id]!, a = i.addresses[address]
  if (a === undefined || !isTentative(a)) return
  a.timer = null
  if (!i.running || isFrozen(s, id)) return
  if (a.probesLeft === 0) return assign(s, id, address, cx)
  probe(s, id, address, i, a, cx)
  a.probesLeft--
  a.timer = cx.after(i.retransMillis * MILLISECOND, { type: 'ip.dadDue', interface: id, address })
}

function probe(s: IpState, id: InterfaceId, address: Ipv6Text, i: Interface, a: Address, cx: Cx): void {
  // Switches that learn from reports must know of the group before the answer comes (ND-81).
  const group = groupOf(address)
  if (isUntold(i, group)) report(s, id, cx)
  if (i.enhancedDad && a.nonce === '') a.nonce = drawNonce(id, address, cx)
  const options: NdOption[] = a.nonce === '' ? [] : [{ kind: 'nonce', nonce: a.nonce }]
  transmit(s, id, {
    kind: 'ipv6', source: '::', destination: group, hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [],
    payload: { kind: 'NS', code: 0, target: address, options },
  }, cx)
}

/** 48 bits, never all zero. */
function drawNonce(id: InterfaceId, address: Ipv6Text, cx: Cx): string {
  return (1 + Math.floor(cx.rng('nonce', `${id}/${address}`).uniform() * (2 ** 48 - 1))).toString(16).padStart(12, '0')
}

function assign(s: IpState, id: InterfaceId, address: Ipv6Text, cx: Cx): void {
  const a = s.interfaces[id]!.addresses[address]!
  a.probesLeft = 0
  setState(s, id, address, a.deprecated ? 'deprecated' : 'preferred', cx)
}

/**
 * A neighbour solicitation that is valid has come. True: it is about an address that is not assigned, and nothing more is to be done.
 * An optimistic address answers those who look for it (with Override 0): false.
 */
export function heardNs(s: IpState, id: InterfaceId, packet: Ipv6Packet, from: MacText, cx: Cx): boolean {
  const { payload } = packet
  if (payload.kind !== 'NS') return false
  const a = s.interfaces[id]!.addresses[payload.target]
  if (a === undefined || a.state === 'preferred' || a.state === 'deprecated') return false
  if (packet.source !== '::') return a.state !== 'optimistic'
  if (isTentative(a) && !isOwnNonce(a, payload.options)) fail(s, id, payload.target, from, cx)
  return true
}

/** A neighbour advertisement that is valid: whoever advertises a tentative address has it. */
export function heardNa(s: IpState, id: InterfaceId, packet: Ipv6Packet, from: MacText, cx: Cx): boolean {
  const { payload } = packet
  if (payload.kind !== 'NA') return false
  const a = s.interfaces[id]!.addresses[payload.target]
  if (a === undefined || a.state === 'preferred' || a.state === 'deprecated') return false
  if (isTentative(a)) fail(s, id, payload.target, from, cx)
  return true
}

const isOwnNonce = ({ nonce }: Address, options: readonly NdOption[]): boolean =>
  nonce !== '' && options.some(option => option.kind === 'nonce' && option.nonce === nonce)

function fail(s: IpState, id: InterfaceId, address: Ipv6Text, from: MacText, cx: Cx): void {
  const i = s.interfaces[id]!, a = i.addresses[address]!
  stopTimer(a, cx)
  a.probesLeft = 0
  cx.emit({ type: 'ip.duplicateFound', interface: id, address, from })
  setState(s, id, address, 'duplicate', cx)
  // Two adapters with one MAC address would disturb each other all the time (RFC 4862 5.4.5; ND-86).
  if (i.acceptDad === 2 && address === formatIpv6(linkLocalOf(parseMac(i.mac)!))) cx.emit({ type: 'ip.disable', interface: id, because: 'the link-local address is a duplicate' })
}
