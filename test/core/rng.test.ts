import seedrandom from 'seedrandom'
import { expect, test } from 'vitest'
import { cdf, meanOf, varianceOf, type Distribution } from '../../src/base/distribution.ts'
import { HOUR } from '../../src/base/time.ts'
import { RngStreams, type Rng } from '../../src/core/rng.ts'

const N = 40_000
const sorted = (draw: (rng: Rng) => number) => {
  const rng = new RngStreams('moments').get('test', 'one')
  return Float64Array.from({ length: N }, () => draw(rng)).sort()
}
/** The largest distance between what was drawn and the distribution function; 1.95 / sqrt(N) is exceeded once in a thousand times. */
function distance(drawn: Float64Array, below: (x: number) => number): number {
  return drawn.reduce((most, x, i) => Math.max(most, Math.abs(below(x) - i / N), Math.abs(below(x) - (i + 1) / N)), 0)
}
const LIMIT = 1.95 / Math.sqrt(N)
/** Abramowitz and Stegun 7.1.26, good to 1.5e-7. */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2, t = 1 / (1 + 0.3275911 * x)
  const erf = 1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x)
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2
}

test('draws follow their distributions', () => {
  expect(distance(sorted(rng => rng.uniform()), x => x)).toBeLessThan(LIMIT)
  expect(distance(sorted(rng => rng.exponential(2 * HOUR)), x => 1 - Math.exp(-x / (2 * HOUR)))).toBeLessThan(LIMIT)
  expect(distance(sorted(rng => rng.weibull(1000 * HOUR, 1.5)), x => 1 - Math.exp(-((x / (1000 * HOUR)) ** 1.5)))).toBeLessThan(LIMIT)
  expect(distance(sorted(rng => rng.lognormal(HOUR, 0.5)), x => normalBelow(Math.log(x / HOUR) / 0.5))).toBeLessThan(LIMIT)
  expect(distance(sorted(rng => rng.sample({ uniform: [HOUR, 3 * HOUR] })), x => (x - HOUR) / (2 * HOUR))).toBeLessThan(LIMIT)
})

/** One of each kind that is drawn by its inverse. */
const BY_INVERSE: Distribution[] = [
  { gamma: [HOUR, 0.4] }, { gamma: [HOUR, 3] }, { gamma: [HOUR, 60] }, { trace: [HOUR, 2 * HOUR, 2 * HOUR, 11 * HOUR] },
  { after: HOUR, then: { lognormal: [HOUR, 0.8] } }, { after: HOUR, then: { trace: [HOUR] } },
  // A bathtub: infant mortality, useful life, wear.
  { mixture: [{ weight: 0.1, of: { weibull: [10 * HOUR, 0.5] } }, { weight: 0.8, of: { exponential: 1000 * HOUR } }, { weight: 0.1, of: { weibull: [5000 * HOUR, 6] } }] },
  { mixture: [{ weight: 0.7, of: 2 * HOUR }, { weight: 0.3, of: { uniform: [HOUR, 3 * HOUR] } }] },
]

test('what is drawn by an inverse follows its distribution, with its mean and its variance', () => {
  for (const [i, d] of BY_INVERSE.entries()) {
    const rng = new RngStreams('inverse').get('kind', String(i)), n = 5000, drawn = Float64Array.from({ length: n }, () => rng.sample(d))
    const mean = drawn.reduce((sum, each) => sum + each, 0) / n, spread = drawn.reduce((sum, each) => sum + (each - mean) ** 2, 0) / n
    // Once in a thousand times beyond 3.3 standard errors; of the spread, whose error is that of a fourth power, only roughly.
    expect(Math.abs(mean - meanOf(d)), JSON.stringify(d)).toBeLessThanOrEqual(3.3 * Math.sqrt(varianceOf(d) / n))
    expect(Math.abs(spread - varianceOf(d))).toBeLessThanOrEqual(0.15 * varianceOf(d))
    // Jumps make the distance of the two functions smaller, never larger, if both are taken at the jump.
    const most = drawn.sort().reduce((most, x, at) => drawn[at + 1] === x ? most : Math.max(most, Math.abs(cdf(d, x + 0.5) - (at + 1) / n)), 0)
    expect(most).toBeLessThan(1.95 / Math.sqrt(n))
  }
})

test('every kind takes exactly one number of its stream, and a larger one never gives an earlier time', () => {
  for (const d of [...BY_INVERSE, { exponential: HOUR }, { uniform: [HOUR, 2 * HOUR] }, { weibull: [HOUR, 2] }, { lognormal: [HOUR, 1] }] satisfies Distribution[]) {
    const all: number[] = []
    let u = 1e-15
    const laid = new RngStreams('s', {}, () => u).get('a', 'b'), plain = new RngStreams('s').get('a', 'b')
    for (; u < 1 - 1e-15; u = u < 0.001 ? u * 3 : u < 0.999 ? u + 0.0007 : 1 - (1 - u) / 3) {
      all.push(laid.sample(d))
      plain.uniform()
    }
    expect(all.every(drawn => Number.isSafeInteger(drawn) && drawn >= 1), JSON.stringify(d)).toBe(true)
    expect(all.findIndex((drawn, i) => drawn < (all[i - 1] ?? 0)), JSON.stringify(d)).toBe(-1)
    expect((laid as unknown as { source: { state(): unknown } }).source.state()).toEqual((plain as unknown as { source: { state(): unknown } }).source.state())
  }
})

test('a distribution as data gives what its own draw gives, and a fixed duration draws nothing', () => {
  const streams = () => new RngStreams('s').get('a', 'b')
  expect(streams().sample({ exponential: HOUR })).toBe(streams().exponential(HOUR))
  expect(streams().sample({ weibull: [HOUR, 3] })).toBe(streams().weibull(HOUR, 3))
  expect(streams().sample({ lognormal: [HOUR, 1] })).toBe(streams().lognormal(HOUR, 1))
  const rng = streams()
  expect(rng.sample(HOUR)).toBe(HOUR)
  expect(rng.uniform()).toBe(streams().uniform())
})

test('durations are whole microseconds and at least one, ends of a range are reached', () => {
  const rng = new RngStreams('s').get('a', 'b')
  const short: Distribution[] = [{ exponential: 1 }, { weibull: [1, 0.5] }, { lognormal: [1, 2] }]
  for (let i = 0; i < 1000; i++) for (const d of short) {
    const drawn = rng.sample(d)
    expect(Number.isSafeInteger(drawn) && drawn >= 1).toBe(true)
  }
  expect([...new Set(Array.from({ length: 200 }, () => rng.sample({ uniform: [3, 5] })))].sort()).toEqual([3, 4, 5])
  expect(rng.sample({ uniform: [7, 7] })).toBe(7)
  expect(Number.isSafeInteger(rng.lognormal(1e15, 50))).toBe(true)
})

test('chance, pick and int keep to their probabilities', () => {
  const rng = new RngStreams('s').get('a', 'b'), counts = [0, 0, 0]
  let yes = 0
  for (let i = 0; i < 30_000; i++) {
    yes += Number(rng.chance(0.1))
    counts[rng.int(3)]!++
    counts[['x', 'y', 'z'].indexOf(rng.pick(['x', 'y', 'z']))]!++
  }
  expect(Math.abs(yes - 3000)).toBeLessThan(200)
  for (const count of counts) expect(Math.abs(count - 20_000)).toBeLessThan(500)
  expect([rng.chance(0), rng.chance(1)]).toEqual([false, true])
  expect(() => rng.pick([])).toThrow('empty list')
})

test('each pair of purpose and thing has a stream of its own, which does not depend on when or whether others are drawn from', () => {
  const draws = (streams: RngStreams, purpose: string, thing: string) => Array.from({ length: 5 }, () => streams.get(purpose, thing).uniform())
  const alone = new RngStreams('seed'), busy = new RngStreams('seed')
  const names = [['io', 'md0'], ['io', 'md1'], ['i', 'omd0'], ['iomd0', ''], ['', 'iomd0'], ['md0', 'io']] as const
  for (let i = 0; i < 100; i++) busy.get('other', 'thing').uniform()
  const seen = names.map(([purpose, thing]) => draws(busy, purpose, thing))
  for (const [i, [purpose, thing]] of names.toReversed().entries()) expect(draws(alone, purpose, thing)).toEqual(seen[names.length - 1 - i])
  expect(new Set(seen.map(String)).size).toBe(names.length)
  expect(draws(new RngStreams('seee'), 'io', 'md0')).not.toEqual(seen[0])
})

test('first draws of neighbouring streams are as random as draws of one stream', () => {
  const first = Float64Array.from({ length: N }, (_, i) => new RngStreams(`${i % 200}`).get('life', `disk${Math.floor(i / 200)}`).uniform())
  expect(distance(first.toSorted(), x => x)).toBeLessThan(LIMIT)
  let product = 0
  for (let i = 1; i < N; i++) product += (first[i]! - 0.5) * (first[i - 1]! - 0.5)
  expect(Math.abs(product / N * 12)).toBeLessThan(4 / Math.sqrt(N))
})

test('streams are alea of seedrandom, and are put away and taken up again as plain data', () => {
  const streams = new RngStreams('s')
  streams.get('a', 'b').uniform()
  streams.get('a', 'c')
  const saved = JSON.parse(JSON.stringify(streams.snapshot()))
  const next = streams.get('a', 'b').uniform()
  expect(new RngStreams('s', saved).get('a', 'b').uniform()).toBe(next)
  expect(seedrandom.alea('', { state: saved.a.b }).double()).toBe(next)
  expect(new RngStreams('s', saved).snapshot()).toEqual(saved)
})

test('the first draws of a seed are pinned: a change of them is a change of every recorded run', () => {
  const rng = new RngStreams('1').get('ipl', 'i5a')
  expect([rng.uniform(), rng.exponential(HOUR), rng.weibull(HOUR, 2), rng.lognormal(HOUR, 1), rng.int(1000)]).toMatchInlineSnapshot(`
    [
      0.7344256870327933,
      1955769116,
      2745630005,
      1822723063,
      522,
    ]
  `)
})

test('draws that are laid down replace single ones; all others are as they would have been', () => {
  const free = new RngStreams('s'), laid = [0.25, undefined, 0.75]
  const directed = new RngStreams('s', {}, (purpose, thing) => purpose === 'delay' && thing === 'a' ? laid.shift() : undefined)
  const own = Array.from({ length: 4 }, () => free.get('delay', 'a').uniform())
  expect(Array.from({ length: 4 }, () => directed.get('delay', 'a').uniform())).toEqual([0.25, own[1], 0.75, own[3]])
  expect(directed.get('delay', 'b').uniform()).toBe(free.get('delay', 'b').uniform())
  expect(directed.get('wait', 'a').uniform()).toBe(free.get('wait', 'a').uniform())
  expect(directed.snapshot()).toEqual(free.snapshot())
})
