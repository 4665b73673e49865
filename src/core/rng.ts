/**
 * Random numbers: a stream for each purpose of each thing, derived from the seed and both names.
 *
 * So adding a device, or a draw in one place, leaves the draws of every other place as they were; and a stream's first number does not
 * depend on when it is first asked for. The generator is alea, whose state is four numbers: a snapshot of it is cheap and plain data.
 * Every kind of draw uses exactly one number of its stream, and a larger number never gives an earlier time: runs with equal seeds
 * but other parameters stay comparable.
 */
import seedrandom from 'seedrandom'
import { assert } from '../base/assert.ts'
import { quantile, type Distribution } from '../base/distribution.ts'
import { exp, ln, pow } from '../base/ln.ts'
import { normalQuantile } from '../base/normal.ts'
import type { Micros } from '../base/time.ts'

export interface Rng {
  /** In (0, 1), 53 bits: with 32 an exponential could never exceed 22 means. */
  uniform(): number
  /** Whole microseconds with this mean, at least 1. */
  exponential(mean: Micros): Micros
  /** Whole microseconds, at least 1; 63.2 % are below the scale. */
  weibull(scale: Micros, shape: number): Micros
  /** Whole microseconds, at least 1; sigma is the standard deviation of the logarithm. */
  lognormal(median: Micros, sigma: number): Micros
  /** Whole microseconds. A fixed duration draws nothing; whatever else is shorter than a microsecond takes one, but for the low end of a uniform one. */
  sample(distribution: Distribution): Micros
  /** True with this probability. */
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  /** 0, 1, … n - 1. */
  int(n: number): number
}

/** Written out, so that whoever uses our types does not need those of seedrandom. */
interface AleaState { c: number; s0: number; s1: number; s2: number }
interface Alea { (): number; double(): number; int32(): number; state(): AleaState }

/** Draws laid down from outside, such as recorded ones: a number in (0, 1) for the next draw of a stream, or undefined for its own. */
export type Draws = (purpose: string, thing: string) => number | undefined

/** By purpose, then by thing. */
export type RngSnapshot = Readonly<Record<string, Readonly<Record<string, AleaState>>>>

/** Where a simulation's draws come from. */
export interface Streams {
  get(purpose: string, thing: string): Rng
  restart(seed: string, saved?: RngSnapshot): void
  snapshot(): RngSnapshot
}

export class RngStreams implements Streams {
  private readonly live = new Map<string, Map<string, Stream>>()
  private seed: Hash
  private saved: RngSnapshot
  private readonly draws: Draws | undefined

  /** Streams found in `saved` go on from there, all others begin at their beginning. */
  constructor(seed: string, saved: RngSnapshot = {}, draws?: Draws) {
    this.seed = hash(START, seed)
    this.saved = saved
    this.draws = draws
  }

  /** Two names, not one joined name: joining them for every draw would cost more than the draw. */
  get(purpose: string, thing: string): Rng {
    let things = this.live.get(purpose)
    if (things === undefined) this.live.set(purpose, things = new Map<string, Stream>())
    let stream = things.get(thing)
    if (stream === undefined) things.set(thing, stream = this.stream(purpose, thing))
    return stream
  }

  restart(seed: string, saved: RngSnapshot = {}): void {
    this.live.clear()
    this.seed = hash(START, seed)
    this.saved = saved
  }

  /** Streams not drawn from since the run was restored are handed on as they were. */
  snapshot(): RngSnapshot {
    const all: Record<string, Record<string, AleaState>> = Object.create(null)
    for (const purpose in this.saved) Object.assign(all[purpose] = Object.create(null), this.saved[purpose])
    for (const [purpose, things] of this.live) {
      const states = all[purpose] ??= Object.create(null) as Record<string, AleaState>
      for (const [thing, { source }] of things) states[thing] = source.state()
    }
    return all
  }

  private stream(purpose: string, thing: string): Stream {
    const source = this.open(purpose, thing), { draws } = this
    return draws === undefined ? new Stream(source) : new DirectedStream(source, () => draws(purpose, thing))
  }

  private open(purpose: string, thing: string): Alea {
    const state = this.saved[purpose]?.[thing]
    if (state !== undefined) return seedrandom.alea('', { state })
    const [s0, s1, s2] = hash(hash(this.seed, purpose), thing)
    return seedrandom.alea('', { state: { c: 1, s0: s0 / TWO_TO_32, s1: s1 / TWO_TO_32, s2: s2 / TWO_TO_32 } })
  }
}

class Stream implements Rng {
  readonly source: Alea

  constructor(source: Alea) {
    this.source = source
  }
  uniform(): number {
    return this.source.double() || Number.EPSILON / 4
  }
  exponential(mean: Micros): Micros {
    return atLeastOne(-mean * ln(1 - this.uniform()))
  }
  weibull(scale: Micros, shape: number): Micros {
    return atLeastOne(scale * pow(-ln(1 - this.uniform()), 1 / shape))
  }
  lognormal(median: Micros, sigma: number): Micros {
    return atLeastOne(median * exp(sigma * normalQuantile(this.uniform())))
  }
  sample(distribution: Distribution): Micros {
    if (typeof distribution === 'number') return distribution
    if ('exponential' in distribution) return this.exponential(distribution.exponential)
    if ('lognormal' in distribution) return this.lognormal(...distribution.lognormal)
    if ('weibull' in distribution) return this.weibull(...distribution.weibull)
    if ('uniform' in distribution) {
      const [from, to] = distribution.uniform
      return from + Math.floor(this.uniform() * (to - from + 1))
    }
    return atLeastOne(quantile(distribution, this.uniform()))
  }
  chance(probability: number): boolean {
    return this.uniform() < probability
  }
  pick<T>(from: readonly T[]): T {
    assert(from.length > 0, 'nothing can be picked from an empty list')
    return from[this.int(from.length)]!
  }
  int(n: number): number {
    return Math.floor(this.uniform() * n)
  }
}

/** A number that is laid down uses up one of the stream's own, so that the others stay where they were. */
class DirectedStream extends Stream {
  private readonly next: () => number | undefined

  constructor(source: Alea, next: () => number | undefined) {
    super(source)
    this.next = next
  }
  override uniform(): number {
    const own = super.uniform()
    return this.next() ?? own
  }
}

/** An end of 9e15 µs, nearly the whole span of whole numbers, stands for never: tails must not overflow it. */
function atLeastOne(micros: number): Micros {
  return Math.min(Math.max(1, Math.round(micros)), Number.MAX_SAFE_INTEGER)
}

const TWO_TO_32 = 0x1_0000_0000
type Hash = readonly [number, number, number]
const START: Hash = [0x9e3779b9, 0x7f4a7c15, 0xf39cc060]

/**
 * 96 bits of a name on top of those of the names before it: each character is multiplied into three lanes, then the lanes are mixed
 * (the finalizer of MurmurHash3), so that names that differ in one character start unrelated streams, and `a` + `bc` is not `ab` + `c`.
 */
function hash([a, b, c]: Hash, name: string): Hash {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x5bd1e995)
    c = Math.imul(c ^ code, 0x1b873593)
    b ^= a >>> 15
    c ^= b >>> 13
  }
  a = mixed(a ^ name.length ^ (c >>> 7))
  b = mixed(b + a)
  c = mixed(c + b)
  return [mixed(a + c), b, c]
}

function mixed(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
