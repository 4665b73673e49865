/**
 * A run held against a recording, host by host: the same things, as often, each at its time, and in order where they come at one moment.
 *
 * The n-th of a kind belongs to the n-th of that kind. What rules decide may be 0.1 s off, or as much as what came shortly before it was,
 * within 0.1 s: timers of a second fire up to 40 ms late, and a chain of them adds up. Timers of the kernel in general are up to an eighth
 * late. The end of a lifetime is noticed up to 2 s late; a temporary address follows on the last, and its times on when that was noticed.
 * A route that has ended is listed until such routes are collected, every 30 s, and nobody sees its end if it comes back before. What is
 * nearer to the end of the recording than its own tolerance may be there or not.
 */
import type { Happening } from './ra-recording.ts'

/** Seconds; WHEEL: of the time that was waited for. */
const TOLERANCE = 0.1, EXPIRY = 2, COLLECTION = 32, IN_STEP = 0.15, EDGE = 0.3, WHEEL = 1 / 8
/** So much what came so many seconds before may have been off, for others to be as much. */
const DRIFT = 0.5, MEMORY = 5
/** Whole seconds of an address that were told are up to one less than it has. */
const LEFT = 1.1

export interface Options {
  readonly endsAt: number
  /** Daemons share their random numbers: one that was late carries that over to the other. */
  readonly inStep?: boolean
}

/** What differs, as sentences; empty: all is as recorded. */
export function differences(recorded: readonly Happening[], happened: readonly Happening[], { endsAt, inStep = false }: Options): string[] {
  const simulated = uncollected(recorded, happened.map((one, order) => ({ ...one, order })))
  const problems: { at: number; text: string }[] = []
  const hosts = [...new Set([...recorded, ...simulated].map(({ host }) => host))].sort()
  const shrinking = shrinks(recorded)
  const pairs: Pair[] = [], drifts: { at: number; drift: number }[] = [], asked = new Map<string, number>(), lag = new Map<string, number>()
  for (const host of hosts) {
    for (const text of new Set([...recorded, ...simulated].filter(one => one.host === host).map(({ text }) => text))) {
      const of = (all: readonly Happening[]): Happening[] => all.filter(one => one.host === host && one.text === text && one.at >= 0 && one.at <= endsAt)
      const { matched, missing, extra } = pair(of(recorded), of(simulated), endsAt)
      pairs.push(...matched)
      for (const one of missing) problems.push({ at: one.at, text: `${host} ${time(one.at)} ${short(text)}: recorded, did not happen` })
      for (const one of extra) problems.push({ at: one.at, text: `${host} ${time(one.at)} ${short(text)}: was not recorded` })
    }
  }
  for (const one of pairs.sort((x, y) => x.a.at - y.a.at)) {
    const { a, b } = one, late = a.at - b.at, [from, to] = window(one), told = `${a.host} ${time(a.at)} ${short(a.text)}`
    const inTime = (late >= from && late <= to) || (Math.abs(late) <= DRIFT && drifts.some(({ at, drift }) => at > a.at - MEMORY && Math.abs(late - drift) <= TOLERANCE))
    if (!inTime) problems.push({ at: a.at, text: `${told}: at ${time(b.at)} instead` })
    else if (Math.abs(late) <= DRIFT) drifts.push({ at: a.at, drift: late })
    if (inTime && a.expiry === true) lag.set(a.host, Math.max(0, late))
    const unlike = (a.left ?? []).findIndex((value, n) => value !== b.left?.[n] && !(Math.abs(value - (b.left?.[n] ?? -9)) <= LEFT + Math.abs(late)))
    if (unlike >= 0) problems.push({ at: a.at, text: `${told}: ${a.left![unlike]} s left, here ${b.left?.[unlike]?.toFixed(1)}` })
    const off = (a.lifetimes ?? []).findIndex((value, n) => Math.abs(value - (b.lifetimes?.[n] ?? -9)) > (shrinking ? 1 : 0))
    if (off >= 0) problems.push({ at: a.at, text: `${told}: lifetime ${a.lifetimes![off]} recorded, ${b.lifetimes?.[off] ?? 'none'}` })
  }
  for (const { first, second } of swapped(pairs)) problems.push({ at: first.a.at, text: `${first.a.host} ${time(first.a.at)} ${short(first.a.text)}: after ${short(second.a.text)}, not before` })
  return problems.sort((a, b) => a.at - b.at).map(({ text }) => text)

  /** How early, as a negative number, and how late it may have been recorded. */
  function window({ a, b }: Pair): [from: number, to: number] {
    if (a.text.startsWith('route -') && b.expiry === true) return [-TOLERANCE, COLLECTION]
    if (a.expiry === true) return [-TOLERANCE, EXPIRY + (a.text.includes('temporary') ? lag.get(a.host) ?? 0 : 0)]
    if (inStep && a.text.startsWith('advertises to ff02::1 ')) return [-IN_STEP, IN_STEP]
    return [-TOLERANCE, Math.max(TOLERANCE, WHEEL * waited(a))]
  }

  /** For a probe up to a second; for a solicitation since the last, or since the probe. */
  function waited({ host, at, text }: Happening): number {
    if (!text.startsWith('solicits')) return text.startsWith('probes') ? 1 : 0
    const since = asked.get(host)
    asked.set(host, at)
    return since === undefined ? 1 : at - since
  }
}

interface Ordered extends Happening { readonly order?: number }
interface Pair { readonly a: Happening; readonly b: Ordered }

/**
 * What the kernel tells of one host comes in order, also where all of it happens at one moment. Frames are another channel; and what has
 * come to the end of a lifetime, or of its preferred one, is found by a search that comes later and in the order of a hash.
 */
function swapped(pairs: readonly Pair[]): { first: Pair; second: Pair }[] {
  const moments = new Map<string, Pair[]>(), found: { first: Pair; second: Pair }[] = []
  for (const one of pairs) {
    if (/^(probes|solicits|defends|advertises|ping|ends) | deprecated$/.test(one.a.text) || one.a.expiry === true || one.b.expiry === true) continue
    const key = `${one.a.host} ${one.b.at}`
    moments.set(key, [...moments.get(key) ?? [], one])
  }
  for (const all of moments.values())
    for (const [n, first] of all.entries()) for (const second of all.slice(n + 1)) {
      const [earlier, later] = first.a.at <= second.a.at ? [first, second] : [second, first]
      if (earlier.a.at < later.a.at && earlier.b.order! > later.b.order! && later.a.at - earlier.a.at < TOLERANCE) found.push({ first: earlier, second: later })
    }
  return found
}

/** In order; where their numbers differ those are left over that fit in time worst. */
function pair(recorded: readonly Happening[], simulated: readonly Ordered[], endsAt: number): { matched: Pair[]; missing: Happening[]; extra: Happening[] } {
  const matched: Pair[] = [], missing: Happening[] = [], extra: Happening[] = []
  const edge = (one: Happening): boolean => one.at > endsAt - (one.expiry === true ? one.text.startsWith('route -') ? COLLECTION : EXPIRY + EDGE : EDGE)
  let n = 0, m = 0
  while (n < recorded.length || m < simulated.length) {
    const a = recorded[n], b = simulated[m]
    if (a !== undefined && b !== undefined) {
      const surplus = (recorded.length - n) - (simulated.length - m), far = Math.abs(a.at - b.at) > (b.expiry === true ? COLLECTION : EXPIRY + TOLERANCE)
      if (surplus === 0 || !far) {
        matched.push({ a, b })
        n++
        m++
        continue
      }
      if (a.at < b.at) {
        if (a.optional !== true) missing.push(a)
        n++
      } else {
        extra.push(b)
        m++
      }
    } else if (a !== undefined) {
      if (!edge(a) && a.optional !== true) missing.push(a)
      n++
    } else {
      if (!edge(b!)) extra.push(b!)
      m++
    }
  }
  return { matched, missing, extra }
}

/** Without the ends of routes that came back before they were collected, where the recording has neither. */
function uncollected(recorded: readonly Happening[], simulated: readonly Ordered[]): Ordered[] {
  const dropped = new Set<Happening>(), routeOf = ({ host, text }: Happening): string => `${host} ${text.replace(/^route . /, '').replace(/ metric.*/, '')}`
  for (const end of simulated) {
    if (!end.text.startsWith('route -') || end.expiry !== true) continue
    const back = simulated.find(one => one.text.startsWith('route +') && one.at >= end.at && one.at < end.at + COLLECTION && routeOf(one) === routeOf(end))
    if (back === undefined || recorded.some(one => one.text.startsWith('route -') && routeOf(one) === routeOf(end) && one.at > end.at - TOLERANCE && one.at < back.at + TOLERANCE)) continue
    dropped.add(end).add(back)
  }
  return simulated.filter(one => !dropped.has(one))
}

/** Do lifetimes count down in this recording? Then the second of the clock decides. */
function shrinks(recorded: readonly Happening[]): boolean {
  const seen = new Map<string, string>()
  return recorded.some(({ host, text, lifetimes }) => {
    if (lifetimes === undefined) return false
    const key = `${host} ${text}`, now = lifetimes.join(), before = seen.get(key)
    seen.set(key, now)
    return before !== undefined && before !== now
  })
}

const time = (at: number): string => `${at.toFixed(2)}`
const short = (text: string): string => text.length > 130 ? `${text.slice(0, 127)}...` : text
