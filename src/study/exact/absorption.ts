/**
 * How long a chain goes until it ends, and where: mean time to absorption and probabilities of absorption, from each state.
 *
 * By elimination without subtraction: a mean time of 4e15 days against recoveries of 22 minutes keeps nearly all of its digits. From where
 * the end may never come, the mean time is infinite.
 */
import { sparse, weighted, type Chain } from './chain.ts'
import { eliminate, type Elimination, type Step } from './eliminate.ts'

/** Mean time until an absorbing state, from each state; `reward`: or what is earned until then, per unit of time in each state. */
export function meanTimesToAbsorption(chain: Chain, reward: (state: number) => number = () => 1): Float64Array {
  const numbers = sparse(chain), { steps, ends } = eliminate(numbers, state => numbers.absorbing[state] ? 0 : reward(state))
  const means = new Float64Array(numbers.size)
  for (const end of ends) means[end] = numbers.absorbing[end] ? 0 : Infinity
  back(steps, means, true)
  return means
}

/** The same from the chain's start. */
export const meanTimeToAbsorption = (chain: Chain, reward?: (state: number) => number): number => {
  const means = meanTimesToAbsorption(chain, reward)
  return weighted(sparse(chain).initial, n => means[n]!)
}

/** With which probability the chain ends in this absorbing state, or in one of these, from each state. */
export function absorptionProbabilities(chain: Chain, into: readonly string[]): Float64Array {
  const numbers = sparse(chain), { steps, ends } = eliminate(numbers), wanted = new Set(into.map(name => chain.states.indexOf(name)))
  const probabilities = new Float64Array(numbers.size)
  for (const end of ends) probabilities[end] = wanted.has(end) && numbers.absorbing[end] ? 1 : 0
  back(steps, probabilities, false)
  return probabilities
}

/** The same from the chain's start. */
export const absorptionProbability = (chain: Chain, into: readonly string[]): number => {
  const probabilities = absorptionProbabilities(chain, into)
  return weighted(sparse(chain).initial, n => probabilities[n]!)
}

/** Where the chain ends, with which probability: by the state that is left over of each closed class. */
export function endings({ steps, ends }: Elimination, initial: Float64Array): Map<number, number> {
  return new Map(ends.map(end => {
    const probabilities = new Float64Array(initial.length)
    probabilities[end] = 1
    back(steps, probabilities, false)
    return [end, weighted(initial, n => probabilities[n]!)]
  }))
}

/** States in the reverse of the order in which they were taken out: what they lead to is known then. */
function back(steps: readonly Step[], values: Float64Array, rewarded: boolean): void {
  for (let n = steps.length - 1; n >= 0; n--) {
    const { state, total, reward, to, toRates } = steps[n]!
    let sum = rewarded ? reward : 0
    for (let m = 0; m < to.length; m++) sum += toRates[m]! * values[to[m]!]!
    values[state] = sum / total
  }
}
