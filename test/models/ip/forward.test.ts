/** Routers: what they pass on, what not, and what they tell the sender. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { property } from '../../support/property.ts'
import type { Ipv6Packet } from '../../../src/wire/ipv6.ts'
import { decodeIpv6 } from '../../../src/wire/ipv6.ts'
import { fromHex } from '../../../src/wire/bytes.ts'
import { lab, type Lab, type Wire } from './hub.ts'
import { packet, SECOND } from './craft.ts'

const A = '2001:db8:a::a', B = '2001:db8:b::b', R_A = '2001:db8:a::1', R_B = '2001:db8:b::1'

/** a - router - b: two links, as two hubs would be. */
function chain(router: object = {}, wire: Wire = {}): Lab {
  const near = (from: string): string => from.startsWith('a.') || from.endsWith('.left') ? 'left' : 'right'
  const l = lab({ ip: { nodes: {
    a: { interfaces: { eth0: { addresses: [`${A}/64`, 'fe80::a/64'], dad: false } }, routes: [{ to: '::/0', via: R_A, interface: 'a.eth0' }] },
    b: { interfaces: { eth0: { addresses: [`${B}/64`, 'fe80::b/64'], dad: false } }, routes: [{ to: '::/0', via: R_B, interface: 'b.eth0' }] },
    r: { forwarding: true, interfaces: { left: { addresses: [`${R_A}/64`, 'fe80::1/64'], dad: false }, right: { addresses: [`${R_B}/64`, 'fe80::1/64'], dad: false } }, ...router },
  } } }, { delay: (from, to) => near(from) === near(to) ? 0 : undefined, ...wire })
  l.run(2 * SECOND)
  return l
}
const ping = (l: Lab, to: string, node = 'a'): void => {
  l.ask({ type: 'ip.ping', node, to })
  l.run(10 * SECOND)
}
/** A packet of a's, sent to the router by hand; what leaves by its other interface. */
function passed(l: Lab, given: Ipv6Packet): Ipv6Packet[] {
  ping(l, R_A)
  ping(l, R_B, 'b')
  const before = l.sent('r.right', given.payload.kind).length
  const mac = (id: string): string => l.sim.world.ip.interfaces[id as never]!.mac
  l.ask({ type: 'net.transmit', ports: ['a.eth0'], frame: { destination: mac('r.left'), source: mac('a.eth0'), tags: [], payload: given } })
  l.run(10 * SECOND)
  return l.sent('r.right', given.payload.kind).slice(before).map(({ packet: sent }) => sent)
}
const request = (source: string, destination: string, hopLimit = 64): Ipv6Packet => packet(source, destination, { kind: 'echo-request', code: 0, identifier: 9, sequence: 9, data: '616263' }, hopLimit)

describe('a router', () => {
  test('passes a packet on with one hop less and nothing else changed, and the answer back', () => {
    const l = chain()
    ping(l, B)
    expect(l.all('ip.replied').map(({ event }) => [event.node, event.to])).toEqual([['a', B]])
    property(fc.property(fc.integer({ min: 2, max: 255 }), hopLimit => {
      const given = request(A, B, hopLimit)
      expect(passed(chain(), given)).toEqual([{ ...given, hopLimit: hopLimit - 1 }])
    }), { numRuns: 10 })
  })

  test.each([1, 0])('ends a packet whose hop limit is %d, and tells the sender', hopLimit => {
    const l = chain()
    expect(passed(l, request(A, B, hopLimit))).toEqual([])
    const [error] = l.sent('r.left', 'time-exceeded')
    expect(error!.packet).toMatchObject({ source: R_A, destination: A, payload: { code: 0 } })
    const invoking = error!.packet.payload.kind === 'time-exceeded' ? decodeIpv6(fromHex(error!.packet.payload.invoking)!)!.packet : undefined
    expect(invoking).toEqual(request(A, B, hopLimit))
    expect(l.all('ip.packetDropped').map(({ event }) => event.reason)).toEqual(['hop limit'])
  })

  test.each([['fe80::a', B], [A, 'fe80::b'], [A, 'ff0e::1'], [A, 'ff02::1'], ['::', B], [A, '::1']])('keeps from %s to %s on its link', (source, destination) =>
    expect(passed(chain(), request(source, destination))).toEqual([]))

  test('says beyond scope to a sender that has only an address of the link', () => {
    const l = chain()
    passed(l, request('fe80::a', B))
    expect(l.sent('r.left', 'unreachable').map(({ packet: { destination, payload } }) => [destination, payload.kind === 'unreachable' && payload.code])).toEqual([['fe80::a', 2]])
  })

  test('without a route says so, and the ping is lost at once', () => {
    const l = chain()
    ping(l, '2001:db8:c::1')
    expect(l.all('ip.packetDropped').map(({ event }) => [event.node, event.reason])).toEqual([['r', 'no route']])
    expect(l.sent('r.left', 'unreachable')[0]!.packet.payload).toMatchObject({ code: 0 })
    expect(l.all('ip.pingLost').map(({ event }) => event.because)).toEqual(['unreachable'])
  })

  test('ND-104 says address unreachable for each packet that waited for a neighbour in vain', () => {
    const l = chain()
    for (let n = 0; n < 2; n++) l.ask({ type: 'ip.ping', node: 'a', to: '2001:db8:b::77', timeout: 20 * SECOND })
    const from = l.sim.now
    l.run(20 * SECOND)
    expect(l.sent('r.left', 'unreachable').map(({ at, packet: { payload } }) => [(at - from) / SECOND, payload.kind === 'unreachable' && payload.code])).toEqual([[3, 3], [3, 3]])
    expect(l.all('ip.pingLost').map(({ event }) => [event.because, event.sequence])).toEqual([['unreachable', 0], ['unreachable', 1]])
  })

  test('no error answers an error', () => {
    const l = chain()
    expect(passed(l, packet(A, '2001:db8:c::1', { kind: 'time-exceeded', code: 0, parameter: 0, invoking: '' }, 64))).toEqual([])
    expect(l.sent('r.left', 'unreachable')).toEqual([])
  })

  test('ND-17 drops what is not its own once it no longer forwards', () => {
    const l = chain()
    l.ask({ type: 'ip.setForwarding', node: 'r', on: false })
    ping(l, B)
    expect(l.all('ip.replied')).toEqual([])
    expect(l.all('ip.packetDropped').map(({ event }) => [event.node, event.reason])).toEqual([['r', 'not forwarding']])
    // Its own addresses, those of the other side too, are still its own.
    ping(l, R_B)
    expect(l.all('ip.replied').map(({ event }) => event.to)).toEqual([R_B])
  })

  test('leaves alone what its adapter let pass for others', () => {
    const l = chain(), mac = l.sim.world.ip.interfaces['a.eth0' as never]!.mac
    l.sim.dispatch({ type: 'net.join', port: 'r.left' as never, group: '02:00:00:00:00:77' })
    l.ask({ type: 'net.transmit', ports: ['a.eth0'], frame: { destination: '02:00:00:00:00:77', source: mac, tags: [], payload: request(A, B) } })
    l.run(SECOND)
    expect([...l.sent('r.right', 'echo-request'), ...l.all('ip.neighbourChanged')]).toEqual([])
  })

  test('two routers that send everything to each other end a packet after as many hops as it may take', () => {
    const l = lab({ ip: { nodes: {
      a: { interfaces: { eth0: { addresses: [`${A}/64`], dad: false } }, routes: [{ to: '::/0', via: R_A, interface: 'a.eth0' }] },
      r: { forwarding: true, interfaces: { eth0: { addresses: [`${R_A}/64`], dad: false } }, routes: [{ to: '::/0', via: '2001:db8:a::2', interface: 'r.eth0' }] },
      q: { forwarding: true, interfaces: { eth0: { addresses: ['2001:db8:a::2/64'], dad: false } }, routes: [{ to: '::/0', via: R_A, interface: 'q.eth0' }] },
    } } })
    l.run(2 * SECOND)
    ping(l, B)
    expect(l.sent('r.eth0', 'echo-request').length + l.sent('q.eth0', 'echo-request').length).toBe(63)
    expect(l.all('ip.pingLost').map(({ event }) => event.because)).toEqual(['unreachable'])
  })
})
