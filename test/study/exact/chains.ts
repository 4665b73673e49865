/** Chains for the tests of the exact solver: birth-death chains, random ones, and the published cases with what they expect. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect } from 'vitest'
import { explore, type Chain } from '../../../src/study/exact/chain.ts'

interface Tolerance { readonly rel?: number; readonly abs?: number }
interface Case {
  readonly id: string
  readonly parameters: Readonly<Record<string, any>>
  readonly expected: readonly { readonly metric: string; readonly value: number; readonly tolerance: Tolerance }[]
  readonly ctmc?: Chain & { readonly upStates?: readonly string[] }
}
const { cases } = JSON.parse(readFileSync(new URL('../../golden/validation.json', import.meta.url), 'utf8')) as { cases: Case[] }

export function caseOf(id: string): { p: Readonly<Record<string, any>>; chain: Chain; holds(metric: string, value: number): void } {
  const found = cases.find(each => each.id === id)!
  return {
    p: found.parameters, chain: { ...found.ctmc!, ...(found.ctmc?.upStates && { up: found.ctmc.upStates }) },
    holds(metric, value) {
      const { value: wanted, tolerance: { rel = 0, abs = 0 } } = found.expected.find(each => each.metric === metric)!
      expect(Math.abs(value - wanted), `${metric}: ${value} instead of ${wanted}`).toBeLessThanOrEqual(Math.max(abs, rel * Math.abs(wanted)))
    },
  }
}

/** Units that fail one by one, each at `lambda` while there, and come back at `mu`, one at a time or all at once; gone below `least`. */
export const units = (n: number, least: number, lambda: number, mu: number, crew = 1): Chain => explore(n, i => [
  [i - 1, i * lambda] as const, ...(i < n ? [[i + 1, Math.min(crew, n - i) * mu] as const] : []),
], { name: i => `${i}up`, absorbing: i => i < least, up: i => i >= least })

/** States in a ring, so that each can be reached from each, and more transitions at random; rates over nine orders of magnitude. */
export const connected: fc.Arbitrary<Chain> = fc.integer({ min: 2, max: 9 }).chain(size => {
  const state = fc.integer({ min: 0, max: size - 1 }), rate = fc.double({ min: -5, max: 4, noNaN: true }).map(power => 10 ** power)
  return fc.tuple(fc.array(rate, { minLength: size, maxLength: size }), fc.array(fc.tuple(state, state, rate), { maxLength: 2 * size })).map(([ring, more]): Chain => {
    const states = ring.map((_, n) => `s${n}`)
    return {
      states, initial: 's0', up: states.slice(0, Math.ceil(size / 2)),
      transitions: [...ring.map((each, n) => ({ from: `s${n}`, to: `s${(n + 1) % size}`, rate: each })), ...more.map(([from, to, each]) => ({ from: `s${from}`, to: `s${to}`, rate: each }))],
    }
  })
})

/** The same chain with its states in another order: a solver takes them out in another order, too. */
export const reordered = (chain: Chain): Chain => ({ ...chain, states: [...chain.states].reverse() })
/** Figures of the states in the order of the chain that was reordered. */
export const back = (figures: Float64Array): Float64Array => figures.slice().reverse()

export function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, relative: number): void {
  expect(found.length).toBe(wanted.length)
  for (let n = 0; n < found.length; n++)
    expect(Math.abs(found[n]! - wanted[n]!), `${n}: ${found[n]} and ${wanted[n]}`).toBeLessThanOrEqual(relative * Math.abs(wanted[n]!))
}
