/**
 * A failing schedule as an ordinary scenario: its faults instead of the timeline, its seed, and what should have held as expectations. It joins the regression suite.
 */
import { formatDuration, type Micros } from '../base/time.ts'
import type { SimRequest } from '../models/stack.ts'
import type { Rule } from './judge.ts'
import { requestsOf } from './schedule.ts'
import type { Smallest } from './search.ts'
import type { Target } from './target.ts'

type Written = Record<string, unknown>

/** The scenario as it was written, with the schedule in it. `input` is what the file holds, as data. */
export function asScenario(input: Written, target: Target, { schedule, outcome, failure, seed }: Smallest): Written {
  const { vary: _v, promise: _p, timeline: _t, expect: _e, faults: _f, typed: _y, operators, ...rest } = input as Written & { operators?: Written[] }
  const steps = schedule.faults.flatMap((fault): Written[] => {
    const { begin, end } = requestsOf(fault, target.nwsdsOf.get(fault.target) ?? [])
    if (typeof fault.at === 'number') return [{ at: text(fault.at), do: written(begin) }, ...end.length > 0 ? [{ at: text(fault.at + fault.lasts), do: written(end) }] : []]
    return [{ before: fault.at.statement, script: fault.at.script, time: fault.at.start, do: written(begin), ...end.length > 0 && { then: { after: text(fault.lasts), do: written(end) } } }]
  })
  const { terminal, ...system } = (rest['system'] ?? {}) as Written
  return {
    ...rest,
    name: `${String(rest['name'] ?? 'A schedule')}: ${failure.rule}`,
    story: `Found by hotspare check: ${failure.says}.`,
    until: text(Math.ceil(outcome.until / 1_000_000) * 1_000_000), seed,
    system: { ...system, ...schedule.drawnOrder ? { terminal: { ...terminal as Written, order: 'drawn' } } : terminal === undefined ? {} : { terminal } },
    timeline: steps,
    ...operators !== undefined && { operators: schedule.delay === null ? operators : operators.map(o => o['run'] === undefined ? o : { ...o, after: text(schedule.delay!) }) },
    expect: expectationsOf(target, failure.rule),
  }
}

/** What the promise says, as expectations. */
function expectationsOf(target: Target, broken: Rule): Written[] {
  const { promise } = target.scenario, { md, scsi } = target.world
  return [
    { dataIntact: true }, { never: { type: 'boot.dataSplit' } }, { never: { type: 'terminal.closed', how: 'runaway' } },
    ...target.arrays.map(id => {
      const { raidDevices, members } = md.arrays[id]!
      return { array: id, inSync: raidDevices, ...promise.spares && members.length > raidDevices && { spares: members.length - raidDevices } }
    }),
    ...promise.sameNames ? Object.values(scsi.devices).filter(({ disk }) => target.clients.includes(scsi.disks[disk]!.guest)).map(({ disk, name }) => ({ disk, name })) : [],
    ...target.services.map(service => ({ service, ...(promise.outageAtMost !== undefined || broken === 'outage' || broken === 'outage by the script') && { longestAtMost: text(promise.outageAtMost ?? 0) }, up: true })),
    ...promise.scriptsEnd && target.scripts.length > 0 ? [{ happens: { type: 'terminal.closed' }, after: { type: 'terminal.open' }, within: text(promise.inSyncWithin) }] : [],
  ]
}

const written = (requests: readonly SimRequest[]): unknown => {
  const plain = requests.map(request => Object.fromEntries(Object.entries(request).map(([key, value]) => [key, ['down', 'takes'].includes(key) ? text(value as Micros) : value])))
  return plain.length === 1 ? plain[0] : plain
}
const text = (micros: Micros): string => formatDuration(micros).replaceAll(' ', '')
