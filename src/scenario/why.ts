/** Questions about a finished run: which outages there were, and what had weakened the system before each of them. */
import { formatDuration, type Micros } from '../base/time.ts'
import { chainOf, chainSentence, weakenedBefore } from './chain.ts'
import type { Run } from './run.ts'
import { sentence } from './telling/index.ts'
import { clock } from './text.ts'

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

/** After the chain: its first cause and its outcome in one sentence, and what had weakened the system before. */
export function explainOutage(run: Pick<Run, 'trace' | 'start'>, outage: OutageTold): string[] {
  const [root] = chainOf(run, outage.seq), lasted = outage.to === null ? 'and stays so' : `for ${formatDuration(outage.to - outage.from)}`
  const cause = root && root.event.type !== 'sim.started' ? `${sentence(root.event)}, and so ` : ''
  return [
    `In short: ${cause}${outage.service} is down ${lasted}.`,
    ...weakenedBefore(run, outage.seq).map(({ what, since, seq }) =>
      `${what} since ${clock(since)}${since < outage.from ? `, for ${formatDuration(outage.from - since)}` : ''}: ${chainSentence(run, seq)}.`),
  ]
}
