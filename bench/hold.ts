/**
 * HOLD: of N pending events the next is taken and sent again, an exponential time later. Usage: hold VARIANT N EVENTS, where VARIANT is
 *   queue    the queue alone
 *   sim      through createSim: plain-data events of 16 types, 16 handlers
 *   trace    the same with every entry kept in a trace
 *   rng      the same, the delays drawn from the streams of the simulation, one per thing
 */
import { z } from 'zod'
import { defineModel, initialWorld, type, type Context } from '../src/core/model.ts'
import { EventQueue } from '../src/core/queue.ts'
import { createSim } from '../src/core/sim.ts'
import { Trace } from '../src/core/trace.ts'
import { cpuSecondsOf, exponentials, print } from './measure.ts'

const [variant = 'sim', n = '1000', events = '3e6'] = process.argv.slice(2)
const N = Number(n), EVENTS = Number(events), WARM_UP = Math.max(3e5, 3 * N)
const draw = exponentials(42)

type Hold = { type: `hold.e${number}`; thing: number; arg: number }
const TYPES = Array.from({ length: 16 }, (_, i) => `hold.e${i}` as const)
const things = Array.from({ length: N }, (_, i) => `thing${i}`)

/** Sixteen functions with code of their own, as real models have; loops or closures would share one and flatter the engine. */
const handlers = Object.fromEntries(TYPES.map((own, i) => [own, new Function('draw', 'things', variant === 'rng'
  ? `return (s, e, cx) => { s.sum += e.thing + ${i}; cx.after(cx.rng('hold', things[e.thing]).exponential(1e9), { type: '${TYPES[(i + 1) % 16]}', thing: e.thing, arg: 0 }) }`
  : `return (s, e, cx) => { s.sum += e.thing + ${i}; cx.after(draw(), { type: '${TYPES[(i + 1) % 16]}', thing: e.thing, arg: 0 }) }`)(draw, things)]))

const hold = defineModel({
  name: 'hold', uses: [], config: z.object({}), state: (_config: object): { sum: number } => ({ sum: 0 }),
  requests: z.never(), facts: type<Hold>(),
  on: {
    ...handlers,
    'sim.started'(_s: unknown, _event: unknown, cx: Context<unknown, Hold>) {
      for (let i = 0; i < N; i++) cx.after(draw(), { type: TYPES[i % 16]!, thing: i, arg: 0 })
    },
  } as never,
})

function queueAlone(): (events: number) => number {
  const queue = new EventQueue<number>()
  for (let i = 0; i < N; i++) queue.push(draw(), -1, i)
  return events => {
    for (let k = 0; k < events; k++) {
      const thing = queue.take(Infinity)!
      queue.push(queue.now + draw(), -1, thing)
    }
    return events
  }
}

function throughSim(): (events: number) => number {
  let trace = new Trace()
  const sim = createSim({
    models: [hold], world: initialWorld([hold], { hold: {} }), seed: 1,
    ...(variant === 'trace' && { onEntry: entry => trace.add(entry) }),
  })
  sim.runUntil(0)
  return events => {
    // In pieces of about 10^5 events; a trace begins anew after 10^6 entries, as one of a study would.
    const { handled } = sim
    while (sim.handled < handled + events) {
      sim.runUntil(sim.now + Math.ceil(1e9 * 1e5 / N))
      if (trace.length > 1e6) trace = new Trace()
    }
    return sim.handled - handled
  }
}

const run = variant === 'queue' ? queueAlone() : throughSim()
run(WARM_UP)
let count = 0
const cpuSeconds = cpuSecondsOf(() => void (count = run(EVENTS)))
print({ name: `hold ${variant}`, count, cpuSeconds })
