/**
 * What happens to many clients at one moment, told in one sentence: they lose their router together, and find it together. What a client
 * loses by its own downtime is told once, where it goes and where it is back.
 */
import { SECOND, type Micros } from '../base/time.ts'
import type { Entry } from '../core/trace.ts'
import type { SimEvent } from '../models/stack.ts'
import { and, time } from './telling/telling.ts'

export interface Gatherings {
  /** By the number of the event: its sentence instead of its own. */
  readonly says: ReadonlyMap<number, string>
  /** Told by another's sentence, or not worth one. */
  readonly told: ReadonlySet<number>
  /** To be told at this earlier time. */
  readonly at: ReadonlyMap<number, Micros>
}

const WHAT: Readonly<Record<string, string>> = {
  'service.addressLost': 'no global address any more', 'service.routerLost': 'no live default router any more', 'service.preferredLost': 'no preferred global address any more',
  'service.addressRegained': 'a global address again', 'service.routerRegained': 'a default router again', 'service.preferredRegained': 'a preferred global address again',
}

export function gatheringsOf(trace: readonly Entry<SimEvent>[]): Gatherings {
  const says = new Map<number, string>(), told = new Set<number>(), at = new Map<number, Micros>(), upAt = new Map<string, Micros>()
  const gatherings = new Map<string, { second: number; seq: number; clients: string[]; rest: string }>()
  const changedBy = new Map<string, number>(), lost = new Set<string>(), addressAt = new Map<string, Micros>()
  for (const { at: now, seq, event } of trace) {
    if (event.type === 'hypervisor.guestUp') upAt.set(event.guest, now)
    if (event.type === 'hypervisor.restrictedLeft') upAt.set(event.guest, now)
    if (!(event.type in WHAT)) continue
    const e = event as Extract<SimEvent, { type: 'service.addressLost' | 'service.addressRegained' | 'service.routerLost' | 'service.routerRegained' | 'service.preferredLost' | 'service.preferredRegained' }>
    const holding = `${e.client} ${e.type.replace(/Lost$|Regained$/, '')}`, before = changedBy.get(holding) ?? -1
    changedBy.set(holding, seq)
    // Without any address there is no preferred one, and with the first there is.
    if (e.type === 'service.addressLost' || e.type === 'service.addressRegained') addressAt.set(e.client, now)
    if ((e.type === 'service.preferredLost' || e.type === 'service.preferredRegained') && addressAt.get(e.client) === now) {
      told.add(seq)
      continue
    }
    if ('own' in e && e.own) {
      // The address goes with the router, and neither comes as a surprise.
      if (e.type === 'service.routerLost' && lost.has(`${e.client} address ${now}`)) told.add(seq)
      else says.set(seq, `${e.client} takes its own address with it`)
      lost.add(`${e.client} address ${now}`)
      continue
    }
    if ('ownMicros' in e && e.ownMicros > 0 && e.micros === 0) {
      const up = upAt.get(e.client)
      if (e.type === 'service.routerRegained') told.add(seq)
      else if (up !== undefined && now - up <= 15 * SECOND) {
        says.set(seq, `address and router of ${e.client} are back ${time(now - up)} later`)
        at.set(seq, up)
      }
      continue
    }
    const rest = 'because' in e ? reason(e.because) : '', second = Math.floor(now / SECOND), open = gatherings.get(e.type)
    // Who has lost it since did not find it together with those who found it before.
    if (open !== undefined && second - open.second <= 10 && before < open.seq && open.rest === rest && !open.clients.includes(e.client)) {
      told.add(seq)
      open.clients.push(e.client)
      says.set(open.seq, phrase(e.type, open.clients, open.rest))
    } else gatherings.set(e.type, { second, seq, clients: [e.client], rest })
  }
  return { says, told, at }
}

/** Each has its own address; what has happened to all of them is the same. */
const reason = (because: string): string => because.replace(/^[0-9a-f:]+ is removed$/, 'it has expired').replace(/^[0-9a-f:]+ is deprecated$/, 'it is deprecated').replace(/^\S+ (has no carrier|is switched off)$/, 'the link $1')
const phrase = (type: string, clients: readonly string[], rest: string): string =>
  `${clients.length > 6 ? `${clients.length} clients` : and(clients)} ${clients.length === 1 ? 'has' : 'have'} ${WHAT[type]!}${rest === '' ? '' : `: ${rest}`}`
