/**
 * Outages too rare to wait for: forks at losses of redundancy with faster clocks of failures, through the shipped models, beside plain runs.
 * Usage: rare CASE RUNS, where CASE is
 *   r1  two copies and a spare on three hosts, exactly 6.952e-8 of the time down
 *   r3  three copies and a spare on four hosts, exactly 1.590e-11
 * Printed: CPU seconds to a standard error of 10 %, start-up and pilot not counted, and how much plain runs would need, from their cost per year and
 * the variance that outages of this rate and length have (Poisson; a plain run sees none in a lifetime, so it cannot be measured).
 */
import { YEAR } from '../src/base/time.ts'
import { chooseBias } from '../src/study/rare/bias.ts'
import { ForkRunner } from '../src/study/rare/fork-runner.ts'
import { Runner } from '../src/study/runner.ts'
import { momentsOf, standardError } from '../src/study/stats/moments.ts'
import { cpuSecondsOf, print } from './measure.ts'
import { reliableMirror } from './systems.ts'

const CASES: Readonly<Record<string, { hosts: number; copies: number; exact: number }>> = { r1: { hosts: 3, copies: 2, exact: 6.952e-8 }, r3: { hosts: 4, copies: 3, exact: 1.59e-11 } }
const [name = 'r1', runs = '60'] = process.argv.slice(2), { hosts, copies, exact } = CASES[name]!, RUNS = Number(runs), YEARS = 10
const study = { seed: '1', yearsPerRun: YEARS, warmUp: YEAR / 365 }, scenario = reliableMirror(hosts, copies)

let bias: number | string = ''
const pilot = cpuSecondsOf(() => { bias = chooseBias(study, scenario) })
if (typeof bias === 'string') throw new Error(bias)
const forked = new ForkRunner(study, scenario, bias), plain = new Runner(study, scenario)
for (let run = 0; run < 20; run++) {
  plain.run(run)
  forked.run(1000 + run)
}
const unavailability: number[] = []
let forks = 0, hits = 0, ends = 0, weights = 0, squares = 0, lengths = 0, outages = 0
const cpuSeconds = cpuSecondsOf(() => {
  for (let run = 0; run < RUNS; run++) {
    const { micros, services: { storing }, forks: f } = forked.run(run)
    unavailability.push(storing!.downMicros / micros)
    outages += storing!.outages
    storing!.lengths.forEach((length, i) => lengths += storing!.weights![i]! * (length / YEAR) ** 2)
    forks += f!.forks
    hits += f!.hits
    ends += f!.ends
    weights += f!.weight
    squares += f!.weightSquared
  }
})
const plainPerYear = cpuSecondsOf(() => { for (let run = 0; run < 40; run++) plain.run(run) }) / 40 / YEARS
const moments = momentsOf(unavailability), error = standardError(moments) / moments.mean, toTenPercent = cpuSeconds * (error / 0.1) ** 2
// Years of plain runs to 10 %: the variance of a year's downtime over the square of its mean.
const plainYears = lengths / (RUNS * YEARS) / moments.mean ** 2 / 0.01
print({
  name: `rare ${name}`, count: forks, cpuSeconds,
  notes: {
    bias: Math.round(bias), pilotSeconds: pilot, unavailability: moments.mean, relativeError: error, ofExact: moments.mean / exact, outagesPerYear: outages / RUNS / YEARS,
    toTenPercent, plainYears, plainSeconds: plainYears * plainPerYear, gain: plainYears * plainPerYear / toTenPercent, microsPerFork: (cpuSeconds - RUNS * YEARS * plainPerYear) / forks * 1e6,
    hitsPerFork: hits / forks, effectiveHits: weights * weights / squares, meanWeight: ends / forks,
  },
})
