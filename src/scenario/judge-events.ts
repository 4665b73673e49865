/** Expectations about events: what happens, how often, how soon after something else; what never happens; what is refused. */
import type { z } from 'zod'
import { formatDuration, type Micros } from '../base/time.ts'
import type { AnyEvent } from '../core/model.ts'
import type { Entry } from '../core/trace.ts'
import type { happensExpectation, Matcher, neverExpectation, refusedExpectation } from './expectation.ts'
import type { Evidence, Judgement } from './evidence.ts'
import { clock, plural } from './text.ts'

/** Every field that is given must be equal; of a list, one entry. */
export function matches(matcher: Matcher, event: AnyEvent): boolean {
  for (const key in matcher) {
    const actual = (event as unknown as Record<string, unknown>)[key], wanted = matcher[key]
    if (Array.isArray(actual) ? !actual.includes(wanted) : actual !== wanted) return false
  }
  return true
}

/** `md.memberFailed of md1, sda3`. */
export function inWords({ type, ...fields }: Matcher): string {
  const values = Object.entries(fields).map(([key, value]) => typeof value === 'string' ? value : `${key} ${value}`)
  return values.length === 0 ? type : `${type} of ${values.join(', ')}`
}

export type Count = number | readonly [number, number]
export const fitsCount = (count: number, wanted: Count): boolean => typeof wanted === 'number' ? count === wanted : count >= wanted[0] && count <= wanted[1]
export const countInWords = (wanted: Count): string => typeof wanted === 'number' ? plural(wanted, 'time') : wanted[0] === wanted[1] ? plural(wanted[0], 'time') : `${wanted[0]} to ${wanted[1]} times`

const clocks = (entries: readonly Entry[]) =>
  entries.length === 0 ? '' : ` (${entries.slice(0, 3).map(entry => clock(entry.at)).join(', ')}${entries.length > 3 ? ' …' : ''})`

export function judgeHappens(e: z.output<typeof happensExpectation>, evidence: Evidence): Judgement {
  if (e.after) return judgeAfter(e, e.after, evidence)
  const found = evidence.trace.filter(entry => entry.at >= (e.from ?? 0) && entry.at <= (e.by ?? Infinity) && matches(e.happens, entry.event))
  const window = `${e.from === undefined ? '' : ` from ${clock(e.from)}`}${e.by === undefined ? '' : ` by ${clock(e.by)}`}`
  return {
    says: `${inWords(e.happens)} happens ${e.times === undefined ? 'at least once' : countInWords(e.times)}${window}`,
    met: e.times === undefined ? found.length > 0 : fitsCount(found.length, e.times),
    figures: `${plural(found.length, 'time')}${clocks(found)}`, cause: found.at(-1)?.seq ?? null,
  }
}

/** Whenever the one has happened, the other follows in time. A window that the end of the run cuts short does not count as kept. */
function judgeAfter(e: z.output<typeof happensExpectation>, after: Matcher, { trace, until }: Evidence): Judgement {
  const within = e.within ?? Infinity
  let slowest: Micros = 0, late: Entry | undefined, occasions = 0
  trace.forEach((entry, index) => {
    if (entry.at < (e.from ?? 0) || !matches(after, entry.event)) return
    occasions++
    const answer = trace.slice(index).find(later => later !== entry && matches(e.happens, later.event))
    const took = answer ? answer.at - entry.at : Infinity
    if (took > within || took === Infinity) late ??= entry
    else slowest = Math.max(slowest, took)
  })
  const limit = within === Infinity ? '' : ` within ${formatDuration(within)}`
  return {
    says: `after each ${inWords(after)} comes ${inWords(e.happens)}${limit}`,
    met: occasions > 0 && late === undefined,
    figures: occasions === 0 ? 'the first of them never happens'
      : late ? `not after ${clock(late.at)}${late.at + within > until ? ', where the run ends too soon' : ''}`
      : `after ${formatDuration(slowest)} at the latest, ${plural(occasions, 'time')}`,
    cause: late?.seq ?? null,
  }
}

export function judgeNever(e: z.output<typeof neverExpectation>, { trace }: Evidence): Judgement {
  const found = trace.filter(entry => entry.at >= (e.from ?? 0) && matches(e.never, entry.event))
  return {
    says: `${inWords(e.never)} never happens${e.from === undefined ? '' : ` from ${clock(e.from)}`}`, met: found.length === 0,
    figures: found.length === 0 ? 'it does not' : `${plural(found.length, 'time')}${clocks(found)}`, cause: found[0]?.seq ?? null,
  }
}

export function judgeRefused(e: z.output<typeof refusedExpectation>, { trace }: Evidence): Judgement {
  const asked = trace.filter(entry => matches(e.refused, entry.event))
  const refused = asked.filter(({ refusal }) => refusal && (e.status === undefined || refusal.status === e.status) && (e.saying === undefined || refusal.text.includes(e.saying)))
  const other = asked.find(entry => !refused.includes(entry))
  const manner = `${e.status === undefined ? '' : ` with status ${e.status}`}${e.saying === undefined ? '' : `, saying "${e.saying}"`}`
  return {
    says: `${inWords(e.refused)} is refused${e.times === undefined ? '' : ` ${countInWords(e.times)}`}${manner}`,
    met: e.times === undefined ? refused.length > 0 : fitsCount(refused.length, e.times),
    figures: asked.length === 0 ? 'never asked for' : `${refused.length} of ${plural(asked.length, 'request')}${clocks(refused)}${
      other?.refusal && refused.length === 0 ? `; the answer was ${other.refusal.status}, "${other.refusal.text}"` : ''}`,
    cause: other?.seq ?? refused[0]?.seq ?? null,
  }
}
