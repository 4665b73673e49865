/** Theory gives every figure of every case, and a second way gives the same, also with parameters a tenth off. */
import { describe, expect, test } from 'vitest'
import { cases } from './cases.ts'
import { families } from './families/index.ts'
import { oneByOne } from './perturbed.ts'
import { differsFrom } from './tolerance.ts'
import type { Case, Parameters } from './family.ts'

const computed = cases.filter(({ family }) => family !== 'migration-published')

test('every case has a family, but for the one that gives no parameters', () => {
  expect(computed.filter(({ family }) => families[family] === undefined).map(({ id }) => id)).toEqual([])
  expect(cases.length - computed.length).toBe(1)
})

describe('theory', () => {
  test.each(computed.filter(({ family }) => family !== 'raid-latent').map(one => [one.id, one] as const))('%s: the figures are those that were expected', (_, { family, parameters, expected }) => {
    const theory = families[family]!.analytic(parameters)
    expect(expected.map(figure => differsFrom(figure, theory(figure.metric))).filter(why => why !== undefined)).toEqual([])
  })

  test('a figure that is a little off is told', () => {
    const off = (tolerance: { rel?: number; abs?: number }, by: number) => differsFrom({ metric: 'x', value: 2, unit: '1', tolerance }, 2 + by) !== undefined
    expect([off({ rel: 1e-9 }, 1e-9), off({ rel: 1e-9 }, 3e-9), off({ abs: 0.5 }, -0.4), off({ abs: 0.5 }, -0.6)]).toEqual([false, true, false, true])
  })
})

/** What a second way says otherwise, relative to what it is near to. */
function apart({ family, expected }: Case, parameters: Parameters): string[] {
  const { analytic, otherwise, near = 1e-9 } = families[family]!, one = analytic(parameters), other = otherwise!(parameters)
  return expected.flatMap(({ metric }) => {
    const a = one(metric), b = other(metric)
    if (a === undefined || b === undefined) return []
    return a === b || Math.abs((a as number) - (b as number)) <= near * Math.abs(a as number) ? [] : [`${metric}: ${String(a)}, and ${String(b)}`]
  })
}

describe('a second way to the same figures', () => {
  const twice = computed.filter(({ family }) => families[family]!.otherwise !== undefined)

  test.each(twice.map(one => [one.id, one] as const))('%s: as published, and with each parameter a tenth off', (_, one) => {
    expect(apart(one, one.parameters)).toEqual([])
    for (const { name, parameters } of oneByOne(one.parameters)) expect(apart(one, parameters), name).toEqual([])
  })

  test('the exact solver, a closed form or the shipped models stand behind all but a few sums', () => {
    const alone = computed.filter(one => !one.expected.some(({ metric }) => families[one.family]!.otherwise?.(one.parameters)(metric) !== undefined)).map(({ id }) => id)
    expect(alone).toEqual(['timeouts-033', 'uptime-tiers-034'])
  })
})
