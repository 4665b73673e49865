/** Figures that claims are shown with: each takes a run and says what it did, in a few words. For claims.ts. */
import { assert, must } from '../src/base/assert.ts'
import { parseDuration } from '../src/base/time.ts'
import { timesWithout, withoutMicros } from '../src/models/service/clients.ts'
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

/** A service by its name, for figures that tell of several. */
export const outOf = (name: string): Figure => run => `${name}: ${down(name)(run)}`

/** How long a client that was up took to its first address. */
export const configured = (client: string): Figure => run => {
  const { firstAt } = must(run.world.service.clients[client as never], 'the client of a figure exists').address
  if (firstAt === null) return `${client} never has an address`
  const up = run.trace.findLast(({ at, event }) => event.type === 'hypervisor.guestUp' && event.guest === client && at <= firstAt)
  return `${client} has an address after ${exactly(firstAt - (up?.at ?? 0))}`
}

/** Time without an address or a live default router, by the doing of others. */
export const lacks = (client: string, holding: 'address' | 'router'): Figure => run => {
  const book = must(run.world.service.clients[client as never], 'the client of a figure exists')[holding], times = timesWithout(book, run.until)
  const what = holding === 'address' ? 'an address' : 'a live router'
  return times === 0 ? `${client} never without ${what}` : `${client} without ${what} for ${exactly(withoutMicros(book, run.until))}`
}

/** How many echo requests of a node have been answered. */
export const answers = (from: string, to: string): Figure => run => {
  const told = (type: string) => run.trace.filter(({ event }) => event.type === type && 'node' in event && event.node === from && 'to' in event && event.to === to).length
  return `${from} asks ${to} ${plural(told('ip.pinged'), 'time')} and gets ${plural(told('ip.replied'), 'answer')}`
}

/** How often something has happened. */
export const count = (words: string, fields: Readonly<Record<string, unknown>>): Figure => run => {
  const found = run.trace.filter(({ event, refusal }) => refusal === undefined && Object.entries(fields).every(([key, value]) => event[key as keyof typeof event] === value)).length
  return `${words}: ${found === 0 ? 'none' : found}`
}

/** How often something was printed at a partition that has these words in it. */
export const printed = (words: string, text: string): Figure => run => {
  const found = run.trace.filter(({ event }) => event.type === 'terminal.print' && event.text.includes(text)).length
  return `${words} ${found === 0 ? 'never' : plural(found, 'time')}`
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
