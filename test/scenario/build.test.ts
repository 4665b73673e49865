/** Scenarios as values: steps written out, sections that are left out, models of one's own, and bad values with their paths. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Id } from '../../src/base/id.ts'
import { BadScenario, defineModel, defineScenario, simulate, stack, type } from '../../src/index.ts'
import { checkScenario } from '../../src/scenario/build.ts'
import { hypervisor } from '../../src/models/hypervisor/model.ts'

const system = { hypervisor: { systems: { power5: {} }, guests: { i5a: { on: 'power5', os: 'ibm-i', ipl: '25m', shutdown: '5m' } } } } as const

test('a repeated step is written out until its last time or the end; steps of one time keep their order', () => {
  const { scenario } = checkScenario({
    until: '10d', system, timeline: [
      { at: '1d', every: '3d', do: { type: 'hypervisor.ipl', guest: 'i5a' } },
      { at: '4d', do: [{ type: 'hypervisor.hang', guest: 'i5a' }, { type: 'hypervisor.resume', guest: 'i5a' }] },
      { at: '1h', every: '1h', to: '2h', do: { type: 'hypervisor.powerOn', guest: 'i5a' } },
    ],
  })
  expect(scenario!.timeline.map(({ at, request }) => `${at / 3600e6}h ${request.type}`)).toEqual([
    '1h hypervisor.powerOn', '2h hypervisor.powerOn', '24h hypervisor.ipl', '96h hypervisor.ipl', '96h hypervisor.hang', '96h hypervisor.resume', '168h hypervisor.ipl', '240h hypervisor.ipl',
  ])
})

test('a step that repeats without end is refused', () => {
  const timeline = [{ at: '1s', every: '1ms', do: { type: 'hypervisor.ipl', guest: 'i5a' } }]
  expect(checkScenario({ until: '1d', system, timeline }).problems).toMatchObject([{ path: ['timeline', 0, 'every'], expected: 'expected at most 100000 repetitions' }])
  expect(checkScenario({ until: '1d', system, timeline: [{ ...timeline[0], every: '0s' }] }).problems).toHaveLength(1)
})

test('a scenario in TypeScript that is wrong throws all its issues, each with its path', () => {
  const wrong = { until: '1d', system: { hypervisor: { ...system.hypervisor, guest: {} } }, timeline: [{ at: '2d', do: { type: 'hypervisor.ipl', guest: 'i5b' } }] }
  expect(() => simulate(wrong as never)).toThrow(BadScenario)
  try { simulate(wrong as never) } catch (error) {
    expect((error as Error).message.split('\n')).toEqual([
      'system.hypervisor.guest: unknown key "guest" in system.hypervisor, expected systems, guests or powerOffTimeout; did you mean "guests"?',
      'timeline[0].at: found 2d, expected a time before the end of the run, 1d',
      'timeline[0].do.guest: found the guest "i5b", expected i5a; did you mean "i5a"?',
    ])
  }
})

test('the compiler knows sections and requests by their words', () => {
  // @ts-expect-error a misspelt request
  defineScenario({ until: '1h', system, timeline: [{ at: '1m', do: { type: 'hypervisor.ipll', guest: 'i5a' } }] })
  // @ts-expect-error a misspelt key of a section
  defineScenario({ until: '1h', system: { hypervisor: { guest: {} } } })
  // @ts-expect-error a key that no expectation has
  defineScenario({ until: '1h', system, expect: [{ service: 'x', downAtMots: '1h' }] })
  expect(defineScenario({ until: '1h', system }).until).toBe('1h')
})

test('a model of one\'s own brings its section, its requests and its facts', () => {
  type UpsId = Id<'Ups'>
  const upsRequests = z.discriminatedUnion('type', [z.strictObject({ type: z.literal('ups.fail'), system: z.string() })])
  const ups = defineModel({
    name: 'ups', uses: [hypervisor], config: z.strictObject({ minutes: z.number() }), state: (config: { minutes: number }) => ({ minutes: config.minutes }),
    requests: upsRequests, facts: type<{ type: 'ups.drained'; system: UpsId }>(),
    on: {
      'ups.fail'(s, { system }, cx) { cx.after(s.minutes * 60e6, { type: 'ups.drained', system: system as UpsId }) },
      'ups.drained'(_, { system }, cx) { cx.emit({ type: 'hypervisor.systemPowerOff', system: system as never }) },
    },
  })
  const models = [...stack, ups], scenario = {
    until: '1h', system: { ...system, ups: { minutes: 10 } }, timeline: [{ at: '5m', do: { type: 'ups.fail', system: 'power5' } }],
    expect: [{ happens: { type: 'ups.drained' }, by: '15m' }, { guest: 'i5a', up: false }],
  }
  const { verdict } = simulate(scenario as never, { models })
  expect(verdict.results.map(({ met, says, figures }) => `${met} ${says}: ${figures}`)).toEqual(['true ups.drained happens at least once by 00:15:00: 1 time (00:15:00)', 'true at the end i5a is not up: not up, not activated'])
  expect(checkScenario({ ...scenario, system: { ...system, ups: { minuts: 10 } } }, models).problems).toMatchObject([{ path: ['system', 'ups', 'minuts'], suggestion: 'minutes' }])
})

test('a run cut short does not meet what was to be seen later', () => {
  const { verdict } = simulate({ until: '2h', system, expect: [{ guest: 'i5a', up: true, at: '90m' }] }, { until: 3600e6 })
  expect(verdict.results.map(({ met, says, figures }) => `${met} ${says}: ${figures}`)).toEqual(['false the run reaches 01:30:00: it ends at 01:00:00'])
})
