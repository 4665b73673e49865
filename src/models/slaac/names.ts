/**
 * Recursive name servers and search domains that routers tell of (RFC 8106; ND-34 to ND-36).
 *
 * A lifetime of zero removes at once. The lists are short, at least three long; when one is full, the entry that ends first gives way to one
 * that ends later. The kernel of Linux leaves this to a daemon; here it is part of the host in both profiles.
 */
import type { Micros } from '../../base/time.ts'
import { endOf, type Advice } from './advice.ts'
import { note } from './clock.ts'
import type { Cx } from './context.ts'
import type { HostInterface, InterfaceId } from './state.ts'

type Told = Advice['domains']

export function hearNames(i: HostInterface, id: InterfaceId, { servers, domains }: Advice, cx: Cx): void {
  if (servers.length + domains.length === 0) return
  const serversChanged = update(i, id, i.servers, servers, cx), domainsChanged = update(i, id, i.domains, domains, cx)
  if (serversChanged || domainsChanged) tell(i, id, cx)
}

export function expireNames(i: HostInterface, id: InterfaceId, cx: Cx): void {
  if (!i.named) return
  const before = Object.keys(i.servers).length + Object.keys(i.domains).length
  for (const list of [i.servers, i.domains]) for (const name in list) if (list[name]! <= cx.now) delete list[name]
  const left = Object.keys(i.servers).length + Object.keys(i.domains).length
  i.named = left > 0
  if (left < before) tell(i, id, cx)
}

export function tell(i: HostInterface, id: InterfaceId, cx: Cx): void {
  cx.emit({ type: 'slaac.namesChanged', interface: id, servers: Object.keys(i.servers), domains: Object.keys(i.domains) })
}

function update(i: HostInterface, id: InterfaceId, list: Record<string, Micros>, told: Told, cx: Cx): boolean {
  let changed = false
  for (const { name, lifetime } of told) {
    const known = list[name] !== undefined, until = endOf(lifetime, cx.now)
    if (lifetime === 0) {
      delete list[name]
      changed ||= known
    } else if (known || makeRoom(i, list, until)) {
      list[name] = until
      i.named = true
      changed ||= !known
      note(i, id, until, cx)
    }
  }
  return changed
}

function makeRoom(i: HostInterface, list: Record<string, Micros>, until: Micros): boolean {
  const names = Object.keys(list)
  if (names.length < i.rules.maxServers) return true
  const first = names.reduce((a, b) => list[b]! < list[a]! ? b : a)
  if (list[first]! >= until) return false
  delete list[first]
  return true
}
