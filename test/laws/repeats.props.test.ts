/**
 * What switches, stacks and hosts remember beside their slices while nothing changes (the way of a frame, who hears a router, which ends
 * of lifetimes it moves) comes to the same as going through everything each time. It pays only for many receivers, so here are many;
 * after a snapshot and on drafts nothing is found again, which are the runs to compare with.
 */
import fc from 'fast-check'
import { produce } from 'immer'
import { expect, test } from 'vitest'
import { SECOND } from '../../src/base/time.ts'
import { createSim } from '../../src/core/sim.ts'
import { canonical, firstDifference, Trace } from '../../src/core/trace.ts'
import { stack, type SimEvent, type SimRequest } from '../../src/models/stack.ts'
import { property } from '../support/property.ts'
import { play, type Plan, type Sections } from '../support/systems.ts'

const PREFIXES = ['2001:db8:1::/64', '2001:db8:2::/64']
const confOf = (prefix: number, max: number, valid: number): string =>
  `interface eth0 { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval ${max}; prefix ${PREFIXES[prefix]} { AdvValidLifetime ${valid}; AdvPreferredLifetime ${Math.min(valid, 7000)}; }; };`
const conf = fc.tuple(fc.nat(1), fc.constantFrom(4, 5), fc.constantFrom(86_400, 86_400, 7300, 90)).map(([prefix, max, valid]) => confOf(prefix, max, valid))

/** One switch, a dozen hosts, one router or two. */
const lan = fc.record({ bridge: fc.boolean(), hosts: fc.integer({ min: 10, max: 14 }), routers: fc.array(conf, { minLength: 1, maxLength: 2 }), profile: fc.constantFrom('rfc', 'linux') })
  .map(({ bridge, hosts, routers, profile }) => {
    const names = Array.from({ length: hosts }, (_, n) => `h${n}`), speakers = routers.map((_, n) => `r${n}`)
    const sections: Sections = {
      vswitch: { switches: { s0: { profile: bridge ? 'linux-bridge' : 'powervm', ports: Object.fromEntries([...names, ...speakers].map(name => [name, {}])) } } },
      ip: { nodes: Object.fromEntries([...names.map(name => [name, { profile }]), ...speakers.map(name => [name, { profile, forwarding: true }])]) },
      radvd: { daemons: Object.fromEntries(routers.map((text, n) => [`d${n}`, { on: `r${n}`, profile: n === 0 ? 'rfc' : 'radvd-2.19', config: text }])) },
    }
    return { sections, names: [...names, ...speakers], speakers, bridge }
  })

/** What happens now and then, and is mostly over before the next advertisements. */
const cases = lan.chain(({ sections, names, speakers, bridge }) => {
  const name = fc.constantFrom(...names), eth0 = name.map(of => `${of}.eth0`), link = name.map(of => `s0/${of}.eth0`), daemon = fc.nat(speakers.length - 1).map(n => `d${n}`)
  const of = (type: string, rest: Record<string, fc.Arbitrary<unknown>>) => fc.record({ type: fc.constant(type), ...rest }) as fc.Arbitrary<unknown>
  const happening = fc.oneof(
    of('ip.setInterface', { interface: eth0, up: fc.boolean() }), of('net.setLink', { link, up: fc.boolean() }), of('net.cut', { link }), of('net.mend', { link }),
    of('net.setLoss', { link, loss: fc.constantFrom(0, 0.5) }), of('ip.setForwarding', { node: name, on: fc.boolean() }),
    of('ip.addAddress', { interface: eth0, address: fc.constant('2001:db8:1::77'), origin: fc.constant('static') }), of('ip.removeAddress', { interface: eth0, address: fc.constant('2001:db8:1::77') }),
    of('ip.setParameters', { interface: eth0, hopLimit: fc.constant(20) }), of('slaac.solicit', { interface: eth0 }), of('ip.ping', { node: name, to: fc.constant('2001:db8:1::77') }),
    of('radvd.signal', { daemon, signal: fc.constantFrom('TERM', 'HUP') }), of('radvd.start', { daemon }), of('radvd.writeConf', { daemon, text: conf }),
    bridge ? of('vswitch.setRelay', { switch: fc.constant('s0'), port: link, on: fc.boolean() }) : of('vswitch.setMode', { switch: fc.constant('s0'), mode: fc.constantFrom('veb', 'vepa'), anyway: fc.constant(true) }),
  ) as fc.Arbitrary<SimRequest>
  const step = fc.record({ at: fc.integer({ min: 20, max: 80 }).map(seconds => seconds * SECOND), request: happening })
  return fc.array(step, { maxLength: 4 }).map((plan): readonly [Sections, Plan] => [sections, plan.toSorted((a, b) => a.at - b.at)])
})
const UNTIL = 100 * SECOND

test('a network of many hosts runs the same in one go, where much is remembered, and begun anew from a snapshot every second, where nothing is', () => {
  property(fc.property(cases, fc.nat(1000), ([sections, plan], seed) => {
    const whole = play(sections, plan, { seed, until: UNTIL }), trace = new Trace<SimEvent>()
    let { sim } = play(sections, plan, { seed, until: 0, onEntry: trace.add })
    for (let at = SECOND; at <= UNTIL; at += SECOND) {
      sim = createSim({ models: stack, from: sim.snapshot(), onEntry: trace.add })
      sim.runUntil(at)
    }
    expect(firstDifference(whole.trace, trace.list())).toBeUndefined()
    expect(canonical(sim.world)).toBe(canonical(whole.sim.world))
  }), { numRuns: 30 })
})

test('… and through immer, where nothing is either', () => {
  property(fc.property(cases, fc.nat(1000), ([sections, plan], seed) => {
    const inPlace = play(sections, plan, { seed, until: UNTIL }), drafted = play(sections, plan, { seed, until: UNTIL, commit: produce as never })
    expect(firstDifference(inPlace.trace, drafted.trace)).toBeUndefined()
    expect(canonical(inPlace.sim.world)).toBe(canonical(drafted.sim.world))
  }), { numRuns: 3 })
})
