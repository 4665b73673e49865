/**
 * Whether a run did what its scenario expects: each expectation with a sentence, its figures, and where it is not met the event that
 * is to blame.
 *
 * What is said about a state is judged by a look at the world, taken while the run was at that time. What is said about a whole run is
 * read off its end. Both are pure: the same run is judged the same way.
 */
import type { Micros } from '../base/time.ts'
import { must } from '../base/assert.ts'
import { downtime, exposedTime, longestOutage } from '../models/service/state.ts'
import { bounds, lastSeq, lookAt, together, when, type Evidence, type Judgement, type Part } from './evidence.ts'
import type { Expectation } from './expectation.ts'
import { judgeClient, judgeReach } from './judge-clients.ts'
import { countInWords, fitsCount, judgeHappens, judgeNever, judgeRefused, type Count } from './judge-events.ts'
import { judgeArrayState, judgeDisk, judgeGuest, judgeNwsd } from './judge-states.ts'
import { clock, exactly, plural } from './text.ts'

export interface Result extends Judgement { readonly expectation: Expectation; readonly note: string | null }
export interface Verdict { readonly met: boolean; readonly results: readonly Result[] }

/** The times at which expectations look at the world, in order; the end of the run is not among them. */
export function looksOf(expectations: readonly Expectation[], until: Micros): Micros[] {
  const times = expectations.flatMap(e => [...('at' in e && e.at !== undefined ? [e.at] : []), ...('inSyncBy' in e && e.inSyncBy !== undefined ? [e.inSyncBy] : []), ...('client' in e && e.by !== undefined ? [e.by] : [])])
  return [...new Set(times)].filter(at => at < until).sort((a, b) => a - b)
}

export function judge(expectations: readonly Expectation[], evidence: Evidence): Verdict {
  const results = expectations.map((expectation): Result => {
    const { cause, ...judgement } = tooEarly(expectation, evidence) ?? judgeOne(expectation, evidence)
    return { ...judgement, cause: judgement.met ? null : cause, expectation, note: expectation.note ?? null }
  })
  return { met: results.every(result => result.met), results }
}

/** A run that ends before a look cannot meet what was to be seen there. */
function tooEarly(e: Expectation, { until, world }: Evidence): Judgement | undefined {
  const at = 'at' in e && e.at !== undefined ? e.at : 'inSyncBy' in e ? e.inSyncBy : 'client' in e ? e.by : undefined
  if (at !== undefined && at > until) return { says: `the run reaches ${clock(at)}`, met: false, figures: `it ends at ${clock(until)}`, cause: null }
  if ('array' in e && world.md.arrays[e.array as never] === undefined) return { says: `${e.array} exists`, met: false, figures: 'nobody has created it', cause: null }
  return undefined
}

function judgeOne(e: Expectation, evidence: Evidence): Judgement {
  if ('service' in e) return judgeService(e, evidence)
  if ('array' in e) return judgeArray(e, evidence)
  if ('disk' in e) return judgeDisk(e, evidence)
  if ('guest' in e) return judgeGuest(e, evidence)
  if ('nwsd' in e) return judgeNwsd(e, evidence)
  if ('client' in e) return judgeClient(e, evidence)
  if ('reaches' in e) return judgeReach(e, evidence)
  if ('refused' in e) return judgeRefused(e, evidence)
  if ('happens' in e) return judgeHappens(e, evidence)
  if ('never' in e) return judgeNever(e, evidence)
  return judgeData(e.dataIntact, undefined, evidence)
}

function judgeService(e: Extract<Expectation, { service: string }>, evidence: Evidence): Judgement {
  const id = e.service as never, { until } = evidence
  const service = must(evidence.world.service.services[id], 'the service of an expectation exists')
  const down = downtime(service, until), parts: Part[] = []
  const total = service.status === 'new' ? 'it never was up' : service.outages === 0 ? 'no outage' : `down ${exactly(down)} in ${plural(service.outages, 'outage')}`
  parts.push(...bounds('is down', down, total, e.downAtLeast, e.downAtMost, e.downBetween))
  if (e.outages !== undefined) parts.push({ says: `has ${outagesInWords(e.outages)}`, met: fitsCount(service.outages, e.outages), figure: total })
  if (e.longestAtMost !== undefined) {
    const longest = longestOutage(service, until)
    parts.push({ says: `is never down longer than ${exactly(e.longestAtMost)}`, met: longest <= e.longestAtMost, figure: `the longest outage lasts ${exactly(longest)}` })
  }
  // Who never was up has no outages, and nobody is served by that.
  if (service.status === 'new') parts.forEach((part, index) => { parts[index] = { ...part, met: false } })
  if (e.up !== undefined || parts.length === 0) {
    const { status } = must(lookAt(evidence, e.at).service.services[id], 'the service of an expectation exists'), up = status !== 'down' && status !== 'new'
    parts.push({ says: `is ${e.up === false ? 'down' : 'up'}`, met: up === (e.up ?? true), figure: up ? 'up' : 'down' })
  }
  const from = service.list.toSorted((a, b) => (b.to ?? until) - b.from - ((a.to ?? until) - a.from))[0]?.from
  const cause = lastSeq(evidence, e.up === undefined ? undefined : e.at, event => event.type === 'service.wentDown' && event.service === e.service)
  const longest = evidence.trace.find(({ at, event }) => at === from && event.type === 'service.wentDown' && event.service === e.service)?.seq
  return together(e.service, parts, e.up === undefined ? longest ?? cause : cause, parts.some(part => /^is (up|down)$/.test(part.says)) ? when(e.at) : '')
}

const outagesInWords = (wanted: Count) => wanted === 0 ? 'no outage' : typeof wanted === 'number' ? plural(wanted, 'outage') : `${wanted[0]} to ${wanted[1]} outages`

function judgeArray(e: Extract<Expectation, { array: string }>, evidence: Evidence): Judgement {
  const { until } = evidence, parts: Part[] = []
  const exposure = evidence.world.service.exposure[e.array as never]
  const exposed = exposure ? exposedTime(exposure, until) : 0, times = exposure ? exposure.times + (exposure.current ? 1 : 0) : 0
  const total = times === 0 ? 'never exposed' : `exposed ${exactly(exposed)}, ${plural(times, 'time')}`
  parts.push(...bounds('is exposed', exposed, total, e.exposedAtLeast, e.exposedAtMost, e.exposedBetween))
  if (e.exposures !== undefined) parts.push({ says: `is exposed ${countInWords(e.exposures)}`, met: fitsCount(times, e.exposures), figure: total })
  const data = e.dataIntact === undefined ? undefined : judgeData(e.dataIntact, e.array, evidence)
  if (data) parts.push({ says: data.says.slice(e.array.length + 1), met: data.met, figure: data.figures })
  const states = judgeArrayState(e, evidence, parts.length === 0)
  parts.push(...states.parts)
  const began = lastSeq(evidence, undefined, event => event.type === 'service.exposureBegan' && event.array === e.array)
  return together(e.array, parts, data && !data.met ? data.cause : states.parts.some(part => !part.met) ? states.cause : began, states.time)
}

function judgeData(intact: boolean, array: string | undefined, { trace }: Evidence): Judgement {
  const lost = trace.filter(({ event }) => event.type === 'md.dataLost' && (array === undefined || event.array === array))
  const subject = array ?? 'every array'
  return {
    says: intact ? `${subject} keeps every acknowledged write` : `${array ?? 'some array'} loses acknowledged writes`, met: (lost.length === 0) === intact,
    figures: lost.length === 0 ? 'none was lost' : `lost at ${clock(lost[0]!.at)}`, cause: lost[0]?.seq ?? null,
  }
}
