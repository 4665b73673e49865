/**
 * Which groups an interface listens to, each for as many reasons as were given: all nodes, all routers (ND-6), and the solicited-node
 * group of every address, which several addresses may share. The adapter lets a group pass from the first reason on (ND-81).
 */
import type { Ipv6Text } from '../../base/ipv6.ts'
import type { Cx } from './context.ts'
import { noteChange, scheduleReport } from './mld.ts'
import type { InterfaceId, IpState } from './state.ts'
import { groupMac } from './transmit.ts'

/** `silently`: it listens, and the report waits for the first probe, as RFC 4862 5.4.2 wants it. */
export function joinGroup(s: IpState, id: InterfaceId, group: Ipv6Text, cx: Cx, silently = false): void {
  const { groups, running } = s.interfaces[id]!, reasons = groups[group] ?? 0
  groups[group] = reasons + 1
  if (reasons > 0) return
  cx.emit({ type: 'net.join', port: id, group: groupMac(group) })
  noteChange(s, id, group, false)
  if (running && !silently) scheduleReport(s, id, 0, cx)
}

export function leaveGroup(s: IpState, id: InterfaceId, group: Ipv6Text, cx: Cx): void {
  const { groups, running } = s.interfaces[id]!, reasons = groups[group] ?? 0
  if (reasons > 1) groups[group] = reasons - 1
  if (reasons !== 1) return
  delete groups[group]
  cx.emit({ type: 'net.leave', port: id, group: groupMac(group) })
  noteChange(s, id, group, true)
  if (running) scheduleReport(s, id, 0, cx)
}

/** Leaves everything and tells nobody: there is no way to. */
export function forgetGroups(s: IpState, id: InterfaceId, cx: Cx): void {
  const i = s.interfaces[id]!
  for (const group in i.groups) {
    delete i.groups[group]
    cx.emit({ type: 'net.leave', port: id, group: groupMac(group) })
  }
  for (const group in i.changes) delete i.changes[group]
  if (i.reportTimer !== null) cx.cancel(i.reportTimer)
  i.reportTimer = null
}
