/**
 * A frame, packet or message as a table for people: one line per field, one per option, and in the last column what a receiver would
 * object to. Source of the objections: RFC 4861 6.1.1, 6.1.2, 7.1; RFC 6980.
 */
import { isLinkLocal, isMulticast, isUnspecified, parseIpv6 } from '../base/ipv6.ts'
import { encodeIcmpv6, typeOf, type Icmpv6 } from './icmpv6.ts'
import { isFragmented, type Ipv6Packet } from './ipv6.ts'
import type { Frame } from './frame.ts'
import { INFINITE_SECONDS, OPTION_TYPES, type NdOption } from './nd-option.ts'

export interface Line { readonly field: string; readonly value: string; readonly objection?: string }

export function describeFrame({ destination, source, tags, payload, trailer = '' }: Frame): Line[] {
  return [
    { field: 'Ethernet', value: `${source} > ${destination}` },
    ...tags.map(({ vlan, priority, dropEligible, provider }) =>
      ({ field: 'VLAN', value: `${vlan}, priority ${priority}${dropEligible ? ', drop eligible' : ''}${provider === true ? ', provider tag' : ''}` })),
    ...(payload.kind === 'ipv6' ? describePacket(payload) : [line(`type 0x${hex(payload.etherType, 4)}`, payload.bytes, payload.etherType === 0x86dd ? 'no IPv6 packet whose lengths agree' : undefined)]),
    ...(trailer === '' ? [] : [{ field: 'trailer', value: trailer }]),
  ]
}

export function describePacket(packet: Ipv6Packet): Line[] {
  const { source, destination, hopLimit, trafficClass, flowLabel, extensions, payload } = packet
  const objections = payload.kind === 'protocol' ? {} : objectionsTo(packet, payload)
  return [
    line('IPv6', `${source} > ${destination}`, objections.source),
    line('hop limit', `${hopLimit}`, objections.hopLimit),
    ...(trafficClass === 0 ? [] : [line('traffic class', `${trafficClass}`)]),
    ...(flowLabel === 0 ? [] : [line('flow label', `0x${hex(flowLabel, 5)}`)]),
    ...extensions.map(extension => line(extension.header,
      extension.header === 'fragment' ? `offset ${8 * extension.offset}, ${extension.more ? 'more follow' : 'the last'}, id 0x${hex(extension.identification, 8)}`
      : extension.header === 'routing' ? `type ${extension.type}, ${extension.segmentsLeft} segments left`
      : extension.options.map(({ type, value }) => type === 5 ? 'router alert' : `option ${type} ${value}`).join(', '),
      extension.header === 'fragment' ? objections.fragment : undefined)),
    ...(payload.kind === 'protocol' ? [line(`protocol ${payload.protocol}`, payload.bytes)] : describeMessage(payload, objections)),
  ]
}

/** What is wrong with the packet around a message. */
interface Objections { readonly source?: string | undefined; readonly hopLimit?: string | undefined; readonly fragment?: string | undefined; }

export function describeMessage(message: Icmpv6, objections: Objections = {}): Line[] {
  const seconds = (value: number): string => value === INFINITE_SECONDS ? 'infinite' : `${value} s`
  const head = [
    line('ICMPv6', `${TITLES[message.kind] ?? message.kind} (${typeOf(message)}), ${encodeIcmpv6(message).length} bytes`, message.kind === 'malformed' ? 'too short' : undefined),
    ...(message.code === 0 ? [] : [line('code', `${message.code}`, isDiscovery(message) ? 'not 0' : undefined)]),
    ...(message.checksum === undefined ? [] : [line('checksum', `0x${hex(message.checksum, 4)}`, 'wrong')]),
  ]
  const reserved = 'reserved' in message ? [line('reserved', `0x${message.reserved!.toString(16)}`)] : []
  const options = 'options' in message ? message.options.map(option => describeOption(option, seconds)) : []
  switch (message.kind) {
    case 'RA': return [...head,
      line('flags', flags({ managed: message.managed, 'other config': message.otherConfig, 'home agent': message.homeAgent })),
      line('preference', message.preference, message.preference === 'reserved' ? 'taken for medium' : undefined), ...reserved,
      line('router lifetime', `${message.routerLifetimeSeconds} s`), line('current hop limit', orUnspecified(message.hopLimit, '')),
      line('reachable time', orUnspecified(message.reachableTimeMillis, ' ms')), line('retransmit timer', orUnspecified(message.retransTimerMillis, ' ms')), ...options]
    case 'RS': return [...head, ...reserved, ...options]
    case 'NS': return [...head, ...reserved, line('target', message.target), ...options]
    case 'NA': return [...head, line('flags', flags({ router: message.router, solicited: message.solicited, override: message.override })), ...reserved, line('target', message.target), ...options]
    case 'redirect': return [...head, ...reserved, line('target', message.target), line('destination', message.destination), ...options]
    case 'echo-request':
    case 'echo-reply': return [...head, line('identifier', `${message.identifier}`), line('sequence', `${message.sequence}`), line('data', message.data)]
    case 'mld-report': return [...head, ...message.records.map(({ record, group, sources }) => line(record, [group, ...sources].join(' ')))]
    case 'mld-query': return [...head, line('group', message.group), ...(message.v2?.sources ?? []).map(source => line('source', source))]
    case 'mld-v1-report':
    case 'mld-v1-done': return [...head, line('group', message.group)]
    case 'malformed':
    case 'other': return [...head, line('bytes', message.body)]
    default: return [...head, line('parameter', `${message.parameter}`), line('about', message.invoking)]
  }
}

const TITLES: Readonly<Record<string, string>> = { RS: 'router solicitation', RA: 'router advertisement', NS: 'neighbour solicitation', NA: 'neighbour advertisement' }

function describeOption(option: NdOption, seconds: (value: number) => string): Line {
  const field = option.kind === 'unknown' ? nameOfType(option.type) : option.kind
  switch (option.kind) {
    case 'source-link-layer':
    case 'target-link-layer': return line(field, option.address)
    case 'prefix': return line(field, `${option.prefix}/${option.length}, valid ${seconds(option.validSeconds)}, preferred ${seconds(option.preferredSeconds)}, ${
      flags({ 'on-link': option.onLink, autonomous: option.autonomous, 'router address': option.routerAddress, 'DHCPv6-PD preferred': option.dhcpv6PdPreferred })}`,
      option.preferredSeconds > option.validSeconds ? 'preferred longer than valid: ignored' : option.length > 128 ? 'longer than an address' : undefined)
    case 'redirected-header': return line(field, option.packet)
    case 'mtu': return line(field, `${option.mtu}`, option.mtu < 1280 ? 'below 1280: ignored' : undefined)
    case 'interval': return line(field, `${option.intervalMillis} ms`)
    case 'home-agent': return line(field, `preference ${option.preference}, lifetime ${option.lifetimeSeconds} s${option.mobileRouters ? ', mobile routers' : ''}`)
    case 'nonce': return line(field, option.nonce)
    case 'route': return line(field, `${option.prefix}/${option.length}, ${option.preference}, lifetime ${seconds(option.lifetimeSeconds)}`, option.preference === 'reserved' ? 'ignored' : undefined)
    case 'rdnss': return line(field, `${option.servers.join(' ')}, lifetime ${seconds(option.lifetimeSeconds)}`)
    case 'dnssl': return line(field, `${option.names.join(' ')}, lifetime ${seconds(option.lifetimeSeconds)}`)
    case 'captive-portal': return line(field, option.uri)
    case 'nat64-prefix': return line(field, `${option.prefix}/${option.length}, lifetime ${option.lifetimeSeconds} s`)
    case 'unknown': return line(field, option.bytes, field.startsWith('option') ? undefined : 'of a length it must not have: ignored')
    case 'malformed': return line(field, option.bytes, option.bytes.slice(2, 4) === '00' ? 'an option of length zero' : 'an option past the end')
  }
}

function nameOfType(type: number): string {
  return Object.entries(OPTION_TYPES).find(([, number]) => number === type)?.[0] ?? `option ${type}`
}

/** For the five messages of neighbour discovery; others may come from anywhere. */
function objectionsTo(packet: Ipv6Packet, message: Icmpv6): Objections {
  const type = typeOf(message), source = parseIpv6(packet.source)!
  if (!isDiscovery(message)) return {}
  return {
    hopLimit: packet.hopLimit === 255 ? undefined : 'not 255: from beyond this link',
    fragment: isFragmented(packet) ? 'neighbour discovery is never fragmented' : undefined,
    source: isMulticast(source) ? 'a group sends nothing'
      : type === 134 && !isLinkLocal(source) ? 'not link-local'
      : type === 133 && isUnspecified(source) && message.kind === 'RS' && message.options.some(({ kind }) => kind === 'source-link-layer') ? 'no address, but a link-layer option'
      : undefined,
  }
}

const isDiscovery = (message: Icmpv6): boolean => typeOf(message) >= 133 && typeOf(message) <= 137
const line = (field: string, value: string, objection?: string): Line => objection === undefined ? { field, value } : { field, value, objection }
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const orUnspecified = (value: number, unit: string): string => value === 0 ? 'unspecified' : `${value}${unit}`
const flags = (set: Readonly<Record<string, boolean>>): string => Object.keys(set).filter(name => set[name]).join(', ') || 'none'
