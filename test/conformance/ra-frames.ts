/**
 * The frames of a recording: which are one and the same, who has sent them, and what of them is compared.
 *
 * A frame is seen at several capture points within hundredths of a second. Its sender is the host with its MAC address; of clones the
 * one at whose port it was seen first.
 */
import { parseIpv6 } from '../../src/base/ipv6.ts'
import type { RaTopology } from './ra-topology.ts'

export type Action = { readonly t: number; readonly do: string; readonly ns: string; readonly dev: string | null } & Readonly<Record<string, any>>
export type Raw = Record<string, any>
export type Mask = (host: string, address: string) => string

/** One thing that happened to a host, or that it sent. */
export interface Happening {
  /** Seconds since the start of the timeline. */
  readonly at: number
  readonly host: string
  /** What, in words that two equal things have in common. */
  readonly text: string
  /** Lifetimes of an advertisement's prefixes, valid and preferred in turn: they may be a second off where they shrink. */
  readonly lifetimes?: readonly number[]
  /** What an address has left, valid and preferred. */
  readonly left?: readonly number[]
  /** The end of a lifetime brought it about, which comes late. */
  readonly expiry?: boolean
  /** May be there or not: the end of a lifetime had come and was not yet noticed. */
  readonly optional?: boolean
  /** Frames: who has it sent is known only by its MAC address, which these have. */
  readonly perhaps?: readonly string[]
}
export interface Interface { readonly host: string; readonly device: string; readonly mac: string }
export const bare = (address: string): string => address.replace(/\/\d+$/, '')
/** An address with a part that is random, in words that two such addresses have in common. */
export const masked = (address: string, temporary: boolean): string => `${temporary ? 'temporary' : 'random'} in ${address.split(':').slice(0, 2).join(':')}`

/** What the timeline itself put on the wire, seen within this time. */
const SEEN_WITHIN = 0.06
export const injected = ({ t, srcMac, dst }: Raw, actions: readonly Action[]): boolean => actions.some(({ do: what, t: at, frame }) =>
  what === 'send_frame' && t > at - 0.01 && t < at + SEEN_WITHIN && frame.slice(12, 24) === srcMac.replaceAll(':', '') && (dst === undefined || hexOf(dst) === frame.slice(76, 108)))
const hexOf = (address: string): string => Array.from(parseIpv6(address)!, octet => octet.toString(16).padStart(2, '0')).join('')

export interface Sighting { readonly at: number; host: string | null; perhaps: readonly string[]; readonly frame: Raw }

/** One of several sightings of a frame: the first. What comes back to where it came from is seen twice there. */
const SAME_FRAME = 0.05

export function senders(raw: readonly Raw[], interfaces: readonly Interface[], written: Raw): Sighting[] {
  const seen: { at: number; key: string; own: string | undefined; points: Set<string>; sighting: Sighting }[] = [], all: Sighting[] = []
  const hostAt = hostsByPoint(written), { links, switches } = written['topology'] as RaTopology
  const reflecting = (switches ?? []).some(({ hairpin = [] }) => hairpin.length > 0) || links.some(({ kind }) => kind === 'macvlan')
  for (const frame of raw) {
    if (frame['dir'] === 'in') continue
    const near = hostAt.get(frame['point']), onBridge = near !== undefined && near.size > 1
    const owners = [...new Set(interfaces.filter(({ mac, host }) => mac === frame['srcMac'] && (!onBridge || near.has(host))).map(({ host }) => host))]
    if (owners.length === 0) continue
    const only = near?.size === 1 ? [...near][0] : undefined, own = frame['dir'] === 'out' ? only : undefined
    const options = (frame['options'] ?? []).map((option: Raw) => option['hex'])
    const key = JSON.stringify([...['kind', 'srcMac', 'src', 'dst', 'target', 'routerLifetime', 'S', 'seq'].map(name => frame[name]), options, onBridge && frame['point']])
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
export function hostsByPoint(written: Raw): Map<string, ReadonlySet<string>> {
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
export function assign(frames: readonly Sighting[], failed: ReadonlySet<string>): void {
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

export function frameHappening({ at, host, perhaps, frame }: Sighting, mask: Mask, others: (address: string) => string): Happening[] {
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

export function probesOf(frames: readonly Sighting[]): { at: number; host: string; target: string; answeredAt: number | null }[] {
  return frames.flatMap(({ at, host, frame: { kind, src, dst, target } }) => {
    if (kind !== 'NS' || src === '::' || dst.startsWith('ff') || host === null) return []
    const answer = frames.find(({ at: then, frame }) => frame['kind'] === 'NA' && frame['target'] === target && frame['dst'] === src && then >= at && then < at + 0.5)
    return [{ at, host, target: target as string, answeredAt: answer?.at ?? null }]
  })
}

// Recordings of many at once: tables of delays instead of frames.

export function fleetFrames({ hosts }: Raw, addressEvents: readonly Raw[]): Happening[] {
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
export function gapFrames({ gapsPerInterface, firstRaAfterStart }: Raw, interfaces: readonly Interface[], actions: readonly Action[]): Happening[] {
  const start = actions.find(action => action.do === 'radvd_start')
  if (gapsPerInterface === undefined || start === undefined) return []
  const own = interfaces.filter(({ host }) => host === start.ns), numbers = Object.keys(gapsPerInterface).map(Number).sort((a, b) => a - b)
  return numbers.flatMap((number, n) => {
    let at = start.t + firstRaAfterStart.median
    const host = `${start.ns}.${own[n]!.device}`
    return [{ at, host, text: 'advertises' }, ...(gapsPerInterface[number] as number[]).map(gap => ({ at: at += gap, host, text: 'advertises' }))]
  })
}
