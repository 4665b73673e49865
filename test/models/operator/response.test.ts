/** How soon somebody comes, by the hour and the day of the week. */
import { expect, test } from 'vitest'
import { HOUR, MINUTE } from '../../../src/base/time.ts'
import { operatorConfig } from '../../../src/models/operator/config.ts'
import type { SimRequest } from '../../../src/models/stack.ts'
import { play, router } from '../../support/systems.ts'

const byHour = { byHour: [{ hours: 'Mon-Fri 08:00-18:00', after: '10m' }, { hours: '08:00-18:00', after: '1h' }], otherwise: '3h' }
/** When the operator begins after the host has gone at each of these hours, in minutes; the run begins on a Monday at midnight. */
function delays(after: unknown, hours: readonly number[], seed = 1): number[] {
  const sections = router({ hosts: 2, swap: false, sizeMib: 256, operators: [{ name: 'op', on: 'router', when: { type: 'scsi.pathLost' }, after, do: [{ pause: '1s' }] }] })
  const plan = hours.map(hour => ({ at: hour * HOUR, request: { type: 'hypervisor.ipl', guest: 'i5a', down: 10 * MINUTE } as unknown as SimRequest }))
  const { trace } = play(sections, plan, { until: (hours.at(-1)! + 100) * HOUR, seed })
  const lost = trace.filter(({ event }) => event.type === 'scsi.pathLost'), begun = trace.filter(({ event }) => event.type === 'operator.started')
  expect(begun).toHaveLength(hours.length)
  return begun.map(({ at }, i) => Math.round((at - lost[i]!.at) / MINUTE))
}

test('within office hours soon, on the weekend later, at night latest', () => {
  // Monday 9:00, Monday 17:00, Tuesday 2:00, Saturday 12:00, Sunday 20:00.
  expect(delays(byHour, [9, 17, 26, 132, 164])).toEqual([10, 10, 180, 60, 180])
})

test('it goes by the hour at which it is noticed, not by that of the response', () => {
  expect(delays(byHour, [7.8])).toEqual([180])
})

test('GEN-2 one number is drawn for each response, so that what the night draws does not depend on how days are answered', () => {
  const night = { lognormal: ['1h', 0.5] }, hours = [9, 26, 33, 50]
  const fixed = delays({ byHour: [{ hours: '08:00-18:00', after: '10m' }], otherwise: night }, hours), drawn = delays({ byHour: [{ hours: '08:00-18:00', after: { exponential: '10m' } }], otherwise: night }, hours)
  expect([fixed[1], fixed[3]]).toEqual([drawn[1], drawn[3]])
  expect([fixed[0], fixed[2]]).toEqual([10, 10])
  expect(delays(night, hours)).toEqual(expect.arrayContaining([fixed[1], fixed[3]]))
})

test('what is neither a time nor hours is refused with what was expected', () => {
  const problem = (after: unknown) => JSON.stringify(operatorConfig.safeParse([{ on: 'router', after }]).error?.issues ?? 'accepted')
  expect(problem(byHour)).toBe('"accepted"')
  expect(problem({ byHour: [], otherwise: '1h' })).not.toBe('"accepted"')
  expect(problem({ byHour: byHour.byHour })).toMatch(/otherwise/)
  expect(problem({ byHour: [{ hours: 'Mon-Fri 8-18', after: '1h' }], otherwise: '1h' })).toMatch(/Mon-Fri 08:00-18:00/)
})
