/** Figures that claims are shown with: each takes a run and says what it did, in a few words. For claims.ts. */
import { assert, must } from '../src/base/assert.ts'
import { parseDuration } from '../src/base/time.ts'
import { downtime, exposedTime } from '../src/models/service/state.ts'
import { membersIn, statusLine } from '../src/scenario/mdstat.ts'
import { simulate, type Run } from '../src/scenario/run.ts'
import { clock, exactly, plural } from '../src/scenario/text.ts'

export type Figure = (run: Run) => string

export const down = (name: string): Figure => run => {
  const service = must(run.world.service.services[name as never], 'the service of a figure exists')
  const times = service.outages === 1 ? '' : ` in ${plural(service.outages, 'outage')}`
  return service.outages === 0 ? 'no outage' : `down for ${exactly(downtime(service, run.until))}${times}`
}

export const exposed = (array: string): Figure => run => {
  const exposure = must(run.world.service.exposure[array as never], 'the array of a figure exists')
  const times = exposure.times + (exposure.current === null ? 0 : 1)
  return times === 0 ? `${array} never on one copy` : `${array} on one copy ${times === 1 ? 'for' : `${times} times,`} ${exactly(exposedTime(exposure, run.until))}${times > 1 ? ' in all' : ''}`
}

/** What mdstat shows at a time. */
export const line = (array: string, at: string): Figure => run => {
  const shown = run.mdstat.findLast(change => change.array === array && change.at <= micros(at))
  return `${array} ${must(shown, 'the array of a figure exists').line} at ${clock(micros(at))}`
}

/** Who is in sync and who stands by in the end. */
export const kept = (array: string): Figure => run => {
  const state = must(run.world.md.arrays[array as never], 'the array of a figure exists'), spares = membersIn(state, 'spare')
  return `${array} ${statusLine(state)} of ${membersIn(state, 'active').join(' and ')} in the end${spares.length === 0 ? '' : `, ${spares.join(', ')} stands by`}`
}

/** The name that the client knows a disk by, at a time or in the end. */
export const named = (disk: string, at?: string): Figure => run => {
  const { scsi } = at === undefined ? run.world : simulate(run.scenario, { seed: run.seed, until: micros(at) }).world
  const { device } = must(scsi.disks[disk as never], 'the disk of a figure exists')
  const name = device === null ? 'has no name' : `is ${must(scsi.devices[device], 'an attached disk has a device').name}`
  return `${disk} ${name}${at === undefined ? ' in the end' : ` at ${clock(micros(at))}`}`
}

/** When something happened for the first time, or the second. */
export const when = (words: string, fields: Readonly<Record<string, unknown>>, time = 1): Figure => run => {
  const found = run.trace.filter(({ event, refusal }) => refusal === undefined && Object.entries(fields).every(([key, value]) => event[key as keyof typeof event] === value))
  return `${words} at ${clock(must(found[time - 1], 'what a figure tells of has happened').at)}`
}

export const refusals = (type: string): Figure => run => {
  const refused = run.trace.find(({ event, refusal }) => event.type === type && refusal !== undefined)
  assert(refused?.refusal !== undefined, 'what a figure tells of was refused')
  return `refused at ${clock(refused.at)}: "${refused.refusal.text.trim().replace(/\s+/g, ' ')}"`
}

export const detached = (array: string): Figure => run => {
  const removed = run.trace.filter(({ event }) => event.type === 'md.memberRemoved' && event.array === array).length
  return removed === 0 ? `nothing removed from ${array}` : `${plural(removed, 'member')} removed from ${array}`
}

const micros = (text: string) => must(parseDuration(text), 'a figure has a duration')
