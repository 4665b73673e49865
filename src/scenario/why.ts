/** Questions about a finished run: which outages there were, and what had weakened the system before each of them. */
import { formatDuration, type Micros } from '../base/time.ts'
import { chainSentence, clock } from './chain.ts'
import type { Run } from './run.ts'

export interface OutageTold { readonly service: string; readonly from: Micros; readonly to: Micros | null; readonly because: string; readonly seq: number }

/** In the order in which they began, each with the event that began it. */
export function outagesOf(run: Pick<Run, 'trace'>): OutageTold[] {
  const outages: { service: string; from: Micros; to: Micros | null; because: string; seq: number }[] = []
  for (const { at, seq, event } of run.trace) {
    if (event.type === 'service.wentDown') outages.push({ service: event.service, from: at, to: null, because: event.because, seq })
    if (event.type !== 'service.cameUp') continue
    const open = outages.findLast(outage => outage.service === event.service && outage.to === null)
    if (!open) continue
    open.to = at
    // A stall that its users no longer bore counts from its beginning.
    open.from = at - event.downMicros
  }
  return outages
}

export function stateAt(run: Pick<Run, 'trace'>, service: string, at: Micros): { up: boolean; outage: OutageTold | undefined } {
  const outage = outagesOf(run).find(each => each.service === service && each.from <= at && (each.to ?? Infinity) > at)
  return { up: outage === undefined, outage }
}

/** What the chain of causes does not show: that an array was already running on one copy, since when, and why. */
export function explainOutage(run: Pick<Run, 'trace'>, outage: OutageTold): string[] {
  const open = new Map<string, { at: Micros; seq: number }>(), cause = run.trace.find(entry => entry.seq === outage.seq)
  const before = cause ? run.trace.indexOf(cause) : 0
  const lines = [`So ${outage.service} is down: ${outage.because}.`]
  for (const { at, seq, event } of run.trace.slice(0, before)) {
    if (event.type === 'service.exposureBegan' && event.copies > 0 && !open.has(event.array)) open.set(event.array, { at, seq })
    if (event.type === 'service.exposureEnded') open.delete(event.array)
  }
  for (const [array, { at, seq }] of open) if (at < outage.from)
    lines.push(`${array} had been running on one copy since ${clock(at)}, for ${formatDuration(outage.from - at)}: ${chainSentence(run, seq)}.`)
  return lines
}
