/** Queues: M/M/1, M/M/c with and without a waiting room, M/G/1, and how rarely a queue overflows. */
import type { Distribution } from '../../../src/base/distribution.ts'
import { stationary, reward } from '../../../src/study/exact/stationary.ts'
import { absorptionProbability } from '../../../src/study/exact/absorption.ts'
import { explore } from '../../../src/study/exact/chain.ts'
import { figures, named, numbersOf, type Family, type Parameters } from '../family.ts'
import { queueing, type QueueOf, type Served } from '../queue.ts'
import { chainOf, regenerative, type Rules } from '../race.ts'
import type { Pair } from '../experiment.ts'

const SECOND = 1e6
/** Cycles per run, so that a run is some thousand customers however long the cycles are. */
const cyclesFor = (rho: number): number => Math.max(4, Math.ceil(4000 * (1 - rho)))

/** Customers in the system of a birth-death queue, as a chain; long enough that what is cut off does not matter. */
function customers(lambda: number, mu: number, servers: number, room: number) {
  const chain = explore(0, n => [[n + 1, n < room ? lambda : 0], [n - 1, Math.min(n, servers) * mu]].filter(([, rate]) => rate! > 0) as [number, number][])
  const longRun = stationary(chain)
  return (value: (n: number) => number): number => reward(longRun, state => value(chain.values[state]!))
}
const longEnough = (rho: number, servers: number): number => servers + Math.ceil(Math.log(1e-18) / Math.log(rho))

const means = (q: (pair: (s: Served) => Pair) => unknown) => ({
  L: () => q(s => [s.inSystem, s.time]), Lq: () => q(s => [s.waiting, s.time]),
  W: () => q(s => [s.inSystem / SECOND, s.arrivals - s.refused]), Wq: () => q(s => [s.waits / SECOND, s.arrivals - s.refused]),
  probWait_ErlangC: () => q(s => [s.delayed, s.arrivals]),
})

const mm1: Family = {
  analytic(p) {
    const { lambda, mu } = numbersOf(p, 'lambda', 'mu'), rho = lambda / mu, stay = 1 / (mu - lambda)
    return figures({
      L: () => rho / (1 - rho), W: () => stay, Lq: () => rho * rho / (1 - rho), Wq: () => rho * stay, utilisation: () => rho,
      'p*ResponseTime': percent => -Math.log1p(-Number(`0.${percent}`)) * stay,
      'P(N>=*)': n => rho ** Number(n),
    })
  },
  otherwise(p) {
    const { lambda, mu } = numbersOf(p, 'lambda', 'mu'), mean = customers(lambda, mu, 1, longEnough(lambda / mu, 1))
    return figures({
      L: () => mean(n => n), W: () => mean(n => n) / lambda, Lq: () => mean(n => Math.max(0, n - 1)), Wq: () => mean(n => Math.max(0, n - 1)) / lambda,
      'P(N>=*)': least => mean(n => n >= Number(least) ? 1 : 0),
    })
  },
  simulated(p) {
    const { lambda, mu } = numbersOf(p, 'lambda', 'mu'), queue: QueueOf = { between: SECOND / lambda, service: { exponential: SECOND / mu }, servers: 1 }, count = cyclesFor(lambda / mu)
    return named({ ...means(queueing(queue, count)), 'P(N>=*)': n => queueing({ ...queue, crowd: Number(n) }, count)(s => [s.crowded, s.time]) }) as ReturnType<NonNullable<Family['simulated']>>
  },
}

const mmc: Family = {
  analytic(p) {
    const { lambda, mu, c } = numbersOf(p, 'lambda', 'mu', 'c'), load = lambda / mu
    // Erlang's B by its recursion, which only adds; C from B.
    let blocked = 1
    for (let n = 1; n <= c; n++) blocked = load * blocked / (n + load * blocked)
    const waits = blocked / (1 - load / c * (1 - blocked)), wait = waits / (c * mu - lambda)
    return figures({ probWait_ErlangC: () => waits, Wq: () => wait, W: () => wait + 1 / mu, L: () => lambda * wait + load, Lq: () => lambda * wait, blocking_ErlangB: () => blocked })
  },
  otherwise(p) {
    const { lambda, mu, c } = numbersOf(p, 'lambda', 'mu', 'c'), mean = customers(lambda, mu, c, longEnough(lambda / mu / c, c))
    const queue = mean(n => Math.max(0, n - c))
    return figures({
      probWait_ErlangC: () => mean(n => n >= c ? 1 : 0), Wq: () => queue / lambda, W: () => mean(n => n) / lambda, L: () => mean(n => n), Lq: () => queue,
      blocking_ErlangB: () => customers(lambda, mu, c, c)(n => n === c ? 1 : 0),
    })
  },
  simulated(p) {
    const { lambda, mu, c } = numbersOf(p, 'lambda', 'mu', 'c'), queue: QueueOf = { between: SECOND / lambda, service: { exponential: SECOND / mu }, servers: c, home: Math.min(c - 1, Math.floor(lambda / mu)) }
    return named({ ...means(queueing(queue, 50)), blocking_ErlangB: () => queueing({ ...queue, room: c }, 50)(s => [s.refused, s.arrivals]) }) as ReturnType<NonNullable<Family['simulated']>>
  },
}

const mg1: Family = {
  analytic(p) {
    const { lambda, meanService } = numbersOf(p, 'lambda', 'meanService'), rho = lambda * meanService
    const queue = (squared: number): number => rho * rho * (1 + squared) / (2 * (1 - rho))
    return figures({ Lq_deterministic: () => queue(0), Lq_exponential: () => queue(1), 'Lq_erlang*': k => queue(1 / Number(k)) })
  },
  /** Erlang's stages as a chain; a fixed service is the limit of many, reached by Richardson's extrapolation. */
  otherwise(p) {
    const { lambda, meanService } = numbersOf(p, 'lambda', 'meanService')
    const stages = (k: number): number => {
      // Stages of work left, cut off where it does not matter.
      const most = k * Math.ceil(40 / (1 - lambda * meanService)), chain = explore(0, left => [[Math.min(most, left + k), lambda], [left - 1, left > 0 ? k / meanService : 0]].filter(([, rate]) => rate! > 0) as [number, number][])
      return reward(stationary(chain), state => Math.max(0, Math.ceil(chain.values[state]! / k) - 1))
    }
    return figures({ Lq_exponential: () => stages(1), 'Lq_erlang*': k => stages(Number(k)), Lq_deterministic: () => 2 * stages(4) - stages(2) })
  },
  simulated(p) {
    const { lambda, meanService } = numbersOf(p, 'lambda', 'meanService'), time = meanService * SECOND
    const of = (service: Distribution) => queueing({ between: SECOND / lambda, service, servers: 1 }, cyclesFor(lambda * meanService))(s => [s.waiting, s.time])
    return named({
      Lq_deterministic: () => of(Math.round(time)), Lq_exponential: () => of({ exponential: time }), 'Lq_erlang*': k => of({ gamma: [time / Number(k), Number(k)] }),
    })
  },
}

/** From one customer until none is left or there are `K`. */
function overflow(p: Parameters): Rules<{ n: number }> {
  const { rho, K } = numbersOf(p, 'rho', 'K')
  return {
    initial: { n: 1 },
    transitions: {
      // Arrivals as likely as services are in truth: the best there is for this question.
      arrives: { rate: () => rho, fire: s => { s.n++ }, failure: true },
      served: { rate: s => s.n > 0 ? 1 : 0, fire: s => { s.n-- } },
    },
    lost: s => s.n >= K, over: s => s.n === 0, bias: Math.max(1, 1 / rho) / (1 + Math.max(1, 1 / rho)),
  }
}
const rareMm1: Family = {
  analytic(p) {
    const { rho, K } = numbersOf(p, 'rho', 'K'), r = 1 / rho
    return figures({
      probOverflowBeforeEmpty: () => r === 1 ? 1 / K : (r - 1) / (r ** K - 1),
      'stationaryTailP(N>=K)': () => rho ** K, 'stationaryTailP(N>=*)': n => rho ** Number(n),
    })
  },
  otherwise(p) {
    const { rho, K } = numbersOf(p, 'rho', 'K'), mean = customers(rho, 1, 1, Math.max(longEnough(rho, 1), 4 * K))
    const ends = chainOf({ ...overflow(p), lost: s => s.n === 0 || s.n >= K })
    return figures({
      probOverflowBeforeEmpty: () => absorptionProbability(ends, [JSON.stringify({ n: K })]),
      'stationaryTailP(N>=K)': () => mean(n => n >= K ? 1 : 0), 'stationaryTailP(N>=*)': least => mean(n => n >= Number(least) ? 1 : 0),
    })
  },
  simulated: p => named({ probOverflowBeforeEmpty: () => regenerative(overflow(p), 20)(rare => [rare.losses, rare.cycles]) }),
}

export const queues: Readonly<Record<string, Family>> = { 'queue-mm1': mm1, 'queue-mmc': mmc, 'queue-mg1': mg1, 'rare-mm1': rareMm1 }
