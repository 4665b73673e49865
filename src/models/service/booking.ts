/**
 * Books outages and stalls: what a service's status becomes when its needs are met in another way than before.
 *
 * A service that has never been up has no outage. A stall within the tolerance is none; one that outlasts it, or turns into a failure,
 * counts from its beginning, because that is when answers stopped.
 */
import type { Micros } from '../../base/time.ts'
import type { Context } from '../../core/model.ts'
import type { ServiceFact } from './events.ts'
import { isBearable, isMet } from './network.ts'
import { KEPT, type Service, type ServiceId, type ServiceState } from './state.ts'

type Cx = Pick<Context<unknown, ServiceFact>, 'now' | 'emit' | 'after' | 'cancel'>

export function reassess(s: ServiceState, service: ServiceId, because: string, cx: Cx): void {
  const v = s.services[service]!, root = s.nodes[v.root]!
  const met = isMet(root), stalled = !met && isBearable(root)
  if (stalled && v.stalledSince === null) v.stalledSince = cx.now
  else if (!stalled && v.stalledSince !== null) {
    v.stalls++
    v.stalledMicros += cx.now - v.stalledSince
    v.stalledSince = null
  }
  if (met) return comeUp(service, v, cx)
  if (v.status === 'up' && stalled && v.stallTolerance > 0) {
    v.status = 'waiting'
    v.since = cx.now
    v.because = because
    v.patience = cx.after(v.stallTolerance, { type: 'service.patienceEnded', service })
    cx.emit({ type: 'service.stallBegan', service, because })
  } else if (v.status === 'up' || (v.status === 'waiting' && !stalled)) {
    goDown(service, v, v.status === 'up' ? cx.now : v.since, because, cx)
  }
}

export function goDown(service: ServiceId, v: Service, from: Micros, because: string, cx: Cx): void {
  forgetPatience(v, cx)
  v.status = 'down'
  v.since = from
  v.because = because
  v.outages++
  if (v.list.length < KEPT) v.list.push({ from, to: null, because })
  cx.emit({ type: 'service.wentDown', service, because })
}

function comeUp(service: ServiceId, v: Service, cx: Cx): void {
  const { status } = v, lasted = cx.now - v.since
  if (status === 'up') return
  forgetPatience(v, cx)
  v.status = 'up'
  v.since = cx.now
  v.because = ''
  if (status === 'waiting') return cx.emit({ type: 'service.stallEnded', service, stalledMicros: lasted })
  if (status === 'down') {
    v.downMicros += lasted
    if (lasted > v.longestMicros) v.longestMicros = lasted
    if (v.outages <= KEPT) v.list[v.outages - 1]!.to = cx.now
  }
  cx.emit({ type: 'service.cameUp', service, downMicros: status === 'down' ? lasted : 0 })
}

function forgetPatience(v: Service, cx: Cx): void {
  if (v.patience !== null) cx.cancel(v.patience)
  v.patience = null
}
