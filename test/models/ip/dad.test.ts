/** Duplicate address detection: when probes go out, what makes an address a duplicate, and who is left when several want it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SECOND, type Micros } from '../../../src/base/time.ts'
import { groupOf } from '../../../src/models/ip/kinds.ts'
import { selectSource } from '../../../src/models/ip/source.ts'
import type { InterfaceId, IpState } from '../../../src/models/ip/state.ts'
import type { Icmpv6 } from '../../../src/wire/icmpv6.ts'
import type { NdOption } from '../../../src/wire/nd-option.ts'
import { property } from '../../support/property.ts'
import { CLONE, hear, hosts, lab, LINK_LOCAL, PROFILES, type Lab } from './hub.ts'

const anyProfile = fc.constantFrom(...PROFILES), GLOBAL = 'fec0:301:0:1234::77'
const add = (l: Lab, name: string, address: string, more: object = {}) => l.ask({ type: 'ip.addAddress', interface: name, address, origin: 'ra', ...more })
const addLinkLocal = (l: Lab, name: string, more: object = {}) => add(l, name, LINK_LOCAL, { origin: 'link-local', ...more })
const probe = (target: string, options: readonly NdOption[] = []): Icmpv6 => ({ kind: 'NS', code: 0, target, options })
const claim = (target: string, override = true): Icmpv6 =>
  ({ kind: 'NA', code: 0, router: false, solicited: false, override, target, options: [{ kind: 'target-link-layer', address: '02:00:00:00:ee:01' }] })

test('ND-80 every address is probed before it is used, each for itself, however it came', () => {
  property(fc.property(anyProfile, fc.constantFrom('link-local', 'ra', 'temporary', 'static'), fc.constantFrom(LINK_LOCAL, GLOBAL, '2001:db8::1'), fc.nat(), (profile, origin, address, seed) => {
    const l = lab(hosts(1, { profile }), { seed })
    add(l, 'h0.eth0', '2001:db8::9')
    l.run(5 * SECOND)
    add(l, 'h0.eth0', address, { origin })
    expect(l.states('h0.eth0')[address]).toBe('tentative')
    l.run(5 * SECOND)
    expect(l.states('h0.eth0')[address]).toBe('preferred')
    expect(l.sent('h0.eth0', 'NS').filter(({ packet }) => packet.payload.kind === 'NS' && packet.payload.target === address)).toHaveLength(1)
  }), { numRuns: 30 })
})

test('ND-81 the report of its group comes before the first probe, which waits up to a second; in profile rfc the report waits too', () => {
  const delays: Record<string, { probe: Micros[]; report: Micros[] }> = { rfc: { probe: [], report: [] }, linux: { probe: [], report: [] } }
  for (const profile of PROFILES) for (let seed = 0; seed < 40; seed++) {
    const l = lab(hosts(1, { profile }), { seed })
    addLinkLocal(l, 'h0.eth0')
    l.run(3 * SECOND)
    const [ns] = l.sent('h0.eth0', 'NS'), group = groupOf(LINK_LOCAL)
    const [report] = l.sent('h0.eth0', 'mld-report').filter(({ packet }) => packet.payload.kind === 'mld-report' && packet.payload.records.some(record => record.group === group))
    const order = l.told.map(({ event }) => event.type === 'net.transmit' ? event.frame.payload : undefined)
    expect(order.indexOf(report!.packet)).toBeLessThan(order.indexOf(ns!.packet))
    expect(l.told.findIndex(({ event }) => event.type === 'net.join' && event.group === '33:33:ff:00:0c:dd')).toBeLessThan(order.indexOf(report!.packet))
    expect(ns!.at).toBeLessThanOrEqual(SECOND)
    delays[profile]!.probe.push(ns!.at)
    delays[profile]!.report.push(report!.at)
  }
  for (const { probe: times } of Object.values(delays)) {
    expect(Math.min(...times)).toBeLessThan(0.15 * SECOND)
    expect(Math.max(...times)).toBeGreaterThan(0.85 * SECOND)
  }
  expect(delays.linux!.report.every(at => at === 0)).toBe(true)
  expect(Math.max(...delays.rfc!.report)).toBeGreaterThan(0.3 * SECOND)
})

test('ND-81 an address that does not wait is probed at once, and the report still comes first', () => {
  for (const profile of PROFILES) for (const more of [{ delayed: false }, { optimistic: true }]) {
    const l = lab(hosts(1, { profile }))
    addLinkLocal(l, 'h0.eth0', more)
    l.run(0)
    expect(l.told.filter(({ event }) => event.type === 'net.transmit').map(({ at, event }) => [at, event.frame.payload.payload.kind])).toEqual([[0, 'mld-report'], [0, 'NS']])
  }
})

test('ND-83 DD-9 as many probes as configured, RetransTimer apart, and the address is usable when nothing came within RetransTimer after the last', () => {
  property(fc.property(anyProfile, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 100, max: 3000 }), fc.boolean(), fc.nat(), (profile, dadProbes, millis, enhancedDad, seed) => {
    const l = lab(hosts(1, { profile }, { dadProbes, enhancedDad }), { seed }), wait = millis * 1000
    l.sim.dispatch({ type: 'ip.setParameters', interface: 'h0.eth0' as never, retransMillis: millis })
    add(l, 'h0.eth0', GLOBAL)
    l.run(SECOND + (dadProbes + 1) * wait)
    const probes = l.sent('h0.eth0', 'NS'), [first] = probes
    expect(probes.map(({ at }) => at)).toEqual(Array.from({ length: dadProbes }, (_, n) => first!.at + n * wait))
    for (const { packet: { source, destination, hopLimit, payload } } of probes) {
      expect([source, destination, hopLimit]).toEqual(['::', 'ff02::1:ff00:77', 255])
      // No link-layer option; a nonce, the same in all of them, where RFC 7527 is spoken.
      expect(payload.kind === 'NS' && payload.options.map(({ kind }) => kind)).toEqual(enhancedDad ? ['nonce'] : [])
    }
    expect(new Set(probes.map(({ packet }) => JSON.stringify(packet.payload))).size).toBe(1)
    expect(l.all('ip.addressChanged').map(({ at, event }) => [at, event.state])).toEqual([[0, 'tentative'], [first!.at + dadProbes * wait, 'preferred']])
  }), { numRuns: 40 })
})

test('ND-83 where no probes are sent an address is usable at once; Linux waits its random delay all the same, as recorded (d05)', () => {
  const usable = (profile: string, eth0: object) => Array.from({ length: 20 }, (_, seed) => {
    const l = lab(hosts(1, { profile }, eth0), { seed })
    addLinkLocal(l, 'h0.eth0')
    l.run(2 * SECOND)
    expect(l.sent('h0.eth0', 'NS')).toEqual([])
    return l.all('ip.addressChanged').find(({ event }) => event.state === 'preferred')!.at
  })
  expect(usable('rfc', { dadProbes: 0 }).every(at => at === 0)).toBe(true)
  expect(usable('linux', { acceptDad: 0 }).every(at => at === 0)).toBe(true)
  expect(Math.max(...usable('linux', { dadProbes: 0 }))).toBeGreaterThan(0.5 * SECOND)
})

const WAITING: Micros = 0
/** What may be heard about an address that is being probed: name, message, source, destination, and whether the address is lost. */
const HEARD: readonly (readonly [string, Icmpv6, string, string, boolean, object?])[] = [
  ['a probe without a nonce', probe(GLOBAL), '::', groupOf(GLOBAL), true],
  ['a probe with another nonce', probe(GLOBAL, [{ kind: 'nonce', nonce: '010203040506' }]), '::', groupOf(GLOBAL), true],
  ['an advertisement', claim(GLOBAL), GLOBAL, 'ff02::1', true],
  ['an advertisement without Override', claim(GLOBAL, false), GLOBAL, 'ff02::1', true],
  ['an advertisement without a link-layer address', { ...claim(GLOBAL), options: [] } as Icmpv6, GLOBAL, 'ff02::1', true],
  ['an advertisement that has come from a distance', claim(GLOBAL), GLOBAL, 'ff02::1', false, { hopLimit: 64 }],
  ['somebody who looks for the address', probe(GLOBAL, [{ kind: 'source-link-layer', address: '02:00:00:00:ee:01' }]), 'fe80::ee:1', groupOf(GLOBAL), false],
  ['a probe with a link-layer option', probe(GLOBAL, [{ kind: 'source-link-layer', address: '02:00:00:00:ee:01' }]), '::', groupOf(GLOBAL), false],
  ['a probe that has come from a distance', probe(GLOBAL), '::', groupOf(GLOBAL), false, { hopLimit: 254 }],
  ['a probe for another address of the same group', probe('fec0:301:0:4321::77'), '::', groupOf(GLOBAL), false],
]

for (const [name, message, source, destination, lost, change] of HEARD) test(`ND-84 ${name} makes a tentative address ${lost ? 'a duplicate' : 'no duplicate'} (as recorded: e06)`, () => {
  for (const profile of PROFILES) for (const when of [WAITING, 1.2 * SECOND]) {
    const l = lab(hosts(1, { profile }))
    add(l, 'h0.eth0', GLOBAL)
    l.run(when)
    const probed = l.sent('h0.eth0', 'NS').length
    hear(l, 'h0.eth0', source, destination, message, change)
    expect(l.sent('h0.eth0', 'NA')).toEqual([])
    l.run(5 * SECOND)
    expect(l.states('h0.eth0')).toEqual({ [GLOBAL]: lost ? 'duplicate' : 'preferred' })
    // Who has lost while it waited says nothing more; who has not goes on.
    expect(l.sent('h0.eth0', 'NS')).toHaveLength(lost ? probed : 1)
    expect(l.all('ip.duplicateFound').map(({ event }) => event.from)).toEqual(lost ? ['02:00:00:00:ee:01'] : [])
    expect(l.sent('h0.eth0', 'NA')).toEqual([])
  }
})

test('as measured, Linux hears nothing of a tentative address that is sent to it alone, or that names a link-layer address of another size', () => {
  const strange = (type: number): NdOption => ({ kind: 'unknown', type, bytes: '00'.repeat(14) })
  const heard: readonly (readonly [Icmpv6, string, string])[] = [
    [claim(GLOBAL), GLOBAL, GLOBAL], [{ ...claim(GLOBAL), options: [strange(2)] } as Icmpv6, GLOBAL, 'ff02::1'], [probe(GLOBAL, [strange(1)]), '::', groupOf(GLOBAL)],
  ]
  for (const [message, source, destination] of heard) for (const profile of PROFILES) {
    const l = lab(hosts(1, { profile }))
    add(l, 'h0.eth0', GLOBAL)
    l.run(1.2 * SECOND)
    hear(l, 'h0.eth0', source, destination, message)
    l.run(5 * SECOND)
    expect([profile, l.states('h0.eth0')[GLOBAL]]).toEqual([profile, profile === 'linux' ? 'preferred' : 'duplicate'])
  }
})

test('ND-85 an assigned address is defended: a probe is answered to all nodes, with Override and the link-layer address, and stays', () => {
  for (const profile of PROFILES) {
    const l = lab(hosts(2, { profile }))
    add(l, 'h0.eth0', GLOBAL)
    l.run(5 * SECOND)
    add(l, 'h1.eth0', GLOBAL)
    l.run(5 * SECOND)
    expect([l.states('h0.eth0'), l.states('h1.eth0')]).toEqual([{ [GLOBAL]: 'preferred' }, { [GLOBAL]: 'duplicate' }])
    const { mac } = l.sim.world.ip.interfaces['h0.eth0' as never]!
    expect(l.sent('h0.eth0', 'NA').map(({ packet }) => [packet.source, packet.destination, packet.payload])).toEqual([[GLOBAL, 'ff02::1', {
      kind: 'NA', code: 0, router: false, solicited: false, override: true, target: GLOBAL, options: [{ kind: 'target-link-layer', address: mac }],
    }]])
    expect(l.sent('h1.eth0', 'NA')).toEqual([])
  }
})

test('ND-86 a duplicate of the link-local address made from the MAC address ends IPv6 on the interface; of any other address it does not', () => {
  property(fc.property(anyProfile, fc.constantFrom(undefined, 1 as const, 2 as const), fc.constantFrom(LINK_LOCAL, 'fe80::1', GLOBAL), (profile, acceptDad, address) => {
    const l = lab(hosts(2, { profile }, { mac: CLONE, ...(acceptDad && { acceptDad }) }))
    for (const name of ['h0.eth0', 'h1.eth0']) {
      add(l, name, address, { origin: 'link-local' })
      l.run(5 * SECOND)
    }
    const off = (acceptDad ?? (profile === 'rfc' ? 2 : 1)) === 2 && address === LINK_LOCAL
    expect(l.sim.world.ip.interfaces['h1.eth0' as never]!.disabled).toBe(off)
    expect(l.all('ip.disabled')).toHaveLength(off ? 1 : 0)
    expect(l.states('h1.eth0')).toEqual(off ? {} : { [address]: 'duplicate' })
    const before = l.told.length
    expect(add(l, 'h1.eth0', '2001:db8::5')?.status).toBe(off ? 2 : undefined)
    l.run(5 * SECOND)
    const sent = l.told.slice(before).filter(({ event }) => event.type === 'net.transmit' && event.ports[0] === 'h1.eth0')
    expect(sent.length > 0).toBe(!off)
  }), { numRuns: 24 })
})

test('ND-86 a duplicate is listed and in no use: it is no source, and who looks for it is answered by its owner alone', () => {
  for (const profile of PROFILES) {
    const l = lab(hosts(2, { profile }, { acceptDad: 1 }))
    for (const name of ['h0.eth0', 'h1.eth0']) {
      add(l, name, GLOBAL)
      l.run(5 * SECOND)
    }
    expect([l.states('h0.eth0'), l.states('h1.eth0')]).toEqual([{ [GLOBAL]: 'preferred' }, { [GLOBAL]: 'duplicate' }])
    expect(['h0.eth0', 'h1.eth0'].map(name => selectSource(l.sim.world.ip as IpState, name as InterfaceId, '2001:db8::9'))).toEqual([GLOBAL, undefined])
    const before = [l.sent('h0.eth0', 'NA').length, l.sent('h1.eth0', 'NA').length]
    for (const name of ['h0.eth0', 'h1.eth0']) hear(l, name, 'fe80::ee:1', groupOf(GLOBAL), probe(GLOBAL, [{ kind: 'source-link-layer', address: '02:00:00:00:ee:01' }]))
    l.run(SECOND)
    expect([l.sent('h0.eth0', 'NA').length, l.sent('h1.eth0', 'NA').length]).toEqual([before[0]! + 1, before[1]])
  }
})

test('ND-87 VE-12 a host whose own probes come back to it keeps its address by its nonce, and loses it without', () => {
  property(fc.property(anyProfile, fc.boolean(), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 300_000 }), fc.nat(), (profile, enhancedDad, dadProbes, delay, seed) => {
    const l = lab(hosts(1, { profile }, { enhancedDad, dadProbes }), { reflects: true, delay: () => delay, seed })
    add(l, 'h0.eth0', GLOBAL)
    l.run(6 * SECOND)
    expect(l.states('h0.eth0')).toEqual({ [GLOBAL]: enhancedDad ? 'preferred' : 'duplicate' })
  }), { numRuns: 40 })
})

test('ND-87 on a wire that reflects, nonces still tell another\'s probe from the own one (e09)', () => {
  // With several probes each has a nonce of its own already when it hears the other.
  for (const profile of PROFILES) for (const offset of [0, 0.7 * SECOND, 5 * SECOND]) for (const dadProbes of [1, 2, 3]) for (let seed = 0; seed < 8; seed++) {
    const l = lab(hosts(2, { profile }, { mac: CLONE, acceptDad: 1, dadProbes }), { reflects: true, seed })
    addLinkLocal(l, 'h0.eth0')
    l.run(offset)
    addLinkLocal(l, 'h1.eth0')
    l.run(6 * SECOND)
    expect(owners(l, LINK_LOCAL)).toHaveLength(1)
  }
})

const owners = (l: Lab, address: string): string[] =>
  Object.keys(l.sim.world.ip.interfaces).filter(name => ['preferred', 'deprecated'].includes(l.states(name)[address] ?? ''))

test('ND-88 two clones started within two seconds, frames in any order: never two owners, and one unless their probes crossed on the wire', () => {
  let none = 0, later = 0
  const late = fc.integer({ min: 0, max: 80_000 })
  property(fc.property(anyProfile, fc.integer({ min: -2 * SECOND, max: 2 * SECOND }), fc.array(late, { minLength: 12, maxLength: 12 }), fc.boolean(), fc.nat(), (profile, offset, lates, enhancedDad, seed) => {
    const l = lab(hosts(2, { profile }, { mac: CLONE, acceptDad: 1, enhancedDad }), { seed, delay: (_, __, copy) => lates[copy % lates.length] })
    const [first, second] = offset >= 0 ? ['h0.eth0', 'h1.eth0'] as const : ['h1.eth0', 'h0.eth0'] as const
    addLinkLocal(l, first)
    l.run(Math.abs(offset))
    addLinkLocal(l, second)
    l.run(5 * SECOND)
    const have = owners(l, LINK_LOCAL)
    expect(have.length).toBeLessThanOrEqual(1)
    if (have.length === 0) {
      none++
      // Each had sent its probe before it heard the other's.
      for (const [own, other] of [[first, second], [second, first]] as const) {
        const lost = l.all('ip.duplicateFound').find(({ event }) => event.interface === own)!
        expect(l.sent(own, 'NS')[0]!.at).toBeLessThanOrEqual(lost.at)
        expect(l.sent(other, 'NS')[0]!.at).toBeLessThanOrEqual(lost.at)
      }
    }
    if (have[0] === second && offset !== 0) later++
  }), { numRuns: 250 })
  // Both happen: without crossing probes and later winners the rule would not have been tried.
  expect(none).toBeGreaterThan(0)
  expect(later).toBeGreaterThan(10)
})

test('ND-88 many hosts that want one address, started at any times: never two owners on a wire that loses nothing', () => {
  property(fc.property(anyProfile, fc.array(fc.integer({ min: 0, max: 3 * SECOND }), { minLength: 2, maxLength: 6 }), fc.boolean(), fc.nat(), (profile, starts, optimistic, seed) => {
    const l = lab(hosts(starts.length, { profile }), { seed, delay: (_, __, copy) => copy * 7919 % 50_000 })
    for (const [n, at] of starts.entries()) l.sim.schedule(at, { type: 'ip.addAddress', interface: `h${n}.eth0` as never, address: GLOBAL, origin: 'ra', optimistic: optimistic && n === 0 })
    for (let step = 0; step < 12; step++) {
      l.run(SECOND / 2)
      expect(owners(l, GLOBAL).length).toBeLessThanOrEqual(1)
    }
  }), { numRuns: 60 })
})

test('ND-89 whoever was cut off while it was probed shares its address with another when the wire is whole again, and nobody notices', () => {
  let cut = true
  for (const profile of PROFILES) {
    const l = lab(hosts(2, { profile }), { delay: () => cut ? undefined : 0 })
    add(l, 'h0.eth0', GLOBAL)
    l.run(5 * SECOND)
    add(l, 'h1.eth0', GLOBAL)
    l.run(5 * SECOND)
    cut = false
    l.run(100 * SECOND)
    expect(owners(l, GLOBAL)).toEqual(['h0.eth0', 'h1.eth0'])
    cut = true
  }
})

test('ND-90 an optimistic address is in use from the start, answers without Override, and ends as preferred or as a duplicate', () => {
  for (const profile of PROFILES) {
    const l = lab(hosts(1, { profile }))
    add(l, 'h0.eth0', GLOBAL, { optimistic: true })
    expect(l.states('h0.eth0')).toEqual({ [GLOBAL]: 'optimistic' })
    hear(l, 'h0.eth0', 'fe80::ee:1', groupOf(GLOBAL), probe(GLOBAL, [{ kind: 'source-link-layer', address: '02:00:00:00:ee:01' }]))
    l.run(0)
    const [answer] = l.sent('h0.eth0', 'NA')
    expect(answer!.packet.payload).toMatchObject({ override: false, solicited: true, target: GLOBAL })
    l.run(2 * SECOND)
    expect(l.states('h0.eth0')).toEqual({ [GLOBAL]: 'preferred' })
    add(l, 'h0.eth0', '2001:db8::5', { optimistic: true })
    hear(l, 'h0.eth0', '2001:db8::5', 'ff02::1', claim('2001:db8::5'))
    expect(l.states('h0.eth0')['2001:db8::5']).toBe('duplicate')
    add(l, 'h0.eth0', '2001:db8::6', { origin: 'static' })
    expect(l.states('h0.eth0')['2001:db8::6']).toBe('tentative')
  }
})

test('a deprecated address that is probed becomes deprecated, not preferred', () => {
  const l = lab(hosts(1))
  add(l, 'h0.eth0', GLOBAL, { deprecated: true })
  l.run(3 * SECOND)
  expect(l.all('ip.addressChanged').map(({ event }) => event.state)).toEqual(['tentative', 'deprecated'])
})

test('an address that is taken away while it is probed is not heard of again', () => {
  property(fc.property(anyProfile, fc.integer({ min: 0, max: 2 * SECOND - 1 }), fc.nat(), (profile, when, seed) => {
    const l = lab(hosts(1, { profile }), { seed })
    add(l, 'h0.eth0', GLOBAL)
    l.run(when)
    const gone = l.states('h0.eth0')[GLOBAL]
    l.ask({ type: 'ip.removeAddress', interface: 'h0.eth0', address: GLOBAL })
    const before = l.told.length
    l.run(5 * SECOND)
    expect(l.told.slice(before).filter(({ event }) => event.type === 'ip.addressChanged' || event.type === 'ip.dadDue')).toEqual([])
    expect(l.all('ip.addressRemoved').map(({ event }) => event.state)).toEqual([gone])
  }), { numRuns: 40 })
})
