/**
 * Streams that draw nothing but ask what is drawn: an exponential delay becomes a token that stands for its mean, and each choice by chance
 * is made in every way, one after the other, with its probability.
 *
 * A token is a delay of more than 140 years that no clock reaches: made of the mean's number and a serial number, so that two events after
 * one and the same drawn time are found, and so spaced that a token with anything added is none. Whatever else is drawn has a memory, or more
 * outcomes than can be listed, and is refused.
 */
import type { Distribution } from '../../base/distribution.ts'
import type { Micros } from '../../base/time.ts'
import type { Rng, RngSnapshot, Streams } from '../../core/rng.ts'

/** Why something is no Markov chain. Thrown out of the handler that draws, and caught where the chain is derived. */
export class NotMarkov extends Error {}

const BASE = 2 ** 52, PER_MEAN = 2 ** 42, MOST_MEANS = 1000
/** A prime: no duration that people write is a multiple of it. Serial numbers start anew after four millions, long after the first are gone. */
const SPACING = 1_000_003, SERIALS = 4_000_000
/** A choice among more than so many is not listed. */
const MOST_WAYS = 64

interface Choice { readonly probabilities: readonly number[]; made: number }

export class Asked implements Streams {
  private readonly means: Micros[] = []
  private serial = 0
  private choices: Choice[] = []
  private at = 0

  get(purpose: string, thing: string): Rng {
    return new Ask(this, thing === '' ? purpose : `${purpose} of ${thing}`)
  }
  restart(): void {
    this.at = 0
  }
  snapshot(): RngSnapshot {
    return {}
  }

  /** The mean that a delay stands for; undefined: it is a delay. */
  meanOf(delay: Micros): Micros | undefined {
    return this.means[numberIn(delay)]
  }
  /** The number of the mean rather than the token, everywhere in a text. */
  normalised(text: string): string {
    return text.replaceAll(/\b[4-8]\d{15}\b/g, token => this.meanOf(Number(token)) === undefined ? token : `~${numberIn(Number(token))}`)
  }

  token(mean: Micros): Micros {
    if (mean <= 0) return 0
    let number = this.means.indexOf(mean)
    if (number < 0) number = this.means.push(mean) - 1
    if (number >= MOST_MEANS) throw new NotMarkov(`more than ${MOST_MEANS} different mean times are drawn`)
    this.serial = (this.serial + 1) % SERIALS
    return BASE + number * PER_MEAN + this.serial * SPACING
  }

  /** Each choice is made as the list says; a new one begins with its first way. */
  choose(probabilities: readonly number[]): number {
    const known = this.choices[this.at++]
    if (known !== undefined) return known.made
    const made = probabilities.findIndex(each => each > 0)
    this.choices.push({ probabilities, made })
    return made
  }
  /** With which probability all choices so far are made like this. */
  get probability(): number {
    let product = 1
    for (const { probabilities, made } of this.choices) product *= probabilities[made]!
    return product
  }
  /** Another way to make the choices; false when there is none left, and all is forgotten. */
  another(): boolean {
    for (let last = this.choices.at(-1); last !== undefined; last = this.choices.at(-1)) {
      const next = last.probabilities.findIndex((each, n) => n > last!.made && each > 0)
      if (next >= 0) {
        last.made = next
        return true
      }
      this.choices.pop()
    }
    return false
  }
}

/** Of the mean in a token; -1: it is none. */
const numberIn = (delay: Micros): number => delay >= BASE && (delay - BASE) % PER_MEAN % SPACING === 0 ? Math.floor((delay - BASE) / PER_MEAN) : -1
/** Nobody writes a delay so long: it was made from a token. */
export const isMadeOfToken = (delay: Micros): boolean => delay > BASE / 2

class Ask implements Rng {
  private readonly asked: Asked
  private readonly what: string

  constructor(asked: Asked, what: string) {
    this.asked = asked
    this.what = what
  }
  exponential(mean: Micros): Micros {
    return this.asked.token(mean)
  }
  sample(d: Distribution): Micros {
    if (typeof d === 'number') return d
    if ('exponential' in d) return this.exponential(d.exponential)
    if ('weibull' in d) return this.weibull(...d.weibull)
    if ('gamma' in d) return d.gamma[1] === 1 ? this.exponential(d.gamma[0]) : this.refuse('gamma')
    if ('mixture' in d) return this.sample(d.mixture[this.asked.choose(d.mixture.map(({ weight }) => weight))]!.of)
    if ('after' in d) return d.after === 0 ? this.sample(d.then) : this.refuse('after a fixed time')
    return this.refuse('lognormal' in d ? 'lognormal' : 'uniform' in d ? 'uniform' : 'a trace')
  }
  weibull(scale: Micros, shape: number): Micros {
    return shape === 1 ? this.exponential(scale) : this.refuse('weibull')
  }
  lognormal(): Micros {
    return this.refuse('lognormal')
  }
  uniform(): number {
    return this.refuse('uniform')
  }
  chance(probability: number): boolean {
    return probability >= 1 || (probability > 0 && this.asked.choose([probability, 1 - probability]) === 0)
  }
  pick<T>(from: readonly T[]): T {
    return from[this.int(from.length)]!
  }
  int(n: number): number {
    if (n > MOST_WAYS) throw new NotMarkov(`${this.what} is one of ${n}, which are too many to list`)
    return n === 1 ? 0 : this.asked.choose(Array.from({ length: n }, () => 1 / n))
  }
  private refuse(law: string): never {
    throw new NotMarkov(`${this.what} is drawn, ${law}, and only exponential times have no memory`)
  }
}
