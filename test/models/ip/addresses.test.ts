/** Addresses of interfaces: where they come from, what comes with them, and what the tools say when it cannot be. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { isAdapterMac, macOfName } from '../../../src/models/net/mac.ts'
import { property } from '../../support/property.ts'
import { hosts, lab, PROFILES, type Lab } from './hub.ts'

const A = 'fec0:301:0:1234::5', B = 'fec0:301:0:1234::6', C = 'fec0:1::5'
const add = (l: Lab, address: string, more: object = {}) => l.ask({ type: 'ip.addAddress', interface: 'h0.eth0', address, ...more })
const remove = (l: Lab, address: string) => l.ask({ type: 'ip.removeAddress', interface: 'h0.eth0', address })
const onLink = (l: Lab) => l.sim.world.ip.nodes['h0' as never]!.routes.filter(({ via }) => via === null).map(({ destination, metric }) => `${destination} ${metric}`)

test('ND-65 an address goes from preferred to deprecated and back, as often as it is asked for and told once for each change', () => {
  property(fc.property(fc.array(fc.boolean(), { maxLength: 12 }), fc.integer({ min: 0, max: 3 * SECOND }), (flags, wait) => {
    const l = lab(hosts(1))
    add(l, A, { origin: 'ra' })
    l.run(wait)
    for (const deprecated of flags) l.ask({ type: 'ip.setDeprecated', interface: 'h0.eth0', address: A, deprecated })
    l.run(5 * SECOND)
    const states = l.all('ip.addressChanged').map(({ event }) => event.state), last = flags.at(-1) ?? false
    expect(l.states('h0.eth0')).toEqual({ [A]: last ? 'deprecated' : 'preferred' })
    for (const [n, state] of states.entries()) if (n > 0) expect(state).not.toBe(states[n - 1])
  }), { numRuns: 50 })
})

test('a route to the link comes with addresses of people and of the link, stays while one of them needs it, and goes with the last', () => {
  const l = lab(hosts(1, {}, { dad: false }))
  add(l, A)
  add(l, B)
  add(l, 'fe80::5', { origin: 'link-local' })
  add(l, C, { origin: 'ra' })
  expect(onLink(l)).toEqual(['fec0:301:0:1234::/64 256', 'fe80::/64 256'])
  remove(l, A)
  expect(onLink(l)).toEqual(['fec0:301:0:1234::/64 256', 'fe80::/64 256'])
  add(l, 'fec0:301:0:1234::7', { origin: 'ra' })
  remove(l, B)
  remove(l, C)
  expect(onLink(l)).toEqual(['fe80::/64 256'])
  expect(l.told.filter(({ refusal }) => refusal)).toEqual([])
})

test('what cannot be is refused in the words of iproute2, and changes nothing', () => {
  const l = lab(hosts(1))
  add(l, A)
  const before = JSON.stringify(l.sim.world.ip)
  expect(add(l, A)).toEqual({ status: 2, text: 'RTNETLINK answers: File exists' })
  expect(remove(l, B)).toEqual({ status: 2, text: 'RTNETLINK answers: Cannot assign requested address' })
  expect(l.ask({ type: 'ip.setDeprecated', interface: 'h0.eth0', address: B, deprecated: true })?.status).toBe(2)
  for (const request of [{ type: 'ip.addAddress', address: B }, { type: 'ip.setInterface', up: false }, { type: 'ip.disable' }, { type: 'ip.removeAddress', address: A }])
    expect(l.ask({ ...request, interface: 'h0.eth7' })).toEqual({ status: 1, text: 'Cannot find device "eth7"' })
  expect(l.ask({ type: 'ip.setForwarding', node: 'nobody', on: true })?.status).toBe(1)
  expect(JSON.stringify(l.sim.world.ip)).toBe(before)
})

test('addresses of the configuration are there from the start: probed unless the scenario says no', () => {
  for (const profile of PROFILES) for (const dad of [true, false]) {
    const l = lab(hosts(1, { profile }, { addresses: [`${A}/64`, 'fe80::5/64'], dad }))
    expect(l.states('h0.eth0')).toEqual({ [A]: dad ? 'tentative' : 'preferred', 'fe80::5': dad ? 'tentative' : 'preferred' })
    expect(onLink(l)).toEqual(['fec0:301:0:1234::/64 256', 'fe80::/64 256'])
    l.run(3 * SECOND)
    expect(l.states('h0.eth0')).toEqual({ [A]: 'preferred', 'fe80::5': 'preferred' })
    expect(l.sent('h0.eth0', 'NS')).toHaveLength(dad ? 2 : 0)
  }
})

test('VE-28 an interface without a MAC address has one made from its name, like no other; clones are only those that are written so', () => {
  const nodes = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`h${n}`, n === 7 ? { interfaces: { eth0: { mac: macOfName('h8.eth0') } } } : {}]))
  const l = lab({ ip: { nodes } }), macs = Object.values(l.sim.world.ip.interfaces).map(({ mac }) => mac)
  expect(new Set(macs).size).toBe(300)
  expect(macs.every(isAdapterMac)).toBe(true)
  expect(l.sim.world.net.ports['h3.eth0' as never]!.mac).toBe(macOfName('h3.eth0'))
  expect(l.sim.world.net.ports['h7.eth0' as never]!.mac).toBe(macOfName('h8.eth0'))
})
