/** Why something happened: the walk from an event up its causes, told from the first cause on. */
import type { Micros } from '../base/time.ts'
import { why, type Entry } from '../core/trace.ts'
import type { SimEvent } from '../models/stack.ts'
import type { Run } from './run.ts'
import { sentence, weightOf } from './telling/index.ts'
import { clock } from './text.ts'

/**
 * The first cause first, the event itself last. A clock that strikes by itself is a first cause: what wound it up long ago, the end
 * of its last stroke, explains nothing.
 */
export function chainOf(run: Pick<Run, 'trace'>, seq: number): Entry<SimEvent>[] {
  const chain = why(run.trace, seq), struck = chain.findIndex(({ event }) => event.type === 'fault.struck')
  return (struck < 0 ? chain : chain.slice(0, struck + 1)).reverse()
}

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

export interface Weakness { readonly array: string; readonly since: Micros; readonly seq: number }

/** What a chain of causes does not show: that an array of which it speaks had been on one copy already, and from which event on. */
export function weakenedBefore(run: Pick<Run, 'trace'>, seq: number): Weakness[] {
  const chain = chainOf(run, seq), [root] = chain, last = chain.at(-1)
  if (!root || !last) return []
  const because = 'because' in last.event ? last.event.because : ''
  const concerned = (array: string) => because.includes(array) || chain.some(({ event }) => 'array' in event && event.array === array)
  const open = new Map<string, Weakness>()
  for (const entry of run.trace) {
    if (entry.at >= root.at) break
    const { event } = entry
    if (event.type === 'service.exposureBegan' && event.copies > 0 && !open.has(event.array)) open.set(event.array, { array: event.array, since: entry.at, seq: entry.seq })
    if (event.type === 'service.exposureEnded') open.delete(event.array)
  }
  return [...open.values()].filter(({ array }) => concerned(array))
}

/** The chain in a sentence, and what had weakened the system before it began. */
export function becauseOf(run: Pick<Run, 'trace'>, seq: number): string {
  const before = weakenedBefore(run, seq).map(({ array, since, seq }) => {
    const [root] = chainOf(run, seq)
    return `; ${array} had been on one copy since ${clock(since)}${root && root.event.type !== 'sim.started' ? `, when ${sentence(root.event)}` : ''}`
  })
  return `${chainSentence(run, seq)}${before.join('')}`
}
