/** Systems for the tests of forks: partitions that a service needs some of, and what estimates of many seeds have to do with an exact value. */
import { expect } from 'vitest'
import { YEAR } from '../../../src/base/time.ts'
import { checkScenario, type Scenario } from '../../../src/scenario/build.ts'
import { ForkRunner } from '../../../src/study/rare/fork-runner.ts'
import { momentsOf, standardError } from '../../../src/study/stats/moments.ts'
import { mergedForks, noForks, type ForkTally, type RunTally } from '../../../src/study/tally.ts'

export function scenarioOf(input: Record<string, unknown>): Scenario {
  const { scenario, problems } = checkScenario({ name: 'test', until: '10y', ...input })
  if (scenario === undefined) throw new Error(problems.map(({ path, found, expected }) => `${path.join('.')}: ${found}, ${expected}`).join('\n'))
  return scenario
}

/** So many partitions, of which the service `up` needs some; `rule` says how they fail. */
export function guests(n: number, needed: number, rule: Record<string, unknown>): Scenario {
  const names = Array.from({ length: n }, (_, i) => `host${'abcdefgh'[i]}`)
  return scenarioOf({
    system: {
      hypervisor: { systems: { power5: {} }, guests: Object.fromEntries(names.map(name => [name, { on: 'power5', os: 'ibm-i', dumpTime: '0s' }])) },
      service: { services: { up: { needs: [{ atLeast: needed, of: names.map(guest => ({ guest })) }] } } },
    },
    faults: { crashes: { crash: names, ...rule } },
  })
}

export const shape = (seed: string, yearsPerRun: number) => ({ seed, yearsPerRun, warmUp: YEAR / 365 })
export const only = (tally: RunTally) => Object.values(tally.services)[0]!

export interface Seen { readonly estimates: readonly { readonly mean: number; readonly error: number }[]; readonly all: readonly number[]; readonly forks: ForkTally }

/** What a study of each seed estimates; `of` is a figure of one run. */
export function seen(scenario: Scenario, bias: number, seeds: number, runs: number, years: number, of: (tally: RunTally) => number): Seen {
  let forks = noForks()
  const estimates = [], all: number[] = []
  for (let seed = 0; seed < seeds; seed++) {
    const runner = new ForkRunner(shape(`${seed}`, years), scenario, bias), values: number[] = []
    for (let run = 0; run < runs; run++) {
      const tally = runner.run(run)
      values.push(of(tally))
      forks = mergedForks(forks, tally.forks!)
    }
    const moments = momentsOf(values)
    estimates.push({ mean: moments.mean, error: standardError(moments) })
    all.push(...values)
  }
  return { estimates, all, forks }
}

/**
 * No bias that so many runs could show, and errors as large as the estimates say: all runs together within 3.5 standard errors of the exact value
 * (error probability 5e-4), the variance of the seeds' z-scores between 0.35 and 2.2 (for 24 of them, of Student's t: below 1e-3 on either side),
 * the mean weight of forks within 4 standard errors of 1 (6e-5).
 */
export function expectUnbiased({ estimates, all, forks }: Seen, exact: number): void {
  const moments = momentsOf(all), z = momentsOf(estimates.map(({ mean, error }) => (mean - exact) / error)), spread = z.m2 / (z.n - 1)
  expect(Math.abs(moments.mean - exact) / standardError(moments), `${moments.mean} ± ${standardError(moments)}, exactly ${exact}`).toBeLessThan(3.5)
  expect(spread).toBeGreaterThan(0.35)
  expect(spread).toBeLessThan(2.2)
  expectWeighed(forks)
}

export function expectWeighed({ forks, ends, endsSquared }: ForkTally): void {
  const mean = ends / forks
  expect(Math.abs(mean - 1) / Math.sqrt((endsSquared / forks - mean * mean) / forks), `${mean}`).toBeLessThan(4)
}
