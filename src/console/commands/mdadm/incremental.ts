/**
 * --incremental: one device at a time, as a hot-plug rule adds them, and a device that is gone.
 *
 * The array starts when as many members have come as the newest superblock counts, or with --run read-only until the first write; --fail leaves it so
 * too (VS-91). Source: mdadm 4.2 Incremental.c, read as facts; recordings s15, s19.
 */
import { failed } from '../../../shell/kernel/errno.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import { isPermitted, mayAssemble, nameIsFree } from './conf.ts'
import { chooseDevice } from './naming.ts'
import { confMatch } from './select.ts'
import { stopArray } from './stop.ts'
import { examine, isLocal, isSynced, nameOf } from './super.ts'
import type { Tool } from './tool.ts'

export function* incrementalMain(t: Tool): Run {
  const { line } = t, [first, ...more] = line.devices
  let status = 0
  if (line.rebuildMap) for (const { a } of t.arrays()) t.setMap(a.name, t.pathOf(a.name))
  if (line.scan) {
    const no = first !== undefined ? 'In --incremental mode, a device cannot be given with --scan.' : line.run <= 0 ? '--incremental --scan meaningless without --run.'
      : line.devmode === 'f' ? '--incremental --scan --fail not supported.' : null
    if (no !== null) { t.say(no); return 1 }
    status = runArrays(t, null)
  }
  if (first === undefined) {
    if (line.rebuildMap || line.scan) return status
    t.say('--incremental requires a device.')
    return 1
  }
  if (line.devmode !== 'f') return yield* add(t, first.name)
  if (more.length === 0) return yield* failAndRemove(t, first.name)
  t.say("'--incremental --fail' can only handle one device.")
  return 1
}

/** Arrays that were put together and do not run: all, or one. */
export function runArrays(t: Tool, devnm: string | null): number {
  let status = 0
  for (const { id, a } of t.arrays()) {
    if (a.state !== 'inactive' || (devnm !== null && a.name !== devnm)) continue
    const path = t.pathOf(a.name)
    t.ask({ type: 'md.run', array: id })
    if (t.array(id).state === 'active') { if (t.line.verbose >= 0) t.say(`started array ${path}`) }
    else { t.say(`failed to start array ${path}: Invalid argument`); status = 1 }
  }
  return status
}

function* add(t: Tool, name: string): Run {
  const { line } = t, loud = line.verbose >= 0, at = t.device(name)
  if (failed(at)) { t.say(`stat failed for ${name}: ${at.text}`); return 1 }
  if (at.kind === 'other') { t.say(`${name} is not a block device.`); return 1 }
  const looked = yield* examine(t, name)
  if (failed(looked)) { if (loud) t.say(`cannot open ${name}: ${looked.text}.`); return 1 }
  if (!isPermitted(t.conf, name) && !t.devices().includes(name)) { if (loud) t.say(`${name} not permitted by mdadm.conf.`); return 1 }
  const { found, dev } = looked
  if (found === 'nothing' || found === 'mbr' || dev.kind !== 'sd') { if (loud) t.say(`no recognisable superblock on ${name}.`); return 1 }
  const match = confMatch(t, found, name, line.verbose)
  if (match === null) return 2
  if (match?.devname?.toLowerCase() === '<ignore>') { if (loud) t.say(`array containing ${name} is explicitly ignored by mdadm.conf`); return 1 }
  let full = nameOf(found), local = match !== undefined || isLocal(found, t.homehost) || full.startsWith('any:')
  const foreign = !local
  if (match === undefined && !mayAssemble(t.conf, found.sb.metadata, isLocal(found, t.homehost))) {
    if (line.verbose >= 1) t.say(`${name} has metadata type ${found.sb.metadata === '0.90' ? '0.90' : '1.x'} for which auto-assembly is disabled`)
    return 1
  }
  if (full !== '' && !local && !t.requireHomehost && nameIsFree(t.conf, full)) local = true
  if (local) full = full.slice(full.indexOf(':') + 1)
  const busy = t.openable(dev, true)
  if (busy !== undefined) { if (loud) t.say(`cannot reopen ${name}: ${busy.text}.`); return 1 }
  const before = t.world.md.arrays[found.array]!
  let path = t.pathOf(before.name)
  if (before.state === 'stopped') {
    const chosen = chooseDevice(t, match?.devname ?? null, full, local ? 'local' : 'foreign')
    if (chosen === null) return 1
    path = chosen.path
    const refusal = t.ask({ type: 'md.incremental', guest: t.guest, device: dev.name, name: chosen.devnm, link: chosen.link, run: line.run > 0 })
    if (refusal !== undefined) { t.say(`failed to add ${name} to new array ${path}: Invalid argument.`); return 2 }
    t.setMap(chosen.devnm, path)
  } else if (before.state === 'active') {
    if (isSynced(found) && line.run < 1) { t.say(`not adding ${name} to active array (without --run) ${path}`); return 2 }
    if (t.ask({ type: isSynced(found) ? 'md.reAdd' : 'md.add', array: found.array, device: dev.name }) !== undefined) {
      if (loud && isSynced(found)) t.say(`can only add ${name} to ${path} as a spare, and force-spare is not set.`)
      t.say(`failed to add ${name} to existing array ${path}: Invalid argument.`)
      return 2
    }
    if (line.export > 0) t.out(exported(before.name, path, foreign, 'already'))
    else if (loud) t.say(`${name} attached to ${path} which is already active.`)
    return 0
  } else if (t.ask({ type: 'md.incremental', guest: t.guest, device: dev.name, run: line.run > 0 }) !== undefined) {
    t.say(`failed to add ${name} to existing array ${path}: Device or resource busy.`)
    return 2
  }
  const a = t.array(found.array), started = a.state === 'active', able = started || a.members.some(m => m.inSync)
  if (line.export > 0) t.out(exported(a.name, path, foreign, started ? 'yes' : able ? 'unsafe' : 'no'))
  else if (loud) t.say(`${name} attached to ${path}, ${started ? 'which has been started.' : able ? 'not enough to start safely.' : 'not enough to start (0).'}`)
  return 0
}
const exported = (devnm: string, path: string, foreign: boolean, started: string): string =>
  `MD_DEVICE=${devnm}\nMD_DEVNAME=${path.startsWith('/dev/md/') ? path.slice(8) : path}\nMD_FOREIGN=${foreign ? 'yes' : 'no'}\nMD_STARTED=${started}\n`

/** A device that is gone, by the name that the kernel had for it. */
function* failAndRemove(t: Tool, name: string): Run {
  if (name.includes('/')) { t.say(`incremental removal requires a kernel device name, not a file: ${name}`); return 1 }
  const { verbose } = t.line, found = t.arrays().find(({ a }) => a.members.some(m => m.name === name))
  if (found === undefined) {
    if (verbose >= 0) t.say(`${name} does not appear to be a component of any array`)
    return 1
  }
  const { id, a } = found, member = a.members.find(m => m.name === name)!
  if (a.state === 'active' && member.inSync && a.inSync === 1) {
    t.ask({ type: 'md.fail', array: id, device: name, known: true })
    t.say(`set device faulty failed for ${name}:  Device or resource busy`)
    // It cannot do without: so the array is stopped, if nobody uses it.
    const status = yield* stopArray(t, id, `/dev/${a.name}`, verbose === 0 ? -1 : verbose)
    if (status !== 0 && verbose !== 0) t.say(`Fail to stop ${a.name} too.`)
    return status
  }
  const refusal = a.state === 'active' ? t.ask({ type: 'md.incrementalFail', guest: t.guest, device: name }) : t.ask({ type: 'md.remove', array: id, device: name, known: true })
  if (refusal !== undefined) { t.say(`hot remove failed for ${name}: ${refusal.text.slice(refusal.text.lastIndexOf(':') + 1).trim()}`); return 1 }
  if (verbose >= 0 && a.state === 'active') t.say(`set ${name} faulty in ${a.name}`)
  if (verbose >= 0) t.say(`hot removed ${name} from ${a.name}`)
  return 0
}
