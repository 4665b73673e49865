/**
 * Long timers that never come: each tick of a thing cancels its timeout and arms it again, far ahead; then the next tick is sent.
 * Usage: cancel N TICKS. Prints the cost of a tick (cancelling, arming, and the event of the tick itself) and how memory grew meanwhile.
 */
import { z } from 'zod'
import { defineModel, initialWorld, type, type TimerId } from '../src/core/model.ts'
import { createSim } from '../src/core/sim.ts'
import { cpuSecondsOf, exponentials, print } from './measure.ts'

const [n = '1000', ticks = '3e6'] = process.argv.slice(2)
const N = Number(n), TICKS = Number(ticks), SECOND = 1e9
const draw = exponentials(5)

type Watch = { type: 'watch.ticked'; thing: number } | { type: 'watch.timedOut'; thing: number }
const watch = defineModel({
  name: 'watch', uses: [], config: z.object({}),
  state: (_config: object): { timeouts: TimerId[]; timedOut: number } => ({ timeouts: [], timedOut: 0 }),
  requests: z.never(), facts: type<Watch>(),
  on: {
    'sim.started'(s, _event, cx) {
      for (let thing = 0; thing < N; thing++) {
        s.timeouts.push(cx.after(100 * SECOND, { type: 'watch.timedOut', thing }))
        cx.after(draw(), { type: 'watch.ticked', thing })
      }
    },
    'watch.ticked'(s, { thing }, cx) {
      cx.cancel(s.timeouts[thing]!)
      s.timeouts[thing] = cx.after(100 * SECOND, { type: 'watch.timedOut', thing })
      cx.after(draw(), { type: 'watch.ticked', thing })
    },
    'watch.timedOut'(s) { s.timedOut++ },
  },
})

const sim = createSim({ models: [watch], world: initialWorld([watch], { watch: {} }), seed: 1 })
const run = (ticks: number) => {
  const end = sim.handled + ticks
  while (sim.handled < end) sim.runUntil(sim.now + Math.ceil(SECOND * 1e4 / N))
}
const memory = () => {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 2 ** 20
}
run(5e5)
const before = memory(), handled = sim.handled
const cpuSeconds = cpuSecondsOf(() => run(TICKS))
print({
  name: `cancel and re-arm, ${N} things`, count: sim.handled - handled, cpuSeconds,
  notes: { grownMiB: Math.round(10 * (memory() - before)) / 10, timedOut: sim.world.watch.timedOut, pending: sim.snapshot().pending.length },
})
