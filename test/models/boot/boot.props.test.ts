/** Whatever hosts and the client do to each other: a system that is up stands on a root it found, and hardware that is mended boots. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../../src/base/time.ts'
import { property } from '../../support/property.ts'
import { lab } from './support.ts'

const host = fc.constantFrom('i5a', 'i5b', 'i5c'), anyGuest = fc.constantFrom('i5a', 'i5b', 'i5c', 'router', 'router')
const verb = (type: string, rest: Record<string, fc.Arbitrary<unknown>>) => fc.record({ type: fc.constant(type), ...rest })
const disk = fc.constantFrom('d1', 'd2', 'd3')
const request: fc.Arbitrary<object> = fc.oneof(
  { weight: 3, arbitrary: verb('hypervisor.ipl', { guest: anyGuest }) },
  { weight: 3, arbitrary: verb('hypervisor.crash', { guest: anyGuest }) },
  verb('hypervisor.hang', { guest: anyGuest }), verb('hypervisor.resume', { guest: anyGuest }),
  verb('hypervisor.powerOff', { guest: anyGuest, how: fc.constantFrom('vsp-hard', undefined), restart: fc.boolean() }),
  verb('hypervisor.powerOn', { guest: anyGuest }),
  verb('hypervisor.systemIpl', { system: fc.constant('power5') }), verb('hypervisor.systemPowerOff', { system: fc.constant('power5') }),
  verb('hypervisor.systemPowerOn', { system: fc.constant('power5') }),
  verb('boot.copyPrep', { guest: fc.constant('router'), from: disk, to: disk }), verb('boot.updateKernel', { guest: fc.constant('router') }),
  verb('scsi.scan', { guest: fc.constant('router'), host: fc.integer({ min: 0, max: 2 }) }),
  verb('hypervisor.bootFromFirmware', { guest: host }),
).map(each => Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)))
const wait = fc.oneof(fc.constantFrom(0, 1, 5_000_000), fc.integer({ min: 0, max: 40 * MINUTE }))
const plan = fc.array(fc.tuple(wait, request), { maxLength: 25 })

test('VS-52 a guest is up only on a kernel that it booted from a disk that was there, and its bus is up exactly while it executes a kernel', () => {
  property(fc.property(plan, fc.nat(), (steps, seed) => {
    const run = lab({ hosts: 3, spares: 1 }, seed)
    for (const [micros, each] of steps) {
      run.after(micros)
      run.ask(each)
      expect(run.sim.check()).toEqual([])
      const guest = run.guest(), boot = run.boot(), bus = run.sim.world.scsi.buses['router' as never]!
      if (guest.up) {
        expect(boot.bootedFrom).not.toBeNull()
        expect(boot.rootState).not.toBe('absent')
        expect(bus.up).toBe(true)
        expect(run.array().state).toBe('active')
      }
      if (!guest.alive) expect([bus.up, boot.rootState, run.array().state]).toEqual([false, 'absent', 'stopped'])
      expect(boot.kernel).toBeLessThanOrEqual(boot.newestKernel)
    }
  }), { numRuns: 150 })
})

test('VS-7 when all hosts are up again, a guest that is booted once more comes up with a root that reads and writes', () => {
  property(fc.property(plan, steps => {
    const run = lab({ hosts: 3, spares: 1 })
    for (const [micros, each] of steps) {
      run.after(micros)
      run.ask(each)
    }
    run.after()
    run.ask({ type: 'hypervisor.systemPowerOn', system: 'power5' })
    run.after()
    for (const guest of ['i5a', 'i5b', 'i5c', 'router']) {
      run.ask({ type: 'hypervisor.resume', guest })
      run.after()
      run.ask({ type: 'hypervisor.powerOn', guest })
    }
    run.after()
    run.ask({ type: 'hypervisor.powerOff', guest: 'router', how: 'vsp-hard', restart: true })
    run.after(HOUR)
    expect(run.guest()).toMatchObject({ up: true, state: 'running', stuck: null })
    expect(run.root()).toEqual({ readable: true, writable: true, stalled: false })
  }), { numRuns: 100 })
})

test('VS-52 the kernel that boots is the one that was last written to, or copied to, the disk it boots from', () => {
  const step = fc.oneof(
    verb('boot.copyPrep', { from: disk, to: disk }), verb('boot.updateKernel', { disk }), verb('boot.updateKernel', {}),
    fc.record({ type: fc.constant('reboot'), first: disk }),
  ) as fc.Arbitrary<{ type: string; from?: string; to?: string; disk?: string; first?: string }>
  property(fc.property(fc.array(step, { maxLength: 20 }), steps => {
    const run = lab({ hosts: 3, spares: 1 }), holds: Record<string, number> = { d1: 1, d2: 1, d3: 1 }
    let newest = 1, from = 'd1'
    for (const each of steps) {
      if (each.type === 'boot.copyPrep') holds[each.to!] = holds[each.from!]!
      if (each.type === 'boot.updateKernel') holds[each.disk ?? from] = ++newest
      if (each.type !== 'reboot') {
        expect(run.ask({ guest: 'router', ...each })).toBeUndefined()
        continue
      }
      from = each.first!
      run.ask({ type: 'boot.setBootOrder', guest: 'router', order: [from, ...Object.keys(holds).filter(disk => disk !== from)] })
      run.ask({ type: 'hypervisor.ipl', guest: 'router' })
      run.after(MINUTE)
      expect(run.last('boot.bootedFrom')).toMatchObject({ disk: from, kernel: holds[from] })
      run.after(HOUR)
    }
  }), { numRuns: 60 })
})
