/**
 * Measuring on a machine that others use too: CPU time of the measuring process, never the clock on the wall; programs that are compared
 * run in turn, round after round; a ratio is the median of the ratios within each round.
 */
import { cpuUsage } from 'node:process'
import { ln } from '../src/base/ln.ts'

/** What a measuring program prints as its last line. */
export interface Figure {
  readonly name: string
  /** How many events, draws or calls… */
  readonly count: number
  /** … in so much CPU time. */
  readonly cpuSeconds: number
  readonly notes?: Readonly<Record<string, number | string>>
}

export function cpuSecondsOf(work: () => void): number {
  const before = cpuUsage()
  work()
  const { user, system } = cpuUsage(before)
  return (user + system) / 1e6
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const print = (figure: Figure): void => void process.stdout.write(JSON.stringify(figure) + '\n')

/**
 * sfc32 and a logarithm: nearly as cheap as what the peers draw with, so that queues are compared and not generators.
 * Returns exponential durations in whole microseconds with a mean of 1000 s.
 */
export function exponentials(seed: number): () => number {
  let a = 0x9e3779b9, b = 0x243f6a88, c = 0xb7e15162, d = seed | 1
  const next = () => {
    const t = (a + b | 0) + d | 0
    d = d + 1 | 0
    a = b ^ b >>> 9
    b = c + (c << 3) | 0
    c = (c << 21 | c >>> 11) + t | 0
    return t >>> 0
  }
  for (let i = 0; i < 12; i++) next()
  return () => 1 + Math.floor(-1e9 * ln((next() + 1) * 2 ** -32))
}
