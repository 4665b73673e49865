/**
 * What every shipped scenario does, as one line each: a change of behaviour shows as a changed line in a review. If it is meant,
 * `npx vitest run test/fingerprints.test.ts -u` writes the lines anew.
 */
import { expect, test } from 'vitest'
import { fingerprint } from '../src/core/trace.ts'
import { formatDuration } from '../src/base/time.ts'
import { simulate } from '../src/scenario/run.ts'
import { shippedScenarios } from './support/scenarios.ts'

test('every scenario does what it did before, event by event', async () => {
  const rows = (await shippedScenarios()).map(({ name, scenario }) => {
    const { trace, seed } = simulate(scenario)
    return [name, seed, formatDuration(scenario.until), trace.length, fingerprint(trace)].join()
  })
  await expect(`${['scenario,seed,until,events,fingerprint', ...rows].join('\n')}\n`).toMatchFileSnapshot('./fingerprints.csv')
})

test('a run with another seed, or one event more, has another fingerprint', async () => {
  const { scenario } = (await shippedScenarios())[0]!, { trace } = simulate(scenario)
  expect(fingerprint(trace.slice(1))).not.toBe(fingerprint(trace))
  expect(fingerprint([...trace.slice(0, -1), { ...trace.at(-1)!, at: trace.at(-1)!.at + 1 }])).not.toBe(fingerprint(trace))
})
