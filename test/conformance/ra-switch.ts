/**
 * The row `switch`: who received a frame, copy for copy.
 *
 * The cases of the oracle were measured on macvlan devices under a bridge. The recordings j01 to j13 and e09 hold every ICMPv6 frame that left a
 * namespace and every copy that came into one: each such frame is sent again, at its time and from its address, and the copies are
 * compared, those that passed the uplink with them where that was captured. Their pings are sent again as well, by whole stacks.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { formatMac, macOfGroup, parseIpv6 } from '../../src/base/ipv6.ts'
import { initialWorld } from '../../src/core/model.ts'
import { createSim } from '../../src/core/sim.ts'
import { hypervisor } from '../../src/models/hypervisor/model.ts'
import { ip } from '../../src/models/ip/model.ts'
import type { PortId } from '../../src/models/net/ids.ts'
import { net } from '../../src/models/net/model.ts'
import { vswitch } from '../../src/models/vswitch/model.ts'
import type { Frame } from '../../src/wire/frame.ts'
import { ALL_NODES, BROADCAST, Lan, type Written } from '../models/vswitch/lan.ts'
import { readRecording, recordingsIn } from './ra-recording.ts'
import { recordedPings, run } from './ra-run.ts'
import { sectionsOf, type RaTopology } from './ra-topology.ts'
import type { Row } from './rows.ts'

export interface Unit { readonly id: string; readonly why: string | undefined }
type Counts = Record<string, number>

export function switchRow(ra: string, oracle: string): Omit<Row, 'name'> {
  const read = (file: string): string => readFileSync(join(oracle, file), 'utf8')
  const units = [...oracleUnits(read('veb-vepa-linux-macvlan.json')), ...dadUnits(read('dad-veb-vepa.json')), ...recordedUnits(ra), ...reachUnits(ra)]
  const differs = units.flatMap(({ id, why }) => why === undefined ? [] : [{ id, why }])
  return { passed: units.length - differs.length, total: units.length, differs }
}

// What was measured of single frames.

export interface OracleCase { readonly mode: 'veb' | 'vepa'; readonly reflectiveRelay: boolean; readonly row: string; readonly frame: string; readonly copiesReceived: Counts }

export function oracleUnits(text: string): Unit[] {
  return (JSON.parse(text) as { cases: OracleCase[] }).cases.map(one => ({
    id: `${one.mode} ${one.reflectiveRelay ? 'with' : 'without'} relay ${one.row} ${one.frame}`,
    why: difference(oracleCopies(one, { profile: 'linux-macvlan', mode: one.mode === 'veb' ? 'bridge' : 'vepa' }), one.copiesReceived),
  }))
}

const NOBODY = '02:00:00:00:99:99'

/** The copies that a switch of this kind gives in a case. The bridge outside knows all addresses, as it did; E is a veth, which filters nothing. */
export function oracleCopies({ reflectiveRelay, frame }: OracleCase, kind: Written): Counts {
  const lan = new Lan({
    switches: { S: { ...kind, ports: { S0: {}, S1: {}, S2: {} } }, lan: { profile: 'linux-bridge', ports: { p: { relay: reflectiveRelay }, E: {} } } },
    cables: [{ from: 'S/uplink', to: 'lan/p' }],
  }, ['S0', 'S1', 'S2', ['E', { promiscuous: true }]])
  for (const name of ['S0', 'S1', 'S2', 'E']) lan.copies(name, { to: NOBODY })
  lan.join(ALL_NODES, 'S0', 'S1', 'S2', 'E')
  const [, sender = '', to] = /^(S\d|E)(?:->(\w+))?/.exec(frame)!, counts: Counts = { S0: 0, S1: 0, S2: 0, E: 0 }
  const destination = to === 'self' ? sender : to === 'unknown' ? NOBODY : to ?? (frame.includes('multicast') ? ALL_NODES : BROADCAST)
  const from = frame.includes('spoofed') ? '02:00:00:00:77:77' : /src=(S\d)/.exec(frame)?.[1] ?? sender
  return Object.assign(counts, lan.copies(sender, { to: destination, from }))
}

// What was measured of duplicate address detection over such a switch.

interface DadCase { readonly mode: 'veb' | 'vepa'; readonly reflectiveRelay: boolean; readonly bDadFails: boolean; readonly aReachesB: boolean }

export function dadUnits(text: string): Unit[] {
  const { cases, reflectedOwnNs } = JSON.parse(text) as { cases: DadCase[]; reflectedOwnNs: { enhancedDad: boolean; dadFails: boolean }[] }
  return [
    ...cases.map(({ mode, reflectiveRelay, bDadFails, aReachesB }): Unit => ({
      id: `dad ${mode} ${reflectiveRelay ? 'with' : 'without'} relay`,
      why: difference(duplicates({ profile: 'linux-macvlan', mode: mode === 'veb' ? 'bridge' : 'vepa' }, reflectiveRelay), { 'B fails': +bDadFails, 'A reaches B': +aReachesB }),
    })),
    ...reflectedOwnNs.map(({ enhancedDad, dadFails }): Unit => ({
      id: `dad reflected ${enhancedDad ? 'with' : 'without'} nonces`, why: difference({ fails: +reflectedFails(enhancedDad) }, { fails: +dadFails }),
    })),
  ]
}

const SHARED = '2001:db8::5'

/** A owns an address, then B of the same switch configures it. Then A sends echo requests to another address of B. */
export function duplicates(kind: Written, relay: boolean): Counts {
  const stacks = stacksOf({
    vswitch: {
      switches: { S: { ...kind, ports: { A: {}, B: {} } }, lan: { profile: 'linux-bridge', ports: { p: { relay }, E: {} } } },
      cables: [{ from: 'S/uplink', to: 'lan/p' }],
    },
    ip: { nodes: { A: hostWith('2001:db8::a/64', `${SHARED}/64`), B: hostWith('2001:db8::b/64'), E: hostWith() } },
  })
  stacks.runUntil(5e6)
  stacks.dispatch({ type: 'ip.addAddress', interface: 'B.eth0', address: SHARED })
  stacks.runUntil(10e6)
  const before = stacks.events.length
  stacks.dispatch({ type: 'ip.ping', node: 'A', to: '2001:db8::b' })
  stacks.runUntil(15e6)
  return { 'B fails': +(stacks.stateOf('B.eth0', SHARED) === 'duplicate'), 'A reaches B': +stacks.events.slice(before).some(({ type }) => type === 'ip.replied') }
}

/** A host behind a port that reflects hears its own probe. */
export function reflectedFails(enhancedDad: boolean): boolean {
  const stacks = stacksOf({
    vswitch: { switches: { lan: { profile: 'linux-bridge', ports: { A: { relay: true }, B: {} } } } },
    ip: { nodes: { A: { profile: 'linux', interfaces: { eth0: { enhancedDad } } }, B: hostWith() } },
  })
  stacks.dispatch({ type: 'ip.addAddress', interface: 'A.eth0', address: SHARED })
  stacks.runUntil(10e6)
  return stacks.stateOf('A.eth0', SHARED) === 'duplicate'
}

const hostWith = (...addresses: string[]): Written => ({ profile: 'linux', interfaces: { eth0: { addresses } } })

function stacksOf(sections: { vswitch: Written; ip: Written }) {
  const models = [hypervisor, net, vswitch, ip], events: { type: string }[] = []
  const configs = { hypervisor: hypervisor.config.parse({}), net: net.config.parse({}), vswitch: vswitch.config.parse(sections.vswitch), ip: ip.config.parse(sections.ip) }
  const sim = createSim({ models, seed: 1, world: initialWorld(models, configs as never), onEntry: ({ event }: { event: { type: string } }) => void events.push(event) } as never) as unknown as Stacks
  return {
    events, runUntil: (t: number) => sim.runUntil(t), dispatch: (request: unknown) => sim.dispatch(request),
    stateOf: (at: string, address: string): string | undefined => sim.world.ip.interfaces[at]?.addresses[address]?.state,
  }
}
interface Stacks { runUntil: (t: number) => void; dispatch: (request: unknown) => unknown; world: { ip: { interfaces: Record<string, { addresses: Record<string, { state: string }> }> } } }

// Recorded scenarios.

interface Seen { readonly t: number; readonly point: string; readonly dir?: 'in' | 'out'; readonly srcMac: string; readonly src: string; readonly dst: string; readonly kind: string; readonly checksum: string; readonly target?: string; readonly records?: { record: string; group: string }[] }
interface Step { readonly t: number; readonly do: string; readonly ns: string; readonly dev?: string }
interface Timeline { readonly topology: RaTopology; readonly captures: { tag: string; ns: string; dev: string }[]; readonly timeline: Step[] }
interface Facts { readonly ra: Seen[]; readonly icmp6: Seen[]; readonly otherEvents: { t: number; ns: string; dev?: string; running?: boolean }[] }

export function recordedUnits(dir: string): Unit[] {
  return readdirSync(dir).sort().flatMap(name => {
    const [timeline, facts] = ['timeline.yaml', 'facts.json'].map(file => join(dir, name, file))
    if (!/^(j|e09)/.test(name) || !existsSync(timeline!) || !existsSync(facts!)) return []
    return scenarioUnits(name, parse(readFileSync(timeline!, 'utf8')) as Timeline, JSON.parse(readFileSync(facts!, 'utf8')) as Facts)
  })
}

/** Who reached whom with echo requests, with the stacks of the hosts on top: every ping of the timelines. */
export function reachUnits(dir: string): Unit[] {
  return recordingsIn(dir).filter(name => /^(j|e09)/.test(name)).flatMap(name => {
    const recording = readRecording(dir, name), { happenings } = run(recording)
    return recordedPings(recording).map(({ at, host, text }): Unit => ({
      id: `${name} ${host} at ${at.toFixed(3)} ${text}`,
      why: happenings.some(one => one.at === at && one.host === host && one.text === text) ? undefined : `ours: ${happenings.find(one => one.at === at && one.host === host)?.text ?? 'nothing'}`,
    }))
  })
}

interface Sent { readonly seen: Seen; readonly from: string; readonly received: Counts }

function scenarioUnits(name: string, { topology, captures, timeline }: Timeline, { ra, icmp6, otherEvents }: Facts): Unit[] {
  const all = [...ra, ...icmp6].sort((a, b) => a.t - b.t)
  // Inside a namespace: its name; at a device of the switches' namespace: that device.
  const points = new Map(captures.map(({ tag, ns, dev }) => [tag, dev === 'any' ? ns : `${ns}.${dev}`]))
  const replay = new Replay(topology, timeline.flatMap(step => whenUp(step, all, otherEvents)), all)
  const frames = [...points.values()].every(point => point.includes('.')) ? onWires(all, points) : sentFrames(all, points)
  return frames.map(({ seen, from, received }, n): Unit => {
    const ours = replay.send(seen, from), at = [...points.values()]
    const counts = (of: Counts): Counts => Object.fromEntries(at.map(point => [point, of[point] ?? 0]))
    return { id: `${name} #${n + 1} ${seen.kind} ${from} → ${seen.dst} at ${seen.t.toFixed(3)}`, why: difference(counts(ours), counts(received)) }
  })
}

/** A link that is switched on carries from its first frame on, or from when the kernel says so, whichever is seen first. */
function whenUp(step: Step, all: readonly Seen[], events: Facts['otherEvents']): Step[] {
  if (step.do === 'link_down') return [step]
  if (step.do !== 'link_up') return []
  const said = events.find(({ t, ns, dev, running }) => t >= step.t && ns === step.ns && dev === step.dev && running === true)?.t
  const first = all.find(({ t, point, dir }) => t >= step.t && point.startsWith(`${step.ns}.`) && dir === 'out')?.t
  return [{ ...step, t: Math.min(said ?? Infinity, first ?? Infinity, step.t + 1) }]
}

const keyOf = ({ kind, srcMac, src, dst, checksum }: Seen): string => `${kind} ${srcMac} ${src} ${dst} ${checksum}`

/** Each frame that left a namespace, with the copies seen since, until the same frame leaves again. */
function sentFrames(all: readonly Seen[], points: ReadonlyMap<string, string>): Sent[] {
  const sent = all.filter(({ dir }) => dir === 'out').map((seen): Sent => ({ seen, from: points.get(seen.point)!, received: {} })), byKey = new Map<string, Sent[]>()
  for (const frame of sent) byKey.set(keyOf(frame.seen), [...byKey.get(keyOf(frame.seen)) ?? [], frame])
  for (const seen of all) {
    if (seen.dir === 'out') continue
    // Captures of several devices are not written in exactly the order of things, and twins send the same frame at nearly the same time.
    const point = points.get(seen.point)!, before = (byKey.get(keyOf(seen)) ?? []).filter(each => each.seen.t <= seen.t + 0.001 && seen.t - each.seen.t < 0.5)
    const latest = before.at(-1), frame = before.findLast(each => latest!.seen.t - each.seen.t < 0.005 && (each.received[point] ?? 0) === 0) ?? latest
    if (frame !== undefined) frame.received[point] = (frame.received[point] ?? 0) + 1
  }
  return sent
}

/** Where only the ports of a bridge were captured: a frame leaves where it is seen first, and a port sees it in both directions. */
function onWires(all: readonly Seen[], points: ReadonlyMap<string, string>): Sent[] {
  const sent: Sent[] = [], latest = new Map<string, Sent>()
  for (const seen of all) {
    const point = points.get(seen.point)!, open = latest.get(keyOf(seen)), within = open !== undefined && seen.t - open.seen.t < 0.005
    const frame = within ? open : { seen, from: point, received: {} }
    if (!within) sent.push(frame)
    latest.set(keyOf(seen), frame)
    frame.received[point] = (frame.received[point] ?? 0) + 1
  }
  return sent
}

class Replay {
  private readonly sim
  private readonly counts: Counts = {}
  private readonly changes: { t: number; port: PortId; up: boolean }[]
  private readonly all: readonly Seen[]
  private readonly names = new Map<PortId, string>()
  /** The ports of bridges and of the adapter below macvlan devices, by what a capture calls them. */
  private readonly devices: ReadonlyMap<PortId, string>
  private readonly groups = new Set<string>()
  private readonly macvlan: ReadonlySet<string>

  constructor(topology: RaTopology, changes: readonly Step[], all: readonly Seen[]) {
    const { sections, portOf } = sectionsOf(topology)
    this.all = all
    this.devices = new Map((topology.switches ?? []).flatMap(({ ns, ports }) => ports.map(port => [portOf(ns, port), `${ns}.${port}`] as const)))
    this.macvlan = new Set(topology.links.flatMap(link => link.kind === 'macvlan' ? [link.dev] : []))
    const ports: Written = { ...sections.net['ports'] }
    for (const [node, { interfaces }] of Object.entries<Written>(sections.ip['nodes'])) for (const [device, { mac }] of Object.entries<Written>(interfaces)) {
      const port = portOf(node, device), off = changes.some(step => step.do === 'link_up' && step.ns === node && step.dev === device)
      // A veth has no filter for groups, and a capture hears what is meant for others; a macvlan device gets only the groups it has joined.
      ports[port] = { mac, up: !off, promiscuous: !this.macvlan.has(port) }
      this.names.set(port, node)
    }
    this.changes = changes.map(({ t, ns, dev, do: what }) => ({ t, port: portOf(ns, dev!), up: what === 'link_up' })).sort((a, b) => a.t - b.t)
    const configs = { net: net.config.parse({ ...sections.net, ports }), vswitch: vswitch.config.parse(sections.vswitch) }
    this.sim = createSim({
      models: [net, vswitch], seed: 1, world: initialWorld([net, vswitch], configs as never),
      onEntry: ({ event: { type, ports: at = [] } }: { event: { type: string; ports?: PortId[] } }) => {
        if (type === 'net.arrived') for (const port of at) {
          if (!this.macvlan.has(port)) this.count(this.names.get(port))
          this.count(this.devices.get(port))
        }
        if (type === 'net.transmit') for (const port of at) {
          this.count(this.devices.get(port))
          // What macvlan gives a device is what the capture in it sees.
          const device = port.split('/')[1] ?? ''
          if (this.macvlan.has(device)) this.count(this.names.get(device as PortId))
        }
      },
    } as never) as unknown as { now: number; runUntil: (t: number) => void; dispatch: (request: unknown) => void }
  }

  private count(name: string | undefined): void {
    if (name !== undefined) this.counts[name] = (this.counts[name] ?? 0) + 1
  }

  send(seen: Seen, from: string): Counts {
    // Some frames left before the clock of the timeline began.
    const at = Math.round((seen.t + 60) * 1e6)
    while (this.changes.length > 0 && this.changes[0]!.t <= seen.t) {
      const { port, up } = this.changes.shift()!
      this.sim.dispatch({ type: 'net.setPort', port, up })
    }
    if (at > this.sim.now) this.sim.runUntil(at)
    this.join(seen.t)
    for (const key of Object.keys(this.counts)) delete this.counts[key]
    const frame: Frame = { destination: destinationOf(seen, this.all), source: seen.srcMac, tags: [], payload: { kind: 'raw', etherType: 0x86dd, bytes: '' } }
    this.sim.dispatch({ type: 'net.transmit', ports: [this.portAt(from)], frame })
    return { ...this.counts }
  }

  /** A host joins a group when it begins to report it, and its report comes up to a second later. */
  private join(now: number): void {
    for (const { t, point, dir, records = [] } of this.all) {
      if (dir !== 'out' || t > now + 1.1) continue
      for (const { record, group } of [{ record: 'TO_EX', group: 'ff02::1' }, ...records]) {
        const mac = formatMac(macOfGroup(parseIpv6(group)!)), port = this.portAt(point.split('.')[0]!)
        if (record === 'TO_IN' || this.groups.has(`${port} ${mac}`)) continue
        this.groups.add(`${port} ${mac}`)
        this.sim.dispatch({ type: 'net.join', port, group: mac })
      }
    }
  }

  /** Of a namespace, or of what is plugged into a port of a bridge. */
  private portAt(name: string): PortId {
    const there = [...this.devices].find(([, device]) => device === name)?.[0].split('/')[1]
    return (there ?? [...this.names].find(([, node]) => node === name)![0]) as PortId
  }
}

/** The address the frame was sent to: a group's, what the sender had last heard of that neighbour, or what the IPv6 address was made of. */
function destinationOf({ t, point, dst }: Seen, all: readonly Seen[]): string {
  const bytes = parseIpv6(dst)!
  if (bytes[0] === 0xff) return formatMac(macOfGroup(bytes))
  const heard = all.findLast(seen => seen.t <= t && seen.point === point && seen.dir === 'in' && ((seen.kind === 'NA' && seen.target === dst) || (seen.kind !== 'NA' && seen.src === dst)))
  if (heard !== undefined) return heard.srcMac
  return formatMac(Uint8Array.of(bytes[8]! ^ 2, bytes[9]!, bytes[10]!, bytes[13]!, bytes[14]!, bytes[15]!))
}

function difference(ours: Counts, recorded: Counts): string | undefined {
  const text = (counts: Counts): string => Object.entries(counts).map(([name, count]) => `${name} ${count}`).sort().join(', ')
  return text(ours) === text(recorded) ? undefined : `copies: ${text(ours)}; recorded ${text(recorded)}`
}
