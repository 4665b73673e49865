/**
 * Elimination of states without a single subtraction (Grassmann, Taksar, Heyman, Operations Research 33, 1985): every number has nearly all of
 * its digits, however stiff the chain is, where ordinary elimination loses them all.
 *
 * Taking a state out sends each way into it straight on to where it would have gone, in proportion. What leads back to where it came from
 * only prolongs the stay there, which `reward` keeps count of. The next state is one with few ways through it (Markowitz), so that a
 * sparse chain stays sparse; when the rest has filled up, it goes on as a matrix.
 */
import type { Sparse } from './chain.ts'

/** A state that was taken out, with what led into it and out of it at that moment, among the states that were left. */
export interface Step {
  readonly state: number
  /** All that left it, at once. */
  readonly total: number
  /** What it collects per visit, times its total: its own and that of states taken out before, as far as they were entered from it. */
  readonly reward: number
  readonly from: ArrayLike<number>
  readonly fromRates: ArrayLike<number>
  readonly to: ArrayLike<number>
  readonly toRates: ArrayLike<number>
}

/** `ends` were not taken out: nothing leaves them. One for each absorbing state and each closed class. */
export interface Elimination { readonly steps: readonly Step[]; readonly ends: readonly number[] }

/** With more ways through a state than this part of the states that are left, a matrix is faster than maps; and as large a one still fits. */
const CROWDED = 0.25, LARGEST = 5000

/** `reward`: what a stay collects per unit of time; default 0. */
export function eliminate({ size, out }: Sparse, reward: (state: number) => number = () => 0): Elimination {
  const rows = out.map(row => new Map(row)), columns = rows.map(() => new Set<number>())
  rows.forEach((row, from) => { for (const to of row.keys()) columns[to]!.add(from) })
  const rewards = Float64Array.from({ length: size }, (_, n) => reward(n))
  const steps: Step[] = [], ends: number[] = [], left = new Set(rows.keys())
  while (left.size > 0) {
    const { state, ways } = cheapest(left, rows, columns)
    if (ways > CROWDED * left.size && left.size <= LARGEST) break
    left.delete(state)
    const row = rows[state]!, column = columns[state]!
    if (row.size === 0) {
      ends.push(state)
      continue
    }
    let total = 0
    for (const rate of row.values()) total += rate
    const from = [...column], fromRates = from.map(each => rows[each]!.get(state)!)
    steps.push({ state, total, reward: rewards[state]!, from, fromRates, to: [...row.keys()], toRates: [...row.values()] })
    for (let n = 0; n < from.length; n++) {
      const share = fromRates[n]! / total, target = rows[from[n]!]!
      target.delete(state)
      rewards[from[n]!]! += share * rewards[state]!
      for (const [to, rate] of row) {
        if (to === from[n]) continue
        const before = target.get(to)
        target.set(to, (before ?? 0) + share * rate)
        if (before === undefined) columns[to]!.add(from[n]!)
      }
    }
    for (const to of row.keys()) columns[to]!.delete(state)
  }
  if (left.size > 0) eliminateFull([...left], ends, rows, rewards, steps)
  return { steps, ends }
}

/** States of ends stay columns of others until these are gone; they have no ways through, and cost nothing. */
function cheapest(left: ReadonlySet<number>, rows: readonly ReadonlyMap<number, number>[], columns: readonly ReadonlySet<number>[]): { state: number; ways: number } {
  let state = -1, ways = Infinity
  for (const each of left) {
    const through = rows[each]!.size * columns[each]!.size
    if (through < ways) {
      state = each
      ways = through
      if (through <= 1) break
    }
  }
  return { state, ways }
}

/** The same on a matrix. `ends` found so far get columns but no rows. */
function eliminateFull(left: readonly number[], ends: number[], rows: readonly ReadonlyMap<number, number>[], rewards: Float64Array, steps: Step[]): void {
  const names = [...left, ...ends], place = new Map(names.map((state, n) => [state, n])), width = names.length
  const matrix = left.map(state => {
    const row = new Float64Array(width)
    for (const [to, rate] of rows[state]!) row[place.get(to)!] = rate
    return row
  })
  const outs = new Int32Array(width), ins = new Int32Array(width), open = new Set(left.keys())
  for (const n of open) for (let m = 0; m < width; m++) if (matrix[n]![m]! > 0) outs[n]!++, ins[m]!++
  while (open.size > 0) {
    let k = -1, ways = Infinity
    for (const n of open) if (outs[n]! * ins[n]! < ways) ways = outs[n]! * ins[k = n]!
    open.delete(k)
    const row = matrix[k]!, state = names[k]!, to: number[] = [], from: number[] = []
    for (let n = 0; n < width; n++) if (row[n]! > 0) to.push(n)
    if (to.length === 0) {
      ends.push(state)
      continue
    }
    let total = 0
    for (const n of to) total += row[n]!
    for (const n of open) if (matrix[n]![k]! > 0) from.push(n)
    const toRates = Float64Array.from(to, n => row[n]!), fromRates = Float64Array.from(from, n => matrix[n]![k]!)
    steps.push({ state, total, reward: rewards[state]!, from: Int32Array.from(from, n => names[n]!), fromRates, to: Int32Array.from(to, n => names[n]!), toRates })
    for (const n of to) ins[n]!--
    for (let n = 0; n < from.length; n++) {
      const at = from[n]!, share = fromRates[n]! / total, target = matrix[at]!
      rewards[names[at]!]! += share * rewards[state]!
      target[k] = 0
      outs[at]!--
      for (let m = 0; m < to.length; m++) {
        const column = to[m]!
        if (target[column] === 0 && column !== at) outs[at]!++, ins[column]!++
        target[column]! += share * toRates[m]!
      }
      target[at] = 0
    }
  }
}
