import { describe, expect, test } from 'vitest'
import { MINUTE, SECOND } from '../../../src/base/time.ts'
import { guest, lab, power5 } from './support.ts'

const router = guest('router'), i5b = guest('i5b')

describe('the managed system', () => {
  const section = {
    systems: { power5: {} },
    guests: {
      client: { on: 'power5', os: 'linux', priority: 200, shutdown: '30s' },
      host2: { on: 'power5', os: 'ibm-i', servesStorage: true, priority: 100, shutdown: '5m' },
      host1: { on: 'power5', os: 'vios', servesStorage: true, shutdown: '1m' },
      lab: { on: 'power5', os: 'linux', autoStart: false, shutdown: '40s' },
      plain: { on: 'power5', os: 'linux', shutdown: '30s' },
    },
  }

  test('DD-32 a planned IPL of the system ends all partitions, clients of storage before its hosts, and starts it again', () => {
    const run = lab(section)
    run.ask({ type: 'hypervisor.systemIpl', system: power5 })
    run.after()
    const downs = run.facts('hypervisor.guestDown')
    expect(downs.map(({ at, event }) => [at / SECOND, 'guest' in event && event.guest])).toEqual([
      [30, 'client'], [30, 'plain'], [40, 'lab'], [100, 'host1'], [340, 'host2'],
    ])
    for (const { event } of downs) expect(event).toMatchObject({ how: 'system', orderly: true })
    expect(run.facts('hypervisor.systemDown')[0]!.at).toBe(340 * SECOND)
    expect(run.facts('hypervisor.systemUp')[0]!.at).toBe(940 * SECOND)
    expect(run.sim.world.hypervisor.assumed).toContain('DD-32')
  })

  test('PM-13 with the system start those with auto_start, hosts of storage first, then by priority', () => {
    const run = lab(section)
    run.ask({ type: 'hypervisor.systemIpl', system: power5 })
    run.after()
    expect(run.facts('hypervisor.guestStarting').map(({ event }) => 'guest' in event && event.guest)).toEqual(['host1', 'host2', 'client', 'plain'])
    expect(run.state('lab')).toBe('not activated')
    expect(run.guest('host1').priority).toBe(191)
    expect(run.guest('plain').priority).toBe(127)
  })

  test('PM-13 a partition that came from another system starts by its priority too, not as the last', () => {
    const run = lab({ ...section, systems: { power5: {}, power6: {} }, guests: { ...section.guests, guest1: { on: 'power6', os: 'linux', priority: 150 } } })
    run.ask({ type: 'hypervisor.migrate', guest: guest('guest1'), to: power5 })
    run.ask({ type: 'hypervisor.systemIpl', system: power5 })
    run.after()
    expect(run.facts('hypervisor.guestStarting').map(({ event }) => 'guest' in event && event.guest)).toEqual(['host1', 'host2', 'client', 'guest1', 'plain'])
  })

  test('a power failure takes everything at one moment, and all IPLs after it are abnormal', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.ipl', guest: i5b })
    run.after(6 * MINUTE)
    run.ask({ type: 'hypervisor.systemPowerOff', system: power5 })
    for (const { at, event } of run.facts('hypervisor.guestDown').slice(1)) {
      expect(at).toBe(6 * MINUTE)
      expect(event).toMatchObject({ how: 'system', orderly: false })
    }
    expect(run.facts('hypervisor.guestDown')).toHaveLength(5)
    expect(run.facts('hypervisor.systemDown')).toHaveLength(1)
    expect(run.ask({ type: 'hypervisor.powerOn', guest: router })?.status).toBe(1)
    run.after()
    expect(run.state('i5a')).toBe('not activated')
    run.ask({ type: 'hypervisor.systemPowerOn', system: power5 })
    run.after()
    expect(run.guest('i5a')).toMatchObject({ up: true, abnormalIpls: 1 })
    expect(run.guest('i5b')).toMatchObject({ up: true, abnormalIpls: 1 })
  })

  test('the power may also fail while the system is about to IPL', () => {
    const run = lab(section)
    run.ask({ type: 'hypervisor.systemIpl', system: power5 })
    run.after(35 * SECOND)
    run.ask({ type: 'hypervisor.systemPowerOff', system: power5 })
    run.after()
    expect(run.facts('hypervisor.guestDown')).toHaveLength(5)
    expect(run.facts('hypervisor.systemDown').map(({ at }) => at)).toEqual([35 * SECOND])
    expect(run.facts('hypervisor.systemUp')).toEqual([])
  })
})
