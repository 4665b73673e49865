/** Ping: who answers, when it is lost, and that nothing is left behind. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { property } from '../../support/property.ts'
import { lab, type Lab, type Wire } from './hub.ts'
import { bench, HOST, HOST_MAC, MAC, ns, packet, PEER, SECOND, sourceOption, type Bench } from './craft.ts'

const two = (more: Wire & { profile?: string } = {}): Lab => {
  const { profile = 'rfc', ...wire } = more
  const l = lab({ ip: { nodes: {
    a: { profile, interfaces: { eth0: { addresses: ['2001:db8::a/64', 'fe80::a/64'], dad: false } } },
    b: { profile, loopback: ['2001:db8:ffff::b'], interfaces: { eth0: { addresses: ['2001:db8::b/64', 'fe80::b/64'], dad: false }, eth1: { addresses: ['2001:db8:1::b/64', 'fe80::1b/64'], dad: false } } },
  } } }, { delay: (from, to) => from.includes('eth1') || to.includes('eth1') ? undefined : 0, ...wire })
  l.run(2 * SECOND)
  for (const to of ['2001:db8:ffff::/48', '2001:db8:1::/64']) l.sim.dispatch({ type: 'ip.addRoute', node: 'a' as never, destination: to, via: '2001:db8::b', interface: 'a.eth0' as never })
  return l
}
const told = (l: Lab): unknown[] => l.told.filter(({ event: { type } }) => type === 'ip.replied' || type === 'ip.pingLost').map(({ event }) => [event.to, event.sequence, event.type === 'ip.replied' ? event.micros : event.because])

describe('who answers', () => {
  test.each(['2001:db8::b', 'fe80::b', '2001:db8:ffff::b', '2001:db8:1::b'])('b for %s: any of its addresses, whichever interface they are on', to => {
    const l = two()
    l.ask({ type: 'ip.ping', node: 'a', to })
    l.run(10 * SECOND)
    expect(told(l)).toEqual([[to, 0, 0]])
    expect(l.sent('b.eth0', 'echo-reply').map(({ packet: { source } }) => source)).toEqual([to])
  })

  test('not for an address of the link of another interface', () => {
    const l = two()
    l.ask({ type: 'ip.ping', node: 'a', to: 'fe80::1b' })
    l.run(10 * SECOND)
    expect(told(l)).toEqual([['fe80::1b', 0, 'timeout']])
  })

  test('whoever listens to a group, from an address of its own', () => {
    const l = two()
    l.ask({ type: 'ip.ping', node: 'a', to: 'ff02::1' })
    l.run(10 * SECOND)
    expect(told(l)).toEqual([['ff02::1', 0, 0]])
    expect(l.sent('b.eth0', 'echo-reply')[0]!.packet).toMatchObject({ source: 'fe80::b', destination: 'fe80::a' })
  })

  test.each(['::1', '2001:db8::b', '2001:db8:ffff::b', '2001:db8:1::b'])('the node itself for %s, and nothing leaves it', to => {
    const l = two()
    l.ask({ type: 'ip.setInterface', interface: 'b.eth1', up: true })
    l.ask({ type: 'ip.ping', node: 'b', to })
    l.run(10 * SECOND)
    expect(told(l)).toEqual([[to, 0, 0]])
    expect(l.sent('b.eth0', 'echo-request')).toEqual([])
  })

  test('its loopback address whatever interface is down', () => {
    const l = two()
    l.ask({ type: 'ip.setInterface', interface: 'b.eth1', up: false })
    l.ask({ type: 'ip.ping', node: 'a', to: '2001:db8:ffff::b' })
    l.run(SECOND)
    expect(told(l)).toEqual([['2001:db8:ffff::b', 0, 0]])
  })

  const request = packet('fe80::1', HOST, { kind: 'echo-request', code: 0, identifier: 1, sequence: 1, data: '' }, 64)
  const answers = (b: Bench): string[] => b.sent('host.eth0', 'echo-reply').map(({ packet: { source } }) => source)
  const known = (host?: object): Bench => {
    const b = bench(host)
    b.say(ns(HOST, [sourceOption(MAC)]))
    return b
  }

  test('nobody at a tentative address, which a router does not pass on either', () => {
    const b = known({ forwarding: true })
    b.ask({ type: 'ip.addAddress', interface: 'host.eth0', address: '2001:db8::2' })
    b.say({ ...request, source: '2001:db8::9', destination: '2001:db8::2' })
    b.run(SECOND)
    expect(answers(b)).toEqual([])
    expect(b.solicitations('2001:db8::2').filter(({ packet: { source } }) => source !== '::')).toEqual([])
    b.run(5 * SECOND)
    b.say({ ...request, destination: '2001:db8::2' })
    expect(answers(b)).toEqual(['2001:db8::2'])
  })

  test('nobody to a request with a wrong checksum, nor to one from a group or from the loopback address', () => {
    const b = known()
    b.say({ ...request, payload: { ...request.payload, checksum: 0 } as typeof request.payload })
    for (const source of ['ff02::1', '::1', '::']) b.say({ ...request, source })
    expect([answers(b), b.all('ip.packetDropped')]).toEqual([[], []])
    b.say(request)
    expect(answers(b)).toEqual([HOST])
  })

  test('nobody for an address of the link of another interface, even if the request comes to its door', () => {
    const b = known({ interfaces: { eth0: { mac: HOST_MAC, addresses: [`${HOST}/64`], dad: false }, eth1: { addresses: ['fe80::12/64', '2001:db8::12/64'], dad: false } } })
    b.say({ ...request, destination: 'fe80::12' })
    expect(answers(b)).toEqual([])
    b.say({ ...request, destination: '2001:db8::12' })
    expect(answers(b)).toEqual(['2001:db8::12'])
  })

  test('only an answer from the one that was asked counts', () => {
    const b = known(), reply = (source: string): void => b.say(packet(source, HOST, { kind: 'echo-reply', code: 0, identifier: 1, sequence: 0, data: '' }, 64))
    b.ping()
    reply('fe80::77')
    expect(b.all('ip.replied')).toEqual([])
    reply(PEER)
    reply(PEER)
    expect(b.all('ip.replied')).toHaveLength(1)
  })
})

describe('how long it takes', () => {
  test('as long as request and answer are under way, resolution included', () => property(fc.property(fc.integer({ min: 0, max: 200_000 }), delay => {
    const l = two({ delay: (from, to) => from.includes('eth1') || to.includes('eth1') ? undefined : delay })
    l.ask({ type: 'ip.ping', node: 'a', to: '2001:db8::b' })
    l.run(SECOND)
    l.ask({ type: 'ip.ping', node: 'a', to: '2001:db8::b' })
    l.run(SECOND)
    expect(told(l)).toEqual([['2001:db8::b', 0, 4 * delay], ['2001:db8::b', 1, 2 * delay]])
  }), { numRuns: 20 }))

  test('an answer after the timeout is none', () => {
    const l = two({ delay: (from, to) => from.includes('eth1') || to.includes('eth1') ? undefined : 300_000 })
    l.ask({ type: 'ip.ping', node: 'a', to: '2001:db8::b', timeout: 1_199_999 })
    l.run(10 * SECOND)
    expect(told(l)).toEqual([['2001:db8::b', 0, 'timeout']])
  })
})

describe('every ping ends once', () => {
  test('whatever is lost, delayed or switched off: one answer or one loss for each, and none is waited for in the end', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('2001:db8::b', 'fe80::b', '2001:db8:ffff::b', '2001:db8::77', 'ff02::1', '2001:db9::1', '2001:db8::a').map(to => (l: Lab) => { l.ask({ type: 'ip.ping', node: 'a', to }) }) },
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 4_000_000 }).map(micros => (l: Lab) => l.run(micros)) },
      fc.tuple(fc.constantFrom('a.eth0', 'b.eth0'), fc.boolean()).map(([id, up]) => (l: Lab) => { l.ask({ type: 'ip.setInterface', interface: id, up }) }),
    )
    property(fc.property(fc.array(step, { maxLength: 25 }), fc.constantFrom('rfc', 'linux'), fc.array(fc.option(fc.integer({ min: 0, max: 400_000 }), { nil: undefined, freq: 4 }), { minLength: 1, maxLength: 30 }), (steps, profile, delays) => {
      const l = two({ profile, delay: (from, to, copy) => from.includes('eth1') || to.includes('eth1') ? undefined : delays[copy % delays.length] })
      for (const each of steps) each(l)
      l.run(20 * SECOND)
      const sequences = (type: string): number[] => l.all(type).map(({ event }) => event.sequence)
      expect([...sequences('ip.replied'), ...sequences('ip.pingLost')].toSorted((x, y) => x - y)).toEqual(sequences('ip.pinged'))
      expect(l.sim.world.ip.nodes['a' as never]!.pings).toEqual([])
    }))
  })

  test('who does not run cannot ping, nor through an interface that is not its own', () => {
    const l = two()
    expect(l.ask({ type: 'ip.ping', node: 'nobody', to: '::1' })?.text).toBe('there is no node nobody')
    expect(l.ask({ type: 'ip.ping', node: 'a', to: '2001:db8::b', interface: 'b.eth0' })?.text).toBe('Cannot find device "eth0"')
  })
})
