/** What a change of a mirror means to whoever depends on it: how many copies are left, that a spare takes over, that all is well again. */
import type { Entry } from '../core/trace.ts'
import type { SimEvent } from '../models/stack.ts'
import { sentence } from './telling/index.ts'

/** By the number of the event: its sentence, and what it means where it means something. */
export function meaningsOf(trace: readonly Entry<SimEvent>[]): Map<number, string> {
  const meanings = new Map<number, string>(), warned = new Set<string>()
  const last = new Map<string, Entry<SimEvent>>()
  for (const entry of trace) {
    const { at, seq, event } = entry
    if (event.type === 'md.memberFailed' || event.type === 'md.syncDone') last.set(event.array, entry)
    const before = 'array' in event ? last.get(event.array) : undefined
    if (!before || before.at !== at || before.cause !== entry.cause) continue
    if (event.type === 'md.syncStarted' && event.action === 'recovery' && before.event.type === 'md.memberFailed') {
      meanings.set(seq, `spare ${event.device} takes over`)
      // Said once, the loss of one copy to a spare that stands by is understood.
      if (warned.has(event.array)) meanings.delete(before.seq)
      warned.add(event.array)
    }
    if (event.type !== 'md.redundancyChanged') continue
    if (before.event.type === 'md.memberFailed' && event.inSync > 0) meanings.set(before.seq, `${sentence(before.event)}, ${copies(event.inSync)} ${event.inSync === 1 ? 'is' : 'are'} left`)
    if (before.event.type === 'md.syncDone' && before.event.device !== '') meanings.set(before.seq, `${sentence(before.event)}: ${copies(event.inSync)}${event.inSync === event.of ? ' again' : ''}`)
  }
  return meanings
}

const copies = (count: number): string => count === 1 ? 'one copy' : `${COUNTS[count] ?? count} copies`
const COUNTS = ['no', 'one', 'two', 'three', 'four'] as const
