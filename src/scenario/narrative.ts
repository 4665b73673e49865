/**
 * A run, told to a person: at most so many lines of so many columns. First what happened, with the line of mdstat where it changes;
 * then the verdict with its figures, what it rests on, and how to have the same again.
 *
 * Space is shared out: the verdict is always whole as long as it fits; of the story the details go first, then the middle.
 */
import { formatDuration, type Micros } from '../base/time.ts'
import { chainSentence, clock } from './chain.ts'
import type { Result } from './expect.ts'
import type { Run } from './run.ts'
import { sentence, weightOf, type Weight } from './telling/index.ts'
import { plural, shorten, wrap } from './text.ts'

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

interface Told { readonly at: Micros; readonly weight: Weight; readonly text: string }

function storyOf(run: Run, room: number, style: Style): string[] {
  const all = toldOf(run)
  for (const most of [2, 1] as const) {
    const lines = layOut(all.filter(told => told.weight <= most), style)
    if (lines.length <= room) return lines
  }
  // Too much for the room: keep what it is all about, then the beginning and the end.
  const important = all.filter(told => told.weight <= 1)
  const vital = important.filter(told => told.weight === 0)
  const base = layOut(vital, style).length < room - 3 && vital.length > 0 ? thin(important, room, style) : important
  const lines = layOut(base, style)
  if (lines.length <= room) return lines
  const first = Math.ceil((room - 1) / 2), last = room - 1 - first
  return [...lines.slice(0, first), style.faint(`          … ${plural(lines.length - first - last, 'more line')}; --trace FILE writes every event`), ...lines.slice(lines.length - last)]
}

/** Leaves out what is not vital, the middle first, until the rest fits. */
function thin(told: readonly Told[], room: number, style: Style): Told[] {
  const keep = [...told]
  while (layOut(keep, style).length > room - 1) {
    const expendable = keep.flatMap(({ weight }, index) => weight > 0 ? [index] : [])
    if (expendable.length === 0) return keep
    keep.splice(expendable[Math.floor(expendable.length / 2)]!, 1)
  }
  return keep
}

function toldOf(run: Run): Told[] {
  const told: Told[] = []
  const beginning = run.mdstat.filter(change => change.seq < 0)
  if (beginning.length > 0) told.push({ at: 0, weight: 1, text: beginning.map(({ array, line }) => `${array} ${line}`).join('   ') })
  for (const entry of run.trace) {
    const weight = entry.refusal ? 1 : weightOf(entry.event)
    const status = run.mdstat.filter(change => change.seq === entry.seq).map(({ array, line }) => `${array} ${line}`)
    if (weight === 3 && status.length === 0) continue
    const text = [weight < 3 ? sentence(entry.event) : '', ...status].filter(part => part !== '').join(': ')
    told.push({ at: entry.at, weight: status.length > 0 && weight > 1 ? 1 : weight, text: entry.refusal ? `${text}: refused, "${entry.refusal.text}"` : text })
  }
  return told
}

function layOut(told: readonly Told[], style: Style): string[] {
  const width = Math.max(8, ...told.map(({ at }) => clock(at).length))
  let shown = ''
  return told.flatMap(({ at, weight, text }) => {
    const now = clock(at), left = now === shown ? '' : now
    shown = now
    return wrap(text, style.columns - width - 2).map((line, index) =>
      `${style.faint((index === 0 ? left : '').padEnd(width))}  ${weight === 0 ? (text.startsWith('OUTAGE') ? style.bad : style.good)(line) : line}`)
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
    lines.push(...wrap(`because ${chainSentence(run, result.cause)}`, style.columns - 11).map(line => `           ${line}`))
  return lines
}

function footerOf(run: Run, repeat: string, style: Style): string[] {
  const lines: string[] = []
  const item = (label: string, text: string) => lines.push(...wrap(`${label}: ${text}`, style.columns, '  '))
  if (run.assumptions.length > 0) item('Rests on planning defaults (P)', run.assumptions.map(({ id, what, value }) => `${id} ${what} ${value}`).join('; '))
  run.causes.slice(0, 2).forEach(cause => item('Common cause', cause))
  if (run.causes.length > 2) lines.push(`Common causes: ${run.causes.length - 2} more (--json lists all)`)
  lines.push(style.faint(`Again: ${repeat}`))
  return lines
}
