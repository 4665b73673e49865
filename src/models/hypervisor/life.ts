/**
 * How a partition ends and starts, along the edges of the state table and no others.
 *
 * Whatever a phase ends with is one pending event, kept in `timer`: a stronger power-off, or a crash, cancels it and puts another in its
 * place. Even what happens at once goes that way, so that two requests of one moment cannot end a partition twice.
 */
import { assert, must } from '../../base/assert.ts'
import type { Micros } from '../../base/time.ts'
import type { Context } from '../../core/model.ts'
import { take } from '../span.ts'
import type { EndKind, HypervisorFact, HypervisorRequest, PowerOff } from './events.ts'
import { EDGES, iplKind, type Guest, type GuestId, type HypervisorState, type PowerState, type System, type SystemId } from './state.ts'

export type Cx = Context<{ hypervisor: HypervisorState }, HypervisorRequest | HypervisorFact>

export const guestIn = (s: HypervisorState, id: GuestId): Guest => must(s.guests[id], 'the partition exists')
export const systemIn = (s: HypervisorState, id: SystemId): System => must(s.systems[id], 'the managed system exists')

/** `silently`: a fact of its own tells of this edge. */
export function become(s: HypervisorState, id: GuestId, to: PowerState, cx: Cx, silently = false): void {
  const g = guestIn(s, id), from = g.state
  assert(EDGES[from].includes(to), 'a partition changes its state along an edge of the table')
  g.state = to
  if (systemIn(s, g.system).managed) g.shown = to
  if (!silently) cx.emit({ type: 'hypervisor.stateChanged', guest: id, from, to })
}

/** Replaces whatever the partition was waiting for. */
export function next(g: Guest, delay: Micros, event: HypervisorFact, cx: Cx): void {
  if (g.timer !== null) cx.cancel(g.timer)
  g.timer = cx.after(delay, event)
  g.held = false
}

/** The steps of a power-off without a stated kind. Linux and AIX: straight from a timed-out OS shutdown to the hard one. */
export function escalation(g: Guest): PowerOff[] {
  if (g.os === 'ibm-i') return ['os-normal', 'os-immediate', 'vsp-normal', 'vsp-hard']
  return g.rmc ? ['os-immediate', 'vsp-hard'] : ['vsp-normal', 'vsp-hard']
}

export interface Ending { restart: boolean; steps: readonly PowerOff[]; timeout: Micros; system?: boolean; shutdownMicros?: Micros | undefined }

/** A running partition begins to end, or one that is shutting down gets a stronger push. */
export function beginEnd(s: HypervisorState, id: GuestId, { restart, steps, timeout, system = false, shutdownMicros }: Ending, cx: Cx): void {
  const g = guestIn(s, id), [how, ...rest] = steps
  const first = g.state !== 'shutting down'
  const told = how === 'vsp-hard' || !g.up || !g.hung
  if (first) become(s, id, 'shutting down', cx, told)
  g.ending = { how: must(how, 'a power-off has a first step'), restart, next: rest, timeout, system }
  takeStep(s, id, cx, shutdownMicros)
}

/** A hung system does not shut down: without a next step this lasts until somebody asks for a stronger one. */
export function takeStep(s: HypervisorState, id: GuestId, cx: Cx, shutdownMicros?: Micros): void {
  const g = guestIn(s, id), ending = must(g.ending, 'a partition that shuts down knows how'), { how } = ending
  if (how === 'vsp-hard' || !g.up) return next(g, 0, { type: 'hypervisor.guestDown', guest: id, how: endKind(g), orderly: false }, cx)
  const timedOut: HypervisorFact = { type: 'hypervisor.powerOffTimedOut', guest: id, how }
  if (g.hung) {
    if (g.timer !== null) cx.cancel(g.timer)
    g.timer = ending.next.length > 0 ? cx.after(ending.timeout, timedOut) : null
    return
  }
  const micros = shutdownMicros ?? take(g.shutdown, s.assumed, cx, 'shutdown', id)
  if (ending.next.length > 0 && micros > ending.timeout) next(g, ending.timeout, timedOut, cx)
  else next(g, micros, { type: 'hypervisor.guestDown', guest: id, how: endKind(g), orderly: true }, cx)
  cx.emit({ type: 'hypervisor.shuttingDown', guest: id, how })
}

function endKind({ ending }: Guest): EndKind {
  if (ending === null || ending.how === 'vsp-hard') return ending?.system ? 'system' : 'hard'
  return ending.system ? 'system' : ending.restart ? 'ipl' : 'shutdown'
}

/** From `not activated`, or at the end of a shutdown that asked for it. */
export function start(s: HypervisorState, id: GuestId, cx: Cx): void {
  become(s, id, 'starting', cx, true)
  next(guestIn(s, id), 0, { type: 'hypervisor.guestStarting', guest: id }, cx)
}

/** The boot device is found: from here to running services. A manual IPL, and one from install media, stops for its operator. */
export function startOs(s: HypervisorState, id: GuestId, cx: Cx): void {
  const g = guestIn(s, id), abnormal = iplKind(g) === 'abnormal'
  const micros = g.startMicros ?? take(abnormal ? g.abnormalStart : g.start, s.assumed, cx, abnormal ? 'abnormal start' : 'start', id)
  g.startMicros = null
  g.ipls++
  if (abnormal) g.abnormalIpls++
  const stops = g.os === 'ibm-i' && (g.keylock === 'manual' || g.iplSource === 'd')
  next(g, micros, { type: stops ? 'hypervisor.iplStopped' : 'hypervisor.guestUp', guest: id }, cx)
}

/** A hard power-off after a crash, before the restart: the partition ended when it crashed. */
export function cutDumpShort(s: HypervisorState, id: GuestId, restart: boolean, cx: Cx): void {
  const g = guestIn(s, id)
  if (g.timer !== null) cx.cancel(g.timer)
  g.timer = null
  become(s, id, 'shutting down', cx)
  if (restart) start(s, id, cx)
  else become(s, id, 'not activated', cx)
}

/** Nothing of the run that ended is left. */
export function cease(g: Guest): void {
  g.alive = g.up = g.hung = g.restricted = g.held = g.attended = false
  g.stuck = g.timer = null
}
