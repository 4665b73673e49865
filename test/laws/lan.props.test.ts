/**
 * What holds of frames, addresses and routers in whole networks, whatever is plugged in and whatever befalls it: switches, stacks,
 * hosts and daemons together. Each model's own folder has the properties of that model alone.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MILLISECOND, SECOND, type Micros } from '../../src/base/time.ts'
import { createSim, type Sim } from '../../src/core/sim.ts'
import type { Entry } from '../../src/core/trace.ts'
import { isAssigned } from '../../src/models/ip/state.ts'
import { stack, type SimEvent, type SimRequest, type World } from '../../src/models/stack.ts'
import { anyNetwork, anyNetworkFault, encoded, injected, networkAndPlan, planOf, portOf, reaches, WANTED, type Network, type Station } from '../support/networks.ts'
import { property } from '../support/property.ts'
import { play, worldOf, type Plan } from '../support/systems.ts'

type AnySim = Sim<World, SimRequest>
const seeds = fc.nat(1_000_000)
const UNTIL = 40 * SECOND
const stationOf = ({ stations }: Network): ReadonlyMap<string, Station> => new Map(stations.flatMap(station => [[portOf(station), station], [`${station.name}.eth0`, station]]))

test('VE-2 in whole networks no frame comes back to its sender, none comes twice, and none leaves its VLAN; from a VEPA all go to the uplink', () => {
  const seen = { delivered: 0, vepa: 0 }
  property(fc.property(networkAndPlan({ clones: true, span: 30 * SECOND }), seeds, ([network, plan], seed) => {
    const stations = stationOf(network)
    /** Who has got the packet since its sender sent it last. */
    const got = new WeakMap<object, Set<string>>()
    play(network.sections, plan, {
      seed, until: UNTIL,
      onEntry({ event }, { world }) {
        if (event.type === 'net.transmit') {
          const at = event.trail?.at(-1)
          if (at === undefined) return void got.set(event.frame.payload, new Set())
          const { switch: name, relay } = world.vswitch.ports[at]!
          if (!relay) expect(event.ports).not.toContain(at)
          expect(new Set(event.ports).size).toBe(event.ports.length)
          if (world.vswitch.switches[name]!.mode !== 'vepa' || at.endsWith('/up')) return
          seen.vepa++
          expect(event.ports).toEqual([`${name}/up`])
        } else if (event.type === 'net.arrived') {
          const sender = stations.get(event.trail?.[0] ?? ''), before = got.get(event.frame.payload)
          for (const port of event.ports) {
            const receiver = stations.get(port)
            if (receiver === undefined || receiver.name + '.eth0' !== port) continue
            seen.delivered++
            expect([port, sender?.vlan]).toEqual([port, receiver.vlan])
            expect(receiver.name).not.toBe(sender!.name)
            expect(event.frame.tags).toEqual([])
            expect(before!.has(port), `${port} gets the same frame again`).toBe(false)
            before!.add(port)
          }
        }
      },
    })
  }), { numRuns: 25 })
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(100)
})

test('VE-61 whole stacks on the management switch: no frame of a client reaches another, and all reach the NovaLink partition', () => {
  const names = ['novalink', 'c0', 'c1', 'c2', 'c3']
  const requests = fc.oneof(
    fc.record({ type: fc.constant('ip.ping'), node: fc.constantFrom(...names), to: fc.constantFrom('fe80::1', 'fe80::2', 'fe80::3', 'ff02::1') }),
    fc.record({ type: fc.constant('net.setPort'), port: fc.constantFrom(...names.map(name => `${name}.eth0`)), up: fc.boolean() }),
    fc.record({ type: fc.constant('radvd.start'), daemon: fc.constantFrom('radvd-c1', 'radvd-novalink') }),
    fc.record({ type: fc.constant('ip.addAddress'), interface: fc.constantFrom('c0.eth0', 'c1.eth0'), address: fc.constant(WANTED) }),
  ) as fc.Arbitrary<SimRequest>
  const sections = {
    vswitch: { switches: { MGMTSWITCH: { ports: Object.fromEntries(names.map((name, n) => [name, n === 0 ? { trunk: 1 } : {}])) } } },
    ip: { nodes: Object.fromEntries(names.map((name, n) => [name, { forwarding: name === 'c1', interfaces: { eth0: { addresses: [`fe80::${n}/64`] } } }])) },
    radvd: { daemons: { 'radvd-c1': { on: 'c1' }, 'radvd-novalink': { on: 'novalink', start: false } } },
  }
  let reached = 0
  property(fc.property(planOf(requests, { span: 20 * SECOND }), seeds, (plan, seed) => {
    play(sections, plan, {
      seed, until: 30 * SECOND,
      onEntry({ event }) {
        if (event.type !== 'net.arrived' || event.trail?.[0] === undefined || event.trail[0] === 'MGMTSWITCH/novalink.eth0') return
        expect(event.ports).toEqual(['novalink.eth0'])
        reached++
      },
    })
  }), { numRuns: 20 })
  expect(reached).toBeGreaterThan(40)
})

test('frames are conserved from end to end: what the books of wire and switches say is what was told, one by one, each loss with its reason', () => {
  const reasons = new Set<string>()
  property(fc.property(networkAndPlan({ span: 30 * SECOND }), seeds, ([network, plan], seed) => {
    const { sim, trace } = play(network.sections, plan, { seed, until: UNTIL }), { net, vswitch } = sim.world
    const counts = { sent: 0, delivered: 0, taken: 0 }, lost = new Map<string, number>(), ended = new Map<string, number>()
    for (const { event } of trace) {
      if (event.type === 'net.transmit') counts.sent += event.ports.length
      else if (event.type === 'net.dropped') lost.set(event.reason, (lost.get(event.reason) ?? 0) + event.ports.length)
      else if (event.type === 'vswitch.dropped') ended.set(event.reason, (ended.get(event.reason) ?? 0) + 1)
      else if (event.type === 'net.arrived') {
        counts.delivered += event.ports.length
        counts.taken += event.ports.filter(port => port.includes('/')).length
      }
    }
    expect(sim.check()).toEqual([])
    const switches = Object.values(vswitch.switches), { 'not for this adapter': filtered, ...told } = net.dropped
    expect(counts).toEqual({ sent: net.sent, delivered: net.delivered, taken: switches.reduce((sum, { taken }) => sum + taken, 0) })
    for (const [reason, count] of Object.entries(told)) expect([reason, lost.get(reason) ?? 0]).toEqual([reason, count])
    expect(net.underWay + filtered).toBe(counts.sent - counts.delivered - [...lost.values()].reduce((sum, count) => sum + count, 0))
    for (const reason of new Set([...ended.keys(), ...switches.flatMap(({ dropped }) => Object.keys(dropped))]))
      expect([reason, switches.reduce((sum, { dropped }) => sum + (dropped[reason] ?? 0), 0)]).toEqual([reason, ended.get(reason) ?? 0])
    for (const reason of [...lost.keys(), ...ended.keys()]) reasons.add(reason)
  }), { numRuns: 20 })
  // Not one of them only.
  expect(reasons.size, [...reasons].join(', ')).toBeGreaterThan(1)
})

test('ND-66 in whole networks no address is preferred for longer than it is valid, at any time, and what the stack has is what the host has', () => {
  let looked = 0
  property(fc.property(networkAndPlan({ hosts: [2, 4], span: 30 * SECOND }), seeds, ([network, plan], seed) => {
    const until = 300 * SECOND, times = new Set(play(network.sections, plan, { seed, until }).trace.flatMap(({ at, event }) => /^(slaac|ip\.address|hypervisor)/.test(event.type) ? [at] : []))
    const sim = simOf(network, plan, seed)
    for (const at of times) {
      sim.runUntil(at)
      for (const { name } of network.stations) {
        const { addresses } = sim.world.slaac.interfaces[`${name}.eth0` as never]!, below = sim.world.ip.interfaces[`${name}.eth0` as never]!
        for (const { address, preferredUntil, validUntil } of addresses) {
          const state = below.addresses[address]?.state
          expect(preferredUntil).toBeLessThanOrEqual(validUntil)
          // Who does nothing ends nothing.
          if (sim.world.ip.nodes[name as never]!.hung) continue
          looked++
          expect([address, state, validUntil > at]).toEqual([address, state, true])
          expect([name, address, state === 'preferred' && preferredUntil <= at, state === undefined]).toEqual([name, address, false, false])
        }
        const formed = Object.entries(below.addresses).filter(([address, { origin }]) => (origin === 'ra' || origin === 'temporary') && address !== WANTED).map(([address]) => address)
        if (!sim.world.ip.nodes[name as never]!.hung) expect(formed.sort()).toEqual(addresses.map(({ address }) => address).sort())
      }
    }
  }), { numRuns: 20 })
  expect(looked).toBeGreaterThan(200)
})

function simOf({ sections }: Network, plan: Plan, seed: number): AnySim {
  const sim: AnySim = createSim({ models: stack, world: worldOf(sections), seed })
  for (const { at, request } of plan) sim.schedule(at, request)
  return sim
}

const pairOf = (a: Station, b: Station): string => [a.name, b.name].sort().join(' ')

/** Whose probes and whose ways were what when: judges every address that passes its detection. */
class Owners {
  found = 0
  /** ND-89: two owners, because they were cut off from each other. */
  excused = 0
  private readonly probedAt = new Map<string, Micros>()
  private readonly brokenAt = new Map<string, Micros>()
  private readonly broken = new Set<string>()
  private readonly network: Network
  constructor(network: Network) {
    this.network = network
  }
  hear({ at, event }: Entry<SimEvent>, { world }: AnySim): void {
    const { stations } = this.network
    if (/^(net\.(set|cut|mend|carrier)|hypervisor\.|vswitch\.(set|mode|trunk|relay)|ip\.(interface|disabled)|sim)/.test(event.type))
      stations.forEach((a, n) => stations.slice(0, n).forEach(b => {
        const pair = pairOf(a, b), broken = !reaches(this.network, world, a, b) || !reaches(this.network, world, b, a)
        // Until now, or from now on.
        if (broken || this.broken.has(pair)) this.brokenAt.set(pair, at)
        if (broken) this.broken.add(pair)
        else this.broken.delete(pair)
      }))
    if (event.type === 'net.transmit' && event.trail === undefined && event.frame.payload.kind === 'ipv6') {
      const { source, payload } = event.frame.payload
      if (source === '::' && payload.kind === 'NS') this.probedAt.set(`${event.ports[0]!} ${payload.target}`, at)
    } else if (event.type === 'ip.duplicateFound') this.found++
    else if (event.type === 'ip.addressChanged' || event.type === 'ip.addressRemoved') {
      const key = `${event.interface} ${event.address}`, probedAt = this.probedAt.get(key)
      if (event.type === 'ip.addressChanged' && (event.state === 'preferred' || event.state === 'deprecated') && probedAt !== undefined) {
        const own = stations.find(({ name }) => `${name}.eth0` === event.interface)!
        for (const other of stations) if (other !== own && other.vlan === own.vlan) this.judge(own, other, event.address, probedAt, world, at)
      }
      if (event.type === 'ip.addressRemoved' || (event.state !== 'tentative' && event.state !== 'optimistic')) this.probedAt.delete(key)
    }
  }
  private judge(own: Station, other: Station, address: string, probedAt: Micros, world: AnySim['world'], at: Micros): void {
    const there = world.ip.interfaces[`${other.name}.eth0` as never]!.addresses[address]
    if (there === undefined || !isAssigned(there)) return
    const brokenAt = this.brokenAt.get(pairOf(own, other)) ?? -1
    if (!this.broken.has(pairOf(own, other)) && brokenAt < probedAt) throw new Error(`at ${at} ${own.name} gets ${address}, which ${other.name} has; it had asked at ${probedAt}, and nothing was between them since ${brokenAt}`)
    this.excused++
  }
}

test('ND-88 ND-89 VE-10 in whole networks nobody gets an address that another on its VLAN has, unless they were cut off from each other while it was probed', () => {
  let found = 0, excused = 0
  const wants = (network: Network): fc.Arbitrary<SimRequest> => fc.record({
    type: fc.constant('ip.addAddress' as const), interface: fc.constantFrom(...network.stations.map(({ name }) => `${name}.eth0` as never)), address: fc.constant(WANTED), origin: fc.constantFrom('ra' as const, 'static' as const), optimistic: fc.boolean(),
  })
  const cases = anyNetwork({ hosts: [2, 7], clones: true, services: false }).chain(network =>
    planOf(fc.oneof({ weight: 3, arbitrary: anyNetworkFault(network) }, { weight: 1, arbitrary: wants(network) }), { most: 25, span: 50 * SECOND }).map(plan => [network, plan] as const))
  property(fc.property(cases, seeds, ([network, plan], seed) => {
    const owners = new Owners(network)
    play(network.sections, plan, { seed, until: 60 * SECOND, onEntry: (entry, sim) => owners.hear(entry, sim) })
    found += owners.found
    excused += owners.excused
  }), { numRuns: 60 })
  expect(found).toBeGreaterThan(50)
  expect(excused, 'two owners after a partition are shown').toBeGreaterThan(0)
})

/** From Ethernet's first byte: where things are in a frame without tags that holds an advertisement. */
const ETHERNET = 14, IPV6 = 40, MESSAGE = ETHERNET + IPV6

/** RFC 4861 6.1.2, read from the bytes: is this a router advertisement that a host accepts? */
function isAcceptable(bytes: Uint8Array): boolean {
  const at = (offset: number): number => bytes[offset]!, length = at(ETHERNET + 4) * 256 + at(ETHERNET + 5), end = MESSAGE + length
  if (at(12) !== 0x86 || at(13) !== 0xdd || at(ETHERNET) >> 4 !== 6 || at(ETHERNET + 6) !== 58 || at(ETHERNET + 7) !== 255) return false
  if (at(ETHERNET + 8) !== 0xfe || at(ETHERNET + 9) >> 6 !== 2 || end > bytes.length || length < 16) return false
  if (at(MESSAGE) !== 134 || at(MESSAGE + 1) !== 0 || sumOf(bytes, end) !== 0xffff) return false
  let option = MESSAGE + 16
  while (option < end) {
    const size = 8 * (bytes[option + 1] ?? 0)
    if (size === 0 || option + size > end) return false
    option += size
  }
  return true
}
/** The one's complement sum over the addresses, the length, the protocol and the message. */
function sumOf(bytes: Uint8Array, end: number): number {
  let sum = end - MESSAGE + 58
  for (let n = ETHERNET + 8; n < end; n++) sum += bytes[n]! << (n % 2 === 0 ? 8 : 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum
}
function mended(bytes: Uint8Array): Uint8Array {
  const end = Math.min(bytes.length, MESSAGE + bytes[ETHERNET + 4]! * 256 + bytes[ETHERNET + 5]!), result = Uint8Array.from(bytes)
  if (end < MESSAGE + 4) return result
  result[MESSAGE + 2] = result[MESSAGE + 3] = 0
  const sum = 0xffff - sumOf(result, end)
  result[MESSAGE + 2] = sum >> 8
  result[MESSAGE + 3] = sum & 0xff
  return result
}
const advertised = encoded({
  destination: '33:33:00:00:00:01', source: '02:00:00:00:ba:d0', tags: [], payload: {
    kind: 'ipv6', source: 'fe80::bad:d0', destination: 'ff02::1', hopLimit: 255, trafficClass: 0, flowLabel: 0, extensions: [], payload: {
      kind: 'RA', code: 0, hopLimit: 33, managed: false, otherConfig: false, homeAgent: false, proxy: false, preference: 'high', flagsRest: 0, routerLifetimeSeconds: 1800, reachableMillis: 0, retransMillis: 0,
      options: [
        { kind: 'source-link-layer', address: '02:00:00:00:ba:d0' }, { kind: 'mtu', mtu: 1400 },
        { kind: 'prefix', prefix: '2001:db8:bad::', length: 64, onLink: true, autonomous: true, routerAddress: false, validSeconds: 1000, preferredSeconds: 500 },
      ],
    },
  },
} as never)

test('ND-44 whatever the bytes of an advertisement, hosts of whole networks take nothing from one that is invalid, and all from one that is valid', () => {
  const seen = { invalid: 0, valid: 0, formed: 0 }
  // Where the header and the checks are, more often than elsewhere; most are made good again but for what was changed.
  const place = fc.oneof(fc.constantFrom(ETHERNET + 7, ETHERNET + 8, ETHERNET + 9, MESSAGE, MESSAGE + 1, MESSAGE + 2, MESSAGE + 17, MESSAGE + 25, MESSAGE + 33), fc.integer({ min: ETHERNET, max: advertised.length - 1 }))
  const change = fc.oneof({ weight: 1, arbitrary: fc.constantFrom<[number, number]>([ETHERNET + 7, 254], [MESSAGE + 1, 1], [MESSAGE + 25, 0]) }, { weight: 4, arbitrary: fc.tuple(place, fc.oneof(fc.constantFrom(0, 1, 254, 255), fc.nat(255))) })
  const one = fc.record({ wait: fc.integer({ min: 0, max: 8 * SECOND }), changes: fc.array(change, { maxLength: 2 }), cut: fc.option(fc.nat(advertised.length - 1), { freq: 6 }), mend: fc.constantFrom(true, true, true, false) })
  property(fc.property(anyNetwork({ hosts: [2, 4], rogue: true, latency: false, services: false }), fc.array(one, { minLength: 4, maxLength: 16 }), seeds, (network, list, seed) => {
    const sim = simOf(network, [], seed)
    sim.runUntil(5 * SECOND)
    for (const { wait, changes, cut, mend } of list) {
      const changed = Uint8Array.from(advertised)
      for (const [at, value] of changes) changed[at] = value
      const whole = mend ? mended(changed) : changed, bytes = cut === null ? whole : whole.slice(0, Math.max(MESSAGE + 4, cut))
      sim.runUntil(sim.now + wait)
      const known = knowledge(sim)
      sim.dispatch(injected(bytes))
      if (isAcceptable(bytes)) {
        seen.valid++
        if (knowledge(sim) !== known) seen.formed++
      } else {
        seen.invalid++
        expect(knowledge(sim)).toBe(known)
      }
    }
    expect(sim.check()).toEqual([])
  }), { numRuns: 60 })
  expect(Math.min(seen.invalid, seen.valid, seen.formed)).toBeGreaterThan(10)
})

/** All that hosts have from routers. */
function knowledge({ world: { ip, slaac } }: AnySim): string {
  const parameters = Object.values(ip.interfaces).map(({ hopLimit, mtu, baseReachableMillis, retransMillis, addresses }) => [hopLimit, mtu, baseReachableMillis, retransMillis, Object.keys(addresses)])
  return JSON.stringify([parameters, slaac.interfaces, Object.values(ip.nodes).map(({ routes }) => routes.map(({ destination, via }) => [destination, via]))])
}

/** Everything is put right: first what hangs or is restricted, then what is off; and 15 s later the daemons are started that do not run. */
function repairs({ stations, switches, joined }: Network, at: Micros, harm: Plan): { plan: Plan; last: Micros } {
  const links = [...stations.map(portOf), ...(joined ? switches.map((_, n) => `s${n}/up`) : [])], last = at + 15 * SECOND
  const rewritten = (daemon: string): boolean => harm.some(({ request }) => request.type === 'radvd.writeConf' && request.daemon as string === daemon)
  const early = stations.filter(({ guest }) => guest).flatMap(({ name }) => ['resume', 'leaveRestricted', 'powerOn'].map(each => ({ type: `hypervisor.${each}`, guest: name })))
  const late = [
    ...links.flatMap(link => [{ type: 'net.setLink', link, up: true }, { type: 'net.mend', link }, { type: 'net.setLoss', link, loss: 0 }, { type: 'net.setPort', port: link, up: true }]),
    ...stations.flatMap(({ name, router }) => [
      { type: 'ip.setInterface', interface: `${name}.eth0`, up: true }, { type: 'net.setPort', port: `${name}.eth0`, up: true }, { type: 'ip.setForwarding', node: name, on: router !== undefined },
      ...(router === undefined ? [] : [{ type: 'radvd.start', daemon: `radvd-${name}` }]),
      // Only then: being told HUP mends more than the file.
      ...(router === undefined || !rewritten(`radvd-${name}`) ? [] : [{ type: 'radvd.writeConf', daemon: `radvd-${name}`, text: router.conf }, { type: 'radvd.signal', daemon: `radvd-${name}`, signal: 'HUP' }]),
    ]),
    ...switches.flatMap((kind, n) => [
      ...(kind === 'bridge' ? [] : [{ type: 'vswitch.setMode', switch: `s${n}`, mode: kind, anyway: true }]),
      ...(joined ? [{ type: 'vswitch.setRelay', switch: 'lan', port: `p${n}`, on: kind === 'vepa' }, ...(kind === 'bridge' ? [] : [{ type: 'vswitch.setTrunk', port: `s${n}/up`, state: 'auto' }])] : []),
    ]),
  ]
  return { plan: [...early.map(request => ({ at, request })), ...late.map(request => ({ at: last, request }))] as unknown as Plan, last }
}

/**
 * From the last repair to a preferred address: a router that has to begin anew has its link-local address after a delay of up to a second
 * and a RetransTimer, two seconds; radvd 2.19 looks at a changed interface another second later, and if that was too early it tries again
 * an interval later; a router whose last advertisement is recent waits for MinDelayBetweenRAs, three seconds, or for the rest of its
 * interval. Then one advertisement to all, and the host's own two seconds. Solicitations can only shorten this.
 */
const boundOf = (maxIntervalSeconds: number): Micros => (2 + 1 + maxIntervalSeconds + 2) * SECOND + 100 * MILLISECOND

test('liveness: with a live router on a working VLAN every client has a preferred address and a default router within 5 s and one interval of the last repair, and keeps them', () => {
  let clients = 0, without = 0
  property(fc.property(networkAndPlan({ hosts: [2, 6], span: 40 * SECOND }), seeds, ([network, plan], seed) => {
    const { plan: put, last } = repairs(network, (plan.at(-1)?.at ?? 0) + 20 * SECOND, plan), sim = simOf(network, [...plan, ...put], seed)
    sim.runUntil(last - 1)
    for (const { name, router } of network.stations) if (router === undefined && !hasAddress(sim, name)) without++
    sim.runUntil(last + 50 * MILLISECOND)
    const isUp = ({ name }: Station): boolean => sim.world.ip.interfaces[`${name}.eth0` as never]!.running && !sim.world.ip.nodes[name as never]!.hung
    const claims = network.stations.filter(station => station.router === undefined && isUp(station)).flatMap(host => network.stations.flatMap(router =>
      router.router !== undefined && router.vlan === host.vlan && isUp(router) && sim.world.radvd.daemons[`radvd-${router.name}` as never]!.running ? [{ host, router, by: last + boundOf(router.router.maxIntervalSeconds) }] : []))
    for (const later of [0, 7 * SECOND, 61 * SECOND]) for (const { host, router, by } of claims.toSorted((a, b) => a.by - b.by)) {
      sim.runUntil(Math.max(sim.now, by + later))
      clients++
      const { prefix } = router.router!, { addresses, routers } = sim.world.slaac.interfaces[`${host.name}.eth0` as never]!
      const state = addresses.filter(each => each.of === null && each.prefix === prefix).map(({ address }) => sim.world.ip.interfaces[`${host.name}.eth0` as never]!.addresses[address]?.state)
      expect([host.name, prefix, state]).toEqual([host.name, prefix, ['preferred']])
      expect(routers.map(({ address }) => address)).toContain(linkLocalOf(sim, router))
    }
  }), { numRuns: 40 })
  expect(clients).toBeGreaterThan(200)
  expect(without, 'the faults do harm').toBeGreaterThan(5)
})

const addressesOf = ({ world }: AnySim, name: string): [string, { state: string }][] => Object.entries(world.ip.interfaces[`${name}.eth0` as never]!.addresses as Record<string, { state: string }>)
const hasAddress = (sim: AnySim, name: string): boolean => addressesOf(sim, name).some(([address, { state }]) => !address.startsWith('fe80') && address !== WANTED && state === 'preferred')
const linkLocalOf = (sim: AnySim, { name }: Station): string => addressesOf(sim, name).find(([address]) => address.startsWith('fe80'))![0]
