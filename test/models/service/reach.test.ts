/** Services that need addresses, routers and answers. */
import { describe, expect, test } from 'vitest'
import { SECOND } from '../../../src/base/time.ts'
import { need } from '../../../src/models/service/config.ts'
import type { Service } from '../../../src/models/service/state.ts'
import type { Run } from '../../support/systems.ts'
import { ADDRESS, at, gain, gainRouter, lan, loseAddress, loseRouter, OUTSIDE } from './lan.ts'

const booked = ({ sim }: Run, service = 'x') => sim.world.service.services[service as never]! as Service
const needs = (...needs: object[]) => ({ x: { needs } })
const asks = (more: object = {}) => needs({ reaches: { from: 'c', to: 'outside', ...more } })
const cut = [at(101, { type: 'net.cut', link: 'wan' }), at(128, { type: 'net.mend', link: 'wan' })]

describe('reaching a node', () => {
  test('is an echo request that goes there and an answer that comes back, every ten seconds', () => {
    const run = lan(asks(), gain(1), gainRouter(1))
    expect(booked(run)).toMatchObject({ status: 'up', outages: 0 })
    const sent = run.trace.filter(({ event }) => event.type === 'ip.pinged'), answered = run.trace.filter(({ event }) => event.type === 'ip.replied')
    expect([sent.length, answered.length]).toEqual([180, 180])
    expect(sent[0]!.event).toMatchObject({ node: 'c', to: OUTSIDE })
    expect(run.trace.some(({ event }) => event.type === 'net.arrived' && event.ports.includes('outside.eth0' as never) && event.frame.payload.kind === 'ipv6')).toBe(true)
  })

  test('is over with the first request that is lost, and begins with the next that is answered', () => {
    const run = lan(asks(), gain(1), gainRouter(1), cut)
    expect(booked(run).list).toEqual([{ from: 111 * SECOND, to: 130 * SECOND, because: 'c gets no answer from outside' }])
  })

  test('is over only with as many in a row as were asked for', () => {
    expect(booked(lan(asks({ lost: 2 }), gain(1), gainRouter(1), cut)).list).toMatchObject([{ from: 121 * SECOND, to: 130 * SECOND }])
    expect(booked(lan(asks({ lost: 3 }), gain(1), gainRouter(1), cut)).list).toEqual([])
  })

  test('is not over with requests that are lost now and then: an answer in between begins the count anew', () => {
    const blink = [105, 135, 165].flatMap(seconds => [at(seconds, { type: 'net.cut', link: 'wan' }), at(seconds + 10, { type: 'net.mend', link: 'wan' })])
    const run = lan(asks({ lost: 2 }), gain(1), gainRouter(1), blink)
    expect(run.sim.world.service.reaches['c outside lost 2']!.lost).toBe(3)
    expect(booked(run).list).toEqual([])
  })

  test('is asked for at its period, with its timeout', () => {
    expect(booked(lan(asks({ every: '3s', timeout: '500ms' }), gain(1), gainRouter(1), cut)).list).toMatchObject([{ from: 102.5 * SECOND, to: 129 * SECOND }])
  })

  test('cannot be, without a route, and a service that never was up has no outage', () => {
    const run = lan(asks(), gain(1))
    expect(booked(run)).toMatchObject({ status: 'new', outages: 0 })
    expect(run.sim.world.service.reaches['c outside']).toMatchObject({ answered: null, sent: 180, lost: 180 })
  })

  test('a client that is down asks nobody, and reaches nobody', () => {
    const run = lan(asks(), gain(1), gainRouter(1), [at(105, { type: 'hypervisor.crash', guest: 'c', down: 60 * SECOND })], gain(170), gainRouter(170))
    expect(booked(run).list).toEqual([{ from: 110 * SECOND, to: 180 * SECOND, because: 'c gets no answer from outside' }])
    expect(run.trace.filter(({ refusal }) => refusal !== undefined)).toEqual([])
  })

  test('works towards an address too, and two services that ask differently have answers of their own', () => {
    const run = lan({ slow: { needs: [{ reaches: { from: 'c', to: '2001:DB8:2:0::9', every: '1m' } }] }, ...asks() }, gain(1), gainRouter(1), cut)
    expect([booked(run, 'slow').outages, booked(run).outages]).toEqual([1, 1])
    expect(booked(run, 'slow').list[0]).toMatchObject({ from: 121 * SECOND, to: 180 * SECOND })
  })

  test('a node is asked at the address it has', () => {
    const run = lan(needs({ reaches: { from: 'outside', to: 'c' } }), gain(15), gainRouter(15))
    expect(run.trace.filter(({ event }) => event.type === 'ip.pinged').map(({ event }) => (event as { to: string }).to)).toEqual(Array.from({ length: 179 }, () => ADDRESS))
    expect(booked(run)).toMatchObject({ status: 'up', outages: 0 })
  })

  test('a node that has lost its address is asked where it was, so that whoever asks finds out what its router is worth', () => {
    const run = lan(needs({ reaches: { from: 'outside', to: 'c' } }), gain(15), gainRouter(15), loseAddress(95))
    expect(run.trace.filter(({ event }) => event.type === 'ip.pinged').map(({ event }) => (event as { to: string }).to)).toEqual(Array.from({ length: 179 }, () => ADDRESS))
    expect(booked(run)).toMatchObject({ status: 'down', outages: 1 })
  })
})

describe('needs of a client', () => {
  test('a preferred address, of any prefix or of one', () => {
    const run = lan({ any: { needs: [{ preferredAddress: 'c' }] }, ...needs({ preferredAddress: { of: 'c', in: '2001:db8:1::/64' } }), other: { needs: [{ preferredAddress: { of: 'c', in: '2001:db8:7::/64' } }] } }, gain(10), loseAddress(100), gain(159))
    expect([booked(run).list, booked(run, 'any').list].map(([outage]) => outage)).toEqual([
      { from: 100 * SECOND, to: 160 * SECOND, because: 'c has no preferred global address in 2001:db8:1::/64' },
      { from: 100 * SECOND, to: 160 * SECOND, because: 'c has no preferred global address' },
    ])
    expect(booked(run, 'other').status).toBe('new')
  })

  test('a live default router', () => {
    expect(booked(lan(needs({ defaultRouter: 'c' }), gain(10), gainRouter(20), loseRouter(100), gainRouter(140))).list).toEqual([{ from: 100 * SECOND, to: 140 * SECOND, because: 'c has no live default router' }])
  })

  test('a client that hangs has what it has and does nothing with it: a stall, which the patient bear', () => {
    const hang = [at(100, { type: 'hypervisor.hang', guest: 'c' }), at(160, { type: 'hypervisor.resume', guest: 'c' })]
    expect(booked(lan(needs({ preferredAddress: 'c' }), gain(10), hang))).toMatchObject({ outages: 1, list: [{ because: 'c hangs' }] })
    expect(booked(lan({ x: { needs: [{ preferredAddress: 'c' }, { defaultRouter: 'c' }], stallTolerance: '2m' } }, gain(10), gainRouter(10), hang))).toMatchObject({ outages: 0, stalls: 1 })
  })
})

test('a need that cannot be asked is refused with what was expected', () => {
  const messages = (value: unknown) => need.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') ?? 'accepted'
  expect(messages({ reaches: { from: 'c', to: 'outside', every: '1s' } })).toBe('reaches.every: expected longer than the timeout, or answers could not be told apart')
  expect(messages({ reaches: { from: 'c', to: '2001::db8::1' } })).toBe('reaches.to: expected a node, or an IPv6 address')
  expect(messages({ reaches: { from: 'c' } })).toMatch(/to/)
  expect(messages({ preferredAddress: { of: 'c' } })).toMatch(/in|a node/)
  expect(messages({ preferredAddress: 'c', defaultRouter: 'c' })).toMatch(/found preferredAddress and defaultRouter/)
})
