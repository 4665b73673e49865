/** The events of the IPv6 stacks of nodes, told: a row for each, with its sentence, how much it matters, and its fields. */
import type { IpFact, IpRequest } from '../../models/ip/events.ts'
import { time, type FactRows, type RequestRows } from './telling.ts'

const STATES = {
  tentative: 'is tentative: it is being probed', optimistic: 'is in use while it is being probed', preferred: 'can be used', deprecated: 'is deprecated', duplicate: 'is a duplicate and not used',
} as const
const DOWN = { carrier: 'has no carrier', 'switched off': 'is switched off', 'node down': 'is down with its system', disabled: 'no longer speaks IPv6' } as const
const DROPPED = {
  'no route': 'no route leads there', 'hop limit': 'it has made too many hops', 'unreachable neighbour': 'the next hop does not answer',
  'no source address': 'there is no address it could come from', 'not forwarding': 'it is no router',
} as const
const through = (via: string | null | undefined, id: string): string => via === null || via === undefined ? `on the link of ${id}` : `via ${via} (${id})`
const destination = (prefix: string): string => prefix === '::/0' ? 'its default route' : `a route to ${prefix}`

export const ipRequests: RequestRows<IpRequest> = {
  'ip.setInterface': { weight: 1, says: e => `${e.interface} is switched ${e.up ? 'on' : 'off'}` },
  'ip.setForwarding': { weight: 1, says: e => `forwarding is switched ${e.on ? 'on' : 'off'} on ${e.node}` },
  'ip.disable': { weight: 2, says: e => `IPv6 is to end on ${e.interface}${e.because === undefined ? '' : `: ${e.because}`}` },
  // What a host does by itself is told when it has come of it.
  'ip.addAddress': { weight: e => e.origin === undefined || e.origin === 'static' ? 2 : 3, says: e => `${e.address} is given to ${e.interface}` },
  'ip.removeAddress': { weight: 2, says: e => `${e.address} is taken from ${e.interface}` },
  'ip.setDeprecated': { weight: 3, says: e => `${e.address} of ${e.interface} is to be ${e.deprecated ? 'deprecated' : 'preferred again'}` },
  'ip.addRoute': { weight: 3, says: e => `${e.node} is given ${destination(e.destination)} ${through(e.via, e.interface)}` },
  'ip.removeRoute': { weight: 3, says: e => `${destination(e.destination)} ${through(e.via, e.interface)} is taken from ${e.node}` },
  'ip.setParameters': { weight: 3, says: e => `${e.interface} takes over what a router says of the link` },
  'ip.sendOnLink': { weight: 3, says: e => `${e.interface} sends a packet to ${e.packet.destination}` },
  'ip.announce': { weight: 2, says: e => `${e.interface} tells all neighbours that ${e.address} is its own` },
  'ip.ping': { weight: 3, says: e => `${e.node} pings ${e.to}` },
}

export const ipFacts: FactRows<IpFact> = {
  'ip.interfaceUp': { weight: 2, fields: { interface: 'interface' }, says: e => `${e.interface} is up` },
  'ip.interfaceDown': { weight: 2, fields: { interface: 'interface', because: 'text' }, says: e => `${e.interface} ${DOWN[e.because]}` },
  'ip.addressChanged': {
    weight: e => e.state === 'tentative' ? 3 : 2, fields: { interface: 'interface', address: 'text', length: 'number', state: 'text', origin: 'text' }, says: e => `${e.address} of ${e.interface} ${STATES[e.state]}`,
  },
  'ip.addressRemoved': { weight: 2, fields: { interface: 'interface', address: 'text', length: 'number', state: 'text', origin: 'text' }, says: e => `${e.interface} no longer has ${e.address}` },
  'ip.duplicateFound': {
    weight: 1, label: 'Duplicate', fields: { interface: 'interface', address: 'text', from: 'text' }, says: e => `${e.interface} hears from ${e.from} that ${e.address} is not its own`,
  },
  'ip.dadDue': { weight: 3, fields: { interface: 'interface', address: 'text' }, says: e => `${e.interface} has waited for objections to ${e.address}` },
  'ip.reportDue': { weight: 3, fields: { interface: 'interface' }, says: e => `${e.interface} reports its groups` },
  'ip.disabled': { weight: 1, fields: { interface: 'interface' }, says: e => `IPv6 is off on ${e.interface}` },
  'ip.routeAdded': {
    weight: 3, fields: { node: 'node', destination: 'text', via: 'text', interface: 'interface', metric: 'number', preference: 'text' },
    says: e => `${e.node} has ${destination(e.destination)} ${through(e.via, e.interface)}`,
  },
  'ip.routeRemoved': {
    weight: 3, fields: { node: 'node', destination: 'text', via: 'text', interface: 'interface', metric: 'number', preference: 'text' },
    says: e => `${e.node} has lost ${destination(e.destination)} ${through(e.via, e.interface)}`,
  },
  'ip.neighbourChanged': {
    weight: 3, fields: { interface: 'interface', address: 'text', from: 'text', to: 'text', router: 'flag' },
    says: e => e.to === null ? `${e.interface} forgets its neighbour ${e.address}` : `to ${e.interface} its neighbour ${e.address} is ${e.to}${e.from === null ? '' : `, no longer ${e.from}`}`,
  },
  'ip.routerFlagCleared': { weight: 2, fields: { interface: 'interface', address: 'text' }, says: e => `${e.interface} hears that ${e.address} is no router any more` },
  'ip.neighbourDue': { weight: 3, fields: { interface: 'interface', address: 'text' }, says: e => `${e.interface} looks after its neighbour ${e.address}` },
  'ip.forwardingChanged': { weight: 2, fields: { node: 'node', on: 'flag' }, says: e => e.on ? `${e.node} forwards packets` : `${e.node} forwards nothing any more` },
  'ip.received': { weight: 3, fields: { interfaces: 'list', packet: 'list', from: 'text' }, says: e => `a packet from ${e.packet.source} has reached ${e.interfaces.length === 1 ? e.interfaces[0]! : `${e.interfaces.length} interfaces`}` },
  'ip.parametersSet': { weight: 3, fields: { interface: 'interface' }, says: e => `${e.interface} goes by other parameters of its link` },
  'ip.packetDropped': { weight: 3, fields: { node: 'node', reason: 'text', destination: 'text' }, says: e => `${e.node} drops a packet to ${e.destination}: ${DROPPED[e.reason]}` },
  'ip.pinged': { weight: 3, fields: { node: 'node', to: 'text', sequence: 'number' }, says: e => `${e.node} asks ${e.to} for an echo` },
  'ip.replied': { weight: 3, fields: { node: 'node', to: 'text', sequence: 'number', micros: 'micros' }, says: e => `${e.to} has answered ${e.node} after ${time(e.micros)}` },
  'ip.pingLost': { weight: 3, fields: { node: 'node', to: 'text', sequence: 'number', because: 'text' }, says: e => `${e.to} does not answer ${e.node} (${e.because})` },
}
