/**
 * The life of a daemon: started, told by signals, ended; with its system or by itself.
 *
 * Only an orderly end says anything to the hosts (RD-55, RD-57): a kill, a crash of its system and a root file system that is gone do
 * not. Whatever becomes due while its system does nothing is done when that goes on.
 */
import { must } from '../../base/assert.ts'
import type { Micros } from '../../base/time.ts'
import type { Refusal } from '../../core/model.ts'
import { rootAccess } from '../boot/state.ts'
import type { GuestId } from '../hypervisor/ids.ts'
import type { InterfaceId } from '../ip/ids.ts'
import { parseRadvdConf } from './conf/parse.ts'
import type { RadvdConf } from './conf/settings.ts'
import { refill } from './content.ts'
import { log, type Cx, type Profile } from './context.ts'
import { seed, unseed } from './draws.ts'
import type { Signal } from './events.ts'
import { farewell, radvd219 } from './radvd-2-19.ts'
import { cease, rfc4861 } from './rfc4861.ts'
import { arm, disarm } from './schedule.ts'
import { advertiserOf, newAdvertiser, type Advertiser, type Daemon, type DaemonId, type RadvdState, type Speaker } from './state.ts'

export const daemonIn = (s: RadvdState, name: DaemonId): Daemon => must(s.daemons[name], 'the daemon exists')
export const profileOf = ({ profile }: Daemon): Profile => profile === 'rfc' ? rfc4861 : radvd219
export const speakersOf = (s: RadvdState, name: DaemonId): Speaker[] => {
  const d = daemonIn(s, name)
  return d.advertisers.map(a => ({ s, name, d, a }))
}

export const guestOf = (d: Daemon, cx: Cx): GuestId | null => cx.world.ip.nodes[d.node]?.guest ?? null
/** Its system is up. */
export function systemUp(d: Daemon, cx: Cx): boolean {
  const guest = guestOf(d, cx), node = cx.world.ip.nodes[d.node]
  return guest === null ? node?.up === true : cx.world.hypervisor.guests[guest]?.up === true
}
/** Its system is up and does something. */
export function awake(d: Daemon, cx: Cx): boolean {
  const guest = guestOf(d, cx)
  return systemUp(d, cx) && !(guest === null ? cx.world.ip.nodes[d.node]!.hung : cx.world.hypervisor.guests[guest]!.hung)
}
const filesReadable = (d: Daemon, cx: Cx): boolean => {
  const guest = guestOf(d, cx)
  return guest === null || rootAccess(cx.world.boot, guest).readable
}
const filesWritable = (d: Daemon, cx: Cx): boolean => {
  const guest = guestOf(d, cx)
  return guest === null || rootAccess(cx.world.boot, guest).writable
}

const IO_ERROR = 'Input/output error'
const KILLED = 137

/** Starts it after so long; what was planned before is forgotten. */
export function planStart(s: RadvdState, name: DaemonId, after: Micros, cx: Cx): void {
  const d = daemonIn(s, name)
  if (d.startTimer !== null) cx.cancel(d.startTimer)
  d.startTimer = cx.after(after + profileOf(d).startUpMicros, { type: 'radvd.startDue', daemon: name })
}

export function refuseStart(s: RadvdState, name: DaemonId, cx: Cx): Refusal | undefined {
  const d = s.daemons[name]
  if (d === undefined) return { status: 4, text: `${name}: no such daemon` }
  if (!awake(d, cx)) return { status: 1, text: `${d.node} does not answer` }
  if (d.running || d.startTimer !== null) return { status: 1, text: `radvd already running, terminating.` }
  return filesReadable(d, cx) ? undefined : { status: 1, text: `radvd: ${IO_ERROR}` }
}

export function start(s: RadvdState, name: DaemonId, cx: Cx): void {
  const d = daemonIn(s, name), profile = profileOf(d)
  if (!filesReadable(d, cx)) return cx.emit({ type: 'radvd.startFailed', daemon: name, because: IO_ERROR })
  const conf = read(name, d, cx)
  if (conf === undefined) return cx.emit({ type: 'radvd.startFailed', daemon: name, because: 'failed to read config file' })
  d.running = true
  d.stopping = d.forwardingNoticed = false
  if (d.profile === 'radvd-2.19') seed(s, d, cx.now - profile.startUpMicros)
  cx.emit({ type: 'radvd.started', daemon: name })
  if (d.profile === 'radvd-2.19' && cx.world.ip.nodes[d.node]?.forwarding !== true) {
    // The one time that it notices is used up here.
    d.forwardingNoticed = true
    log(name, 'IPv6 forwarding seems to be disabled, but continuing anyway', cx)
  }
  d.advertisers = conf.interfaces.map(each => newAdvertiser(interfaceOf(d, each.name), each, cx.now))
  beginAll(s, name, speakersOf(s, name), cx)
}

const interfaceOf = ({ node }: Daemon, name: string): InterfaceId => `${node}.${name}` as InterfaceId

/** All are set up before the first of them says anything. */
function beginAll(s: RadvdState, name: DaemonId, speakers: readonly Speaker[], cx: Cx): void {
  const profile = profileOf(daemonIn(s, name))
  for (const speaker of speakers) if (!profile.setUp(speaker, cx)) return exit(s, name, 1, 'an interface is not set up', cx)
  for (const speaker of speakers) profile.begin(speaker, cx)
}

/** Undefined: refused, and said why. */
function read(name: DaemonId, d: Daemon, cx: Cx): RadvdConf | undefined {
  const { conf, says } = parseRadvdConf(d.text, d.file)
  for (const text of says) log(name, text, cx)
  return conf ?? undefined
}

export function exit(s: RadvdState, name: DaemonId, status: number, because: string, cx: Cx): void {
  const d = daemonIn(s, name)
  for (const a of d.advertisers) disarm(a, cx)
  if (d.deathTimer !== null) cx.cancel(d.deathTimer)
  if (d.stopTimer !== null) cx.cancel(d.stopTimer)
  d.deathTimer = d.stopTimer = null
  d.advertisers = []
  d.running = d.stopping = false
  if (d.sequence !== '') unseed(s, d)
  cx.emit({ type: 'radvd.exited', daemon: name, status, because })
}

/** Its system has ended. */
export function end(s: RadvdState, name: DaemonId, cx: Cx): void {
  const d = daemonIn(s, name)
  if (d.startTimer !== null) cx.cancel(d.startTimer)
  d.startTimer = null
  d.missed = []
  if (d.running) exit(s, name, KILLED, 'its system has ended', cx)
}

export function signal(s: RadvdState, name: DaemonId, which: Signal, cx: Cx): void {
  switch (which) {
    case 'KILL': return exit(s, name, KILLED, 'killed', cx)
    case 'TERM':
    case 'INT': return terminate(s, name, cx)
    case 'HUP': return reload(s, name, cx)
    case 'USR1': {
      log(name, 'resetting prefix lifetimes', cx)
      for (const speaker of speakersOf(s, name)) refill(speaker, cx.now)
    }
  }
}

export function terminate(s: RadvdState, name: DaemonId, cx: Cx): void {
  const d = daemonIn(s, name), speakers = speakersOf(s, name)
  if (d.stopping) return exit(s, name, 0, 'terminated', cx)
  log(name, 'sending stop adverts', cx)
  if (d.profile === 'radvd-2.19') {
    for (const speaker of speakers) farewell(speaker, cx)
    return exit(s, name, 0, 'terminated', cx)
  }
  for (const speaker of speakers) cease(speaker, cx)
  d.stopping = true
  leaveIfDone(s, name, cx)
}

/** After a last advertisement: the interface is forgotten, and the daemon, if it was told to stop, when it was the last. */
export function leaveIfDone(s: RadvdState, name: DaemonId, cx: Cx): void {
  const d = daemonIn(s, name)
  if (d.stopping && d.advertisers.every(({ finals }) => finals === 0)) exit(s, name, 0, 'terminated', cx)
}

function reload(s: RadvdState, name: DaemonId, cx: Cx): void {
  const d = daemonIn(s, name)
  if (d.stopping) return
  log(name, 'attempting to reread config file', cx)
  const conf = filesReadable(d, cx) ? read(name, d, cx) : undefined
  if (conf === undefined) {
    // RD-54. A router that follows the RFC would rather go on as it was.
    if (d.profile === 'radvd-2.19') return exit(s, name, 1, 'failed to read config file', cx)
    return log(name, 'config file not readable, continuing with the old one', cx)
  }
  const fresh = conf.interfaces.map(each => newAdvertiser(interfaceOf(d, each.name), each, cx.now))
  if (d.profile === 'radvd-2.19') for (const a of d.advertisers) disarm(a, cx)
  d.advertisers = d.profile === 'radvd-2.19' ? fresh : succession(s, name, fresh, cx)
  cx.emit({ type: 'radvd.reloaded', daemon: name })
  beginAll(s, name, speakersOf(s, name).filter(({ a }) => a.finals === 0), cx)
}

/** Profile rfc: what goes on keeps its distance from its last advertisement; what does not says so before it is forgotten. */
function succession(s: RadvdState, name: DaemonId, fresh: readonly Advertiser[], cx: Cx): Advertiser[] {
  const d = daemonIn(s, name), ceasing: Advertiser[] = []
  for (const old of d.advertisers) {
    const next = fresh.find(a => a.interface === old.interface)
    if (next?.conf.advSendAdvert !== true) {
      if (cease({ s, name, d, a: old }, cx)) ceasing.push(old)
      else disarm(old, cx)
      continue
    }
    disarm(old, cx)
    next.lastMulticastAt = old.lastMulticastAt
    next.disagreements = old.disagreements
  }
  return [...ceasing, ...fresh.filter(a => !ceasing.some(other => other.interface === a.interface))]
}

/** The file changes; nobody reads it before a start or SIGHUP. */
export function writeConf(s: RadvdState, name: DaemonId, text: string, cx: Cx): Refusal | undefined {
  const d = s.daemons[name]
  if (d === undefined) return { status: 1, text: `${name}: no such daemon` }
  if (!systemUp(d, cx)) return { status: 1, text: `${d.node} does not answer` }
  if (!filesWritable(d, cx)) return { status: 1, text: `${d.file}: ${filesReadable(d, cx) ? 'Read-only file system' : IO_ERROR}` }
  d.text = text
  return undefined
}

/** Its system goes on: what waited is due now, at the latest. */
export function goOn(s: RadvdState, name: DaemonId, cx: Cx): void {
  const d = daemonIn(s, name)
  for (const type of d.missed) cx.emit({ type, daemon: name })
  d.missed = []
  for (const speaker of speakersOf(s, name)) arm(speaker, cx)
}

export const speakerAt = (s: RadvdState, name: DaemonId, id: InterfaceId): Speaker | undefined => {
  const d = daemonIn(s, name), a = d.running ? advertiserOf(d, id) : undefined
  return a && { s, name, d, a }
}
