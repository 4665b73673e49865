/**
 * Ports and the links between them: what leaves a port arrives at the other end of its link, or is counted under the reason why not.
 *
 * One transmission is one event however many copies it has, and so is their arrival: who is on a switch of 500 ports pays for a copy, not
 * for an event. What an adapter would not let pass (another's address, a group it has not joined) is only counted. README.md says what
 * is simplified.
 */
import { keysOf } from '../../base/id.ts'
import { defineModel, type, type Context } from '../../core/model.ts'
import { ofHex } from '../../wire/bytes.ts'
import { decodeFrame } from '../../wire/frame.ts'
import { carry, land } from './carry.ts'
import { netConfig, type NetConfig } from './config.ts'
import { netRequests, type NetFact, type NetRequest } from './events.ts'
import type { LinkId, PortId } from './ids.ts'
import { initialNet, type NetState } from './state.ts'

type Cx = Context<{ net: NetState }, NetRequest | NetFact>

export const net = defineModel({
  name: 'net',
  uses: [],
  config: netConfig,
  state: (config: NetConfig): NetState => initialNet(config),
  requests: netRequests,
  facts: type<NetFact>(),
  on: {
    'net.transmit': (s, { ports, frame, trail }, cx) => carry(s, ports, frame, trail, cx),
    'net.landed': (s, { ports, frame, trail }, cx) => land(s, ports, frame, trail, cx),
    'net.inject'(s, { port, hex }, cx) {
      if (s.ports[port] === undefined) return refuseUnknown('port', port, cx)
      const frame = decodeFrame(ofHex(hex))
      if (frame === undefined) return cx.refuse({ status: 1, text: `net: a frame has at least 14 octets, this one has ${hex.length / 2}` })
      tellAltered(s, [port], cx)
      carry(s, [port], frame, undefined, cx)
    },
    'net.setPort'(s, { port, up }, cx) {
      const own = s.ports[port]
      if (own === undefined) return refuseUnknown('port', port, cx)
      own.up = up
      s.revision++
      if (own.link !== null) settle(s, own.link, cx)
    },
    'net.setLink'(s, { link, up }, cx) {
      const cable = s.links[link]
      if (cable === undefined) return refuseUnknown('link', link, cx)
      cable.up = up
      s.revision++
      settle(s, link, cx)
    },
    'net.cut'(s, { link, towards }, cx) {
      const cable = s.links[link]
      if (cable === undefined) return refuseUnknown('link', link, cx)
      if (towards !== undefined && !cable.ends.includes(towards)) return cx.refuse({ status: 1, text: `net: ${link} has no end ${towards}, only ${cable.ends.join(' and ')}` })
      s.revision++
      for (const end of [0, 1] as const) if (towards === undefined || cable.ends[end] === towards) cable.cut[end] = true
      tellAltered(s, cable.ends, cx)
    },
    'net.mend'(s, { link }, cx) {
      const cable = s.links[link]
      if (cable === undefined) return refuseUnknown('link', link, cx)
      cable.cut = [false, false]
      s.revision++
      tellAltered(s, cable.ends, cx)
    },
    'net.setLoss'(s, { link, loss }, cx) {
      const cable = s.links[link]
      if (cable === undefined) return refuseUnknown('link', link, cx)
      cable.loss = loss
      s.revision++
      tellAltered(s, cable.ends, cx)
    },
    'net.join'(s, { port, group }, cx) {
      const own = s.ports[port]
      if (own === undefined) return refuseUnknown('port', port, cx)
      own.joined[group] = (own.joined[group] ?? 0) + 1
      if (own.joined[group] > 1) return
      s.revision++
      tellAltered(s, [port], cx)
      ;(s.groups[group] ??= []).push(port)
    },
    'net.leave'(s, { port, group }, cx) {
      const own = s.ports[port]
      if (own === undefined) return refuseUnknown('port', port, cx)
      const reasons = own.joined[group]
      if (reasons === undefined) return
      if (reasons > 1) {
        own.joined[group] = reasons - 1
        return
      }
      s.revision++
      tellAltered(s, [port], cx)
      delete own.joined[group]
      const left = s.groups[group]!.filter(each => each !== port)
      if (left.length > 0) s.groups[group] = left
      else delete s.groups[group]
    },
    'net.watch'(s) {
      s.watched = true
    },
  },
  check(s) {
    let dropped = 0
    for (const reason of keysOf(s.dropped)) dropped += s.dropped[reason]
    if (s.sent !== s.delivered + s.underWay + dropped) return `of ${s.sent} copies ${s.delivered} were delivered, ${dropped} dropped and ${s.underWay} are under way`
    for (const port of Object.values(s.ports)) {
      const link = port.link === null ? undefined : s.links[port.link]
      if (port.carrier !== (link !== undefined && link.up && link.ends.every(end => s.ports[end]?.up === true))) return 'a carrier is where it cannot be'
    }
    return undefined
  },
})

function refuseUnknown(what: 'port' | 'link', name: string, cx: Cx): void {
  cx.refuse({ status: 1, text: `net: there is no ${what} ${name}` })
}

function tellAltered({ watched }: NetState, ports: readonly PortId[], cx: Cx): void {
  if (watched) cx.emit({ type: 'net.altered', ports: [...ports] })
}

/** The carrier follows what the two ends and the cable are like. */
function settle(s: NetState, link: LinkId, cx: Cx): void {
  const { ends, up } = s.links[link]!
  const carrier = up && ends.every(end => s.ports[end]?.up === true)
  for (const end of ends) {
    const port = s.ports[end]
    if (port === undefined || port.carrier === carrier) continue
    port.carrier = carrier
    cx.emit({ type: 'net.carrierChanged', port: end, up: carrier })
  }
}
