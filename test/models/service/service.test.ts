/** Outages, stalls and what they are booked under, for services that need guests and other services. Arrays: exposure.test.ts. */
import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../src/base/time.ts'
import { why } from '../../../src/core/trace.ts'
import type { GuestId } from '../../../src/models/hypervisor/state.ts'
import { availability, downtime, KEPT, longestOutage, meanOutage, type Service, type ServiceId } from '../../../src/models/service/state.ts'
import type { SimRequest } from '../../../src/models/stack.ts'
import { play, type Plan, type Run, type Sections } from '../../support/systems.ts'

const a = 'a' as GuestId
const guests = (services: unknown, more: Sections = {}): Sections => ({
  hypervisor: { systems: { power5: {} }, guests: Object.fromEntries(['a', 'b', 'c'].map(name => [name, { on: 'power5', os: 'ibm-i', ipl: '10m', abnormalIpl: '30m', shutdown: '5m' }])) },
  service: { services }, ...more,
})
const at = (minutes: number, request: SimRequest): Plan[number] => ({ at: minutes * MINUTE, request })
const booked = ({ sim }: Run, service = 'x'): Readonly<Service> => sim.world.service.services[service as ServiceId]! as Service
const x = (service: object) => guests({ x: service })

describe('outages', () => {
  test('an outage lasts from the beginning of the shutdown, when services stop, until the guest is up', () => {
    const run = play(x({ needs: [{ guest: 'a' }] }), [at(60, { type: 'hypervisor.ipl', guest: a })], { until: 2 * HOUR })
    expect(booked(run).list).toEqual([{ from: 60 * MINUTE, to: 75 * MINUTE, because: 'a is shutting down' }])
    expect([booked(run).outages, downtime(booked(run), run.sim.now), longestOutage(booked(run), run.sim.now)]).toEqual([1, 15 * MINUTE, 15 * MINUTE])
    expect(availability(booked(run), run.sim.now)).toBeCloseTo(1 - 15 / 120, 12)
  })

  test('the cause of an outage is the fact that opened it, back to what came from outside', () => {
    const { trace } = play(x({ needs: [{ guest: 'a' }] }), [at(60, { type: 'hypervisor.crash', guest: a })], { until: 2 * HOUR })
    const down = trace.find(entry => entry.event.type === 'service.wentDown')!
    expect(why(trace, down.seq).map(entry => entry.event.type)).toEqual(['service.wentDown', 'hypervisor.guestDown', 'hypervisor.crash'])
  })

  test('mean time to repair and downtime count an outage that is still open', () => {
    const plan = [at(10, { type: 'hypervisor.crash', guest: a, down: 10 * MINUTE }), at(60, { type: 'hypervisor.crash', guest: a, down: 60 * MINUTE })]
    const run = play(x({ needs: [{ guest: 'a' }] }), plan, { until: 80 * MINUTE })
    expect(booked(run).status).toBe('down')
    expect([downtime(booked(run), run.sim.now), meanOutage(booked(run), run.sim.now), longestOutage(booked(run), run.sim.now)]).toEqual([30 * MINUTE, 15 * MINUTE, 20 * MINUTE])
    expect(booked(run).list[1]!.to).toBeNull()
  })

  test('a service that has not been up yet has no outage', () => {
    const sections = x({ needs: [{ guest: 'a' }] });
    (sections.hypervisor as { guests: { a: object } }).guests.a = { on: 'power5', os: 'ibm-i', ipl: '10m', initially: 'not activated' }
    const run = play(sections, [at(60, { type: 'hypervisor.powerOn', guest: a })], { until: 2 * HOUR })
    expect([booked(run).status, booked(run).outages, downtime(booked(run), run.sim.now)]).toEqual(['up', 0, 0])
  })

  test('counts go on exactly when the list is full', () => {
    const run = play(guests({ x: { needs: [{ guest: 'a' }] } }, { fault: { crashes: { crash: ['a'], upFor: '1h', lasts: '6m' } } }), [], { until: 1.1 * 100 * HOUR })
    expect(booked(run).outages).toBe(100)
    expect(booked(run).list).toHaveLength(KEPT)
    expect(downtime(booked(run), run.sim.now)).toBe(100 * 6 * MINUTE)
  })

  test('a service goes down with the service it needs, for that reason, and comes up after it', () => {
    const run = play(guests({ lower: { needs: [{ guest: 'a' }] }, upper: { needs: [{ service: 'lower' }, { guest: 'b' }] } }), [at(60, { type: 'hypervisor.crash', guest: a, down: 10 * MINUTE })], { until: 2 * HOUR })
    expect(booked(run, 'upper').list).toEqual([{ from: 60 * MINUTE, to: 70 * MINUTE, because: 'lower is down' }])
    const down = run.trace.findLast(entry => entry.event.type === 'service.wentDown')!
    expect(down.event).toMatchObject({ service: 'upper' })
    expect(why(run.trace, down.seq).map(entry => entry.event.type)).toEqual(['service.wentDown', 'hypervisor.guestDown', 'hypervisor.crash'])
  })

  test('any of two hosts will do: only both down at once is an outage', () => {
    const plan = [at(10, { type: 'hypervisor.crash', guest: a, down: 30 * MINUTE }), at(30, { type: 'hypervisor.crash', guest: 'b' as GuestId, down: 30 * MINUTE })]
    const run = play(x({ needs: [{ any: [{ guest: 'a' }, { guest: 'b' }] }] }), plan, { until: 2 * HOUR })
    expect(booked(run).list).toEqual([{ from: 30 * MINUTE, to: 40 * MINUTE, because: 'b is down' }])
  })
})

describe('stalls', () => {
  const hang = (minutes: number): Plan => [at(10, { type: 'hypervisor.hang', guest: a }), at(10 + minutes, { type: 'hypervisor.resume', guest: a })]

  test('a guest that hangs is an outage at once for a service without tolerance', () => {
    const run = play(x({ needs: [{ guest: 'a' }] }), hang(1), { until: HOUR })
    expect(booked(run).list).toEqual([{ from: 10 * MINUTE, to: 11 * MINUTE, because: 'a hangs' }])
    expect(booked(run).stalledMicros).toBe(MINUTE)
    expect(run.trace.filter(entry => entry.event.type.startsWith('service.')).map(entry => entry.event.type)).toEqual(['service.wentDown', 'service.cameUp'])
  })

  test('a stall within the tolerance is no outage, and its time is known all the same', () => {
    const run = play(x({ needs: [{ guest: 'a' }], stallTolerance: '2m' }), hang(1), { until: HOUR })
    expect([booked(run).outages, booked(run).stalls, booked(run).stalledMicros]).toEqual([0, 1, MINUTE])
    expect(run.trace.filter(entry => entry.event.type.startsWith('service.')).map(entry => entry.event.type)).toEqual(['service.stallBegan', 'service.stallEnded'])
  })

  test('a stall that outlasts the tolerance is an outage from its beginning', () => {
    const run = play(x({ needs: [{ guest: 'a' }], stallTolerance: '2m' }), hang(7), { until: HOUR })
    expect(booked(run).list).toEqual([{ from: 10 * MINUTE, to: 17 * MINUTE, because: 'a hangs' }])
    const down = run.trace.find(entry => entry.event.type === 'service.wentDown')!
    expect(down.at).toBe(12 * MINUTE)
    expect(downtime(booked(run), run.sim.now)).toBe(7 * MINUTE)
  })

  test('a stall that turns into a failure is an outage from its beginning', () => {
    const plan = [at(10, { type: 'hypervisor.hang', guest: a }), at(11, { type: 'hypervisor.crash', guest: a, down: 10 * MINUTE })]
    const run = play(x({ needs: [{ guest: 'a' }], stallTolerance: '2m' }), plan, { until: HOUR })
    expect(booked(run).list).toEqual([{ from: 10 * MINUTE, to: 21 * MINUTE, because: 'a is down' }])
    expect(run.sim.check()).toEqual([])
  })

  test('who needs a service that stalls within its tolerance stalls with it', () => {
    const services = { lower: { needs: [{ guest: 'a' }], stallTolerance: '2m' }, upper: { needs: [{ service: 'lower' }], stallTolerance: '90s' } }
    const run = play(guests(services), hang(1), { until: HOUR })
    expect([booked(run, 'upper').outages, booked(run, 'upper').stalledMicros]).toEqual([0, MINUTE])
    const underImpatient = play(guests({ lower: { needs: [{ guest: 'a' }] }, upper: { needs: [{ service: 'lower' }], stallTolerance: '90s' } }), hang(1), { until: HOUR })
    expect([booked(underImpatient, 'lower').outages, booked(underImpatient, 'upper').outages]).toEqual([1, 0])
    const impatient = play(guests({ ...services, upper: { needs: [{ service: 'lower' }], stallTolerance: '30s' } }), hang(1), { until: HOUR })
    expect(downtime(booked(impatient, 'upper'), impatient.sim.now)).toBe(60 * SECOND)
  })
})
