/**
 * Multicast listener discovery, the part of a listener (RFC 3810): reports of groups joined and left, to ff02::16.
 *
 * A change is told twice, the second time within a second (robustness 2, unsolicited report interval 1 s). Until a link-local address is
 * assigned reports have no source; once it is, all groups are told again with it (RFC 3590; ND-82). ff02::1 is never reported. The
 * group joined last comes first, as recorded. Nobody asks in this model: queries are not answered.
 */
import type { Ipv6Text } from '../../base/ipv6.ts'
import { SECOND } from '../../base/time.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { Cx } from './context.ts'
import { ALL_NODES } from './kinds.ts'
import { isFrozen, linkLocal, type Interface, type InterfaceId, type IpState } from './state.ts'
import { transmit } from './transmit.ts'

export const ALL_ROUTERS: Ipv6Text = 'ff02::2'
const ALL_MLDV2_ROUTERS: Ipv6Text = 'ff02::16'
const ROBUSTNESS = 2

/** A change to be told; `left`: the group is no longer wanted. Somebody else sees to it that a report goes out. */
export function noteChange(s: IpState, id: InterfaceId, group: Ipv6Text, left: boolean): void {
  if (group === ALL_NODES) return
  const { changes } = s.interfaces[id]!
  // What is told anew comes last in the order of changes.
  delete changes[group]
  changes[group] = { record: left ? 'to-include' : 'to-exclude', left: ROBUSTNESS }
}

/** No report has told of it yet. */
export const isUntold = ({ changes }: Interface, group: Ipv6Text): boolean => changes[group]?.left === ROBUSTNESS

/** All groups are to be told again. */
export function noteAll(s: IpState, id: InterfaceId): void {
  for (const group in s.interfaces[id]!.groups) noteChange(s, id, group, false)
}

/** The next report goes out within `within` microseconds: 0 is now, after what waits for this moment, so that joins share a report. */
export function scheduleReport(s: IpState, id: InterfaceId, within: 0 | typeof SECOND, cx: Cx): void {
  const i = s.interfaces[id]!
  if (i.reportTimer !== null) {
    if (within > 0) return
    cx.cancel(i.reportTimer)
  }
  i.reportTimer = cx.after(within === 0 ? 0 : cx.rng('report delay', id).sample({ uniform: [0, within] }), { type: 'ip.reportDue', interface: id })
}

/** Tells what there is to tell, at once, and goes on until everything has been told often enough. */
export function report(s: IpState, id: InterfaceId, cx: Cx): void {
  const i = s.interfaces[id]!
  if (i.reportTimer !== null) cx.cancel(i.reportTimer)
  i.reportTimer = null
  const groups = Object.keys(i.changes)
  // Whoever starts or resumes the interface takes it up again.
  if (groups.length === 0 || !i.running || isFrozen(s, id)) return
  transmit(s, id, reportOf(linkLocal(i) ?? '::', groups.toReversed().map(group => ({ record: i.changes[group]!.record, group, sources: [] }))), cx)
  for (const group of groups) if (--i.changes[group]!.left === 0) delete i.changes[group]
  if (Object.keys(i.changes).length > 0) scheduleReport(s, id, SECOND, cx)
}

function reportOf(source: Ipv6Text, records: Extract<Ipv6Packet['payload'], { kind: 'mld-report' }>['records']): Ipv6Packet {
  return {
    kind: 'ipv6', source, destination: ALL_MLDV2_ROUTERS, hopLimit: 1, trafficClass: 0, flowLabel: 0,
    // The router alert of RFC 2711.
    extensions: [{ header: 'hop-by-hop', options: [{ type: 5, value: '0000' }] }],
    payload: { kind: 'mld-report', code: 0, records },
  }
}
