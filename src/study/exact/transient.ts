/**
 * Where a chain is after a time, and how long it has been where: uniformisation, in steps of time with one set of Poisson weights.
 *
 * Nothing is subtracted and nothing small is cut off, so a probability of loss of 1e-12 has its digits, too. When what is not absorbed keeps
 * its shape from one step to the next (the steady state or, with a leak, the quasi-stationary one), the rest of the time follows from the rate
 * of the leak: repairs of minutes within missions of decades cost as much as the time until all has settled. Source of the method: Grassmann,
 * Computers and Operations Research 4, 1977; the weights are found from the mode, as Fox and Glynn do (CACM 31, 1988).
 */
import { assert } from '../../base/assert.ts'
import { exp } from '../../base/ln.ts'
import { sparse, weighted, type Chain, type Sparse } from './chain.ts'

/** In the order of the chain's states. */
export interface Transient {
  readonly probabilities: Float64Array
  /** Expected time spent in each state since the start. */
  readonly occupancy: Float64Array
}

/** Jumps per step: many, so that the tails of the weights cost little; few, so that a steady state is soon found. */
const JUMPS = 1024
/** How far the shape may still drift, relative to each probability, where it is taken as steady. */
const STEADY = 1e-11

export function transient(chain: Chain, time: number): Transient {
  const numbers = sparse(chain)
  assert(time >= 0 && time < Infinity, 'a chain is looked at after a time')
  let state: Transient = { probabilities: numbers.initial.slice(), occupancy: new Float64Array(numbers.size) }
  const jumps = uniformised(numbers), steps = Math.max(1, Math.ceil(jumps.rate * time / JUMPS)), length = time / steps
  const weights = poisson(jumps.rate * length, numbers.size)
  let drifts: number[] = []
  for (let n = 0; n < steps; n++) {
    const before = state
    state = advance(jumps, weights, length, before)
    drifts = [...drifts.slice(-2), drift(numbers, before.probabilities, state.probabilities)]
    if (steady(drifts, steps - n - 1)) return settle(numbers, state, (steps - n - 1) * length)
  }
  return state
}

/** Of being up at this time, and on average until then; what is lacking has digits of its own. */
export interface Availability { readonly availability: number; readonly unavailability: number }
export interface TransientUpDown { readonly point: Availability; readonly interval: Availability }

export function transientUpDown(chain: Chain, time: number, up: (state: number) => boolean = state => sparse(chain).up[state]!): TransientUpDown {
  const { probabilities, occupancy } = transient(chain, time)
  const of = (weights: Float64Array, whole: number): Availability =>
    ({ availability: weighted(weights, n => up(n) ? 1 : 0) / whole, unavailability: weighted(weights, n => up(n) ? 0 : 1) / whole })
  return { point: of(probabilities, 1), interval: time === 0 ? of(probabilities, 1) : of(occupancy, time) }
}

/** With which probability the chain has ended by then, in any absorbing state or in one of these. */
export function absorbedBy(chain: Chain, time: number, into: readonly string[] = chain.absorbing ?? []): number {
  const wanted = new Set(into)
  return weighted(transient(chain, time).probabilities, n => wanted.has(chain.states[n]!) ? 1 : 0)
}

/** The chain of jumps at one rate, the greatest of all: column by column what comes in. */
interface Jumps { readonly rate: number; readonly stay: Float64Array; readonly from: Int32Array; readonly to: Int32Array; readonly chance: Float64Array }

function uniformised({ size, out }: Sparse): Jumps {
  const totals = Float64Array.from(out, row => { let sum = 0; for (const each of row.values()) sum += each; return sum })
  const rate = totals.reduce((most, each) => Math.max(most, each), 0), from: number[] = [], to: number[] = [], chance: number[] = []
  for (let n = 0; n < size; n++) {
    for (const [other, each] of out[n]!) {
      from.push(n)
      to.push(other)
      chance.push(each / rate)
    }
  }
  // The only difference: of a rate and one at most as great; its own rounding cannot matter, for the sum is made 1 again after each jump.
  return { rate, stay: totals.map(each => rate === 0 ? 1 : (rate - each) / rate), from: Int32Array.from(from), to: Int32Array.from(to), chance: Float64Array.from(chance) }
}

/** Probabilities of so many jumps, and of more than so many. Far enough that even the longest way through the chain is weighed. */
interface Weights { readonly exactly: Float64Array; readonly more: Float64Array }

function poisson(mean: number, size: number): Weights {
  const mode = Math.floor(mean), left: number[] = [], right: number[] = [1]
  for (let n = mode, weight = 1; n > 0 && (weight *= n / mean) > 1e-300; n--) left.push(weight)
  for (let n = mode + 1, weight = 1; (weight *= mean / n) > (n > mode + size ? 1e-30 : 1e-300); n++) right.push(weight)
  const skipped = mode - left.length, exactly = Float64Array.from([...Array.from({ length: skipped }, () => 0), ...left.reverse(), ...right])
  let sum = 0
  for (let n = exactly.length - 1; n >= 0; n--) sum += exactly[n]!
  const more = new Float64Array(exactly.length)
  for (let n = exactly.length - 1, after = 0; n >= 0; n--) {
    more[n] = after
    after += exactly[n]! /= sum
  }
  return { exactly, more }
}

function advance({ rate, stay, from, to, chance }: Jumps, { exactly, more }: Weights, length: number, { probabilities, occupancy }: Transient): Transient {
  const size = stay.length
  if (rate === 0) return { probabilities, occupancy: occupancy.map((each, n) => each + length * probabilities[n]!) }
  let now: Float64Array = probabilities, next: Float64Array = new Float64Array(size)
  const later = new Float64Array(size), spent = occupancy.slice()
  for (let jump = 0; jump < exactly.length; jump++) {
    const weight = exactly[jump]!, rest = more[jump]! / rate
    for (let n = 0; n < size; n++) {
      later[n]! += weight * now[n]!
      spent[n]! += rest * now[n]!
    }
    let sum = 0
    for (let n = 0; n < size; n++) next[n] = stay[n]! * now[n]!
    for (let n = 0; n < from.length; n++) next[to[n]!]! += chance[n]! * now[from[n]!]!
    for (let n = 0; n < size; n++) sum += next[n]!
    for (let n = 0; n < size; n++) next[n]! /= sum
    const done = now
    now = next
    next = done === probabilities ? new Float64Array(size) : done
  }
  return { probabilities: later, occupancy: spent }
}

/** The greatest change of shape of what is not absorbed, relative to each probability. */
function drift({ absorbing }: Sparse, before: Float64Array, after: Float64Array): number {
  const scale = whole(absorbing, after) / whole(absorbing, before)
  let most = 0
  for (let n = 0; n < after.length; n++) {
    if (!absorbing[n] && after[n]! > 0) most = Math.max(most, Math.abs(after[n]! - before[n]! * scale) / after[n]!)
  }
  return most
}

const whole = (absorbing: readonly boolean[], probabilities: Float64Array): number => weighted(probabilities, n => absorbing[n] ? 0 : 1)

/** What is still to come, if the last changes went down as a geometric series, or if they do not go down at all. */
function steady(drifts: readonly number[], steps: number): boolean {
  if (drifts.length < 3) return false
  const [first, second, last] = drifts as [number, number, number]
  const shrinks = Math.max(second / first, last / second)
  return last * Math.min(steps, shrinks < 1 ? shrinks / (1 - shrinks) : Infinity) < STEADY
}

/** From a shape that stays: it leaks at one rate for ever. */
function settle({ size, out, absorbing }: Sparse, { probabilities, occupancy }: Transient, time: number): Transient {
  const alive = whole(absorbing, probabilities), leak = new Float64Array(size)
  let leaks = 0
  for (let n = 0; n < size && alive > 0; n++) {
    for (const [to, rate] of out[n]!) {
      if (!absorbing[to]) continue
      leak[to]! += probabilities[n]! / alive * rate
      leaks += probabilities[n]! / alive * rate
    }
  }
  const later = probabilities.slice(), spent = occupancy.slice(), [first, second] = leaked(leaks * time), left = exp(-leaks * time)
  for (let n = 0; n < size; n++) {
    if (absorbing[n]) {
      later[n]! += alive * leak[n]! * time * first
      spent[n]! += (probabilities[n]! + alive * leak[n]! * time * second) * time
    } else {
      later[n]! *= left
      spent[n]! += probabilities[n]! * time * first
    }
  }
  return { probabilities: later, occupancy: spent }
}

/** (1 - exp(-x)) / x and (x - 1 + exp(-x)) / x²: for a small x by their series, which loses nothing. */
function leaked(x: number): [number, number] {
  if (x > 1) return [(1 - exp(-x)) / x, (x - 1 + exp(-x)) / (x * x)]
  let first = 0, second = 0
  for (let n = 20; n >= 0; n--) {
    first = 1 - x / (n + 2) * first
    second = 1 - x / (n + 3) * second
  }
  return [first, second / 2]
}
