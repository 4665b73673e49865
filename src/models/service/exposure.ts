/**
 * Time on one copy. An array is exposed while fewer than two members in sync can be reached, from the moment the copy became
 * unreachable: what md believes comes later. Each moment of it belongs to one of three parts, so that they add up.
 *
 * *detection*: md still counts two members in sync. *recovery*: a recovery runs. *waiting*: all else, such as a host that is down, an
 * operator who has not come, another array's recovery that goes first. While an array does not run nothing is found out about it: an
 * exposure that was under way goes on as waiting, none begins.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { ArrayId, MdState } from '../md/state.ts'
import { outcome, type ScsiState } from '../scsi/state.ts'
import type { ServiceFact } from './events.ts'
import { KEPT, type Exposure, type ExposurePhase, type ServiceState } from './state.ts'

type Below = DeepReadonly<{ scsi: ScsiState; md: MdState }>
interface Cx { readonly now: Micros; emit(event: ServiceFact): void }

export const noExposure = (): Exposure => ({
  copies: 0, phase: null, since: 0, current: null, times: 0, micros: 0, detectionMicros: 0, waitingMicros: 0, recoveryMicros: 0, longestMicros: 0, list: [],
})

/** Counts the copies of an array anew. Returns whether the array has become exposed or has ceased to be. */
export function recount(s: ServiceState, array: ArrayId, world: Below, cx: Cx): boolean {
  const a = world.md.arrays[array]!, e = (s.exposure[array] ??= noExposure())
  e.copies = a.state === 'active' ? reachableCopies(world, array) : e.copies
  const phase = phaseOf(e, a)
  if (phase === e.phase) return false
  if (e.phase !== null) spend(e, e.phase, cx.now - e.since)
  const before = e.phase
  e.phase = phase
  e.since = cx.now
  if (before !== null && phase !== null) return false
  if (phase === null) end(e, array, cx)
  else {
    e.current = { from: cx.now, to: cx.now, detectionMicros: 0, waitingMicros: 0, recoveryMicros: 0 }
    cx.emit({ type: 'service.exposureBegan', array, copies: e.copies })
  }
  return true
}

/** What is exposed when the run begins: nothing that ran before it counts. */
export function beginExposed(s: ServiceState, array: ArrayId, world: Below): void {
  const e = s.exposure[array] = noExposure()
  e.copies = reachableCopies(world, array)
  e.phase = phaseOf(e, world.md.arrays[array]!)
  if (e.phase !== null) e.current = { from: 0, to: 0, detectionMicros: 0, waitingMicros: 0, recoveryMicros: 0 }
}

export function reachableCopies(world: Below, array: ArrayId): number {
  let copies = 0
  const { members, slotted } = world.md.arrays[array]!
  for (const at of slotted) {
    const member = members[at]!
    if (member.inSync && !member.faulty && outcome(world.scsi, member.device, 'write') === 'ok') copies++
  }
  return copies
}

function phaseOf(e: Exposure, a: DeepReadonly<MdState['arrays'][ArrayId]>): ExposurePhase | null {
  if (a.state !== 'active') return e.phase === null ? null : 'waiting'
  if (e.copies >= 2 || a.raidDevices < 2) return null
  if (a.inSync >= 2) return 'detection'
  return a.sync !== null && a.sync.action === 'recovery' && a.sync.phase === 'running' ? 'recovery' : 'waiting'
}

function spend(e: Exposure, phase: ExposurePhase, micros: Micros): void {
  const current = e.current!
  if (phase === 'detection') current.detectionMicros += micros
  else if (phase === 'waiting') current.waitingMicros += micros
  else current.recoveryMicros += micros
}

function end(e: Exposure, array: ArrayId, cx: Cx): void {
  const { from, detectionMicros, waitingMicros, recoveryMicros } = e.current!, micros = cx.now - from
  e.times++
  e.micros += micros
  e.detectionMicros += detectionMicros
  e.waitingMicros += waitingMicros
  e.recoveryMicros += recoveryMicros
  if (micros > e.longestMicros) e.longestMicros = micros
  if (e.list.length < KEPT) e.list.push({ from, to: cx.now, detectionMicros, waitingMicros, recoveryMicros })
  e.current = null
  cx.emit({ type: 'service.exposureEnded', array, micros, detectionMicros, waitingMicros, recoveryMicros })
}
