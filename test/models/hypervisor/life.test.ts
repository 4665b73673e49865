import { describe, expect, test } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../src/base/time.ts'
import { answers, hasNetwork } from '../../../src/models/hypervisor/state.ts'
import { guest, lab, power5 } from './support.ts'

const router = guest('router'), i5a = guest('i5a'), i5b = guest('i5b'), vios = guest('vios')

describe('starting', () => {
  test('PM-10 IPL source and keylock exist only for IBM i', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.powerOff', guest: router, how: 'vsp-hard' })
    expect(run.ask({ type: 'hypervisor.powerOn', guest: router, keylock: 'manual' })?.status).toBe(1)
    expect(run.ask({ type: 'hypervisor.powerOn', guest: router, iplSource: 'd' })?.status).toBe(1)
    expect(run.ask({ type: 'hypervisor.powerOn', guest: router })).toBeUndefined()
    const linux = (more: object) => lab({ systems: { power5: {} }, guests: { router: { on: 'power5', os: 'linux', ...more } } })
    expect(() => linux({ iplSource: 'a' })).toThrow('iplSource')
    expect(() => linux({ keylock: 'normal' })).toThrow('keylock')
    expect(() => linux({ ipl: '10m' })).toThrow('ipl')
    expect(() => linux({ start: '10m' })).not.toThrow()
  })

  test('PM-10 a manual IPL, and one from install media, stops for an operator', () => {
    for (const way of [{ keylock: 'manual' }, { iplSource: 'd' }] as const) {
      const run = lab()
      run.ask({ type: 'hypervisor.powerOff', guest: i5a, how: 'os-normal' })
      run.after(5 * MINUTE)
      expect(run.ask({ type: 'hypervisor.attendIpl', guest: i5a })?.status).toBe(1)
      run.ask({ type: 'hypervisor.powerOn', guest: i5a, ...way })
      run.after(5 * HOUR)
      expect(run.guest('i5a')).toMatchObject({ state: 'running', up: false, attended: true })
      expect(run.ask({ type: 'hypervisor.attendIpl', guest: i5a })).toBeUndefined()
      expect(run.guest('i5a').up).toBe(true)
    }
  })

  test('PM-11 DD-36 DD-37 DD-38 after an orderly end the IPL is a normal one, after anything else an abnormal one', () => {
    const run = lab({ systems: { power5: {} }, guests: { i5a: { on: 'power5', os: 'ibm-i' } } })
    const up = () => run.facts('hypervisor.guestUp').at(-1)!.at
    run.ask({ type: 'hypervisor.ipl', guest: i5a })
    run.after()
    expect(up()).toBe(15 * MINUTE)
    expect(run.sim.world.hypervisor.assumed).toEqual(['DD-38', 'DD-36'])
    for (const worse of [
      { type: 'hypervisor.crash', guest: i5a }, { type: 'hypervisor.powerOff', guest: i5a, how: 'vsp-hard', restart: true },
    ] as const) {
      const at = run.sim.now
      run.ask(worse)
      run.after()
      expect(up() - at).toBe(30 * MINUTE)
    }
    const at = run.sim.now
    run.ask({ type: 'hypervisor.powerOff', guest: i5a, how: 'vsp-normal', restart: true })
    run.after()
    expect(up() - at).toBe(35 * MINUTE)
    run.ask({ type: 'hypervisor.powerOff', guest: i5a, how: 'os-immediate', restart: true })
    run.after()
    expect(run.guest('i5a')).toMatchObject({ ipls: 5, abnormalIpls: 3, lastEnd: 'normal' })
  })

  test('PM-11 for Linux and VIOS there is one kind of start', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: vios })
    run.after()
    expect(run.facts('hypervisor.guestUp')[0]!.at).toBe(6 * MINUTE)
    expect(run.guest('vios').abnormalIpls).toBe(0)
  })

  test('DD-33 DD-34 DD-35 without figures of its own a partition takes the planning defaults, and notes those it used', () => {
    const run = lab({ systems: { power5: {} }, guests: { router: { on: 'power5', os: 'linux' }, vios: { on: 'power5', os: 'vios' } } })
    expect(run.sim.world.hypervisor.assumed).toEqual([])
    run.ask({ type: 'hypervisor.ipl', guest: router })
    run.after()
    expect(run.facts('hypervisor.guestUp')[0]!.at).toBe(120 * SECOND)
    expect(run.sim.world.hypervisor.assumed).toEqual(['DD-34', 'DD-33'])
    run.ask({ type: 'hypervisor.crash', guest: vios })
    const at = run.sim.now
    run.after()
    expect(run.facts('hypervisor.guestUp')[1]!.at - at).toBe(4 * MINUTE)
    expect(run.sim.world.hypervisor.assumed).toEqual(['DD-34', 'DD-33', 'DD-35'])
  })

  test('GEN-2 each partition draws its durations from streams of its own', () => {
    const drawn = { on: 'power5', os: 'ibm-i', ipl: { uniform: ['5m', '25m'] }, abnormalIpl: { uniform: ['30m', '2h'] }, shutdown: { exponential: '5m' }, dumpTime: { exponential: '5m' } }
    const ends = [{ type: 'hypervisor.ipl' }, { type: 'hypervisor.powerOff', how: 'os-normal', restart: true }, { type: 'hypervisor.crash' }] as const
    const ups = (guests: object, order: string[]) => {
      const run = lab({ systems: { power5: {} }, guests }, 7)
      for (let i = 0; i < 6; i++) {
        for (const name of order) run.ask({ ...ends[i % 3]!, guest: guest(name) })
        run.after()
      }
      return run.facts('hypervisor.guestUp').filter(({ event }) => 'guest' in event && event.guest === i5a).map(({ at }) => at)
    }
    const alone = ups({ i5a: drawn }, ['i5a'])
    expect(new Set(alone.map(at => at % (10 * HOUR))).size).toBe(6)
    expect(ups({ i5b: drawn, i5a: drawn }, ['i5b', 'i5a'])).toEqual(alone)
  })
})

describe('planned IPL, crash and hang', () => {
  test('a planned IPL: shutting down, down, starting, up', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.ipl', guest: i5a })
    expect(run.state('i5a')).toBe('shutting down')
    expect(run.guest('i5a').up).toBe(true)
    run.after()
    expect(run.told.slice(2).map(({ at, event }) => [at, event.type])).toEqual([
      [0, 'hypervisor.shuttingDown'], [5 * MINUTE, 'hypervisor.guestDown'], [5 * MINUTE, 'hypervisor.guestStarting'], [15 * MINUTE, 'hypervisor.guestUp'],
    ])
    expect(run.facts('hypervisor.guestDown')[0]!.event).toMatchObject({ how: 'ipl', orderly: true })
  })

  test('a request may say how long the start takes, or the whole outage', () => {
    const up = (request: object) => {
      const run = lab()
      run.ask({ guest: i5a, ...request } as never)
      run.after()
      return run.facts('hypervisor.guestUp')[0]!.at
    }
    expect(up({ type: 'hypervisor.ipl', takes: HOUR })).toBe(65 * MINUTE)
    expect(up({ type: 'hypervisor.ipl', down: HOUR })).toBe(HOUR)
    expect(up({ type: 'hypervisor.ipl', down: MINUTE })).toBe(MINUTE)
    expect(up({ type: 'hypervisor.crash', takes: HOUR })).toBe(HOUR)
    expect(up({ type: 'hypervisor.crash', down: 7 * MINUTE })).toBe(7 * MINUTE)
    expect(up({ type: 'hypervisor.crash', guest: vios, down: 3 * MINUTE })).toBe(3 * MINUTE)
    expect(up({ type: 'hypervisor.crash', guest: vios, down: MINUTE })).toBe(MINUTE)
  })

  test('PM-1 after a crash a partition starts again when its dump is done, or stays in error until the hard power-off', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: vios })
    expect(run.guest('vios')).toMatchObject({ state: 'running', alive: false, up: false })
    run.after(2 * MINUTE)
    expect(run.facts('hypervisor.guestStarting')[0]!.at).toBe(2 * MINUTE)
    run.ask({ type: 'hypervisor.crash', guest: i5b })
    expect(run.state('i5b')).toBe('error')
    expect(run.ask({ type: 'hypervisor.powerOn', guest: i5b })?.status).toBe(1)
    expect(run.ask({ type: 'hypervisor.powerOff', guest: i5b, how: 'os-normal' })?.status).toBe(1)
    expect(run.ask({ type: 'hypervisor.powerOff', guest: i5b, how: 'vsp-hard' })).toBeUndefined()
    expect(run.state('i5b')).toBe('not activated')
    run.ask({ type: 'hypervisor.crash', guest: i5a, restart: false })
    expect(run.state('i5a')).toBe('error')
  })

  test('a hard power-off cuts a dump short: the partition ends once, not twice', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.crash', guest: vios })
    expect(run.ask({ type: 'hypervisor.powerOff', guest: vios, how: 'os-normal' })?.status).toBe(1)
    run.ask({ type: 'hypervisor.powerOff', guest: vios, how: 'vsp-hard' })
    run.after()
    expect(run.state('vios')).toBe('not activated')
    expect(run.facts('hypervisor.guestDown')).toHaveLength(1)
  })

  test('a hung partition goes on running and does nothing, until it resumes or is ended', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.hang', guest: i5a })
    expect(run.guest('i5a')).toMatchObject({ state: 'running', up: true, hung: true })
    expect(run.ask({ type: 'hypervisor.hang', guest: i5a })?.status).toBe(1)
    expect(run.ask({ type: 'hypervisor.ipl', guest: i5a })?.status).toBe(1)
    expect(run.ask({ type: 'hypervisor.resume', guest: i5a })).toBeUndefined()
    expect(run.guest('i5a').hung).toBe(false)
    expect(run.ask({ type: 'hypervisor.resume', guest: i5a })?.status).toBe(1)
    run.ask({ type: 'hypervisor.hang', guest: i5a })
    run.ask({ type: 'hypervisor.powerOff', guest: i5a, how: 'vsp-hard', restart: true })
    run.after()
    expect(run.guest('i5a')).toMatchObject({ up: true, hung: false, abnormalIpls: 1 })
  })

  test('a shutdown that a hang held up goes on when the hang ends', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.hang', guest: i5a })
    run.ask({ type: 'hypervisor.powerOff', guest: i5a, how: 'os-normal' })
    run.after(5 * HOUR)
    expect(run.state('i5a')).toBe('shutting down')
    run.ask({ type: 'hypervisor.resume', guest: i5a })
    run.after(5 * MINUTE)
    expect(run.state('i5a')).toBe('not activated')
    expect(run.guest('i5a').lastEnd).toBe('normal')
  })

  test('a suspended partition answers nobody until it is resumed; one that migrates arrives on the other system', () => {
    const run = lab()
    run.ask({ type: 'hypervisor.suspend', guest: router })
    expect(run.guest('router')).toMatchObject({ state: 'suspended', hung: true })
    run.ask({ type: 'hypervisor.resume', guest: router })
    expect(run.guest('router')).toMatchObject({ state: 'running', hung: false })
    run.ask({ type: 'hypervisor.migrate', guest: router, to: 'power6' as never, takes: MINUTE })
    expect(run.guest('router')).toMatchObject({ state: 'migrating running', system: 'power5' })
    run.after(MINUTE)
    expect(run.guest('router')).toMatchObject({ state: 'running', system: 'power6' })
    run.ask({ type: 'hypervisor.systemPowerOff', system: power5 })
    expect(run.state('router')).toBe('running')
  })

  test('two requests of one moment do not end a partition twice', () => {
    const run = lab()
    run.sim.schedule(MINUTE, { type: 'hypervisor.crash', guest: i5a })
    run.sim.schedule(MINUTE, { type: 'hypervisor.crash', guest: i5a })
    run.sim.schedule(MINUTE, { type: 'hypervisor.powerOff', guest: i5a, how: 'vsp-hard' })
    run.after()
    expect(run.facts('hypervisor.guestDown')).toHaveLength(1)
  })

  test('PM-12 restricted state stops the network of an IBM i and nothing else; only IBM i has it', () => {
    const run = lab()
    expect(run.ask({ type: 'hypervisor.enterRestricted', guest: router })?.status).toBe(1)
    run.ask({ type: 'hypervisor.enterRestricted', guest: i5a })
    expect(run.guest('i5a')).toMatchObject({ restricted: true, up: true, state: 'running' })
    expect([hasNetwork(run.guest('i5a')), answers(run.guest('i5a'))]).toEqual([false, true])
    expect(run.told.at(-1)!.event.type).toBe('hypervisor.restrictedEntered')
    expect(run.ask({ type: 'hypervisor.enterRestricted', guest: i5a })?.status).toBe(1)
    run.ask({ type: 'hypervisor.leaveRestricted', guest: i5a })
    expect([run.guest('i5a').restricted, hasNetwork(run.guest('i5a'))]).toEqual([false, true])
    run.ask({ type: 'hypervisor.enterRestricted', guest: i5a })
    run.ask({ type: 'hypervisor.ipl', guest: i5a })
    run.after()
    expect(run.guest('i5a').restricted).toBe(false)
  })
})
