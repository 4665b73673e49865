import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../src/base/time.ts'
import { referenceCode } from '../../../src/models/hypervisor/state.ts'
import { poweredOff, poweringOff } from '../../../src/models/hypervisor/texts.ts'
import { guest, lab, power5, SECTION } from './support.ts'

const router = guest('router'), i5a = guest('i5a')

describe('what the management interface says', () => {
  test('PM-2 a lost management connection shows Unknown; when it is back, what has happened meanwhile is shown', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.loseManagement', system: power5 })
    run.ask({ type: 'hypervisor.powerOff', guest: router, how: 'vsp-hard' })
    expect(run.guest('router')).toMatchObject({ state: 'not activated', shown: 'Unknown' })
    run.ask({ type: 'hypervisor.restoreManagement', system: power5 })
    expect(run.guest('router')).toMatchObject({ state: 'not activated', shown: 'not activated' })
  })

  test('PM-2 a managed system without power shows its partitions as not available', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.systemPowerOff', system: power5 })
    expect(run.guest('i5a')).toMatchObject({ state: 'not activated', shown: 'not available' })
    run.ask({ type: 'hypervisor.systemPowerOn', system: power5 })
    run.after(10 * MINUTE)
    expect(run.guest('i5a').shown).toBe('running')
  })

  test('PM-3 the reference code is 00000000 when not activated, and Linux ppc64le once Linux runs', () => {
    const run = lab()
    expect(referenceCode(run.guest('router'))).toBe('Linux ppc64le')
    run.ask({ type: 'hypervisor.powerOff', guest: router, how: 'vsp-hard' })
    expect(referenceCode(run.guest('router'))).toBe('00000000')
    run.ask({ type: 'hypervisor.powerOn', guest: router })
    expect(run.state('router')).toBe('running')
    expect(referenceCode(run.guest('router'))).toBeNull()
    run.after(90 * SECOND)
    expect(referenceCode(run.guest('router'))).toBe('Linux ppc64le')
    expect(referenceCode(run.guest('i5a'))).toBeNull()
  })

  test('PM-4 a partition is deleted only when it is powered off', () => {
    const run = lab()
    const text = '[PVME01050010-0056] This task is only allowed when the partition is powered off.'
    expect(run.ask({ type: 'hypervisor.delete', guest: router })).toEqual({ status: 1, text })
    run.ask({ type: 'hypervisor.ipl', guest: router })
    expect(run.ask({ type: 'hypervisor.delete', guest: router })).toEqual({ status: 1, text })
    run.after()
    run.ask({ type: 'hypervisor.powerOff', guest: router, how: 'vsp-hard' })
    expect(run.ask({ type: 'hypervisor.delete', guest: router })).toBeUndefined()
    expect(run.ask({ type: 'hypervisor.powerOn', guest: router })?.status).toBe(1)
  })

  test('PM-5 a power-off says what it does, in these words', () => {
    expect(poweringOff(router)).toBe('Powering off partition router, this may take a few minutes.')
    expect(poweredOff(router)).toBe('Partition router power-off successful.')
  })

  test('PM-6 to power off what is off succeeds with a warning, unless a restart was asked for; so does to power on what runs', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.powerOff', guest: router, how: 'vsp-hard' })
    const off = run.ask({ type: 'hypervisor.powerOff', guest: router })
    expect(off?.status).toBe(0)
    for (const code of ['HSCL1558', 'PVME04000005', 'PVME01050901']) expect(off?.text).toContain(code)
    expect(run.ask({ type: 'hypervisor.powerOff', guest: router, restart: true })?.status).toBe(1)
    const on = run.ask({ type: 'hypervisor.powerOn', guest: i5a })
    expect(on?.status).toBe(0)
    for (const code of ['HSCL3681', 'PVME01042026']) expect(on?.text).toContain(code)
  })
})

describe('powering off', () => {
  test('PM-7 without RMC the operating system cannot be asked to shut down, and says so at once; IBM i needs none', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.setRmc', guest: router, active: false })
    run.ask({ type: 'hypervisor.setRmc', guest: i5a, active: false })
    for (const how of ['os-normal', 'os-immediate'] as const) {
      const no = run.ask({ type: 'hypervisor.powerOff', guest: router, how })
      expect(no?.status).toBe(1)
      for (const code of ['HSCL0DB4', 'PVME01050905', 'PVME01050402']) expect(no?.text).toContain(code)
    }
    expect(run.state('router')).toBe('running')
    expect(run.ask({ type: 'hypervisor.powerOff', guest: i5a, how: 'os-normal' })).toBeUndefined()
    expect(run.state('i5a')).toBe('shutting down')
  })

  test('PM-8 Linux without RMC: first the orderly way of the service processor', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.setRmc', guest: router, active: false })
    run.ask({ type: 'hypervisor.powerOff', guest: router })
    expect(run.facts('hypervisor.shuttingDown').map(({ event }) => event)).toMatchObject([{ how: 'vsp-normal' }])
    run.after(30 * SECOND)
    expect(run.state('router')).toBe('not activated')
  })

  test('PM-8 an OS shutdown of Linux that times out is followed by the hard one; only the first step has the caller\'s timeout', () => {
    const run = lab({ ...SECTION, guests: { ...SECTION.guests, router: { on: 'power5', os: 'linux', shutdown: '1h' } } })
    run.ask({ type: 'hypervisor.powerOff', guest: router, timeout: 2 * MINUTE })
    run.after(2 * MINUTE - 1)
    expect(run.state('router')).toBe('shutting down')
    run.after(1)
    expect(run.state('router')).toBe('not activated')
    expect(run.facts('hypervisor.guestDown')[0]!.event).toMatchObject({ how: 'hard', orderly: false })
  })

  test('PM-8 IBM i: OS normal, OS immediate, VSP normal, VSP hard, each after the one before had its time', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.hang', guest: i5a })
    run.ask({ type: 'hypervisor.powerOff', guest: i5a, timeout: MINUTE })
    run.after(3 * HOUR)
    expect(run.facts('hypervisor.powerOffTimedOut').map(({ at, event }) => [at, event])).toEqual([
      [MINUTE, { type: 'hypervisor.powerOffTimedOut', guest: i5a, how: 'os-normal' }],
      [31 * MINUTE, { type: 'hypervisor.powerOffTimedOut', guest: i5a, how: 'os-immediate' }],
      [61 * MINUTE, { type: 'hypervisor.powerOffTimedOut', guest: i5a, how: 'vsp-normal' }],
    ])
    expect(run.facts('hypervisor.guestDown')[0]).toMatchObject({ at: 61 * MINUTE, event: { how: 'hard' } })
    // A hung system varies nothing off and stops no service.
    expect(run.facts('hypervisor.shuttingDown')).toEqual([])
  })

  test('PM-8 somebody who does not want to wait asks for a stronger step, never for a weaker one', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.powerOff', guest: i5a, how: 'vsp-normal' })
    expect(run.ask({ type: 'hypervisor.powerOff', guest: i5a, how: 'os-normal' })?.status).toBe(1)
    expect(run.ask({ type: 'hypervisor.powerOff', guest: i5a, how: 'vsp-hard' })).toBeUndefined()
    expect(run.state('i5a')).toBe('not activated')
    run.after()
    expect(run.facts('hypervisor.guestDown')).toHaveLength(1)
  })

  test('PM-9 an orderly shutdown tells services to stop before the partition ends; a hard power-off tells nobody', () => {
    for (const how of ['os-normal', 'os-immediate', 'vsp-normal'] as const) {
      const run = lab()
      run.ask({ type: 'hypervisor.powerOff', guest: router, how })
      run.after()
      expect(run.facts('hypervisor.shuttingDown')).toHaveLength(1)
      expect(run.facts('hypervisor.guestDown')[0]).toMatchObject({ at: 30 * SECOND, event: { how: 'shutdown', orderly: true } })
    }
    const run = lab()
    run.ask({ type: 'hypervisor.powerOff', guest: router, how: 'vsp-hard' })
    run.after()
    expect(run.facts('hypervisor.shuttingDown')).toEqual([])
    expect(run.facts('hypervisor.guestDown')[0]).toMatchObject({ at: 0, event: { how: 'hard', orderly: false } })
  })
})
