/**
 * A queue as a model for `createSim`: Poisson arrivals, any service time, some servers, a waiting room that may be limited; first come, first served.
 *
 * A cycle ends when a customer leaves no more behind than there were at first: what comes then is independent of what was.
 */
import type { Distribution } from '../../src/base/distribution.ts'
import { createSim } from '../../src/core/sim.ts'
import { defineModel, initialWorld, type } from '../../src/core/model.ts'
import type { Experiment, Pair } from './experiment.ts'

export interface QueueOf {
  /** Microseconds between arrivals, mean. */
  readonly between: number
  readonly service: Distribution
  readonly servers: number
  /** Customers who find so many in the system go away. */
  readonly room?: number
  /** Time with so many in the system is counted. */
  readonly crowd?: number
  /** A cycle goes from this many customers, all of them being served, to as many; default 0. Only exponential services forget how long they have been. */
  readonly home?: number
}
interface Queue {
  n: number; since: number; arrivedAt: number[]
  /** Integrals over time, in customers × µs: in the system, waiting; time with a crowd. */
  inSystem: number; waiting: number; crowded: number
  arrivals: number; delayed: number; refused: number; waits: number; cycles: number
}
type Fact = { type: 'queue.arrived' } | { type: 'queue.served' }

function simOf({ between, service, servers, room = Infinity, crowd = Infinity, home = 0 }: QueueOf) {
  const model = defineModel({
    name: 'queue', uses: [], config: { parse: (): null => null },
    state: (): Queue => ({ n: home, since: 0, arrivedAt: [], inSystem: 0, waiting: 0, crowded: 0, arrivals: 0, delayed: 0, refused: 0, waits: 0, cycles: 0 }),
    requests: { parse: input => input as { type: 'queue.none' } }, facts: type<Fact>(),
    on: {
      'queue.none'() {},
      'sim.started'(q, _event, cx) {
        cx.after(cx.rng('arrival', '').exponential(between), ARRIVED)
        for (let n = 0; n < q.n; n++) cx.after(cx.rng('service', '').sample(service), SERVED)
      },
      'queue.arrived'(q, _, cx) {
        pass(q, cx.now)
        q.arrivals++
        cx.after(cx.rng('arrival', '').exponential(between), ARRIVED)
        if (q.n >= room) {
          q.refused++
          return
        }
        if (q.n++ < servers) cx.after(cx.rng('service', '').sample(service), SERVED)
        else {
          q.delayed++
          q.arrivedAt.push(cx.now)
        }
      },
      'queue.served'(q, _, cx) {
        pass(q, cx.now)
        if (--q.n === home) q.cycles++
        if (q.n < servers) return
        q.waits += cx.now - q.arrivedAt.shift()!
        cx.after(cx.rng('service', '').sample(service), SERVED)
      },
    },
  })
  function pass(q: Queue, now: number): void {
    const time = now - q.since
    q.inSystem += q.n * time
    if (q.n > servers) q.waiting += (q.n - servers) * time
    if (q.n >= crowd) q.crowded += time
    q.since = now
  }
  const models = [model] as const
  return createSim({ models, world: initialWorld(models, { queue: null }), seed: 0 })
}
const ARRIVED = { type: 'queue.arrived' } as const, SERVED = { type: 'queue.served' } as const

export interface Served extends Readonly<Omit<Queue, 'n' | 'since' | 'arrivedAt'>> { readonly time: number }

/** Sums over so many cycles. */
export function queueing(of: QueueOf, count: number): (pair: (q: Served) => Pair) => Experiment {
  const sim = simOf(of), done: Served[] = []
  const run = (i: number): Served => {
    sim.restart({ seed: `queue/${i}` })
    while (sim.world.queue.cycles < count) sim.step()
    return { ...sim.world.queue as Queue, time: sim.now }
  }
  return pair => ({ run: i => pair(done[i] ??= run(i)) })
}
