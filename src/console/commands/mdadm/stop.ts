/** Arrays are stopped, and made read-only or writable. Source: mdadm 4.2 Manage.c Manage_stop, Manage_ro; mdadm.c stop_scan, read as facts. */
import type { ArrayId } from '../../../models/md/state.ts'
import { E } from '../../../shell/kernel/errno.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import type { Tool } from './tool.ts'

/** What is under way to a silent disk is waited for. */
export function* stopArray(t: Tool, id: ArrayId, path: string, verbose: number): Run {
  if (t.array(id).openers > 0) {
    if (verbose >= 0) t.say(`Cannot get exclusive access to ${path}:Perhaps a running process, mounted filesystem or active volume group?`)
    return 1
  }
  yield* t.flush()
  while (t.array(id).waitsFor.length > 0) yield { kind: 'world', ready: () => t.array(id).waitsFor.length === 0 }
  const { name } = t.array(id), refusal = t.ask({ type: 'md.stop', array: id })
  if (refusal !== undefined) {
    if (verbose >= 0) t.say(`failed to stop array ${path}: ${E.EBUSY.text}\n       Perhaps a running process, mounted filesystem or active volume group?`)
    return 1
  }
  if (verbose >= 0) t.say(`stopped ${path}`)
  t.setMap(name, null)
  return 0
}
/** Again and again until nothing more can be stopped; only then is said what cannot. */
export function* stopAll(t: Tool): Run {
  for (let last = false, error = true; ;) {
    let progress = false
    error = false
    for (const { id, a } of t.arrays()) {
      if ((yield* stopArray(t, id, `/dev/${a.name}`, !last && t.line.verbose === 0 ? -1 : t.line.verbose)) === 0) progress = true
      else error = true
    }
    if (last || !error) return error ? 1 : 0
    last = !progress
  }
}

export function setMode(t: Tool, id: ArrayId, path: string, mode: 'readonly' | 'readwrite'): number {
  const a = t.array(id), words = mode === 'readonly' ? 'readonly' : 'writable'
  if (a.state !== 'active') { t.say(`${path} does not appear to be active.`); return 1 }
  const no = mode === 'readonly' ? (a.openers > 0 ? E.EBUSY : a.mode === 'ro' ? E.ENXIO : undefined) : a.mode === 'rw' ? E.EBUSY : undefined
  if (no === undefined && t.ask({ type: 'md.setMode', array: id, mode }) === undefined) return 0
  t.say(`failed to set ${words} for ${path}: ${(no ?? E.EBUSY).text}`)
  return 1
}
