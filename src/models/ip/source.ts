/**
 * The source address of a packet (RFC 6724 section 5): eight rules, each deciding only between those that the ones before leave equal.
 *
 * Candidates are the addresses of the interface that the packet leaves by; for destinations beyond the link those of the node's other
 * interfaces and its loopback too, which rule 5 sets back. fec0::/10 is site scope still (ND-71): towards the world a global address
 * is taken, towards fec0:: addresses the site-local one. Rules 4 (mobility) and 5.5 (the prefix of the next hop) are left out.
 */
import { commonPrefixLength, isLoopback, isMulticast, isSiteLocal, isLinkLocal as isLinkLocalBytes, isWithin, parseIpv6, parsePrefix, type Ipv6Text } from '../../base/ipv6.ts'
import { entriesOf } from '../../base/id.ts'
import { must } from '../../base/assert.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import { isLinkLocal } from './kinds.ts'
import { isUsable, type InterfaceId, type IpState } from './state.ts'

interface Candidate {
  readonly text: Ipv6Text
  readonly bytes: Uint8Array
  readonly length: number
  /** Deprecated, or only optimistic. */
  readonly avoided: boolean
  readonly temporary: boolean
  readonly outgoing: boolean
}

/** Undefined: there is none of enough scope. */
export function selectSource(s: DeepReadonly<IpState>, id: InterfaceId, destination: Ipv6Text): Ipv6Text | undefined {
  const to = bytesOf(destination), outgoing = s.interfaces[id]!
  let best: Candidate | undefined
  for (const candidate of candidates(s, id, scopeOf(to) <= LINK)) if (best === undefined || compare(candidate, best, to, outgoing.preferTemporary) < 0) best = candidate
  return best?.text
}

function candidates(s: DeepReadonly<IpState>, id: InterfaceId, onLink: boolean): Candidate[] {
  const node = s.nodes[s.interfaces[id]!.node]!, found: Candidate[] = []
  for (const each of onLink ? [id] : [id, ...node.interfaces.filter(other => other !== id)]) {
    if (!s.interfaces[each]!.running) continue
    const addresses = entriesOf(s.interfaces[each]!.addresses)
    // Where the rules leave two equal, the first is taken: that of Linux is the one added last, whose list begins with the newest.
    for (const [text, a] of node.profile === 'linux' ? addresses.toReversed() : addresses)
      if (isUsable(a) && (each === id || !isLinkLocal(text)))
        found.push({ text, bytes: bytesOf(text), length: a.length, avoided: a.state !== 'preferred', temporary: a.origin === 'temporary', outgoing: each === id })
  }
  if (!onLink) for (const text of node.loopback) found.push({ text, bytes: bytesOf(text), length: 128, avoided: false, temporary: false, outgoing: false })
  return found
}

/** Negative: `a` is the better source for this destination. */
function compare(a: Candidate, b: Candidate, to: Uint8Array, preferTemporary: boolean): number {
  const scope = scopeOf(to), scopeA = scopeOf(a.bytes), scopeB = scopeOf(b.bytes), label = labelOf(to)
  const yes = (forA: boolean, forB: boolean): number => Number(forB) - Number(forA)
  const shared = (c: Candidate): number => Math.min(commonPrefixLength(c.bytes, to), c.length)
  return yes(commonPrefixLength(a.bytes, to) === 128, commonPrefixLength(b.bytes, to) === 128)
    || (scopeA < scopeB ? (scopeA < scope ? 1 : -1) : scopeB < scopeA ? (scopeB < scope ? -1 : 1) : 0)
    || yes(!a.avoided, !b.avoided)
    || yes(a.outgoing, b.outgoing)
    || yes(labelOf(a.bytes) === label, labelOf(b.bytes) === label)
    || (preferTemporary ? yes(a.temporary, b.temporary) : yes(b.temporary, a.temporary))
    || shared(b) - shared(a)
}

const LINK = 2, SITE = 5, GLOBAL = 14

/** RFC 6724 3.1: unicast and multicast scopes on one scale; the loopback address counts as of the link. */
function scopeOf(address: Uint8Array): number {
  if (isMulticast(address)) return address[1]! & 0xf
  return isLinkLocalBytes(address) || isLoopback(address) ? LINK : isSiteLocal(address) ? SITE : GLOBAL
}

/** The policy table of RFC 6724 2.1, longest prefixes first. */
const LABELS = ([
  ['::1/128', 0], ['::ffff:0:0/96', 4], ['::/96', 3], ['2001::/32', 5], ['2002::/16', 2], ['3ffe::/16', 12], ['fec0::/10', 11], ['fc00::/7', 13], ['::/0', 1],
] as const).map(([prefix, label]) => ({ prefix: must(parsePrefix(prefix), 'the policy table holds prefixes'), label }))

const labelOf = (address: Uint8Array): number => LABELS.find(({ prefix }) => isWithin(address, prefix))!.label

const bytesOf = (address: Ipv6Text): Uint8Array => must(parseIpv6(address), 'an address is an address')
