/** The books of clients: for how long without an address, without a router, and by whose doing. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../../src/base/time.ts'
import { why } from '../../../src/core/trace.ts'
import { longestWithout, timesWithout, withoutByItself, withoutMicros } from '../../../src/models/service/clients.ts'
import type { Holding } from '../../../src/models/service/state.ts'
import { property } from '../../support/property.ts'
import type { Run } from '../../support/systems.ts'
import { ADDRESS, at, gain, gainRouter, lan, loseAddress, loseRouter, told } from './lan.ts'

const bookOf = ({ sim }: Run, holding: Holding) => sim.world.service.clients['c' as never]![holding]
const columns = (run: Run, holding: Holding) => {
  const book = bookOf(run, holding), { now } = run.sim
  return { others: withoutMicros(book, now) / SECOND, own: withoutByItself(book, now) / SECOND, times: timesWithout(book, now), longest: longestWithout(book, now) / SECOND }
}

describe('an address', () => {
  test('a client that never had one has nothing in its books', () => {
    const run = lan({})
    expect(bookOf(run, 'address').firstAt).toBeNull()
    expect(columns(run, 'address')).toEqual({ others: 0, own: 0, times: 0, longest: 0 })
  })

  test('is had when its probes are over, not when it is formed', () => {
    expect(bookOf(lan({}, gain(10)), 'address').firstAt).toBe(11 * SECOND)
  })

  test('that is taken away and comes back is booked for the time between, with its cause', () => {
    const run = lan({}, gain(10), loseAddress(100), gain(160))
    expect(columns(run, 'address')).toEqual({ others: 61, own: 0, times: 1, longest: 61 })
    expect(bookOf(run, 'address').list).toEqual([{ from: 100 * SECOND, to: 161 * SECOND, ownMicros: 0, because: `${ADDRESS} is removed` }])
    const lost = run.trace.find(({ event }) => event.type === 'service.addressLost')!
    expect(why(run.trace, lost.seq).map(({ event }) => event.type)).toEqual(['service.addressLost', 'ip.addressRemoved', 'ip.removeAddress'])
  })

  test('that is deprecated can still be used, and is not preferred', () => {
    const run = lan({}, gain(10), [at(100, { type: 'ip.setDeprecated', interface: 'c.eth0', address: ADDRESS, deprecated: true }), at(200, { type: 'ip.setDeprecated', interface: 'c.eth0', address: ADDRESS, deprecated: false })])
    expect(columns(run, 'address')).toMatchObject({ others: 0, times: 0 })
    expect(columns(run, 'preferred')).toMatchObject({ others: 100, times: 1 })
  })

  test('without a carrier none can be used, although it stays', () => {
    const run = lan({}, gain(10), [at(100, { type: 'net.setLink', link: 'lan', up: false }), at(130, { type: 'net.setLink', link: 'lan', up: true })])
    expect(columns(run, 'address')).toMatchObject({ others: 30, times: 1 })
    expect(bookOf(run, 'address').list[0]!.because).toBe('c.eth0 has no carrier')
  })

  test('a link-local address is none', () => {
    expect(bookOf(lan({}, [at(10, { type: 'ip.addAddress', interface: 'c.eth0', address: 'fe80::c', origin: 'link-local' })]), 'address').firstAt).toBeNull()
  })
})

describe('a client that is down itself', () => {
  const ipl = at(100, { type: 'hypervisor.ipl', guest: 'c' })
  const up = 100 + 11 * 60

  test('is in a column of its own, and so is the time in which it finds a router again', () => {
    const run = lan({}, gain(10), [ipl], gain(up + 3))
    expect(columns(run, 'address')).toEqual({ others: 0, own: 10 * 60 + 4, times: 0, longest: 0 })
    expect(told(run, 'service.addressLost')).toHaveLength(1)
    expect(bookOf(run, 'address').list[0]!.because).toBe('its own downtime')
  })

  test('from 15 s after it is up, what it lacks is the doing of others', () => {
    const run = lan({}, gain(10), [ipl], gain(up + 60))
    expect(columns(run, 'address')).toEqual({ others: 61 - 15, own: 10 * 60 + 15, times: 1, longest: 46 })
  })

  test('what it lacked before is not its own', () => {
    const run = lan({}, gain(10), loseAddress(50), [ipl], gain(up + 3))
    expect(columns(run, 'address')).toEqual({ others: 50 + 60, own: 10 * 60 + 4, times: 1, longest: 110 })
  })

  test('in restricted state it has no network, and its system runs', () => {
    const run = lan({}, gain(10), [at(100, { type: 'hypervisor.enterRestricted', guest: 'c' }), at(400, { type: 'hypervisor.leaveRestricted', guest: 'c' })], gain(402))
    expect(columns(run, 'address')).toEqual({ others: 0, own: 303, times: 0, longest: 0 })
  })

  test('a lack that is still open counts up to now', () => {
    expect(columns(lan({}, gain(10), [at(1000, { type: 'hypervisor.crash', guest: 'c', down: 2 * 60 * MINUTE })]), 'address')).toEqual({ others: 0, own: 800, times: 0, longest: 0 })
    expect(columns(lan({}, gain(10), loseAddress(1000)), 'address')).toEqual({ others: 800, own: 0, times: 1, longest: 800 })
  })
})

describe('a default router', () => {
  test('is live until its route is gone', () => {
    expect(columns(lan({}, gain(10), gainRouter(20), loseRouter(100), gainRouter(140)), 'router')).toEqual({ others: 40, own: 0, times: 1, longest: 40 })
  })

  test('is not live while it does not answer: the route alone is no router', () => {
    const asks = [120, 130, 140, 150, 160, 170, 180, 190, 300, 310, 400].map(seconds => at(seconds, { type: 'ip.ping', node: 'c', to: '2001:db8:2::9' }))
    const run = lan({}, gain(10), gainRouter(20), [at(25, { type: 'ip.ping', node: 'c', to: '2001:db8:2::9' }), at(110, { type: 'net.cut', link: 'lan' }), at(305, { type: 'net.mend', link: 'lan' })], asks)
    const [[lostAt]] = told(run, 'service.routerLost') as [[number]], [[againAt]] = told(run, 'service.routerRegained') as [[number]]
    expect(lostAt).toBeGreaterThan(110)
    expect(againAt).toBeGreaterThanOrEqual(310)
    expect(bookOf(run, 'router').list[0]!.because).toBe('fe80::1 does not answer')
    expect(run.sim.world.ip.nodes['c' as never]!.routes.map(({ destination }) => destination)).toContain('::/0')
  })
})

test('whatever comes and goes, the two columns together are the time without', () => {
  const step = fc.tuple(fc.integer({ min: 1, max: 1700 }), fc.constantFrom(
    ...[gain, loseAddress, gainRouter, loseRouter].map(deed => deed),
    (seconds: number) => [at(seconds, { type: 'hypervisor.crash', guest: 'c', down: 30 * SECOND })],
    (seconds: number) => [at(seconds, { type: 'hypervisor.enterRestricted', guest: 'c' })], (seconds: number) => [at(seconds, { type: 'hypervisor.leaveRestricted', guest: 'c' })],
    (seconds: number) => [at(seconds, { type: 'net.setLink', link: 'lan', up: false })], (seconds: number) => [at(seconds, { type: 'net.setLink', link: 'lan', up: true })],
  ))
  property(fc.property(fc.array(step, { maxLength: 20 }), steps => {
    const run = lan({}, ...steps.map(([seconds, deed]) => deed(seconds)))
    for (const holding of ['address', 'router'] as const) {
      let without = 0, since: number | null = null
      for (const { at: when, event } of run.trace) {
        if (event.type === `service.${holding}Lost`) since = when
        if (event.type === `service.${holding}Regained`) {
          without += when - since!
          since = null
        }
      }
      if (since !== null) without += run.sim.now - since
      const { others, own } = columns(run, holding)
      expect((others + own) * SECOND).toBeCloseTo(without, 3)
    }
  }), { numRuns: 40 })
})
