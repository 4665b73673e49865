/**
 * A recorded scenario of router advertisement, read: topology, actions with their times, and what the hosts and the wire were seen to do,
 * in one form for recordings and simulations (`Happening`), so that the two can be compared.
 *
 * What a notification of the kernel says again is left out: an address that keeps its state, a lifetime that is refreshed. A frame seen
 * at several capture points is one frame; its sender is the host with its MAC address, and of two hosts with one address the one at
 * whose port it was seen first. Recordings of many hosts have no frames but a table of delays, from which those frames are made up.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { eui64, formatIpv6, parseIpv6, parseMac, withIdentifier } from '../../src/base/ipv6.ts'
import type { RaTopology } from './ra-topology.ts'

export type Action = { readonly t: number; readonly do: string; readonly ns: string; readonly dev: string | null } & Readonly<Record<string, any>>
type Raw = Record<string, any>

/** One thing that happened to a host, or that it sent. */
export interface Happening {
  /** Seconds since the start of the timeline. */
  readonly at: number
  readonly host: string
  /** What, in words that two equal things have in common. */
  readonly text: string
  /** Lifetimes of an advertisement's prefixes, valid and preferred in turn: they may be a second off where they shrink. */
  readonly lifetimes?: readonly number[]
  /** The end of a lifetime brought it about, which comes late. */
  readonly expiry?: boolean
  /** May be there or not: the end of a lifetime had come and was not yet noticed. */
  readonly optional?: boolean
  /** Frames: who has it sent is known only by its MAC address, which these have. */
  readonly perhaps?: readonly string[]
}
export interface Interface { readonly host: string; readonly device: string; readonly mac: string }
export interface Recording {
  readonly name: string
  readonly topology: RaTopology
  readonly interfaces: readonly Interface[]
  readonly actions: readonly Action[]
  readonly files: ReadonlyMap<string, string>
  readonly endsAt: number
  /** The part of a second by the wall clock at which the timeline begins. */
  readonly fraction: number
  /** Were frames recorded? */
  readonly captured: boolean
  /** A verdict for each of many cases was recorded. */
  readonly table: boolean
  /** Hosts at whose ports frames were recorded. */
  readonly points: ReadonlySet<string>
  /** Only the times of the advertisements are known. */
  readonly timesOnly: boolean
  readonly happenings: readonly Happening[]
  /** No notifications of the kernel, only how it ended. */
  readonly unheard: boolean
  /** Made from a table of delays: probes, and the first solicitation of each host. */
  readonly tabled: boolean
  /** Unicast solicitations of hosts and what answers them, for the reachable time. */
  readonly probes: readonly { readonly at: number; readonly host: string; readonly target: string; readonly answeredAt: number | null }[]
  readonly echoes: readonly { readonly at: number; readonly host: string; readonly to: string }[]
  /** When advertisements with a prefix were heard, by host. */
  readonly heard: readonly { readonly at: number; readonly host: string }[]
  /** Before the timeline starts: addresses configured by hand. */
  readonly given: readonly { readonly host: string; readonly device: string; readonly address: string; readonly dad: boolean }[]
  /** `ip token` of an interface, where only the addresses tell. */
  readonly tokens: ReadonlyMap<string, string>
  /** When an interface that is up from the beginning came up. */
  readonly upAt: ReadonlyMap<string, number>
}

export const recordingsIn = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true }).filter(entry => entry.isDirectory() && ['timeline.yaml', 'facts.json'].every(file => existsSync(join(dir, entry.name, file)))).map(({ name }) => name).sort()

export function readRecording(dir: string, name: string): Recording {
  const folder = join(dir, name), files = new Map<string, string>()
  for (const file of readdirSync(folder)) if (file.endsWith('.conf')) files.set(file, readFileSync(join(folder, file), 'utf8'))
  return recordingOf(name, parse(readFileSync(join(folder, 'timeline.yaml'), 'utf8')), JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')), files)
}

export function recordingOf(name: string, written: Raw, facts: Raw, files: ReadonlyMap<string, string>): Recording {
  const topology = written['topology'] as RaTopology, interfaces = interfacesOf(topology)
  const actions = ((written['timeline'] ?? []) as Action[]).map(action => settled(action, facts)).sort((a, b) => a.t - b.t)
  const addressEvents = facts['addressEvents'] as Raw[] ?? [], others = facts['otherEvents'] as Raw[] ?? []
  const random = hostsWithRandomAddresses(topology, actions)
  const masks = new Map<string, string>()
  for (const { ns, addr, flags } of addressEvents) if (flags.includes('temporary') || random.has(ns)) masks.set(`${ns} ${bare(addr)}`, masked(bare(addr), flags.includes('temporary')))
  const everywhere = new Map([...masks].map(([key, text]) => [key.split(' ')[1]!, text]))
  const mask = (host: string, address: string): string => masks.get(`${host} ${bare(address)}`) ?? bare(address)
  const told = [...addressEvents, ...others].sort((a, b) => a.t - b.t)
  const raw = [...facts['ra'] ?? [], ...facts['icmp6'] ?? []].sort((a, b) => a.t - b.t) as Raw[]
  const frames = senders(raw.filter(frame => !injected(frame, actions)), interfaces, written)
  const fleet = facts['derived'] ?? {}, unheard = told.length === 0 && facts['finalAddresses'] !== undefined
  const ends = (unheard ? Object.entries(facts['finalAddresses'] as Record<string, Raw[]>) : []).flatMap(([host, list]) => list.map(({ addr, flags }) => ({
    at: facts['endedAt'], host, text: `ends with ${addr} ${flags.includes('dadfailed') ? 'duplicate' : flags.includes('tentative') ? 'tentative' : flags.includes('deprecated') ? 'deprecated' : 'preferred'}` })))
  if (unheard) assign(frames, new Set(ends.filter(({ text }) => text.endsWith('duplicate')).map(({ host }) => host)))
  const sent = [...(unheard ? frames.filter(({ frame }) => frame['kind'] !== 'RS') : frames).flatMap(frame => frameHappening(frame, mask, address => everywhere.get(address) ?? address)), ...fleetFrames(fleet, addressEvents), ...gapFrames(fleet, interfaces, actions)]
  const points = hostsByPoint(written)
  const renewals = (one: Happening): Happening => !/temporary in \S+( preferred)?$/.test(one.text) || others.some(e => e['ev'] === 'prefix' && e['ns'] === one.host && e['t'] <= one.at + 0.05 && e['t'] > one.at - (one.text.startsWith('probes') ? 1.15 : 2.2)) ? one : { ...one, expiry: true }
  const happenings = [...addressHappenings(told, mask), ...routeHappenings(told), ...sent, ...ends].map(renewals).sort((a, b) => a.at - b.at)
  const first = new Map(actions.filter(action => action.do.startsWith('link_')).toReversed().map(action => [`${action.ns}.${action.dev}`, action.do]))
  const downAtFirst = new Set([...first].flatMap(([name, what]) => what === 'link_up' ? [name] : []))
  const given = new Map(told.filter(e => e['ev'] === 'addr+' && e['t'] < 0 && !e['addr'].startsWith('fe80') && !e['flags'].includes('mngtmpaddr'))
    .map(e => [`${e['ns']} ${e['dev']} ${e['addr']}`, { host: e['ns'], device: e['dev'], address: e['addr'], dad: !e['flags'].includes('nodad') }]))
  return {
    name, topology, interfaces, actions: unheard ? actions.map(action => lateCarrier(action, sent, host => [...points.values()].find(hosts => hosts.has(host)))) : actions, files, endsAt: facts['endedAt'] ?? actions.at(-1)?.t ?? 0, fraction: fleet.t0SecondFraction ?? 0,
    captured: raw.length > 0, unheard, points: new Set([...points.values()].flatMap(hosts => [...hosts])), tabled: Array.isArray(fleet.hosts), table: facts['cases'] !== undefined, timesOnly: fleet.gapsPerInterface !== undefined && raw.length === 0, happenings, given: [...given.values()],
    probes: probesOf(frames), echoes: frames.flatMap(({ at, host, frame }) => frame['kind'] === 'ECHO' && host !== null ? [{ at, host, to: frame['dst'] as string }] : []),
    heard: others.flatMap(e => e['ev'] === 'prefix' ? [{ at: e['t'] as number, host: e['ns'] as string }] : []),
    tokens: tokensOf(addressEvents, interfaces, topology, actions),
    upAt: new Map(interfaces.filter(({ host, device }) => !downAtFirst.has(`${host}.${device}`)).map(({ host, device }) => [`${host}.${device}`, upSince(host, sent, told)])),
  }
}

/**
 * When an action took effect, where that is recorded: the kernel looks at the carrier of a new link at most once a second, and a daemon
 * that is started takes some hundredths of a second, on a busy machine more than a tenth, before it speaks.
 */
function settled(action: Action, { otherEvents = [], ra = [] }: Raw): Action {
  const { t, ns } = action
  if (action.do === 'link_up') {
    const running = (otherEvents as Raw[]).find(e => e['ev'] === 'link' && e['ns'] === ns && e['dev'] === action.dev && e['running'] && e['t'] >= t && e['t'] < t + 1.5)
    return running === undefined || running['t'] < t + 0.1 ? action : { ...action, carrierAt: running['t'] }
  }
  if (action.do === 'radvd_start') {
    const first = (ra as Raw[]).find(e => e['t'] >= t)
    return first === undefined || first['t'] < t + START_UP + 0.08 || first['t'] > t + START_UP + 0.15 ? action : { ...action, t: first['t'] - START_UP }
  }
  return action
}
const START_UP = 0.02
/**
 * The same where the kernel was not listened to: a probe more than a second after the action, or after another's that would have
 * silenced it, which it cannot have heard.
 */
function lateCarrier(action: Action, sent: readonly Happening[], near: (host: string) => ReadonlySet<string> | undefined): Action {
  const probe = action.do !== 'link_up' ? undefined : sent.find(({ host, at, text }) => host === action.ns && at > action.t && text.startsWith('probes'))
  if (probe === undefined || probe.at > action.t + 2.2) return action
  const unheard = sent.find(({ host, at, text }) => host !== action.ns && near(action.ns)?.has(host) === true && text === probe.text && at > action.t && at < probe.at)
  const from = Math.max(probe.at > action.t + 1.15 ? probe.at - 0.5 : action.t, unheard === undefined ? 0 : unheard.at + 0.01)
  return from > action.t ? { ...action, carrierAt: from } : action
}

/** Half a second before its probe, which comes up to a second later than the interface. */
function upSince(host: string, sent: readonly Happening[], told: readonly Raw[]): number {
  const probe = sent.find(one => one.host === host && one.at < 0.2 && one.text.startsWith('probes fe80'))
  if (probe !== undefined) return probe.at - 0.5
  const ready = told.find(e => e['ns'] === host && e['ev'] === 'addr+' && e['addr'].startsWith('fe80') && e['t'] < 1.2)
  return Math.max(-3, ready === undefined ? -3 : ready['t'] > -0.25 ? ready['t'] - 1.5 : -3)
}

/** The second half of what was formed from a prefix, where that is neither of the hardware address nor of a secret. */
function tokensOf(addressEvents: readonly Raw[], interfaces: readonly Interface[], topology: RaTopology, actions: readonly Action[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { host, device, mac } of interfaces) {
    const words = JSON.stringify([topology.namespaces[host]?.sysctl ?? {}, actions.filter(({ ns, command }) => ns === host && command !== undefined)])
    if (/addr_gen_mode|stable_secret/.test(words)) continue
    const own = withIdentifier(parseIpv6('fe80::')!, eui64(parseMac(mac)!)).slice(8).join()
    for (const { ns, dev, addr, proto } of addressEvents) {
      const bytes = parseIpv6(bare(addr))!
      if (ns !== host || dev !== device || proto !== 'kernel_ra' || addr.startsWith('fe80') || bytes.slice(8).join() === own) continue
      found.set(`${host}.${device}`, formatIpv6(Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, ...bytes.slice(8)])))
    }
  }
  return found
}

export function interfacesOf({ namespaces, links }: RaTopology): Interface[] {
  const isNode = (ns: string): boolean => (namespaces[ns]?.role ?? 'switch') !== 'switch'
  return links.flatMap(link => link.kind === 'veth' ? [[link.a, link.macA], [link.b, link.macB]] : [[link.dev, link.mac]])
    .flatMap(([name, mac]) => {
      const dot = name!.indexOf('.'), host = name!.slice(0, dot)
      return isNode(host) ? [{ host, device: name!.slice(dot + 1), mac: mac! }] : []
    })
}

/** addr_gen_mode 3: a secret that nobody knows. */
export function hostsWithRandomAddresses({ namespaces }: RaTopology, actions: readonly Action[]): Set<string> {
  const hosts = Object.keys(namespaces).filter(ns => Object.entries(namespaces[ns]!.sysctl ?? {}).some(([name, value]) => name.endsWith('.addr_gen_mode') && Number(value) === 3))
  return new Set([...hosts, ...actions.flatMap(({ ns, command = '' }) => /addr_gen_mode=3/.test(command) ? [ns] : [])])
}

const bare = (address: string): string => address.replace(/\/\d+$/, '')
/** An address with a part that is random, in words that two such addresses have in common. */
export const masked = (address: string, temporary: boolean): string => `${temporary ? 'temporary' : 'random'} in ${address.split(':').slice(0, 2).join(':')}`

/** What the timeline itself put on the wire, seen within this time. */
const SEEN_WITHIN = 0.06
const injected = ({ t, srcMac, dst }: Raw, actions: readonly Action[]): boolean => actions.some(action => action.do === 'send_frame'
  && t > action.t - 0.01 && t < action.t + SEEN_WITHIN && action['frame'].slice(12, 24) === srcMac.replaceAll(':', '') && (dst === undefined || hexOf(dst) === action['frame'].slice(76, 108)))
const hexOf = (address: string): string => Array.from(parseIpv6(address)!, octet => octet.toString(16).padStart(2, '0')).join('')

// rtnetlink.

export type Mask = (host: string, address: string) => string

function addressHappenings(told: readonly Raw[], mask: Mask): Happening[] {
  const states = new Map<string, string>(), all: Happening[] = []
  for (const { t, ns, ev, dev, addr, flags, valid, preferred } of told) {
    if (ev !== 'addr+' && ev !== 'addr-' || dev === 'lo') continue
    const key = `${ns} ${addr}`, tell = (state: string, expiry = false, optional = false) => {
      if (states.get(key) === state) return
      states.set(key, state)
      all.push({ at: t, host: ns, text: `${mask(ns, addr)} ${state}`, ...(expiry && { expiry }), ...(optional && { optional }) })
    }
    if (flags.includes('dadfailed')) tell('duplicate')
    if (ev === 'addr-') {
      tell('gone', valid === 0)
      states.delete(key)
    } else if (flags.includes('optimistic')) tell('optimistic')
    else if (!flags.includes('tentative')) {
      const over = !flags.includes('deprecated') && preferred === 0 && valid !== 0 && states.get(key) !== 'preferred'
      const near = told.some(e => e['ev'] === 'prefix' && e['ns'] === ns && Math.abs(e['t'] - t) < 0.1)
      if (flags.includes('deprecated')) tell('deprecated', (!near || flags.includes('temporary')) && states.get(key) === 'preferred')
      else tell('preferred', false, over)
    }
  }
  return all
}

function routeHappenings(told: readonly Raw[]): Happening[] {
  return told.flatMap(({ t, ns, ev, dst, via, dev, pref, metric }) => (ev !== 'route+' && ev !== 'route-') || dev === 'lo' ? []
    : [{ at: t, host: ns, text: routeText(ev === 'route+', dst === 'default' ? '::/0' : dst, via ?? null, metric ?? null, pref ?? 'medium') }])
}
export const routeText = (added: boolean, destination: string, via: string | null, metric: number | null, preference: string): string =>
  `route ${added ? '+' : '-'} ${destination}${via === null ? '' : ` via ${via}`} metric ${metric} ${preference}`

// The wire.

interface Sighting { readonly at: number; host: string | null; perhaps: readonly string[]; readonly frame: Raw }

/** One of several sightings of a frame: the first. What comes back to where it came from is seen twice there. */
const SAME_FRAME = 0.05

function senders(raw: readonly Raw[], interfaces: readonly Interface[], written: Raw): Sighting[] {
  const seen: { at: number; key: string; own: string | undefined; points: Set<string>; sighting: Sighting }[] = [], all: Sighting[] = []
  const hostAt = hostsByPoint(written), reflecting = JSON.stringify(written['topology']).includes('hairpin":["') || written['topology'].links.some((link: Raw) => link['kind'] === 'macvlan')
  for (const frame of raw) {
    if (frame['dir'] === 'in') continue
    const near = hostAt.get(frame['point']), onBridge = near !== undefined && near.size > 1
    const owners = [...new Set(interfaces.filter(({ mac, host }) => mac === frame['srcMac'] && (!onBridge || near.has(host))).map(({ host }) => host))]
    if (owners.length === 0) continue
    const only = near?.size === 1 ? [...near][0] : undefined, own = frame['dir'] === 'out' ? only : undefined
    const key = JSON.stringify([frame['kind'], frame['srcMac'], frame['src'], frame['dst'], frame['target'], frame['routerLifetime'], frame['S'], frame['seq'], (frame['options'] ?? []).map((option: Raw) => option['hex']), onBridge && frame['point']])
    while (seen.length > 0 && seen[0]!.at < frame['t'] - SAME_FRAME) seen.shift()
    const before = seen.find(one => one.key === key && (own === undefined || one.own === undefined || one.own === own) && (reflecting || !one.points.has(frame['point'])))
    const at = own ?? only
    if (before !== undefined) {
      before.points.add(frame['point'])
      if (before.sighting.host === null && at !== undefined && owners.includes(at)) Object.assign(before.sighting, { host: at, perhaps: [] })
      continue
    }
    const host = owners.length === 1 ? owners[0]! : at !== undefined && owners.includes(at) ? at : null
    const sighting = { at: frame['t'], host, perhaps: host === null ? owners : [], frame }
    seen.push({ at: frame['t'], key, own, points: new Set([frame['point']]), sighting })
    all.push(sighting)
  }
  return all
}

/** The host at the other end of the device that was captured, or whose own device it was; of a bridge all that are on it. */
function hostsByPoint(written: Raw): Map<string, ReadonlySet<string>> {
  const peers = new Map<string, string>(), { links, namespaces, switches } = written['topology'] as RaTopology
  for (const link of links) if (link.kind === 'veth') peers.set(link.a, link.b).set(link.b, link.a)
  const hostOf = (name: string): string[] => peers.get(name)?.split('.').slice(0, 1) ?? []
  return new Map(((written['captures'] ?? []) as Raw[]).flatMap(({ tag, ns, dev }) => {
    const bridge = (switches ?? []).find(one => one.ns === ns && one.bridge === dev)
    const hosts = namespaces[ns]?.role !== 'switch' ? [ns] : bridge !== undefined ? bridge.ports.flatMap(port => hostOf(`${ns}.${port}`)) : hostOf(`${ns}.${dev}`)
    return hosts.length === 0 ? [] : [[tag, new Set<string>(hosts)] as const]
  }))
}

/**
 * Clones on one bridge, seen only there: who sent which probe follows from how it ended. A single probe is the winner's, for the other
 * heard it while it waited; of two less than a second apart the first is the loser's, of two further apart the first is the winner's.
 * What they ask routers cannot be told apart and is not compared.
 */
function assign(frames: readonly Sighting[], failed: ReadonlySet<string>): void {
  for (const group of new Set(frames.filter(({ perhaps }) => perhaps.length === 2).map(({ perhaps }) => perhaps.join(' or ')))) {
    const all = frames.filter(({ perhaps }) => perhaps.join(' or ') === group), [a, b] = all[0]!.perhaps as [string, string]
    if (failed.has(a) === failed.has(b)) continue
    const [winner, loser] = failed.has(a) ? [b, a] : [a, b], probes = all.filter(({ frame }) => frame['kind'] === 'NS' && frame['src'] === '::')
    const first = probes.length === 1 || probes[1]!.at - probes[0]!.at >= 1 ? winner : loser
    all.forEach(sighting => {
      sighting.host = sighting === probes[0] ? first : sighting === probes[1] ? first === winner ? loser : winner : winner
      sighting.perhaps = []
    })
  }
}

function frameHappening({ at, host, perhaps, frame }: Sighting, mask: Mask, others: (address: string) => string): Happening[] {
  const described = describe(frame, address => mask(host ?? perhaps[0]!, address), others)
  return described === null ? [] : [{ at, host: host ?? perhaps.join(' or '), ...described, ...(perhaps.length > 0 && { perhaps }) }]
}

/** What is compared of the wire: solicitations of routers, advertisements with their fields, probes, and what defends an address. */
export function describe(frame: Raw, name: (address: string) => string, others: (address: string) => string): { text: string; lifetimes?: number[] } | null {
  switch (frame['kind']) {
    case 'RS': return { text: `solicits from ${name(frame['src'])}` }
    case 'NS': return frame['src'] === '::' ? { text: `probes ${name(frame['target'])}` } : null
    case 'NA': return frame['dst'] === 'ff02::1' && !frame['S'] ? { text: `defends ${name(frame['target'])}` } : null
    case 'RA': {
      const lifetimes: number[] = [], options = (frame['options'] as Raw[]).map(({ hex }) => {
        if (!hex.startsWith('03')) return hex
        lifetimes.push(parseInt(hex.slice(8, 16), 16), parseInt(hex.slice(16, 24), 16))
        return hex.slice(0, 8) + hex.slice(24)
      })
      const { curHopLimit, M, O, H, prf, routerLifetime, reachableTime, retransTimer } = frame
      return { text: `advertises to ${others(frame['dst'])} ${[curHopLimit, M, O, H, prf, routerLifetime, reachableTime, retransTimer].join(' ')} ${options.join(' ')}`, lifetimes }
    }
    default: return null
  }
}

function probesOf(frames: readonly Sighting[]): { at: number; host: string; target: string; answeredAt: number | null }[] {
  return frames.flatMap(({ at, host, frame }) => frame['kind'] !== 'NS' || frame['src'] === '::' || frame['dst'].startsWith('ff') || host === null ? [] : [{
    at, host, target: frame['target'] as string,
    answeredAt: frames.find(other => other.frame['kind'] === 'NA' && other.frame['target'] === frame['target'] && other.frame['dst'] === frame['src'] && other.at >= at && other.at < at + 0.5)?.at ?? null,
  }])
}

// Recordings of many at once: tables of delays instead of frames.

function fleetFrames({ hosts }: Raw, addressEvents: readonly Raw[]): Happening[] {
  if (!Array.isArray(hosts)) return []
  return (hosts as Raw[]).flatMap(({ host, up, dadNs, addressNs, rs }) => {
    const named = (local: boolean): string | undefined => addressEvents.find(e => e['ns'] === host && e['addr'].startsWith('fe80') === local)?.['addr']
    const probe = (local: boolean, delay: number | null): Happening[] => {
      const address = named(local)
      return typeof delay !== 'number' || address === undefined ? [] : [{ at: up + delay, host, text: `probes ${bare(address)}` }]
    }
    return [...probe(true, dadNs), ...probe(false, addressNs), ...(typeof rs === 'number' && named(true) !== undefined ? [{ at: up + rs, host, text: `solicits from ${bare(named(true)!)}` }] : [])]
  })
}

/** The gaps are those of all interfaces of one daemon, by interface number. */
function gapFrames({ gapsPerInterface, firstRaAfterStart }: Raw, interfaces: readonly Interface[], actions: readonly Action[]): Happening[] {
  const start = actions.find(action => action.do === 'radvd_start')
  if (gapsPerInterface === undefined || start === undefined) return []
  const own = interfaces.filter(({ host }) => host === start.ns), numbers = Object.keys(gapsPerInterface).map(Number).sort((a, b) => a - b)
  return numbers.flatMap((number, n) => {
    let at = start.t + firstRaAfterStart.median
    const host = `${start.ns}.${own[n]!.device}`
    return [{ at, host, text: 'advertises' }, ...(gapsPerInterface[number] as number[]).map(gap => ({ at: at += gap, host, text: 'advertises' }))]
  })
}
