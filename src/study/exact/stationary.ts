/**
 * The long run of a chain: how likely each state is, how often the system goes down, what it earns on average.
 *
 * By elimination without subtraction, so that an unavailability of 1e-14 has as many digits as the availability. A chain with several closed
 * classes, or with absorbing states, ends in one of them: each counts with the probability that the chain ends there.
 */
import { assert } from '../../base/assert.ts'
import { endings } from './absorption.ts'
import { sparse, weighted, type Chain } from './chain.ts'
import { eliminate, type Elimination } from './eliminate.ts'

export interface LongRun {
  /** In the order of the chain's states. */
  readonly probabilities: Float64Array
}

export function stationary(chain: Chain): LongRun {
  const numbers = sparse(chain), elimination = eliminate(numbers)
  if (elimination.ends.length === 1) return { probabilities: ofEnd(numbers.size, elimination, elimination.ends[0]!) }
  const probabilities = new Float64Array(numbers.size)
  for (const [end, weight] of endings(elimination, numbers.initial))
    ofEnd(numbers.size, elimination, end).forEach((each, n) => { probabilities[n]! += weight * each })
  return { probabilities }
}

/** Of the closed class of which this state was left over. */
function ofEnd(size: number, { steps }: Elimination, end: number): Float64Array {
  const visits = new Float64Array(size)
  let sum = visits[end] = 1
  for (let n = steps.length - 1; n >= 0; n--) {
    const { state, total, from, fromRates } = steps[n]!
    let flow = 0
    for (let m = 0; m < from.length; m++) flow += visits[from[m]!]! * fromRates[m]!
    sum += visits[state] = flow / total
  }
  return visits.map(each => each / sum)
}

/** What a service does in the long run; times and frequencies in the chain's unit of time. */
export interface UpDown {
  readonly availability: number
  readonly unavailability: number
  /** Ways from up to down per unit of time. */
  readonly outageFrequency: number
  readonly meanOutage: number
  readonly meanUp: number
}

/** By the chain's `up`, or that of another question about the same chain. */
export function upDown(chain: Chain, up: (state: number) => boolean = state => sparse(chain).up[state]!, longRun: LongRun = stationary(chain)): UpDown {
  const { probabilities } = longRun
  const availability = weighted(probabilities, n => up(n) ? 1 : 0), unavailability = weighted(probabilities, n => up(n) ? 0 : 1)
  const outageFrequency = flow(chain, longRun, (from, to) => up(from) && !up(to))
  return { availability, unavailability, outageFrequency, meanOutage: unavailability / outageFrequency, meanUp: availability / outageFrequency }
}

/** How often per unit of time, in the long run, a transition of this kind is made. */
export function flow(chain: Chain, { probabilities }: LongRun, counts: (from: number, to: number) => boolean): number {
  const { out } = sparse(chain)
  assert(probabilities.length === out.length, 'a long run belongs to its chain')
  return weighted(probabilities, from => {
    let sum = 0
    for (const [to, rate] of out[from]!) if (counts(from, to)) sum += rate
    return sum
  })
}

/** What is earned per unit of time, in the long run, by a figure for each state. */
export const reward = ({ probabilities }: LongRun, value: (state: number) => number): number => weighted(probabilities, value)
