/**
 * A run, told to a person: at most so many lines of so many columns. First what happened, with the line of mdstat where it changes;
 * then the verdict with its figures, what it rests on, and how to have the same again.
 *
 * Space is shared out: the verdict is always whole as long as it fits; of the story the details go first, then the middle.
 */
import { formatDuration, type Micros } from '../base/time.ts'
import { becauseOf } from './chain.ts'
import type { Result } from './expect.ts'
import type { Run } from './run.ts'
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
}
const same = (text: string) => text
export const plainStyle: Style = { lines: 30, columns: 80, strong: same, good: same, bad: same, faint: same }

/** `repeat` is the command line that does it again. */
export function narrate(run: Run, title: string, repeat: string, style: Style = plainStyle): string[] {
  const head = headOf(run, title, style), tail = tailOf(run, repeat, style)
  return [...head, ...storyOf(run, Math.max(8, style.lines - head.length - tail.length), style), ...tail]
}

function headOf(run: Run, title: string, style: Style): string[] {
  const { story } = run.scenario
  return [
    ...wrap(story ?? run.scenario.name ?? 'A run without a story', style.columns).map(style.strong),
    style.faint(shorten(`${title}, seed ${run.seed}, ${formatDuration(run.until)} simulated`, style.columns)),
  ]
}

interface Told { readonly at: Micros; readonly weight: Weight; readonly text: string; readonly array: string | null; readonly label?: string | undefined }

/**
 * What happened, with as many details as there is room for. If even what matters most is too much, the events that matter less are left
 * out from the middle, and then the middle itself.
 */
function storyOf(run: Run, room: number, style: Style): string[] {
  const all = toldOf(run)
  for (const most of [2, 1] as const) {
    const lines = layOut(momentsOf(all.filter(told => told.weight <= most)), style)
    if (lines.length <= room) return lines
  }
  const moments = momentsOf(all.filter(told => told.weight <= 1)), some = moments.length
  // What came just before the first outage, and just after it, belongs to it.
  const vital = (moment: Moment | undefined) => moment?.some(({ weight }) => weight === 0) === true
  const first = moments.findIndex(vital), kept = new Set([moments[0], moments[1], moments.at(-2), moments.at(-1), ...first < 0 ? [] : [moments[first - 1], moments[first + 1]]])
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
  // Not even that: the outages alone, without what else happened in their seconds.
  if (first >= 0) lines = layOut(moments.map(moment => vital(moment) ? moment.filter(({ weight }) => weight === 0) : moment), style)
  const top = Math.ceil((room - 1) / 2), bottom = room - 1 - top
  return [...lines.slice(0, top), style.faint(`          … ${plural(lines.length - room + 1, 'more line')}; --trace FILE writes every event`), ...lines.slice(lines.length - bottom)]
}

function toldOf(run: Run): Told[] {
  const changes = new Map<number, string[]>()
  for (const { seq, array, line } of run.mdstat) changes.set(seq, [...changes.get(seq) ?? [], `${array} ${line}`])
  const told: Told[] = (changes.get(-1) ?? []).map(text => ({ at: 0, weight: 1, text, array: text.split(' ')[0]! }))
  const copying = new Map<string, string>()
  for (const { at, seq, event, refusal } of run.trace) {
    // A sync that goes on after an interruption is no news.
    const goesOn = event.type === 'md.syncStarted' && copying.get(event.array) === event.device
    if (event.type === 'md.syncStarted') copying.set(event.array, event.device)
    if (event.type === 'md.syncDone') copying.delete(event.array)
    const weight = refusal ? 1 : goesOn ? 3 : weightOf(event)
    if (weight < 3) told.push({ at, weight, array: null, label: labelOf(event), text: refusal ? `${sentence(event)}: refused, "${refusal.text.trim()}"` : sentence(event) })
    for (const text of changes.get(seq) ?? []) told.push({ at, weight: 1, text, array: text.split(' ')[0]! })
  }
  return told
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

function tailOf(run: Run, repeat: string, style: Style): string[] {
  const { results, met } = run.verdict, unmet = results.filter(result => !result.met).length
  const summary = results.length === 0 ? 'Nothing was expected of this run.'
    : met ? `Verdict: ${results.length === 1 ? 'the expectation is met' : `all ${results.length} expectations are met`}.`
    : `Verdict: ${unmet} of ${plural(results.length, 'expectation')} ${unmet === 1 ? 'is' : 'are'} NOT met.`
  const lines = ['', (met ? style.good : style.bad)(summary)]
  const told = results.map(result => ({ result, lines: resultLines(run, result, style) }))
  const footer = footerOf(run, repeat, style)
  const room = style.lines - 10 - footer.length
  let used = 0, left = 0
  // Unmet ones are told first if not all can be.
  const crowded = told.reduce((sum, each) => sum + each.lines.length, 0) > room
  for (const each of crowded ? told.toSorted((a, b) => Number(a.result.met) - Number(b.result.met)) : told) {
    if (used + each.lines.length > room && each.result.met) left++
    else {
      used += each.lines.length
      lines.push(...each.lines)
    }
  }
  if (left > 0) lines.push(style.faint(`  met      ${left} more (--json lists all)`))
  return [...lines, ...footer]
}

function resultLines(run: Run, result: Result, style: Style): string[] {
  const mark = result.met ? style.good('met    ') : style.bad('NOT MET')
  const [first, ...rest] = wrap(`${result.says}: ${result.figures}`, style.columns - 11)
  const lines = [`  ${mark}  ${first}`, ...rest.map(line => `           ${line}`)]
  if (!result.met && result.cause !== null)
    lines.push(...wrap(`because ${becauseOf(run, result.cause)}`, style.columns - 11).map(line => `           ${line}`))
  return lines
}

function footerOf(run: Run, repeat: string, style: Style): string[] {
  const lines: string[] = []
  const item = (label: string, text: string) => lines.push(...wrap(`${label}: ${text}`, style.columns, '  '))
  if (run.assumptions.length > 0) item('Rests on planning defaults (P)', run.assumptions.map(({ id, what }) => `${id} ${what}`).join('; '))
  run.causes.slice(0, 2).forEach(cause => item('Common cause', cause))
  if (run.causes.length > 2) lines.push(`Common causes: ${run.causes.length - 2} more (--json lists all)`)
  lines.push(style.faint(`Again: ${repeat}`))
  return lines
}
