/**
 * What happens to many clients at one moment, told in one sentence: they lose their router together, and find it together. What a client
 * loses by its own IPL is told once, where it goes and where it is back.
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
  'service.addressLost': 'no global address any more', 'service.routerLost': 'no live default router any more',
  'service.addressRegained': 'a global address again', 'service.routerRegained': 'a default router again',
}

export function gatheringsOf(trace: readonly Entry<SimEvent>[]): Gatherings {
  const says = new Map<number, string>(), told = new Set<number>(), at = new Map<number, Micros>(), upAt = new Map<string, Micros>()
  let open: { type: string; second: number; seq: number; clients: string[]; rest: string } | undefined
  const lost = new Set<string>()
  for (const { at: now, seq, event } of trace) {
    if (event.type === 'hypervisor.guestUp') upAt.set(event.guest, now)
    if (event.type === 'hypervisor.restrictedLeft') upAt.set(event.guest, now)
    if (!(event.type in WHAT)) continue
    const e = event as Extract<SimEvent, { type: 'service.addressLost' | 'service.addressRegained' | 'service.routerLost' | 'service.routerRegained' }>
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
    const rest = 'because' in e ? reason(e.because) : '', second = Math.floor(now / SECOND)
    if (open?.type === e.type && second - open.second <= 10 && open.rest === rest) {
      told.add(seq)
      open.clients.push(e.client)
      says.set(open.seq, phrase(open.type, open.clients, open.rest))
    } else open = { type: e.type, second, seq, clients: [e.client], rest }
  }
  return { says, told, at }
}

/** Each has its own address; what has happened to all of them is the same. */
const reason = (because: string): string => because.replace(/^[0-9a-f:]+ is removed$/, 'it has expired').replace(/^\S+ (has no carrier|is switched off)$/, 'the link $1')
const phrase = (type: string, clients: readonly string[], rest: string): string =>
  `${clients.length > 6 ? `${clients.length} clients` : and(clients)} ${clients.length === 1 ? 'has' : 'have'} ${WHAT[type]!}${rest === '' ? '' : `: ${rest}`}`
