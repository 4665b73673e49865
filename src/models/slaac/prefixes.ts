/**
 * The prefix list: what is on the link, until when (RFC 4861 6.3.4). Only options with L=1 speak of it, for longer and for shorter, and a
 * valid lifetime of zero withdraws at once: the two-hour rule is for addresses (ND-52, ND-53). Each prefix is a route without a router.
 */
import { endOf, type PrefixAdvice } from './advice.ts'
import { note } from './clock.ts'
import type { Cx } from './context.ts'
import type { HostInterface, InterfaceId, OnLinkPrefix, SlaacState } from './state.ts'

/** The metric of Linux for what is on the link. */
const METRIC = 256

export function hearOnLink(s: SlaacState, i: HostInterface, id: InterfaceId, { prefix, valid }: PrefixAdvice, cx: Cx): void {
  const known = prefixNamed(i, prefix), until = endOf(valid, cx.now)
  if (valid === 0) {
    if (known !== undefined) removePrefix(i, id, known, 'withdrawn', cx)
    return
  }
  if (known !== undefined) known.until = until
  else {
    if (i.prefixes.length >= i.rules.maxPrefixes) return
    i.prefixes.push({ prefix, until })
    cx.emit({ type: 'ip.addRoute', node: i.node, destination: prefix, via: null, interface: id, metric: METRIC, origin: 'kernel' })
    cx.emit({ type: 'slaac.prefixAdded', interface: id, prefix })
    tellSiteLocal(s, id, prefix, cx)
  }
  note(i, id, until, cx)
}

export function removePrefix(i: HostInterface, id: InterfaceId, known: OnLinkPrefix, because: 'withdrawn' | 'expired', cx: Cx): void {
  const { prefix } = known
  i.prefixes.splice(i.prefixes.indexOf(known), 1)
  cx.emit({ type: 'ip.removeRoute', node: i.node, destination: prefix, via: null, interface: id })
  cx.emit({ type: 'slaac.prefixRemoved', interface: id, prefix, because })
}

function prefixNamed({ prefixes }: HostInterface, prefix: string): OnLinkPrefix | undefined {
  for (const known of prefixes) if (known.prefix === prefix) return known
  return undefined
}

/** ND-71: fec0::/10 works like any other unicast prefix. */
export function tellSiteLocal(s: SlaacState, id: InterfaceId, prefix: string, cx: Cx): void {
  if (!/^fe[c-f][0-9a-f]:/.test(prefix) || s.siteLocals.includes(prefix)) return
  s.siteLocals.push(prefix)
  cx.emit({ type: 'slaac.siteLocalUsed', interface: id, prefix })
}
