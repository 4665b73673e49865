/**
 * The way in: a frame has reached ports, some of which are interfaces. Each packet is judged once, however many hear it; then each
 * interface takes what is for it. Solicitations and advertisements of routers are handed on in one event that lists who heard them.
 *
 * Who hears a router that is known already is remembered beside the slice until something changes. On this path a host costs a few
 * comparisons of text: addresses are canonical, so equal addresses are equal strings.
 */
import type { Ipv6Text, MacText } from '../../base/ipv6.ts'
import type { Frame } from '../../wire/frame.ts'
import type { Ipv6Packet } from '../../wire/ipv6.ts'
import type { PortId } from '../net/ids.ts'
import type { Cx } from './context.ts'
import { heardNa, heardNs } from './dad.ts'
import { hearSolicitation } from './discovery.ts'
import { answer, hearError, hearReply } from './echo.ts'
import { forward } from './forward.ts'
import { refusedBy } from './headers.ts'
import { isGroup, isGroupMac, LOOPBACK, UNSPECIFIED } from './kinds.ts'
import { hearAdvertisement, knowRouter, learn } from './neighbours.ts'
import { listensTo, ownsOn } from './owner.ts'
import type { Interface, InterfaceId, IpState, Neighbour } from './state.ts'
import { hasStrangeAddress, isMessage, naFault, nsFault, raFault, rsFault, sourceLinkLayer, targetLinkLayer } from './validity.ts'

/** `reached`: the ports that the frame has reached, interfaces and others. */
export function receive(s: IpState, reached: readonly PortId[], frame: Frame, cx: Cx): void {
  const packet = frame.payload
  if (packet.kind !== 'ipv6' || frame.tags.some(({ vlan }) => vlan !== 0) || isGroup(packet.source) || packet.source === LOOPBACK) return
  const refused = refusedBy(packet) ?? (hasStrangeAddress(packet) ? 'linux' : null), ports = refused === null ? reached : refused === 'all' ? [] : reached.filter(id => !isLinux(s, id))
  if (ports.length === 0) return
  if (isMessage('RA', packet)) return hearOfRouters(s, ports, frame, packet, raFault(packet) === null, true, cx)
  if (isMessage('RS', packet)) return hearOfRouters(s, ports, frame, packet, rsFault(packet) === null, false, cx)
  const { payload } = packet, faulty = payload.kind === 'NS' ? nsFault(packet) !== null : payload.kind === 'NA' && naFault(packet) !== null
  if (faulty || payload.kind !== 'protocol' && payload.checksum !== undefined) return
  const toGroup = isGroup(packet.destination), byGroup = isGroupMac(frame.destination)
  for (const id of ports) {
    const i = s.interfaces[id]
    if (i === undefined || !takesFrames(s, i) || !byGroup && frame.destination !== i.mac) continue
    s.revision++
    if (payload.kind === 'NS' || payload.kind === 'NA') hearNeighbour(s, id, i, packet, frame.source, cx)
    else if (toGroup ? listensTo(i, packet.destination) : ownsOn(s, id, packet.destination)) deliver(s, id, packet, cx)
    else if (!toGroup && !byGroup && i.addresses[packet.destination] === undefined) forward(s, id, packet, cx)
  }
}

/** `ports` is handed on as it is where all of them are interfaces that hear it, which is the rule behind a switch. */
function hearOfRouters(s: IpState, ports: readonly PortId[], frame: Frame, packet: Ipv6Packet, valid: boolean, advertised: boolean, cx: Cx): void {
  const { source, destination } = packet, toGroup = isGroup(destination), byGroup = isGroupMac(frame.destination), mac = valid ? sourceLinkLayer(packet) : null
  const lesson = valid && advertised && ports.length >= FEW ? `${source} ${mac} ${destination} ${frame.destination}` : '', audience = lesson === '' ? undefined : audiences.get(ports)
  if (audience !== undefined && audience.of === s.interfaces && audience.revision === s.revision && audience.lesson === lesson)
    return cx.emit({ type: 'ip.received', interfaces: audience.interfaces, packet, from: frame.source })
  const { revision } = s
  let heard: InterfaceId[] | null = null
  for (let n = 0; n < ports.length; n++) {
    const id = ports[n]!, i = s.interfaces[id]
    if (i === undefined || !takesFrames(s, i) || !byGroup && frame.destination !== i.mac || !(toGroup ? listensTo(i, destination) : mayHear(s, i, destination))) {
      heard ??= ports.slice(0, n)
      continue
    }
    heard?.push(id)
    if (valid && i.addresses[source] === undefined) learnOfRouter(s, id, source, mac, advertised, cx)
  }
  const interfaces = heard ?? ports
  if (lesson !== '' && s.revision === revision && interfaces.length > 0) audiences.set(ports, { of: s.interfaces, revision, lesson, interfaces })
  if (interfaces.length > 0) cx.emit({ type: 'ip.received', interfaces, packet, from: frame.source })
}

/** Those who heard an advertisement that taught them nothing of their neighbour. */
interface Audience {
  /** The table it was found in: another simulation has another one, and a draft is another each time. */
  readonly of: IpState['interfaces']
  readonly revision: number
  readonly lesson: string
  readonly interfaces: readonly InterfaceId[]
}
const audiences = new WeakMap<readonly PortId[], Audience>()
/** Shorter lists are not worth remembering. */
const FEW = 8

/** ND-50: who advertises is a router. ND-15: who solicits is none, and only routers care (ND-1). */
function learnOfRouter(s: IpState, id: InterfaceId, source: Ipv6Text, mac: MacText | null, advertised: boolean, cx: Cx): void {
  if (source === UNSPECIFIED || !advertised && !s.nodes[s.interfaces[id]!.node]!.forwarding) return
  if (advertised && isKnown(s.interfaces[id]!.neighbours[source], mac)) return
  s.revision++
  if (mac !== null) learn(s, id, source, mac, advertised, cx)
  else if (advertised) knowRouter(s, id, source, cx)
}

const isKnown = (n: Neighbour | undefined, mac: MacText | null): boolean => n === undefined ? mac === null : n.router && (mac === null || n.mac === mac)

function hearNeighbour(s: IpState, id: InterfaceId, i: Interface, packet: Ipv6Packet, from: MacText, cx: Cx): void {
  const { payload, destination } = packet
  if (!(isGroup(destination) ? listensTo(i, destination) : mayHear(s, i, destination) || ownsOn(s, id, destination))) return
  if (payload.kind === 'NS') {
    if (!heardNs(s, id, packet, from, cx)) hearSolicitation(s, id, packet, payload, sourceLinkLayer(packet), cx)
  } else if (payload.kind === 'NA' && !heardNa(s, id, packet, from, cx)) hearAdvertisement(s, id, payload, targetLinkLayer(packet), cx)
}

function deliver(s: IpState, id: InterfaceId, packet: Ipv6Packet, cx: Cx): void {
  const { payload } = packet
  switch (payload.kind) {
    case 'echo-request': return answer(s, id, packet, payload, cx)
    case 'echo-reply': return hearReply(s, id, packet, payload, cx)
    case 'unreachable':
    case 'too-big':
    case 'time-exceeded':
    case 'parameter-problem': return hearError(s, id, payload, cx)
  }
}

const takesFrames = (s: IpState, i: Interface): boolean => i.running && !s.nodes[i.node]!.hung

/** Neighbour discovery is heard by tentative addresses too; Linux, as measured, takes nothing that is sent to them alone. */
function mayHear(s: IpState, i: Interface, address: Ipv6Text): boolean {
  const own = i.addresses[address]
  return own !== undefined && own.state !== 'duplicate' && (own.state !== 'tentative' || s.nodes[i.node]!.profile !== 'linux')
}

const isLinux = (s: IpState, id: PortId): boolean => s.nodes[s.interfaces[id]?.node ?? '' as never]?.profile === 'linux'
