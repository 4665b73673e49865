/**
 * A recorded scenario of router advertisement, read: topology, actions with their times, and what the hosts and the wire were seen to do,
 * in one form for recordings and simulations (`Happening`), so that the two can be compared.
 *
 * What a notification of the kernel says again is left out: an address that keeps its state, a lifetime that is refreshed. Recordings of
 * many hosts have no frames but a table of delays, from which those frames are made up.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { eui64, formatIpv6, parseIpv6, parseMac, withIdentifier } from '../../src/base/ipv6.ts'
import {
  assign, bare, fleetFrames, frameHappening, gapFrames, hostsByPoint, injected, masked, probesOf, senders,
  type Action, type Happening, type Interface, type Mask, type Raw,
} from './ra-frames.ts'
import type { RaTopology } from './ra-topology.ts'

export type { Action, Happening, Interface, Mask, Raw } from './ra-frames.ts'

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
  readdirSync(dir).filter(name => ['timeline.yaml', 'facts.json'].every(file => existsSync(join(dir, name, file)))).sort()

export function readRecording(dir: string, name: string): Recording {
  const folder = join(dir, name), files = new Map<string, string>()
  for (const file of readdirSync(folder)) if (file.endsWith('.conf')) files.set(file, readFileSync(join(folder, file), 'utf8'))
  return recordingOf(name, parse(readFileSync(join(folder, 'timeline.yaml'), 'utf8')), JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')), files)
}

export function recordingOf(name: string, written: Raw, facts: Raw, files: ReadonlyMap<string, string>): Recording {
  const topology = written['topology'] as RaTopology, interfaces = interfacesOf(topology), points = hostsByPoint(written), derived = facts['derived'] ?? {}
  const actions = ((written['timeline'] ?? []) as Action[]).map(action => settled(action, facts, interfaces)).sort((a, b) => a.t - b.t)
  const addressEvents = facts['addressEvents'] as Raw[] ?? [], others = facts['otherEvents'] as Raw[] ?? [], told = [...addressEvents, ...others].sort((a, b) => a.t - b.t)
  const heard = others.flatMap(e => e['ev'] === 'prefix' ? [{ at: e['t'] as number, host: e['ns'] as string }] : [])
  const { mask, anybody } = masksOf(addressEvents, hostsWithRandomAddresses(topology, actions))
  const raw = [...facts['ra'] ?? [], ...facts['icmp6'] ?? []].sort((a, b) => a.t - b.t) as Raw[]
  const frames = senders(raw.filter(frame => !injected(frame, actions)), interfaces, written)
  const unheard = told.length === 0 && facts['finalAddresses'] !== undefined, ends = unheard ? endings(facts) : []
  if (unheard) assign(frames, new Set(ends.filter(({ text }) => text.endsWith('duplicate')).map(({ host }) => host)))
  const sent = [
    ...frames.filter(({ frame }) => !unheard || frame['kind'] !== 'RS').flatMap(frame => frameHappening(frame, mask, anybody)),
    ...fleetFrames(derived, addressEvents), ...gapFrames(derived, interfaces, actions),
  ]
  const near = (host: string): ReadonlySet<string> | undefined => [...points.values()].find(hosts => hosts.has(host))
  const firstLinkAction = ({ host, device }: Interface): string | undefined => actions.find(({ do: what, ns, dev }) => what.startsWith('link_') && ns === host && dev === device)?.do
  return {
    name, topology, interfaces, files, endsAt: facts['endedAt'] ?? actions.at(-1)?.t ?? 0, fraction: derived.t0SecondFraction ?? 0,
    actions: unheard ? actions.map(action => lateCarrier(action, sent, near)) : actions,
    captured: raw.length > 0, unheard, tabled: Array.isArray(derived.hosts), timesOnly: derived.gapsPerInterface !== undefined && raw.length === 0,
    points: new Set([...points.values()].flatMap(hosts => [...hosts])),
    happenings: [...addressHappenings(told, mask), ...routeHappenings(told), ...sent, ...ends]
      .map(one => isRenewal(one, heard) ? { ...one, expiry: true } : one).sort((a, b) => a.at - b.at),
    probes: probesOf(frames), echoes: frames.flatMap(({ at, host, frame }) => frame['kind'] === 'ECHO' && host !== null ? [{ at, host, to: frame['dst'] as string }] : []),
    heard, given: givenBefore(told), tokens: tokensOf(addressEvents, interfaces, topology, actions),
    upAt: new Map(interfaces.filter(one => firstLinkAction(one) !== 'link_up').map(({ host, device }) => [`${host}.${device}`, upSince(host, sent, told)])),
  }
}

/** Addresses with a random part, in words that two of a kind have in common; `anybody` where it is not known whose it is. */
function masksOf(addressEvents: readonly Raw[], random: ReadonlySet<string>): { mask: Mask; anybody: (address: string) => string } {
  const masks = new Map<string, string>(), everywhere = new Map<string, string>()
  for (const { ns, addr, flags } of addressEvents) {
    if (!flags.includes('temporary') && !random.has(ns)) continue
    const text = masked(bare(addr), flags.includes('temporary'))
    masks.set(`${ns} ${bare(addr)}`, text)
    everywhere.set(bare(addr), text)
  }
  return { mask: (host, address) => masks.get(`${host} ${bare(address)}`) ?? bare(address), anybody: address => everywhere.get(address) ?? address }
}

/** A temporary address whose turn has come because the last one ends, not because an advertisement was heard. */
const isRenewal = ({ host, at, text }: Happening, heard: Recording['heard']): boolean =>
  /temporary in \S+( preferred)?$/.test(text) && !heard.some(one => one.host === host && one.at <= at + 0.05 && one.at > at - (text.startsWith('probes') ? 1.15 : 2.2))

/** How it ended, where the kernel was not listened to. */
function endings({ finalAddresses, endedAt }: Raw): Happening[] {
  const stateOf = (flags: readonly string[]): string => flags.includes('dadfailed') ? 'duplicate' : ['tentative', 'deprecated'].find(flag => flags.includes(flag)) ?? 'preferred'
  return Object.entries(finalAddresses as Record<string, Raw[]>).flatMap(([host, list]) => list.map(({ addr, flags }) => ({ at: endedAt, host, text: `ends with ${addr} ${stateOf(flags)}` })))
}

/** Once each: the monitor tells of those that are there already, too. */
function givenBefore(told: readonly Raw[]): Recording['given'] {
  const own = told.filter(e => e['ev'] === 'addr+' && e['t'] < 0 && !e['addr'].startsWith('fe80') && !e['flags'].includes('mngtmpaddr'))
  return [...new Map(own.map(e => [`${e['ns']} ${e['dev']} ${e['addr']}`, { host: e['ns'], device: e['dev'], address: e['addr'], dad: !e['flags'].includes('nodad') }])).values()]
}

/**
 * When an action took effect, where that is recorded: the kernel looks at the carrier of a new link at most once a second, and a daemon
 * that is started takes some hundredths of a second, on a busy machine more than a tenth, before it speaks.
 */
function settled(action: Action, { otherEvents = [], ra = [] }: Raw, interfaces: readonly Interface[]): Action {
  const { t, ns } = action
  if (action.do === 'link_up') {
    const running = (otherEvents as Raw[]).find(e => e['ev'] === 'link' && e['ns'] === ns && e['dev'] === action.dev && e['running'] && e['t'] >= t && e['t'] < t + 1.5)
    return running === undefined || running['t'] < t + 0.1 ? action : { ...action, carrierAt: running['t'] }
  }
  if (action.do === 'radvd_start') {
    const first = (ra as Raw[]).find(e => e['t'] >= t && interfaces.some(({ host, mac }) => host === ns && mac === e['srcMac']))
    return first === undefined || first['t'] < t + START_UP + 0.08 || first['t'] > t + SLOW_START ? action : { ...action, t: first['t'] - START_UP }
  }
  return action
}
const START_UP = 0.02, SLOW_START = 0.3
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

// rtnetlink.

function addressHappenings(told: readonly Raw[], mask: Mask): Happening[] {
  const states = new Map<string, string>(), all: Happening[] = []
  for (const { t, ns, ev, dev, addr, flags, valid, preferred } of told) {
    if (ev !== 'addr+' && ev !== 'addr-' || dev === 'lo') continue
    const key = `${ns} ${addr}`, tell = (state: string, expiry = false, optional = false) => {
      if (states.get(key) === state) return
      states.set(key, state)
      const left = state === 'duplicate' || state === 'gone' ? {} : { left: [secondsOf(valid), secondsOf(preferred)] }
      all.push({ at: t, host: ns, text: `${mask(ns, addr)} ${state}`, ...left, ...(expiry && { expiry }), ...(optional && { optional }) })
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

const secondsOf = (written: number | string): number => typeof written === 'number' ? written : Infinity

function routeHappenings(told: readonly Raw[]): Happening[] {
  return told.flatMap(({ t, ns, ev, dst, via, dev, pref, metric }) => (ev !== 'route+' && ev !== 'route-') || dev === 'lo' ? []
    : [{ at: t, host: ns, text: routeText(ev === 'route+', dst === 'default' ? '::/0' : dst, via ?? null, metric ?? null, pref ?? 'medium') }])
}
export const routeText = (added: boolean, destination: string, via: string | null, metric: number | null, preference: string): string =>
  `route ${added ? '+' : '-'} ${destination}${via === null ? '' : ` via ${via}`} metric ${metric} ${preference}`

