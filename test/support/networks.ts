/**
 * Random networks and fault plans for the laws and properties: one to three switches of any kind (VEB, VEPA, bridge), joined by a bridge
 * in the middle where they are several or one is a VEPA; VLANs; hosts and routers of both profiles, machines or partitions; and what may
 * befall them from outside. No loop and no reflection to whom does not expect it, so that what a property asks for is promised.
 */
import fc from 'fast-check'
import type { DeepReadonly } from '../../src/base/readonly.ts'
import { MILLISECOND, SECOND, type Micros } from '../../src/base/time.ts'
import type { SimRequest, World } from '../../src/models/stack.ts'
import { toHex } from '../../src/wire/bytes.ts'
import { encodeFrame } from '../../src/wire/frame.ts'
import type { Plan, Sections } from './systems.ts'

export const KINDS = ['veb', 'vepa', 'bridge'] as const
export type SwitchKind = (typeof KINDS)[number]
export interface Station {
  readonly name: string
  readonly switch: number
  readonly vlan: number
  readonly profile: 'rfc' | 'linux'
  /** The system of a partition. */
  readonly guest: boolean
  /** One of several with this hardware address. */
  readonly clone: boolean
  readonly more: Readonly<Record<string, unknown>>
  readonly router?: { readonly profile: 'rfc' | 'radvd-2.19'; readonly conf: string; readonly maxIntervalSeconds: number; readonly prefix: string }
}
export interface Network {
  readonly switches: readonly SwitchKind[]
  /** Is there a bridge in the middle? */
  readonly joined: boolean
  readonly stations: readonly Station[]
  readonly sections: Sections
}

/** Made by hand, so that no adapter gets it from its name. */
export const CLONE = '02:00:00:00:cc:cc'
/** An address that several may be told to take. */
export const WANTED = 'fec0:301:0:1234::77'
const ROGUE = 'rogue.i0'

export const portOf = ({ switch: at, name }: Station): string => `s${at}/${name}.eth0`
const nodeName = (n: number, router: boolean): string => `${router ? 'r' : 'h'}${n}`

export interface NetworkOptions { readonly hosts?: readonly [least: number, most: number]; readonly clones?: boolean; readonly rogue?: boolean; readonly services?: boolean; readonly latency?: boolean }

const hostRules = fc.constantFrom<Record<string, unknown>>({}, {}, {}, { addressGeneration: 'random' }, { temporary: 'on' }, { optimisticDad: true }, { deprecateUnadvertised: true }, { solicitations: 0 })

const routerOf = fc.record({
  profile: fc.constantFrom('rfc' as const, 'radvd-2.19' as const), max: fc.constantFrom(4, 10, 20), own: fc.boolean(), unicast: fc.boolean(), preference: fc.constantFrom('low', 'medium', 'high'),
  valid: fc.constantFrom(86_400, 200, 90), preferred: fc.constantFrom(14_400, 150, 80),
})
type RouterDraw = typeof routerOf extends fc.Arbitrary<infer T> ? T : never

export function confOf(prefix: string, { max, unicast, preference, valid, preferred }: Omit<RouterDraw, 'profile' | 'own'>): string {
  return `interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval ${max}; AdvDefaultPreference ${preference}; AdvRASolicitedUnicast ${unicast ? 'on' : 'off'};\n`
    + `  prefix ${prefix} { AdvValidLifetime ${valid}; AdvPreferredLifetime ${Math.min(valid, preferred)}; }; };\n`
}

/** Networks with at least one router; the names are `h0`, `r0`, `s0`, `lan`. */
export function anyNetwork({ hosts: [least, most] = [2, 10], clones = false, rogue = false, services = true, latency = true }: NetworkOptions = {}): fc.Arbitrary<Network> {
  return fc.record({
    switches: fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 3 }), vlans: fc.constantFrom(1, 1, 2),
    hosts: fc.array(stationDraw(clones), { minLength: least, maxLength: most }), routers: fc.array(fc.tuple(stationDraw(false), routerOf), { minLength: 1, maxLength: 3 }),
    delay: latency ? fc.constantFrom<string | undefined>(undefined, '200us', '3ms') : fc.constant(undefined), watched: services ? fc.nat(2) : fc.constant(0),
  }).map(({ switches, vlans, hosts, routers, delay, watched }) => {
    const place = (draw: StationDraw, name: string, router?: RouterDraw, n = 0): Station => {
      const vlan = 1 + draw.vlan % vlans, { clone, more, guest, profile } = draw
      const prefix = router === undefined ? '' : router.own ? `fec0:301:${n + 1}:${vlan}::/64` : `2001:db8:${vlan}::/64`
      return { name, switch: draw.at % switches.length, vlan, profile, guest, clone, more, ...(router && { router: { profile: router.profile, conf: confOf(prefix, router), maxIntervalSeconds: router.max, prefix } }) }
    }
    const stations = [...hosts.map((draw, n) => place(draw, nodeName(n, false))), ...routers.map(([draw, router], n) => place({ ...draw, clone: false }, nodeName(n, true), router, n))]
    const joined = switches.length > 1 || switches[0] === 'vepa'
    return { switches, joined, stations, sections: sectionsOf(switches, joined, vlans, stations, { delay, watched, rogue }) }
  })
}
const stationDraw = (clones: boolean) => fc.record({
  at: fc.nat(2), vlan: fc.nat(1), profile: fc.constantFrom('rfc' as const, 'linux' as const), guest: fc.constantFrom(false, false, true), clone: clones ? fc.boolean() : fc.constant(false), more: hostRules,
})
type StationDraw = ReturnType<typeof stationDraw> extends fc.Arbitrary<infer T> ? T : never

function sectionsOf(switches: readonly SwitchKind[], joined: boolean, vlans: number, stations: readonly Station[], { delay, watched, rogue }: { delay: string | undefined; watched: number; rogue: boolean }): Sections {
  const named = <V>(list: readonly Station[], value: (station: Station) => V): Record<string, V> => Object.fromEntries(list.map(station => [station.name, value(station)]))
  const hosts = stations.filter(({ router }) => router === undefined), guests = stations.filter(({ guest }) => guest), trunk = { vlan: 1, ...(vlans > 1 && { tagged: [2] }) }
  // A bridge looks at VLANs only where there are any.
  const access = ({ vlan, switch: at }: Station) => vlans > 1 || switches[at] !== 'bridge' ? { vlan } : {}
  const portsOf = (at: number) => ({
    ...named(stations.filter(station => station.switch === at), access), ...(rogue && at === 0 && { [ROGUE]: vlans > 1 || switches[0] !== 'bridge' ? { vlan: 1 } : {} }),
    ...(joined && { up: vlans > 1 || switches[at] !== 'bridge' ? trunk : {} }),
  })
  return {
    hypervisor: {
      systems: { power5: {} },
      guests: named(guests, ({ profile }) => profile === 'rfc' ? { on: 'power5', os: 'ibm-i', ipl: '3s', abnormalIpl: '4s', shutdown: '1s' } : { on: 'power5', os: 'linux', start: '2s', shutdown: '1s' }),
    },
    ...(rogue && { net: { ports: { [ROGUE]: { mac: '02:00:00:00:ba:d0' } } } }),
    vswitch: {
      switches: {
        ...Object.fromEntries(switches.map((kind, at) => [`s${at}`, kind === 'bridge' ? { profile: 'linux-bridge', ports: portsOf(at) } : { mode: kind, ports: portsOf(at) }])),
        ...(joined && { lan: { profile: 'linux-bridge', ports: Object.fromEntries(switches.map((kind, at) => [`p${at}`, { ...(vlans > 1 && trunk), relay: kind === 'vepa' }])) } }),
      },
      cables: joined ? switches.map((_, at) => ({ from: `s${at}/up`, to: `lan/p${at}`, ...(delay !== undefined && { latency: delay }) })) : [],
    },
    ip: { nodes: named(stations, ({ profile, clone, router }) => ({ profile, ...(router && { forwarding: true }), interfaces: { eth0: clone ? { mac: CLONE, acceptDad: 1 } : {} } })) },
    slaac: { hosts: named(hosts, ({ more }) => more) },
    radvd: { daemons: Object.fromEntries(stations.flatMap(({ name, router }) => router === undefined ? [] : [[`radvd-${name}`, { on: name, profile: router.profile, config: router.conf }]])) },
    service: { services: Object.fromEntries(hosts.slice(0, watched).map(({ name }, n) => [`${name}-net`, { needs: [{ preferredAddress: name }, { defaultRouter: name }, { reaches: { from: name, to: stations.at(-1 - n)!.name, every: '7s' } }] }])) },
  }
}

/** The same without the advertisements that change nothing. */
export const restful = (sections: Sections): Sections => ({ ...sections, radvd: { ...sections['radvd'] as object, fidelity: 'state' } })

/** The links, by name: those of the stations and the cables between the switches. */
export const linksOf = ({ stations, switches, joined }: Network): string[] => [...stations.map(portOf), ...(joined ? switches.map((_, at) => `s${at}/up`) : [])]
const farEnd = (link: string): string => link.endsWith('/up') ? `lan/p${link.slice(1, link.indexOf('/'))}` : link.slice(link.indexOf('/') + 1)

/** What may hit a network from outside, the useless and the refused included. */
export function anyNetworkFault(network: Network): fc.Arbitrary<SimRequest> {
  const { stations, switches, joined } = network, links = linksOf(network), routers = stations.filter(({ router }) => router !== undefined), guests = stations.filter(({ guest }) => guest).map(({ name }) => name)
  const link = fc.constantFrom(...links), node = fc.constantFrom(...stations.map(({ name }) => name)), eth0 = node.map(name => `${name}.eth0`), daemon = fc.constantFrom(...routers.map(({ name }) => `radvd-${name}`))
  const of = (type: string, rest: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> => fc.record({ type: fc.constant(type), ...rest })
  const router = fc.constantFrom(...routers)
  return fc.oneof(
    { weight: 3, arbitrary: of('net.setLink', { link, up: fc.boolean() }) },
    { weight: 3, arbitrary: fc.tuple(link, fc.nat(2)).map(([name, way]) => ({ type: 'net.cut', link: name, ...(way > 0 && { towards: way === 1 ? name : farEnd(name) }) })) },
    { weight: 3, arbitrary: of('net.mend', { link }) },
    of('net.setPort', { port: fc.oneof(link, eth0), up: fc.boolean() }),
    of('net.setLoss', { link, loss: fc.constantFrom(0, 0.2, 1) }),
    { weight: 2, arbitrary: of('ip.setInterface', { interface: eth0, up: fc.boolean() }) },
    of('ip.setForwarding', { node, on: fc.boolean() }),
    of('ip.ping', { node, to: fc.constantFrom(WANTED, 'ff02::1', 'fe80::1', '2001:db8:1::1') }),
    { weight: 2, arbitrary: of('ip.addAddress', { interface: eth0, address: fc.constant(WANTED), origin: fc.constantFrom('static', 'ra') }) },
    { weight: 2, arbitrary: of('ip.removeAddress', { interface: eth0, address: fc.constant(WANTED) }) },
    of('slaac.solicit', { interface: fc.oneof(eth0, fc.constant('nobody.eth0')) }),
    { weight: 3, arbitrary: of('radvd.signal', { daemon, signal: fc.constantFrom('TERM', 'KILL', 'HUP', 'USR1') }) },
    { weight: 4, arbitrary: of('radvd.start', { daemon }) },
    fc.tuple(router, routerOf).map(([{ name, router: own }, draw]) => ({ type: 'radvd.writeConf', daemon: `radvd-${name}`, text: confOf(own!.prefix, draw) })),
    ...(guests.length === 0 ? [] : [{
      weight: 4, arbitrary: of('hypervisor.ipl', { guest: fc.constantFrom(...guests) }),
    }, {
      weight: 6, arbitrary: fc.record({ type: fc.constantFrom('hypervisor.crash', 'hypervisor.hang', 'hypervisor.resume', 'hypervisor.enterRestricted', 'hypervisor.leaveRestricted'), guest: fc.constantFrom(...guests) }) as fc.Arbitrary<unknown>,
    }]),
    of('vswitch.setMode', { switch: fc.constantFrom(...switches.map((_, at) => `s${at}`)), mode: fc.constantFrom('veb', 'vepa'), anyway: fc.boolean() }),
    ...(joined ? [
      // Nobody but a VEPA expects to hear of its own.
      fc.tuple(fc.constantFrom(...switches.keys()), fc.boolean()).map(([at, on]) => ({ type: 'vswitch.setRelay', switch: 'lan', port: `p${at}`, on: on && switches[at] !== 'bridge' })),
      of('vswitch.setTrunk', { port: fc.constantFrom(...switches.map((_, at) => `s${at}/up`)), state: fc.constantFrom('auto', 'active', 'standby') }),
    ] : []),
  ) as fc.Arbitrary<SimRequest>
}

const gapOf = (most: Micros): fc.Arbitrary<Micros> => fc.oneof(fc.constantFrom(0, 1, 400 * MILLISECOND), fc.integer({ min: 0, max: 2 * SECOND }), fc.integer({ min: 0, max: most }))

/** Requests one after the other within `span`, close together as often as far apart. */
export const planOf = (request: fc.Arbitrary<SimRequest>, { most = 14, span = 60 * SECOND }: { most?: number; span?: Micros } = {}): fc.Arbitrary<Plan> =>
  fc.array(fc.tuple(gapOf(Math.floor(span / most)), request), { maxLength: most }).map(steps => {
    let at = 0
    return steps.map(([gap, request]) => ({ at: at += gap, request }))
  })

/** A network together with a plan for it. */
export const networkAndPlan = (options: NetworkOptions & { most?: number; span?: Micros } = {}): fc.Arbitrary<readonly [Network, Plan]> =>
  anyNetwork(options).chain(network => planOf(anyNetworkFault(network), options).map(plan => [network, plan] as const))

/** An advertisement as bytes from the adapter of nobody's node; with `rogue`. */
export const injected = (bytes: Uint8Array): SimRequest => ({ type: 'net.inject', port: ROGUE as never, hex: toHex(bytes) })
export const encoded = encodeFrame

type View = DeepReadonly<World>

/** Do frames from `a` reach `b` now? Looked up in the state of the wire and the plan of the network, without asking the switches. */
export function reaches(network: Network, { net, vswitch, ip }: View, a: Station, b: Station): boolean {
  const passes = (link: string, inwards: boolean): boolean => {
    const { ends, up, cut, loss } = net.links[link as never]!, [near, far] = ends.map(end => net.ports[end]!.up)
    // A link's first end is that of the switch; a cable's that of the outer switch.
    const towards = link.endsWith('/up') ? (inwards ? 1 : 0) : inwards ? 0 : 1
    return up && near! && far! && loss === 0 && !cut[towards]
  }
  const works = ({ name }: Station): boolean => ip.interfaces[`${name}.eth0` as never]!.running && !ip.nodes[name as never]!.hung
  const macOf = ({ name }: Station) => ip.interfaces[`${name}.eth0` as never]!.mac
  if (a.vlan !== b.vlan || !works(a) || !works(b) || !passes(portOf(a), true) || !passes(portOf(b), false)) return false
  const modeOf = (at: number) => vswitch.switches[`s${at}` as never]!.mode
  if (a.switch === b.switch && modeOf(a.switch) !== 'vepa') return true
  const auto = (at: number): boolean => modeOf(at) === null || vswitch.ports[`s${at}/up` as never]!.trunk!.state !== 'standby'
  if (!network.joined || !auto(a.switch) || !auto(b.switch) || !passes(`s${a.switch}/up`, true) || !passes(`s${b.switch}/up`, false)) return false
  if (a.switch === b.switch && !vswitch.ports[`lan/p${a.switch}` as never]!.relay) return false
  // A hypervisor's switch takes what comes from outside under the address of a station of its own for that station's frame (VE-10, VE-12).
  const own = network.stations.filter(each => each.switch === b.switch && each.vlan === b.vlan && macOf(each) === macOf(a) && net.ports[portOf(each) as never]!.carrier)
  return modeOf(b.switch) === null || (modeOf(b.switch) === 'veb' ? own.length === 0 : !own.includes(b))
}
