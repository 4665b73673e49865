/**
 * A run, told to a person: at most so many lines of so many columns. First what happened, with the line of mdstat where it changes;
 * then the verdict with its figures, what it rests on, and how to have the same again.
 *
 * Space is shared out: the verdict is always whole as long as it fits; of the story the details go first, then the middle.
 */
import { formatDuration, SECOND, type Micros } from '../base/time.ts'
import { becauseOf, chainOf } from './chain.ts'
import { clientLines, profileLines } from './clients.ts'
import type { Result } from './expect.ts'
import { gatheringsOf } from './gatherings.ts'
import { meaningsOf } from './meanings.ts'
import { muteInterfaces } from './mute.ts'
import { roundsOf } from './rounds.ts'
import type { Run } from './run.ts'
import type { Sensitivity } from './sensitivity.ts'
import { labelOf, sentence, weightOf, type Weight } from './telling/index.ts'
import { clock, plural, shorten, wrap } from './text.ts'

export interface Style {
  readonly lines: number
  readonly columns: number
  /** What a terminal makes of words that matter; each gets text and returns as many visible characters. */
  readonly strong: (text: string) => string
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly faint: (text: string) => string
  /** What would change the verdict within the ranges of the planning defaults. */
  readonly sensitivities?: readonly Sensitivity[]
}
const same = (text: string) => text
export const plainStyle: Style = { lines: 30, columns: 80, strong: same, good: same, bad: same, faint: same }

/** `repeat` is the command line that does it again. */
export function narrate(run: Run, title: string, repeat: string, style: Style = plainStyle): string[] {
  const head = headOf(run, title, style), tail = tailOf(run, repeat, style, false), room = style.lines - head.length
  const story = storyOf(run, room - tail.length, style)
  if (story && room >= tail.length + story.length) return [...head, ...story, ...tail]
  // Too much of both: of what is met only as much is told as there is room for, then the story is shortened too.
  const brief = tailOf(run, repeat, style, true)
  return [...head, ...storyOf(run, room - brief.length, style) ?? shortened(run, room - brief.length, style), ...brief]
}

function headOf(run: Run, title: string, style: Style): string[] {
  const { story } = run.scenario
  return [
    ...wrap(story ?? run.scenario.name ?? 'A run without a story', style.columns).map(style.strong),
    style.faint(shorten(`${title}, seed ${run.seed}, ${formatDuration(run.until)} simulated`, style.columns)),
  ]
}

interface Told { readonly at: Micros; readonly weight: Weight; readonly text: string; readonly array: string | null; readonly label?: string | undefined; readonly outside?: boolean }

/** What happened, with as many details as there is room for; undefined if there is no room for what matters. */
function storyOf(run: Run, room: number, style: Style): string[] | undefined {
  const all = toldOf(run)
  // The status at the start is the first thing that can be spared: it is as the scenario says.
  const matter = all.filter(told => told.weight <= 1), later = matter.filter(({ at, array }) => at > 0 || array === null)
  for (const some of [all, matter, later]) {
    const moments = momentsOf(some)
    if (moments.length > room) continue
    const lines = layOut(moments, style)
    if (lines.length <= room) return lines
  }
  return undefined
}

/** The moments that matter less are left out from the middle, and if that is not enough, the middle itself. */
function shortened(run: Run, room: number, style: Style): string[] {
  const all = toldOf(run)
  const every = momentsOf(all.filter(told => told.weight <= 1)), some = every.length
  // What came just before the first outage, and just after it, belongs to it.
  const vital = (moment: Moment | undefined) => moment?.some(({ weight }) => weight === 0) === true
  const outage = every.findIndex(vital), near = (index: number, place: number) => place >= 0 && Math.abs(index - place) < 40
  // Of a long run only these few could be told at all.
  const moments = every.filter((_, index) => index < 40 || index >= some - 40 || near(index, outage))
  const first = moments.findIndex(vital), began = moments.slice(0, Math.max(0, first)).findLast(moment => moment.some(({ outside }) => outside))
  const kept = new Set([moments[0], moments[1], moments.at(-2), moments.at(-1), began, ...first < 0 ? [] : [moments[first - 1], moments[first + 1]]])
  let lines = layOut(moments, style)
  while (lines.length > room - 1) {
    const expendable = moments.flatMap((moment, index) => kept.has(moment) || vital(moment) ? [] : [index])
    if (expendable.length === 0) break
    // Many at a time while there are very many, so that a long run is told in no time.
    const surplus = Math.max(1, Math.floor((lines.length - room) / 4)), from = Math.max(0, Math.floor((expendable.length - surplus) / 2))
    const drop = new Set(expendable.slice(from, from + surplus))
    for (let index = moments.length - 1; index >= 0; index--) if (drop.has(index)) moments.splice(index, 1)
    lines = layOut(moments, style)
  }
  if (lines.length <= room - 1) return [...lines, style.faint(`          (left out: ${plural(some - moments.length, 'moment')} in between; --trace FILE writes all)`)]
  // Not even that: of the seconds of an outage only what began it and what it was.
  if (first >= 0) lines = layOut(moments.map(moment => vital(moment) ? moment.filter(({ weight, outside }) => weight === 0 || outside) : moment), style)
  if (lines.length <= room) return lines
  // As many of those as there is room for, from what began the first one on: how it ended belongs to it.
  const worst = moments.filter(vital).map(moment => moment.filter(({ weight, outside }) => weight === 0 || outside))
  if (worst.length > 0 && began !== undefined) worst.unshift(began.filter(({ outside }) => outside))
  for (let some = worst.length; some > 0; some--) {
    const told = layOut(worst.slice(0, some), style), more = worst.length - some
    if (told.length < room) return [...told, style.faint(`          … ${more === 0 ? '' : `${plural(more, 'more moment')}; `}--trace FILE writes every event`)]
  }
  const top = Math.max(1, Math.ceil((room - 1) / 2)), bottom = Math.max(1, room - 1 - top)
  return [...lines.slice(0, top), style.faint(`          … ${plural(lines.length - top - bottom, 'more line')}; --trace FILE writes every event`), ...lines.slice(lines.length - bottom)]
}

function toldOf(run: Run): Told[] {
  const changes = new Map<number, string[]>()
  for (const { seq, array, line } of run.mdstat) changes.set(seq, [...changes.get(seq) ?? [], `${array} ${line}`])
  const told: Told[] = (changes.get(-1) ?? []).map(text => ({ at: 0, weight: 1, text, array: text.split(' ')[0]! }))
  const copying = new Map<string, string>(), rounds = roundsOf(run), meanings = meaningsOf(run.trace), gathered = gatheringsOf(run.trace)
  const names = new Map(Object.values(run.start.scsi.devices).map(({ disk, name }) => [disk as string, name]))
  for (const { at, seq, cause, event, refusal } of run.trace) {
    // A sync that goes on after an interruption is no news.
    const goesOn = event.type === 'md.syncStarted' && copying.get(event.array) === event.device
    if (event.type === 'md.syncStarted') copying.set(event.array, event.device)
    if (event.type === 'md.syncDone') copying.delete(event.array)
    // A disk that comes back under another name is what the next command will be about.
    const renamed = event.type === 'scsi.deviceAdded' && (names.get(event.disk) ?? event.name) !== event.name
    if (event.type === 'scsi.deviceAdded') names.set(event.disk, event.name)
    const round = rounds.says.get(seq), known = rounds.told.has(seq) || gathered.told.has(seq)
    const began = rounds.began.get(seq), own = began !== undefined && at - began <= TYPING ? 3 : 2
    const weight = known ? 3 : refusal || renamed || round !== undefined ? 1 : goesOn ? 3 : weightOf(event) === 2 ? own : weightOf(event)
    const text = round ?? gathered.says.get(seq) ?? meanings.get(seq) ?? sentence(event), when = weight === 0 ? at : gathered.at.get(seq) ?? together(told, at, began)
    if (weight < 3) told.push({ at: when, weight, array: null, label: labelOf(event), outside: cause < 0 || event.type === 'fault.struck', text: refusal ? `${sentence(event)}: refused, "${refusal.text.trim()}"` : text })
    for (const line of changes.get(seq) ?? []) told.push({ at: together(told, at, began), weight: 1, text: line, array: line.split(' ')[0]! })
  }
  return told
}

/** So long at the most an operator types. What the commands bring about meanwhile is told by what the operator does. */
const TYPING = 10 * SECOND
/** Those few seconds are one moment, unless something else has happened in between. */
function together(told: readonly Told[], at: Micros, began: Micros | undefined): Micros {
  return began !== undefined && at - began <= TYPING && (told.at(-1)?.at ?? 0) <= began ? began : at
}

type Moment = readonly Told[]
/** What happened within one second belongs together. */
function momentsOf(told: readonly Told[]): Moment[] {
  const moments: Told[][] = []
  for (const one of told) {
    const last = moments.at(-1)
    if (last && clock(last[0]!.at) === clock(one.at)) last.push(one)
    else moments.push([one])
  }
  return moments
}

/** One paragraph for each moment; what mdstat shows at its end comes last, and what nobody may overlook has lines of its own. */
function layOut(moments: readonly Moment[], style: Style): string[] {
  const width = moments.reduce((most, [first]) => Math.max(most, clock(first!.at).length), 8)
  return moments.flatMap(moment => {
    const status = new Map(moment.flatMap(({ array, text }) => array === null ? [] : [[array, text] as const]))
    const events = [...new Set(moment.flatMap(({ array, text, weight }) => array === null && weight > 0 ? [text] : []))].join('; ')
    const text = [events, [...status.values()].join(', ')].filter(part => part !== '').join(' -> ')
    const lines = wrap(text, style.columns - width - 2)
    for (const { weight, label, text } of moment) if (weight === 0)
      lines.push(...wrap(label ? `${label}: ${text}` : text, style.columns - width - 2).map(label ? style.bad : style.good))
    return lines.map((line, index) => `${style.faint((index === 0 ? clock(moment[0]!.at) : '').padEnd(width))}  ${line}`)
  })
}

function tailOf(run: Run, repeat: string, style: Style, brief: boolean): string[] {
  const { results, met } = run.verdict, unmet = results.filter(result => !result.met).length
  const summary = results.length === 0 ? 'Nothing was expected of this run.'
    : met ? `Verdict: ${results.length === 1 ? 'the expectation is met' : `all ${results.length} expectations are met`}.`
    : `Verdict: ${unmet} of ${plural(results.length, 'expectation')} ${unmet === 1 ? 'is' : 'are'} NOT met.`
  const footer = footerOf(run, repeat, style)
  // What is not met comes first if not everything can be told.
  const roots = new Set<number>()
  const told = (brief ? results.toSorted((a, b) => Number(a.met) - Number(b.met)) : results).map(result => ({ result, lines: resultLines(run, result, style, brief, roots) }))
  const room = brief ? style.lines - 12 - footer.length : Infinity, lines = ['', (met ? style.good : style.bad)(summary)]
  let used = 0, left = 0
  for (const { result, lines: own } of told) {
    if (used + own.length > room && result.met) left++
    else {
      used += own.length
      lines.push(...own)
    }
  }
  if (left > 0) lines.push(style.faint(`  met      ${left} more (--json lists all)`))
  return [...lines, ...footer]
}

/** `roots`: the first causes that have been told; where space is short each is told once. */
function resultLines(run: Run, { says, figures, met, cause }: Result, style: Style, brief: boolean, roots: Set<number>): string[] {
  const mark = met ? style.good('met    ') : style.bad('NOT MET'), width = style.columns - 11
  // Where space is short, figures that want another line are left out of what is met: they lie within what it says.
  const whole = `${says}: ${figures}`, [first, ...rest] = wrap(brief && met && whole.length > width ? says : whole, width)
  const lines = [`  ${mark}  ${first}`, ...rest.map(line => `           ${line}`)]
  if (met || cause === null) return lines
  const root = chainOf(run, cause)[0]!, again = brief && roots.has(root.seq)
  roots.add(root.seq)
  lines.push(...wrap(again ? `because of the same, at ${clock(root.at)}` : `because ${becauseOf(run, cause)}`, width).map(line => `           ${line}`))
  return lines
}

function footerOf(run: Run, repeat: string, style: Style): string[] {
  const lines: string[] = []
  const item = (label: string, text: string) => lines.push(...wrap(`${label}: ${text}`, style.columns, '  '))
  clientLines(run).forEach((line, index) => item(index === 0 ? 'Clients' : 'And', line))
  for (const mute of muteInterfaces(run.scenario).slice(0, 2)) item('Silent router', mute)
  for (const line of profileLines(run)) lines.push(...wrap(line, style.columns, '  '))
  if (run.assumptions.length > 0) item('Rests on planning defaults (P)', run.assumptions.map(({ id, what }) => `${id} ${what}`).join('; '))
  const { sensitivities = [] } = style
  for (const { id, value, changes } of sensitivities.slice(0, 2))
    item(`With ${id} at ${value} ${changes[0]!.met ? 'met' : 'NOT met'}`, `${changes[0]!.says}${changes.length > 1 ? ` (and ${changes.length - 1} more)` : ''}`)
  if (sensitivities.length > 2) lines.push(`  and with ${sensitivities.length - 2} more figures within their ranges (--json lists all)`)
  run.causes.slice(0, 2).forEach(cause => item('Common cause', cause))
  if (run.causes.length > 2) lines.push(`Common causes: ${run.causes.length - 2} more (--json lists all)`)
  lines.push(style.faint(`Again: ${repeat}`))
  return lines
}
