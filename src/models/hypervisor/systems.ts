/**
 * How a managed system ends and starts: the common cause of everything on it.
 *
 * A planned end goes in waves: clients of storage shut down first, then its hosts. A sudden one takes all partitions at the same moment.
 * The state table knows no way from `starting`, or from open firmware, to `not activated` but through `running`: a partition that the
 * end of its system finds there passes those states in no time.
 */
import type { PowerOff } from './events.ts'
import { become, beginEnd, guestIn, start, systemIn, type Cx } from './life.ts'
import type { GuestId, HypervisorState, PowerState, SystemId } from './state.ts'
import { take } from '../span.ts'

const TOWARDS_RUNNING: Readonly<Partial<Record<PowerState, PowerState>>> = {
  'starting': 'running', 'open firmware': 'running', 'suspending': 'suspended', 'suspended': 'resuming', 'resuming': 'running',
  'migrating running': 'running',
}

/** The next wave of a planned end, or the end itself when nobody is left. */
export function endNextWave(s: HypervisorState, system: SystemId, cx: Cx): void {
  const y = systemIn(s, system)
  const left = y.guests.filter(id => guestIn(s, id).state !== 'not activated')
  const clients = left.filter(id => !guestIn(s, id).servesStorage)
  for (const id of clients.length > 0 ? clients : left) endGuest(s, id, true, cx)
  if (y.waitsFor === 0) systemGone(s, system, cx)
}

export function endAllNow(s: HypervisorState, system: SystemId, cx: Cx): void {
  const y = systemIn(s, system)
  y.waitsFor = 0
  for (const id of y.guests) if (guestIn(s, id).state !== 'not activated') endGuest(s, id, false, cx)
  if (y.waitsFor === 0) systemGone(s, system, cx)
}

function endGuest(s: HypervisorState, id: GuestId, orderly: boolean, cx: Cx): void {
  const g = guestIn(s, id), y = systemIn(s, g.system)
  if (!g.alive) {
    if (g.timer !== null) cx.cancel(g.timer)
    g.timer = g.ending = null
    if (g.state === 'starting') passToRunning(s, id, cx)
    if (g.state === 'running') become(s, id, 'shutting down', cx, true)
    return become(s, id, 'not activated', cx)
  }
  y.waitsFor++
  if (g.state === 'shutting down' && orderly && g.ending !== null && !g.hung) {
    g.ending.system = true
    g.ending.restart = false
    return
  }
  passToRunning(s, id, cx)
  const gently: PowerOff = g.os === 'ibm-i' ? 'os-normal' : 'os-immediate'
  beginEnd(s, id, { restart: false, steps: [orderly && g.up && !g.hung ? gently : 'vsp-hard'], timeout: 0, system: true }, cx)
}

function passToRunning(s: HypervisorState, id: GuestId, cx: Cx): void {
  for (let to = TOWARDS_RUNNING[guestIn(s, id).state]; to !== undefined; to = TOWARDS_RUNNING[to]) become(s, id, to, cx, true)
}

/** A partition that its system's end was waiting for has ended. */
export function guestEnded(s: HypervisorState, system: SystemId, cx: Cx): void {
  const y = systemIn(s, system)
  if (y.waitsFor > 0) y.waitsFor--
  if (y.waitsFor > 0) return
  if (y.phase === 'ending') endNextWave(s, system, cx)
  else if (y.phase === 'down') systemGone(s, system, cx)
}

function systemGone(s: HypervisorState, system: SystemId, cx: Cx): void {
  const y = systemIn(s, system), restart = y.phase === 'ending'
  y.phase = 'down'
  if (y.managed) for (const id of y.guests) guestIn(s, id).shown = 'not available'
  cx.emit({ type: 'hypervisor.systemDown', system })
  if (restart) startSystem(s, system, cx)
}

export function startSystem(s: HypervisorState, system: SystemId, cx: Cx): void {
  const y = systemIn(s, system)
  y.phase = 'starting'
  y.timer = cx.after(y.startMicros ?? take(y.start, s.assumed, cx, 'system start', system), { type: 'hypervisor.systemUp', system })
  y.startMicros = null
}

/** Hosts of storage first, then by availability priority: `guests` is in that order. */
export function startGuests(s: HypervisorState, system: SystemId, cx: Cx): void {
  const y = systemIn(s, system)
  for (const id of y.guests) {
    const g = guestIn(s, id)
    if (y.managed) g.shown = g.state
    if (g.autoStart && g.state === 'not activated') start(s, id, cx)
  }
}

/** What the management interface shows when its connection goes, and when it comes back. */
export function setManaged(s: HypervisorState, system: SystemId, managed: boolean): void {
  const y = systemIn(s, system)
  y.managed = managed
  for (const id of y.guests) {
    const g = guestIn(s, id)
    g.shown = !managed ? 'Unknown' : y.phase === 'up' || y.phase === 'ending' ? g.state : 'not available'
  }
}
