/**
 * What is watched of weighted forks: their mean weight, which must be 1, how evenly outages are weighted, and the heaviest of them.
 *
 * Importance sampling fails in silence: an estimate whose weight is in outages that were never drawn looks precise and is too low. These three figures are
 * what shows it (Kish's effective sample size, see ../stats/ess.ts).
 */
import type { ForkTally } from '../tally.ts'

/** Why the weights of these forks cannot be trusted; null: they can. */
export function forkTrouble({ forks, hits, weight, weightSquared, largest, ends, endsSquared }: ForkTally): string | null {
  if (forks === 0) return null
  const mean = ends / forks, error = Math.sqrt(Math.max(0, endsSquared / forks - mean * mean) / forks), effective = weightSquared === 0 ? 0 : weight * weight / weightSquared
  if (Math.abs(mean - 1) > 5 * error + 1e-6) return `the mean weight of the forks is ${mean.toFixed(3)} ± ${error.toFixed(3)}, and must be 1`
  if (hits >= FEW && largest > 0.2 * weight) return `one of ${hits} weighted outages carries ${Math.round(100 * largest / weight)} % of their weight`
  if (hits >= FEW && effective < hits / 50) return `${hits} weighted outages are worth no more than ${Math.round(effective)} equal ones`
  return null
}
const FEW = 30
