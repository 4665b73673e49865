/**
 * A continuous-time Markov chain as data: names of states, rates between them, where it starts, what is absorbing and what counts as up.
 *
 * Rates are per unit of time; the unit is the caller's, and every time that the solvers give or take is in it. Several transitions between
 * the same two states add up; one from a state to itself changes nothing and is dropped. `explore` builds a chain from rules.
 */
import { assert, must } from '../../base/assert.ts'

export interface Transition { readonly from: string; readonly to: string; readonly rate: number }

export interface Chain {
  readonly states: readonly string[]
  /** One state, or several with their probabilities. */
  readonly initial: string | readonly (readonly [state: string, probability: number])[]
  readonly transitions: readonly Transition[]
  /** States that are never left; what leads out of them is not followed. */
  readonly absorbing?: readonly string[]
  /** States in which the system works; what is absorbing need not be among them. */
  readonly up?: readonly string[]
}

/** A chain by numbers: what leaves each state, without what leaves absorbing ones. */
export interface Sparse {
  readonly size: number
  readonly out: readonly ReadonlyMap<number, number>[]
  readonly initial: Float64Array
  readonly absorbing: readonly boolean[]
  readonly up: readonly boolean[]
}

const seen = new WeakMap<Chain, Sparse>()

/** The same object for the same chain: a chain is data and does not change. */
export function sparse(chain: Chain): Sparse {
  let made = seen.get(chain)
  if (made === undefined) seen.set(chain, made = makeSparse(chain))
  return made
}

function makeSparse({ states, initial, transitions, absorbing = [], up = [] }: Chain): Sparse {
  const numbers = new Map(states.map((name, n) => [name, n]))
  assert(states.length > 0 && numbers.size === states.length, 'a chain has states, each with a name of its own')
  const numberOf = (name: string): number => must(numbers.get(name), 'a chain speaks only of its own states')
  const those = (names: readonly string[]): boolean[] => {
    const marks = states.map(() => false)
    for (const name of names) marks[numberOf(name)] = true
    return marks
  }
  const ends = those(absorbing), out = states.map(() => new Map<number, number>())
  for (const { from, to, rate } of transitions) {
    assert(rate >= 0 && rate < Infinity, 'a rate is finite and not negative')
    const row = numberOf(from), column = numberOf(to)
    if (rate > 0 && row !== column && !ends[row]) out[row]!.set(column, (out[row]!.get(column) ?? 0) + rate)
  }
  const start = new Float64Array(states.length)
  for (const [name, probability] of typeof initial === 'string' ? [[initial, 1] as const] : initial) start[numberOf(name)]! += probability
  return { size: states.length, out, initial: start, absorbing: ends, up: those(up) }
}

/** A chain that was explored, with the state that each name stands for. */
export interface Explored<S> extends Chain { readonly values: readonly S[] }

export interface ExploreOptions<S> {
  /** Equal names are equal states; default: the JSON of the state. */
  readonly name?: (state: S) => string
  readonly up?: (state: S) => boolean
  readonly absorbing?: (state: S) => boolean
  /** Exploring more states than this is a mistake of the caller, who should ask for less; default 20,000. */
  readonly most?: number
}

/** All that can be reached from the first state, in the order in which it is found. */
export function explore<S>(initial: S, successors: (state: S) => Iterable<readonly [to: S, rate: number]>, options: ExploreOptions<S> = {}): Explored<S> {
  const { name = state => JSON.stringify(state), most = 20_000 } = options
  const values: S[] = [initial], states: string[] = [name(initial)], known = new Set(states), transitions: Transition[] = []
  for (let n = 0; n < values.length; n++) {
    if (options.absorbing?.(values[n]!)) continue
    for (const [value, rate] of successors(values[n]!)) {
      const to = name(value)
      if (!known.has(to)) {
        assert(values.length < most, 'a chain that is explored has at most as many states as its caller expects')
        known.add(to)
        values.push(value)
        states.push(to)
      }
      transitions.push({ from: states[n]!, to, rate })
    }
  }
  const those = (is: ((state: S) => boolean) | undefined) => is && states.filter((_, n) => is(values[n]!))
  const up = those(options.up), absorbing = those(options.absorbing)
  return { values, states, initial: states[0]!, transitions, ...(up && { up }), ...(absorbing && { absorbing }) }
}

/** Sum over states of a weight times a figure of each; weights are probabilities or times. */
export function weighted(weights: ArrayLike<number>, value: (state: number) => number): number {
  let sum = 0
  for (let n = 0; n < weights.length; n++) if (weights[n] !== 0) sum += weights[n]! * value(n)
  return sum
}
