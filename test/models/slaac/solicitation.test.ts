/** When hosts ask for routers, how often, and what makes them stop. */
import { describe, expect, test } from 'vitest'
import { ETH0, HOUR, lab, LINK_LOCAL, MAC, pio, ra, ready, SECOND, taken, type Lab } from './lab.ts'

/** Seconds at which solicitations went out. */
const asked = (l: Lab): number[] => l.all('slaac.solicited').map(({ at }) => at / SECOND)
const gaps = (times: readonly number[]): number[] => times.slice(1).map((at, n) => Math.round((at - times[n]!) * 1e6) / 1e6)
const usableAt = (l: Lab): number => l.all('ip.addressChanged').find(({ event }) => event['state'] === 'preferred' && event['origin'] === 'link-local')!.at / SECOND
const sent = (l: Lab) => l.all('ip.sendOnLink').map(({ event }) => event['packet'])

describe('the first', () => {
  test.each(['rfc', 'linux'] as const)('ND-40 profile %s: it goes out when the link-local address is usable, since duplicate address detection has had its random delay', profile => {
    const l = ready({}, { profile })
    expect(asked(l)[0]).toBe(usableAt(l))
  })

  test('ND-40 without duplicate address detection, and when a lost carrier is back, it waits for a random time of up to a second', () => {
    const delays = Array.from({ length: 40 }, (_, seed) => asked(ready({}, { seed, eth0: { dadProbes: 0 } }))[0]!)
    expect(Math.min(...delays)).toBeLessThan(0.1)
    expect(Math.max(...delays)).toBeGreaterThan(0.9)
    expect(Math.max(...delays)).toBeLessThanOrEqual(1)
    const l = ready()
    l.run(60 * SECOND)
    l.ask({ type: 'net.setLink', link: 'cable', up: false })
    l.run(SECOND)
    const back = l.sim.now / SECOND, before = asked(l).length
    l.ask({ type: 'net.setLink', link: 'cable', up: true })
    l.run(2 * SECOND)
    expect(asked(l).length).toBe(before + 1)
    expect(asked(l).at(-1)! - back).toBeGreaterThan(0)
    expect(asked(l).at(-1)! - back).toBeLessThanOrEqual(1)
  })

  test('ND-40 a host that is told to draws the delay after duplicate address detection all the same', () => {
    const delays = Array.from({ length: 40 }, (_, seed) => {
      const l = ready({ rsDelayAfterDad: true }, { seed })
      return asked(l)[0]! - usableAt(l)
    })
    expect(Math.min(...delays)).toBeLessThan(0.1)
    expect(Math.max(...delays)).toBeGreaterThan(0.9)
    expect(Math.max(...delays)).toBeLessThanOrEqual(1)
  })

  test('ND-42 it goes to all routers, from the link-local address and with the link-layer address; from nobody it would not have that', () => {
    const [first] = sent(ready())
    expect(first).toMatchObject({ source: LINK_LOCAL, destination: 'ff02::2', hopLimit: 255, payload: { kind: 'RS', code: 0, options: [{ kind: 'source-link-layer', address: MAC }] } })
    const without = lab({ addressGeneration: 'none' })
    without.ask({ type: 'slaac.solicit', interface: ETH0 })
    expect(sent(without)).toEqual([expect.objectContaining({ source: '::', payload: { kind: 'RS', code: 0, options: [] } })])
  })

  test('ND-86 none goes out where the link-local address is a duplicate, nor where no such address is made', () => {
    for (const profile of ['rfc', 'linux'] as const) {
      const l = lab({}, { profile })
      l.say(taken(LINK_LOCAL))
      l.run(100 * SECOND)
      expect(asked(l)).toEqual([])
      expect(asked(ready({ addressGeneration: 'none' }, { profile }))).toEqual([])
    }
  })
})

describe('those after it', () => {
  test('ND-41 DD-8 profile rfc: three, four seconds apart, then silence; an advertisement that comes later is processed', () => {
    const l = lab()
    l.run(HOUR)
    expect(gaps(asked(l))).toEqual([4, 4])
    l.say(ra([pio()]))
    expect(l.host.routers.map(({ address }) => address)).toHaveLength(1)
  })

  test('ND-41 DD-8 profile linux: without end, each gap the double of the last with a tenth of it to and fro, at most an hour and its tenth (RFC 7559)', () => {
    for (let seed = 0; seed < 20; seed++) {
      const l = lab({}, { profile: 'linux', seed })
      l.run(20 * HOUR)
      const all = gaps(asked(l))
      expect(all.length).toBeGreaterThan(20)
      expect(Math.abs(all[0]! - 4)).toBeLessThanOrEqual(0.4)
      all.slice(1, 9).forEach((gap, n) => expect(Math.abs(gap / all[n]! - 2)).toBeLessThanOrEqual(0.1001))
      for (const gap of all.slice(12)) expect(Math.abs(gap - 3600)).toBeLessThanOrEqual(360)
    }
  })

  test('ND-41 a number may be given in either profile: three with doubling gaps, none, or without end by the standard', () => {
    const three = lab({ solicitations: 3 }, { profile: 'linux' }), none = lab({ solicitations: 0 }), endless = lab({ solicitations: 'unlimited' })
    for (const l of [three, none, endless]) l.run(HOUR)
    expect(asked(three)).toHaveLength(3)
    expect(gaps(asked(three))[1]).toBeGreaterThan(6.5)
    expect(asked(none)).toEqual([])
    expect(asked(endless).length).toBeGreaterThan(7)
    expect(gaps(asked(endless))[3]).toBeGreaterThan(20)
  })
})

describe('the end', () => {
  test('ND-43 the first valid advertisement of a router ends them; one with lifetime zero, and an invalid one, do not', () => {
    const answeredBy = (packet: ReturnType<typeof ra>): number => {
      const l = lab({ solicitations: 'unlimited' })
      l.run(2.5 * SECOND)
      const before = asked(l).length
      l.say(packet)
      l.run(100 * SECOND)
      return asked(l).length - before
    }
    expect(answeredBy(ra())).toBe(0)
    expect(answeredBy(ra([pio()], { routerLifetimeSeconds: 0 }))).toBeGreaterThan(2)
    expect(answeredBy({ ...ra(), hopLimit: 254 })).toBeGreaterThan(2)
  })

  test('ND-43 profile linux, as recorded (f03): any advertisement that is accepted ends them', () => {
    const l = lab({}, { profile: 'linux' })
    l.run(2.5 * SECOND)
    l.say(ra([pio()], { routerLifetimeSeconds: 0 }))
    l.run(100 * SECOND)
    expect(asked(l)).toHaveLength(1)
  })

  test('ND-43 an advertisement before the first one does not spare it', () => {
    // It comes while the address is probed, and while the random delay runs.
    for (const eth0 of [{}, { dadProbes: 0 }]) {
      const l = lab({}, { eth0 })
      l.say(ra())
      l.run(100 * SECOND)
      expect(asked(l)).toHaveLength(1)
    }
  })

  test('ND-43 an answer from before the carrier was lost, or before the node forwarded, is none: they go on until there is another', () => {
    const l = lab()
    l.run(3 * SECOND)
    l.say(ra())
    l.run(30 * SECOND)
    expect(asked(l)).toHaveLength(1)
    l.ask({ type: 'net.setLink', link: 'cable', up: false })
    l.run(SECOND)
    l.ask({ type: 'net.setLink', link: 'cable', up: true })
    l.run(30 * SECOND)
    expect(asked(l)).toHaveLength(4)
    l.say(ra())
    for (const on of [true, false]) l.ask({ type: 'ip.setForwarding', node: 'h', on })
    l.run(30 * SECOND)
    expect(asked(l)).toHaveLength(7)
  })

  test('ND-43 they begin again when the interface is switched on, the carrier is back, the node no longer forwards', () => {
    const l = lab({}, {})
    const answered = (): number => {
      l.run(3 * SECOND)
      l.say(ra())
      l.run(30 * SECOND)
      return asked(l).length
    }
    expect(answered()).toBe(1)
    l.ask({ type: 'ip.setInterface', interface: ETH0, up: false })
    l.ask({ type: 'ip.setInterface', interface: ETH0, up: true })
    expect(answered()).toBe(2)
    l.ask({ type: 'net.setLink', link: 'cable', up: false })
    l.run(SECOND)
    l.ask({ type: 'net.setLink', link: 'cable', up: true })
    expect(answered()).toBe(3)
    l.ask({ type: 'ip.setForwarding', node: 'h', on: true })
    expect(l.all('slaac.routerRemoved').at(-1)?.event['because']).toBe('we forward')
    l.run(30 * SECOND)
    expect(asked(l)).toHaveLength(3)
    l.ask({ type: 'ip.setForwarding', node: 'h', on: false })
    expect(answered()).toBe(4)
  })

  test('profile linux, as recorded (l07): a carrier that comes back makes nobody ask', () => {
    const l = lab({}, { profile: 'linux' })
    l.run(3 * SECOND)
    l.say(ra())
    l.ask({ type: 'net.setLink', link: 'cable', up: false })
    l.run(SECOND)
    l.ask({ type: 'net.setLink', link: 'cable', up: true })
    l.run(30 * SECOND)
    expect(asked(l)).toHaveLength(1)
  })

  test('a router asks nobody, unless it is told to listen while it forwards', () => {
    const [deaf, listening] = [ready({}, { forwarding: true }), ready({ acceptRa: 'forwarding' }, { forwarding: true })]
    expect([asked(deaf).length, asked(listening).length > 0, Object.keys(deaf.states())]).toEqual([0, true, [LINK_LOCAL]])
    for (const l of [deaf, listening]) l.say(ra([pio()]))
    expect([deaf.routes(), listening.routes().length]).toEqual([[], 2])
  })

  test('what does not exist is refused', () => {
    expect(lab().ask({ type: 'slaac.solicit', interface: 'h.eth9' })).toEqual({ status: 1, text: 'Cannot find device "h.eth9"' })
  })
})
