/** Why something happened: the walk from an event up its causes, told from the first cause on. */
import { formatClock, SECOND } from '../base/time.ts'
import { why, type Entry } from '../core/trace.ts'
import type { SimEvent } from '../models/stack.ts'
import type { Run } from './run.ts'
import { sentence, weightOf } from './telling/index.ts'

/** To the second; what happened in between is in the trace. */
export const clock = (at: number): string => formatClock(Math.floor(at / SECOND) * SECOND)

/** The first cause first, the event itself last. */
export const chainOf = (run: Pick<Run, 'trace'>, seq: number): Entry<SimEvent>[] => why(run.trace, seq).reverse()

/** One sentence with the links that matter: where it began, what it led to. */
export function chainSentence(run: Pick<Run, 'trace'>, seq: number): string {
  const chain = chainOf(run, seq)
  const links = chain.filter((entry, index) => index === 0 ? entry.event.type !== 'sim.started' : index === chain.length - 1 || weightOf(entry.event) <= 1)
  const told = links.length > 5 ? [...links.slice(0, 2), ...links.slice(-3)] : links
  let before = -1
  return told.map(({ at, event }) => {
    const when = clock(at) === clock(before) ? '' : `at ${clock(at)} `
    before = at
    return `${when}${sentence(event)}`
  }).join(', then ')
}
