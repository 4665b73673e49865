/**
 * The timer of an interface: one event that fires no later than the earliest deadline and, if that has moved since, is set again.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import type { Cx } from './context.ts'
import type { Advertiser, Speaker } from './state.ts'

/** The earliest of what the interface waits for; null: nothing. */
export function earliest({ dueAt, replies }: DeepReadonly<Advertiser>): Micros | null {
  let at = dueAt
  for (const reply of replies) if (at === null || reply.at < at) at = reply.at
  return at
}

export function arm({ name, a }: Speaker, cx: Cx): void {
  const next = earliest(a)
  if (next === null) return disarm(a, cx)
  const at = Math.max(next, cx.now)
  if (a.timer !== null) {
    if (a.timerAt <= at) return
    cx.cancel(a.timer)
  }
  a.timerAt = at
  a.timer = cx.after(at - cx.now, { type: 'radvd.due', daemon: name, interface: a.interface })
}

export function disarm(a: Advertiser, cx: Cx): void {
  if (a.timer !== null) cx.cancel(a.timer)
  a.timer = null
}
