/** What a planner must know before trusting the figures of a variant: said in words, above the figures, never left to be found out. */
import { meanOf, varianceOf, type Distribution } from '../base/distribution.ts'
import { entriesOf } from '../base/id.ts'
import { YEAR } from '../base/time.ts'
import { listed } from '../scenario/issue.ts'
import type { Collected } from './collect.ts'
import { calendarsOf, unbiased, type Method } from './method.ts'
import { forkTrouble } from './rare/watch.ts'
import type { Study, Variant } from './study.ts'
import { amount } from './words.ts'

/** What keeps a variant from being known as well as was asked for. */
export type Missing = 'few events' | 'wide'

export function warningsOf(study: Study, variant: Variant, all: Collected, method: Method, missing: Missing | null): string[] {
  const warnings: string[] = [], years = Math.round(all.micros / YEAR)
  for (const name of study.services) {
    const sums = all.services.get(name)!
    if (sums.stuck > 0 && all.forks !== null) warnings.push(`where failures are sped up, ${name} goes down for good in ${sums.stuck} of ${all.runs} runs, and that is more than a hundredth of the downtime: nothing in the study brings it back, so its downtime depends on how long a run is (${study.yearsPerRun} years). Give it an operator who does, or a crew.`)
    else if (sums.stuck > 0) warnings.push(`${name} went down for good in ${sums.stuck} of ${all.runs} runs: nothing in the study brings it back, so its downtime depends on how long a run is (${study.yearsPerRun} years). Give it an operator who does, or a crew.`)
    if (sums.outages.nonzero === 0 && method.kind === 'runs') warnings.push(`no outage of ${name} was seen in ${years} years${method.because === null ? '' : `, and rare events cannot be forked: ${method.because}`}.`)
  }
  if (method.kind === 'runs' && method.because !== null && all.services.get(study.services[0]!)!.outages.nonzero > 0) warnings.push(`outages are rare, and the study does not fork at losses of redundancy: ${method.because}.`)
  if (missing === 'few events' && all.services.get(study.services[0]!)!.outages.nonzero > 0) warnings.push(`the downtime of ${study.services[0]!} rests on the outages of few runs: its interval may be too narrow.`)
  else if (missing !== null && all.runs > 0) warnings.push(`the interval of ${study.services[0]!} is wider than the ${amount(study.precision * 100)} % asked for.`)
  const { forks } = all, calendars = forks === null ? [] : calendarsOf(variant.scenario)
  if (calendars.length > 0) warnings.push(`${unbiased(calendars)}: outages that begin so are seen as rarely as they are, and where none was, the interval does not know of them.`)
  const unequal = forks === null ? [] : entriesOf(variant.scenario.configs.fault).filter(([, { lasts }]) => lasts !== undefined && isUnequal(lasts)).map(([name]) => name)
  if (unequal.length > 0) warnings.push(`repairs after ${listed(unequal, 'and')} are very unequal: rare long ones make much of the downtime, and until they have come the value is too low and its interval too narrow. More --years tell.`)
  const trouble = forks === null ? null : forkTrouble(forks)
  if (trouble !== null) warnings.push(`the forks cannot be trusted: ${trouble}. Ask for plain runs, or a milder case.`)
  else if (forks !== null && forks.hits > 0) {
    const effective = forks.weightSquared === 0 ? 0 : forks.weight * forks.weight / forks.weightSquared
    if (effective < 100) warnings.push(`the weighted outages are worth only ${Math.round(effective)} equal ones.`)
    if (forks.largest > 0.05 * forks.weight) warnings.push(`a single outage makes ${Math.round(100 * forks.largest / forks.weight)} % of the estimate: its interval may be too narrow.`)
  }
  warnings.push(...all.notes)
  return warnings
}

/** The mean of a square is more than three times the square of the mean: what a second failure meets is mostly one of the long ones. */
const isUnequal = (lasts: Distribution): boolean => varianceOf(lasts) > 2 * meanOf(lasts) * meanOf(lasts)
