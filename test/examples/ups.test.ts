/** The worked example of CONTRIBUTING.md does what the document says. */
import { expect, test } from 'vitest'
import { MINUTE, simulate, stack } from 'hotspare'
import { ups } from '../../examples/ups/model.ts'

const failure = (minutes: number) => simulate({
  until: '3h',
  system: {
    hypervisor: { systems: { power5: {} }, guests: { router: { on: 'power5', os: 'linux' } } },
    service: { services: { routing: { needs: [{ guest: 'router' }] } } },
    ups: { power5: { battery: '10m' } },
  },
  timeline: [
    { at: '1h', do: { type: 'ups.loseMains', system: 'power5' } },
    { at: `${60 + minutes}m`, do: { type: 'ups.restoreMains', system: 'power5' } },
  ],
}, { models: [...stack, ups], check: true })

const wentDown = (minutes: number) => failure(minutes).trace.filter(({ event }) => event.type === 'service.wentDown').map(({ at }) => at / MINUTE)

test('a battery that outlasts the failure leaves the system running', () => {
  expect(wentDown(9)).toEqual([])
})

test('a system is dark when its battery is empty, and starts again with the mains', () => {
  const run = failure(30)
  expect(wentDown(30)).toEqual([70])
  expect(run.trace.filter(({ event }) => event.type === 'hypervisor.systemPowerOn').map(({ at }) => at / MINUTE)).toEqual([90])
  expect(run.trace.some(({ at, event }) => event.type === 'service.cameUp' && at > 90 * MINUTE)).toBe(true)
})
