/**
 * Who repairs, and with what: a repair takes its part from the store, or waits for a delivery; then it waits for somebody of its crew, and
 * then takes its time. It knows nothing of what is broken: whoever ordered the repair hears that it is finished.
 *
 * Each part taken is ordered anew at once. A crew begins repairs within its hours only and finishes what it has begun. Each lead time is one draw
 * of the part's own stream; how long the repair itself takes comes with the order.
 */
import { untilHours } from '../../base/hours.ts'
import { defineModel, type, type Context, type WorldOf } from '../../core/model.ts'
import { terminal } from '../terminal/model.ts'
import { repairConfig, type RepairConfig } from './config.ts'
import { repairRequests, type RepairFact, type RepairRequest } from './events.ts'
import { initialRepairs, misplaced, signature, type CrewId, type Job, type RepairState } from './state.ts'

type Cx = Context<WorldOf<readonly [typeof terminal]> & { repair: RepairState }, RepairFact | RepairRequest>

export const repair = defineModel({
  name: 'repair',
  uses: [terminal],
  config: repairConfig,
  state: (config: RepairConfig): RepairState => initialRepairs(config),
  requests: repairRequests,
  facts: type<RepairFact>(),
  on: {
    'repair.order'(s, { fault, thing, takes, crew = null, part = null }, cx) {
      if (crew !== null && s.crews[crew] === undefined) return cx.refuse({ status: 1, text: `There is no crew ${crew}.` })
      if (part !== null && s.parts[part] === undefined) return cx.refuse({ status: 1, text: `There is no spare part ${part}.` })
      const job: Job = { fault, thing, takes, crew, part, since: cx.now, partMicros: 0 }
      if (part === null) return callCrew(s, job, cx)
      const store = s.parts[part]!
      store.books.taken++
      store.ordered++
      cx.after(cx.rng('repair.leadTime', part).sample(store.leadTime), { type: 'repair.delivered', part })
      if (store.stock > 0) {
        store.stock--
        return callCrew(s, job, cx)
      }
      store.books.shortages++
      store.queue.push(job)
      cx.emit({ type: 'repair.partAwaited', fault, thing, part })
    },
    'repair.delivered'(s, { part }, cx) {
      const store = s.parts[part]!, job = store.queue.shift()
      store.ordered--
      if (job === undefined) {
        store.stock++
        return
      }
      job.partMicros = cx.now - job.since
      store.books.waitedMicros += job.partMicros
      job.since = cx.now
      callCrew(s, job, cx)
    },
    'repair.shiftBegan'(s, { crew }, cx) {
      s.crews[crew]!.shift = null
      beginNext(s, crew, cx)
    },
    'repair.finished'(s, { fault, thing }, cx) {
      const at = s.underWay.findIndex(job => job.fault === fault && job.thing === thing), [job] = s.underWay.splice(at, 1)
      if (job === undefined || job.crew === null) return
      const crew = s.crews[job.crew]!
      crew.free++
      crew.books.workedMicros += job.takes
      beginNext(s, job.crew, cx)
    },
  },
  check: misplaced,
  signature,
})

function callCrew(s: RepairState, job: Job, cx: Cx): void {
  if (job.crew === null) return begin(s, job, cx)
  const { queue } = s.crews[job.crew]!
  queue.push(job)
  beginNext(s, job.crew, cx)
  if (queue.at(-1) === job) cx.emit({ type: 'repair.crewAwaited', fault: job.fault, thing: job.thing, crew: job.crew })
}

function beginNext(s: RepairState, id: CrewId, cx: Cx): void {
  const crew = s.crews[id]!
  if (crew.queue.length === 0 || crew.free === 0) return
  const wait = crew.hours === null ? 0 : untilHours(crew.hours, cx.world.terminal.epoch + cx.now)
  if (wait > 0) {
    crew.shift ??= cx.after(wait, { type: 'repair.shiftBegan', crew: id })
    return
  }
  while (crew.free > 0 && crew.queue.length > 0) {
    crew.free--
    begin(s, crew.queue.shift()!, cx)
  }
}

function begin(s: RepairState, job: Job, cx: Cx): void {
  const { fault, thing, takes, crew, partMicros } = job, crewMicros = cx.now - job.since
  if (crew !== null) {
    const { books } = s.crews[crew]!
    books.begun++
    books.waitedMicros += crewMicros
  }
  s.underWay.push(job)
  cx.emit({ type: 'repair.started', fault, thing, partMicros, crewMicros })
  cx.after(takes, { type: 'repair.finished', fault, thing })
}
