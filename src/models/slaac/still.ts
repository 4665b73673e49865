/**
 * Lifetimes that stand still: a steady router repeats its advertisement in time, so that no end which it sets ever comes. Whoever knows that
 * (radvd, with fidelity state) says so, and these ends are at no time until they run down again from the last of its advertisements.
 *
 * An end stands still if it is where an advertisement that was heard has put it; all others run on. Of several routers that speak of the
 * same thing the latest has set the end, before and after.
 */
import type { DeepReadonly } from '../../base/readonly.ts'
import type { Micros } from '../../base/time.ts'
import { adviceOf, endOf, type Advice } from './advice.ts'
import { earliest, note, stopClock } from './clock.ts'
import type { Cx } from './context.ts'
import type { Said } from './events.ts'
import { NEVER, type HostInterface, type SlaacState } from './state.ts'

/** A deadline of a host, by the record that holds it, and for how long the advertisement has set it. */
interface End { readonly in: Record<string, Micros>; readonly key: string; readonly lifetime: Micros }

/** All that the advertisement speaks of and the host has. A withdrawal sets no end. */
function endsOf(i: DeepReadonly<HostInterface>, { router, lifetime, prefixes, routes, servers, domains }: Advice): End[] {
  const found: End[] = [], add = (record: object, key: string, by: Micros) => { if (by > 0) found.push({ in: record as Record<string, Micros>, key, lifetime: by }) }
  for (const each of i.routers) if (each.address === router) add(each, 'until', lifetime)
  for (const { prefix, onLink, autonomous, valid, preferred } of prefixes) {
    if (onLink) for (const each of i.prefixes) if (each.prefix === prefix) add(each, 'until', valid)
    if (autonomous) for (const each of i.addresses) if (each.prefix === prefix && each.of === null) {
      add(each, 'validUntil', valid)
      add(each, 'preferredUntil', preferred)
    }
  }
  for (const { destination, lifetime: by } of routes) for (const each of i.routes) if (each.destination === destination && each.router === router) add(each, 'until', by)
  for (const [list, told] of [[i.servers, servers], [i.domains, domains]] as const) for (const { name, lifetime: by } of told) if (list[name] !== undefined) add(list, name, by)
  return found
}

const adviceIn = ({ packet }: Said): Advice | undefined => packet.payload.kind === 'RA' ? adviceOf(packet, packet.payload) : undefined

function eachHost(s: DeepReadonly<SlaacState>, said: readonly Said[], visit: (i: HostInterface, ra: Advice, at: Micros) => void): void {
  for (const each of said) {
    const ra = adviceIn(each)
    if (ra !== undefined) for (const id of each.interfaces) visit(s.interfaces[id] as HostInterface, ra, each.at)
  }
}

/** Is every end that these advertisements speak of where one of them has put it? */
export function isAsSaid(s: DeepReadonly<SlaacState>, said: readonly Said[]): boolean {
  const open = new Map<object, Set<string>>(), set = new Map<object, Set<string>>(), mark = (marks: typeof open, { in: record, key }: End) => {
    const keys = marks.get(record)
    if (keys === undefined) marks.set(record, new Set([key]))
    else keys.add(key)
  }
  eachHost(s, said, (i, ra, at) => { for (const end of endsOf(i, ra)) mark(end.in[end.key] === endOf(end.lifetime, at) ? set : open, end) })
  for (const [record, keys] of open) for (const key of keys) if (set.get(record)?.has(key) !== true) return false
  return true
}

export function standStill(s: SlaacState, said: readonly Said[], cx: Cx): void {
  eachHost(s, said, (i, ra, at) => { for (const end of endsOf(i, ra)) if (end.in[end.key] === endOf(end.lifetime, at)) end.in[end.key] = NEVER })
  setClocks(s, said, cx)
}

export function runDown(s: SlaacState, said: readonly Said[], cx: Cx): void {
  eachHost(s, said, (i, ra, at) => {
    for (const { in: record, key, lifetime } of endsOf(i, ra)) if (record[key] === NEVER) record[key] = endOf(lifetime, at)
    // Whoever has said so last is the one whose silence would tell.
    for (const a of i.addresses) if (a.of === null && a.router !== ra.router && ra.prefixes.some(({ prefix, valid, autonomous }) => autonomous && valid !== NEVER && a.prefix === prefix && a.validUntil === endOf(valid, at))) a.router = ra.router
  })
  setClocks(s, said, cx)
}

function setClocks(s: SlaacState, said: readonly Said[], cx: Cx): void {
  for (const id of new Set(said.flatMap(({ interfaces }) => interfaces))) {
    const i = s.interfaces[id]!
    stopClock(i, cx)
    note(i, id, earliest(i), cx)
  }
}
