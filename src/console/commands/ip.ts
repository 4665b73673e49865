/**
 * ip(8) for IPv6: addresses, links, routes and neighbours of the partition, as the ip and slaac models have them; what is changed goes through the
 * requests of the ip model and is refused in its words. The models know no IPv4, no queues and no other tables: whoever asks for those hears so.
 * Source: iproute2 6.1 (formats compared with it on `lo` and an Ethernet device); address order and flags of net/ipv6/addrconf.c.
 */
import { entriesOf } from '../../base/id.ts'
import { canonicalIpv6, commonPrefixLength, formatPrefix, masked, parsePrefix, type Ipv6Text } from '../../base/ipv6.ts'
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { Address, Interface, InterfaceId, IpState, Node, NodeId, Route } from '../../models/ip/state.ts'
import { secondsLeft, type HostInterface, type SlaacState } from '../../models/slaac/state.ts'
import { defineCommand, type Command } from '../../shell/kernel/command.ts'
import type { Process } from '../../shell/kernel/process.ts'
import type { Run } from '../../shell/kernel/wait.ts'
import { complain } from '../../shell/tools/io.ts'
import type { Partition } from '../partition.ts'

type Read<T> = DeepReadonly<T>
/** The network of one partition; made anew for each command. */
export interface Network { readonly partition: Partition; readonly id: NodeId; readonly node: Read<Node>; readonly ip: Read<IpState>; readonly slaac: Read<SlaacState> | undefined }
interface Asked extends Network { readonly p: Process; readonly family: 'any' | 'inet6'; readonly oneLine: boolean; readonly brief: boolean }

/** undefined: the world has no network models, or they do not know this partition. */
export function networkOf(partition: Partition): Network | undefined {
  const { world } = partition.door, ip = world['ip'] as Read<IpState> | undefined, id = partition.guest as string as NodeId, node = ip?.nodes[id]
  return ip === undefined || node === undefined ? undefined : { partition, id, node, ip, slaac: world['slaac'] as Read<SlaacState> | undefined }
}

const OBJECTS = ['address', 'addrlabel', 'maddress', 'route', 'rule', 'neighbor', 'neighbour', 'ntable', 'ntbl', 'link', 'l2tp', 'tunnel', 'tuntap', 'token', 'monitor', 'xfrm', 'mroute', 'netns', 'netconf', 'vrf']
export const ip = (partition: Partition): Command => defineCommand({
  name: 'ip', dir: '/usr/sbin',
  *run(p) {
    let family: Asked['family'] = 'any', oneLine = false, brief = false, at = 1
    for (; p.argv[at]?.startsWith('-'); at++) {
      const word = p.argv[at]!.replace(/^--/, '-')
      if (word === '-6' || (/^-f(amily)?$/.test(word) && p.argv[at + 1] === 'inet6' && ++at > 0)) family = 'inet6'
      else if (/^-o(n(e(l(i(ne?)?)?)?)?)?$/.test(word)) oneLine = true
      else if (/^-br(i(ef?)?)?$/.test(word)) brief = true
      else if (/^-V(ersion)?$/.test(word)) { yield* p.out('ip utility, iproute2-6.1.0, libbpf 1.1.2\n'); return 0 }
      else return yield* absent(p, `option ${word}`)
    }
    const word = p.argv[at]
    if (word === undefined) { yield* p.err('Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n'); return 255 }
    const object = OBJECTS.find(each => each.startsWith(word)), rest = p.argv.slice(at + 1)
    if (object === undefined) { yield* p.err(`Object "${word}" is unknown, try "ip help".\n`); return 1 }
    const network = networkOf(partition)
    if (network === undefined) return yield* absent(p, 'without a network of this partition in the scenario')
    const asked: Asked = { ...network, p, family, oneLine, brief }
    switch (object) {
      case 'address': return yield* address(asked, rest)
      case 'link': return yield* link(asked, rest)
      case 'route': return yield* route(asked, rest)
      case 'neighbor': case 'neighbour': return yield* neighbour(asked, rest)
      default: return yield* absent(p, object)
    }
  },
})

const verbOf = (word: string | undefined, verbs: readonly string[]): string | undefined => (word === undefined ? 'show' : verbs.find(verb => verb.startsWith(word)))
function* absent(p: Process, what: string): Run {
  yield* complain(p, `hotspare: ip ${what} is not modelled`)
  return 255
}
function* says(p: Process, text: string, status: number): Run {
  yield* p.err(`${text}\n`)
  return status
}
/** A request of the ip model; its refusals are what ip says. */
function* request({ p, partition }: Asked, event: { readonly type: string; readonly [key: string]: unknown }): Run {
  const no = partition.door.dispatch(event as never)
  return no === undefined ? 0 : yield* says(p, no.text, no.status)
}
const idOf = ({ ip, node }: Network, name: string): InterfaceId | undefined => node.interfaces.find(id => ip.interfaces[id]!.name === name)
/** `dev X`, or X alone; what else stands there is the second answer. */
function device(words: readonly string[]): [name: string | undefined, rest: string[]] {
  const rest = [...words], at = rest.indexOf('dev')
  if (at >= 0) return [rest.splice(at, 2)[1], rest]
  return [rest.shift(), rest]
}

// Links.

/** An interface as it is listed; `i` is null for the loopback. */
export interface Shown { readonly index: number; readonly name: string; readonly id: InterfaceId | null; readonly i: Read<Interface> | null }
/** The loopback and the interfaces of the scenario with their numbers, or the one of this name. */
export function* shown({ node, ip }: Network, only?: string): Generator<Shown> {
  if (only === undefined || only === 'lo') yield { index: 1, name: 'lo', id: null, i: null }
  for (const [n, id] of node.interfaces.entries()) {
    const i = ip.interfaces[id]!
    if (only === undefined || only === i.name) yield { index: n + 2, name: i.name, id, i }
  }
}
const carrierOf = ({ partition }: Network, id: InterfaceId): boolean => (partition.door.world['net'] as { ports: Record<string, { carrier: boolean }> } | undefined)?.ports[id]?.carrier === true
/** Flags and operational state. */
export function stateOf(network: Network, { i, id }: Pick<Shown, 'i' | 'id'>): { flags: string; state: 'UNKNOWN' | 'UP' | 'DOWN' } {
  if (i === null) return { flags: 'LOOPBACK,UP,LOWER_UP', state: 'UNKNOWN' }
  const carrier = carrierOf(network, id!)
  return !i.up ? { flags: 'BROADCAST,MULTICAST', state: 'DOWN' } : carrier ? { flags: 'BROADCAST,MULTICAST,UP,LOWER_UP', state: 'UP' } : { flags: 'NO-CARRIER,BROADCAST,MULTICAST,UP', state: 'DOWN' }
}
/** `full`: asked of the link itself; a list of addresses of one family knows less. */
function head(asked: Asked, one: Shown, full: boolean, mode = ''): string {
  const { flags, state } = stateOf(asked, one), { index, name, i } = one
  const queue = i === null ? ' qdisc noqueue' : i.up ? ' qdisc pfifo_fast' : ' qdisc noop'
  return `${index}: ${name}: <${flags}> mtu ${i?.linkMtu ?? 65_536}${full ? queue : ''} state ${state}${full ? `${mode} group default` : ''} qlen 1000`
}
const hardware = ({ i }: Shown): string => (i === null ? 'link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00' : `link/ether ${i.mac} brd ff:ff:ff:ff:ff:ff`)

function* link(asked: Asked, words: readonly string[]): Run {
  const { p, oneLine, brief } = asked, verb = verbOf(words[0], ['add', 'set', 'change', 'replace', 'delete', 'show', 'lst', 'list', 'help'])
  if (verb === 'set' || verb === 'change') return yield* setLink(asked, words.slice(1))
  if (verb !== 'show' && verb !== 'lst' && verb !== 'list') return verb === undefined ? yield* says(p, `Command "${words[0]!}" is unknown, try "ip link help".`, 255) : yield* absent(p, `link ${verb}`)
  const [name, rest] = device(words.slice(1)), all = [...shown(asked, name)]
  if (rest.length > 0 || name === 'up' || name === 'type' || name === 'group') return yield* absent(p, `link show ${words.slice(1).join(' ')}`)
  if (name !== undefined && all.length === 0) return yield* says(p, `Device "${name}" does not exist.`, 1)
  yield* p.out(all.map(one => {
    const { flags, state } = stateOf(asked, one)
    return brief ? `${one.name.padEnd(16)} ${state.padEnd(14)} ${one.i?.mac ?? '00:00:00:00:00:00'} <${flags}> \n` : `${head(asked, one, true, ' mode DEFAULT')}${oneLine ? '\\' : '\n'}    ${hardware(one)}\n`
  }).join(''))
  return 0
}
function* setLink(asked: Asked, words: readonly string[]): Run {
  const { p } = asked, [name, rest] = device(words)
  if (name === undefined) return yield* says(p, 'Not enough information: "dev" argument is required.', 255)
  const id = idOf(asked, name)
  if (id === undefined && name !== 'lo') return yield* says(p, `Cannot find device "${name}"`, 1)
  if (id === undefined || rest.length !== 1 || (rest[0] !== 'up' && rest[0] !== 'down')) return yield* absent(p, `link set ${words.join(' ')}`)
  return yield* request(asked, { type: 'ip.setInterface', interface: id, up: rest[0] === 'up' })
}

// Addresses.

/** The word for the scope of an address. */
export const scopeOf = (text: Ipv6Text): string => (/^fe[89ab]/.test(text) ? 'link' : /^fe[c-f]/.test(text) ? 'site' : text === '::1' ? 'host' : 'global')
const WIDTH = ['host', 'link', 'site', 'global']
/** The kernel puts a new one before those of its scope, and wider scopes first. */
export function addressesOf(i: Read<Interface>): [Ipv6Text, Read<Address>][] {
  const all = entriesOf(i.addresses).map(([text, a]): [Ipv6Text, Read<Address>] => [text, a]).reverse()
  return all.sort(([a], [b]) => WIDTH.indexOf(scopeOf(b)) - WIDTH.indexOf(scopeOf(a)))
}
const lifetime = (seconds: number | null): string => (seconds === null ? 'forever' : `${seconds}sec`)
function addressLines(text: Ipv6Text, a: Read<Address>, host: Read<HostInterface> | undefined, now: Micros): [string, string] {
  const formed = host?.addresses.find(each => each.address === text), dynamic = a.origin === 'ra' || a.origin === 'temporary'
  const flags = [
    a.origin === 'temporary' && 'temporary', !a.dad && 'nodad', a.state === 'optimistic' && 'optimistic', a.state === 'duplicate' && 'dadfailed', a.deprecated && 'deprecated',
    (a.state === 'tentative' || a.state === 'optimistic' || a.state === 'duplicate') && 'tentative', dynamic && 'dynamic', a.origin === 'ra' && 'mngtmpaddr',
  ].filter(flag => flag !== false)
  const valid = formed === undefined ? null : secondsLeft(formed.validUntil, now), preferred = a.deprecated ? 0 : formed === undefined ? null : secondsLeft(formed.preferredUntil, now)
  return [`inet6 ${text}/${a.length} scope ${scopeOf(text)} ${flags.map(flag => `${flag} `).join('')}`, `valid_lft ${lifetime(valid)} preferred_lft ${lifetime(preferred)}`]
}
function* address(asked: Asked, words: readonly string[]): Run {
  const { p } = asked, verb = verbOf(words[0], ['add', 'change', 'chg', 'replace', 'delete', 'show', 'lst', 'list', 'flush', 'save', 'help'])
  if (verb === undefined) return yield* says(p, `Command "${words[0]!}" is unknown, try "ip address help".`, 255)
  if (verb === 'add' || verb === 'delete') return yield* changeAddress(asked, verb, words.slice(1))
  if (verb !== 'show' && verb !== 'lst' && verb !== 'list') return yield* absent(p, `address ${verb}`)
  let rest = words.slice(1), scope: string | undefined
  const at = rest.indexOf('scope')
  if (at >= 0) [scope, rest] = [rest[at + 1], [...rest.slice(0, at), ...rest.slice(at + 2)]]
  const [name, more] = device(rest)
  if (more.length > 0 || ['to', 'up', 'permanent', 'dynamic', 'label', 'tentative', 'deprecated', 'dadfailed', 'temporary'].includes(name ?? '')) return yield* absent(p, `address show ${words.slice(1).join(' ')}`)
  const all = [...shown(asked, name)]
  if (name !== undefined && all.length === 0) return yield* says(p, `Device "${name}" does not exist.`, 1)
  yield* p.out(all.map(one => addressText(asked, one, name !== undefined, scope)).join(''))
  return 0
}
function addressText(asked: Asked, one: Shown, alone: boolean, scope: string | undefined): string {
  const { node, slaac, partition, family, oneLine, brief } = asked, { now } = partition.door, host = one.id === null ? undefined : slaac?.interfaces[one.id]
  const own: [Ipv6Text, [string, string]][] = one.i === null
    ? [...node.loopback.filter(text => text !== '::1'), '::1'].map(text => [text, [`inet6 ${text}/128 scope ${scopeOf(text)} `, 'valid_lft forever preferred_lft forever']])
    : addressesOf(one.i).map(([text, a]) => [text, addressLines(text, a, host, now)])
  const lines = own.filter(([text]) => scope === undefined || scopeOf(text) === scope)
  if (lines.length === 0 && (family === 'inet6' || scope !== undefined)) return ''
  const length = (text: Ipv6Text): number => one.i?.addresses[text]?.length ?? 128
  if (brief) return `${one.name.padEnd(16)} ${stateOf(asked, one).state.padEnd(14)} ${lines.map(([text]) => `${text}/${length(text)} `).join('')}\n`
  if (oneLine) return lines.map(([, [first, second]]) => `${one.index}: ${one.name}    ${first}\\       ${second}\n`).join('')
  const any = family === 'any'
  return `${head(asked, one, any || alone)}\n${any ? `    ${hardware(one)}\n` : ''}${lines.map(([, [first, second]]) => `    ${first}\n       ${second}\n`).join('')}`
}
function* changeAddress(asked: Asked, verb: 'add' | 'delete', words: readonly string[]): Run {
  const { p } = asked, rest = [...words], at = rest.indexOf('dev'), name = at < 0 ? undefined : rest.splice(at, 2)[1]
  const dad = !rest.includes('nodad'), [text = '', ...more] = rest.filter(word => word !== 'nodad'), slash = text.indexOf('/')
  if (/^\d+(\.\d+){0,3}(\/\d+)?$/.test(text)) return yield* absent(p, `address ${verb} with IPv4`)
  const given = canonicalIpv6(slash < 0 ? text : text.slice(0, slash)), length = slash < 0 ? 128 : Number(text.slice(slash + 1))
  if (given === undefined || !(length >= 0 && length <= 128)) return yield* says(p, `Error: ${asked.family === 'inet6' ? 'inet6' : 'any valid'} prefix is expected rather than "${text}".`, 1)
  if (name === undefined) return yield* says(p, 'Not enough information: "dev" argument is required.', 255)
  if (more.length > 0) return yield* absent(p, `address ${verb} … ${more.join(' ')}`)
  const id = idOf(asked, name)
  if (id === undefined) return name === 'lo' ? yield* absent(p, `address ${verb} dev lo`) : yield* says(p, `Cannot find device "${name}"`, 1)
  if (verb === 'delete') return yield* request(asked, { type: 'ip.removeAddress', interface: id, address: given })
  if (given === '::' || given.startsWith('ff')) return yield* says(p, 'RTNETLINK answers: Cannot assign requested address', 2)
  return yield* request(asked, { type: 'ip.addAddress', interface: id, address: given, length, ...(!dad && { dad }) })
}

// Routes.

/** As the kernel's tree is walked: the more specific of two that overlap first, otherwise by the bits of their prefixes. */
function byTree(a: Read<Route>, b: Read<Route>): number {
  const one = parsePrefix(a.destination)!, other = parsePrefix(b.destination)!, common = commonPrefixLength(one.address, other.address)
  if (common >= Math.min(one.length, other.length)) return other.length - one.length || a.metric - b.metric
  return one.address[common >> 3]! - other.address[common >> 3]!
}
function routeLine(asked: Asked, r: Read<Route>, dev: boolean): string {
  const { ip, slaac, partition } = asked, host = slaac?.interfaces[r.interface], i = ip.interfaces[r.interface]!, isDefault = r.destination === '::/0'
  const until = r.via === null ? r.origin === 'kernel' ? host?.prefixes.find(each => each.prefix === r.destination)?.until : undefined
    : r.origin !== 'ra' ? undefined : isDefault ? host?.routers.find(each => each.address === r.via)?.until : host?.routes.find(each => each.destination === r.destination && each.router === r.via)?.until
  const left = until === undefined ? null : secondsLeft(until, partition.door.now)
  return [
    isDefault ? 'default' : r.destination.replace(/\/128$/, ''), r.via !== null && `via ${r.via}`, dev && `dev ${i.name}`, r.origin !== 'static' && `proto ${r.origin}`, `metric ${r.metric}`,
    !carrierOf(asked, r.interface) && 'linkdown', left !== null && `expires ${left}sec`, r.origin === 'ra' && isDefault && `hoplimit ${i.hopLimit}`, `pref ${r.preference}`,
  ].filter(word => word !== false).join(' ') + '\n'
}
const prefixOf = (text: string): string | undefined => {
  if (text === 'default') return '::/0'
  const prefix = parsePrefix(text.includes('/') ? text : `${text}/128`)
  return prefix && formatPrefix({ address: masked(prefix.address, prefix.length), length: prefix.length })
}
function* route(asked: Asked, words: readonly string[]): Run {
  const { p, node, family } = asked, verb = verbOf(words[0], ['list', 'show', 'lst', 'get', 'add', 'append', 'change', 'chg', 'replace', 'delete', 'test', 'flush', 'save', 'help'])
  if (verb === undefined) return yield* says(p, `Command "${words[0]!}" is unknown, try "ip route help".`, 255)
  if (verb === 'add' || verb === 'delete') return yield* changeRoute(asked, verb, words.slice(1))
  if (verb !== 'show' && verb !== 'lst' && verb !== 'list') return yield* absent(p, `route ${verb}`)
  if (family !== 'inet6') return yield* absent(p, 'route of IPv4 (without -6)')
  const rest = words.slice(1), at = rest.indexOf('dev'), name = at < 0 ? undefined : rest.splice(at, 2)[1], id = name === undefined ? undefined : idOf(asked, name)
  if (name !== undefined && name !== 'lo' && id === undefined) return yield* says(p, `Cannot find device "${name}"`, 1)
  if (rest.length > 1 || ['table', 'proto', 'via', 'root', 'match', 'exact', 'type', 'scope', 'cache'].includes(rest[0] ?? '')) return yield* absent(p, `route show ${words.slice(1).join(' ')}`)
  const only = rest[0] === undefined ? undefined : prefixOf(rest[0])
  if (rest[0] !== undefined && only === undefined) return yield* says(p, `Error: inet6 prefix is expected rather than "${rest[0]}".`, 1)
  yield* p.out([...node.routes].sort(byTree).filter(r => (only === undefined || r.destination === only) && (name === undefined || r.interface === id)).map(r => routeLine(asked, r, name === undefined)).join(''))
  return 0
}
function* changeRoute(asked: Asked, verb: 'add' | 'delete', words: readonly string[]): Run {
  const { p, node } = asked, [text = '', ...rest] = words, found = new Map<string, string>()
  while (rest.length > 0) {
    const [key, value] = rest.splice(0, 2)
    if (!['via', 'dev', 'metric', 'pref'].includes(key!) || value === undefined) return yield* absent(p, `route ${verb} … ${key!}`)
    found.set(key!, value)
  }
  const destination = prefixOf(text), given = found.get('via'), via = given === undefined ? null : canonicalIpv6(given), name = found.get('dev'), metric = Number(found.get('metric') ?? 1024), preference = found.get('pref') ?? 'medium'
  if (destination === undefined) return yield* says(p, `Error: inet6 prefix is expected rather than "${text}".`, 1)
  if (via === undefined) return yield* says(p, `Error: inet6 address is expected rather than "${given!}".`, 1)
  if (!/^(low|medium|high)$/.test(preference) || !Number.isSafeInteger(metric) || metric < 0) return yield* absent(p, `route ${verb} … with such a metric or preference`)
  const known = node.routes.filter(r => r.destination === destination && (given === undefined && verb === 'delete' || r.via === via) && (found.get('metric') === undefined || r.metric === metric))
  const id = name === undefined ? known[0]?.interface : idOf(asked, name)
  if (name !== undefined && id === undefined) return yield* says(p, `Cannot find device "${name}"`, 1)
  if (verb === 'delete') {
    const r = known.find(each => each.interface === id)
    return r === undefined ? yield* says(p, 'RTNETLINK answers: No such process', 2) : yield* request(asked, { type: 'ip.removeRoute', node: asked.id, destination, via: r.via, interface: r.interface })
  }
  if (name === undefined) return yield* absent(p, 'route add without dev')
  if (known.some(r => r.interface === id && r.metric === metric)) return yield* says(p, 'RTNETLINK answers: File exists', 2)
  return yield* request(asked, { type: 'ip.addRoute', node: asked.id, destination, via, interface: id, metric, preference })
}

// Neighbours.

function* neighbour(asked: Asked, words: readonly string[]): Run {
  const { p } = asked, verb = verbOf(words[0], ['add', 'change', 'chg', 'replace', 'delete', 'get', 'show', 'lst', 'list', 'flush', 'help'])
  if (verb !== 'show' && verb !== 'lst' && verb !== 'list') return verb === undefined ? yield* says(p, `Command "${words[0]!}" is unknown, try "ip neigh help".`, 255) : yield* absent(p, `neigh ${verb}`)
  const rest = words.slice(1)
  if (rest.length > 0 && (rest[0] !== 'dev' || rest.length !== 2)) return yield* absent(p, `neigh show ${rest.join(' ')}`)
  const all = [...shown(asked, rest[1])]
  if (rest.length > 0 && all.length === 0) return yield* says(p, `Cannot find device "${rest[1]!}"`, 1)
  let text = ''
  for (const { i, name } of all) for (const [to, n] of i === null ? [] : entriesOf(i.neighbours))
    text += `${to} ${rest.length > 0 ? '' : `dev ${name} `}${n.mac === null ? '' : `lladdr ${n.mac} `}${n.router ? 'router ' : ''}${n.state.toUpperCase()} \n`
  yield* p.out(text)
  return 0
}
