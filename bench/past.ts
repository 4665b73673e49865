/**
 * Looking back at a run of the shipped models. Usage: past WHAT HOSTS, where WHAT is
 *   snapshot  snapshot and restore of a running system
 *   patches   the patches of a window of 1000 events of a finished, recorded run
 *   record    recording a run, against running it
 */
import { YEAR } from '../src/base/time.ts'
import { record } from '../src/record/history.ts'
import { stack } from '../src/models/stack.ts'
import { cpuSecondsOf, median, print } from './measure.ts'
import { goOn, mirror, mirrorWorld } from './systems.ts'

const [what = 'snapshot', hosts = '50'] = process.argv.slice(2)
const HOSTS = Number(hosts)

if (what === 'snapshot') {
  const sim = mirror(HOSTS)
  sim.runUntil(YEAR / 4)
  const once = () => goOn(sim.snapshot()).handled
  for (let i = 0; i < 300; i++) once()
  print({ name: `snapshot and restore, ${HOSTS} hosts`, count: 500, cpuSeconds: cpuSecondsOf(() => { for (let i = 0; i < 500; i++) once() }) })
} else if (what === 'patches') {
  const recording = record({ models: stack, world: mirrorWorld(HOSTS), seed: 1 })
  recording.runUntil(YEAR)
  const last = recording.handled - 1000
  const windows = Array.from({ length: 60 }, (_, i) => Math.floor(last * ((i * 0.618) % 1)))
  let patches = 0
  const costs = windows.map(from => cpuSecondsOf(() => { for (const moment of recording.window(from, from + 1000)) patches += moment.patches.length }))
  const warm = costs.slice(40)
  print({ name: `patches of 1000 events, ${HOSTS} hosts`, count: 1, cpuSeconds: median(warm), notes: { most: Math.max(...warm), first: costs[0]!, patchesPerEvent: patches / windows.length / 1000, of: recording.handled } })
} else {
  const years = HOSTS > 20 ? 5 : 60
  const plain = mirror(HOSTS)
  let running = 0, recording = 0, events = 0
  // In turn, and the first ones only to warm up: each sees the same machine and the same compiled code.
  for (let round = 0; round < 12; round++) {
    plain.restart({ seed: 1 })
    const recorder = record({ models: stack, world: mirrorWorld(HOSTS), seed: 1 })
    const alone = cpuSecondsOf(() => plain.runUntil(years * YEAR)), recorded = cpuSecondsOf(() => recorder.runUntil(years * YEAR))
    if (round < 6) continue
    running += alone
    recording += recorded
    events += recorder.handled
  }
  print({ name: `recording, ${HOSTS} hosts`, count: events, cpuSeconds: recording, notes: { ofPlain: running / recording } })
}
