/**
 * A distribution in the words of a planner: `exponential, mean 2 h`. The mean is always there, for it is what availability rests on.
 *
 * Times are in one unit, hours from an hour on, with four digits: lives are compared in hours, not in days and weeks.
 */
import { meanOf, type Distribution } from './distribution.ts'
import { HOUR, MILLISECOND, MINUTE, SECOND, type Micros } from './time.ts'

export function distributionText(d: Distribution): string {
  if (typeof d === 'number') return inOneUnit(d)
  if ('after' in d) return `${inOneUnit(d.after)}, then ${distributionText(d.then)}; mean ${inOneUnit(meanOf(d))} in all`
  const mean = `mean ${inOneUnit(meanOf(d))}`
  if ('exponential' in d) return `exponential, ${mean}`
  if ('uniform' in d) return `uniform, ${inOneUnit(d.uniform[0])} to ${inOneUnit(d.uniform[1])}, ${mean}`
  if ('lognormal' in d) return `lognormal, ${mean}, median ${inOneUnit(d.lognormal[0])}, sigma ${digits(d.lognormal[1])}`
  if ('weibull' in d) return `Weibull, ${mean}, shape ${digits(d.weibull[1])}`
  if ('gamma' in d) return `gamma, ${mean}, shape ${digits(d.gamma[1])}`
  if ('trace' in d) return `drawn from ${d.trace.length} observed, ${mean}`
  return `mixture, ${mean}: ${d.mixture.map(({ weight, of }) => `${digits(weight * 100)} % ${distributionText(of)}`).join(' / ')}`
}

/** `1000 h`, `2.5 h`, `15 min`, `90 s`. */
export function inOneUnit(micros: Micros): string {
  const [unit, name] = micros >= HOUR ? [HOUR, 'h'] : micros >= MINUTE ? [MINUTE, 'min'] : micros >= SECOND || micros === 0 ? [SECOND, 's'] : micros >= MILLISECOND ? [MILLISECOND, 'ms'] : [1, 'µs']
  return `${digits(micros / unit)} ${name}`
}

/** Four of them, and none of a whole number lost. */
const digits = (value: number): string => String(value >= 1000 ? Math.round(value) : Number(value.toPrecision(4)))
