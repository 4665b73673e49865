/** Maintenance calendars: their windows are those of the simulator, and safe spacing is what two real windows need. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY, HOUR, MINUTE, parseDuration, SECOND, YEAR } from '../../../src/base/time.ts'
import { initialWorld } from '../../../src/core/model.ts'
import { createSim } from '../../../src/core/sim.ts'
import { stack } from '../../../src/models/stack.ts'
import { readyScenario, type Scenario } from '../../../src/scenario/build.ts'
import { calendarOf, type CalendarResult } from '../../../src/study/whatif/calendar.ts'
import { calendarText } from '../../../src/study/whatif/calendar-text.ts'
import { windowsOf } from '../../../src/study/whatif/windows.ts'
import { property } from '../../support/property.ts'

/** A mirror over two hosts and perhaps a spare on a third; all delays are fixed unless `after` is drawn. */
function mirror(faults: Record<string, unknown>, { after = '10m', bitmap = 'none', spare = false }: { after?: unknown; bitmap?: string; spare?: boolean } = {}): Scenario {
  const hosts = spare ? ['i5a', 'i5b', 'i5c'] : ['i5a', 'i5b'], host = { on: 'power5', os: 'ibm-i', shutdown: '5m', ipl: '10m' }
  return readyScenario({
    until: '1y', system: {
      hypervisor: { systems: { power5: {} }, guests: { ...Object.fromEntries(hosts.map(name => [name, host])), router: { on: 'power5', os: 'linux' } } },
      vscsi: { spaces: Object.fromEntries(hosts.map((name, i) => [`d${i + 1}`, { host: name, to: 'router', size: '20 GiB', online: 'auto', nwsd: `n${i + 1}` }])), nwsds: Object.fromEntries(hosts.map((name, i) => [`n${i + 1}`, { host: name, to: 'router', online: 'auto', varyOn: '30s' }])) },
      scsi: { layout: { router: { root: 'rest' } } },
      md: { arrays: { md1: { on: 'router', members: ['d1/root', 'd2/root'], ...(spare && { spares: ['d3/root'] }), bitmap, io: { commitEvery: '5s' } } }, speed: { rate: 50_000 } },
      boot: { guests: { router: { root: false } } }, service: { services: { routing: { needs: [{ guest: 'router' }, { arrayWritable: 'md1' }] } } },
    },
    operators: [{ name: 'admin', on: 'router', when: { type: 'scsi.pathRestored' }, after, takes: '1s', do: 'recover' }], faults,
  } as never)
}
const looked = (scenario: Scenario): CalendarResult => calendarOf('test.yaml', 'test', scenario, '0.0.0')
const micros = (text: string): number => parseDuration(text)!
const apart = (stagger: number, more: object = {}) => ({ windows: { ipl: ['i5a', 'i5b'], every: '30d', at: '1d', stagger: `${stagger / SECOND}s`, ...more } })

test('the windows of a calendar are the strokes that the simulator makes', () => {
  const clock = fc.oneof(
    fc.record({ every: fc.constantFrom('3d', '7d', '10d'), at: fc.option(fc.constantFrom('1h', '2d'), { nil: undefined }) }), fc.record({ on: fc.constantFrom('Sun 02:00', 'first Mon 23:00', 'daily 04:30', 'Mon-Fri 22:00') }), fc.record({ cron: fc.constantFrom('0 3 1,15 * *', '30 1 * * 6') }),
  ), order = fc.constantFrom({}, { stagger: '2h' }, { together: true })
  property(fc.property(fc.array(fc.tuple(clock, order), { minLength: 1, maxLength: 3 }), rules => {
    const scenario = readyScenario({
      until: '40d', system: { component: { a: {}, b: {}, c: {} } },
      faults: Object.fromEntries(rules.map(([when, how], i) => [`rule${'abc'[i]!}`, { fail: ['a', 'b', 'c'], lasts: '1m', ...JSON.parse(JSON.stringify(when)) as object, ...how }])),
    } as never), seen: string[] = [], ruled = scenario.configs.fault as Readonly<Record<string, { together?: boolean | undefined; stagger?: number | undefined }>>
    const sim = createSim({ models: stack, world: initialWorld(stack, scenario.configs), seed: 1, onEntry: ({ at, event }) => {
      if (event.type !== 'fault.struck') return
      // The stroke of a clock for all is told once, and strikes all of them, or the first.
      const together = ruled[event.fault]!.together === true, things = event.thing !== '' ? [event.thing] : together ? ['a', 'b', 'c'] : ['a']
      for (const thing of things) seen.push(`${at} ${event.fault} ${thing}`)
    } })
    sim.runUntil(40 * DAY - 1)
    expect(windowsOf(scenario, 40 * DAY).map(({ at, rule, thing }) => `${at} ${rule} ${thing}`).sort()).toEqual(seen.sort())
  }), { numRuns: 25 })
})

describe('VS-55 the safe spacing of IPLs', () => {
  const far = looked(mirror(apart(DAY))), [spacing] = far.spacing
  // Shutdown, IPL, vary on, the operator's delay and steps of a second; then 20 GiB at 50,000 KiB/s.
  const outage = micros('15m30s'), recovery = 20 * 1024 * 1024 / 50_000 * SECOND

  test('VS-55 is outage, rescan and full recovery, within the seconds that steps take', () => {
    expect(spacing!.meanMicros! - outage - micros('10m') - recovery).toBeGreaterThan(0)
    expect(spacing!.meanMicros! - outage - micros('10m') - recovery).toBeLessThan(30 * SECOND)
    expect(spacing!.p95Micros).toBe(spacing!.meanMicros)
    expect(far.conflicts).toEqual([])
    const [exposure] = far.windows[0]!.exposure
    expect(exposure!.detectionMicros + exposure!.waitingMicros + exposure!.recoveryMicros).toBe(exposure!.micros)
    expect(Math.abs(exposure!.recoveryMicros - recovery)).toBeLessThan(5 * SECOND)
    // Both hosts in each of 13 turns.
    expect(far.exposedPerYear[0]!.micros / exposure!.micros).toBeCloseTo(26, 1)
  })

  test('VS-55 a minute more is enough, a minute less takes the only copy, and the calendar says so before it happens', () => {
    const enough = looked(mirror(apart(spacing!.meanMicros! + MINUTE))), tooLittle = looked(mirror(apart(spacing!.meanMicros! - MINUTE)))
    expect(enough.conflicts).toEqual([])
    expect(tooLittle.conflicts).toHaveLength(1)
    expect(tooLittle.conflicts[0]).toMatchObject({ kind: 'spacing', times: 13 })
    expect(tooLittle.conflicts[0]!.says).toMatch(/^windows of i5b comes .* after windows of i5a, which is in order again after .*; both serve md1; routing goes down$/)
    const text = calendarText(tooLittle).map(line => line.text)
    expect(Math.max(...text.map(line => line.length))).toBeLessThanOrEqual(80)
    expect(text[0]).toBe('test: 13 conflicts in a year.')
  })

  test('VS-55 with a bitmap and re-add only what was changed is copied: outage and rescan remain', () => {
    const [short] = looked(mirror(apart(DAY), { bitmap: 'internal' })).spacing
    expect(short!.meanMicros!).toBeLessThan(outage + micros('10m') + 0.2 * recovery + 30 * SECOND)
    expect(short!.meanMicros!).toBeGreaterThan(outage + micros('10m'))
  })

  test('VS-55 with a spare the mirror is in sync early, and the next window still has to wait for the spare', () => {
    const spared = looked(mirror({ windows: { ipl: ['i5a', 'i5b', 'i5c'], every: '30d', at: '1d', stagger: '1d' } }, { spare: true })), window = spared.windows[0]!
    expect(window.exposure[0]!.micros).toBeLessThan(recovery + MINUTE)
    expect(window.settledMicros!).toBeGreaterThan(outage + micros('10m'))
  })

  test('VS-55 delays that are drawn ask for more than their means, up to the 95th percentile of 200 windows', () => {
    const [drawn] = looked(mirror(apart(DAY), { after: { exponential: '10m' } })).spacing
    expect(drawn!.meanMicros).toBe(spacing!.meanMicros)
    // The 95th percentile of an exponential is 2.996 means; of 200 draws it has a standard error of 0.31.
    const factor = (drawn!.p95Micros! - spacing!.meanMicros! + micros('10m')) / micros('10m')
    expect(Math.abs(factor - 2.996)).toBeLessThan(4 * 0.31)
  })

  test('VS-48 where nobody comes no distance is enough', () => {
    const scenario = mirror(apart(10 * DAY)), nobody = looked({ ...scenario, configs: { ...scenario.configs, operator: [] } })
    expect(nobody.spacing).toMatchObject([{ array: 'md1', p95Micros: null }])
    expect(nobody.conflicts[0]!.says).toContain('which is never in order again by itself')
  })

  test('VS-55 who looks first lets the turn go by; a host that never gets its turn is a conflict, too', () => {
    const first = looked(mirror(apart(15 * MINUTE, { unless: 'degraded' })))
    expect(first.windows.slice(0, 2).map(({ skipped }) => skipped)).toEqual([false, true])
    expect(first.conflicts).toMatchObject([{ kind: 'never', times: 13, says: expect.stringContaining('windows never gets to i5b') }])
  })
})

test('both feeds at once take down what each alone does not, and that is a conflict without any mirror', () => {
  const feeds = (second: string): Scenario => readyScenario({
    until: '1y', system: {
      hypervisor: { systems: { power5: {} }, guests: { host: { on: 'power5', os: 'linux' } } }, component: { left: { feeds: ['power5'] }, right: { feeds: ['power5'] } },
      service: { services: { serving: { needs: [{ guest: 'host' }] } } },
    },
    faults: { left: { fail: ['left'], every: '90d', at: '5d', lasts: '2h' }, right: { fail: ['right'], every: '90d', at: second, lasts: '2h' }, storms: { fail: ['left', 'right'], every: { exponential: '1y' }, together: true, lasts: '1h' } },
  } as never)
  const apartOnes = looked(feeds('6d')), both = looked(feeds('5d1h'))
  expect(apartOnes.conflicts).toEqual([])
  expect(apartOnes.drawn).toEqual(['storms'])
  expect(both.conflicts).toMatchObject([{ kind: 'outage', at: 5 * DAY + HOUR, times: Math.ceil((YEAR / DAY - 5) / 90) }])
  expect(both.conflicts[0]!.says).toBe('serving goes down: left of left and right of right at the same time, and nothing has failed')
})
