/**
 * Router advertisements and those who hear them. Usage: network WHAT HOSTS SECONDS
 *   fanout   one radvd (3 to 4 s), HOSTS hosts, SECONDS in steady state: delivered advertisements
 *   storm    HOSTS hosts come up within one second: until all have a preferred global address; several times over, SECONDS apart
 *   day      50 routers (198 to 600 s), HOSTS hosts each, SECONDS from the start; the second of two runs
 * What is counted is printed with what was seen, so that a run that does nothing is noticed.
 */
import { memoryUsage } from 'node:process'
import { SECOND } from '../src/base/time.ts'
import { cpuSecondsOf, print } from './measure.ts'
import { configured, network, type NetworkPlan } from './networks.ts'

const [what = 'fanout', hosts = '500', seconds = '5000'] = process.argv.slice(2)
const HOSTS = Number(hosts), SECONDS = Number(seconds)

const PLANS: Readonly<Record<string, NetworkPlan>> = {
  fanout: { routers: 1, hostsPerRouter: HOSTS, minSeconds: 3, maxSeconds: 4, startWithinSeconds: 0 },
  storm: { routers: 1, hostsPerRouter: HOSTS, minSeconds: 198, maxSeconds: 600, startWithinSeconds: 1 },
  day: { routers: 50, hostsPerRouter: HOSTS, minSeconds: 198, maxSeconds: 600, startWithinSeconds: 0 },
}
const plan = PLANS[what]!, machines = plan.routers * plan.hostsPerRouter
const peakMiB = () => Math.round(memoryUsage.rss() / 2 ** 20)
let delivered = 0, sent = 0
const count = (sim: ReturnType<typeof network>) => {
  delivered = sim.world.net.delivered
  sent = sim.world.net.sent
}

if (what === 'fanout') {
  const sim = network(plan)
  sim.runUntil(60 * SECOND)
  // Warm: the compiler has seen this.
  sim.runUntil((60 + SECONDS) * SECOND)
  count(sim)
  const before = delivered, handled = sim.handled
  const cpuSeconds = cpuSecondsOf(() => sim.runUntil((60 + SECONDS + SECONDS) * SECOND))
  count(sim)
  print({ name: `RA fan-out, ${HOSTS} hosts`, count: delivered - before, cpuSeconds, notes: { events: sim.handled - handled, hosts: machines, configured: configured(sim.world), sent, peakMiB: peakMiB() } })
} else if (what === 'storm') {
  const times: number[] = []
  let events = 0, all = 0
  for (let round = 0; round < 5; round++) {
    const sim = network(plan)
    sim.runUntil(3.9 * SECOND)
    times.push(cpuSecondsOf(() => {
      for (let at = 5; configured(sim.world) < machines && at < 30; at += 0.25) sim.runUntil(at * SECOND)
    }))
    events = sim.handled
    all = configured(sim.world)
    count(sim)
  }
  print({ name: `DAD storm, ${HOSTS} hosts`, count: HOSTS, cpuSeconds: times.toSorted((a, b) => a - b)[2]!, notes: { first: times[0]!, events, configured: all, delivered, sent, peakMiB: peakMiB() } })
} else {
  let sim = network(plan)
  const first = cpuSecondsOf(() => sim.runUntil(SECONDS * SECOND))
  sim = network(plan)
  const cpuSeconds = cpuSecondsOf(() => sim.runUntil(SECONDS * SECOND))
  count(sim)
  print({ name: `a day of 50 routers with ${HOSTS} hosts`, count: delivered, cpuSeconds, notes: { first, events: sim.handled, configured: configured(sim.world), sent, peakMiB: peakMiB() } })
}
