/** The events of ports and links, told. A frame is told as who sends it to whom; what is in it stands in the trace. */
import type { DropReason, NetFact, NetRequest } from '../../models/net/events.ts'
import type { Frame } from '../../wire/frame.ts'
import { and, type FactRows, type RequestRows } from './telling.ts'

const DROPPED: Readonly<Record<DropReason, string>> = {
  'port down': 'the port is down', 'no link': 'nothing is plugged in', 'link down': 'the other end is down', cut: 'the link is cut', lost: 'the link has lost it',
  'not for this adapter': 'the adapter does not listen to its address',
}
const some = (ports: readonly string[]): string => ports.length <= 3 ? and(ports) : `${ports.length} ports`
const what = ({ payload, source, destination }: Frame): string => {
  if (payload.kind === 'raw') return `a frame of type 0x${payload.etherType.toString(16).padStart(4, '0')} from ${source} to ${destination}`
  return `${payload.payload.kind === 'protocol' ? 'an IPv6 packet' : `ICMPv6 (${payload.payload.kind})`} from ${payload.source} to ${payload.destination}`
}

export const netRequests: RequestRows<NetRequest> = {
  'net.transmit': { weight: 3, says: e => `${some(e.ports)} ${e.ports.length === 1 ? 'sends' : 'send'} ${what(e.frame)}` },
  'net.inject': { weight: 2, says: e => `a frame of ${e.hex.length / 2} octets leaves ${e.port}` },
  'net.setPort': { weight: 2, says: e => `the adapter of ${e.port} is switched ${e.up ? 'on' : 'off'}` },
  'net.setLink': { weight: 1, says: e => `the cable ${e.link} is ${e.up ? 'plugged in' : 'pulled'}` },
  'net.cut': { weight: 1, says: e => e.towards === undefined ? `${e.link} loses every frame, and nobody is told` : `${e.link} loses every frame towards ${e.towards}, and nobody is told` },
  'net.mend': { weight: 1, says: e => `${e.link} carries frames again` },
  'net.setLoss': { weight: 1, says: e => `${e.link} loses ${e.loss === 0 ? 'no frame' : `${100 * e.loss} % of the frames`}` },
  'net.join': { weight: 3, says: e => `${e.port} listens to ${e.group}` },
  'net.leave': { weight: 3, says: e => `${e.port} no longer listens to ${e.group}` },
  'net.watch': { weight: 3, says: () => 'from now on it is told, too, what happens to links and nobody on them is told' },
}

export const netFacts: FactRows<NetFact> = {
  'net.arrived': { weight: 3, fields: { ports: 'list', frame: 'text', trail: 'list' }, says: e => `${what(e.frame)} has reached ${some(e.ports)}` },
  'net.landed': { weight: 3, fields: { ports: 'list', frame: 'text', trail: 'list' }, says: e => `${what(e.frame)} comes to the end of the way to ${some(e.ports)}` },
  'net.overheard': { weight: 3, fields: { ports: 'list', frame: 'text' }, says: e => `${what(e.frame)} passes ${some(e.ports)}` },
  'net.dropped': { weight: 3, fields: { ports: 'list', reason: 'text' }, says: e => `a frame from ${some(e.ports)} is dropped: ${DROPPED[e.reason]}` },
  'net.altered': { weight: 3, fields: { ports: 'list' }, says: e => `frames at ${some(e.ports)} may fare otherwise from now on` },
  'net.carrierChanged': { weight: 2, fields: { port: 'port', up: 'flag' }, says: e => `${e.port} ${e.up ? 'has a carrier' : 'has no carrier'}` },
}
