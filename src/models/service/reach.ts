/**
 * Whether a node reaches another, asked with echo requests at a fixed period: the only way in which a service knows.
 *
 * A request that gets no answer in time, or could not be sent, is lost; so many lost in a row and the other is out of reach, until the
 * next answer. Another node is asked at the address that it has at that moment, or had last.
 */
import { table } from '../../base/id.ts'
import type { Ipv6Text } from '../../base/ipv6.ts'
import { SECOND } from '../../base/time.ts'
import type { NodeId } from '../ip/state.ts'
import type { ServiceConfig } from './config.ts'
import { addressOf } from './holdings.ts'
import { look, type Cx } from './look.ts'
import { leavesOf, reachKey } from './network.ts'
import type { Reach, ServiceState } from './state.ts'

const PERIOD = 10 * SECOND, TIMEOUT = SECOND

export function initialReaches(config: ServiceConfig): Record<string, Reach> {
  const reaches = table<string, Reach>()
  for (const need of leavesOf(config)) {
    if (!('reaches' in need)) continue
    const { from, to, every, timeout, lost } = need.reaches
    reaches[reachKey(need.reaches)] = {
      from, to, everyMicros: every ?? PERIOD, timeoutMicros: timeout ?? TIMEOUT, lostLimit: lost ?? 1, answered: null, lostInRow: 0, known: null, asked: null, sequence: null, sent: 0, lost: 0,
    }
  }
  return reaches
}

/** Keys of the reaches of a node. */
export function reachesOf(reaches: Readonly<Record<string, Reach>>): Record<NodeId, string[]> {
  const byNode = table<NodeId, string[]>()
  for (const [key, { from }] of Object.entries(reaches)) (byNode[from] ??= []).push(key)
  return byNode
}

export function ask(s: ServiceState, key: string, cx: Cx): void {
  const r = s.reaches[key]!, { nodes } = cx.world.ip, node = nodes[r.from]
  // Refused, or asked so often that the last one is still open.
  if (r.asked !== null) lose(s, key, cx)
  r.sent++
  // Who has lost its address, or its link, goes on being asked where it was last.
  const to: Ipv6Text | null = r.to.includes(':') ? r.to : addressOf(cx.world.ip, r.to as NodeId) ?? r.known
  if (to === null || node === undefined || !node.up || node.hung || node.restricted) lose(s, key, cx)
  else {
    r.asked = r.known = to
    cx.emit({ type: 'ip.ping', node: r.from, to, timeout: r.timeoutMicros })
  }
  cx.after(r.everyMicros, { type: 'service.pingDue', reach: key })
}

/** The request is on its way and has a number. */
export function noteSent(s: ServiceState, node: NodeId, to: Ipv6Text, sequence: number): void {
  for (const key of s.reachesOf[node] ?? []) {
    const r = s.reaches[key]!
    if (r.asked !== to || r.sequence !== null) continue
    r.sequence = sequence
    return
  }
}

export function hear(s: ServiceState, node: NodeId, to: Ipv6Text, sequence: number, answered: boolean, cx: Cx): void {
  for (const key of s.reachesOf[node] ?? []) {
    const r = s.reaches[key]!
    if (r.asked !== to || r.sequence !== sequence) continue
    if (!answered) return lose(s, key, cx)
    r.asked = r.sequence = null
    r.lostInRow = 0
    r.answered = true
    return look(s, 'reaches', key, cx)
  }
}

function lose(s: ServiceState, key: string, cx: Cx): void {
  const r = s.reaches[key]!
  r.asked = r.sequence = null
  r.lost++
  if (++r.lostInRow < r.lostLimit || r.answered === null) return
  r.answered = false
  look(s, 'reaches', key, cx)
}
