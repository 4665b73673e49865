/** The laws of every model, for a host that configures itself: the same run in place, on drafts, and from a snapshot that went through JSON. */
import fc from 'fast-check'
import { produce } from 'immer'
import { expect, test } from 'vitest'
import { initialWorld, type RequestOf, type WorldOf } from '../../../src/core/model.ts'
import { createSim, type Commit, type Sim, type Snapshot } from '../../../src/core/sim.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { ip } from '../../../src/models/ip/model.ts'
import { net } from '../../../src/models/net/model.ts'
import { slaac } from '../../../src/models/slaac/model.ts'
import { toHex } from '../../../src/wire/bytes.ts'
import { encodeFrame } from '../../../src/wire/frame.ts'
import type { Ipv6Packet } from '../../../src/wire/ipv6.ts'
import { property } from '../../support/property.ts'
import { ADDRESS, LINK_LOCAL, MAC, OTHER, pio, ra, rio, ROUTER, ROUTER_MAC, SECOND, taken } from './lab.ts'

const models = [hypervisor, net, ip, slaac] as const
type Request = RequestOf<(typeof models)[number]>
interface Run { sim: Sim<WorldOf<typeof models>, Request>; told: string[] }
interface Options { readonly profile: string; readonly host: object; readonly seed: number; readonly plan: readonly (readonly [number, Request])[]; readonly commit?: Commit<any> }

const world = (profile: string, host: object) => initialWorld(models, {
  hypervisor: hypervisor.config.parse({ systems: { power5: {} }, guests: { h: { on: 'power5', os: 'ibm-i', ipl: '3s', abnormalIpl: '3s', shutdown: '1s' } } }),
  net: net.config.parse({ ports: { 'inj.i0': { mac: ROUTER_MAC } }, links: { cable: { ends: ['h.eth0', 'inj.i0'] } } }),
  ip: ip.config.parse({ nodes: { h: { profile, interfaces: { eth0: { mac: MAC, acceptDad: 1 } } } } }), slaac: slaac.config.parse({ hosts: { h: host } }),
})
function start({ profile, host, seed, plan, commit }: Options): Run {
  const told: string[] = []
  const sim = createSim({
    models, seed, world: world(profile, host), ...(commit && { commit }),
    onEntry: entry => {
      told.push(JSON.stringify(entry))
      expect(sim === undefined ? [] : sim.check()).toEqual([])
    },
  }) as Run['sim']
  for (const [at, request] of plan) sim.schedule(at, request)
  return { sim, told }
}

/** The stack has the addresses that the host has formed, and no others of that kind. */
function expectAgreement({ world: { ip: stack, slaac: hosts } }: Run['sim']): void {
  const i = hosts.interfaces['h.eth0' as never]!
  if (stack.nodes['h' as never]!.hung) return
  const below = Object.entries(stack.interfaces['h.eth0' as never]!.addresses).filter(([, { origin }]) => origin === 'ra' || origin === 'temporary').map(([address]) => address)
  expect(below.sort()).toEqual(i.addresses.map(({ address }) => address).sort())
  const learned = [...i.routers.map(({ address }) => `::/0 ${address}`), ...i.routes.map(({ destination, router }) => `${destination} ${router}`), ...i.prefixes.map(({ prefix }) => `${prefix} null`)]
  expect(stack.nodes['h' as never]!.routes.filter(({ destination }) => destination !== 'fe80::/64').map(({ destination, via }) => `${destination} ${via}`).sort()).toEqual(learned.sort())
}

const seconds = fc.constantFrom(0, 1, 5, 30, 7200, 0xffffffff)
const option = fc.oneof(
  fc.record({ prefix: fc.constantFrom('2001:db8:1::', 'fec0:301:0:1234::'), valid: seconds, preferred: seconds, onLink: fc.boolean(), autonomous: fc.boolean() }).map(pio),
  fc.tuple(fc.constantFrom(0, 33), seconds).map(([length, lifetime]) => rio('2001:db8:8000::', length, lifetime, 'high')),
  seconds.map(lifetimeSeconds => ({ kind: 'rdnss' as const, lifetimeSeconds, servers: ['2001:db8::53'] })),
  fc.constantFrom(1279, 1400).map(mtu => ({ kind: 'mtu' as const, mtu })),
)
const spoken: fc.Arbitrary<Ipv6Packet> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.array(option, { maxLength: 3 }), fc.constantFrom(0, 3, 1800), fc.constantFrom(ROUTER, OTHER)).map(([options, routerLifetimeSeconds, source]) => ra(options, { routerLifetimeSeconds }, source)) },
  fc.constantFrom(LINK_LOCAL, ADDRESS, 'fec0:301:0:1234:0:ff:fe00:c01').map(taken), fc.constant({ ...ra([pio()]), hopLimit: 64 }),
)
const verb = (type: string, rest: Record<string, unknown>): fc.Arbitrary<unknown> => fc.constant({ type, ...rest })
const anyRequest = fc.oneof(
  { weight: 8, arbitrary: spoken.map(payload => ({ type: 'net.inject', port: 'inj.i0', hex: toHex(encodeFrame({ destination: '33:33:00:00:00:01', source: ROUTER_MAC, tags: [], payload })) })) },
  ...[true, false].flatMap(on => [verb('ip.setInterface', { interface: 'h.eth0', up: on }), verb('ip.setForwarding', { node: 'h', on }), verb('net.setLink', { link: 'cable', up: on })]),
  verb('ip.removeAddress', { interface: 'h.eth0', address: ADDRESS }), verb('ip.removeAddress', { interface: 'h.eth0', address: LINK_LOCAL }), verb('slaac.solicit', { interface: 'h.eth0' }),
  ...['hang', 'resume', 'crash', 'ipl', 'enterRestricted', 'leaveRestricted'].map(each => verb(`hypervisor.${each}`, { guest: 'h' })),
) as fc.Arbitrary<Request>
const anyPlan = fc.array(fc.tuple(fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 4 * SECOND })), anyRequest), { maxLength: 25 }).map(steps => {
  let at = 0
  return steps.map(([gap, request]) => [at += gap, request] as const)
})
const anyHost = fc.constantFrom({}, { addressGeneration: 'random' }, { temporary: 'on', temporaryPreferred: '20s', temporaryValid: '40s', temporaryMaxDesync: '3s' }, { maxRouters: 2, maxAddresses: 2 }, { optimisticDad: true, deprecateUnadvertised: true })
const anyRun = { profile: fc.constantFrom('rfc', 'linux'), host: anyHost, plan: anyPlan, seed: fc.nat() }
const END = 120 * SECOND

test('whatever routers say and whatever happens to a host, the rules of every model hold, and drafts give the same run as changing in place', () => {
  property(fc.property(fc.record(anyRun), options => {
    const inPlace = start(options), drafted = start({ ...options, commit: produce as never })
    inPlace.sim.runUntil(END)
    drafted.sim.runUntil(END)
    expectAgreement(inPlace.sim)
    expect(drafted.told).toEqual(inPlace.told)
    expect(JSON.stringify(drafted.sim.world)).toBe(JSON.stringify(inPlace.sim.world))
  }), { numRuns: 25 })
})

test('a snapshot that went through JSON goes on like the run that was not interrupted', () => {
  property(fc.property(fc.record({ ...anyRun, cut: fc.integer({ min: 0, max: 40 * SECOND }) }), ({ cut, ...options }) => {
    const whole = start(options)
    whole.sim.runUntil(cut)
    expectAgreement(whole.sim)
    const snapshot = JSON.parse(JSON.stringify(whole.sim.snapshot())) as Snapshot<WorldOf<typeof models>>, before = whole.told.length, rest: string[] = []
    const again = createSim({ models, from: snapshot, onEntry: entry => { rest.push(JSON.stringify(entry)) } })
    whole.sim.runUntil(END)
    again.runUntil(END)
    expect(rest).toEqual(whole.told.slice(before))
  }), { numRuns: 40 })
})
