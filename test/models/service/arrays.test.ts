/** Services that need arrays, roots, disks and redundancy: what their outages are booked under. */
import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../src/base/time.ts'
import { why } from '../../../src/core/trace.ts'
import { downtime, exposedTime, type Service, type ServiceId } from '../../../src/models/service/state.ts'
import type { SimRequest } from '../../../src/models/stack.ts'
import { play, router, type Plan, type Run } from '../../support/systems.ts'

const at = (minutes: number, request: object): Plan[number] => ({ at: minutes * MINUTE, request: request as SimRequest })
const serve = (services: object, plan: Plan, hosts = 2) => play({ ...router({ hosts, swap: false }), service: { services } }, plan, { until: 3 * HOUR })
const booked = ({ sim }: Run, service: string) => sim.world.service.services[service as ServiceId]! as Service

describe('a hanging host', () => {
  const hang: Plan = [at(60, { type: 'hypervisor.hang', guest: 'i5b' })]

  test('VS-5 stalls writes for minutes, which is an outage for the impatient and none for the patient', () => {
    const run = serve({ quick: { needs: [{ arrayWritable: 'md1' }] }, patient: { needs: [{ arrayWritable: 'md1' }], stallTolerance: '20m' } }, hang)
    const [outage] = booked(run, 'quick').list
    expect(outage).toMatchObject({ because: 'md1 waits for a silent disk' })
    expect(outage!.to! - outage!.from).toBeGreaterThanOrEqual(2 * MINUTE)
    expect(booked(run, 'patient')).toMatchObject({ outages: 0, stalls: 1, stalledMicros: outage!.to! - outage!.from })
  })

  test('VS-54 the copy is out of reach from the hang on, minutes before md gives it up', () => {
    const run = serve({}, hang), { current } = run.sim.world.service.exposure['md1' as never]!
    const failed = run.trace.find(entry => entry.event.type === 'md.memberFailed')!
    expect(current).toMatchObject({ from: HOUR, detectionMicros: failed.at - HOUR })
    expect(failed.at - HOUR).toBeGreaterThan(2 * MINUTE)
  })
})

describe('needs', () => {
  test('readable and writable are two needs: a broken array is read again when its disk returns, and not written', () => {
    const both: Plan = [at(60, { type: 'scsi.losePath', disk: 'd1' }), at(60, { type: 'scsi.losePath', disk: 'd2' }), at(90, { type: 'scsi.restorePath', disk: 'd1' }), at(90, { type: 'scsi.restorePath', disk: 'd2' })]
    const run = serve({ reading: { needs: [{ arrayReadable: 'md1' }] }, writing: { needs: [{ arrayWritable: 'md1' }] } }, both)
    expect(booked(run, 'reading')).toMatchObject({ status: 'up', downMicros: 30 * MINUTE })
    expect(booked(run, 'writing').status).toBe('down')
    expect(downtime(booked(run, 'writing'), run.sim.now)).toBe(2 * HOUR)
  })

  test('a service that needs redundancy is down as long as the mirror is exposed', () => {
    const run = serve({ safe: { needs: [{ arrayRedundant: 'md1' }] } }, [at(60, { type: 'hypervisor.ipl', guest: 'i5a', down: 10 * MINUTE })], 3)
    expect(booked(run, 'safe')).toMatchObject({ outages: 1, downMicros: exposedTime(run.sim.world.service.exposure['md1' as never]!, run.sim.now) })
    expect(booked(run, 'safe').downMicros).toBeGreaterThan(30 * SECOND)
  })

  test('a root that went read-only keeps the service down until the guest is booted, although the array is whole', () => {
    const plan: Plan = [
      at(60, { type: 'scsi.losePath', disk: 'd1' }), at(60, { type: 'scsi.losePath', disk: 'd2' }), at(61, { type: 'scsi.restorePath', disk: 'd1' }), at(61, { type: 'scsi.restorePath', disk: 'd2' }),
      at(120, { type: 'hypervisor.ipl', guest: 'router' }),
    ]
    const run = serve({ mail: { needs: [{ rootWritable: 'router' }, { guest: 'router' }] } }, plan)
    expect(booked(run, 'mail').status).toBe('up')
    expect(downtime(booked(run, 'mail'), run.sim.now)).toBeGreaterThan(HOUR)
    expect(booked(run, 'mail').list[0]!.because).toMatch(/root/)
  })

  test('a path to a storage space is a need of its own', () => {
    const run = serve({ backup: { needs: [{ disk: 'd2' }] } }, [at(60, { type: 'hypervisor.crash', guest: 'i5b', down: 10 * MINUTE })])
    const down = run.trace.find(entry => entry.event.type === 'service.wentDown')!
    expect(why(run.trace, down.seq).map(entry => entry.event.type)).toEqual(['service.wentDown', 'scsi.pathLost', 'scsi.losePath', 'hypervisor.guestDown', 'hypervisor.crash'])
    expect(booked(run, 'backup').list[0]!.because).toBe('d2 cannot be reached')
  })
})
