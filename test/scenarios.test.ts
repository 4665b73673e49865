/**
 * Every shipped scenario runs here: its expectations hold, the rules of all models hold after each of its events, and the opposite of
 * each expectation fails, so that none of them is met by accident of its wording.
 */
import { describe, expect, test } from 'vitest'
import { simulate } from '../src/scenario/run.ts'
import { opposites } from './support/negate.ts'
import { shippedScenarios } from './support/scenarios.ts'

const shipped = await shippedScenarios()

test('there are scenarios, each with its story, the source of its claim, and something it expects', () => {
  expect(shipped.length).toBeGreaterThan(0)
  for (const { path, scenario } of shipped) {
    expect([scenario.story, scenario.claim, scenario.source].map(text => text !== null), `${path} needs story, claim and source`).toEqual([true, true, true])
    expect(scenario.expect.length, `${path} expects nothing`).toBeGreaterThan(0)
  }
})

describe.each(shipped)('$name', ({ scenario }) => {
  const run = simulate(scenario, { check: true })

  test('does what it expects', () => {
    expect(run.verdict.results.filter(result => !result.met).map(({ says, figures }) => `${says}: ${figures}`)).toEqual([])
    expect(run.verdict.met).toBe(true)
  })

  test('keeps the rules of every model after each event', () => {
    expect(run.broken).toEqual([])
  })

  test('fails when an expectation is turned into its opposite', () => {
    const negated = scenario.expect.flatMap(expectation => opposites(expectation, run))
    expect(negated.length).toBeGreaterThanOrEqual(scenario.expect.length)
    const { verdict } = simulate({ ...scenario, expect: negated })
    expect(verdict.results.filter(result => result.met).map(({ says, figures }) => `${says}: ${figures}`)).toEqual([])
    expect(verdict.met).toBe(false)
  })

  test('speaks of an outage with a lower and an upper bound', () => {
    for (const [name, { outages }] of Object.entries(run.world.service.services)) {
      if (outages === 0) continue
      const said = scenario.expect.filter(each => 'service' in each && each.service === name) as Readonly<Record<string, unknown>>[]
      const bounded = said.some(each => 'downBetween' in each || each.outages !== undefined) || (said.some(each => 'downAtMost' in each) && said.some(each => 'downAtLeast' in each))
      expect(bounded, `${name} is down, and nothing says for how long`).toBe(true)
    }
  })
})
