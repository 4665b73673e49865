/** Maintenance on days of the week: when it begins, whom it spares, and who is let go by for the sake of a mirror. */
import { describe, expect, test } from 'vitest'
import { DAY, HOUR, type Micros } from '../../../src/base/time.ts'
import type { Entry } from '../../../src/core/trace.ts'
import { faultConfig } from '../../../src/models/fault/config.ts'
import type { SimEvent, SimRequest } from '../../../src/models/stack.ts'
import { diligent, play, router, type Plan } from '../../support/systems.ts'

const times = (trace: readonly Entry<SimEvent>[], type: string): [number, string][] => trace.filter(({ event }) => event.type === type)
  .map(({ at, event }) => [at / HOUR, (event as { guest?: string; thing?: string }).guest ?? (event as { thing?: string }).thing ?? ''])
/** The run begins on Monday, 2026-01-05, at midnight. */
const run = (rule: object, until: Micros, more: object = {}, plan: Plan = []) =>
  play({ ...router({ hosts: 3, sizeMib: 256, operators: [diligent()] }), ...more, fault: { rule } }, plan, { until })
const SUNDAY = 6 * 24 + 2

describe('days of the week', () => {
  test('a window comes on its day, and again in a week', () => {
    expect(times(run({ ipl: ['i5a'], on: 'Sun 02:00' }, 21 * DAY).trace, 'hypervisor.ipl')).toEqual([[SUNDAY, 'i5a'], [SUNDAY + 7 * 24, 'i5a'], [SUNDAY + 14 * 24, 'i5a']])
  })

  test('a line of a crontab says the same', () => {
    expect(times(run({ ipl: ['i5a', 'i5b'], cron: '0 2 * * 0' }, 14 * DAY).trace, 'hypervisor.ipl')).toEqual(times(run({ ipl: ['i5a', 'i5b'], on: 'Sun 02:00' }, 14 * DAY).trace, 'hypervisor.ipl'))
  })

  test('hosts take turns within the window, or go together', () => {
    expect(times(run({ ipl: ['i5a', 'i5b', 'i5c'], on: 'first Sun 02:00', stagger: '1h' }, 35 * DAY).trace, 'hypervisor.ipl')).toEqual([[650, 'i5a'], [651, 'i5b'], [652, 'i5c']])
    const together = run({ crash: ['i5a', 'i5b'], on: 'Sun 02:00', together: true, chance: 0.5 }, 200 * DAY).trace
    expect(together.filter(({ event }) => event.type === 'fault.struck')).toHaveLength(28)
  })

  test('the day is that of the date at which the run begins', () => {
    expect(times(run({ ipl: ['i5a'], on: 'Sun 02:00' }, 7 * DAY, { terminal: { date: '2026-01-10T12:00Z' } }).trace, 'hypervisor.ipl')).toEqual([[14, 'i5a']])
  })
})

describe('unless degraded', () => {
  const crashed: Plan = [{ at: (SUNDAY - 1) * HOUR, request: { type: 'hypervisor.crash', guest: 'i5a', down: 3 * HOUR } as unknown as SimRequest }]
  const weekly = { ipl: ['i5b', 'i5c'], on: 'Sun 02:00', stagger: '30m', lasts: '10m' }
  const two = router({ hosts: 2, sizeMib: 256, operators: [diligent()] })

  test('a host that serves the last copy of a mirror is let go by, and its turn comes a week later', () => {
    const rule = { ...weekly, ipl: ['i5b'] }
    const careless = run(rule, 15 * DAY, two, crashed), careful = run({ ...rule, unless: 'degraded' }, 15 * DAY, two, crashed)
    expect(times(careless.trace, 'hypervisor.ipl').map(([at]) => at)).toEqual([SUNDAY, SUNDAY + 7 * 24])
    expect(times(careful.trace, 'hypervisor.ipl').map(([at]) => at)).toEqual([SUNDAY + 7 * 24])
    expect(times(careful.trace, 'fault.skipped')).toEqual([[SUNDAY, 'i5b']])
    const outages = ({ sim }: typeof careful) => sim.world.service.services['routing' as never]!.outages
    expect([outages(careless), outages(careful)]).toEqual([1, 0])
  })

  test('with a spare that has taken over nobody waits', () => {
    const careful = run({ ...weekly, unless: 'degraded' }, 7 * DAY, {}, crashed)
    expect(times(careful.trace, 'hypervisor.ipl')).toEqual([[SUNDAY, 'i5b'], [SUNDAY + 0.5, 'i5c']])
  })

  test('a whole system is let go by for each of its hosts', () => {
    expect(times(run({ systemIpl: ['power5'], on: 'Sun 02:00', unless: 'degraded' }, 7 * DAY, two, crashed).trace, 'fault.skipped')).toEqual([[SUNDAY, 'power5']])
  })
})

test('a calendar says when in one way only, and what breaks does not by appointment', () => {
  const messages = (rule: unknown) => faultConfig.safeParse({ rule }).error?.issues.map(issue => issue.message).join('; ') ?? 'accepted'
  expect(messages({ ipl: ['i5a'], on: 'Sun 02:00', every: '1h' })).toMatch(/one clock/)
  expect(messages({ ipl: ['i5a'], on: 'Sun 02:00', at: '1h' })).toMatch(/at beside every/)
  expect(messages({ ipl: ['i5a'], on: 'Sunday' })).toMatch(/first Sun 02:00/)
  expect(messages({ ipl: ['i5a'], cron: '0 2 * *' })).toMatch(/five fields/)
  expect(messages({ crash: ['i5a'], upFor: '1h', unless: 'degraded' })).toMatch(/unless only with/)
  expect(messages({ ipl: ['i5a'], cron: '0 2 1-7 * */7', stagger: '1h', unless: 'degraded' })).toBe('accepted')
})
