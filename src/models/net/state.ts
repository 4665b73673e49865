/**
 * The slice of the wire: ports, the links between them, and who listens to which group.
 *
 * `groups` leads from a group address to the ports that let it pass, so that a frame to a group costs as much as the group has members
 * and not as much as a switch has ports. Every copy that is sent is delivered or counted under the reason for which it was not.
 */
import { table } from '../../base/id.ts'
import type { MacText } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { NetConfig } from './config.ts'
import type { DropReason } from './events.ts'
import type { LinkId, PortId } from './ids.ts'

export type { LinkId, PortId } from './ids.ts'

export interface Port {
  /** null: takes every frame, as the port of a switch does. */
  mac: MacText | null
  /** Switched on by its owner. */
  up: boolean
  /** Up, linked, and the other end is up too. */
  carrier: boolean
  link: LinkId | null
  /** Lets everything pass, also what is addressed to others. */
  promiscuous: boolean
  /** Somebody looks at what passes here: what the adapter would not let pass is told as overheard, and changes nothing. */
  captured: boolean
  /** Group addresses that it lets pass, with how many reasons there are for each: several IPv6 groups share one. */
  joined: Record<MacText, number>
  sentFrames: number
  sentOctets: number
  receivedFrames: number
  receivedOctets: number
}
export interface Link {
  ends: [PortId, PortId]
  up: boolean
  latency: Micros
  /** Of each copy. */
  loss: number
  /** Bits per second; null: no limit. */
  bandwidth: number | null
  /** When the last bit of what was sent towards each end will have left: later frames wait. */
  busyUntil: [Micros, Micros]
  /** Towards the first, the second end. */
  cut: [boolean, boolean]
}
export interface NetState {
  ports: Record<PortId, Port>
  links: Record<LinkId, Link>
  groups: Record<MacText, PortId[]>
  sent: number
  delivered: number
  /** How often anything has changed that decides what becomes of a copy: who remembers such a decision sees that it is out of date. */
  revision: number
  /** Somebody waits for a change instead of the next frame: what nobody on the wire is told is told all the same (`net.altered`). */
  watched: boolean
  /** Copies on links with a latency. */
  underWay: number
  dropped: Record<DropReason, number>
}

/** The port at the other end of its link, whatever state the two are in. */
export function peerOf(net: DeepReadonly<NetState>, port: PortId): PortId | undefined {
  const link = net.ports[port]?.link
  if (link === null || link === undefined) return undefined
  const [a, b] = net.links[link]!.ends
  return a === port ? b : a
}

export function initialNet(config: NetConfig): NetState {
  const state: NetState = {
    ports: table(), links: table(), groups: table(), revision: 0, sent: 0, delivered: 0, watched: false, underWay: 0,
    dropped: { 'port down': 0, 'no link': 0, 'link down': 0, cut: 0, lost: 0, 'not for this adapter': 0 },
  }
  for (const [name, { mac, up, promiscuous }] of Object.entries(config.ports))
    state.ports[name as PortId] = {
      mac: mac ?? null, up: up ?? true, carrier: false, link: null, promiscuous: promiscuous ?? false,
      captured: config.capture === 'all' || config.capture?.includes(name as PortId) === true, joined: table(),
      sentFrames: 0, sentOctets: 0, receivedFrames: 0, receivedOctets: 0,
    }
  for (const [name, { ends, latency, loss, bandwidth, up }] of Object.entries(config.links)) {
    state.links[name as LinkId] = { ends: [ends[0], ends[1]], up: up ?? true, latency: latency ?? 0, loss: loss ?? 0, bandwidth: bandwidth ?? null, busyUntil: [0, 0], cut: [false, false] }
    for (const end of ends) {
      const port = state.ports[end]
      if (port !== undefined) port.link = name as LinkId
    }
  }
  for (const link of Object.values(state.links)) {
    const [a, b] = link.ends.map(end => state.ports[end])
    if (a && b) a.carrier = b.carrier = link.up && a.up && b.up
  }
  return state
}
