/**
 * The founding mirror through the shipped models. Usage: mirror VARIANT HOSTS YEARS, where VARIANT is
 *   plain     in place, no trace: what a study runs
 *   listened  every entry is handed to a listener
 *   kept      every entry is kept
 *   years     the simulation is restarted for each single year, as the hand-written peer is
 */
import { YEAR } from '../src/base/time.ts'
import { Trace } from '../src/core/trace.ts'
import type { FaultId } from '../src/models/fault/state.ts'
import { downtime, type ServiceId } from '../src/models/service/state.ts'
import type { SimEvent } from '../src/models/stack.ts'
import { cpuSecondsOf, print } from './measure.ts'
import { mirror } from './systems.ts'

const [variant = 'plain', hosts = '3', years = '1000'] = process.argv.slice(2)
const HOSTS = Number(hosts), YEARS = Number(years)
/** A run ends within 285 years. */
const RUN = variant === 'years' ? 1 : Math.min(200, YEARS)

let trace = new Trace<SimEvent>(), heard = 0
const sim = mirror(HOSTS, variant === 'listened' ? entry => void (heard += entry.seq & 1) : variant === 'kept' ? entry => trace.add(entry) : undefined)
const seen = { events: 0, crashes: 0, outages: 0, down: 0, years: 0 }

function run(years: number): void {
  for (let begun = 0, seed = 1; begun < years; begun += RUN, seed++) {
    sim.restart({ seed: `${years}/${seed}` })
    for (let year = 1; year <= RUN; year++) {
      sim.runUntil(year * YEAR)
      if (trace.length > 1e6) trace = new Trace()
    }
    const { outages } = sim.world.service.services['storing' as ServiceId]!
    seen.events += sim.handled
    seen.outages += outages
    seen.down += downtime(sim.world.service.services['storing' as ServiceId]!, sim.now)
    seen.crashes += sim.world.fault.rules['crashes' as FaultId]!.hits
    seen.years += RUN
  }
}

// From cold, as a process that starts for one study; then warm. The compiler of the engine works in threads of its own, and its time counts too.
const FIRST = Math.min(2000, YEARS)
const cold = cpuSecondsOf(() => run(FIRST))
run(YEARS / 2)
Object.assign(seen, { events: 0, crashes: 0, outages: 0, down: 0, years: 0 })
const cpuSeconds = cpuSecondsOf(() => run(YEARS))
print({
  name: `mirror ${variant}, ${HOSTS} hosts`, count: seen.years, cpuSeconds,
  notes: {
    coldYearsPerSecond: FIRST / cold, events: seen.events, eventsPerSecond: seen.events / cpuSeconds, eventsPerYear: seen.events / seen.years, eventsPerCrash: seen.events / seen.crashes,
    outagesPerYear: seen.outages / seen.years, unavailability: seen.down / seen.years / YEAR, problems: sim.check().length, heard,
  },
})
