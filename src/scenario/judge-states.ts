/** Expectations about states at a time: arrays and their members, names of disks, guests, NWSDs. */
import { must } from '../base/assert.ts'
import type { DeepReadonly } from '../base/readonly.ts'
import type { World } from '../models/stack.ts'
import { lastSeq, lookAt, together, when, type Evidence, type Judgement, type Part } from './evidence.ts'
import type { Expectation } from './expectation.ts'
import { flags, membersIn, statusLine } from './mdstat.ts'
import { clock } from './text.ts'

type Of<K extends string> = Extract<Expectation, Record<K, unknown>>

const sameNames = (actual: readonly string[], wanted: readonly string[]) => actual.join() === [...wanted].sort().join()
const named = (names: readonly string[]) => names.length === 0 ? 'none' : names.join(', ')

/** With nothing else asked of an array, it is asked to be in sync. */
export function judgeArrayState(e: Extract<Expectation, { array: string }>, evidence: Evidence, alone: boolean): { parts: Part[]; time: string; cause: number | null } {
  const at = e.at ?? e.inSyncBy, parts: Part[] = []
  const array = lookAt(evidence, e.at).md.arrays[e.array as never]
  // An array may be created on the way.
  if (array === undefined) return { parts: [{ says: 'exists', met: false, figure: 'not yet created' }], time: when(e.at), cause: null }
  const line = statusLine(array)
  if (e.inSyncBy !== undefined || (alone && !saysSomething(e))) {
    const by = lookAt(evidence, e.inSyncBy).md.arrays[e.array as never]
    parts.push({
      says: `is in sync ${e.inSyncBy === undefined ? 'at the end' : `by ${clock(e.inSyncBy)}`}`,
      met: by !== undefined && by.state === 'active' && by.inSync >= by.raidDevices, figure: by === undefined ? 'not yet created' : statusLine(by),
    })
  }
  if (e.inSync !== undefined) parts.push({ says: `has ${e.inSync} in sync`, met: array.state === 'active' && array.inSync === e.inSync, figure: line })
  if (e.flags !== undefined) parts.push({ says: `shows ${e.flags}`, met: array.state === 'active' && flags(array) === e.flags, figure: line })
  for (const [wanted, role, word] of [[e.members, 'active', 'in sync'], [e.spares, 'spare', 'spare'], [e.failed, 'faulty', 'faulty']] as const) {
    if (wanted === undefined) continue
    const actual = membersIn(array, role)
    const met = typeof wanted === 'number' ? actual.length === wanted : sameNames(actual, wanted)
    parts.push({ says: `has ${typeof wanted === 'number' ? wanted : named(wanted)} ${word}`, met, figure: met ? line : `${word}: ${named(actual)}` })
  }
  const { readable, writable } = array.access
  if (e.readable !== undefined) parts.push({ says: `can${e.readable ? '' : 'not'} be read`, met: readable === e.readable, figure: readable ? 'readable' : 'not readable' })
  if (e.writable !== undefined) parts.push({ says: `can${e.writable ? '' : 'not'} be written`, met: writable === e.writable, figure: writable ? 'writable' : 'not writable' })
  const blamed = parts.some(({ met, says }) => !met && /^can/.test(says)) ? 'md.accessChanged' : 'md.redundancyChanged'
  return { parts, time: saysSomething(e) ? when(e.at) : '', cause: lastSeq(evidence, at, event => event.type === blamed && event.array === e.array) }
}

const saysSomething = (e: Extract<Expectation, { array: string }>) =>
  e.inSync !== undefined || e.flags !== undefined || e.members !== undefined || e.spares !== undefined || e.failed !== undefined || e.readable !== undefined || e.writable !== undefined

export function judgeDisk(e: Of<'disk'>, evidence: Evidence): Judgement {
  const actual = nameOf(lookAt(evidence, e.at), e.disk)
  return together(e.disk, [{ says: e.name === null ? 'has no name' : `is called ${e.name}`, met: actual === e.name, figure: actual === null ? 'it has no name' : `it is called ${actual}` }],
    lastSeq(evidence, e.at, event => (event.type === 'scsi.deviceAdded' || event.type === 'scsi.deviceRemoved') && event.disk === e.disk), when(e.at))
}

function nameOf({ scsi }: DeepReadonly<World>, disk: string): string | null {
  const device = must(scsi.disks[disk as never], 'the disk of an expectation exists').device
  return device === null ? null : scsi.devices[device]?.name ?? null
}

export function judgeGuest(e: Of<'guest'>, evidence: Evidence): Judgement {
  const world = lookAt(evidence, e.at), guest = must(world.hypervisor.guests[e.guest as never], 'the guest of an expectation exists')
  const boot = world.boot.guests[e.guest as never], parts: Part[] = []
  const up = guest.up && !guest.hung && guest.state === 'running'
  if (e.up !== undefined) parts.push({ says: `is ${e.up ? 'up' : 'not up'}`, met: up === e.up, figure: up ? 'up' : `not up, ${guest.state}` })
  if (e.state !== undefined) parts.push({ says: `is ${e.state}`, met: guest.state === e.state, figure: guest.state })
  if (e.root !== undefined) parts.push({ says: `has its root file system ${e.root}`, met: boot?.rootState === e.root, figure: `root ${boot?.rootState ?? 'unknown'}` })
  if (e.bootedFrom !== undefined) parts.push({ says: `runs from ${e.bootedFrom}`, met: boot?.bootedFrom === e.bootedFrom, figure: `booted from ${boot?.bootedFrom ?? 'nothing'}` })
  if (e.kernel !== undefined) parts.push({ says: `runs kernel ${e.kernel}`, met: boot?.kernel === e.kernel, figure: `kernel ${boot?.kernel ?? 'unknown'}` })
  if (parts.length === 0) parts.push({ says: 'is up', met: up, figure: up ? 'up' : guest.state })
  return together(e.guest, parts, lastSeq(evidence, e.at, event => 'guest' in event && event.guest === e.guest && (event.type.startsWith('hypervisor.') || event.type.startsWith('boot.'))), when(e.at))
}

export function judgeNwsd(e: Of<'nwsd'>, evidence: Evidence): Judgement {
  const { state } = must(lookAt(evidence, e.at).vscsi.nwsds[e.nwsd as never], 'the NWSD of an expectation exists')
  return together(`NWSD ${e.nwsd}`, [{ says: `is ${e.state}`, met: state === e.state, figure: state }],
    lastSeq(evidence, e.at, event => event.type.startsWith('vscsi.nwsd') && 'nwsd' in event && event.nwsd === e.nwsd), when(e.at))
}
