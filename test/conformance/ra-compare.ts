/**
 * A run held against a recording, host by host: the same things, as often, each at its time.
 *
 * The n-th of a kind belongs to the n-th of that kind. What rules decide may be 0.1 s off, or as much later or earlier as what came
 * before it was off within 0.1 s: timers of a second fire up to 40 ms late, and a chain of them adds up. The end of a lifetime comes up
 * to 2 s late, and the kernel keeps listing a route that has ended until it collects such routes, every 30 s. What is nearer to the end
 * of the recording than its own tolerance may be there or not. Things further apart than their tolerances cannot change places unseen.
 */
import type { Happening } from './ra-recording.ts'

const TOLERANCE = 0.1, EXPIRY = 2, COLLECTION = 32, DRIFT = 0.5, MEMORY = 5
const EDGE = 0.3

export interface Options { readonly endsAt: number }

/** What differs, as sentences; empty: all is as recorded. */
export function differences(recorded: readonly Happening[], simulated: readonly Happening[], { endsAt }: Options): string[] {
  const problems: { at: number; text: string }[] = []
  const hosts = [...new Set([...recorded, ...simulated].map(({ host }) => host))].sort()
  const shrinking = shrinks(recorded)
  for (const host of hosts) {
    const texts = new Set([...recorded, ...simulated].filter(one => one.host === host).map(({ text }) => text)), drifts: { at: number; drift: number }[] = []
    const pairs: { a: Happening; b: Happening }[] = []
    for (const text of texts) {
      const of = (all: readonly Happening[]): Happening[] => all.filter(one => one.host === host && one.text === text && one.at >= 0 && one.at <= endsAt)
      const { matched, missing, extra } = pair(of(recorded), of(simulated), endsAt)
      pairs.push(...matched)
      for (const one of missing) problems.push({ at: one.at, text: `${host} ${time(one.at)} ${short(text)}: recorded, did not happen` })
      for (const one of extra) problems.push({ at: one.at, text: `${host} ${time(one.at)} ${short(text)}: was not recorded` })
    }
    for (const { a, b } of pairs.sort((x, y) => x.a.at - y.a.at)) {
      const late = a.at - b.at
      const [from, to] = a.text.startsWith('route -') && b.expiry === true ? [-TOLERANCE, COLLECTION] : a.expiry === true ? [-TOLERANCE, EXPIRY] : [-TOLERANCE, TOLERANCE]
      const inTime = (late >= from && late <= to) || (Math.abs(late) <= DRIFT && drifts.some(({ at, drift }) => at > a.at - MEMORY && Math.abs(late - drift) <= TOLERANCE))
      if (!inTime) problems.push({ at: a.at, text: `${host} ${time(a.at)} ${short(a.text)}: at ${time(b.at)} instead` })
      else if (to === TOLERANCE) drifts.push({ at: a.at, drift: late })
      const off = (a.lifetimes ?? []).findIndex((value, n) => Math.abs(value - (b.lifetimes?.[n] ?? -9)) > (shrinking ? 1 : 0))
      if (off >= 0) problems.push({ at: a.at, text: `${host} ${time(a.at)} ${short(a.text)}: lifetime ${a.lifetimes![off]} recorded, ${b.lifetimes?.[off] ?? 'none'}` })
    }
  }
  return problems.sort((a, b) => a.at - b.at).map(({ text }) => text)
}

/** In order; where their numbers differ those are left over that fit in time worst. */
function pair(recorded: readonly Happening[], simulated: readonly Happening[], endsAt: number): { matched: { a: Happening; b: Happening }[]; missing: Happening[]; extra: Happening[] } {
  const matched: { a: Happening; b: Happening }[] = [], missing: Happening[] = [], extra: Happening[] = []
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
        missing.push(a)
        n++
      } else {
        extra.push(b)
        m++
      }
    } else if (a !== undefined) {
      if (!edge(a)) missing.push(a)
      n++
    } else {
      if (!edge(b!)) extra.push(b!)
      m++
    }
  }
  return { matched, missing, extra }
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
