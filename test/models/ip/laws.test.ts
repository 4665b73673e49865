/** The laws of every model, for stacks on a switch: the same run in place, on drafts, and from a snapshot that went through JSON. */
import fc from 'fast-check'
import { produce } from 'immer'
import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { initialWorld, type RequestOf, type WorldOf } from '../../../src/core/model.ts'
import { createSim, type Commit, type Sim, type Snapshot } from '../../../src/core/sim.ts'
import { hypervisor } from '../../../src/models/hypervisor/model.ts'
import { ip } from '../../../src/models/ip/model.ts'
import { net } from '../../../src/models/net/model.ts'
import { vswitch } from '../../../src/models/vswitch/model.ts'
import { property } from '../../support/property.ts'
import { CLONE, LINK_LOCAL, PROFILES } from './hub.ts'

const models = [hypervisor, net, vswitch, ip] as const, GLOBAL = 'fec0:301:0:1234::77'
type Request = RequestOf<(typeof models)[number]>
type Run = { sim: Sim<WorldOf<typeof models>, Request>; told: string[] }

const world = (profile: string) => initialWorld(models, {
  hypervisor: hypervisor.config.parse({ systems: { power5: {} }, guests: { h0: { on: 'power5', os: 'ibm-i', ipl: '3s', abnormalIpl: '3s', shutdown: '1s' }, h1: { on: 'power5', os: 'linux', start: '2s', shutdown: '1s' } } }),
  net: net.config.parse({}),
  vswitch: vswitch.config.parse({ switches: { lan: { profile: 'linux-bridge', ports: { h0: { relay: true }, h1: {}, r: {} } } } }),
  ip: ip.config.parse({ nodes: {
    h0: { profile, interfaces: { eth0: { mac: CLONE, addresses: [`${GLOBAL}/64`] } } }, h1: { profile, interfaces: { eth0: { mac: CLONE, acceptDad: 1, dadProbes: 3 } } },
    r: { profile, forwarding: true, interfaces: { eth0: { addresses: ['fec0:301:0:1234::1/64'], keepAddresses: true } } },
  } }),
})
function start(options: { profile: string; seed: number; plan: readonly (readonly [number, Request])[]; commit?: Commit<any> }): Run {
  const told: string[] = []
  const sim = createSim({
    models, seed: options.seed, world: world(options.profile), ...(options.commit && { commit: options.commit }),
    onEntry: entry => {
      told.push(JSON.stringify(entry))
      expect(sim === undefined ? [] : sim.check()).toEqual([])
    },
  }) as Run['sim']
  for (const [at, request] of options.plan) sim.schedule(at, request)
  return { sim, told }
}

const host = fc.constantFrom('h0', 'h1', 'r'), guest = fc.constantFrom('h0', 'h1'), eth0 = host.map(name => `${name}.eth0`), address = fc.constantFrom(LINK_LOCAL, GLOBAL, 'fe80::9', 'fec0::9')
const verb = (type: string, rest: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> => fc.record({ type: fc.constant(type), ...rest })
const anyRequest = fc.oneof(
  { weight: 4, arbitrary: verb('ip.addAddress', { interface: eth0, address, origin: fc.constantFrom('ra', 'static', 'link-local'), optimistic: fc.boolean() }) },
  verb('ip.removeAddress', { interface: eth0, address }), verb('ip.setDeprecated', { interface: eth0, address, deprecated: fc.boolean() }),
  verb('ip.setInterface', { interface: eth0, up: fc.boolean() }), verb('ip.setForwarding', { node: host, on: fc.boolean() }), verb('ip.disable', { interface: eth0 }),
  verb('ip.ping', { node: host, to: fc.constantFrom(GLOBAL, 'fec0:301:0:1234::1') }), verb('net.setPort', { port: fc.constantFrom('lan/h0.eth0', 'lan/r.eth0'), up: fc.boolean() }),
  ...['hang', 'resume', 'crash', 'ipl'].map(each => verb(`hypervisor.${each}`, { guest })),
  ...['enterRestricted', 'leaveRestricted'].map(each => verb(`hypervisor.${each}`, { guest: fc.constant('h0') })),
) as fc.Arbitrary<Request>
const anyPlan = fc.array(fc.tuple(fc.oneof(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 2 * SECOND })), anyRequest), { maxLength: 20 }).map(steps => {
  let at = 0
  return steps.map(([gap, request]) => [at += gap, request] as const)
})
const END = 40 * SECOND

test('whatever happens to stacks and their nodes, the rules of every model hold, and drafts give the same run as changing in place', () => {
  property(fc.property(fc.constantFrom(...PROFILES), anyPlan, fc.nat(), (profile, plan, seed) => {
    const inPlace = start({ profile, plan, seed }), drafted = start({ profile, plan, seed, commit: produce as never })
    inPlace.sim.runUntil(END)
    drafted.sim.runUntil(END)
    expect(drafted.told).toEqual(inPlace.told)
    expect(JSON.stringify(drafted.sim.world)).toBe(JSON.stringify(inPlace.sim.world))
  }), { numRuns: 15 })
})

test('a snapshot that went through JSON goes on like the run that was not interrupted', () => {
  property(fc.property(fc.constantFrom(...PROFILES), anyPlan, fc.integer({ min: 0, max: 20 * SECOND }), fc.nat(), (profile, plan, cut, seed) => {
    const whole = start({ profile, plan, seed })
    whole.sim.runUntil(cut)
    const snapshot = JSON.parse(JSON.stringify(whole.sim.snapshot())) as Snapshot<WorldOf<typeof models>>, before = whole.told.length, rest: string[] = []
    const again = createSim({ models, from: snapshot, onEntry: entry => { rest.push(JSON.stringify(entry)) } })
    whole.sim.runUntil(END)
    again.runUntil(END)
    expect(rest).toEqual(whole.told.slice(before))
  }), { numRuns: 30 })
})
