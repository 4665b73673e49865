/**
 * What goes by devices and arrays: wait, action and zero-superblock: what misc mode does to arrays and devices, each by itself.
 * Source: mdadm 4.2 mdadm.c misc_list, stop_scan; Manage.c Manage_stop, Manage_ro, Manage_run; Monitor.c Wait, WaitClean; Kill.c, read as facts.
 */
import { syncProgress } from '../../../models/md/state.ts'
import { SECOND } from '../../../base/time.ts'
import { failed } from '../../../shell/kernel/errno.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import { detail, scanName } from './detail.ts'
import { examineBadblocks, examineBitmap, query } from './examine.ts'
import { runArrays } from './incremental.ts'
import { openArray } from './manage.ts'
import { setMode, stopArray } from './stop.ts'
import { answers, superOn } from './super.ts'
import type { Tool } from './tool.ts'

export function* miscAll(t: Tool): Run {
  const { line } = t
  let status = 0
  for (const { name, how } of line.devices) {
    switch (how) {
      case 'D': status |= yield* detail(t, name); break
      case 'Q': status |= yield* query(t, name); break
      case 'X': status |= yield* examineBitmap(t, name); break
      case 'ExamineBB': status |= yield* examineBadblocks(t, name); break
      case 'Kill': status |= yield* zero(t, name); break
      case 'W': case 'Wait': status |= yield* wait(t, name); break
      case 'WaitClean': status |= yield* waitClean(t, name); break
      case 'Action': status |= setAction(t, name); break
      case 'KillSubarray': case 'UpdateSubarray': status |= t.unmodelled('a container with subarrays'); break
      case 'Dump': case 'Restore': status |= t.unmodelled(`option --${how.toLowerCase()}`); break
      default: status |= yield* onArray(t, name, how)
    }
    yield* t.flush()
  }
  return status
}

function* onArray(t: Tool, name: string, how: string): Run {
  // Without a slash it may be the kernel's own name.
  const path = !name.startsWith('/') && t.running(name) !== undefined ? `/dev/${name}` : name, id = openArray(t, path)
  if (id === null) return 1
  switch (how) {
    case 'R': return runArrays(t, t.array(id).name)
    case 'S':
      if (!t.line.scan) return yield* stopArray(t, id, name, t.line.verbose)
      t.say('--stop not meaningful with both a --scan assembly and a device name.')
      return 1
    case 'o': return setMode(t, id, name, 'readonly')
    case 'w': return setMode(t, id, name, 'readwrite')
    default: return 0
  }
}

function setAction(t: Tool, path: string): number {
  const dev = t.device(path)
  if (failed(dev)) { t.say(`Couldn't open ${path}: ${dev.text}`); return 1 }
  if (dev.kind !== 'md' || dev.array === undefined) { t.say(`${path} is no an md array`); return 1 }
  const refusal = t.ask({ type: 'md.setSyncAction', array: dev.array, action: t.line.action! })
  if (refusal === undefined) return 0
  t.say(`Count not set action for ${path} to ${t.line.action}: ${refusal.text}`)
  return 1
}

/** Until nothing goes on; 1 if nothing did. A recovery that is held back is waited for a while only. */
export function* wait(t: Tool, path: string): Run {
  const dev = t.device(path)
  if (failed(dev)) { t.say(`stat failed for ${path}: ${dev.text}`); return 2 }
  if (dev.kind === 'other') { t.say(`${path} is not a block device.`); return 2 }
  if (dev.kind !== 'md') { t.say('Cannot get md device name.'); return 2 }
  yield* t.flush()
  const { name } = dev
  let status = 1
  for (let frozen = 3; ;) {
    const id = t.running(name), a = id === undefined ? undefined : t.array(id)
    const goes = a !== undefined && (syncProgress(a, t.now) !== undefined || (a.resyncKib !== null && a.state === 'active'))
    if (!goes && !(a?.frozen && frozen-- > 0)) return status
    status = 0
    const until = t.now + 5 * SECOND
    yield goes ? { kind: 'world', ready: () => { const now = t.running(name); return now === undefined || (t.array(now).sync === null && t.array(now).resyncKib === null) } } : { kind: 'sleep', at: until }
  }
}

function* waitClean(t: Tool, path: string): Run {
  const dev = t.device(path)
  if (failed(dev)) { t.say(`stat failed for ${path}: ${dev.text}`); return 2 }
  if (dev.kind === 'other') { t.say(`${path} is not a block device.`); return 2 }
  // The kernel itself sees to the marks of arrays with metadata of its own.
  yield* t.flush()
  return 0
}
export function* waitCleanAll(t: Tool): Run {
  let status = 0
  for (const { a } of t.arrays().reverse()) status |= yield* waitClean(t, scanName(t, a.name))
  return status
}

/** Superblocks one after the other until none is found; the last complaint of that is not an error. */
function* zero(t: Tool, path: string): Run {
  const dev = t.device(path), no = failed(dev) ? dev : dev.kind === 'other' ? undefined : t.openable(dev, !t.line.force)
  if (failed(dev) || no !== undefined) { t.say(`Couldn't open ${path} for write - not zeroing`); return 2 }
  const there = dev.kind === 'sd' && (yield* answers(t, dev)) ? superOn(t, dev) : null
  if (there === null || dev.kind !== 'sd' || (t.line.metadata !== null && !there.sb.metadata.startsWith(t.line.metadata))) {
    if (t.line.verbose >= 0) t.say(`Unrecognised md component device - ${path}`)
    return t.line.metadata === null ? 0 : 4
  }
  const name = dev.number !== 0 ? dev.name : `${dev.name}${t.world.scsi.disks[dev.disk]!.partitions.length}`
  if (!(yield* answers(t, dev, 'write')) || t.ask({ type: 'md.zeroSuperblock', guest: t.guest, device: name }) !== undefined) { t.say(`Could not zero superblock on ${path}`); return 1 }
  return 0
}
