/** Reports of groups: what they look like on the wire, when they go out, and with which source. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { encodeFrame } from '../../../src/wire/frame.ts'
import type { MldReport } from '../../../src/wire/mld.ts'
import { property } from '../../support/property.ts'
import { hosts, lab, PROFILES, type Lab } from './hub.ts'

const LINK_LOCAL = 'fe80::ff:fe00:c01', MAC = '02:00:00:00:0c:01', GLOBAL = 'fec0:301:0:1234:0:ff:fe00:c01', OTHER = 'fec0:301:0:1234::5'
const add = (l: Lab, name: string, address: string, origin = 'ra') => l.ask({ type: 'ip.addAddress', interface: name, address, origin })
const reports = (l: Lab, name: string) => l.sent(name, 'mld-report').map(({ at, packet }) =>
  ({ at, source: packet.source, records: (packet.payload as unknown as MldReport).records.map(({ record, group }) => `${record} ${group}`) }))

/** The frames that one recorded machine sent, of these kinds. */
function recorded(scenario: string, mac: string, kinds: readonly string[]): string[] {
  const { packets } = JSON.parse(readFileSync(new URL(`../../golden/ra/${scenario}/packets.json`, import.meta.url), 'utf8')) as { packets: { kind: string; frame: string; inputs: { srcMac: string } }[] }
  return packets.filter(({ kind, inputs }) => kinds.includes(kind) && inputs.srcMac === mac).map(({ frame }) => frame)
}
const frames = (l: Lab, name: string, kinds: readonly string[]): string[] => [...new Set(l.told
  .filter(({ event }) => event.type === 'net.transmit' && event.ports[0] === name && kinds.includes(event.frame.payload.payload.kind))
  .map(({ event }) => Buffer.from(encodeFrame(event.frame)).toString('hex')))]

test('ND-82 the reports of a host and of a router are, byte for byte, those recorded of Linux (d01)', () => {
  const l = lab({ ip: { nodes: {
    c1: { profile: 'linux', interfaces: { eth0: { mac: MAC, up: false } } },
    router: { profile: 'linux', forwarding: true, interfaces: { eth0: { mac: '02:00:00:00:0a:01', up: false } } },
  } } })
  for (const [name, address] of [['c1.eth0', LINK_LOCAL], ['router.eth0', 'fe80::ff:fe00:a01']] as const) {
    l.sim.schedule(SECOND, { type: 'ip.setInterface', interface: name as never, up: true })
    l.sim.schedule(SECOND, { type: 'ip.addAddress', interface: name as never, address, origin: 'link-local' })
  }
  l.run(5 * SECOND)
  add(l, 'c1.eth0', GLOBAL)
  l.run(5 * SECOND)
  const host = recorded('d01-eui64-basic', MAC, ['MLDv2'])
  expect(host.length).toBe(2)
  expect(frames(l, 'c1.eth0', ['mld-report'])).toEqual(host)
  // Linux tells of the anycast group once more by itself; the other two are ours.
  const router = recorded('d01-eui64-basic', '02:00:00:00:0a:01', ['MLDv2']), ours = frames(l, 'router.eth0', ['mld-report'])
  expect(ours).toHaveLength(2)
  expect(router).toEqual(expect.arrayContaining(ours))
})

test('ND-81 a probe is, but for its nonce and checksum, the one recorded of Linux (d01)', () => {
  const l = lab({ ip: { nodes: { c1: { profile: 'linux', interfaces: { eth0: { mac: MAC } } } } } })
  add(l, 'c1.eth0', LINK_LOCAL, 'link-local')
  l.run(3 * SECOND)
  const blank = (hex: string) => `${hex.slice(0, 112)}....${hex.slice(116, -12)}`
  const [ours] = frames(l, 'c1.eth0', ['NS'])
  expect(recorded('d01-eui64-basic', MAC, ['NS']).map(blank)).toContain(blank(ours!))
})

test('ND-82 until a link-local address is assigned reports have no source; then, before anything else is sent, all groups are told from it', () => {
  property(fc.property(fc.constantFrom(...PROFILES), fc.boolean(), fc.nat(), (profile, forwarding, seed) => {
    const l = lab(hosts(1, { profile, forwarding }), { seed })
    add(l, 'h0.eth0', OTHER)
    l.run(5 * SECOND)
    add(l, 'h0.eth0', LINK_LOCAL, 'link-local')
    l.run(5 * SECOND)
    const assigned = l.all('ip.addressChanged').find(({ event }) => event.address === LINK_LOCAL && event.state === 'preferred')!
    const all = reports(l, 'h0.eth0'), before = all.filter(({ at }) => at < assigned.at), after = all.filter(({ at }) => at >= assigned.at)
    expect(before.length).toBeGreaterThan(0)
    expect(new Set(before.map(({ source }) => source))).toEqual(new Set(['::']))
    expect(new Set(after.map(({ source }) => source))).toEqual(new Set([LINK_LOCAL]))
    expect(after[0]!.at).toBe(assigned.at)
    const joined = Object.keys(l.sim.world.ip.interfaces['h0.eth0' as never]!.groups).filter(group => group !== 'ff02::1')
    expect(after[0]!.records.toSorted()).toEqual(joined.map(group => `to-exclude ${group}`).toSorted())
    // The fact comes behind the report, so that nobody can send from the address before.
    expect(l.told.findIndex(({ event }) => event.type === 'net.transmit' && event.frame.payload.source === LINK_LOCAL)).toBeLessThan(l.told.indexOf(assigned))
  }), { numRuns: 25 })
})

test('ND-81 ND-82 each change is told twice, the second time within a second, hop limit 1, router alert, to ff02::16', () => {
  property(fc.property(fc.constantFrom(...PROFILES), fc.nat(), (profile, seed) => {
    const l = lab(hosts(1, { profile }), { seed })
    l.run(3 * SECOND)
    add(l, 'h0.eth0', OTHER)
    l.run(5 * SECOND)
    const told = reports(l, 'h0.eth0').filter(({ records }) => records.includes('to-exclude ff02::1:ff00:5'))
    expect(told).toHaveLength(2)
    expect(told[1]!.at - told[0]!.at).toBeLessThanOrEqual(SECOND)
    for (const { packet: { hopLimit, destination, extensions } } of l.sent('h0.eth0', 'mld-report'))
      expect([hopLimit, destination, extensions]).toEqual([1, 'ff02::16', [{ header: 'hop-by-hop', options: [{ type: 5, value: '0000' }] }]])
    l.ask({ type: 'ip.removeAddress', interface: 'h0.eth0', address: OTHER })
    l.run(5 * SECOND)
    expect(reports(l, 'h0.eth0').filter(({ records }) => records.includes('to-include ff02::1:ff00:5'))).toHaveLength(2)
    expect(reports(l, 'h0.eth0').some(({ records }) => records.some(record => record.endsWith(' ff02::1')))).toBe(false)
  }), { numRuns: 20 })
})

test('a group is joined for the first address that wants it and left after the last; all nodes are always listened to', () => {
  property(fc.property(fc.array(fc.constantFrom('fec0::5', 'fec0:1::5', 'fec0::6', 'fec0:2::5'), { maxLength: 14 }), steps => {
    const l = lab(hosts(1)), have = new Set<string>()
    for (const address of steps) {
      l.ask({ type: have.has(address) ? 'ip.removeAddress' : 'ip.addAddress', interface: 'h0.eth0', address })
      if (!have.delete(address)) have.add(address)
      const wanted = new Set(['33:33:00:00:00:01', ...[...have].map(each => `33:33:ff:00:00:0${each.at(-1)!}`)])
      const { groups } = l.sim.world.net
      expect(new Set(Object.keys(groups).filter(mac => groups[mac]!.includes('h0.eth0' as never)))).toEqual(wanted)
    }
  }), { numRuns: 40 })
})

test('ND-6 a router listens to ff02::2 and for the anycast address of each of its prefixes, as long as it is a router', () => {
  const l = lab(hosts(1, { forwarding: true }, { addresses: ['fec0::1/64', 'fec0:9::11:3/127'], dad: false })), groups = () => Object.keys(l.sim.world.ip.interfaces['h0.eth0' as never]!.groups)
  const asRouter = ['ff02::1', 'ff02::1:ff00:0', 'ff02::1:ff00:1', 'ff02::1:ff11:3', 'ff02::2']
  expect(groups().toSorted()).toEqual(asRouter)
  l.ask({ type: 'ip.setForwarding', node: 'h0', on: false })
  expect(groups().toSorted()).toEqual(['ff02::1', 'ff02::1:ff00:1', 'ff02::1:ff11:3'])
  l.ask({ type: 'ip.setForwarding', node: 'h0', on: true })
  expect(groups().toSorted()).toEqual(asRouter)
  expect(l.all('ip.forwardingChanged').map(({ event }) => event.on)).toEqual([false, true])
})

test('ND-81 interfaces that come up together report at once on Linux, and by the standard each at its own time within a second', () => {
  for (const profile of PROFILES) {
    const l = lab(hosts(20, { profile, forwarding: true })), names = Array.from({ length: 20 }, (_, n) => `h${n}.eth0`)
    l.run(SECOND)
    const first = names.map(name => l.sent(name, 'mld-report')[0]!.at)
    expect(new Set(first).size).toBe(profile === 'linux' ? 1 : 20)
    expect(Math.max(...first)).toBeLessThanOrEqual(profile === 'linux' ? 0 : SECOND)
  }
})
