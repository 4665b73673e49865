/**
 * What a check has found, for people: the verdict first, then each failure with its schedule in words, the transcript around the fault, the chain of causes
 * and the line that repeats it; and what the search has and has not seen. Plain text, 80 columns.
 */
import { failuresAtMost } from '../base/bound.ts'
import type { Entry } from '../core/trace.ts'
import { baseName, scriptFile } from '../models/operator/script.ts'
import type { SimEvent } from '../models/stack.ts'
import { chainOf } from '../scenario/chain.ts'
import { sentence, weightOf } from '../scenario/telling/index.ts'
import { clock, plural, shorten, wrap } from '../scenario/text.ts'
import { transcriptOf, transcriptText } from '../scenario/transcript.ts'
import { PHASES, type Covered } from './coverage.ts'
import { wordsOf } from './schedule.ts'
import type { PartResult, Smallest } from './search.ts'
import type { Target } from './target.ts'

const WIDTH = 80
const percent = (share: number): string => `${(100 * share).toPrecision(2)} %`

export function verdict(result: PartResult): string[] {
  const { runs, struck, found } = result, lines = [`${plural(runs, 'schedule')}, ${plural(struck, 'fault')}: ${runs === 0 ? 'nothing was tried.' : found.length === 0 ? 'every promise was kept.' : `${found.length} broke a promise.`}`]
  if (found.length === 0 && runs > 1) lines.push(`So at most ${percent(failuresAtMost(runs))} of all such schedules break one (95 % confidence).`)
  return lines
}

export function failureText(target: Target, result: PartResult, smallest: Smallest, repeat: string): string[] {
  const { failure, outcome, schedule, run } = smallest
  const same = result.found.filter(({ rule }) => rule === failure.rule).length
  const lines = [...wrap(`${failure.rule.toUpperCase()}: ${failure.says}, at ${clock(failure.at)}`, WIDTH, '  '), '']
  lines.push(...wrap(`${plural(same, 'schedule')} of ${result.runs} ended so. The smallest found, from number ${run}:`, WIDTH), '')
  if (outcome.struck.length === 0) lines.push('  no fault at all')
  outcome.struck.forEach(({ fault, at }, i) => lines.push(...wrap(`${i + 1}. ${wordsOf(fault)}${typeof fault.at === 'number' ? '' : ` (at ${clock(at)})`}`, WIDTH, '     ', '  ')))
  if (schedule.delay !== null) lines.push(`  the script is called ${clock(schedule.delay)} after what calls it`)
  if (schedule.drawnOrder) lines.push('  processes that can run at once do so in the order drawn from the seed')
  const chain = chainText(outcome.trace, failure.seq >= 0 ? failure.seq : lastLoss(outcome.trace, failure.array))
  if (chain.length > 0) lines.push('', 'Why', ...chain)
  lines.push('', 'Transcript around it', ...around(target, smallest).map(line => shorten(`  ${line}`, WIDTH)))
  lines.push('', 'Again:', `  ${repeat}`)
  return lines
}

/** Where a mirror lost a member last: what did not come after it has no event. */
function lastLoss(trace: readonly Entry<SimEvent>[], array: string | undefined): number {
  return trace.findLast(({ event }) => (event.type === 'md.memberFailed' || event.type === 'md.memberRemoved') && event.array === array)?.seq ?? -1
}
function chainText(trace: readonly Entry<SimEvent>[], seq: number): string[] {
  if (seq < 0) return []
  const chain = chainOf({ trace }, seq).filter(({ event }) => event.type !== 'sim.started').filter((entry, i, all) => i === 0 || i === all.length - 1 || weightOf(entry.event) <= 2 || entry.event.type === 'terminal.enter')
  const told = chain.length > 8 ? [...chain.slice(0, 4), ...chain.slice(-4)] : chain
  return told.flatMap(({ at, event }) => wrap(`${clock(at)}  ${sentence(event)}`, WIDTH, '            ', '  '))
}

/** The last commands before it broke that did, or said, something; and what else happened. */
const SHOWN = 30
function around(target: Target, { outcome, failure }: Smallest): string[] {
  const { trace } = outcome, matters = (event: SimEvent): boolean => !event.type.startsWith('terminal.') && weightOf(event) <= 1
  const lines = transcriptOf(trace, { world: matters }).filter(line => failure.seq < 0 || line.seq <= failure.seq)
  const causes = new Set(trace.flatMap(({ cause, event }) => event.type.startsWith('terminal.') ? [] : [cause]))
  const told = lines.filter(({ kind, seq, session }, i) => kind !== 'command' || causes.has(seq) || (lines[i + 1]?.session === session && ['stdout', 'stderr'].includes(lines[i + 1]!.kind)))
  const text = [...told.length > SHOWN ? ['…'] : [], ...transcriptText(told.slice(-SHOWN))]
  return text.length > 0 ? text : [`no script ran on ${target.clients.join(', ')}`]
}

export function coverageText(target: Target, { states, lines, commands, hits }: Covered): string[] {
  const out = ['Seen', `  ${plural(states.length, 'distinct state')} of mirrors, disks and partitions`]
  for (const { script, all } of codeLines(target)) {
    const ran = new Set(lines.flatMap(each => each.startsWith(`${script}:`) ? Number(each.slice(script.length + 1)) : [])), never = all.filter(line => !ran.has(line))
    out.push(...wrap(`${all.length - never.length} of ${all.length} lines of ${script}${never.length > 0 ? `; never run: ${ranges(never)}` : ''}`, WIDTH, '    ', '  '))
  }
  if (commands.length > 0) out.push(...wrap(`commands: ${commands.join(' ')}`, WIDTH, '    ', '  '))
  const kinds = [...target.victims.keys()], width = Math.max(...kinds.map(kind => kind.length)) + 2
  out.push('', 'Faults struck, by kind and by phase of recovery', `  ${' '.repeat(width)}${PHASES.map(phase => short(phase).padStart(10)).join('')}`)
  for (const kind of kinds) out.push(`  ${kind.padEnd(width)}${PHASES.map(phase => String(hits[`${kind} × ${phase}`] ?? '-').padStart(10)).join('')}`)
  const never = kinds.flatMap(kind => PHASES.filter(phase => possible(kind, phase) && hits[`${kind} × ${phase}`] === undefined).map(phase => `${kind} × ${phase}`))
  if (never.length > 0) out.push('', ...wrap(`Never hit: ${never.join(', ')}`, WIDTH, '  '))
  return out
}
/** Who is down cannot be struck again, and while it is down nothing else is: which copy is newest is decided when it boots. */
const possible = (kind: string, phase: (typeof PHASES)[number]): boolean => phase !== 'partition down' || kind === 'restrict'
const short = (phase: string): string => ({ 'all in sync': 'in sync', 'not yet noticed': 'unnoticed', 'script at work': 'script', 'partition down': 'down', recovering: 'recovery' })[phase] ?? phase

/** Lines that hold a statement: not empty, no comment, no mere closing word. */
export function codeLines(target: Target): { script: string; all: number[] }[] {
  const seen = new Map<string, number[]>()
  for (const [i, given] of target.scenario.configs.operator.entries()) {
    const file = scriptFile(given, i)
    if (file !== null) seen.set(baseName(file), given.run!.text.split('\n').flatMap((line, i) => /^\s*(?:#|$|(?:fi|done|esac|else|then|do|\}|\)|;;)\s*(?:#|$))|^\s*[\w-]+\s*\(\)\s*\{?\s*$/.test(line) ? [] : [i + 1]))
  }
  return [...seen].map(([script, all]) => ({ script, all }))
}
function ranges(numbers: readonly number[]): string {
  const parts: string[] = []
  for (let i = 0; i < numbers.length;) {
    let j = i
    while (numbers[j + 1] === numbers[j]! + 1) j++
    parts.push(i === j ? `${numbers[i]}` : `${numbers[i]}-${numbers[j]}`)
    i = j + 1
  }
  return parts.join(', ')
}
