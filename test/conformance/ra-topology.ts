/**
 * The topology of a recorded timeline as sections of a scenario: namespaces become nodes, veth pairs links, a Linux bridge a switch
 * called `sw.br0`, the macvlan devices of one adapter a switch called like it (`hyp.up0`) with its uplink plugged into the bridge.
 */
import { table } from '../../src/base/id.ts'
import type { PortId } from '../../src/models/net/ids.ts'

type Sysctl = Readonly<Record<string, string | number>>
export interface Namespace { readonly role: 'router' | 'host' | 'switch'; readonly sysctl?: Sysctl | null }
export type RaLink =
  | { readonly kind: 'veth'; readonly a: string; readonly macA: string; readonly b: string; readonly macB: string }
  | { readonly kind: 'macvlan'; readonly mode: 'bridge' | 'vepa' | 'private'; readonly lower: string; readonly dev: string; readonly mac: string }
export interface RaBridge { readonly ns: string; readonly bridge: string; readonly ports: readonly string[]; readonly hairpin?: readonly string[]; readonly isolated?: readonly string[] }
export interface RaTopology { readonly namespaces: Readonly<Record<string, Namespace>>; readonly links: readonly RaLink[]; readonly switches?: readonly RaBridge[] | null }

type Written = Record<string, any>
export interface RaSections {
  /** `net`, `vswitch` and `ip`, as people would write them. */
  readonly sections: { readonly net: Written; readonly vswitch: Written; readonly ip: Written }
  /** The port that is the device of a namespace: `c1`, `eth0` or `sw`, `pc1`. */
  readonly portOf: (namespace: string, device: string) => PortId
}

export interface TopologyOptions {
  /** Interfaces of nodes (`c1.eth0`) that are switched off until the timeline switches them on. */
  readonly down?: readonly string[]
  /** Interfaces that hear everything, as a capture in them does. */
  readonly promiscuous?: readonly string[]
}

export function sectionsOf({ namespaces, links, switches }: RaTopology, { down = [], promiscuous = [] }: TopologyOptions = {}): RaSections {
  const bridges: Record<string, Written> = table(), cables: Written[] = [], ports: Record<string, Written> = table(), wires: Record<string, Written> = table()
  const nodes: Record<string, Written> = table(), named = new Map<string, PortId>()
  const bridgeAt = new Map<string, RaBridge>((switches ?? []).flatMap(one => one.ports.map(port => [`${one.ns}.${port}`, one] as const)))
  const isNode = (device: string): boolean => (namespaces[device.split('.')[0]!]?.role ?? 'switch') !== 'switch'
  const lowers = new Set(links.flatMap(link => link.kind === 'macvlan' ? [link.lower] : []))

  for (const { ns, bridge } of switches ?? []) bridges[`${ns}.${bridge}`] = { profile: 'linux-bridge', ports: table() }
  for (const link of links) {
    if (link.kind === 'veth') {
      for (const [device, mac] of [[link.a, link.macA], [link.b, link.macB]] as const) if (isNode(device)) addInterface(device, mac)
      connect(link)
    } else {
      const own = bridges[link.lower] ??= { profile: 'linux-macvlan', mode: link.mode, ports: table() }
      own['ports'][link.dev] = {}
      addInterface(link.dev, link.mac)
      named.set(link.dev, link.dev as PortId)
    }
  }
  return {
    sections: { net: { ports, links: wires }, vswitch: { switches: bridges, cables }, ip: { nodes } },
    portOf: (namespace, device) => named.get(`${namespace}.${device}`) ?? `${namespace}.${device}` as PortId,
  }

  function addInterface(device: string, mac: string): void {
    const [ns = '', name = ''] = split(device), sysctl = namespaces[ns]?.sysctl ?? {}
    const node = nodes[ns] ??= { profile: 'linux', forwarding: namespaces[ns]?.role === 'router' || setting(sysctl, name, 'forwarding') === 1, interfaces: table() }
    node['interfaces'][name] = { mac, ...knobsOf(sysctl, name), ...(down.includes(device) && { up: false }) }
    if (promiscuous.includes(device)) ports[device] = { promiscuous: true }
  }

  /** Of a veth pair: both in one bridge's reach, one, or none. */
  function connect({ a, macA, b, macB }: Extract<RaLink, { kind: 'veth' }>): void {
    const ends = [a, b].map(device => {
      const bridge = bridgeAt.get(device)
      if (bridge !== undefined) return { device, switch: `${bridge.ns}.${bridge.bridge}`, settings: settingsOf(bridge, split(device)[1]!) }
      return lowers.has(device) ? { device, switch: device, settings: null } : { device, switch: null, settings: null }
    })
    const [first, second] = ends as [(typeof ends)[0], (typeof ends)[0]]
    if (first.switch !== null && second.switch !== null) {
      const [from, to] = [first, second].map(end => `${end.switch}/${end.settings === null ? 'uplink' : split(end.device)[1]!}`)
      for (const { device, switch: name, settings } of [first, second]) {
        if (settings !== null) bridges[name!]!['ports'][split(device)[1]!] = settings
        named.set(device, `${name}/${settings === null ? 'uplink' : split(device)[1]!}` as PortId)
      }
      cables.push({ from, to })
      return
    }
    for (const [device, mac] of [[a, macA], [b, macB]] as const) if (!isNode(device) && !bridgeAt.has(device)) ports[device] = { mac }
    const [inside, outside] = first.switch !== null ? [first, second] : [second, first]
    named.set(outside.device, outside.device as PortId)
    if (inside.switch === null) {
      wires[first.device] = { ends: [first.device, second.device] }
      named.set(inside.device, inside.device as PortId)
    } else {
      bridges[inside.switch]!['ports'][outside.device] = inside.settings
      named.set(inside.device, `${inside.switch}/${outside.device}` as PortId)
    }
  }
}

const split = (device: string): [string, string] => {
  const dot = device.indexOf('.')
  return [device.slice(0, dot), device.slice(dot + 1)]
}

function settingsOf({ hairpin = [], isolated = [] }: RaBridge, port: string): Written {
  return { ...(hairpin.includes(port) && { relay: true }), ...(isolated.includes(port) && { isolated: true }) }
}

/** A setting counts where it stands for the interface, for those made later, or for all; as the kernel has it, all alone is no default. */
function setting(sysctl: Sysctl, device: string, name: string): number | undefined {
  for (const where of [device, 'default', 'all']) {
    const value = sysctl[`net.ipv6.conf.${where}.${name}`]
    if (value !== undefined) return Number(value)
  }
  return undefined
}

/** What the stack itself asks of an interface; the settings of hosts about advertisements are others. */
function knobsOf(sysctl: Sysctl, device: string): Written {
  const [probes, enhanced, accept, keep] = ['dad_transmits', 'enhanced_dad', 'accept_dad', 'keep_addr_on_down'].map(name => setting(sysctl, device, name))
  return {
    ...(probes !== undefined && { dadProbes: probes }), ...(enhanced !== undefined && { enhancedDad: enhanced !== 0 }),
    ...(accept !== undefined && { acceptDad: accept }), ...(keep !== undefined && { keepAddresses: keep !== 0 }),
  }
}
