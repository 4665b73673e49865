/**
 * A recorded scenario run by the models: its topology, its files and its settings as sections, its actions at their times, its random
 * delays laid down; what happens is told in the words of the recording.
 */
import { SECOND, type Micros } from '../../src/base/time.ts'
import { initialWorld, type AnyEvent, type RequestOf, type WorldOf } from '../../src/core/model.ts'
import { createSim, type Sim } from '../../src/core/sim.ts'
import type { Entry } from '../../src/core/trace.ts'
import { boot } from '../../src/models/boot/model.ts'
import { hypervisor } from '../../src/models/hypervisor/model.ts'
import { ip } from '../../src/models/ip/model.ts'
import { md } from '../../src/models/md/model.ts'
import { net } from '../../src/models/net/model.ts'
import { radvd } from '../../src/models/radvd/model.ts'
import { scsi } from '../../src/models/scsi/model.ts'
import { NEVER } from '../../src/models/slaac/state.ts'
import { slaac } from '../../src/models/slaac/model.ts'
import { vscsi } from '../../src/models/vscsi/model.ts'
import { vswitch } from '../../src/models/vswitch/model.ts'
import { toHex } from '../../src/wire/bytes.ts'
import type { Frame } from '../../src/wire/frame.ts'
import type { Icmpv6 } from '../../src/wire/icmpv6.ts'
import { encodeOption } from '../../src/wire/nd-option.ts'
import { hostsOf, requestsOf } from './ra-actions.ts'
import { recordedDraws, ZERO } from './ra-draws.ts'
import { describe, masked } from './ra-frames.ts'
import { hostsWithRandomAddresses, routeText, type Action, type Happening, type Raw, type Recording } from './ra-recording.ts'
import { settingsOf } from './ra-sysctl.ts'
import { sectionsOf, type RaTopology } from './ra-topology.ts'

export { recordedPings } from './ra-actions.ts'

const models = [hypervisor, net, scsi, vscsi, md, boot, vswitch, ip, slaac, radvd] as const
type Written = Record<string, any>

export interface Run { readonly happenings: Happening[]; readonly refused: string[] }

export interface RunOptions {
  /** false: with random delays of its own. */
  readonly injected?: boolean
  readonly seed?: number
  /** Sees every event, with its time in seconds of the timeline. */
  readonly spy?: (at: number, event: AnyEvent) => void
}

export function run(recording: Recording, { injected = true, seed = 1, spy }: RunOptions = {}): Run {
  const { topology, actions, files, interfaces, endsAt, fraction, timesOnly } = recording, zero = ZERO + fraction
  const down = interfaces.map(({ host, device }) => `${host}.${device}`), { sections, portOf } = sectionsOf(topology, { down })
  const random = hostsWithRandomAddresses(topology, actions), temporary = new Set<string>(), secret = new Map<string, Set<string>>()
  const mask = (host: string, address: string): string =>
    temporary.has(`${host} ${address}`) ? masked(address, true) : random.has(host) ? masked(address, false) : address
  for (const { host, device, address, dad } of recording.given) {
    const node = sections.ip['nodes'][host]
    if (device === 'lo') node.loopback = [...new Set([...node.loopback ?? [], address.split('/')[0]])]
    else Object.assign(node.interfaces[device], { addresses: [...node.interfaces[device].addresses ?? [], address], dad })
  }
  const daemons: Written = {}
  for (const { do: what, id, ns, conf } of actions) if (what === 'radvd_start') daemons[id] ??= { on: ns, profile: 'radvd-2.19', start: false, config: files.get(conf) }
  const configs = {
    hypervisor: hypervisor.config.parse({}), scsi: scsi.config.parse({}), vscsi: vscsi.config.parse({}), md: md.config.parse({}), boot: boot.config.parse({}),
    net: net.config.parse(sections.net), vswitch: vswitch.config.parse(sections.vswitch), ip: ip.config.parse(sections.ip),
    slaac: slaac.config.parse({ hosts: hostsOf(recording) }), radvd: radvd.config.parse({ daemons }),
  }

  const happenings: Happening[] = [], refused: string[] = [], pings: Ping[] = []
  const last = new Map<string, string>(), expired = new Set<string>(), solicited = new Set<string>(), routes = new Set<string>(), inHeader = new Map<string, string>()
  const isInterface = new Set(down), segments = segmentsOf(topology)
  const seconds = (at: Micros): number => at / SECOND - zero
  const sim: Sim<WorldOf<typeof models>, RequestOf<(typeof models)[number]>> = createSim({
    models, seed, world: initialWorld(models, configs),
    ...(injected && { draws: recordedDraws(recording, mask, () => ({ now: seconds(sim.now), world: sim.world })) }),
    onEntry: (entry: Entry) => {
      if (entry.refusal !== undefined) refused.push(`${entry.event.type}: ${entry.refusal.text}`)
      spy?.(seconds(entry.at), entry.event)
      hear(entry.event as AnyEvent & Written, seconds(entry.at))
    },
  })
  const at = (t: number): Micros => Math.max(0, Math.round((t + zero) * SECOND))
  for (const [name, t] of recording.upAt) sim.schedule(at(t), { type: 'ip.setInterface', interface: name as never, up: true })
  const asked = requestsOf(recording, portOf)
  for (const { host, device } of interfaces)
    if (settingsOf(topology.namespaces[host]?.sysctl ?? {}, device).disabled) sim.schedule(0, { type: 'ip.disable', interface: `${host}.${device}` as never })
  for (const { t, request } of asked) sim.schedule(at(t), request as never)
  sim.runUntil(at(endsAt))
  if (recording.unheard) for (const { node, addresses } of Object.values(sim.world.ip.interfaces))
    for (const [address, { state }] of Object.entries(addresses)) happenings.push({ at: endsAt, host: node, text: `ends with ${address} ${state}` })
  for (const { note, ping } of pingResults()) happenings.push({ at: ping.t, host: ping.ns, text: note })
  return { happenings: happenings.sort((a, b) => a.at - b.at), refused }

  /** An address of whoever has a random one. */
  function masked_(address: string): string {
    return [...secret.values()].some(own => own.has(address)) ? masked(address, [...temporary].some(key => key.endsWith(` ${address}`))) : address
  }

  function left(until: Micros, now: number): number {
    return until === NEVER ? Infinity : Math.max(0, seconds(until) - now)
  }

  function tell(host: string, text: string, now: number, more: Partial<Happening> = {}): void {
    if (now >= 0) happenings.push({ at: now, host, text, ...more })
  }

  function hear(event: AnyEvent & Written, now: number): void {
    const [host] = String(event['interface'] ?? '').split('.') as [string]
    switch (event.type) {
      case 'ip.addressChanged': case 'ip.addressRemoved': {
        if (recording.unheard) return
        const { address, origin, state } = event, key = `${host} ${address}`
        if (origin === 'temporary') temporary.add(key)
        if (origin === 'temporary' || random.has(host)) secret.set(host, (secret.get(host) ?? new Set()).add(address))
        if (event.type === 'ip.addressRemoved') {
          tell(host, `${mask(host, address)} gone`, now)
          last.delete(key)
        } else if (state !== 'tentative' && last.get(key) !== state) {
          last.set(key, state)
          const formed = sim.world.slaac.interfaces[event['interface'] as never]?.addresses.find(one => one.address === address)
          const ends = formed === undefined ? [NEVER, NEVER] : [formed.validUntil, formed.preferredUntil]
          tell(host, `${mask(host, address)} ${state}`, now, { left: ends.map(until => left(until, now)) })
        }
        return
      }
      case 'ip.routeAdded': case 'ip.routeRemoved': {
        const { node, destination, via, metric, preference } = event, route = `${node} ${destination} ${via}`
        // The kernel tells of a new preference in the header of an advertisement; a route information option changes that of the default route without a word.
        if (event.type === 'ip.routeRemoved') routes.delete(route)
        else if (routes.has(route) && preference !== inHeader.get(node)) return
        else routes.add(route)
        if (recording.unheard) return
        return tell(node, routeText(event.type === 'ip.routeAdded', destination, via, metric, preference), now, { expiry: expired.has(`${node} ${now}`) })
      }
      case 'slaac.routerRemoved': case 'slaac.prefixRemoved': case 'slaac.routeForgotten':
        if (event['because'] === 'expired') expired.add(`${host} ${now}`)
        return
      case 'ip.received':
        for (const id of event['interfaces'] as string[]) if (event['packet'].payload.kind === 'RA') inHeader.set(id.split('.')[0]!, event['packet'].payload.preference)
        return
      case 'slaac.addressFormed':
        if (event['temporary']) temporary.add(`${host} ${event['address']}`)
        return
      case 'net.transmit': {
        const port = event['ports'][0] as string
        if (isInterface.has(port)) heardFrame(port, event['frame'], now)
        return
      }
      case 'ip.pinged': case 'ip.replied':
        pings.push({ ...event, at: now } as never)
        return
    }
  }

  function heardFrame(port: string, { payload }: Frame, now: number): void {
    const host = port.slice(0, port.indexOf('.'))
    if (payload.kind === 'raw' || payload.payload.kind === 'protocol') return
    const { source, destination, payload: message } = payload
    const described = describe(rawOf(source, destination, message), address => mask(host, address), masked_)
    if (described === null) return
    if (timesOnly) {
      if (message.kind === 'RA' && message.routerLifetimeSeconds > 0) tell(port, 'advertises', now)
    } else if (recording.tabled) {
      if (message.kind === 'NS' && source === '::') tell(host, described.text, now)
      if (message.kind === 'RS' && !solicited.has(host)) tell(host, described.text, now)
      if (message.kind === 'RS') solicited.add(host)
    } else if (recording.captured && !(recording.unheard && message.kind === 'RS') && isSeen(host, destination)) {
      const { text, lifetimes } = described
      tell(host, text, now, { ...(lifetimes !== undefined && { lifetimes }) })
    }
  }

  /** At its own port, or at that of somebody who gets it and runs. */
  function isSeen(host: string, destination: string): boolean {
    if (recording.points.size === 0 || recording.points.has(host)) return true
    return interfaces.some(other => {
      if (!recording.points.has(other.host) || other.host === host || segments.get(other.host) !== segments.get(host)) return false
      const { running, addresses } = sim.world.ip.interfaces[`${other.host}.${other.device}` as never] as { running: boolean; addresses: object }
      return running && (destination.startsWith('ff') || destination in addresses)
    })
  }

  function pingResults(): { note: string; ping: Action }[] {
    return actions.filter(action => action.do === 'ping').map(ping => {
      const mine = asked.filter(one => one.ping === ping), replies = mine.filter(({ t }) => {
        const sent = pings.find(one => one.type === 'ip.pinged' && one.node === ping.ns && one.to === ping['dst'] && Math.abs(one.at - t) < 1e-3)
        return sent !== undefined && pings.some(one => one.type === 'ip.replied' && one.node === sent.node && one.sequence === sent.sequence)
      }).length
      return { note: `ping ${ping['dst']}: ${replies} of ${ping['sent']}`, ping }
    })
  }
}

/** In the words of the recording. */
function rawOf(src: string, dst: string, message: Icmpv6): Raw {
  const options = 'options' in message ? message.options.map(option => ({ hex: toHex(encodeOption(option)) })) : []
  switch (message.kind) {
    case 'RA': return {
      kind: 'RA', src, dst, curHopLimit: message.hopLimit, M: +message.managed, O: +message.otherConfig, H: +message.homeAgent, prf: message.preference,
      routerLifetime: message.routerLifetimeSeconds, reachableTime: message.reachableTimeMillis, retransTimer: message.retransTimerMillis, options,
    }
    case 'NS': return { kind: 'NS', src, dst, target: message.target }
    case 'NA': return { kind: 'NA', src, dst, target: message.target, S: +message.solicited }
    default: return { kind: message.kind, src, dst }
  }
}

interface Ping { readonly type: string; readonly node: string; readonly to: string; readonly sequence: number; readonly at: number }

/** What is connected, by cable or bridge, has the same name. */
function segmentsOf({ links, switches, namespaces }: RaTopology): Map<string, string> {
  const names = new Map<string, string>(), find = (name: string): string => names.get(name) === undefined || names.get(name) === name ? name : find(names.get(name)!)
  const join = (a: string, b: string): void => void names.set(find(a), find(b))
  for (const link of links) {
    const [a, b] = link.kind === 'veth' ? [link.a, link.b] : [link.lower, link.dev]
    join(a, b)
    for (const name of [a, b]) {
      const host = name.slice(0, name.indexOf('.'))
      if (namespaces[host]?.role !== 'switch') join(name, host)
    }
  }
  for (const { ns, bridge, ports } of switches ?? []) for (const port of ports) join(`${ns}.${port}`, `${ns}/${bridge}`)
  return new Map(Object.keys(namespaces).map(host => [host, find(host)]))
}
