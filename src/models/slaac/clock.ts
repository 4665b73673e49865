/**
 * The one timer of an interface. It stands at the earliest end known when it was set: lifetimes that are extended do not touch it, it
 * comes too early then, finds nothing due and sets itself again. Only an earlier end cancels it.
 */
import type { Micros } from '../../base/time.ts'
import type { Cx } from './context.ts'
import { NEVER, type HostInterface, type InterfaceId } from './state.ts'

/** Something ends at this time. */
export function note(i: HostInterface, id: InterfaceId, at: Micros, cx: Cx): void {
  if (at >= i.timerAt) return
  if (i.timer !== null) cx.cancel(i.timer)
  i.timerAt = at
  i.timer = cx.after(Math.max(0, at - cx.now), { type: 'slaac.due', interface: id })
}

export function stopClock(i: HostInterface, cx: Cx): void {
  if (i.timer !== null) cx.cancel(i.timer)
  i.timer = null
  i.timerAt = NEVER
}

/** Sets the timer anew after it has come. */
export function windUp(i: HostInterface, id: InterfaceId, cx: Cx): void {
  i.timerAt = NEVER
  note(i, id, earliest(i), cx)
}

export function earliest(i: HostInterface): Micros {
  let at = i.solicitAt
  for (const { until } of i.routers) at = Math.min(at, until)
  for (const { until } of i.prefixes) at = Math.min(at, until)
  for (const { until } of i.routes) at = Math.min(at, until)
  if (i.named) for (const list of [i.servers, i.domains]) for (const name in list) at = Math.min(at, list[name]!)
  for (const a of i.addresses) at = Math.min(at, a.validUntil, a.deprecated ? NEVER : a.preferredUntil, a.renewAt)
  for (const retry of i.retries) at = Math.min(at, retry.at)
  return at
}
