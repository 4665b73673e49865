/**
 * --monitor: looks at arrays when /proc/mdstat changes, or after a delay, and tells what is new: to a program, by mail, to syslog, or on standard output.
 *
 * What it tells comes from comparing two looks, as in the real tool: a rebuild that began and ended between two of them was never there. Mail is sent for
 * failures, degraded arrays, missing spares and tests only. Source: mdadm 4.2 Monitor.c, read as facts; recording s16.
 */
import { SECOND } from '../../../base/time.ts'
import { syncProgress, type ArrayView, type MemberView } from '../../../models/md/state.ts'
import { exec } from '../../../shell/kernel/exec.ts'
import { failed } from '../../../shell/kernel/errno.ts'
import { CharOpen } from '../../../shell/kernel/open-file.ts'
import type { Process } from '../../../shell/kernel/process.ts'
import { regularFile } from '../../../shell/kernel/tree.ts'
import type { Run } from '../../../shell/kernel/wait.ts'
import { deliver } from '../../mail.ts'
import { mdstat, slots } from '../../views/mdstat.ts'
import { arrayLineFor } from './conf.ts'
import { ctime } from './ctime.ts'
import { Tool } from './tool.ts'

interface Alerts { readonly mail: string | null; readonly program: string | null; readonly syslog: boolean }
interface Slot { readonly state: number; readonly id: string; readonly path: string }
interface Watched {
  readonly path: string; devnm: string; err: number; percent: number; expectedSpares: number; readonly spareGroup: string | null; readonly fromConf: boolean; readonly fromAuto: boolean
  utime: number; active: number; working: number; failed: number; spare: number; raid: number; slots: Slot[]
}
/** Bits of a member's state, and what stands for no percentage. */
const FAULTY = 1, SYNCED = 6, REMOVED = 8
const NONE = -1, DELAYED = -2, PENDING = -3, UNKNOWN = -4
const SHARER = '/run/mdadm/autorebuild.pid'

export function* monitor(t: Tool): Run {
  const { line } = t
  if (line.devices.length === 0 && !line.scan) { t.say('Cannot monitor: need --scan or at least one device'); return 1 }
  if (line.pidFile !== null && !line.daemonise) { t.say('Cannot write a pid file when not in daemon mode'); return 1 }
  let { mail, program } = line
  if (mail === null && (mail = t.conf.mail) !== null && !line.scan) t.say(`Monitor using email address "${mail}" from config file`)
  if (program === null && (program = t.conf.program) !== null && !line.scan) t.say(`Monitor using program "${program}" from config file`)
  if (line.scan && mail === null && program === null && !line.syslog) { t.say('No mail address or alert command - not monitoring.'); return 1 }
  if (line.spareSharing && isShared(t)) {
    if (line.scan) { t.say('Only one autorebuild process allowed in scan mode, aborting'); return 1 }
    t.say('Warning: One autorebuild process already running.')
  }
  const alerts: Alerts = { mail, program, syslog: line.syslog }
  if (!line.daemonise) return yield* new Watch(t, alerts).run()
  yield* t.flush()
  const child = t.p.fork(daemon => asDaemon(daemon, t, alerts), { pgid: 0 })
  if (failed(child)) { t.err(`daemonise: ${child.text}\n`); return 1 }
  if (line.pidFile === null) t.out(`${child.pid}\n`)
  else t.p.machine.tree.put(line.pidFile, regularFile(`${child.pid}\n`, 0o644, t.p.machine.unixSeconds()))
  return 0
}
/** A session of its own with nothing to read or say. */
function* asDaemon(p: Process, t: Tool, alerts: Alerts): Run {
  p.detach()
  const node = p.find('/dev/null')
  for (const fd of [...p.fds.keys()]) {
    if (fd <= 2 && !failed(node) && node.kind === 'char') p.put(fd, new CharOpen(node, { readable: true, writable: true }, '/dev/null'))
    else p.close(fd)
  }
  return yield* new Watch(new Tool(p, t.partition, t.line), alerts).run()
}
function isShared(t: Tool): boolean {
  const other = t.p.kernel.processes.get(Number(t.fileText(SHARER) ?? 'NaN'))
  return other !== undefined && other.machine === t.p.machine && other.name.startsWith('mdadm') && other.pid !== t.p.pid
}

class Watch {
  private readonly t: Tool
  private readonly alerts: Alerts
  private list: Watched[] = []
  private test: boolean
  constructor(t: Tool, alerts: Alerts) {
    this.t = t
    this.alerts = alerts
    this.test = t.line.test
  }

  *run(): Run {
    const { t } = this, { line } = t
    if (line.spareSharing) t.p.machine.tree.put(SHARER, regularFile(`${t.p.pid}\n`, 0o700, t.p.machine.unixSeconds()))
    for (const one of this.named()) this.list.unshift(one)
    const delay = (line.delay || t.conf.delay || 60) * SECOND
    for (;;) {
      const seen = new Set<string>()
      let degraded = false, redundant = false
      for (const one of this.list) {
        if (yield* this.check(one, seen)) degraded = true
        if (one.err === 0) redundant = true
      }
      const found = line.scan && (yield* this.newArrays(seen))
      if (line.spareSharing && degraded) yield* this.moveSpares()
      yield* t.flush()
      if (!found) {
        if (line.oneshot) break
        if (!redundant) { t.say('No array with redundancy detected, stopping'); break }
        const before = signature(t), fresh = t.arrays().some(({ a }) => isFresh(a, t.now))
        yield { kind: 'world', ready: () => signature(t) !== before, at: t.now + (fresh ? Math.min(delay, FRESH) : delay) }
      }
      this.test = false
      this.list = this.list.filter(one => !one.fromAuto || one.err <= 5)
    }
    if (line.pidFile !== null) unlink(t, line.pidFile)
    return 0
  }
  private named(): Watched[] {
    const { t } = this
    if (t.line.devices.length > 0) return t.line.devices.map(({ name }) => {
      const known = arrayLineFor(t.conf, name)
      return watched(name, { expectedSpares: known?.spares ?? -1, spareGroup: known?.spareGroup ?? null })
    })
    return t.conf.arrays.flatMap(a => a.devname === null || a.devname.toLowerCase() === '<ignore>' ? []
      : [watched(a.devname.startsWith('/') ? a.devname : `/dev/md/${a.devname}`, { expectedSpares: a.spares, spareGroup: a.spareGroup, fromConf: true })])
  }

  /** Whether it is degraded and has no spare. */
  private *check(one: Watched, seen: Set<string>): Run<boolean> {
    const { t } = this
    if (this.test) yield* this.alert('TestMessage', one.path, null)
    const dev = t.device(one.path)
    if (failed(dev) || dev.kind !== 'md') {
      if (!failed(dev)) { yield* this.alert('DeviceDisappeared', one.path, null); return false }
      return yield* this.gone(one)
    }
    one.devnm = dev.name
    const twice = seen.has(dev.name)
    seen.add(dev.name)
    const a = dev.array === undefined || twice ? undefined : t.array(dev.array)
    if (a === undefined) { one.err++; return false }
    if (a.state !== 'active') return yield* this.gone(one)
    return yield* this.compare(one, a)
  }
  private *gone(one: Watched): Run<boolean> {
    if (one.err === 0) yield* this.alert('DeviceDisappeared', one.path, null)
    one.err++
    return false
  }
  private *compare(one: Watched, a: ArrayView): Run<boolean> {
    const { t } = this, { path } = one, percent = percentOf(a, t.now), faulty = a.members.filter(m => m.faulty).length, active = a.members.filter(m => m.inSync).length
    const working = a.members.length - faulty, spare = working - active, utime = Math.floor((t.p.machine.epoch + a.updatedAt) / SECOND) || one.utime + 1
    const isNew = one.err > 0, poor = active < a.raidDevices && spare === 0
    if (isNew) {
      one.err = 0
      one.percent = NONE
      yield* this.alert('NewArray', path, null)
    }
    if (one.utime === utime && one.failed === faulty && one.working === working && one.spare === spare && one.percent === percent) return poor
    if (one.utime === 0 && slots(a).includes('_')) yield* this.alert('DegradedArray', path, null)
    if (one.utime === 0 && one.expectedSpares > 0 && spare < one.expectedSpares) yield* this.alert('SparesMissing', path, null)
    if (one.percent < 0 && one.percent !== UNKNOWN && percent >= 0) yield* this.alert('RebuildStarted', path, null)
    const { increments } = t.line
    if (one.percent >= 0 && percent >= 0 && Math.floor(percent / increments) > Math.floor(one.percent / increments)) yield* this.alert(`Rebuild${String(percent).padStart(2, '0')}`, path, null)
    if (percent === NONE && one.percent >= 0) yield* this.alert('RebuildFinished', path, a.mismatches > 0 ? ` mismatches found: ${a.mismatches} (on raid level 1)` : null)
    one.percent = percent
    const last = one.slots, now: Slot[] = []
    for (const m of a.members) now[m.number] = { state: stateOf(m), id: t.numbers(m).join(':'), path: t.memberPath(m) ?? t.numbers(m).join(':') }
    for (let i = 0; i < Math.max(last.length, now.length); i++) {
      const was = last[i], is = now[i], state = is?.state ?? REMOVED, changed = state ^ (was?.state ?? 0), name = is?.path ?? was?.path ?? null
      if (one.utime === 0 || changed === 0 || isNew) continue
      if (((was?.state ?? 0) & changed & 4) !== 0) yield* this.alert('Fail', path, name)
      else if ((state & FAULTY) !== 0 && is !== undefined && was?.id === is.id) yield* this.alert('FailSpare', path, name)
      else if ((state & changed & 4) !== 0) yield* this.alert('SpareActive', path, name)
    }
    // A place that is empty now keeps that it is; the device that was there is forgotten.
    for (let i = 0; i < Math.max(last.length, now.length); i++) now[i] ??= { state: REMOVED, id: '0:0', path: '' }
    Object.assign(one, { slots: now, active, working, spare, failed: faulty, utime, raid: a.raidDevices })
    return poor
  }

  /** What /proc/mdstat shows and nobody has named. */
  private *newArrays(seen: ReadonlySet<string>): Run<boolean> {
    let found = false
    for (const { a } of this.t.arrays()) {
      if (seen.has(a.name) || a.state !== 'active') continue
      const one = watched(`/dev/${a.name}`, { fromAuto: true })
      one.err = 1
      this.list.unshift(one)
      if (this.test) yield* this.alert('TestMessage', one.path, null)
      found = true
    }
    return found
  }
  /** A spare of an array of the same group goes where there is none. */
  private *moveSpares(): Run<void> {
    const { t } = this
    for (const to of this.list) {
      if (to.err > 0 || to.active >= to.raid || to.spare > 0 || to.spareGroup === null) continue
      const target = t.running(to.devnm)
      for (const from of this.list) {
        const donor = from === to || from.err > 0 || from.spareGroup !== to.spareGroup || from.active < from.raid || from.spare <= 0 ? undefined : t.running(from.devnm)
        const m = donor === undefined ? undefined : t.array(donor).members.find(each => !each.faulty && each.slot < 0 && t.memberPath(each) !== null)
        if (target === undefined || donor === undefined || m === undefined) continue
        if (t.ask({ type: 'md.remove', array: donor, device: m.name, known: true }) !== undefined) continue
        if (t.ask({ type: 'md.add', array: target, device: m.name, reAdd: true }) !== undefined) { t.ask({ type: 'md.add', array: donor, device: m.name, reAdd: true }); continue }
        yield* this.alert('MoveSpare', to.path, from.path)
        break
      }
    }
  }

  private *alert(event: string, path: string, about: string | null): Run<void> {
    const { t, alerts } = this, seconds = t.p.machine.unixSeconds()
    if (alerts.program === null && alerts.mail === null && !alerts.syslog) t.out(`${ctime(seconds).slice(4, 19)}: ${event} on ${path} ${about ?? 'unknown device'}\n`)
    yield* t.flush()
    if (alerts.program !== null) {
      const { program } = alerts, child = t.p.fork(function* (p: Process): Run {
        const status = yield* exec(p, program, [program, event, path, ...about === null ? [] : [about]])
        return failed(status) ? 2 : status
      })
      if (!failed(child)) for (let woken: unknown = 'signal'; woken === 'signal';) woken = yield* t.p.wait(child)
    }
    if (alerts.mail !== null && /^(Fail|Test|Spares|Degrade)/.test(event)) deliver(t.partition, alerts.mail, this.mailText(alerts.mail, event, path, about), 'root')
    if (alerts.syslog) {
      const level = /^(Fail|Degrade|DeviceDisappeared)/.test(event) ? 2 : event.startsWith('Spares') ? 6 : 4
      const text = `${event} event detected on md device ${path}${about === null ? '' : about.startsWith(' ') ? `: ${about}` : `, component device ${about}`}`
      t.partition.log.says(`mdadm[${t.p.pid}]`, text, level)
    }
  }
  private mailText(to: string, event: string, path: string, about: string | null): string {
    const { t } = this, host = t.p.machine.hostname
    return `From: ${t.conf.mailFrom ?? `mdadm monitoring <root@${host}>`}\nTo: ${to}\nSubject: ${event} event on ${path}:${host}\n\n` +
      `This is an automatically generated mail message from mdadm\nrunning on ${host}\n\nA ${event} event had been detected on md device ${path}.\n\n` +
      (about === null ? '' : about.startsWith(' ') ? `Extra information:${about}.\n\n` : `It could be related to component device ${about}.\n\n`) +
      `Faithfully yours, etc.\n\nP.S. The /proc/mdstat file currently contains the following:\n\n${mdstat(t.world.md, t.guest, t.now)}`
  }
}

const watched = (path: string, more: Partial<Watched>): Watched => ({
  path, devnm: '', err: 0, percent: UNKNOWN, expectedSpares: -1, spareGroup: null, fromConf: false, fromAuto: false, utime: 0, active: 0, working: 0, failed: 0, spare: 0, raid: 0, slots: [], ...more,
})
const stateOf = (m: MemberView): number => (m.faulty ? FAULTY : m.inSync ? SYNCED : 0)
/** The kernel's thread begins to copy a moment after what made it necessary: whoever is woken by that does not see it yet. */
const FRESH = SECOND / 50
const isFresh = (a: ArrayView, now: number): boolean => a.sync !== null && a.sync.phase === 'running' && now - a.sync.startedAt < FRESH
function percentOf(a: ArrayView, now: number): number {
  const p = syncProgress(a, now)
  if (isFresh(a, now)) return NONE
  return p === undefined ? (a.resyncKib === null ? NONE : PENDING) : p.delayed ? DELAYED : Math.floor(p.fraction * 100)
}
/** Changes when somebody who polls /proc/mdstat would be woken. */
function signature(t: Tool): string {
  let text = ''
  for (const { a } of t.arrays()) {
    text += `${a.name}${a.state[0]}${a.mode}${a.sync === null ? '' : a.sync.action + a.sync.phase}`
    for (const m of a.members) text += `,${m.number}${m.faulty ? 'f' : m.inSync ? 's' : ''}${m.slot}`
  }
  return text
}
function unlink(t: Tool, path: string): void {
  const place = t.p.machine.tree.place(path, t.p.cwd)
  if (!failed(place)) place.dir.delete?.(place.name)
}
